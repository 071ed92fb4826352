"""Metrics, outcomes and outlines by hand, as small as a test needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from reporter.language.locales import load_locale
from reporter.model.finding import Fact, Finding, Input, Outcome, Stance, State
from reporter.model.framework import ConditionState, FrameworkState, Status
from reporter.model.metric import (
    Bar,
    Citation,
    Instrument,
    MetricSeries,
    MetricSet,
    MetricSpec,
    MissingReason,
    StrikeInterest,
    Unit,
)
from reporter.model.resources import locales_folder
from reporter.narrative.outline import Outline
from reporter.narrative.plan.outline_loader import load_outline

EN = load_locale("en", locales_folder())
ZH = load_locale("zh-Hant", locales_folder())
LAST = date(2026, 2, 6)
DAY = 86_400.0
CUT = datetime(2026, 2, 7, tzinfo=UTC).timestamp()

#: Metric → its unit and the tables it needs.
METRICS: Mapping[str, tuple[Unit, tuple[str, ...]]] = {
    "brief.weekend": (Unit.COUNT, ()),
    "framework.level": (Unit.PRICE, ()),
    "brief.date": (Unit.INSTANT, ()),
    "macro.spx.return_1d": (Unit.FRACTION, ("cross_asset",)),
    "options.put_band_share": (Unit.FRACTION, ("options",)),
    "options.risk_reversal_25d": (Unit.VOL_POINTS, ("options",)),
    "miners.difficulty_change": (Unit.FRACTION, ("miners",)),
    "macro.gold.return_1d": (Unit.FRACTION, ("cross_asset",)),
    "macro.spy.return_1d": (Unit.FRACTION, ("cross_asset",)),
    "macro.nikkei.return_1d": (Unit.FRACTION, ("cross_asset",)),
    "price.close": (Unit.PRICE, ("prices",)),
    "price.return_1d": (Unit.FRACTION, ("prices",)),
    "derivatives.open_interest": (Unit.USD, ("open_interest",)),
    "derivatives.open_interest_change_1d": (Unit.FRACTION, ("open_interest",)),
    "derivatives.open_interest_coins_change_1d": (Unit.FRACTION, ("open_interest", "prices")),
    "sentiment.score": (Unit.SCORE, ("sentiment",)),
    "derivatives.liquidations_long": (Unit.USD, ("liquidations",)),
    "derivatives.liquidations_short": (Unit.USD, ("liquidations",)),
    "derivatives.funding_1d": (Unit.FRACTION, ("funding",)),
    "etf.net_flow_1d": (Unit.USD, ("fund_flows",)),
    "etf.net_flow_mtd": (Unit.USD, ("fund_flows",)),
    "etf.flow_date": (Unit.INSTANT, ("fund_flows",)),
    "onchain.band_low": (Unit.PRICE, ("cost_basis",)),
    "onchain.band_high": (Unit.PRICE, ("cost_basis",)),
    "onchain.realised_price": (Unit.PRICE, ("realised_price",)),
}
SPECS = {name: MetricSpec(name, unit, "by hand", tables) for name, (unit, tables) in METRICS.items()}

Values = Sequence[float | None]


def make_metrics(
    values: Mapping[str, float | Values] | None = None,
    *,
    missing: Mapping[str, MissingReason] | None = None,
    bars: Sequence[Bar] = (),
    bar_seconds: int = 3600,
    strikes: Sequence[StrikeInterest] = (),
    instruments: Mapping[str, Instrument] | None = None,
) -> MetricSet:
    """Metrics whose last value belongs to LAST; whatever is not given has no source.

    Args:
        values: metric → its last values, or one value.
        missing: metric → why it has no value on LAST.
        bars: intraday bars; bar_seconds: their length.
        strikes: open interest by strike.
        instruments: of the desk.
    """
    given = {name: [v] if isinstance(v, int | float) else list(v) for name, v in (values or {}).items()}
    days = max(map(len, given.values()), default=1)
    reasons = missing or {}
    series = {}
    for name, spec in SPECS.items():
        full = [None] * (days - len(given.get(name, ()))) + given.get(name, [])
        series[name] = MetricSeries(
            spec,
            tuple(full),
            tuple(None if v is None else CUT - DAY * (days - 1 - at) for at, v in enumerate(full)),
            tuple(None if v is None else "hand" for v in full),
            tuple(reasons.get(name, MissingReason.NO_SOURCE) if v is None else None for v in full),
        )
    return MetricSet(
        dates=tuple(LAST - timedelta(days=days - 1 - at) for at in range(days)),
        as_of=CUT,
        series=series,
        bars=tuple(bars),
        bar_seconds=bar_seconds if bars else 0,
        strikes=tuple(strikes),
        events=(),
        citations={"hand": Citation("hand", "prices", {"en": "Hand", "zh-Hant": "手"}, "", "hand.csv")},
        instruments=instruments or {},
        notices=(),
        bar_source="hand" if bars else "",
    )


def fact(name: str, value: float | str | None, unit: Unit = Unit.PRICE) -> Fact:
    reading = Input("m", LAST.isoformat(), 1.0, unit, CUT, "hand")
    return Fact(name, value, unit, "m", (reading,), CUT)


def make_finding(name: str, *facts: Fact, stance: Stance = "neutral", topic: str = "price") -> Finding:
    return Finding(name, "rules/a.yaml:1", "v1", topic, stance, 50, facts)


def fired(name: str, *facts: Fact, stance: Stance = "neutral", topic: str = "price") -> Outcome:
    return Outcome(name, State.FIRED, finding=make_finding(name, *facts, stance=stance, topic=topic))


def not_fired(name: str) -> Outcome:
    return Outcome(name, State.NOT_FIRED)


def unknown(name: str) -> Outcome:
    return Outcome(name, State.UNKNOWN, ("m",))


def condition(
    name: str,
    side: Literal["for", "against"],
    status: Status,
    *facts: Fact,
    turned: str = "",
    due: str = "2026-02-20",
    over: bool = False,
) -> ConditionState:
    """A condition's state on LAST; `turned` and `due` are dates."""
    return ConditionState(
        id=name,
        side=side,
        name={"en": name, "zh-Hant": name},
        asks="m > 0",
        finding=make_finding(name, *facts),
        status=status,
        history=((LAST.isoformat(), status),),
        turned=_seconds(turned) if turned else None,
        deadline=_seconds(due),
        over=over,
    )


def _seconds(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


def argument(*conditions: ConditionState, set_date: str = "2026-02-04") -> FrameworkState:
    """A framework around 70,000 that stands on LAST."""
    return FrameworkState(70_000.0, "round", True, set_date, "2026-02-20", "", conditions)


#: The least that an outline must hold; tests add to it.
LEAST = {
    "title": "Market brief",
    "lead": "lead",
    "length": "{ full: [lead.crash], standard: [lead.up], short: [lead.quiet] }",
    "standfirst": "[]",
    "takeaways": "{ most: 2, from: [] }",
    "sections": "[]",
    "framework": "{ level: [] }",
}


def outline_text(**parts: str) -> str:
    """An outline's YAML; a part that begins with a line break is a block."""
    return "".join(f"{key}: {value}\n" for key, value in (LEAST | parts).items() if value)


def make_outline(folder: Path, rules: Sequence[str] = (), **parts: str) -> Outline:
    """An outline from its parts, checked against the leading rules and those given."""
    path = folder / "report.yaml"
    path.write_text(outline_text(**parts), "utf-8")
    names = frozenset({"lead.crash", "lead.up", "lead.quiet", *rules})
    return load_outline(path, "report.yaml", names, dict(SPECS))
