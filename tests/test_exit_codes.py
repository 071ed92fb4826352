"""One table of exit codes: the program's, the README's and that of every help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.diagnostics.exit_codes import MEANINGS, ExitCode

ROOT = Path(__file__).parents[1]


def commands(group: typer.core.TyperGroup, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command's words, groups among them."""
    yield words
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name)


def all_commands() -> list[tuple[str, ...]]:
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return list(commands(group))


def test_every_code_has_a_meaning() -> None:
    assert list(MEANINGS) == list(ExitCode)
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 75, 130, 143]


def test_the_readme_has_the_table() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert rows == [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_every_help_has_the_table(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "120"}).stdout
    rows = re.findall(r"^ *(\d+)  (\w.*)$", shown.partition("Exit codes:")[2], re.MULTILINE)
    assert rows == [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]
