"""HTML page → the texts that a reader sees, one a block."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Elements that run inside a line; every other one begins a new passage.
_INLINE = frozenset({"a", "b", "em", "i", "span", "strong", "time", "sub", "sup", "small"})
#: Elements whose text is never set on the page. `title` is the head's, or a drawing's alternative text.
_SILENT = frozenset({"script", "title", "template"})
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CODE = re.compile(r"\\([0-9a-fA-F]{1,6}) ?")


class _PassageReader(HTMLParser):
    """Collects passages."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[str] = []
        self._parts: list[str] = []
        self._silent = 0
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self._style = tag == "style"
        if tag in _SILENT:
            self._silent += 1
        elif tag not in _INLINE:
            self.end_passage()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An empty element of a drawing shows no text."""

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        self._style = False
        if tag in _SILENT:
            self._silent -= 1
        elif tag not in _INLINE:
            self.end_passage()

    def handle_data(self, data: str) -> None:
        """Take text, unless it is not shown."""
        if self._style:
            self.passages += css_strings(data)
        elif not self._silent:
            self._parts.append(data)

    def end_passage(self) -> None:
        """End a passage."""
        text = "".join(self._parts).strip()
        self._parts.clear()
        if text:
            self.passages.append(text)


def css_strings(css: str) -> list[str]:
    """The strings of a style sheet: running titles, page words, names of fonts."""
    found = _STRING.findall(_COMMENT.sub("", css))
    return [_CODE.sub(lambda code: chr(min(int(code[1], 16), 0x10FFFF)), text) for text in found if text]


def page_passages(html: str) -> tuple[str, ...]:
    """The texts of a page in order: strings of its style, paragraphs, cells, labels of drawings."""
    reader = _PassageReader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    return tuple(reader.passages)
