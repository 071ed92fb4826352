"""Briefs that several tests look at, each made once in a process, and what all of them are searched for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from reporter.desk import Sources, cut_desk, read_desk
from reporter.metrics import compute_metrics
from reporter.model.document import Cell, ClaimSpan, Document, LiteralSpan, Span, Table
from reporter.model.metric import MetricSet
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_metrics
from reporter.pipeline.read import load_desk_report, open_authored, open_desk
from reporter.pipeline.run import build_brief
from reporter.pipeline.state import Brief, BuildRequest, Evaluation
from reporter.render.pdf.printer import PrintPage
from reporter.rules import Frameworks
from reporter.verify.ledger.passages import iterate_sentences

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
REAL = ROOT / "tests" / "real" / "desk"

#: What a finished text never holds: template syntax, values that should have been words, marks of ours.
RESIDUE = re.compile(
    r"\{\{|\}\}|\{%|%\}|\[\[|\]\]|\bNone\b(?! of\b)|\b[Nn]a[Nn]\b|\binf\b|\bundefined\b|[\ue000-\uf8ff]"
)


def build(
    folder: Path,
    out: Path,
    *,
    day: date | None = None,
    as_of: datetime | None = None,
    printer: PrintPage | None = None,
    **asked: Any,
) -> Path:
    """Build a desk's brief and publish it; what is asked for as in `BuildRequest`. Returns the brief's folder."""
    return build_brief(BuildRequest(folder, out, **asked), day, as_of, printer).folder


def found(
    folder: Path, day: date | None = None, as_of: datetime | None = None, locales: Sequence[str] = ()
) -> Evaluation:
    """What `evaluate_desk` gives, of rows that are read once: for desks that no test changes."""
    findings = _found(folder, day, as_of)
    return replace(findings, report=load_desk_report(findings.config, locales)) if locales else findings


def composed(
    folder: Path,
    day: date | None = None,
    as_of: datetime | None = None,
    locales: Sequence[str] = (),
    editions: Sequence[str] = (),
) -> Brief:
    """A desk's brief, in its own locales and editions where none are named: for desks that no test changes."""
    return _composed(folder, day, as_of, tuple(locales), tuple(editions))


@cache
def rows_of(folder: Path) -> Sources:
    """All rows of a desk that no test changes."""
    return read_desk(open_desk(folder))


# Shared by all modules of a process. The metrics of one real day take 70 MB, so not all days are kept.
@lru_cache(maxsize=20)
def measured(folder: Path, day: date | None = None, as_of: datetime | None = None) -> MetricSet:
    """A desk's metrics alone, which cost a third of what its findings do: for desks that no test changes."""
    return compute_metrics(cut_desk(rows_of(folder), day, as_of), open_authored(folder).report.rules.hourly)


@lru_cache(maxsize=20)
def _found(folder: Path, day: date | None, as_of: datetime | None) -> Evaluation:
    opened = open_authored(folder)
    frameworks = Frameworks(opened.report.rules, measured(folder, day, as_of))
    return evaluate_metrics(opened, frameworks, frameworks.metrics)


@lru_cache(maxsize=20)
def _composed(
    folder: Path, day: date | None, as_of: datetime | None, locales: tuple[str, ...], editions: tuple[str, ...]
) -> Brief:
    return compose_brief(found(folder, day, as_of, locales), editions)


def texts(document: Document) -> Iterator[str]:
    """Everything that a reader sees of a document as text, piece by piece."""
    yield from (document.kicker, document.asset, document.byline, document.date_label, document.as_of_label)
    yield from (sentence.text for _, sentence in iterate_sentences(document))
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


def related(document: Document) -> Iterator[str]:
    """The claims of all relating words, in sentences and cells."""
    spans: list[Span] = [span for _, sentence in iterate_sentences(document) for span in sentence.spans]
    spans += [span for cell in cells(document) for span in cell.spans]
    yield from (claim for span in spans if isinstance(span, LiteralSpan) for _, _, claim in span.relating)


def shown(document: Document) -> Iterator[ClaimSpan]:
    """Every span that states something, in sentences, tiles and cells."""
    spans: list[Span] = [span for _, sentence in iterate_sentences(document) for span in sentence.spans]
    spans += [span for tile in document.tiles for span in (*tile.value, *tile.change)]
    spans += [span for cell in cells(document) for span in cell.spans]
    yield from (span for span in spans if isinstance(span, ClaimSpan))


def residue(document: Document) -> list[str]:
    """Texts with something in them that is no prose."""
    return [text for text in texts(document) if RESIDUE.search(text)]


def told(brief: Brief) -> set[str]:
    """Ids of the findings that the brief tells."""
    return {finding.id for finding in brief.plan.said}
