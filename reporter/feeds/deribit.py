"""Deribit's public JSON-RPC over HTTP: the volatility index, and the book summary of the whole option chain.

Layouts as documented at docs.deribit.com: `public/get_volatility_index_data`, `public/get_book_summary_by_currency`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reporter.feeds.feed_error import FeedError
from reporter.feeds.field_values import (
    get_field,
    make_drift_error,
    parse_instant,
    parse_number,
    parse_optional_number,
    require_list,
)
from reporter.feeds.http_session import HttpSession
from reporter.feeds.store import FeedTable, Row, to_cell
from reporter.model.timestamps import format_second

BASE = "https://www.deribit.com"
DVOL = FeedTable(("close", "high", "low"))
CHAIN = FeedTable(("open_interest", "mark_iv"), key=("expiry", "strike", "type"))

#: The most rows of an answer, and what the bars that the index comes in are called.
_PAGE = 1_000
RESOLUTIONS: Mapping[int, str] = {60: "60", 3600: "3600", 43_200: "43200", 86_400: "1D"}
_OPTION = re.compile(
    r"(?P<currency>[A-Z]+)-(?P<day>\d{1,2})(?P<month>[A-Z]{3})(?P<year>\d{2})-(?P<strike>\d+)-(?P<side>[CP])"
)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def iterate_volatility_index(wire: HttpSession, base: str, currency: str, bar: int, since: int) -> Iterator[list[Row]]:
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
        yield _fetch_dvol_page(wire, base, currency, bar, begin, end)
        begin = end


def _fetch_dvol_page(wire: HttpSession, base: str, currency: str, bar: int, begin: int, end: int) -> list[Row]:
    where = f"deribit get_volatility_index_data {currency}"
    found: dict[str, Row] = {}
    upto: int | None = end * 1000 - 1
    while upto is not None and upto >= begin * 1000:
        asked = {"currency": currency, "start_timestamp": begin * 1000, "end_timestamp": upto}
        result = _call_method(wire, base, "get_volatility_index_data", {**asked, "resolution": RESOLUTIONS[bar]}, where)
        for place, candle in enumerate(require_list(get_field(result, where, "data"), where, "data")):
            row = _to_dvol_row(candle, f"{where}, row {place + 1}")
            if parse_instant(candle[0], where, "time") + bar <= wire.now():
                found[row["time"]] = row
        # The server gives the newest rows of a span first and says where the rest ends.
        rest = parse_optional_number(get_field(result, where, "continuation"), where, "continuation")
        upto = int(rest) if rest is not None and rest < upto else None
    return [found[time] for time in sorted(found)]


def _to_dvol_row(candle: Any, where: str) -> Row:
    if len(require_list(candle, where, "data")) < 5:
        raise make_drift_error(where, "data", f"{len(candle)} values, and time, open, high, low and close are needed")
    values = {name: parse_number(candle[place], where, name) for name, place in (("close", 4), ("high", 2), ("low", 3))}
    return {
        "time": format_second(parse_instant(candle[0], where, "time")),
        **{name: to_cell(value) for name, value in values.items()},
    }


def fetch_option_chain(wire: HttpSession, base: str, currency: str) -> list[Row]:
    """A snapshot of all options of a currency: open interest in units of it, mark volatility in per cent.

    Args:
        wire: the session that asks.
        base: the address of Deribit's interface.
        currency: such as "BTC".

    Raises:
        FeedError: an answer is refused or of another form.
    """
    where = f"deribit get_book_summary_by_currency {currency}"
    asked = {"currency": currency, "kind": "option"}
    listed = require_list(_call_method(wire, base, "get_book_summary_by_currency", asked, where), where, "result")
    found, times = [], []
    for place, summary in enumerate(listed):
        spot = f"{where}, row {place + 1}"
        times.append(parse_instant(get_field(summary, spot, "creation_timestamp"), spot, "creation_timestamp"))
        found.append(_to_option_row(summary, spot))
    if not found:
        raise FeedError("feed.no-data", f"{where}: no options", "nothing was written")
    # Summaries are made one after another within a moment; the snapshot is known when the last of them is.
    time = format_second(max(times))
    return [{"time": time, **row} for row in found]


def _to_option_row(summary: Any, where: str) -> Row:
    name = str(get_field(summary, where, "instrument_name"))
    match = _OPTION.fullmatch(name)
    if match is None or match["month"] not in _MONTHS:
        raise make_drift_error(where, "instrument_name", f'"{name[:40]}" is no option such as BTC-27MAR26-70000-C')
    month = _MONTHS.index(match["month"]) + 1
    try:
        expiry = datetime(2000 + int(match["year"]), month, int(match["day"]), tzinfo=UTC).date()
    except ValueError as error:
        raise make_drift_error(where, "instrument_name", f'"{name}" has a date that does not exist') from error
    return {
        "expiry": expiry.isoformat(),
        "strike": match["strike"],
        "type": "call" if match["side"] == "C" else "put",
        "open_interest": to_cell(parse_number(get_field(summary, where, "open_interest"), where, "open_interest")),
        # Nothing is marked where nobody quotes.
        "mark_iv": to_cell(parse_optional_number(get_field(summary, where, "mark_iv"), where, "mark_iv") or None),
    }


def _call_method(wire: HttpSession, base: str, method: str, asked: Mapping[str, object], where: str) -> Any:
    answer = wire.request("GET", f"{base}/api/v2/public/{method}", params=dict(asked))
    told = answer.json() if answer.content.strip().startswith((b"{", b"[")) else None
    if isinstance(told, Mapping) and "error" in told:
        error = told["error"]
        message = error.get("message", error) if isinstance(error, Mapping) else error
        raise FeedError("feed.refused", f"{where}: the exchange says: {str(message)[:200]}")
    if answer.status_code >= 400:
        raise FeedError("feed.refused", f"{where}: answers {answer.status_code}")
    return get_field(told, where, "result")
