"""Briefs that several tests look at, each composed once a run, and what all of them are searched for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

from reporter.brief import Brief
from reporter.model.document import Cell, Document, Shown, Span, Table
from reporter.pipeline import compose, find
from reporter.verify.passages import sentences

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
REAL = ROOT / "tests" / "real" / "desk"

#: What a finished text never holds: template syntax, values that should have been words, marks of ours.
RESIDUE = re.compile(
    r"\{\{|\}\}|\{%|%\}|\[\[|\]\]|\bNone\b(?! of\b)|\b[Nn]a[Nn]\b|\binf\b|\bundefined\b|[\ue000-\uf8ff]"
)


@cache
def composed(folder: Path, day: date | None = None, as_of: datetime | None = None) -> Brief:
    """A desk's brief in its own locales."""
    return compose(find(folder, day, as_of))


def texts(document: Document) -> Iterator[str]:
    """Everything that a reader sees of a document as text, piece by piece."""
    yield from (document.kicker, document.asset, document.byline, document.date_label, document.as_of_label)
    yield from (sentence.text for _, sentence in sentences(document))
    for tile in document.tiles:
        yield from (tile.label, *(span.text for span in (*tile.value, *tile.change)))
    for table in tables(document):
        yield from table.header
        yield from (cell.text for row in table.rows for cell in row)
    yield from (part for line in document.sources for part in (line.name, line.gave))
    yield from (*document.methods, document.disclosure)


def tables(document: Document) -> Iterator[Table]:
    for section in document.sections:
        yield from (block for block in section.blocks if isinstance(block, Table))


def cells(document: Document) -> Iterator[Cell]:
    yield from (cell for table in tables(document) for row in table.rows for cell in row)


def shown(document: Document) -> Iterator[Shown]:
    """Every span that states something, in sentences, tiles and cells."""
    spans: list[Span] = [span for _, sentence in sentences(document) for span in sentence.spans]
    spans += [span for tile in document.tiles for span in (*tile.value, *tile.change)]
    spans += [span for cell in cells(document) for span in cell.spans]
    yield from (span for span in spans if isinstance(span, Shown))


def residue(document: Document) -> list[str]:
    """Texts with something in them that is no prose."""
    return [text for text in texts(document) if RESIDUE.search(text)]


def told(brief: Brief) -> set[str]:
    """Ids of the findings that the brief tells."""
    return {finding.id for finding in brief.plan.said}
