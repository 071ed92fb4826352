"""Markdown → passages, as a CommonMark engine shows it, each character with its position in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from reporter.proof.passages import BLANK, Kind, Lines, Passage

_MATTER = re.compile(r"\A---\n(.*?\n)---(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r'^(title|description):[ ]*(".*")[ ]*$', re.MULTILINE)
_LANG = re.compile(r'^lang:[ ]*"?([A-Za-z-]+)"?[ ]*$', re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")
_TARGET = re.compile(r"\]\([^)\n]*\)|\]\[[^\]\n]*\]")


def read_markdown(source: str) -> tuple[tuple[Passage, ...], str]:
    """Read a brief's Markdown.

    Args:
        source: the file's text, its lines ended by line feeds.

    Returns:
        Its passages in order, front matter first, and its language tag (empty where it names none).
    """
    matter = _MATTER.match(source)
    head = matter[1] if matter else ""
    shift = matter.start(1) if matter else 0
    passages = [_field(found, shift) for found in _FIELD.finditer(head)]
    language = _LANG.search(head)
    # Front matter becomes empty lines, so that the body's lines keep their numbers.
    body = "\n" * source[: matter.end()].count("\n") + source[matter.end() :] if matter else source
    moved = len(source) - len(body)
    parser = MarkdownIt("commonmark").enable("table").disable("text_join")
    passages += _Reading(body, moved).read(parser.parse(body))
    return tuple(passages), language[1] if language else ""


def _field(found: re.Match[str], shift: int) -> Passage:
    """A field of front matter, written as JSON."""
    chars: list[str] = []
    offsets: list[int] = []
    raw, at = found[2], 1
    while at < len(raw) - 1:
        escape = _ESCAPE.match(raw, at)
        chars.append(_unescaped(escape[0]) if escape else raw[at])
        offsets.append(shift + found.start(2) + at)
        at += len(escape[0]) if escape else 1
    return Passage("matter", "".join(chars), tuple(offsets))


def _unescaped(escape: str) -> str:
    try:
        return str(json.loads(f'"{escape}"'))
    except ValueError:
        return escape[1:]


class _Reading:
    """One walk over the tokens of a file."""

    def __init__(self, source: str, moved: int) -> None:
        self._source = source
        self._moved = moved
        self._lines = Lines(source)
        self._cursor = 0
        self._lists = 0

    def read(self, tokens: Sequence[Token]) -> Iterator[Passage]:
        open_lists: list[int] = []
        kind: Kind = "prose"
        for token in tokens:
            if token.map is not None:
                self._cursor = max(self._cursor, self._lines.start(token.map[0]))
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self._lists += 1
                open_lists.append(self._lists)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                open_lists.pop()
            elif token.type in ("heading_open", "th_open", "td_open", "paragraph_open"):
                kind = "heading" if token.type == "heading_open" else "cell" if token.tag in ("th", "td") else "prose"
            elif token.type == "inline":
                inside: Kind = "item" if open_lists and kind == "prose" else kind
                yield from self._inline(token, inside, open_lists[-1] if open_lists else -1)

    def _inline(self, token: Token, kind: Kind, group: int) -> Iterator[Passage]:
        chars: list[str] = []
        offsets: list[int] = []
        lead = 0
        for child in token.children or ():
            if child.type == "image":
                alt: tuple[list[str], list[int]] = ([], [])
                for part in child.children or ():
                    self._take(part, *alt)
                yield Passage("alt", "".join(alt[0]), tuple(alt[1]))
                self._pass_target()
            elif child.type == "link_close":
                self._pass_target()
            elif child.type == "strong_close" and "".join(chars).strip() and lead == 0 and self._leads(token):
                lead = len(chars)
            else:
                self._take(child, chars, offsets)
        if "".join(chars).strip():
            yield Passage(kind, "".join(chars), tuple(offsets), lead, group)

    @staticmethod
    def _leads(token: Token) -> bool:
        """Whether this bold run opens its block."""
        parts = [part for part in token.children or () if part.type != "text" or part.content]
        return parts[0].type == "strong_open"

    def _take(self, child: Token, chars: list[str], offsets: list[int]) -> None:
        """One piece of text, found again in the source from where the last one ended."""
        if child.type in ("softbreak", "hardbreak"):
            at = self._source.find("\n", self._cursor)
            self._add("\n", at if at >= 0 else self._cursor, chars, offsets)
            return
        written = child.markup if child.type == "text_special" else child.content
        if child.type in ("text", "text_special", "code_inline") and written:
            at = self._source.find(written, self._cursor)
            at = self._cursor if at < 0 else at
            if child.type == "text_special":
                # All of an entity's text stands where the entity begins.
                for char in child.content:
                    self._add(char, at, chars, offsets)
                self._cursor = at + len(written)
                return
            for step, char in enumerate(written):
                # Code stands as it is; its place is kept and its letters are nobody's words.
                self._add(BLANK if child.type == "code_inline" else char, at + step, chars, offsets)
        elif child.type == "html_inline":
            at = self._source.find(child.content, self._cursor)
            self._cursor = at + len(child.content) if at >= 0 else self._cursor

    def _add(self, char: str, at: int, chars: list[str], offsets: list[int]) -> None:
        chars.append(" " if char == "\n" else char)
        offsets.append(at + self._moved)
        self._cursor = at + 1

    def _pass_target(self) -> None:
        """Step over a link's address, where the next piece of text must not be looked for."""
        target = _TARGET.match(self._source, self._cursor)
        if target:
            self._cursor = target.end()
