"""Text that the YAML reader refuses → diagnostics in an author's terms, at the author's mistake.

The reader names what it did not find, and where it noticed: often the line below. So the lines are looked at here for
what is typed most often in place of YAML's own signs; the reader's complaint is told only where that finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reporter.diagnostics.diagnostic import Diagnostic, Place, line_column
from reporter.syntax.lookalike_marks import to_ascii_mark

_KEY = r"(?P<lead>\s*(?:-\s+)*)(?P<key>[A-Za-z_][\w.\-]*)"
_WIDE_COLON = re.compile(rf"{_KEY}\s*(?P<sign>：|=>|:=|=)(?!=)")
_TIGHT_COLON = re.compile(rf"{_KEY}:(?=[^\s:/])")
_TIGHT_DASH = re.compile(r"\s*-(?=[A-Za-z_])")
_BLOCK = re.compile(r"(?P<indent> *)(?:-\s+)*[^#\n]*?:\s+[|>][+-]?\d?\s*(?:#.*)?$")
_OPENING = frozenset("“”„‘’＂「")
_BRACKETS = {"［": "[", "］": "]", "｛": "{", "｝": "}", "，": ",", "、": ","}

#: What the reader says, by its beginning → what is wrong and what would be right.
_TOLD = (
    (r"mapping values are not allowed", "a second colon in one line", "put a text that holds a colon into quotes"),
    (r"could not find expected ':'", "a key without its colon", "write key: value, the value behind a space"),
    (r"did not find expected key", "the line fits neither what stands above it nor its indentation",
     "indent alike what belongs together; put a text that holds quotes or colons into quotes"),
    (r"did not find expected '-' indicator", "the line is no entry of the list above it",
     "begin each entry with - in the same column"),
    (r"did not find expected ',' or '\]'", "a comma or ] is missing", "write [one, two]"),
    (r"did not find expected ',' or '\}'", "a comma or } is missing", "write {one: 1, two: 2}"),
    (r"found unexpected end of stream", "the quote isn't closed", "close it with the mark that opens it"),
    (r"found unexpected document indicator", "a line of --- or ... inside a text in quotes", "close the quote"),
    (r"found character '?.*cannot start any token|found character that cannot start",
     "a sign that no text begins with", "put the text into quotes"),
    (r"block sequence entries are not allowed", "a list can't begin here", "begin it in a line of its own, with - "),
    (r"block mapping|mapping keys are not allowed", "a key can't stand here", "begin it in a line of its own"),
    (r"found unknown escape character", "a backslash begins a code in a text in double quotes",
     "use single quotes, or write \\\\ for a backslash"),
    (r"did not find expected hexdecimal", "a backslash begins a code in a text in double quotes",
     "use single quotes, or write \\\\ for a backslash"),
    (r"did not find expected node content", "a value is missing", "write one between the commas"),
    (r"did not find expected <document start>", "a second text behind the first",
     "write key: value, or one list with - before each entry"),
    (r"did not find expected alphabetic", "a sign that no text begins with", "put the text into quotes"),
    (r"did not find expected comment or line break", "text behind the sign of a block", "begin it in the next line"),
    (r"found a tab", "a tab in the indentation", "indent with spaces"),
    (r"did not find URI|did not find expected tag|while scanning a tag|did not find expected '!'",
     'a tag ("!") isn\'t allowed here', "put the text into quotes"),
    (r"did not find expected whitespace", "a sign that no text begins with", "put the text into quotes"),
    (r"found undefined alias", "an alias isn't allowed here", "write the value out"),
    (r"while scanning a directive|found unknown directive|found incompatible|directive",
     'a line that begins with "%"', "put the text into quotes"),
    (r"found invalid|control characters", "a character that YAML doesn't allow", "delete it"),
)  # fmt: skip


def diagnose_yaml(
    text: str, shown_as: str, complaint: str, noticed: tuple[int, int], begun: tuple[int, int] | None
) -> list[Diagnostic]:
    """Diagnostics for a text that the YAML reader refuses.

    Args:
        text: the file's text.
        shown_as: how its path is shown in problems.
        complaint: what the reader says.
        noticed: line and column at which it noticed.
        begun: where what it was reading begins, where it says so.
    """
    last = text.count("\n") + 1
    slips = sorted(slip for slip in (*_find_wrong_signs(text), *_find_quote_mistakes(text)) if slip[0] <= noticed[0])
    if not slips and complaint.startswith("mapping values"):
        slips = list(_find_joined_lines(text, *noticed))
    if slips:
        return [Diagnostic("report.not-yaml", Place(shown_as, *slip[:2]), *slip[2:]) for slip in slips]
    what, hint = next(
        ((what, hint) for pattern, what, hint in _TOLD if re.match(pattern, complaint)),
        ("this can't be read as YAML", "write key: value, and put a text that holds signs into quotes"),
    )
    # The reader notices an open quote or bracket only where the text ends, or where the next key stands.
    open_since = begun is not None and ("isn't closed" in what or ("is missing" in what and what.startswith("a comma")))
    line, column = begun if begun is not None and open_since else noticed
    if begun is not None and open_since and what.startswith("a comma") and noticed[0] > begun[0]:
        mark = "[" if "]" in what else "{"
        what, hint = f'the "{mark}" isn\'t closed', f"add {']' if mark == '[' else '}'}"
    elif what.startswith("a comma") and noticed:
        line, column = noticed
    return [Diagnostic("report.not-yaml", Place(shown_as, min(line, last), column), what, hint)]


def diagnose_tabs(text: str, shown_as: str) -> list[Diagnostic]:
    """Every tab in an indentation, which YAML leaves undefined."""
    return [
        Diagnostic(
            "report.tab",
            Place(shown_as, *line_column(text, found.end() - 1)),
            "a tab in the indentation",
            "indent with spaces",
        )
        for found in re.finditer(r"^ *\t", text, re.MULTILINE)
    ]


def _find_wrong_signs(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Other characters typed in place of YAML's signs, outside of comments and blocks of text."""
    for number, line in _iterate_yaml_lines(text):
        if wide := _WIDE_COLON.match(line):
            sign = wide["sign"]
            what = "a full-width colon (：)" if sign == "：" else f'"{sign}" stands for a colon'
            yield number, wide.start("sign") + 1, what, f"write {wide['key']}: with a space behind it"
        elif (tight := _TIGHT_COLON.match(line)) and not _is_quoted_line(line):
            what = f'no space behind the colon of "{tight["key"]}"'
            yield number, tight.end() + 1, what, f"write {tight['key']}: with a space behind it"
        elif dash := _TIGHT_DASH.match(line):
            yield number, dash.end(), "no space behind the -", "write - with a space behind it"
        yield from ((number, *slip) for slip in _find_wrong_marks(line))


def _find_wrong_marks(line: str) -> Iterator[tuple[int, str, str]]:
    """Curly quotes and full-width brackets where a value begins or ends."""
    value = re.match(rf"{_KEY}\s*[:：]\s*|\s*(?:-\s+)+", line)
    at = value.end() if value else 0
    if at < len(line) and line[at] in _OPENING:
        yield at + 1, f"{line[at]} is no quote here", f"write {to_ascii_mark(line[at])}"
    if at < len(line) and line[at] in "\"'" and line.count(line[at], at) == 1:
        curly = next((place for place in range(len(line) - 1, at, -1) if to_ascii_mark(line[place]) == line[at]), 0)
        if curly:
            yield curly + 1, f"{line[curly]} is no quote here", f"write {line[at]}"
    if at < len(line) and line[at] in "[{［｛":
        inside = re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: " " * len(found[0]), line)
        for place in range(at, len(line)):
            if inside[place] in _BRACKETS:
                yield (
                    place + 1,
                    f'"{line[place]}" stands for {_BRACKETS[line[place]]}',
                    f"write {_BRACKETS[line[place]]}",
                )


def _find_quote_mistakes(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Quoted strings that run into the next key, and text after a closing quote."""
    lines = list(_iterate_yaml_lines(text))
    for (number, line), following in zip(lines, [*lines[1:], (0, "")], strict=True):
        value = re.match(rf"{_KEY}:\s+|\s*(?:-\s+)+", line)
        at = value.end() if value else len(line)
        if at >= len(line) or line[at] not in "\"'":
            continue
        mark = line[at]
        body = r"(?:[^\"\\]|\\.)*" if mark == '"' else "(?:[^']|'')*"
        closed = re.match(f"{mark}{body}{mark}", line[at:])
        if closed is None:
            if re.match(rf"{_KEY}:(?:\s|$)", following[1]) and _count_indent(following[1]) <= _count_indent(line):
                yield number, at + 1, "the quote isn't closed", f"add {mark} at the text's end"
            continue
        rest = line[at + closed.end() :]
        if rest.strip() and not re.match(r"\s*:(\s|$)|\s+#", rest):
            column = at + closed.end() + len(rest) - len(rest.lstrip()) + 1
            hint = (
                "write '' for a quote inside single quotes" if mark == "'" else 'write \\" for a quote inside the text'
            )
            yield number, column, "text behind the closing quote", hint


def _find_joined_lines(text: str, line: int, column: int) -> Iterator[tuple[int, int, str, str]]:
    """A line that YAML joined to the one above, which lacks its colon or already has a value."""
    lines = text.split("\n")
    first = re.match(rf"{_KEY}(?=:)", lines[line - 1]) if line <= len(lines) else None
    if first is None or first.end() + 1 != column:
        return
    above = next((number for number in range(line - 1, 0, -1) if lines[number - 1].strip()), 0)
    if above and ":" not in lines[above - 1]:
        yield above, len(lines[above - 1].rstrip()) + 1, "a key without its colon", "write key: value"
    elif above:
        what = "the line is indented deeper than the key above it, which has its value already"
        yield line, _count_indent(lines[line - 1]) + 1, what, "indent alike what belongs together"


def _count_indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_quoted_line(line: str) -> bool:
    return line.lstrip(" -").startswith(('"', "'"))


def _iterate_yaml_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are YAML's own: no comments, and none inside a block of text."""
    inside = -1
    for number, line in enumerate(text.split("\n"), 1):
        indent = _count_indent(line)
        if inside >= 0 and (not line.strip() or indent > inside):
            continue
        inside = -1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if block := _BLOCK.match(line):
            inside = len(block["indent"])
        yield number, line
