"""What a file says of itself: a pair is read out of any vendor's symbol, and what is not the desk's is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reporter.desk.formats.layouts import load_own_layouts
from reporter.desk.formats.market_identity import (
    Market,
    MarketMention,
    classify_column,
    find_answer_mentions,
    find_filename_mentions,
    make_expected_market,
    parse_market,
)
from reporter.desk.sniff.suggestion import suggest_source
from reporter.desk.tables.recognition import recognise_file
from tests.commands import Command
from tests.desk.build import complaints, days, source, write_desk

_CASES = (Path(__file__).parent / "../../../shared/cases").resolve()
#: Names of columns as a plain file has them, with prices of a coin at about 90,000.
_DATES = days("2025-09-10", 12)


@pytest.mark.parametrize(
    ("symbol", "base", "quote"),
    [
        ("BTC-USD", "BTC", "USD"),
        ("BTCUSDT", "BTC", "USDT"),
        ("btcusd", "BTC", "USD"),
        ("KRW-BTC", "BTC", "KRW"),
        ("USDT-ETH", "ETH", "USDT"),
        ("BTC/USDT:USDT", "BTC", "USDT"),
        ("BTC-USDT-SWAP", "BTC", "USDT"),
        ("XXBTZUSD", "BTC", "USD"),
        ("XETHZEUR", "ETH", "EUR"),
        ("XBTEUR", "BTC", "EUR"),
        ("PI_XBTUSD", "BTC", "USD"),
        ("PF_ETHUSD", "ETH", "USD"),
        ("tBTCUSD", "BTC", "USD"),
        ("BTCUSD_PERP", "BTC", "USD"),
        ("BTC-PERPETUAL", "BTC", ""),
        ("SOL_USDC-PERPETUAL", "SOL", "USDC"),
        ("BINANCE:BTCUSDT.P", "BTC", "USDT"),
        ("BTC-27MAR26-60000-C", "BTC", ""),
        ("BTC-USD-260327-60000-P", "BTC", "USD"),
        ("BTCUSDT_260327", "BTC", "USDT"),
        ("1000PEPEUSDT", "1000PEPE", "USDT"),
        ("ETHBTC", "ETH", "BTC"),
        ("EURUSD=X", "EUR", "USD"),
        ("BTC=F", "BTC", ""),
        ("XBTUSD Curncy", "BTC", "USD"),
        ("btc_jpy", "BTC", "JPY"),
        ("bitcoin", "BTC", ""),
        ("XDGUSD", "DOGE", "USD"),
        ("BTC", "BTC", ""),
        ("^GSPC", "", ""),
        ("200000", "", ""),
        ("spot", "", ""),
        ("IBIT", "", ""),
        ("TOTAL", "", ""),
    ],
)
def test_a_vendor_s_symbol_is_taken_apart(symbol: str, base: str, quote: str) -> None:
    assert parse_market(symbol) == Market(base, quote)


@pytest.mark.parametrize(
    ("name", "asset", "said"),
    [
        ("BTCUSDT-1d-2025.csv", "BTC", Market("BTC", "USDT")),
        ("XBTEUR_1440.csv", "BTC", Market("BTC", "EUR")),
        ("KRW-BTC.json", "BTC", Market("BTC", "KRW")),
        ("Kraken_BTCUSD_d.csv", "BTC", Market("BTC", "USD")),
        ("eth_1d_binance.csv", "BTC", Market("ETH")),
        ("klines.zip(ETHUSDT-1d.csv)", "BTC", Market("ETH", "USDT")),
        ("PEPE_USDT.json", "PEPE", Market("PEPE", "USDT")),
        ("prices_eur.csv", "BTC", Market("", "EUR")),
        ("btc_eth_prices.csv", "BTC", None),
        ("oi_1d_usd_coinglass.csv", "BTC", None),
        ("etf_flows_usd_m.csv", "BTC", None),
        ("nothing_to_link_or_try.csv", "BTC", None),
        ("prices_1d.csv", "BTC", None),
    ],
)
def test_the_name_of_a_file_says_only_what_it_must_mean(name: str, asset: str, said: Market | None) -> None:
    claims = list(find_filename_mentions(name, asset))
    assert [claim.market for claim in claims] == ([] if said is None else [said])


def test_what_stands_around_an_answer_s_rows_is_read() -> None:
    answer = {"retCode": 0, "result": {"symbol": "ETHUSDT", "category": "linear", "list": [["1", "2"], ["2", "3"]]}}
    assert list(find_answer_mentions(answer, "BTC")) == [
        MarketMention("result.symbol", "ETHUSDT", Market("ETH", "USDT"))
    ]
    kraken = {"error": [], "result": {"XXBTZEUR": [["1", "2"], ["2", "3"]], "last": 3}}
    assert [claim.market for claim in find_answer_mentions(kraken, "BTC")] == [Market("BTC", "EUR")]


def test_dollar_coins_count_as_dollars_unless_the_source_says_what_it_measures() -> None:
    tether, euro = (MarketMention("symbol", text, parse_market(text)) for text in ("BTCUSDT", "BTCEUR"))
    plain, exact = make_expected_market("BTC", "USD", "prices"), make_expected_market("BTC", "USD", "prices", "BTC/USD")
    assert plain.explain_contradiction(tether) == ""
    assert exact.explain_contradiction(tether) == "that is in USDT, and measures says USD"
    assert make_expected_market("BTC", "USD", "prices", "BTC/USDT").explain_contradiction(tether) == ""
    assert plain.explain_contradiction(euro) == "that is in EUR, and the desk's prices are in USD"
    assert make_expected_market("BTC", "USD", "funding").explain_contradiction(euro) == ""


def _table(column: str, cells: list[str], price: float = 90_000.0) -> str:
    rows = [
        f"{day},{price},{price + 9},{price - 9},{price + 1},{cells[n % len(cells)]}" for n, day in enumerate(_DATES)
    ]
    return "\n".join([f"date,open,high,low,close,{column}", *rows]) + "\n"


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("symbol", "ETHUSDT", "that is ETH, and the desk is of BTC"),
        ("instId", "SOL-USDT", "that is SOL, and the desk is of BTC"),
        ("market", "KRW-BTC", "that is in KRW, and the desk's prices are in USD"),
        ("pair", "BTC/JPY", "that is in JPY, and the desk's prices are in USD"),
        ("Product ID", "BTC-GBP", "that is in GBP, and the desk's prices are in USD"),
        ("coin", "litecoin", "that is LTC, and the desk is of BTC"),
        ("quote_currency", "TWD", "that is in TWD, and the desk's prices are in USD"),
        ("symbol", "1000PEPEUSDT", "that is 1000PEPE, and the desk is of BTC"),
    ],
)
def test_a_column_that_says_another_market_is_refused_with_its_line(
    tmp_path: Path, column: str, cell: str, why: str
) -> None:
    write_desk(tmp_path, files={"prices.csv": _table(column, [cell])})
    [complaint] = complaints(tmp_path)
    assert complaint == f'prices.csv:2: column "{column}" says "{cell}": {why}; use a file of BTC in USD'


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("symbol", "XBTUSD"),
        ("symbol", "BTC-USDT"),
        ("market", "spot"),
        ("name", "Bitcoin"),
        ("id", "17"),
        ("code", "0"),
    ],
)
def test_a_column_that_says_the_desk_s_market_or_nothing_is_no_fault(tmp_path: Path, column: str, cell: str) -> None:
    assert complaints(write_desk(tmp_path, files={"prices.csv": _table(column, [cell])})) == []


def test_rows_of_several_coins_are_chosen_by_where(tmp_path: Path) -> None:
    rows = _table("symbol", ["BTCUSDT", "ETHUSDT"])
    write_desk(tmp_path, files={"prices.csv": rows})
    [complaint] = complaints(tmp_path)
    assert complaint.endswith(
        'that is ETH, and the desk is of BTC; choose the desk\'s rows: where = { "symbol" = "BTCUSDT" }'
    )
    write_desk(tmp_path, source("prices", where={"symbol": "BTCUSDT"}), files={"prices.csv": rows})
    assert complaints(tmp_path) == []


def test_a_currency_in_the_name_of_a_price_column_is_believed(tmp_path: Path) -> None:
    text = _table("volume", ["7"]).replace("close,", "Close (EUR),")
    write_desk(tmp_path, source("prices", columns={"close": "Close (EUR)"}), files={"prices.csv": text})
    [complaint] = complaints(tmp_path)
    assert complaint.startswith('prices.csv: the name of column "Close (EUR)" says "EUR": that is in EUR')


def test_the_name_of_a_file_is_believed_until_the_desk_or_the_file_says_otherwise(tmp_path: Path) -> None:
    plain = _table("volume", ["7"])
    write_desk(tmp_path, source("p", path="XBTEUR_1440.csv"), files={"XBTEUR_1440.csv": plain})
    [complaint] = complaints(tmp_path)
    assert complaint == (
        'XBTEUR_1440.csv: the name of the file says "XBTEUR_1440": that is in EUR, and the desk\'s prices are in USD; '
        'rename it, or say measures = "BTC/USD" if it is that all the same'
    )
    write_desk(tmp_path, source("p", path="XBTEUR_1440.csv", measures="BTC/USD"))
    assert complaints(tmp_path) == []
    write_desk(tmp_path, source("p", path="XBTEUR_1440.csv"), files={"XBTEUR_1440.csv": _table("symbol", ["BTC-USD"])})
    assert complaints(tmp_path) == []


def test_what_a_source_measures_must_be_the_desk_s(tmp_path: Path) -> None:
    write_desk(tmp_path, source("prices", measures="BTC/EUR"))
    [complaint] = complaints(tmp_path)
    assert 'measures = "BTC/EUR": that is in EUR, and the desk\'s prices are in USD' in complaint


def test_other_tables_hold_the_coin_to_it_and_markets_beside_it_are_free(tmp_path: Path) -> None:
    rates = "date,rate,symbol\n" + "".join(f"{day},0.0001,ETHUSDT\n" for day in _DATES)
    write_desk(tmp_path, source("prices"), source("f", "funding"), files={"f.csv": rates})
    assert complaints(tmp_path) == [
        'f.csv:2: column "symbol" says "ETHUSDT": that is ETH, and the desk is of BTC; use a file of BTC in USD'
    ]
    closes = "date,symbol,close\n" + "".join(f"{day},ETH-EUR,{3000 + n}\n" for n, day in enumerate(_DATES))
    instruments = {"eth": "ETH-EUR"}
    keys = {"columns": {"instrument": "symbol"}, "instruments": instruments}
    write_desk(tmp_path, source("prices"), source("x", "cross_asset", **keys), files={"x.csv": closes})
    assert complaints(tmp_path) == []


def test_sniff_refuses_what_no_desk_of_the_asset_takes(tmp_path: Path) -> None:
    chart = {
        "meta": {"currency": "GBP", "symbol": "SOL-GBP"},
        "timestamp": [1757462400 + 86400 * n for n in range(12)],
        "indicators": {"quote": [{key: [100.0 + n for n in range(12)] for key in ("open", "high", "low", "close")}]},
    }
    path = tmp_path / "chart.json"
    path.write_text(json.dumps({"chart": {"result": [chart], "error": None}}), "utf-8")
    made = suggest_source(recognise_file(path, path.name, load_own_layouts()), path, path.name, "SOL")
    assert made.refused == ('chart.result.meta.currency says "GBP": that is in GBP, and the desk\'s prices are in USD')


@pytest.mark.parametrize("name", ["symbol", "instId", "instrument_name", "Product ID", "market code", "TICKER"])
def test_columns_that_name_a_market_are_known(name: str) -> None:
    assert classify_column(name) == "market"


def test_each_layout_with_an_entity_has_it_among_the_names_that_are_known() -> None:
    names = {
        one
        for layout in load_own_layouts().values()
        if layout.entity and layout.entity != "exchange"
        for one in layout.entity.split(" or ")
        if one not in layout.identity
    }
    assert {name for name in names if classify_column(name) is None} == set()


@pytest.mark.skipif(not _CASES.is_dir(), reason="the cases do not lie beside the project")
@pytest.mark.parametrize(
    ("file", "desk", "said"),
    [
        ("01-yahoo-json-other-coin-or-currency/yahoo_btc_eur.json", "yahoo_btc_eurjson", "EUR"),
        ("01-yahoo-json-other-coin-or-currency/yahoo_eth_usd.json", "yahoo_eth_usdjson", "ETH"),
        ("16-other-quote-currency/krw/upbit.json", "krw-usd", "KRW"),
    ],
)
def test_the_cases_are_refused_by_sniff_check_and_build(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, file: str, desk: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run = Command(monkeypatch, capsys)
    folder = _CASES / file.partition("/")[0] / desk
    sniffed = run("sniff", (_CASES / file).as_posix(), "--asset", "BTC")
    assert sniffed.code == 1
    assert said in sniffed.out.partition("not for a desk:")[2]
    checked = run("check", folder.as_posix())
    assert checked.code == 2
    assert f"that is {'in ' if said != 'ETH' else ''}{said}" in checked.err
    built = run(
        "build", folder.as_posix(), "--date", "2026-02-06", "--format", "md", "--out", (tmp_path / "o").as_posix()
    )
    assert built.code == 2
    assert not (tmp_path / "o").exists()
