"""Outcomes to a conversation: which questions a reader asks of a day, what answers them, what is doubted of it.

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
from reporter.narrative.plan import Planner
from reporter.narrative.planned import Plan, PlannedSection, Slot, said_in


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
    conversation = _Conversation(
        Planner(outline, tuple(outcomes), metrics, forms, memory or Memory()), outline.chat, article
    )
    sections = conversation.sections()
    if not sections:
        return None
    # What an answer has said could not be known stands there, and not at the foot as well.
    answered = {finding.id for finding in said_in(article.lead, (), (), sections, ())}
    gaps = tuple(slot for slot in article.gaps if slot.finding.id not in answered)
    return replace(
        article,
        edition="chat",
        standfirst=(),
        takeaways=(),
        sections=sections,
        gaps=gaps,
        said=said_in(article.lead, (), (), sections, gaps),
    )


@dataclass(frozen=True, slots=True)
class _Ranked:
    section: PlannedSection
    weight: int


class _Conversation:
    def __init__(self, planner: Planner, chat: ChatOutline, article: Plan) -> None:
        self.planner, self.chat, self.article = planner, chat, article
        self.used: set[str] = set()
        self.drawn: set[str] = set()

    def sections(self) -> tuple[PlannedSection, ...]:
        length = self.article.length
        found = [
            section
            for exchange in self.chat.exchanges
            if length in exchange.length
            for section in self._with_follow_ups(exchange)
        ]
        return _heaviest(found, self.chat.most.of(length))

    def _with_follow_ups(self, exchange: ExchangeOutline) -> Iterable[_Ranked]:
        main = self._exchange(exchange)
        if main is None:
            return
        yield _Ranked(main, _weight(main, exchange.weight))
        said = {slot.finding.id: slot.finding.stance for slot in _answer(main)}
        for number, follow in enumerate(exchange.follow_ups, 1):
            doubted = {stance for name, stance in said.items() if name in follow.doubts}
            section = self._follow_up(f"{exchange.id}_{number}", follow, doubted) if doubted else None
            if section is not None:
                yield _Ranked(section, _weight(section, follow.weight))
                said |= {slot.finding.id: slot.finding.stance for slot in _answer(section)}

    def _exchange(self, exchange: ExchangeOutline) -> PlannedSection | None:
        answers = {*exchange.list, *chain.from_iterable(exchange.answers)}
        asker = self._first(name for name in exchange.asks if name not in answers or name not in self.used)
        if asker is None:
            return None
        part = SectionOutline(
            id=exchange.id,
            length=exchange.length,
            paragraphs=self._short(exchange.answers, asker),
            list=exchange.list,
            figures=exchange.figures,
            framework=exchange.framework,
            board=exchange.board,
        )
        return self._asked(part, Slot(self.planner.fired[asker], exchange.form), ANSWER)

    def _follow_up(self, name: str, follow: FollowOutline, doubted: set[Stance]) -> PlannedSection | None:
        """The follow-up, where a finding that is not yet said takes another stance than what it doubts."""
        asker = self._first(
            name
            for name in follow.asks
            if name not in self.used and name in self.planner.fired and {self.planner.fired[name].stance} != doubted
        )
        if asker is None:
            return None
        part = SectionOutline(id=name, length=(), paragraphs=self._short(follow.answers, asker), figures=follow.figures)
        section = self._asked(part, Slot(self.planner.fired[asker], DOUBT), REPLY)
        return replace(section, follows=True) if section else None

    def _first(self, names: Iterable[str]) -> str | None:
        return next((name for name in names if name in self.planner.fired), None)

    def _short(self, answers: Sequence[Sequence[str]], asker: str) -> tuple[tuple[str, ...], ...]:
        """The paragraphs of an answer, each with as many true and unsaid findings as it may say; the asker is kept."""
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

    def _asked(self, part: SectionOutline, question: Slot, forms: Sequence[str]) -> PlannedSection | None:
        section = self.planner.section(part, self.used)
        if section is None:
            return None
        asker = question.finding.id
        paragraphs = tuple(
            tuple(self._told(slot, forms) if slot.finding.id == asker else slot for slot in slots)
            for slots in section.paragraphs
        )
        room = self.chat.charts.of(self.article.length) - len(self.drawn)
        figures = tuple(figure for figure in section.figures if figure.outline.id not in self.drawn)[: max(room, 0)]
        self.drawn |= {figure.outline.id for figure in figures}
        return replace(section, question=question, paragraphs=paragraphs, figures=figures)

    def _told(self, slot: Slot, forms: Sequence[str]) -> Slot:
        """The asker's own finding is told as an answer ("Yes: …"); what is added to it, as in the article."""
        name = slot.finding.id
        return replace(slot, form=next((form for form in forms if (name, form) in self.planner.forms), slot.form))


def _answer(section: PlannedSection) -> tuple[Slot, ...]:
    return (*chain.from_iterable(section.paragraphs), *section.items)


def _weight(section: PlannedSection, own: int | None) -> int:
    """What an exchange weighs: what report.yaml says, or its heaviest finding."""
    return own if own is not None else max((slot.finding.weight for slot in _answer(section)), default=0)


def _heaviest(ranked: Sequence[_Ranked], most: int) -> tuple[PlannedSection, ...]:
    """The heaviest exchanges in their order. A doubt is not kept without the answer that it doubts."""
    kept = list(ranked)
    while len(kept) > most:
        # The first exchange says what happened and the last one closes; of equal ones the later goes first.
        places = [place for place in range(1, len(kept) - 1) if not kept[place + 1].section.follows]
        if not places:
            break
        del kept[min(places, key=lambda place: (kept[place].weight, -place))]
    return tuple(item.section for item in kept)
