"""Why no finding leads a brief: which rules could have led, and what they lacked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from reporter.model.finding import Outcome, State
from reporter.model.metric import MetricSet
from reporter.narrative.outline import Outline

#: So many names are listed; of more, how many there are.
_MOST_NAMES = 6


def explain_no_lead(outline: Outline, outcomes: Iterable[Outcome], metrics: MetricSet) -> str:
    """Why none of the findings that may lead is true on the newest day.

    Args:
        outline: the report type, whose lengths name the findings that may lead.
        outcomes: what became of each rule.
        metrics: for the reasons of what is missing.

    Returns:
        The inputs that kept leading rules unknown, each with its reason; or that all of them are known and not true.
    """
    length = outline.length
    leading = tuple(dict.fromkeys((*length.full, *length.standard, *length.short)))
    by_rule = {outcome.rule_id: outcome for outcome in outcomes}
    unknown = [by_rule[name] for name in leading if name in by_rule and by_rule[name].state is State.UNKNOWN]
    if not unknown:
        return f"none of the {len(leading)} rules that may lead came true: {_listed(leading)}"
    # What most of the rules lacked stands first.
    lacked = Counter(metric for outcome in unknown for metric in outcome.missing)
    by_reason: dict[str, list[str]] = {}
    for metric, _ in lacked.most_common():
        by_reason.setdefault(_reason(metrics, metric), []).append(metric)
    told = "; ".join(f"{_listed(names)} ({reason})" for reason, names in by_reason.items())
    return f"{len(unknown)} of the {len(leading)} rules that may lead lacked {told}"


def _reason(metrics: MetricSet, metric: str) -> str:
    series = metrics.series.get(metric)
    # A reading of an earlier day may lack where the newest one is known.
    return (series.missing[-1] if series is not None else None) or "missing on an earlier day"


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    shown, left = every[:_MOST_NAMES], len(every) - _MOST_NAMES
    return ", ".join(shown) + (f" and {left} more" if left > 0 else "")
