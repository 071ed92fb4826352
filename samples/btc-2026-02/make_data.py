"""Makes this sample's tables but events.csv: stated figures are exact, all between them is invented from a seed.

Run `python make_data.py` to write beside this file, or `python make_data.py DIR` to write elsewhere.
README.md says which figure is which.
"""

from __future__ import annotations

import math
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
# A sample is no package; what all samples share lies beside their folders.
sys.path[:0] = [str(HERE), str(HERE.parent)]

from stated import (  # noqa: E402
    AUTUMN,
    CLOSE_DATES,
    CLOSES,
    CLUSTERS,
    CRASH,
    CRASH_POINTS,
    DIFFICULTY_CHANGE,
    FEBRUARY_EXPIRY,
    FEBRUARY_PUTS,
    FIRST,
    FLOWS,
    FRIDAYS,
    FUNDING,
    HASHPRICE,
    HOLIDAYS,
    HOURLY_FROM,
    JANUARY_HIGH,
    LIQUIDATIONS,
    OPEN_INTEREST,
    OTHER_INTEREST,
    QUARTER_DELTA_STRIKES,
    REBOUND,
    REBOUND_POINTS,
    RETARGET,
    SEED,
    SENTIMENT,
    SILVER,
    SILVER_END,
    SURFACE,
    VIX,
    VOLATILITY_INDEX,
    WINTER,
    YIELDS,
)
from synthesis import (  # noqa: E402
    DAY,
    Array,
    bars,
    bridge,
    chain,
    clock_points,
    continued,
    dated,
    dated_bridge,
    dates,
    joined,
    midnight,
    minutes_between,
    settlements,
    smile,
    smile_on_strikes,
    stream,
    weekdays,
    write_bars,
    write_csv,
)

DAYS = dates(FIRST, REBOUND)
SESSIONS = [day for day in weekdays(FIRST, REBOUND) if day not in HOLIDAYS]


def price_path() -> Array:
    """One price a minute from the first midnight to the end of the last day."""
    draw = stream(SEED, "prices")
    calm = 0.022 / math.sqrt(DAY)
    autumn = [(minutes_between(FIRST, day), price) for day, price in AUTUMN]
    day, minute, high = JANUARY_HIGH
    peak = (minutes_between(FIRST, day) + minute, high)
    winter = sorted([*((minutes_between(FIRST, day), price) for day, price in WINTER), peak])
    crash, rebound = clock_points(CRASH_POINTS), clock_points(REBOUND_POINTS)
    # The evening is drawn calmer than the day, so that it holds the three stated peaks and no more.
    evening = rebound[next(n for n, (minute, _) in enumerate(rebound) if minute >= 16 * 60) :]
    morning = rebound[: len(rebound) - len(evening) + 1]
    return joined(
        bridge(autumn, draw.standard_normal(autumn[-1][0]), calm, ceiling=124_600.0),
        bridge(winter, draw.standard_normal(winter[-1][0] - winter[0][0]), calm, ceiling=high),
        bridge(crash, draw.standard_normal(DAY), calm, floor=62_310.0, ceiling=73_480.0),
        bridge(morning, draw.standard_normal(DAY), calm * 0.8, floor=60_000.0),
        bridge(evening, draw.standard_normal(DAY), calm * 0.4, ceiling=71_422.0),
    )


def write_prices(folder: Path, path: Array) -> None:
    """Daily bars for the whole time, hourly and quarter-hourly ones of the same path for its end."""
    hourly, fine = minutes_between(FIRST, HOURLY_FROM), minutes_between(FIRST, CRASH)
    write_bars(folder / "prices_1d.csv", bars(path, midnight(FIRST), DAY), "%Y-%m-%d")
    hours = bars(path[hourly : fine + 1], midnight(HOURLY_FROM), 60)
    write_bars(folder / "prices_1h.csv", hours, "%Y-%m-%dT%H:%MZ")
    write_bars(folder / "prices_15m.csv", bars(path[fine:], midnight(CRASH), 15), "%Y-%m-%dT%H:%MZ")


def write_derivatives(folder: Path, closes: Array) -> None:
    """Open interest, liquidations, funding and the volatility index."""
    draw = stream(SEED, "derivatives")
    interest = dated_bridge(DAYS, OPEN_INTEREST, draw.standard_normal(len(DAYS) - 1), 0.012)
    write_csv(folder / "open_interest_1d.csv", ("date", "open_interest"), dated(DAYS, interest, ".0f"))
    write_csv(folder / "liquidations_1d.csv", ("date", "long", "short"), liquidations(closes))
    write_csv(folder / "funding_8h.csv", ("time", "rate"), funding())
    index = dated_bridge(DAYS, VOLATILITY_INDEX, draw.standard_normal(len(DAYS) - 1), 0.02)
    write_csv(folder / "dvol_1d.csv", ("date", "close"), dated(DAYS, index, ".1f"))


def liquidations(closes: Array) -> list[tuple[str, str, str]]:
    """Longs suffer when the price falls and shorts when it rises; 60 to 250 million dollars on a usual day."""
    draw = stream(SEED, "liquidations")
    change = np.diff(np.log(closes))
    usual = len(DAYS) - len(LIQUIDATIONS)
    longs = 48.0 * np.exp(np.clip(-28 * change[:usual], -0.6, 1.1) + 0.25 * draw.standard_normal(usual))
    shorts = 42.0 * np.exp(np.clip(28 * change[:usual], -0.6, 1.1) + 0.25 * draw.standard_normal(usual))
    total = longs + shorts
    scale = np.clip(total, 60.0, 250.0) / total
    sides = [*zip((longs * scale).round(3), (shorts * scale).round(3), strict=True), *LIQUIDATIONS]
    return [
        (str(day), f"{long * 1e6:.0f}", f"{short * 1e6:.0f}") for day, (long, short) in zip(DAYS, sides, strict=True)
    ]


def funding() -> list[tuple[str, str]]:
    """Mildly positive for months, negative from 3 February on."""
    count = 3 * len(DAYS)
    draw = stream(SEED, "funding")
    level = np.interp(np.arange(count), [0, 200, 330, 500, count - 12], [7e-5, 9e-5, 5e-5, 6e-5, 1e-5])
    usual = np.maximum(level + 2e-5 * draw.standard_normal(count), 4e-6)
    return settlements(FIRST, [*usual[: count - len(FUNDING)].tolist(), *FUNDING], ".6f")


def write_options(folder: Path, path: Array) -> None:
    """Deribit's quotes (volatilities, no open interest) and Derive's open interest (no volatilities)."""
    quotes: list[tuple[str, ...]] = []
    for day in SURFACE:
        spot = float(path[minutes_between(FIRST, day) + 23 * 60])
        quotes += [(f"{day}T23:00Z", *row) for row in snapshot(day, spot)]
    option = ("time", "expiry", "strike", "type")
    write_csv(folder / "options_deribit.csv", (*option, "mark_iv", "delta"), quotes)
    interest = [*interest_rows(CRASH, 0.94), *interest_rows(REBOUND, 1.0)]
    write_csv(folder / "options_derive.csv", (*option, "open_interest"), interest)


def snapshot(day: date, spot: float) -> list[tuple[str, ...]]:
    """All quotes at 23:00 UTC of a day: the next two dailies and the listed Fridays."""
    front, back, reversal = SURFACE[day]
    reference = _days_left(day, FEBRUARY_EXPIRY)
    dailies = {day + timedelta(days=1), day + timedelta(days=2)}
    rows: list[tuple[str, ...]] = []
    for expiry in sorted(dailies | {friday for friday in FRIDAYS if friday > day}):
        left = _days_left(day, expiry)
        money = (back + (front - back) * math.exp(-left / 28)) / 100
        steeper = 1 + 0.25 * (math.exp(-left / 20) - math.exp(-reference / 20))
        if (day, expiry) == (CRASH, FEBRUARY_EXPIRY):
            quoted = smile_on_strikes(*QUARTER_DELTA_STRIKES, left / 365, money, reversal / 100)
        else:
            quoted = smile(spot * math.exp(0.03 * left / 365), left / 365, money, reversal * steeper / 100)
        rows += [(str(expiry), *row) for row in chain(quoted, _strikes(spot, left))]
    return rows


def _days_left(day: date, expiry: date) -> float:
    """Days from 23:00 UTC of a day to 08:00 UTC of an expiry."""
    return (expiry - day).days - 15 / 24


def _strikes(spot: float, left: float) -> set[int]:
    """Strikes of 40,000 to 120,000, closer together near the price and for the nearer expiries."""
    near = range(math.ceil(0.86 * spot / 500) * 500, math.floor(1.16 * spot / 500) * 500 + 1, 500)
    return {*range(40_000, 120_001, 1_000), *near} if left < 40 else set(range(40_000, 120_001, 2_000))


def interest_rows(day: date, share: float) -> list[tuple[str, ...]]:
    """Derive's open interest at 23:00 UTC, in coins, as a share of that of 6 February."""
    draw = stream(SEED, f"interest {day}")
    rows: list[tuple[str, ...]] = []

    def add(expiry: date, strike: int, side: str, coins: float) -> None:
        rows.append((f"{day}T23:00Z", str(expiry), str(strike), side, f"{coins:.1f}"))

    strikes = np.arange(40_000, 110_001, 5_000)
    for expiry, (puts, calls) in sorted({**OTHER_INTEREST, FEBRUARY_EXPIRY: (0.0, 4_870.0)}.items()):
        for side, total, centre in (("call", calls, 85_000), ("put", puts, 64_000)):
            weight = np.exp(-(((strikes - centre) / 17_000) ** 2)) * draw.uniform(0.6, 1.4, len(strikes))
            held = (total * share * weight / weight.sum()).tolist()
            for strike, coins in zip(strikes.tolist(), held, strict=True):
                if coins >= 0.05:
                    add(expiry, strike, side, coins)
        if expiry == FEBRUARY_EXPIRY:
            for strike, coins in FEBRUARY_PUTS.items():
                add(expiry, strike, "put", coins * (1.0 if day == REBOUND else share * draw.uniform(0.98, 1.02)))
    return rows


def write_closes(folder: Path, closes: Array) -> None:
    """Indices, gold, dollar, yield and VIX in one wide file; silver, whose low matters, in a long one."""
    draw = stream(SEED, "closes")
    calm = SESSIONS[:-2]
    coin = dict(zip(DAYS, np.diff(np.log(closes)) / 0.022, strict=True))
    common = 0.9 * draw.standard_normal(len(calm) - 1) + 0.45 * np.array([coin[day] for day in calm[1:]])
    columns: dict[str, list[str]] = {}
    for name, (levels, volatility, loading, ends) in CLOSES.items():
        shocks = loading * common + math.sqrt(1 - loading**2) * draw.standard_normal(len(calm) - 1)
        path = dated_bridge(calm, list(zip(CLOSE_DATES, levels, strict=True)), shocks, volatility)
        columns[name] = [f"{level:.2f}" for level in continued(path, ends)]
    for name, (levels, ends), volatility, loading in (("UST10Y", YIELDS, 0.009, 0.1), ("VIX", VIX, 0.05, -0.8)):
        shocks = loading * common + math.sqrt(1 - loading**2) * draw.standard_normal(len(calm) - 1)
        path = dated_bridge(calm, list(zip(CLOSE_DATES, levels, strict=True)), shocks, volatility)
        columns[name] = [f"{value:.2f}" for value in [*path.tolist(), *ends]]
    position = {day: n for n, day in enumerate(SESSIONS)}
    rows = [
        (str(day), *(column[position[day]] if day in position else "" for column in columns.values()))
        for day in weekdays(FIRST, REBOUND)
    ]
    write_csv(folder / "cross_asset.csv", ("date", *columns), rows)
    write_csv(folder / "silver.csv", ("date", "instrument", "close", "low"), silver())


def silver() -> list[tuple[str, str, str, str]]:
    """Closes and lows of silver; the end is stated."""
    draw = stream(SEED, "silver")
    calm = SESSIONS[:-2]
    path = dated_bridge(calm, SILVER, draw.standard_normal(len(calm) - 1), 0.02)
    before = np.concatenate([path[:1], path[:-1]])
    lows = np.minimum(path, before) * (1 - 0.01 * np.abs(draw.standard_normal(len(calm))))
    pairs = [*zip(path.tolist(), lows.tolist(), strict=True), *SILVER_END]
    return [
        (str(day), "SILVER", f"{close:.2f}", f"{low:.2f}") for day, (close, low) in zip(SESSIONS, pairs, strict=True)
    ]


def write_flows(folder: Path) -> None:
    """Net flow of the funds; the last row is that of 5 February."""
    draw = stream(SEED, "flows")
    sessions = SESSIONS[:-1]
    usual = np.round(15 + 240 * draw.standard_normal(len(sessions) - len(FLOWS)), 1)
    write_csv(folder / "fund_flows.csv", ("date", "flow"), dated(sessions, [*usual.tolist(), *FLOWS], ".1f"))


def write_miners(folder: Path) -> None:
    """Hashprice and the estimate of the next change of difficulty, which settles as its date comes near."""
    draw = stream(SEED, "miners")
    prices = dated_bridge(DAYS, HASHPRICE, draw.standard_normal(len(DAYS) - 1), 0.008, floor=31.7)
    final: dict[date, float] = {RETARGET: DIFFICULTY_CHANGE}
    rows = []
    for day, price in zip(DAYS, prices, strict=True):
        retarget = RETARGET - timedelta(days=14 * (((RETARGET - day).days - 1) // 14))
        final.setdefault(retarget, float(0.03 * draw.standard_normal()))
        elapsed = 1 - (retarget - day).days / 14
        estimate = final[retarget] * elapsed**0.5 + 0.004 * float(draw.standard_normal()) * (1 - elapsed)
        estimate = DIFFICULTY_CHANGE if day in (CRASH, REBOUND) else estimate
        rows.append((str(day), f"{price:.2f}", f"{estimate:.4f}", str(retarget)))
    write_csv(folder / "miners.csv", ("date", "hashprice", "difficulty_change", "difficulty_date"), rows)


def write_cluster_and_sentiment(folder: Path) -> None:
    """The cost-basis cluster and the sentiment index."""
    rows = [(str(day), str(low), str(high)) for day, low, high in CLUSTERS]
    write_csv(folder / "cost_basis.csv", ("date", "low", "high"), rows)
    shocks = stream(SEED, "sentiment").standard_normal(len(DAYS) - 1)
    scores = dated_bridge(DAYS, SENTIMENT, shocks, 0.07, floor=8.5, ceiling=80.0)
    write_csv(folder / "sentiment.csv", ("date", "score"), dated(DAYS, scores, ".0f"))


def main(folder: Path) -> None:
    """Write every file of the sample into a folder."""
    path = price_path()
    closes = path[::DAY]
    write_prices(folder, path)
    write_derivatives(folder, closes)
    write_options(folder, path)
    write_closes(folder, closes)
    write_flows(folder)
    write_miners(folder)
    write_cluster_and_sentiment(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
