"""Tables as people export them: sniffed, read by what sniff says, and right to the last digit; or refused."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.desk import load_desk, read_desk_config
from reporter.desk.formats.layouts import load_own_layouts
from reporter.desk.formats.number_forms import FORMS, detect_number_forms, parse_number
from reporter.desk.formats.time_forms import choose_time_form
from reporter.desk.sniff.suggestion import suggest_source
from reporter.desk.tables.recognition import recognise_file
from reporter.diagnostics.errors import InputError
from tests.desk.build import complaints, seconds, source, write_desk

_HEAD = '[desk]\nslug = "btc"\nlocales = ["en"]\n\n[asset]\nsymbol = "BTC"\nname = "Bitcoin"\nspan = [0.01, 1e9]\n'
_NAMES = ("date", "open", "high", "low", "close")
Row = tuple[date, float, float, float, float]


def _rows(cents: list[int], first: date = date(2025, 12, 20)) -> list[Row]:
    rows = []
    for place, cent in enumerate(cents):
        close = cent / 100
        rows.append((first + timedelta(place), close, round(close + 9.5, 2), round(close - 9.5, 2), close))
    return rows


def _number(value: float, form: str) -> str:
    thousands, decimal = FORMS[form]
    whole, _, part = f"{value:,.2f}".partition(".")
    return f"{whole.replace(',', thousands)}{decimal}{part}"


def _table(rows: list[Row], time: str, form: str, separator: str, names: tuple[str, ...] = _NAMES) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([f"{day:{time}}", *(_number(value, form) for value in prices)] for day, *prices in rows)
    return text.getvalue()


def _sniffed(folder: Path, name: str, member: str = "") -> tuple[str, dict[str, str]]:
    """The lines that sniff prints for a file, and its questions."""
    found = recognise_file(folder / name, name, load_own_layouts(), member)
    made = suggest_source(found, folder / name, name, "BTC", (0.01, 1e9))
    assert not made.refused, made.refused
    return made.to_toml(), made.asks


def _closes(folder: Path, toml: str) -> list[float]:
    (folder / "desk.toml").write_text(_HEAD + toml.replace('# cite = "?"', 'cite = "Ours"'), "utf-8")
    [table] = load_desk(read_desk_config(folder, "desk.toml")).tables["prices"]
    return list(table.frame["close"])


_CENTS = st.lists(st.integers(90_000_00, 99_999_99), min_size=15, max_size=40)
#: Day and month can't be mistaken: fifteen days in a row have one above the twelfth.
_TIMES = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%b %d, %Y", "%d %B %Y", "%Y年%m月%d日")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=_CENTS,
    time=st.sampled_from(_TIMES),
    form=st.sampled_from(sorted(FORMS)),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    banner=st.integers(0, 4),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    newest_first=st.booleans(),
    total=st.booleans(),
)
def test_any_common_way_to_write_a_table_is_read_right(
    tmp_path: Path,
    *,
    cents: list[int],
    time: str,
    form: str,
    separator: str,
    banner: int,
    encoding: str,
    newest_first: bool,
    total: bool,
) -> None:
    rows = _rows(cents)
    text = _table(rows[::-1] if newest_first else rows, time, form, separator)
    text += separator.join(["Total", "", "", "", "1"]) + "\n" if total else ""
    lines = ["# exported by somebody", "", "# a line more", "# and another"][:banner]
    (tmp_path / "p.csv").write_bytes("".join(f"{line}\n" for line in [*lines, text[:-1]]).encode(encoding))
    toml, asks = _sniffed(tmp_path, "p.csv")
    assert set(asks) <= {"cite"}
    assert _closes(tmp_path, toml) == [close for *_, close in rows]


@pytest.mark.parametrize(
    "names",
    [
        ("日期", "開盤", "最高", "最低", "收盤"),
        ("日期", "开盘价", "最高价", "最低价", "收盘价"),
        ("Trade Date", "Open Price", "High Price", "Low Price", "Close Price"),
        ("Date", "Open (USD)", "High (USD)", "Low (USD)", "Close (USD)"),
        ("Date", "Open", "High", "Low", "Close/Last"),
        ("t", "o", "h", "l", "c"),
    ],
)
def test_columns_are_known_by_what_people_call_them(tmp_path: Path, names: tuple[str, ...]) -> None:
    rows = _rows(list(range(9_000_000, 9_002_000, 100)))
    (tmp_path / "p.csv").write_text(_table(rows, "%Y-%m-%d", "1234.56", ",", names), "utf-8")
    toml, asks = _sniffed(tmp_path, "p.csv")
    assert set(asks) == {"cite"}
    assert _closes(tmp_path, toml) == [close for *_, close in rows]


@pytest.mark.parametrize("encoding", ["big5", "gb18030"])
def test_a_chinese_spreadsheets_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    rows = _rows(list(range(9_000_000, 9_002_000, 100)))
    text = _table(rows, "%Y/%m/%d", "1234.56", ",", ("日期", "開盤", "最高", "最低", "收盤"))
    (tmp_path / "p.csv").write_bytes(text.encode(encoding))
    toml, _ = _sniffed(tmp_path, "p.csv")
    assert f'encoding = "{encoding}"' in toml
    assert _closes(tmp_path, toml) == [close for *_, close in rows]


def test_marks_of_missing_values_become_gaps(tmp_path: Path) -> None:
    marks = ["—", "N/A", "null", "-", "NaN"]
    rows = "".join(f"2026-01-{20 + place},{mark}\n" for place, mark in enumerate(marks))
    (tmp_path / "s.csv").write_text("date,fear and greed\n2026-01-19,40\n" + rows + "2026-01-25,41\n", "utf-8")
    toml, _ = _sniffed(tmp_path, "s.csv")
    assert 'blank = ["—", "-", "N/A", "null", "NaN"]' in toml
    write_desk(tmp_path, source("prices"), toml.replace('# cite = "?"', 'cite = "Ours"'))
    [table] = load_desk(read_desk_config(tmp_path, "desk.toml")).tables["sentiment"]
    assert list(table.frame["score"].dropna()) == [40.0, 41.0]


def test_a_date_and_a_clock_in_two_columns_are_one_time(tmp_path: Path) -> None:
    bars = [(day, hour, 100 + hour + day / 10) for day in (5, 6) for hour in range(24)]
    rows = "".join(f"2026-02-0{day},{hour:02}:00,{close},{close + 1},90,{close}\n" for day, hour, close in bars)
    (tmp_path / "p.csv").write_text("Date,Time,Open,High,Low,Close\n" + rows, "utf-8")
    toml, asks = _sniffed(tmp_path, "p.csv")
    assert set(asks) == {"cite", "timezone"}
    assert 'time = "Date + Time"' in toml
    assert 'bar = "1h"' in toml
    answered = toml.replace('timezone = "?"', 'timezone = "UTC"').replace('# cite = "?"', 'cite = "Ours"')
    (tmp_path / "desk.toml").write_text(_HEAD + answered, "utf-8")
    hours = load_desk(read_desk_config(tmp_path, "desk.toml")).tables["prices"][0].frame
    assert hours["start"][0] == seconds("2026-02-05T00:00")
    assert list(hours["close"]) == [close for *_, close in bars]


_OBJECTS = [dict(zip(_NAMES, [day.isoformat(), *prices], strict=True)) for day, *prices in _rows([9_000_000] * 9)]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"status": "ok", "payload": {"candles": _OBJECTS}}),
        json.dumps({name: [row[name] for row in _OBJECTS] for name in _NAMES}),
        "".join(json.dumps(row) + "\n" for row in _OBJECTS),
        json.dumps({"data": [{"date": row["date"], "ohlc": {k[0]: row[k] for k in _NAMES[1:]}} for row in _OBJECTS]}),
    ],
)
def test_rows_are_found_in_json_of_no_layout(tmp_path: Path, content: str) -> None:
    (tmp_path / "p.json").write_text(content, "utf-8")
    toml, _ = _sniffed(tmp_path, "p.json")
    assert _closes(tmp_path, toml) == [90_000.0] * 9


def test_a_member_is_asked_for_where_several_would_do(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps({"spot": _OBJECTS, "mark": _OBJECTS}), "utf-8")
    refused = suggest_source(
        recognise_file(tmp_path / "p.json", "p.json", load_own_layouts()), tmp_path / "p.json", "p.json"
    ).refused
    assert refused.startswith("its rows may lie in spot, mark: say which with --member; ")
    toml, _ = _sniffed(tmp_path, "p.json", "mark")
    assert _closes(tmp_path, toml) == [90_000.0] * 9
    with pytest.raises(InputError, match=r'p.json: rows may lie in 2 places of it; say which: member = "…", one of '):
        _closes(tmp_path, toml.replace('member = "mark"\n', ""))


def test_a_file_in_a_zip_is_sniffed_by_its_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
        archive.writestr("prices.csv", _table(_rows([9_000_000] * 9), "%d.%m.%Y", "1.234,56", ";"))
    toml, _ = _sniffed(tmp_path, "p.zip", "prices.csv")
    assert _closes(tmp_path, toml) == [90_000.0] * 9


def test_a_worksheets_titles_are_passed_over(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["Our prices"], [], ["Date", "Open", "High", "Low", "Close"], *map(list, _rows([9_000_000] * 9))):
        book.active.append(row)
    book.create_sheet("Notes").append(["hello"])
    book.save(tmp_path / "p.xlsx")
    toml, _ = _sniffed(tmp_path, "p.xlsx", book.active.title)
    assert "header = 3" in toml
    assert _closes(tmp_path, toml) == [90_000.0] * 9


# What may be read in two ways is asked for, and what can't be read is refused.


def test_days_that_may_be_months_are_asked_for(tmp_path: Path) -> None:
    rows = _rows([9_000_000] * 6, date(2026, 2, 1))
    (tmp_path / "p.csv").write_text(_table(rows, "%m/%d/%Y", "1234.56", ","), "utf-8")
    _, asks = _sniffed(tmp_path, "p.csv")
    assert asks["time_format"] == 'times such as "02/01/2026" may be %d/%m/%Y or %m/%d/%Y'
    assert "bar" in asks


def test_numbers_that_may_be_thousands_or_thousandths_are_asked_for(tmp_path: Path) -> None:
    rows = "".join(f"2026-01-{day};1,2{day}\n" for day in range(10, 30))
    (tmp_path / "oi.csv").write_text("date;open interest\n" + rows, "utf-8")
    _, asks = _sniffed(tmp_path, "oi.csv")
    assert asks["numbers"] == 'numbers may be written as "1,234.56" or "1.234,56"'


@pytest.mark.parametrize(
    ("cell", "hint"),
    [("45992", "a spreadsheet's number of a day"), ("45992.5", "a spreadsheet's number of a day")],
)
def test_times_of_another_count_are_named(tmp_path: Path, cell: str, hint: str) -> None:
    assert hint in choose_time_form([cell])[1]
    rows = f"date,open,high,low,close\n{cell},1,1,1,1\n"
    assert hint in complaints(write_desk(tmp_path, files={"prices.csv": rows}))[0]


@pytest.mark.parametrize(
    ("keys", "cell", "said"),
    [
        ({"unit": "fraction"}, "0.01%", 'its percent sign wants unit = "percent"'),
        ({"unit": "percent"}, "1.2K", 'what stands behind the number multiplies it: unit = "usd"'),
        ({"unit": "percent"}, "€0.01", "another currency than the desk's"),
        ({"unit": "percent"}, "0,01", 'see numbers, and blank = ["…"] for cells without a value'),
    ],
)
def test_signs_that_contradict_the_unit_are_told(tmp_path: Path, keys: dict[str, str], cell: str, said: str) -> None:
    rates = source("f", "funding", numbers="1234.56", **keys)
    files = {"f.csv": f'date,rate\n2026-02-05,0.01\n2026-02-06,"{cell}"\n'}
    what = f'f.csv:3: column "rate": "{cell}" is not a number written as "1234.56"; {said}'
    assert complaints(write_desk(tmp_path, source("prices"), rates, files=files)) == [what]


def test_a_file_that_ends_inside_a_number_is_refused(tmp_path: Path) -> None:
    whole = "date,score\n" + "".join(f"2026-01-{day},41.25\n" for day in range(10, 30))
    moods = source("m", "sentiment", bar="0", columns={"score": "score"})
    what = 'm.csv:21: the file ends inside "4": all other cells of that column have 2 decimals'
    for cut, said in ((whole, []), (whole[:-1], []), (whole[:-5], [f"{what}; it is cut off; fetch it again"])):
        assert complaints(write_desk(tmp_path, source("prices"), moods, files={"m.csv": cut})) == said


def test_json_lines_that_break_off_are_told_at_their_line(tmp_path: Path) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in _OBJECTS)
    (tmp_path / "p.json").write_text(lines[:-20], "utf-8")
    with pytest.raises(InputError, match=re.escape("p.json:9: not JSON: the file is cut off")):
        recognise_file(tmp_path / "p.json", "p.json", load_own_layouts())


# Numbers.


@given(value=st.floats(-1e9, 1e9), form=st.sampled_from(sorted(FORMS)), sign=st.sampled_from(["", "$", "US$", "USD "]))
def test_a_number_is_read_as_it_was_written(value: float, form: str, sign: str) -> None:
    value = round(value, 2)
    shown = _number(abs(value), form)
    minus = "-" if value < 0 else ""
    texts = [f"{minus}{sign}{shown}", f"{sign}{minus}{shown}", f"({sign}{shown})" if value < 0 else f"{sign}{shown}"]
    assert [parse_number(text, form) for text in texts] == [value] * 3


@given(value=st.floats(0.01, 999), size=st.sampled_from([("K", 1e3), ("M", 1e6), ("bn", 1e9), ("億", 1e8)]))
def test_a_size_multiplies_only_where_the_unit_does_not(value: float, size: tuple[str, float]) -> None:
    text = f"{value:.2f}{size[0]}"
    assert parse_number(text, "1,234.56", sized=True) == float(f"{value:.2f}") * size[1]
    assert parse_number(text, "1,234.56") is None


@pytest.mark.parametrize(
    "cell", ["", "$", "1,23", "12,34,567", "1 234", "--1", "(1", "1)", "1.2.3", "€1", "1%", "x1", "1e9999x"]
)
def test_what_is_no_number_of_the_form_is_none(cell: str) -> None:
    assert parse_number(cell, "1,234.56") is None


def test_plain_digits_need_no_form_and_two_readings_are_both_named() -> None:
    assert detect_number_forms([["1.5", "-2", "3e4", "", "—"]]) == ()
    assert detect_number_forms([["1,234", "2,345"]]) == ("1,234.56", "1.234,56")
    assert detect_number_forms([["1,234.5", "2,345"]]) == ("1,234.56",)
    assert detect_number_forms([["about 5"]]) == ()


@pytest.mark.parametrize("form", ["{}/{:02}/{:02}", "{}.{}.{}", "民國{}年{}月{}日", "{:03}{:02}{:02}"])
def test_years_of_the_republic_of_china_are_read(tmp_path: Path, form: str) -> None:
    rows = _rows(list(range(9_000_000, 9_002_000, 100)))
    text = "".join(
        f"{form.format(day.year - 1911, day.month, day.day)},{o},{h},{low},{c}\n" for day, o, h, low, c in rows
    )
    (tmp_path / "p.csv").write_text("日期,開盤,最高,最低,收盤\n" + text, "utf-8")
    toml, asks = _sniffed(tmp_path, "p.csv")
    assert 'time_format = "roc"' in toml
    assert set(asks) == {"cite"}
    assert _closes(tmp_path, toml) == [close for *_, close in rows]


def test_a_year_of_two_digits_is_no_year_of_the_republic() -> None:
    assert choose_time_form(["99/12/01"]) == (None, 'the times look like "99/12/01", a form that is not known')


@pytest.mark.parametrize("form", ["{:%Y-%m-%d},{}", "{:%Y/%m/%d}({})", "{:%d/%m/%Y} 星期{}", "{:%m/%d/%Y} 週{}"])
def test_a_weekday_in_a_date_tells_days_from_months(tmp_path: Path, form: str) -> None:
    rows = _rows(list(range(9_000_000, 9_001_100, 100)), date(2026, 2, 1))
    text = "".join(
        f'"{form.format(day, "一二三四五六日"[day.weekday()])}",{o},{h},{low},{c}\n' for day, o, h, low, c in rows
    )
    (tmp_path / "p.csv").write_text("日期,開盤,最高,最低,收盤\n" + text, "utf-8")
    toml, asks = _sniffed(tmp_path, "p.csv")
    assert set(asks) == {"cite"}
    assert _closes(tmp_path, toml) == [close for *_, close in rows]
    wrong = toml.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m").replace('# cite = "?"', 'cite = "Ours"')
    write_desk(tmp_path, wrong, files={"p.csv": (tmp_path / "p.csv").read_bytes()})
    assert "not a time of the form" in complaints(tmp_path)[0]


_ROWS = "".join(f"2026-02-{day:02},{90 + day},99,{80 + day},{91 + day - 1}\n" for day in range(1, 9))


@pytest.mark.parametrize("footer", ["数据来源：Wind", "Source: a vendor", "Exported 2026", "說明:\n符號說明:+/-"])
def test_a_footer_of_one_cell_is_left_out_and_told(tmp_path: Path, footer: str) -> None:
    text = "date,open,high,low,close\n" + _ROWS + footer + "\n"
    notices = load_desk(read_desk_config(write_desk(tmp_path, files={"prices.csv": text}), "desk.toml")).notices
    first = footer.partition("\n")[0]
    assert f'prices.csv:10: "{first}" begins no row of the table: left out' in map(str, notices)


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ("2026-02-09\n", "row has 1 field"),  # a row that lacks its values
        ("2026-02-0", "row has 1 field"),  # a file that breaks off
        ("Total,5\n", "row has 2 fields"),  # a value without a date
        ("Wind\n2026-02-09,99,99,99,99\n", "row has 1 field"),  # words between rows
    ],
)
def test_what_may_be_a_row_is_no_footer(tmp_path: Path, rows: str, what: str) -> None:
    text = "date,open,high,low,close\n" + _ROWS + rows
    assert what in complaints(write_desk(tmp_path, files={"prices.csv": text}))[0]


def test_names_of_two_lines_are_joined(tmp_path: Path) -> None:
    head = "Dates,SPX Index,,XAU Curncy,\n,PX_LAST,PX_HIGH,PX_LAST,PX_HIGH\n"
    rows = "".join(f"2026-02-{day:02},{6800 + day},{6900 + day},{4900 + day},{4990 + day}\n" for day in (2, 3, 4, 5, 6))
    (tmp_path / "p.csv").write_text(head + rows, "utf-8")
    toml, asks = _sniffed(tmp_path, "p.csv")
    assert set(asks) == {"cite"}
    assert 'instruments = { spx = "SPX Index PX_LAST", gold = "XAU Curncy PX_LAST" }' in toml
    write_desk(tmp_path, source("prices"), toml.replace('# cite = "?"', 'cite = "Ours"'))
    [table] = load_desk(read_desk_config(tmp_path, "desk.toml")).tables["cross_asset"]
    frame = table.frame
    assert list(frame["close"][frame["instrument"] == "gold"]) == [4902.0, 4903.0, 4904.0, 4905.0, 4906.0]


@pytest.mark.parametrize(
    ("head", "cell", "asked"),
    [
        ("Date,Close", "{}", {"table", "cite"}),
        ("observation_date,WALCL", "{}", {"table", "cite"}),
        ("Date,Close", "{} 23:58:00", {"table", "cite"}),
        ("Date,Close", "{} 16:00:00", {"instruments", "cite"}),
        ("time,price", "{}T00:00:00Z", {"table", "stamp", "cite"}),
    ],
)
def test_a_file_of_one_series_is_asked_what_it_is(tmp_path: Path, head: str, cell: str, asked: set[str]) -> None:
    rows = "".join(f"{cell.format(f'2026-02-{day:02}')},{90 + day}.5\n" for day in range(1, 20))
    (tmp_path / "p.csv").write_text(f"{head}\n{rows}", "utf-8")
    toml, asks = _sniffed(tmp_path, "p.csv")
    assert set(asks) == asked
    answers = {"table": "prices", "cite": "Ours", "stamp": "start"}
    toml = re.sub(r'(?m)^(?:# )?(\w+) = "\?".*$', lambda m: f'{m[1]} = "{answers.get(m[1], "?")}"', toml)
    if "instruments" not in asked:
        assert _closes(tmp_path, toml) == [90.5 + day for day in range(1, 20)]


def test_prices_of_moments_are_no_closes(tmp_path: Path) -> None:
    rows = "".join(f"2026-02-{day:02}T14:20:00Z,{90 + day}.5\n" for day in range(1, 20))
    (tmp_path / "p.csv").write_text(f"time,price\n{rows}", "utf-8")
    made = suggest_source(
        recognise_file(tmp_path / "p.csv", "p.csv", load_own_layouts()), tmp_path / "p.csv", "p.csv", "BTC", (0.01, 1e9)
    )
    assert made.refused == "its prices are of moments within a day, and not of the ends of days"


def test_a_column_of_words_is_no_rate(tmp_path: Path) -> None:
    rows = "".join(
        f"BTCUSDT,2026-02-{day:02} {hour:02}:00:00,8h,0.0100%\n" for day in range(1, 9) for hour in (0, 8, 16)
    )
    (tmp_path / "f.csv").write_text("Contracts,Time,Funding Interval,Funding Rate\n" + rows, "utf-8")
    toml, _ = _sniffed(tmp_path, "f.csv")
    assert 'columns = { rate = "Funding Rate" }' in toml
    assert 'unit = "percent"' in toml
    assert 'numbers = "1234.56"' in toml
