"""A brief whose makings are as they were is left alone and said to be; whatever changes its bytes has it made anew."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reporter.pipeline import input_hash
from reporter.render.fonts import FontFile, find_fonts, hash_face
from reporter.setup import program_hash
from reporter.setup.program_hash import LIBRARIES, hash_libraries, list_library_versions
from reporter.setup.starter import make_desk
from tests.commands import Command

WORDS = ("build", "desk", "--format", "md", "--locale", "en")
BRIEF = "out/btc-2026-04-30"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk whose prices end on 2026-04-30, and its brief of that day, built by the command line."""
    folder = tmp_path_factory.mktemp("published")
    make_desk(folder / "desk")
    with pytest.MonkeyPatch.context() as patch, pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        patch.setattr("sys.argv", ["reporter", *WORDS])
        from reporter.cli.app import main

        with pytest.raises(SystemExit) as left:
            main()
    assert left.value.code == 0
    return folder


@pytest.fixture
def run(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs the command line beside a copy of desk and brief."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


def held() -> dict[str, tuple[int, int, bytes]]:
    """Every file of the brief: which it is, when it was written, what it holds."""
    paths = sorted(path for path in Path(BRIEF).rglob("*") if path.is_file())
    return {path.as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) for path in paths}


def post_date() -> str:
    lines = Path(BRIEF, "article.en.md").read_text("utf-8").splitlines()
    return next(line for line in lines if line.startswith("date: "))


def test_the_same_day_built_again_is_left_alone(run: Command) -> None:
    before = held()
    again = run(*WORDS)
    assert (again.code, again.out, again.err) == (0, f"unchanged: {BRIEF}\n", "")
    assert held() == before
    assert sorted(path.name for path in Path("out").iterdir()) == ["btc-2026-04-30"]


def test_unchanged_is_told_in_json_with_the_files_that_stand_there(run: Command) -> None:
    told = json.loads(run(*WORDS, "--json").out)
    names = sorted(path.relative_to(BRIEF).as_posix() for path in Path(BRIEF).rglob("*") if path.is_file())
    assert told == {"exit_code": 0, "brief": BRIEF, "changed": False, "files": names, "diagnostics": []}
    quiet = run(*WORDS, "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_a_later_cut_without_a_new_row_leaves_the_brief_alone(run: Command) -> None:
    before = held()
    later = run(*WORDS, "--date", "2026-04-30", "--as-of", "2026-05-03T00:00Z")
    assert (later.code, later.out) == (0, f"unchanged: {BRIEF}\n")
    assert held() == before
    # Without --date, the brief of a day whose prices are lacking is asked for.
    due = run(*WORDS, "--as-of", "2026-05-03T00:00Z")
    assert (due.code, due.out) == (4, "")
    assert held() == before


def test_a_new_row_has_the_brief_made_anew_under_the_same_post_date(run: Command) -> None:
    stood = post_date()
    with Path("desk/prices.csv").open("a", encoding="utf-8") as file:
        file.write("2026-05-01,84308.43,84900.00,84000.00,84500.00\n")
    later = ("--date", "2026-04-30", "--as-of", "2026-05-02T00:00Z")
    made = run(*WORDS, *later)
    assert (made.code, made.out) == (0, f"{BRIEF}\n")
    assert post_date() == stood == "date: 2026-04-30T23:59:00+00:00"
    again = run(*WORDS, *later)
    assert (again.code, again.out) == (0, f"unchanged: {BRIEF}\n")


def test_a_corrected_row_has_the_brief_made_anew_under_the_same_post_date(run: Command) -> None:
    prices, stood, before = Path("desk/prices.csv"), post_date(), held()
    prices.write_text(prices.read_text("utf-8").replace(",84308.43\n", ",84308.44\n"), "utf-8")
    made = json.loads(run(*WORDS, "--json").out)
    assert (made["exit_code"], made["changed"]) == (0, True)
    assert post_date() == stood
    assert held() != before


def test_a_draft_corrects_a_brief_and_none_is_corrected_by_a_draft(run: Command) -> None:
    with Path("desk/prices.csv").open("a", encoding="utf-8") as file:
        file.write("2026-05-01,84308.43,84900.00,84000.00,84500.00\n")
    before = held()
    looked = run(*WORDS, "--preview-dir", "look", "--previous", BRIEF)
    assert (looked.code, looked.out) == (0, "look/btc-2026-05-01\n")
    earlier = run(*WORDS, "--date", "2026-04-30", "--preview-dir", "look")
    assert (earlier.code, earlier.out) == (0, "look/btc-2026-04-30\n")
    refused = run(*WORDS, "--previous", "look/btc-2026-04-30")
    said = "look/btc-2026-04-30/ledger.json: is of a draft, which was never published; "
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == said + "--previous takes a published brief's folder\n"
    assert held() == before
    assert [path.name for path in Path("out").iterdir()] == ["btc-2026-04-30"]


def test_a_brief_that_corrects_another_is_left_alone_as_long_as_both_are_as_they_were(run: Command) -> None:
    with Path("desk/prices.csv").open("a", encoding="utf-8") as file:
        file.write("2026-05-01,84308.43,84900.00,84000.00,84500.00\n")
    made = run(*WORDS, "--previous", BRIEF)
    again = run(*WORDS, "--previous", BRIEF)
    without = run(*WORDS)
    assert [ran.code for ran in (made, again, without)] == [0, 0, 0]
    told = [ran.out for ran in (made, again, without)]
    assert told == ["out/btc-2026-05-01\n", "unchanged: out/btc-2026-05-01\n", "out/btc-2026-05-01\n"]


# What a brief is made with.


@pytest.fixture
def fresh() -> Iterator[None]:
    """Versions are read once in a process: here before and after."""
    hash_libraries.cache_clear()
    yield
    hash_libraries.cache_clear()


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("library", ["weasyprint", "pydyf", "babel", "matplotlib"])
def test_another_version_of_a_library_has_the_brief_made_anew(
    library: str, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = program_hash.list_library_versions

    def newer(names: object) -> tuple[str, ...]:
        found = real(LIBRARIES)
        assert [line.split()[0] for line in found].count(library) == 1
        return tuple(f"{line}.1" if line.split()[0] == library else line for line in found)

    monkeypatch.setattr(program_hash, "list_library_versions", newer)
    assert run(*WORDS).out == f"{BRIEF}\n"
    assert run(*WORDS).out == f"unchanged: {BRIEF}\n"


def test_another_version_of_a_font_has_the_brief_made_anew(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    headline = find_fonts("en").headline
    monkeypatch.setattr(input_hash, "hash_face", lambda face: "another" if face == headline else hash_face(face))
    assert run(*WORDS).out == f"{BRIEF}\n"
    assert run(*WORDS).out == f"unchanged: {BRIEF}\n"


def test_versions_are_those_of_what_is_installed_and_of_all_that_it_asks_for() -> None:
    found = dict(line.split(" ") for line in list_library_versions(LIBRARIES))
    assert {"weasyprint", "pydyf", "pillow", "numpy", "pydantic-core", "tinyhtml5"} <= set(found)
    assert found == {name: importlib.metadata.version(name) for name in found}
    assert "pytest" not in found
    assert list_library_versions(["no-such-distribution"]) == ()
    assert list_library_versions(["Jinja2", "jinja2"]) == list_library_versions(["MARKUPSAFE", "jinja2"])


def copied(face: FontFile, to: Path, change: Callable[[bytearray], None] = lambda content: None) -> FontFile:
    """The same face in another place, its file changed."""
    content = bytearray(Path(face.path).read_bytes())
    change(content)
    to.write_bytes(content)
    return FontFile(face.name, str(to), face.index)


def test_a_face_is_the_same_wherever_it_lies_and_another_where_a_table_is(tmp_path: Path) -> None:
    face = find_fonts("en").regular
    assert hash_face(copied(face, tmp_path / "same.ttc")) == hash_face(face)
    other = FontFile(face.name, face.path, face.index - 1 if face.index else face.index + 1)
    assert hash_face(other) != hash_face(face)

    def newer(content: bytearray) -> None:
        # As whoever makes fonts writes it: another table, its checksum in the list of tables.
        (start,) = struct.unpack_from(">I", content, 12 + 4 * face.index)
        content[start + 12 + 4] ^= 1

    assert hash_face(copied(face, tmp_path / "newer.ttc", newer)) != hash_face(face)


@pytest.mark.parametrize("content", [b"", b"ttcf", b"wOF2" + b"x" * 60, b"\0\1\0\0\0\xff" + b"y" * 20])
def test_a_file_that_lists_no_tables_is_read_whole(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(content)
    (tmp_path / "other").write_bytes(content + b"z")
    one, other = (FontFile("Face", str(tmp_path / name), 0) for name in ("one", "other"))
    assert hash_face(one) != hash_face(other)
