"""A desk's own tables and metrics: their values day by day, as known at each cut, and every mistake with its place."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.desk import load_desk, read_desk_config
from reporter.diagnostics.errors import InputError
from reporter.metrics import compute_metrics, find_faulty_metrics
from reporter.metrics.own_metrics import apply_to_rows
from reporter.model.metric import MetricSet, Unit
from reporter.pipeline.read import open_desk
from tests.desk.build import days, source, write_desk
from tests.metrics.build import closes, missing, table, value

COINS = '[table.coins]\nname = "coins"\ncolumns = { supply = "usd_m", share = "percent" }\n'
FUNDS = '[table.funds]\nname = "funds"\ncolumns = { flow = "usd_m" }\n'
FIRST = "2026-01-05"


def _coins(**keys: object) -> str:
    return source("coins", "coins", unit=None, **keys)


def _funds(name: str = "funds", **keys: object) -> str:
    own: dict[str, object] = {"unit": None, "timezone": "Asia/Hong_Kong", "session_close": "16:00"}
    return source("funds", name, **(own | keys))


def _metric(name: str, made: str, unit: str = "usd", label: str = "{ en: It }") -> str:
    return f"  - id: {name}\n    unit: {unit}\n    label: {label}\n    {made}\n"


SUPPLY = _metric("coins.supply", "column: coins.supply\n    day: last")
FLOW = _metric("funds.flow", "column: funds.flow\n    day: last\n    max_age_days: 5")


def _write(folder: Path, tables: str, *metrics: str, sources: tuple[str, ...] = (), **files: str) -> Path:
    named = {f"{name}.csv": content for name, content in files.items()}
    named["metrics/own.yaml"] = "metrics:\n" + "".join(metrics)
    write_desk(folder, source("prices"), *sources, tables, files=named)
    return folder


def _measure(folder: Path, tables: str, *metrics: str, sources: tuple[str, ...], **files: str) -> MetricSet:
    config = read_desk_config(_write(folder, tables, *metrics, sources=sources, **files), "desk.toml")
    assert find_faulty_metrics(config) == ()
    return compute_metrics(load_desk(config))


def _told(folder: Path, tables: str, *metrics: str, sources: tuple[str, ...] = ()) -> list[str]:
    _write(folder, tables, *metrics, sources=sources)
    try:
        return [str(item) for item in find_faulty_metrics(read_desk_config(folder, "desk.toml"))]
    except InputError as error:
        return [str(item) for item in error.diagnostics]


def _supply(*values: object) -> str:
    return table(
        "date,supply,share", [(day, cell, 5) for day, cell in zip(days(FIRST, len(values)), values, strict=True)]
    )


def _prices(count: int) -> str:
    return closes([100.0 + number for number in range(count)], FIRST)


def test_a_column_has_the_unit_that_its_table_declares(tmp_path: Path) -> None:
    made = _measure(
        tmp_path,
        COINS,
        SUPPLY,
        _metric("coins.share", "column: coins.share\n    day: last", "fraction"),
        sources=(_coins(),),
        prices=_prices(2),
        coins=_supply(200, 210),
    )

    assert value(made, "coins.supply") == 210e6
    assert value(made, "coins.share") == 0.05
    assert made.series["coins.supply"].spec.unit is Unit.USD
    assert made.series["coins.supply"].source[-1] == "coins"


def test_changes_and_windows_are_of_days_all_of_which_are_known(tmp_path: Path) -> None:
    made = _measure(
        tmp_path,
        COINS,
        SUPPLY,
        _metric("coins.more", "change: { of: coins.supply, days: 2 }"),
        _metric("coins.growth", "percent_change: { of: coins.supply, days: 1 }", "fraction"),
        _metric("coins.usual", "mean: { of: coins.supply, days: 3 }"),
        _metric("coins.rank", "rank: { of: coins.supply, days: 3 }", "fraction"),
        _metric("coins.score", "z_score: { of: coins.supply, days: 3 }", "ratio"),
        _metric("coins.over", "difference: { of: coins.supply, less: coins.usual }"),
        _metric("coins.part", "ratio: { of: coins.supply, to: coins.usual }", "ratio"),
        sources=(_coins(),),
        prices=_prices(6),
        coins=_supply(1, "", 2, 6, 4, 5),
    )

    assert value(made, "coins.more") == -1e6
    assert math.isclose(value(made, "coins.growth"), 0.25)
    assert value(made, "coins.usual") == 5e6
    assert math.isclose(value(made, "coins.rank"), 2 / 3)
    assert value(made, "coins.score") == 0.0
    assert value(made, "coins.over") == 0.0
    assert value(made, "coins.part") == 1.0
    assert missing(made, "coins.supply", 4) == "no row for this day"
    assert missing(made, "coins.usual", 3) == "not enough history"
    assert missing(made, "coins.more", 2) == "no row for this day"


def test_a_day_is_made_of_bars_only_where_they_cover_it(tmp_path: Path) -> None:
    rows = [(f"{FIRST}T{hour:02}:00Z", hour, 5) for hour in (0, 6, 12, 18)]
    rows += [(f"2026-01-06T{hour:02}:00Z", hour, 5) for hour in (0, 6, 18)]
    ways = {"sum": "sum", "mean": "mean", "top": "max", "low": "min", "last": "last"}
    made = _measure(
        tmp_path,
        COINS,
        *(_metric(f"coins.{name}", f"column: coins.supply\n    day: {how}") for name, how in ways.items()),
        sources=(_coins(bar="6h"),),
        prices=_prices(2),
        coins=table("date,supply,share", rows),
    )

    found = {name: value(made, f"coins.{name}", 1) / 1e6 for name in ways}
    assert found == {"sum": 36.0, "mean": 9.0, "top": 18.0, "low": 0.0, "last": 18.0}
    assert missing(made, "coins.sum") == "the day's bars are incomplete"
    assert value(made, "coins.last") == 18e6


def test_sessions_are_carried_over_days_without_one_and_summed_by_rows(tmp_path: Path) -> None:
    flows = [("2026-01-05", 1), ("2026-01-06", 2), ("2026-01-07", 4), ("2026-01-08", 8), ("2026-01-09", 16)]
    made = _measure(
        tmp_path,
        FUNDS,
        FLOW,
        _metric("funds.flow_3", "sum: { of: funds.flow, rows: 3 }"),
        sources=(_funds(lag="12h"),),
        prices=_prices(10),
        funds=table("date,flow", flows),
    )

    # Published twelve hours after a close at 08:00 UTC: known at the cut of the day after.
    by_day = {str(day): made.series["funds.flow"].values[at] for at, day in enumerate(made.dates)}
    assert by_day["2026-01-05"] == 1e6
    assert by_day["2026-01-11"] == 16e6
    assert value(made, "funds.flow_3", 3) == 28e6
    assert value(made, "funds.flow_3", 7) == 7e6
    assert missing(made, "funds.flow_3", 8) == "not enough history"
    assert missing(made, "funds.flow") == "the last row is too old"


def test_yesterday_is_the_same_in_todays_series_and_in_yesterdays_own(tmp_path: Path) -> None:
    flows = [(day, number) for number, day in enumerate(days(FIRST, 8)) if number % 7 < 5]
    _write(
        tmp_path,
        FUNDS,
        FLOW,
        _metric("funds.flow_3", "sum: { of: funds.flow, rows: 3 }"),
        _metric("funds.moved", "change: { of: funds.flow_3, days: 2 }"),
        sources=(_funds(lag="20h"),),
        prices=_prices(9),
        funds=table("date,flow", flows),
    )
    config = read_desk_config(tmp_path, "desk.toml")
    whole = compute_metrics(load_desk(config))

    for back in range(1, 8):
        before = compute_metrics(load_desk(config, whole.dates[-1 - back]))
        for name in ("funds.flow", "funds.flow_3", "funds.moved"):
            assert before.series[name].values == whole.series[name].values[: len(before.dates)]


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=30), st.integers(2, 8))
def test_what_is_told_of_rows_needs_none_that_is_blank(cells: list[float | None], count: int) -> None:
    values = np.asarray([np.nan if cell is None else cell for cell in cells])

    for how in ("mean", "sum", "rank", "z_score"):
        found = apply_to_rows(values, how, count)
        for at in range(len(values)):
            window = values[max(at - count + 1, 0) : at + 1]
            whole = len(window) == count and not np.isnan(window).any()
            assert whole or np.isnan(found[at])
            if whole and how == "rank":
                assert found[at] == sum(one <= window[-1] for one in window) / count
            if whole and how == "sum":
                assert math.isclose(found[at], math.fsum(window), abs_tol=1e-6)


def test_mistakes_are_told_all_at_once_where_they_stand(tmp_path: Path) -> None:
    told = _told(
        tmp_path,
        COINS + FUNDS,
        _metric("coins.supply", "column: coins.supply\n    day: last", "count"),
        _metric("coins.a", "change: { of: coins.b, days: 1 }"),
        _metric("coins.b", "change: { of: coins.a, days: 1 }"),
        _metric("coins.none", "column: coins.suply\n    day: last"),
        _metric("coins.table", "column: coin.supply\n    day: last"),
        _metric("coins.week", "mean: { of: coins.wek, days: 7 }"),
        _metric("price.close", "column: coins.supply\n    day: last", "price"),
        _metric("coins.text", "change: { of: price.close, days: 1 }", "price", "{ zh-Hant: 它 }"),
        _metric("coins.mixed", "difference: { of: price.close, less: etf.net_flow_1d }", "price"),
        _metric("coins.two", "column: coins.supply\n    sum: { of: price.close, days: 2 }"),
        sources=(_coins(), _funds()),
    )

    assert told == [
        'metrics/own.yaml:29:9: metric "price.close": the id is the program\'s; give it another',
        'metrics/own.yaml:3:11: metric "coins.supply": unit "count" does not fit: column coins.supply is in usd; '
        "write unit: usd",
        'metrics/own.yaml:14:19: metric "coins.b": it is made of itself: coins.a → coins.b → coins.a; '
        "begin with a column",
        'metrics/own.yaml:18:13: metric "coins.none": table coins has no column "suply"; did you mean "supply"?',
        'metrics/own.yaml:23:13: metric "coins.table": the desk has no table "coin" of its own; did you mean "coins"?',
        'metrics/own.yaml:28:17: metric "coins.week": unknown metric "coins.wek"; did you mean "coins.week"?',
        'metrics/own.yaml:36:12: metric "coins.text": label has no text for locale en; add it',
        'metrics/own.yaml:41:42: metric "coins.mixed": price.close is in price, and etf.net_flow_1d in usd; '
        "take two of one unit",
        'metrics/own.yaml:42:5: metric "coins.two": column and sum each say what it is made of; keep one of them',
    ]


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        (
            _metric("funds.week", "sum: { of: funds.flow, days: 7 }"),
            ':11:34: metric "funds.week": days of funds.flow may repeat the newest row, and would count it more than '
            "once; write rows",
        ),
        (
            _metric("funds.day", "column: funds.flow\n    day: last"),
            ':12:10: metric "funds.day": rows of source "funds" are sessions, and not every day has one; say how old '
            "the newest may be: max_age_days: 5",
        ),
        (
            _metric("funds.day", "column: funds.flow\n    day: sum\n    max_age_days: 5"),
            ':13:19: metric "funds.day": max_age_days goes with day: last, not sum; leave one out: a sum of an earlier '
            "day's rows is not this day's",
        ),
        (
            _metric("funds.week", "sum: { of: price.close, days: 7 }", "price"),
            ':11:16: metric "funds.week": price.close is in price, and its days don\'t add up; write mean',
        ),
        (
            _metric("funds.week", "mean: { of: price.close, rows: 7 }", "price"),
            ':11:36: metric "funds.week": rows are a column\'s, and price.close is not made of one with day: last; '
            "write days",
        ),
        (
            _metric("funds.week", "mean: { of: price.close }", "price"),
            ':11:11: metric "funds.week": either days or rows says how far it looks back; write days: 7',
        ),
        (
            _metric("funds.week", "mean: { of: price.close, days: 1 }", "price"),
            ':11:36: metric "funds.week": it needs two at least',
        ),
        (
            _metric("funds.week", "percent_change: { of: price.return_1d, days: 7 }", "fraction"),
            ':11:27: metric "funds.week": price.return_1d is in fraction, of which no percentage of change is told; '
            "write change",
        ),
        (
            _metric("funds.first", "column: funds.flow\n    day: first"),
            ":12:10: \"day\" must be 'last', 'sum', 'mean', 'max' or 'min'; it is first",
        ),
        (
            _metric("funds.first", "colum: funds.flow"),
            ':11:5: unknown key "colum"; did you mean "column"?',
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, metric: str, told: str) -> None:
    assert _told(tmp_path, FUNDS, FLOW, metric, sources=(_funds(),)) == [f"metrics/own.yaml{told}"]


def test_mistakes_are_found_before_any_data_are_read(tmp_path: Path) -> None:
    _write(tmp_path, COINS, _metric("coins.a", "change: { of: coins.a, days: 1 }"), sources=(_coins(),))
    (tmp_path / "prices.csv").unlink()

    with pytest.raises(InputError) as raised:
        open_desk(tmp_path)

    assert [item.code for item in raised.value.diagnostics] == ["metrics.cycle"]


@pytest.mark.parametrize(
    ("tables", "sources", "told"),
    [
        (
            '[table.funding]\nname = "x"\ncolumns = { rate = "bp" }\n',
            (),
            'desk.toml:20:1: "funding" is a table of the program; give yours another name, or feed the program\'s with '
            "a [[source]]",
        ),
        (
            FUNDS,
            (),
            'desk.toml:20:1: no source feeds the table funds; add a [[source]] with table = "funds", or take the table '
            "out",
        ),
        (
            '[table.funds]\nname = "x"\ncolumns = { flow = "usdm" }\n',
            (),
            'desk.toml:22:1: table.funds.columns.flow: wrong value "usdm"; did you mean "usd_m"?',
        ),
        (
            FUNDS + "spans = { flows = [0, 1] }\n",
            (_funds(),),
            'desk.toml:33:1: table funds has no column "flows"; did you mean "flow"?',
        ),
        (
            FUNDS,
            (_funds("fund", unit="usd"),),
            'desk.toml:22:1: source.table: unknown value "fund"; did you mean "funds"?',
        ),
    ],
)
def test_a_mistake_in_a_table_is_told_with_its_place(
    tmp_path: Path, tables: str, sources: tuple[str, ...], told: str
) -> None:
    write_desk(tmp_path, source("prices"), *sources, tables)

    with pytest.raises(InputError) as raised:
        read_desk_config(tmp_path, "desk.toml")

    assert told in [str(item) for item in raised.value.diagnostics]


def test_a_row_outside_of_a_tables_span_is_refused_in_the_files_own_unit(tmp_path: Path) -> None:
    tables = COINS + "spans = { supply = [1, 1000] }\n"
    folder = _write(tmp_path, tables, SUPPLY, sources=(_coins(),), coins=_supply(200, 2_000))

    with pytest.raises(InputError) as raised:
        load_desk(read_desk_config(folder, "desk.toml"), date(2026, 2, 6))

    assert [str(item) for item in raised.value.diagnostics] == [
        'coins.csv:3: column "supply": 2000 is outside 1 … 1000'
    ]


def test_a_source_may_have_another_unit_than_its_table_declares(tmp_path: Path) -> None:
    made = _measure(
        tmp_path,
        FUNDS,
        FLOW,
        sources=(_funds(unit="usd"),),
        prices=_prices(1),
        funds=table("date,flow", [(FIRST, 7)]),
    )

    assert value(made, "funds.flow") == 7.0
