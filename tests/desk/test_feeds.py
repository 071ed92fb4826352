"""What must fit between a feed and the source whose file it fills; and that no key is ever printed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.desk.build import complaints, source, write_desk

_SOURCE = {"time": "time", "known": "known", "bar": "1h", "path": "feeds/hours.csv"}
_FEED = {"source": "hours", "kind": "ccxt", "exchange": "binance", "symbol": "BTC/USDT", "data": "ohlcv"}


def _said(folder: Path, feed: Mapping[str, str] = {}, source_keys: Mapping[str, str] = {}) -> list[str]:
    told = "".join(f'{key} = "{value}"\n' for key, value in {**_FEED, **feed}.items())
    keys = {**_SOURCE, **source_keys}
    write_desk(folder, source("prices"), source("hours", **keys), f"[[feed]]\n{told}")
    return [text.partition(": ")[2] for text in complaints(folder)]


def test_a_file_that_was_not_fetched_yet(tmp_path: Path) -> None:
    assert _said(tmp_path) == ['source "hours": no file "feeds/hours.csv"; run `reporter fetch` to fill it']


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        ({"source": "huors"}, 'feed: no source has the id "huors"; sources: prices, hours'),
        ({"kind": "deribit", "symbol": "BTC"}, 'feed: data = "ohlcv" comes from kind = "ccxt"'),
        ({"exchange": ""}, 'feed: kind = "ccxt" needs an exchange; such as exchange = "binance"'),
        ({"since": "1.2.2026"}, 'feed: since "1.2.2026" is not a date; write it as 2026-02-06'),
        ({"base": "http://example.org"}, 'feed: base is no address of a server; write it as "https://example.org"'),
        ({"symbol": "ETH/USDT"}, 'feed of "hours": symbol = "ETH/USDT": that is ETH, and the desk is of BTC'),
        (
            {"symbol": "XBT/EUR"},
            'feed of "hours": symbol = "XBT/EUR": that is in EUR, and the desk\'s prices are in USD',
        ),
        (
            {"key_env": "aGVsbG8-a-real-key"},
            "feed: key_env names an environment variable in capital letters, such as EXCHANGE_KEY; "
            "keys are read from the environment and never written into desk.toml",
        ),
    ],
)
def test_a_feed_that_does_not_fit(tmp_path: Path, feed: dict[str, str], said: str) -> None:
    assert _said(tmp_path, feed) == [said]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"time": "date"}, 'time is "date"; write time = "time"'),
        ({"known": ""}, 'known is ""; write known = "known"'),
        ({"stamp": "end"}, 'stamp is "end"; write stamp = "start"'),
        ({"timezone": "Asia/Taipei"}, 'timezone is "Asia/Taipei"; write timezone = "UTC"'),
        ({"path": "../hours.csv"}, 'path "../hours.csv"; one file in the desk\'s folder, such as feeds/hours.csv'),
        ({"path": "feeds/*.csv"}, 'path "feeds/*.csv"; one file in the desk\'s folder, such as feeds/hours.csv'),
    ],
)
def test_a_source_that_does_not_fit_its_feed(tmp_path: Path, keys: dict[str, str], said: str) -> None:
    assert _said(tmp_path, {}, keys) == [f'source "hours" is fed by ohlcv: {said}']


def test_a_key_in_the_wrong_place_is_not_printed(tmp_path: Path) -> None:
    (said,) = _said(tmp_path, {"kind": "my-private-key"})
    assert "my-private-key" not in said
    (said,) = _said(tmp_path, {"key": "my-private-key"})
    assert "my-private-key" not in said
