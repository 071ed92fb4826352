from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError, LockedError
from reporter.pipeline.publish import lock_brief_folder, publish_files
from reporter.verify.ledger.ledger_model import SCHEMA

ROOT = Path(__file__).parents[1]
SLUG = "btc-2026-02-06"


def sealed(files: Mapping[str, bytes], schema: str = SCHEMA, **brief: object) -> dict[str, bytes]:
    """Files with a ledger that names them."""
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    return {**files, "ledger.json": json.dumps({"schema": schema, "brief": brief, "files": hashes}).encode()}


OLD = sealed({"article.en.md": b"old text\n", "charts/a.en.svg": b"<svg/>"})
NEW = sealed({"article.en.md": b"new text\n", "article.en.pdf": b"%PDF" * 40_000, "charts/b.en.svg": b"<svg></svg>"})

RUN = f"""
import os, signal, sys
from pathlib import Path
import reporter.pipeline.publish
from reporter.pipeline.publish import lock_brief_folder, publish_files
sys.dont_write_bytecode = True

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

{{trap}}
with lock_brief_folder(Path(sys.argv[1]), {SLUG!r}):
    publish_files(Path(sys.argv[1]), {SLUG!r}, {{files}})
"""


def put_elsewhere(
    out: Path, trap: str, user: int | None = None, files: Mapping[str, bytes] | None = None
) -> subprocess.CompletedProcess[str]:
    """Publish NEW in a process of its own that runs into a trap."""
    return subprocess.run(
        [sys.executable, "-", str(out)],
        input=RUN.format(trap=trap, files=files or NEW),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        user=user,
    )


def put(out: Path, files: dict[str, bytes], slug: str = SLUG) -> Path:
    with lock_brief_folder(out, slug):
        return publish_files(out, slug, files)


def held(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_brief_is_written_whole_with_nothing_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"

    assert put(out, NEW) == out / SLUG

    assert held(out) == {f"{SLUG}/{name}": content for name, content in NEW.items()}


def test_a_new_set_replaces_the_old_one_and_leaves_none_of_its_files(tmp_path: Path) -> None:
    put(tmp_path, OLD)
    put(tmp_path, NEW)

    assert held(tmp_path / SLUG) == NEW
    assert names(tmp_path) == [SLUG]


def test_where_the_system_cant_exchange_folders_the_new_set_still_comes_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.pipeline.publish._exchange_folders", lambda one, other: False)
    put(tmp_path, OLD)
    put(tmp_path, NEW)

    assert held(tmp_path / SLUG) == NEW
    assert names(tmp_path) == [SLUG]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_full_disk_at_any_file_leaves_the_old_set_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    put(tmp_path, OLD)
    calls = iter(range(10))

    def sync(handle: int) -> None:
        if next(calls) == place:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(InputError) as caught:
        put(tmp_path, NEW)

    target = (tmp_path / SLUG).as_posix()
    assert str(caught.value) == (
        f"{target}: can't be written: No space left on device; choose another folder with --out, or make room"
    )
    assert held(tmp_path / SLUG) == OLD
    assert names(tmp_path) == [SLUG]


def test_a_file_that_grows_past_the_systems_limit_leaves_the_old_set_as_it_was(tmp_path: Path) -> None:
    put(tmp_path, OLD)

    done = put_elsewhere(tmp_path, "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))")

    assert done.returncode == 1
    assert "can't be written: File too large; raise the limit on the size of files (ulimit -f)" in done.stderr
    assert held(tmp_path / SLUG) == OLD
    assert names(tmp_path) == [SLUG]


def test_an_interrupt_in_the_middle_leaves_the_old_set_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, OLD)

    def interrupted(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path, NEW)

    assert held(tmp_path) == {f"{SLUG}/{name}": content for name, content in OLD.items()}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_an_output_folder_that_cant_be_written_is_named(open_folder: Path) -> None:
    # The superuser may write everywhere, so another user tries.
    user = 65534 if os.geteuid() == 0 else None
    if user is not None and not _can_run(user):
        pytest.skip("no other user can run the program where it lies")
    put(open_folder, OLD)
    open_folder.chmod(0o555)

    done = put_elsewhere(open_folder, "", user)

    expected = f"{open_folder}: can't be written: Permission denied; choose another folder with --out, or make room"
    assert done.stderr.strip().endswith(f"InputError: {expected}")
    assert held(open_folder) == {f"{SLUG}/{name}": content for name, content in OLD.items()}


def _can_run(user: int) -> bool:
    try:
        script = [sys.executable, "-B", "-c", "import reporter.pipeline.publish"]
        return subprocess.run(script, cwd=ROOT, capture_output=True, check=False, user=user).returncode == 0
    except OSError:
        return False


def test_an_output_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("a file")

    with pytest.raises(InputError) as caught:
        put(out, NEW)

    assert str(caught.value) == (
        f"{out.as_posix()}: can't be written: File exists; choose another folder with --out, or make room"
    )
    assert out.read_text() == "a file"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_stands_in_a_briefs_place_and_is_no_folder_stays(tmp_path: Path, kind: str) -> None:
    target, elsewhere = tmp_path / SLUG, tmp_path / "elsewhere"
    elsewhere.mkdir()
    if kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(elsewhere)

    with pytest.raises(InputError) as caught:
        put(tmp_path, NEW)

    assert str(caught.value) == (
        f"{target.as_posix()}: is there already, and is no folder; move it away, or choose another --out"
    )
    assert held(elsewhere) == {}
    assert names(tmp_path) == [SLUG, "elsewhere"]


def test_a_run_that_fails_before_it_publishes_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), lock_brief_folder(tmp_path / "some" / "out", SLUG):
        raise RuntimeError

    assert names(tmp_path) == []


def test_what_a_killed_run_left_half_written_goes_with_the_next(tmp_path: Path) -> None:
    put(tmp_path, OLD)
    half = tmp_path / f".new-{SLUG}.abc"
    half.mkdir()
    (half / "article.en.md").write_bytes(b"ha")

    with lock_brief_folder(tmp_path, SLUG):
        assert held(tmp_path / SLUG) == OLD
        assert not half.exists()


def test_an_old_set_that_a_killed_run_had_moved_away_comes_back(tmp_path: Path) -> None:
    put(tmp_path, OLD).rename(tmp_path / f".old-{SLUG}")

    with lock_brief_folder(tmp_path, SLUG):
        assert held(tmp_path / SLUG) == OLD

    assert names(tmp_path) == [SLUG]


def test_an_old_set_beside_a_new_one_goes(tmp_path: Path) -> None:
    put(tmp_path, NEW)
    shutil.copytree(tmp_path / SLUG, tmp_path / f".old-{SLUG}")

    put(tmp_path, NEW)

    assert names(tmp_path) == [SLUG]


def test_the_traces_of_another_briefs_run_are_left_alone(tmp_path: Path) -> None:
    others = [tmp_path / f".new-{SLUG}-2026-02-07.abc", tmp_path / f".old-{SLUG}-2026-02-07"]
    for other in others:
        other.mkdir()

    put(tmp_path, NEW)

    assert all(other.is_dir() for other in others)


#: Where the process dies → the trap, and the set that must be there then.
STEPS = {
    "before anything is written": (
        "mkdir = os.mkdir\nos.mkdir = lambda path, *a, **k: die() if '/.new-' in str(path) else mkdir(path, *a, **k)",
        OLD,
    ),
    "after the first file": ("os.fsync = die", OLD),
    "before the exchange": ("reporter.pipeline.publish._exchange_folders = die", OLD),
    "after the exchange": (
        "publish = reporter.pipeline.publish; swap = publish._exchange_folders\n"
        "publish._exchange_folders = lambda *two: (swap(*two), die())",
        NEW,
    ),
    # Tidying up before anything is written removes nothing; what is removed third is the replaced set.
    "while the old set is removed": (
        "calls = []; publish = reporter.pipeline.publish\n"
        "publish.shutil.rmtree = lambda *a, **k: calls.append(a) or len(calls) < 3 or die()",
        NEW,
    ),
}


@pytest.mark.skipif(sys.platform != "linux", reason="exchanging two folders in one step is tested on Linux")
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_there_is_one_complete_set_and_the_next_run_goes_on(tmp_path: Path, step: str) -> None:
    trap, left = STEPS[step]
    put(tmp_path, OLD)

    done = put_elsewhere(tmp_path, trap)

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert held(tmp_path / SLUG) == left
    put(tmp_path, NEW)
    assert held(tmp_path / SLUG) == NEW
    assert names(tmp_path) == [SLUG]


def test_killed_between_two_renames_the_next_run_finds_the_old_set(tmp_path: Path) -> None:
    put(tmp_path, OLD)

    done = put_elsewhere(
        tmp_path,
        "reporter.pipeline.publish._exchange_folders = lambda one, other: False\n"
        "rename = Path.rename; Path.rename = lambda self, to: (rename(self, to), die())",
    )

    assert done.returncode == -signal.SIGKILL, done.stderr
    with lock_brief_folder(tmp_path, SLUG):
        assert held(tmp_path / SLUG) == OLD
    assert names(tmp_path) == [SLUG]


HOLD = f"""
import sys
from pathlib import Path
from reporter.pipeline.publish import lock_brief_folder
with lock_brief_folder(Path(sys.argv[1]), {SLUG!r}):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the brief's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_of_two_runs_is_turned_away(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(LockedError) as caught:
        put(tmp_path, NEW)

    assert str(caught.value) == f"another run is writing {(tmp_path / SLUG).as_posix()}; try again when it is done"
    assert caught.value.exit_code == 75
    assert not (tmp_path / SLUG).exists()


def test_another_brief_may_be_written_meanwhile(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    put(tmp_path, NEW, "btc-2026-02-07")

    assert held(tmp_path / "btc-2026-02-07") == NEW


def test_a_holder_that_was_killed_leaves_no_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert (tmp_path / f".lock-{SLUG}").exists()

    put(tmp_path, NEW)

    assert names(tmp_path) == [SLUG]


def test_a_lock_file_taken_away_between_opening_and_locking_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / f".lock-{SLUG}"
    locked: list[int] = []

    def flock(handle: int, how: int) -> None:
        locked.append(handle)
        if len(locked) == 1:
            lock.unlink()

    monkeypatch.setattr("fcntl.flock", flock)
    with lock_brief_folder(tmp_path, SLUG):
        assert lock.exists()

    assert len(locked) == 2
