"""A whole desk of invented, gappy data whose every row carries the instant at which it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from tests.desk.build import days, seconds, source, write_desk

_DAY = 86_400
_NEW_YORK_CLOSE = 21 * 3600
FIRST, DAYS = date(2025, 12, 1), 80


@dataclass
class World:
    """Rows of every file with the instant at which each is known."""

    sources: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, name: str, table: str, header: str, rows: Iterator[tuple[int, str]], **keys: object) -> None:
        """Declare a source and keep its rows."""
        self.sources.append(source(name, table, **keys))
        self.headers[name] = header
        self.rows[name] = list(rows)

    def write(
        self, folder: Path, known_at: int | None = None, order: Callable[[list[str]], None] | None = None
    ) -> Path:
        """Write the desk; with an instant, only rows known by then."""
        files = {}
        for name, rows in self.rows.items():
            lines = [line for known, line in rows if known_at is None or known <= known_at]
            if order is not None:
                order(lines)
            files[f"{name}.csv"] = "\n".join([self.headers[name], *lines]) + "\n"
        return write_desk(folder, *self.sources, files=files)


def invent(seed: int) -> World:
    """A desk of eighty days, with holes, lags, two sources a table, weekends and snapshots."""
    random = Random(seed)
    world = World()
    _prices(world, random)
    _derivatives(world, random)
    _markets(world, random)
    _others(world, random)
    return world


def _each_day(random: Random, gaps: float) -> Iterator[tuple[str, int]]:
    for number, day in enumerate(days(FIRST.isoformat(), DAYS)):
        # The first three weeks are whole, so that every file has rows however early it is cut.
        if number < 21 or random.random() >= gaps:
            yield day, seconds(day)


def _bar(random: Random, price: float) -> tuple[float, str]:
    close = price * (0.82 if random.random() < 0.03 else 1 + random.gauss(0.004, 0.02))
    high, low = max(price, close) * (1 + random.random() / 50), min(price, close) * (1 - random.random() / 50)
    return close, f"{price:.2f},{high:.2f},{low:.2f},{close:.2f}"


def _prices(world: World, random: Random) -> None:
    def daily() -> Iterator[tuple[int, str]]:
        price = 60_000.0
        for day, start in _each_day(random, 0.05):
            price, text = _bar(random, price)
            yield start + _DAY, f"{day},{text}"

    def hourly() -> Iterator[tuple[int, str]]:
        price = 60_000.0
        for hour in range(24 * DAYS):
            start = seconds(FIRST.isoformat()) + 3600 * hour
            price, text = _bar(random, price)
            if hour < 24 * 21 or random.random() > 0.01:
                yield start + 3600, f"{start},{text}"

    header = "date,open,high,low,close"
    world.add("prices", "prices", header, daily())
    world.add("hours", "prices", header, hourly(), bar="1h", time_format="s")


def _derivatives(world: World, random: Random) -> None:
    def interest(gaps: float, lag: int) -> Iterator[tuple[int, str]]:
        return (
            (start + _DAY + lag, f"{day},{random.uniform(20e9, 30e9):.0f}") for day, start in _each_day(random, gaps)
        )

    def settlements() -> Iterator[tuple[int, str]]:
        for day, start in _each_day(random, 0.03):
            for hour in ("00", "08", "16"):
                if random.random() > 0.02:
                    yield start + (int(hour) + 8) * 3600, f"{day}T{hour}:00Z,{random.gauss(0, 0.0001):.8f}"

    world.add("oi", "open_interest", "date,open_interest", interest(0.2, 0))
    world.add("oi_late", "open_interest", "date,open_interest", interest(0.1, 7200), lag="2h")
    world.add("funding", "funding", "date,rate", settlements(), bar="8h")
    world.add(
        "dvol",
        "volatility_index",
        "date,close",
        ((start + _DAY, f"{day},{random.uniform(30, 80):.1f}") for day, start in _each_day(random, 0.1)),
    )


def _markets(world: World, random: Random) -> None:
    def wide() -> Iterator[tuple[int, str]]:
        for day, start in _each_day(random, 0.05):
            weekend = date.fromisoformat(day).weekday() >= 5
            cells = [
                "" if weekend or random.random() < 0.05 else f"{level * random.uniform(0.9, 1.1):.2f}"
                for level in (5_000, 20)
            ]
            yield start + _NEW_YORK_CLOSE, ",".join([day, *cells])

    def long() -> Iterator[tuple[int, str]]:
        for day, start in _each_day(random, 0.05):
            if date.fromisoformat(day).weekday() < 5:
                for fund in ("SPY", "SLV"):
                    if random.random() > 0.05:
                        yield start + _NEW_YORK_CLOSE + 3600, f"{day},{fund},{random.uniform(90, 110):.2f}"

    def flows() -> Iterator[tuple[int, str]]:
        for day, start in _each_day(random, 0.05):
            if date.fromisoformat(day).weekday() < 5:
                flow = "" if random.random() < 0.03 else f"{random.gauss(0, 200):.1f}"
                yield start + _NEW_YORK_CLOSE + 8 * 3600, f"{day},{flow}"

    york = {"timezone": "America/New_York", "session_close": "16:00"}
    world.add("closes", "cross_asset", "date,S,V", wide(), layout="wide", instruments={"spx": "S", "vix": "V"}, **york)
    funds = {"spy": "SPY", "slv": "SLV"}
    world.add("funds", "cross_asset", "date,instrument,close", long(), instruments=funds, lag="1h", **york)
    world.add("flows", "fund_flows", "date,flow", flows(), lag="8h", **york)


def _others(world: World, random: Random) -> None:
    def chain() -> Iterator[tuple[int, str]]:
        for day, start in _each_day(random, 0.3):
            for hour in random.sample(range(24), 2):
                moment = start + hour * 3600
                for expiry in ("2026-02-06", "2026-02-13", "2026-02-27", "2026-05-29"):
                    for strike, delta in ((50_000, 0.8), (60_000, 0.5), (70_000, 0.2)):
                        for side, sign in (("call", 0), ("put", -1)):
                            iv, held = random.uniform(40, 60), random.uniform(0, 500)
                            stamp = f"{day}T{hour:02}:00Z,{expiry},{strike},{side}"
                            yield moment, f"{stamp},{iv:.2f},{delta + sign:.2f},{held:.1f}"

    world.add("chain", "options", "date,expiry,strike,type,mark_iv,delta,open_interest", chain())
    world.add(
        "miners",
        "miners",
        "date,hashprice,difficulty_change,difficulty_date",
        (
            (start + _DAY, f"{day},{random.uniform(30, 50):.2f},{random.uniform(-0.05, 0.05):.4f},2026-03-01")
            for day, start in _each_day(random, 0.2)
        ),
    )
    world.add(
        "band",
        "cost_basis",
        "date,low,high",
        (
            (start + _DAY, f"{day},{50_000 + number},{60_000 + number}")
            for number, (day, start) in enumerate(_each_day(random, 0.7))
        ),
    )
    world.add(
        "mood",
        "sentiment",
        "date,score",
        ((start, f"{day},{random.randint(5, 95)}") for day, start in _each_day(random, 0.1)),
        bar="0",
    )
    world.add(
        "news",
        "events",
        "date,id,topic,grade,text_en",
        ((start + 36_000, f"{day}T10:00Z,e{day},policy,correlated,Something") for day, start in _each_day(random, 0.5)),
    )
