"""Planned sections → the same, each chart beside the text that is about what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reporter.model.finding import Finding
from reporter.model.metric import Unit
from reporter.narrative.plan_model import PlannedFigure, PlannedSection, Slot


def list_rooms(finding: Finding) -> frozenset[str]:
    """List what a finding's readings are of, by the beginnings of their metrics: `etf`, `macro`.

    The price, which nearly every finding has beside another reading, counts where there is no other. A fact of the news
    is of what it ranks.
    """
    if finding.relation is not None:
        return frozenset({finding.relation.metric.partition(".")[0]})
    # Conditions are no readings that a sentence is about.
    facts = (fact for fact in finding.facts if fact.unit is not Unit.BOOL)
    rooms = frozenset(reading.metric.partition(".")[0] for fact in facts for reading in fact.inputs)
    return rooms - {"price"} or rooms


def place_figures(sections: Sequence[PlannedSection]) -> tuple[PlannedSection, ...]:
    """Move each chart under a heading whose text is not about what it shows to the section whose text is.

    Where no section's text is, a chart that stands alone goes under the table of the signals, and its heading goes.
    """
    told = [frozenset(room for slot in _list_told(one) for room in list_rooms(slot.finding)) for one in sections]
    table = next((place for place, one in enumerate(sections) if one.board), None)
    figures: list[list[PlannedFigure]] = [[] for _ in sections]
    for place, section in enumerate(sections):
        for figure in section.figures:
            shown = list_rooms(figure.finding)
            home = next((at for at, rooms in enumerate(told) if rooms & shown), table)
            stays = section.heading is None or shown & told[place] or home is None
            # A text that is there keeps its chart, unless another is about it.
            if home == table and _list_told(section):
                stays = True
            figures[place if stays or home is None else home].append(figure)
    placed = (replace(one, figures=tuple(own)) for one, own in zip(sections, figures, strict=True))
    return tuple(one for one in placed if _holds_anything(one))


def _list_told(section: PlannedSection) -> tuple[Slot, ...]:
    """List the sentences that a chart can stand beside: what is over shows no chart, and a list of dates none."""
    return tuple(slot for slots in section.paragraphs for slot in slots if slot.form != "ended")


def _holds_anything(section: PlannedSection) -> bool:
    return bool(section.paragraphs or section.items or section.board or section.sides or section.figures)
