from __future__ import annotations

from pathlib import Path

import pytest

from reporter.desk import read_desk_config
from reporter.desk.tables.load import read_desk
from reporter.diagnostics.errors import InputError
from tests.desk.build import PRICES, source


def _write(folder: Path, asset: str, *sources: str) -> Path:
    head = f'[desk]\nslug = "tw"\nlocales = ["en"]\n[asset]\nsymbol = "2330"\nname = "A share"\n{asset}\n'
    (folder / "desk.toml").write_text(head + "\n".join(sources or (source("prices", unit="twd"),)), "utf-8")
    (folder / "prices.csv").write_text(PRICES, "utf-8")
    return folder


def _said(folder: Path) -> list[str]:
    try:
        read_desk_config(folder, "desk.toml")
    except InputError as error:
        return [str(problem) for problem in error.diagnostics]
    return []


def test_prices_are_in_the_currency_that_is_declared(tmp_path: Path) -> None:
    assert _said(_write(tmp_path, 'class = "equity"\nquote = "TWD"')) == []


def test_points_are_no_currency(tmp_path: Path) -> None:
    assert _said(_write(tmp_path, 'class = "index"\nquote = "points"', source("prices", unit="points"))) == []


def test_a_coin_that_is_meant_to_be_a_dollar_is_one(tmp_path: Path) -> None:
    folder = _write(tmp_path, 'quote = "USDT"', source("prices"))
    assert read_desk_config(folder).asset.currency == "USD"


@pytest.mark.parametrize(
    ("asset", "unit", "said"),
    [
        (
            'class = "stock"\nquote = "TWD"',
            "twd",
            ['asset.class: unknown value "stock"; one of crypto, equity, fund, index, commodity, fx'],
        ),
        ('class = "equity"\nquote = "TWB"', "twd", ['asset.quote: wrong value "TWB"; did you mean "TWD"?']),
        (
            'class = "equity"\nquote = "dollars"',
            "twd",
            [
                'asset.quote: wrong value "dollars"; write a code of ISO 4217 such as "TWD", a coin such as "USDT", '
                'or "points"'
            ],
        ),
        (
            'class = "equity"\nquote = "TWD"\ntick = "5 %"',
            "twd",
            [
                'asset.tick: wrong value "5 %"; write the smallest step of the price as a text, such as "0.0001" or '
                '"0.05"'
            ],
        ),
        (
            'class = "equity"\nquote = "TWD"',
            "usd",
            [
                'source "prices": unit "usd" does not fit table prices, whose prices are in TWD; write unit = "twd", '
                "or quote under [asset] what they are in"
            ],
        ),
    ],
)
def test_what_does_not_fit_is_said_before_any_data_is_read(
    tmp_path: Path, asset: str, unit: str, said: list[str]
) -> None:
    folder = _write(tmp_path, asset, source("prices", unit=unit))
    (folder / "prices.csv").unlink()
    assert [one.partition(": ")[2] for one in _said(folder)] == said


def test_all_of_it_is_said_at_once(tmp_path: Path) -> None:
    folder = _write(tmp_path, 'class = "stock"\nquote = "TWB"\ntick = "x"')
    assert [one.partition(": ")[2].partition(":")[0] for one in _said(folder)] == [
        "asset.class",
        "asset.quote",
        "asset.tick",
    ]


def test_tables_of_coins_are_refused_for_other_assets(tmp_path: Path) -> None:
    folder = _write(
        tmp_path,
        'class = "index"\nquote = "points"',
        source("prices", unit="points"),
        source("oi", "open_interest"),
    )
    assert _said(folder) == [
        'desk.toml:21:1: source "oi": table "open_interest" is told of coins, and the asset is of class "index"; '
        'leave it out, or write class = "crypto" under [asset]'
    ]


def test_a_class_that_is_assumed_is_said(tmp_path: Path) -> None:
    folder = _write(tmp_path, "", source("prices"))
    notices = [one for one in read_desk(read_desk_config(folder)).notices if one.code == "desk.assumed-class"]
    assert [one.what for one in notices] == ["2330 is taken for a coin: [asset] has no class"]


def test_the_class_of_a_well_known_coin_is_not_asked_for(tmp_path: Path) -> None:
    folder = _write(tmp_path, "", source("prices"))
    text = (folder / "desk.toml").read_text("utf-8").replace('"2330"', '"BTC"')
    (folder / "desk.toml").write_text(text.replace("[asset]", "[asset]\nspan = [1, 20]"), "utf-8")
    assert not [one for one in read_desk(read_desk_config(folder)).notices if one.code == "desk.assumed-class"]
