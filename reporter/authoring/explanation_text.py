"""Rule × day → an explanation as lines for a terminal: its clauses as a tree, yesterday beside today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reporter.diagnostics.plurals import format_count
from reporter.model.finding import State
from reporter.model.timestamps import format_minute
from reporter.rules import Replay
from reporter.rules.analysis.explain import ClauseExplanation, ClauseReading, ExplainedDay, explain_day
from reporter.rules.analysis.flips import Flip, find_nearest_flip
from reporter.rules.book.rule_book import Rule
from reporter.rules.expressions.literals import format_literal

_MARKS = {True: "✓", False: "✗", None: "?"}
_WIDE = 52


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """Everything shown to explain a rule on a day.

    Attributes:
        rule: its id; place: its file and line.
        stance, weight, group: of the rule.
        today: what it is and why.
        yesterday: the same for the day before, as it was known then; None on the first day.
        flip: the nearest single change that would turn it.
    """

    rule: str
    place: str
    stance: str
    weight: int
    group: str
    today: ExplainedDay
    yesterday: ExplainedDay | None
    flip: Flip | None


def explain_rule(replay: Replay, rule: Rule, index: int) -> RuleExplanation:
    """Explain a rule's outcome on a day, with the day before and the nearest flip.

    Args:
        replay: the rule book bound to the metrics.
        rule: the rule.
        index: the day's position.
    """
    return RuleExplanation(
        rule=rule.id,
        place=rule.place,
        stance=rule.stance,
        weight=rule.weight,
        group=f"{rule.group}, {rule.pick}" if rule.group else "",
        today=explain_day(replay, rule, index),
        yesterday=explain_day(replay, rule, index - 1) if index > 0 else None,
        flip=find_nearest_flip(replay, rule, index),
    )


def format_explanation(found: RuleExplanation, rule: Rule) -> list[str]:
    """Format an explanation as lines."""
    today, yesterday = found.today, found.yesterday
    group = f", group {found.group}" if found.group else ""
    lines = [f"{found.rule}  {found.place}  ({found.stance}, weight {found.weight}{group})"]
    lines.append(f"{today.date}: {_describe_state(today, rule)}")
    if yesterday is not None:
        lines.append(f"{yesterday.date}: {_describe_state(yesterday, rule)}")
    lines += ["", f"{today.decided_by}:"]
    same = yesterday if yesterday is not None and yesterday.decided_by == today.decided_by else None
    lines += _format_clauses(today.reason, same.reason if same else None, 1)
    lines += ["", *_format_facts(today), *_format_flip(found)]
    return lines


def _describe_state(judged: ExplainedDay, rule: Rule) -> str:
    outcome = judged.outcome
    if outcome.state is State.SUPPRESSED:
        how = f', which comes earlier in group "{rule.group}"' if rule.group and rule.pick == "first" else ""
        return f"suppressed by {', '.join(outcome.by)}{how}; by itself it fired"
    if outcome.state is State.UNKNOWN:
        return f"unknown, for want of {', '.join(outcome.missing) or 'earlier days'}"
    if outcome.state is State.PENDING:
        return f"pending, day {judged.days} of {rule.hold_days}"
    if outcome.state is State.FIRED:
        partial = f"; partial, without {', '.join(outcome.missing)}" if outcome.missing else ""
        return f"fired, day {judged.days} in a row{partial}"
    return str(outcome.state)


def _format_clauses(reason: ClauseExplanation, before: ClauseExplanation | None, depth: int) -> Iterator[str]:
    pad = "  " * depth
    earlier = f"yesterday {_MARKS[before.truth]} {_format_value(before)}".rstrip() if before else ""
    if reason.parts:
        yield f"{pad}{_MARKS[reason.truth]} {_format_connective(reason)}"
        theirs: Sequence[ClauseExplanation | None] = before.parts if before else [None] * len(reason.parts)
        for part, old in zip(reason.parts, theirs, strict=True):
            yield from _format_clauses(part, old, depth + 1)
        return
    head = f"{pad}{_MARKS[reason.truth]} {reason.text}"
    yield f"{head:{_WIDE}} {_format_measured(reason):44} {earlier}".rstrip()
    if reason.note:
        yield f"{pad}    {reason.note}"
    for reading in reason.readings:
        yield f"{pad}    {_format_reading(reading)}"
    if reason.more:
        yield f"{pad}    and {reason.more} earlier readings"


def _format_connective(reason: ClauseExplanation) -> str:
    """The heading of a clause with parts: "all of:", "any of:", "not:", or a condition's name."""
    text = reason.text
    if " " not in text:
        return f"{text}:"
    if text.startswith("not "):
        return "not:"
    return "any of:" if _is_disjunction(reason) else "all of:"


def _is_disjunction(reason: ClauseExplanation) -> bool:
    first = reason.parts[0].text
    plain_first = reason.text.startswith(first)
    rest = reason.text[len(first) :] if plain_first else reason.text[len(first) + 2 :]
    return rest.startswith(" or ")


def _format_value(reason: ClauseExplanation) -> str:
    return format_literal(reason.value, reason.unit) if reason.value is not None else ""


def _format_measured(reason: ClauseExplanation) -> str:
    decides = "  ← decides" if reason.decisive else ""
    if reason.value is None or reason.threshold is None:
        return decides.strip()
    margin = format_literal(reason.margin, reason.unit)
    sign = "+" if reason.margin is not None and reason.margin > 0 else ""
    value, threshold = format_literal(reason.value, reason.unit), format_literal(reason.threshold, reason.unit)
    return f"{value} against {threshold}, {sign}{margin}{decides}"


def _format_reading(reading: ClauseReading) -> str:
    if reading.value is None:
        return f"{reading.metric} {reading.date}: missing, {reading.missing}"
    source = reading.source or "calendar"
    to = f" to {format_minute(reading.as_of)}" if reading.as_of is not None else ""
    return f"{reading.metric} {reading.date}: {format_literal(reading.value, reading.unit)}, {source}{to}"


def _format_facts(judged: ExplainedDay) -> Iterator[str]:
    finding = judged.outcome.finding
    if finding is not None:
        for fact in finding.facts:
            shown = format_count(len(fact.members), "member") if fact.members else format_literal(fact.value, fact.unit)
            yield f"fact {fact.name} = {shown}  [{fact.expression}]"


def _format_flip(found: RuleExplanation) -> Iterator[str]:
    flip = found.flip
    if flip is None:
        yield "No single change of one reading today would turn it."
        return
    side = "above" if flip.above else "below"
    usual = f", {flip.usual:.1f} of its usual daily changes away" if flip.usual is not None else ""
    was = "missing" if flip.value is None else format_literal(flip.value, flip.unit)
    needed = f"{flip.metric} at or {side} {format_literal(flip.needed, flip.unit)}"
    yield f"It would be {flip.state} with {needed} (it is {was}{usual})."
