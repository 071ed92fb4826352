"""What authors wrote × a desk's rows → the evaluation of a day: metrics, outcomes of the rules, memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from reporter.desk import Desk, DeskConfig, load_desk, read_desk
from reporter.diagnostics.errors import usage_error
from reporter.metrics import compute_metrics
from reporter.model.memory import Correction, Memory, PublishedStatements
from reporter.model.metric import MetricSet
from reporter.model.news import NewsFact
from reporter.narrative.plan.news_plan import NewsPlanner
from reporter.news import NewsDays, rank_news
from reporter.pipeline.day_news import find_news_items, list_weights, pin_lead
from reporter.pipeline.history import put_history
from reporter.pipeline.read import AuthoredInputs, open_authored, open_desk
from reporter.pipeline.report_days import cut_report_day
from reporter.pipeline.state import Evaluation
from reporter.report_type.report_type import ReportType
from reporter.rules import Frameworks, rank_verdicts
from reporter.verify.published_figures import PublishedFigures, find_corrections


def compute_desk_metrics(folder: Path, day: date | None = None, as_of: datetime | None = None) -> MetricSet:
    """Compute the metrics of a desk on a date, as known then.

    Args:
        folder: the desk's.
        day: the date; None takes the newest complete day.
        as_of: the instant up to which rows are known; None takes the day's end.
    """
    return compute_metrics(load_desk(open_desk(folder), day, as_of))


def find_news(
    folder: Path, day: date | None = None, as_of: datetime | None = None
) -> tuple[MetricSet, tuple[NewsFact, ...]]:
    """Find what is new on a date, best first, with the metrics that it rests on.

    Args:
        folder: the desk's.
        day: the date; None takes the newest complete day.
        as_of: the instant up to which rows are known; None takes the day's end.
    """
    config = open_desk(folder)
    metrics = compute_metrics(load_desk(config, day, as_of))
    return metrics, pin_lead(config, rank_news(metrics, list_weights(config)))


def explain_headline(folder: Path, metrics: MetricSet, facts: Sequence[NewsFact]) -> tuple[str, ...]:
    """Say what of a day's facts leads its brief, and why what ranks above it does not: one line each.

    Args:
        folder: the desk's.
        metrics: up to the day.
        facts: of the day, best first.

    Raises:
        InputError: what the desk's authors wrote is wrong.
    """
    report = open_authored(folder).report
    return NewsPlanner(find_news_items(facts, metrics), report.outline.news, report.forms).explain_lead()


def evaluate_desk(
    folder: Path,
    day: date | None = None,
    as_of: datetime | None = None,
    locales: Sequence[str] = (),
    previous: Path | None = None,
    report: str = "",
) -> Evaluation:
    """Evaluate a desk on a date: everything up to the findings; authored files are checked first.

    Args:
        folder: the desk's.
        day: the date; None takes the newest complete day.
        as_of: the instant up to which rows are known; None takes the day's end.
        locales: locales to load; none takes those of desk.toml.
        previous: folder of an earlier brief, whose figures may have been revised.
        report: the report type; none takes the first of desk.toml.
    """
    opened = open_authored(folder, locales, previous, report)
    return evaluate_rows(opened, cut_report_day(read_desk(opened.config), opened.report, day, as_of))


def evaluate_rows(opened: AuthoredInputs, desk: Desk, history: tuple[PublishedStatements, ...] = ()) -> Evaluation:
    """Evaluate a day whose rows have been read.

    Args:
        opened: what the authors wrote.
        desk: the rows.
        history: what published briefs of the days before have stated.

    Raises:
        InputError: the earlier brief is of another desk, or of no earlier day.
    """
    frameworks = replay_rules(opened.report, desk, history)
    found = evaluate_metrics(opened, frameworks, frameworks.metrics)
    return replace(found, memory=replace(found.memory, history=history))


def replay_rules(report: ReportType, desk: Desk, history: tuple[PublishedStatements, ...] = ()) -> Frameworks:
    """Compute the metrics of a desk's rows and tie the rules of a report type to all of their days."""
    return Frameworks(report.rules, put_history(compute_metrics(desk, report.rules.hourly), history))


def evaluate_metrics(
    opened: AuthoredInputs, frameworks: Frameworks, metrics: MetricSet, news: NewsDays | None = None
) -> Evaluation:
    """Evaluate the last day of some metrics.

    Args:
        opened: what the authors wrote.
        frameworks: the rules on these days, or on these and later ones.
        metrics: up to the day.
        news: ranks the facts of these days; made where it is not given.

    Raises:
        InputError: the earlier brief is of another desk, or of no earlier day; or the day has no such fact as the
            desk says leads it.
    """
    metrics, index = frameworks.metrics_until(metrics), metrics.today_index
    ranked = news or NewsDays(metrics, list_weights(opened.config))
    memory = build_memory(frameworks, index, ranked)
    if opened.published is not None:
        memory = replace(memory, corrections=_find_corrections(opened.config, opened.published, metrics))
    outcomes = frameworks.replay.evaluate_rules(index)
    facts = pin_lead(opened.config, ranked.at(index))
    verdicts = rank_verdicts(frameworks.replay, outcomes, index)
    return Evaluation(
        opened.config, opened.report, opened.theme, metrics, outcomes, memory, frameworks.replay, facts, verdicts
    )


def build_memory(frameworks: Frameworks, index: int, news: NewsDays) -> Memory:
    """Build the memory of a day's brief by replay.

    Args:
        frameworks: the rules on the days.
        index: the day's position.
        news: ranks the facts of these days.
    """
    led = tuple(news.at(day) for day in range(index - 1, max(index - 1 - _REMEMBERED, -1), -1))
    return Memory(
        frameworks.find_standing(index), frameworks.find_closed(index), frameworks.outcomes_before(index), news=led
    )


#: So many days before are looked at for what led them.
_REMEMBERED = 6


def _find_corrections(config: DeskConfig, published: PublishedFigures, metrics: MetricSet) -> tuple[Correction, ...]:
    """Compare a published brief with what is known at the new brief's instant; return corrections.

    Raises:
        InputError: the published brief is of another desk, or of no earlier day.
    """
    today = metrics.dates[-1]
    if published.slug != f"{config.desk.slug}-{published.date.isoformat()}" or published.date >= today:
        what = f"{published.slug} is no earlier brief of {config.desk.slug}, whose brief of {today} is asked for"
        raise usage_error("usage.other-brief", what, "--previous takes an earlier brief's folder")
    now = datetime.fromtimestamp(metrics.as_of, UTC)
    return find_corrections(published, (metrics, compute_metrics(load_desk(config, published.date, now))))
