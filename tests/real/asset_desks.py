"""Desks of other assets than bitcoin: real series where ../shared has them, made ones from a seed elsewhere."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reporter.desk.config.exchange_calendars import load_sessions
from tests.briefs import SAMPLES

SHARED = SAMPLES.parent.parent / "shared"
MARKET = SHARED / "market"
#: Day, open, high, low, close.
Row = tuple[str, float, float, float, float]


@dataclass(frozen=True)
class AssetDesk:
    """A desk of one asset.

    Attributes:
        name: of the desk; made: whether its prices are made from a seed, and no market's.
        asset: the part [asset] of desk.toml; unit: of its prices.
        rows: makes its daily bars.
        zone: of its dates; close: the local time at which its days end, where no calendar says so.
        days: five days, quiet and wild.
    """

    name: str
    made: bool
    asset: str
    unit: str
    rows: Callable[[], Iterable[Row]]
    zone: str
    days: tuple[str, ...]
    close: str = ""


def write_asset_desk(folder: Path, desk: AssetDesk) -> Path:
    """Write a desk with its prices and eight other markets, real ones, into a folder."""
    rows = tuple(desk.rows())
    closes = all(o == h == low == c for _, o, h, low, c in rows)
    names = "date,close" if closes else "date,open,high,low,close"
    lines = [
        f"{day},{c:.10g}" if closes else f"{day},{o:.10g},{h:.10g},{low:.10g},{c:.10g}" for day, o, h, low, c in rows
    ]
    (folder / "prices.csv").write_text("\n".join([names, *lines]) + "\n", "utf-8")
    layout = 'layout = "closes"\n' if closes else ""
    gold = "" if desk.name == "gold" else 'gold = "GOLD", '
    shared = Path(os.path.relpath(SHARED, folder)).as_posix()
    close = f'session_close = "{desk.close}"\n' if desk.close else ""
    cite = "Invented prices" if desk.made else "Yahoo Finance"
    text = (
        f'[desk]\nslug = "{desk.name}"\nlocales = ["zh-Hant", "en"]\neditions = ["article", "chat"]\n'
        f'roots = ["{shared}"]\n\n[asset]\n{desk.asset}\n'
        f'[[source]]\nid = "prices"\ntable = "prices"\npath = "prices.csv"\ntime = "date"\ntimezone = "{desk.zone}"\n'
        f'bar = "1d"\n{close}{layout}unit = "{desk.unit}"\ncite = "{cite}"\n\n'
        f'[[source]]\nid = "macro"\ntable = "cross_asset"\npath = "{shared}/market/macro_1d_close.csv"\n'
        'layout = "wide"\n'
        'time = "date"\ntimezone = "America/New_York"\nbar = "1d"\nsession_close = "16:00"\n'
        f'instruments = {{ spx = "SPX", ndx = "NDX", {gold}dxy = "DXY", ust10y = "UST", vix = "VIX", '
        'wti = "OIL" }\n'
        'unit = "level"\ncite = "Yahoo Finance"\n'
    )
    (folder / "desk.toml").write_text(text, "utf-8")
    return folder


def _read_shared(file: str, symbol: str = "", column: str = "") -> Iterator[Row]:
    with (MARKET / file).open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if symbol and row["symbol"] != symbol:
                continue
            if column:
                if row[column]:
                    close = float(row[column])
                    yield row["date"], close, close, close, close
                continue
            o, h, low, c = (float(row[name]) for name in ("open", "high", "low", "close"))
            yield row["date"], o, max(h, o, c), min(low, o, c), c


def _walk(calendar: str, start: float, places: int, seed: int, step: float, jumps: dict[str, float]) -> list[Row]:
    """Make daily bars of an exchange's sessions by a random walk with jumps on given days."""
    chance, rows, close = random.Random(seed), list[Row](), start
    for day in load_sessions(calendar).dates:
        if not date(2024, 1, 1) <= day <= date(2026, 4, 30):
            continue
        before = close
        close = before * (1 + jumps.get(day.isoformat(), chance.gauss(0.0002, step)))
        begin = before * (1 + chance.gauss(0, step / 3))
        high = max(begin, close) * (1 + abs(chance.gauss(0, step / 3)))
        low = min(begin, close) * (1 - abs(chance.gauss(0, step / 3)))
        o, h, low, c = (round(one, places) for one in (begin, high, low, close))
        rows.append((day.isoformat(), o, h, low, c))
    return rows


def _split_in_four(rows: Iterable[Row], day: date) -> Iterator[Row]:
    for when, *prices in rows:
        o, h, low, c = (one / 4 if date.fromisoformat(when) >= day else one for one in prices)
        yield when, o, h, low, c


def _read_closes(column: str) -> Iterator[Row]:
    """Days of a market of which only closes are there."""
    rows = _read_shared("macro_1d_close.csv", column=column)
    return (row for row in rows if date.fromisoformat(row[0]).weekday() < _SATURDAY)


_SATURDAY = 5
_SPLIT = date(2026, 2, 9)
DESKS = (
    AssetDesk(
        "eth",
        False,
        'symbol = "ETH"\nname = { en = "Ether", zh-Hant = "以太幣" }\n',
        "usd",
        lambda: _read_shared("eth_1d_binance.csv"),
        "UTC",
        ("2026-04-30", "2026-02-05", "2025-10-10", "2025-08-13", "2026-04-19"),
    ),
    AssetDesk(
        "spy",
        False,
        'symbol = "SPY"\nname = "SPDR S&P 500 ETF"\nclass = "fund"\ncalendar = "XNYS"\ntick = "0.01"\n',
        "usd",
        lambda: _read_shared("xasset_1d_ohlc_yahoo_adj.csv", "SPY"),
        "America/New_York",
        ("2025-04-04", "2025-04-09", "2026-04-27", "2025-12-24", "2025-09-02"),
    ),
    AssetDesk(
        "taiex",
        True,
        'symbol = "TAIEX"\nname = { en = "TAIEX", zh-Hant = "加權指數" }\nclass = "index"\n'
        'quote = "points"\ncalendar = "XTAI"\n',
        "points",
        lambda: _walk("XTAI", 18_000, 2, 17, 0.009, {"2025-04-07": -0.097, "2025-04-10": 0.09, "2026-02-23": 0.031}),
        "Asia/Taipei",
        ("2025-04-07", "2025-04-10", "2026-02-23", "2026-04-27", "2026-04-30"),
    ),
    AssetDesk(
        "gold",
        False,
        'symbol = "XAU"\nname = { en = "Gold", zh-Hant = "黃金" }\nclass = "commodity"\ncalendar = "24/5"\n',
        "usd",
        lambda: _read_closes("GOLD"),
        "America/New_York",
        ("2026-01-30", "2026-04-27", "2025-10-21", "2026-03-03", "2025-04-22"),
    ),
    AssetDesk(
        "eurusd",
        True,
        'symbol = "EURUSD"\nname = { en = "Euro", zh-Hant = "歐元" }\nclass = "fx"\ncalendar = "24/5"\n',
        "usd",
        lambda: _walk("24/5", 1.08, 5, 4, 0.0045, {"2025-04-10": 0.022, "2026-03-03": -0.011}),
        "America/New_York",
        ("2025-04-10", "2026-03-03", "2026-04-27", "2026-04-30", "2026-01-05"),
    ),
    AssetDesk(
        "split",
        True,
        'symbol = "2330"\nname = { en = "Formosa Chips", zh-Hant = "福爾摩沙晶片" }\nclass = "equity"\nquote = "TWD"\n'
        f'calendar = "XTAI"\ntick = "0.5"\nsplits = [{{ date = "{_SPLIT}", factor = 4 }}]\n',
        "twd",
        lambda: _split_in_four(_walk("XTAI", 1_180, 1, 23, 0.018, {"2026-02-09": 0.004, "2026-03-09": -0.08}), _SPLIT),
        "Asia/Taipei",
        ("2026-02-06", "2026-02-09", "2026-03-09", "2026-04-27", "2026-04-30"),
    ),
)
