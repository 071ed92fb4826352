"""HTML as its reader sees it: title, description, blocks of text, and what is written in its drawings."""

from __future__ import annotations

from html.parser import HTMLParser

from reporter.verify.finished import Finished, Piece, edition_and_locale

_BLOCKS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "caption", "figcaption", "div", "section", "body"}
)
_SILENT = frozenset({"style", "script", "template"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self.links: list[tuple[str, int]] = []
        self._text: list[str] = []
        self._chart: list[str] = []
        self._silent = self._drawing = 0
        self._title = self._in_head = False
        self._line = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "svg":
            self._flush()
            self._drawing += 1
        elif tag == "title":
            self._title = True
            self._line = self.getpos()[0]
        elif tag == "meta" and given.get("name") in {"description", "author"}:
            self.pieces.append(Piece("front", given.get("content", ""), self.getpos()[0], "", given["name"]))
        elif tag == "a" and given.get("href"):
            self.links.append((given["href"], self.getpos()[0]))
        elif tag in {"th", "td", "br"}:
            self._text.append(" ")
        if tag in _BLOCKS:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent -= 1
        elif tag == "title":
            self._end_title()
        elif tag == "svg":
            self._drawing -= 1
            if self._chart:
                self.pieces.append(Piece("chart", "\n".join(self._chart), self.getpos()[0]))
                self._chart = []
        elif tag in _BLOCKS:
            self._flush()

    def _end_title(self) -> None:
        self._title = False
        text = "".join(self._text).strip()
        self._text = []
        kind, key = ("alt", "") if self._drawing else ("front", "title")
        self.pieces.append(Piece(kind, text, self._line, "", key))  # type: ignore[arg-type]

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._drawing and not self._title:
            if data.strip():
                self._chart.append(data.strip())
            return
        if not self._text:
            self._line = self.getpos()[0]
        self._text.append(data)

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        if text:
            self.pieces.append(Piece("text", text, self._line))


def read_html(text: str, name: str) -> Finished:
    """Read an HTML file.

    Args:
        text: the file.
        name: its path in the brief's folder.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    edition, locale = edition_and_locale(name)
    return Finished(name, "html", locale, edition, tuple(reader.pieces), tuple(reader.links))
