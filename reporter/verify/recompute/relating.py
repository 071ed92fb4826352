"""A ledger's relating words, found again in its sentences, and what each asserts, computed again from the readings.

"Still" is held as a figure is: a sentence has a claim for every relating word, of the word's own class, and the claim's
condition comes to true from the readings of the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reporter.language.locales import Locale
from reporter.language.numerals import load_builtin_locale
from reporter.language.relating_words import (
    COUNTING,
    FREQUENCIES,
    RELATION,
    RelatingWord,
    find_names,
    find_relating_words,
    get_relation_class,
)
from reporter.verify.ledger.ledger_model import (
    ClaimRecord,
    FindingRecord,
    Ledger,
    ReadingRecord,
    SentenceRecord,
    StepRecord,
)
from reporter.verify.recompute.conditions import check_steps
from reporter.verify.recompute.history import History, Readings
from reporter.verify.recompute.joints import check_joint, is_joint

_ASKING = ("?", "？")
#: Stands for every finding of news in `_MADE`, whatever its kind.
_NEWS = "news"
_SHORTEST_RUN = 2
_MOST = "most"
#: How a list of what several instruments have is made.
_COLLECTED = "collect("
#: Kind of a claim that shows what a figure is of, and not the figure.
_NAMED = "term"
#: Finding → the condition of what was won or given back; its parts are computed from the ledger's readings.
_RECOVERIES: Mapping[str, re.Pattern[str]] = {
    "news.reversal_from_low": re.compile(r"price\.low < price\.prev_close and price\.close > price\.low"),
    "news.reversal_from_high": re.compile(r"price\.high > price\.prev_close and price\.close < price\.high"),
    "news.move_undone": re.compile(
        r"price\.return_1d < 0% and ago\(price\.return_1d, [123]\) > 0%"
        r"|price\.return_1d > 0% and ago\(price\.return_1d, [123]\) < 0%"
    ),
}
#: The condition of the price and another market that moved in opposite directions.
_PARTING = re.compile(
    r"price\.return_1d > 0% and macro\.[\w-]+\.return_1d < 0%|price\.return_1d < 0% and macro\.[\w-]+\.return_1d > 0%"
)
#: A function of a list of metrics; the first argument is their pattern.
_LISTED = re.compile(r'\w+\("([\w.*-]+)"')
#: Functions that count the members of a list; the readings of a relation are those of one list of one day.
_COUNTS: Mapping[tuple[str, ...], Callable[[float], bool]] = {
    ("up_count",): lambda value: value > 0,
    ("down_count",): lambda value: value < 0,
}


def check_relating_words(ledger: Ledger, names: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Find relating words whose claim the ledger lacks, or has for another class or finding: (text, why).

    Args:
        ledger: of the brief; one of before relating words were bound names no classes, and is asked for none.
        names: locale → names of the brief, whose words say nothing.
    """
    every = {claim.id: claim for claim in ledger.claims}
    claims = {name: claim for name, claim in every.items() if claim.kind == RELATION}
    findings = {finding.id: finding for finding in ledger.findings}
    for sentence in ledger.sentences if ledger.relating else ():
        locale = load_builtin_locale(sentence.locale)
        words = find_stated_words(sentence, locale, names[sentence.locale], ledger.relating)
        told = {start: (end, claim) for start, end, claim in sentence.relating}
        for word in words:
            end, claim = told.pop(word.start, (word.end, None))
            why = _check_word(word, end, claim, claims, sentence)
            if not why and claim and word.kind == _MOST:
                why = _check_most_listed(word, sentence, every, findings.get(claims[claim].finding))
            if why:
                yield sentence.text, f"{sentence.id} in {sentence.locale}: {why}"
        for start, (end, _) in told.items():
            what = sentence.text[start:end]
            yield sentence.text, f'{sentence.id} in {sentence.locale}: "{what}" is no relating word there'


def find_stated_words(
    sentence: SentenceRecord, locale: Locale, names: Sequence[str], classes: Sequence[str]
) -> tuple[RelatingWord, ...]:
    """Find the relating words of a sentence that state something: none of a label or a question does.

    Args:
        sentence: of a ledger.
        locale: it is written in.
        names: of the brief.
        classes: those that are looked for.
    """
    if not sentence.finding or sentence.text.endswith(_ASKING):
        return ()
    shown = [(start, end) for start, end, _ in sentence.spans]
    words = find_relating_words(sentence.text, locale, (*shown, *find_names(sentence.text, names)))
    return tuple(word for word in words if word.kind in classes)


def _check_word(
    word: RelatingWord,
    end: int,
    claim: str | None,
    claims: Mapping[str, ClaimRecord],
    sentence: SentenceRecord,
) -> str:
    if claim is None or end != word.end:
        return f'"{word.text}" ({word.kind}) has no claim'
    if not claim:
        return ""
    record = claims.get(claim)
    if record is None:
        return f'"{word.text}" shows {claim}, which the ledger has not'
    if not get_relation_class(record.fact, (word.kind,)):
        return f'"{word.text}" ({word.kind}) rests on {claim}, which is of another class'
    if record.finding not in (sentence.finding, *sentence.also):
        return f'"{word.text}" rests on {claim}, which is of another finding'
    return ""


def _check_most_listed(
    word: RelatingWord, sentence: SentenceRecord, claims: Mapping[str, ClaimRecord], finding: FindingRecord | None
) -> str:
    """Check that of the figures of a list the one that stands nearest to its most is the list's largest, or least.

    A sentence without figures of a list has its most from the relation alone.
    """
    facts = finding.facts if finding is not None else ()
    lists = {fact.name: fact.members for fact in facts if fact.is_.startswith(_COLLECTED)}
    near: list[tuple[int, str, float]] = []
    for start, end, name in sentence.spans:
        shown = claims.get(name)
        if shown is None or shown.kind == _NAMED or not isinstance(shown.value, float):
            continue
        if finding is not None and shown.finding == finding.id and shown.fact.partition(".")[0] in lists:
            near.append((max(start - word.end, word.start - end), shown.fact, shown.value))
    if not near:
        return ""
    _, fact, value = min(near)
    values = [one.value for one in lists[fact.partition(".")[0]] if isinstance(one.value, float)]
    right = max(values) if value > 0 else min(values)
    return "" if value == right else f'"{word.text}" is said of {fact}, {value:.10g}, and the list has {right:.10g}'


def list_unbound_words(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """List the relating words of a desk's own phrases that no relation bears out: (text, word).

    Args:
        ledger: of the brief.
    """
    for sentence in ledger.sentences:
        yield from ((sentence.text, sentence.text[start:end]) for start, end, claim in sentence.relating if not claim)


def check_relation_claims(ledger: Ledger, history: History) -> Iterator[tuple[str, str]]:
    """Find relations that are told and do not follow from the ledger's readings: (claim, why).

    Args:
        ledger: that they stand in.
        history: its readings.
    """
    findings = {finding.id: finding for finding in ledger.findings}
    for claim in ledger.claims:
        if claim.kind != RELATION:
            continue
        if claim.condition is None:
            yield claim.id, "it has no condition"
            continue
        finding = findings.get(claim.finding)
        if is_joint(claim):
            yield from ((claim.id, why) for why in check_joint(ledger, claim, findings))
        elif finding is not None and finding.reasoning is None:
            kind = _NEWS if finding.topic == "news" else finding.id
            check = _MADE.get((kind, claim.fact))
            whys = check(Told(ledger, finding, claim, history.readings)) if check else ("nothing tests it",)
            yield from ((claim.id, why) for why in whys)
        if not is_joint(claim):
            yield from ((claim.id, why) for why in check_steps(claim.condition, claim.date, history))
            yield from ((claim.id, why) for why in _check_lists(claim, claim.condition))
        if get_relation_class(claim.fact, FREQUENCIES) and not _counts(claim.condition):
            yield claim.id, f"it says how often, and its condition ({claim.is_}) counts nothing"
        if claim.condition.value is not True or claim.value != 1.0:
            yield claim.id, f"its condition ({claim.is_}) is not true and is told as holding"


def _counts(step: StepRecord) -> bool:
    """Return whether a condition asks how often something followed."""
    return (step.is_ == "call" and step.signs[0] in COUNTING) or any(map(_counts, step.parts))


def _check_lists(claim: ClaimRecord, step: StepRecord) -> Iterator[str]:
    """Check what a relation says of a list of metrics against the readings that it rests on."""
    for part in step.parts:
        yield from _check_lists(claim, part)
    listed = _LISTED.match(step.text) if step.is_ == "call" else None
    if listed is None:
        return
    pattern = re.compile(re.escape(listed[1]).replace(r"\*", r"[\w-]+"))
    read = [one for one in claim.inputs if one.value is not None and pattern.fullmatch(one.metric)]
    if step.signs == ("on_day",) and step.value:
        yield from _check_days(claim, step, read)
    elif step.signs in _COUNTS and claim.readings is None:
        right = sum(map(_COUNTS[step.signs], (one.value or 0.0 for one in read)))
        if step.value is not None and step.value != right:
            yield f"{step.text} is {step.value:.10g}, and of its readings it is {right}"


def _check_days(claim: ClaimRecord, step: StepRecord, read: Sequence[ReadingRecord]) -> Iterator[str]:
    """Check that what is said to be of the day has readings whose periods end on that day.

    A period that ends at midnight ends the day before.
    """
    if not read and claim.readings is None:
        yield f"{step.text} is true, and no reading says so"
    for one in read:
        end = datetime.fromisoformat(one.as_of) - timedelta(seconds=1) if one.as_of else None
        if one.date == claim.date and (end is None or end.date().isoformat() != claim.date):
            yield f"{one.metric} of {one.date} is of a period that ends at {one.as_of}, on another day"


@dataclass(frozen=True, slots=True)
class Told:
    """A relation that no rule has, where it is told.

    Attributes:
        ledger: that it stands in.
        finding: whose relation it is.
        claim: that states it.
        readings: metric and ISO date → what the ledger's claims say it was.
    """

    ledger: Ledger
    finding: FindingRecord
    claim: ClaimRecord
    readings: Readings


def _check_run(told: Told) -> Iterator[str]:
    """Check that a run has readings of one sign, as many as it is said to be long, and none of the other among them."""
    claim, rising = told.claim, not told.finding.id.endswith(("_down", "_out"))
    days = next((fact.value for fact in told.finding.facts if fact.name == "days"), None)
    count = claim.readings or len(claim.inputs)
    if count != days or count < _SHORTEST_RUN:
        yield f"it rests on {count} readings, and is said of {days}"
    if any((one.value or 0.0) == 0.0 or ((one.value or 0.0) > 0) is not rising for one in claim.inputs):
        yield "not all its readings have the sign that it is said to have"
    dates = [one.date for one in claim.inputs]
    if not dates or dates != sorted(set(dates), reverse=True) or dates[0] != claim.date:
        yield "its readings are not of one day after another up to the day"
        return
    for (metric, day), value in told.readings.items():
        against = value < 0 if rising else value > 0
        if metric == claim.inputs[0].metric and dates[-1] <= day <= dates[0] and against:
            yield f"{metric} of {day} has the other sign"


def _check_since(told: Told) -> Iterator[str]:
    """Check that a since has the relation of its day's reading; `check_superlatives` holds its dates."""
    relation = told.finding.relation
    if relation is None:
        yield "it has no relation to the readings before it"
    elif relation.date != told.claim.date:
        yield f"its relation is of {relation.date}, and it is said of {told.claim.date}"


def _check_record(told: Told) -> Iterator[str]:
    """Check that no reading before the day's is as extreme; `check_superlatives` looks at the most extreme one."""
    yield from _check_since(told)
    relation = told.finding.relation
    if relation is not None and relation.since is not None:
        yield f"{relation.metric} was as extreme on {relation.since}"
    elif relation is not None and not relation.compared:
        yield f"no {relation.metric} before it is known"


def _check_most(told: Told) -> Iterator[str]:
    """Check that a most is said of the reading itself and not of a level that it has passed."""
    yield from _check_since(told)
    relation = told.finding.relation
    if relation is not None and (relation.bound != relation.value or relation.strict):
        yield f"its relation is to {relation.bound:.10g}, and {relation.metric} is {relation.value:.10g}"


def _check_first(told: Told) -> Iterator[str]:
    """Check that a first past a level has the relation of its reading to that level (`check_superlatives`)."""
    relation, finding = told.finding.relation, told.finding
    if relation is None:
        yield "it has no relation to the readings before it"
        return
    level = next((fact.value for fact in finding.facts if fact.name == "level"), None)
    bound = 0.0 if finding.id.startswith("news.realised_price") else level
    direction = -1 if finding.id.endswith(("_lost", "_below")) else 1
    if (relation.bound, relation.direction, relation.date) != (bound, direction, told.claim.date):
        yield f"its relation is to {relation.bound:.10g} of {relation.date}, and it is said of {bound}"


def _check_recovery(told: Told) -> Iterator[str]:
    """Check that what was won or given back has the condition that the word asserts."""
    asked, step = _RECOVERIES.get(told.finding.id), told.claim.condition
    if asked is None or step is None or not asked.fullmatch(step.text):
        yield f"its condition ({told.claim.is_}) is not what the word says"


def _check_parting(told: Told) -> Iterator[str]:
    """Check that what parted ways has the condition of two moves of opposite signs, one of them the price's."""
    step = told.claim.condition
    if step is None or not _PARTING.fullmatch(step.text):
        yield f"its condition ({told.claim.is_}) is not what the word says"


def _check_ended_conditions(told: Told) -> Iterator[str]:
    """Check that conditions that are said to be met no longer were met when last known, and are not on the day."""
    framework = told.ledger.framework
    conditions = framework.conditions if framework is not None else ()
    known = {one.id: [status for _, status in one.history if status in ("met", "not met")] for one in conditions}
    named = [
        member.name
        for fact in told.finding.facts
        if fact.name in ("for_failed", "against_failed")
        for member in fact.members
    ]
    if not named:
        yield "it names no condition"
    for name in named:
        if known.get(name, [])[-2:] != ["met", "not met"]:
            yield f"{name} has not turned from met to not met"


#: (finding, relation) → what holds a relation that no rule has to the rest of the ledger.
_MADE: Mapping[tuple[str, str], Callable[[Told], Iterator[str]]] = {
    (_NEWS, "run"): _check_run,
    (_NEWS, "first"): _check_first,
    (_NEWS, "since"): _check_since,
    (_NEWS, "most"): _check_most,
    (_NEWS, "record"): _check_record,
    (_NEWS, "recover"): _check_recovery,
    (_NEWS, "contrast"): _check_parting,
    ("since.conditions", "no_longer"): _check_ended_conditions,
}
