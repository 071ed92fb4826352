"""Rule files that load, and rule files that don't with every word of what is said about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.rules import load_rules
from tests.rules.build import REGISTRY

CORPUS = Path(__file__).parent / "corpus"


def _files(kind: str) -> list[Path]:
    return sorted(CORPUS.glob(f"*.{kind}.yaml"))


@pytest.mark.parametrize("path", _files("good"), ids=lambda path: path.name)
def test_good(path: Path) -> None:
    assert load_rules([(path, path.name)], REGISTRY).rules


@pytest.mark.parametrize("path", _files("bad"), ids=lambda path: path.name)
def test_bad(path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load_rules([(path, path.name)], REGISTRY)
    assert str(refused.value) + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_problems_of_all_files_come_together(tmp_path: Path) -> None:
    files = [(path, path.name) for path in (*_files("bad"), *_files("good"))]
    with pytest.raises(InputError) as refused:
        load_rules(files, REGISTRY)
    # How deep conditions lead can't be said while some go in a circle.
    assert {problem.place.file for problem in refused.value.diagnostics} == {path.name for path in _files("bad")} - {
        "deep.bad.yaml"
    }
