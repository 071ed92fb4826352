"""Template text → Jinja's tags with their positions, and mistakes in how they are written.

Jinja stops at its first complaint and tells the line at which it noticed, which for a tag that isn't closed is the
file's last. So tags are found and paired here; what Jinja says is told only of what stands inside one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reporter.diagnostics.diagnostic import did_you_mean
from reporter.syntax.lookalike_marks import check_ascii_character, to_ascii_mark

_OPENING = re.compile(r"\{[{%#]")
#: Tags without anything that could be a mistake of writing.
_CLEAN_PRINT = re.compile(r"\{\{[-+]?[\w \n.,|()=\[\]~/*]*(?:\"[^\"\n{}%]*\"[\w \n.,|()=\[\]~]*)*-?\}\}", re.ASCII)
_CLEAN_BLOCK = re.compile(r"\{%[-+]?[\w \n.,|()=\[\]]*(?:\"[^\"\n{}%]*\"[\w \n.,|()=\[\]]*)*[-+]?%\}", re.ASCII)
_WORD = re.compile(r"[-+]?\s*([^\W\d]\w*)?")
_NO_SIGN = frozenset("$&?@\\^#;")
_CLOSERS = {"{{": "}}", "{%": "%}"}

#: Stands for a tag's characters where only the text around tags is looked at: no letter, no space, no sign.
BLANK = "\u2061"

Kind = Literal["print", "block", "comment"]
#: An offset in the text, what is wrong there, and what would be right.
Slip = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class TemplateTag:
    """A tag: where it begins and ends (exclusive), its first word where it is a block's, whether it is well written."""

    kind: Kind
    start: int
    end: int
    word: str = ""
    clean: bool = True


@dataclass(frozen=True, slots=True)
class Grammar:
    """The block tags of a kind of template.

    Attributes:
        pairs: opening tag → the tag that closes it.
        middles: tag between them → the tags that it may stand in.
        singles: tags that stand by themselves, or that another reader judges.
        shown: tags to name where one is unknown.
    """

    pairs: Mapping[str, str]
    middles: Mapping[str, tuple[str, ...]]
    singles: frozenset[str]
    shown: tuple[str, ...]


@dataclass(slots=True)
class TemplateScan:
    """The tags of a template, and the mistakes found in them.

    Attributes:
        text: the template.
        tags: in order, comments among them.
        slips: what is wrong with how tags are written.
    """

    text: str
    tags: list[TemplateTag] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    def blank_tags(self, blank: str = BLANK) -> str:
        """The text with every character of a tag replaced by a blank mark; positions and lines stay."""
        parts, at = [], 0
        for tag in self.tags:
            lines = self.text[tag.start : tag.end].split("\n")
            parts += [self.text[at : tag.start], "\n".join(blank * len(line) for line in lines)]
            at = tag.end
        return "".join((*parts, self.text[at:]))

    def blank_print_tags(self) -> str:
        """The text with print tags replaced by a blank mark and other tags by spaces; positions and lines stay."""
        parts, at = [], 0
        for tag in self.tags:
            blank = BLANK if tag.kind == "print" else " "
            lines = self.text[tag.start : tag.end].split("\n")
            parts += [self.text[at : tag.start], "\n".join(blank * len(line) for line in lines)]
            at = tag.end
        return "".join((*parts, self.text[at:]))


def scan_template(text: str) -> TemplateScan:
    """Find the tags of a template.

    Args:
        text: with line feeds between its lines.
    """
    scan = TemplateScan(text)
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        start = opening.start()
        if opening[0] == "{#":
            tag = _scan_comment(scan, start)
        else:
            clean = (_CLEAN_PRINT if opening[0] == "{{" else _CLEAN_BLOCK).match(text, start)
            end = clean.end() if clean else _TagScanner(scan, start, opening[0]).find_end()
            kind: Kind = "print" if opening[0] == "{{" else "block"
            word = _WORD.match(text, start + 2, end) if kind == "block" else None
            tag = TemplateTag(
                kind,
                start,
                end,
                (word[1] or "") if word else "",
                clean is not None or not _has_mistake_since(scan, start),
            )
        scan.tags.append(tag)
        at = tag.end
    return scan


def _has_mistake_since(scan: TemplateScan, start: int) -> bool:
    return any(at >= start for at, _, _ in scan.slips)


def _scan_comment(scan: TemplateScan, start: int) -> TemplateTag:
    end = scan.text.find("#}", start + 2)
    again = scan.text.find("{#", start + 2)
    if end < 0 or 0 <= again < end:
        scan.slips.append((start, "the comment {# isn't closed", "add #}"))
        # What follows is read in any case: it would be passed over in silence.
        line_end = scan.text.find("\n", start)
        return TemplateTag("comment", start, len(scan.text) if line_end < 0 else line_end, clean=False)
    return TemplateTag("comment", start, end + 2)


class _TagScanner:
    """Scans from a tag's opening to its end, or to where it was probably meant to end."""

    def __init__(self, scan: TemplateScan, start: int, opening: str) -> None:
        self.text, self.slips = scan.text, scan.slips
        self.start, self.opening = start, opening
        self.closer = _CLOSERS[opening]
        self.depth = 0

    def find_end(self) -> int:
        text, at = self.text, self.start + 2
        while at < len(text):
            char = text[at]
            if not self.depth and text.startswith(self.closer, at):
                return at + 2
            if to_ascii_mark(char) in ("'", '"') or char in "'\"":
                at = self._skip_string(at)
                if at < 0:
                    return -at
                continue
            if (stop := self._find_broken_end(at)) is not None:
                return stop
            self._check_character(at)
            self.depth += (char == "{") - (char == "}")
            at += 1
        return self._end_at_line(len(text))

    def _find_broken_end(self, at: int) -> int | None:
        """Where a tag that isn't closed properly ends; None where it goes on."""
        text = self.text
        if text.startswith(("{{", "{%", "{#"), at):
            return self._end_at_line(at)
        other = "%}" if self.closer == "}}" else "}}"
        if not self.depth and text.startswith(other, at):
            self.slips.append((at, f"a {self.opening} tag ends in {other}", f"write {self.closer}"))
            return at + 2
        if not self.depth and text[at] in "}｝":
            self.slips.append((at, f'a {self.opening} tag ends in one "{text[at]}"', f"write {self.closer}"))
            return at + (2 if text.startswith(("}｝", "｝}", "｝｝"), at) else 1)
        if text[at] in "％%" and text[at + 1 : at + 2] in ("｝", "}") and self.closer == "%}":
            self.slips.append((at, f'"{text[at : at + 2]}" stands for %}}', "write %}"))
            return at + 2
        return None

    def _end_at_line(self, at: int) -> int:
        """Report a tag without an end; continue after its line."""
        self.slips.append((self.start, f"the tag {self.opening} isn't closed", f"add {self.closer}"))
        line_end = self.text.find("\n", self.start, at)
        return at if line_end < 0 else line_end

    def _check_character(self, at: int) -> None:
        char, following = self.text[at], self.text[at + 1 : at + 2]
        if fault := check_ascii_character(char):
            self.slips.append((at, *fault))
        elif char in _NO_SIGN or (char == "!" and following != "="):
            hint = "write not" if char == "!" else "write and" if char == "&" else "delete it"
            self.slips.append((at, f'"{char}" has no meaning in a tag', hint))

    def _skip_string(self, at: int) -> int:
        """The offset after the string that begins here; minus the tag's end where the string isn't closed."""
        text, opening = self.text, self.text[at]
        mark = opening if opening in "'\"" else to_ascii_mark(opening)
        if opening != mark:
            self.slips.append((at, f"{opening} is no quote here", f"write {mark}"))
        end = at + 1
        while end < len(text) and text[end] != "\n" and not text.startswith(("%}", "}}", "{%", "{{"), end):
            if text[end] == "\\":
                end += 1
            elif text[end] == mark:
                return end + 1
            elif opening != mark and to_ascii_mark(text[end]) == mark:
                self.slips.append((end, f"{text[end]} is no quote here", f"write {mark}"))
                return end + 1
            end += 1
        curly = next(
            (place for place in range(min(end, len(text)) - 1, at, -1) if to_ascii_mark(text[place]) == mark), 0
        )
        if curly and opening == mark:
            self.slips.append((curly, f"{text[curly]} is no quote here", f"write {mark}"))
        elif opening == mark:
            self.slips.append((at, "the quote isn't closed", f"add {mark} at the text's end"))
        if text.startswith(self.closer, end):
            return -(end + 2)
        return -max(min(end, len(text)), self.start + 2)


def check_tag_pairs(scan: TemplateScan, grammar: Grammar) -> Iterator[Slip]:
    """Block tags that are unknown, close nothing, or are never closed.

    Args:
        scan: the template's tags.
        grammar: which tags there are.
    """
    stack: list[TemplateTag] = []
    for tag in scan.tags:
        if tag.kind != "block":
            continue
        word = tag.word
        known = {*grammar.pairs, *grammar.pairs.values(), *grammar.middles, *grammar.singles}
        if word in grammar.singles:
            continue
        if word not in known:
            hint = did_you_mean(word, grammar.shown) or f"tags are {', '.join(grammar.shown)}"
            yield tag.start, f'unknown tag "{word}"' if word else "a tag without a name", hint
            # A misspelt opening or closing tag is one mistake and not two.
            _guess_meant_tag(word, grammar, stack, tag)
        elif word in grammar.pairs:
            if any(other.word == word == "say" for other in stack):
                if scan.text[: tag.start].rpartition("\n")[2].strip():
                    yield tag.start, "{% say %} inside another tag", "each say stands by itself"
                else:
                    yield from _report_unclosed(scan, stack, grammar, tag)
                    stack.clear()
            if not _is_inline_set(scan.text, tag):
                stack.append(tag)
        elif word in grammar.middles:
            yield from _check_middle_tag(scan, stack, grammar, tag)
        else:
            yield from _check_closing_tag(scan, stack, grammar, tag)
    yield from _report_unclosed(scan, stack, grammar, None)


def _is_inline_set(text: str, tag: TemplateTag) -> bool:
    """Whether a block needs no end tag, as `{% set x = 1 %}`."""
    return tag.word == "set" and "=" in text[tag.start : tag.end]


def _guess_meant_tag(word: str, grammar: Grammar, stack: list[TemplateTag], tag: TemplateTag) -> None:
    meant = re.search(r'"(.*)"', did_you_mean(word, (*grammar.pairs, *grammar.pairs.values())))
    if meant is None:
        return
    if meant[1] in grammar.pairs:
        stack.append(TemplateTag(tag.kind, tag.start, tag.end, meant[1], clean=False))
    elif stack and grammar.pairs[stack[-1].word] == meant[1]:
        stack.pop()


def _report_unclosed(
    scan: TemplateScan, tags: Sequence[TemplateTag], grammar: Grammar, before: TemplateTag | None
) -> Iterator[Slip]:
    for tag in tags:
        if not tag.clean:
            # Something else is wrong with it and has been said.
            continue
        end = grammar.pairs[tag.word]
        where = ""
        if before is not None:
            where = f" before line {scan.text.count(chr(10), 0, before.start) + 1}"
        yield tag.start, f"the tag {{% {tag.word} %}} isn't closed", f"add {{% {end} %}}{where}"


def _check_middle_tag(
    scan: TemplateScan, stack: list[TemplateTag], grammar: Grammar, tag: TemplateTag
) -> Iterator[Slip]:
    parents = grammar.middles[tag.word]
    place = next((at for at in range(len(stack) - 1, -1, -1) if stack[at].word in parents), None)
    if place is None:
        wanted = " or ".join(f"{{% {parent} %}}" for parent in parents)
        yield tag.start, f'"{tag.word}" belongs to no {wanted}', f"{wanted} comes before it"
        return
    yield from _report_unclosed(scan, stack[place + 1 :], grammar, tag)
    del stack[place + 1 :]


def _check_closing_tag(
    scan: TemplateScan, stack: list[TemplateTag], grammar: Grammar, tag: TemplateTag
) -> Iterator[Slip]:
    place = next((at for at in range(len(stack) - 1, -1, -1) if grammar.pairs[stack[at].word] == tag.word), None)
    if place is None:
        opening = next(name for name, end in grammar.pairs.items() if end == tag.word)
        yield tag.start, f'"{tag.word}" closes nothing', f"{{% {opening} %}} comes before it"
        return
    yield from _report_unclosed(scan, stack[place + 1 :], grammar, tag)
    del stack[place:]
