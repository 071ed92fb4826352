"""Makes this sample's tables: invented prices, an invented supply of stablecoins, and invented flows of funds.

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
    bars,
    bridge,
    dated,
    dated_bridge,
    dates,
    midnight,
    minutes_between,
    stream,
    weekdays,
    write_bars,
    write_csv,
)

SEED = 20250912
FIRST, LAST = date(2025, 3, 3), date(2025, 9, 12)
DAYS = dates(FIRST, LAST)
#: A weekday on which the exchange in Hong Kong stayed shut; the sample keeps no other holidays.
SESSIONS = [day for day in weekdays(FIRST, LAST) if day != date(2025, 7, 1)]

# Midnights (UTC) through which the price passes, the last of them the end of the brief's day.
PRICES = (
    (FIRST, 41_300.0),
    (date(2025, 4, 20), 46_750.0),
    (date(2025, 6, 8), 44_100.0),
    (date(2025, 8, 1), 52_900.0),
    (date(2025, 9, 5), 50_450.0),
    (LAST, 51_220.0),
)
END = 52_010.0
#: Dollars, billions: all stablecoins together at the end of each day.
SUPPLY = (
    (FIRST, 180.2),
    (date(2025, 5, 30), 191.6),
    (date(2025, 8, 20), 204.9),
    (date(2025, 9, 5), 206.4),
    (LAST, 211.3),
)
#: Net flow of all funds in Hong Kong on the last six sessions, millions of dollars.
FLOWS = (-3.2, 4.6, 11.8, 7.4, 15.3, 21.7)


def write_prices(folder: Path) -> None:
    """Daily bars."""
    points = [*((minutes_between(FIRST, day), price) for day, price in PRICES), (len(DAYS) * DAY, END)]
    path = bridge(points, stream(SEED, "prices").standard_normal(points[-1][0]), 0.016 / math.sqrt(DAY))
    write_bars(folder / "prices_1d.csv", bars(path, midnight(FIRST), DAY), "%Y-%m-%d")


def write_supply(folder: Path) -> None:
    """What all stablecoins are worth, at the end of each day."""
    supply = dated_bridge(DAYS, SUPPLY, stream(SEED, "supply").standard_normal(len(DAYS) - 1), 0.0007)
    write_csv(folder / "stablecoins.csv", ("date", "supply_bn"), dated(DAYS, supply, ".3f"))


def write_flows(folder: Path) -> None:
    """Net flow of the funds on the sessions of Hong Kong."""
    usual = np.round(6.0 * stream(SEED, "flows").standard_normal(len(SESSIONS) - len(FLOWS)), 1)
    write_csv(folder / "hong_kong_funds.csv", ("date", "net_flow"), dated(SESSIONS, [*usual.tolist(), *FLOWS], ".1f"))


def main(folder: Path) -> None:
    """Write every file of the sample into a folder."""
    write_prices(folder)
    write_supply(folder)
    write_flows(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
