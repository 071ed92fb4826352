"""What a file was found to be → the lines of desk.toml for it, and the questions that the file can't answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from reporter.desk.cell_forms import cell_keys, text_keys
from reporter.desk.config import AssetConfig
from reporter.desk.containers import Content
from reporter.desk.fields import parse_duration
from reporter.desk.identity import Claim, claims_of, contradictions, expected_of, own_options
from reporter.desk.json_rows import parsed
from reporter.desk.plain_json import row_places
from reporter.desk.price_spans import unbelievable_price
from reporter.desk.readers import RawTable
from reporter.desk.recognition import Match, Recognised
from reporter.desk.records import one_of
from reporter.desk.schema import TABLES
from reporter.desk.shaping import epoch_seconds
from reporter.desk.suggested import Suggestion, identifier, inline, quoted
from reporter.desk.time_forms import read_time, usual_form
from reporter.plural import count_of

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


def suggest(
    found: Recognised, path: Path, written: str, asset: str = "", span: tuple[float, float] | None = None
) -> Suggestion:
    """Lines for a file.

    Args:
        found: what it is.
        path: the file.
        written: its path as desk.toml should write it.
        asset: the desk's asset, such as "BTC", where it is known.
        span: the lowest and the highest that its price can be, where the desk declares them.
    """
    believed = AssetConfig(symbol=asset, name={"en": asset}, span=span) if asset else None
    made = _suggested(found, path, written, asset, believed)
    _say_identity(made, found, asset)
    return made


def _suggested(found: Recognised, path: Path, written: str, asset: str, believed: AssetConfig | None) -> Suggestion:
    if found.matches:
        made = _of_layout(found.matches[0], found.content, path, written, asset, believed)
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
        places = row_places(parsed(found.content))
        which = f"its rows may lie in {', '.join(places)}: say which with --member; or " if len(places) > 1 else ""
        refused = f"{which}describe it in formats/NAME.toml of the desk; see docs/data.md"
        return Suggestion("JSON of an unknown layout", refused=refused)
    from reporter.desk.plain_tables import suggest_plain

    return suggest_plain(found, path, written, asset, believed)


def _say_identity(made: Suggestion, found: Recognised, asset: str) -> None:
    """What a file says of itself as a fact; refused where it is another coin's, or in another currency."""
    match = found.matches[0] if found.matches else None
    raw = match.raw if match else found.plain
    if raw is None:
        return
    if made.where:
        keep = [all(raw.columns[name][n] == cell for name, cell in made.where.items()) for n in range(len(raw))]
        raw = raw.only(keep)
    expected = expected_of(asset, "USD", made.table or "prices")
    answer = parsed(found.content) if found.content.kind == "json" else None
    layout = match.layout if match else None
    claims: Sequence[Claim] = [
        claim
        for claim in claims_of(raw, expected, made.prices, layout, answer)
        if "where" not in made.asks or not claim.column
    ]
    if made.table == "options":
        _, claims = own_options(raw, expected, tuple(claims))
    if said := list(dict.fromkeys(f'{claim.where} says "{claim.said}"' for claim in claims)):
        made.facts.append("; ".join(said[:3]))
    for claim, why, _ in contradictions(expected, claims):
        made.refused = f'{claim.where} says "{claim.said}": {why}'
        return


def _of_layout(
    match: Match, content: Content, path: Path, written: str, asset: str, believed: AssetConfig | None
) -> Suggestion:
    layout, raw = match.layout, match.raw
    made = Suggestion(f"{match.name}: {layout.title}", table=layout.table)
    if not layout.table:
        made.facts.append(count_of(len(raw), "row"))
        made.refused = layout.why_not
        return made
    made.keys = {"id": quoted(identifier(path)), "format": quoted(match.name), "path": quoted(written)}
    time = one_of(layout.time, raw.columns) if layout.time else None
    where = _entities(made, raw, layout.entity, asset)
    rows = (
        raw if not where else raw.only([cell == next(iter(where.values())) for cell in raw.columns[next(iter(where))]])
    )
    text_keys(made, content, layout.header == "found")
    numeric = [one_of(column, rows.columns) or column for column in layout.columns.values()]
    rows = cell_keys(made, rows, time, numeric if TABLES[layout.table].scaled else [], plain=not layout.accounting)
    form = time_form(rows.columns[time], layout.time_format) if time else ""
    if time and form is None:
        form, why = usual_form(rows.columns[time])
        if form is None:
            made.asks["time_format"] = why
    if time and form is not None and form != layout.time_format[0]:
        made.keys["time_format"] = quoted(form)
    rows = without_running_row(made, rows, time, form, layout.bar)
    times_seen(made, rows, time, form or "", layout.bar)
    if time and (layout.stamp, layout.session_close) == ("start", ""):
        say_ends(made, rows.columns[time], form or "")
    if layout.bar == "" and "bar" not in made.asks:
        made.keys["bar"] = quoted(_name_of(made.bar))
    if where:
        made.keys["where"], made.where = inline(where), where
    made.prices = tuple(numeric)
    units_seen(made, rows, layout.table, layout.columns, layout.unit, layout.per)
    refuse_unlikely(made, rows, time, form, layout.columns.get("close", "close"), believed)
    for name, why in layout.refuse.items():
        if name in raw.columns:
            made.facts.append(f'column "{name}" is not to be used: {_hundredfold(raw, layout.columns, name) or why}')
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


def _hundredfold(raw: RawTable, columns: Mapping[str, str], name: str) -> str:
    """Evidence that one column is another times a power of ten; empty where it is not."""
    other = next((column for column in columns.values() if column in raw.columns), "")
    pairs = [(_float(a), _float(b)) for a, b in zip(raw.columns[name], raw.columns.get(other, []), strict=False)]
    ratios = [a / b for a, b in pairs if b and np.isfinite(a) and np.isfinite(b)]
    if not ratios or max(ratios) - min(ratios) > 1e-6 * max(map(abs, ratios)):
        return ""
    row = next(place for place, (_, b) in enumerate(pairs) if b)
    return (
        f'it is "{other}" times {round(ratios[0], 6):g} in all {len(ratios)} rows '
        f"({raw.columns[name][row]} against {raw.columns[other][row]} in row {raw.lines[row]})"
    )


def _entities(made: Suggestion, raw: RawTable, expression: str, asset: str) -> dict[str, str]:
    """Whose rows a file holds: a filter where it holds several and one is the desk's."""
    name = one_of(expression, raw.columns) if expression else None
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


def time_form(cells: Sequence[str], forms: Sequence[str]) -> str | None:
    """The first form that a column's times have; None where they have none of them."""
    looked = [cell for cell in (*cells[:200], *cells[-200:]) if cell]
    for form in forms:
        if all(seconds_of(cell, form) is not None for cell in looked):
            return form
    return None


def seconds_of(cell: str, form: str) -> float | None:
    """A time's seconds since 1970, without regard to its zone; None where it has another form."""
    if form in ("epoch", "epoch-day"):
        return epoch_seconds(cell)
    try:
        if form:
            moment = read_time(cell, form)
        else:
            if not re.match(r"\d{4}-\d{2}-\d{2}", cell):
                return None
            moment = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def times_seen(made: Suggestion, raw: RawTable, time: str | None, form: str, bar: str) -> None:
    """Rows, span, order and distance, as facts; the distance as `made.bar`."""
    made.facts.append(f"{len(raw)} row{'' if len(raw) == 1 else 's'}")
    if time is None:
        return
    read = [seconds_of(cell, form) for cell in raw.columns[time]]
    times = [value for value in read if value is not None]
    if not times:
        if not bar:
            made.asks["bar"] = "how long a row's period is, which times of an unknown form can't tell"
        return
    made.end = max(times)
    if all(value % 86_400 >= 86_399 for value in times):
        made.keys["stamp"] = quoted("end")
        made.facts.append("rows are stamped with the last second of their day")
    order = "newest first" if len(times) > 1 and times[0] > times[-1] else "oldest first"
    made.facts.append(f"{_iso(min(times))} to {_iso(max(times))}, {order}{_size_of(raw.columns[time][0], form)}")
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
        made.facts.append(f"a row every {_name_of(made.bar)} ({share:.0%} of the steps)")
    if made.table == "prices" and made.bar < _DAY and not any((value + made.bar) % _DAY < 1 for value in times):
        made.facts.append(NO_DAY)


def without_running_row(made: Suggestion, raw: RawTable, time: str | None, form: str | None, bar: str) -> RawTable:
    """Rows of days without the newest where that is of this moment and all others are of midnights; as a key."""
    if time is None or form is None or bar not in ("", "1d"):
        return raw
    read = [seconds_of(cell, form) for cell in raw.columns[time]]
    if len(read) < _LEAST_DAYS or None in read:
        return raw
    newest = max(range(len(read)), key=lambda row: read[row] or 0.0)
    others = [value for row, value in enumerate(read) if row != newest and value is not None]
    cell = raw.columns[time][newest]
    if (read[newest] or 0.0) % _DAY == 0 or any(value % _DAY for value in others) or "drop" in made.keys:
        return raw
    made.keys["drop"] = f"{{ {quoted(time)} = [{quoted(cell)}] }}"
    made.facts.append(f'the newest row, "{cell}", is of no full day: left out')
    return raw.only([row != newest for row in range(len(read))])


def say_ends(made: Suggestion, cells: Sequence[str], form: str) -> None:
    """Say `stamp = "end"` where every time is the last millisecond of a period, such as 23:59:59.999."""
    read = [seconds_of(cell, form) for cell in cells if cell]
    if made.bar and read and all(value is not None and made.bar - 1 < value % made.bar for value in read):
        made.keys["stamp"] = quoted("end")
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
    name = one_of(close, raw.columns)
    if made.table != "prices" or asset is None or name is None or form is None or not time:
        return
    for moment, cell in zip(raw.columns[time], raw.columns[name], strict=True):
        at, value = seconds_of(moment, form), _float(cell)
        if at is None or not np.isfinite(value):
            continue
        if why := unbelievable_price(asset, "", value, datetime.fromtimestamp(at, UTC).year):
            otherwise = f'cross_asset with layout = "wide", unit = "level" and instruments = {{ KEY = "{name}" }}'
            made.refused = f'column "{name}": {why}; if it is another market\'s close, write a source of {otherwise}'
            return


def _size_of(cell: str, form: str) -> str:
    if form not in ("epoch", "epoch-day"):
        return ""
    digits = len(cell.partition(".")[0])
    unit = {10: "seconds", 13: "milliseconds", 16: "microseconds", 19: "nanoseconds"}.get(digits, "seconds")
    return f", in {unit} since 1970 UTC"


def _name_of(bar: int) -> str:
    return next((name for name, seconds in _BARS.items() if seconds == bar), "1d")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")


def units_seen(
    made: Suggestion, raw: RawTable, table: str, columns: Mapping[str, str], unit: str, per: str = ""
) -> tuple[str, ...]:
    """Units that the values' size allows, told as a fact beside the declared one.

    Returns:
        The units that fit.
    """
    spec = TABLES[table]
    name = next((one_of(columns.get(key, key), raw.columns) for key in spec.typical), None)
    if name is None:
        if unit:
            made.facts.append(f"unit {unit}")
        return tuple(spec.scales)
    sizes = [abs(value) for value in map(_float, raw.columns[name]) if np.isfinite(value) and value]
    if not sizes:
        return tuple(spec.scales)
    low, high = next(iter(spec.typical.values()))
    length = parse_duration(per) if per else made.bar or 8 * 3600
    span = length / (8 * 3600) if table == "funding" else 1.0
    middle = float(np.median(sizes))
    fits = tuple(name_ for name_, factor in spec.scales.items() if low * span <= middle * factor <= high * span)
    seen = f'"{name}" has the middle size {middle:.4g}'
    if table == "funding":
        seen += _at_baseline(sizes)
    made.facts.append(
        f"{seen}: as {' or '.join(fits) if fits else 'no unit known'} it is of a usual size"
        + (f"; {unit} by the format" if unit else "")
    )
    if unit and fits and unit not in fits and len(sizes) >= 5:
        made.asks["unit"] = f"the format says {unit}, the values say {' or '.join(fits)}"
    return fits


def _at_baseline(sizes: Sequence[float]) -> str:
    value, count = Counter(sizes).most_common(1)[0]
    unit = next((name for name, size in BASELINE.items() if abs(value / size - 1) < 1e-9), None)
    if unit is None or count < max(3, len(sizes) // 20):
        return ""
    return f", and {value:g} in {count} of {len(sizes)} rows, which is the usual 0.01 % for eight hours in {unit}"


def baseline_unit(raw: RawTable, name: str) -> str | None:
    """The unit in which the commonest funding rate of a column is the usual one."""
    sizes = [abs(value) for value in map(_float, raw.columns[name]) if np.isfinite(value) and value]
    said = _at_baseline(sizes) if sizes else ""
    return said.rpartition(" ")[2] or None


def _float(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
