"""The plan of a brief as frozen values: findings, forms and order, independent of language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reporter.language.own_labels import LabelText
from reporter.model.finding import Fact, Finding
from reporter.model.framework import Status
from reporter.model.news import Topic
from reporter.model.verdict import RankedVerdict
from reporter.narrative.outline import FigureOutline, RowOutline, TileOutline
from reporter.narrative.yaml_models import Length

#: What a sentence is in its paragraph.
Role = Literal["", "claim", "fact", "consequence", "exception"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A finding to be stated in a form.

    Attributes:
        role: what it is in a paragraph of the argument; empty elsewhere.
        contrast: the relation of what it contrasts with among the sentences before it, on which a "but" at its
            beginning rests; None where it contrasts with nothing.
    """

    finding: Finding
    form: str
    contrast: Fact | None = None
    role: Role = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A text without a finding: a msgid of the label catalogue, or a label per locale."""

    msgid: LabelText


@dataclass(frozen=True, slots=True)
class PlannedCondition:
    """A condition of the framework with its status and notes."""

    status: Status
    slot: Slot
    notes: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedSide:
    """One side of the framework."""

    side: Literal["for", "against"]
    title: Slot
    items: tuple[PlannedCondition, ...]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the signal board; its stance is that of the finding that explains the reading."""

    outline: RowOutline
    stance: str
    note: Slot | None


@dataclass(frozen=True, slots=True)
class PlannedFigure:
    """A chart to draw, with the finding that titles it."""

    outline: FigureOutline
    finding: Finding


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """A section with all that it holds.

    Attributes:
        question: in a chat, what the reader asks; the rest is the answer.
        follows: whether the question doubts the answer before it.
    """

    id: str
    heading: Slot | Label | None
    paragraphs: tuple[tuple[Slot, ...], ...]
    items: tuple[Slot, ...]
    sides: tuple[PlannedSide, ...]
    board: tuple[PlannedRow, ...]
    figures: tuple[PlannedFigure, ...]
    question: Slot | None = None
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """What a brief argues.

    Attributes:
        thesis: what the pieces say together; None on a day without a verdict.
        support: a verdict that shares a topic with it and doesn't point the other way.
        counter: a verdict that points the other way.
        superlative: on a day without a verdict, the fact of the news in front that takes its place.
        superlative_topic: what that fact is about.
        nothing: on a day without either, the finding that says so.
    """

    thesis: RankedVerdict | None = None
    support: RankedVerdict | None = None
    counter: RankedVerdict | None = None
    superlative: Finding | None = None
    superlative_topic: Topic = "price"
    nothing: Finding | None = None

    @property
    def subject(self) -> Finding | None:
        """What the brief argues: the verdict, or else the superlative; None where it has neither."""
        return self.superlative if self.thesis is None else self.thesis.finding

    @property
    def between(self) -> tuple[Topic, ...]:
        """The topics that it argues about."""
        if self.thesis is not None:
            return self.thesis.between
        return () if self.superlative is None else (self.superlative_topic,)

    @property
    def instead(self) -> frozenset[str]:
        """The rules whose sentences would say the same again."""
        verdicts = (self.thesis, self.support, self.counter)
        return frozenset(rule for one in verdicts if one is not None for rule in one.instead)


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one edition of a brief.

    Attributes:
        lead: the finding that leads.
        length: how long a brief it asks for.
        headline, standfirst, takeaways, sections, gaps: what is said where.
        beside: a second clause of the headline.
        tiles: key figures whose metric has a value.
        said: every finding that is said somewhere, each once.
        edition: article or chat.
        argument: what it argues.
    """

    lead: Finding
    length: Length
    headline: Slot
    standfirst: tuple[Slot, ...]
    takeaways: tuple[Slot, ...]
    tiles: tuple[TileOutline, ...]
    sections: tuple[PlannedSection, ...]
    gaps: tuple[Slot, ...]
    said: tuple[Finding, ...]
    edition: Literal["article", "chat"] = "article"
    beside: Slot | None = None
    argument: Argument = Argument()

    @property
    def heads(self) -> tuple[Slot, ...]:
        """What the headline says."""
        return (self.headline,) if self.beside is None else (self.headline, self.beside)


def list_stated_findings(
    lead: Finding,
    standfirst: Iterable[Slot],
    takeaways: Iterable[Slot],
    sections: Iterable[PlannedSection],
    gaps: Iterable[Slot],
    heads: Iterable[Slot] = (),
) -> tuple[Finding, ...]:
    """List every finding that the plan states somewhere, each once.

    Args:
        lead: the finding that leads.
        standfirst: its slots.
        takeaways: slots of the key points.
        sections: of the body.
        gaps: slots of what is missing.
        heads: slots of the headline.
    """
    found: dict[str, Finding] = {lead.id: lead}
    slots = [*heads, *standfirst, *takeaways, *gaps]
    for section in sections:
        slots += [slot for paragraph in section.paragraphs for slot in paragraph]
        slots += section.items
        slots += [slot for side in section.sides for item in side.items for slot in (item.slot, *item.notes)]
        slots += [row.note for row in section.board if row.note is not None]
        slots += [Slot(figure.finding, "figure") for figure in section.figures]
        slots += [said for said in (section.heading, section.question) if isinstance(said, Slot)]
    for slot in slots:
        found.setdefault(slot.finding.id, slot.finding)
    return tuple(found.values())
