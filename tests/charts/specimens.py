"""Invented charts of every kind, and a plain writer of axis text."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

from reporter.charts import Style, load_style
from reporter.model.chart import BarSeries, Chart, LevelLine, LineSeries, Panel, Phase, Point, ShadedBand
from reporter.model.metric import Unit
from reporter.render.fonts import find_fonts

THEME = Path(__file__).parents[2] / "templates" / "market_brief" / "theme"
START = datetime(2031, 3, 5, tzinfo=UTC).timestamp()
HOUR = 3600.0


class PlainAxis:
    """Axis text without a language."""

    def format_value(self, value: float, unit: Unit) -> str:
        """The value in its unit."""
        if unit is Unit.FRACTION:
            return f"{value * 100:.1f}%".replace("-", "−")
        if unit is Unit.USD:
            return f"${value / 1e9:g}bn".replace("-", "−")
        return f"{value:,.6g}".replace("-", "−")

    def format_time(self, seconds: float, span_seconds: float) -> str:
        """The instant in UTC."""
        instant = datetime.fromtimestamp(seconds, UTC)
        if span_seconds > 5 * 86400:
            return f"{instant:%d %b}"
        return f"{instant:%d %b}" if instant.hour == 0 else f"{instant:%H:%M}"


def style() -> Style:
    """The theme's style with the machine's fonts."""
    fonts = find_fonts("en")
    return load_style(THEME / "chart.toml", fonts.regular, fonts.bold)


def path(hours: int = 97) -> tuple[float, ...]:
    """An invented price that breaks, sweeps a low and rebounds."""
    values = []
    for n in range(hours):
        t = n / (hours - 1)
        base = 41000 - 6200 / (1 + math.exp(-(t - 0.3) * 28)) - 2100 * math.exp(-(((t - 0.52) / 0.035) ** 2))
        base += 5200 / (1 + math.exp(-(t - 0.72) * 22)) + 260 * math.sin(n * 1.3) + 140 * math.sin(n * 3.1)
        values.append(round(base, 1))
    return tuple(values)


def price(words: tuple[str, ...]) -> Chart:
    """Price over two days: phases, level, band, numbered points. Words: five of them, then the line's label."""
    values = path()
    x = tuple(START + n * HOUR / 2 for n in range(len(values)))
    low, high = values.index(min(values)), max(range(60, 97), key=lambda n: values[n])
    panel = Panel(
        x="time",
        unit=Unit.PRICE,
        lines=(LineSeries(x, values, f"{values[-1]:,.0f}"),),
        levels=(LevelLine(40000.0, "40,000"),),
        bands=(ShadedBand(36900.0, 38400.0, words[4]),),
        points=(
            Point(x[20], values[20], 1, f"{values[20]:,.0f}"),
            Point(x[low], values[low], 2, f"{values[low]:,.0f}"),
            Point(x[high], values[high], 3, f"{values[high]:,.0f}"),
        ),
        phases=tuple(
            Phase(START + a * HOUR, START + b * HOUR, words[n])
            for n, (a, b) in enumerate(((0, 12), (12, 23), (23, 32), (32, 48)))
        ),
    )
    return Chart("price_48h", (panel,), "wide")


def deleveraging(words: tuple[str, ...]) -> Chart:
    """Four panels over sixty days: liquidations, open interest, funding, skew. Words: titles, then two bar names."""
    days = range(60)
    x = tuple(START - (59 - n) * 86400 for n in days)
    shock = [math.exp(-(((n - 52) / 1.4) ** 2)) for n in days]
    wave = [math.sin(n * 1.7) for n in days]
    longs = tuple(-(6e7 + 2e7 * wave[n] + 9e8 * shock[n]) for n in days)
    shorts = tuple(5e7 + 2e7 * math.cos(n * 2.3) + 3.2e8 * math.exp(-(((n - 54) / 1.2) ** 2)) for n in days)
    interest = tuple(3.6e10 - 9e9 / (1 + math.exp(-(n - 51) * 0.9)) + 5e8 * wave[n] for n in days)
    funding = tuple(None if n == 30 else 0.00012 + 0.00006 * wave[n] - 0.0005 * shock[n] for n in days)
    skew = tuple(-0.03 + 0.01 * math.sin(n * 0.4) - 0.1 * shock[n] for n in days)
    panels = (
        Panel(
            "time",
            Unit.USD,
            words[0],
            bars=(BarSeries(x, longs, words[4], "down"), BarSeries(x, shorts, words[5], "up")),
        ),
        Panel("time", Unit.USD, words[1], lines=(LineSeries(x, interest, "$27bn"),)),
        Panel("time", Unit.FRACTION, words[2], bars=(BarSeries(x, funding),)),
        Panel("time", Unit.FRACTION, words[3], lines=(LineSeries(x, skew, "−3.1%"),)),
    )
    return Chart("deleveraging", panels, "tall")


def strikes(words: tuple[str, ...]) -> Chart:
    """Open interest by strike. Words: calls, puts, the spot level."""
    x = tuple(float(n) for n in range(28000, 50000, 1000))
    puts = tuple(round(400 + 5200 * math.exp(-(((s - 33000) / 2600) ** 2))) for s in x)
    calls = tuple(round(300 + 3100 * math.exp(-(((s - 43000) / 3500) ** 2))) for s in x)
    panel = Panel(
        "number", Unit.CONTRACTS, bars=(BarSeries(x, puts, words[1], "down"), BarSeries(x, calls, words[0], "up"))
    )
    return Chart("strikes", (panel,), "column")


def day_moves(names: tuple[str, ...]) -> Chart:
    """Day moves of six instruments."""
    moves = (0.034, 0.021, 0.0187, 0.009, -0.0021, -0.013)
    tags = tuple(f"{move * 100:+.1f}%".replace("-", "−") for move in moves)
    bars = (BarSeries(tuple(float(n) for n in range(6)), moves),)
    return Chart("day_moves", (Panel("category", Unit.FRACTION, bars=bars, categories=names, tags=tags),), "small")


def flows(words: tuple[str, ...]) -> Chart:
    """Fund flows with the month's sum. Words: the line's label."""
    x = tuple(START - (19 - n) * 86400 for n in range(20))
    day = tuple(1e8 * math.sin(n * 0.9) - 5e7 for n in range(20))
    month = tuple(sum(day[: n + 1]) for n in range(20))
    panel = Panel("time", Unit.USD, bars=(BarSeries(x, day),), lines=(LineSeries(x, month, words[0], "comparator"),))
    return Chart("flows", (panel,), "small")


def versus(words: tuple[str, ...]) -> Chart:
    """A line against three others that end close together. Words: four labels."""
    x = tuple(START - (89 - n) * 86400 for n in range(90))
    rows = [tuple(100 + k * math.sin(n / 9 + k) + n * 0.02 * (k - 2) for n in range(90)) for k in range(1, 5)]
    lines = tuple(LineSeries(x, row, words[n], "focus" if n == 0 else "comparator") for n, row in enumerate(rows))
    return Chart("versus", (Panel("time", Unit.LEVEL, lines=lines),), "column")
