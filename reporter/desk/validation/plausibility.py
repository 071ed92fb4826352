"""Canonical columns → values that can't be true: out of bounds, highs below lows, units that don't fit the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import cast

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import SourceConfig
from reporter.desk.config.fields import parse_duration
from reporter.desk.config.instruments import USUAL_LEVELS
from reporter.desk.formats.readers import MAX_PROBLEMS
from reporter.desk.parsing.canonical import Columns
from reporter.diagnostics.diagnostic import Diagnostic, Place

_EIGHT_HOURS = 8 * 3600
#: Fewer values than these say nothing about a file's unit.
_LEAST_VALUES = 5
_LEAST_RATES = 15
#: One bad row in so many is a bad row; more are another order of columns.
_BAD_ROWS = 20
_PRICES = ("open", "high", "low", "close")
#: What Binance, Bybit, OKX and Deribit charge for eight hours where the premium is small: 0.01 %.
_BASELINE = 0.0001

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


def find_implausible(source: SourceConfig, columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    """A source's canonical columns → a diagnostic for every value that can't be true.

    Args:
        source: its declaration.
        columns: its rows; `file` is a position in `files`.
        files: how its files are shown.
    """
    yield from _find_out_of_bounds(source, columns, files)
    yield from _find_disordered_bars(source, columns, files)
    yield from _find_unlikely_units(source, columns, files)
    if source.table == "cross_asset":
        yield from _find_unusual_levels(source, columns, files)
    if source.table == "funding":
        yield from _find_misscaled_funding(source, columns, files)
    if source.table == "options" and "delta" in columns:
        yield from _find_wrong_deltas(source, columns, files)


def _float_column(columns: Columns, name: str) -> Floats:
    return cast(Floats, columns[name])


def _iterate_bad_rows(columns: Columns, bad: Marks, files: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    """Position, file and line of the first bad rows, in the order of the files."""
    found = [(int(columns["file"][row]), int(columns["line"][row]), row) for row in np.flatnonzero(bad).tolist()]
    for file, line, row in sorted(found)[:MAX_PROBLEMS]:
        yield row, files[file], line


def _format_number(value: float) -> str:
    """A number in plain digits, as an author writes it."""
    if value == 0 or 1e-6 <= abs(value) < 1e16:
        digits = f"{value:.10f}".rstrip("0").rstrip(".")
        return digits if "." in digits else f"{value:.0f}"
    return f"{value:.10g}"


def _find_out_of_bounds(source: SourceConfig, columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    spec = source.spec
    for name, (low, high) in spec.bounds.items():
        if name not in columns:
            continue
        values = _float_column(columns, name)
        bad = (values < low) | (values > high)
        if not bad.any():
            continue
        # Numbers are shown as the file writes them, so that the author finds them.
        scaled = name in spec.scaled
        factor = spec.find_factor(source.unit, name) if scaled else 1.0
        hint = f'is the unit really "{source.unit}"?' if scaled and source.unit and len(spec.scales) > 1 else ""
        span = f"{_format_number(low / factor)} … {_format_number(high / factor)}"
        for row, file, line in _iterate_bad_rows(columns, bad, files):
            shown = _format_number(float(values[row]) / factor)
            range_said = "not above 0" if values[row] <= 0 < low else f"outside {span}"
            what = f'column "{source.columns.get(name, name)}": {shown} is {range_said}'
            yield Diagnostic("data.out-of-range", Place(file, line), what, hint)


def _find_disordered_bars(source: SourceConfig, columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    """Lows above highs, and opens and closes outside of them."""
    if not {"low", "high"} <= columns.keys():
        return
    low, high = _float_column(columns, "low"), _float_column(columns, "high")
    inner = [_float_column(columns, name) for name in ("open", "close") if name in columns]
    bad = low > high
    for values in inner:
        bad = bad | (values > high) | (values < low)
    names = "open and close" if len(inner) == 2 else "close"
    what = f"high and low do not enclose {names}" if inner else "low is above high"
    if not bad.any():
        return
    fitting = _fitting_order(source, columns) if int(bad.sum()) > max(len(bad) // _BAD_ROWS, 1) else ""
    hint = f"the rows fit {fitting}" if fitting else "are the columns mapped rightly?"
    for _, file, line in _iterate_bad_rows(columns, bad, files):
        yield Diagnostic("data.disordered-bar", Place(file, line), what, hint)


def _fitting_order(source: SourceConfig, columns: Columns) -> str:
    """Which of the prices' columns the rows themselves take for open, high, low and close; empty where none fits.

    Highs and lows enclose the others in all rows but a few. Which of the two inner ones is the open is told by the row
    before, whose close is nearer to it.
    """
    names = [name for name in _PRICES if name in columns]
    if "close" not in names:
        return ""
    values = np.stack([_float_column(columns, name) for name in names])
    values = values[:, ~np.isnan(values).any(axis=0)]
    fitting = []
    for order in permutations(range(len(names))):
        prices = dict(zip(names, values[list(order)], strict=True))
        wrong = (prices["high"] < values.max(axis=0)) | (prices["low"] > values.min(axis=0))
        if int(wrong.sum()) <= values.shape[1] // _BAD_ROWS:
            steps = np.abs(prices.get("open", prices["close"])[1:] - prices["close"][:-1])
            fitting.append((float(steps.sum()), order))
    # The columns as they are do not fit, so that what does is another order.
    if not fitting:
        return ""
    own = [source.columns.get(name, name) for name in names]
    _, order = min(fitting)
    return "columns = {{ {} }}".format(
        ", ".join(f'{name} = "{own[place]}"' for name, place in zip(names, order, strict=True))
    )


def _find_unlikely_units(source: SourceConfig, columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    """A unit that no single value refutes, but all of them together do: funding in percent read as fractions."""
    spec = source.spec
    for name, (low, high) in spec.typical.items():
        values = np.abs(_float_column(columns, name)) if name in columns else np.empty(0)
        values = values[values > 0]
        if len(values) < _LEAST_VALUES:
            continue
        span = parse_duration(source.bar) / _EIGHT_HOURS if source.table == "funding" else 1.0
        middle = float(np.median(values))
        if not low * span <= middle <= high * span:
            factor = spec.find_factor(source.unit, name)
            shown = f"{middle / factor:.3g}"
            size = "small" if middle < low * span else "large"
            column = source.columns.get(name, name)
            what = f'column "{column}": its values, about {shown}, are too {size} for "{source.unit}"'
            hint = f"other units are {', '.join(unit for unit in spec.scales if unit != source.unit)}"
            yield Diagnostic("data.unlikely-unit", Place(files[0]), what, hint if len(spec.scales) > 1 else "")


def _find_unusual_levels(source: SourceConfig, columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    """Markets whose closes, taken together, are not what the market is quoted at: cents, tenths, another instrument."""
    for key, symbol in source.instruments.items():
        if key not in USUAL_LEVELS:
            continue
        closes = _float_column(columns, "close")[columns["instrument"] == key]
        closes = closes[np.isfinite(closes)]
        low, high = USUAL_LEVELS[key]
        if len(closes) >= _LEAST_VALUES and not low <= (middle := float(np.median(closes))) <= high:
            what = f'"{symbol}": its closes, about {middle:,.4g}, are no level of {key}, which is {low:g} to {high:g}'
            hint = "are instrument and unit right? Yields are in per cent, prices in dollars"
            yield Diagnostic("data.unlikely-instrument", Place(files[0]), what, hint)


def _find_misscaled_funding(source: SourceConfig, columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    """Funding rates whose baseline rate shows that they are in another unit than declared.

    That rate, 0.01 % for eight hours, is the commonest value of every series long enough; at a hundred times it, or a
    hundredth, the unit is wrong even where every value could be true.
    """
    rates = np.abs(_float_column(columns, "rate"))
    rates = rates[rates > 0]
    if len(rates) < _LEAST_RATES:
        return
    # Apart from the factor by which rows stand for more or less than the period of a rate.
    spread = parse_duration(source.bar) / parse_duration(source.per) if source.per else 1.0
    values, counts = np.unique(np.round(rates / spread, 12), return_counts=True)
    common, count = float(values[int(np.argmax(counts))]), int(counts.max())
    wrong = next((size for size in (100.0, 0.01) if abs(common / (_BASELINE * size) - 1) < 1e-9), None)
    if wrong is None or count < max(_LEAST_VALUES, len(rates) // 20):
        return
    factor = source.spec.find_factor(source.unit, "rate")
    column = source.columns.get("rate", "rate")
    what = (
        f'column "{column}": {_format_number(common / factor)} in {count} of {len(rates)} rows is the usual 0.01 % for '
        f'eight hours, {"100 times too big" if wrong > 1 else "a hundredth of it"} as "{source.unit}"'
    )
    yield Diagnostic(
        "data.unlikely-rate", Place(files[0]), what, "use the column as the exchange gives it, and declare its unit"
    )


def _find_wrong_deltas(source: SourceConfig, columns: Columns, files: Sequence[str]) -> Iterator[Diagnostic]:
    delta, calls = _float_column(columns, "delta"), columns["type"] == "call"
    bad = np.where(calls, delta < 0, delta > 0)
    for row, file, line in _iterate_bad_rows(columns, bad, files):
        side = "call's delta is 0 or above" if calls[row] else "put's delta is 0 or below"
        what = f'column "{source.columns.get("delta", "delta")}": {_format_number(float(delta[row]))}, but a {side}'
        yield Diagnostic("data.wrong-delta", Place(file, line), what)
