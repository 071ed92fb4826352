"""What goes wrong in data, each from the command line: a message with file, row and field, or a gap, and no figure.

The tests stand in the order of the list of faults that the project works to; each names its line of that list.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from reporter.desk.formats import containers
from tests.commands import Command, Ran
from tests.desk.build import PRICES, days, source, write_desk

_HEADER = "date,open,high,low,close\n"
_ENCODING = 'save the file as UTF-8; it looks like Windows-1252: encoding = "cp1252"'
_BLANK = "leave the cell blank where there is no value"
Files = Mapping[str, str | bytes]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


def _metrics(run: Command, *sources: str, files: Files | None = None, words: tuple[str, ...] = ()) -> Ran:
    write_desk(Path(), *sources, files=files)
    return run("metrics", ".", *words)


def _values(run: Command, *sources: str, files: Files | None = None, words: tuple[str, ...] = ()) -> dict[str, object]:
    ran = _metrics(run, *sources, files=files, words=("--json", *words))
    assert ran.err == ""
    return {name: metric["value"] for name, metric in json.loads(ran.out).items()}


def _bars(closes: list[float], first: str = "2026-01-01") -> str:
    rows = zip(days(first, len(closes)), closes, strict=True)
    return _HEADER + "".join(f"{day},{close},{close},{close},{close}\n" for day, close in rows)


# NaN, inf or a gap in a field in use.


@pytest.mark.parametrize("cell", ["nan", "NaN", "inf", "-inf"])
def test_nan_and_inf_are_told_where_they_stand(run: Command, cell: str) -> None:
    ran = _metrics(run, files={"prices.csv": PRICES + f"2026-02-07,1,1,1,{cell}\n"})
    assert (ran.code, ran.said) == (2, [f'prices.csv:4: column "close": "{cell}" is not a number; {_BLANK}'])


def test_a_gap_is_missing_with_its_reason_and_never_a_number(run: Command) -> None:
    funding = source("f", "funding")
    rows = "date,rate\n2026-02-05,0.0003\n2026-02-06,\n"
    ran = _metrics(run, source("prices"), funding, files={"f.csv": rows})
    told = [line.split(None, 2) for line in ran.out.splitlines() if line.startswith("derivatives.funding_1d ")]
    assert [line[1] for line in told] == ["missing"]
    assert "nan" not in ran.out.lower().split()


# Missing column, short or extra fields in a row, duplicate header.


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "date,open,high,low\n2026-02-05,1,1,1\n",
            'prices.csv:1: no column "close"; columns are: date, open, high, low',
        ),
        (_HEADER + "2026-02-05,1,1,1\n", "prices.csv:2: row has 4 fields, the header has 5"),
        (
            _HEADER + "2026-02-05,1,1,1,1,9\n",
            "prices.csv:2: row has 6 fields, the header has 5; quote text that holds commas; "
            "numbers take no thousands separators",
        ),
        (
            "date,open,high,low,close,close\n2026-02-05,1,1,1,1,1\n",
            'prices.csv:1: column "close" stands twice in the header; rename one of them',
        ),
    ],
)
def test_columns_and_fields(run: Command, content: str, said: str) -> None:
    ran = _metrics(run, files={"prices.csv": content})
    assert (ran.code, ran.said) == (2, [said])


#: Without the time of day, which would stand in the ids of the tests.
_PACKED = gzip.compress(PRICES.encode(), mtime=0)

# Empty, header-only, truncated, NUL, BOM, Latin-1, gzip bomb.


def _zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "prices.csv: the file is empty; a header line and rows are needed"),
        (_HEADER.encode(), "prices.csv:1: the file has a header and no rows"),
        (PRICES.encode()[:-4], "prices.csv:3: row has 4 fields, the header has 5; it is cut off; fetch it again"),
        (_PACKED[:-9], "prices.csv: the gzip file is cut off or damaged; fetch it again"),
        (_zipped("p.csv", PRICES.encode())[:-9], "prices.csv: the zip file is cut off or damaged; fetch it again"),
        (b"date\0", "prices.csv:1: not a text file: it holds NUL bytes, the first in column 5; export it as UTF-8 CSV"),
        (_HEADER.encode() + b"\xe9,1,1,1,1\n", f"prices.csv:2: not UTF-8: byte 0xE9; {_ENCODING}"),
        (_zipped("../p.csv", b"x"), 'prices.csv: the zip holds a file "../p.csv" that leads out of its folder'),
        (_zipped("/etc/p.csv", b"x"), 'prices.csv: the zip holds a file "/etc/p.csv" that leads out of its folder'),
        (b"<!DOCTYPE html><html>", "prices.csv: a web page or XML, and no table; fetch the data itself; "
         "this may be an error page"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole(run: Command, content: bytes, said: str) -> None:
    ran = _metrics(run, files={"prices.csv": content})
    assert (ran.code, ran.said) == (2, [said])


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + PRICES.encode(), _PACKED,
                                     _zipped("p.csv", PRICES.encode())])  # fmt: skip
def test_a_byte_order_mark_and_packing_change_nothing(run: Command, content: bytes) -> None:
    assert _values(run, files={"prices.csv": content})["price.close"] == 12.0


def test_a_bomb_is_refused_unread(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_BYTES", 2 * 1024**2)
    bomb = b"0" * (8 * 1024**2)
    ran = _metrics(run, files={"prices.csv": gzip.compress(bomb)})
    assert ran.said == ["prices.csv: what is packed in the file is larger than 2 MB; split it, or aggregate first"]
    ran = _metrics(run, files={"prices.csv": _zipped("p.csv", bomb)})
    assert ran.said == ['prices.csv: "p.csv" in the zip unpacks to 1000 times its size or more']
    ran = _metrics(run, files={"prices.csv": _zipped("p.csv", Random(1).randbytes(1_500_000).hex().encode())})
    assert ran.said == ["prices.csv: what is packed in the file is larger than 2 MB; split it, or aggregate first"]
    ran = _metrics(run, files={"prices.csv": b"0" * (3 * 1024**2)})
    assert ran.said == ["prices.csv: file is larger than 2 MB; split it, or aggregate first"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"date":"2026-02-06","date":"2026-02-07"}]', 'p.json: not JSON: key "date" stands twice in an object'),
        ('[{"close":NaN}]', "p.json: not JSON: NaN is no JSON number; a gap is written as null"),
        ("[" * 200 + "]" * 200, "p.json: not JSON of a market: nested too deep"),
        ("[" * 100_000, "p.json: not JSON of a market: nested too deep"),
        (
            '[{"close":}]',
            "p.json:1: not JSON: a value is missing; a gap is written as null, a text in double quotes",
        ),
        ('[{"close":1}\n{"close":2}]', "p.json:2: not JSON: a comma is missing between two entries; put one there"),
        ('[{"close" 1}]', 'p.json:1: not JSON: a ":" is missing after a key; write "key": value'),
        (
            "[{close: 1}]",
            "p.json:1: not JSON: a key is missing; write each key in double quotes, and no comma after the last",
        ),
        ('[{"close":"\\q"}]', "p.json:1: not JSON: a backslash begins no known sign; write it twice"),
        ('[{"close":1}]\n]', "p.json:2: not JSON: something follows the value; a file holds one value, or one a line"),
        ('[{"close":1}', "p.json:1: not JSON: the file is cut off; fetch it again"),
        ('{"code":"50011","msg":"Too Many Requests"}',
         'p.json: the vendor\'s error in place of data: code 50011, "Too Many Requests"; fetch it again'),
        ('{"error":{"code":10009,"message":"not_enough_funds"}}',
         'p.json: the vendor\'s error in place of data: code 10009, "not_enough_funds"; fetch it again'),
        ("[]", "p.json#: there are no rows"),
        ('[{"date":"2026-02-06"},7]', "p.json#:2: the row is no object"),
    ],
)  # fmt: skip
def test_json_that_is_no_table(run: Command, text: str, said: str) -> None:
    ran = _metrics(run, source("prices", format="json", path="p.json"), files={"p.json": text})
    assert (ran.code, ran.said) == (2, [said])


# Stale or future-dated rows, a partial last bar.


@pytest.mark.long
def test_stale_rows_are_missing_and_told_by_check(run: Command) -> None:
    prices = _bars([100.0 + day % 3 for day in range(60)])
    mood = source("s", "sentiment", bar="0")
    files = {"prices.csv": prices, "s.csv": "date,score\n2026-01-01,40\n2026-01-02,41\n"}
    assert _values(run, source("prices"), mood, files=files)["sentiment.score"] is None
    assert "s: its last row is 59d older than the desk's last day" in run("check", ".").out.splitlines()


def test_a_row_far_in_the_future_is_told(run: Command) -> None:
    ran = _metrics(run, files={"prices.csv": PRICES + "2027-02-07,1,1,1,1\n"})
    assert ran.said == [
        "desk.toml: the newest price is of 2027-02-07, 366 days after the one before it; "
        "correct line 4 of prices.csv, or ask for a date"
    ]


def test_rows_after_the_instant_are_not_used(run: Command) -> None:
    rows = PRICES + "2026-02-07,9,9,9,9\n2026-02-08,9,9,9,9\n"
    values = _values(run, files={"prices.csv": rows}, words=("--as-of", "2026-02-07T12:00Z"))
    assert values["price.close"] == 12.0


def test_a_bar_that_has_not_closed_is_no_close(run: Command) -> None:
    candles = {"code": "0", "msg": "", "data": [
        ["1770422400000", "5", "5", "5", "5", "1", "1", "1", "0"],
        ["1770336000000", "11", "13", "10", "12", "1", "1", "1", "1"],
        ["1770249600000", "10", "12", "9", "11", "1", "1", "1", "1"],
    ]}  # fmt: skip
    okx = source("prices", path="c.json", format="okx.candles", time=None, unit=None, cite=None, timezone=None)
    values = _values(run, okx, files={"c.json": json.dumps(candles)})
    assert values["price.close"] == 12.0
    notices = [line for line in run("check", ".").out.splitlines() if line.startswith("notice")]
    assert notices == ['notice: c.json#data: 1 unfinished bar (confirm = "0") in row 1, left out']
    candles["data"] = candles["data"][:1]
    ran = _metrics(run, okx, files={"c.json": json.dumps(candles)})
    assert ran.said == [
        'c.json#data: column "confirm" is "0" in every row: none of them is data; '
        "these bars have not closed; fetch them again later"
    ]


# Duplicate timestamps; unsorted rows.


def test_duplicates_and_order(run: Command) -> None:
    sorted_ = _values(run, files={"prices.csv": PRICES})
    head, *rows = PRICES.splitlines()
    assert _values(run, files={"prices.csv": "\n".join([head, *rows[::-1], rows[0]])}) == sorted_
    notices = [line for line in run("check", ".").out.splitlines() if line.startswith("notice")]
    assert notices == ["notice: prices.csv: 1 identical duplicate row dropped, the first in line 4"]
    ran = _metrics(run, files={"prices.csv": PRICES + "2026-02-06,11,13,10,12.5\n"})
    assert ran.said == ["prices.csv:4: this row and line 3 give different values for the same time; keep one"]


# A tick 99.97 % off, a price unchanged across unrelated assets, a 7:1 split; an approved override is recorded.

_APPROVE = 'correct it, or write approved = [{{ time = "{day}", reason = "…" }}]'


@pytest.mark.parametrize(
    ("closes", "said"),
    [
        (
            [100.0, 101.0, 0.03, 102.0, 103.0],
            "prices.csv:4: price 0.03 is 99.97% below the row before, and the next row is back: a bad tick?",
        ),
        (
            [100.0, 101.0, 33000.0, 102.0],
            "prices.csv:4: price 33,000 is 32573.27% above the row before, and the next row is back: a bad tick?",
        ),
        ([100.0, 101.0, 0.03], "prices.csv:4: price 0.03 is 99.97% below the row before (101)"),
        (
            [700.0, 707.0, 101.0, 102.0],
            "prices.csv:4: price 101 is 85.71% below the row before (707): a split of 7 to 1?",
        ),
        (
            [1.0, 1.01, 1010.0, 1000.0],
            "prices.csv:4: price 1,010 is 99900.00% above the row before (1.01): "
            "a merger of 1000 to 1, or another unit?",
        ),
    ],
)
def test_a_price_that_can_hardly_be_true_holds_the_brief(run: Command, closes: list[float], said: str) -> None:
    ran = _metrics(run, files={"prices.csv": _bars(closes)})
    assert (ran.code, ran.said) == (1, [f"{said}; {_APPROVE.format(day='2026-01-03')}"])


def test_a_wick_that_can_hardly_be_true_holds_the_brief(run: Command) -> None:
    ran = _metrics(run, files={"prices.csv": PRICES.replace("13,10,12", "13,0.01,12")})
    assert ran.said == [
        f"prices.csv:3: low 0.01 is 99.91% below open and close: a bad tick?; {_APPROVE.format(day='2026-02-06')}"
    ]


@pytest.mark.parametrize(("key", "held"), [("spy", True), ("vix", False)])
def test_a_fund_that_halves_has_split_and_vix_may_double(run: Command, key: str, held: bool) -> None:
    markets = source("x", "cross_asset", instruments={key: "X"})
    rows = "date,instrument,close\n2026-02-04,X,20\n2026-02-05,X,40\n2026-02-06,X,41\n"
    ran = _metrics(run, source("prices"), markets, files={"x.csv": rows})
    assert ran.code == (1 if held else 0)


@pytest.mark.long
def test_an_approved_row_is_used_and_the_approval_told(run: Command) -> None:
    declared = source("prices") + 'approved = [{ time = "2026-01-03", reason = "the fork" }]\n'
    values = _values(run, declared, files={"prices.csv": _bars([700.0, 707.0, 101.0, 102.0])})
    assert values["price.close"] == 102.0
    ledger_line = "prices.csv:4: price 101 is 85.71% below the row before (707): a split of 7 to 1?; approved: the fork"
    assert f"notice: {ledger_line}" in run("check", ".").out.splitlines()


@pytest.mark.parametrize(("keys", "said"), [("spx ndx dow", True), ("spx ndx", False)])
def test_one_price_for_unrelated_markets_holds_the_brief(run: Command, keys: str, said: bool) -> None:
    names = keys.split()
    markets = source("x", "cross_asset", instruments={key: key.upper() for key in names})
    rows = "".join(f"2026-02-05,{key.upper()},{100 + place}\n" for place, key in enumerate(names))
    rows += "".join(f"2026-02-06,{key.upper()},123.47\n" for key in names)
    ran = _metrics(run, source("prices"), markets, files={"x.csv": "date,instrument,close\n" + rows})
    line = "x.csv:7: 3 markets have the same close, 123.47: test prices?"
    assert ran.said == ([f"{line}; {_APPROVE.format(day='2026-02-06')}"] if said else [])


def test_markets_that_all_stand_still_hold_the_brief(run: Command) -> None:
    keys = ("spx", "ndx", "gold")
    markets = source("x", "cross_asset", instruments={key: key.upper() for key in keys})
    rows = "".join(
        f"2026-02-{day:02},{key.upper()},{100 + 7 * place}\n" for day in (5, 6) for place, key in enumerate(keys)
    )
    ran = _metrics(run, source("prices"), markets, files={"x.csv": "date,instrument,close\n" + rows})
    line = "all 3 markets have the close of the day before: a stuck feed?"
    assert (ran.code, len(ran.said)) == (1, 1)
    assert line in ran.err


# Units.


@pytest.mark.parametrize(("unit", "column"), [("percent", 1.0), ("fraction", 0.01), ("fraction", 0.000001)])
def test_funding_a_hundred_times_off_is_refused_by_its_usual_rate(run: Command, unit: str, column: float) -> None:
    # Few rows are at the usual rate; the others lie so that their middle could be of either unit.
    rates = [column] * 6 + [column / 20 * (1 + place / 40) for place in range(18)]
    rows = "".join(f"{day},{rate}\n" for day, rate in zip(days("2026-01-14", 24), rates, strict=True))
    ran = _metrics(
        run, source("prices"), source("f", "funding", unit=unit, per="8h"), files={"f.csv": "date,rate\n" + rows}
    )
    size = "a hundredth of it" if column < 0.0001 else "100 times too big"
    shown = f"{column:.6f}".rstrip("0").rstrip(".")
    assert ran.code == 2
    assert (
        f'f.csv: column "rate": {shown} in 6 of 24 rows is the usual 0.01 % for eight hours, {size} as "{unit}"; '
        "use the column as the exchange gives it, and declare its unit"
    ) in ran.said


def test_a_unit_must_be_declared(run: Command) -> None:
    ran = _metrics(
        run, source("prices"), source("f", "funding", unit=None), files={"f.csv": "date,rate\n2026-02-06,1\n"}
    )
    assert ran.said == ['desk.toml:20:1: missing key "unit" in [[source]]; add unit = …']


@pytest.mark.parametrize(("table", "column", "unit", "value", "hint"), [
    ("open_interest", "open_interest", "usd_m", 60_100_000_000, 'is the unit really "usd_m"?'),
    ("fund_flows", "flow", "usd_m", 371_100_000, 'is the unit really "usd_m"?'),
    ("funding", "rate", "fraction", 3, 'is the unit really "fraction"?'),
])  # fmt: skip
def test_a_value_out_of_its_range_is_refused(
    run: Command, table: str, column: str, unit: str, value: int, hint: str
) -> None:
    rows = f"date,{column}\n2026-02-06,{value}\n"
    ran = _metrics(run, source("prices"), source("x", table, unit=unit), files={"x.csv": rows})
    assert (ran.code, len(ran.said)) == (2, 1)
    assert ran.err.startswith(f'x.csv:2: column "{column}": {value} is outside ') and ran.err.endswith(f"{hint}\n")


# Zero or negative base; sums of nothing.


def test_a_zero_or_negative_base_gives_no_percent(run: Command) -> None:
    markets = source("x", "cross_asset", instruments={"wti": "OIL"})
    rows = "date,instrument,close\n2026-02-05,OIL,-37\n2026-02-06,OIL,10\n"
    late = ("--as-of", "2026-02-07T12:00Z", "--date", "2026-02-06")
    values = _values(run, source("prices"), markets, files={"x.csv": rows}, words=late)
    assert (values["macro.wti.close"], values["macro.wti.return_1d"]) == (10.0, None)


def test_a_sum_of_blanks_is_missing_and_not_zero(run: Command) -> None:
    rows = "date,long,short\n" + "".join(f"{day},,\n" for day in days("2026-02-05", 2))
    values = _values(run, source("prices"), source("l", "liquidations", unit="usd"), files={"l.csv": rows})
    assert {name: value for name, value in values.items() if "liquidation" in name and value == 0} == {}


# Tickers, dates, epochs, zones, clocks.


def test_tickers_stay_text(run: Command) -> None:
    symbols = ("NA", "NULL", "TRUE", "000001", "1E5")
    markets = source(
        "x", "cross_asset", instruments=dict(zip(("spx", "ndx", "dow", "sox", "gold"), symbols, strict=True))
    )
    rows = "".join(f"2026-02-06,{symbol},{place}\n" for place, symbol in enumerate(symbols, 1))
    late = ("--as-of", "2026-02-07T12:00Z", "--date", "2026-02-06")
    values = _values(run, source("prices"), markets, files={"x.csv": "date,instrument,close\n" + rows}, words=late)
    assert [values[f"macro.{key}.close"] for key in ("spx", "ndx", "dow", "sox", "gold")] == [1, 2, 3, 4, 5]


def test_a_date_of_unknown_order_is_refused(run: Command) -> None:
    ran = _metrics(run, files={"prices.csv": _HEADER + "03/04/2026,1,1,1,1\n"})
    assert ran.said == [
        'prices.csv:2: column "date": "03/04/2026" is not an ISO date or time; declare time_format, such as '
        '"%d/%m/%Y" or "%m/%d/%Y": the order can\'t be guessed'
    ]


@pytest.mark.parametrize("factor", [1, 1_000, 1_000_000, 1_000_000_000])
def test_epochs_of_every_size_are_told_apart(run: Command, factor: int) -> None:
    rows = "".join(f"{stamp * factor},{close},{close},{close},{close}\n" for stamp, close in
                   ((1_770_249_600, 11), (1_770_336_000, 12)))  # fmt: skip
    prices = source("prices", time_format="epoch")
    assert _values(run, prices, files={"prices.csv": _HEADER + rows})["price.close"] == 12.0


def test_a_number_that_is_no_epoch_is_refused(run: Command) -> None:
    ran = _metrics(run, source("prices", time_format="epoch"), files={"prices.csv": _HEADER + "12345,1,1,1,1\n"})
    assert ran.said == ['prices.csv:2: column "date": "12345" is not a time in s, ms, us or ns between 1980 and 2100']


def test_a_zone_must_be_declared(run: Command) -> None:
    ran = _metrics(run, source("prices", timezone=None))
    assert ran.said == ['desk.toml:10:1: missing key "timezone" in [[source]]; add timezone = …']


def test_hours_that_clocks_skip_or_repeat_are_refused(run: Command) -> None:
    rows = _HEADER + "2026-03-08 02:30,1,1,1,1\n2025-11-02 01:30,1,1,1,1\n"
    ran = _metrics(run, source("prices", timezone="America/New_York", bar="1h"), files={"prices.csv": rows})
    zone = "in America/New_York when its clocks change; write these times in UTC or with an offset"
    assert ran.said == [
        f'prices.csv:2: column "date": "2026-03-08 02:30" is skipped {zone}',
        f'prices.csv:3: column "date": "2025-11-02 01:30" is given twice {zone}',
    ]


@pytest.mark.parametrize(
    ("first", "count", "last"),
    [("2024-02-01", 29, "2024-02-29"), ("2020-12-01", 35, "2021-01-04"), ("2025-10-01", 31, "2025-10-31"),
     ("2026-03-01", 31, "2026-03-31")],
)  # fmt: skip
def test_odd_days_of_the_calendar(run: Command, first: str, count: int, last: str) -> None:
    closes = [100.0 + day for day in range(count)]
    ran = _metrics(run, files={"prices.csv": _bars(closes, first)})
    assert ran.out.splitlines()[0].startswith(f"{last}, known at ")
    assert _values(run, files={"prices.csv": _bars(closes, first)})["price.close"] == closes[-1]


def test_a_day_that_does_not_exist_is_refused(run: Command) -> None:
    ran = _metrics(run, files={"prices.csv": _HEADER + "2026-02-29,1,1,1,1\n"})
    assert ran.said == ['prices.csv:2: column "date": "2026-02-29" is a day or hour that does not exist']


# ETF flows.

_FLOWS = {"session_close": "16:00", "timezone": "America/New_York", "lag": "8h"}
_NOON = ("--date", "2026-02-06", "--as-of", "2026-02-07T17:00Z")


@pytest.mark.long
def test_a_zero_at_the_end_is_not_yet_published(run: Command) -> None:
    rows = "date,flow\n2026-02-03,12.5\n2026-02-04,0\n2026-02-05,-371.1\n2026-02-06,0.0\n"
    flows = source("f", "fund_flows", **_FLOWS)
    values = _values(run, source("prices"), flows, files={"f.csv": rows}, words=_NOON)
    assert values["etf.net_flow_1d"] == -371.1e6
    assert "notice: f.csv: 1 row of 0 at the end: not yet published, the first in line 5; left out" in (
        run("check", ".").out.splitlines()
    )


def test_zeros_of_closed_days_are_no_flows(run: Command) -> None:
    # 16 January 2026 is a Friday, the 19th a holiday.
    rows = "date,flow\n" + "".join(
        f"2026-01-{day},{flow}\n" for day, flow in ((15, 5), (16, -9), (17, 0), (18, 0), (19, 0), (20, -7))
    )
    prices = "".join(f"2026-01-{day},10,12,9,11\n" for day in range(15, 20))
    flows = source("f", "fund_flows", **_FLOWS)
    files = {"prices.csv": _HEADER + prices, "f.csv": rows}
    values = _values(run, source("prices"), flows, files=files, words=("--date", "2026-01-19"))
    assert values["etf.net_flow_1d"] == -9e6
    assert "notice: f.csv: 3 rows on days without a session, the first in line 4; left out" in (
        run("check", ".").out.splitlines()
    )


def test_closes_carried_over_a_holiday_are_no_session(run: Command) -> None:
    # 19 January 2026 is a holiday; the table repeats Friday's closes.
    keys = ("spx", "ndx", "gold")
    markets = source("x", "cross_asset", instruments={key: key.upper() for key in keys}, session_close="16:00",
                     timezone="America/New_York")  # fmt: skip
    rows = (
        "".join(
            f"2026-01-{day},{key.upper()},{100 + day * change + place}\n"
            for day, change in ((15, 1), (16, 2), (19, 0))
            for place, key in enumerate(keys)
        )
        .replace("2026-01-19,SPX,100", "2026-01-19,SPX,132")
        .replace("2026-01-19,NDX,101", "2026-01-19,NDX,133")
    )
    rows = rows.replace("2026-01-19,GOLD,102", "2026-01-19,GOLD,134")
    prices = "".join(f"2026-01-{day},10,12,9,11\n" for day in range(15, 20))
    files = {"prices.csv": _HEADER + prices, "x.csv": "date,instrument,close\n" + rows}
    values = _values(run, source("prices"), markets, files=files, words=("--date", "2026-01-19"))
    assert {values[f"macro.{key}.return_1d"] for key in keys} == {None}
    notice = "notice: x.csv: 3 closes carried over days without a session, the first in line 8; not used"
    assert notice in run("check", ".").out.splitlines()


def _weekdays(closes: dict[str, list[float]], first: date) -> str:
    """A wide table of weekdays."""
    rows = ["date," + ",".join(closes)]
    day = first
    for values in zip(*closes.values(), strict=True):
        while day.weekday() > 4:
            day += timedelta(days=1)
        rows.append(f"{day},{','.join(map(str, values))}")
        day += timedelta(days=1)
    return "\n".join(rows) + "\n"


def test_a_close_that_repeats_is_no_session_where_no_holidays_are_known(run: Command) -> None:
    # Twenty days; on the last but one, and on the last, the markets of a country rest. A yield and a coin stand.
    moved = [float(1000 + place * 3) for place in range(18)]
    closes = {name: [*(scale * value for value in moved), *[scale * moved[-1]] * 2]
              for name, scale in (("A", 1.0), ("B", 0.001), ("C", 1.5))}  # fmt: skip
    classes = {"a": "currency", "b": "rates", "c": "crypto"}
    markets = source("x", "cross_asset", layout="wide", instruments={key: key.upper() for key in classes})
    own = "".join(f'[instrument.{key}]\nclass = "{kind}"\nname = {{ en = "{key}" }}\n' for key, kind in classes.items())
    table = _weekdays(closes, date(2026, 1, 12))
    prices = "".join(f"2026-{month:02}-{day:02},10,12,9,11\n" for month, day in ((2, 5), (2, 6)))
    files = {"prices.csv": _HEADER + prices, "x.csv": table}

    values = _values(run, source("prices"), markets, own, files=files, words=("--date", "2026-02-06"))

    assert values["macro.a.return_1d"] is None
    # A yield's change is told in basis points.
    assert (values["macro.b.change_bp"], values["macro.c.return_1d"]) == (0.0, 0.0)
    notice = (
        "notice: x.csv: 2 closes carried over days that are taken for holidays, of markets whose holidays are not "
        "known, the first in line 20; not used"
    )
    assert notice in run("check", ".").out.splitlines()


@pytest.mark.parametrize(
    ("table", "day"),
    [
        # A holiday of New York in a table that says neither zone nor calendar.
        ("date,SPX,GOLD\n2026-01-15,6900.1,4600\n2026-01-16,6910.2,4610\n2026-01-19,6910.2,4620\n", "2026-01-19"),
        # A Saturday.
        ("date,SPX,GOLD\n2026-01-15,6900.1,4600\n2026-01-16,6910.2,4610\n2026-01-17,6910.2,4610\n", "2026-01-17"),
    ],
)
def test_a_table_without_a_zone_carries_closes_over_closed_days(run: Command, table: str, day: str) -> None:
    markets = source("x", "cross_asset", layout="wide", instruments={"spx": "SPX", "gold": "GOLD"})
    prices = "".join(f"2026-01-{number},10,12,9,11\n" for number in range(15, 20))
    files = {"prices.csv": _HEADER + prices, "x.csv": table}

    values = _values(run, source("prices"), markets, files=files, words=("--date", day))

    assert values["macro.spx.return_1d"] is None
    assert (values["macro.gold.return_1d"] is None) is (day == "2026-01-17")


_TABLE = (
    'Date,IBIT,FBTC,GBTC,Total\n04 Feb 2026,1.5,-,(95.1),(93.6)\n05 Feb 2026,"1,200.0",2.0,(3.0),"1,199.0"\n'
    "06 Feb 2026,7.0,-,-,7.0\nTotal,1,2,3,4\nAverage,1,2,3,4\nMaximum,1,2,3,4\nMinimum,1,2,3,4\n"
)
_FARSIDE = source("f", "fund_flows", format="farside.wide", time=None, time_format="%d %b %Y", unit=None, bar=None,
                  cite=None, timezone=None)  # fmt: skip


def test_footers_and_preliminary_totals_are_no_flows(run: Command) -> None:
    values = _values(run, source("prices"), _FARSIDE, files={"f.csv": _TABLE}, words=_NOON)
    assert values["etf.net_flow_1d"] == 1_199e6
    notices = [line for line in run("check", ".").out.splitlines() if line.startswith("notice")]
    assert notices == [
        'notice: f.csv: 4 rows that are no period (totals and the like), the first (Date = "Total") in row 5, left out',
        "notice: f.csv: 1 row without a figure of every part: a closed day, or not yet published, "
        "the first in row 4; not used",
    ]


# Look-ahead.


def test_what_is_published_later_is_not_known(run: Command) -> None:
    rows = "date,flow\n2026-02-05,12.5\n2026-02-06,-371.1\n"
    flows = source("f", "fund_flows", **_FLOWS)
    at_cut = _values(run, source("prices"), flows, files={"f.csv": rows})
    assert at_cut["etf.net_flow_1d"] == 12.5e6
    later = _values(run, source("prices"), flows, files={"f.csv": rows}, words=_NOON)
    assert later["etf.net_flow_1d"] == -371.1e6


# An exchange missing from an aggregate; feeds of other coverage.

_OWN_FORMAT = """
[total]
title = "open interest by exchange"
vendor = "Desk"
table = "open_interest"
needs = ["day", "binance", "okx", "total"]
time = "day"
time_format = [""]
bar = "1d"
unit = "usd_bn"
columns = { open_interest = "total" }
members = ["binance", "okx"]
"""


def test_a_row_that_lacks_an_exchange_is_not_used(run: Command) -> None:
    own = source("o", "open_interest", format="desk.total", time=None, unit=None, cite=None)
    files = {
        "formats/desk.toml": _OWN_FORMAT,
        "o.csv": "day,binance,okx,total\n2026-02-04,30,20,50\n2026-02-05,30,,30\n2026-02-06,31,21,52\n",
    }
    values = _values(run, source("prices"), own, files=files)
    assert (values["derivatives.open_interest"], values["derivatives.open_interest_change_1d"]) == (52e9, None)
    notices = [line for line in run("check", ".").out.splitlines() if line.startswith("notice")]
    assert notices == [
        "notice: o.csv: 1 row without a figure of every part: a closed day, or not yet published, "
        "the first in row 3; not used"
    ]


def test_feeds_of_other_coverage_are_told_and_never_mixed(run: Command) -> None:
    first = source("a", "open_interest", coverage="all exchanges")
    second = source("b", "open_interest", coverage="Binance alone")
    files = {
        "a.csv": "date,open_interest\n2026-02-05,50000000000\n",
        "b.csv": "date,open_interest\n2026-02-06,20000000000\n",
    }
    values = _values(run, source("prices"), first, second, files=files)
    assert (values["derivatives.open_interest"], values["derivatives.open_interest_change_1d"]) == (20e9, None)
    assert (
        'notice: open_interest: sources cover different things (a "all exchanges"; b "Binance alone"); '
        "no change is computed across them"
    ) in run("check", ".").out.splitlines()


def test_every_fault_of_every_source_is_told_at_once(run: Command) -> None:
    files = {
        "f.csv": "date,rate\n2026-02-06,x\n",
        "l.csv": "date,long\n2026-02-06,1\n",
        "prices.csv": PRICES + "Total,1,1,1,1\n",
    }
    ran = _metrics(run, source("prices"), source("f", "funding"), source("l", "liquidations", unit="usd"), files=files)
    assert ran.said == [
        f'f.csv:2: column "rate": "x" is not a number; {_BLANK}',
        'l.csv:1: no column "short"; columns are: date, long',
        'prices.csv:4: column "date": "Total" is not an ISO date or time; '
        'take out rows that are no period: drop = { "date" = ["Total"] }',
    ]
