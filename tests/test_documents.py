"""What documents say of the project is there: files, functions, links between documents, the order of the rooms."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Documents for people who work on the program; what stands in backticks with a slash is a path in them.
FOR_PEOPLE = (
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/glossary.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/decisions/*.md")),
)
ALL = (
    "README.md",
    "CHANGELOG.md",
    "tests/README.md",
    *FOR_PEOPLE,
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md")),
)
_PATH = re.compile(r"`([\w.-]+/[\w./*-]*)`")
#: Paths of a desk or of whoever adds a thing, and a ledger's schema.
_ELSEWHERE = re.compile(r"formats/|reporter\.ledger/|.*[A-Z]{4}")
_BASES = (ROOT, ROOT / "reporter", ROOT / "templates" / "market_brief")


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_path_in_a_document_is_there(name: str) -> None:
    paths = [path for path in _PATH.findall((ROOT / name).read_text("utf-8")) if not _ELSEWHERE.match(path)]
    assert [path for path in paths if not any(list(base.glob(path.rstrip("/"))) for base in _BASES)] == []


def test_a_function_that_the_architecture_names_is_in_its_module() -> None:
    named = re.findall(
        r"`(\w+)` \((?:in )?`([\w/]+\.py)`", (ROOT / "ARCHITECTURE.md").read_text("utf-8").replace("\n", " ")
    )
    assert named
    assert [
        (name, path) for name, path in named if f"def {name}(" not in (ROOT / "reporter" / path).read_text("utf-8")
    ] == []


@pytest.mark.parametrize("name", dict.fromkeys(ALL))
def test_a_link_between_documents_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / name).read_text("utf-8"))
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\(([^)]+)\)", (folder / "README.md").read_text("utf-8"))
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")


def test_the_order_of_the_rooms_is_the_contracts() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    shown = "\n".join(declared["layers"])
    assert f"```\n{shown}\n```" in (ROOT / "ARCHITECTURE.md").read_text("utf-8")


def test_every_room_has_a_line() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    # Not the vendors' layouts and calendars, which are no code.
    rooms = [path.parent.relative_to(ROOT / "reporter").as_posix() for path in ROOT.glob("reporter/*/**/__init__.py")]
    assert [room for room in sorted(rooms) if f"`{room}/`" not in text] == []


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE)
    assert [target for target in targets if not re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE)] == []
    assert r"/^[a-z-]+:.*## /" in makefile
