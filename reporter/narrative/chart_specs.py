"""Findings and metrics → the charts of a brief: series by kind of chart, labelled in one locale."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from reporter.language import dates, numbers
from reporter.language.catalogues import label, msgid
from reporter.language.locales import Locale
from reporter.language.own_labels import LabelText, translate_label
from reporter.language.terms import list_terms, term_name
from reporter.language.texts import text_in_locale
from reporter.model.chart import BarSeries, Chart, LevelLine, LineSeries, Panel, Phase, Point, ShadedBand, VerticalRule
from reporter.model.finding import Finding
from reporter.model.metric import MetricSet, Unit
from reporter.model.timestamps import DAY
from reporter.narrative.price_phases import find_price_phases

_DAYS_SHOWN = 90
_WEEKS_SHOWN = 45
_FLOW_DAYS = 30
#: Seconds of bars that a chart of two days needs.
_LEAST_COVERED = 0.75 * 2 * DAY
#: Figures, which the caption states, and what some engine escapes.
_NOT_IN_ALT = re.compile(r"[\d\\`*_{}\[\]<>#|~$&^'\"]")
#: Classes of instruments in the order in which a chart groups them.
_CLASSES = ("equity", "equity_abroad", "metal", "energy", "dollar", "rates", "bonds", "crypto", "volatility")


@dataclass(frozen=True, slots=True)
class ChartSource:
    """The metrics, finding and locale that a chart is built from.

    Attributes:
        metrics: series and bars.
        finding: the finding that titles it; its facts are what is annotated.
        locale: language of the labels.
    """

    metrics: MetricSet
    finding: Finding
    locale: Locale

    def translate_label(self, msgid: LabelText) -> str:
        """Translate a label into the chart's language."""
        return translate_label(msgid, self.locale)

    def format_price(self, value: float) -> str:
        """Format a price as a short tag."""
        return numbers.format_price(value, self.locale, bare=True)

    def format_tag(self, value: float, fact: str) -> str:
        """Format a price as a tag if the caption states the same price, else return an empty text."""
        stated = self.get_number(fact)
        return (
            self.format_price(value)
            if stated is not None and self.format_price(value) == self.format_price(stated)
            else ""
        )

    def get_number(self, name: str) -> float | None:
        """Return a fact of the finding as a number, or None."""
        fact = self.finding.find_fact(name)
        return fact.value if fact is not None and isinstance(fact.value, float | int) else None

    def get_daily_values(self, metric_id: str, days: int) -> tuple[tuple[float, ...], tuple[float | None, ...]]:
        """Return the last days of a series: noon of each day, and the values."""
        shown = self.metrics.dates[-days:]
        values = self.metrics.series[metric_id].values[-days:]
        return tuple(_to_noon(day) for day in shown), values


def build_chart(kind: str, chart_id: str, source: ChartSource) -> Chart | None:
    """Build a chart of a kind.

    Args:
        kind: of the chart, as in report.yaml.
        chart_id: its id.
        source: findings, metrics and locale.

    Returns:
        The chart, or None where there is nothing to draw.
    """
    return _KINDS[kind](chart_id, source)


def describe_chart(kind: str, chart: Chart, locale: Locale) -> str:
    """Say what a chart shows, for who can't see it: its kind, then the names of what is drawn.

    Figures stay in the caption. A name with a sign that Markdown needs escaped is left out, because engines escape
    alternative texts a second time.

    Args:
        kind: of the chart, as in report.yaml.
        chart: as it is drawn.
        locale: language of the text.
    """
    drawn = [
        text
        for panel in chart.panels
        for text in (
            panel.title,
            *(bars.label for bars in panel.bars),
            *(line.name for line in panel.lines),
            *(band.label for band in panel.bands),
            *(level.label for level in panel.levels),
        )
    ]
    names = tuple(text for text in dict.fromkeys(drawn) if text and not _NOT_IN_ALT.search(text))
    told = (label(_SHOWN[kind], locale), locale.joiners.middle.join(names))
    return locale.joiners.stop.join(part for part in told if part)


def _to_noon(day: date) -> float:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()


def _build_price_path(chart_id: str, source: ChartSource) -> Chart | None:
    """The last 48 hours with their phases, and the lowest and the highest bar marked."""
    bars, length = source.metrics.bars, float(source.metrics.bar_seconds)
    if not _has_intraday_bars(source):
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
        lines=(LineSeries(tuple(x), tuple(y), source.format_tag(bars[-1].close, "close")),),
        bands=_build_cost_basis_band(source),
        points=_mark_extremes(source),
        phases=_build_phases(source),
    )
    return Chart(chart_id, (panel,), "wide")


def _has_intraday_bars(source: ChartSource) -> bool:
    """Return whether the bars cover most of two days, which the chart's caption describes."""
    return len(source.metrics.bars) * source.metrics.bar_seconds >= _LEAST_COVERED


def _mark_extremes(source: ChartSource) -> tuple[Point, ...]:
    bars, length = source.metrics.bars, float(source.metrics.bar_seconds)
    low = min(bars, key=lambda bar: bar.low)
    high = max(bars, key=lambda bar: bar.high)
    ends = [(low.start + length, low.low, "low"), (high.start + length, high.high, "high")]
    return tuple(
        Point(x, y, number, source.format_tag(y, fact), source.translate_label(fact))
        for number, (x, y, fact) in enumerate(sorted(ends), 1)
    )


def _build_phases(source: ChartSource) -> tuple[Phase, ...]:
    bars, length = source.metrics.bars, float(source.metrics.bar_seconds)
    found = find_price_phases(bars, length)
    if not found:
        return _build_day_phases(bars[0].start, bars[-1].start + length, source.locale)
    return tuple(Phase(stretch.start, stretch.end, source.translate_label(stretch.name)) for stretch in found)


def _build_day_phases(start: float, end: float, locale: Locale) -> tuple[Phase, ...]:
    first = int(start // DAY)
    last = int((end - 1) // DAY)
    return tuple(
        Phase(max(start, day * DAY), min(end, (day + 1) * DAY), dates.format_date(day * DAY, locale))
        for day in range(first, last + 1)
    )


def _build_cost_basis_band(source: ChartSource) -> tuple[ShadedBand, ...]:
    low = source.metrics.series["onchain.band_low"].values[-1]
    high = source.metrics.series["onchain.band_high"].values[-1]
    return (
        (ShadedBand(low, high, source.translate_label("Cost-basis band")),)
        if low is not None and high is not None
        else ()
    )


def _build_price_days(chart_id: str, source: ChartSource) -> Chart | None:
    """Daily closes, where there are too few intraday bars to show."""
    return None if _has_intraday_bars(source) else _build_price_closes(chart_id, source)


def _build_price_closes(chart_id: str, source: ChartSource) -> Chart | None:
    """Daily closes of the last days."""
    x, y = source.get_daily_values("price.close", _DAYS_SHOWN)
    if sum(value is not None for value in y) < 2 or y[-1] is None:
        return None
    panel = Panel("time", Unit.PRICE, lines=(LineSeries(x, y, source.format_price(y[-1])),))
    return Chart(chart_id, (panel,), "wide")


def _build_deleveraging(chart_id: str, source: ChartSource) -> Chart | None:
    """Open interest above; the day's liquidations, funding and the price of protection below it."""
    panels = []
    x, y = source.get_daily_values("derivatives.open_interest", _WEEKS_SHOWN)
    if sum(value is not None for value in y) >= 2:
        last = next(value for value in reversed(y) if value is not None)
        line = LineSeries(x, y, numbers.format_value_tick(last, Unit.USD, source.locale))
        panels.append(Panel("time", Unit.USD, source.translate_label("Open interest"), lines=(line,)))
    longs, shorts = (
        source.get_daily_values(f"derivatives.liquidations_{side}", _WEEKS_SHOWN)[1] for side in ("long", "short")
    )
    if any(value is not None for value in (*longs, *shorts)):
        down = tuple(None if value is None else -value for value in longs)
        bars = (
            BarSeries(x, down, source.translate_label("Longs"), "down"),
            BarSeries(x, shorts, source.translate_label("Shorts"), "up"),
        )
        panels.append(Panel("time", Unit.USD, source.translate_label("Liquidations"), bars=bars, mirrored=True))
    funding = source.get_daily_values("derivatives.funding_1d", _WEEKS_SHOWN)[1]
    if any(value is not None for value in funding):
        panels.append(
            Panel("time", Unit.FRACTION, source.translate_label("Funding rate"), bars=(BarSeries(x, funding),))
        )
    skew = source.get_daily_values("options.risk_reversal_25d", _WEEKS_SHOWN)[1]
    if sum(value is not None for value in skew) >= 2:
        panels.append(
            Panel("time", Unit.VOL_POINTS, source.translate_label("Risk reversal"), bars=(BarSeries(x, skew),))
        )
    return Chart(chart_id, tuple(panels), "stack" if len(panels) > 1 else "small") if panels else None


def _build_cross_asset(chart_id: str, source: ChartSource) -> Chart | None:
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
        bars=(BarSeries(tuple(map(float, range(len(rows)))), values),),
        categories=tuple(_get_instrument_name(source, key) for _, _, key in rows),
        tags=tuple(numbers.format_percent(value, source.locale, 2, signed=True) for value in values),
        groups=tuple(n for n in range(1, len(rows)) if rows[n][0] != rows[n - 1][0]),
    )
    return Chart(chart_id, (panel,), "small")


def _get_instrument_name(source: ChartSource, key: str) -> str:
    own = text_in_locale(source.metrics.instruments[key].name, source.locale, name=True)
    if own:
        return own
    name = f"instrument.{key}"
    text = term_name(name, source.locale) if name in list_terms(source.locale.folder) else key
    return text.removeprefix("the ")[:1].upper() + text.removeprefix("the ")[1:]


def _build_put_strikes(chart_id: str, source: ChartSource) -> Chart | None:
    """Build the chart of the key expiry's open interest by strike, around the price."""
    close = source.metrics.series["price.close"].values[-1]
    if close is None:
        return None
    strikes = [row for row in source.metrics.strikes if 0.55 * close <= row.strike <= 1.45 * close]
    if len(strikes) < 3:
        return None
    x = tuple(row.strike for row in strikes)
    price = source.translate_label("Price")
    panel = Panel(
        "number",
        Unit.CONTRACTS,
        bars=(
            BarSeries(x, tuple(-row.puts for row in strikes), source.translate_label("Puts"), "down"),
            BarSeries(x, tuple(row.calls for row in strikes), source.translate_label("Calls"), "up"),
        ),
        mirrored=True,
        phases=_build_put_band(source),
        rules=(VerticalRule(close, f"{price} {source.format_price(close)}"),),
    )
    return Chart(chart_id, (panel,), "small")


def _build_put_band(source: ChartSource) -> tuple[Phase, ...]:
    low, high = source.get_number("low"), source.get_number("high")
    if low is None or high is None:
        return ()
    return (Phase(low, high, f"{source.format_price(low)}–{source.format_price(high)}"),)


def _build_cost_basis(chart_id: str, source: ChartSource) -> Chart | None:
    """Daily closes against the cost-basis band (and the realised price where it is known)."""
    x, y = source.get_daily_values("price.close", _DAYS_SHOWN)
    if sum(value is not None for value in y) < 2 or y[-1] is None:
        return None
    realised = source.metrics.series["onchain.realised_price"].values[-1]
    levels = (LevelLine(realised, source.translate_label("Realised price")),) if realised is not None else ()
    panel = Panel(
        "time",
        Unit.PRICE,
        lines=(LineSeries(x, y, source.format_price(y[-1])),),
        bands=_build_cost_basis_band(source),
        levels=levels,
    )
    return Chart(chart_id, (panel,), "small")


def _build_fund_flows(chart_id: str, source: ChartSource) -> Chart | None:
    """Build the chart of daily flows, each bar on the day that it is of, not when it was published."""
    flows = source.metrics.series["etf.net_flow_1d"].values
    days = source.metrics.series["etf.flow_date"].values
    seen = {day: flow for day, flow in zip(days, flows, strict=True) if day is not None and flow is not None}
    shown = sorted(seen)[-_FLOW_DAYS:]
    if len(shown) < 2:
        return None
    x = tuple(day + DAY / 2 for day in shown)
    bars = BarSeries(x, tuple(seen[day] for day in shown), source.translate_label("Net flow"))
    panel = Panel("time", Unit.USD, bars=(bars,), lines=_build_month_line(source, shown))
    return Chart(chart_id, (panel,), "small")


def _build_month_line(source: ChartSource, shown: Sequence[float]) -> tuple[LineSeries, ...]:
    """The month to date after each published day, broken where a month begins."""
    sums = source.metrics.series["etf.net_flow_mtd"].values
    days = source.metrics.series["etf.flow_date"].values
    seen = {day: total for day, total in zip(days, sums, strict=True) if day is not None and total is not None}
    x: list[float] = []
    y: list[float | None] = []
    for place, day in enumerate(shown):
        if place and dates.format_month(day, source.locale) != dates.format_month(shown[place - 1], source.locale):
            x.append(day)
            y.append(None)
        x.append(day + DAY / 2)
        y.append(seen.get(day))
    if sum(value is not None for value in y) < 2 or y[-1] is None:
        return ()
    return (
        LineSeries(
            tuple(x),
            tuple(y),
            numbers.format_value_tick(y[-1], Unit.USD, source.locale),
            name=source.translate_label("Month to date"),
        ),
    )


_KINDS: Mapping[str, Callable[[str, ChartSource], Chart | None]] = {
    "price_path": _build_price_path,
    "price_days": _build_price_days,
    "price_closes": _build_price_closes,
    "deleveraging": _build_deleveraging,
    "cross_asset": _build_cross_asset,
    "put_strikes": _build_put_strikes,
    "cost_basis": _build_cost_basis,
    "fund_flows": _build_fund_flows,
}
#: What each kind shows.
_SHOWN: Mapping[str, str] = {
    "price_path": msgid("Line chart of the price over the day and the day before"),
    "price_days": msgid("Line chart of daily closes"),
    "price_closes": msgid("Line chart of daily closes"),
    "deleveraging": msgid("Charts of positions and protection by day"),
    "cross_asset": msgid("Bar chart of the return of each market on the day"),
    "put_strikes": msgid("Bar chart of open options by strike"),
    "cost_basis": msgid("Line chart of daily closes"),
    "fund_flows": msgid("Bar chart of fund flows by day"),
    "line": msgid("Line chart by day"),
    "bar": msgid("Bar chart by day"),
    "line+bar": msgid("Chart of lines and bars by day"),
    "small multiples": msgid("Charts by day"),
}
