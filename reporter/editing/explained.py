"""An explanation as lines of a terminal: the clauses as a tree, yesterday beside today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reporter.model.finding import State
from reporter.plural import count_of
from reporter.rules import Replay
from reporter.rules.book import Rule
from reporter.rules.explain import Judged, Reading, Reason, judge
from reporter.rules.flip import Flip, nearest_flip
from reporter.rules.plain import plain

_MARKS = {True: "✓", False: "✗", None: "?"}
_WIDE = 52


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is said of a rule on a day.

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
    today: Judged
    yesterday: Judged | None
    flip: Flip | None


def explain(replay: Replay, rule: Rule, index: int) -> Explanation:
    """Explain a rule on a day."""
    return Explanation(
        rule=rule.id,
        place=rule.place,
        stance=rule.stance,
        weight=rule.weight,
        group=f"{rule.group}, {rule.pick}" if rule.group else "",
        today=judge(replay, rule, index),
        yesterday=judge(replay, rule, index - 1) if index > 0 else None,
        flip=nearest_flip(replay, rule, index),
    )


def explained(found: Explanation, rule: Rule) -> list[str]:
    """An explanation in lines."""
    today, yesterday = found.today, found.yesterday
    group = f", group {found.group}" if found.group else ""
    lines = [f"{found.rule}  {found.place}  ({found.stance}, weight {found.weight}{group})"]
    lines.append(f"{today.date}: {_state(today, rule)}")
    if yesterday is not None:
        lines.append(f"{yesterday.date}: {_state(yesterday, rule)}")
    lines += ["", f"{today.decided_by}:"]
    same = yesterday if yesterday is not None and yesterday.decided_by == today.decided_by else None
    lines += _tree(today.reason, same.reason if same else None, 1)
    lines += ["", *_facts(today), *_turning(found)]
    return lines


def _state(judged: Judged, rule: Rule) -> str:
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


def _tree(reason: Reason, before: Reason | None, depth: int) -> Iterator[str]:
    pad = "  " * depth
    earlier = f"yesterday {_MARKS[before.truth]} {_value(before)}".rstrip() if before else ""
    if reason.parts:
        yield f"{pad}{_MARKS[reason.truth]} {_short(reason)}"
        theirs: Sequence[Reason | None] = before.parts if before else [None] * len(reason.parts)
        for part, old in zip(reason.parts, theirs, strict=True):
            yield from _tree(part, old, depth + 1)
        return
    head = f"{pad}{_MARKS[reason.truth]} {reason.text}"
    yield f"{head:{_WIDE}} {_measured(reason):44} {earlier}".rstrip()
    if reason.note:
        yield f"{pad}    {reason.note}"
    for reading in reason.readings:
        yield f"{pad}    {_reading(reading)}"
    if reason.more:
        yield f"{pad}    and {reason.more} earlier readings"


def _short(reason: Reason) -> str:
    """What joins the clauses below; a named condition by its name."""
    text = reason.text
    if " " not in text:
        return f"{text}:"
    if text.startswith("not "):
        return "not:"
    return "any of:" if _either(reason) else "all of:"


def _either(reason: Reason) -> bool:
    first = reason.parts[0].text
    plain_first = reason.text.startswith(first)
    rest = reason.text[len(first) :] if plain_first else reason.text[len(first) + 2 :]
    return rest.startswith(" or ")


def _value(reason: Reason) -> str:
    return plain(reason.value, reason.unit) if reason.value is not None else ""


def _measured(reason: Reason) -> str:
    decides = "  ← decides" if reason.decisive else ""
    if reason.value is None or reason.threshold is None:
        return decides.strip()
    margin = plain(reason.margin, reason.unit)
    sign = "+" if reason.margin is not None and reason.margin > 0 else ""
    value, threshold = plain(reason.value, reason.unit), plain(reason.threshold, reason.unit)
    return f"{value} against {threshold}, {sign}{margin}{decides}"


def _reading(reading: Reading) -> str:
    if reading.value is None:
        return f"{reading.metric} {reading.date}: missing, {reading.missing}"
    source = reading.source or "calendar"
    to = f" to {datetime.fromtimestamp(reading.as_of, UTC):%Y-%m-%dT%H:%MZ}" if reading.as_of is not None else ""
    return f"{reading.metric} {reading.date}: {plain(reading.value, reading.unit)}, {source}{to}"


def _facts(judged: Judged) -> Iterator[str]:
    finding = judged.outcome.finding
    if finding is not None:
        for fact in finding.facts:
            shown = count_of(len(fact.members), "member") if fact.members else plain(fact.value, fact.unit)
            yield f"fact {fact.name} = {shown}  [{fact.expression}]"


def _turning(found: Explanation) -> Iterator[str]:
    flip = found.flip
    if flip is None:
        yield "No single change of one reading today would turn it."
        return
    side = "above" if flip.above else "below"
    usual = f", {flip.usual:.1f} of its usual daily changes away" if flip.usual is not None else ""
    was = "missing" if flip.value is None else plain(flip.value, flip.unit)
    needed = f"{flip.metric} at or {side} {plain(flip.needed, flip.unit)}"
    yield f"It would be {flip.state} with {needed} (it is {was}{usual})."
