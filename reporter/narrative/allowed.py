"""What stands in a brief although a check of the data objects, to findings: approved rows, opened gates, what is noted.

Like gaps, these findings are made by the program, because they are the desk's decisions and no rule's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from reporter.model.finding import Fact, Finding, Input
from reporter.model.metric import Allowed, Event, MetricSet, Unit

#: Made by the program, not by rules: phrases may speak for them, with these facts.
ALLOWED_FINDINGS: Mapping[str, frozenset[str]] = {
    "allowed.approved": frozenset({"fault", "table", "date", "reason"}),
    "allowed.doubted": frozenset({"fault", "table", "date"}),
    "allowed.more": frozenset({"more"}),
    "allowed.passed": frozenset({"tables", "reason"}),
    "allowed.noted": frozenset({"fault", "tables"}),
}
#: Rows that are told one by one; how many more there are is told in one sentence.
_MOST_ROWS = 4


def allowed_findings(metrics: MetricSet) -> tuple[Finding, ...]:
    """Findings about everything that stands all the same, decisions about the day first."""
    days = [item for item in metrics.allowed if item.scope == "day"]
    rows = [item for item in metrics.allowed if item.scope == "row"]
    told = {(item.table, item.fault, item.day, item.source, tuple(item.reason.items())): item for item in rows}
    listed = list(told.values())
    found = [*_of_day(days), *(_of_row(number, item) for number, item in enumerate(listed[:_MOST_ROWS], 1))]
    more = len(listed) - _MOST_ROWS
    if more > 0:
        found.append(_made("allowed.more", "allowed.more", Fact("more", float(more), Unit.COUNT, "further rows")))
    return tuple(found)


def _of_day(items: list[Allowed]) -> Iterator[Finding]:
    """One finding a reason, or a fault that is only noted, naming the tables."""
    grouped: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, Allowed]] = {}
    for item in items:
        key = ("" if item.reason else item.fault, tuple(item.reason.items()))
        grouped.setdefault(key, {})[item.table] = item
    for number, ((fault, _), tables) in enumerate(grouped.items(), 1):
        first = next(iter(tables.values()))
        names = tuple(
            Fact(name, 1.0, Unit.COUNT, item.what, as_of=item.known, term=f"table.{name}")
            for name, item in tables.items()
        )
        listed = Fact("tables", float(len(names)), Unit.COUNT, "tables that a check objects to", members=names)
        if first.reason:
            yield _made(f"allowed.passed.{number}", "allowed.passed", listed, _reason(first))
        else:
            yield _made(f"allowed.noted.{fault}", "allowed.noted", _fault(first), listed)


def _of_row(number: int, item: Allowed) -> Finding:
    rests = Input(item.table, _date(item.day), None, Unit.INSTANT, item.known, item.source)
    table = Fact("table", f"table.{item.table}", Unit.TEXT, item.what, (rests,), item.known)
    date = Fact("date", item.day, Unit.INSTANT, "day of the row", (rests,), item.known)
    kind = "approved" if item.reason else "doubted"
    reason = (_reason(item),) if item.reason else ()
    return _made(f"allowed.{kind}.{number}", f"allowed.{kind}", _fault(item), table, date, *reason)


def _fault(item: Allowed) -> Fact:
    return Fact("fault", f"fault.{item.fault}", Unit.TEXT, item.what, as_of=item.known)


def _reason(item: Allowed) -> Fact:
    """The desk's own words, verbatim as a quote's are; a speaker tells them apart from news."""
    name = f"{item.scope}.{item.table}.{item.fault}"
    desk = {"": "desk.toml"}
    # The sentence around it has a stop of its own.
    words = {locale: text.strip().rstrip(".。") for locale, text in item.reason.items()}
    said = Event(name, item.known, "decision", "attributed", item.source, desk, words, desk, "")
    return Fact("reason", name, Unit.TEXT, "reason in desk.toml", as_of=item.known, event=said)


def _made(name: str, phrase: str, *facts: Fact) -> Finding:
    return Finding(name, "", "", "gap", "neutral", 20, facts, phrase=phrase)


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
