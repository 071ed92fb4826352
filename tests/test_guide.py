"""The guides say what happens: what their commands print, what files they name, which keys and commands there are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from reporter.desk.config.config import DeskConfig
from tests.guide import ROOT, follow, rewrite
from tests.test_cli_options import COMMANDS

GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLLOWED = [guide for guide in GUIDES if "```console" in guide.read_text(encoding="utf-8")]
#: Guides of many commands, each of which starts the program.
LONG = {"data.md", "editing.md", "ledger.md", "locales.md", "publishing.md", "rules.md", "track.md"}
#: Fields that the program fills, and the reader of a desk.toml never sees.
INNER = {"folder", "shown_as", "layouts", "metrics", "own"}


@pytest.mark.parametrize(
    "guide",
    [pytest.param(one, marks=pytest.mark.long) if one.name in LONG else one for one in FOLLOWED],
    ids=lambda path: path.name,
)
def test_every_command_of_a_guide_prints_what_it_says(tmp_path: Path, guide: Path) -> None:
    typed = list(follow(guide, tmp_path))
    if os.environ.get("REPORTER_NEW_GUIDES"):
        rewrite(guide, typed)
    assert [(one.command, one.printed) for one in typed if not one.kept] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_commands_with_what_they_print_stand_where_they_are_run(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    outside = re.sub(r"^```console\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)

    assert re.findall(r"^ *\$ .*$", outside, re.MULTILINE) == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_file_that_a_guide_points_at_is_there(guide: Path) -> None:
    named = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", guide.read_text(encoding="utf-8"))

    assert [name for name in named if not (guide.parent / name).exists()] == []


#: A catalogue of codes may say the same of two of them.
@pytest.mark.parametrize("guide", [one for one in GUIDES if one.name != "diagnostics.md"], ids=lambda path: path.name)
def test_no_paragraph_stands_twice(guide: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", guide.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    sentences = [one for part in paragraphs for one in re.split(r"(?<=[.:])\s", part) if len(one) > 60]

    assert [one for one in set(sentences) if sentences.count(one) > 1] == []


def _keys(model: type[BaseModel], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of a desk.toml that a model declares, with the tables that it stands in."""
    for name, field in model.model_fields.items():
        if name in INNER and (not before or name == "own"):
            continue
        path = (*before, field.alias or name)
        yield path
        for below in _models(field.annotation):
            yield from _keys(below, path)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def test_every_key_of_a_desk_is_explained() -> None:
    text = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `\[+(\w+)[^`]*`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))

    assert sorted({path[0] for path in _keys(DeskConfig)} - set(sections)) == []
    unexplained = [
        ".".join(path)
        for path in _keys(DeskConfig)
        if len(path) > 1 and not re.search(rf"`{re.escape(path[-1])}[`. ]", sections[path[0]])
    ]
    assert unexplained == []


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    leaves = [path for path, command in COMMANDS.items() if path != "reporter" and path.count(" ") == 1]
    assert [path for path in leaves if path not in text] == []
