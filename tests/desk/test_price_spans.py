"""A close that the asset can't have had is refused, however little its file says of itself."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from reporter.desk.config.config import AssetConfig
from reporter.desk.validation.price_spans import believable_span
from tests.desk.build import complaints, source, write_desk

_MARKET = (Path(__file__).parent / "../../../shared/market").resolve()
_DECLARED = "span = [0.01, 1e9]"
_HINT = "another currency or coin? [asset] span = [lowest, highest] declares another span"


def _desk(folder: Path, closes: list[float], *, symbol: str = "BTC", span: str = "", more: str = "") -> Path:
    """A desk of daily closes from 5 February 2026 on; `more` are further sources."""
    rows = "".join(f"2026-02-{5 + n:02},{c},{c},{c},{c}\n" for n, c in enumerate(closes))
    write_desk(folder, source("prices"), *([more] if more else []), files={"prices.csv": f"{_COLUMNS}{rows}"})
    desk = (folder / "desk.toml").read_text("utf-8").replace(_DECLARED, span).replace('"BTC"', f'"{symbol}"')
    (folder / "desk.toml").write_text(desk, "utf-8")
    return folder


_COLUMNS = "date,open,high,low,close\n"


@pytest.mark.parametrize(
    ("symbol", "closes", "said"),
    [
        (
            "BTC",
            [78_984_153.5, 80_100_000.0, 79_000_000.0],
            "78,984,153.50 is no price of BTC in US dollars in 2026, which lies between 17,000 and 450,000, and 2 "
            "further closes neither",
        ),
        (
            "XBT",
            [2885.85, 2900.0],
            "2,885.85 is no price of BTC in US dollars in 2026, which lies between 17,000 and 450,000, nor is 1 "
            "further close",
        ),
        ("ETH", [64_000.0], "64,000.00 is no price of ETH in US dollars in 2026, which lies between 430 and 18,000"),
        ("DOGE", [14.5], "14.50 is no price of DOGE in US dollars in 2026, which lies between 0.02 and 1.8"),
    ],
)
def test_a_close_far_from_what_the_coin_has_cost_is_refused(
    tmp_path: Path, symbol: str, closes: list[float], said: str
) -> None:
    assert complaints(_desk(tmp_path, closes, symbol=symbol)) == [f"prices.csv:2: {said}; {_HINT}"]


@pytest.mark.parametrize(
    ("symbol", "closes"), [("BTC", [64_000.0, 65_000.0]), ("ETH", [1_900.0]), ("NEWCOIN", [64e6]), ("TRX", [0.3])]
)
def test_a_close_that_may_be_is_believed(tmp_path: Path, symbol: str, closes: list[float]) -> None:
    assert complaints(_desk(tmp_path, closes, symbol=symbol)) == []


def test_a_desk_declares_another_span(tmp_path: Path) -> None:
    assert complaints(_desk(tmp_path, [12.5], span="span = [10, 20]")) == []
    said = f"25.00 is no price of NEWCOIN in US dollars, which lies between 10 and 20; {_HINT}"
    assert complaints(_desk(tmp_path, [25.0], symbol="NEWCOIN", span="span = [10, 20]")) == [f"prices.csv:2: {said}"]


@pytest.mark.parametrize("span", ["[20, 10]", "[0, 10]", "[1, inf]", "[1, nan]"])
def test_a_span_goes_from_the_lowest_to_the_highest_price(tmp_path: Path, span: str) -> None:
    said = "asset.span: wrong value; write the lowest and the highest price, such as [1000, 1000000]"
    assert complaints(_desk(tmp_path, [64_000.0], span=f"span = {span}")) == [f"desk.toml:9:1: {said}"]


def test_prices_of_another_coin_count_as_that_coin_s() -> None:
    asset = AssetConfig(symbol="BTC", name={"en": "Bitcoin"})
    assert believable_span(asset, "ETH/USD", 2026) != believable_span(asset, "", 2026)


def test_a_row_that_was_looked_at_is_believed(tmp_path: Path) -> None:
    _desk(tmp_path, [64_000.0, 7_000.0, 64_000.0])
    desk = (tmp_path / "desk.toml").read_text("utf-8")
    times = ", ".join(f'{{ time = "2026-02-{day:02}", reason = "a venue\'s test" }}' for day in (6, 7))
    (tmp_path / "desk.toml").write_text(f"{desk}approved = [{times}]\n", "utf-8")
    assert complaints(tmp_path) == []


def test_price_sources_are_held_against_one_another(tmp_path: Path) -> None:
    _desk(tmp_path, [25.0, 26.0, 27.0], symbol="NEWCOIN", more=source("won"))
    rows = "".join(f"2026-02-{5 + n:02},{c},{c},{c},{c}\n" for n, c in enumerate([36_000, 37_000, 38_000]))
    (tmp_path / "won.csv").write_text(f"{_COLUMNS}{rows}", "utf-8")
    assert complaints(tmp_path) == [
        'desk.toml:20:1: source "won": its closes are about 1,423 times those of "prices"; is one of them of another '
        "coin, or in another currency?"
    ]
    (tmp_path / "won.csv").write_text(f"{_COLUMNS}{rows.replace('000', '')}", "utf-8")
    assert complaints(tmp_path) == []


@pytest.mark.skipif(not _MARKET.is_dir(), reason="the real series are not beside the project")
@pytest.mark.parametrize(("symbol", "name"), [("BTC", "btc_1d.csv"), ("ETH", "eth_1d_binance.csv")])
def test_every_price_that_was_lies_well_inside(symbol: str, name: str) -> None:
    asset = AssetConfig(symbol=symbol, name={"en": symbol})
    with (_MARKET / name).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    for row in rows:
        span = believable_span(asset, "", int(row["date"][:4]))
        assert span is not None
        assert span[0] * 2.5 < float(row["close"]) < span[1] / 2.5
