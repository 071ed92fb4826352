"""HTML → passages: the text of its blocks, each character with its position in the file."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

from reporter.proof.passages import Kind, Lines, Passage

_KINDS: dict[str, Kind] = {
    "p": "prose",
    "blockquote": "prose",
    "figcaption": "prose",
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "li": "item",
    "dt": "cell",
    "dd": "cell",
    "th": "cell",
    "td": "cell",
    "caption": "heading",
    "title": "heading",
}
#: What begins a new line without being a block of its own kind.
_BREAKS = frozenset({"div", "section", "header", "footer", "main", "article", "aside", "ul", "ol", "dl", "table", "tr"})
#: Parts of a caption that are labels and not its sentences.
_LABELS = frozenset({"key", "source"})
#: Nothing in these is read as text; a drawing's words come from the chart's own catalogue.
_SILENT = frozenset({"script", "style", "svg"})


def read_html(source: str) -> tuple[tuple[Passage, ...], str]:
    """Read a brief's HTML.

    Args:
        source: the file's text, its lines ended by line feeds.

    Returns:
        Its passages in order, and its language tag (empty where it names none).
    """
    reading = _Reading(source)
    reading.feed(source)
    reading.close()
    reading.flush()
    return tuple(reading.passages), reading.language


class _Reading(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.passages: list[Passage] = []
        self.language = ""
        self._lines = Lines(source)
        self._open: list[str] = []
        self._silent = 0
        self._lists = 0
        self._lead = 0
        self._bold = self._label = False
        self._chars: list[str] = []
        self._offsets: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        if tag in _SILENT:
            self._silent += 1
        names = (dict(attrs).get("class") or "").split()
        if tag in _KINDS or tag in _BREAKS:
            self.flush()
            # A page's labels are paragraphs with a class; its sentences are plain ones, or the standfirst.
            self._open.append("td" if tag == "p" and names and "standfirst" not in names else tag)
        elif tag == "span" and _LABELS & set(names):
            self.flush()
            self._label = True
        elif tag == "strong" and not "".join(self._chars).strip():
            self._bold = True
        if tag in ("ul", "ol"):
            self._lists += 1
        elif tag == "br":
            self._take(" ")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _KINDS or tag in _BREAKS:
            self.flush()
            self._leave(tag)
        elif tag == "strong" and self._bold:
            self._lead, self._bold = len("".join(self._chars).lstrip()), False

    def _leave(self, tag: str) -> None:
        """Close the element, and what was left open inside it."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] == tag or (tag == "p" and self._open[place] == "td"):
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Take text as it stands."""
        if not self._silent:
            at = self._here()
            for step, char in enumerate(data):
                self._add(char, at + step)

    def handle_entityref(self, name: str) -> None:
        """Take a named character."""
        self._take(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        """Take a numbered character."""
        self._take(unescape(f"&#{name};"))

    def flush(self) -> None:
        """End the passage that is being read."""
        text = "".join(self._chars)
        if text.strip():
            tag = next((name for name in reversed(self._open) if name in _KINDS), "")
            in_list = "li" in self._open
            kind: Kind = "cell" if self._label else "item" if in_list and tag == "p" else _KINDS.get(tag, "cell")
            start = len(text) - len(text.lstrip())
            end = len(text.rstrip())
            offsets = tuple(self._offsets[start:end])
            self.passages.append(Passage(kind, text[start:end], offsets, self._lead, self._lists if in_list else -1))
        self._chars, self._offsets = [], []
        self._lead, self._bold, self._label = 0, False, False

    def _take(self, text: str) -> None:
        if not self._silent:
            for char in text:
                self._add(char, self._here())

    def _add(self, char: str, at: int) -> None:
        if char.isspace():
            # The page shows a run of white space as one space; only a written no-break space is a second one.
            if char in " \n\t\r" and self._chars and self._chars[-1] == " ":
                return
            char = " "
        self._chars.append(char)
        self._offsets.append(at)

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines.start(line - 1) + column
