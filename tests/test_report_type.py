"""A report type is read once in a process, and anew as soon as a byte of it is another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.pipeline.read import load_desk_report, open_desk
from reporter.report_type.report_type import ReportType
from tests.briefs import SAMPLES


def report(desk: Path, *locales: str) -> ReportType:
    return load_desk_report(open_desk(desk), locales)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES / "quiet-day", tmp_path / "desk"))


def test_desks_of_the_same_files_and_locales_share_it() -> None:
    first = report(SAMPLES / "quiet-day")
    assert report(SAMPLES / "quiet-day") is first
    assert report(SAMPLES / "melt-up") is first
    assert [book.locale.tag for book in report(SAMPLES / "quiet-day", "en").books] == ["en"]


@pytest.mark.long
def test_a_file_of_the_desk_that_comes_changes_or_goes_is_noticed(desk: Path) -> None:
    before = report(desk)
    own = desk / "templates" / "phrases" / "en" / "lead.j2"
    own.parent.mkdir(parents=True)
    shipped = before.files.base / "phrases" / "en" / "lead.j2"
    shutil.copyfile(shipped, own)
    copied = report(desk)
    assert copied.files.is_own(own.resolve()) and not before.files.is_own(own.resolve())

    own.write_text(shipped.read_text("utf-8") + "\n{# a note #}\n", "utf-8")
    changed = report(desk)
    assert changed is not copied
    assert report(desk) is changed

    shutil.rmtree(desk / "templates")
    assert report(desk).books == before.books


@pytest.mark.long
def test_what_is_wrong_is_said_every_time_until_it_is_mended(desk: Path) -> None:
    own = desk / "templates" / "phrases" / "en" / "gaps.j2"
    own.parent.mkdir(parents=True)
    own.write_text('{% say "no.such" %}a{% endsay %}\n', "utf-8")
    for _ in range(2):
        with pytest.raises(InputError, match=r"no\.such"):
            report(desk)
    own.unlink()
    assert report(desk).books
