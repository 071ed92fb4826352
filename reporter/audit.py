"""The gate over the files of a brief: what the files say is read, and held to the ledger beside them.

`build` calls it before anything is published, `reporter audit` on a folder as it lies. It needs no desk.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.diagnostics import Diagnostic, Place, Severity
from reporter.errors import HeldError, InputError
from reporter.finished.html import read_html
from reporter.finished.markdown import read_markdown
from reporter.finished.pieces import Finished, Piece, edition_and_locale
from reporter.standing import LEDGER
from reporter.verify.gate import Verdict, is_as_published, is_retouchable, judge
from reporter.verify.record import Ledger, read_ledger
from reporter.verify.sealing import seal_faults, signature_faults

if TYPE_CHECKING:
    from reporter.render.pdf_reading import Words

#: Elements of a tagged PDF that hold text of their own.
_TEXT = frozenset({"P", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "TR", "Caption"})


def audit_folder(folder: Path, key: bytes | None = None) -> Verdict:
    """Hold a brief's folder to its ledger, and the ledger to its seal and signature.

    Args:
        folder: of the brief.
        key: what the ledger has to be signed with; None where nobody gave one.

    Raises:
        InputError: it is no folder of a brief.
        HeldError: its ledger can't be read.
    """
    ledger = ledger_in(folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    del files[LEDGER]
    verdict = audit(ledger, files)
    said = [*seal_faults(ledger), *signature_faults(ledger, key)]
    faults, notices = (tuple(one for one in said if (one.severity is Severity.HOLD) is held) for held in (True, False))
    return Verdict((*faults, *verdict.faults), (*notices, *verdict.notices))


def ledger_in(folder: Path) -> Ledger:
    """The ledger of a brief's folder.

    Raises:
        InputError: it is no folder of a brief.
        HeldError: its ledger can't be read.
    """
    if not (folder / LEDGER).is_file():
        hint = "give the folder that holds ledger.json"
        raise InputError([Diagnostic("ledger.no-brief", Place(folder.as_posix()), "not the folder of a brief", hint)])
    return read_ledger((folder / LEDGER).read_bytes())


def audit(ledger: Ledger, files: Mapping[str, bytes]) -> Verdict:
    """Hold files to a ledger.

    Args:
        ledger: of the brief.
        files: path in the brief's folder → content, without the ledger.
    """
    # What is told from a PDF by its hash alone needn't be read.
    worth = {name for name, data in files.items() if is_retouchable(name) or is_as_published(ledger, name, data)}
    return judge(ledger, tuple(read({name: files[name] for name in worth})), files)


def audit_files(files: Mapping[str, bytes]) -> Verdict:
    """Hold a brief's files to the ledger among them."""
    return audit(read_ledger(files[LEDGER]), {name: files[name] for name in files if name != LEDGER})


def hold_unless_sound(slug: str, files: Mapping[str, bytes]) -> None:
    """The gate before publishing: finished files are read again and held to the ledger among them.

    Raises:
        HeldError: with every fault, a line each.
    """
    verdict = audit_files(files)
    if not verdict.passes:
        raise HeldError(verdict.faults, f"{slug} is held, nothing is published:")


def read(files: Mapping[str, bytes]) -> Iterator[Finished]:
    """What each file that is read says; charts are held by their hashes."""
    for name, content in sorted(files.items()):
        if "/" in name or not all(edition_and_locale(name)):
            continue
        if name.endswith(".md"):
            yield read_markdown(content.decode("utf-8", "replace"), name)
        elif name.endswith(".html"):
            yield read_html(content.decode("utf-8", "replace"), name)
        elif name.endswith(".pdf"):
            yield read_pdf(content, name)


def read_pdf(data: bytes, name: str) -> Finished:
    """What a PDF says, by its tags, in reading order.

    Raises:
        HeldError: it can't be read.
    """
    import pikepdf

    from reporter.render.pdf_reading import tags_of, words_of

    edition, locale = edition_and_locale(name)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            words = [words_of(page) for page in pdf.pages]
            tags = tags_of(pdf)
            links = tuple(_links(pdf))
    except pikepdf.PdfError as error:
        what = f"not a PDF that can be read: {error}"
        raise HeldError([Diagnostic("pdf.unreadable", Place(name), what)]) from None
    return Finished(name, "pdf", locale, edition, tuple(_pieces(words, tags)), links)


def _pieces(words: list[tuple[Words, ...]], tags: Any) -> Iterator[Piece]:
    by_mark: dict[tuple[int, int], list[Words]] = {}
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
        if text := _joined(found):
            yield Piece("chart" if tag.kind == "Figure" else "text", text, page)
    # What no element of the page holds stands in its margins.
    for (page, _), left in sorted(by_mark.items()):
        if text := _joined(left):
            yield Piece("running", text, page + 1)


def _joined(words: list[Words]) -> str:
    """Words as one text: a new line begins with a space."""
    text, before = "", None
    for word in words:
        if before is not None and abs(word.base - before.base) > before.size * 0.5:
            text += " "
        text += word.text
        before = word
    return " ".join(text.split())


def _links(pdf: Any) -> Iterator[tuple[str, int, str]]:
    for number, page in enumerate(pdf.pages, 1):
        for link in page.get("/Annots", []):
            action = link.get("/A", {})
            if link.get("/Subtype") == "/Link" and "/URI" in action:
                yield str(action.URI), number, ""
