"""Document → estimated heights of its parts in millimetres, before the renderer sets them.

The layout is chosen (`layout_search`) first, so that one pass of the renderer is enough. Lines are counted with the
widths of the page's own faces; every other figure here repeats a measure of `theme/article.css`. On the pages of 24
days in both languages (2026-11-23) it was right to 5 % of a page; see docs/decisions/2026-11-23-page-layout.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any, TypeVar

from reporter.language.locales import find_locale_of
from reporter.model.chart import Chart
from reporter.model.document import (
    Block,
    Conditions,
    Document,
    Figure,
    LiteralSpan,
    Paragraph,
    Section,
    Sentence,
    Table,
)
from reporter.model.resources import locales_folder
from reporter.render.fonts import FontFile, Fonts
from reporter.render.layout.line_breaking import count_lines, split_at_breaks, split_text, text_width
from reporter.render.layout.page_flow import figure_key, iterate_with_gaps

#: Gives the height of a chart in millimetres.
Extent = Callable[[Chart], float]

_Measure = TypeVar("_Measure")

#: A point in millimetres.
POINT = 25.4 / 72
PAGE_WIDTH, TEXT_WIDTH, COLUMN_WIDTH = 178.0, 127.4, 87.0
#: Density → share of the usual leading, millimetres between the parts of the body and under a paragraph, and by how
#: much a key figure is lower.
_DENSITIES = {
    "normal": (1.0, 5.0, 1.8, 0.0),
    "tight": (0.93, 3.6, 1.5, 0.6),
    "dense": (0.885, 3.0, 1.3, 1.2),
    "roomy": (1.05, 7.0, 2.4, 0.0),
}
#: The rule and the room around a heading and under it; a figure's rule, padding and margins; those of a table.
_HEAD, _FIGURE, _TABLE = 3.2, 8.0, 9.5


@dataclass(slots=True)
class Heights:
    """Measures one document's parts, each once however often it is asked for.

    Attributes:
        fonts: the faces it is set in.
        extent: height of a chart.
        leading: millimetres between lines at text width; column: between lines of a column; item: of a list;
            first: of the standfirst.
        between: above a part of the body; below: under a paragraph; closer: less for a key figure.
    """

    fonts: Fonts
    extent: Extent
    leading: float
    column: float
    item: float
    first: float
    between: float
    below: float
    closer: float
    _known: dict[Hashable, tuple[object, Any]] = field(default_factory=dict, repr=False)

    @staticmethod
    def for_document(document: Document, fonts: Fonts, extent: Extent) -> Heights:
        """Make the estimator for a document's language and density.

        Args:
            document: as it was realised.
            fonts: the faces it is set in.
            extent: height of a chart in millimetres.
        """
        han = find_locale_of(document.lang, locales_folder()).is_han
        full = (15.0, 13.2) if document.edition == "chat" else (16.2, 13.8)
        factor, between, below, closer = _DENSITIES[document.density]
        return Heights(
            fonts,
            extent,
            leading=(full[0] if han else full[1]) * POINT * factor,
            column=(15.4 if han else 13.8) * POINT * factor,
            item=(14.0 if han else 12.6) * POINT,
            first=(17.6 if han else 15.6) * POINT,
            between=between,
            below=below,
            closer=closer,
        )

    def line_count(self, sentences: tuple[Sentence, ...], room: float, size: float) -> int:
        """Number of lines of sentences set `room` millimetres wide in letters of `size` points.

        Args:
            sentences: the text.
            room: width in millimetres.
            size: of the letters in points.
        """
        of: object = sentences if len(sentences) > 1 else sentences[0]
        return self._line_count(of, sentences, room, size, self.fonts.regular)

    def heading_height(self, heading: Sentence, room: float) -> float:
        """Height of a section's heading with its rule and the room under it."""
        return self._line_count(heading, (heading,), room, 12.5, self.fonts.bold) * 17 * POINT + _HEAD

    def _line_count(self, of: object, sentences: Iterable[Sentence], room: float, size: float, face: FontFile) -> int:
        def count() -> int:
            spans = [
                part
                for gap, sentence in iterate_with_gaps(sentences)
                for part in (LiteralSpan(gap), *sentence.spans)
                if part.text
            ]
            return count_lines(split_text(spans), face, room / (size * POINT))

        return round(self.measure_once(of, (room, size, face.name), count))

    def measure_once(self, of: object, how: Hashable, measure: Callable[[], _Measure]) -> _Measure:
        """Return what `measure` gives for an object, computed once per object and key.

        Args:
            of: what is measured.
            how: the key of the measure.
            measure: computes it.
        """
        known = (id(of), how)
        if known not in self._known:
            # Kept with what it is of, so that no other object can come to have its number.
            self._known[known] = of, measure()
        measured: _Measure = self._known[known][1]
        return measured

    def _text_line_count(self, text: str, room: float, size: float) -> int:
        return count_lines(split_at_breaks((LiteralSpan(text),)), self.fonts.regular, room / (size * POINT))

    def block_height(self, block: Block, room: float) -> float:
        """Height of a block of the body with its margins."""
        if isinstance(block, Paragraph):
            return self.line_count(block.sentences, room, 9.5) * self.column + self.below
        return self.measure_once(block, room, lambda: self._measure_block(block, room))

    def _measure_block(self, block: Block, room: float) -> float:
        if isinstance(block, Figure):
            return self._figure_height(block, room)
        if isinstance(block, Conditions):
            return self._conditions_height(block)
        # Turns are a conversation's, and its page is not measured here.
        return self._table_height(block, room) if isinstance(block, Table) else 0.0

    def _figure_height(self, figure: Figure, room: float) -> float:
        title = self.line_count((figure.title,), room - 9.0, 8.5) * 12.5 * POINT
        parts = (
            *(sentence.text for sentence in figure.caption),
            figure_key(figure),
            figure.source and f"　　 · {figure.source}",
        )
        return (
            title
            + self._text_line_count("　".join(filter(None, parts)), room, 7) * 10 * POINT
            + self.extent(figure.chart)
            + _FIGURE
        )

    def _conditions_height(self, block: Conditions) -> float:
        items = (f"  {item.status_label} {item.sentence.text}" for item in block.items)
        return sum(self._text_line_count(text, COLUMN_WIDTH - 1.5, 8.5) * self.item + 2.5 for text in items) + 13.0

    def _table_height(self, table: Table, room: float) -> float:
        """Height of a table with its title; the first column's cells wrap where the others leave little room."""
        columns = ((table.header[n], *(row[n].text for row in table.rows)) for n in range(len(table.header)))
        wide = [max(text_width(text, self.fonts.regular) for text in texts) * 8 * POINT + 1.2 for texts in columns]
        # Marks of stance stand before their words in bold, and words after a number have room before them.
        left = max(room - sum(wide[1:]) - 5.2, 12.0)
        names = (text_width(row[0].text, self.fonts.regular) * 8 * POINT for row in table.rows)
        rows = (ceil(name / left) for name in names)
        return sum(count * 11.5 * POINT + 2.1 for count in rows) + 6.1 + _TABLE

    def halves_height(self, rows: int) -> float:
        """Height of a table of so many rows in two halves side by side."""
        return (ceil(rows / 2) + 1) * 6.1 + 11.5

    def front_heights(self, document: Document, opening: tuple[Block, ...]) -> tuple[float, float, float]:
        """Heights of the first page's head, of the text beside the key figures, and of the key figures."""
        text = self.line_count(document.standfirst.sentences, TEXT_WIDTH, 10.5) * self.first
        if document.takeaways:
            items = (self.line_count((item,), TEXT_WIDTH - 4, 9.5) for item in document.takeaways)
            text += sum(count * self.leading + 1.0 for count in items) + 16.2
        for block in opening:
            if isinstance(block, Paragraph):
                text += self.line_count(block.sentences, TEXT_WIDTH, 9.5) * self.leading + 2.2
            else:
                # Its lower margin is left out.
                text += self.block_height(block, TEXT_WIDTH) - 3.2
        rail = len(document.tiles) * (18.75 - self.closer) + 7.2 if document.tiles else 0.0
        return 6.9 + self.headline_height(document) + 9.5, text, rail

    def headline_height(self, document: Document) -> float:
        """Height of the headline; one that nearly fits one line is set smaller, and longer ones are not."""

        def count_at(size: float) -> int:
            return self._line_count(document.headline, (document.headline,), PAGE_WIDTH, size, self.fonts.headline)

        return (1 if count_at(19) == 1 else count_at(21)) * 27 * POINT

    def closing_height(self, section: Section) -> float:
        """Height of the closing section."""
        blocks = (block for block in section.blocks if isinstance(block, Paragraph))
        return sum(self.line_count(block.sentences, PAGE_WIDTH - 4, 9.5) * self.leading for block in blocks)

    def footer_height(self, document: Document) -> float:
        """Height of the footer: up to three lists side by side."""
        return self.measure_once(document.labels, "footer", lambda: self._measure_footer(document))

    def _measure_footer(self, document: Document) -> float:
        sources = " / ".join(f"{line.name} · {line.gave}" for line in document.sources)
        last = [sources, document.disclosure] if document.sources or document.disclosure else []
        lists = [[sentence.text for sentence in document.gaps], list(document.methods), last]
        kept = [[text for text in texts if text] for texts in lists if any(texts)]
        room = PAGE_WIDTH / max(len(kept), 1) - 5
        columns = [
            sum(self._text_line_count(text, room, 7) * 10 * POINT + 0.4 for text in texts) + 4.7 for texts in kept
        ]
        if document.sources and document.disclosure:
            columns[-1] += 6.2
        return max(columns, default=0.0) + 4.3 + self.between
