"""Finding → every way to say it; outcomes of a past day → the sentences of its whole brief."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reporter.model.finding import Finding, Outcome
from reporter.model.memory import Memory
from reporter.model.metric import FirstDays, MetricSet
from reporter.model.news import NewsFact
from reporter.model.timestamps import DAY
from reporter.model.verdict import RankedVerdict
from reporter.narrative.phrases.phrases import PhraseBook, SpeechContext, list_tellable_wordings
from reporter.narrative.phrases.wording_choice import say_all_findings
from reporter.narrative.plan_model import Plan, Slot
from reporter.pipeline.compose import plan_article
from reporter.report_type.report_type import ReportType
from reporter.rules.analysis.case_runner import Say


@dataclass(frozen=True, slots=True)
class BriefSentence:
    """A sentence of a brief with its locale, place and finding."""

    locale: str
    place: str
    finding: str
    text: str


def make_sayer(books: Sequence[PhraseBook], context: SpeechContext) -> Say:
    """Make the function that says a finding's form in every wording of every locale."""

    def say(finding: Finding, form: str) -> Mapping[str, tuple[str, ...]]:
        return {
            book.locale.tag: tuple(dict.fromkeys(_iterate_wordings(book, finding, form, context)))
            for book in books
            if book.has_phrase(finding.id, form)
        }

    return say


def _iterate_wordings(book: PhraseBook, finding: Finding, form: str, context: SpeechContext) -> Iterator[str]:
    for place in list_tellable_wordings(book.says[(finding.id, form)], finding):
        yield book.say_finding(finding, form, context, wording=place).text


def list_forms(books: Sequence[PhraseBook], rule: str) -> tuple[str, ...]:
    """List the forms in which a rule has a phrase in any locale."""
    return tuple(dict.fromkeys(form for book in books for finding, form in book.says if finding == rule))


def sample_sentences(books: Sequence[PhraseBook], finding: Finding, context: SpeechContext) -> dict[str, str]:
    """Say a finding in one sentence a locale: its body, or the first form that there is.

    Args:
        books: the phrase books, one a locale.
        finding: what is said.
        context: what every sentence of the brief may use.
    """
    said = {}
    for book in books:
        forms = [form for name, form in book.says if name == finding.id]
        if forms:
            said[book.locale.tag] = book.say_finding(finding, "body" if "body" in forms else forms[0], context).text
    return said


def metrics_until(metrics: MetricSet, index: int) -> MetricSet:
    """The metrics as known on an earlier day; bars and strikes are left out."""
    past = (metrics.dates[-1] - metrics.dates[index]).days
    if past == 0:
        return metrics
    as_of = metrics.as_of - past * DAY
    return replace(
        metrics,
        dates=metrics.dates[: index + 1],
        as_of=as_of,
        series=FirstDays(metrics.series, index + 1),
        bars=(),
        strikes=(),
        events=tuple(event for event in metrics.events if event.time <= as_of),
    )


def compose_sentences(
    report: ReportType,
    outcomes: Sequence[Outcome],
    metrics: MetricSet,
    context: SpeechContext,
    memory: Memory,
    news: Sequence[NewsFact] = (),
    verdicts: Sequence[RankedVerdict] = (),
) -> tuple[BriefSentence, ...]:
    """Compose a brief's sentences, locale by locale; empty where no finding leads.

    Args:
        report: what is planned and said.
        outcomes: what became of each rule on the last day of the metrics.
        metrics: as known on that day.
        context: what sentences may use; its date is replaced.
        memory: what stood before that day.
        news: the day's facts, best first.
        verdicts: the day's, best first.
    """
    context = replace(context, date=metrics.dates[-1])
    plan = plan_article(report, outcomes, metrics, memory, news, context, verdicts)
    if plan is None:
        return ()
    slots = list(_iterate_slots(plan))
    lines = []
    for book in report.books:
        said = say_all_findings(book, [slot for _, slot in slots], context)
        lines += [
            BriefSentence(book.locale.tag, place, slot.finding.id, said[slot.finding.id, slot.form].text)
            for place, slot in slots
        ]
    return tuple(lines)


def _iterate_slots(plan: Plan) -> Iterator[tuple[str, Slot]]:
    yield from (("headline", slot) for slot in plan.heads)
    for slot in plan.standfirst:
        yield "standfirst", slot
    for slot in plan.takeaways:
        yield "takeaways", slot
    for section in plan.sections:
        if isinstance(section.heading, Slot):
            yield section.id, section.heading
        for paragraph in section.paragraphs:
            for slot in paragraph:
                yield section.id, slot
        for slot in section.items:
            yield section.id, slot
        for side in section.sides:
            yield section.id, side.title
            for item in side.items:
                for slot in (item.slot, *item.notes):
                    yield section.id, slot
        for figure in section.figures:
            yield section.id, Slot(figure.finding, "figure")
            yield section.id, Slot(figure.finding, "caption")
    for slot in plan.gaps:
        yield "gaps", slot
