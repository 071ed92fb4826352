"""Guides as their readers follow them: files are written, commands typed, and what they print is compared.

`REPORTER_NEW_GUIDES=1 pytest tests/test_guide.py` writes what commands print now into the guides; read the difference.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: A line that stands for any lines.
REST = "…"
_STEP = re.compile(
    r"^(?:(?:(?P<how>In|At the end of) )?`(?P<path>[^`\n]+)`(?:, before `(?P<before>[^`\n]+)`)?:?\n\n)?"
    r"```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"^\$ (?P<command>.*)\n(?P<promised>(?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Typed:
    """A command of a guide, what the guide says it prints, and what it printed.

    Attributes:
        span: where in the guide the promise stands.
    """

    command: str
    promised: str
    printed: str
    span: tuple[int, int]

    @property
    def kept(self) -> bool:
        """Whether it printed what the guide says; a line "…" stands for any lines."""
        parts = [re.escape(part) for part in f"\n{self.promised}".split(f"\n{REST}\n")]
        return re.fullmatch(r"\n(?:.*\n)*?".join(parts), f"\n{self.printed}") is not None


def follow(guide: Path, folder: Path) -> Iterator[Typed]:
    """Follow a guide in a folder, one command at a time.

    Args:
        guide: Markdown. A block of code under a path in backticks is that file; under "In `path`, before `line`:" it
            is put there, under "At the end of `path`:" at its end; a console block holds commands and what they print.
        folder: an empty folder; samples and templates are put into it.
    """
    for name in ("samples", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    for step in _STEP.finditer(guide.read_text(encoding="utf-8")):
        if step["kind"] == "console":
            for typed in _COMMAND.finditer(step["body"]):
                start = step.start("body")
                span = start + typed.start("promised"), start + typed.end("promised")
                yield Typed(typed["command"], typed["promised"], _run(typed["command"], folder), span)
        elif step["path"]:
            _write(folder / step["path"], step["body"], step["before"], at_end=step["how"] == "At the end of")


def rewrite(guide: Path, typed: list[Typed]) -> None:
    """Put what the commands printed into the guide, where it differs from what is promised."""
    text = guide.read_text(encoding="utf-8")
    for one in reversed(typed):
        if not one.kept:
            text = text[: one.span[0]] + one.printed + text[one.span[1] :]
    guide.write_text(text, encoding="utf-8")


def _run(command: str, folder: Path) -> str:
    reporter = f'reporter() {{ "{sys.executable}" -m reporter "$@"; }}; '
    ran = subprocess.run(
        ["bash", "-c", reporter + command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.stdout


def _write(path: Path, body: str, before: str | None, *, at_end: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if at_end or before is not None:
        text = path.read_text(encoding="utf-8")
        place = len(text) if before is None else text.index(before)
        body = text[:place] + body + text[place:]
    path.write_text(body, encoding="utf-8")
