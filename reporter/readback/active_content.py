"""Page source → what no page may hold: scripts, frames, forms, fetched addresses, hidden or added text.

The printer of PDFs refuses whatever is fetched; a browser would fetch it, run it, or show it instead of the brief. So a
page has the elements that texts, tables and drawings need, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from hashlib import sha256
from html.parser import HTMLParser

from reporter.diagnostics.diagnostic import Diagnostic, Place, sort_diagnostics
from reporter.readback.style_sheets import check_declarations, check_style_sheet

_ELEMENTS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "link",
        "style",
        "body",
        "header",
        "footer",
        "main",
        "article",
        "section",
        "aside",
        "nav",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "a",
        "span",
        "strong",
        "em",
        "b",
        "i",
        "small",
        "sub",
        "sup",
        "time",
        "br",
        "hr",
        "wbr",
        "blockquote",
        "q",
        "cite",
        "abbr",
        "address",
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "desc",
        "defs",
        "use",
        "symbol",
        "clippath",
        "lineargradient",
        "radialgradient",
        "stop",
        "pattern",
        "marker",
    ]
)
#: Attributes that hold an address; what an `a` leads to is asked for by its reader, all else by the page.
_ADDRESSES = frozenset(
    [
        "src",
        "srcset",
        "href",
        "xlink:href",
        "action",
        "formaction",
        "poster",
        "data",
        "background",
        "ping",
        "manifest",
        "cite",
        "longdesc",
        "classid",
        "codebase",
        "lowsrc",
        "dynsrc",
        "archive",
        "profile",
        "usemap",
        "icon",
        "imagesrcset",
    ]
)
#: Attributes that fetch, hide, colour or edit.
_REFUSED = frozenset(
    [
        "hidden",
        "inert",
        "srcdoc",
        "bgcolor",
        "color",
        "text",
        "vlink",
        "alink",
        "link",
        "contenteditable",
        "autofocus",
        "popover",
        "target",
        "download",
        "is",
        "slot",
        "face",
        "nonce",
        "http-equiv",
        "ping",
        "manifest",
        "background",
    ]
)
_LINKS = frozenset({"canonical", "alternate", "license", "author", "next", "prev"})
#: Classes by which a style sheet hides something, and the element that it may be.
_HIDDEN_CLASSES = {"narrow": "svg", "broad": "svg", "again": "caption", "empty": "td"}
_BLANKS = re.compile("[\u2061\\s\x00-\x20]+")
#: The beginning of an element in a text that a browser may read otherwise than we do.
_RAW = re.compile(
    r"<\s*/?\s*(script|iframe|frame|frameset|object|embed|applet|base|form|input|button|textarea|select|video|audio"
    r"|source|track|portal|noscript|template|plaintext|xmp|noembed|noframes|math|foreignobject|animate\w*|set|marquee"
    r"|dialog|details|canvas|isindex|image)\b",
    re.IGNORECASE,
)
#: Elements that nothing stands in, or that need not be closed; and how deep others may stand in one another.
_EMPTY = frozenset({"meta", "link", "img", "br", "hr", "wbr", "col", "p", "li", "dt", "dd", "td", "th", "tr", "stop"})
_DEEPEST = 100
#: What a page's head says, and what of a page readers of screens are told.
_META = re.compile(
    "viewport|description|author|robots|keywords|generator|color-scheme|theme-color|og:.*|article:.*|twitter:.*|\u2061*"
)
_ARIA = frozenset({"aria-hidden", "aria-label", "aria-labelledby", "aria-current"})
_SAID = frozenset({"title", "placeholder", "summary", "abbr", "label", "value", "standby", "prompt"})
_HINT = "a page has texts, tables and drawings only"


def check_page(source: str, *, printed: bool = False, scripts: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Every element, attribute or address that a page holds and may not; places are without a file.

    Args:
        source: the page's HTML; of a layout, its text with all tags of templates blanked (U+2061).
        printed: whether it is one to be printed, whose margins say what the page is.
        scripts: SHA-256 of scripts that the program itself writes.
    """
    return _page_faults(source, printed=printed, scripts=frozenset(scripts))


#: A page is looked at as it is made, and by the gate as it is finished.
@lru_cache(maxsize=16)
def _page_faults(source: str, *, printed: bool, scripts: frozenset[str]) -> tuple[Diagnostic, ...]:
    reading = _PageChecker(scripts, printed=printed)
    reading.feed(source)
    reading.close()
    found = reading.faults
    if not scripts:
        told = {fault.place.line for fault in found}
        for match in _RAW.finditer(source):
            line, column = (
                source.count("\n", 0, match.start()) + 1,
                match.start() - source.rfind("\n", 0, match.start()),
            )
            if line not in told:
                found.append(_make_diagnostic(line, column, f"<{match[1].lower()}> has no place in a page", _HINT))
    return sort_diagnostics(dict.fromkeys(found))


def _make_diagnostic(line: int, column: int, what: str, hint: str = "") -> Diagnostic:
    return Diagnostic("page.active-content", Place("", line, column), what, hint)


class _PageChecker(HTMLParser):
    def __init__(self, scripts: frozenset[str], *, printed: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._printed = printed
        #: What cells say their column is, with the place, and what the columns are called.
        self._columns: list[tuple[str, int, int]] = []
        self._headers: set[str] = set()
        self._header: list[str] | None = None
        self._open: list[str] = []
        self.faults: list[Diagnostic] = []
        self._scripts = scripts
        self._sheet: list[str] | None = None
        self._script: list[str] | None = None
        self._at = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element's name and attributes."""
        given = {name.strip("\u2061").lower(): value or "" for name, value in attrs}
        if "\u2061" in tag:
            # A heading's level is filled in.
            tag = tag.replace("\u2061", "")
            tag = "h1" if tag == "h" else tag
        if tag == "script" and self._scripts and not given:
            self._script, self._at = [], self._position_after_tag()
            return
        if tag not in _ELEMENTS:
            self._add_diagnostic(f"<{tag}> has no place in a page", _HINT)
            return
        if len(given) < len(attrs):
            self._add_diagnostic(f"<{tag}> has an attribute twice", "a browser takes the first")
        for name, value in given.items():
            self._check_attribute(tag, name, value)
        self._push_element(tag)
        self._check_word_attributes(tag, given)
        if tag == "link" and (given.get("rel", "").lower() not in _LINKS):
            self._add_diagnostic(
                f'<link rel="{given.get("rel", "")}"> is fetched', "everything that a page shows is inside it"
            )
        for word in given.get("class", "").split():
            if _HIDDEN_CLASSES.get(word, tag) != tag:
                what = f'<{tag} class="{word}"> would be hidden'
                self._add_diagnostic(what, f"this class is for <{_HIDDEN_CLASSES[word]}>")
        if tag == "style":
            self._sheet, self._at = [], self._position_after_tag()

    def _push_element(self, tag: str) -> None:
        """Count the elements that are open: a page of thousands inside one another can't be laid out."""
        if tag in _EMPTY:
            return
        self._open.append(tag)
        if len(self._open) == _DEEPEST + 1:
            self._add_diagnostic(f"elements are open {_DEEPEST} deep", "close each element that is opened")

    def _pop_element(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def _check_word_attributes(self, tag: str, given: dict[str, str]) -> None:
        """Check attributes whose words the page does not show."""
        if tag == "meta" and (name := given.get("name", given.get("property", ""))) and not _META.fullmatch(name):
            self._add_diagnostic(
                f'<meta name="{name}"> says something that nobody reads', "a page's head is that of the layouts"
            )
        said = [name for name in given if name in _SAID or (name.startswith("aria-") and name not in _ARIA)]
        if "aria-label" in given and not (tag == "div" and given.get("role") == "img"):
            said.append("aria-label")
        for name in said:
            self._add_diagnostic(f"{name} says what the page doesn't show", "what is said is in the page's text")
        if "data-label" in given:
            line, column = self.getpos()
            self._columns.append((" ".join(given["data-label"].split()), line, column + 1))
        if tag == "th":
            self._header = []

    def handle_endtag(self, tag: str) -> None:
        """Judge a style sheet where it ends."""
        self._pop_element(tag)
        if tag == "th" and self._header is not None:
            self._headers.add(" ".join("".join(self._header).split()))
            self._header = None
        if tag == "style" and self._sheet is not None:
            css = "".join(self._sheet).replace("\u2061", " ")
            self._add_diagnostics_at(check_style_sheet(css, printed=self._printed), *self._at)
            self._sheet = None
        elif tag == "script" and self._script is not None:
            if sha256("".join(self._script).encode()).hexdigest() not in self._scripts:
                self.faults.append(_make_diagnostic(*self._at, "<script> is not the program's own", _HINT))
            self._script = None

    def handle_data(self, data: str) -> None:
        """Take the text of a style sheet or script."""
        for kept in (self._sheet, self._script, self._header):
            if kept is not None:
                kept.append(data)

    def handle_pi(self, data: str) -> None:
        """Refuse what names another file, such as <?xml-stylesheet …?>."""
        self._add_diagnostic("<? … ?> has no place in a page", _HINT)

    def unknown_decl(self, data: str) -> None:
        """Refuse marked sections."""
        self._add_diagnostic("<![ … ]> has no place in a page", _HINT)

    def close(self) -> None:
        """Read to the end; a style sheet that never ends is judged as it stands."""
        rest = self.rawdata
        super().close()
        if self._sheet is not None and rest not in "".join(self._sheet):
            self._sheet.append(rest)
        for label, line, column in self._columns:
            if "\u2061" not in label and label not in self._headers:
                what = f'data-label="{label}" is the name of no column'
                self.faults.append(_make_diagnostic(line, column, what, "a cell's label is its column's heading"))
        self.handle_endtag("style")
        self.handle_endtag("script")

    def _position_after_tag(self) -> tuple[int, int]:
        line, column = self.getpos()
        # What follows stands behind the tag.
        return line, column + len(self.get_starttag_text() or "") + 1

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        shown = f'{name}="{value if len(value) <= 60 else value[:59] + "…"}"'.replace("\u2061", "")
        if name.startswith("on") or name in _REFUSED or ":" in name.removeprefix("xlink:").removeprefix("xml:"):
            self._add_diagnostic(f"{shown} has no place in a page", _HINT)
        elif name == "style":
            line, column = self.getpos()
            self._add_diagnostics_at(check_declarations(value.replace("\u2061", " ")), line, column + 1)
        elif name in _ADDRESSES and not _is_safe_address(tag, name, value):
            self._add_diagnostic(f"{shown} is fetched or run", "an image is a data: address, a link begins with https:")

    def _add_diagnostic(self, what: str, hint: str = "") -> None:
        line, column = self.getpos()
        self.faults.append(_make_diagnostic(line, column + 1, what, hint))

    def _add_diagnostics_at(self, found: tuple[Diagnostic, ...], line: int, column: int) -> None:
        for fault in found:
            down, right = fault.place.line or 1, fault.place.column or 1
            place = (line + down - 1, right + (column - 1 if down == 1 else 0))
            self.faults.append(_make_diagnostic(*place, fault.what, fault.hint))


def _is_safe_address(tag: str, name: str, value: str) -> bool:
    """Whether an address is one that nothing is fetched from before a reader asks for it."""
    plain = _BLANKS.sub("", value).lower()
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", plain)
    if tag in ("a", "link") and name == "href":
        # What the address begins with may be filled in.
        return not plain.startswith("//") and (scheme is None or scheme[1] in ("http", "https", "mailto"))
    if name in ("src", "xlink:href", "href"):
        return not plain or plain.startswith(("data:image/", "#", "asset:"))
    return False
