"""One desk's job: what becomes of it, and that the fault of a desk is a result."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reporter.batch import BatchJob, BatchResult, BriefStatus, make_brief
from reporter.batch import job as job_module
from reporter.batch.desk_lists import check_slugs, read_desk_names
from reporter.batch.run_report import list_failed_desks, open_run_report
from reporter.diagnostics.errors import InputError
from reporter.pipeline.publish import lock_brief_folder
from tests.briefs import SAMPLES

DESK = SAMPLES / "quiet-day"
SLUG = "btc-2025-06-15"


def _job(tmp_path: Path, **changes: object) -> BatchJob:
    job = BatchJob(str(DESK), str(tmp_path / "out"), formats=("md",), locales=("en",))
    return replace(job, **changes)  # type: ignore[arg-type]  # a test's own names


def test_a_brief_is_published_then_left_alone_and_an_edited_one_is_kept(tmp_path: Path) -> None:
    job = _job(tmp_path)
    first, second = make_brief(job), make_brief(job)
    article = tmp_path / "out" / SLUG / "article.en.md"
    article.write_text("mine", encoding="utf-8")
    third = make_brief(job)

    assert (first.status, first.exit_code, first.brief) == (
        BriefStatus.PUBLISHED,
        0,
        (tmp_path / "out" / SLUG).as_posix(),
    )
    assert (second.status, second.reason) == (BriefStatus.UNCHANGED, "")
    assert (third.status, third.exit_code) == (BriefStatus.EDITED, 1)
    assert article.read_text(encoding="utf-8") == "mine"


def test_a_desk_without_the_day_is_stale_and_one_without_a_file_has_failed(tmp_path: Path) -> None:
    late = make_brief(_job(tmp_path, day="2025-06-20"))
    ended = make_brief(_job(tmp_path, as_of="2025-06-20T00:00Z"))
    desk = tmp_path / "desk"
    shutil.copytree(DESK, desk)
    (desk / "prices_1d.csv").unlink()
    broken = make_brief(_job(tmp_path, desk=str(desk)))
    nowhere = make_brief(_job(tmp_path, desk=str(tmp_path / "none")))

    assert (late.status, late.exit_code) == (BriefStatus.STALE, 4)
    assert (ended.status, ended.exit_code) == (BriefStatus.STALE, 4)
    assert (broken.status, broken.exit_code) == (BriefStatus.FAILED, 2)
    assert broken.diagnostics[0]["file"] == (desk / "desk.toml").as_posix()
    assert broken.diagnostics[0]["line"]
    assert (nowhere.status, nowhere.exit_code) == (BriefStatus.FAILED, 2)
    assert not (tmp_path / "out").exists()


def test_a_brief_that_another_run_writes_is_locked(tmp_path: Path) -> None:
    with lock_brief_folder(tmp_path / "out", SLUG):
        result = make_brief(_job(tmp_path))

    assert (result.status, result.exit_code) == (BriefStatus.LOCKED, 75)
    assert result.reason


def test_a_fault_of_the_program_is_a_result_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError("so")

    monkeypatch.setattr(job_module, "build_brief", fail)
    result = make_brief(_job(tmp_path))

    assert (result.status, result.exit_code) == (BriefStatus.FAILED, 1)
    assert "a fault of the program: ZeroDivisionError: so" in result.reason
    assert "in fail" in result.traceback


def test_the_machine_is_no_fault_of_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(job_module, "build_brief", fail)
    with pytest.raises(OSError, match="No space left"):
        make_brief(_job(tmp_path))


def test_a_list_names_folders_from_its_own(tmp_path: Path) -> None:
    (tmp_path / "desks.txt").write_text("# mornings\n\none  # the first\n  sub/two \n", encoding="utf-8")

    assert read_desk_names([f"@{tmp_path / 'desks.txt'}", "three"]) == (
        (tmp_path / "one").as_posix(),
        (tmp_path / "sub/two").as_posix(),
        "three",
    )


def test_a_folder_that_is_named_twice_is_told_with_both_places(tmp_path: Path) -> None:
    path = tmp_path / "desks.txt"
    path.write_text("one\n./one\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_desk_names([f"@{path}", "@missing.txt"])

    assert [str(one) for one in raised.value.diagnostics] == [
        f"{path}:2: {tmp_path.as_posix()}/one is named twice; first in {path}, line 1",
        "missing.txt: can't be read: No such file or directory",
    ]


def test_two_desks_of_one_slug_are_told(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        shutil.copy(DESK / "desk.toml", tmp_path / name)
    with pytest.raises(InputError) as raised:
        check_slugs([str(tmp_path / "one"), str(tmp_path / "two"), str(tmp_path / "none")], "")

    assert [str(one) for one in raised.value.diagnostics] == [
        f'{tmp_path}/two/desk.toml: slug "btc" is that of {tmp_path}/one too: one brief would replace the other; '
        "give one another slug"
    ]


def test_a_run_report_names_what_is_left_and_may_end_torn(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with open_run_report(path) as write:
        write(BatchResult("one", BriefStatus.FAILED, 2, reason="so"))
        write(BatchResult("two", BriefStatus.PUBLISHED, 0, "out/two"))
        write(BatchResult("three", BriefStatus.HELD, 1))
    with open_run_report(path) as write:
        write(BatchResult("one", BriefStatus.UNCHANGED, 0))
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, '{"desk": "fo']), encoding="utf-8")

    assert [json.loads(line)["status"] for line in lines] == ["failed", "published", "held", "unchanged"]
    assert list_failed_desks(path) == ("three",)


@pytest.mark.parametrize("text", ["{}\n", "[]\n", "no json\n", '{"desk": "a", "status": "odd"}\n'])
def test_what_is_no_run_report_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        list_failed_desks(path)

    assert (
        str(raised.value) == f"{path}:1: is no result of a batch; --only-failed takes the file that --run-report wrote"
    )
