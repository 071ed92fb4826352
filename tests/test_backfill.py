"""Many days at once: the bytes of each day's own build, whole days only, and nothing done twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.diagnostics.errors import InputError
from reporter.pipeline.audit import audit_folder
from reporter.pipeline.backfill import Backfill, DayStatus, run_backfill
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.findings_json import findings_to_json
from reporter.pipeline.state import FINDINGS
from tests.briefs import build

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "btc-2026-02"
FIRST, LAST = date(2026, 2, 4), date(2026, 2, 6)
#: How many processes, in which formats, from which day on.
_RUNS = (
    (1, ("md",), 5),
    *(pytest.param(*run, marks=pytest.mark.long) for run in ((2, ("md",), 4), (1, ("md",), 4), (2, ("md", "pdf"), 4))),
)


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _run(folder: Path, out: Path, *, jobs: int = 1, **keys: object) -> list[tuple[str, str]]:
    task = Backfill(folder, out, **{"first": FIRST, "last": LAST, **keys})  # type: ignore[arg-type]
    return [(item.day.isoformat(), str(item.became)) for item in run_backfill(task, jobs)]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A copy of the sample that a test may change."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "desk"))


@pytest.mark.long
@pytest.mark.parametrize(("jobs", "formats", "first"), _RUNS)
def test_each_day_has_the_bytes_of_its_own_build(
    tmp_path: Path, jobs: int, formats: tuple[str, ...], first: int
) -> None:
    out = tmp_path / "many"
    made = _run(SAMPLE, out, jobs=jobs, formats=formats, locales=("en",), first=date(2026, 2, first))
    assert made == [(f"2026-02-0{day}", "made") for day in range(first, 7)]
    for day in range(first, 7):
        alone = build(SAMPLE, tmp_path / "one", day=date(2026, 2, day), formats=formats, locales=["en"])
        many = dict(_files(out / alone.name))
        told = json.loads(many.pop(FINDINGS))
        one = dict(_files(alone))
        ledger, other = (json.loads(files.pop("ledger.json")) for files in (many, one))
        assert set(ledger["files"]) - set(other["files"]) == {FINDINGS}
        del ledger["files"][FINDINGS]
        # The seal is of the whole ledger, so the file that a backfill alone has gives it another.
        assert ledger.pop("seal") != other.pop("seal")
        assert (ledger, many) == (other, one)
        assert audit_folder(out / alone.name).passes
        assert told == findings_to_json(evaluate_desk(SAMPLE, date(2026, 2, day)))


def test_a_second_run_makes_nothing_and_changes_no_byte(tmp_path: Path) -> None:
    _run(SAMPLE, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert {became for _, became in _run(SAMPLE, tmp_path)} == {"kept"}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.long
def test_only_days_that_knew_a_changed_row_are_made_again(tmp_path: Path, desk: Path) -> None:
    _run(desk, tmp_path / "out")
    path = desk / "fund_flows.csv"
    lines = path.read_text("utf-8").splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith("2026-02-05"))
    lines[place] = lines[place] + "5" if "." in lines[place] else lines[place] + ".5"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert _run(desk, tmp_path / "out") == [
        ("2026-02-04", "kept"),
        ("2026-02-05", "kept"),
        ("2026-02-06", "made again"),
    ]


@pytest.mark.long
def test_a_file_taken_away_or_another_format_is_made_again(tmp_path: Path) -> None:
    _run(SAMPLE, tmp_path, locales=("en",))
    (tmp_path / "btc-2026-02-05" / FINDINGS).unlink()
    assert [became for _, became in _run(SAMPLE, tmp_path, locales=("en",))] == ["kept", "made again", "kept"]
    again = _run(SAMPLE, tmp_path, locales=("en",), formats=("md",))
    assert {became for _, became in again} == {"made again"}


@pytest.mark.long
def test_a_days_brief_that_has_more_files_stays_as_it_is(tmp_path: Path) -> None:
    folder = build(SAMPLE, tmp_path, day=LAST, formats=("html",), locales=["en"])
    before = _files(folder)
    found = list(run_backfill(Backfill(SAMPLE, tmp_path, LAST, LAST, locales=("en",))))
    assert [(item.became, item.reason) for item in found] == [
        (
            DayStatus.HELD,
            f"{folder.as_posix()}: this build would lack article.en.html, which the published brief has; "
            "ask for --format html, choose another --out, look first with --preview-dir, or take --replace",
        )
    ]
    assert _files(folder) == before


@pytest.mark.long
def test_an_edited_day_is_held_and_named_until_it_may_be_replaced(tmp_path: Path) -> None:
    _run(SAMPLE, tmp_path, first=LAST, formats=("md",), locales=("en",))
    text = tmp_path / "btc-2026-02-06" / "article.en.md"
    published = text.read_text("utf-8")
    text.write_text(published + "A sentence of ours.\n", "utf-8")
    task = Backfill(SAMPLE, tmp_path, LAST, LAST, ("md",), ("en",))
    assert [(item.became, item.reason) for item in run_backfill(task)] == [
        (
            DayStatus.HELD,
            f"{text.as_posix()}: is not as it was published, so nothing is written; "
            "keep it and choose another --out, or give it up with --replace",
        )
    ]
    assert text.read_text("utf-8") == published + "A sentence of ours.\n"
    assert _run(SAMPLE, tmp_path, first=LAST, formats=("md",), locales=("en",), replace_edited=True) == [
        ("2026-02-06", "made again")
    ]
    assert text.read_text("utf-8") == published


def test_days_without_prices_are_named_and_the_others_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["backfill", str(SAMPLE), "--from", "2026-02-06", "--to", "2026-03-20", "--out", str(tmp_path)]
    )
    days = [line.partition(":")[0] for line in result.stderr.splitlines()]
    assert result.exit_code == 3
    assert days[-1] == "2026-03-20"
    assert len(list(tmp_path.iterdir())) + len(days) == 43
    assert all("no prices for 2026-" in line for line in result.stderr.splitlines())


def test_days_the_wrong_way_round_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="from 2026-02-06 to 2026-02-04 are 0 days; --from comes first"):
        _run(SAMPLE, tmp_path, first=LAST, last=FIRST)


def test_only_what_was_known_so_long_after_the_day(tmp_path: Path) -> None:
    _run(SAMPLE, tmp_path, first=LAST, after=9 * 3600)
    ledger = json.loads((tmp_path / "btc-2026-02-06" / "ledger.json").read_text("utf-8"))
    assert (ledger["brief"]["cut"], ledger["brief"]["as_of"]) == ("2026-02-07T09:00:00Z", "2026-02-07T00:00:00Z")


@pytest.mark.long
def test_an_interrupted_run_leaves_whole_days_and_the_next_goes_on(tmp_path: Path) -> None:
    words = ["--from", "2026-01-30", "--to", "2026-02-06", "--format", "md", "--out", str(tmp_path / "out")]
    command = [sys.executable, "-m", "reporter", "backfill", str(SAMPLE), *words]
    run = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        deadline = time.monotonic() + 300
        while run.poll() is None and not list((tmp_path / "out").glob("btc-*/ledger.json")):
            assert time.monotonic() < deadline, "no day was made"
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=300)
    finally:
        run.kill()
    days = list((tmp_path / "out").iterdir())
    left = f"{tmp_path / 'out'}: {len(days)} of 8 days made, {8 - len(days)} left for another run\n"
    assert (run.returncode, errors) in ((130, left), (0, ""))
    assert all(path.name.startswith("btc-2026-") and (path / "ledger.json").is_file() for path in days)
    again = _run(SAMPLE, tmp_path / "out", first=date(2026, 1, 30), formats=("md",))
    assert [became for _, became in again].count("kept") == len(days)
