"""A table of no vendor's layout → lines of desk.toml, from the names of its columns and the size of its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from reporter.desk.readers import RawTable
from reporter.desk.recognition import Recognised, by_name
from reporter.desk.schema import TABLES
from reporter.desk.suggestion import (
    Suggestion,
    baseline_unit,
    identifier,
    inline,
    quoted,
    time_form,
    times_seen,
    units_seen,
)

_TIME = r"(date|time|timestamp|datetime|day|ts|open_?time)(_(utc|gmt|new_york|ny|et|london|tokyo|taipei|hong_?kong))?"
_ZONES = {
    "utc": "UTC",
    "gmt": "UTC",
    "new_york": "America/New_York",
    "ny": "America/New_York",
    "et": "America/New_York",
    "london": "Europe/London",
    "tokyo": "Asia/Tokyo",
    "taipei": "Asia/Taipei",
    "hongkong": "Asia/Hong_Kong",
    "hong_kong": "Asia/Hong_Kong",
}
#: Symbols of instruments that the program knows → their keys.
SYMBOLS: Mapping[str, str] = {
    **dict.fromkeys(("SPX", "^GSPC", "GSPC", "SP500"), "spx"),
    **dict.fromkeys(("NDX", "^NDX"), "ndx"),
    **dict.fromkeys(("NASDAQ", "^IXIC", "IXIC"), "nasdaq"),
    **dict.fromkeys(("DOW", "DJI", "^DJI", "DJIA"), "dow"),
    **dict.fromkeys(("SOX", "^SOX"), "sox"),
    **dict.fromkeys(("GOLD", "GC=F", "XAU", "XAUUSD"), "gold"),
    **dict.fromkeys(("SILVER", "SI=F", "XAG", "XAGUSD"), "silver"),
    **dict.fromkeys(("DXY", "DX-Y.NYB", "DX=F"), "dxy"),
    **dict.fromkeys(("UST", "UST10Y", "^TNX", "TNX", "US10Y"), "ust10y"),
    **dict.fromkeys(("VIX", "^VIX"), "vix"),
    **dict.fromkeys(("WTI", "OIL", "CL=F", "USOIL"), "wti"),
    **{name: name.lower() for name in ("SPY", "QQQ", "DIA", "SMH", "GLD", "SLV", "UUP", "TLT")},
}
_VENDORS = {
    "binance": "Binance",
    "coinbase": "Coinbase",
    "coindesk": "CoinDesk Data",
    "coinglass": "CoinGlass",
    "coinmetrics": "CoinMetrics",
    "deribit": "Deribit",
    "dvol": "Deribit",
    "farside": "Farside",
    "fear_greed": "alternative.me",
    "glassnode": "Glassnode",
    "kraken": "Kraken",
    "okx": "OKX",
    "yahoo": "Yahoo Finance",
}
#: Table → canonical column → names that it has in people's files.
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "liquidations": {
        "long": r"(.*long.*liq.*|.*liq.*long.*)",
        "short": r"(.*short.*liq.*|.*liq.*short.*)",
    },
    "open_interest": {"open_interest": r"(open_?interest|oi)([_ ].*)?"},
    "funding": {"rate": r"(funding|fr)(_?rate)?([_ ].*)?"},
    "volatility_index": {
        "close": r"(dvol|vol_?index|iv_?index)(_close)?",
        "high": r"(dvol|vol_?index)_high",
        "low": r"(dvol|vol_?index)_low",
    },
    "sentiment": {"score": r"(fng|fear_?(and_?)?greed(_index)?|sentiment)([_ ].*)?"},
    "realised_price": {"realised_price": r"reali[sz]ed_?price([_ ]usd)?"},
    "miners": {"hashprice": r"hash_?price([_ ].*)?"},
    "fund_flows": {
        "flow": r"(net_?)?flows?([_ ]usd)?([_ ](m|mn|millions?|k|bn))?|total([_ ]usd)?([_ ](m|mn|millions?))?"
    },
}
_OHLC = ("open", "high", "low", "close")
_NAMED_OHLC = {"open_interest": r"(?<![a-z])oi(?![a-z])|open_?interest", "funding": r"funding"}
_SUFFIXES = (
    (r"(?<![a-z])(pct|percent)(?![a-z])", "percent"),
    (r"(?<![a-z])(bps?)(?![a-z])", "bp"),
    (r"(?<![a-z])(usd_?m|usd_mn|millions?)(?![a-z])", "usd_m"),
    (r"(?<![a-z])(usd_?bn|billions?)(?![a-z])", "usd_bn"),
    (r"(?<![a-z])(usd_?k|thousands?)(?![a-z])", "usd_k"),
    (r"(?<![a-z])usd(?![a-z])", "usd"),
)


def suggest_plain(found: Recognised, path: Path, written: str, asset: str) -> Suggestion:
    """Lines for a plain table; what its names and values leave open is asked for."""
    raw = found.plain
    made = Suggestion("a plain table")
    if raw is None:
        made.refused = "no table"
        return made
    time = by_name(raw.columns, _TIME)
    form = time_form(raw.columns[time], ("", "epoch")) if time else None
    table, keys = _table(raw, path, asset)
    if time is None or not table:
        made.facts.append(f"{len(raw)} rows; columns are {', '.join(list(raw.columns)[:12])}")
        made.refused = "no column of times is known" if time is None else "no table is known by these columns"
        made.refused += "; write its [[source]] by hand, or describe the layout in formats/NAME.toml of the desk"
        return made
    made.table, made.says = table, f"a plain table for {table}"
    made.keys = {"id": quoted(identifier(path)), "table": quoted(table), "path": quoted(written)}
    if found.content.kind != "csv":
        made.keys["format"] = quoted(found.content.kind)
    made.keys["time"] = quoted(time)
    if form is None:
        made.asks["time_format"] = f'the times look like "{raw.columns[time][0]}"; 03/04 may be March or April'
    elif form:
        made.keys["time_format"] = quoted(form)
    where = keys.get("where", {})
    rows = raw.only([all(raw.columns[c][n] == v for c, v in where.items()) for n in range(len(raw))]) if where else raw
    times_seen(made, rows, time, form or "", "")
    _period(made, table, time, rows, form)
    for key in ("layout",):
        if key in keys:
            made.keys[key] = quoted(next(iter(keys[key])))
    for key in ("columns", "instruments", "where"):
        if keys.get(key):
            made.keys[key] = inline(keys[key])
    for key, choices in keys.get("ask", {}).items():
        made.asks[key] = choices
    _unit(made, rows, table, keys.get("columns", {}), path)
    if table == "funding" and made.bar not in (0, 8 * 3600) and "sum" not in "".join(keys.get("columns", {}).values()):
        made.asks["per"] = (
            '"8h" if each rate is for eight hours, or the bar itself if it is for the time from row to row'
        )
    _cite(made, raw, path)
    return made


def _table(raw: RawTable, path: Path, asset: str) -> tuple[str, dict[str, dict[str, str]]]:
    """The canonical table of a plain one, and keys for it."""
    names = {name.lower(): name for name in raw.columns}
    closes = all(name in names for name in _OHLC)
    symbol = by_name(raw.columns, r"symbol|ticker|instrument")
    if symbol and "close" in names:
        return _markets(raw, symbol, {key: names[key] for key in ("close", "high", "low") if key in names})
    if closes:
        for table, pattern in _NAMED_OHLC.items():
            if re.search(pattern, path.stem, re.IGNORECASE):
                return table, {"columns": {next(iter(TABLES[table].required)): names["close"]}}
        other = _other_asset(path, asset)
        ask = {"ask": {"table": f"these look like prices of {other}, and the desk is {asset}'s"}} if other else {}
        own = {name: names[name] for name in _OHLC if names[name] != name}
        return "prices", {"columns": own, **ask}
    known = {name: SYMBOLS[name.upper()] for name in raw.columns if name.upper() in SYMBOLS}
    if len(known) >= 2:
        return "cross_asset", {"layout": {"wide": ""}, "instruments": {key: name for name, key in known.items()}}
    for table, columns in _COLUMNS.items():
        found = {key: name for key, pattern in columns.items() if (name := by_name(raw.columns, pattern)) is not None}
        if all(key in found for key in TABLES[table].required):
            keys = {"columns": {key: name for key, name in found.items() if key != name}}
            return table, keys | _filter(raw, found, asset)
    return "", {}


def _markets(raw: RawTable, symbol: str, columns: dict[str, str]) -> tuple[str, dict[str, dict[str, str]]]:
    known = {SYMBOLS[value.upper()]: value for value in sorted(set(raw.columns[symbol])) if value.upper() in SYMBOLS}
    if not known:
        return "", {}
    named = {key: name for key, name in columns.items() if key != name}
    if symbol != "instrument":
        named["instrument"] = symbol
    return "cross_asset", {"columns": named, "instruments": known}


def _filter(raw: RawTable, used: Mapping[str, str], asset: str) -> dict[str, dict[str, str]]:
    """Which rows are the desk's, where a table holds several assets or funds."""
    where, ask = {}, {}
    for name in ("asset", "coin", "symbol", "ticker", "fund", "exchange"):
        column = by_name(raw.columns, name)
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


def _other_asset(path: Path, asset: str) -> str:
    words = {word.upper() for word in re.split(r"[^A-Za-z0-9]+", path.stem)}
    coins = {"BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "LTC"}
    other = sorted((words & coins) - {asset.upper()})
    return other[0] if asset and other and asset.upper() not in words else ""


def _period(made: Suggestion, table: str, time: str, raw: RawTable, form: str | None) -> None:
    """Time zone, length of a row and session, by the table and the times' form."""
    suffix = time.lower().partition("_")[2]
    dated = form == "" and len(raw.columns[time][0]) == len("2026-02-06")
    spec = TABLES[table]
    if spec.sessions and made.bar == 86_400:
        made.keys |= {"timezone": quoted("America/New_York"), "bar": quoted("1d"), "session_close": quoted("16:00")}
        made.facts.append("days of a table like this are sessions in New York, closing at 16:00")
        if table == "fund_flows":
            made.keys["lag"] = quoted("8h")
            made.facts.append("flows are published some hours after the close: lag 8h")
        return
    aware = form == "" and bool(re.search(r"(Z|[+-]\d{2}:?\d{2})$", raw.columns[time][0]))
    if suffix in _ZONES:
        made.keys["timezone"] = quoted(_ZONES[suffix])
    elif form == "epoch" or dated or aware:
        made.keys["timezone"] = quoted("UTC")
        if dated:
            made.facts.append("days are taken for UTC days")
    else:
        made.asks["timezone"] = f'times such as "{raw.columns[time][0]}" have no zone'
    if spec.sessions and made.bar != 86_400:
        made.asks["bar"] = f"table {table} takes a row a day, and these are not"
    elif table == "sentiment" or spec.bars is False:
        made.asks.pop("bar", None)
        made.keys["bar"] = quoted("0")
    elif "bar" not in made.asks:
        hours = {86_400: "1d", 3600: "1h", 14_400: "4h", 28_800: "8h", 900: "15m", 300: "5m", 60: "1m", 1800: "30m"}
        made.keys["bar"] = quoted(hours.get(made.bar, "1d"))
        if table == "funding" and made.bar < 86_400:
            made.keys["stamp"] = quoted("end")
            made.facts.append("a settlement is stamped with the end of the hours that it pays for")


def _unit(made: Suggestion, raw: RawTable, table: str, columns: Mapping[str, str], path: Path) -> None:
    spec = TABLES[table]
    if len(spec.scales) == 1:
        made.keys["unit"] = quoted(next(iter(spec.scales)))
        return
    fits = units_seen(made, raw, table, columns, "")
    names = "_".join([*columns.values(), path.stem]).lower()
    said = next((unit for pattern, unit in _SUFFIXES if unit in spec.scales and re.search(pattern, names)), None)
    column = next((columns.get(key, key) for key in spec.typical), "")
    anchored = baseline_unit(raw, column) if table == "funding" and column in raw.columns else None
    for unit, why in (
        (said, "the names say so"),
        (anchored, "the usual rate says so"),
        (fits[0] if len(fits) == 1 else None, "no other fits"),
    ):
        if unit in fits and unit is not None:
            made.keys["unit"] = quoted(unit)
            made.facts.append(f"unit {unit}: {why}")
            return
    made.asks["unit"] = f"the values fit {' or '.join(fits) if fits else 'no unit'}" + (
        f", the names say {said}" if said else ""
    )


def _cite(made: Suggestion, raw: RawTable, path: Path) -> None:
    name = next((vendor for word, vendor in _VENDORS.items() if word in path.stem.lower()), "")
    sources = set(raw.columns.get("source", []))
    if not name and len(sources) == 1:
        name = next((vendor for word, vendor in _VENDORS.items() if word in next(iter(sources)).lower()), "")
    if name:
        made.keys["cite"] = quoted(name)
    else:
        made.asks["cite"] = "whose figures these are"
