"""Metrics shown outside sentences, in tiles and on the signal board → text spans with their claims."""

from __future__ import annotations

from dataclasses import dataclass

from reporter.language.filter_contract import NamedFact, Voice
from reporter.language.filters import FILTERS, apply_filter, default_filter
from reporter.model.document import ClaimSpan, LiteralSpan, Span
from reporter.model.finding import Fact, Input
from reporter.model.metric import MetricSet, Unit

#: Kinds of claims that stand outside any finding, by where they stand.
TILE, BOARD = "tile", "board"


@dataclass(frozen=True, slots=True)
class ShownMetric:
    """A metric's text with its claims: (claim id, kind, fact)."""

    spans: tuple[Span, ...]
    claims: tuple[tuple[str, str, Fact], ...]


NOTHING = ShownMetric((), ())


def make_metric_fact(metrics: MetricSet, metric_id: str) -> Fact:
    """The metric's value today as a fact."""
    series = metrics.series[metric_id]
    seen = series.observation_at(metrics.today_index)
    day = metrics.dates[-1].isoformat()
    reading = Input(metric_id, day, seen.value, series.spec.unit, seen.as_of, seen.source)
    return Fact(metric_id, seen.value, series.spec.unit, metric_id, (reading,), seen.as_of)


def show_metric(metrics: MetricSet, metric_id: str, place: str, voice: Voice, show: str = "") -> ShownMetric:
    """Show a metric's value today.

    Args:
        metrics: what is known.
        metric_id: which metric; an empty id or a missing value shows nothing.
        place: `tile` or `board`, the first part of the claim's id.
        voice: the locale.
        show: a filter's name, `flow_money`, or empty for the unit's own.
    """
    if not metric_id or metrics.series[metric_id].values[-1] is None:
        return NOTHING
    fact = make_metric_fact(metrics, metric_id)
    named = NamedFact(metric_id, fact)
    names = {"flow_money": ("flow", "money"), "": ("",)}.get(show, (show,))
    spans: list[Span] = []
    claims: dict[str, tuple[str, str, Fact]] = {}
    for name in names:
        used = FILTERS[name] if name else default_filter(named)
        if spans:
            spans.append(LiteralSpan(" "))
        for piece in apply_filter(used, named, voice, (), {}):
            claim = f"{place}:{metric_id}#{piece.kind}"
            spans.append(ClaimSpan(claim, piece.text))
            claims.setdefault(claim, (claim, piece.kind, fact))
    return ShownMetric(tuple(spans), tuple(claims.values()))


def is_partial_sum(metrics: MetricSet, metric_id: str) -> bool:
    """Return whether a metric is a sum over a part of the market today, by its source's flag in desk.toml."""
    series = metrics.series[metric_id]
    flag = metrics.series.get(f"quality.{series.spec.tables[0]}.partial") if series.spec.tables else None
    return series.spec.unit is Unit.USD and flag is not None and flag.values[-1] == 1.0
