"""Outcomes and metrics to a plan: what is said and in which order, still in no language.

The plan is made once; every locale realises the same one, so that no language can say more than another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from reporter.model.finding import Finding, Outcome, State
from reporter.model.framework import FrameworkState
from reporter.model.memory import Memory
from reporter.model.metric import MetricSet
from reporter.narrative.allowed import allowed_findings
from reporter.narrative.contrast import contrasted
from reporter.narrative.corrections import corrections
from reporter.narrative.gaps import find_gaps
from reporter.narrative.memory import (
    alike,
    condition_note,
    dates_ahead,
    stance_of,
    turned_conditions,
    turned_signals,
)
from reporter.narrative.outline import Outline, SectionOutline
from reporter.narrative.planned import (
    Label,
    Plan,
    PlannedCondition,
    PlannedFigure,
    PlannedRow,
    PlannedSection,
    PlannedSide,
    Slot,
    said_in,
)
from reporter.narrative.tensions import pairs_of


def plan_brief(
    outline: Outline,
    outcomes: Iterable[Outcome],
    metrics: MetricSet,
    forms: frozenset[tuple[str, str]],
    memory: Memory | None = None,
) -> Plan | None:
    """Choose what a brief says.

    Args:
        outline: the report type.
        outcomes: what became of each rule.
        metrics: for tiles, board and gaps.
        forms: the (finding, form) pairs that have a phrase in every locale.
        memory: the day before, the standing framework, and corrections; nothing is remembered without it.

    Returns:
        The plan, or None where no finding of the leading group fired: then there is nothing to defend.
    """
    return Planner(outline, tuple(outcomes), metrics, forms, memory or Memory()).plan()


class Planner:
    """Chooses what is said on one date; see `plan_brief`."""

    def __init__(
        self,
        outline: Outline,
        outcomes: tuple[Outcome, ...],
        metrics: MetricSet,
        forms: frozenset[tuple[str, str]],
        memory: Memory,
    ) -> None:
        """Keep what fired; see `plan_brief` for the arguments."""
        self.outline = outline
        self.outcomes: Mapping[str, Outcome] = {outcome.rule_id: outcome for outcome in outcomes}
        self.metrics = metrics
        self.forms = forms
        self.tensions = pairs_of(outline.tensions)
        self.memory = memory
        self.fired = _fired(outcomes)
        self.before = _fired(memory.before)

    def plan(self) -> Plan | None:
        """The article's plan."""
        ranked = (*self.outline.length.full, *self.outline.length.standard, *self.outline.length.short)
        lead = next((self.fired[name] for name in ranked if name in self.fired), None)
        if lead is None:
            return None
        length = self.outline.length_for(lead.id)
        used: set[str] = set()
        sections = tuple(
            section
            for part in self.outline.sections
            if length in part.length and (section := self.section(part, used)) is not None
        )
        # A quiet day has a move and no argument about it.
        argued = self.outline.standfirst if length != "short" else self.outline.standfirst[:1]
        # The first sentence is the move; what argues about it is rather what is new than what has stood for days.
        slots = [self._first(names if not at else self._fresh(names), "standfirst") for at, names in enumerate(argued)]
        standfirst = tuple(slot for slot in slots if slot)
        gaps = self._gaps()
        takeaways = self._takeaways() if length != "short" else ()
        return Plan(
            lead=lead,
            length=length,
            headline=Slot(lead, "headline"),
            standfirst=standfirst,
            takeaways=takeaways,
            tiles=tuple(tile for tile in self.outline.tiles if self._known(tile.value)),
            sections=sections,
            gaps=gaps,
            said=said_in(lead, standfirst, takeaways, sections, gaps),
        )

    def _known(self, metric_id: str) -> bool:
        return self.metrics.series[metric_id].values[-1] is not None

    def _first(self, names: Iterable[str], form: str) -> Slot | None:
        for name in names:
            if name in self.fired and (name, form) in self.forms:
                return Slot(self.fired[name], form)
        return None

    def _fresh(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names in their order, those behind whose finding said the same the day before."""
        return tuple(sorted(names, key=self._stands))

    def _stands(self, name: str) -> bool:
        return name in self.fired and name in self.before and alike(self.fired[name], self.before[name])

    def _body(self, names: Iterable[str], used: set[str]) -> tuple[Slot, ...]:
        """The findings of a paragraph that are true and not yet said."""
        slots = [Slot(self.fired[name], "body") for name in names if name in self.fired and name not in used]
        used.update(slot.finding.id for slot in slots)
        return tuple(slots)

    def section(self, part: SectionOutline, used: set[str]) -> PlannedSection | None:
        """A section with what is true of it and not in `used`, which then holds its findings too."""
        # What a section that is left out would have said may still be said by a later one.
        taken = set(used)
        paragraphs = tuple(slots for names in part.paragraphs if (slots := self._body(names, taken)))
        paragraphs += self._remembered(part, taken)
        ahead = self._made(dates_ahead(self.metrics)) if part.list else ()
        items = tuple(sorted((*self._body(part.list, taken), *ahead), key=_date))
        sides = self._sides() if part.framework else ()
        board = self._board() if part.board else ()
        figures = self._figures(part.figures)
        if part.framework and not (sides and all(side.items for side in sides)):
            return None
        if not (paragraphs or items or board or sides):
            return None
        used |= taken
        heading = self._heading(part.heading)
        return PlannedSection(part.id, heading, contrasted(paragraphs, self.tensions), items, sides, board, figures)

    def _heading(self, names: Iterable[str]) -> Slot | Label | None:
        for name in names:
            if name in self.outline.headings:
                return Label(self.outline.headings[name])
            if name in self.fired and (name, "heading") in self.forms:
                return Slot(self.fired[name], "heading")
        return None

    def _figures(self, names: Iterable[str]) -> tuple[PlannedFigure, ...]:
        by_id = {figure.id: figure for figure in self.outline.figures}
        titled = ((by_id[name], self._first(by_id[name].findings, "figure")) for name in names if name in by_id)
        return tuple(PlannedFigure(figure, title.finding) for figure, title in titled if title is not None)

    def _remembered(self, part: SectionOutline, used: set[str]) -> tuple[tuple[Slot, ...], ...]:
        """What has changed since the brief of the day before, or in what it stated."""
        found: tuple[Slot, ...] = ()
        if part.since and self.before and self._told_yesterday():
            changed = (
                turned_signals(self.outline, self.metrics, self.fired, self.before),
                turned_conditions(self.memory, self.metrics),
            )
            found += self._made(finding for finding in changed if finding)
            found += tuple(self._ended(used))
        if part.corrections:
            found += self._made(corrections(self.outline, self.memory.corrections))
        return (found,) if found else ()

    def _told_yesterday(self) -> bool:
        """Whether there can have been a brief of the day before: without a close there is none."""
        closes = self.metrics.series["price.close"].values
        return len(closes) < 2 or closes[-2] is not None

    def _ended(self, used: set[str]) -> Iterator[Slot]:
        """Findings of the day before that are known not to hold any more, where there are words for their end."""
        for name in self.outline.since.ended:
            over = name in self.before and self.outcomes[name].state is State.NOT_FIRED
            if over and name not in used and (name, "ended") in self.forms:
                yield Slot(self.before[name], "ended")

    def _made(self, findings: Iterable[Finding]) -> tuple[Slot, ...]:
        """Findings made by the program, as far as there are words for them."""
        return tuple(Slot(one, "body") for one in findings if (one.phrase or one.id, "body") in self.forms)

    def _sides(self) -> tuple[PlannedSide, ...]:
        level, framework = self._first(self.outline.framework.level, "for"), self.memory.framework
        if level is None or framework is None:
            return ()
        sides: tuple[Literal["for"], Literal["against"]] = ("for", "against")
        return tuple(PlannedSide(side, Slot(level.finding, side), self._conditions(framework, side)) for side in sides)

    def _conditions(self, framework: FrameworkState, side: str) -> tuple[PlannedCondition, ...]:
        """A side's conditions as they stand; one that can't be known is told too, since a gap is a fact."""
        planned = []
        for state in framework.conditions:
            form = "unknown" if state.status == "unknown" else "body"
            if state.side == side and (state.id, form) in self.forms:
                note = condition_note(state, framework)
                notes = self._made([note] if note else [])
                planned.append(PlannedCondition(state.status, Slot(state.finding, form), notes))
        return tuple(planned)

    def _board(self) -> tuple[PlannedRow, ...]:
        rows = []
        for row in self.outline.board:
            if not self._known(row.reading):
                continue
            note = self._first(row.note or row.stance, "note")
            rows.append(PlannedRow(row, stance_of(row, self.fired) or "neutral", note))
        # A single row would only repeat the key figure.
        return tuple(rows) if len(rows) > 1 else ()

    def _takeaways(self) -> tuple[Slot, ...]:
        names = [name for name in self.outline.takeaways.source if (name, "takeaway") in self.forms]
        found = [self.fired[name] for name in self._fresh(names) if name in self.fired]
        return tuple(Slot(finding, "takeaway") for finding in found[: self.outline.takeaways.most])

    def _gaps(self) -> tuple[Slot, ...]:
        by_rule = [finding for finding in self.fired.values() if finding.topic == "gap"]
        found = find_gaps(self.metrics, [*(tile.value for tile in self.outline.tiles), *self._board_metrics()])
        told = tuple(Slot(finding, "body") for finding in (*by_rule, *found) if (finding.id, "body") in self.forms)
        return told + self._made(allowed_findings(self.metrics))

    def _board_metrics(self) -> Iterable[str]:
        for row in self.outline.board:
            yield row.reading
        yield from ("macro.spx.return_1d", "options.put_band_share", "miners.difficulty_change")


def _fired(outcomes: Iterable[Outcome]) -> Mapping[str, Finding]:
    """Rule → its finding, for those that fired."""
    return {one.rule_id: one.finding for one in outcomes if one.state is State.FIRED and one.finding is not None}


def _date(slot: Slot) -> float:
    """The date that an item of a list is about; what has none comes last."""
    fact = slot.finding.fact("date")
    return fact.value if fact is not None and isinstance(fact.value, float) else float("inf")
