"""TOML text to its values, or a diagnostic for every mistake in it, each at its own place.

Python's reader stops at the first mistake, names it for programmers, and often stands lines behind it. So where it
refuses a text, marks and quotes are looked at here, what is clear is mended in a copy, and the reader is asked again
for the rest, a statement at a time.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.syntax.lookalike_marks import check_ascii_character, to_ascii_mark
from reporter.syntax.toml_positions import iterate_statements

_MOST = 20
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_HEADER = re.compile(r"\s*\[\[?\s*[A-Za-z_][\w.\-]*\s*\]?\]?\s*(#.*)?$")
_STATEMENT = re.compile(r"\s*[A-Za-z_][\w\-]*(?:\.[\w\-]+)*\s*=(?!>)")
_WORDS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_NOTHING = ("none", "null", "nil", "~")
_QUOTES = {'"': '"', "'": "'"}


def parse_toml(text: str, shown_as: str) -> dict[str, Any]:
    """Read TOML.

    Args:
        text: the file's text, with line feeds.
        shown_as: how the file's path is shown in problems.

    Raises:
        InputError: every mistake that can be told apart, located.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError(
            [Diagnostic("file.not-toml", Place(shown_as), "lists or tables are nested too deep")]
        ) from error
    except ValueError as error:
        raise InputError(_Diagnosis(text, shown_as).list_diagnostics()) from error


@dataclass(slots=True)
class _RepairedText:
    """A copy of the text with plain quotes, and with quotes and brackets closed; lines are the author's."""

    lines: list[str] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


class _TextRepairer:
    """One pass over the lines of an unreadable text; repairs what is outside of strings and comments."""

    def __init__(self, text: str, shown_as: str) -> None:
        self.lines = text.split("\n")
        self.shown_as = shown_as
        self.mended = _RepairedText()
        self.brackets: list[tuple[str, int, int]] = []
        self.long = ""

    def repair_text(self) -> _RepairedText:
        for number, line in enumerate(self.lines, 1):
            if self.brackets and not self.long and (_STATEMENT.match(line) or _HEADER.fullmatch(line)):
                # `["en"` goes on into the next statement, where the reader would complain.
                self._close_brackets()
            self.mended.lines.append(self._repair_line(number, line))
            if any(mark == "{" for mark, _, _ in self.brackets):
                self._close_brackets("a table in braces stands on one line")
                self._skip_braces(number)
        self._close_brackets()
        return self.mended

    def _add_problem(self, line: int, column: int, what: str, hint: str = "") -> None:
        self.mended.problems.append(Diagnostic("file.not-toml", Place(self.shown_as, line, column), what, hint))

    def _close_brackets(self, hint: str = "") -> None:
        """Report the open brackets, and close them after what was read last."""
        for mark, line, column in self.brackets:
            closing = "]" if mark == "[" else "}"
            self._add_problem(line, column, f'the "{mark}" isn\'t closed', hint or f"add {closing}")
        closing = "".join("]" if mark == "[" else "}" for mark, _, _ in reversed(self.brackets))
        if closing and self.mended.lines:
            at = next(
                (place for place in range(len(self.mended.lines) - 1, -1, -1) if self.mended.lines[place].strip()), 0
            )
            last = self.mended.lines[at]
            bare = re.sub(r"\s+#[^\"']*$", "", last)
            self.mended.lines[at] = bare + closing
        self.brackets.clear()

    def _skip_braces(self, number: int) -> None:
        """Skip the lines of an inline table that goes on below, so that it is reported once."""
        for place in range(number, min(number + _MOST, len(self.lines))):
            if self.lines[place].lstrip().startswith("["):
                return
            if self.lines[place].lstrip().startswith("}"):
                self.lines[number : place + 1] = [""] * (place + 1 - number)
                return

    def _repair_line(self, number: int, line: str) -> str:
        made: list[str] = []
        header = not self.brackets and not self.long and re.match(r"\s*\[", line) is not None
        at = 0
        while at < len(line):
            if self.long:
                end = line.find(self.long, at)
                step = len(line) - at if end < 0 else end + 3 - at
                self.long = self.long if end < 0 else ""
                made.append(line[at : at + step])
            elif line[at] == "#":
                made.append(line[at:])
                break
            elif line[at : at + 3] in ('"""', "'''"):
                self.long, step = line[at : at + 3], 3
                made.append(self.long)
            elif to_ascii_mark(line[at]) in _QUOTES or line[at] in _QUOTES:
                text, step = self._repair_string(number, line, at)
                made.append(text)
            else:
                made.append(self._repair_character(number, line, at, header=header))
                step = 1
            at += step
        return "".join(made)

    def _repair_character(self, number: int, line: str, at: int, *, header: bool) -> str:
        char = line[at]
        if fault := check_ascii_character(char):
            self._add_problem(number, at + 1, *fault)
            char = to_ascii_mark(char) or " "
        if header:
            return char
        if char in "[{":
            self.brackets.append((char, number, at + 1))
        elif char in "]}" and self.brackets and self.brackets[-1][0] == ("[" if char == "]" else "{"):
            self.brackets.pop()
        return char

    def _repair_string(self, number: int, line: str, at: int) -> tuple[str, int]:
        """A quoted string on one line: its repaired form, and its length in the author's line."""
        opening = line[at]
        mark = opening if opening in _QUOTES else to_ascii_mark(opening)
        if opening not in _QUOTES:
            self._add_problem(number, at + 1, f"{opening} is no quote here", f"write {mark}")
        end = at + 1
        while end < len(line):
            if line[end] == "\\" and mark == '"':
                end += 1
            elif line[end] == mark or (opening not in _QUOTES and to_ascii_mark(line[end]) == mark):
                if line[end] != mark:
                    self._add_problem(number, end + 1, f"{line[end]} is no quote here", f"write {mark}")
                return mark + line[at + 1 : end] + mark, end + 1 - at
            end += 1
        return self._close_string(number, line, at, mark)

    def _close_string(self, number: int, line: str, at: int, mark: str) -> tuple[str, int]:
        curly = next((place for place in range(len(line) - 1, at, -1) if to_ascii_mark(line[place]) == mark), 0)
        if curly:
            self._add_problem(number, curly + 1, f"{line[curly]} is no quote here", f"write {mark}")
            return mark + line[at + 1 : curly].replace("\\", "/") + mark, curly + 1 - at
        self._add_problem(number, at + 1, "the quote isn't closed in its line", f"add {mark} at the text's end")
        # What follows the text is most likely the end of a list or of a table in braces.
        end = len(re.sub(r"[\]},\s]*$", "", line))
        return mark + line[at + 1 : end].replace("\\", "/") + mark, max(end, at + 1) - at


class _Diagnosis:
    """Diagnostics for everything wrong with a text that `tomllib` refuses."""

    def __init__(self, text: str, shown_as: str) -> None:
        self.text = text
        self.shown_as = shown_as
        self.mended = _TextRepairer(text, shown_as).repair_text()
        self.found = list(self.mended.problems)

    def list_diagnostics(self) -> list[Diagnostic]:
        lines = list(self.mended.lines)
        for _ in range(_MOST):
            try:
                tomllib.loads("\n".join(lines))
                break
            except RecursionError:
                break
            except ValueError as error:
                line, column = self._find_place(str(error), lines)
                # What is mended in a line changes how the reader takes the rest of it.
                if all(problem.place.line != line for problem in self.found):
                    self.found.append(self._to_diagnostic(str(error), line, column, lines))
                if not self._drop_statement(lines, line):
                    break
        return self.found or [
            Diagnostic("file.not-toml", Place(self.shown_as), "isn't TOML", "a line is key = value, or [table]")
        ]

    def _find_place(self, message: str, lines: list[str]) -> tuple[int, int]:
        found = _PLACE.search(message)
        if found and found[1]:
            return int(found[1]), int(found[2])
        long = re.search(r"\d{4000}", "\n".join(lines))
        if long is not None and found is None:
            before = "\n".join(lines)[: long.start()]
            return before.count("\n") + 1, len(before) - before.rfind("\n")
        # At the end of the document: the last line that holds anything.
        last = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 1)
        return last, len(lines[last - 1]) + 1

    def _to_diagnostic(self, message: str, line: int, column: int, lines: list[str]) -> Diagnostic:
        kind = _PLACE.sub("", message)
        here = lines[line - 1]
        rest = here[column - 1 :]
        what, hint = _explain_error(kind, here, rest)
        if not what:
            return self._duplicate_diagnostic(line, lines)
        return Diagnostic("file.not-toml", Place(self.shown_as, line, column), what, hint)

    def _duplicate_diagnostic(self, line: int, lines: list[str]) -> Diagnostic:
        """A diagnostic for a repeated key or table, with the place of the first."""
        placed = [(path, place) for path, place in iterate_statements("\n".join(lines)) if place[0] <= line]
        if not placed:
            return Diagnostic("file.not-toml", Place(self.shown_as, line, 1), "a key is given twice")
        path, place = placed[-1]
        first = next((where for other, where in placed[:-1] if other == path), None)
        # A header that can't be read was given a name, so that its keys stay apart.
        name = ".".join(part for part in path if isinstance(part, str) and not part.startswith("_unreadable"))
        if first is None:
            inside = re.search(r"[{,]\s*([\w-]+)\s*=(?=.*[{,]\s*\1\s*=)", lines[place[0] - 1])
            if inside:
                again = lines[place[0] - 1].rindex(inside[1] + " ") if inside[1] + " " in lines[place[0] - 1] else 0
                return Diagnostic(
                    "file.not-toml",
                    Place(self.shown_as, place[0], again + 1),
                    f'"{inside[1]}" is given twice in one table',
                )
            return Diagnostic(
                "file.not-toml", Place(self.shown_as, *place), f'"{name}" is already given, and as something else'
            )
        hint = "keep one of them"
        return Diagnostic(
            "file.not-toml", Place(self.shown_as, *place), f'"{name}" is already given in line {first[0]}', hint
        )

    @staticmethod
    def _drop_statement(lines: list[str], line: int) -> bool:
        """Remove the statement around a line from the copy, so that reading goes on after it."""
        start = line
        while start > 1 and not _is_statement_start(lines[start - 1]):
            start -= 1
        end = line + 1
        while end <= len(lines) and not _is_statement_start(lines[end - 1]):
            end += 1
        if not any(lines[number - 1].strip() for number in range(start, end)):
            return False
        header = lines[start - 1].lstrip().startswith("[")
        for number in range(start, end):
            lines[number - 1] = ""
        if header:
            # Else the keys that follow would be taken for another table's.
            lines[start - 1] = f"[_unreadable_{start}]"
        return True


def _is_statement_start(line: str) -> bool:
    return _STATEMENT.match(line) is not None or re.match(r"\s*\[\[?\s*[A-Za-z_]", line) is not None


def _explain_error(kind: str, line: str, rest: str) -> tuple[str, str]:
    """A `tomllib` message → what is wrong and a hint; empty for a repetition, which needs the other place.

    Args:
        kind: the reader's message without its place.
        line: the line that it complains of.
        rest: that line from the place on.
    """
    key = line.partition("=")[0].strip()
    if re.match(r"Cannot (declare|overwrite|mutate|redefine)|Duplicate inline", kind):
        return "", ""
    if kind == "Invalid value":
        return _explain_invalid_value(key, rest)
    if kind.startswith("Expected newline"):
        return _explain_trailing_text(line, rest)
    if kind.startswith("Expected '=' after"):
        name = re.match(r"\s*([^\s:=]+)", line)
        hint = "write = instead of :" if rest.startswith(":") else "a line is key = value"
        return f'no "=" after the key "{name[1] if name else key}"', hint
    if kind.startswith("Expected ']"):
        return "the table's header isn't closed", "write it as [name], or as [[name]] for an entry of a list"
    if "\\" in kind or "hex" in kind or "scalar value" in kind:
        return "a backslash begins a code in a text", "write / in paths, or \\\\ for a backslash"
    for beginning, told in _TOLD.items():
        if kind.startswith(beginning):
            return told
    if "digits" in kind:
        return "a number of thousands of digits", "no setting is that large"
    return "this can't be read as TOML", "a line is key = value, or [table]"


_TOLD: dict[str, tuple[str, str]] = {
    "Invalid statement": ("this is no setting", "a line is key = value, or [table]; a comment begins with #"),
    "Invalid initial character": ("a key is missing here", "a key has letters, digits, _ and -"),
    "Unclosed array": ("a comma or ] is missing here", 'a list is ["one", "two"]'),
    "Unclosed inline table": ("a comma or } is missing here", 'a table in braces is { en = "…", zh-Hant = "…" }'),
    "Invalid date": ("there is no such date or time", "write it as 2026-02-06"),
    "Unterminated": ("the quotes are never closed", 'close a text of several lines with """'),
    "Expected \"'": ("the quotes are never closed", "close a text of several lines with '''"),
    "Illegal character": ("a character that no text has", "write it in one line, or between three quotes"),
    "Found invalid": ("a character that no comment has", "delete it"),
}


def _explain_invalid_value(key: str, rest: str) -> tuple[str, str]:
    word = re.match(r"[^\s,\]}#]*", rest)
    found = word[0] if word else ""
    if rest.startswith(">"):
        return '"=>" is no sign of TOML', "write ="
    if rest.startswith("="):
        return '"==" is no sign of TOML', "write ="
    if not found:
        return (f'the value of "{key}" is missing' if key else "a value is missing"), 'write key = "text"'
    if found.lower() in _WORDS:
        return f'"{found}" is no value', f"write {_WORDS[found.lower()]}"
    if found.lower() in _NOTHING:
        return f'"{found}" is no value', "leave the key out where there is nothing to say"
    if re.fullmatch(r"[-+]?\.\d+|[-+]?\d+\.", found):
        return f'"{found}" is no number', "write a digit on both sides of the point: 0.5"
    return f'"{found[:40]}" is no value', f'write a text in quotes: "{found[:40]}"'


def _explain_trailing_text(line: str, rest: str) -> tuple[str, str]:
    found = rest.strip()[:40]
    before = line[: len(line) - len(rest)].rstrip()
    what = f"{found} stands behind the value"
    if re.search(r"=\s*\d{4}$", before) and re.match(r"-\d", rest):
        return _TOLD["Invalid date"]
    if re.search(r"=\s*[-+]?[\d.]+$", before):
        if re.match(r"\s*,\s*\d", rest):
            return what, "write numbers without separators: 1000"
        if rest.lstrip().startswith("%"):
            return what, "write 5% as 0.05"
        return what, "write a text in quotes"
    if before.endswith(('"', "'")):
        return what, 'write \\" for a quote inside a text, and one setting a line'
    return what, "write one setting a line; a comment begins with #"
