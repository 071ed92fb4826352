from __future__ import annotations

from pathlib import Path

import pytest

from reporter.desk.formats import containers
from tests.desk.build import PRICES, complaints, load, source, write_desk

_CUT = "it is cut off; fetch it again"
_HEADER = "date,open,high,low,close\n"
_MANY = "quote text that holds commas; numbers take no thousands separators"
_DOUBLED = "a quote inside a quoted text is doubled"


def _closes(folder: Path) -> list[float]:
    return [float(value) for value in load(folder).tables["prices"][0].frame["close"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "prices.csv: the file is empty; a header line and rows are needed"),
        (" \r\n\r\n", "prices.csv: the file is empty; a header line and rows are needed"),
        (_HEADER, "prices.csv:1: the file has a header and no rows"),
        (_HEADER.strip(), "prices.csv:1: the file has a header and no rows"),
        (
            _HEADER + "2026-02-05,1,1,1,1\n2026-02-06,1,1",
            f"prices.csv:3: row has 3 fields, the header has 5; {_CUT}",
        ),
        (_HEADER + "2026-02-05,1,1,1,1,7\n", f"prices.csv:2: row has 6 fields, the header has 5; {_MANY}"),
        (_HEADER + '"2026-02-05",1,1,1\n', "prices.csv:2: row has 4 fields, the header has 5"),
        (_HEADER + '\n"2026-02-05",1,1,1,1,1\n', f"prices.csv:3: row has 6 fields, the header has 5; {_MANY}"),
        (_HEADER + "x\n", "prices.csv:2: row has 1 field, the header has 5"),
        (
            _HEADER + '2026-02-05,"1,1,1,1\n2026-02-06,1,1,1,1\n',
            f"prices.csv:2: a quoted text is never closed; {_DOUBLED}",
        ),
        (
            _HEADER + '2026-02-05,"1"0,1,1,1\n',
            f"prices.csv:2: a quoted text goes on after its closing quote; {_DOUBLED}",
        ),
        (
            _HEADER.encode() + b"2026-02-05,\0,1,1,1\n",
            "prices.csv:2: not a text file: it holds NUL bytes, the first in column 12; export it as UTF-8 CSV",
        ),
        (
            _HEADER.encode() + b"\n\xe9,1,1,1,1\n",
            "prices.csv:3: not UTF-8: byte 0xE9; save the file as UTF-8; "
            'it looks like Windows-1252: encoding = "cp1252"',
        ),
        (
            _HEADER.encode("utf-16-le"),
            "prices.csv:1: not a text file: it holds NUL bytes, the first in column 2; save the file as UTF-8; "
            "it looks like UTF-16 (little-endian, without a mark)",
        ),
        (b"\x1f\x8b\x08", "prices.csv: the gzip file is cut off or damaged; fetch it again"),
        (b"PK\x03\x04", "prices.csv: the zip file is cut off or damaged; fetch it again"),
        (b"%PDF-1.7", "prices.csv: not a table but a PDF; export it as UTF-8 CSV"),
        (
            "date,open,high,low,close,close\n2026-02-05,1,1,1,1,1\n",
            'prices.csv:1: column "close" stands twice in the header; rename one of them',
        ),
        ("date,open,high,low,Close\n2026-02-05,1,1,1,1\n", 'prices.csv:1: no column "close"; did you mean "Close"?'),
        (
            "date,open,high,low,last\n2026-02-05,1,1,1,1\n",
            'prices.csv:1: no column "close"; columns are: date, open, high, low, last',
        ),
    ],
)
def test_a_file_that_can_not_be_read_rightly_is_refused(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert complaints(write_desk(tmp_path, files={"prices.csv": content})) == [said]


def test_another_separator_is_named(tmp_path: Path) -> None:
    said = complaints(write_desk(tmp_path, files={"prices.csv": PRICES.replace(",", ";")}))
    assert said[0] == 'prices.csv:1: no column "date"; its columns are separated by semicolons: separator = ";"'
    assert len(said) == 5


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + PRICES.encode(),
        PRICES.replace("\n", "\r\n"),
        PRICES.replace("\n", "\r"),
        "\n\n" + PRICES.replace("\n", "\n\n   \n,,,,\n"),
        PRICES.replace(",", " , "),
        PRICES.strip(),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in PRICES.split()),
        "\n".join(reversed([*PRICES.split()[1:], "date,open,high,low,close"])),
        PRICES.replace("date,open,high,low,close", "date,open,high,low,close,note")
        .replace("1\n", '1,"a, b"\n')
        .replace("12\n", "12,\n"),
    ],
)
def test_other_ways_to_write_the_same_table_give_the_same(tmp_path: Path, content: str | bytes) -> None:
    assert _closes(write_desk(tmp_path, files={"prices.csv": content})) == [11.0, 12.0]


def test_lines_are_counted_through_quoted_line_breaks(tmp_path: Path) -> None:
    content = 'date,note,open,high,low,close\n2026-02-05,"two\nlines",1,1,1,1\n2026-02-06,"",x,1,1,1\n'
    assert complaints(write_desk(tmp_path, files={"prices.csv": content})) == [
        'prices.csv:4: column "open": "x" is not a number; leave the cell blank where there is no value'
    ]


def test_only_the_first_of_many_ragged_rows_are_named(tmp_path: Path) -> None:
    said = complaints(write_desk(tmp_path, files={"prices.csv": _HEADER + "a,b\n" * 30}))
    assert len(said) == 21
    assert said[0] == "prices.csv:2: row has 2 fields, the header has 5"
    assert said[-1] == "prices.csv:22: 10 more rows like these, from this line on"


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_BYTES", 1024 * 1024)
    write_desk(tmp_path, files={"prices.csv": b"x" * (1024 * 1024 + 1)})
    assert complaints(tmp_path) == ["prices.csv: file is larger than 1 MB; split it, or aggregate first"]


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    write_desk(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert complaints(tmp_path) == ["prices.csv: can't be read: Permission denied"]


def test_a_missing_file_a_folder_and_an_empty_glob_are_told(tmp_path: Path) -> None:
    write_desk(
        tmp_path,
        source("prices", path="price.csv"),
        source("more", path="sub"),
        source("none", path="p*.txt"),
        source("deep", path="nowhere/x.csv"),
        files={"sub/x.csv": ""},
    )
    assert complaints(tmp_path) == [
        'desk.toml:10:1: source "prices": no file "price.csv"; files there: desk.toml, prices.csv',
        'desk.toml:20:1: source "more": "sub" is a folder; name a file, or write "…/*.csv"',
        f'desk.toml:30:1: source "none": no file matches "p*.txt"; in {tmp_path.as_posix()}',
        'desk.toml:40:1: source "deep": no file "nowhere/x.csv"; check the path; it is relative to desk.toml',
    ]


_OUTSIDE = "put it there, or name its folder: [desk] roots = […]"


@pytest.mark.parametrize("path", ["../outside.csv", "link1.csv", "link*.csv", "folder/outside.csv"])
def test_neither_a_path_nor_a_link_leads_out_of_the_desk(tmp_path: Path, path: str) -> None:
    desk, outside = tmp_path / "desk", tmp_path / "outside.csv"
    desk.mkdir()
    outside.write_text("root:x:0:0\nsecret\n", "utf-8")
    (desk / "link1.csv").symlink_to(outside)
    (desk / "folder").symlink_to(tmp_path)
    write_desk(desk, source("prices", path=path))

    found = complaints(desk)

    shown = path.replace("*", "1")
    direct = path.startswith("..")
    how = "lies outside of the desk's folder" if direct else "is a link that leads out of the desk's folder"
    assert found == [f'desk.toml:10:1: source "prices": "{shown}" {how}; {_OUTSIDE}']


def test_the_names_of_files_outside_of_the_desk_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "secret.csv").write_text(PRICES, "utf-8")
    write_desk(tmp_path / "desk", source("prices", path="../missing.csv"))
    assert "secret" not in " ".join(complaints(tmp_path / "desk"))


@pytest.mark.parametrize("path", ["../data/prices.csv", "link.csv", "link*.csv"])
def test_a_desk_reads_from_the_folders_that_it_names(tmp_path: Path, path: str) -> None:
    desk, data = tmp_path / "desk", tmp_path / "data"
    desk.mkdir()
    data.mkdir()
    (data / "prices.csv").write_text(PRICES, "utf-8")
    (desk / "link.csv").symlink_to(data / "prices.csv")
    write_desk(desk, source("prices", path=path))
    text = (desk / "desk.toml").read_text("utf-8")
    (desk / "desk.toml").write_text(text.replace("[desk]", '[desk]\nroots = ["../data"]', 1), "utf-8")
    assert _closes(desk) == [11.0, 12.0]


def test_a_desk_that_is_itself_a_link_reads_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "real" / "data").mkdir(parents=True)
    write_desk(tmp_path / "real", source("prices", path="data/link.csv"), files={"prices.csv": PRICES})
    (tmp_path / "real" / "data" / "link.csv").symlink_to("../prices.csv")
    (tmp_path / "desk").symlink_to(tmp_path / "real")
    assert _closes(tmp_path / "desk") == [11.0, 12.0]


@pytest.mark.parametrize("name", ["templates", "templates/layouts", "templates/layouts/own.j2", "formats/own.toml"])
def test_what_stands_in_for_the_report_types_files_is_the_desks_own(tmp_path: Path, name: str) -> None:
    outside, desk = tmp_path / "outside", tmp_path / "desk"
    outside.mkdir()
    desk.mkdir()
    write_desk(desk, source("prices"), files={"prices.csv": PRICES})
    link = desk / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside if not link.suffix else outside / "secret")
    assert complaints(desk) == [f'{name}: "{name}" is a link that leads out of the desk\'s folder; {_OUTSIDE}']


def test_files_of_a_glob_are_one_table_and_contradictions_between_them_are_found(tmp_path: Path) -> None:
    files = {
        "p/b.csv": "date,open,high,low,close,volume\n2026-02-06,11,13,10,12,5\n",
        "p/a.csv": PRICES,
    }
    write_desk(tmp_path, source("prices", path="p/*.csv"), files=files)
    # The same day with and without its volume: not the same row, and nobody knows which is right.
    assert complaints(tmp_path) == [
        "p/b.csv:2: this row and line 3 of p/a.csv give different values for the same time; keep one"
    ]
    files["p/b.csv"] = "date,close,low,high,open\n2026-02-07,13,11,14,12\n2026-02-06,12,10,13,11\n"
    write_desk(tmp_path, source("prices", path="p/*.csv"), files=files)
    assert _closes(tmp_path) == [11.0, 12.0, 13.0]
    assert tuple(map(str, load(tmp_path).notices)) == (
        "p/b.csv: 1 identical duplicate row dropped, the first in line 3",
    )


def test_text_stays_text(tmp_path: Path) -> None:
    symbols = ("NA", "NULL", "TRUE", "000001", "1E5", "nan")
    keys = ("spx", "ndx", "dow", "sox", "gold", "silver")
    rows = "".join(f"2026-02-06,{symbol},{number}\n" for number, symbol in enumerate(symbols, 1))
    other = source("x", "cross_asset", instruments=dict(zip(keys, symbols, strict=True)))
    write_desk(tmp_path, source("prices"), other, files={"x.csv": "date,instrument,close\n" + rows})
    frame = load(tmp_path).tables["cross_asset"][0].frame
    assert dict(zip(frame["instrument"], frame["close"], strict=True)) == {
        key: float(number) for number, key in enumerate(keys, 1)
    }
