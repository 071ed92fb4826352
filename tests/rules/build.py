"""Small metric sets by hand, a registry to go with them, and rule files as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from reporter.model.finding import Outcome
from reporter.model.metric import Event, Hours, Instrument, LadderClass, MetricSeries, MetricSet, MetricSpec, Unit
from reporter.rules import RuleBook, evaluate_rules, load_rules

LAST = date(2026, 2, 6)
DAY = 86_400.0
CUT = 1_770_422_400.0  # 2026-02-07T00:00Z, the end of LAST


def _spec(name: str, unit: Unit, low: float = float("-inf"), high: float = float("inf")) -> MetricSpec:
    ladder: LadderClass | None = "price" if name.endswith("return_1d") else None
    return MetricSpec(name, unit, "by hand", ("prices",), low, high, ladder=ladder)


REGISTRY: Mapping[str, MetricSpec] = {
    spec.id: spec
    for spec in (
        replace(_spec("price.close", Unit.PRICE, 0), hours=Hours("last", "prices", ("close",))),
        _spec("price.low", Unit.PRICE, 0),
        _spec("hinge.above", Unit.PRICE, 0),
        _spec("hinge.below", Unit.PRICE, 0),
        _spec("price.sigma_1d", Unit.FRACTION, 0),
        _spec("price.return_1d", Unit.FRACTION, -0.95, 3),
        replace(_spec("flows.net_1d", Unit.USD), hours=Hours("sum", "fund_flows", ("flow",))),
        _spec("sentiment.score", Unit.SCORE, 0, 100),
        _spec("rates.change_1d", Unit.BP),
        _spec("price.weekend", Unit.BOOL),
        _spec("miners.relief", Unit.INSTANT),
        _spec("macro.spx.return_1d", Unit.FRACTION, -0.95, 3),
        _spec("macro.ndx.return_1d", Unit.FRACTION, -0.95, 3),
        _spec("macro.gold.return_1d", Unit.FRACTION, -0.95, 3),
    )
}
INSTRUMENTS = {
    key: Instrument(key, kind, {"en": key}) for key, kind in (("spx", "equity"), ("gold", "metal"), ("ndx", "equity"))
}

Values = Sequence[float | None]


def make_metrics(
    values: Mapping[str, Values],
    *,
    events: Sequence[Event] = (),
    sources: Mapping[str, Sequence[str]] | None = None,
) -> MetricSet:
    """Metrics whose last value belongs to LAST; shorter series begin with gaps, absent ones are all gaps."""
    days = max(map(len, values.values()), default=1)
    series: dict[str, MetricSeries] = {}
    for name, spec in REGISTRY.items():
        given = list(values.get(name, ()))
        full = [None] * (days - len(given)) + given
        source = list((sources or {}).get(name, ["hand"] * days))
        series[name] = MetricSeries(
            spec,
            tuple(full),
            tuple(None if v is None else CUT - DAY * (days - 1 - at) for at, v in enumerate(full)),
            tuple(None if v is None else source[at] for at, v in enumerate(full)),
            tuple("no row" if v is None else None for v in full),
        )
    dates = tuple(LAST - timedelta(days=days - 1 - at) for at in range(days))
    return MetricSet(dates, CUT, series, (), 0, (), tuple(events), {}, INSTRUMENTS, ())


def event(name: str, topic: str, days_before_cut: float) -> Event:
    return Event(name, CUT - DAY * days_before_cut, topic, "attributed", "wire", {}, {"en": name}, {}, "")


def load_texts(folder: Path, *texts: str) -> RuleBook:
    """Write texts as rule files and load them."""
    files = []
    for at, text in enumerate(texts):
        path = folder / f"{at}.yaml"
        path.write_text(text, encoding="utf-8")
        files.append((path, f"rules/{at}.yaml"))
    return load_rules(files, REGISTRY)


def rule(name: str, when: str, **more: object) -> str:
    """One rule's text; the extra keys are written as they come."""
    lines = [f"  - id: {name}", "    topic: price", f"    when: {when}", "    stance: neutral", "    weight: 50"]
    lines += [f"    {key.rstrip('_')}: {value}" for key, value in more.items()]
    return "\n".join(lines) + "\n"


def book(*rules: str, conditions: str = "") -> str:
    return conditions + "rules:\n" + "".join(rules)


def outcomes(book: RuleBook, metrics: MetricSet, index: int | None = None) -> dict[str, Outcome]:
    return {outcome.rule_id: outcome for outcome in evaluate_rules(book, metrics, index)}
