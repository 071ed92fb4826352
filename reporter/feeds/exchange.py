"""Prices, funding and open interest of any exchange that ccxt knows, asked through our own wire."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ccxt

from reporter.diagnostics import did_you_mean
from reporter.feeds.fault import FeedError
from reporter.feeds.store import Row, Table, cell, iso
from reporter.feeds.values import drift, instant, item, number, rows
from reporter.feeds.wire import Wire

OHLCV = Table(("open", "high", "low", "close", "volume"))
FUNDING = Table(("rate",))
OPEN_INTEREST = Table(("open_interest",))
#: What ccxt calls asking for each.
_METHODS = {"ohlcv": "fetchOHLCV", "funding": "fetchFundingRateHistory", "open_interest": "fetchOpenInterestHistory"}
#: Where an exchange has nothing for a span, so many bars are skipped at a time.
_SKIP = 500
_MINUTE = 60

#: A start in milliseconds → what the exchange gives from there on.
Ask = Callable[[int], Any]


def open_exchange(name: str, wire: Wire, base: str, keys: Mapping[str, str], symbol: str, data: str) -> Any:
    """An exchange of ccxt's that asks through our wire.

    Raises:
        FeedError: ccxt has no such exchange, or it can't give the data.
    """
    if name not in ccxt.exchanges:
        near = did_you_mean(name, ccxt.exchanges)
        raise FeedError("feed.unknown-exchange", f'ccxt knows no exchange "{name}"', near)
    exchange = getattr(ccxt, name)({"enableRateLimit": True, **keys})
    exchange.session = wire
    if base:
        exchange.urls["api"] = _moved(exchange.urls["api"], base.rstrip("/"))
    if not exchange.has.get(_METHODS[data]):
        raise FeedError("feed.no-data", f"{name} gives no {data} through ccxt")
    _ask_for_fewer_markets(exchange, symbol)
    return exchange


def _moved(urls: Any, base: str) -> Any:
    """The exchange's addresses on another server."""
    if isinstance(urls, dict):
        return {name: _moved(url, base) for name, url in urls.items()}
    return re.sub(r"^[a-z]+://[^/]+", base, urls) if isinstance(urls, str) else urls


def _ask_for_fewer_markets(exchange: Any, symbol: str) -> None:
    """Only lists of markets that the symbol can be in, where an exchange keeps several."""
    options = exchange.options.get("fetchMarkets")
    pair, _, settled = symbol.partition(":")
    kinds = {"spot"} if not settled else {"inverse"} if pair.startswith(f"{settled}/") else {"linear"}
    if isinstance(options, dict) and kinds & set(options.get("types") or ()):
        options["types"] = [kind for kind in options["types"] if kind in kinds]


def bars(exchange: Any, symbol: str, bar: str, since: int, now: Callable[[], float]) -> Iterator[list[Row]]:
    """Closed price bars, a page at a time, oldest first."""
    if exchange.timeframes and bar not in exchange.timeframes:
        raise FeedError(
            "feed.no-such-bar", f"{exchange.id} has no bars of {bar}", f"it has {', '.join(exchange.timeframes)}"
        )
    length = int(exchange.parse_timeframe(bar))

    def row(candle: Any, where: str) -> tuple[int, Row]:
        if len(rows(candle, where, "bar")) < 6:
            raise drift(where, "bar", f"{len(candle)} values, and six are needed")
        start = instant(candle[0], where, "time")
        values = {name: cell(number(candle[place], where, name)) for place, name in enumerate(OHLCV.values, 1)}
        return start, {"time": iso(start), **values}

    def ask(start: int) -> Any:
        return exchange.fetch_ohlcv(symbol, bar, start)

    yield from _pages(exchange, f"{exchange.id} {symbol} {bar}", ask, row, since, length, length, now)


def funding(exchange: Any, symbol: str, length: int, since: int, now: Callable[[], float]) -> Iterator[list[Row]]:
    """Settled funding rates, as fractions, at the end of the period each is for."""

    def row(told: Any, where: str) -> tuple[int, Row]:
        # Settlements are stamped some milliseconds late.
        settled = instant(item(told, where, "timestamp"), where, "timestamp") // _MINUTE * _MINUTE
        rate = number(item(told, where, "fundingRate"), where, "fundingRate")
        return settled, {"time": iso(settled), "rate": cell(rate)}

    def ask(start: int) -> Any:
        return exchange.fetch_funding_rate_history(symbol, start)

    yield from _pages(exchange, f"{exchange.id} {symbol} funding", ask, row, since, length, 0, now)


def open_interest(exchange: Any, symbol: str, every: str, since: int, now: Callable[[], float]) -> Iterator[list[Row]]:
    """Open interest in the quote currency, at instants."""
    length = int(exchange.parse_timeframe(every))

    def row(told: Any, where: str) -> tuple[int, Row]:
        time = instant(item(told, where, "timestamp"), where, "timestamp")
        value = item(told, where, "openInterestValue")
        if value is None:
            amount = told.get("openInterestAmount")
            what = f"null beside openInterestAmount {amount}: no value in dollars"
            raise drift(where, "openInterestValue", what)
        return time, {"time": iso(time), "open_interest": cell(number(value, where, "openInterestValue"))}

    def ask(start: int) -> Any:
        return exchange.fetch_open_interest_history(symbol, every, start)

    yield from _pages(exchange, f"{exchange.id} {symbol} open interest", ask, row, since, length, 0, now)


def _pages(
    exchange: Any,
    where: str,
    ask: Ask,
    row: Callable[[Any, str], tuple[int, Row]],
    since: int,
    step: int,
    length: int,
    now: Callable[[], float],
) -> Iterator[list[Row]]:
    """Pages from a start until now.

    Args:
        exchange: for its errors.
        where: what is asked for, for messages.
        ask: asks for a page.
        row: an item of the answer → its time and row.
        since: seconds since 1970 UTC.
        step: seconds from one row to the next.
        length: seconds that a row's period lasts; a row whose period is not over is left out.
        now: the time, seconds since 1970 UTC.
    """
    begin = since
    while begin + length <= now():
        told = rows(_asked(where, ask, begin * 1000, exchange), where, "answer")
        read = [row(each, f"{where}, row {place}") for place, each in enumerate(told, 1)]
        closed = sorted((time, kept) for time, kept in read if time >= begin and time + length <= now())
        if closed:
            yield [kept for _, kept in closed]
        newest = max((time for time, _ in read), default=None)
        # A span without rows is passed over; an answer that ends before its own start has no more to give.
        begin = begin + _SKIP * step if newest is None else newest + step
        if newest is not None and not closed:
            return


def _asked(where: str, ask: Ask, start: int, exchange: Any) -> Any:
    try:
        return ask(start)
    except FeedError:
        raise
    except ccxt.NetworkError as error:
        raise FeedError("feed.unreachable", f"{where}: {_told(error, exchange)}", lasting=False) from error
    except ccxt.BaseError as error:
        raise FeedError("feed.refused", f"{where}: the exchange says: {_told(error, exchange)}") from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        what = f"ccxt can't read the answer ({type(error).__name__}: {error})"
        raise FeedError("feed.drift", f"{where}: {what}", "nothing was written") from error


def _told(error: Exception, exchange: Any) -> str:
    """An exchange's words, without keys and queries."""
    text = re.sub(r"\?[^\s\"']+", "", str(error))[:300]
    for secret in (exchange.apiKey, exchange.secret, exchange.password):
        text = text.replace(secret, "…") if secret else text
    return text
