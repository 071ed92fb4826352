"""Markdown as its reader sees it: front matter, paragraphs, headings, list items, rows of tables, alternative texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reporter.verify.finished import Finished, Piece, edition_and_locale

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: Fields of the front matter that tell a blog's engine what to do, and a reader nothing.
_SILENT = frozenset({"cover", "math", "tags", "draft", "layout", "weight"})


def read_markdown(text: str, name: str) -> Finished:
    """Read a Markdown file.

    Args:
        text: the file.
        name: its path in the brief's folder.
    """
    lines = text.split("\n")
    body = _body(lines)
    tokens = _parser().parse("\n".join(lines[body:]))
    edition, locale = edition_and_locale(name)
    pieces = (*_front(lines[1 : body - 1]), *_pieces(tokens, lines, body))
    links = tuple(_addresses(tokens, body, "link_open", "href"))
    return Finished(name, "text", locale, edition, pieces, links, tuple(_addresses(tokens, body, "image", "src")))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def _body(lines: Sequence[str]) -> int:
    """Position of the first line below the front matter."""
    if lines[0].strip() != "---":
        return 0
    return next((place + 1 for place, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)


def _front(lines: Sequence[str]) -> Iterator[Piece]:
    for number, line in enumerate(lines, 2):
        key, _, value = line.partition(":")
        if not line.strip() or key.strip() in _SILENT:
            continue
        try:
            read = json.loads(value)
        except ValueError:
            # An editor may have written plain YAML.
            read = value.strip().strip("'\"")
        yield Piece("front", str(read), number, line, key.strip())


def _pieces(tokens: Sequence[Token], lines: Sequence[str], offset: int) -> Iterator[Piece]:
    row: list[str] = []
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        number = line + offset + 1
        raw = lines[number - 1] if number <= len(lines) else ""
        if token.type == "inline":
            yield from _alternatives(token, number, raw)
            if row and row[0] == "tr":
                row.append(_said(token))
            elif text := _said(token):
                yield Piece("text", text, number, raw)
        elif token.type == "tr_open":
            row = ["tr"]
        elif token.type == "tr_close":
            yield Piece("text", " ".join(row[1:]), number, raw)
            row = []
        elif token.type in {"fence", "code_block", "html_block"}:
            yield Piece("text", token.content.strip(), number, raw)


def _said(token: Token) -> str:
    parts = []
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type in {"text", "code_inline", "html_inline", "text_special"}:
            parts.append(child.content)
    return "".join(parts).strip()


def _alternatives(token: Token, line: int, raw: str) -> Iterator[Piece]:
    for child in token.children or ():
        if child.type == "image":
            # price_path.en.svg, or chat.price_path.en.svg of another edition.
            name = PurePosixPath(str(child.attrs.get("src", ""))).name.split(".")
            key = name[-3] if len(name) >= 3 else name[0]
            yield Piece("alt", "".join(part.content for part in child.children or ()), line, raw, key)


def _addresses(tokens: Sequence[Token], offset: int, kind: str, attribute: str) -> Iterator[tuple[str, int]]:
    """What the tokens of a kind lead to, with their lines."""
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        for child in token.children or ():
            if child.type == kind:
                yield str(child.attrs.get(attribute, "")), line + offset + 1
