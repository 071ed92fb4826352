"""PDF that claims to be PDF/A-3 → what its objects lack of that.

ISO 19005-3 asks for more than this reads (colours of each operator, CMaps, glyph widths); veraPDF checks all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

_CLAIM = "{http://www.aiim.org/pdfa/ns/id/}"
_INVISIBLE, _PRINT = 2, 4
_FORBIDDEN = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript", "/Hide", "/SetOCGState"}


def check_pdfa(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What speaks against a PDF's own claim to be PDF/A-3; nothing where it claims nothing."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        part, level = metadata.get(f"{_CLAIM}part"), metadata.get(f"{_CLAIM}conformance")
        title = metadata.get("dc:title")
    if part is None:
        if _files_by_name(pdf):
            yield "files are attached, and the document does not say that it is PDF/A-3"
        return
    if (part, level) not in {("3", "A"), ("3", "B"), ("3", "U")}:
        yield f"the document says that it is PDF/A-{part}{(level or '').lower()}, which this program does not make"
    yield from (
        f"PDF/A: {fault}" for fault in (*_check_document(pdf, title), *_check_attachments(pdf), *_check_objects(pdf))
    )


def _check_document(pdf: pikepdf.Pdf, title: Any) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "the document is encrypted"
    if "/ID" not in pdf.trailer:
        yield "the file has no identifier"
    if "/Filter" in pdf.Root.Metadata:
        yield "the metadata are compressed"
    if str(pdf.docinfo.get("/Title", "")) != str(title or ""):
        yield "the title is another in the metadata than in the document's information"
    intents: Any = pdf.Root.get("/OutputIntents", [])
    if not any(intent.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in intent for intent in intents):
        yield "no colour profile says what the colours mean"
    if "/MarkInfo" not in pdf.Root or "/StructTreeRoot" not in pdf.Root:
        yield "the document is not tagged"


def _files_by_name(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Attached files by name."""
    names: Any = pdf.Root.get("/Names", {})
    listed = list(names.get("/EmbeddedFiles", {}).get("/Names", []))
    return {str(name): file for name, file in zip(listed[::2], listed[1::2], strict=True)}


def _check_attachments(pdf: pikepdf.Pdf) -> Iterator[str]:
    related = {file.objgen for file in pdf.Root.get("/AF", [])}
    for name, file in _files_by_name(pdf).items():
        embedded = file.get("/EF", {}).get("/F")
        shown = str(file.get("/UF", name))
        if embedded is None or not str(embedded.get("/Subtype", "")):
            yield f'the file "{shown}" does not say what kind it is'
        if embedded is not None and "/ModDate" not in embedded.get("/Params", {}):
            yield f'the file "{shown}" has no date'
        if "/AFRelationship" not in file or file.objgen not in related:
            yield f'the file "{shown}" does not say how it belongs to the document'
        if "/F" not in file or "/UF" not in file:
            yield f'the file "{shown}" has no name for every reader'


def _check_objects(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and "LZW" in str(item.get("/Filter", "")):
            yield "a stream is packed with LZW"
        if isinstance(item, pikepdf.Dictionary) and str(item.get("/S", "")) in _FORBIDDEN and "/K" not in item:
            yield f"the document holds the action {str(item.S)[1:]}"
    for number, page in enumerate(pdf.pages, 1):
        for note in page.get("/Annots", []):
            flags = int(note.get("/F", 0))
            if flags & _INVISIBLE or not flags & _PRINT:
                yield f"page {number}: a link would not be printed"
