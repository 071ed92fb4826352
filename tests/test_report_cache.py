"""A report type that one process has read, the next takes as it is: whole, the user's own, and of these files."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from reporter.metrics import list_metric_specs
from reporter.pipeline import read
from reporter.pipeline.read import load_desk_report, open_desk
from reporter.report_type import load
from reporter.report_type.report_cache import VARIABLE, ReportCache, find_cache_folder
from reporter.report_type.report_type import ReportType
from tests.briefs import SAMPLES

KEY = "k" * 64
#: What a file begins with before its seal.
HEAD = b"reporter report type 1\n"


@pytest.fixture(scope="module")
def report() -> ReportType:
    return load_desk_report(open_desk(SAMPLES / "quiet-day"))


@pytest.fixture
def cache(tmp_path: Path) -> ReportCache:
    return ReportCache(tmp_path / "cache", "this program")


@pytest.fixture
def kept(cache: ReportCache, report: ReportType) -> Path:
    """The file of a report type that has been kept."""
    cache.write_report(KEY, report)
    return only_file(cache)


def only_file(cache: ReportCache) -> Path:
    (path,) = cache.folder.iterdir()
    return path


def seal(body: bytes) -> bytes:
    return HEAD + sha256(body).digest() + body


def test_what_is_kept_comes_back_equal(cache: ReportCache, kept: Path, report: ReportType) -> None:
    found = cache.read_report(KEY)
    assert found == report and found is not report
    assert kept.stat().st_mode & 0o777 == 0o600 and cache.folder.stat().st_mode & 0o777 == 0o700
    assert cache.read_report("x" * 64) is None


def test_what_a_rule_says_is_its_own_condition_is_it_still(cache: ReportCache, kept: Path, report: ReportType) -> None:
    found = cache.read_report(KEY)
    assert found is not None
    assert load.list_relations(found.rules) == load.list_relations(report.rules)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        lambda content: b"reporter report type 0\n" + content[len(HEAD) :],
        lambda content: seal(b""),
        lambda content: seal(b"no pickle"),
        lambda content: seal(pickle.dumps("a text", 5)),
        lambda content: seal(pickle.dumps({"a": 1}, 5)),
    ],
)
def test_what_is_torn_or_changed_is_not_believed(
    spoil: object, cache: ReportCache, kept: Path, report: ReportType
) -> None:
    assert callable(spoil)
    kept.write_bytes(spoil(kept.read_bytes()))
    assert cache.read_report(KEY) is None
    cache.write_report(KEY, report)
    assert cache.read_report(KEY) == report


class Planted:
    """Asks whoever reads it to make a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (os.fspath(self.path),)


def test_a_planted_file_runs_nothing(cache: ReportCache, kept: Path, tmp_path: Path) -> None:
    planted = pickle.dumps(Planted(tmp_path / "hurt"), 5)
    kept.write_bytes(seal(planted))
    assert cache.read_report(KEY) is None
    assert not (tmp_path / "hurt").exists()
    pickle.loads(planted)
    assert (tmp_path / "hurt").exists(), "the plant itself is harmless"


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "reporter.pipeline.read.open_desk", "io.open_code"])
def test_no_other_function_can_be_named(name: str, cache: ReportCache, kept: Path) -> None:
    module, _, function = name.rpartition(".")
    kept.write_bytes(seal(f"c{module}\n{function}\n.".encode()))
    assert cache.read_report(KEY) is None


def test_a_file_or_folder_that_others_may_write_is_not_believed(cache: ReportCache, kept: Path) -> None:
    kept.chmod(0o620)
    assert cache.read_report(KEY) is None
    kept.chmod(0o600)
    assert cache.read_report(KEY) is not None
    cache.folder.chmod(0o770)
    assert cache.read_report(KEY) is None


def test_nothing_is_written_where_others_may_write(cache: ReportCache, report: ReportType) -> None:
    cache.folder.mkdir()
    cache.folder.chmod(0o777)
    cache.write_report(KEY, report)
    assert list(cache.folder.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_is_another_users_is_not_believed(cache: ReportCache, kept: Path) -> None:
    os.chown(kept, 1, -1)
    assert cache.read_report(KEY) is None
    os.chown(kept, 0, -1)
    os.chown(cache.folder, 1, -1)
    assert cache.read_report(KEY) is None


def test_a_link_and_a_pipe_are_not_followed(cache: ReportCache, kept: Path) -> None:
    aside = kept.rename(kept.with_suffix(".aside"))
    kept.symlink_to(aside)
    assert cache.read_report(KEY) is None
    kept.unlink()
    os.mkfifo(kept, 0o600)
    assert cache.read_report(KEY) is None


def test_a_file_in_the_folders_place_is_no_error(tmp_path: Path, report: ReportType) -> None:
    (tmp_path / "cache").write_text("mine", "utf-8")
    cache = ReportCache(tmp_path / "cache", "this program")
    cache.write_report(KEY, report)
    assert cache.read_report(KEY) is None
    assert (tmp_path / "cache").read_text("utf-8") == "mine"


@pytest.mark.long
def test_many_may_write_at_once(cache: ReportCache, report: ReportType) -> None:
    def write_and_read(_: int) -> ReportType | None:
        cache.write_report(KEY, report)
        return cache.read_report(KEY)

    with ThreadPoolExecutor(4) as pool:
        assert all(found == report for found in pool.map(write_and_read, range(4)))
    only_file(cache)


def test_the_newest_are_kept_and_a_strangers_file_stays(cache: ReportCache, kept: Path, report: ReportType) -> None:
    (cache.folder / "notes.txt").write_text("mine", "utf-8")
    for at in range(20):
        copy = shutil.copyfile(kept, cache.folder / f"report-{at:064}.bin")
        os.utime(copy, (1_000_000 + at, 1_000_000 + at))
    cache.write_report("n" * 64, report)
    left = sorted(path.name for path in cache.folder.iterdir())
    assert left[0] == "notes.txt" and len(left) == 17
    assert f"report-{KEY}.bin" in left and f"report-{'n' * 64}.bin" in left
    assert f"report-{19:064}.bin" in left and f"report-{0:064}.bin" not in left


def test_another_program_language_file_or_metric_has_another_key(cache: ReportCache, report: ReportType) -> None:
    specs = tuple(list_metric_specs(()).items())
    keys = {
        cache.hash_key(report.files, specs, (("en",), ()), "a"),
        cache.hash_key(report.files, specs, (("en", "zh-Hant"), ()), "a"),
        cache.hash_key(report.files, specs, (("en",), ("zh-Hant",)), "a"),
        cache.hash_key(report.files, specs, (("en",), ()), "b"),
        cache.hash_key(report.files, specs[1:], (("en",), ()), "a"),
        ReportCache(cache.folder, "another program").hash_key(report.files, specs, (("en",), ()), "a"),
    }
    assert len(keys) == 6


@pytest.mark.long
def test_a_report_type_is_read_once_for_all_processes(
    cache: ReportCache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk = Path(shutil.copytree(SAMPLES / "quiet-day", tmp_path / "desk"))
    read_anew: list[object] = []
    parse = load._parse_report

    def parse_and_count(*given: Any) -> ReportType:
        read_anew.append(given)
        return parse(*given)

    monkeypatch.setattr(read, "find_report_cache", lambda: cache)
    monkeypatch.setattr(load, "_parse_report", parse_and_count)

    def forget_and_load() -> ReportType:
        load._read_report.cache_clear()
        return load_desk_report(open_desk(desk))

    first = forget_and_load()
    assert forget_and_load() == first and len(read_anew) == 1
    own = desk / "templates" / "phrases" / "en" / "lead.j2"
    own.parent.mkdir(parents=True)
    own.write_text((first.files.base / "phrases/en/lead.j2").read_text("utf-8").replace("Bitcoin", "Coin"), "utf-8")
    changed = forget_and_load()
    assert changed != first and len(read_anew) == 2
    assert forget_and_load() == changed and len(read_anew) == 2


def test_the_user_has_a_folder_names_another_or_none(tmp_path: Path) -> None:
    home = str(tmp_path)
    own = Path(home, "Library", "Caches") if sys.platform == "darwin" else Path(home, ".cache")
    assert find_cache_folder({"HOME": home}) == own / "reporter"
    assert find_cache_folder({"HOME": home, "XDG_CACHE_HOME": "/var/cache"}) == Path("/var/cache/reporter")
    assert find_cache_folder({"HOME": home, "XDG_CACHE_HOME": "relative"}) == own / "reporter"
    assert find_cache_folder({"HOME": home, VARIABLE: "/srv/kept"}) == Path("/srv/kept")
    assert find_cache_folder({"HOME": home, VARIABLE: "off"}) is None
    assert find_cache_folder({}) is None


@pytest.mark.long
def test_a_build_from_what_was_kept_has_the_same_bytes(tmp_path: Path) -> None:
    told: list[dict[Path, bytes]] = []
    for cached in ("off", str(tmp_path / "cache"), str(tmp_path / "cache")):
        out = tmp_path / f"out{len(told)}"
        words = ("build", str(SAMPLES / "quiet-day"), "--format", "md", "--out", str(out))
        environment = {**os.environ, VARIABLE: cached}
        subprocess.run([sys.executable, "-m", "reporter", *words], check=True, env=environment, capture_output=True)
        told.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert told[0] == told[1] == told[2]
    assert len(list((tmp_path / "cache").iterdir())) == 1
