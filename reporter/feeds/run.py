"""A desk's feeds, one after another: request from the last row on, check, merge, write; yield a result for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reporter.desk.config.config import AssetConfig, DeskConfig, SourceConfig
from reporter.desk.config.feed_config import FeedConfig
from reporter.desk.config.fields import parse_duration
from reporter.desk.formats.schema import TABLES as SPECS
from reporter.desk.validation.price_spans import unbelievable_price
from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError, usage_error
from reporter.feeds import deribit, exchange
from reporter.feeds.clock import Clock
from reporter.feeds.feed_error import FeedError
from reporter.feeds.http_session import HttpSession, RequestLimits
from reporter.feeds.store import TIME, FeedTable, Row, merge_rows, read_rows, write_rows
from reporter.model.timestamps import to_midnight
from reporter.pipeline.publish import lock_brief_folder

TABLES: Mapping[str, FeedTable] = {
    "ohlcv": exchange.OHLCV,
    "funding": exchange.FUNDING,
    "open_interest": exchange.OPEN_INTEREST,
    "dvol": deribit.DVOL,
    "chain": deribit.CHAIN,
}


_CLOCK, _LIMITS = Clock(), RequestLimits()


@dataclass(frozen=True, slots=True)
class Fetch:
    """The plan of one fetch: feed, source, file and start.

    Attributes:
        feed: how.
        source: for which source.
        path: into which file.
        shown: how the file is named in messages.
        begin: from when on, seconds since 1970 UTC; None for a snapshot.
        held: how many rows the file has.
        asset: the desk's asset.
    """

    feed: FeedConfig
    source: SourceConfig
    path: Path
    shown: str
    begin: int | None
    held: int
    asset: AssetConfig


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The result of one fetch.

    Attributes:
        fetch: what was to be fetched.
        added, restated: rows that came.
        newest: time of the file's newest row; empty where it has none.
        fault: why no more came; None where all did.
    """

    fetch: Fetch
    added: int
    restated: int
    newest: str
    fault: Diagnostic | None = None


def plan_fetch(config: DeskConfig, since: date | None = None, only: Sequence[str] = ()) -> tuple[Fetch, ...]:
    """The plan of each feed's fetch.

    Args:
        config: desk.toml.
        since: the first day to ask for, where a file has no rows yet.
        only: ids of the sources to fill; none takes all.

    Raises:
        InputError: the desk has no feeds, or not those; a file is not a feed's; a start is missing.
    """
    if not config.feed:
        hint = "declare [[feed]] as the README shows"
        raise InputError([Diagnostic("feed.none", Place(config.shown_as), "the desk has no feeds", hint)])
    names = [feed.source for feed in config.feed]
    unknown = [name for name in only if name not in names]
    if unknown:
        hint = did_you_mean(unknown[0], names) or f"sources with a feed: {', '.join(names)}"
        raise usage_error("feed.unknown-source", f'no feed fills a source "{unknown[0]}"', hint)
    return tuple(_plan_feed(config, feed, since) for feed in config.feed if not only or feed.source in only)


def _plan_feed(config: DeskConfig, feed: FeedConfig, since: date | None) -> Fetch:
    source = next(source for source in config.source if source.id == feed.source)
    path = config.folder / source.path
    shown = (Path(config.shown_as).parent / source.path).as_posix()
    if not path.resolve().is_relative_to(config.folder.resolve()):
        raise InputError(
            [
                config.source_diagnostic(
                    "desk.wrong-path", source, f"{shown} leads out of the desk's folder through a link"
                )
            ]
        )
    rows = read_rows(path, TABLES[feed.data], shown)
    if feed.data == "chain":
        return Fetch(feed, source, path, shown, None, len(rows), config.asset)
    start = since or (None if rows or not feed.since else date.fromisoformat(feed.since))
    if start is not None:
        begin = int(to_midnight(start))
    elif rows:
        # The newest row is asked for again: it may have been restated.
        begin = int(datetime.fromisoformat(rows[-1][TIME]).timestamp())
    else:
        what = f'feed of source "{source.id}" has no file yet and no start'
        hint = 'write since = "2024-01-01" in its [[feed]], or give --since'
        raise InputError([Diagnostic("feed.no-start", Place(config.shown_as), what, hint)])
    return Fetch(feed, source, path, shown, begin, len(rows), config.asset)


def run_fetch(
    fetches: Sequence[Fetch],
    clock: Clock = _CLOCK,
    limits: RequestLimits = _LIMITS,
    tell: Callable[[Fetch, str], None] = lambda fetch, newest: None,
) -> Iterator[FetchResult]:
    """Fetch one feed after another; a failed one does not stop the others.

    Args:
        fetches: what is to be fetched.
        clock: the time.
        limits: of each answer.
        tell: told of each page, with the time of its newest row.

    Raises:
        LockedError: another run is filling the same file.
    """
    for fetch in fetches:
        with lock_brief_folder(fetch.path.parent, fetch.source.id), HttpSession(clock, limits) as wire:
            yield _fetch_feed(fetch, wire, clock, tell)


def _fetch_feed(fetch: Fetch, wire: HttpSession, clock: Clock, tell: Callable[[Fetch, str], None]) -> FetchResult:
    got: list[Row] = []
    fault = None
    try:
        for page in _iterate_pages(fetch, wire):
            got += page
            if page:
                tell(fetch, page[-1][TIME])
    except FeedError as error:
        # What came before the line broke is whole; what came before the form changed is not trusted.
        got = [] if error.lasting else got
        (fault,) = error.diagnostics
    except KeyboardInterrupt:
        _store_rows(fetch, [] if _find_implausible_row(fetch, got) else got, clock)
        raise
    if wrong := _find_implausible_row(fetch, got):
        # What build would refuse is never stored, and neither is what came with it.
        return _store_rows(fetch, [], clock, wrong)
    return _store_rows(fetch, got, clock, fault)


def _find_implausible_row(fetch: Fetch, rows: Sequence[Row]) -> Diagnostic | None:
    """A diagnostic for the first implausible row: an impossible value, or a bar that begins off its grid."""
    for row in rows:
        if what := _explain_implausible(fetch, row):
            hint = "ask again later, or report it to the exchange"
            return Diagnostic(
                "feed.unlikely-row",
                Place(fetch.shown),
                f"the row of {row[TIME]}: {what}; nothing was stored",
                hint,
            )
    return None


def _explain_implausible(fetch: Fetch, row: Row) -> str:
    """Why a row is implausible; empty where it is plausible."""
    source, spec = fetch.source, SPECS[fetch.source.table]
    bar = parse_duration(source.bar)
    if bar and fetch.feed.data in ("ohlcv", "dvol") and datetime.fromisoformat(row[TIME]).timestamp() % bar:
        return f'no bar of "{source.bar}" begins then'
    values: dict[str, float] = {}
    for name, (low, high) in spec.bounds.items():
        if cell := row.get(source.columns.get(name, name), ""):
            values[name] = float(cell) * (spec.scales[source.unit] if name in spec.scaled else 1.0)
            if not low <= values[name] <= high:
                return f"{name} {cell} is outside of what it can be"
    if {"high", "low"} <= values.keys():
        inner = [values[name] for name in ("open", "close") if name in values]
        if values["low"] > values["high"] or any(not values["low"] <= value <= values["high"] for value in inner):
            return "high and low do not enclose open and close"
    approved = {item.time[:10] for item in source.approved}
    if source.table == "prices" and "close" in values and row[TIME][:10] not in approved:
        return unbelievable_price(fetch.asset, source.measures, values["close"], int(row[TIME][:4]))
    return ""


def _store_rows(fetch: Fetch, got: Sequence[Row], clock: Clock, fault: Diagnostic | None = None) -> FetchResult:
    table = TABLES[fetch.feed.data]
    before = read_rows(fetch.path, table, fetch.shown)
    merged = merge_rows(table, before, got, clock.now())
    if merged.added or merged.restated:
        write_rows(fetch.path, table, merged.rows)
    newest = merged.rows[-1][TIME] if merged.rows else ""
    return FetchResult(fetch, merged.added, merged.restated, newest, fault)


def _iterate_pages(fetch: Fetch, wire: HttpSession) -> Iterator[list[Row]]:
    feed, begin = fetch.feed, fetch.begin or 0
    bar = parse_duration(fetch.source.bar)
    if feed.kind == "deribit":
        base = feed.base.rstrip("/") or deribit.BASE
        if feed.data == "chain":
            yield deribit.fetch_option_chain(wire, base, feed.symbol)
        else:
            yield from deribit.iterate_volatility_index(wire, base, feed.symbol, bar, begin)
        return
    opened = exchange.open_exchange(feed.exchange, wire, feed.base, _read_api_keys(feed), feed.symbol, feed.data)
    if feed.data == "ohlcv":
        yield from exchange.iterate_price_bars(opened, feed.symbol, fetch.source.bar, begin, wire.now)
    elif feed.data == "funding":
        yield from exchange.iterate_funding_rates(opened, feed.symbol, bar, begin, wire.now)
    else:
        yield from exchange.iterate_open_interest(opened, feed.symbol, feed.every, begin, wire.now)


def _read_api_keys(feed: FeedConfig) -> dict[str, str]:
    """Keys of the environment, under ccxt's names.

    Raises:
        FeedError: a variable that desk.toml names is not set.
    """
    keys = {}
    for option, name in (("apiKey", feed.key_env), ("secret", feed.secret_env)):
        if name:
            if not os.environ.get(name):
                raise FeedError("feed.no-key", f"the environment variable {name} is not set", "nothing was asked")
            keys[option] = os.environ[name]
    return keys
