"""Document → document with chart sizes, figure places, column cuts and density that leave the least white space.

The candidates are laid out on paper (`pagination`) with heights known beforehand (`height_estimate`), and the one that
leaves the least white inside the pages is taken. The renderer then sets the page once. No word is made or
moved here: figures keep their order and stay in their sections.

The costs are square millimetres of white that a choice has to save. They came with the search on 2026-11-23, measured
on the pages of 24 days in both languages (tests/render/fills.py); no fit by a program is on record. After a change
compare what `make fills` prints; see docs/decisions/2026-11-23-page-layout.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement
from operator import itemgetter
from typing import Literal

from reporter.diagnostics.diagnostic import Diagnostic, Place, Severity
from reporter.model.document import Block, Density, Document, Figure, Paragraph, Section
from reporter.render.fonts import Fonts
from reporter.render.layout.height_estimate import Extent, Heights
from reporter.render.layout.page_flow import divide_into_bands
from reporter.render.layout.pagination import DOUBTS, PAGE_COST, layout_cost, measure_document, paginate

#: What it costs, in mm² of white, to take a lower chart, to move a figure by one paragraph, and to set a page close.
_LOW_COST, _MOVE_COST = 900.0, 250.0
_DENSITY_COSTS: tuple[tuple[Density, float], ...] = (
    ("normal", 0.0),
    ("roomy", 3_000.0),
    ("tight", 3_000.0),
    ("dense", 7_000.0),
)
#: Heights that a chart may have beside its own, and what it costs in mm² to draw one so; what a cut costs.
_STRETCHES, _STRETCH_COST, _CUT_COST = (1.15, 0.87, 1.3), 500.0, 400.0
#: Of so many of the best tries figures are moved; so many of these are looked at more closely, in so many rounds.
_CANDIDATES, _FINALISTS, _ROUNDS = 5, 2, 2

#: Edition → by which share of its estimate a print may be longer or shorter: a conversation's turns are kept whole, and
#: a line more may move one to another page. And by how much of a page in any case: on one page a line is much.
_MOST_OFF, _LEAST_OFF = {"article": 0.05, "chat": 0.12}, 0.06

#: What a document costs, the document, and its measures.
_Try = tuple[float, Document, Heights]


def choose_layout(document: Document, fonts: Fonts, extent: Extent, height: float = 297.0) -> Document:
    """Choose a document's chart sizes, figure places, cuts and density.

    Args:
        document: as it was realised.
        fonts: the faces it will be set in.
        extent: height of a chart.
        height: of the paper, in millimetres.
    """
    tries: list[_Try] = []
    for density, close in _DENSITY_COSTS:
        set_so = replace(document, density=density)
        heights = Heights.for_document(set_so, fonts, extent)
        for led, price in _iterate_lead_sizes(set_so):
            tries.append((layout_cost(measure_document(led, heights), height) + price + close, led, heights))
    tries.sort(key=itemgetter(0))
    best = _choose_best(tries[:_CANDIDATES], height)
    if best[0] > PAGE_COST and len(tries) > _CANDIDATES:
        # More pages than a brief may have: perhaps another set closer comes to fewer.
        best = min(best, _choose_best(tries[_CANDIDATES:], height), key=itemgetter(0))
    return best[1]


def estimate_extents(document: Document, fonts: Fonts, extent: Extent, height: float = 297.0) -> tuple[float, ...]:
    """Estimate how many pages a document fills as it is laid out, each way in which its layout allows for an error.

    Args:
        document: as `choose_layout` gave it.
        fonts: the faces it will be set in.
        extent: height of a chart, in millimetres.
        height: of the paper, in millimetres.

    Returns:
        Pages, such as 2.8, for heights of 95 % to 105 % of their estimates, a per cent apart.
    """
    parts = measure_document(document, Heights.for_document(document, fonts, extent))
    return tuple(paginate(parts, height, doubt).extent for doubt in DOUBTS)


def find_missed_estimate(document: Document, estimates: Sequence[float], printed: float) -> Diagnostic | None:
    """Say that a document was printed longer or shorter than it was laid out for; None where it was not.

    Estimates repeat the measures of the theme's style sheet (see `height_estimate`): where a desk's own sheet has
    others, charts and columns were chosen for pages that nobody prints. Measured over the samples and twenty real days,
    articles under the shipped sheet are within 3 % of their estimates, and conversations within 10.2 %.

    Args:
        document: as it is laid out.
        estimates: how many pages it was laid out for, from `estimate_extents`.
        printed: how many pages the PDF fills.
    """
    nearest = min(estimates, key=lambda one: abs(printed - one))
    if abs(printed - nearest) <= max(_MOST_OFF[document.edition] * nearest, _LEAST_OFF):
        return None
    what = f"fills {printed:.1f} pages, and charts and columns were chosen for {nearest:.1f}"
    hint = "a style sheet that sets text larger or closer than the shipped theme's leaves holes or short last pages"
    place = Place(f"{document.edition}.{document.locale}.pdf")
    return Diagnostic("pdf.other-extent", place, what, hint, severity=Severity.NOTICE)


def _choose_best(tries: Sequence[_Try], height: float) -> tuple[float, Document]:
    """The best of some tries, their figures moved, and the best of these refined."""
    placed = sorted((_place_figures(*one, height) for one in tries), key=itemgetter(0))
    return min((_refine_layout(*finalist, height) for finalist in placed[:_FINALISTS]), key=itemgetter(0))


def _refine_layout(asked: float, document: Document, heights: Heights, height: float) -> tuple[float, Document]:
    """The document with charts drawn lower or higher and columns cut where that leaves less white, and its cost."""
    best = document
    now = layout_cost(measure_document(document, heights), height)
    # What the choices before this one cost stays with the document.
    fixed = asked - now
    for _ in range(_ROUNDS):
        before = now
        for tried in _iterate_refinements(best, heights, height):
            costs = layout_cost(measure_document(tried, heights), height) + _refinement_cost(tried)
            if costs < now - 1:
                best, now = tried, costs
        if now == before:
            break
    return fixed + now, best


def _refinement_cost(document: Document) -> float:
    """What a document's stretched charts and its cuts cost."""
    figures = (block for section in document.sections for block in section.blocks if isinstance(block, Figure))
    return _STRETCH_COST * sum(figure.chart.stretch != 1.0 for figure in figures) + _CUT_COST * len(document.cuts)


def _iterate_refinements(document: Document, heights: Heights, height: float) -> Iterator[Document]:
    """The document with one chart of another height, or all of them, or one more cut."""
    for stretch in _STRETCHES:
        yield replace(document, sections=tuple(_stretch_charts(section, stretch) for section in document.sections))
    for number, section in enumerate(document.sections):
        for place, block in enumerate(section.blocks):
            if isinstance(block, Figure):
                for stretch in _STRETCHES:
                    drawn = replace(block, chart=replace(block.chart, stretch=stretch))
                    blocks = (*section.blocks[:place], drawn, *section.blocks[place + 1 :])
                    sections = (*document.sections[:number], replace(section, blocks=blocks))
                    yield replace(document, sections=(*sections, *document.sections[number + 1 :]))
    for place in (*paginate(measure_document(document, heights), height).broken, *_iterate_heading_places(document)):
        yield replace(document, cuts=tuple(sorted({*document.cuts, place})))


def _iterate_heading_places(document: Document) -> Iterator[int]:
    """Places among the parts of the body where a section begins in the midst of columns."""
    start = 0
    for band in divide_into_bands(document):
        if band.kind == "columns":
            yield from (start + place for place, part in enumerate(band.parts) if place and part.heading)
        start += len(band.parts)


def _stretch_charts(section: Section, stretch: float) -> Section:
    """The section with all its charts drawn so much higher or lower."""

    def stretch_chart(block: Block) -> Block:
        if not isinstance(block, Figure):
            return block
        return replace(block, chart=replace(block.chart, stretch=stretch))

    return replace(section, blocks=tuple(map(stretch_chart, section.blocks)))


def _iterate_lead_sizes(document: Document) -> Iterator[tuple[Document, float]]:
    """The document with each size that its lead chart may have beside or under the key figures."""
    yield document, 0.0
    if not document.sections or not document.tiles:
        return
    lede = document.sections[0]
    sizes: tuple[tuple[Literal["low", "column"], float], ...] = (("column", 0.0), ("low", _LOW_COST))
    for size, price in sizes:
        blocks = tuple(_resize_lead(block, size) for block in lede.blocks)
        if blocks != lede.blocks:
            yield replace(document, sections=(replace(lede, blocks=blocks), *document.sections[1:])), price


def _resize_lead(block: Block, size: Literal["low", "column"]) -> Block:
    if isinstance(block, Figure) and block.chart.size == "wide":
        return replace(block, chart=replace(block.chart, size=size))
    return block


def _place_figures(asked: float, document: Document, heights: Heights, height: float) -> _Try:
    """The document with each section's figures where they leave the least white, and what that costs."""
    best = document
    first = least = layout_cost(measure_document(document, heights), height)
    for number, section in enumerate(document.sections):
        if section.heading is None:
            continue
        for candidate, moves in _iterate_placements(section):
            sections = (*best.sections[:number], candidate, *best.sections[number + 1 :])
            tried = replace(best, sections=sections)
            costs = layout_cost(measure_document(tried, heights), height) + moves * _MOVE_COST
            if costs < least - 1:
                best, least = tried, costs
    return asked - first + least, best, heights


def _iterate_placements(section: Section) -> Iterator[tuple[Section, int]]:
    """The section with its small figures between other paragraphs, and by how many paragraphs they moved."""
    figures = [block for block in section.blocks if isinstance(block, Figure)]
    others = [block for block in section.blocks if not isinstance(block, Figure)]
    if not figures or len(figures) > 3 or not all(isinstance(block, Paragraph) for block in others):
        return
    now = [sum(isinstance(b, Paragraph) for b in section.blocks[: section.blocks.index(f)]) for f in figures]
    for places in combinations_with_replacement(range(len(others) + 1), len(figures)):
        if list(places) == now or places[0] == 0:
            # Under its heading a section begins with words.
            continue
        blocks: list[Block] = []
        for place in range(len(others) + 1):
            blocks += [figure for figure, at in zip(figures, places, strict=True) if at == place]
            blocks += others[place : place + 1]
        moves = sum(abs(place - was) for place, was in zip(places, now, strict=True))
        yield replace(section, blocks=tuple(blocks)), moves
