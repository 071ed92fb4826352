"""HTML file → pieces: title and description, blocks of text, and labels of its drawings."""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape
from html.parser import HTMLParser
from typing import Literal

from reporter.readback.pieces import FinishedFile, Kind, Part, Piece, Run, edition_and_locale, line_starts

_KINDS: dict[str, Kind] = {
    "p": "prose",
    "blockquote": "prose",
    "figcaption": "prose",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "caption", "title"), "heading"),
    "li": "item",
    **dict.fromkeys(("dt", "dd", "th", "td"), "cell"),
}
#: What begins a new line without being a block of its own kind.
_BREAKS = frozenset(
    {"body", "div", "section", "header", "footer", "main", "article", "aside", "ul", "ol", "dl", "table", "tr"}
)
#: Parts of a caption that are labels and not its sentences.
_LABELS = frozenset({"key", "source"})
#: Fields of the head that say something, and what they are to the ledger.
_FIELDS = {
    "description": "description",
    "author": "author",
    "og:title": "title",
    "og:description": "description",
    "og:site_name": "author",
    "twitter:title": "title",
    "twitter:description": "description",
}
#: What stands between the parts of a page's title, each of which is a text by itself.
_TITLE_JOINT = " · "
_SILENT = frozenset({"script", "style", "template"})
#: Words with single spaces between them, or one character of white space.
_STRETCH = re.compile(r"\S+(?: \S+)*|\s")


def read_html(source: str, name: str = "") -> FinishedFile:
    """Read an HTML file.

    Args:
        source: the file's text.
        name: its path in the brief's folder.
    """
    reading = _HtmlReader(source)
    reading.feed(source)
    reading.close()
    reading.end_link()
    reading.end_piece()
    edition, locale = edition_and_locale(name)
    pieces, links = tuple(reading.pieces), tuple(reading.links)
    return FinishedFile(name, "html", locale, edition, pieces, links, source=source, lang=reading.lang)


class _HtmlReader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[Piece] = []
        self.links: list[tuple[str, int, str]] = []
        #: The link that is being read: its address, its line, and where among the pieces and letters its words begin.
        self._link: tuple[str, int, int, int] | None = None
        self.lang = ""
        self._source = source
        self._starts = line_starts(source)
        self._open: list[str] = []
        self._silent = self._drawings = self._lists = self._lead = 0
        self._bold = self._label = False
        self._runs: list[Run] = []
        self._parts: list[Part] = []
        #: What is written in a drawing, and its name.
        self._drawn: list[str] = []
        self._name: list[str] | None = None
        #: Labels of a picture that is drawn for several widths, of which a reader sees one: each label once.
        self._picture: dict[str, None] | None = None
        self._links_open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        if tag == "html":
            self.lang = given.get("lang", "")
        elif tag == "meta" and (field := _FIELDS.get(given.get("name") or given.get("property", ""))):
            self.pieces.append(Piece("front", given.get("content", ""), line, field))
        elif tag == "a" and given.get("href"):
            self._link = (given["href"], line, len(self.pieces), len(self._current_text()))
        elif tag in _SILENT:
            self._silent += 1
        elif tag == "nav":
            self.end_piece()
            self._links_open += 1
        elif tag == "div" and given.get("role") == "img":
            self.end_piece()
            self.pieces.append(Piece("alt", given.get("aria-label", ""), line))
            self._picture = {}
        elif tag == "svg":
            self._drawings += 1
        elif tag == "img" and given.get("alt"):
            self.pieces.append(Piece("alt", given["alt"], line))
        elif self._drawings:
            self._drawn.append("\n")
            self._name = [] if tag == "title" else self._name
        else:
            self._enter_element(tag, given.get("class", "").split())

    def _enter_element(self, tag: str, names: list[str]) -> None:
        if tag in _KINDS or tag in _BREAKS:
            self._end_element(tag)
            # A page's labels are paragraphs with a class; its sentences are plain ones, or the standfirst.
            self._open.append("td" if tag == "p" and names and "standfirst" not in names else tag)
            self._lists += tag in ("ul", "ol")
        elif tag == "span" and _LABELS & set(names):
            self._end_part()
            self._label = True
        elif tag == "strong" and not self._current_text().strip():
            self._bold = True
        elif tag == "br":
            self._take_text(" ")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag == "a":
            self.end_link()
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "svg":
            self._drawings = max(0, self._drawings - 1)
            if self._picture is not None:
                labels = (" ".join(label.split()) for label in "".join(self._drawn).split("\n"))
                self._picture |= dict.fromkeys(filter(None, labels))
            elif drawn := " ".join("".join(self._drawn).split()):
                self.pieces.append(Piece("chart", drawn, self.getpos()[0]))
            self._drawn = []
        elif tag == "nav":
            self.end_piece()
            self._links_open = max(0, self._links_open - 1)
        elif tag == "div" and self._picture is not None:
            if drawn := " ".join(self._picture):
                self.pieces.append(Piece("chart", drawn, self.getpos()[0]))
            self._picture = None
        elif tag == "a" and self._links_open:
            self.end_piece()
        elif self._name is not None and tag == "title":
            self.pieces.append(Piece("alt", "".join(self._name).strip(), self.getpos()[0]))
            self._name = None
        elif not self._drawings and (tag in _KINDS or tag in _BREAKS):
            self._end_element(tag)
            self._close_element(tag)
        elif tag == "strong" and self._bold:
            self._lead, self._bold = len(self._current_text().lstrip()), False

    def _close_element(self, tag: str) -> None:
        """Close the element, and what was left open inside it."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] == tag or (tag == "p" and self._open[place] == "td"):
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Take text as it stands; each part of the page's title is read by itself."""
        in_title, at = "title" in self._open and not self._drawings, 0
        for part in data.split(_TITLE_JOINT) if in_title else [data]:
            if at:
                self.end_piece()
            self._take_text(part, shift=at)
            at += len(part) + len(_TITLE_JOINT)

    def handle_entityref(self, name: str) -> None:
        """Take a named character, or what only looks like one."""
        self._take_character_code(f"&{name}")

    def handle_charref(self, name: str) -> None:
        """Take a numbered character."""
        self._take_character_code(f"&#{name}")

    def _take_character_code(self, written: str) -> None:
        closed = self._source.startswith(";", self._source_offset() + len(written))
        self._take_text(unescape(f"{written};" if closed else written), "sign")

    def _take_text(self, text: str, form: Literal["words", "sign"] = "words", shift: int = 0) -> None:
        if self._silent:
            return
        if self._drawings:
            (self._drawn if self._name is None else self._name).append(text)
            return
        at = self._source_offset() + shift
        for found in _STRETCH.finditer(text):
            said = " " if found[0].isspace() else found[0]
            # The page shows a run of white space as one space; only a written no-break space is a second one.
            if not (found[0] in " \n\t\r" and self._runs and self._runs[-1].text == " "):
                self._runs.append(Run(said, at if form == "sign" else at + found.start(), form))

    def _current_text(self) -> str:
        return "".join(run.text for run in self._runs)

    def _source_offset(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _end_element(self, tag: str) -> None:
        """End the text before an element: a cell ends its row's last cell, any other element the whole piece."""
        if _KINDS.get(tag) == "cell":
            self._end_part()
        else:
            self.end_piece()

    def _end_part(self) -> None:
        filled = [place for place, run in enumerate(self._runs) if not run.text.isspace()]
        if filled:
            tag = next((name for name in reversed(self._open) if name in _KINDS), "")
            in_list = "li" in self._open
            kind: Kind = "cell" if self._label else "item" if in_list and tag == "p" else _KINDS.get(tag, "cell")
            runs = tuple(self._runs[filled[0] : filled[-1] + 1])
            self._parts.append(Part(kind, runs, self._lead, self._lists if in_list else -1))
        self._runs = []
        self._lead, self._bold, self._label = 0, False, False

    def end_link(self) -> None:
        """End the link that is being read."""
        if self._link is not None:
            address, line, pieces, start = self._link
            words = self._current_text()[start:].strip() if pieces == len(self.pieces) else ""
            self.links.append((address, line, words))
            self._link = None

    def end_piece(self) -> None:
        """End what is being read."""
        self._end_part()
        if self._parts:
            line = bisect_right(self._starts, self._parts[0].runs[0].at)
            title = "title" in self._open
            if self._links_open:
                self.pieces.append(Piece("running", " ".join(part.text for part in self._parts), line))
                self._parts = []
                return
            piece = Piece("front" if title else "text", "", line, "title" if title else "", tuple(self._parts))
            self.pieces.append(piece)
        self._parts = []
