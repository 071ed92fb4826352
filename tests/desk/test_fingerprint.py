"""A fingerprint changes with what was known at its instant, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from reporter.desk import Fingerprints, read_desk, read_desk_config
from tests.desk.build import seconds, source, write_desk

HEAD = "date,open,high,low,close\n"
ROWS = ("2026-02-05,10,12,9,11\n", "2026-02-06,11,13,10,12\n", "2026-02-07,12,14,11,13\n")


def _print(folder: Path, *rows: str, at: str = "2026-02-07", lag: str = "0") -> str:
    write_desk(folder, source("prices", lag=lag), files={"prices.csv": HEAD + "".join(rows)})
    return Fingerprints(read_desk(read_desk_config(folder))).at(seconds(at))


def test_order_of_rows_and_later_rows_do_not_matter(tmp_path: Path) -> None:
    alone = _print(tmp_path, *ROWS[:2])
    assert _print(tmp_path, *ROWS) == alone
    assert _print(tmp_path, *reversed(ROWS)) == alone


def test_a_changed_value_a_missing_row_and_a_later_lag_matter(tmp_path: Path) -> None:
    whole = _print(tmp_path, *ROWS)
    changed = _print(tmp_path, ROWS[0].replace(",11\n", ",11.5\n"), *ROWS[1:])
    assert len({whole, changed, _print(tmp_path, *ROWS[1:]), _print(tmp_path, *ROWS, lag="1h")}) == 4


def test_a_row_that_comes_later_changes_only_later_instants(tmp_path: Path) -> None:
    before = [_print(tmp_path, *ROWS[:2], at=day) for day in ("2026-02-06", "2026-02-07", "2026-02-08")]
    after = [_print(tmp_path, *ROWS, at=day) for day in ("2026-02-06", "2026-02-07", "2026-02-08")]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, True, False]
