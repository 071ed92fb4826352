"""What the sample desks' scripts share: stated points and a seed in, paths, bars, option smiles and CSV files out.

A sample states some figures exactly and invents everything between them. The inventions are bridges: random
walks in logarithms that are pinned to the stated points and reflected at the bounds that were stated.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import NormalDist
from zlib import crc32

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
#: A step (minute, day or session counted from the start of a path) and the value stated for it.
Point = tuple[int, float]

DAY = 1440
#: The normal quantile of a 25-delta option: N(0.6745) = 0.75.
_QUARTER = NormalDist().inv_cdf(0.75)


def stream(seed: int, name: str) -> np.random.Generator:
    """A random stream of its own for each file, so that a change to one file leaves the others as they were."""
    return np.random.Generator(np.random.PCG64([seed, crc32(name.encode())]))


def bridge(
    points: Sequence[Point], shocks: Array, volatility: float, floor: float = 1e-9, ceiling: float = 1e12
) -> Array:
    """A path through stated points.

    Args:
        points: at least two, in order; the path starts at the first and ends at the last.
        shocks: standard normal numbers, one a step.
        volatility: standard deviation of the logarithmic change of one step.
        floor: no value lies below it.
        ceiling: no value lies above it.

    Returns:
        One value a step, both ends included; the stated points are exact.
    """
    at = np.array([step for step, _ in points])
    stated = np.array([value for _, value in points])
    steps = np.arange(at[0], at[-1] + 1)
    walk = np.concatenate([[0.0], np.cumsum(shocks[: len(steps) - 1])]) * volatility
    path = np.interp(steps, at, np.log(stated)) + walk - np.interp(steps, at, walk[at - at[0]])
    path = math.log(floor) + np.abs(path - math.log(floor))
    path = math.log(ceiling) - np.abs(math.log(ceiling) - path)
    values: Array = np.exp(path)
    values[at - at[0]] = stated
    return values


def joined(*paths: Array) -> Array:
    """Price paths that share their ends as one path, rounded to cents."""
    parts = [path[:-1] for path in paths[:-1]]
    return np.round(np.concatenate([*parts, paths[-1]]), 2)


def clock_points(points: Iterable[tuple[str, float]]) -> list[Point]:
    """Points of one day, told by the clock (`24:00` is its end), as minutes."""
    return [(int(clock[:2]) * 60 + int(clock[3:]), price) for clock, price in points]


@dataclass(frozen=True, slots=True)
class Bar:
    """A price bar: its start and its four prices."""

    start: datetime
    open: float
    high: float
    low: float
    close: float

    def cells(self) -> tuple[str, str, str, str]:
        """Open, high, low and close as they are written to a file."""
        return (f"{self.open:.2f}", f"{self.high:.2f}", f"{self.low:.2f}", f"{self.close:.2f}")


def bars(path: Array, start: datetime, minutes: int) -> list[Bar]:
    """Aggregate a path of minutes into bars; a bar opens where the one before it closed."""
    made = []
    for first in range(0, len(path) - 1, minutes):
        window = path[first : first + minutes + 1]
        opened = start + timedelta(minutes=first)
        made.append(Bar(opened, float(window[0]), float(window.max()), float(window.min()), float(window[-1])))
    return made


def midnight(day: date) -> datetime:
    """00:00 UTC of a day."""
    return datetime.combine(day, time(), UTC)


def minutes_between(first: date, last: date) -> int:
    """Minutes from one midnight UTC to another."""
    return (last - first).days * DAY


def dates(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def weekdays(first: date, last: date) -> list[date]:
    """Every Monday to Friday from the first to the last."""
    return [day for day in dates(first, last) if day.weekday() < 5]


def dated_bridge(
    days: Sequence[date], points: Sequence[tuple[date, float]], shocks: Array, volatility: float, **bounds: float
) -> Array:
    """A bridge over listed days, its points told by date; the first and the last day must be among them."""
    position = {day: step for step, day in enumerate(days)}
    return bridge([(position[day], value) for day, value in points], shocks, volatility, **bounds)


def continued(path: Array, changes: Iterable[float]) -> list[float]:
    """Levels rounded to hundredths and carried on by stated changes, each a percentage of the level before it."""
    levels: list[float] = np.round(path, 2).tolist()
    for change in changes:
        levels.append(round(levels[-1] * (1 + change / 100), 2))
    return levels


def settlements(first: date, rates: Sequence[float], form: str) -> list[tuple[str, str]]:
    """Funding at 08:00, 16:00 and 24:00 UTC from a first day on, each stamped with the end of its eight hours."""
    ends = (midnight(first) + timedelta(hours=8 * n) for n in range(1, len(rates) + 1))
    return [(f"{end:%Y-%m-%dT%H:%MZ}", format(rate, form)) for end, rate in zip(ends, rates, strict=True)]


def dated(days: Iterable[date], values: Iterable[float], form: str) -> list[tuple[str, str]]:
    """Rows of a date and a number."""
    return [(str(day), format(value, form)) for day, value in zip(days, values, strict=True)]


@dataclass(frozen=True, slots=True)
class Smile:
    """Implied volatility over strikes: a parabola in log-moneyness through both 25-delta points and the money.

    Attributes:
        forward: forward price.
        years: time to expiry.
        money: volatility at the forward, a fraction.
        put: 25-delta put: log-moneyness and volatility.
        call: 25-delta call: log-moneyness and volatility.
    """

    forward: float
    years: float
    money: float
    put: tuple[float, float]
    call: tuple[float, float]

    def volatility(self, strike: float) -> float:
        """Volatility at a strike; flat beyond twice the distance of the 25-delta points."""
        (down, low), (up, high) = self.put, self.call
        x = min(max(math.log(strike / self.forward), 2 * down), 2 * up)
        bend = ((high - self.money) / up - (low - self.money) / down) / (up - down)
        slope = (high - self.money) / up - bend * up
        return self.money + slope * x + bend * x * x

    def call_delta(self, strike: float, volatility: float) -> float:
        """Black's delta of a call at a strike."""
        width = volatility * math.sqrt(self.years)
        return NormalDist().cdf(math.log(self.forward / strike) / width + width / 2)


def smile(forward: float, years: float, money: float, reversal: float) -> Smile:
    """A smile with a stated risk reversal (25-delta call less put, a fraction)."""
    wing = money * 1.03
    put, call = wing - reversal / 2, wing + reversal / 2
    return Smile(forward, years, money, (_put_point(put, years), put), (_call_point(call, years), call))


def smile_on_strikes(put_strike: float, call_strike: float, years: float, money: float, reversal: float) -> Smile:
    """A smile whose 25-delta points fall on two strikes; level and forward follow from that.

    Both volatilities are rounded to a hundredth of a point, so that the quotes in a file show the stated
    reversal exactly.
    """
    low, high = 0.05, 3.0
    for _ in range(60):
        call = (low + high) / 2
        wide = _call_point(call, years) - _put_point(call - reversal, years)
        low, high = (call, high) if wide < math.log(call_strike / put_strike) else (low, call)
    call = round(low, 4)
    put = round(call - reversal, 4)
    forward = put_strike / math.exp(_put_point(put, years))
    points = (math.log(put_strike / forward), put), (math.log(call_strike / forward), call)
    return Smile(forward, years, money, *points)


def _put_point(volatility: float, years: float) -> float:
    """Log-moneyness at which a put has delta −0.25."""
    return volatility**2 * years / 2 - _QUARTER * volatility * math.sqrt(years)


def _call_point(volatility: float, years: float) -> float:
    """Log-moneyness at which a call has delta 0.25."""
    return volatility**2 * years / 2 + _QUARTER * volatility * math.sqrt(years)


def chain(quoted: Smile, strikes: Collection[int]) -> list[tuple[str, str, str, str]]:
    """Strike, type, mark volatility in percent and delta of every option that has a delta worth quoting."""
    rows = []
    for strike in sorted(strikes):
        volatility = round(quoted.volatility(strike) * 100, 2)
        delta = round(quoted.call_delta(strike, volatility / 100), 4)
        if 0.02 <= delta <= 0.98:
            rows.append((str(strike), "call", f"{volatility:.2f}", f"{delta:.4f}"))
            rows.append((str(strike), "put", f"{volatility:.2f}", f"{delta - 1:.4f}"))
    return rows


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as UTF-8 with bare line feeds, the same bytes on every system."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_bars(path: Path, made: Iterable[Bar], form: str) -> None:
    """Write bars, their start told in the given form of strftime."""
    rows = ([bar.start.strftime(form), *bar.cells()] for bar in made)
    write_csv(path, ("time", "open", "high", "low", "close"), rows)
