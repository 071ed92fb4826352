"""Runs that are ended from outside: what they say, what they leave, and that the next run tidies up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.render.pdf.scratch import scratch_folder

ROOT = Path(__file__).parents[1]
DESK = ROOT / "samples" / "quiet-day"


def start(tmp_path: Path, *words: str, umask: int = 0o022) -> subprocess.Popen[str]:
    """A command in a process and a group of its own, whose temporary folder is `tmp`."""
    (tmp_path / "tmp").mkdir(exist_ok=True)
    # A shell that put us into the background may have us ignore Ctrl-C, and what we start with us.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "reporter", *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            umask=umask,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def wait_for(run: subprocess.Popen[str], seen: Callable[[], bool]) -> None:
    while run.poll() is None and not seen():
        time.sleep(0.01)
    assert run.poll() is None, run.communicate()


@pytest.mark.long
def test_a_terminated_build_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    run = start(tmp_path, "build", str(DESK), "--out", str(tmp_path / "out"), "--format", "pdf")
    wait_for(run, (tmp_path / "out" / ".lock-btc-2025-06-15").exists)
    run.send_signal(signal.SIGTERM)
    told = run.communicate()
    assert (run.returncode, *told) == (143, "", "terminated; what was under way is not published\n")
    assert not (tmp_path / "out").exists()
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.long
def test_what_a_killed_printer_left_goes_with_the_next_run(tmp_path: Path) -> None:
    words = ("build", str(DESK), "--out", str(tmp_path / "out"), "--format", "pdf", "--locale", "en")
    run = start(tmp_path, *words)
    wait_for(run, lambda: any((tmp_path / "tmp").glob("reporter-*")))
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    assert len(list((tmp_path / "tmp").iterdir())) == 1
    again = start(tmp_path, *words)
    _, errors = again.communicate()
    assert (again.returncode, errors) == (0, "")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["btc-2025-06-15"]


def test_the_folder_of_a_run_that_lives_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch_folder() as mine:
        with scratch_folder() as other:
            assert mine.is_dir()
            assert other.is_dir()
        assert [path.name for path in tmp_path.iterdir()] == [mine.name]
    assert list(tmp_path.iterdir()) == []


def test_where_no_temporary_folder_can_be_made_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(InputError, match=r"^TMPDIR: no temporary folder can be made: No such file or directory; "):
        scratch_folder().__enter__()


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    "end", [signal.SIGKILL, *(pytest.param(one, marks=pytest.mark.long) for one in (signal.SIGTERM, signal.SIGINT))]
)
def test_the_workers_of_a_backfill_end_with_it(tmp_path: Path, end: signal.Signals) -> None:
    out = tmp_path / "out"
    words = ("--from", "2025-05-01", "--to", "2025-06-15", "--jobs", "2", "--out", str(out))
    run = start(tmp_path, "backfill", str(DESK), *words)
    wait_for(run, lambda: any(out.glob("btc-*/ledger.json")))
    run.send_signal(end)
    # Workers hold our pipes open as long as they live, so this returns when the last of them is gone.
    _, errors = run.communicate(timeout=300)
    made = len(list(out.glob("btc-*/ledger.json")))
    left = f"{out}: {made} of 46 days made, {46 - made} left for another run\n"
    if end is signal.SIGTERM:
        assert (run.returncode, errors) == (143, left + "terminated; what was under way is not published\n")
    elif end is signal.SIGINT:
        assert (run.returncode, errors) == (130, left)
    else:
        # What Python's own processes say then is not ours.
        assert run.returncode == -signal.SIGKILL
    while alive(run.pid):
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("umask", "folder", "file"),
    [
        pytest.param(0o077, 0o700, 0o600, marks=pytest.mark.long),
        pytest.param(0o022, 0o755, 0o644, marks=pytest.mark.long),
        pytest.param(0o002, 0o775, 0o664, marks=pytest.mark.long),
    ],
)
def test_modes_follow_the_umask(tmp_path: Path, umask: int, folder: int, file: int) -> None:
    run = start(
        tmp_path, "build", str(DESK), "--out", str(tmp_path / "out"), "--format", "md", "--locale", "en", umask=umask
    )
    _, errors = run.communicate()
    assert (run.returncode, errors) == (0, "")
    made = list((tmp_path / "out").rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in made if path.is_dir()} == {folder}
    assert {path.stat().st_mode & 0o777 for path in made if path.is_file()} == {file}
