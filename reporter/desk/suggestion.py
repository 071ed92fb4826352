"""A recognised file → the lines of desk.toml for it, and the questions that the file can't answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from reporter.desk.cell_forms import suggest_cell_keys, suggest_text_keys
from reporter.desk.config import AssetConfig
from reporter.desk.containers import Content
from reporter.desk.fields import parse_duration
from reporter.desk.identity import (
    MarketMention,
    collect_mentions,
    find_contradictions,
    keep_own_options,
    make_expected_market,
)
from reporter.desk.json_rows import parse_json
from reporter.desk.plain_json import find_row_paths
from reporter.desk.price_spans import unbelievable_price
from reporter.desk.readers import RawTable
from reporter.desk.recognition import LayoutMatch, RecognisedFile
from reporter.desk.records import first_present_name
from reporter.desk.schema import TABLES
from reporter.desk.shaping import epoch_seconds
from reporter.desk.suggested import Suggestion, quote_toml, source_id_from_path, to_inline_table
from reporter.desk.time_forms import choose_time_form, parse_time
from reporter.plural import format_count

#: Lengths of time that bars have, in seconds.
_BARS = {
    "1m": 60,
    "5m": 300,
    "15m": 900,
    "30m": 1800,
    "1h": 3600,
    "2h": 7200,
    "4h": 14400,
    "8h": 28800,
    "12h": 43200,
    "1d": 86400,
}
_DAY = 86_400
#: Fewer rows than these don't tell that a row is of no full day.
_LEAST_DAYS = 3
NO_DAY = "no row ends at 00:00 UTC: alone, these prices close no day and make no brief"
#: What exchanges pay where nothing moves: 0.01 % for eight hours. Its size tells the unit.
BASELINE = {"fraction": 0.0001, "percent": 0.01, "bp": 1.0}


def suggest_source(
    found: RecognisedFile, path: Path, written: str, asset: str = "", span: tuple[float, float] | None = None
) -> Suggestion:
    """A recognised file → the lines of desk.toml for it.

    Args:
        found: what it is.
        path: the file.
        written: its path as desk.toml should write it.
        asset: the desk's asset, such as "BTC", where it is known.
        span: the lowest and the highest that its price can be, where the desk declares them.
    """
    believed = AssetConfig(symbol=asset, name={"en": asset}, span=span) if asset else None
    made = _suggest_lines(found, path, written, asset, believed)
    _add_identity_facts(made, found, asset)
    return made


def _suggest_lines(
    found: RecognisedFile, path: Path, written: str, asset: str, believed: AssetConfig | None
) -> Suggestion:
    if found.matches:
        made = _suggest_from_layout(found.matches[0], found.content, path, written, asset, believed)
        also = [match for match in found.matches[1:] if match.layout.table not in ("", made.table) and not match.doubt]
        first = found.matches[0].layout
        rivals = {match.layout.vendor for match in found.matches if match.layout.table == first.table}
        if first.shape == "lists" and first.table and len(rivals) > 1:
            made.asks["cite"] = f"rows without names, as {' and '.join(sorted(rivals))} write them"
        made.facts.extend(f"it can feed {match.layout.table} too, as {match.name}" for match in also[:3])
        return made
    if found.fault:
        return Suggestion("a known layout that can't be read", refused="; ".join(str(item) for item in found.fault[:5]))
    if found.plain is None:
        places = find_row_paths(parse_json(found.content))
        which = f"its rows may lie in {', '.join(places)}: say which with --member; or " if len(places) > 1 else ""
        refused = f"{which}describe it in formats/NAME.toml of the desk; see docs/data.md"
        return Suggestion("JSON of an unknown layout", refused=refused)
    from reporter.desk.plain_tables import suggest_plain_table

    return suggest_plain_table(found, path, written, asset, believed)


def _add_identity_facts(made: Suggestion, found: RecognisedFile, asset: str) -> None:
    """Add the market that a file names as a fact; refuse another coin, or another currency."""
    match = found.matches[0] if found.matches else None
    raw = match.raw if match else found.plain
    if raw is None:
        return
    if made.where:
        keep = [all(raw.columns[name][n] == cell for name, cell in made.where.items()) for n in range(len(raw))]
        raw = raw.filter_rows(keep)
    expected = make_expected_market(asset, "USD", made.table or "prices")
    answer = parse_json(found.content) if found.content.kind == "json" else None
    layout = match.layout if match else None
    claims: Sequence[MarketMention] = [
        claim
        for claim in collect_mentions(raw, expected, made.prices, layout, answer)
        if "where" not in made.asks or not claim.column
    ]
    if made.table == "options":
        _, claims = keep_own_options(raw, expected, tuple(claims))
    if said := list(dict.fromkeys(f'{claim.where} says "{claim.said}"' for claim in claims)):
        made.facts.append("; ".join(said[:3]))
    for claim, why, _ in find_contradictions(expected, claims):
        made.refused = f'{claim.where} says "{claim.said}": {why}'
        return


def _suggest_from_layout(
    match: LayoutMatch, content: Content, path: Path, written: str, asset: str, believed: AssetConfig | None
) -> Suggestion:
    layout, raw = match.layout, match.raw
    made = Suggestion(f"{match.name}: {layout.title}", table=layout.table)
    if not layout.table:
        made.facts.append(format_count(len(raw), "row"))
        made.refused = layout.why_not
        return made
    made.keys = {
        "id": quote_toml(source_id_from_path(path)),
        "format": quote_toml(match.name),
        "path": quote_toml(written),
    }
    time = first_present_name(layout.time, raw.columns) if layout.time else None
    where = _entity_filter(made, raw, layout.entity, asset)
    rows = (
        raw
        if not where
        else raw.filter_rows([cell == next(iter(where.values())) for cell in raw.columns[next(iter(where))]])
    )
    suggest_text_keys(made, content, layout.header == "found")
    numeric = [first_present_name(column, rows.columns) or column for column in layout.columns.values()]
    rows = suggest_cell_keys(
        made, rows, time, numeric if TABLES[layout.table].scaled else [], plain=not layout.accounting
    )
    form = detect_time_form(rows.columns[time], layout.time_format) if time else ""
    if time and form is None:
        form, why = choose_time_form(rows.columns[time])
        if form is None:
            made.asks["time_format"] = why
    if time and form is not None and form != layout.time_format[0]:
        made.keys["time_format"] = quote_toml(form)
    rows = drop_running_row(made, rows, time, form, layout.bar)
    add_time_facts(made, rows, time, form or "", layout.bar)
    if time and (layout.stamp, layout.session_close) == ("start", ""):
        add_end_stamp(made, rows.columns[time], form or "")
    if layout.bar == "" and "bar" not in made.asks:
        made.keys["bar"] = quote_toml(_bar_name(made.bar))
    if where:
        made.keys["where"], made.where = to_inline_table(where), where
    made.prices = tuple(numeric)
    add_unit_facts(made, rows, layout.table, layout.columns, layout.unit, layout.per)
    refuse_unlikely(made, rows, time, form, layout.columns.get("close", "close"), believed)
    for name, why in layout.refuse.items():
        if name in raw.columns:
            made.facts.append(
                f'column "{name}" is not to be used: {_rescaling_evidence(raw, layout.columns, name) or why}'
            )
    made.asks |= {key: why for key, why in layout.ask.items() if key != "coverage"}
    if layout.common:
        made.asks["cite"] = f"many programs write such a table, {layout.vendor} among them: whose figures these are"
    if "coverage" in layout.ask:
        made.facts.append(f"say coverage in desk.toml: {layout.ask['coverage']}")
    if match.doubt:
        made.asks["table"] = f"{match.doubt}; the values say {layout.table}"
        made.asks = {"table": made.asks.pop("table"), **made.asks}
    made.facts.extend(map(str, raw.notices))
    return made


def _rescaling_evidence(raw: RawTable, columns: Mapping[str, str], name: str) -> str:
    """Evidence that one column is another times a power of ten; empty where it is not."""
    other = next((column for column in columns.values() if column in raw.columns), "")
    pairs = [(_to_float(a), _to_float(b)) for a, b in zip(raw.columns[name], raw.columns.get(other, []), strict=False)]
    ratios = [a / b for a, b in pairs if b and np.isfinite(a) and np.isfinite(b)]
    if not ratios or max(ratios) - min(ratios) > 1e-6 * max(map(abs, ratios)):
        return ""
    row = next(place for place, (_, b) in enumerate(pairs) if b)
    return (
        f'it is "{other}" times {round(ratios[0], 6):g} in all {len(ratios)} rows '
        f"({raw.columns[name][row]} against {raw.columns[other][row]} in row {raw.lines[row]})"
    )


def _entity_filter(made: Suggestion, raw: RawTable, expression: str, asset: str) -> dict[str, str]:
    """Whose rows a file holds: a filter where it holds several and one is the desk's."""
    name = first_present_name(expression, raw.columns) if expression else None
    if name is None:
        return {}
    values = sorted(set(raw.columns[name]))
    if len(values) == 1:
        made.facts.append(f'{name} is "{values[0]}" throughout')
        return {}
    own = [value for value in values if asset and re.match(rf"{re.escape(asset)}(?![a-z])", value, re.IGNORECASE)]
    if len(own) == 1:
        return {name: own[0]}
    shown = ", ".join(values[:8]) + (" …" if len(values) > 8 else "")
    made.asks["where"] = f'the file holds {len(values)} of them: {{ {name} = "…" }}, one of {shown}'
    return {}


def detect_time_form(cells: Sequence[str], forms: Sequence[str]) -> str | None:
    """The first form that a column's times have; None where they have none of them."""
    looked = [cell for cell in (*cells[:200], *cells[-200:]) if cell]
    for form in forms:
        if all(to_seconds(cell, form) is not None for cell in looked):
            return form
    return None


def to_seconds(cell: str, form: str) -> float | None:
    """A time's seconds since 1970, without regard to its zone; None where it has another form."""
    if form in ("epoch", "epoch-day"):
        return epoch_seconds(cell)
    try:
        if form:
            moment = parse_time(cell, form)
        else:
            if not re.match(r"\d{4}-\d{2}-\d{2}", cell):
                return None
            moment = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def add_time_facts(made: Suggestion, raw: RawTable, time: str | None, form: str, bar: str) -> None:
    """Add row count, span, order and spacing as facts; set the spacing as `made.bar`."""
    made.facts.append(f"{len(raw)} row{'' if len(raw) == 1 else 's'}")
    if time is None:
        return
    read = [to_seconds(cell, form) for cell in raw.columns[time]]
    times = [value for value in read if value is not None]
    if not times:
        if not bar:
            made.asks["bar"] = "how long a row's period is, which times of an unknown form can't tell"
        return
    made.end = max(times)
    if all(value % 86_400 >= 86_399 for value in times):
        made.keys["stamp"] = quote_toml("end")
        made.facts.append("rows are stamped with the last second of their day")
    order = "newest first" if len(times) > 1 and times[0] > times[-1] else "oldest first"
    made.facts.append(
        f"{_format_time(min(times))} to {_format_time(max(times))}, {order}{_epoch_unit_text(raw.columns[time][0], form)}"
    )
    steps = Counter(round(step / 60) * 60 for step in np.diff(sorted(set(times))).tolist() if step >= 30)
    made.bar = steps.most_common(1)[0][0] if steps else 0
    if bar:
        made.bar = parse_duration(bar)
    elif made.bar not in _BARS.values():
        made.asks["bar"] = "how long a row's period is" + (
            f"; rows are {made.bar} s apart" if made.bar else ", which one row can't tell"
        )
    else:
        share = steps[made.bar] / sum(steps.values())
        made.facts.append(f"a row every {_bar_name(made.bar)} ({share:.0%} of the steps)")
    if made.table == "prices" and made.bar < _DAY and not any((value + made.bar) % _DAY < 1 for value in times):
        made.facts.append(NO_DAY)


def drop_running_row(made: Suggestion, raw: RawTable, time: str | None, form: str | None, bar: str) -> RawTable:
    """Drop the newest daily row where its time shows that its day still runs; add the key for it."""
    if time is None or form is None or bar not in ("", "1d"):
        return raw
    read = [to_seconds(cell, form) for cell in raw.columns[time]]
    if len(read) < _LEAST_DAYS or None in read:
        return raw
    newest = max(range(len(read)), key=lambda row: read[row] or 0.0)
    others = [value for row, value in enumerate(read) if row != newest and value is not None]
    cell = raw.columns[time][newest]
    if (read[newest] or 0.0) % _DAY == 0 or any(value % _DAY for value in others) or "drop" in made.keys:
        return raw
    made.keys["drop"] = f"{{ {quote_toml(time)} = [{quote_toml(cell)}] }}"
    made.facts.append(f'the newest row, "{cell}", is of no full day: left out')
    return raw.filter_rows([row != newest for row in range(len(read))])


def add_end_stamp(made: Suggestion, cells: Sequence[str], form: str) -> None:
    """Set `stamp = "end"` where every time is the last millisecond of a period, such as 23:59:59.999."""
    read = [to_seconds(cell, form) for cell in cells if cell]
    if made.bar and read and all(value is not None and made.bar - 1 < value % made.bar for value in read):
        made.keys["stamp"] = quote_toml("end")
        made.facts.append(f'times such as "{cells[0]}" are the ends of their periods')


def refuse_unlikely(
    made: Suggestion, raw: RawTable, time: str | None, form: str | None, close: str, asset: AssetConfig | None
) -> None:
    """Refuse prices that can't be the asset's, as `check` would.

    Args:
        made: the suggestion.
        raw: the rows, numbers in plain digits.
        time: their column of times; None where they have none.
        form: the form of these.
        close: the column of closes, perhaps as "Date or date".
        asset: the desk's asset; None where it is not known.
    """
    name = first_present_name(close, raw.columns)
    if made.table != "prices" or asset is None or name is None or form is None or not time:
        return
    for moment, cell in zip(raw.columns[time], raw.columns[name], strict=True):
        at, value = to_seconds(moment, form), _to_float(cell)
        if at is None or not np.isfinite(value):
            continue
        if why := unbelievable_price(asset, "", value, datetime.fromtimestamp(at, UTC).year):
            otherwise = f'cross_asset with layout = "wide", unit = "level" and instruments = {{ KEY = "{name}" }}'
            made.refused = f'column "{name}": {why}; if it is another market\'s close, write a source of {otherwise}'
            return


def _epoch_unit_text(cell: str, form: str) -> str:
    if form not in ("epoch", "epoch-day"):
        return ""
    digits = len(cell.partition(".")[0])
    unit = {10: "seconds", 13: "milliseconds", 16: "microseconds", 19: "nanoseconds"}.get(digits, "seconds")
    return f", in {unit} since 1970 UTC"


def _bar_name(bar: int) -> str:
    return next((name for name, seconds in _BARS.items() if seconds == bar), "1d")


def _format_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")


def add_unit_facts(
    made: Suggestion, raw: RawTable, table: str, columns: Mapping[str, str], unit: str, per: str = ""
) -> tuple[str, ...]:
    """Units that fit the size of the values; adds them as a fact next to the declared one.

    Returns:
        The units that fit.
    """
    spec = TABLES[table]
    name = next((first_present_name(columns.get(key, key), raw.columns) for key in spec.typical), None)
    if name is None:
        if unit:
            made.facts.append(f"unit {unit}")
        return tuple(spec.scales)
    sizes = [abs(value) for value in map(_to_float, raw.columns[name]) if np.isfinite(value) and value]
    if not sizes:
        return tuple(spec.scales)
    low, high = next(iter(spec.typical.values()))
    length = parse_duration(per) if per else made.bar or 8 * 3600
    span = length / (8 * 3600) if table == "funding" else 1.0
    middle = float(np.median(sizes))
    fits = tuple(name_ for name_, factor in spec.scales.items() if low * span <= middle * factor <= high * span)
    seen = f'"{name}" has the middle size {middle:.4g}'
    if table == "funding":
        seen += _baseline_text(sizes)
    made.facts.append(
        f"{seen}: as {' or '.join(fits) if fits else 'no unit known'} it is of a usual size"
        + (f"; {unit} by the format" if unit else "")
    )
    if unit and fits and unit not in fits and len(sizes) >= 5:
        made.asks["unit"] = f"the format says {unit}, the values say {' or '.join(fits)}"
    return fits


def _baseline_text(sizes: Sequence[float]) -> str:
    value, count = Counter(sizes).most_common(1)[0]
    unit = next((name for name, size in BASELINE.items() if abs(value / size - 1) < 1e-9), None)
    if unit is None or count < max(3, len(sizes) // 20):
        return ""
    return f", and {value:g} in {count} of {len(sizes)} rows, which is the usual 0.01 % for eight hours in {unit}"


def detect_baseline_unit(raw: RawTable, name: str) -> str | None:
    """The unit in which the commonest funding rate of a column is the usual one."""
    sizes = [abs(value) for value in map(_to_float, raw.columns[name]) if np.isfinite(value) and value]
    said = _baseline_text(sizes) if sizes else ""
    return said.rpartition(" ")[2] or None


def _to_float(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
