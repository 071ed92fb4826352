from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reporter.desk import load_desk, read_desk_config
from reporter.diagnostics.errors import InputError, NothingNewError
from tests.desk.build import PRICES, complaints, days, load, seconds, source, write_desk

_HEADER = "date,open,high,low,close\n"
_NOT_OVER = "a bar that has not closed is not a close"


def _hours(first: str, count: int) -> str:
    start = seconds(first)
    stamps = (datetime.fromtimestamp(start + 3600 * hour, UTC).strftime("%Y-%m-%dT%H:%MZ") for hour in range(count))
    return _HEADER + "".join(f"{stamp},10,12,9,11\n" for stamp in stamps)


def test_the_last_whole_day_is_the_brief_s(tmp_path: Path) -> None:
    desk = load(write_desk(tmp_path))
    assert (desk.date, desk.day_end, desk.as_of) == (date(2026, 2, 6), seconds("2026-02-07"), seconds("2026-02-07"))


def test_a_day_whose_hours_are_not_over_is_not_the_brief_s(tmp_path: Path) -> None:
    write_desk(tmp_path, source("prices", bar="1h"), files={"prices.csv": _hours("2026-02-05T00:00", 47)})
    assert load(tmp_path).date == date(2026, 2, 5)


def test_as_of_chooses_the_day_and_cuts_what_is_known(tmp_path: Path) -> None:
    write_desk(tmp_path)
    desk = load(tmp_path, as_of=datetime(2026, 2, 6, 15, tzinfo=UTC))
    assert (desk.date, desk.as_of) == (date(2026, 2, 5), seconds("2026-02-06T15:00"))
    assert desk.tables["prices"][0].frame["close"].tolist() == [11.0]


@pytest.mark.parametrize(
    ("day", "as_of", "said"),
    [
        (date(2026, 2, 8), None, "no prices for 2026-02-08; prices run from 2026-02-05 to 2026-02-06"),
        (date(2026, 2, 4), None, "no prices for 2026-02-04; prices run from 2026-02-05 to 2026-02-06"),
        (
            date(2026, 2, 6),
            datetime(2026, 2, 6, 15, tzinfo=UTC),
            f"as of 2026-02-06T15:00Z, 2026-02-06 is not over; {_NOT_OVER}",
        ),
        (None, datetime(2026, 2, 1, tzinfo=UTC), "no prices known as of 2026-02-01T00:00Z"),
    ],
)
def test_a_day_that_can_not_be_written_about_is_told(
    tmp_path: Path, day: date | None, as_of: datetime | None, said: str
) -> None:
    assert complaints(write_desk(tmp_path), day, as_of) == [f"desk.toml: {said}"]


def test_prices_with_a_lag_need_a_later_instant(tmp_path: Path) -> None:
    write_desk(tmp_path, source("prices", lag="1h"))
    assert complaints(tmp_path, date(2026, 2, 6)) == [
        "desk.toml: prices of 2026-02-06 are not known at 2026-02-07T00:00Z: their source has a lag; "
        "ask for the brief as of a later instant"
    ]
    assert load(tmp_path, date(2026, 2, 6), datetime(2026, 2, 7, 1, tzinfo=UTC)).date == date(2026, 2, 6)


def test_a_price_from_a_mistyped_year_is_not_the_newest_day(tmp_path: Path) -> None:
    write_desk(tmp_path, files={"prices.csv": PRICES + "2062-02-07,12,13,10,12\n"})
    assert complaints(tmp_path) == [
        "desk.toml: the newest price is of 2062-02-07, 13150 days after the one before it; "
        "correct line 4 of prices.csv, or ask for a date"
    ]
    assert load(tmp_path, date(2026, 2, 6)).tables["prices"][0].frame["close"].tolist() == [11.0, 12.0]


def test_an_unfinished_day_is_no_brief_date(tmp_path: Path) -> None:
    config = read_desk_config(write_desk(tmp_path), "desk.toml")
    afternoon = datetime(2026, 2, 6, 15, tzinfo=UTC)
    assert load_desk(config, as_of=afternoon).date == date(2026, 2, 5)
    with pytest.raises(InputError) as told:
        load_desk(config, date(2026, 2, 6), afternoon)
    assert str(told.value) == f"desk.toml: as of 2026-02-06T15:00Z, 2026-02-06 is not over; {_NOT_OVER}"


@pytest.mark.parametrize(
    ("cut", "first", "end"),
    [
        ("08:00", "2026-02-05T08:00", "2026-02-06T08:00"),
        ("05:00", "2026-02-05T05:00", "2026-02-06T05:00"),
        ("16:00", "2026-02-04T16:00", "2026-02-05T16:00"),
        ("21:00", "2026-02-04T21:00", "2026-02-05T21:00"),
        ("12:00", "2026-02-05T12:00", "2026-02-06T12:00"),
    ],
)
def test_a_day_is_named_after_the_date_that_most_of_it_lies_in(tmp_path: Path, cut: str, first: str, end: str) -> None:
    prices = source("prices", bar="1h")
    write_desk(tmp_path, prices, files={"prices.csv": _hours(first, 24)}, desk=f'day_cut = "{cut}"')
    desk = load(tmp_path)
    assert (desk.date, desk.day_end) == (date(2026, 2, 5), seconds(end))


def test_daily_bars_can_not_serve_another_cut(tmp_path: Path) -> None:
    write_desk(tmp_path, desk='day_cut = "08:00"')
    assert complaints(tmp_path) == [
        "desk.toml:4:1: no bar of any price source ends at the day's cut, 08:00 UTC; "
        "daily bars serve only the cut at which they end, hourly bars any; check bar, stamp and timezone too"
    ]


def test_other_daily_sources_that_can_not_serve_a_cut_are_noticed(tmp_path: Path) -> None:
    prices = source("prices", bar="1h")
    interest = source("oi", "open_interest")
    oi = "date,open_interest\n" + "".join(f"{day},60000000000\n" for day in days("2026-02-04", 3))
    files = {"prices.csv": _hours("2026-02-05T08:00", 24), "oi.csv": oi}
    write_desk(tmp_path, prices, interest, files=files, desk='day_cut = "08:00"')
    assert tuple(map(str, load(tmp_path).notices)) == (
        'source "oi": its days end at 00:00 UTC, the desk\'s at 08:00; not used',
    )


def test_someone_s_own_daily_prices_load_as_they_are(tmp_path: Path) -> None:
    rows = "".join(f"{day},12,9,11,10\n" for day in days("2026-01-01", 40))
    columns = {"open": "Open", "high": "High", "low": "Low", "close": "Close"}
    mine = source("mine", time="Date", columns=columns)
    write_desk(tmp_path, mine, files={"mine.csv": "Date,High,Low,Close,Open\n" + rows})
    desk = load(tmp_path)
    first = desk.tables["prices"][0].frame.iloc[0]
    assert (desk.date, first["open"], first["high"], first["low"], first["close"]) == (date(2026, 2, 9), 10, 12, 9, 11)


def test_citations_name_every_source(tmp_path: Path) -> None:
    desk = load(write_desk(tmp_path, source("prices", coverage="spot", link="https://example.org")))
    cited = desk.citations["prices"]
    assert (cited.name, cited.table, cited.file, cited.coverage, cited.link) == (
        {"": "Somebody"},
        "prices",
        "prices.csv",
        "spot",
        "https://example.org",
    )


def nothing_new(desk: Path, as_of: datetime, day: date | None = None) -> str:
    """What is said where a brief as of an instant has nothing new; empty where it has."""
    try:
        load(desk, day, as_of)
    except NothingNewError as error:
        return str(error)
    return ""


ASK = "bring them up to date, or ask for that brief with --date 2026-02-06"


def test_where_the_last_session_due_has_no_row_there_is_nothing_new(tmp_path: Path) -> None:
    desk = write_desk(tmp_path)
    due = "and those of 2026-02-07 were due by 2026-02-08T00:00Z"
    assert nothing_new(desk, datetime(2026, 2, 7, 23, 59, tzinfo=UTC)) == ""
    assert nothing_new(desk, datetime(2026, 2, 8, tzinfo=UTC)) == (
        f"desk.toml: nothing new: prices end 2026-02-06, {due}; {ASK}"
    )
    assert nothing_new(desk, datetime(2026, 3, 8, tzinfo=UTC), date(2026, 2, 6)) == ""


def test_a_row_is_due_once_its_lag_has_passed(tmp_path: Path) -> None:
    desk = write_desk(tmp_path, source("prices", lag="6h"))
    assert nothing_new(desk, datetime(2026, 2, 8, 5, 59, tzinfo=UTC)) == ""
    assert "nothing new: prices end 2026-02-06" in nothing_new(desk, datetime(2026, 2, 8, 6, tzinfo=UTC))


def test_a_row_is_due_at_the_desks_own_cut(tmp_path: Path) -> None:
    rows = "".join(f"{day}T05:00Z,10,12,9,11\n" for day in ("2026-02-05", "2026-02-06"))
    prices = source("prices", time="time")
    desk = write_desk(
        tmp_path, prices, desk='day_cut = "05:00"', files={"prices.csv": "time,open,high,low,close\n" + rows}
    )
    assert nothing_new(desk, datetime(2026, 2, 8, 4, 59, tzinfo=UTC)) == ""
    assert "and those of 2026-02-07 were due by 2026-02-08T05:00Z" in nothing_new(
        desk, datetime(2026, 2, 8, 5, tzinfo=UTC)
    )


def test_no_row_is_due_of_days_on_which_the_exchange_is_closed(tmp_path: Path) -> None:
    keys = {"timezone": "America/New_York", "session_close": "16:00"}
    desk = write_desk(tmp_path, source("prices", **keys), desk='day_cut = "21:00"')
    # Friday's prices are the newest until Monday's session has closed.
    assert nothing_new(desk, datetime(2026, 2, 9, 20, 59, tzinfo=UTC)) == ""
    assert "and those of 2026-02-09 were due by 2026-02-09T21:00Z" in nothing_new(
        desk, datetime(2026, 2, 9, 21, tzinfo=UTC)
    )


def test_rows_that_go_on_under_another_symbol_are_named(tmp_path: Path) -> None:
    rows = [f"{day},{symbol},12,9,11,10\n" for day, symbol in
            (("2026-02-05", "MATIC"), ("2026-02-06", "MATIC"), ("2026-02-05", "ETH"), ("2026-02-07", "ETH"),
             ("2026-02-07", "POL"), ("2026-02-08", "POL"))]  # fmt: skip
    prices = source("prices", where={"symbol": "MATIC"})
    desk = write_desk(tmp_path, prices, files={"prices.csv": "date,symbol,high,low,close,open\n" + "".join(rows)})
    declared = desk / "desk.toml"
    declared.write_text(declared.read_text("utf-8").replace('symbol = "BTC"', 'symbol = "MATIC"'), "utf-8")
    told = 'rows go on with symbol = "POL": has symbol = "MATIC" been renamed?'
    assert nothing_new(desk, datetime(2026, 2, 9, 1, tzinfo=UTC)) == (
        f"desk.toml: nothing new: prices end 2026-02-06, and those of 2026-02-08 were due by 2026-02-09T01:00Z; "
        f"{told}; {ASK}"
    )


def test_rows_that_only_end_name_no_other_symbol(tmp_path: Path) -> None:
    rows = [f"{day},{symbol},12,9,11,10\n" for day, symbol in
            (("2026-02-05", "BTC"), ("2026-02-06", "BTC"), ("2026-02-05", "ETH"), ("2026-02-08", "ETH"))]  # fmt: skip
    prices = source("prices", where={"symbol": "BTC"})
    desk = write_desk(tmp_path, prices, files={"prices.csv": "date,symbol,high,low,close,open\n" + "".join(rows)})
    assert "renamed" not in nothing_new(desk, datetime(2026, 2, 9, 1, tzinfo=UTC))
