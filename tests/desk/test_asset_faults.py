from __future__ import annotations

from pathlib import Path

import pytest

from reporter.desk import read_desk_config
from reporter.diagnostics.errors import InputError

pytest.importorskip("exchange_calendars", reason="exchange_calendars is not installed")

_DESK = """[desk]
slug = "x"

[asset]
symbol = "X"
name = "X"
class = "rate"
quote = "TWDD"
calendar = "XTAII"
tick = "zero"
splits = [{ date = "2026-02-09", factor = 0 }]

[[source]]
id = "p"
table = "prices"
path = "nowhere.csv"
time = "date"
timezone = "UTC"
bar = "1d"
unit = "twd"
cite = "Nobody"

[instrument.nikkei]
class = "equity"
name = "N"
market = "XTKK"
"""


def test_whatever_is_wrong_of_an_asset_is_told_at_once_with_a_hint_before_any_data_is_read(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text(_DESK, "utf-8")
    with pytest.raises(InputError) as raised:
        read_desk_config(tmp_path, "desk.toml")
    assert [str(one) for one in raised.value.diagnostics] == [
        'desk.toml:7:1: asset.class: unknown value "rate"; one of crypto, equity, fund, index, commodity, fx',
        'desk.toml:8:1: asset.quote: wrong value "TWDD"; did you mean "TWD"?',
        'desk.toml:9:1: asset.calendar: wrong value "XTAII"; did you mean "XTAI"?',
        'desk.toml:10:1: asset.tick: wrong value "zero"; '
        'write the smallest step of the price as a text, such as "0.0001" or "0.05"',
        'desk.toml:11:1: asset.splits.factor: wrong value "0"; it must be more than 0',
        'desk.toml:26:1: instrument.nikkei.market: wrong value "XTKK"; did you mean "XTKS"?',
    ]


def test_a_market_that_is_the_asset_itself_is_refused(tmp_path: Path) -> None:
    text = _DESK.partition("[asset]")[0] + (
        '[asset]\nsymbol = "XAU"\nname = { en = "Gold", zh-Hant = "金價" }\nclass = "commodity"\n\n'
        '[[source]]\nid = "prices"\ntable = "prices"\npath = "p.csv"\ntime = "date"\ntimezone = "UTC"\nbar = "1d"\n'
        'unit = "usd"\ncite = "Nobody"\n\n'
        '[[source]]\nid = "macro"\ntable = "cross_asset"\npath = "m.csv"\nlayout = "wide"\ntime = "date"\n'
        'timezone = "UTC"\nbar = "1d"\nunit = "level"\ncite = "Nobody"\ninstruments = { spx = "SPX", gold = "GOLD" }\n'
    )
    (tmp_path / "desk.toml").write_text(text, "utf-8")
    with pytest.raises(InputError) as raised:
        read_desk_config(tmp_path, "desk.toml")
    assert [str(one) for one in raised.value.diagnostics] == [
        'desk.toml:29:1: source "macro": instrument gold is gold, the asset itself; '
        "leave it out: a brief compares the asset with other markets"
    ]
