"""The gate against edits of the whole of a brief: what stands where, markup, drawings and PDFs, in every format.

`REPORTER_MUTATIONS` sets how many of each kind the short run makes, `REPORTER_MUTATION_REPORT` names a file whose
neighbour `….formats` the shares go to.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from reporter.pipeline.audit import audit_against_ledger
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.outputs import render_brief
from reporter.readback.pieces import edition_and_locale
from reporter.render.pdf.printer import PrintPage
from reporter.verify.ledger.ledger_model import Ledger, read_ledger
from tests.briefs import SAMPLES, composed
from tests.verify import mutations
from tests.verify.holding import Held
from tests.verify.tampering import MARKDOWN, PDF, TextEdit, edit_pdf, html_kinds

#: How many edits of each kind: in every run, and in the long one.
_SOME, _MANY = min(int(os.environ.get("REPORTER_MUTATIONS", "10")), 30), 200
_LEAST = 0.99
_SEED = 20260207
_HTML = html_kinds(mutations.EDITS)
_MOST_TRIES = 400
_NAMES = ("btc-2026-02", "melt-up", "quiet-day")
MANY = [_SOME, pytest.param(_MANY, marks=pytest.mark.long)]


@dataclass(frozen=True)
class Brief:
    """A finished brief."""

    ledger: Ledger
    files: Mapping[str, bytes]
    gate: Held

    def named(self, ending: str) -> list[str]:
        return [name for name in self.files if name.endswith(ending) and "/" not in name]


@cache
def _brief(name: str) -> Brief:
    files = render_brief(composed(SAMPLES / name, None, editions=("article", "chat")), ("md", "html"), None)
    ledger = read_ledger(files.pop(LEDGER))
    return Brief(ledger, files, Held(ledger, files))


def _holds(brief: Brief, name: str, text: str) -> bool:
    """Whether a file is held beside the others of its format, as `audit` holds it."""
    others = {one: brief.files[one].decode() for one in brief.named(name[-3:])}
    return not brief.gate.judge({**others, name: text}).passes


def _try(kind: str, edit: TextEdit, ending: str, many: int) -> None:
    rng = random.Random(f"{_SEED} {ending} {kind}")
    missed, made = list[str](), 0
    for _ in range(many * _MOST_TRIES):
        if made == many:
            break
        brief = _brief(rng.choice(_NAMES))
        name = rng.choice(brief.named(ending))
        text = brief.files[name].decode()
        edited = edit(text, edition_and_locale(name)[1], brief.ledger, rng)
        if edited is None or edited == text:
            continue
        made += 1
        if not _holds(brief, name, edited):
            missed.append(f"{name}: {_difference(text, edited)}")
    _report(f"{ending[1:]}: {kind}", made - len(missed), made)

    assert made == many
    assert (made - len(missed)) / made >= _LEAST, "\n".join(missed)


def _difference(before: str, after: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    return f"{before[at - 30 : at + 60]!r} → {after[at - 30 : at + 60]!r}"


def _report(kind: str, held: int, made: int) -> None:
    line = f"{kind:<36} {held:>4} of {made} held, {held / max(made, 1):.1%}"
    print(line)
    if path := os.environ.get("REPORTER_MUTATION_REPORT"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with Path(f"{path}.formats").open("a", encoding="utf-8") as file:
            file.write(line + "\n")


@pytest.mark.parametrize("many", MANY)
@pytest.mark.parametrize("kind", MARKDOWN)
def test_markdown_that_was_tampered_with_is_held(kind: str, many: int) -> None:
    _try(kind, MARKDOWN[kind], ".md", many)


@pytest.mark.parametrize("many", MANY)
@pytest.mark.parametrize("kind", _HTML)
def test_a_page_that_was_tampered_with_is_held(kind: str, many: int) -> None:
    _try(kind, _HTML[kind], ".html", many)


@pytest.fixture(scope="module")
def printed(printer: PrintPage) -> Brief:
    files = render_brief(composed(SAMPLES / "quiet-day"), ("pdf",), printer)
    ledger = read_ledger(files.pop(LEDGER))
    return Brief(ledger, files, Held(ledger, files))


@pytest.mark.parametrize("many", MANY)
@pytest.mark.parametrize("kind", PDF)
def test_a_pdf_that_was_tampered_with_is_held(kind: str, many: int, printed: Brief) -> None:
    rng = random.Random(f"{_SEED} pdf {kind}")
    name, made, missed = "article.en.pdf", 0, 0
    # Read once: what is told by its hash is never opened.
    for _ in range(many):
        edited = edit_pdf(printed.files[name], PDF[kind], rng)
        if edited is None or edited == printed.files[name]:
            continue
        made += 1
        missed += audit_against_ledger(printed.ledger, {name: edited}).passes
    _report(f"pdf: {kind}", made - missed, made)

    assert made == many
    assert missed == 0


def test_nothing_that_was_not_edited_is_held(printed: Brief) -> None:
    for brief in (*map(_brief, _NAMES), printed):
        verdict = audit_against_ledger(brief.ledger, brief.files)
        assert (verdict.faults, verdict.notices) == ((), ())


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_a_brief_edited_again_and_again_is_judged_as_one_that_is_read_anew(ending: str) -> None:
    brief, rng = _brief("quiet-day"), random.Random(_SEED)
    texts = {name: brief.files[name].decode() for name in brief.named(ending)}
    for name in sorted(texts):
        place = rng.choice([found.start() for found in re.finditer(r"\d", texts[name])])
        edited = {**texts, name: texts[name][:place] + "77" + texts[name][place + 1 :]}
        alone = audit_against_ledger(
            brief.ledger, {**brief.files, **{one: text.encode() for one, text in edited.items()}}
        )
        others = {one: brief.files[one].decode() for one in brief.files if one.endswith((".md", ".html"))}
        one_by_one = brief.gate.judge({**others, **edited})
        assert alone.faults
        assert (set(one_by_one.faults), one_by_one.notices) == (set(alone.faults), alone.notices)
    assert brief.gate.judge(texts).passes
