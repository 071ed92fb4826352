"""A desk.toml whose values are valid one by one → contradictions between them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from reporter.desk.config.asset_classes import COIN_TABLES
from reporter.desk.config.config import ABROAD, AssetConfig, DeskConfig, SourceConfig
from reporter.desk.config.exchange_calendars import ALWAYS, format_local, load_sessions
from reporter.desk.config.feed_config import check_feeds
from reporter.desk.config.fields import BUILT_IN, parse_duration
from reporter.desk.config.instruments import FOREIGN_INDICES, INSTRUMENTS
from reporter.desk.formats.market_identity import MarketMention, make_expected_market, parse_market
from reporter.desk.formats.schema import EVENT_COLUMNS
from reporter.desk.formats.time_forms import ROC
from reporter.diagnostics.diagnostic import did_you_mean
from reporter.language.currencies import POINTS, list_iso_currencies
from reporter.language.inherited_settings import base_tag
from reporter.language.locales import available_locales, explain_unknown_locale
from reporter.language.termbase import read_termbase
from reporter.language.texts import find_text_key
from reporter.model.resources import locales_folder
from reporter.model.timestamps import DAY
from reporter.syntax.toml_positions import KeyPath

#: Number formats of a time column, beside the strftime ones.
EPOCHS: Mapping[str, int] = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
#: Numbers of any of these sizes, told apart by their size; the second stands for its date in UTC.
ANY_EPOCH = ("epoch", "epoch-day")


@dataclass(frozen=True, slots=True)
class KeyConflict:
    """A contradiction at a key path; `declaration`, which knows the file's lines, makes a diagnostic of it.

    Attributes:
        code: what kind of diagnostic it is.
        path: the key it is about; in a source, from the source on.
        what: what is wrong.
        hint: what would be right.
    """

    code: str
    path: KeyPath
    what: str
    hint: str = ""


def check_source(
    source: SourceConfig, own_instruments: Collection[str], asset: AssetConfig | None = None
) -> Iterator[KeyConflict]:
    """Values of one source that contradict each other, or the asset that it is about.

    Args:
        source: the source, well formed.
        own_instruments: keys of the desk's own instruments.
        asset: the desk's asset; None where that is not well formed.
    """
    yield from _check_unit(source, asset)
    if asset is not None:
        yield from _check_class(source, asset)
    yield from _check_path(source)
    yield from _check_time(source)
    yield from _check_bar(source)
    yield from _check_query(source)
    yield from _check_columns(source)
    yield from _check_instruments(source, own_instruments)


def check_config(config: DeskConfig) -> Iterator[KeyConflict]:
    """Parts of a desk that contradict each other."""
    seen: set[str] = set()
    for index, source in enumerate(config.source):
        if source.id in seen:
            yield KeyConflict(
                "desk.duplicate-source",
                ("source", index, "id"),
                f'two sources have the id "{source.id}"',
                "ids are unique",
            )
        seen.add(source.id)
    if not any(source.table == "prices" for source in config.source):
        yield KeyConflict(
            "desk.no-price-source",
            ("source",),
            "no source feeds the table prices",
            "a brief needs at least daily prices",
        )
    yield from (KeyConflict("desk.wrong-feed", *said) for said in check_feeds(config.feed, config.source))
    for index, source in enumerate(config.source):
        expected = make_expected_market(config.asset.symbol, config.asset.currency, source.table)
        said = parse_market(source.measures, config.asset.symbol, sure=True)
        if why := expected.explain_contradiction(MarketMention("measures", source.measures, said)):
            what = f'source "{source.id}": measures = "{source.measures}": {why}'
            yield KeyConflict("desk.other-market", ("source", index, "measures"), what)
    if config.asset.calendar != ALWAYS and "day_cut" in config.desk.model_fields_set:
        what = f'day_cut = "{config.desk.day_cut}" and calendar = "{config.asset.calendar}" both say where a day ends'
        hint = "leave day_cut out: each day ends when its session closes"
        yield KeyConflict("desk.wrong-session", ("desk", "day_cut"), what, hint)
    yield from _check_tables(config)
    yield from _check_splits(config)
    yield from _other_feeds(config)
    yield from _check_foreign_shares(config)
    yield from _check_own_market(config)
    known = available_locales(locales_folder())
    for tag in dict.fromkeys(config.desk.locales):
        if tag not in known:
            yield KeyConflict("locale.unknown", ("desk", "locales"), *explain_unknown_locale(tag, locales_folder()))
    for tag in config.desk.credits:
        if tag and not any(one == tag or one.startswith(f"{tag}-") for one in known):
            what, hint = explain_unknown_locale(tag, locales_folder())
            yield KeyConflict("locale.unknown", ("desk", "credits"), f"credits: {what}", hint)
    # What an unknown locale lacks is told when it is known.
    bases = {tag: base_tag(tag, locales_folder()) for tag in config.desk.locales if tag in known}
    for path, texts in _iterate_locale_texts(config):
        lacking = [tag for tag, base in bases.items() if texts and find_text_key(texts, tag, base) is None]
        if lacking:
            name = ".".join(str(part) for part in path if isinstance(part, str))
            what = f"{name} has no text for locale {', '.join(lacking)}"
            yield KeyConflict(
                "desk.missing-text", path, what, "add it, or write one text without locales for all of them"
            )


def _check_tables(config: DeskConfig) -> Iterator[KeyConflict]:
    """Spans of columns that a table of the desk's own has not, and tables that nothing feeds."""
    for name, table in config.table.items():
        for column in table.spans:
            if column not in table.columns:
                hint = did_you_mean(column, table.columns) or f"one of {', '.join(table.columns)}"
                what = f'table {name} has no column "{column}"'
                yield KeyConflict("desk.unknown-column", ("table", name, "spans", column), what, hint)
        if not any(source.table == name for source in config.source):
            what = f"no source feeds the table {name}"
            hint = f'add a [[source]] with table = "{name}", or take the table out'
            yield KeyConflict("desk.idle-table", ("table", name), what, hint)


def _check_splits(config: DeskConfig) -> Iterator[KeyConflict]:
    """Two splits of one day, and those of days without a session."""
    seen: set[str] = set()
    for index, split in enumerate(config.asset.splits):
        path: KeyPath = ("asset", "splits", index, "date")
        if split.date in seen:
            what = f"two splits are of {split.date}"
            yield KeyConflict("desk.wrong-split", path, what, "write the product of their factors as one")
        seen.add(split.date)
        day = date.fromisoformat(split.date)
        if config.asset.calendar != ALWAYS and load_sessions(config.asset.calendar).find_close(day) is None:
            what = f"the split of {split.date} is on no session of {config.asset.calendar}"
            yield KeyConflict("desk.wrong-split", path, what, "write the first session on the new scale")


def _other_feeds(config: DeskConfig) -> Iterator[KeyConflict]:
    """Feeds that ask for another coin, or for prices in another currency: they would store what no brief may use."""
    by_id = {source.id: source for source in config.source}
    for index, feed in enumerate(config.feed):
        source = by_id.get(feed.source)
        if source is None:
            continue
        expected = make_expected_market(config.asset.symbol, config.asset.currency, source.table, source.measures)
        asked = parse_market(feed.symbol, config.asset.symbol)
        if why := expected.explain_contradiction(MarketMention("symbol", feed.symbol, asked)):
            what = f'feed of "{source.id}": symbol = "{feed.symbol}": {why}'
            yield KeyConflict("desk.other-market", ("feed", index, "symbol"), what)


def _check_foreign_shares(config: DeskConfig) -> Iterator[KeyConflict]:
    """Instruments of class equity that are not US shares, which a brief would call US shares."""
    for key, instrument in config.instrument.items():
        if instrument.kind != "equity" or key in INSTRUMENTS:
            continue
        for source in config.source:
            if key not in source.instruments:
                continue
            if instrument.told_as == ABROAD:
                if source.calendar_name != instrument.market:
                    what = f'instrument "{key}" is traded at {instrument.market}'
                    what += f', whose holidays source "{source.id}" lacks'
                    hint = f'write calendar = "{instrument.market}" in that source'
                    yield KeyConflict("desk.foreign-shares", ("instrument", key, "market"), what, hint)
                continue
            symbol = source.instruments[key]
            foreign = {key.upper(), symbol.upper().removeprefix("^")} & FOREIGN_INDICES
            what = f'instrument "{key}": class "equity" is told as US shares'
            hint = 'if they are others, write the code of their exchange, such as market = "XTAI"'
            if foreign or source.timezone not in ("UTC", "America/New_York"):
                why = "" if foreign else f', and source "{source.id}" closes in {source.timezone}'
                yield KeyConflict("desk.foreign-shares", ("instrument", key, "class"), f"{what}{why}", hint)
                break
            if not (instrument.market or source.timezone == "America/New_York" or source.calendar_name == "us"):
                what += f', and nothing says that those of source "{source.id}" are'
                hint = 'write market = "us" if they are, or the code of their exchange, such as market = "XTAI"'
                yield KeyConflict("desk.foreign-shares", ("instrument", key, "class"), what, hint)
                break


def _iterate_locale_texts(config: DeskConfig) -> Iterator[tuple[KeyPath, Mapping[str, str]]]:
    yield ("desk", "byline"), config.desk.byline
    yield ("desk", "disclosure"), config.desk.disclosure
    yield ("asset", "name"), config.asset.name
    yield ("asset", "short"), config.asset.short
    for key, instrument in config.instrument.items():
        yield ("instrument", key, "name"), instrument.name
    for key, table in config.table.items():
        yield ("table", key, "name"), table.name
    for index, source in enumerate(config.source):
        yield ("source", index, "cite"), source.cite
        for approval in source.approved:
            yield ("source", index, "approved"), approval.reason
    for index, override in enumerate(config.gates.override):
        yield ("gates", "override", index, "reason"), override.reason


def _check_unit(source: SourceConfig, asset: AssetConfig | None) -> Iterator[KeyConflict]:
    spec = source.spec
    if (spec.in_quote and asset is None) or (source.own is not None and not source.unit):
        return
    if source.own is not None and not spec.scales:
        what = f'unit "{source.unit}" can\'t be that of all columns of table {source.table}'
        hint = f"leave it out: each column's unit stands under [table.{source.table}]"
        yield KeyConflict("desk.wrong-unit", ("unit",), what, hint)
        return
    units = spec.list_units(asset.currency if asset is not None else "")
    if source.unit not in units:
        hint = did_you_mean(source.unit, units) or (
            f"one of {', '.join(units)}" if len(units) > 1 else f'write unit = "{units[0]}"'
        )
        what = f'unit "{source.unit}" does not fit table {source.table}'
        if spec.in_quote and asset is not None and (source.unit in _list_price_units() or asset.currency != "USD"):
            what += f", whose prices are in {asset.quote}"
            hint = f'write unit = "{units[0]}", or quote under [asset] what they are in'
        yield KeyConflict("desk.wrong-unit", ("unit",), what, hint)


def _check_own_market(config: DeskConfig) -> Iterator[KeyConflict]:
    """A market that is the asset itself: briefs would tell of both as of two."""
    own = {name.casefold() for name in config.asset.name.values()}
    terms = read_termbase(locales_folder())
    for index, source in enumerate(config.source):
        for key in source.instruments:
            declared, term = config.instrument.get(key), terms.get(f"instrument.{key}")
            names = declared.name if declared is not None else term.names if term is not None else {}
            if same := next((name for name in names.values() if name.casefold() in own), ""):
                what = f'source "{source.id}": instrument {key} is {same}, the asset itself'
                hint = "leave it out: a brief compares the asset with other markets"
                yield KeyConflict("desk.asset-as-market", ("source", index, "instruments", key), what, hint)


def _list_price_units() -> frozenset[str]:
    return frozenset(code.lower() for code in (*list_iso_currencies(), POINTS))


def _check_class(source: SourceConfig, asset: AssetConfig) -> Iterator[KeyConflict]:
    """Tables that are told in words which are true of coins alone."""
    if source.table in COIN_TABLES and asset.kind != "crypto":
        what = f'table "{source.table}" is told of coins, and the asset is of class "{asset.kind}"'
        yield KeyConflict("desk.wrong-class", ("table",), what, 'leave it out, or write class = "crypto" under [asset]')


def _check_path(source: SourceConfig) -> Iterator[KeyConflict]:
    path = PurePosixPath(source.path)
    if any(ord(character) < 32 for character in source.path):
        yield KeyConflict("desk.wrong-path", ("path",), "path holds a control character")
    elif path.is_absolute():
        yield KeyConflict(
            "desk.wrong-path", ("path",), f'path "{source.path}" is absolute', "write it from the desk's folder on"
        )
    elif is_glob(source.path.replace("{date}", "*")) and ".." in path.parts:
        yield KeyConflict("desk.wrong-path", ("path",), f'path "{source.path}": a glob stays inside the desk folder')


def is_glob(path: str) -> bool:
    """Whether a path names several files."""
    return any(mark in path for mark in "*?[")


def _check_time(source: SourceConfig) -> Iterator[KeyConflict]:
    form = source.time_format
    if not source.time and not source.at and "{date}" not in source.path:
        yield KeyConflict(
            "desk.no-time",
            (),
            "no time column is named",
            'add time = "…", or at = "2026-02-06T08:00Z" for a file of one moment',
        )
    if source.time and source.at:
        yield KeyConflict("desk.two-times", ("at",), "at and time both say when a row is of", "leave one out")
    if ("{date}" in source.path) != (source.taken is not None):
        hint = 'path = "…/{date}/…" and taken = "09:00" belong together: a file a day, taken at that time'
        yield KeyConflict(
            "desk.undated-snapshots",
            ("taken",) if source.taken else ("path",),
            "only one of {date} in path and taken is there",
            hint,
        )
    if not form or form in EPOCHS or form in ANY_EPOCH or form == ROC:
        return
    sample = datetime(2026, 12, 31, 17, 45, tzinfo=UTC)
    try:
        right = datetime.strptime(sample.strftime(form), form).date() == sample.date()  # noqa: DTZ007 - a date
    except (ValueError, re.error):
        right = False
    if not right:
        what = f'time_format "{form}" does not give a year, a month and a day'
        yield KeyConflict(
            "desk.wrong-time-format", ("time_format",), what, 'such as "%d/%m/%Y", "%Y%m%d %H:%M", "s", "ms" or "us"'
        )


def _check_query(source: SourceConfig) -> Iterator[KeyConflict]:
    if (source.format == "sql") != bool(source.query):
        what = 'format = "sql" and query belong together'
        yield KeyConflict("desk.stray-query", ("query",) if source.query else ("format",), what, 'query = "SELECT …"')
    if source.per and source.table != "funding":
        yield KeyConflict("desk.wrong-per", ("per",), "per is for the table funding")
    elif source.per and not parse_duration(source.bar):
        yield KeyConflict("desk.wrong-per", ("per",), "per needs the time from row to row as bar")
    if source.calendar == "us" and source.session_close is None:
        yield KeyConflict("desk.wrong-session", ("calendar",), "a calendar needs session_close")
    elif source.calendar not in BUILT_IN:
        yield from _check_session_close(source)


def _check_session_close(source: SourceConfig) -> Iterator[KeyConflict]:
    """A close that is not its exchange's: the rows would end inside of another session."""
    if source.session_close is None:
        return
    sessions = load_sessions(source.calendar)
    usual = f"{sessions.usual_close:%H:%M}"
    place = max(at for at, end in enumerate(sessions.closes.tolist()) if format_local(end, sessions.zone) == usual)
    hour, minute = map(int, source.session_close.split(":"))
    said = datetime.combine(sessions.dates[place], time(hour, minute), ZoneInfo(source.timezone))
    if int(said.timestamp()) != sessions.closes[place]:
        what = f'session_close = "{source.session_close}" ({source.timezone}) fits no session of {source.calendar}'
        hint = f"its sessions close at {usual} ({sessions.zone}): write that and its timezone, or leave it out"
        yield KeyConflict("desk.wrong-session", ("session_close",), what, hint)


def _check_bar(source: SourceConfig) -> Iterator[KeyConflict]:
    spec, bar = source.spec, parse_duration(source.bar)
    if bar and (bar > DAY or DAY % bar):
        yield KeyConflict(
            "desk.wrong-bar",
            ("bar",),
            f'bar "{source.bar}" does not divide a day',
            'such as "15m", "1h", "4h", "8h", "1d"',
        )
    elif spec.sessions and bar != DAY:
        yield KeyConflict(
            "desk.wrong-bar", ("bar",), f'table {source.table} has a row a day, not "{source.bar}"', 'write bar = "1d"'
        )
    elif spec.bars is True and not bar:
        yield KeyConflict(
            "desk.wrong-bar", ("bar",), f"rows of table {source.table} describe periods", "write how long one is"
        )
    elif spec.bars is False and bar:
        yield KeyConflict("desk.wrong-bar", ("bar",), f"rows of table {source.table} are instants", 'write bar = "0"')
    if source.session_close is not None and bar != DAY:
        yield KeyConflict("desk.wrong-session", ("session_close",), 'session_close needs bar = "1d"')
    if source.session_close is not None and source.stamp == "end":
        yield KeyConflict(
            "desk.wrong-session",
            ("stamp",),
            'stamp = "end" and session_close both say when a row ends',
            "leave one out",
        )


def _check_columns(source: SourceConfig) -> Iterator[KeyConflict]:
    if source.layout == "closes" and (source.table != "prices" or source.bar != "1d"):
        yield KeyConflict("desk.wrong-layout", ("layout",), 'layout = "closes" is for the table prices with bar = "1d"')
    elif source.layout == "wide" and source.table != "cross_asset":
        yield KeyConflict("desk.wrong-layout", ("layout",), 'layout = "wide" is for the table cross_asset')
    elif source.layout == "wide" and source.columns:
        yield KeyConflict(
            "desk.wrong-layout", ("columns",), 'layout = "wide" takes no columns', "instruments = { … } names them"
        )
    known = source.spec.columns
    for name in source.columns:
        event = source.table == "events" and name.partition("_")[0] in EVENT_COLUMNS
        if name not in known and not event:
            hint = did_you_mean(name, known) or f"one of {', '.join(known)}"
            yield KeyConflict("desk.unknown-column", ("columns",), f'table {source.table} has no column "{name}"', hint)
    own = known if source.columns else ()
    yield from _check_shared_columns(
        {name: source.columns.get(name, name) for name in (*own, *source.columns)}, "columns", "column"
    )


def _check_instruments(source: SourceConfig, own: Collection[str]) -> Iterator[KeyConflict]:
    if source.table != "cross_asset":
        if source.instruments:
            yield KeyConflict("desk.stray-instruments", ("instruments",), "instruments are for the table cross_asset")
        return
    if not source.instruments:
        yield KeyConflict(
            "desk.no-instruments", (), "a cross_asset source needs instruments", 'such as instruments = { spx = "SPX" }'
        )
    for key in source.instruments:
        if key not in INSTRUMENTS and key not in own:
            near = did_you_mean(key, [*INSTRUMENTS, *own])
            hint = near or f"describe it under [instrument.{key}] with class and name"
            yield KeyConflict("desk.unknown-instrument", ("instruments",), f'unknown instrument "{key}"', hint)
    yield from _check_shared_columns(source.instruments, "instruments", "instrument")


def _check_shared_columns(names: Mapping[str, str], key: str, noun: str) -> Iterator[KeyConflict]:
    """Two canonical names that are read from one column of a file."""
    first: dict[str, str] = {}
    for name, column in names.items():
        if column in first:
            yield KeyConflict(
                "desk.shared-column", (key,), f'{noun}s "{first[column]}" and "{name}" are both read from "{column}"'
            )
        first.setdefault(column, name)
