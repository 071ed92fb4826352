"""Charts of a brief: which series each kind draws, labelled in one locale. None states what no finding does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from reporter.language import dates, numbers
from reporter.language.catalogues import label
from reporter.language.locales import Locale
from reporter.language.terms import known_terms, term
from reporter.language.texts import in_locale
from reporter.model.chart import Band, Bars, Chart, Level, Line, Panel, Phase, Point, Rule
from reporter.model.finding import Finding
from reporter.model.metric import MetricSet, Unit
from reporter.narrative.price_path import stretches

_DAY = 86_400
_DAYS_SHOWN = 90
_WEEKS_SHOWN = 45
_FLOW_DAYS = 30
#: Seconds of bars that a chart of two days needs.
_LEAST_COVERED = 0.75 * 2 * _DAY
#: Classes of instruments in the order in which a chart groups them.
_CLASSES = ("equity", "metal", "energy", "dollar", "rates", "bonds", "crypto", "volatility")


@dataclass(frozen=True, slots=True)
class ChartSource:
    """What a chart is made from.

    Attributes:
        metrics: series and bars.
        finding: the finding that titles it; its facts are what is annotated.
        locale: language of the labels.
    """

    metrics: MetricSet
    finding: Finding
    locale: Locale

    def say(self, msgid: str) -> str:
        """A label in the chart's language."""
        return label(msgid, self.locale)

    def price(self, value: float) -> str:
        """A price as a short tag."""
        return numbers.price(value, self.locale, bare=True)

    def tag(self, value: float, fact: str) -> str:
        """A price as a tag where the caption states the same one; bars of another venue differ by a little."""
        stated = self.number(fact)
        return self.price(value) if stated is not None and self.price(value) == self.price(stated) else ""

    def number(self, name: str) -> float | None:
        """A fact of the finding as a number."""
        fact = self.finding.fact(name)
        return fact.value if fact is not None and isinstance(fact.value, float | int) else None

    def daily(self, metric_id: str, days: int) -> tuple[tuple[float, ...], tuple[float | None, ...]]:
        """The last days of a series: (end of each day, value)."""
        shown = self.metrics.dates[-days:]
        values = self.metrics.series[metric_id].values[-days:]
        return tuple(_noon(day) for day in shown), values


def build_chart(kind: str, chart_id: str, source: ChartSource) -> Chart | None:
    """Build a chart.

    Returns:
        The chart, or None where there is nothing to draw.
    """
    return _KINDS[kind](chart_id, source)


def _noon(day: date) -> float:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()


def _price_path(chart_id: str, source: ChartSource) -> Chart | None:
    """The last 48 hours with their phases, and the lowest and the highest bar marked."""
    bars, length = source.metrics.bars, float(source.metrics.bar_seconds)
    if not _covered(source):
        return None
    x: list[float] = []
    y: list[float | None] = []
    for place, bar in enumerate(bars):
        if place and bar.start - bars[place - 1].start > length:
            # A gap is left open, not bridged.
            x.append(bar.start - length / 2)
            y.append(None)
        x.append(bar.start + length)
        y.append(bar.close)
    panel = Panel(
        "time",
        Unit.PRICE,
        lines=(Line(tuple(x), tuple(y), source.tag(bars[-1].close, "close")),),
        bands=_band(source),
        points=_extremes(source),
        phases=_phases(source),
    )
    return Chart(chart_id, (panel,), "wide")


def _covered(source: ChartSource) -> bool:
    """Whether the bars are most of two days: the chart's words are about two days."""
    return len(source.metrics.bars) * source.metrics.bar_seconds >= _LEAST_COVERED


def _extremes(source: ChartSource) -> tuple[Point, ...]:
    bars, length = source.metrics.bars, float(source.metrics.bar_seconds)
    low = min(bars, key=lambda bar: bar.low)
    high = max(bars, key=lambda bar: bar.high)
    ends = [(low.start + length, low.low, "low"), (high.start + length, high.high, "high")]
    return tuple(
        Point(x, y, number, source.tag(y, fact), source.say(fact))
        for number, (x, y, fact) in enumerate(sorted(ends), 1)
    )


def _phases(source: ChartSource) -> tuple[Phase, ...]:
    bars, length = source.metrics.bars, float(source.metrics.bar_seconds)
    found = stretches(bars, length)
    if not found:
        return _days_of(bars[0].start, bars[-1].start + length, source.locale)
    return tuple(Phase(stretch.start, stretch.end, source.say(stretch.name)) for stretch in found)


def _days_of(start: float, end: float, locale: Locale) -> tuple[Phase, ...]:
    first = int(start // _DAY)
    last = int((end - 1) // _DAY)
    return tuple(
        Phase(max(start, day * _DAY), min(end, (day + 1) * _DAY), dates.date(day * _DAY, locale))
        for day in range(first, last + 1)
    )


def _band(source: ChartSource) -> tuple[Band, ...]:
    low = source.metrics.series["onchain.band_low"].values[-1]
    high = source.metrics.series["onchain.band_high"].values[-1]
    return (Band(low, high, source.say("Cost-basis band")),) if low is not None and high is not None else ()


def _price_days(chart_id: str, source: ChartSource) -> Chart | None:
    """Daily closes, where there are too few intraday bars to show."""
    if _covered(source):
        return None
    x, y = source.daily("price.close", _DAYS_SHOWN)
    if sum(value is not None for value in y) < 2 or y[-1] is None:
        return None
    panel = Panel("time", Unit.PRICE, lines=(Line(x, y, source.price(y[-1])),))
    return Chart(chart_id, (panel,), "wide")


def _deleveraging(chart_id: str, source: ChartSource) -> Chart | None:
    """Open interest above; the day's liquidations, funding and the price of protection below it."""
    panels = []
    x, y = source.daily("derivatives.open_interest", _WEEKS_SHOWN)
    if sum(value is not None for value in y) >= 2:
        last = next(value for value in reversed(y) if value is not None)
        line = Line(x, y, numbers.tick(last, Unit.USD, source.locale))
        panels.append(Panel("time", Unit.USD, source.say("Open interest"), lines=(line,)))
    longs, shorts = (source.daily(f"derivatives.liquidations_{side}", _WEEKS_SHOWN)[1] for side in ("long", "short"))
    if any(value is not None for value in (*longs, *shorts)):
        down = tuple(None if value is None else -value for value in longs)
        bars = (Bars(x, down, source.say("Longs"), "down"), Bars(x, shorts, source.say("Shorts"), "up"))
        panels.append(Panel("time", Unit.USD, source.say("Liquidations"), bars=bars, mirrored=True))
    funding = source.daily("derivatives.funding_1d", _WEEKS_SHOWN)[1]
    if any(value is not None for value in funding):
        panels.append(Panel("time", Unit.FRACTION, source.say("Funding rate"), bars=(Bars(x, funding),)))
    skew = source.daily("options.risk_reversal_25d", _WEEKS_SHOWN)[1]
    if sum(value is not None for value in skew) >= 2:
        panels.append(Panel("time", Unit.VOL_POINTS, source.say("Risk reversal"), bars=(Bars(x, skew),)))
    return Chart(chart_id, tuple(panels), "stack" if len(panels) > 1 else "small") if panels else None


def _cross_asset(chart_id: str, source: ChartSource) -> Chart | None:
    """The day return of every instrument that had a session, by class, in order of size.

    A volatility index is no price of anything, and its moves would dwarf those of all others.
    """
    rows = []
    for key, instrument in source.metrics.instruments.items():
        value = source.metrics.series[f"macro.{key}.return_1d"].values[-1]
        if value is not None and instrument.kind != "volatility":
            place = _CLASSES.index(instrument.kind) if instrument.kind in _CLASSES else len(_CLASSES)
            rows.append((place, -value, key))
    if len(rows) < 3:
        return None
    rows.sort()
    values = tuple(-value for _, value, _ in rows)
    panel = Panel(
        "category",
        Unit.FRACTION,
        bars=(Bars(tuple(map(float, range(len(rows)))), values),),
        categories=tuple(_name(source, key) for _, _, key in rows),
        tags=tuple(numbers.percent(value, source.locale, 2, signed=True) for value in values),
        groups=tuple(n for n in range(1, len(rows)) if rows[n][0] != rows[n - 1][0]),
    )
    return Chart(chart_id, (panel,), "small")


def _name(source: ChartSource, key: str) -> str:
    own = in_locale(source.metrics.instruments[key].name, source.locale, name=True)
    if own:
        return own
    name = f"instrument.{key}"
    text = term(name, source.locale) if name in known_terms(source.locale.folder) else key
    return text.removeprefix("the ")[:1].upper() + text.removeprefix("the ")[1:]


def _put_strikes(chart_id: str, source: ChartSource) -> Chart | None:
    """Open interest of the key expiry by strike, around the price."""
    close = source.metrics.series["price.close"].values[-1]
    if close is None:
        return None
    strikes = [row for row in source.metrics.strikes if 0.55 * close <= row.strike <= 1.45 * close]
    if len(strikes) < 3:
        return None
    x = tuple(row.strike for row in strikes)
    price = source.say("Price")
    panel = Panel(
        "number",
        Unit.CONTRACTS,
        bars=(
            Bars(x, tuple(-row.puts for row in strikes), source.say("Puts"), "down"),
            Bars(x, tuple(row.calls for row in strikes), source.say("Calls"), "up"),
        ),
        mirrored=True,
        phases=_put_band(source),
        rules=(Rule(close, f"{price} {source.price(close)}"),),
    )
    return Chart(chart_id, (panel,), "small")


def _put_band(source: ChartSource) -> tuple[Phase, ...]:
    low, high = source.number("low"), source.number("high")
    if low is None or high is None:
        return ()
    return (Phase(low, high, f"{source.price(low)}–{source.price(high)}"),)


def _cost_basis(chart_id: str, source: ChartSource) -> Chart | None:
    """Daily closes against the cost-basis band (and the realised price where it is known)."""
    x, y = source.daily("price.close", _DAYS_SHOWN)
    if sum(value is not None for value in y) < 2 or y[-1] is None:
        return None
    realised = source.metrics.series["onchain.realised_price"].values[-1]
    levels = (Level(realised, source.say("Realised price")),) if realised is not None else ()
    panel = Panel("time", Unit.PRICE, lines=(Line(x, y, source.price(y[-1])),), bands=_band(source), levels=levels)
    return Chart(chart_id, (panel,), "small")


def _fund_flows(chart_id: str, source: ChartSource) -> Chart | None:
    """Published daily flows; each day's bar stands on the day it is of, not the day it became known."""
    flows = source.metrics.series["etf.net_flow_1d"].values
    days = source.metrics.series["etf.flow_date"].values
    seen = {day: flow for day, flow in zip(days, flows, strict=True) if day is not None and flow is not None}
    shown = sorted(seen)[-_FLOW_DAYS:]
    if len(shown) < 2:
        return None
    x = tuple(day + _DAY / 2 for day in shown)
    bars = Bars(x, tuple(seen[day] for day in shown), source.say("Net flow"))
    panel = Panel("time", Unit.USD, bars=(bars,), lines=_month_line(source, shown))
    return Chart(chart_id, (panel,), "small")


def _month_line(source: ChartSource, shown: Sequence[float]) -> tuple[Line, ...]:
    """The month to date after each published day, broken where a month begins."""
    sums = source.metrics.series["etf.net_flow_mtd"].values
    days = source.metrics.series["etf.flow_date"].values
    seen = {day: total for day, total in zip(days, sums, strict=True) if day is not None and total is not None}
    x: list[float] = []
    y: list[float | None] = []
    for place, day in enumerate(shown):
        if place and dates.month(day, source.locale) != dates.month(shown[place - 1], source.locale):
            x.append(day)
            y.append(None)
        x.append(day + _DAY / 2)
        y.append(seen.get(day))
    if sum(value is not None for value in y) < 2 or y[-1] is None:
        return ()
    return (Line(tuple(x), tuple(y), numbers.tick(y[-1], Unit.USD, source.locale), name=source.say("Month to date")),)


_KINDS: Mapping[str, Callable[[str, ChartSource], Chart | None]] = {
    "price_path": _price_path,
    "price_days": _price_days,
    "deleveraging": _deleveraging,
    "cross_asset": _cross_asset,
    "put_strikes": _put_strikes,
    "cost_basis": _cost_basis,
    "fund_flows": _fund_flows,
}
