from __future__ import annotations

import csv
import io
import re
import tomllib
from pathlib import Path

import pytest

from reporter.desk import read_desk_config
from reporter.diagnostics.errors import InputError
from reporter.model.resources import samples_folder
from reporter.setup.starter import copy_sample, make_desk


def test_a_new_desk_is_two_files_and_the_same_each_time(tmp_path: Path) -> None:
    one, two = make_desk(tmp_path / "one"), make_desk(tmp_path / "deep" / "two")

    assert [path.name for path in one] == ["desk.toml", "prices.csv"]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_its_prices_are_bars_of_consecutive_days(tmp_path: Path) -> None:
    _, prices = make_desk(tmp_path)
    rows = list(csv.DictReader(io.StringIO(prices.read_text("utf-8"))))

    assert (rows[0]["date"], rows[-1]["date"], len(rows)) == ("2026-01-01", "2026-04-30", 120)
    for row in rows:
        bar = {name: float(row[name]) for name in ("open", "high", "low", "close")}
        assert bar["low"] <= min(bar["open"], bar["close"]) <= max(bar["open"], bar["close"]) <= bar["high"]
    assert [row["open"] for row in rows[1:]] == [row["close"] for row in rows[:-1]]


def test_its_prices_say_that_they_are_invented(tmp_path: Path) -> None:
    desk, _ = make_desk(tmp_path)

    [source] = read_desk_config(desk.parent).source
    assert source.cite == {"en": "Invented prices", "zh-Hant": "虛構價格"}


def test_what_is_commented_out_is_right_once_it_is_taken_in(tmp_path: Path) -> None:
    desk, _ = make_desk(tmp_path)
    text = desk.read_text("utf-8")
    keys = re.sub(r"^# ?(?=\[\[?[a-z.]+\]|[a-z_]+ = |$)", "", text, flags=re.MULTILINE)
    assert len(tomllib.loads(keys)["source"]) > len(tomllib.loads(text)["source"])
    desk.write_text(keys, "utf-8")

    config = read_desk_config(desk.parent)

    assert [source.table for source in config.source] == ["prices", "open_interest", "fund_flows"]
    assert config.gates.require
    assert config.desk.byline
    assert config.desk.disclosure


@pytest.mark.parametrize("name", ["desk.toml", "prices.csv"])
def test_what_is_there_already_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")

    with pytest.raises(InputError) as caught:
        make_desk(tmp_path)

    assert str(caught.value) == f"{tmp_path.as_posix()}: {name} is here already; choose an empty folder"
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_that_cant_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    folder = tmp_path / "file" / "desk"

    with pytest.raises(InputError) as caught:
        make_desk(folder)

    what = "can't be written: Not a directory; choose another folder, or make room"
    assert str(caught.value) == f"{folder.as_posix()}: {what}"


def test_half_a_desk_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(path: Path, text: str, encoding: str) -> int:
        if path.name == "prices.csv":
            write(path, text[:100], encoding)
            raise OSError(28, "No space left on device")
        return write(path, text, encoding)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(InputError, match="No space left on device"):
        make_desk(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_sample_is_copied_whole_and_over_nothing(tmp_path: Path) -> None:
    made = copy_sample(tmp_path / "mine", "quiet-day")
    shipped = samples_folder() / "quiet-day"
    assert {path.relative_to(tmp_path / "mine"): path.read_bytes() for path in made} == {
        path.relative_to(shipped): path.read_bytes() for path in shipped.rglob("*") if path.is_file()
    }
    with pytest.raises(InputError, match="something is here already; choose an empty folder"):
        copy_sample(tmp_path / "mine", "quiet-day")
    with pytest.raises(InputError, match='unknown sample "quiet-dya"; did you mean "quiet-day"'):
        copy_sample(tmp_path / "other", "quiet-dya")
    assert not (tmp_path / "other").exists()
