"""Rows are merged so that nothing that was known is lost, and files hold them whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.diagnostics.errors import InputError
from reporter.feeds.store import FeedTable, Row, merge_rows, read_rows, to_cell, write_rows
from reporter.model.timestamps import format_second

TABLE = FeedTable(("close",))
_FETCH = st.dictionaries(st.integers(0, 5), st.sampled_from(["1", "2", "3"]), max_size=6)


def _rows(fetched: dict[int, str]) -> list[Row]:
    return [{"time": format_second(hour * 3600), "close": close} for hour, close in fetched.items()]


@settings(deadline=None)
@given(st.lists(_FETCH, max_size=5))
def test_each_fetch_adds_what_is_new_and_takes_nothing_away(fetches: list[dict[int, str]]) -> None:
    held: tuple[Row, ...] = ()
    for number, fetched in enumerate(fetches):
        merged = merge_rows(TABLE, held, _rows(fetched), 1_000_000 + number * 60)
        assert len(merged.rows) == len(held) + merged.added + merged.restated
        assert all(row in merged.rows for row in held)
        newest = {row["time"]: row["close"] for row in merged.rows}
        assert {row["time"]: newest[row["time"]] for row in _rows(fetched)} == {
            row["time"]: row["close"] for row in _rows(fetched)
        }
        again = merge_rows(TABLE, merged.rows, _rows(fetched), 2_000_000)
        assert (again.added, again.restated, again.rows) == (0, 0, merged.rows)
        held = merged.rows


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(number: float) -> None:
    assert float(to_cell(number)) == number


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_file_reads_back_as_it_was_written(tmp_path: Path, suffix: str) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow", reason="the extra market-reporter[feeds] is not installed")
    rows = merge_rows(TABLE, (), _rows({0: "1", 1: "2"}), 0).rows
    path = tmp_path / "feeds" / f"hours{suffix}"
    write_rows(path, TABLE, rows)
    assert read_rows(path, TABLE, "hours") == rows
    assert [item.name for item in path.parent.iterdir()] == [path.name]
    before = path.read_bytes()
    write_rows(path, TABLE, rows)
    assert path.read_bytes() == before


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "hours.csv"
    path.write_text("time,close\n2026-02-06T00:00:00Z,5\n", "utf-8")
    with pytest.raises(InputError) as error:
        read_rows(path, TABLE, "hours.csv")
    assert str(error.value) == (
        "hours.csv:2: is no file of this feed, which has the columns time, close, known; "
        "name another path, or move it away"
    )
