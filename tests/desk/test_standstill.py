"""Rows that stand in for data nobody sent hold a brief; what is alike or zero by nature does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.build import complaints, days, load, source, write_desk

_HEAD = "date,open,high,low,close\n"


def _bars(*shift: int, count: int = 40) -> str:
    """Daily bars, each of its own, but those that repeat the day before."""
    rows, at = [], 0
    for place, day in enumerate(days("2026-01-01", count)):
        at = at if place in shift else place
        close = 100 + at * 1.25
        rows.append(f"{day},{close - 0.5},{close + 2},{close - 3},{close}\n")
    return _HEAD + "".join(rows)


def _approve(day: str) -> str:
    return f'correct it, or write approved = [{{ time = "{day}", reason = "…" }}]'


def test_yesterdays_bar_under_todays_date_is_held(tmp_path: Path) -> None:
    what = "open, high, low and close are those of the row before once more: has its data not come?"
    desk = write_desk(tmp_path, files={"prices.csv": _bars(39)})
    assert complaints(desk) == [f"prices.csv:41: {what}; {_approve('2026-02-09')}"]


@pytest.mark.parametrize("bars", [_bars(), _HEAD + "".join(f"{day},1,1.01,0.99,1\n" for day in days("2026-01-01", 40))])
def test_bars_of_their_own_and_bars_that_are_alike_by_nature_are_not(tmp_path: Path, bars: str) -> None:
    assert complaints(write_desk(tmp_path, files={"prices.csv": bars})) == []


@pytest.mark.parametrize(("place", "held"), [(39, True), (20, False)])
def test_a_repeated_open_interest_counts_as_the_newest_row_alone(tmp_path: Path, place: int, held: bool) -> None:
    values = [30_123_456_789 + 7 * number for number in range(40)]
    values[place] = values[place - 1]
    rows = "date,open_interest\n" + "".join(f"{d},{v}\n" for d, v in zip(days("2026-01-01", 40), values, strict=True))
    desk = write_desk(tmp_path, source("prices"), source("oi", "open_interest"), files={"oi.csv": rows})
    what = "open interest is that of the row before once more: has its data not come?"
    assert complaints(desk) == ([f"oi.csv:41: {what}; {_approve('2026-02-09')}"] if held else [])


def _flows(*zero: int, count: int = 60) -> str:
    cells = [0 if place in zero else 50 + place for place in range(count)]
    return "date,flow\n" + "".join(f"{d},{v}\n" for d, v in zip(days("2025-11-01", count), cells, strict=True))


@pytest.mark.parametrize(
    ("zero", "held"), [((30, 31, 32), True), ((30, 31), False), ((30,), False), (tuple(range(0, 60, 3)), False)]
)
def test_zeros_in_a_row_of_what_is_hardly_ever_zero_are_held(tmp_path: Path, zero: tuple[int, ...], held: bool) -> None:
    desk = write_desk(tmp_path, source("prices"), source("f", "fund_flows"), files={"f.csv": _flows(*zero)})
    what = 'column "flow" is 0 in 3 rows from this one on, and in 0 of the 57 others: a gap filled?'
    assert complaints(desk) == ([f"f.csv:32: {what}; {_approve('2025-12-01')}"] if held else [])


def test_a_day_without_any_liquidation_is_held(tmp_path: Path) -> None:
    rows = "".join(f"{d},{1e6 + n},{2e6 + n}\n" for n, d in enumerate(days("2026-01-01", 36)))
    files = {"l.csv": "date,long,short\n" + rows + "2026-02-06,0,0\n"}
    desk = write_desk(tmp_path, source("prices"), source("l", "liquidations"), files=files)
    assert [line.partition(", and")[0] for line in complaints(desk)] == [
        'l.csv:38: column "long" is 0 in this row',
        'l.csv:38: column "short" is 0 in this row',
    ]


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [("open_interest", "open_interest", (3e10, 3e11)), ("volatility_index", "close", (45, 4.5))],
)
def test_a_jump_of_what_does_not_jump_is_held(
    tmp_path: Path, table: str, column: str, values: tuple[float, float]
) -> None:
    rows = [values[0] * (1 + place / 1000) for place in range(37)]
    rows[-1] = values[1]
    text = f"date,{column}\n" + "".join(f"{d},{v}\n" for d, v in zip(days("2026-01-01", 37), rows, strict=True))
    desk = write_desk(tmp_path, source("prices"), source("x", table), files={"x.csv": text})
    [said] = complaints(desk)
    assert said.startswith(f"x.csv:38: {table.replace('_', ' ')} ")
    assert said.endswith(_approve("2026-02-06"))


@pytest.mark.parametrize(("key", "level"), [("vix", 1700.0), ("ust10y", 42.0), ("gold", 26.0), ("dxy", 9.9)])
def test_a_markets_usual_level_tells_its_unit(tmp_path: Path, key: str, level: float) -> None:
    rows = "date,M\n" + "".join(f"{day},{level + place / 100}\n" for place, day in enumerate(days("2026-01-26", 12)))
    markets = source("m", "cross_asset", layout="wide", instruments={key: "M"})
    [said] = complaints(write_desk(tmp_path, source("prices"), markets, files={"m.csv": rows}))
    assert said.startswith('m.csv: "M": its closes, about ')
    assert f"are no level of {key}" in said


def _hours(flat: range, volume: str = "0", named: bool = True) -> str:
    """Two days of hourly bars, of which some are one price without a trade."""
    lines = ["time,open,high,low,close,volume" if named else "time,open,high,low,close"]
    for hour in range(48):
        close = 90_000 + 10 * (hour if hour not in flat else flat.start - 1)
        high, low = (close, close) if hour in flat else (close + 30, close - 30)
        first = close if hour in flat else close - 10
        row = [f"2026-02-0{5 + hour // 24}T{hour % 24:02}:00Z", first, high, low, close]
        lines.append(",".join(map(str, row + ([volume if hour in flat else "7"] if named else []))))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("named", [True, False])
def test_hours_without_a_trade_are_a_gap_and_no_calm(tmp_path: Path, *, named: bool) -> None:
    hours = source("hours", bar="1h", time="time")
    write_desk(tmp_path, hours, files={"hours.csv": _hours(range(26, 38), named=named)})
    desk = load(tmp_path)
    assert len(desk.tables["prices"][0].frame) == 36
    assert [str(notice) for notice in desk.notices if "stood still" in str(notice)] == [
        "hours.csv:28: 12 bars from this one on, 12 hours, have one price and no trade: the market stood still; "
        "they are taken for a gap"
    ]


@pytest.mark.parametrize(
    ("flat", "volume"), [(range(26, 29), "0"), (range(26, 38), "3"), (range(22, 26), "0"), (range(26, 26), "0")]
)
def test_a_quiet_hour_or_a_trade_is_no_halt(tmp_path: Path, flat: range, volume: str) -> None:
    hours = source("hours", bar="1h", time="time")
    write_desk(tmp_path, hours, files={"hours.csv": _hours(flat, volume)})
    assert len(load(tmp_path).tables["prices"][0].frame) == 48


def test_a_halt_that_is_approved_stands(tmp_path: Path) -> None:
    text = source("hours", bar="1h", time="time") + 'approved = [{ time = "2026-02-06T02:00Z", reason = "no trade" }]\n'
    write_desk(tmp_path, text, files={"hours.csv": _hours(range(26, 38))})
    assert len(load(tmp_path).tables["prices"][0].frame) == 48


def test_a_halt_holds_the_brief_where_the_desk_says_so(tmp_path: Path) -> None:
    hours = source("hours", bar="1h", time="time") + '[gates.faults]\nprices = { stuck = "hold" }\n'
    write_desk(tmp_path, hours, files={"hours.csv": _hours(range(26, 38))})
    [complaint] = complaints(tmp_path)
    assert complaint.startswith("hours.csv:28: 12 bars from this one on")
