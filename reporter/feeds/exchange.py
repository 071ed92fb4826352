"""Prices, funding and open interest of any exchange that ccxt knows, requested through `HttpSession`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ccxt

from reporter.diagnostics.diagnostic import did_you_mean
from reporter.feeds.feed_error import FeedError
from reporter.feeds.field_values import get_field, make_drift_error, parse_instant, parse_number, require_list
from reporter.feeds.http_session import HttpSession
from reporter.feeds.store import FeedTable, Row, to_cell
from reporter.model.timestamps import format_second

OHLCV = FeedTable(("open", "high", "low", "close", "volume"))
FUNDING = FeedTable(("rate",))
OPEN_INTEREST = FeedTable(("open_interest",))
#: What ccxt calls asking for each.
_METHODS = {"ohlcv": "fetchOHLCV", "funding": "fetchFundingRateHistory", "open_interest": "fetchOpenInterestHistory"}
#: Where an exchange has nothing for a span, so many bars are skipped at a time.
_SKIP = 500
_MINUTE = 60

#: A start in milliseconds → what the exchange gives from there on.
Ask = Callable[[int], Any]


def open_exchange(name: str, wire: HttpSession, base: str, keys: Mapping[str, str], symbol: str, data: str) -> Any:
    """A ccxt exchange whose requests go through the given session.

    Args:
        name: ccxt's name of the exchange.
        wire: the session that asks.
        base: another address than the exchange's own, or an empty text.
        keys: ccxt's option → key, where the exchange wants any.
        symbol: the market, such as "BTC/USDT".
        data: ohlcv, funding or open_interest.

    Raises:
        FeedError: ccxt has no such exchange, or it can't give the data.
    """
    if name not in ccxt.exchanges:
        near = did_you_mean(name, ccxt.exchanges)
        raise FeedError("feed.unknown-exchange", f'ccxt knows no exchange "{name}"', near)
    exchange = getattr(ccxt, name)({"enableRateLimit": True, **keys})
    exchange.session = wire
    if base:
        exchange.urls["api"] = _replace_server(exchange.urls["api"], base.rstrip("/"))
    if not exchange.has.get(_METHODS[data]):
        raise FeedError("feed.no-data", f"{name} gives no {data} through ccxt")
    _limit_market_lists(exchange, symbol)
    return exchange


def _replace_server(urls: Any, base: str) -> Any:
    """The exchange's addresses on another server."""
    if isinstance(urls, dict):
        return {name: _replace_server(url, base) for name, url in urls.items()}
    return re.sub(r"^[a-z]+://[^/]+", base, urls) if isinstance(urls, str) else urls


def _limit_market_lists(exchange: Any, symbol: str) -> None:
    """Load only the market lists that can hold the symbol, where an exchange has several."""
    options = exchange.options.get("fetchMarkets")
    pair, _, settled = symbol.partition(":")
    kinds = {"spot"} if not settled else {"inverse"} if pair.startswith(f"{settled}/") else {"linear"}
    if isinstance(options, dict) and kinds & set(options.get("types") or ()):
        options["types"] = [kind for kind in options["types"] if kind in kinds]


def iterate_price_bars(
    exchange: Any, symbol: str, bar: str, since: int, now: Callable[[], float]
) -> Iterator[list[Row]]:
    """Closed price bars, a page at a time, oldest first.

    Args:
        exchange: ccxt's object.
        symbol: the market.
        bar: length of a bar, such as "1h".
        since: seconds since 1970 UTC.
        now: gives seconds since 1970 UTC.

    Raises:
        FeedError: the answer is of another form.
    """
    if exchange.timeframes and bar not in exchange.timeframes:
        raise FeedError(
            "feed.no-such-bar", f"{exchange.id} has no bars of {bar}", f"it has {', '.join(exchange.timeframes)}"
        )
    length = int(exchange.parse_timeframe(bar))

    def to_row(candle: Any, where: str) -> tuple[int, Row]:
        if len(require_list(candle, where, "bar")) < 6:
            raise make_drift_error(where, "bar", f"{len(candle)} values, and six are needed")
        start = parse_instant(candle[0], where, "time")
        values = {name: to_cell(parse_number(candle[place], where, name)) for place, name in enumerate(OHLCV.values, 1)}
        return start, {"time": format_second(start), **values}

    def fetch_page(start: int) -> Any:
        return exchange.fetch_ohlcv(symbol, bar, start)

    yield from _iterate_pages(exchange, f"{exchange.id} {symbol} {bar}", fetch_page, to_row, since, length, length, now)


def iterate_funding_rates(
    exchange: Any, symbol: str, length: int, since: int, now: Callable[[], float]
) -> Iterator[list[Row]]:
    """Settled funding rates, as fractions, at the end of the period each is for.

    Args:
        exchange: ccxt's object.
        symbol: the market.
        length: of a period, in seconds.
        since: seconds since 1970 UTC.
        now: gives seconds since 1970 UTC.
    """

    def to_row(told: Any, where: str) -> tuple[int, Row]:
        # Settlements are stamped some milliseconds late.
        settled = parse_instant(get_field(told, where, "timestamp"), where, "timestamp") // _MINUTE * _MINUTE
        rate = parse_number(get_field(told, where, "fundingRate"), where, "fundingRate")
        return settled, {"time": format_second(settled), "rate": to_cell(rate)}

    def fetch_page(start: int) -> Any:
        return exchange.fetch_funding_rate_history(symbol, start)

    yield from _iterate_pages(exchange, f"{exchange.id} {symbol} funding", fetch_page, to_row, since, length, 0, now)


def iterate_open_interest(
    exchange: Any, symbol: str, every: str, since: int, now: Callable[[], float]
) -> Iterator[list[Row]]:
    """Open interest in the quote currency, at instants.

    Args:
        exchange: ccxt's object.
        symbol: the market.
        every: time between instants, such as "1h".
        since: seconds since 1970 UTC.
        now: gives seconds since 1970 UTC.
    """
    length = int(exchange.parse_timeframe(every))

    def to_row(told: Any, where: str) -> tuple[int, Row]:
        time = parse_instant(get_field(told, where, "timestamp"), where, "timestamp")
        value = get_field(told, where, "openInterestValue")
        if value is None:
            amount = told.get("openInterestAmount")
            what = f"null beside openInterestAmount {amount}: no value in dollars"
            raise make_drift_error(where, "openInterestValue", what)
        return time, {
            "time": format_second(time),
            "open_interest": to_cell(parse_number(value, where, "openInterestValue")),
        }

    def fetch_page(start: int) -> Any:
        return exchange.fetch_open_interest_history(symbol, every, start)

    yield from _iterate_pages(
        exchange, f"{exchange.id} {symbol} open interest", fetch_page, to_row, since, length, 0, now
    )


def _iterate_pages(
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
        told = require_list(_fetch_answer(where, ask, begin * 1000, exchange), where, "answer")
        read = [row(each, f"{where}, row {place}") for place, each in enumerate(told, 1)]
        closed = sorted((time, kept) for time, kept in read if time >= begin and time + length <= now())
        if closed:
            yield [kept for _, kept in closed]
        newest = max((time for time, _ in read), default=None)
        # A span without rows is passed over; an answer that ends before its own start has no more to give.
        begin = begin + _SKIP * step if newest is None else newest + step
        if newest is not None and not closed:
            return


def _fetch_answer(where: str, ask: Ask, start: int, exchange: Any) -> Any:
    try:
        return ask(start)
    except FeedError:
        raise
    except ccxt.NetworkError as error:
        raise FeedError("feed.unreachable", f"{where}: {_redact_message(error, exchange)}", lasting=False) from error
    except ccxt.BaseError as error:
        raise FeedError("feed.refused", f"{where}: the exchange says: {_redact_message(error, exchange)}") from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        what = f"ccxt can't read the answer ({type(error).__name__}: {error})"
        raise FeedError("feed.drift", f"{where}: {what}", "nothing was written") from error


def _redact_message(error: Exception, exchange: Any) -> str:
    """An exchange's error message without API keys and query strings."""
    text = re.sub(r"\?[^\s\"']+", "", str(error))[:300]
    for secret in (exchange.apiKey, exchange.secret, exchange.password):
        text = text.replace(secret, "…") if secret else text
    return text
