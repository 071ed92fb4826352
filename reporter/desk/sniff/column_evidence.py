"""A raw table's columns → evidence for the suggested lines: time form, units, ends of bars, likely prices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from reporter.desk.config.config import AssetConfig
from reporter.desk.config.fields import parse_duration
from reporter.desk.formats.number_forms import to_float
from reporter.desk.formats.readers import RawTable
from reporter.desk.formats.records import first_present_name
from reporter.desk.formats.schema import TABLES
from reporter.desk.formats.suggestion_lines import Suggestion, quote_toml
from reporter.desk.formats.time_forms import parse_time
from reporter.desk.tables.shaping import epoch_seconds
from reporter.desk.validation.price_spans import unbelievable_price
from reporter.model.timestamps import DAY, format_readable_minute

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
#: Fewer rows than these don't tell that a row is of no full day.
_LEAST_DAYS = 3
NO_DAY = "no row ends at 00:00 UTC: alone, these prices close no day and make no brief"
#: What exchanges pay where nothing moves: 0.01 % for eight hours. Its size tells the unit.
BASELINE = {"fraction": 0.0001, "percent": 0.01, "bp": 1.0}


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
    """Add row count, span, order and spacing as facts; set the spacing as `made.bar`.

    Args:
        made: the suggestion, which is changed.
        raw: the rows.
        time: the time column, or None.
        form: how its times are written.
        bar: the period that the layout declares, or an empty text.
    """
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
    if all(value % DAY >= DAY - 1 for value in times):
        made.keys["stamp"] = quote_toml("end")
        made.facts.append("rows are stamped with the last second of their day")
    order = "newest first" if len(times) > 1 and times[0] > times[-1] else "oldest first"
    span = f"{format_readable_minute(min(times))} to {format_readable_minute(max(times))}"
    made.facts.append(f"{span}, {order}{_epoch_unit_text(raw.columns[time][0], form)}")
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
        made.facts.append(f"a row every {name_bar(made.bar)} ({share:.0%} of the steps)")
    if made.table == "prices" and made.bar < DAY and not any((value + made.bar) % DAY < 1 for value in times):
        made.facts.append(NO_DAY)


def drop_running_row(made: Suggestion, raw: RawTable, time: str | None, form: str | None, bar: str) -> RawTable:
    """Drop the newest daily row where its time shows that its day still runs; add the key for it.

    Args:
        made: the suggestion, which is changed.
        raw: the rows.
        time: the time column, or None.
        form: how its times are written, or None.
        bar: the length of a row's period.
    """
    if time is None or form is None or bar not in ("", "1d"):
        return raw
    read = [to_seconds(cell, form) for cell in raw.columns[time]]
    if len(read) < _LEAST_DAYS or None in read:
        return raw
    newest = max(range(len(read)), key=lambda row: read[row] or 0.0)
    others = [value for row, value in enumerate(read) if row != newest and value is not None]
    cell = raw.columns[time][newest]
    if (read[newest] or 0.0) % DAY == 0 or any(value % DAY for value in others) or "drop" in made.keys:
        return raw
    made.keys["drop"] = f"{{ {quote_toml(time)} = [{quote_toml(cell)}] }}"
    made.facts.append(f'the newest row, "{cell}", is of no full day: left out')
    return raw.filter_rows([row != newest for row in range(len(read))])


def add_end_stamp(made: Suggestion, cells: Sequence[str], form: str) -> None:
    """Set `stamp = "end"` where every time is the last millisecond of a period, such as 23:59:59.999.

    Args:
        made: the suggestion, which is changed.
        cells: the time column's.
        form: how its times are written.
    """
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
        at, value = to_seconds(moment, form), to_float(cell)
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


def name_bar(bar: int) -> str:
    """A bar's length in seconds → its name in desk.toml."""
    return next((name for name, seconds in _BARS.items() if seconds == bar), "1d")


def add_unit_facts(
    made: Suggestion, raw: RawTable, table: str, columns: Mapping[str, str], unit: str, per: str = ""
) -> tuple[str, ...]:
    """Units that fit the size of the values; adds them as a fact next to the declared one.

    Args:
        made: the suggestion, which is changed.
        raw: the rows.
        table: the canonical table.
        columns: canonical column → the file's.
        unit: the declared one, or an empty text.
        per: what a value is for, such as a funding period.

    Returns:
        The units that fit.
    """
    spec = TABLES[table]
    name = next((first_present_name(columns.get(key, key), raw.columns) for key in spec.typical), None)
    if name is None:
        if unit:
            made.facts.append(f"unit {unit}")
        return tuple(spec.scales)
    sizes = [abs(value) for value in map(to_float, raw.columns[name]) if np.isfinite(value) and value]
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
    sizes = [abs(value) for value in map(to_float, raw.columns[name]) if np.isfinite(value) and value]
    said = _baseline_text(sizes) if sizes else ""
    return said.rpartition(" ")[2] or None
