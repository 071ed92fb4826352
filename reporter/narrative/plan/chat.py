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
from reporter.narrative.chat_outline import ANSWER, DOUBT, QUESTION, REPLY, ChatOutline, ExchangeOutline, FollowOutline
from reporter.narrative.outline import Outline, SectionOutline
from reporter.narrative.phrases.phrase_extents import NO_EXTENTS, Figure, PhraseExtent, PhraseExtents, list_figures
from reporter.narrative.plan.argument import BODY, is_about
from reporter.narrative.plan.plan import Planner
from reporter.narrative.plan_model import Argument, Plan, PlannedSection, Slot, list_stated_findings


def plan_chat(
    outline: Outline,
    outcomes: Iterable[Outcome],
    metrics: MetricSet,
    forms: frozenset[tuple[str, str]],
    article: Plan,
    memory: Memory | None = None,
    extents: PhraseExtents = NO_EXTENTS,
) -> Plan | None:
    """Choose what a chat asks and answers.

    Args:
        outline: the report type.
        outcomes: what became of each rule.
        metrics: for the board.
        forms: the (finding, form) pairs that have a phrase in every locale.
        article: the same day's article, whose lead, length, key figures and gaps the chat shares.
        memory: the day before and the standing framework.
        extents: how much each phrase says: an answer has at most so many sentences, and no figure is told twice.

    Returns:
        The plan, or None where the report type has no chat or the day answers no question.
    """
    if outline.chat is None:
        return None
    conversation = _ChatPlanner(
        Planner(outline, tuple(outcomes), metrics, forms, memory or Memory()), outline.chat, article, extents
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
    exchange: ExchangeOutline


class _ChatPlanner:
    def __init__(self, planner: Planner, chat: ChatOutline, article: Plan, extents: PhraseExtents) -> None:
        self.planner, self.chat, self.article, self.extents = planner, chat, article, extents
        planner.tell_news(article.heads + article.standfirst, max(part.news for part in chat.exchanges))
        planner.tell_argument(article.argument)
        endings = (part.ending for part in planner.outline.sections if part.ending is not None)
        self.settled = frozenset(chain.from_iterable(ending.settled for ending in endings))
        self.used: set[str] = set()
        self.drawn: set[str] = set()
        self.told: set[Figure] = set()

    def plan_sections(self) -> tuple[PlannedSection, ...]:
        length = self.article.length
        found = [
            section
            for exchange in self.chat.exchanges
            if length in exchange.length
            for section in self._plan_with_follow_ups(exchange)
        ]
        kept = _keep_heaviest(found, self.chat.most.limit_for(length))
        return _order_by_argument(kept, self.article.argument)

    def _plan_with_follow_ups(self, exchange: ExchangeOutline) -> Iterable[_RankedSection]:
        main = self._plan_exchange(exchange)
        if main is None:
            return
        yield _RankedSection(main, _weigh_section(main, exchange.weight), exchange)
        said = {slot.finding.id: slot.finding.stance for slot in _list_answer_slots(main)}
        for number, follow in enumerate(exchange.follow_ups, 1):
            doubted = {stance for name, stance in said.items() if name in follow.doubts}
            section = self._plan_follow_up(f"{exchange.id}_{number}", follow, doubted) if doubted else None
            if section is not None:
                yield _RankedSection(section, _weigh_section(section, follow.weight), exchange)
                said |= {slot.finding.id: slot.finding.stance for slot in _list_answer_slots(section)}

    def _plan_exchange(self, exchange: ExchangeOutline) -> PlannedSection | None:
        answers = {*exchange.list, *chain.from_iterable(exchange.answers)}
        part = SectionOutline(
            id=exchange.id,
            length=exchange.length,
            paragraphs=exchange.answers,
            list=exchange.list,
            news=exchange.news,
            figures=exchange.figures,
            framework=exchange.framework,
            board=exchange.board,
            argument=exchange.argument,
            ending=exchange.ending,
        )
        # What became of an ending is asked only after a day that had one.
        over = () if self.planner.has_previous_ending() else self.settled
        for name in exchange.asks:
            if name in over:
                continue
            if name in self.planner.fired and not (name in answers and name in self.used):
                question = self._choose_question(Slot(self.planner.fired[name], exchange.form), exchange)
                section = self._build_section(part, question, ANSWER, asker=name if name in answers else None)
                if section is not None:
                    return section
        return None

    def _choose_question(self, question: Slot, exchange: ExchangeOutline) -> Slot:
        """Let a thesis that has a question of its own ask it, where the answer is what the article argues."""
        thesis = self.article.argument.thesis if exchange.argument else None
        if thesis is None or (thesis.finding.id, QUESTION) not in self.planner.forms:
            return question
        return Slot(thesis.finding, QUESTION)

    def _plan_follow_up(self, name: str, follow: FollowOutline, doubted: set[Stance]) -> PlannedSection | None:
        """Plan a follow-up if a finding not yet stated takes another stance than the answer it doubts."""
        part = SectionOutline(id=name, length=(), paragraphs=follow.answers, figures=follow.figures)
        for asker in follow.asks:
            fired = self.planner.fired.get(asker)
            if fired is not None and asker not in self.used and {fired.stance} != doubted:
                section = self._build_section(part, Slot(fired, DOUBT), REPLY, asker=asker)
                if section is not None:
                    return replace(section, follows=True)
        return None

    def _build_section(
        self, part: SectionOutline, question: Slot, forms: Sequence[str], asker: str | None
    ) -> PlannedSection | None:
        """Build an exchange; None where nothing answers, or the finding that asks has nothing new to say."""
        taken = set(self.used)
        section = self.planner.plan_section(part, taken)
        if section is None:
            return None
        # Levels that end a brief, or stand for and against, are the ones told before: they are meant, not told again.
        levels = bool(part.ending or part.framework)
        answer = _Answer(self.chat.sentences, set() if levels else self.told, self.extents)
        groups = [
            [
                self._choose_answer_form(slot, forms) if slot.finding.id == asker or slot.finding.phrase else slot
                for slot in told
            ]
            for told in (*section.paragraphs, section.items)
        ]
        # What the question is about comes into the answer before all else.
        chosen = sorted(chain.from_iterable(groups), key=lambda slot: slot.finding.id != asker)
        kept = [slot for slot in chosen if answer.take(slot, first=slot.finding.id == asker)]
        if asker is not None and not any(slot.finding.id == asker for slot in kept):
            return None
        *paragraphs, items = (tuple(slot for slot in told if slot in kept) for told in groups)
        if not (kept or section.board or section.sides):
            return None
        self.used |= {slot.finding.id for slot in kept} & taken
        if not levels:
            self.told |= answer.figures
        room = self.chat.charts.limit_for(self.article.length) - len(self.drawn)
        figures = tuple(figure for figure in section.figures if figure.outline.id not in self.drawn)[: max(room, 0)]
        self.drawn |= {figure.outline.id for figure in figures}
        told = tuple(paragraph for paragraph in paragraphs if paragraph)
        return replace(section, question=question, paragraphs=told, items=items, figures=figures)

    def _choose_answer_form(self, slot: Slot, forms: Sequence[str]) -> Slot:
        """Give a sentence of the body the form of an answer ("Yes: …"), where its phrase has one."""
        if slot.form != BODY:
            return slot
        name = slot.finding.phrase or slot.finding.id
        return replace(slot, form=next((form for form in forms if (name, form) in self.planner.forms), slot.form))


class _Answer:
    """An answer as it is put together: so many sentences at most, and no figure that is told already."""

    def __init__(self, most: int, told: Iterable[Figure], extents: PhraseExtents) -> None:
        self.left, self.told, self.extents = most, frozenset(told), extents
        self.figures: set[Figure] = set()

    def take(self, slot: Slot, *, first: bool) -> bool:
        """Take a slot into the answer where it fits; the first one fits however long it is."""
        key = (slot.finding.phrase or slot.finding.id, slot.form)
        sentences = self.extents.get(key, PhraseExtent()).sentences
        figures = list_figures(slot.finding, slot.form, self.extents)
        if figures & (self.told | self.figures) or (sentences > self.left and not first):
            return False
        self.left -= sentences
        self.figures |= figures
        return True


def _list_answer_slots(section: PlannedSection) -> tuple[Slot, ...]:
    return (*chain.from_iterable(section.paragraphs), *section.items)


def _weigh_section(section: PlannedSection, own: int | None) -> int:
    """Return the weight of an exchange: that of report.yaml, or else of its heaviest finding."""
    return own if own is not None else max((slot.finding.weight for slot in _list_answer_slots(section)), default=0)


def _keep_heaviest(ranked: Sequence[_RankedSection], most: int) -> tuple[_RankedSection, ...]:
    """Keep the heaviest exchanges in their order; a follow-up goes with the answer that it doubts."""
    kept = list(ranked)
    while len(kept) > most:
        # The first exchange says what happened and the last one closes; of equal ones the later goes first.
        places = [place for place in range(1, len(kept) - 1) if not kept[place + 1].section.follows]
        if not places:
            break
        del kept[min(places, key=lambda place: (kept[place].weight, -place))]
    return tuple(kept)


def _order_by_argument(ranked: Sequence[_RankedSection], argument: Argument) -> tuple[PlannedSection, ...]:
    """Put what a reader asks next behind what the day argues: first the exchanges about the thesis, then the others.

    What stands before the argument stays there, and what closes a chat stays behind: lists, tables and endings.
    """
    thesis = argument.thesis
    start = next((place for place, one in enumerate(ranked, 1) if one.exchange.argument), 0)
    if thesis is None or not start:
        return tuple(one.section for one in ranked)
    ends = next((place for place, one in enumerate(ranked) if place >= start and _closes(one.exchange)), len(ranked))
    about = {
        one.exchange.id
        for one in ranked[start:ends]
        if any(is_about(slot.finding, thesis.between) for slot in _list_answer_slots(one.section))
    }
    middle = sorted(ranked[start:ends], key=lambda one: one.exchange.id not in about)
    return tuple(one.section for one in (*ranked[:start], *middle, *ranked[ends:]))


def _closes(exchange: ExchangeOutline) -> bool:
    return bool(exchange.list or exchange.board or exchange.framework or exchange.ending)
