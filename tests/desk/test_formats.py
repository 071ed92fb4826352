"""Vendors' layouts: files made here in each of them are recognised and read, by their declarations alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from reporter.desk.formats.layouts import load_own_layouts
from reporter.diagnostics.errors import InputError
from tests.commands import Command
from tests.desk.build import load, seconds, source, write_desk

_BLANK = "leave the cell blank where there is no value"
_DAY = 1_770_249_600  # 5 February 2026


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


def _csv(head: str, *rows: str) -> str:
    return "\n".join([head, *rows, ""])


_MS = [(_DAY + 14_400 * place) * 1000 for place in range(6)]
_OPTION = {"timestamp": _MS[0], "underlyingPrice": 70_000, "info": {"deep": {"er": 1}}}
_TARDIS = (
    "exchange,symbol,timestamp,local_timestamp,type,strike_price,expiration,open_interest,last_price,bid_price,"
    "bid_amount,bid_iv,ask_price,ask_amount,ask_iv,mark_price,mark_iv,underlying_index,underlying_price,delta,gamma,"
    "vega,theta,rho"
)

#: Format → a file in it (its name decides nothing where the columns do), and what must come out of it.
_CASES: dict[str, tuple[str, Any, str, list[float]]] = {
    "ccxt.ohlcv": ("x.json", [[ms, 10, 12, 9, 11.5, 3] for ms in _MS], "close", [11.5] * 6),
    "ccxt.funding": (
        "x.json",
        [{"symbol": "ETH/USDT:USDT", "fundingRate": 0.0001, "timestamp": ms, "info": {"a": []}} for ms in _MS],
        "rate",
        [0.0001] * 6,
    ),
    "ccxt.open_interest": (
        "x.json",
        [{"symbol": "X", "openInterestAmount": None, "openInterestValue": 5e9, "timestamp": ms} for ms in _MS],
        "open_interest",
        [5e9] * 6,
    ),
    "ccxt.liquidations": (
        "x.json",
        [
            {"symbol": "X", "timestamp": _MS[0] + 60_000 * n, "price": 1, "quoteValue": 1e6, "side": side}
            for n, side in enumerate(["sell", "sell", "buy"])
        ],
        "long",
        [2e6],
    ),
    "ccxt.option_chain": (
        "x.json",
        {
            "BTC/USD:BTC-260327-70000-C": {
                **_OPTION, "symbol": "BTC/USD:BTC-260327-70000-C", "impliedVolatility": 51.5, "openInterest": 12
            }
        },
        "open_interest",
        [12],
    ),
    "ccxt.greeks": (
        "x.json",
        [{**_OPTION, "symbol": "BTC/USD:BTC-260327-70000-P", "delta": -0.4, "markImpliedVolatility": 51.5}],
        "delta",
        [-0.4],
    ),
    "coinglass_v4.oi_history": (
        "x.json",
        {"code": "0", "msg": "success",
         "data": [{"time": ms, "open": "6e10", "high": "6e10", "low": "6e10", "close": "61000000000"} for ms in _MS]},
        "open_interest",
        [6.1e10] * 6,
    ),
    "coinglass_v4.funding_history": (
        "fundingRate.json",
        {"code": "0", "data": [{"close": "0.005", "high": "1", "low": "0", "open": "0", "time": ms} for ms in _MS]},
        "rate",
        [0.000025] * 6,
    ),
    "coinglass_v4.price_history": (
        "x.json",
        {"code": "0", "data": [{"time": ms, "open": "9", "high": "11", "low": "8", "close": "10", "volume_usd": "1"}
                               for ms in _MS]},
        "close",
        [10] * 6,
    ),
    "coinglass_v4.liquidation_aggregated": (
        "x.json",
        {"code": "0", "data": [{"time": ms, "aggregated_long_liquidation_usd": 5e6,
                                "aggregated_short_liquidation_usd": 4e6} for ms in _MS]},
        "short",
        [4e6] * 6,
    ),
    "coinglass_v4.liquidation_pair": (
        "x.json",
        {"code": "0", "data": [{"time": ms, "long_liquidation_usd": "5e6", "short_liquidation_usd": "4e6"}
                               for ms in _MS]},
        "long",
        [5e6] * 6,
    ),
    "coinglass_v4.etf_flow": (
        "x.json",
        {"code": "0", "data": [
            {"timestamp": 1000 * _DAY, "flow_usd": 3e6, "etf_flows": [{"etf_ticker": "A", "flow_usd": 3e6}]},
            {"timestamp": 1000 * (_DAY + 86_400), "flow_usd": 0,
             "etf_flows": [{"etf_ticker": "A", "flow_usd": None}]}]},
        "flow",
        [3e6],
    ),
    "deribit.book_summary": (
        "x.json",
        {"jsonrpc": "2.0", "result": [
            {"instrument_name": "BTC-27MAR26-70000-C", "underlying_price": 7e4, "mark_iv": 51.5, "open_interest": 12.5,
             "creation_timestamp": _MS[0] + n} for n in range(2)]},
        "mark_iv",
        [51.5],
    ),
    "deribit.ticker_option": (
        "x.json",
        {"result": {"instrument_name": "BTC-7MAR26-70000-P", "timestamp": _MS[0], "mark_iv": 40,
                    "greeks": {"delta": -0.3}, "open_interest": 7, "stats": {"high": None}}},
        "delta",
        [-0.3],
    ),
    "deribit.ticker_perpetual": (
        "x.json",
        {"params": {"channel": "t", "data": {"instrument_name": "ETH-PERPETUAL", "timestamp": _MS[0],
                                             "open_interest": 4e8, "funding_8h": 0.00001}}},
        "open_interest",
        [4e8],
    ),
    "deribit.dvol_history": (
        "x.json",
        {"result": {"data": [[ms, 40, 45, 39, 44] for ms in _MS], "continuation": None}},
        "high",
        [45] * 6,
    ),
    "deribit.dvol_moment": (
        "x.json",
        {"params": {"data": {"timestamp": _MS[0], "volatility": 55.5, "index_name": "eth_usd"}}},
        "close",
        [55.5],
    ),
    "deribit.chart_data": (
        "x.json",
        {"result": {"ticks": _MS, "open": [9] * 6, "high": [11] * 6, "low": [8] * 6, "close": [10] * 6,
                    "volume": [1] * 6, "status": "ok"}},
        "close",
        [10] * 6,
    ),
    "deribit.web_export": (
        "x.csv",
        _csv("Size,Instrument,Volume,Open,NDelta,Δ|Delta,IV Bid,Bid,Mark,Ask,IV Ask,Size",
             "1,ETH-27MAR26-2000-C,-,5.5,,0.5,-,-,0.1,-,-,2", "1,ETH-27MAR26-2000-P,-,-,,-0.5,-,-,0.1,-,-,2"),
        "delta",
        [0.5, -0.5],
    ),
    "deribit.chain": (
        "x.csv",
        _csv("strike,date,instrument_name,expiry_date,type,mark_iv,delta",
             "2000,2026-02-05T01:00:00.000000,ETH-27MAR26-2000-C,2026-03-27,call,60.5,0.5"),
        "mark_iv",
        [60.5],
    ),
    "tardis.options_chain": (
        "x.csv.gz",
        _csv(_TARDIS, *(
            f"deribit,BTC-27MAR26-70000-P,{(_DAY + n) * 10**6},0,put,70000,1774598400000000,"
            f"1,,,,,,,,0.1,5{n},i,7e4,-0.4,,,,"
            for n in (1, 3, 2))),
        "mark_iv",
        [53],
    ),
    "tardis.derivative_ticker": (
        "x.csv",
        _csv("exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,"
             "open_interest,last_price,index_price,mark_price",
             *(f"deribit,ETH-PERPETUAL,{_DAY * 10**6 + n},0,0,0,0,{4 + n}00000000,1,1,1" for n in (1, 2))),
        "open_interest",
        [6e8],
    ),
    "binance.klines": (
        "x.csv",
        _csv(*(f"{ms * 1000},9,11,8,10,1,{ms * 1000 + 1},1,1,1,1,0" for ms in _MS)),
        "close",
        [10] * 6,
    ),
    "binance.metrics": (
        "x.csv",
        _csv("create_time,symbol,sum_open_interest,sum_open_interest_value,count_long_short_ratio",
             "2026-02-05 00:05:00,ETHUSDT,1,5000000000,2"),
        "open_interest",
        [5e9],
    ),
    "binance.funding": (
        "x.csv",
        _csv("calc_time,funding_interval_hours,last_funding_rate", *(f"{ms + 7},8,0.0001" for ms in _MS[::2])),
        "rate",
        [0.0001] * 3,
    ),
    "okx.candles": (
        "x.json",
        {"code": "0", "data": [[str(ms), "9", "11", "8", "10", "1", "1", "1", "1"] for ms in _MS[::-1]]},
        "close",
        [10] * 6,
    ),
    "okx.funding": (
        "x.json",
        {"code": "0", "data": [{"instId": "ETH-USDT-SWAP", "fundingRate": "0.1", "realizedRate": "0.0001",
                                "fundingTime": str(ms)} for ms in _MS[::-2]]},
        "rate",
        [0.0001] * 3,
    ),
    "okx.opt_summary": (
        "x.json",
        {"code": "0", "data": [{"instId": "ETH-USD-260327-2000-C", "markVol": "0.605", "delta": "0.4",
                                "deltaBS": "0.5", "ts": str(_MS[0])}]},
        "mark_iv",
        [60.5],
    ),
    "yahoo.chart": (
        "x.json",
        {"chart": {"result": [{"meta": {"symbol": "ETH-USD", "validRanges": ["1d"]},
                               "timestamp": [m // 1000 for m in _MS],
                               "indicators": {"quote": [{"open": [9] * 6, "high": [11] * 6, "low": [8] * 6,
                                                         "close": [10, None, 10, 10, 10, 10], "volume": [0] * 6}]}}],
                   "error": None}},
        "open",
        [9] * 6,
    ),
    "yahoo.yfinance": (
        "x.csv",
        _csv("Date,Close,High,Low,Open,Volume", "2026-02-05,10,11,8,9,1", "2026-02-06,12,13,10,11,1"),
        "open",
        [9, 11],
    ),
    "yahoo.yfinance_tickers": (
        "x.csv",
        _csv("Price,Close,High,Low,Open,Volume", "Ticker,ETH-USD,ETH-USD,ETH-USD,ETH-USD,ETH-USD", "Date,,,,,",
             "2026-02-05,10,11,8,9,1", "2026-02-06,12,13,10,11,1"),
        "close",
        [10, 12],
    ),
    "farside.totals": (
        "x.csv",
        _csv("date,total_usd_millions,cumulative_usd_millions", '2026-02-05,"(1,434.1)",1', "2026-02-06,371.1,2"),
        "flow",
        [-1434.1e6, 371.1e6],
    ),
    "farside.wide": (
        "x.csv",
        _csv("Farside Investors,,,", ",IBIT,FBTC,Total", "2026-02-05,1,(3.5),(2.5)", "2026-02-06,1,2,3", "Total,2,1,3"),
        "flow",
        [-2.5e6, 3e6],
    ),
    "farside.long": (
        "x.csv",
        _csv("date,fund,flow_usd_millions", "2026-02-05,IBIT,1.5", "2026-02-05,FBTC,(4.0)", "2026-02-05,IBIT,1.5"),
        "flow",
        [-2.5e6],
    ),
    "cryptodatadownload.bars": (
        "x.csv",
        _csv("https://www.CryptoDataDownload.com", "unix,date,symbol,open,high,low,close,Volume ETH,Volume USD",
             "1770336000000,2026-02-06 00:00:00,ETH/USD,11,13,10,12,1,1",
             "1770249600000,2026-02-05 00:00:00,ETH/USD,9,11,8,10,1,1"),
        "close",
        [10, 12],
    ),
    "coinmetrics.realised_price": (
        "x.csv",
        _csv("time,AdrActCnt,CapMVRVCur,HashRate,PriceUSD", "2026-02-05,1,1.25,1,70000", "2026-02-06,1,,1,"),
        "realised_price",
        [56_000],
    ),
    "glassnode.series": ("x.json", [{"t": m // 1000, "v": 55_000.5} for m in _MS], "realised_price", [55_000.5] * 6),
    "coinalyze.open_interest": (
        "x.csv",
        _csv("symbol,date,timestamp,oi_open,oi_high,oi_low,oi_close", f"ETHUSD_PERP.A,d,{_DAY},1,1,1,2e9"),
        "open_interest",
        [2e9],
    ),
    "coinalyze.funding": (
        "x.csv",
        _csv("symbol,timestamp,funding_rate,fr_open,fr_high,fr_low", f"ETHUSD_PERP.A,{_DAY},0.01,1,1,1"),
        "rate",
        [0.0003],
    ),
    "coindesk.histo": ("x.csv", _csv("TIME,OPEN,HIGH,LOW,CLOSE,VOLUME", f"{_DAY},9,11,8,10,1"), "close", [10]),
    "coindesk.api": (
        "x.json",
        {"Response": "Success", "Data": {"Data": [{"time": _DAY, "open": 9, "high": 11, "low": 8, "close": 10}]}},
        "close",
        [10],
    ),
    "tradingview.export": (
        "x.csv",
        _csv("time,open,high,low,close,Volume,RSI", "2026-02-05T00:00:00Z,9,11,8,10,1,50"),
        "close",
        [10],
    ),
    "tradingview.pine_seed": ("x.csv", _csv("20260205T,9,11,8,10,1", "20260206T,11,13,10,12,1"), "close", [10, 12]),
    "coinmarketcap.history": (
        "x.csv",
        _csv(
            "timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp",
            '"2026-02-05T00:00:00.000Z";"2026-02-05T23:59:59.999Z";"a";"b";"1";9;11;8;10;1;1;"2026-02-05T23:59:59.999Z"',
        ),
        "close",
        [10],
    ),
    "coingecko.history": (
        "x.csv",
        _csv("snapped_at,price,market_cap,total_volume", "2026-02-05 00:00:00 UTC,10,1,1"),
        "close",
        [10],
    ),
    "coingecko.market_chart": (
        "x.json",
        # The newest is the price of the moment at which it was asked for.
        {"prices": [[1000 * s, 10.5] for s in (_DAY, _DAY + 86_400, _DAY + 100_000)], "market_caps": []},
        "close",
        [10.5] * 2,
    ),
    "kucoin.candles": (
        "x.json",
        {"code": "200000", "data": [[str(_DAY), "9", "10", "11", "8", "1", "10"]]},
        "close",
        [10],
    ),
    "kraken.ohlc": (
        "x.json",
        {"error": [], "result": {"XXBTZUSD": [[_DAY, "9", "11", "8", "10", "9", "1", 5]], "last": _DAY}},
        "close",
        [10],
    ),
    "bybit.kline": (
        "x.json",
        {"retCode": 0, "result": {"list": [[str(ms), "9", "11", "8", "10", "1", "1"] for ms in _MS]}},
        "close",
        [10] * 6,
    ),
    "bybit.funding": (
        "x.json",
        {"retCode": 0, "result": {"list": [
            {"symbol": "BTCUSDT", "fundingRate": "0.0001", "fundingRateTimestamp": str(ms)} for ms in _MS]}},
        "rate",
        [0.0001] * 6,
    ),
    "bitget.candles": (
        "x.json",
        {"code": "00000", "msg": "success", "data": [[str(ms), "9", "11", "8", "10", "1", "1", "1"] for ms in _MS]},
        "close",
        [10] * 6,
    ),
    "bitget.mix_candles": (
        "x.json",
        {"code": "00000", "msg": "success", "data": [[str(ms), "9", "11", "8", "10", "1", "1"] for ms in _MS]},
        "close",
        [10] * 6,
    ),
    "gate.candles": (
        "x.json",
        [[str(_DAY + 86_400 * n), "5", "10", "11", "8", "9", "1", "true"] for n in range(3)],
        "close",
        [10] * 3,
    ),
    "gate.candles_7": ("x.json", [[str(_DAY), "5", "10", "11", "8", "9", "1"]], "close", [10]),
    "upbit.candles": (
        "x.json",
        [{"market": "USDT-BTC", "candle_date_time_utc": "2026-02-05T00:00:00", "timestamp": _DAY * 1000 + 7,
          "opening_price": 9, "high_price": 11, "low_price": 8, "trade_price": 10}],
        "close",
        [10],
    ),
    "sosovalue.inflow": (
        "x.json",
        {"code": 0, "data": {"list": [
            {"date": "2026-02-05", "totalNetInflow": 2e8, "totalNetAssets": 1e11, "cumNetInflow": 5e10}]}},
        "flow",
        [2e8],
    ),
    "alternative_me.fng": (
        "x.json",
        {"name": "Fear and Greed Index",
         "data": [{"value": "12", "value_classification": "Extreme Fear", "timestamp": str(_DAY),
                   "time_until_update": "9"}],
         "metadata": {"error": None}},
        "score",
        [12],
    ),
}  # fmt: skip

#: What a person answers where a file can't say.
_ANSWERS = {"at": "2026-02-05T08:00Z", "unit": "percent", "bar": "1d", "per": "8h", "cite": "Somebody"}


def _write(path: Path, content: Any) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


def _declared(run: Command, name: str, **more: str) -> str:
    ran = run("sniff", name)
    assert (ran.code, ran.err) == (0, "")
    answers = _ANSWERS | more
    return re.sub(r'(?m)^(?:# )?(\w+) = "\?".*$', lambda m: f'{m[1]} = "{answers[m[1]]}"', ran.out)


@pytest.mark.parametrize("name", _CASES)
def test_a_file_is_recognised_and_read_with_what_sniff_says(run: Command, name: str) -> None:
    file, content, column, expected = _CASES[name]
    _write(Path(file), content)
    table = load_own_layouts()[name].table
    lines = _declared(run, file, table=table, unit="usd" if table in ("open_interest", "prices") else "percent")
    assert f"{name}: {load_own_layouts()[name].title}" in lines.splitlines()[0]
    write_desk(Path(), *([source("base", path="prices.csv")] if table != "prices" else []), lines)
    if "ETH" in str(content).upper():
        desk = Path("desk.toml").read_text("utf-8")
        Path("desk.toml").write_text(desk.replace('symbol = "BTC"', 'symbol = "ETH"'), "utf-8")
    from reporter.desk import read_desk_config
    from reporter.desk.tables.sources import read_sources

    frame = read_sources(read_desk_config(Path()))[0][table][-1].frame
    assert [value for value in frame[column].tolist() if value == value] == pytest.approx(expected)  # noqa: PLR0124
    assert frame["start"].is_monotonic_increasing


def test_every_layout_that_feeds_a_table_is_tried_here() -> None:
    fed = {name for name, layout in load_own_layouts().items() if layout.table}
    # Kaiko's was never held against a file; bars without names are tried in test_whose.py.
    fed = {name for name in fed if load_own_layouts()[name].verified and not name.startswith("bars.")}
    assert fed - _CASES.keys() == {"coinmetrics.price", "deribit.chain_moment"}


#: Tables whose columns have names in the first line; rows without names have one order, and so have two columns Size.
_NAMED = [
    name for name, case in _CASES.items() if isinstance(case[1], str) and load_own_layouts()[name].header == "first"
]


@pytest.mark.parametrize(
    "name", [name for name in _NAMED if name not in ("deribit.web_export", "coinmarketcap.history")]
)
def test_columns_may_stand_in_another_order_and_beside_others(run: Command, name: str) -> None:
    file, text, _, _ = _CASES[name]
    rows = [[*reversed(row), "more"] for row in csv.reader(io.StringIO(text))]
    rows[0][-1] = "another"
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    _write(Path(file), buffer.getvalue())
    assert f"{name}: " in run("sniff", file).out.splitlines()[0]


@pytest.mark.parametrize("text", ["[]", '{"code":"0","data":[]}', '{"jsonrpc":"2.0","result":[]}', "{}", "null", "7"])
def test_an_empty_answer_is_nothing_and_no_traceback(run: Command, text: str) -> None:
    Path("x.json").write_text(text, "utf-8")
    ran = run("sniff", "x.json")
    assert ran.code in (1, 2)
    assert "Traceback" not in ran.err


def test_an_answer_without_rows_is_named(run: Command) -> None:
    Path("x.json").write_text('{"code":"0","msg":"success","data":[]}', "utf-8")
    ran = run("sniff", "x.json")
    assert (ran.code, ran.said) == (2, ["x.json: an answer without rows; ask for a span that has some"])


def test_an_error_body_is_named(run: Command) -> None:
    Path("x.json").write_text('{"code":"50011","msg":"Too Many Requests","data":[]}', "utf-8")
    ran = run("sniff", "x.json")
    assert ran.said == ['x.json: the vendor\'s error in place of data: code 50011, "Too Many Requests"; fetch it again']
    assert ran.code == 2


def test_a_wrong_cell_is_named_with_its_record(run: Command) -> None:
    rows = [{"time": ms, "open": "6e10", "high": "6e10", "low": "6e10", "close": "6e10"} for ms in _MS]
    rows[3]["close"] = "many"
    _write(Path("oi.json"), {"code": "0", "data": rows})
    declared = '[[source]]\nid = "oi"\nformat = "coinglass_v4.oi_history"\npath = "oi.json"\nbar = "4h"\n'
    write_desk(Path(), source("prices"), declared)
    ran = run("metrics", ".")
    assert ran.said == [f'oi.json#data:4: column "close": "many" is not a number; {_BLANK}']


def test_formats_of_a_desk_s_own_folder(run: Command) -> None:
    own = (
        '[bars]\ntitle = "our bars"\nvendor = "Ours"\ntable = "prices"\nneeds = ["When", "O", "H", "L", "C"]\n'
        'time = "When"\ntime_format = ["%d/%m/%Y"]\nbar = "1d"\nunit = "usd"\n'
        'columns = { open = "O", high = "H", low = "L", close = "C" }\n'
    )
    ours = '[[source]]\nid = "ours"\nformat = "mine.bars"\npath = "b.csv"\n'
    files = {"formats/mine.toml": own, "b.csv": "When,O,H,L,C\n06/02/2026,9,11,8,10\n"}
    write_desk(Path(), ours, files=files)
    assert load(Path()).tables["prices"][0].frame["start"].tolist() == [seconds("2026-02-06")]
    assert run("sniff", "b.csv", "--desk", ".").out.splitlines()[0] == "# b.csv: mine.bars: our bars"
    Path("formats/mine.toml").write_text(own.replace("needs", "need"), "utf-8")
    with pytest.raises(InputError) as told:
        load(Path())
    assert str(told.value.diagnostics[0]) == (
        './formats/mine.toml:5:1: format "bars": unknown key "need"; did you mean "needs"?'
    )


def test_an_unknown_format_has_a_hint(run: Command) -> None:
    write_desk(Path(), '[[source]]\nid = "x"\nformat = "binance.kline"\npath = "x"\nbar = "1d"\n')
    ran = run("metrics", ".")
    assert ran.said[0] == 'desk.toml:12:1: source.format: unknown value "binance.kline"; did you mean "binance.klines"?'


def test_a_format_that_feeds_nothing_says_why(run: Command) -> None:
    write_desk(Path(), '[[source]]\nid = "x"\nformat = "coinglass_v4.max_pain"\npath = "x"\n')
    assert run("metrics", ".").said[0].startswith(
        'desk.toml:12:1: source.format: "coinglass_v4.max_pain" can feed nothing: no table takes it: '
    )  # fmt: skip


def test_a_column_that_is_warned_of_can_not_be_used(run: Command) -> None:
    _write(Path("x.csv"), _csv("symbol,timestamp,funding_rate,funding_rate_pct,fr_open,fr_high,fr_low",
                               *(f"A,{_DAY + 86400 * n},0.01,1.0,1,1,1" for n in range(5))))  # fmt: skip
    out = run("sniff", "x.csv").out
    assert (
        '#   column "funding_rate_pct" is not to be used: it is "funding_rate" times 100 in all 5 rows '
        "(1.0 against 0.01 in row 2)"
    ) in out.splitlines()
    declared = '[[source]]\nid = "f"\nformat = "coinalyze.funding"\npath = "x.csv"\nbar = "1d"\n'
    write_desk(Path(), declared + 'columns = { rate = "funding_rate_pct" }\n')
    assert run("metrics", ".").said[1] == (
        'desk.toml:15:1: source "f": column "funding_rate_pct" of coinalyze.funding is not to be used: '
        "it is funding_rate, which is in percent already, times 100"
    )


def test_plain_tables_are_asked_about_what_they_leave_open(run: Command) -> None:
    Path("rates.csv").write_text(_csv("when,x", "1,2"), "utf-8")
    ran = run("sniff", "rates.csv")
    assert ran.code == 1
    assert "not for a desk: no column of times is known" in ran.out
    rows = "".join(f"2026-02-{day:02} {hour}:00,0.0005\n" for day in range(1, 9) for hour in ("00", "08", "16"))
    Path("fr.csv").write_text("time,funding_rate\n" + rows, "utf-8")
    out = run("sniff", "fr.csv").out.splitlines()
    assert 'timezone = "?"  # say it: times such as "2026-02-01 00:00" have no zone' in out
    assert 'unit = "?"  # say it: the values fit fraction or percent' in out
    write_desk(Path(), source("prices"), "\n".join(line for line in out if not line.startswith("#")))
    assert run("metrics", ".").code == 2


def test_the_list_of_formats_names_each(run: Command) -> None:
    listed = run("sniff", "--list").out.splitlines()
    assert [line.split()[0] for line in listed] == sorted(load_own_layouts())
