"""A logo file → a checked `data:` address, with the text of an SVG converted to outlines.

A page shows a logo as an image of its own. Text inside it would be set in whatever font a machine has, in a PDF as
letters of the page; as shapes it looks the same everywhere and says nothing that the ledger would have to know.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from reporter.charts.svg import outline_path
from reporter.charts.typeface import Typeface, open_typeface

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.render.fonts import Fonts

_KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
_MOST_BYTES = 100_000
#: Pixels on a side, at which a logo of 5 mm is far sharper than any printer.
_MOST_PIXELS = 4_000
#: What a picture that stands alone does not have.
_ASKS = re.compile(rb"""<script|\bon\w+\s*=|@import|(?:href|src)\s*=\s*["'](?!\#|data:)|url\(\s*["']?(?!\#|data:)""")
#: What moves, embeds or runs.
_REFUSED = frozenset(
    {
        *(
            "script",
            "foreignObject",
            "image",
            "feImage",
            "animate",
            "animateTransform",
            "animateMotion",
            "set",
            "iframe",
        ),
        *("audio", "video", "handler", "listener"),
    }
)
_MOST_USES = 50
_SVG = "http://www.w3.org/2000/svg"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: Attributes that place letters, which shapes have no use for.
_PLACING = ("x", "y", "dx", "dy", _XML_SPACE)
#: What a letter takes from the elements around it.
_INHERITED = ("font-size", "font-weight", "font-family", "text-anchor", "letter-spacing", "white-space")
#: What we don't set as its maker's program does, and so refuse.
_UNSET = ("textPath", "tref", "textLength", "rotate", "lengthAdjust")
_LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(px|pt|em|mm|cm|in|pc|)")
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "pc": 16.0}
#: Errors of expat, by their codes, in words that say what to mend.
_XML_ERRORS = {
    2: "something stands before its first tag",
    3: "it ends before its first tag",
    4: "a character stands where XML allows none; & is written &amp;, and < in a text &lt;",
    5: "a tag has no >",
    6: "a character is cut off",
    7: "a tag is closed that is not the one that is open",
    8: "a tag has an attribute twice",
    9: "something stands after its last tag",
    11: "XML doesn't know this entity; write the character itself",
    14: "a character has a number that there is not",
    17: "its XML declaration does not stand at its start",
    18: "its XML declaration names an encoding that there is not; save it as UTF-8",
    19: "it is not in the encoding that its XML declaration names; save it as UTF-8",
    20: "its CDATA has no end",
    27: "a name has a prefix without its xmlns",
    30: "its XML declaration is malformed",
    43: "its entities grow without measure",
}
_SERIFS = re.compile(r"(?<!sans-)(?<!sans )serif|times|georgia|garamond|minion|song|ming", re.IGNORECASE)


class _LogoError(Exception):
    """A logo that can't be used; the message says why."""


def read_logo(path: Path, fonts: Callable[[], Fonts]) -> tuple[str, str]:
    """Read a logo as a `data:` address, or return what is wrong with it.

    Args:
        path: an SVG or PNG file.
        fonts: finds the faces that letters of an SVG are drawn in; asked only where it has any.

    Returns:
        The address and an empty text, or an empty text and the fault.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        return "", "is neither SVG nor PNG"
    if path.exists() and not path.is_file():
        return "", "is no file"
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
            size = len(data) if len(data) <= _MOST_BYTES else path.stat().st_size
    except OSError as error:
        return "", f"can't be read: {error.strerror}"
    if size > _MOST_BYTES:
        return "", f"has {size / 1000:.0f} kB"
    try:
        data = _check_png(data) if kind == "image/png" else _check_svg(data, fonts)
    except _LogoError as error:
        return "", str(error)
    return f"data:{kind};base64,{base64.b64encode(data).decode()}", ""


def _check_png(data: bytes) -> bytes:
    from PIL import Image, ImageFile

    if not data.startswith(b"\x89PNG\r\n"):
        raise _LogoError("is not what its name says")
    # Before anything is unpacked: the header says how many pixels there are.
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    if max(width, height) > _MOST_PIXELS:
        raise _LogoError(f"has {width} by {height} pixels")
    # Once WeasyPrint is loaded, pictures that end too early pass: it asks Pillow to let them.
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            image.load()
    except (OSError, SyntaxError, ValueError):
        raise _LogoError("is a PNG that is cut off or damaged") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return data


def _tell_xml_error(error: Exception) -> str:
    """What is wrong with a file that is no XML, and where."""
    if not isinstance(error, ElementTree.ParseError):
        return _XML_ERRORS[18]
    line, column = error.position
    why = _XML_ERRORS.get(error.code, "it breaks a rule of XML")
    return f"{why} (line {line}, column {column + 1})"


def _check_svg(data: bytes, fonts: Callable[[], Fonts]) -> bytes:
    if _ASKS.search(data):
        raise _LogoError("asks for other files or holds a script")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        if b"<svg" not in data[:2000]:
            raise _LogoError("is not what its name says") from None
        raise _LogoError(f"is a damaged SVG: {_tell_xml_error(error)}") from None
    if root.tag not in (f"{{{_SVG}}}svg", "svg"):
        raise _LogoError("is not what its name says")
    if root.tag == "svg":
        raise _LogoError(f'is an SVG that no browser shows: its first tag lacks xmlns="{_SVG}"')
    if refused := next((name for name in map(_get_tag_name, root.iter()) if name in _REFUSED), ""):
        raise _LogoError(f"has <{refused}>, which a logo does without")
    if sum(_get_tag_name(element) == "use" for element in root.iter()) > _MOST_USES:
        raise _LogoError(f"uses its parts more than {_MOST_USES} times")
    if any("\\" in (element.text or "") for element in root.iter() if _get_tag_name(element) == "style"):
        raise _LogoError("has a style sheet with codes for characters; write them plainly")
    if not any(_get_tag_name(element) == "text" for element in root.iter()):
        return data
    _Outliner(root, fonts()).outline_texts()
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return bytes(ElementTree.tostring(root, encoding="utf-8"))


def _get_tag_name(element: ElementTree.Element) -> str:
    # Of a comment the tag is a function.
    return str(element.tag).removeprefix(f"{{{_SVG}}}")


@dataclass(slots=True)
class _Letter:
    """A positioned letter, in the drawing's units, and the shape that it becomes."""

    shape: ElementTree.Element
    face: Typeface
    size: float
    char: str
    x: float
    y: float


@dataclass(slots=True)
class _TextPen:
    """The position of the next letter, and the letters of the current anchored chunk.

    `reach` is where the last letter ends: a space behind it moves no text.
    """

    x: float = 0.0
    y: float = 0.0
    reach: float = 0.0
    anchor: str = "start"
    chunk: list[_Letter] = field(default_factory=list)
    letters: list[_Letter] = field(default_factory=list)
    blank: bool = True

    def end_chunk(self) -> None:
        """Move the letters of a chunk to where its anchor puts them."""
        if self.chunk:
            share = {"middle": 0.5, "end": 1.0}.get(self.anchor, 0.0)
            moved = (self.reach - self.chunk[0].x) * share
            for letter in self.chunk:
                letter.x -= moved
            self.letters += self.chunk
            self.chunk = []


class _Outliner:
    """Replaces every text of a drawing by a group of shapes with the same colours, classes and transformation."""

    def __init__(self, root: ElementTree.Element, fonts: Fonts) -> None:
        self._root, self._fonts = root, fonts
        self._style = _make_style_lookup(root)

    def outline_texts(self) -> None:
        """Replace all texts of the drawing."""
        self._walk_elements(self._root, {})

    def _walk_elements(self, parent: ElementTree.Element, style: Mapping[str, str]) -> None:
        style = self._inherit_style(parent, style)
        for place, child in enumerate(list(parent)):
            if _get_tag_name(child) != "text":
                self._walk_elements(child, style)
                continue
            if _get_tag_name(parent) == "clipPath":
                raise _LogoError("cuts a shape out by a text; convert its text to paths")
            pen = _TextPen()
            parent[place] = self._outline_text(child, style, pen)
            parent[place].tail = child.tail
            pen.end_chunk()
            for letter in pen.letters:
                _draw_letter(letter)

    def _inherit_style(self, element: ElementTree.Element, style: Mapping[str, str]) -> dict[str, str]:
        own = {name: value for name, value in self._style(element).items() if name in _INHERITED}
        merged = {**style, **own}
        if size := own.get("font-size"):
            merged["font-size"] = f"{_parse_length(size, _get_font_size(style), _get_font_size(style)):g}"
        return merged

    def _outline_text(
        self, element: ElementTree.Element, style: Mapping[str, str], pen: _TextPen
    ) -> ElementTree.Element:
        if unset := next((name for name in _UNSET if _get_tag_name(element) == name or element.get(name)), ""):
            raise _LogoError(f"has text with {unset}; convert its text to paths")
        style = self._inherit_style(element, style)
        kept = {name: value for name, value in element.attrib.items() if name not in _PLACING}
        group = ElementTree.Element(f"{{{_SVG}}}g", kept)
        size = _get_font_size(style)
        places = {name: _parse_lengths(element.get(name, ""), size) for name in ("x", "y", "dx", "dy")}
        if element.get(_XML_SPACE):
            style["white-space"] = "pre" if element.get(_XML_SPACE) == "preserve" else "normal"
        self._place_letters(element.text or "", group, style, pen, places)
        for child in element:
            if _get_tag_name(child) in ("tspan", "a", "textPath", "tref"):
                group.append(self._outline_text(child, style, pen))
            self._place_letters(child.tail or "", group, style, pen, {})
        return group

    def _place_letters(
        self,
        text: str,
        group: ElementTree.Element,
        style: Mapping[str, str],
        pen: _TextPen,
        places: Mapping[str, list[float]],
    ) -> None:
        face, size = self._choose_face(style), _get_font_size(style)
        spacing = style.get("letter-spacing", "normal")
        extra = 0.0 if spacing == "normal" else _parse_length(spacing, size, 0.0)
        kept = style.get("white-space", "normal").startswith("pre")
        text = text if kept else re.sub(r"\s+", " ", text)
        # White space that shows nothing takes no place of those that are given.
        for number, char in enumerate(text.removeprefix(" ") if pen.blank and not kept else text):
            given = {name: values[number] for name, values in places.items() if number < len(values)}
            if "x" in given or "y" in given:
                pen.end_chunk()
            pen.anchor = style.get("text-anchor", "start") if not pen.chunk else pen.anchor
            pen.x, pen.y = given.get("x", pen.x), given.get("y", pen.y)
            pen.x, pen.y = pen.x + given.get("dx", 0.0), pen.y + given.get("dy", 0.0)
            if char.isspace():
                pen.x += face.measure_width(" ", size) + extra
            elif face.find_missing(char):
                raise _LogoError(f'has the letter "{char}", which the page\'s font lacks')
            else:
                shape = ElementTree.SubElement(group, f"{{{_SVG}}}path")
                pen.chunk.append(_Letter(shape, face, size, char, pen.x, pen.y))
                pen.x += face.measure_width(char, size) + extra
                pen.reach = pen.x
            pen.blank = char.isspace()

    def _choose_face(self, style: Mapping[str, str]) -> Typeface:
        weight = style.get("font-weight", "normal")
        heavy = weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)
        serif = _SERIFS.search(style.get("font-family", ""))
        file = self._fonts.headline if serif else self._fonts.bold if heavy else self._fonts.regular
        return open_typeface(file.path, file.index)


def _draw_letter(letter: _Letter) -> None:
    scale = letter.size / letter.face.upem
    letter.shape.set("d", outline_path(letter.face, letter.face.position_glyphs(letter.char)[0][0]))
    letter.shape.set("transform", f"translate({letter.x:.3f} {letter.y:.3f}) scale({scale:.6f} {-scale:.6f})")


def _get_font_size(style: Mapping[str, str]) -> float:
    return float(style.get("font-size", 16.0))


def _parse_length(text: str, em: float, whole: float) -> float:
    """Parse a length in pixels; `em` is one em, `whole` 100 per cent."""
    text = text.strip()
    if text.endswith("%") and whole:
        return float(text[:-1]) / 100 * whole
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise _LogoError(f'has text with the length "{text}"; convert its text to paths')
    return float(found[1]) * (em if found[2] == "em" else _PIXELS[found[2]])


def _parse_lengths(text: str, em: float) -> list[float]:
    return [_parse_length(part, em, 0.0) for part in re.split(r"[\s,]+", text.strip()) if part]


def _make_style_lookup(root: ElementTree.Element) -> Callable[[ElementTree.Element], dict[str, str]]:
    """Make a function that returns an element's style: attributes, style sheet, own style."""
    import cssselect2  # type: ignore[import-untyped]
    import tinycss2  # type: ignore[import-untyped]

    def iterate_declarations(content: object) -> Iterator[tuple[str, str]]:
        for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
            if item.type == "declaration":
                yield item.lower_name, tinycss2.serialize(item.value).strip()

    matcher = cssselect2.Matcher()
    for sheet in (element for element in root.iter() if _get_tag_name(element) == "style"):
        for rule in tinycss2.parse_stylesheet(sheet.text or "", skip_comments=True, skip_whitespace=True):
            if rule.type != "qualified-rule":
                continue
            try:
                selectors = cssselect2.compile_selector_list(rule.prelude)
            except cssselect2.SelectorError:
                continue
            for selector in selectors:
                matcher.add_selector(selector, dict(iterate_declarations(rule.content)))
    wrapped = {id(one.etree_element): one for one in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree()}

    def find_style(element: ElementTree.Element) -> dict[str, str]:
        found = {name: element.get(name, "") for name in _INHERITED if element.get(name)}
        if id(element) in wrapped:
            for _specificity, _order, _pseudo, rules in matcher.match(wrapped[id(element)]):
                found |= rules
        return found | dict(iterate_declarations(element.get("style", "")))

    return find_style
