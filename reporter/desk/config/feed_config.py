"""`[[feed]]`: where `reporter fetch` gets the rows of a source's file, and the checks that the two fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict

from reporter.syntax.toml_positions import KeyPath

FeedKind = Literal["ccxt", "deribit"]
FeedData = Literal["ohlcv", "funding", "open_interest", "dvol", "chain"]


class FeedConfig(BaseModel):
    """One `[[feed]]`.

    Attributes:
        source: the source whose file it fills.
        kind: the client: ccxt, or Deribit's public API.
        data: what is asked for.
        exchange: ccxt's name of an exchange.
        symbol: ccxt's name of a market (`BTC/USDT`, `BTC/USDT:USDT`); for Deribit the currency, `BTC`.
        every: for open interest, how often it is read, `1h`.
        since: the first day to fetch, where there is no file yet.
        base: another server that speaks the same, `https://…`.
        key_env, secret_env: names of environment variables; never the keys themselves.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    source: str
    kind: FeedKind
    data: FeedData
    exchange: str = ""
    symbol: str
    every: str = ""
    since: str = ""
    base: str = ""
    key_env: str = ""
    secret_env: str = ""


#: What is asked for → the table it feeds, how its source's rows are stamped, the unit, and the clients that give it.
_FITS: Mapping[str, tuple[str, str, str, FeedKind]] = {
    "ohlcv": ("prices", "start", "usd", "ccxt"),
    "funding": ("funding", "end", "fraction", "ccxt"),
    "open_interest": ("open_interest", "start", "usd", "ccxt"),
    "dvol": ("volatility_index", "start", "vol_points", "deribit"),
    "chain": ("options", "start", "percent", "deribit"),
}
#: Bars that have an instant's or a length's meaning only.
_BARS = {"open_interest": ("0",), "chain": ("0",), "dvol": ("1m", "1h", "12h", "1d")}
#: What a feed writes is read like this; path and table are the desk's own business.
_FIXED = {"time": "time", "time_format": "", "timezone": "UTC", "layout": "long", "known": "known"}

#: A server by https; one on this machine may do without.
_SERVER = re.compile(r"https://[^/\s?#@]+/?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/?")

Said = Iterator[tuple[KeyPath, str, str]]


def check_feeds(feeds: Sequence[FeedConfig], sources: Sequence[BaseModel]) -> Said:
    """Key path, text and hint for every conflict between a feed and its source; shows no secrets."""
    by_id = {str(getattr(source, "id", "")): (place, source) for place, source in enumerate(sources)}
    fed: set[str] = set()
    for index, feed in enumerate(feeds):
        at: KeyPath = ("feed", index)
        yield from ((at + path, what, hint) for path, what, hint in _check_feed(feed))
        if feed.source not in by_id:
            yield (*at, "source"), f'feed: no source has the id "{feed.source}"', f"sources: {', '.join(by_id)}"
            continue
        if feed.source in fed:
            yield (*at, "source"), f'two feeds fill the source "{feed.source}"', "a file has one feed"
        fed.add(feed.source)
        place, source = by_id[feed.source]
        for key, what, hint in _check_feed_source(feed, source):
            yield ("source", place, key), f'source "{feed.source}" is fed by {feed.data}: {what}', hint


def _check_feed(feed: FeedConfig) -> Said:
    kind = _FITS[feed.data][3]
    if feed.kind != kind:
        yield ("kind",), f'feed: data = "{feed.data}" comes from kind = "{kind}"', ""
    if feed.kind == "ccxt" and not re.fullmatch(r"[a-z0-9_]+", feed.exchange):
        yield ("exchange",), 'feed: kind = "ccxt" needs an exchange', 'such as exchange = "binance"'
    if feed.kind == "deribit" and not re.fullmatch(r"[A-Z]+", feed.symbol):
        yield ("symbol",), f'feed: symbol "{feed.symbol}" is no currency of Deribit', 'such as symbol = "BTC"'
    if feed.data == "open_interest" and not re.fullmatch(r"[0-9]{1,3}[mhd]", feed.every):
        yield ("every",), "feed: open interest needs to know how often it is read", 'such as every = "1h"'
    if feed.since and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", feed.since):
        yield ("since",), f'feed: since "{feed.since}" is not a date', "write it as 2026-02-06"
    if feed.base and not _SERVER.fullmatch(feed.base):
        yield ("base",), "feed: base is no address of a server", 'write it as "https://example.org"'
    for name, value in (("key_env", feed.key_env), ("secret_env", feed.secret_env)):
        # A key that was written here by mistake must not be printed.
        if value and not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", value):
            hint = "keys are read from the environment and never written into desk.toml"
            yield (name,), f"feed: {name} names an environment variable in capital letters, such as EXCHANGE_KEY", hint


def _check_feed_source(feed: FeedConfig, source: BaseModel) -> Iterator[tuple[str, str, str]]:
    table, stamp, unit, _ = _FITS[feed.data]
    wanted = {**_FIXED, "table": table, "unit": unit, **({"stamp": stamp} if feed.data != "chain" else {})}
    for key, value in wanted.items():
        found = getattr(source, key)
        if found != value:
            yield key, f'{key} is "{found}"', f'write {key} = "{value}"' if value else f"leave {key} out"
    bar = str(getattr(source, "bar", ""))
    if feed.data in _BARS and bar not in _BARS[feed.data]:
        yield "bar", f'bar is "{bar}"', f"one of {', '.join(_BARS[feed.data])}"
    for key in ("columns", "where"):
        if getattr(source, key):
            yield key, f"{key} is given", f"leave {key} out: the file is written with the table's own names"
    path = PurePosixPath(str(getattr(source, "path", "")))
    form = str(getattr(source, "format", "csv"))
    if path.suffix != f".{form}" or ".." in path.parts or any(mark in str(path) for mark in "*?[{"):
        yield "path", f'path "{path}"', f"one file in the desk's folder, such as feeds/{feed.source}.{form}"
