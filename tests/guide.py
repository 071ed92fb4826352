"""Guides as their readers follow them: files are written, commands typed, and what they print is compared."""

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
_STEP = re.compile(
    r"^(?:(?:In )?`(?P<path>[^`\n]+)`(?:, before `(?P<before>[^`\n]+)`:)?\n\n)?```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A command of a guide, what the guide says it prints, and what it printed."""

    command: str
    promised: str
    printed: str


def follow(guide: Path, folder: Path) -> Iterator[Typed]:
    """Follow a guide in a folder, one command at a time.

    Args:
        guide: Markdown. A block of code under a path in backticks is that file; under "In `path`, before `line`:" it
            is put there; a console block holds commands and what they print.
        folder: an empty folder; samples and templates are put into it.
    """
    for name in ("samples", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    for step in _STEP.finditer(guide.read_text(encoding="utf-8")):
        if step["kind"] == "console":
            for command, promised in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", step["body"], re.MULTILINE):
                yield Typed(command, promised, _run(command, folder))
        elif step["path"]:
            _write(folder / step["path"], step["body"], step["before"])


def _run(command: str, folder: Path) -> str:
    reporter = f'reporter() {{ "{sys.executable}" -m reporter "$@"; }}; '
    ran = subprocess.run(
        ["bash", "-c", reporter + command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.stdout


def _write(path: Path, body: str, before: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if before is not None:
        text = path.read_text(encoding="utf-8")
        place = text.index(before)
        body = text[:place] + body + text[place:]
    path.write_text(body, encoding="utf-8")
