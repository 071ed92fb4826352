"""A source is never guessed: what bears no name is asked for, and the order of prices is read off the rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reporter.desk.formats.layouts import load_own_layouts
from reporter.desk.formats.suggestion_lines import Suggestion
from reporter.desk.sniff.suggestion import suggest_source
from reporter.desk.tables.recognition import recognise_file
from tests.desk.build import complaints, days, write_desk

_CASES = (Path(__file__).parent / "../../../shared/cases").resolve()
#: time, open, high, low, close
_BARS = [(1757462400 + 86400 * n, 90000 + 7 * n, 90500 + 9 * n, 89500 + 3 * n, 90100 + 8 * n) for n in range(30)]


def _sniffed(path: Path) -> Suggestion:
    return suggest_source(recognise_file(path, path.name, load_own_layouts()), path, path.name, "BTC", (0.01, 1e9))


@pytest.mark.parametrize("time", ["timestamp", "date", "Timestamp"])
def test_a_table_that_many_programs_write_is_nobody_s(tmp_path: Path, time: str) -> None:
    rows = "".join(",".join(map(str, (*row, 7))) + "\n" for row in _BARS)
    (tmp_path / "bars.csv").write_text(f"{time},open,high,low,close,volume\n{rows}", "utf-8")
    made = _sniffed(tmp_path / "bars.csv")
    assert "cite" in made.asks
    assert "cite" not in made.keys


def test_lines_without_names_of_seven_columns_are_no_klines(tmp_path: Path) -> None:
    rows = "".join(",".join(map(str, (*row, 7, 1200))) + "\n" for row in _BARS)
    (tmp_path / "bars.csv").write_text(rows, "utf-8")
    made = _sniffed(tmp_path / "bars.csv")
    assert made.keys["format"] == '"bars.trades"'
    assert "cite" in made.asks


@pytest.mark.parametrize(
    ("order", "layout"),
    [
        ((0, 1, 2, 3, 4), "ccxt.ohlcv"),
        ((0, 3, 2, 1, 4), "bars.low_high_open_close"),
        ((0, 1, 4, 2, 3), "bars.open_close_high_low"),
    ],
)
@pytest.mark.parametrize("text", [True, False])
def test_the_order_of_prices_is_read_off_the_rows(
    tmp_path: Path, order: tuple[int, ...], layout: str, *, text: bool
) -> None:
    rows = [[*(row[place] for place in order), 7] for row in _BARS]
    path = tmp_path / "bars"
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows) if text else json.dumps(rows), "utf-8")
    made = _sniffed(path)
    assert made.keys["format"] == f'"{layout}"'
    assert "cite" in made.asks


def test_a_layout_that_was_never_held_against_a_file_claims_none() -> None:
    assert [name for name, layout in load_own_layouts().items() if not layout.verified] == ["kaiko.ohlcv"]


@pytest.mark.skipif(not _CASES.is_dir(), reason="the cases do not lie beside the project")
@pytest.mark.parametrize("name", ["XBTUSD_1440.csv", "btc_ohlcv.csv"])
def test_the_case_asks_whose_figures_they_are(name: str) -> None:
    made = _sniffed(_CASES / "05-every-ohlcv-csv-is-cited-as-kaiko" / name)
    assert "cite" in made.asks


@pytest.mark.parametrize("end", ["23:59:59", "23:59:59.999"])
def test_the_last_second_of_a_day_is_its_end(tmp_path: Path, end: str) -> None:
    rows = "".join(f"{day}T{end}Z,9{n}000,9{n}500,9{n}000,9{n}100\n" for n, day in enumerate(days("2026-01-01", 9)))
    (tmp_path / "p.csv").write_text(f"timestamp,open,high,low,close\n{rows}", "utf-8")
    made = _sniffed(tmp_path / "p.csv")
    assert made.keys["stamp"] == '"end"'
    write_desk(tmp_path, made.to_toml().replace('# cite = "?"', 'cite = "Ours"'))
    assert complaints(tmp_path) == []
