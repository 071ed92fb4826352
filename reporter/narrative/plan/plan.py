"""Outcomes and metrics → a plan: which findings are stated and in which order, independent of language.

The plan is made once; every locale realises the same one, so that no language can say more than another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Literal

from reporter.model.finding import Finding, Outcome, State
from reporter.model.framework import FrameworkState
from reporter.model.memory import Memory
from reporter.model.metric import MetricSet, Unit
from reporter.model.verdict import RankedVerdict
from reporter.narrative.chat_outline import EndingOutline
from reporter.narrative.outline import STANDFIRST_LENGTH, Outline, SectionOutline
from reporter.narrative.phrases.phrase_extents import NO_EXTENTS, PhraseExtents
from reporter.narrative.plan.argument import (
    BESIDE,
    CLAIM,
    HEADING,
    STANDFIRST,
    choose_argument,
    is_about,
    is_opposite,
    is_told_state,
    list_argument,
    plan_ending,
    serves_thesis,
)
from reporter.narrative.plan.contrasts import mark_contrasts
from reporter.narrative.plan.correction_findings import make_correction_findings
from reporter.narrative.plan.data_exceptions import find_data_exceptions
from reporter.narrative.plan.figure_places import list_rooms, place_figures
from reporter.narrative.plan.gap_findings import find_gaps
from reporter.narrative.plan.memory_findings import (
    find_row_stance,
    find_turned_conditions,
    find_turned_signals,
    find_upcoming_events,
    is_same_statement,
    make_condition_note,
)
from reporter.narrative.plan.news_findings import NEWS_FINDINGS, NewsItem
from reporter.narrative.plan.news_plan import BODY, CALM_STANDFIRST, HEADLINE, Fits, NewsPlanner
from reporter.narrative.plan.paragraph_figures import RunningFigures
from reporter.narrative.plan.retold import Reading, find_retold, list_readings, list_shown_readings
from reporter.narrative.plan.tensions import to_pairs
from reporter.narrative.plan.typed_paragraphs import add_consequences, join_paragraphs, type_paragraphs
from reporter.narrative.plan_model import (
    Argument,
    Label,
    Plan,
    PlannedCondition,
    PlannedFigure,
    PlannedRow,
    PlannedSection,
    PlannedSide,
    Slot,
    list_stated_findings,
)
from reporter.narrative.yaml_models import Length

#: From which weight on a finding says what the pieces say together.
_THESIS_WEIGHT = 80
#: So many facts of news the standfirst tells beside the move.
_STANDFIRST_NEWS = 2
#: Forms over charts and in tables.
_TITLES = frozenset({"figure", "note"})
#: So many facts of the news a paragraph of the running text tells where a section lists the others.
_MOST_NEWS = 2
#: A short brief has so many key points, of the news alone.
_SHORT_NOTES = 3
#: So many key points are of one topic; other markets are one.
_MOST_OF_TOPIC = 2
_OTHERS = frozenset({"macro", "breadth"})
#: How far a list is turned from day to day: neighbours in it have no turns on neighbouring days.
_STRIDE = 5
#: So many names are listed; of more, how many there are.
_MOST_NAMES = 6


def plan_brief(  # noqa: PLR0913 - what is known of a day, and of the phrases that tell it
    outline: Outline,
    outcomes: Iterable[Outcome],
    metrics: MetricSet,
    forms: frozenset[tuple[str, str]],
    memory: Memory | None = None,
    news: tuple[NewsItem, ...] = (),
    fits: Fits | None = None,
    verdicts: tuple[RankedVerdict, ...] = (),
    *,
    extents: PhraseExtents = NO_EXTENTS,
) -> Plan | None:
    """Choose what an article states.

    Args:
        outline: the report type.
        outcomes: what became of each rule.
        metrics: for tiles, board and gaps.
        forms: the (finding, form) pairs that have a phrase in every locale.
        memory: the day before, the standing framework, and corrections; nothing is remembered without it.
        news: the day's ranked facts with their findings; without any the leading rule gives the headline.
        fits: whether a headline is short enough in every locale with a second clause; every one is without it.
        verdicts: the day's, best first; without any there is no thesis.
        extents: how much each phrase says: a paragraph holds few figures, and each is told once.

    Returns:
        The plan, or None where no finding of the leading group fired: then there is nothing to defend.
    """
    planner = Planner(
        outline, tuple(outcomes), metrics, forms, memory or Memory(), news, fits, verdicts, extents=extents
    )
    return planner.plan_article()


class Planner:
    """Chooses what is stated on one date; see `plan_brief`."""

    def __init__(  # noqa: PLR0913 - see `plan_brief`
        self,
        outline: Outline,
        outcomes: tuple[Outcome, ...],
        metrics: MetricSet,
        forms: frozenset[tuple[str, str]],
        memory: Memory,
        news: tuple[NewsItem, ...] = (),
        fits: Fits | None = None,
        verdicts: tuple[RankedVerdict, ...] = (),
        *,
        extents: PhraseExtents = NO_EXTENTS,
    ) -> None:
        """Keep what fired; see `plan_brief` for the arguments."""
        self.outline = outline
        self.outcomes: Mapping[str, Outcome] = {outcome.rule_id: outcome for outcome in outcomes}
        self.metrics = metrics
        self.forms = forms
        self.tensions = to_pairs(outline.tensions)
        self.memory = memory
        self.fired = _index_fired(outcomes)
        self.before = _index_fired(memory.before)
        # A report type that lets no kind lead tells no news.
        told = news if outline.news.lead else ()
        kept = {"fits": fits} if fits is not None else {}
        self.news = NewsPlanner(
            told, outline.news, forms, clauses=tuple(self._list_clauses()), before=memory.news, **kept
        )
        lead = self.news.find_lead()
        # A report without a section that argues has no thesis in front either.
        ranked = verdicts if any(part.argument for part in outline.sections) else ()
        self.argument = choose_argument(
            ranked, self.news.topic_beside, forms, superlative=lead is not None and self._is_superlative(lead.finding)
        )
        # Whether what is planned is a chat, whose article has chosen the argument.
        self.spoken = False
        # The length of the article that is planned; None where only some of its sections are.
        self._length: Length | None = None
        argued = chain.from_iterable(list_argument(self.argument, forms))
        self._figures = RunningFigures(extents, argued)
        # What the news of the day tells is chosen once the headline is.
        self._told: tuple[tuple[Slot, ...], ...] = ()
        self._rare: tuple[Slot, ...] = ()
        # The second clause of an article's headline, and a rare fact that would have had a section to itself.
        self._clause: Slot | None = None
        self._lone: Slot | None = None
        # What has followed by definition is said once.
        self._drawn: set[str] = set()
        self._hidden: frozenset[str] = frozenset()
        # The readings that the news shows, and the rules whose findings tell these alone.
        self._shown: frozenset[Reading] = frozenset()
        self._retold: frozenset[str] = frozenset()

    def _list_clauses(self) -> Iterator[Slot]:
        """List what may stand beside the day's plain move: of each list the next in turn, and yesterday's last.

        The turn goes by the day, so that nothing has to be kept of yesterday's headline.
        """
        today = self.metrics.dates[-1].toordinal()
        for names in self.outline.news.plain:
            own = [name for name in names if (name, BESIDE) in self.forms]
            turn = _take_turn(own, self.fired, today)
            last = _take_turn(own, self.before, today - 1)[:1]
            yield from (Slot(self.fired[name], BESIDE) for name in sorted(turn, key=last.__contains__))

    def plan_article(self) -> Plan | None:
        """The article's plan."""
        lead = self._find_lead()
        if lead is None:
            return None
        length = self._length = self.outline.choose_length(lead.id)
        heads, standfirst, notes = self._plan_front(lead, length)
        used: set[str] = set()
        sections = place_figures(
            [
                section
                for part in self.outline.sections
                if length in part.length and (section := self.plan_section(part, used)) is not None
            ]
        )
        gaps = self._plan_gaps()
        notes += () if self._lone is None else (self._lone,)
        takeaways = self._choose_takeaways(notes, standfirst) if length != "short" else notes
        return Plan(
            lead=lead,
            length=length,
            headline=heads[0],
            beside=heads[1] if len(heads) > 1 else None,
            standfirst=standfirst,
            takeaways=takeaways,
            tiles=tuple(tile for tile in self.outline.tiles if self._has_value(tile.value)),
            sections=sections,
            gaps=gaps,
            said=list_stated_findings(lead, standfirst, takeaways, sections, gaps, heads),
            argument=self.argument,
        )

    def _plan_front(self, lead: Finding, length: Length) -> tuple[tuple[Slot, ...], tuple[Slot, ...], tuple[Slot, ...]]:
        """Plan headline, standfirst and the news of the key points; what stands in front may be what the day argues."""
        headline, beside = self.news.choose_headline(
            lead, self._list_thesis_clauses(), argued=self.argument.thesis is not None
        )
        heads = (headline,) if beside is None else (headline, beside)
        self._clause = beside
        standfirst = self._plan_standfirst(lead, length, heads)
        notes = self._choose_news(heads, standfirst, length)
        return heads, self._find_superlative(heads, standfirst), notes

    def plan_statements(self) -> tuple[PlannedSection, ...]:
        """Plan those of the article's sections that later days bear out or not: argument, level and ending."""
        lead = self._find_lead()
        if lead is None:
            return ()
        length = self.outline.choose_length(lead.id)
        self._plan_front(lead, length)
        parts = (part for part in self.outline.sections if part.argument or part.framework or part.ending is not None)
        planned = (self.plan_section(part, set()) for part in parts if length in part.length)
        return tuple(section for section in planned if section is not None)

    def _find_lead(self) -> Finding | None:
        length = self.outline.length
        ranked = (*length.full, *length.standard, *length.short)
        return next((self.fired[name] for name in ranked if name in self.fired), None)

    def _list_thesis_clauses(self) -> tuple[Slot, ...]:
        thesis = self.argument.thesis
        if thesis is None or (thesis.finding.id, BESIDE) not in self.forms:
            return ()
        return (Slot(thesis.finding, BESIDE),)

    def _find_superlative(self, heads: tuple[Slot, ...], standfirst: tuple[Slot, ...]) -> tuple[Slot, ...]:
        """Let the first fact of the news in front take a verdict's place, or say that the day has nothing to argue.

        Returns:
            The standfirst; where the day has neither, it is the move and the sentence that says so.
        """
        if self.argument.thesis is not None:
            return standfirst
        found = self._find_front_superlative(heads, standfirst)
        if found is not None:
            topic = self.news.find_topic(found)
            self.argument = Argument(superlative=found, superlative_topic=topic)
            self._told = _put_claim(self._told, found)
            return standfirst
        nothing = self._find_nothing(heads, standfirst)
        if nothing is None:
            return standfirst
        self.argument = Argument(nothing=nothing.finding)
        # What leads the last days alone is what every month has.
        self._told = ()
        return (*standfirst[:1], nothing)

    def _find_front_superlative(self, heads: tuple[Slot, ...], standfirst: tuple[Slot, ...]) -> Finding | None:
        front = (slot.finding for slot in (*heads, *standfirst))
        return next((one for one in front if self._is_superlative(one)), None)

    def _find_nothing(self, heads: tuple[Slot, ...], standfirst: tuple[Slot, ...]) -> Slot | None:
        """Find the sentence of a day that has nothing to argue and no news; None on any other day."""
        if self.argument.thesis is not None or self._find_front_superlative(heads, standfirst) is not None:
            return None
        return None if self.news.has_news() else self._find_first_slot(self.outline.argument.nothing, STANDFIRST)

    def _is_superlative(self, told: Finding) -> bool:
        return (told.phrase, CLAIM) in self.forms and self.news.is_superlative(told)

    def _plan_standfirst(self, lead: Finding, length: Length, heads: tuple[Slot, ...]) -> tuple[Slot, ...]:
        """Plan the move, the best news of other topics, and what argues about the move where there is room."""
        room = self.outline.limits.standfirst
        news = self.news.list_standfirst(heads, min(_STANDFIRST_NEWS, room - 1))
        if not news and self.argument.thesis is None and not any(slot.finding.topic == "news" for slot in heads):
            # Where nothing else is in front, the price's own rank is what the brief argues.
            news = self.news.list_superlative(heads)
        self._hidden = self._find_retold(slot.finding.id for slot in (*heads, *news))
        # A quiet day has a move and no argument about it.
        argued = self.outline.standfirst if length != "short" else self.outline.standfirst[:1]
        # The first sentence is the move; what argues about it is rather what is new than what has stood for days.
        slots = [
            self._find_first_slot(names if not at else self._order_by_novelty(names), "standfirst")
            for at, names in enumerate(argued)
        ]
        found = [slot for slot in slots if slot]
        calm = lead.id in self.outline.news.calm and heads[0] != Slot(lead, HEADLINE)
        if found and calm and (lead.id, CALM_STANDFIRST) in self.forms:
            found[0] = Slot(lead, CALM_STANDFIRST)
        argued_best = sorted(found[1:], key=lambda slot: -slot.finding.weight)
        # Three sentences: the move, the best news, and what the pieces say together or else the next best.
        thesis = self._list_thesis_slots() or [slot for slot in argued_best if slot.finding.weight >= _THESIS_WEIGHT]
        if not news and self.argument.thesis is None:
            return tuple(found) if room == STANDFIRST_LENGTH else tuple(found[:room])
        return (*found[:1], *(*news[:1], *thesis[:1], *news[1:], *argued_best)[: room - 1])

    def _list_thesis_slots(self) -> list[Slot]:
        thesis = self.argument.thesis
        if thesis is None or (thesis.finding.id, STANDFIRST) not in self.forms:
            return []
        return [Slot(thesis.finding, STANDFIRST)]

    def _choose_news(self, heads: tuple[Slot, ...], standfirst: tuple[Slot, ...], length: Length) -> tuple[Slot, ...]:
        """Choose the news that the key points and the body tell, and leave out rules that would say the same again.

        Returns:
            The key points among them. Where there are some, the body tells what the headline says, with its dates, and
            what is rare. No fact of standfirst and key points is told in the body again.
        """
        most = max((part.news for part in self.outline.sections), default=0)
        promised = (*heads, *(slot for slot in standfirst if slot.finding.topic == "news"))
        room = self.outline.takeaways.news if length != "short" else min(_SHORT_NOTES, self.outline.takeaways.news)
        # Beside the sentence that a day is as days are, nothing is told that hasn't been for weeks.
        notes = self.news.list_notes(promised, room if self._find_nothing(heads, standfirst) is None else 0)
        above = (*promised[len(heads) :], *notes)
        self._told = self.news.list_body(heads, above, 0 if self.news.is_news(notes) else most) if most else ()
        if self.outline.limits.news is not None:
            self._told = _keep_first(self._told, heads, self.outline.limits.news)
        if any(part.rare and length in part.length for part in self.outline.sections):
            self._told, self._rare = _split_rare(self._told, {slot.finding.id for slot in heads}, self.argument.thesis)
        told = [slot.finding.id for slots in (*self._told, self._rare, above) for slot in slots]
        self._hidden = self._find_retold(told)
        above = (*promised, *notes, *self._rare, *(slot for slots in self._told for slot in slots))
        self._shown = list_shown_readings(slot.finding for slot in above)
        self._retold = frozenset(find_retold(self.fired.values(), self._shown))
        return notes

    def tell_argument(self, argument: Argument) -> None:
        """Tell in a chat what the article argues."""
        self.argument, self.spoken = argument, True

    def tell_news(self, promised: Iterable[Slot], most: int) -> None:
        """Tell again what another edition of the brief leads with: the first of its news that have a body form."""
        findings = {slot.finding.id: slot.finding for slot in promised if slot.finding.phrase in NEWS_FINDINGS}
        told = tuple(Slot(one, BODY) for one in findings.values() if (one.phrase, BODY) in self.forms)[:most]
        self._told = (told,) if told else ()
        self._hidden = self._find_retold(slot.finding.id for slot in told)

    def _find_retold(self, told: Iterable[str]) -> frozenset[str]:
        """Find the rules whose sentences would repeat news that is told."""
        kinds = {name.split(".")[1] for name in told if name.startswith("news.")}
        return frozenset(rule for kind in kinds for rule in self.outline.news.instead.get(kind, ()))

    def _has_value(self, metric_id: str) -> bool:
        return self.metrics.series[metric_id].values[-1] is not None

    def _find_first_slot(self, names: Iterable[str], form: str) -> Slot | None:
        # A chart shows what the argument leaves to it, under the title that says so.
        hidden = self._hidden if form in _TITLES else self._hidden | self._list_argued()
        for name in names:
            if name in self.fired and (name, form) in self.forms and name not in hidden:
                return Slot(self.fired[name], form)
        return None

    def _list_argued(self) -> frozenset[str]:
        """List the rules that an article with a thesis leaves to its tables, or whose sentence a verdict says."""
        # A chat answers what it is asked.
        if self.argument.thesis is None or self.spoken:
            return frozenset()
        return self.argument.instead | frozenset(self.outline.argument.instead)

    def _list_serving(self, names: Iterable[str]) -> tuple[str, ...]:
        """List those of some rules that have something to do with what the day argues, and are no old state."""
        argument = self.argument
        # A report type may argue nothing at all.
        argues = argument.subject is not None or argument.nothing is not None
        true = [self.fired[name] for name in names if name in self.fired]
        return tuple(
            one.id
            for one in true
            if (one.id not in self.outline.argument.states or is_told_state(one.days))
            and (not argues or serves_thesis(one, argument))
        )

    def _is_hidden(self, name: str) -> bool:
        """Return whether news or the argument says what a rule would say."""
        return name in self._hidden or name in self._list_argued()

    def _is_resting(self, name: str) -> bool:
        """Return whether an article leaves a finding to its tables and charts, having told it some days before."""
        # A chat answers what it is asked.
        return not self.spoken and name in self.outline.argument.rests and not self.fired[name].due

    def _order_by_novelty(self, names: Iterable[str]) -> tuple[str, ...]:
        """Sort names so that findings unchanged since the day before come last."""
        return tuple(sorted(names, key=self._is_unchanged))

    def _is_unchanged(self, name: str) -> bool:
        return name in self.fired and name in self.before and is_same_statement(self.fired[name], self.before[name])

    def _take_body_slots(self, names: Iterable[str], used: set[str]) -> tuple[Slot, ...]:
        """Take the findings of a paragraph that are true and not yet stated, nor told by news or argument, as slots."""
        gone = used | self._retold | self._hidden | self._list_argued()
        left = [name for name in names if name not in gone]
        fresh = [name for name in left if name in self.fired and not self._is_resting(name)]
        slots = [Slot(self.fired[name], "body") for name in fresh]
        used.update(slot.finding.id for slot in slots)
        return tuple(slots)

    def plan_section(self, part: SectionOutline, used: set[str]) -> PlannedSection | None:
        """Plan a section of the findings that are true and not in `used`, and add them to `used`."""
        # What a section that is left out would have said may still be said by a later one.
        taken = set(used)
        serving = (self._list_serving(names) if part.serves else names for names in part.paragraphs)
        paragraphs = tuple(slots for names in serving if (slots := self._take_body_slots(names, taken)))
        if part.news:
            # The move comes first, then what is new about it.
            paragraphs = (*paragraphs[:1], *self._told, *self._prove_clause(taken), *paragraphs[1:])
        if part.argument:
            paragraphs = (*self._plan_argument(taken), *paragraphs)
        paragraphs += self._take_left_rare() if part.rare else self._take_rare(part.rooms)
        paragraphs += self._plan_changes(part, taken)
        if self._length is not None and not self.spoken:
            paragraphs = self._type_paragraphs(part, paragraphs)
        if part.ending is not None:
            paragraphs += self._plan_ending(part.ending)
        ahead = self._to_body_slots(find_upcoming_events(self.metrics)) if part.list else ()
        items = tuple(sorted((*self._take_body_slots(part.list, taken), *ahead), key=_get_item_date))
        sides = self._plan_sides() if part.framework else ()
        board = self._plan_board() if part.board else ()
        figures = self._plan_figures(part.figures)
        if part.framework and not (sides and all(side.items for side in sides)):
            return None
        if not (paragraphs or items or board or sides or (figures and self.argument.thesis is not None)):
            return None
        used |= taken
        told = {slot.finding.id for slots in paragraphs for slot in slots}
        # What the argument leaves out can't head what a section tells; it may head a chart alone, if that shows it.
        shown = {room for figure in figures for room in list_rooms(figure.finding)}
        heads = [
            name
            for name in part.heading
            if not part.serves
            or name in told
            or name not in self.fired
            or (not told and shown & list_rooms(self.fired[name]))
        ]
        heading = self._choose_argument_heading(part) or self._choose_heading(heads)
        if not self.spoken:
            paragraphs = self._figures.fit_paragraphs(paragraphs)
        return PlannedSection(part.id, heading, mark_contrasts(paragraphs, self.tensions), items, sides, board, figures)

    def _plan_argument(self, taken: set[str]) -> tuple[tuple[Slot, ...], ...]:
        """Plan what the day argues: in an article with what other sections have for it and against it."""
        argued = tuple(list_argument(self.argument, self.forms, spoken=self.spoken))
        thesis = self.argument.thesis
        if thesis is None or self.spoken or self._length is None:
            return argued
        parts = [part for part in self.outline.sections if part.serves and self._length in part.length]
        names = dict.fromkeys(name for part in parts for names in part.paragraphs for name in names)
        # What a verdict reads itself is told by its evidence.
        verdicts = [one.finding for one in (thesis, self.argument.support) if one is not None]
        told = set(find_retold(self.fired.values(), list_readings(verdicts)))
        serving = [name for name in self._list_serving(names) if name not in told]
        found = [slot.finding for slot in self._take_body_slots(serving, set(taken)) if self._is_of_day(slot.finding)]
        found.sort(key=lambda one: -one.weight)
        against = [one for one in found if is_opposite(thesis.finding, one)]
        proving = [one for one in found if one not in against and is_about(one, thesis.between)]
        exception = Slot(against[0], "body") if against else None
        typed = type_paragraphs(argued, [Slot(one, "body") for one in proving], exception)
        taken.update(slot.finding.id for slots in typed for slot in slots if slot.form == "body")
        return typed

    def _is_of_day(self, finding: Finding) -> bool:
        """Return whether a figure of a finding is read on the day itself, and not only on one before it."""
        facts = (fact for fact in finding.facts if fact.unit not in (Unit.INSTANT, Unit.TEXT, Unit.BOOL))
        return self.metrics.dates[-1].isoformat() in {read.date for fact in facts for read in fact.inputs}

    def _take_rare(self, rooms: Collection[str]) -> tuple[tuple[Slot, ...], ...]:
        """Take those of the rare facts that a section has room for; a day that argues nothing lists them."""
        if self.argument.subject is None:
            return ()
        found = tuple(slot for slot in self._rare if list_rooms(slot.finding) & set(rooms))
        self._rare = tuple(slot for slot in self._rare if slot not in found)
        return (found,) if found else ()

    def _take_left_rare(self) -> tuple[tuple[Slot, ...], ...]:
        """Take the rare facts that no section had room for; a single one is a key point and no section."""
        found, self._rare = self._rare, ()
        if len(found) == 1 and self._length is not None:
            one = found[0].finding
            self._lone = Slot(one, STANDFIRST if (one.phrase, STANDFIRST) in self.forms else BODY)
            return ()
        return (found,) if found else ()

    def _prove_clause(self, taken: set[str]) -> tuple[tuple[Slot, ...], ...]:
        """Prove what the headline tells beside the day's plain move, once and with the figures it rests on."""
        plain = {name for names in self.outline.news.plain for name in names}
        if self._clause is None or self._clause.finding.id not in plain:
            return ()
        proof = self._take_body_slots((self._clause.finding.id,), taken)
        return tuple((slot,) for slot in proof if (slot.finding.id, BODY) in self.forms)

    def _type_paragraphs(
        self, part: SectionOutline, paragraphs: tuple[tuple[Slot, ...], ...]
    ) -> tuple[tuple[Slot, ...], ...]:
        """Join an article's short paragraphs, and put what follows by definition behind what it follows from."""
        paragraphs = self._drop_moves(paragraphs)
        if part.joined:
            paragraphs = join_paragraphs(paragraphs)
        known = (
            (self.fired[name], of) for name, of in self.outline.argument.consequences.items() if name in self.fired
        )
        fresh = [(one, of) for one, of in known if (one.id, "body") in self.forms and one.id not in self._drawn]
        paragraphs = add_consequences(paragraphs, fresh)
        self._drawn |= {slot.finding.id for slots in paragraphs for slot in slots if slot.role == "consequence"}
        return paragraphs

    def _drop_moves(self, paragraphs: tuple[tuple[Slot, ...], ...]) -> tuple[tuple[Slot, ...], ...]:
        """Leave out what only says between which prices the day lay, where anything else is told or argued."""
        moves = set(self.outline.argument.moves)
        left = tuple(
            row for slots in paragraphs if (row := tuple(slot for slot in slots if slot.finding.id not in moves))
        )
        return left if left or self.argument.thesis is not None else paragraphs

    def _plan_ending(self, part: EndingOutline) -> tuple[tuple[Slot, ...], ...]:
        """Plan what became of the ending of the day before, and the day's own."""
        subject = self.argument.subject
        plain = [self.fired[name] for name in part.plain if name in self.fired]
        subjects = plain if subject is None else [subject, *plain]
        deciders = [self.fired[name] for name in part.decides if name in self.fired]
        otherwise = [self.fired[name] for name in part.otherwise if name in self.fired]
        ending = plan_ending(subjects, deciders, self.argument.between, self.forms, otherwise)
        settled = self._take_body_slots(part.settled, set()) if self.has_previous_ending() else ()
        return tuple(slots for slots in (settled, ending) if slots)

    def has_previous_ending(self) -> bool:
        """Return whether the brief of the day before had an ending: one that is short has none."""
        length = self.outline.length
        return any(name in self.before for name in (*length.full, *length.standard))

    def _choose_argument_heading(self, part: SectionOutline) -> Slot | None:
        # A chat's sections are headed by their questions.
        thesis = self.argument.thesis if part.argument and not self.spoken else None
        if thesis is None or (thesis.finding.id, HEADING) not in self.forms:
            return None
        return Slot(thesis.finding, HEADING)

    def _choose_heading(self, names: Iterable[str]) -> Slot | Label | None:
        for name in names:
            if name in self.outline.headings:
                return Label(self.outline.headings[name])
            if name in self.fired and (name, "heading") in self.forms:
                return Slot(self.fired[name], "heading")
        return None

    def _plan_figures(self, names: Iterable[str]) -> tuple[PlannedFigure, ...]:
        by_id = {figure.id: figure for figure in self.outline.figures}
        titled = (
            (by_id[name], self._find_first_slot(by_id[name].findings, "figure")) for name in names if name in by_id
        )
        return tuple(PlannedFigure(figure, title.finding) for figure, title in titled if title is not None)

    def _plan_changes(self, part: SectionOutline, used: set[str]) -> tuple[tuple[Slot, ...], ...]:
        """Plan what has changed since the brief of the day before, and corrections."""
        found: tuple[Slot, ...] = ()
        if part.since and self.before and self._has_previous_brief():
            changed = [find_turned_conditions(self.memory, self.metrics)]
            if self.argument.thesis is None:
                # With a thesis the board shows what changed sides.
                changed.insert(0, find_turned_signals(self.outline, self.metrics, self.fired, self.before))
            found += self._to_body_slots(finding for finding in changed if finding)
        if (part.since or part.ended) and self.before and self._has_previous_brief():
            ended = tuple(self._find_ended(used))
            used |= {slot.finding.id for slot in ended}
            found += ended
        if part.corrections:
            found += self._to_body_slots(make_correction_findings(self.outline, self.memory.corrections))
        return (found,) if found else ()

    def _has_previous_brief(self) -> bool:
        """Return whether there can have been a brief of the day before: it needs a close."""
        closes = self.metrics.series["price.close"].values
        return len(closes) < 2 or closes[-2] is not None

    def _find_ended(self, used: set[str]) -> Iterator[Slot]:
        """Find findings of the day before that no longer hold and have a phrase for their end."""
        for name in self.outline.since.ended:
            over = name in self.before and self.outcomes[name].state is State.NOT_FIRED
            if over and name not in used and (name, "ended") in self.forms:
                yield Slot(self.before[name], "ended")

    def _to_body_slots(self, findings: Iterable[Finding]) -> tuple[Slot, ...]:
        """Return slots of those findings of the program that have phrases."""
        return tuple(Slot(one, "body") for one in findings if (one.phrase or one.id, "body") in self.forms)

    def _plan_sides(self) -> tuple[PlannedSide, ...]:
        level, framework = self._find_first_slot(self.outline.framework.level, "for"), self.memory.framework
        if level is None or framework is None:
            return ()
        sides: tuple[Literal["for"], Literal["against"]] = ("for", "against")
        return tuple(
            PlannedSide(side, Slot(level.finding, side), self._plan_conditions(framework, side)) for side in sides
        )

    def _plan_conditions(self, framework: FrameworkState, side: str) -> tuple[PlannedCondition, ...]:
        """Plan a side's conditions with their status; unknown ones are included, as a gap is a fact."""
        planned = []
        for state in framework.conditions:
            form = "unknown" if state.status == "unknown" else "body"
            if state.side == side and (state.id, form) in self.forms:
                note = make_condition_note(state, framework)
                notes = self._to_body_slots([note] if note else [])
                planned.append(PlannedCondition(state.status, Slot(state.finding, form), notes))
        return tuple(planned)

    def _plan_board(self) -> tuple[PlannedRow, ...]:
        rows = []
        for row in self.outline.board:
            if not self._has_value(row.reading):
                continue
            note = self._find_first_slot(row.note or row.stance, "note")
            rows.append(PlannedRow(row, find_row_stance(row, self.fired) or "neutral", note))
        # A single row would only repeat the key figure.
        return tuple(rows) if len(rows) > 1 else ()

    def _choose_takeaways(self, news: tuple[Slot, ...], standfirst: Iterable[Slot]) -> tuple[Slot, ...]:
        """Choose the key points: news, then what rules find that neither news nor standfirst say."""
        forms = (name for name in self.outline.takeaways.source if (name, "takeaway") in self.forms)
        told = {*find_retold(self.fired.values(), self._shown, whole=False), *(slot.finding.id for slot in standfirst)}
        names = [name for name in forms if name not in told and not self._is_hidden(name)]
        fired = [name for name in self._order_by_novelty(names) if name in self.fired]
        found = (Slot(self.fired[name], "takeaway") for name in fired if not self._is_resting(name))
        chosen, counts = list(news), Counter(_find_topic(slot.finding) for slot in news)
        for slot in found:
            topic = _find_topic(slot.finding)
            if counts[topic] < _MOST_OF_TOPIC:
                counts[topic] += 1
                chosen.append(slot)
        return tuple(chosen[: self.outline.takeaways.most])

    def _plan_gaps(self) -> tuple[Slot, ...]:
        by_rule = [finding for finding in self.fired.values() if finding.topic == "gap"]
        found = find_gaps(self.metrics, [*(tile.value for tile in self.outline.tiles), *self._list_watched_metrics()])
        told = tuple(Slot(finding, "body") for finding in (*by_rule, *found) if (finding.id, "body") in self.forms)
        return told + self._to_body_slots(find_data_exceptions(self.metrics))

    def _list_watched_metrics(self) -> Iterable[str]:
        for row in self.outline.board:
            yield row.reading
        yield from self.outline.gaps


def _find_topic(finding: Finding) -> frozenset[str]:
    """Find what a key point is about, other markets and their breadth as one."""
    rooms = list_rooms(finding)
    return _OTHERS if rooms <= _OTHERS else rooms


def _keep_first(told: tuple[tuple[Slot, ...], ...], heads: Iterable[Slot], most: int) -> tuple[tuple[Slot, ...], ...]:
    """Keep so many facts of the news that the body tells, those of the headline before others."""
    ids = {slot.finding.id for slot in heads}
    kept = sorted(chain.from_iterable(told), key=lambda slot: slot.finding.id not in ids)[:most]
    return tuple(found for slots in told if (found := tuple(slot for slot in slots if slot in kept)))


def _split_rare(
    told: tuple[tuple[Slot, ...], ...], heads: Collection[str], thesis: RankedVerdict | None
) -> tuple[tuple[tuple[Slot, ...], ...], tuple[Slot, ...]]:
    """Split paragraphs of news, best first, into what the running text tells and the other sentences.

    It has room for some of each paragraph, the headline's first; with a thesis what is neither of the price nor about
    the thesis is no part of it.
    """
    kept, left = [], []
    for slots in told:
        room = [slot for slot in slots if slot.finding.id in heads]
        room += [slot for slot in slots if slot not in room and (thesis is None or _is_at_home(slot.finding, thesis))]
        kept.append(tuple(room[:_MOST_NEWS]))
        left += [slot for slot in slots if slot not in room[:_MOST_NEWS]]
    return tuple(slots for slots in kept if slots), tuple(left)


def _is_at_home(finding: Finding, thesis: RankedVerdict) -> bool:
    """Return whether a fact of the news is of the price, or about a thesis."""
    of_price = finding.relation is not None and finding.relation.metric.startswith("price.")
    return of_price or finding.relation is None or is_about(finding, thesis.between)


def _put_claim(told: tuple[tuple[Slot, ...], ...], superlative: Finding) -> tuple[tuple[Slot, ...], ...]:
    """Put the claim of a superlative before the sentence that tells it, or before all news where none does."""
    claim = Slot(superlative, CLAIM)
    for at, slots in enumerate(told):
        own = [slot for slot in slots if slot.finding.id == superlative.id]
        if own:
            others = [slot for slot in slots if slot not in own]
            return (*told[:at], (claim, *own, *others), *told[at + 1 :])
    return ((claim,), *told)


def _take_turn(names: Sequence[str], fired: Mapping[str, Finding], day: int) -> list[str]:
    """Take those of some findings that are true, beginning with another one on each day."""
    first = day * _STRIDE % len(names) if names else 0
    return [name for name in (*names[first:], *names[:first]) if name in fired]


def _index_fired(outcomes: Iterable[Outcome]) -> Mapping[str, Finding]:
    """Index the findings of outcomes that fired by rule."""
    return {one.rule_id: one.finding for one in outcomes if one.state is State.FIRED and one.finding is not None}


def _get_item_date(slot: Slot) -> float:
    """Return the date that a list item is about; items without one sort last."""
    fact = slot.finding.find_fact("date")
    return fact.value if fact is not None and isinstance(fact.value, float) else float("inf")


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
        return f"none of the {len(leading)} rules that may lead came true: {_join_names(leading)}"
    # What most of the rules lacked stands first.
    lacked = Counter(metric for outcome in unknown for metric in outcome.missing)
    by_reason: dict[str, list[str]] = {}
    for metric, _ in lacked.most_common():
        by_reason.setdefault(_explain_missing(metrics, metric), []).append(metric)
    told = "; ".join(f"{_join_names(names)} ({reason})" for reason, names in by_reason.items())
    return f"{len(unknown)} of the {len(leading)} rules that may lead lacked {told}"


def _explain_missing(metrics: MetricSet, metric: str) -> str:
    series = metrics.series.get(metric)
    # A reading of an earlier day may lack where the newest one is known.
    return (series.missing[-1] if series is not None else None) or "missing on an earlier day"


def _join_names(names: Iterable[str]) -> str:
    every = list(names)
    shown, left = every[:_MOST_NAMES], len(every) - _MOST_NAMES
    return ", ".join(shown) + (f" and {left} more" if left > 0 else "")
