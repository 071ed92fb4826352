"""Outcomes → the plan of a chat: which questions are asked of a day, what answers them, which answers are doubted.

Like the article's, the plan is in no language and made once. A finding is said once; a question is asked where
its answer has something to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from reporter.model.finding import Outcome, Stance
from reporter.model.memory import Memory
from reporter.model.metric import MetricSet
from reporter.narrative.chat_outline import ANSWER, DOUBT, REPLY, ChatOutline, ExchangeOutline, FollowOutline
from reporter.narrative.outline import Outline, SectionOutline
from reporter.narrative.plan.plan import Planner
from reporter.narrative.plan_model import Plan, PlannedSection, Slot, list_stated_findings


def plan_chat(
    outline: Outline,
    outcomes: Iterable[Outcome],
    metrics: MetricSet,
    forms: frozenset[tuple[str, str]],
    article: Plan,
    memory: Memory | None = None,
) -> Plan | None:
    """Choose what a chat asks and answers.

    Args:
        outline: the report type.
        outcomes: what became of each rule.
        metrics: for the board.
        forms: the (finding, form) pairs that have a phrase in every locale.
        article: the same day's article, whose lead, length, key figures and gaps the chat shares.
        memory: the day before and the standing framework.

    Returns:
        The plan, or None where the report type has no chat or the day answers no question.
    """
    if outline.chat is None:
        return None
    conversation = _ChatPlanner(
        Planner(outline, tuple(outcomes), metrics, forms, memory or Memory()), outline.chat, article
    )
    sections = conversation.plan_sections()
    if not sections:
        return None
    # What an answer has said could not be known stands there, and not at the foot as well.
    answered = {finding.id for finding in list_stated_findings(article.lead, (), (), sections, ())}
    gaps = tuple(slot for slot in article.gaps if slot.finding.id not in answered)
    return replace(
        article,
        edition="chat",
        standfirst=(),
        takeaways=(),
        sections=sections,
        gaps=gaps,
        said=list_stated_findings(article.lead, (), (), sections, gaps, article.heads),
    )


@dataclass(frozen=True, slots=True)
class _RankedSection:
    section: PlannedSection
    weight: int


class _ChatPlanner:
    def __init__(self, planner: Planner, chat: ChatOutline, article: Plan) -> None:
        self.planner, self.chat, self.article = planner, chat, article
        planner.tell_news(article.heads + article.standfirst, max(part.news for part in chat.exchanges))
        planner.tell_argument(article.argument)
        self.used: set[str] = set()
        self.drawn: set[str] = set()

    def plan_sections(self) -> tuple[PlannedSection, ...]:
        length = self.article.length
        found = [
            section
            for exchange in self.chat.exchanges
            if length in exchange.length
            for section in self._plan_with_follow_ups(exchange)
        ]
        return _keep_heaviest(found, self.chat.most.limit_for(length))

    def _plan_with_follow_ups(self, exchange: ExchangeOutline) -> Iterable[_RankedSection]:
        main = self._plan_exchange(exchange)
        if main is None:
            return
        yield _RankedSection(main, _weigh_section(main, exchange.weight))
        said = {slot.finding.id: slot.finding.stance for slot in _list_answer_slots(main)}
        for number, follow in enumerate(exchange.follow_ups, 1):
            doubted = {stance for name, stance in said.items() if name in follow.doubts}
            section = self._plan_follow_up(f"{exchange.id}_{number}", follow, doubted) if doubted else None
            if section is not None:
                yield _RankedSection(section, _weigh_section(section, follow.weight))
                said |= {slot.finding.id: slot.finding.stance for slot in _list_answer_slots(section)}

    def _plan_exchange(self, exchange: ExchangeOutline) -> PlannedSection | None:
        answers = {*exchange.list, *chain.from_iterable(exchange.answers)}
        asker = self._find_first_fired(name for name in exchange.asks if name not in answers or name not in self.used)
        if asker is None:
            return None
        part = SectionOutline(
            id=exchange.id,
            length=exchange.length,
            paragraphs=self._limit_paragraphs(exchange.answers, asker),
            list=exchange.list,
            news=exchange.news,
            figures=exchange.figures,
            framework=exchange.framework,
            board=exchange.board,
            argument=exchange.argument,
            ending=exchange.ending,
        )
        return self._build_section(part, Slot(self.planner.fired[asker], exchange.form), ANSWER)

    def _plan_follow_up(self, name: str, follow: FollowOutline, doubted: set[Stance]) -> PlannedSection | None:
        """Plan a follow-up if a finding not yet stated takes another stance than the answer it doubts."""
        asker = self._find_first_fired(
            name
            for name in follow.asks
            if name not in self.used and name in self.planner.fired and {self.planner.fired[name].stance} != doubted
        )
        if asker is None:
            return None
        part = SectionOutline(
            id=name, length=(), paragraphs=self._limit_paragraphs(follow.answers, asker), figures=follow.figures
        )
        section = self._build_section(part, Slot(self.planner.fired[asker], DOUBT), REPLY)
        return replace(section, follows=True) if section else None

    def _find_first_fired(self, names: Iterable[str]) -> str | None:
        return next((name for name in names if name in self.planner.fired), None)

    def _limit_paragraphs(self, answers: Sequence[Sequence[str]], asker: str) -> tuple[tuple[str, ...], ...]:
        """Limit each paragraph of an answer to its most sentences; the asking finding is always kept."""
        taken = set(self.used)
        paragraphs = []
        for names in answers:
            true = [name for name in dict.fromkeys(names) if name in self.planner.fired and name not in taken]
            kept = set(true[: self.chat.sentences])
            if asker in true and asker not in kept:
                kept = {*true[: self.chat.sentences - 1], asker}
            paragraphs.append(tuple(name for name in true if name in kept))
            taken |= kept
        return tuple(paragraphs)

    def _build_section(self, part: SectionOutline, question: Slot, forms: Sequence[str]) -> PlannedSection | None:
        section = self.planner.plan_section(part, self.used)
        if section is None:
            return None
        asker = question.finding.id
        paragraphs = tuple(
            tuple(self._choose_answer_form(slot, forms) if slot.finding.id == asker else slot for slot in slots)
            for slots in section.paragraphs
        )
        room = self.chat.charts.limit_for(self.article.length) - len(self.drawn)
        figures = tuple(figure for figure in section.figures if figure.outline.id not in self.drawn)[: max(room, 0)]
        self.drawn |= {figure.outline.id for figure in figures}
        return replace(section, question=question, paragraphs=paragraphs, figures=figures)

    def _choose_answer_form(self, slot: Slot, forms: Sequence[str]) -> Slot:
        """Give the asking finding's slot the form of an answer ("Yes: …"); leave other slots as they are."""
        name = slot.finding.id
        return replace(slot, form=next((form for form in forms if (name, form) in self.planner.forms), slot.form))


def _list_answer_slots(section: PlannedSection) -> tuple[Slot, ...]:
    return (*chain.from_iterable(section.paragraphs), *section.items)


def _weigh_section(section: PlannedSection, own: int | None) -> int:
    """Return the weight of an exchange: that of report.yaml, or else of its heaviest finding."""
    return own if own is not None else max((slot.finding.weight for slot in _list_answer_slots(section)), default=0)


def _keep_heaviest(ranked: Sequence[_RankedSection], most: int) -> tuple[PlannedSection, ...]:
    """Keep the heaviest exchanges in their order; a follow-up goes with the answer that it doubts."""
    kept = list(ranked)
    while len(kept) > most:
        # The first exchange says what happened and the last one closes; of equal ones the later goes first.
        places = [place for place in range(1, len(kept) - 1) if not kept[place + 1].section.follows]
        if not places:
            break
        del kept[min(places, key=lambda place: (kept[place].weight, -place))]
    return tuple(item.section for item in kept)
