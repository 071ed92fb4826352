"""A table of no vendor's layout → lines of desk.toml, from the names of its columns and the size of its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from reporter.desk.config.config import AssetConfig
from reporter.desk.formats.cell_forms import suggest_cell_keys, suggest_text_keys
from reporter.desk.formats.column_names import (
    CLOCK,
    COLUMNS,
    HOURS,
    NAMED_OHLC,
    OHLC,
    SYMBOLS,
    TIME,
    UNIT_WORDS,
    UNNAMED_CURRENCY,
    VENDORS,
    ZONES,
    find_instrument_key,
)
from reporter.desk.formats.number_forms import FORMS, MISSING_MARKS, parse_number
from reporter.desk.formats.readers import RawTable
from reporter.desk.formats.schema import TABLES
from reporter.desk.formats.suggestion_lines import Suggestion, quote_toml, source_id_from_path, to_inline_table
from reporter.desk.formats.text_forms import cells_above_header
from reporter.desk.formats.time_forms import choose_time_form
from reporter.desk.sniff.column_evidence import (
    add_end_stamp,
    add_time_facts,
    add_unit_facts,
    detect_baseline_unit,
    detect_time_form,
    refuse_unlikely,
    to_seconds,
)
from reporter.desk.tables.recognition import RecognisedFile, find_column
from reporter.diagnostics.plurals import format_count
from reporter.model.timestamps import DAY

_TWO_WEEKS = 10
_NO_WEEKENDS = (
    '"prices" if these are prices of {asset} all the same: no row is of a Saturday or a Sunday, '
    "as on an exchange that rests then"
)
#: Tables of dollars whose files may count coins or contracts instead.
_DOLLARS_OR_COINS = frozenset({"open_interest", "liquidations", "fund_flows"})
#: So many cells tell whether a column holds numbers.
_LOOKED_AT = 300


def suggest_plain_table(
    found: RecognisedFile, path: Path, written: str, asset: str, believed: AssetConfig | None = None
) -> Suggestion:
    """Lines for a plain table; asks for what its names and values leave open.

    Args:
        found: the file as it was recognised.
        path: where it lies.
        written: its path as desk.toml would write it.
        asset: the desk's symbol.
        believed: the desk's `[asset]`, where there is one.
    """
    raw = found.plain
    made = Suggestion("a plain table")
    if raw is None:
        made.refused = "no table"
        return made
    raw, time = _join_time_columns(raw)
    table, keys = _detect_table(raw, path, asset, time, cells_above_header(found.content))
    if time is None or not table:
        made.facts.append(f"{format_count(len(raw), 'row')}; columns are {', '.join(list(raw.columns)[:12])}")
        made.refused = "no column of times is known" if time is None else "no table is known by these columns"
        made.refused += "; write its [[source]] by hand, or describe the layout in formats/NAME.toml of the desk"
        return made
    if "closes" in keys.get("layout", {}) and all(map(_is_session_close, raw.columns[time])):
        table, keys = "cross_asset", _session_keys(next(iter(keys["columns"].values()), "close"))
    made.table, made.says = table, f"a plain table for {table}"
    made.keys = {"id": quote_toml(source_id_from_path(path)), "table": quote_toml(table), "path": quote_toml(written)}
    if found.content.kind != "csv":
        made.keys["format"] = quote_toml(found.content.kind)
    suggest_text_keys(made, found.content)
    made.keys["time"] = quote_toml(time)
    raw = suggest_cell_keys(made, raw, time.split(" + ")[0], _numeric_columns(raw, table, keys))
    form, why = _detect_time_form(raw.columns[time])
    if form is None:
        made.asks["time_format"] = why
    elif form:
        made.keys["time_format"] = quote_toml(form)
    made.prices = tuple(_numeric_columns(raw, table, keys))
    made.where = where = keys.get("where", {})
    rows = (
        raw.filter_rows([all(raw.columns[c][n] == v for c, v in where.items()) for n in range(len(raw))])
        if where
        else raw
    )
    add_time_facts(made, rows, time, form or "", "")
    form = _to_day_form(made, table, rows.columns[time], form)
    _suggest_period(made, table, time, rows, form)
    if "session_close" not in made.keys and "stamp" not in made.keys:
        add_end_stamp(made, rows.columns[time], form or "")
    if "layout" in keys:
        made.keys["layout"] = quote_toml(next(iter(keys["layout"])))
    for key in ("columns", "instruments", "where"):
        if keys.get(key):
            made.keys[key] = to_inline_table(keys[key])
    made.asks |= keys.get("ask", {})
    if table == "prices":
        _ask_about_prices(made, rows.columns[time], form, asset, _numeric_columns(raw, table, keys))
        refuse_unlikely(made, rows, time, form, keys["columns"].get("close", "close"), believed)
    _ask_of_midnights(made, rows.columns[time], form)
    _suggest_unit(made, rows, table, keys.get("columns", {}), path)
    _ask_of_rates(made, keys.get("columns", {}))
    _suggest_citation(made, raw, path)
    return made


def _ask_about_prices(
    made: Suggestion, cells: Sequence[str], form: str | None, asset: str, names: Sequence[str]
) -> None:
    """Ask what prices leave open: whether they are the asset's, in which currency, of which moment.

    Args:
        made: the suggestion.
        cells: their times.
        form: the form of these.
        asset: the desk's asset.
        names: the columns that are read.
    """
    if asset and "table" not in made.asks and _has_no_weekends(made, cells, form):
        made.asks["table"] = _NO_WEEKENDS.format(asset=asset)
    if any(re.search(UNNAMED_CURRENCY, name) for name in names):
        made.asks["unit"] = '"usd" if the 元 of its names are US dollars; prices in another currency can\'t be read'
    if made.keys.get("layout") == quote_toml("closes"):
        _check_closes(made, cells, form)


def _ask_of_rates(made: Suggestion, columns: Mapping[str, str]) -> None:
    """Ask for how long each funding rate is, where rows are not eight hours apart."""
    if made.table == "funding" and made.bar not in (0, 8 * 3600) and "sum" not in "".join(columns.values()):
        made.asks["per"] = (
            '"8h" if each rate is for eight hours, or the bar itself if it is for the time from row to row'
        )


def _join_time_columns(raw: RawTable) -> tuple[RawTable, str | None]:
    """The column of times; a date and a clock in columns of their own are joined as desk.toml will join them."""
    time = find_column(raw.columns, TIME)
    clock = find_column({name: cells for name, cells in raw.columns.items() if name != time}, CLOCK)
    if time is None or clock is None or not all(re.fullmatch(HOURS, cell) for cell in raw.columns[clock] if cell):
        return raw, time
    if any(":" in cell for cell in raw.columns[time]):
        return raw, time
    name = f"{time} + {clock}"
    joined = [f"{day} {hour}" for day, hour in zip(raw.columns[time], raw.columns[clock], strict=True)]
    return RawTable(raw.file, {**raw.columns, name: joined}, raw.lines, raw.notices), name


def _detect_time_form(cells: Sequence[str]) -> tuple[str | None, str]:
    """The form of a column's times, or None and the question to ask."""
    form = detect_time_form(cells, ("", "epoch"))
    return (form, "") if form is not None else choose_time_form(cells)


def _numeric_columns(raw: RawTable, table: str, keys: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The columns of numbers that a source of the table reads."""
    named = keys.get("columns", {})
    used = [named.get(name, name) for name in (*TABLES[table].required, *TABLES[table].optional)]
    more = (*keys.get("instruments", {}).values(), *keys.get("series", {}).values())
    return [name for name in (*used, *more) if name in raw.columns]


def _detect_table(
    raw: RawTable, path: Path, asset: str, time: str | None, banner: Sequence[str]
) -> tuple[str, dict[str, dict[str, str]]]:
    """The canonical table of a plain one, and keys for it.

    Args:
        raw: its rows.
        path: its file.
        asset: the desk's asset.
        time: its column of times.
        banner: what stands above its names.
    """
    names = {name.lower(): name for name in raw.columns}
    parts = (time or "").split(" + ")
    numbers = {name: cells for name, cells in raw.columns.items() if name not in parts and _has_numbers(cells)}
    prices = {key: name for key, pattern in OHLC.items() if (name := find_column(numbers, pattern)) is not None}
    closes = len(prices) == len(OHLC) == len(set(prices.values()))
    symbol = find_column(raw.columns, r"symbol|ticker|instrument")
    if symbol and "close" in names:
        return _detect_markets(raw, symbol, {key: names[key] for key in ("close", "high", "low") if key in names})
    said = next((key for cell in banner if (key := find_instrument_key(cell)) is not None), None)
    if said is not None and "close" in prices:
        return "cross_asset", {"layout": {"wide": ""}, "instruments": {said: prices["close"]}}
    if closes:
        for table, pattern in NAMED_OHLC.items():
            if re.search(pattern, path.stem, re.IGNORECASE):
                return table, {"columns": {next(iter(TABLES[table].required)): prices["close"]}}
        other = _find_other_asset(path, asset)
        ask = {"ask": {"table": f"these look like prices of {other}, and the desk is {asset}'s"}} if other else {}
        own = {key: name for key, name in prices.items() if key != name}
        return "prices", {"columns": own, **ask}
    known: dict[str, str] = {}
    for name in numbers:
        if (key := find_instrument_key(name)) is not None:
            known.setdefault(key, name)
    wide = {"layout": {"wide": ""}, "instruments": known}
    if len(known) >= 2:
        return "cross_asset", wide
    for table, columns in COLUMNS.items():
        found = {key: name for key, pattern in columns.items() if (name := find_column(numbers, pattern)) is not None}
        if all(key in found for key in TABLES[table].required):
            keys = {"columns": {key: name for key, name in found.items() if key != name}}
            return table, keys | _suggest_row_filter(raw, found, asset)
    return ("cross_asset", wide) if known else _detect_series(numbers, prices, path, asset)


def _detect_series(
    numbers: Mapping[str, Sequence[str]], prices: Mapping[str, str], path: Path, asset: str
) -> tuple[str, dict[str, dict[str, str]]]:
    """The table of a file with one series, or one price column; asks what it is of where its names don't say."""
    name = prices.get("close") or (next(iter(numbers)) if len(numbers) == 1 else None)
    if name is None:
        return "", {}
    keys = {"layout": {"closes": ""}, "columns": {} if name == "close" else {"close": name}}
    words = {word.upper() for text in (path.stem, name) for word in re.split(r"[^A-Za-z0-9]+", text)}
    if asset and asset.upper() in words and not _find_other_asset(path, asset):
        return "prices", keys
    why = (
        f'"prices" if "{name}" is the price of {asset or "the asset"} in US dollars; if it is a market\'s close, '
        f'"cross_asset" with layout = "wide", unit = "level" and instruments = {{ KEY = "{name}" }} in place of '
        f"columns; otherwise no table takes it"
    )
    return "prices", {**keys, "ask": {"table": why}}


def _is_session_close(cell: str) -> bool:
    """Whether a time shows the clock at which New York's session closes."""
    return re.search(r"[ T,](16:00(:00)?|0?4:00(:00)? ?PM)$", cell, re.IGNORECASE) is not None


def _session_keys(name: str) -> dict[str, dict[str, str]]:
    """Keys of a series whose days are stamped with the close of New York's session."""
    why = f'each row is stamped with the close of a session: {{ KEY = "{name}" }}, KEY being the market, such as spx'
    return {"layout": {"wide": ""}, "series": {"": name}, "ask": {"instruments": why}}


def _has_numbers(cells: Sequence[str]) -> bool:
    """Whether a column is one of numbers: nine in ten of its cells, gaps aside, are some."""
    filled = [cell for cell in cells[:_LOOKED_AT] if cell and cell not in MISSING_MARKS]
    count = sum(
        any(parse_number(cell, form, percent=True, sized=True) is not None for form in FORMS) for cell in filled
    )
    return bool(filled) and count * 10 >= len(filled) * 9


def _to_day_form(made: Suggestion, table: str, cells: Sequence[str], form: str | None) -> str | None:
    """A form that reads stamps of one clock at the end of each day as days; the form itself for others.

    Sheets stamp a day's close with 16:00 or 23:58; such a day's row ends with the day, or with the session.
    """
    if form is None or form.startswith("epoch") or made.bar != DAY:
        return form
    ends = {match[0] for cell in cells if (match := re.search(r"[ T,]+[0-9]{1,2}:[0-9]{2}.*$", cell)) is not None}
    clock = next(iter(ends)).strip(" T,") if len(ends) == 1 and all(":" in cell for cell in cells) else ""
    late = re.match(r"23:5[0-9](:[0-9]{2})?( ?UTC|Z|[+-]00:?00)?$|11:5[0-9](:[0-9]{2})? ?PM$", clock, re.IGNORECASE)
    session = TABLES[table].sessions and _is_session_close(f" {clock}")
    if not (late or session) or "time_format" in made.asks:
        return form
    day = re.split(r"[ T,]+%[HI]", form)[0] if form else "%Y-%m-%d"
    made.keys["time_format"] = quote_toml(day + next(iter(ends)))
    made.facts.append(f'each day is stamped "{clock}", which is taken for its end')
    return day


def _has_no_weekends(made: Suggestion, cells: Sequence[str], form: str | None) -> bool:
    """Whether rows of days, two weeks of them or more, leave out every Saturday and Sunday."""
    read = [value for cell in cells if (value := to_seconds(cell, form or "")) is not None]
    # 1 January 1970 was a Thursday.
    weekdays = {int(value // DAY + 3) % 7 for value in read}
    return made.bar == DAY and len(read) >= _TWO_WEEKS and not weekdays & {5, 6}


def _check_closes(made: Suggestion, cells: Sequence[str], form: str | None) -> None:
    """Refuse or ask where closes alone are of no day that is known."""
    read = [to_seconds(cell, form or "") for cell in cells if cell]
    clocks = {value % DAY for value in read if value is not None}
    if made.bar != DAY and "time_format" not in made.asks:
        made.refused = "prices without high and low feed a desk only where they are a row a day, and these are not"
    elif "time_format" not in made.asks and "stamp" not in made.keys:
        clocked = form is not None and (form.startswith("epoch") or any(":" in cell for cell in cells[:1]))
        if clocks != {0.0} and not _is_stamped_day(made):
            made.refused = "its prices are of moments within a day, and not of the ends of days"
        elif clocked and not _is_stamped_day(made):
            made.asks["stamp"] = '"end" if a row is the price at that midnight, "start" if it is the close of the day'


def _ask_of_midnights(made: Suggestion, cells: Sequence[str], form: str | None) -> None:
    """Ask of which day open interest is that is stamped with a moment at midnight, and not with a date."""
    if made.table != "open_interest" or made.bar != DAY or form is None or _is_stamped_day(made):
        return
    if "stamp" not in made.keys and (form.startswith("epoch") or all(":" in cell for cell in cells[:1])):
        made.asks["stamp"] = '"end" if a row is the figure at that midnight, "start" if it is that of the day\'s end'


def _is_stamped_day(made: Suggestion) -> bool:
    """Whether the time format contains the clock as a literal."""
    return bool(re.search(r"[0-9]:[0-9]", made.keys.get("time_format", "")))


def _detect_markets(raw: RawTable, symbol: str, columns: dict[str, str]) -> tuple[str, dict[str, dict[str, str]]]:
    known = {SYMBOLS[value.upper()]: value for value in sorted(set(raw.columns[symbol])) if value.upper() in SYMBOLS}
    if not known:
        return "", {}
    named = {key: name for key, name in columns.items() if key != name}
    if symbol != "instrument":
        named["instrument"] = symbol
    return "cross_asset", {"columns": named, "instruments": known}


def _suggest_row_filter(raw: RawTable, used: Mapping[str, str], asset: str) -> dict[str, dict[str, str]]:
    """Which rows are the desk's, where a table holds several assets or funds."""
    where, ask = {}, {}
    for name in ("asset", "coin", "symbol", "ticker", "fund", "exchange"):
        column = find_column(raw.columns, name)
        if column is None or column in used.values():
            continue
        values = sorted(set(raw.columns[column]))
        if len(values) == 1:
            continue
        total = [value for value in values if value.lower() in ("total", "all", asset.lower())]
        if len(total) == 1 or (name in ("asset", "coin") and asset in values):
            where[column] = asset if name in ("asset", "coin") and asset in values else total[0]
        elif any(value.lower() == "total" for value in values):
            where[column] = next(value for value in values if value.lower() == "total")
        else:
            ask["where"] = f'rows are of several: {{ {column} = "…" }}, one of {", ".join(values[:8])}'
    return {"where": where, "ask": ask}


def _find_other_asset(path: Path, asset: str) -> str:
    words = {word.upper() for word in re.split(r"[^A-Za-z0-9]+", path.stem)}
    coins = {"BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "LTC"}
    other = sorted((words & coins) - {asset.upper()})
    return other[0] if asset and other and asset.upper() not in words else ""


def _suggest_period(made: Suggestion, table: str, time: str, raw: RawTable, form: str | None) -> None:
    """Time zone, length of a row and session, by the table and the times' form."""
    suffix = time.lower().partition("_")[2]
    clocked = ":" in raw.columns[time][0] and not _is_stamped_day(made)
    clocked |= any(mark in (form or "") for mark in ("%H", "%I", "epoch"))
    dated = form is not None and not clocked
    spec = TABLES[table]
    if spec.sessions and made.bar == DAY:
        made.keys |= {
            "timezone": quote_toml("America/New_York"),
            "bar": quote_toml("1d"),
            "session_close": quote_toml("16:00"),
        }
        made.facts.append("days of a table like this are sessions in New York, closing at 16:00")
        if table == "fund_flows":
            made.keys["lag"] = quote_toml("8h")
            made.facts.append("flows are published some hours after the close: lag 8h")
        return
    aware = form == "" and bool(re.search(r"(Z|[+-]\d{2}:?\d{2})$", raw.columns[time][0]))
    aware |= bool(re.search(r"%z|UTC|GMT", form or ""))
    if suffix in ZONES:
        made.keys["timezone"] = quote_toml(ZONES[suffix])
    elif form == "epoch" or dated or aware:
        made.keys["timezone"] = quote_toml("UTC")
        if dated:
            made.facts.append("days are taken for UTC days")
    else:
        made.asks["timezone"] = f'times such as "{raw.columns[time][0]}" have no zone'
    if spec.sessions and made.bar != DAY:
        made.asks["bar"] = f"table {table} takes a row a day, and these are not"
    elif table == "sentiment" or spec.bars is False:
        made.asks.pop("bar", None)
        made.keys["bar"] = quote_toml("0")
    elif "bar" not in made.asks:
        hours = {DAY: "1d", 3600: "1h", 14_400: "4h", 28_800: "8h", 900: "15m", 300: "5m", 60: "1m", 1800: "30m"}
        made.keys["bar"] = quote_toml(hours.get(made.bar, "1d"))
        if table == "funding" and made.bar < DAY:
            made.keys["stamp"] = quote_toml("end")
            made.facts.append("a settlement is stamped with the end of the hours that it pays for")


def _suggest_unit(made: Suggestion, raw: RawTable, table: str, columns: Mapping[str, str], path: Path) -> None:
    spec = TABLES[table]
    if "unit" in made.asks:
        return
    if len(spec.scales) == 1:
        made.keys["unit"] = quote_toml(next(iter(spec.scales)))
        return
    fits = add_unit_facts(made, raw, table, columns, "")
    names = "_".join([*columns.values(), path.stem]).lower()
    shown = "numbers have percent signs" in made.facts, any("which multiplies them" in fact for fact in made.facts)
    said = next((unit for pattern, unit in UNIT_WORDS if unit in spec.scales and re.search(pattern, names)), None)
    column = next((columns.get(key, key) for key in spec.typical), "")
    anchored = detect_baseline_unit(raw, column) if table == "funding" and column in raw.columns else None
    in_coins = table in _DOLLARS_OR_COINS
    for unit, why in (
        ("percent" if shown[0] else None, "its numbers have percent signs"),
        ("usd" if shown[1] else None, "what follows the numbers multiplies them"),
        (said, "the names say so"),
        (anchored, "the usual rate says so"),
        (fits[0] if len(fits) == 1 and not (in_coins and fits[0] != "usd") else None, "no other fits"),
    ):
        if unit in fits and unit is not None:
            made.keys["unit"] = quote_toml(unit)
            made.facts.append(f"unit {unit}: {why}")
            return
    values = f"the values fit {' or '.join(fits) if fits else 'no unit'}"
    if in_coins:
        # What fits is no hint at dollars: a count of coins fits as well as a number of millions.
        values = (
            f"coins or contracts (no unit makes dollars of them: multiply by the price first), or dollars: {values}"
        )
    made.asks["unit"] = values + (f", the names say {said}" if said else "")


def _suggest_citation(made: Suggestion, raw: RawTable, path: Path) -> None:
    name = next((vendor for word, vendor in VENDORS.items() if word in path.stem.lower()), "")
    sources = set(raw.columns.get("source", []))
    if not name and len(sources) == 1:
        name = next((vendor for word, vendor in VENDORS.items() if word in next(iter(sources)).lower()), "")
    if name:
        made.keys["cite"] = quote_toml(name)
    else:
        made.asks["cite"] = "whose figures these are"
