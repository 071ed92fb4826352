"""PDF → the words of each page with their places, and its tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf

_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
#: Operators that outline a rectangle, and those that paint.
_SHAPES = frozenset({"re", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
_PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


@dataclass(frozen=True, slots=True)
class PdfWords:
    """Text set in one go.

    Attributes:
        text: as a search finds it.
        left, right, base, size: its box in points from the page's lower left corner, and the size of its letters.
        mark: number of its marked content, or None.
        artifact: whether it is decoration of the page: running titles, page numbers.
        glyphless: whether a letter has no glyph.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    mark: int | None
    artifact: bool
    glyphless: bool


@dataclass(frozen=True, slots=True)
class PdfBox:
    """A rectangle that is drawn: a chart's ground, a rule, a bar; in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


class _Face:
    """A font of a page: what its codes mean and how wide they are."""

    def __init__(self, font: Any) -> None:
        self.letters: dict[int, str] = {}
        if "/ToUnicode" in font:
            for code, text in _PAIR.findall(font.ToUnicode.read_bytes().partition(b"bfchar")[2]):
                self.letters[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
        self.widths: dict[int, float] = {}
        self.plain = 1000.0
        for descendant in font.get("/DescendantFonts", []):
            self.plain = float(descendant.get("/DW", 1000))
            self._read_widths(list(descendant.get("/W", [])))

    def _read_widths(self, entries: list[Any]) -> None:
        while len(entries) >= 2:
            first = int(entries.pop(0))
            if isinstance(entries[0], pikepdf.Array):
                self.widths |= {first + n: float(width) for n, width in enumerate(entries.pop(0))}
            else:
                last, width = int(entries.pop(0)), float(entries.pop(0))
                self.widths |= dict.fromkeys(range(first, last + 1), width)


class _ContentReader:
    """Follows the operators of a page's drawing."""

    def __init__(self) -> None:
        self.words: list[PdfWords] = []
        self.boxes: list[PdfBox] = []
        self.paths: Counter[int] = Counter()
        self.faces: dict[Any, _Face] = {}

    def read_content(self, content: Any, resources: Any, start: _Matrix) -> None:
        matrix, stack, place = start, list[_Matrix](), _UNIT
        marks: list[tuple[int | None, bool]] = []
        face, size = _Face({}), 0.0
        for step in pikepdf.parse_content_stream(content):
            operands: Any = step.operands
            name = str(step.operator)
            if name == "q":
                stack.append(matrix)
            elif name == "Q":
                matrix = stack.pop() if stack else start
            elif name == "cm":
                matrix = _multiply_matrices(_to_matrix(operands), matrix)
            elif name == "Tm":
                place = _to_matrix(operands)
            elif name == "Tf":
                face, size = self._find_face(resources, operands[0]), float(operands[1])
            elif name in {"BDC", "BMC"}:
                marks.append(_parse_mark(operands))
            elif name == "EMC":
                marks = marks[:-1]
            elif name in {"TJ", "Tj"}:
                mark, artifact = marks[-1] if marks else (None, True)
                parts = operands[0] if name == "TJ" else operands
                self.words.append(
                    _make_words(list(parts), face, size, _multiply_matrices(place, matrix), mark, artifact)
                )
            elif name in _SHAPES:
                self._add_shape(name, operands, matrix, marks[-1][0] if marks else None)
            elif name == "Do":
                drawn = resources.XObject[str(operands[0])]
                if drawn.get("/Subtype") == "/Form":
                    inner = _multiply_matrices(_to_matrix(drawn.get("/Matrix", _UNIT)), matrix)
                    self.read_content(drawn, drawn.get("/Resources", resources), inner)

    def _add_shape(self, name: str, operands: Any, matrix: _Matrix, mark: int | None) -> None:
        if name == "re":
            self.boxes.append(_make_box(operands, matrix))
        elif mark is not None:
            self.paths[mark] += 1

    def _find_face(self, resources: Any, name: Any) -> _Face:
        font = resources.Font[str(name)]
        if font.objgen not in self.faces:
            self.faces[font.objgen] = _Face(font)
        return self.faces[font.objgen]


def _parse_mark(operands: Any) -> tuple[int | None, bool]:
    known: Any = operands[1] if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else {}
    return (int(known["/MCID"]) if "/MCID" in known else None, str(operands[0]) == "/Artifact")


def _make_words(parts: list[Any], face: _Face, size: float, at: _Matrix, mark: int | None, artifact: bool) -> PdfWords:
    text, length, glyphless = "", 0.0, False
    for part in parts:
        if isinstance(part, pikepdf.String):
            data = bytes(part)
            for code in (int.from_bytes(data[n : n + 2], "big") for n in range(0, len(data), 2)):
                text += face.letters.get(code, "\ufffd")
                length += face.widths.get(code, face.plain)
                glyphless = glyphless or code == 0
        else:
            length -= float(part)
    scale = (at[0] ** 2 + at[1] ** 2) ** 0.5
    return PdfWords(text, at[4], at[4] + length / 1000 * size * scale, at[5], size * scale, mark, artifact, glyphless)


def _make_box(operands: Any, at: _Matrix) -> PdfBox:
    x, y, width, height = (float(number) for number in operands)
    left, right = sorted((at[0] * x + at[4], at[0] * (x + width) + at[4]))
    bottom, top = sorted((at[3] * y + at[5], at[3] * (y + height) + at[5]))
    return PdfBox(left, bottom, right, top)


def _to_matrix(numbers: Any) -> _Matrix:
    a, b, c, d, e, f = (float(number) for number in numbers)
    return (a, b, c, d, e, f)


def _multiply_matrices(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is drawn, in the order in which it is drawn.

    Attributes:
        words: everything it says.
        boxes: its rectangles.
        paths: number of a marked content → how many shapes are painted in it.
        width, height: of the paper, in points.
    """

    words: tuple[PdfWords, ...]
    boxes: tuple[PdfBox, ...]
    paths: Mapping[int, int]
    width: float
    height: float


def read_sheet(page: Any) -> Sheet:
    """Read a page."""
    reader = _ContentReader()
    reader.read_content(page, page.get("/Resources", {}), _UNIT)
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return Sheet(tuple(reader.words), tuple(reader.boxes), dict(reader.paths), right - left, top - bottom)


def read_words(page: Any) -> tuple[PdfWords, ...]:
    """Everything a page says, in the order in which it is drawn."""
    return read_sheet(page).words


@dataclass(frozen=True, slots=True)
class PdfTag:
    """An element of the tag tree.

    Attributes:
        kind: P, H1, Figure …
        alt, lang: as the element has them, else empty.
        content: the marked contents it holds, with those inside it: (page, number).
        parent: kinds of the elements that hold it, the root first.
    """

    kind: str
    alt: str
    lang: str
    content: tuple[tuple[int, int], ...]
    parent: tuple[str, ...]


def read_tags(pdf: pikepdf.Pdf) -> tuple[PdfTag, ...]:
    """The tag tree, flattened in reading order; empty where the file has none."""
    if "/StructTreeRoot" not in pdf.Root:
        return ()
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    return tuple(
        tag for element in _as_list(pdf.Root.StructTreeRoot.get("/K", [])) for tag in _iterate_tags(element, pages, ())
    )


def _iterate_tags(element: Any, pages: dict[Any, int], parent: tuple[str, ...]) -> Iterator[PdfTag]:
    kind = str(element.get("/S", ""))[1:]
    alt, lang = str(element.get("/Alt", "")), str(element.get("/Lang", ""))
    yield PdfTag(kind, alt, lang, tuple(_iterate_content(element, pages)), parent)
    for kid in _as_list(element.get("/K", [])):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _iterate_tags(kid, pages, (*parent, kind))


def _iterate_content(element: Any, pages: dict[Any, int]) -> Iterator[tuple[int, int]]:
    page = pages.get(element.Pg.objgen, -1) if "/Pg" in element else -1
    for kid in _as_list(element.get("/K", [])):
        if isinstance(kid, int):
            yield page, kid
        elif isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
            yield pages.get(kid.Pg.objgen, -1) if "/Pg" in kid else page, int(kid.MCID)
        elif isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _iterate_content(kid, pages)


def _as_list(kids: Any) -> list[Any]:
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]
