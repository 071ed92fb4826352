"""Limits of the shell and of the disk, for real: each ends in a message that names it, and nothing is published."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporter.render.fonts import find_fonts
from tests.briefs import ROOT, SAMPLES

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of a process are Linux's here"),
]


def build(out: Path, *words: str, limit: str = "", tmp: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`reporter build` of a sample, in a process with a limit."""
    code = f"import resource\n{limit}\nfrom reporter.cli.app import main\nmain()"
    more = {"TMPDIR": str(tmp)} if tmp is not None else {}
    return subprocess.run(
        [sys.executable, "-c", code, "build", str(SAMPLES / "quiet-day"), "--out", str(out), *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", **more},
    )


def left_in(out: Path) -> list[str]:
    """What a run has left, but for the lock of its brief, which stays."""
    return [path.name for path in out.iterdir() if not path.name.startswith(".lock-")] if out.exists() else []


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own without any room, where we may mount one."""
    folder = tmp_path / "full"
    folder.mkdir()
    try:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if made.returncode:
        pytest.skip("only who may mount a disk can fill one")
    try:
        with (folder / "filler").open("wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(bytes(4096))
            except OSError:
                pass
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_for_what_is_published_is_told(tmp_path: Path, full_disk: Path) -> None:
    done = build(full_disk / "out", "--format", "md")

    assert done.returncode != 0
    assert "No space left on device" in done.stderr
    assert "make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert str(full_disk) in done.stderr
    assert left_in(full_disk / "out") == []


@pytest.mark.parametrize("form", ["md", "pdf"])
def test_a_full_disk_for_what_is_passing_is_told_or_not_needed(tmp_path: Path, full_disk: Path, form: str) -> None:
    done = build(tmp_path / "out", "--format", form, tmp=full_disk)

    assert "Traceback" not in done.stderr
    if done.returncode:
        assert "No space left on device" in done.stderr
        assert left_in(tmp_path / "out") == []
    else:
        assert left_in(tmp_path / "out") == ["btc-2025-06-15"]


@pytest.mark.parametrize(("form", "size"), [("md", 20_000), ("html", 60_000), ("pdf", 20_000)])
def test_a_limit_on_the_size_of_files_is_told_as_one(tmp_path: Path, form: str, size: int) -> None:
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    done = build(tmp_path / "out", "--format", form, limit=limit)

    assert done.returncode != 0
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    # Something is named before what went wrong: a file, a page.
    assert not done.stderr.startswith("the system refuses")
    assert left_in(tmp_path / "out") == []


def test_a_limit_on_memory_is_told_as_one(tmp_path: Path) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))"
    done = build(tmp_path / "out", "--format", "md", limit=limit)

    assert done.returncode == 2
    assert "there is not enough memory" in done.stderr
    assert "(ulimit -v)" in done.stderr
    assert "Traceback" not in done.stderr
    assert left_in(tmp_path / "out") == []


def test_the_limit_that_a_page_is_told_to_pass_is_the_one_that_holds() -> None:
    code = """
import resource
from reporter.render.pdf.printer import _allowed
print(_allowed(1536))
resource.setrlimit(resource.RLIMIT_AS, (900 * 2**20, 900 * 2**20))
print(_allowed(1536), _allowed(500))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    # The shell of the tests may have a limit too.
    assert done.stdout.split()[1:] == ["900", "500"]


def test_a_font_that_does_not_fit_the_memory_is_named(tmp_path: Path) -> None:
    font = find_fonts("en").regular.path
    code = f"""
import resource
from reporter.diagnostics.errors import InputError
from reporter.language.font_data import open_font_data
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**20, used + 2**20))
try:
    open_font_data({font!r})
except InputError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.strip() == (
        f"{font}: there is not enough memory to open the font; "
        "close other programs, or raise the limit on memory (ulimit -v)"
    )
