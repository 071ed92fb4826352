"""Makes this sample's tables: two invented days on which ether runs away upwards, after an invented half year.

Run `python make_data.py` to write beside this file, or `python make_data.py DIR` to write elsewhere.
"""

from __future__ import annotations

import math
import sys
from datetime import date, timedelta
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

SEED = 20250716
FIRST, HOURLY_FROM, LAST = date(2024, 12, 29), date(2025, 7, 7), date(2025, 7, 16)
DAYS = dates(FIRST, LAST)
#: Weekdays on which the New York exchanges stayed shut.
HOLIDAYS = frozenset(
    {
        date(2025, 1, 1),
        date(2025, 1, 9),
        date(2025, 1, 20),
        date(2025, 2, 17),
        date(2025, 4, 18),
        date(2025, 5, 26),
        date(2025, 6, 19),
        date(2025, 7, 4),
    }
)
SESSIONS = [day for day in weekdays(FIRST, LAST) if day not in HOLIDAYS]
#: Hours of the last day (UTC) whose bars are missing.
LOST_HOURS = range(5, 10)

# Midnights (UTC) through which the price passes, the high that the last day breaks, and the day itself.
MONTHS = (
    (FIRST, 2_480.0),
    (date(2025, 1, 20), 2_610.0),
    (date(2025, 2, 20), 2_240.0),
    (date(2025, 3, 20), 1_760.0),
    (date(2025, 4, 25), 1_690.0),
    (date(2025, 5, 25), 1_930.0),
    (date(2025, 6, 10), 1_940.0),
)
WEEKS = (
    (date(2025, 6, 10), 1_940.0),
    (date(2025, 7, 1), 1_842.0),
    (date(2025, 7, 10), 1_881.0),
    (date(2025, 7, 14), 1_903.0),
    (date(2025, 7, 15), 1_910.0),
    (LAST, 2_005.5),
)
OLD_HIGH = (date(2025, 6, 18), 905, 2_046.8)
RUN = (
    ("00:00", 2_005.5),
    ("00:45", 1_998.2),
    ("04:30", 2_041.0),
    ("09:30", 2_078.0),
    ("13:30", 2_096.0),
    ("16:00", 2_139.0),
    ("19:00", 2_171.0),
    ("22:25", 2_211.4),
    ("24:00", 2_202.04),
)

#: Billions of dollars.
OPEN_INTEREST = (
    (FIRST, 22.4),
    (date(2025, 1, 20), 24.9),
    (date(2025, 3, 20), 17.8),
    (date(2025, 5, 25), 21.6),
    (date(2025, 7, 1), 20.9),
    (date(2025, 7, 14), 22.5),
    (date(2025, 7, 15), 24.0),
    (LAST, 26.3),
)
#: Percent a settlement on the last three days.
FUNDING = (0.0091, 0.0098, 0.0104, 0.0127, 0.0152, 0.0178, 0.0224, 0.0281, 0.0336)
SENTIMENT = (
    (FIRST, 66.0),
    (date(2025, 3, 20), 27.0),
    (date(2025, 6, 1), 55.0),
    (date(2025, 7, 14), 66.0),
    (LAST, 74.0),
)

#: Instrument → level on the first and on the last usual session; daily volatility; change on 15 and 16 July in percent.
CLOSES = {
    "SPX": (5_970.0, 6_262.0, 0.008, (-0.16, 0.12)),
    "NASDAQ": (19_720.0, 20_610.0, 0.011, (0.08, -0.38)),
    "DOW": (42_990.0, 44_430.0, 0.007, (-0.21, 0.31)),
    "GOLD": (2_620.0, 3_348.0, 0.009, (0.12, -0.64)),
    "DXY": (108.00, 98.10, 0.004, (0.05, 0.27)),
    "UST10Y": (4.62, 4.43, 0.010, (0.23, 0.68)),
}
#: Net flow of all funds from 1 July on, millions of dollars: one outflow, nine inflows, and that of the last day,
#: which is published only after the brief is cut.
FLOWS = (-18.4, 24.6, 41.3, 58.9, 46.2, 102.7, 171.5, 204.8, 259.1, 317.4, 402.6)


def price_path() -> Array:
    """One price a minute from the first midnight to the end of the last day."""
    draw = stream(SEED, "prices")
    step = 0.03 / math.sqrt(DAY)
    months = [(minutes_between(FIRST, day), price) for day, price in MONTHS]
    day, minute, high = OLD_HIGH
    peak = (minutes_between(FIRST, day) + minute, high)
    # The bound lies a little under the old high, so that no other minute comes to the same cent.
    weeks = sorted([*((minutes_between(FIRST, day), price) for day, price in WEEKS), peak])
    return joined(
        bridge(months, draw.standard_normal(months[-1][0]), step),
        bridge(weeks, draw.standard_normal(weeks[-1][0] - weeks[0][0]), step * 0.7, ceiling=high - 0.5),
        bridge(clock_points(RUN), draw.standard_normal(DAY), step * 0.5, floor=1_998.2, ceiling=2_211.4),
    )


def write_prices(folder: Path) -> None:
    """Daily bars for half a year; hourly ones of the same path for ten days, five hours of the last day missing."""
    path = price_path()
    write_bars(folder / "prices_1d.csv", bars(path, midnight(FIRST), DAY), "%Y-%m-%d")
    lost = {midnight(LAST) + timedelta(hours=hour) for hour in LOST_HOURS}
    hours = bars(path[minutes_between(FIRST, HOURLY_FROM) :], midnight(HOURLY_FROM), 60)
    rows = ([f"{bar.start.timestamp() * 1000:.0f}", *bar.cells()] for bar in hours if bar.start not in lost)
    write_csv(folder / "prices_1h.csv", ("open_time_ms", "open", "high", "low", "close"), rows)


def write_series(folder: Path) -> None:
    """Open interest, funding and sentiment."""
    draw = stream(SEED, "series")
    interest = dated_bridge(DAYS, OPEN_INTEREST, draw.standard_normal(len(DAYS) - 1), 0.015)
    write_csv(folder / "open_interest_1d.csv", ("date", "oi_usd_bn"), dated(DAYS, interest, ".3f"))
    usual = np.maximum(0.006 + 0.002 * draw.standard_normal(3 * len(DAYS) - len(FUNDING)), 0.0005)
    rates = settlements(FIRST, [*usual.tolist(), *FUNDING], ".4f")
    write_csv(folder / "funding_8h.csv", ("time", "rate_percent"), rates)
    scores = dated_bridge(DAYS, SENTIMENT, draw.standard_normal(len(DAYS) - 1), 0.04, floor=18.0, ceiling=78.0)
    write_csv(folder / "sentiment.csv", ("date", "score"), dated(DAYS, scores, ".0f"))


def write_closes(folder: Path) -> None:
    """Closes in the long layout: a row for each instrument and session."""
    draw = stream(SEED, "closes")
    calm = SESSIONS[:-2]
    rows = []
    for name, (first, last, volatility, changes) in CLOSES.items():
        shocks = draw.standard_normal(len(calm) - 1)
        path = dated_bridge(calm, ((calm[0], first), (calm[-1], last)), shocks, volatility)
        levels = zip(SESSIONS, continued(path, changes), strict=True)
        rows += [(str(day), name, f"{level:.2f}") for day, level in levels]
    write_csv(folder / "cross_asset.csv", ("date", "symbol", "close"), sorted(rows))


def write_flows(folder: Path) -> None:
    """Net flow of the funds on business days, the last day's included."""
    draw = stream(SEED, "flows")
    usual = np.round(4 + 55 * draw.standard_normal(len(SESSIONS) - len(FLOWS)), 1)
    write_csv(folder / "fund_flows.csv", ("date", "flow"), dated(SESSIONS, [*usual.tolist(), *FLOWS], ".1f"))


def main(folder: Path) -> None:
    """Write every file of the sample into a folder."""
    write_prices(folder)
    write_series(folder)
    write_closes(folder)
    write_flows(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
