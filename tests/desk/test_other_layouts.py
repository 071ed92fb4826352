"""A file that is known to be of another layout than its source says is refused, and so is a count of coins."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from reporter.desk.formats.layouts import load_own_layouts
from reporter.desk.formats.suggestion_lines import Suggestion
from reporter.desk.sniff.suggestion import suggest_source
from reporter.desk.tables.recognition import recognise_file
from tests.desk.build import complaints, seconds, source, write_desk

_DAYS = [date(2026, 1, 28) + timedelta(place) for place in range(10)]


def _bybit(category: str) -> str:
    rows = [
        {"openInterest": f"{52_000 + place}.5", "timestamp": str(1000 * seconds(day.isoformat()))}
        for place, day in enumerate(_DAYS)
    ]
    return json.dumps({"retCode": 0, "result": {"symbol": "BTCUSDT", "category": category, "list": rows}})


def _sniffed(path: Path) -> Suggestion:
    return suggest_source(recognise_file(path, path.name, load_own_layouts()), path, path.name, "BTC")


def test_open_interest_in_coins_is_no_dollars_whatever_the_desk_says(tmp_path: Path) -> None:
    said = (
        "this is Bybit v5 open-interest of linear contracts: openInterest counts coins there, and no unit makes "
        "dollars of them: multiply each by its price first, into a table of your own"
    )
    keys = {"format": "json", "path": "oi.json", "time": "timestamp", "time_format": "epoch", "unit": "usd_m"}
    oi = source("oi", "open_interest", columns={"open_interest": "openInterest"}, **keys)
    write_desk(tmp_path, source("prices"), oi, files={"oi.json": _bybit("linear")})
    assert complaints(tmp_path) == [f'oi.json: result.category says "linear": {said}; leave the source out']
    assert said.endswith(_sniffed(tmp_path / "oi.json").refused)
    (tmp_path / "oi.json").write_text(_bybit("inverse"), "utf-8")
    assert not any("other layout" in line or "counts coins" in line for line in complaints(tmp_path))


def test_what_may_count_coins_is_asked_for_before_dollars(tmp_path: Path) -> None:
    (tmp_path / "oi.json").write_text(_bybit("other"), "utf-8")
    made = _sniffed(tmp_path / "oi.json")
    assert made.asks["unit"] == (
        "coins or contracts (no unit makes dollars of them: multiply by the price first), or dollars: the values fit "
        "usd_k or usd_m"
    )
    assert (
        made.asks["stamp"] == '"end" if a row is the figure at that midnight, "start" if it is that of the day\'s end'
    )
    rows = "".join(f"{day},{120 + place}.5,{80 + place}.5\n" for place, day in enumerate(_DAYS))
    (tmp_path / "l.csv").write_text("date,long_liquidations,short_liquidations\n" + rows, "utf-8")
    assert _sniffed(tmp_path / "l.csv").asks["unit"].startswith("coins or contracts (")


def test_another_vendor_s_file_is_not_cited_as_the_declared_one_s(tmp_path: Path) -> None:
    names = "timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp\n"
    rows = "".join(
        f"{day}T00:00:00Z;{day}T23:59:59.999Z;{day}T01:00:00Z;{day}T02:00:00Z;2781;10;12;9;11;5;6;{day}T23:59:59.999Z\n"
        for day in _DAYS
    )
    declared = '[[source]]\nid = "c"\nformat = "{}"\npath = "c.csv"\nseparator = ";"\ntime_format = ""\nbar = "1d"\n'
    write_desk(tmp_path, declared.format("kaiko.ohlcv"), files={"c.csv": names + rows})
    assert complaints(tmp_path) == [
        "c.csv: the file is coinmarketcap.history (CoinMarketCap historical data: bars of days), and format = "
        '"kaiko.ohlcv" is declared; write format = "coinmarketcap.history"'
    ]
    write_desk(tmp_path, declared.format("coinmarketcap.history"), files={"c.csv": names + rows})
    assert complaints(tmp_path) == []


def test_prices_that_are_no_price_of_the_asset_are_refused_before_they_are_declared(tmp_path: Path) -> None:
    rows = "".join(f"{day},23400,23500,23300,23400\n" for day in _DAYS)
    (tmp_path / "p.csv").write_text("date,open,high,low,close\n" + rows.replace("23", "13"), "utf-8")
    assert _sniffed(tmp_path / "p.csv").refused == (
        'column "close": 13,400.00 is no price of BTC in US dollars in 2026, which lies between 17,000 and 450,000; '
        'if it is another market\'s close, write a source of cross_asset with layout = "wide", unit = "level" and '
        'instruments = { KEY = "close" }'
    )
    found = recognise_file(tmp_path / "p.csv", "p.csv", load_own_layouts())
    assert not suggest_source(found, tmp_path / "p.csv", "p.csv", "BTC", (1.0, 1e6)).refused
