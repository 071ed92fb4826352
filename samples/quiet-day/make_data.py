"""Makes this sample's tables: an invented Sunday on which nothing happens, after an invented half year.

Run `python make_data.py` to write beside this file, or `python make_data.py DIR` to write elsewhere.
"""

from __future__ import annotations

import math
import sys
from datetime import date
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
# A sample is no package; what all samples share lies beside their folders.
sys.path.insert(0, str(HERE.parent))

from synthesis import (  # noqa: E402
    DAY,
    Array,
    bars,
    bridge,
    clock_points,
    continued,
    dated,
    dated_bridge,
    dates,
    joined,
    midnight,
    minutes_between,
    settlements,
    stream,
    weekdays,
    write_bars,
    write_csv,
)

SEED = 20250615
FIRST, HOURLY_FROM, LAST = date(2024, 11, 28), date(2025, 6, 6), date(2025, 6, 15)
DAYS = dates(FIRST, LAST)
#: Weekdays on which the New York exchanges stayed shut.
HOLIDAYS = frozenset(
    {
        date(2024, 11, 28),
        date(2024, 12, 25),
        date(2025, 1, 1),
        date(2025, 1, 9),
        date(2025, 1, 20),
        date(2025, 2, 17),
        date(2025, 4, 18),
        date(2025, 5, 26),
    }
)
SESSIONS = [day for day in weekdays(FIRST, LAST) if day not in HOLIDAYS]

# Midnights (UTC) through which the price passes; a calm stretch; and the day itself.
MONTHS = (
    (FIRST, 55_200.0),
    (date(2024, 12, 20), 61_400.0),
    (date(2025, 1, 25), 58_100.0),
    (date(2025, 3, 1), 52_600.0),
    (date(2025, 4, 5), 55_900.0),
    (date(2025, 5, 10), 59_700.0),
    (date(2025, 5, 22), 60_400.0),
    (HOURLY_FROM, 58_150.0),
)
CALM = ((HOURLY_FROM, 58_150.0), (date(2025, 6, 10), 58_720.0), (LAST, 58_340.0))
SUNDAY = (
    ("00:00", 58_340.0),
    ("05:40", 58_187.5),
    ("13:20", 58_480.0),
    ("16:10", 58_611.2),
    ("24:00", 58_398.34),
)

VOLATILITY_INDEX = (
    (FIRST, 53.5),
    (date(2025, 1, 25), 49.0),
    (date(2025, 3, 10), 56.2),
    (date(2025, 5, 1), 43.6),
    (date(2025, 6, 5), 37.8),
    (date(2025, 6, 9), 37.1),
    (date(2025, 6, 13), 37.6),
    (date(2025, 6, 14), 37.4),
    (LAST, 37.5),
)
#: Basis points a settlement on the last three days.
FUNDING = (0.52, 0.47, 0.44, 0.39, 0.42, 0.46, 0.41, 0.38, 0.45)
SENTIMENT = ((FIRST, 71.0), (date(2025, 3, 10), 31.0), (date(2025, 5, 20), 61.0), (LAST, 53.0))

#: Instrument → level on the first and the last session; daily volatility; change on the last two sessions in percent.
CLOSES = {
    "SPX": (5_990.0, 5_964.0, 0.008, (0.14, -0.22)),
    "NASDAQ": (19_200.0, 19_530.0, 0.011, (0.09, -0.31)),
    "GOLD": (2_640.0, 3_326.0, 0.009, (-0.18, 0.26)),
    "DXY": (106.10, 98.70, 0.004, (-0.08, 0.11)),
    "UST10Y": (4.18, 4.41, 0.010, (-0.45, 0.23)),
    "VIX": (16.1, 17.6, 0.028, (-1.10, 1.90)),
}
#: Net flow of all funds on the last five sessions, millions of dollars.
FLOWS = (64.2, -31.8, 22.5, -47.9, 38.6)


def price_path() -> Array:
    """One price a minute from the first midnight to the end of the Sunday."""
    draw = stream(SEED, "prices")
    step = 0.018 / math.sqrt(DAY)
    months = [(minutes_between(FIRST, day), price) for day, price in MONTHS]
    calm = [(minutes_between(HOURLY_FROM, day), price) for day, price in CALM]
    return joined(
        bridge(months, draw.standard_normal(months[-1][0]), step),
        bridge(calm, draw.standard_normal(calm[-1][0]), step * 0.5),
        bridge(clock_points(SUNDAY), draw.standard_normal(DAY), step * 0.15, floor=58_187.5, ceiling=58_611.2),
    )


def write_prices(folder: Path) -> None:
    """Daily bars for half a year, hourly ones of the same path for the last ten days."""
    path = price_path()
    write_bars(folder / "prices_1d.csv", bars(path, midnight(FIRST), DAY), "%Y-%m-%d")
    hours = bars(path[minutes_between(FIRST, HOURLY_FROM) :], midnight(HOURLY_FROM), 60)
    write_bars(folder / "prices_1h.csv", hours, "%Y-%m-%d %H:%M:%S")


def write_series(folder: Path) -> None:
    """Funding, volatility index and sentiment."""
    draw = stream(SEED, "series")
    usual = np.maximum(0.7 + 0.2 * draw.standard_normal(3 * len(DAYS) - len(FUNDING)), 0.05)
    rates = settlements(FIRST, [*usual.tolist(), *FUNDING], ".2f")
    write_csv(folder / "funding_8h.csv", ("time", "rate_bp"), rates)
    index = dated_bridge(DAYS, VOLATILITY_INDEX, draw.standard_normal(len(DAYS) - 1), 0.006)
    write_csv(folder / "dvol_1d.csv", ("date", "close"), dated(DAYS, index, ".1f"))
    scores = dated_bridge(DAYS, SENTIMENT, draw.standard_normal(len(DAYS) - 1), 0.04, floor=20.0, ceiling=82.0)
    write_csv(folder / "sentiment.csv", ("date", "score"), dated(DAYS, scores, ".0f"))


def write_closes(folder: Path) -> None:
    """Closes with a row for every calendar day: blank where the market was shut."""
    draw = stream(SEED, "closes")
    calm = SESSIONS[:-2]
    columns = []
    for first, last, volatility, changes in CLOSES.values():
        shocks = draw.standard_normal(len(calm) - 1)
        path = dated_bridge(calm, ((calm[0], first), (calm[-1], last)), shocks, volatility)
        columns.append(dict(zip(SESSIONS, continued(path, changes), strict=True)))
    rows = ([str(day), *(f"{column[day]:.2f}" if day in column else "" for column in columns)] for day in DAYS)
    write_csv(folder / "cross_asset.csv", ("date", *CLOSES), rows)


def write_flows(folder: Path) -> None:
    """Net flow of the funds on business days; the last is Friday's."""
    draw = stream(SEED, "flows")
    usual = np.round(8 + 95 * draw.standard_normal(len(SESSIONS) - len(FLOWS)), 1)
    rows = dated(SESSIONS, [*usual.tolist(), *FLOWS], ".1f")
    write_csv(folder / "fund_flows.csv", ("date", "total"), rows)


def main(folder: Path) -> None:
    """Write every file of the sample into a folder."""
    write_prices(folder)
    write_series(folder)
    write_closes(folder)
    write_flows(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
