"""Slips of the keyboard in every kind of shipped file: always a located message of ours, never a parser's own."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reporter.desk import read_desk_config
from reporter.diagnostics.errors import InputError
from reporter.narrative.phrases.phrase_grammar import parse_phrases
from reporter.render.layout_checks import check_layouts
from reporter.syntax import read_yaml
from reporter.syntax.authored_text import read_authored_text
from tests.briefs import ROOT

TEMPLATES = ROOT / "templates" / "market_brief"
#: What the parsers behind us say by themselves.
RAW = (
    "expected token",
    "could not find expected",
    "did not find",
    "mapping values",
    "llegal character",
    "nterminated",
    "annot overwrite",
    "nvalid value",
    "nexpected end",
    "nexpected char",
    "Expected ",
    "Encountered",
    "No filter named",
    "codec can't",
    "Jinja",
)
SIGNS = "{}|\"':,()=[]%<>#-"
WIDE = dict(zip(SIGNS, "｛｝｜“‘：，（）＝［］％＜＞＃－", strict=True))
TYPED = "{}|\"'：“\t%=>&\0é　@`!*$"
ENCODINGS = ("cp1252", "big5", "gbk", "utf-16", "utf-16-le", "utf-16-be")


def _phrases(path: Path) -> None:
    _, problems = parse_phrases("f", read_authored_text(path, "f"))
    if problems:
        raise InputError(problems)


def _layout(path: Path) -> None:
    if problems := check_layouts([(path, "f")], (path.parent, TEMPLATES / "layouts")):
        raise InputError(problems)


def _desk(path: Path) -> None:
    shutil.move(path, path.parent / "desk.toml")
    read_desk_config(path.parent, "f")


def _yaml(path: Path) -> None:
    read_yaml(path, "f")


KINDS: dict[str, tuple[Callable[[Path], None], Path, str]] = {
    "phrases": (_phrases, TEMPLATES / "phrases", "*/*.j2"),
    "layouts": (_layout, TEMPLATES / "layouts", "*.j2"),
    "rules": (_yaml, TEMPLATES, "rules/*.yaml"),
    "cases": (_yaml, TEMPLATES, "rule_tests/*.yaml"),
    "outline": (_yaml, TEMPLATES, "report.yaml"),
    "desk": (_desk, ROOT / "samples", "*/desk.toml"),
}


def mistyped(rng: random.Random, text: str) -> str:
    """A text with one slip: a sign left out, doubled, swapped or full-width, a quote curled, an end cut off …"""
    at = rng.choice([place for place, char in enumerate(text) if char in SIGNS])
    anywhere = rng.randrange(len(text))
    quote = rng.choice([place for place, char in enumerate(text) if char == '"'] or [at])
    lines = text.splitlines(keepends=True)
    line = rng.randrange(len(lines))
    return rng.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
            text[:at] + WIDE[text[at]] + text[at + 1 :],
            text[:anywhere],
            text[:quote] + "”" + text[quote + 1 :],
            text[:anywhere] + text[anywhere + 10 :],
            text[:anywhere] + rng.choice(TYPED) + text[anywhere:],
            "".join([*lines[: line + 1], *lines[line:]]),
        ]
    )


def said(read: Callable[[Path], None], path: Path) -> list[str]:
    """Every complaint, each of which has a line; any other exception than our own goes through."""
    try:
        read(path)
    except InputError as error:
        assert all(problem.place.line is not None for problem in error.diagnostics), str(error)
        return [str(problem) for problem in error.diagnostics]
    return []


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.long) if kind == "phrases" else kind for kind in KINDS]
)
def test_a_slip_is_told_in_our_words_with_its_line(kind: str, tmp_path: Path) -> None:
    read, folder, pattern = KINDS[kind]
    rng = random.Random(kind)
    files = sorted(folder.glob(pattern))
    told = 0
    for _ in range(40):
        source = rng.choice(files)
        path = tmp_path / source.name.replace("desk.toml", "typed.toml")
        path.write_text(mistyped(rng, source.read_text("utf-8")), "utf-8")
        found = said(read, path)
        told += bool(found)
        assert [line for line in found if any(words in line for words in RAW)] == []
    # Not every slip is a mistake: a word may lose a letter.
    assert told >= 8


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_another_encoding_is_told_with_its_place(kind: str, encoding: str, tmp_path: Path) -> None:
    read, folder, pattern = KINDS[kind]
    source = sorted(folder.glob(pattern))[0]
    path = tmp_path / source.name.replace("desk.toml", "typed.toml")
    word = "café" if encoding == "cp1252" else "比特幣收盤"
    word = "比特币收盘" if encoding == "gbk" else word
    text = "".join(char for char in source.read_text("utf-8") if char.isascii())
    path.write_bytes((f"# {word}\n" + text).encode(encoding))
    (found,) = said(read, path)
    assert found.startswith(("f:1:1: the file", "f:1:3: byte", "f:1:6: byte"))
    assert found.endswith("; save the file as UTF-8")
