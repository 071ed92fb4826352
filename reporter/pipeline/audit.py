"""The files of a brief → the gate's verdict: they are read and checked against the ledger beside them.

`build` calls it before anything is published, `reporter audit` on a folder as it lies. It needs no desk.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.diagnostics.diagnostic import Diagnostic, Place, Severity
from reporter.diagnostics.errors import HeldError, InputError
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.history import check_recalled_briefs
from reporter.readback.html import read_html
from reporter.readback.markdown import read_markdown
from reporter.readback.pieces import FinishedFile, Piece, edition_and_locale
from reporter.verify.gate.gate import Verdict, is_editable, is_unchanged, judge_brief
from reporter.verify.ledger.ledger_model import Ledger, read_ledger
from reporter.verify.ledger.seal import check_seal, check_signature

if TYPE_CHECKING:
    from reporter.readback.pdf import PdfWords

#: Elements of a tagged PDF that hold text of their own.
_TEXT = frozenset({"P", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "TR", "Caption"})


def audit_folder(folder: Path, key: bytes | None = None, history: Path | None = None) -> Verdict:
    """Check a brief's folder against its ledger, and the ledger against its seal and signature.

    Args:
        folder: of the brief.
        key: what the ledger has to be signed with; None where nobody gave one.
        history: folder of the published briefs that it may recall; None where nobody gave one.

    Raises:
        InputError: it is no folder of a brief.
        HeldError: its ledger can't be read.
    """
    ledger = read_folder_ledger(folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    del files[LEDGER]
    verdict = audit_against_ledger(ledger, files)
    said = [*check_seal(ledger), *check_signature(ledger, key), *check_recalled_briefs(ledger, history)]
    faults, notices = (tuple(one for one in said if (one.severity is Severity.HOLD) is held) for held in (True, False))
    return Verdict((*faults, *verdict.faults), (*notices, *verdict.notices))


def read_folder_ledger(folder: Path) -> Ledger:
    """Read the ledger of a brief's folder.

    Raises:
        InputError: it is no folder of a brief.
        HeldError: its ledger can't be read.
    """
    if not (folder / LEDGER).is_file():
        hint = "give the folder that holds ledger.json"
        raise InputError([Diagnostic("ledger.no-brief", Place(folder.as_posix()), "not the folder of a brief", hint)])
    return read_ledger((folder / LEDGER).read_bytes())


def audit_against_ledger(ledger: Ledger, files: Mapping[str, bytes]) -> Verdict:
    """Check files against a ledger.

    Args:
        ledger: of the brief.
        files: path in the brief's folder → content, without the ledger.
    """
    # What is told from a PDF by its hash alone needn't be read.
    worth = {name for name, data in files.items() if is_editable(name) or is_unchanged(ledger, name, data)}
    return judge_brief(ledger, tuple(read_finished_files({name: files[name] for name in worth})), files)


def audit_files(files: Mapping[str, bytes]) -> Verdict:
    """Check a brief's files against the ledger among them."""
    return audit_against_ledger(read_ledger(files[LEDGER]), {name: files[name] for name in files if name != LEDGER})


def judge_files(slug: str, files: Mapping[str, bytes], *, draft: bool) -> tuple[Diagnostic, ...]:
    """Return the gate's faults of a draft; hold any other brief that has faults.

    Args:
        slug: the brief's folder.
        files: path in it → content, the ledger among them.
        draft: whether it is only to be looked at.

    Raises:
        HeldError: a brief that is no draft can't be defended.
    """
    if draft:
        return audit_files(files).faults
    hold_unless_passing(slug, files)
    return ()


def hold_unless_passing(slug: str, files: Mapping[str, bytes]) -> None:
    """Check finished files against their ledger before publishing, and hold the brief if they fail.

    Raises:
        HeldError: with every fault, a line each.
    """
    verdict = audit_files(files)
    if not verdict.passes:
        raise HeldError(verdict.faults, f"{slug} is held, nothing is published:")


def read_finished_files(files: Mapping[str, bytes]) -> Iterator[FinishedFile]:
    """Read each finished text; charts are checked by their hashes."""
    for name, content in sorted(files.items()):
        if "/" in name or not all(edition_and_locale(name)):
            continue
        if name.endswith(".md"):
            yield read_markdown(content.decode("utf-8", "replace"), name)
        elif name.endswith(".html"):
            yield read_html(content.decode("utf-8", "replace"), name)
        elif name.endswith(".pdf"):
            yield read_pdf(content, name)


def read_pdf(data: bytes, name: str) -> FinishedFile:
    """Read the text of a PDF by its tags, in reading order.

    Raises:
        HeldError: it can't be read.
    """
    import pikepdf

    from reporter.readback.pdf import read_tags, read_words

    edition, locale = edition_and_locale(name)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            words = [read_words(page) for page in pdf.pages]
            tags = read_tags(pdf)
            links = tuple(_iterate_links(pdf))
    except pikepdf.PdfError as error:
        what = f"not a PDF that can be read: {error}"
        raise HeldError([Diagnostic("pdf.unreadable", Place(name), what)]) from None
    return FinishedFile(name, "pdf", locale, edition, tuple(_iterate_pieces(words, tags)), links)


def _iterate_pieces(words: list[tuple[PdfWords, ...]], tags: Any) -> Iterator[Piece]:
    by_mark: dict[tuple[int, int], list[PdfWords]] = {}
    for page, said in enumerate(words):
        for word in said:
            if word.mark is not None and not word.artifact:
                by_mark.setdefault((page, word.mark), []).append(word)
    taken = _TEXT | {"Figure"}
    for tag in tags:
        if tag.kind not in taken or taken.intersection(tag.parent):
            continue
        found = [word for mark in tag.content for word in by_mark.pop(mark, ())]
        page = tag.content[0][0] + 1 if tag.content else 1
        if tag.kind == "Figure":
            yield Piece("alt", tag.alt, page)
        if text := _join_words(found):
            yield Piece("chart" if tag.kind == "Figure" else "text", text, page)
    # What no element of the page holds stands in its margins.
    for (page, _), left in sorted(by_mark.items()):
        if text := _join_words(left):
            yield Piece("running", text, page + 1)


def _join_words(words: list[PdfWords]) -> str:
    """Join words to one text, with a space between lines."""
    text, before = "", None
    for word in words:
        if before is not None and abs(word.base - before.base) > before.size * 0.5:
            text += " "
        text += word.text
        before = word
    return " ".join(text.split())


def _iterate_links(pdf: Any) -> Iterator[tuple[str, int, str]]:
    for number, page in enumerate(pdf.pages, 1):
        for link in page.get("/Annots", []):
            action = link.get("/A", {})
            if link.get("/Subtype") == "/Link" and "/URI" in action:
                yield str(action.URI), number, ""
