"""Deribit's public JSON-RPC over HTTP: the volatility index, and the book summary of the whole option chain.

Layouts as documented at docs.deribit.com: `public/get_volatility_index_data`, `public/get_book_summary_by_currency`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reporter.feeds.fault import FeedError
from reporter.feeds.store import Row, Table, cell, iso
from reporter.feeds.values import drift, instant, item, number, optional, rows
from reporter.feeds.wire import Wire

BASE = "https://www.deribit.com"
DVOL = Table(("close", "high", "low"))
CHAIN = Table(("open_interest", "mark_iv"), key=("expiry", "strike", "type"))

#: The most rows of an answer, and what the bars that the index comes in are called.
_PAGE = 1_000
RESOLUTIONS: Mapping[int, str] = {60: "60", 3600: "3600", 43_200: "43200", 86_400: "1D"}
_OPTION = re.compile(
    r"(?P<currency>[A-Z]+)-(?P<day>\d{1,2})(?P<month>[A-Z]{3})(?P<year>\d{2})-(?P<strike>\d+)-(?P<side>[CP])"
)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def volatility_index(wire: Wire, base: str, currency: str, bar: int, since: int) -> Iterator[list[Row]]:
    """Closed bars of the volatility index, a page at a time, oldest first.

    Args:
        wire: asks.
        base: address of the server.
        currency: BTC or ETH.
        bar: seconds a bar lasts, of `RESOLUTIONS`.
        since: start of the first bar, seconds since 1970 UTC.
    """
    begin = since
    while begin + bar <= wire.now():
        end = begin + _PAGE * bar
        yield _dvol_page(wire, base, currency, bar, begin, end)
        begin = end


def _dvol_page(wire: Wire, base: str, currency: str, bar: int, begin: int, end: int) -> list[Row]:
    where = f"deribit get_volatility_index_data {currency}"
    found: dict[str, Row] = {}
    upto: int | None = end * 1000 - 1
    while upto is not None and upto >= begin * 1000:
        asked = {"currency": currency, "start_timestamp": begin * 1000, "end_timestamp": upto}
        result = _call(wire, base, "get_volatility_index_data", {**asked, "resolution": RESOLUTIONS[bar]}, where)
        for place, candle in enumerate(rows(item(result, where, "data"), where, "data")):
            row = _candle(candle, f"{where}, row {place + 1}")
            if instant(candle[0], where, "time") + bar <= wire.now():
                found[row["time"]] = row
        # The server gives the newest rows of a span first and says where the rest ends.
        rest = optional(item(result, where, "continuation"), where, "continuation")
        upto = int(rest) if rest is not None and rest < upto else None
    return [found[time] for time in sorted(found)]


def _candle(candle: Any, where: str) -> Row:
    if len(rows(candle, where, "data")) < 5:
        raise drift(where, "data", f"{len(candle)} values, and time, open, high, low and close are needed")
    values = {name: number(candle[place], where, name) for name, place in (("close", 4), ("high", 2), ("low", 3))}
    return {"time": iso(instant(candle[0], where, "time")), **{name: cell(value) for name, value in values.items()}}


def option_chain(wire: Wire, base: str, currency: str) -> list[Row]:
    """A snapshot of all options of a currency: open interest in units of it, mark volatility in per cent."""
    where = f"deribit get_book_summary_by_currency {currency}"
    asked = {"currency": currency, "kind": "option"}
    listed = rows(_call(wire, base, "get_book_summary_by_currency", asked, where), where, "result")
    found, times = [], []
    for place, summary in enumerate(listed):
        spot = f"{where}, row {place + 1}"
        times.append(instant(item(summary, spot, "creation_timestamp"), spot, "creation_timestamp"))
        found.append(_option(summary, spot))
    if not found:
        raise FeedError("feed.no-data", f"{where}: no options", "nothing was written")
    # Summaries are made one after another within a moment; the snapshot is known when the last of them is.
    time = iso(max(times))
    return [{"time": time, **row} for row in found]


def _option(summary: Any, where: str) -> Row:
    name = str(item(summary, where, "instrument_name"))
    match = _OPTION.fullmatch(name)
    if match is None or match["month"] not in _MONTHS:
        raise drift(where, "instrument_name", f'"{name[:40]}" is no option such as BTC-27MAR26-70000-C')
    month = _MONTHS.index(match["month"]) + 1
    try:
        expiry = datetime(2000 + int(match["year"]), month, int(match["day"]), tzinfo=UTC).date()
    except ValueError as error:
        raise drift(where, "instrument_name", f'"{name}" has a date that does not exist') from error
    return {
        "expiry": expiry.isoformat(),
        "strike": match["strike"],
        "type": "call" if match["side"] == "C" else "put",
        "open_interest": cell(number(item(summary, where, "open_interest"), where, "open_interest")),
        # Nothing is marked where nobody quotes.
        "mark_iv": cell(optional(item(summary, where, "mark_iv"), where, "mark_iv") or None),
    }


def _call(wire: Wire, base: str, method: str, asked: Mapping[str, object], where: str) -> Any:
    answer = wire.request("GET", f"{base}/api/v2/public/{method}", params=dict(asked))
    told = answer.json() if answer.content.strip().startswith((b"{", b"[")) else None
    if isinstance(told, Mapping) and "error" in told:
        error = told["error"]
        message = error.get("message", error) if isinstance(error, Mapping) else error
        raise FeedError("feed.refused", f"{where}: the exchange says: {str(message)[:200]}")
    if answer.status_code >= 400:
        raise FeedError("feed.refused", f"{where}: answers {answer.status_code}")
    return item(told, where, "result")
