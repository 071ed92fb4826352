"""`reporter lint-text` as an editor types it, and over every sample."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.diagnostics.errors import InputError
from tests.briefs import build

SAMPLES = sorted(path.parent for path in (Path(__file__).parents[1] / "samples").glob("*/desk.toml"))


@pytest.mark.parametrize(
    "sample",
    [one if one.name == "quiet-day" else pytest.param(one, marks=pytest.mark.long) for one in SAMPLES],
    ids=lambda path: path.name,
)
def test_every_sample_is_right(sample: Path, tmp_path: Path) -> None:
    tags = ("zh-Hant", "en", "zh-Hant-TW", "zh-Hant-HK", "zh-Hans")
    folder = build(sample, tmp_path, locales=tags, editions=("article", "chat"), formats=("md", "html"))
    files = sorted(path.as_posix() for path in (*folder.glob("*.md"), *folder.glob("*.html")))
    ran = CliRunner().invoke(app, ["lint-text", *files])
    assert ran.output.splitlines() == [f"{name}: right" for name in files]
    assert ran.exit_code == 0


def test_findings_are_printed_and_the_exit_code_says_so(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.md", tmp_path / "good.md"
    bad.write_text("It fell 0.0%.\n", encoding="utf-8")
    good.write_text("It fell 2.0%.\n", encoding="utf-8")
    ran = CliRunner().invoke(app, ["lint-text", bad.as_posix(), good.as_posix(), "--locale", "en"])
    said = '"fell 0.0" tells a fall of nothing; what rounds to zero is unchanged'
    assert ran.output.splitlines() == [f"{bad.as_posix()}:1:4: {said}", f"{good.as_posix()}: right"]
    assert ran.exit_code == 1


def test_a_file_that_is_not_there_is_a_mistake_of_use(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["lint-text", (tmp_path / "x.md").as_posix()])
    assert isinstance(ran.exception, InputError)
    assert ran.exception.exit_code == 2
    assert str(ran.exception) == f"{(tmp_path / 'x.md').as_posix()}: can't be read: No such file or directory"
