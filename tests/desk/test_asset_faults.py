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
