"""Parquet, Feather, Excel, zip members and queries: the same bars by every way."""

from __future__ import annotations

import io
import os
import sqlite3
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reporter.desk.formats.binary_rows import read_arrow_table
from reporter.desk.formats.containers import open_file
from reporter.diagnostics.errors import InputError
from tests.desk.build import PRICES, complaints, load, seconds, source, write_desk


def _closes(folder: Path) -> list[float]:
    return [float(value) for value in load(folder).tables["prices"][0].frame["close"]]


def _columns() -> dict[str, list[Any]]:
    head, *rows = (line.split(",") for line in PRICES.split())
    cells = zip(*rows, strict=True)
    return {name: list(column) if name == "date" else [float(cell) for cell in column]
            for name, column in zip(head, cells, strict=True)}  # fmt: skip


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_columns_on_disk(tmp_path: Path, kind: str) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import feather, parquet

    buffer = io.BytesIO()
    writer = parquet.write_table if kind == "parquet" else feather.write_feather
    writer(pa.table(_columns()), buffer)
    data = buffer.getvalue()
    write_desk(tmp_path, source("prices", format=kind, path="p.bin"), files={"p.bin": data})
    assert _closes(tmp_path) == [11.0, 12.0]
    write_desk(tmp_path, source("prices", path="p.bin"))
    assert complaints(tmp_path) == [
        f"p.bin: not a text table but a {kind.title()} file; "
        f'declare format = "{kind}", or see what `reporter sniff` says'
    ]
    write_desk(tmp_path, source("prices", format=kind, path="p.bin"), files={"p.bin": data[: len(data) // 2]})
    assert complaints(tmp_path) == [f"p.bin: a damaged {kind} file; fetch it again"]


def test_a_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "bars"
    head, *rows = (line.split(",") for line in PRICES.split())
    sheet.append([])
    sheet.append(head)
    for day, *cells in rows:
        sheet.append([datetime.fromisoformat(day), *map(float, cells)])
    book.create_sheet("notes")["A1"] = "read me"
    book.save(tmp_path / "p.xlsx")
    write_desk(tmp_path, source("prices", format="excel", path="p.xlsx", member="bars"))
    assert _closes(tmp_path) == [11.0, 12.0]
    write_desk(tmp_path, source("prices", format="excel", path="p.xlsx"))
    assert complaints(tmp_path) == ['p.xlsx: the workbook has 2 worksheets: bars, notes; say which: member = "…"']
    sheet["C4"] = "many"
    book.save(tmp_path / "p.xlsx")
    write_desk(tmp_path, source("prices", format="excel", path="p.xlsx", member="bars"))
    assert complaints(tmp_path)[0].startswith('p.xlsx(bars):4: column "high": "many" is not a number')


def test_a_zip_of_several_files_needs_a_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("a.json", '[{"date":"2026-02-06","open":1,"high":1,"low":1,"close":1}]')
        archive.writestr("b.json", "[]")
    write_desk(tmp_path, source("prices", format="json", path="p.zip"))
    assert complaints(tmp_path) == ['p.zip: the zip holds 2 files: a.json, b.json; say which: member = "…"']
    write_desk(tmp_path, source("prices", format="json", path="p.zip", member="a.json"))
    assert _closes(tmp_path) == [1.0]
    write_desk(tmp_path, source("prices", format="json", path="p.zip", member="c.json"))
    assert complaints(tmp_path) == ['p.zip: the zip holds no file "c.json"; it holds: a.json, b.json']


_SELECT = "SELECT * FROM bars"


def _sql(query: str = _SELECT, path: str = "m.duckdb") -> str:
    return source("prices", format="sql", path=path, query=query)


def test_a_query_of_a_duckdb_file(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    with duckdb.connect((tmp_path / "m.duckdb").as_posix()) as database:
        database.execute("CREATE TABLE bars (date DATE, open DOUBLE, high DOUBLE, low DOUBLE, close DECIMAL(9, 2))")
        database.execute("INSERT INTO bars VALUES ('2026-02-05', 10, 12, 9, 11), ('2026-02-06', 11, 13, 10, 12)")
    write_desk(tmp_path, _sql())
    assert _closes(tmp_path) == [11.0, 12.0]
    for query, said in (
        ("DROP TABLE bars", 'query holds "DROP"; a source is read with a single SELECT and changes nothing'),
        ("SELECT 1; SELECT 2", "query is not one SELECT; a source is read with a single SELECT and changes nothing"),
        ("SELECT * FROM bars WHERE close > 99", "the query gives no rows"),
    ):
        write_desk(tmp_path, _sql(query))
        assert complaints(tmp_path) == [f'desk.toml:10:1: source "prices": {said}']
    for query in ("SELECT * FROM read_csv('/etc/passwd')", "SELECT nothing FROM bars"):
        write_desk(tmp_path, _sql(query))
        assert complaints(tmp_path)[0].startswith('desk.toml:10:1: source "prices": the query fails: ')


def test_a_query_of_a_database_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "m.db") as database:
        database.execute("CREATE TABLE bars (date, open, high, low, close)")
        database.execute("INSERT INTO bars VALUES ('2026-02-05', 10, 12, 9, 11)")
    database.close()
    write_desk(tmp_path, _sql(path="env:MARKET_DB"))
    assert complaints(tmp_path) == ['desk.toml:10:1: source "prices": the environment variable MARKET_DB is not set']
    monkeypatch.setenv("MARKET_DB", f"sqlite:///{tmp_path / 'm.db'}")
    assert _closes(tmp_path) == [11.0]
    monkeypatch.setenv("MARKET_DB", "nonsense://me:secret@host/x")
    assert complaints(tmp_path) == [
        'desk.toml:10:1: source "prices": MARKET_DB is no address of a PostgreSQL or SQLite database; '
        "write postgresql://… or sqlite:///…; what another database holds, export to a file such as Parquet"
    ]


# A folder a day.


_HEAD = "date,open,high,low,close\n"
_VIEWS = {
    "s/2026-02-06/p.csv": _HEAD + "2026-02-05,10,12,9,11\n2026-02-06,11,11,11,11\n",
    "s/2026-02-07/p.csv": _HEAD + "2026-02-05,10,12,9,11.5\n2026-02-06,11,13,10,12\n",
}
_VIEWED = source("prices", path="s/{date}/p.csv", taken="09:00")


def test_a_later_snapshot_does_not_rewrite_what_was_known(tmp_path: Path) -> None:
    write_desk(tmp_path, _VIEWED, files=_VIEWS)
    for hour, closes in ((10, [11.0]), (34, [11.0, 12.0])):
        as_of = datetime(2026, 2, 6, tzinfo=UTC) + timedelta(hours=hour)
        frame = load(tmp_path, as_of=as_of).tables["prices"][0].frame
        # Taken in the morning of the 6th, its bar of that day was not over, and is not used.
        assert frame["close"].tolist() == closes
        assert frame["known"].tolist() == [seconds("2026-02-06T09:00"), seconds("2026-02-07T09:00")][: len(closes)]


def test_a_snapshot_of_nothing_that_is_over_is_told(tmp_path: Path) -> None:
    rows = _HEAD + "2026-02-06,11,11,11,11\n"
    write_desk(tmp_path, _VIEWED, files={"s/2026-02-06/p.csv": rows})
    assert complaints(tmp_path) == [
        "s/2026-02-06/p.csv: no row's period was over when the files were taken; is taken declared rightly?"
    ]


def test_a_zero_that_a_later_snapshot_fills_is_no_flow(tmp_path: Path) -> None:
    files = {
        "f/2026-02-06/f.csv": "date,flow\n2026-02-04,5\n2026-02-05,0\n",
        "f/2026-02-07/f.csv": "date,flow\n2026-02-04,5\n2026-02-05,-9\n2026-02-06,0\n",
    }
    flows = source("f", "fund_flows", path="f/{date}/f.csv", taken="20:00", session_close="16:00",
                   timezone="America/New_York")  # fmt: skip
    write_desk(tmp_path, source("prices"), flows, files=files)
    desk = load(tmp_path, date(2026, 2, 6), as_of=datetime(2026, 2, 8, 12, tzinfo=UTC))
    assert desk.tables["fund_flows"][0].frame["flow"].tolist() == [5e6, -9e6]
    assert tuple(map(str, desk.notices)) == (
        "f/2026-02-07/f.csv: 1 row of 0 at the end: not yet published, the first in line 4; left out",
        "f/2026-02-06/f.csv: 1 row of 0 that a later file fills, the first in line 3; left out",
    )


def test_a_date_in_a_path_needs_the_hour_at_which_it_was_taken(tmp_path: Path) -> None:
    write_desk(tmp_path, source("prices", path="s/{date}/p.csv"), files=_VIEWS)
    assert complaints(tmp_path) == [
        'desk.toml:13:1: source "prices": only one of {date} in path and taken is there; path = "…/{date}/…" and '
        'taken = "09:00" belong together: a file a day, taken at that time'
    ]


def test_a_parquet_file_of_few_bytes_may_not_hold_gigabytes(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    repeated = pa.array(["x" * 100_000]).dictionary_encode()
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 5_000, "int32"), repeated.dictionary)
    path = tmp_path / "p.parquet"
    parquet.write_table(pa.table({"time": ["2025-01-01"] * 5_000, "close": cells}), path)
    assert path.stat().st_size < 200_000
    with pytest.raises(InputError, match="holds more than 256 MB of cells"):
        read_arrow_table(open_file(path, "p.parquet"))


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "prices.csv")
    with pytest.raises(InputError, match=r"prices\.csv: is no file but a device or a pipe"):
        open_file(tmp_path / "prices.csv", "prices.csv")
