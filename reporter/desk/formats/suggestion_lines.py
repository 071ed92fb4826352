"""What is suggested for a file: lines of desk.toml, with the questions that its author must answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Suggestion:
    """Lines for desk.toml.

    Attributes:
        says: what the file is, in a line.
        facts: what was seen in it: rows, span, unit, order.
        keys: key → value, as TOML writes it.
        asks: key → what its author must say, and why the file can't.
        refused: why nothing is suggested; empty where something is.
        table: the canonical table; empty where none is.
        end: the last row's time, seconds since 1970 UTC.
        bar: seconds from row to row.
        where: column → cell of the rows that are the desk's, where a file holds others too.
        prices: the columns of numbers that are read.
    """

    says: str
    facts: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    asks: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    table: str = ""
    end: float = 0.0
    bar: int = 0
    where: dict[str, str] = field(default_factory=dict)
    prices: tuple[str, ...] = ()

    def to_toml(self) -> str:
        """The `[[source]]` table as TOML; an open question is the value "?" with a comment."""
        lines = ["[[source]]"]
        lines += [f"{key} = {value}" for key, value in self.keys.items() if key not in self.asks]
        for key, why in self.asks.items():
            # A question mark is no value of any other key, so that no desk is built on an unanswered question.
            lines.append(f'{"# " if key == "cite" else ""}{key} = "?"  # say it: {why}')
        return "\n".join(lines) + "\n"


def quote_toml(text: str) -> str:
    """A text as TOML writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in escaped) + '"'


def to_inline_table(table: Mapping[str, str]) -> str:
    """A table of texts as TOML writes it in a line."""
    names = {key: key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else quote_toml(key) for key in table}
    return "{ " + ", ".join(f"{names[key]} = {quote_toml(value)}" for key, value in table.items()) + " }"


def source_id_from_path(path: Path) -> str:
    """An id for a source, from its file's name."""
    stem = re.sub(r"[^a-z0-9]+", "_", path.name.partition(".")[0].lower()).strip("_") or "source"
    return stem if stem[0].isalpha() else f"source_{stem}"
