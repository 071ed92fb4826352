"""`reporter track` as an editor types it: counts on the terminal, pages and rows in a folder."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from reporter.model.resources import locales_folder
from reporter.proofread import proofread_file
from tests.briefs import SAMPLES
from tests.commands import Command

SAMPLE = (SAMPLES / "btc-2026-02").as_posix()
DAYS = ("--from", "2026-01-12", "--to", "2026-02-06")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages and rows of a month."""
    folder = tmp_path_factory.mktemp("track") / "record"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["reporter", "track", SAMPLE, *DAYS, "--out", folder.as_posix(), "--quiet"])
        from reporter.cli.app import main

        with pytest.raises(SystemExit) as left:
            main()
    assert left.value.code == 0
    return folder


@pytest.mark.long
def test_it_writes_pages_in_every_language_and_all_rows(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == [
        "track.csv",
        "track.en.html",
        "track.en.md",
        "track.json",
        "track.zh-Hant.html",
        "track.zh-Hant.md",
    ]
    rows = list(csv.DictReader((written / "track.csv").read_text("utf-8").splitlines()))
    told = json.loads((written / "track.json").read_text("utf-8"))
    assert (told["schema"], told["from"], told["to"]) == ("reporter.track/1", *DAYS[1::2])
    assert [row["id"] for row in rows] == [row["id"] for row in told["statements"]]


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_a_page_says_first_what_did_not_hold(written: Path, tag: str) -> None:
    text = (written / f"track.{tag}.md").read_text("utf-8")
    failed, held = {"en": ("What did not hold", "What held"), "zh-Hant": ("沒有成立的", "成立的")}[tag]
    assert text.index(f"## {failed}") < text.index(f"## {held}")


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_a_page_is_proof_read(written: Path, tag: str) -> None:
    path = written / f"track.{tag}.md"
    assert [str(one) for one in proofread_file(path, locales_folder())] == []


def test_a_page_tells_no_share_of_fewer_than_three(written: Path) -> None:
    text = (written / "track.en.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    counted = [row for row in rows if len(row) > 2 and re.fullmatch(r"\d[\d,]*", row[1])]
    few = [row for row in counted if int(row[1].replace(",", "")) < 3]
    many = [row for row in counted if int(row[1].replace(",", "")) >= 3]
    assert few
    assert many
    assert not any("%" in cell for row in few for cell in row)
    assert all("% · " in "".join(row) for row in many)


def test_every_figure_of_a_page_is_counted_from_the_rows(written: Path) -> None:
    text = (written / "track.en.md").read_text("utf-8")
    rows = list(csv.DictReader((written / "track.csv").read_text("utf-8").splitlines()))
    endings = [row["outcome"] for row in rows if row["kind"] == "ending" and row["outcome"] not in ("open", "unknown")]
    neither = endings.count("neither")
    (line,) = (line for line in text.splitlines() if line.startswith("| All endings |"))
    cells = line.strip("| ").split(" | ")
    assert cells[1] == str(len(endings))
    assert cells[2] == f"{neither / len(endings):.1%} · {neither}"


def test_the_counts_are_printed_with_those_of_all_days(run: Command) -> None:
    ran = run("track", SAMPLE, *DAYS)
    assert (ran.code, ran.err) == (0, "")
    first, *lines = ran.out.splitlines()
    assert re.fullmatch(r"2026-01-12 to 2026-02-06, \d+ statements", first)
    assert any(line.startswith("ending ") for line in lines)
    assert sum(line.strip().startswith("on all days") for line in lines) >= 4


@pytest.mark.long
def test_json_is_what_is_written(run: Command, written: Path) -> None:
    ran = run("track", SAMPLE, *DAYS, "--json")
    assert json.loads(ran.out) == json.loads((written / "track.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "pdf"), 'command line: unknown format "pdf"; known formats are md, html'),
        (
            ("--from", "2027-01-01"),
            "command line: no day of the data lies from 2027-01-01 to 2026-02-06; it has 2025-08-01 to 2026-02-06",
        ),
    ],
)
def test_what_is_typed_wrong(run: Command, words: tuple[str, ...], said: str) -> None:
    ran = run("track", SAMPLE, *words)
    assert (ran.code, ran.said) == (2, [said])


@pytest.mark.long
def test_a_folder_that_is_a_file_is_not_written_into(run: Command, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    ran = run("track", SAMPLE, "--from", "2026-02-06", "--out", "taken")
    assert (ran.code, ran.said) == (2, ["taken: can't be written: File exists"])
