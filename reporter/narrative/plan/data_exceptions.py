"""Checks of the data that a desk overrides → findings: approved rows, opened gates and results that are only noted.

Like gaps, these findings are made by the program, because they are the desk's decisions and no rule's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporter.model.finding import Fact, Finding, Input
from reporter.model.metric import AllowedAnomaly, Event, MetricSet, Unit
from reporter.model.timestamps import format_day

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


def find_data_exceptions(metrics: MetricSet) -> tuple[Finding, ...]:
    """List findings about data used despite a failed check, decisions about the day first."""
    days = [item for item in metrics.allowed if item.scope == "day"]
    rows = [item for item in metrics.allowed if item.scope == "row"]
    told = {(item.table, item.fault, item.day, item.source, tuple(item.reason.items())): item for item in rows}
    listed = list(told.values())
    found = [
        *_find_day_exceptions(days),
        *(_make_row_finding(number, item) for number, item in enumerate(listed[:_MOST_ROWS], 1)),
    ]
    more = len(listed) - _MOST_ROWS
    if more > 0:
        found.append(
            _make_finding("allowed.more", "allowed.more", Fact("more", float(more), Unit.COUNT, "further rows"))
        )
    return tuple(found)


def _find_day_exceptions(items: list[AllowedAnomaly]) -> Iterator[Finding]:
    """Make one finding per reason, or per check result that is only noted, naming the tables."""
    grouped: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, AllowedAnomaly]] = {}
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
            yield _make_finding(f"allowed.passed.{number}", "allowed.passed", listed, _make_reason_fact(first))
        else:
            yield _make_finding(f"allowed.noted.{fault}", "allowed.noted", _make_fault_fact(first), listed)


def _make_row_finding(number: int, item: AllowedAnomaly) -> Finding:
    rests = Input(item.table, format_day(item.day), None, Unit.INSTANT, item.known, item.source)
    table = Fact("table", f"table.{item.table}", Unit.TEXT, item.what, (rests,), item.known)
    date = Fact("date", item.day, Unit.INSTANT, "day of the row", (rests,), item.known)
    kind = "approved" if item.reason else "doubted"
    reason = (_make_reason_fact(item),) if item.reason else ()
    return _make_finding(f"allowed.{kind}.{number}", f"allowed.{kind}", _make_fault_fact(item), table, date, *reason)


def _make_fault_fact(item: AllowedAnomaly) -> Fact:
    return Fact("fault", f"fault.{item.fault}", Unit.TEXT, item.what, as_of=item.known)


def _make_reason_fact(item: AllowedAnomaly) -> Fact:
    """Make a fact of the desk's reason, quoted verbatim; its kind "decision" tells it apart from news."""
    name = f"{item.scope}.{item.table}.{item.fault}"
    desk = {"": "desk.toml"}
    # The sentence around it has a stop of its own.
    words = {locale: text.strip().rstrip(".。") for locale, text in item.reason.items()}
    said = Event(name, item.known, "decision", "attributed", item.source, desk, words, desk, "")
    return Fact("reason", name, Unit.TEXT, "reason in desk.toml", as_of=item.known, event=said)


def _make_finding(name: str, phrase: str, *facts: Fact) -> Finding:
    return Finding(name, "", "", "gap", "neutral", 20, facts, phrase=phrase)
