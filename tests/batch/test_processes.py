"""Many desks with real processes: what one desk, process or run does to the others."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from reporter.batch import BatchJob, BatchLimits, BriefStatus, run_batch
from reporter.pipeline.publish import lock_brief_folder
from tests.batch.test_jobs import DESK, SLUG
from tests.commands import Command
from tests.test_killed import start, wait_for

pytestmark = pytest.mark.long


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


def _copy_desk(tmp_path: Path, slug: str) -> Path:
    desk = tmp_path / slug
    shutil.copytree(DESK, desk)
    text = (desk / "desk.toml").read_text(encoding="utf-8")
    (desk / "desk.toml").write_text(text.replace('slug = "btc"', f'slug = "{slug}"'), encoding="utf-8")
    return desk


def _jobs(tmp_path: Path, *slugs: str) -> list[BatchJob]:
    desks = [_copy_desk(tmp_path, slug) for slug in slugs]
    return [BatchJob(str(desk), str(tmp_path / "out"), formats=("md",), locales=("en",)) for desk in desks]


def _is_whole(brief: Path) -> bool:
    return (brief / "ledger.json").is_file() and not list(brief.parent.glob(".*"))


def test_bad_desks_stop_no_good_one(tmp_path: Path, run: Command) -> None:
    good, other, lacking, broken, late = (
        _copy_desk(tmp_path, name) for name in ("good", "other", "lacking", "broken", "late")
    )
    (lacking / "prices_1d.csv").unlink()
    with (broken / "desk.toml").open("a", encoding="utf-8") as file:
        file.write("\n[[[\n")
    for path in late.glob("*.csv"):
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(row for row in rows if row[:10] < "2025-06-13" or row is rows[0]), encoding="utf-8")
    named = [str(one) for one in (good, lacking, broken, tmp_path / "none", late, other)]
    report = tmp_path / "run.jsonl"
    options = ("--out", str(tmp_path / "out"), "--format", "md", "--date", "2025-06-15", "--jobs", "2")
    ran = run("batch", *named, *options, "--run-report", str(report))

    told = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    statuses = {Path(one["desk"]).name: one["status"] for one in told}
    assert statuses == {
        "good": "published",
        "other": "published",
        "lacking": "failed",
        "broken": "failed",
        "none": "failed",
        "late": "stale",
    }
    assert ran.code == 3
    assert f"{lacking}/desk.toml:" in ran.err
    assert f"{broken}/desk.toml:" in ran.err
    assert ran.out.splitlines()[-1].startswith("6 desks: 3 failed, 2 published, 1 stale, in ")
    assert all(_is_whole(tmp_path / "out" / f"{slug}-2025-06-15") for slug in ("good", "other"))

    again = run("batch", "--only-failed", str(report), *options, "--json")
    assert again.code == 2
    assert [Path(one["desk"]).name for one in json.loads(again.out)["desks"]] == ["lacking", "broken", "none", "late"]
    assert run("batch", str(good), str(other), *options, "--quiet").code == 0


def test_a_process_that_is_killed_takes_no_brief_along(tmp_path: Path) -> None:
    others = set(multiprocessing.active_children())
    with closing(run_batch(_jobs(tmp_path, "one", "two"), BatchLimits())) as results:
        first = next(results)
        # The only process waits for the next job, which it will not live to make.
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
            process.join()
        second = next(results)

    assert (first.status, first.attempt) == (BriefStatus.PUBLISHED, 1)
    assert (second.status, second.attempt) == (BriefStatus.PUBLISHED, 2)
    assert all(_is_whole(tmp_path / "out" / f"{slug}-2025-06-15") for slug in ("one", "two"))
    assert set(multiprocessing.active_children()) == others


def test_a_brief_without_end_is_tried_once_more_and_has_failed(tmp_path: Path) -> None:
    (result,) = run_batch(_jobs(tmp_path, "one"), BatchLimits(seconds=0.05, tries=3))

    assert (result.status, result.exit_code, result.attempt) == (BriefStatus.FAILED, 1, 2)
    assert "over its time of 0.05 s, at the last of 2 tries" in result.reason
    assert not (tmp_path / "out" / "one-2025-06-15").exists()


def test_a_brief_that_another_run_has_is_waited_for(tmp_path: Path) -> None:
    (job,) = _jobs(tmp_path, "one")
    with lock_brief_folder(tmp_path / "out", SLUG.replace("btc", "one")):
        began = time.monotonic()
        (result,) = run_batch([job], BatchLimits(tries=2))

    assert (result.status, result.exit_code, result.attempt) == (BriefStatus.LOCKED, 75, 2)
    assert time.monotonic() - began >= 2.0


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_processes_end_with_the_run_and_the_next_goes_on(tmp_path: Path, end: signal.Signals, run: Command) -> None:
    desks = [str(_copy_desk(tmp_path, slug)) for slug in ("one", "two", "three")]
    words = (*desks, "--out", str(tmp_path / "out"), "--format", "md", "--jobs", "2")
    begun = start(tmp_path, "batch", *words, "--run-report", str(tmp_path / "run.jsonl"))
    wait_for(begun, (tmp_path / "run.jsonl").exists)
    wait_for(begun, lambda: bool((tmp_path / "run.jsonl").read_bytes()))
    begun.send_signal(end)
    begun.communicate()
    for _ in range(400):
        if not _is_group_alive(begun.pid):
            break
        time.sleep(0.02)

    assert not _is_group_alive(begun.pid)
    assert run("batch", *words, "--quiet").code == 0
    assert all(_is_whole(tmp_path / "out" / f"{slug}-2025-06-15") for slug in ("one", "two", "three"))


def _is_group_alive(group: int) -> bool:
    with suppress(ProcessLookupError):
        os.killpg(group, 0)
        return True
    return False
