"""Desks made by hand: a desk.toml and its files, in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from reporter.desk import Desk, load_desk, read_desk_config
from reporter.diagnostics.errors import InputError

PRICES = "date,open,high,low,close\n2026-02-05,10,12,9,11\n2026-02-06,11,13,10,12\n"

_UNITS = {
    "prices": "usd",
    "funding": "fraction",
    "options": "percent",
    "volatility_index": "vol_points",
    "cross_asset": "level",
    "fund_flows": "usd_m",
    "miners": "fraction",
    "sentiment": "score",
    "events": "text",
}


def source(name: str, table: str = "prices", **keys: object) -> str:
    """A `[[source]]` with its required keys; a key given as None is left out."""
    values: dict[str, object] = {
        "id": name,
        "table": table,
        "path": f"{name}.csv",
        "time": "date",
        "timezone": "UTC",
        "bar": "0" if table in ("options", "events") else "1d",
        "unit": _UNITS.get(table, "usd"),
        "cite": "Somebody",
    }
    values |= keys
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]
    return "\n".join(["[[source]]", *lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'"{key}" = {_toml(item)}' for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def write_desk(folder: Path, *sources: str, files: Mapping[str, str | bytes] | None = None, desk: str = "") -> Path:
    """Write a desk and its files; without sources, one of daily prices.

    Args:
        folder: where.
        sources: `[[source]]` texts.
        files: name → content; `prices.csv` is there without being named.
        desk: further lines of the `[desk]` table.
    """
    head = f'[desk]\nslug = "btc"\nlocales = ["en"]\n{desk}\n\n[asset]\nsymbol = "BTC"\nname = "Bitcoin"\n'
    head += "span = [0.01, 1e9]\n"
    (folder / "desk.toml").write_text(head + "\n".join(sources or (source("prices"),)), "utf-8")
    for name, content in {"prices.csv": PRICES, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def load(folder: Path, day: date | None = None, as_of: datetime | None = None) -> Desk:
    """Load a desk; messages name its files from the desk's folder on."""
    return load_desk(read_desk_config(folder, "desk.toml"), day, as_of)


def complaints(folder: Path, day: date | None = None, as_of: datetime | None = None) -> list[str]:
    """What the loader says about a desk; nothing where it is right."""
    try:
        load(folder, day, as_of)
    except InputError as error:
        return [str(problem) for problem in error.diagnostics]
    return []


def days(first: str, count: int) -> list[str]:
    """So many dates from one on."""
    start = date.fromisoformat(first)
    return [(start + timedelta(days=number)).isoformat() for number in range(count)]


def seconds(text: str) -> int:
    """Seconds since 1970 of a UTC time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
