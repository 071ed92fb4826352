"""Expression text → tokens for Jinja's parser: one token a line, literals replaced by names that authors can't write.

Two things come of it. A node's line number is the number of its token, so every node knows its offset in the
text, which Jinja alone doesn't tell. And Jinja never sees a literal: no number is built before its size is
known, and no text exists that could be repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reporter.model.metric import Unit
from reporter.rules.expressions.tree import NumberLiteral, TextLiteral
from reporter.syntax.lookalike_marks import check_ascii_character

MAX_LENGTH = 2_000
MAX_TOKENS = 500
MAX_BRACKETS = 15
MAX_DIGITS = 30

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?P<suffix>%|[A-Za-z_][A-Za-z0-9_]*)?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>"[^"\n\\]*"|'[^'\n\\]*')
  | (?P<banned>\*\*|//|[%~|{}:!=](?!=)|[{}])
  | (?P<sign>[=!<>]=|[-+*/<>().,\[\]])
    """,
    re.VERBOSE,
)
_SUFFIXES: dict[str, tuple[float, Unit | None]] = {
    "": (1.0, None),
    "%": (100.0, Unit.FRACTION),
    "bp": (10_000.0, Unit.FRACTION),
    "k": (1e3, None),
    "m": (1e6, None),
    "bn": (1e9, None),
    "d": (1.0, Unit.DAYS),
}
_BANNED: dict[str, tuple[str, str]] = {
    "**": ("a power (**) isn't allowed", "multiply, or ask for a metric that has it"),
    "//": ('"//" isn\'t allowed', "divide with /"),
    "%": ('"%" must follow a number at once', "write 5% for five percent; there is no remainder"),
    "~": ('"~" isn\'t allowed', "an expression is a number or a condition, never a text"),
    "|": ('a filter ("|") isn\'t allowed', "sentences format values, rules don't"),
    "=": ('"=" isn\'t allowed', "compare with =="),
    "!": ('"!" isn\'t allowed', "write not, or !="),
}
#: What other languages and keyboards write, longest first → what is written here.
_MEANT: dict[str, tuple[str, str]] = {
    "===": ('"===" isn\'t allowed', "compare with =="),
    "!==": ('"!==" isn\'t allowed', "compare with !="),
    "=>": ('"=>" isn\'t allowed', "write >="),
    "=<": ('"=<" isn\'t allowed', "write <="),
    "<>": ('"<>" isn\'t allowed', "write !="),
    "&&": ('"&&" isn\'t allowed', "write and"),
    "||": ('"||" isn\'t allowed', "write or"),
    "&": ('"&" isn\'t allowed', "write and"),
}
_SHOUTED = {"AND": "and", "OR": "or", "NOT": "not", "IN": "in", "IS": "is", "And": "and", "Or": "or", "Not": "not"}
_WORDS: dict[str, tuple[str, str]] = {
    "if": ('"if" isn\'t allowed', "write two rules, or combine conditions with and, or, not"),
    "else": ('"else" isn\'t allowed', "write two rules, or combine conditions with and, or, not"),
}


class RefusedError(Exception):
    """An expression, or a part of one, that isn't allowed.

    Attributes:
        at: offset in the expression's text.
        what: what is wrong.
        hint: what would be right.
    """

    def __init__(self, at: int, what: str, hint: str = "") -> None:
        """Keep offset, message and hint apart, so that the caller can add the place."""
        super().__init__(what)
        self.at = at
        self.what = what
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Tokens:
    """An expression's tokens for Jinja's parser, with their texts and offsets.

    Attributes:
        source: the tokens, one a line.
        texts: each token as the author wrote it.
        offsets: where each stands in the author's text.
        literals: name → the literal it stands for.
    """

    source: str
    texts: tuple[str, ...]
    offsets: tuple[int, ...]
    literals: dict[str, NumberLiteral | TextLiteral]

    def offset_at(self, line: int | None) -> int:
        """Offset of the token on a line; None and lines past the end give the nearest token's."""
        if not self.offsets:
            return 0
        return self.offsets[min(max(line or 1, 1), len(self.offsets)) - 1]


def lex_expression(text: str) -> Tokens:
    """Split an expression into tokens.

    Raises:
        RefusedError: too long, too deep, or a character or word that no expression has.
    """
    if len(text) > MAX_LENGTH:
        raise RefusedError(
            0, f"the expression is longer than {MAX_LENGTH:,} characters", "name parts of it as conditions"
        )
    words: list[str] = []
    texts: list[str] = []
    offsets: list[int] = []
    literals: dict[str, NumberLiteral | TextLiteral] = {}
    at = 0
    while at < len(text):
        meant = next((sign for sign in _MEANT if text.startswith(sign, at)), None)
        if meant is not None:
            raise RefusedError(at, *_MEANT[meant])
        match = _TOKEN.match(text, at)
        if match is None:
            raise RefusedError(at, *_explain_character(text[at]))
        if match.lastgroup != "space":
            words.append(_encode_token(match, literals))
            texts.append(match[0])
            offsets.append(at)
        at = match.end()
    if len(words) > MAX_TOKENS:
        raise RefusedError(0, f"the expression has more than {MAX_TOKENS} parts", "name parts of it as conditions")
    _check_nesting(texts, offsets)
    return Tokens("\n".join(words), tuple(texts), tuple(offsets), literals)


def _explain_character(char: str) -> tuple[str, str]:
    """Message and hint for a character that begins no token."""
    if char in "\"'":
        return "a quote isn't closed", f"add {char} at the text's end"
    if fault := check_ascii_character(char):
        return fault
    return f'unexpected "{char}"', "an expression has names, numbers and the signs of arithmetic and comparison"


def _encode_token(match: re.Match[str], literals: dict[str, NumberLiteral | TextLiteral]) -> str:
    """A matched token as Jinja's parser sees it; a literal becomes a name and is kept in `literals`."""
    at, token = match.start(), match[0]
    if match["banned"]:
        raise RefusedError(at, *_BANNED.get(token, (f'"{token}" isn\'t allowed', "")))
    if match["name"] and token.startswith("_"):
        raise RefusedError(at, f'"{token}" isn\'t allowed', "no name begins with an underscore")
    if token in _WORDS:
        raise RefusedError(at, *_WORDS[token])
    if token in _SHOUTED:
        raise RefusedError(at, f'"{token}" isn\'t allowed', f"write {_SHOUTED[token]}")
    if not (match["number"] or match["text"]):
        return token
    name = f"_{len(literals)}"
    literals[name] = _parse_number(match) if match["number"] else TextLiteral(at, token[1:-1])
    return name


def _parse_number(match: re.Match[str]) -> NumberLiteral:
    text, suffix = match["number"], match["suffix"] or ""
    digits = text[: len(text) - len(suffix)]
    if suffix not in _SUFFIXES:
        raise RefusedError(match.start(), f'"{text[:40]}" isn\'t a number', "suffixes are %, bp, k, m, bn and d")
    scale, unit = _SUFFIXES[suffix]
    if len(digits) > MAX_DIGITS or not abs(float(digits)) <= 1e15:
        raise RefusedError(match.start(), "the number is too large", "no metric reaches 1e15")
    # Divided, because 5 / 100 is the float that 0.05 is, and 5 * 0.01 isn't always.
    value = float(digits) / scale if unit is Unit.FRACTION else float(digits) * scale
    return NumberLiteral(match.start(), value, unit, text)


def _check_nesting(texts: list[str], offsets: list[int]) -> None:
    """Refuse brackets that don't match, and nesting too deep for the parser's recursion."""
    brackets: list[str] = []
    prefixes = 0
    for text, at in zip(texts, offsets, strict=True):
        prefixes = prefixes + 1 if text in ("not", "-", "+") else 0
        if text in ("(", "["):
            brackets.append(")" if text == "(" else "]")
        elif text in (")", "]") and (not brackets or brackets.pop() != text):
            raise RefusedError(at, f'"{text}" closes nothing')
        if len(brackets) > MAX_BRACKETS or prefixes > MAX_BRACKETS:
            raise RefusedError(at, f"nested deeper than {MAX_BRACKETS} levels", "name parts of it as conditions")
    if brackets:
        raise RefusedError(offsets[-1], f'the closing "{brackets[-1]}" is missing')
