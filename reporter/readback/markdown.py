"""Markdown file → pieces as a CommonMark engine shows them: front matter, paragraphs, items, rows, alt texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from reporter.readback.pieces import FinishedFile, Kind, Part, Piece, Run, edition_and_locale, line_starts

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: Fields of the front matter that tell a blog's engine what to do, and a reader nothing.
_SILENT = frozenset({"cover", "images", "math", "tags", "draft", "layout", "weight"})
#: Letters of a JSON text, and its escapes; two halves of one character go together.
_WRITTEN = re.compile(r"(\\u[dD][89abAB]..\\u....|\\u....|\\.)|[^\\]+")
_TARGET = re.compile(r"\]\([^)\n]*\)|\]\[[^\]\n]*\]")
_FORMS: dict[str, Literal["words", "sign", "code", "markup"]] = {
    "text": "words",
    "text_special": "sign",
    "code_inline": "code",
    "html_inline": "markup",
}
_KINDS: dict[str, Kind] = {"heading_open": "heading", "paragraph_open": "prose", "th_open": "cell", "td_open": "cell"}


def read_markdown(source: str, name: str = "") -> FinishedFile:
    """Read a Markdown file.

    Args:
        source: the file's text.
        name: its path in the brief's folder.
    """
    reading = _MarkdownReader(source)
    front = tuple(reading.iterate_front())
    body = tuple(reading.iterate_body())
    edition, locale = edition_and_locale(name)
    lang = next((piece.text for piece in front if piece.key == "lang"), "")
    links, pictures = tuple(reading.links), tuple(reading.pictures)
    return FinishedFile(name, "text", locale, edition, (*front, *body), links, pictures, source, lang)


def read_front_matter(source: str) -> tuple[tuple[str, str, int], ...]:
    """The front matter of a Markdown file: key, value and line of each field, whatever it is for.

    A line that is no `key: value` belongs to the field above it.
    """
    reading = _MarkdownReader(source)
    fields: list[tuple[str, str, int]] = []
    for number, line in reading.iterate_front_lines():
        key, colon, value = line.partition(":")
        if colon and key and not key[0].isspace() and key[0] not in "-#":
            fields.append((key.strip(), _field_text(value), number))
        elif line.strip():
            name, before, first = fields.pop() if fields else ("", "", number)
            fields.append((name, f"{before}\n{line.rstrip()}", first))
    return tuple(fields)


def iterate_markdown_markup(source: str) -> Iterator[str]:
    """Yield what a Markdown file holds that is no text: HTML, and titles of links and pictures."""
    reading = _MarkdownReader(source)
    for token in _tokens(reading.body_text()):
        for one in (token, *(token.children or ())):
            if one.type in ("html_block", "html_inline"):
                yield one.content.strip()
            elif title := one.attrs.get("title"):
                yield str(title)


#: The gate reads a file's text, then what is unseen in it, twice: nobody changes a token.
@lru_cache(maxsize=16)
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(_make_parser().parse(text))


@cache
def _make_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Left apart, what is written as an entity is found again in the source.
    return MarkdownIt("commonmark").enable("table").disable("text_join")


def _iterate_field_runs(value: str, at: int) -> Iterator[Run]:
    """A field's value, which is JSON or, where an editor wrote it, plain YAML."""
    plain = value.strip()
    at += value.find(plain)
    try:
        read = json.loads(value)
    except ValueError:
        bare = plain.strip("'\"")
        yield Run(bare, at + plain.find(bare))
        return
    if not isinstance(read, str):
        yield Run(str(read), at, "sign")
        return
    for found in _WRITTEN.finditer(plain, 1, len(plain) - 1):
        text = json.loads(f'"{found[0]}"') if found[1] else found[0]
        yield Run(text, at + found.start(), "sign" if found[1] else "words")


def _field_text(value: str) -> str:
    """A field's value as it is compared: a text without its quotes, anything else as it is written."""
    runs = tuple(_iterate_field_runs(value, 0))
    if not runs:
        return ""
    return value.strip() if runs[0].form == "sign" and len(runs) == 1 else "".join(run.text for run in runs)


def _list_texts(value: str) -> list[str]:
    """The texts of a field that holds one, or a list of them."""
    try:
        read = json.loads(value)
    except ValueError:
        read = None
    if isinstance(read, list):
        return [str(one) for one in read]
    return ["".join(run.text for run in _iterate_field_runs(value, 0))]


class _MarkdownReader:
    """One walk over a file; each stretch of text is looked for from where the last one ended."""

    def __init__(self, source: str) -> None:
        self.links: list[tuple[str, int, str]] = []
        self.pictures: list[tuple[str, int]] = []
        self._source = source
        self._starts = line_starts(source)
        self._lines = source.split("\n")
        self._body = self._body_start()
        self._line = self._cursor = self._lists = 0
        self._kind: Kind = "prose"
        self._open: list[int] = []
        self._row: list[Part] | None = None

    def _body_start(self) -> int:
        """Number of the first line below the front matter, from zero."""
        if self._lines[0].strip() != "---":
            return 0
        return next((place + 1 for place, line in enumerate(self._lines[1:], 1) if line.strip() == "---"), 0)

    def iterate_front_lines(self) -> Iterator[tuple[int, str]]:
        """The lines of the front matter, with their numbers in the file."""
        for number in range(1, self._body - 1):
            yield number + 1, self._lines[number]

    def body_text(self) -> str:
        """The text without its front matter."""
        return "\n".join(self._lines[self._body :])

    def iterate_front(self) -> Iterator[Piece]:
        """The fields above the text."""
        for number, line in self.iterate_front_lines():
            key, colon, value = line.partition(":")
            if key.strip() in ("cover", "images"):
                self.pictures += ((address, number) for address in _list_texts(value) if address)
            if colon and key.strip() not in _SILENT:
                runs = tuple(_iterate_field_runs(value, self._starts[number - 1] + len(key) + 1))
                yield Piece("front", "", number, key.strip(), (Part("matter", runs),))

    def iterate_body(self) -> Iterator[Piece]:
        """The text, block by block."""
        for token in _tokens(self.body_text()):
            if token.map:
                self._line = min(token.map[0] + self._body, len(self._starts) - 1)
                self._cursor = max(self._cursor, self._starts[self._line])
            yield from self._read_token(token)

    def _read_token(self, token: Token) -> Iterator[Piece]:
        self._kind = _KINDS.get(token.type, self._kind)
        if token.type in ("bullet_list_open", "ordered_list_open"):
            self._lists += 1
            self._open.append(self._lists)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._open.pop()
        elif token.type == "tr_open":
            self._row = []
        elif token.type == "tr_close":
            yield self._make_piece(self._row or ())
            self._row = None
        elif token.type in ("fence", "code_block", "html_block"):
            text = token.content.strip()
            yield self._make_piece([Part("code", (Run(text, self._find_offset(text), "code"),))])
        elif token.type == "inline":
            yield from self._read_inline(token.children or ())

    def _make_piece(self, parts: Sequence[Part]) -> Piece:
        return Piece("text", "", self._line + 1, parts=tuple(parts))

    def _read_inline(self, children: Sequence[Token]) -> Iterator[Piece]:
        runs: list[Run] = []
        lead = 0
        for place, child in enumerate(children):
            if child.type == "image":
                yield self._read_picture(child)
            elif child.type == "link_open":
                inside = takewhile(lambda token: token.type != "link_close", children[place + 1 :])
                words = "".join(token.content for token in inside).strip()
                self.links.append((str(child.attrs.get("href", "")), self._line + 1, words))
            elif child.type == "link_close":
                self._skip_target()
            elif child.type == "strong_close" and lead == 0 and _opens_with_bold(children):
                lead = sum(len(run.text) for run in runs if run.form != "markup")
            else:
                runs += self._iterate_runs(child)
        kind: Kind = "item" if self._open and self._kind == "prose" else self._kind
        part = Part(kind, tuple(runs), lead, self._open[-1] if self._open else -1)
        if self._row is not None:
            self._row.append(part)
        elif part.text.strip():
            yield self._make_piece([part])

    def _read_picture(self, image: Token) -> Piece:
        """A picture's alternative text, and the chart it is of."""
        address = str(image.attrs.get("src", ""))
        self.pictures.append((address, self._line + 1))
        # price_path.en.svg, or chat.price_path.en.svg of another edition.
        name = PurePosixPath(address).name.split(".")
        runs = tuple(self._iterate_runs(image))
        self._skip_target()
        return Piece("alt", "", self._line + 1, name[-3] if len(name) >= 3 else name[0], (Part("alt", runs),))

    def _iterate_runs(self, child: Token) -> Iterator[Run]:
        """The text of a token; of a picture, what is read in its place."""
        written = child.markup if child.type == "text_special" else child.content
        if child.type == "image":
            for inside in child.children or ():
                yield from self._iterate_runs(inside)
        elif child.type in ("softbreak", "hardbreak"):
            yield Run(" ", self._find_offset("\n"))
        elif child.type in _FORMS and written:
            yield Run(child.content, self._find_offset(written), _FORMS[child.type])

    def _find_offset(self, written: str) -> int:
        at = self._source.find(written, self._cursor)
        at = self._cursor if at < 0 else at
        self._cursor = at + len(written)
        return at

    def _skip_target(self) -> None:
        """Step over a link's address, where the next piece of text must not be looked for."""
        target = _TARGET.match(self._source, self._cursor)
        if target:
            self._cursor = target.end()


def _opens_with_bold(children: Sequence[Token]) -> bool:
    """Whether a bold run opens its block."""
    return next(child for child in children if child.type != "text" or child.content).type == "strong_open"
