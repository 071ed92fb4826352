"""A desk's own gates on a day's metrics: what is required, how old, which fault holds. Nothing is rendered behind them.

In comes `[gates]` of desk.toml with the metrics of a day, out come the same metrics with what stands by decision, or
every reason why the brief is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

from reporter.authored.positions import KeyPath
from reporter.desk.config import DeskConfig
from reporter.desk.fields import one_text, parse_duration
from reporter.desk.gates import ROW_FAULTS, Action, Override
from reporter.desk.instruments import INSTRUMENTS
from reporter.desk.schema import TABLES
from reporter.desk.sessions import is_closed
from reporter.diagnostics import NO_FILE, Diagnostic, did_you_mean, notice
from reporter.errors import GateError
from reporter.metrics.quality import TABLES as COMPARED
from reporter.metrics.registry import registry
from reporter.model.metric import Allowed, MetricSeries, MetricSet, MetricSpec, Missing

_DAY = 86_400
#: Rows older than this are told by the ledger alone; longer windows (ranks, records) rest on them too.
_TOLD_DAYS = 31
#: Sources that are so many tolerances apart can't both be right; nor those apart in the middle of the latest days.
_GROSS, _LATELY, _LEAST_COMPARED = 25.0, 30, 10
#: Reasons why a metric is missing → the fault that they are; the others are no faults of data.
_FAULTS: Mapping[str, str] = {
    Missing.NO_SOURCE: "no_source",
    Missing.NOT_STARTED: "not_started",
    Missing.BLANK: "blank",
    Missing.NO_ROW: "no_row",
    Missing.NOT_PUBLISHED: "not_published",
    Missing.CLOSED: "closed",
    Missing.INCOMPLETE: "incomplete",
    Missing.STALE: "stale",
    Missing.COVERAGE: "coverage",
    Missing.RANGE: "range",
}


@dataclass(frozen=True, slots=True)
class _Objection:
    """What a gate objects to: a code, where the gate stands, of which metric or table, which fault, what it does, why.

    It is a diagnostic where it holds the brief, and what the brief rests on all the same where it doesn't.
    """

    code: str
    path: KeyPath
    of: str
    fault: str
    action: Action
    what: str


def gate_mistakes(config: DeskConfig) -> Iterator[Diagnostic]:
    """Names in `[gates]` that are no metric or table, and faults that they can't have."""
    gates = config.gates
    specs = registry([*INSTRUMENTS, *config.instrument])
    named: list[tuple[KeyPath, str, bool]] = [(("gates", "require"), name, False) for name in gates.require]
    named += [(("gates", "freshness", name), name, True) for name in gates.freshness]
    named += [(("gates", "faults", name), name, True) for name in gates.faults]
    for path, name, table_too in named:
        what, hint = _unknown(name, specs, table_too=table_too)
        if what:
            yield _problem("desk.unknown-gate", config, path, what, hint)
    for name, faults in gates.faults.items():
        for fault in faults:
            if reason := _misplaced(name, fault):
                yield _problem("desk.misplaced-fault", config, ("gates", "faults", name, fault), reason[0], reason[1])
    known = {*gates.require, *gates.freshness, *gates.faults, *COMPARED}
    for index, override in enumerate(gates.override):
        if override.of not in known:
            what = f'no gate is of "{override.of}"'
            hint = did_you_mean(override.of, known) or "an override opens a gate that stands under [gates]"
            yield _problem("desk.unknown-override", config, ("gates", "override", index, "of"), what, hint)


def _unknown(name: str, specs: Mapping[str, MetricSpec], *, table_too: bool) -> tuple[str, str]:
    """What is wrong with a name, and a hint; nothing where it is one."""
    tables = [table for table in TABLES if any(spec.tables == (table,) for spec in specs.values())]
    if name in specs and not specs[name].tables:
        return f'"{name}" rests on no table', "name a metric that data can lack"
    if name in specs or (table_too and name in tables):
        return "", ""
    if name in TABLES:
        own = [key for key, spec in specs.items() if spec.tables == (name,)]
        usual = COMPARED[name].used if name in COMPARED else next(iter(own), "")
        hint = f"name one of its metrics, such as {usual}" if own else ""
        return f'"{name}" is a table, and metrics are required' if own else f"table {name} has no metrics", hint
    hint = did_you_mean(name, [*specs, *tables] if table_too else specs) or "`reporter metrics DESK` lists them"
    return f'unknown metric "{name}"', hint


def _misplaced(name: str, fault: str) -> tuple[str, str] | None:
    """Why something can't have a fault, and where it belongs."""
    if fault in ROW_FAULTS:
        tables = next(tables for key, (_, tables) in ROW_FAULTS.items() if key == fault)
        if name in tables:
            return None
        return f'"{fault}" is a fault of rows, and is not looked for in "{name}"', f"it is of {', '.join(tables)}"
    if fault == "disagreement" and name not in COMPARED:
        return f'sources of "{name}" are not compared', f"one of {', '.join(COMPARED)}"
    return None


def _problem(code: str, config: DeskConfig, path: KeyPath, what: str, hint: str = "") -> Diagnostic:
    return Diagnostic(code, config.place(path), f"gates: {what}", hint)


def hold_or_allow(config: DeskConfig, metrics: MetricSet) -> MetricSet:
    """The metrics of a brief that its desk's gates let through.

    Args:
        config: the desk.
        metrics: what is known of the brief's day.

    Returns:
        The same, with everything objected to that stands all the same and that the brief may rest on.

    Raises:
        GateError: every objection that holds the brief.
    """
    today = metrics.dates[-1]
    overrides = {item.of: item for item in config.gates.override if item.date == today.isoformat()}
    allowed, held, needed = _rows(metrics), [], set()
    for objection in _objections(config, metrics):
        override = overrides.get(objection.of)
        if objection.action == "hold" and override is None:
            held.append(_held(config, objection, today))
            continue
        needed.add(objection.of)
        allowed += _allowed(metrics, objection, override if objection.action == "hold" else None)
    if held:
        raise GateError(held)
    notices = [_noted(item) for item in allowed if item.scope == "day"]
    notices += [_unneeded(name, today) for name in overrides if name not in needed]
    return replace(metrics, allowed=tuple(allowed), notices=(*metrics.notices, *dict.fromkeys(notices)))


def _rows(metrics: MetricSet) -> list[Allowed]:
    """Doubted rows that a brief of the day may rest on, newest first."""
    end = _midnight(metrics.dates[-1]) + _DAY
    rows = [
        item
        for item in metrics.allowed
        if item.scope == "row" and item.known <= metrics.as_of and end - _TOLD_DAYS * _DAY <= item.day < end
    ]
    return sorted(rows, key=lambda item: (-item.day, item.table, item.source, item.fault))


def _held(config: DeskConfig, objection: _Objection, today: date) -> Diagnostic:
    hint = f'mend the data, or let it pass once: [[gates.override]] of = "{objection.of}", '
    hint += f'date = "{today}", reason = "…"'
    return _problem(objection.code, config, objection.path, f"the brief of {today} is held: {objection.what}", hint)


def _allowed(metrics: MetricSet, objection: _Objection, override: Override | None) -> Iterator[Allowed]:
    day, reason = _midnight(metrics.dates[-1]), override.reason if override else {}
    tables = (objection.of,) if objection.of in TABLES else metrics.series[objection.of].spec.tables[:1]
    for table in tables:
        yield Allowed(table, objection.fault, day, metrics.as_of, "", objection.what, reason, "day")


def _noted(item: Allowed) -> Diagnostic:
    hint = f"let pass: {one_text(item.reason)}" if item.reason else ""
    return notice("data.let-pass", NO_FILE, f"gates: {item.what}", hint)


def _unneeded(name: str, today: date) -> Diagnostic:
    return notice("data.idle-override", NO_FILE, f"gates: the override of {name} on {today} is not needed")


# --- objections -------------------------------------------------------------------------------------------------------


def _objections(config: DeskConfig, metrics: MetricSet) -> Iterator[_Objection]:
    yield from _lacking(config, metrics)
    yield from _late(config, metrics)
    yield from _faulty(config, metrics)
    for table in COMPARED:
        if "disagreement" not in config.gates.faults.get(table, {}):
            yield from _contradicting(config, metrics, table)


def _lacking(config: DeskConfig, metrics: MetricSet) -> Iterator[_Objection]:
    for name in dict.fromkeys(config.gates.require):
        series = metrics.series[name]
        missing = series.missing[-1]
        if missing is not None:
            what = f"metric {name} is missing: {missing}{_newest_day(metrics, series)}; {_files(config, series)}"
            yield _Objection(
                "data.required-missing", ("gates", "require"), name, _FAULTS.get(missing, "undefined"), "hold", what
            )


def _late(config: DeskConfig, metrics: MetricSet) -> Iterator[_Objection]:
    for name, rule in config.gates.freshness.items():
        held = [metrics.series[name]] if name in metrics.series else list(_of_table(metrics, name).values())
        newest = max((end for one in held for end in one.as_of if end is not None), default=None)
        age = None if newest is None else _age(config, held[0].spec.tables, newest, metrics.as_of)
        if age is not None and age <= parse_duration(rule.limit):
            continue
        old = "there are no data" if age is None else f"its newest data are {_length(age)} old, ending {_iso(newest)}"
        what = f"{_named(name)} is not fresh: {old}, and the limit is {rule.limit}; {_files(config, held[0])}"
        yield _Objection("data.not-fresh", ("gates", "freshness", name), name, "late", rule.then, what)


def _faulty(config: DeskConfig, metrics: MetricSet) -> Iterator[_Objection]:
    for name, faults in config.gates.faults.items():
        held = {name: metrics.series[name]} if name in metrics.series else _of_table(metrics, name)
        for fault, action in faults.items():
            path: KeyPath = ("gates", "faults", name, fault)
            if fault == "disagreement":
                yield from _disagreeing(metrics, name, path, action)
                continue
            for metric, series in held.items():
                missing = series.missing[-1]
                if missing is not None and _FAULTS.get(missing) == fault:
                    what = f"metric {metric} is missing: {missing}{_newest_day(metrics, series)}"
                    told = f"{what}; {_files(config, series)}"
                    yield _Objection("data.faulty-metric", path, name, fault, action, told)
                    break


def _disagreeing(metrics: MetricSet, table: str, path: KeyPath, action: Action) -> Iterator[_Objection]:
    gap, tolerance = (metrics.series[f"quality.{table}.{part}"].values[-1] for part in ("disagreement", "tolerance"))
    if gap is not None and tolerance is not None and gap > tolerance:
        used, other = metrics.series[COMPARED[table].used], metrics.series[f"quality.{table}.other"]
        what = (
            f"sources of {table} differ by {gap:.3g}, more than {tolerance:.3g}: {used.values[-1]:,.8g} "
            f"({used.source[-1]}) against {other.values[-1]:,.8g} ({other.source[-1]})"
        )
        yield _Objection("data.sources-disagree", path, table, "disagreement", action, what)


def _contradicting(config: DeskConfig, metrics: MetricSet, table: str) -> Iterator[_Objection]:
    """Sources of the same that can't both be right: far apart today, or apart on most of the latest days."""
    gaps = metrics.series[f"quality.{table}.disagreement"].values[-_LATELY:]
    declared = metrics.series[f"quality.{table}.tolerance"].values[-1] or 0.0
    tolerance = max(declared, COMPARED[table].tolerance)
    known = [gap for gap in gaps if gap is not None]
    usual = median(known) if len(known) >= _LEAST_COMPARED else 0.0
    first = next((place for place, source in enumerate(config.source) if source.table == table), 0)
    for found in _disagreeing(metrics, table, ("source", first), "hold"):
        if (gaps[-1] or 0.0) > _GROSS * tolerance:
            yield found
        elif usual > tolerance:
            days = f"on most of the last {len(known)} days they differ by {usual:.3g} or more"
            yield replace(found, what=f"{found.what}; {days}: are their times and units declared rightly?")


def _of_table(metrics: MetricSet, table: str) -> dict[str, MetricSeries]:
    """The metrics that rest on a table alone; of other markets, those that the desk has."""
    return {
        name: series
        for name, series in metrics.series.items()
        if series.spec.tables == (table,)
        and (table != "cross_asset" or name.split(".")[0] != "macro" or name.split(".")[1] in metrics.instruments)
    }


def _named(name: str) -> str:
    return f"table {name}" if name in TABLES else f"metric {name}"


def _files(config: DeskConfig, series: MetricSeries) -> str:
    """Where a metric's data would come from."""
    fed = [f'"{source.id}" ({source.path})' for source in config.source if source.table in series.spec.tables]
    noun = "source" if len(fed) == 1 else "sources"
    return f"{noun} {', '.join(fed)}" if fed else f"no source feeds table {' or '.join(series.spec.tables)}"


def _newest_day(metrics: MetricSet, series: MetricSeries) -> str:
    """The newest day of which a metric has a value, for whoever looks for the one that is missing."""
    found = (day for day, value in zip(metrics.dates[::-1], series.values[::-1], strict=True) if value is not None)
    newest = next(found, None)
    return f" (newest: {newest})" if newest else ""


def _age(config: DeskConfig, tables: Sequence[str], newest: float, cut: float) -> float:
    """Seconds from the end of the newest data to the cut, without whole days on which their exchange has no session."""
    sources = [source for source in config.source if source.table in tables[:1]]
    calendars = {source.calendar_name for source in sources}
    calendar = calendars.pop() if len(calendars) == 1 else ""
    day, last = datetime.fromtimestamp(newest, UTC).date(), datetime.fromtimestamp(cut - 1, UTC).date()
    between = (day + timedelta(days=count) for count in range(1, (last - day).days + 1))
    return cut - newest - _DAY * sum(is_closed(calendar, one) for one in between)


def _length(seconds: float) -> str:
    hours = int(seconds // 3600)
    days = f"{hours // 24} d" if hours >= 24 else ""
    return f"{days} {hours % 24} h".strip() if hours % 24 or not days else days


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _iso(seconds: float | None) -> str:
    return datetime.fromtimestamp(seconds or 0, UTC).strftime("%Y-%m-%dT%H:%MZ")
