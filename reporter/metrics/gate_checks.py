"""A desk's gates and a day's metrics → what holds the brief before it is rendered: required, fresh, free of faults.

In comes `[gates]` of desk.toml with the metrics of a day, out come the same metrics with what stands by decision, or
every reason why the brief is held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

from reporter.desk.config.config import DeskConfig
from reporter.desk.config.fields import parse_duration, pick_operator_text
from reporter.desk.config.gate_config import ROW_FAULTS, Action, Override
from reporter.desk.config.sessions import is_closed
from reporter.desk.formats.schema import TABLES
from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic, did_you_mean, make_notice
from reporter.diagnostics.errors import GateError
from reporter.metrics.catalogue import list_desk_specs
from reporter.metrics.source_agreement import TABLES as COMPARED
from reporter.model.metric import AllowedAnomaly, MetricSeries, MetricSet, MetricSpec, MissingReason
from reporter.model.timestamps import DAY, format_minute, to_midnight
from reporter.syntax.toml_positions import KeyPath

#: Rows older than this are told by the ledger alone; longer windows (ranks, records) rest on them too.
_TOLD_DAYS = 31
#: Sources that are so many tolerances apart can't both be right; nor those apart in the middle of the latest days.
_GROSS, _LATELY, _LEAST_COMPARED = 25.0, 30, 10
#: Reasons why a metric is missing → the fault that they are; the others are no faults of data.
_FAULTS: Mapping[str, str] = {
    MissingReason.NO_SOURCE: "no_source",
    MissingReason.NOT_STARTED: "not_started",
    MissingReason.BLANK: "blank",
    MissingReason.NO_ROW: "no_row",
    MissingReason.NOT_PUBLISHED: "not_published",
    MissingReason.CLOSED: "closed",
    MissingReason.INCOMPLETE: "incomplete",
    MissingReason.STALE: "stale",
    MissingReason.COVERAGE: "coverage",
    MissingReason.RANGE: "range",
}


@dataclass(frozen=True, slots=True)
class _GateViolation:
    """A violation of a gate: code, key path of the gate, metric or table, fault, action, text.

    It is a diagnostic where it holds the brief, and what the brief rests on all the same where it doesn't.
    """

    code: str
    path: KeyPath
    of: str
    fault: str
    action: Action
    what: str


def check_gate_names(config: DeskConfig) -> Iterator[Diagnostic]:
    """Names in `[gates]` that are no metric or table, and faults that these can't have."""
    gates = config.gates
    specs = list_desk_specs(config)
    named: list[tuple[KeyPath, str, bool]] = [(("gates", "require"), name, False) for name in gates.require]
    named += [(("gates", "freshness", name), name, True) for name in gates.freshness]
    named += [(("gates", "faults", name), name, True) for name in gates.faults]
    for path, name, table_too in named:
        what, hint = _explain_unknown_name(name, specs, config.table, table_too=table_too)
        if what:
            yield _gate_diagnostic("desk.unknown-gate", config, path, what, hint)
    for name, faults in gates.faults.items():
        for fault in faults:
            if reason := _explain_misplaced_fault(name, fault):
                yield _gate_diagnostic(
                    "desk.misplaced-fault", config, ("gates", "faults", name, fault), reason[0], reason[1]
                )
    known = {*gates.require, *gates.freshness, *gates.faults, *COMPARED}
    for index, override in enumerate(gates.override):
        if override.of not in known:
            what = f'no gate is of "{override.of}"'
            hint = did_you_mean(override.of, known) or "an override opens a gate that stands under [gates]"
            yield _gate_diagnostic("desk.unknown-override", config, ("gates", "override", index, "of"), what, hint)


def _explain_unknown_name(
    name: str, specs: Mapping[str, MetricSpec], own: Collection[str], *, table_too: bool
) -> tuple[str, str]:
    """Why a name is no metric or table, and a hint; empty where it is one. `own`: tables of the desk's own."""
    tables = [table for table in (*TABLES, *own) if any(spec.tables == (table,) for spec in specs.values())]
    if name in specs and not specs[name].tables:
        return f'"{name}" rests on no table', "name a metric that data can lack"
    if name in specs or (table_too and name in tables):
        return "", ""
    if name in TABLES or name in own:
        fed = [key for key, spec in specs.items() if spec.tables == (name,)]
        usual = COMPARED[name].used if name in COMPARED else next(iter(fed), "")
        hint = f"name one of its metrics, such as {usual}" if fed else ""
        return f'"{name}" is a table, and metrics are required' if fed else f"table {name} has no metrics", hint
    hint = did_you_mean(name, [*specs, *tables] if table_too else specs) or "`reporter metrics DESK` lists them"
    return f'unknown metric "{name}"', hint


def _explain_misplaced_fault(name: str, fault: str) -> tuple[str, str] | None:
    """Why a metric or table can't have a fault, and where the fault belongs; None where it can."""
    if fault in ROW_FAULTS:
        tables = next(tables for key, (_, tables) in ROW_FAULTS.items() if key == fault)
        if name in tables:
            return None
        return f'"{fault}" is a fault of rows, and is not looked for in "{name}"', f"it is of {', '.join(tables)}"
    if fault == "disagreement" and name not in COMPARED:
        return f'sources of "{name}" are not compared', f"one of {', '.join(COMPARED)}"
    return None


def _gate_diagnostic(code: str, config: DeskConfig, path: KeyPath, what: str, hint: str = "") -> Diagnostic:
    return Diagnostic(code, config.locate_key(path), f"gates: {what}", hint)


def apply_gates(config: DeskConfig, metrics: MetricSet) -> MetricSet:
    """Metrics of a day → the same with what the gates allow; raises `GateError` where one holds the brief.

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
    allowed, held, needed = _list_allowed_rows(metrics), [], set()
    for objection in _find_violations(config, metrics):
        override = overrides.get(objection.of)
        if objection.action == "hold" and override is None:
            held.append(_hold_diagnostic(config, objection, today))
            continue
        needed.add(objection.of)
        allowed += _to_allowed_anomalies(metrics, objection, override if objection.action == "hold" else None)
    if held:
        raise GateError(held)
    notices = [_anomaly_notice(item) for item in allowed if item.scope == "day"]
    notices += [_idle_override_notice(name, today) for name in overrides if name not in needed]
    return replace(metrics, allowed=tuple(allowed), notices=(*metrics.notices, *dict.fromkeys(notices)))


def _list_allowed_rows(metrics: MetricSet) -> list[AllowedAnomaly]:
    """Approved or noted anomalous rows that a brief of the day may rest on, newest first."""
    end = to_midnight(metrics.dates[-1]) + DAY
    rows = [
        item
        for item in metrics.allowed
        if item.scope == "row" and item.known <= metrics.as_of and end - _TOLD_DAYS * DAY <= item.day < end
    ]
    return sorted(rows, key=lambda item: (-item.day, item.table, item.source, item.fault))


def _hold_diagnostic(config: DeskConfig, objection: _GateViolation, today: date) -> Diagnostic:
    hint = f'mend the data, or let it pass once: [[gates.override]] of = "{objection.of}", '
    hint += f'date = "{today}", reason = "…"'
    return _gate_diagnostic(
        objection.code, config, objection.path, f"the brief of {today} is held: {objection.what}", hint
    )


def _to_allowed_anomalies(
    metrics: MetricSet, objection: _GateViolation, override: Override | None
) -> Iterator[AllowedAnomaly]:
    day, reason = to_midnight(metrics.dates[-1]), override.reason if override else {}
    tables = metrics.series[objection.of].spec.tables[:1] if objection.of in metrics.series else (objection.of,)
    for table in tables:
        yield AllowedAnomaly(table, objection.fault, day, metrics.as_of, "", objection.what, reason, "day")


def _anomaly_notice(item: AllowedAnomaly) -> Diagnostic:
    hint = f"let pass: {pick_operator_text(item.reason)}" if item.reason else ""
    return make_notice("data.let-pass", NO_FILE, f"gates: {item.what}", hint)


def _idle_override_notice(name: str, today: date) -> Diagnostic:
    return make_notice("data.idle-override", NO_FILE, f"gates: the override of {name} on {today} is not needed")


# --- objections -------------------------------------------------------------------------------------------------------


def _find_violations(config: DeskConfig, metrics: MetricSet) -> Iterator[_GateViolation]:
    yield from _check_required(config, metrics)
    yield from _check_freshness(config, metrics)
    yield from _check_faults(config, metrics)
    for table in COMPARED:
        if "disagreement" not in config.gates.faults.get(table, {}):
            yield from _check_contradiction(config, metrics, table)


def _check_required(config: DeskConfig, metrics: MetricSet) -> Iterator[_GateViolation]:
    for name in dict.fromkeys(config.gates.require):
        series = metrics.series[name]
        missing = series.missing[-1]
        if missing is not None:
            sources = _describe_sources(config, series)
            what = f"metric {name} is missing: {missing}{_newest_day(metrics, series)}; {sources}"
            yield _GateViolation(
                "data.required-missing", ("gates", "require"), name, _FAULTS.get(missing, "undefined"), "hold", what
            )


def _check_freshness(config: DeskConfig, metrics: MetricSet) -> Iterator[_GateViolation]:
    for name, rule in config.gates.freshness.items():
        held = [metrics.series[name]] if name in metrics.series else list(_series_of_table(metrics, name).values())
        newest = max((end for one in held for end in one.as_of if end is not None), default=None)
        age = None if newest is None else _data_age(config, held[0].spec.tables, newest, metrics.as_of)
        if age is not None and age <= parse_duration(rule.limit):
            continue
        old = (
            "there are no data"
            if age is None
            else f"its newest data are {_format_duration(age)} old, ending {format_minute(newest or 0)}"
        )
        sources = _describe_sources(config, held[0])
        what = f"{_describe_name(name)} is not fresh: {old}, and the limit is {rule.limit}; {sources}"
        yield _GateViolation("data.not-fresh", ("gates", "freshness", name), name, "late", rule.then, what)


def _check_faults(config: DeskConfig, metrics: MetricSet) -> Iterator[_GateViolation]:
    for name, faults in config.gates.faults.items():
        held = {name: metrics.series[name]} if name in metrics.series else _series_of_table(metrics, name)
        for fault, action in faults.items():
            path: KeyPath = ("gates", "faults", name, fault)
            if fault == "disagreement":
                yield from _check_disagreement(metrics, name, path, action)
                continue
            for metric, series in held.items():
                missing = series.missing[-1]
                if missing is not None and _FAULTS.get(missing) == fault:
                    what = f"metric {metric} is missing: {missing}{_newest_day(metrics, series)}"
                    told = f"{what}; {_describe_sources(config, series)}"
                    yield _GateViolation("data.faulty-metric", path, name, fault, action, told)
                    break


def _check_disagreement(metrics: MetricSet, table: str, path: KeyPath, action: Action) -> Iterator[_GateViolation]:
    gap, tolerance = (metrics.series[f"quality.{table}.{part}"].values[-1] for part in ("disagreement", "tolerance"))
    if gap is not None and tolerance is not None and gap > tolerance:
        used, other = metrics.series[COMPARED[table].used], metrics.series[f"quality.{table}.other"]
        what = (
            f"sources of {table} differ by {gap:.3g}, more than {tolerance:.3g}: {used.values[-1]:,.8g} "
            f"({used.source[-1]}) against {other.values[-1]:,.8g} ({other.source[-1]})"
        )
        yield _GateViolation("data.sources-disagree", path, table, "disagreement", action, what)


def _check_contradiction(config: DeskConfig, metrics: MetricSet, table: str) -> Iterator[_GateViolation]:
    """Sources of the same values that can't both be right: far apart today, or on most recent days."""
    gaps = metrics.series[f"quality.{table}.disagreement"].values[-_LATELY:]
    declared = metrics.series[f"quality.{table}.tolerance"].values[-1] or 0.0
    tolerance = max(declared, COMPARED[table].tolerance)
    known = [gap for gap in gaps if gap is not None]
    usual = median(known) if len(known) >= _LEAST_COMPARED else 0.0
    first = next((place for place, source in enumerate(config.source) if source.table == table), 0)
    for found in _check_disagreement(metrics, table, ("source", first), "hold"):
        if (gaps[-1] or 0.0) > _GROSS * tolerance:
            yield found
        elif usual > tolerance:
            days = f"on most of the last {len(known)} days they differ by {usual:.3g} or more"
            yield replace(found, what=f"{found.what}; {days}: are their times and units declared rightly?")


def _series_of_table(metrics: MetricSet, table: str) -> dict[str, MetricSeries]:
    """The metrics that rest on a table alone; of other markets, those that the desk has."""
    return {
        name: metrics.series[name]
        for name, spec, _ in metrics.iterate_today()
        if spec.tables == (table,)
        and (table != "cross_asset" or name.split(".")[0] != "macro" or name.split(".")[1] in metrics.instruments)
    }


def _describe_name(name: str) -> str:
    return f"metric {name}" if "." in name else f"table {name}"


def _describe_sources(config: DeskConfig, series: MetricSeries) -> str:
    """The sources, with their files, that would give a metric's data."""
    fed = [f'"{source.id}" ({source.path})' for source in config.source if source.table in series.spec.tables]
    noun = "source" if len(fed) == 1 else "sources"
    return f"{noun} {', '.join(fed)}" if fed else f"no source feeds table {' or '.join(series.spec.tables)}"


def _newest_day(metrics: MetricSet, series: MetricSeries) -> str:
    """The newest day on which a metric has a value, as text for a message."""
    found = (day for day, value in zip(metrics.dates[::-1], series.values[::-1], strict=True) if value is not None)
    newest = next(found, None)
    return f" (newest: {newest})" if newest else ""


def _data_age(config: DeskConfig, tables: Sequence[str], newest: float, cut: float) -> float:
    """Seconds from the end of the newest data to the cut, without whole days on which their exchange has no session."""
    sources = [source for source in config.source if source.table in tables[:1]]
    calendars = {source.calendar_name for source in sources}
    calendar = calendars.pop() if len(calendars) == 1 else ""
    day, last = datetime.fromtimestamp(newest, UTC).date(), datetime.fromtimestamp(cut - 1, UTC).date()
    between = (day + timedelta(days=count) for count in range(1, (last - day).days + 1))
    return cut - newest - DAY * sum(is_closed(calendar, one) for one in between)


def _format_duration(seconds: float) -> str:
    hours = int(seconds // 3600)
    days = f"{hours // 24} d" if hours >= 24 else ""
    return f"{days} {hours % 24} h".strip() if hours % 24 or not days else days
