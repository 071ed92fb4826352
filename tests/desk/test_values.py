from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.build import PRICES, complaints, days, load, source, write_desk

_BLANK = "leave the cell blank where there is no value"


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("nan", _BLANK),
        ("inf", _BLANK),
        ("-Infinity", _BLANK),
        ("1e999", _BLANK),
        ("N/A", _BLANK),
        ("-", _BLANK),
        ("1_000", _BLANK),
        ("１０", _BLANK),
        ("0x10", _BLANK),
        ('"1,000.5"', 'say how numbers are written: numbers = "1,234.56"'),
        ('"10,5"', 'say how numbers are written: numbers = "1234,56"'),
        ("10%", 'declare unit = "percent" and how numbers are written: numbers = "1234.56"'),
        ("$10", 'say how numbers are written, such as numbers = "1,234.56"'),
        ("1.2bn", 'say how numbers are written, such as numbers = "1,234.56"'),
    ],
)
def test_a_cell_that_is_no_number_is_told(tmp_path: Path, cell: str, hint: str) -> None:
    write_desk(tmp_path, files={"prices.csv": PRICES + f"2026-02-07,10,12,9,{cell}\n"})
    shown = cell.strip('"')
    assert complaints(tmp_path) == [f'prices.csv:4: column "close": "{shown}" is not a number; {hint}']


def test_many_bad_cells_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"{day},x,1,1,1\n" for day in days("2026-01-01", 25))
    said = complaints(write_desk(tmp_path, files={"prices.csv": "date,open,high,low,close\n" + rows}))
    assert said[0] == f'prices.csv:2: column "open": "x" is not a number; {_BLANK}'
    assert said[20:] == ['prices.csv:22: column "open": 5 more cells like these, from this line on']


def test_a_blank_is_a_gap(tmp_path: Path) -> None:
    write_desk(tmp_path, files={"prices.csv": PRICES.replace("10,12,9,11", "10,, 9,11")})
    frame = load(tmp_path).tables["prices"][0].frame
    assert frame["high"].isna().tolist() == [True, False]
    assert frame["low"].tolist() == [9.0, 10.0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("10,12,0,11", 'prices.csv:2: column "low": 0 is not above 0'),
        ("10,12,-9,11", 'prices.csv:2: column "low": -9 is not above 0'),
        ("10,1e16,9,11", 'prices.csv:2: column "high": 1e+16 is outside 1e-12 … 1000000000000000'),
        ("10,9,12,11", "prices.csv:2: high and low do not enclose open and close; are the columns mapped rightly?"),
        ("10,12,9,13", "prices.csv:2: high and low do not enclose open and close; are the columns mapped rightly?"),
        ("8,12,9,11", "prices.csv:2: high and low do not enclose open and close; are the columns mapped rightly?"),
    ],
)
def test_prices_that_can_not_be_true_are_refused(tmp_path: Path, rows: str, said: str) -> None:
    write_desk(tmp_path, files={"prices.csv": f"date,open,high,low,close\n2026-02-05,{rows}\n"})
    assert complaints(tmp_path) == [said]


def _series(
    name: str, table: str, unit: str, value: object, count: int = 12, **keys: object
) -> tuple[str, dict[str, str]]:
    column = {"funding": "rate", "open_interest": "open_interest", "fund_flows": "flow", "sentiment": "score"}[table]
    rows = "".join(f"{day},{value}\n" for day in days("2026-01-01", count))
    return source(name, table, unit=unit, **keys), {f"{name}.csv": f"date,{column}\n{rows}"}


@pytest.mark.parametrize(
    ("table", "unit", "value", "said"),
    [
        (
            "funding",
            "fraction",
            0.03,
            'f.csv: column "rate": its values, about 0.03, are too large for "fraction"; other units are percent, bp',
        ),
        (
            "funding",
            "percent",
            0.0003,
            'f.csv: column "rate": its values, about 0.0003, are too small for "percent"; other units are fraction, bp',
        ),
        (
            "funding",
            "percent",
            3,
            'f.csv: column "rate": its values, about 3, are too large for "percent"; other units are fraction, bp',
        ),
        (
            "open_interest",
            "usd",
            60.1,
            'f.csv: column "open_interest": its values, about 60.1, are too small for "usd"; '
            "other units are usd_k, usd_m, usd_bn",
        ),
        (
            "fund_flows",
            "usd",
            -371.1,
            'f.csv: column "flow": its values, about 371, are too small for "usd"; '
            "other units are usd_k, usd_m, usd_bn",
        ),
        ("sentiment", "score", 0.12, 'f.csv: column "score": its values, about 0.12, are too small for "score"'),
    ],
)
def test_a_unit_that_all_values_refute_is_refused(
    tmp_path: Path, table: str, unit: str, value: float, said: str
) -> None:
    declared, files = _series("f", table, unit, value)
    assert complaints(write_desk(tmp_path, source("prices"), declared, files=files)) == [said]


@pytest.mark.parametrize(
    ("table", "unit", "value", "said"),
    [
        ("funding", "fraction", 0.3, 'column "rate": 0.3 is outside -0.05 … 0.05; is the unit really "fraction"?'),
        ("funding", "bp", 600, 'column "rate": 600 is outside -500 … 500; is the unit really "bp"?'),
        (
            "open_interest",
            "usd_m",
            60100000000,
            'column "open_interest": 60100000000 is outside 0.000001 … 2000000; is the unit really "usd_m"?',
        ),
        (
            "fund_flows",
            "usd_m",
            371100000,
            'column "flow": 371100000 is outside -100000 … 100000; is the unit really "usd_m"?',
        ),
        ("sentiment", "score", 101, 'column "score": 101 is outside 0 … 100'),
    ],
)
def test_a_value_is_refused_in_the_unit_in_which_it_is_written(
    tmp_path: Path, table: str, unit: str, value: float, said: str
) -> None:
    declared, files = _series("f", table, unit, value, count=1)
    assert complaints(write_desk(tmp_path, source("prices"), declared, files=files)) == [f"f.csv:2: {said}"]


@pytest.mark.parametrize(
    ("unit", "value", "fraction"), [("fraction", 0.0003, 0.0003), ("percent", 0.03, 0.0003), ("bp", 3, 0.0003)]
)
def test_units_are_scaled(tmp_path: Path, unit: str, value: float, fraction: float) -> None:
    declared, files = _series("f", "funding", unit, value)
    write_desk(tmp_path, source("prices"), declared, files=files)
    assert load(tmp_path).tables["funding"][0].frame["rate"].tolist() == pytest.approx([fraction] * 12)


def test_funding_of_an_hour_is_smaller_than_that_of_a_day(tmp_path: Path) -> None:
    rows = "".join(f"2026-02-05T{hour:02}:00Z,0.0000125\n" for hour in range(24))
    hourly = source("f", "funding", bar="1h")
    write_desk(tmp_path, source("prices"), hourly, files={"f.csv": "date,rate\n" + rows})
    assert complaints(tmp_path) == []


def test_options_are_checked_side_by_side(tmp_path: Path) -> None:
    head = "date,expiry,strike,type,mark_iv,delta\n"
    write_desk(tmp_path, source("prices"), source("o", "options"))
    (tmp_path / "o.csv").write_text(
        head + "2026-02-05,27FEB26,60000,put,45,-0.25\n2026-02-05,,60000,X,45,0.25\n2026-02-05,2026-02-27,,C,45,0.2\n",
        "utf-8",
    )
    assert complaints(tmp_path) == [
        'o.csv:2: column "expiry": "27FEB26" is not a date; write dates as "2026-02-27"',
        'o.csv:3: column "type": "X" is neither call nor put; write "call" or "put"',
        'o.csv:3: column "expiry": "" is blank, and every row needs it',
        'o.csv:4: column "strike": "" is blank, and every row needs it',
    ]
    (tmp_path / "o.csv").write_text(
        head + "2026-02-05,2026-02-27,60000,P,45,0.25\n2026-02-05,2026-02-27,70000,C,4500,-0.25\n", "utf-8"
    )
    assert complaints(tmp_path) == [
        'o.csv:2: column "delta": 0.25, but a put\'s delta is 0 or below',
        'o.csv:3: column "mark_iv": 4500 is outside 0 … 1000; is the unit really "percent"?',
        'o.csv:3: column "delta": -0.25, but a call\'s delta is 0 or above',
    ]


def test_identical_rows_are_dropped_and_contradicting_ones_refused(tmp_path: Path) -> None:
    write_desk(tmp_path, files={"prices.csv": PRICES + "2026-02-06,11,13.0,10,12\n2026-02-06,11,13,10,12\n"})
    assert tuple(map(str, load(tmp_path).notices)) == (
        "prices.csv: 2 identical duplicate rows dropped, the first in line 4",
    )
    write_desk(tmp_path, files={"prices.csv": "date,open,high,low,close\n2026-02-06,11,13,10,12.5\n" + PRICES[25:]})
    assert complaints(tmp_path) == [
        "prices.csv:4: this row and line 2 give different values for the same time; keep one"
    ]


def test_contradicting_rows_of_a_keyed_table_name_the_key(tmp_path: Path) -> None:
    other = source("x", "cross_asset", instruments={"spx": "SPX", "gold": "GOLD"})
    rows = "2026-02-06,SPX,1\n2026-02-06,GOLD,2\n2026-02-06,SPX,3\n"
    write_desk(tmp_path, source("prices"), other, files={"x.csv": "date,instrument,close\n" + rows})
    assert complaints(tmp_path) == [
        "x.csv:4: this row and line 2 give different values for the same time and instrument; keep one"
    ]


def test_a_symbol_that_no_row_has_is_told(tmp_path: Path) -> None:
    other = source("x", "cross_asset", instruments={"spx": "SP", "gold": "XAU"})
    rows = "2026-02-06,SPX,1\n2026-02-06,GC,2\n"
    write_desk(tmp_path, source("prices"), other, files={"x.csv": "date,instrument,close\n" + rows})
    assert complaints(tmp_path) == [
        'desk.toml:20:1: source "x": no row of x.csv has instrument = "SP"; did you mean "SPX"?',
        'desk.toml:20:1: source "x": no row of x.csv has instrument = "XAU"; there are: GC, SPX',
    ]


def test_a_wide_table_needs_its_columns_and_keeps_its_blanks(tmp_path: Path) -> None:
    other = source("x", "cross_asset", layout="wide", instruments={"spx": "SPX", "gold": "GOLD"})
    write_desk(tmp_path, source("prices"), other, files={"x.csv": "date,SPX\n2026-02-06,1\n"})
    assert complaints(tmp_path) == ['x.csv:1: no column "GOLD"; columns are: date, SPX']
    (tmp_path / "x.csv").write_text("date,SPX,GOLD,DXY\n2026-02-06,,2,x\n", "utf-8")
    frame = load(tmp_path).tables["cross_asset"][0].frame
    assert dict(zip(frame["instrument"], frame["close"].fillna(-1), strict=True)) == {"gold": 2.0, "spx": -1.0}


def test_a_filter_keeps_what_it_names(tmp_path: Path) -> None:
    flows = source("f", "fund_flows", where={"asset": "BTC", "fund": "TOTAL"})
    rows = "2026-02-05,BTC,IBIT,x\n2026-02-05,ETH,TOTAL,7\n2026-02-05,BTC,TOTAL,1.5\n"
    write_desk(tmp_path, source("prices"), flows, files={"f.csv": "date,asset,fund,flow\n" + rows})
    assert load(tmp_path).tables["fund_flows"][0].frame["flow"].tolist() == [1.5e6]
    none = source("f", "fund_flows", where={"asset": "DOGE"})
    write_desk(tmp_path, source("prices"), none)
    assert complaints(tmp_path) == [
        'desk.toml:20:1: source "f": no row of f.csv has asset = "DOGE"; check the spelling in where = { … }'
    ]


def test_a_column_that_the_desk_names_must_be_there(tmp_path: Path) -> None:
    index = source("v", "volatility_index", columns={"high": "dvol_hgih"})
    write_desk(tmp_path, source("prices"), index, files={"v.csv": "date,close,dvol_high\n2026-02-05,40,45\n"})
    assert complaints(tmp_path) == ['v.csv:1: no column "dvol_hgih"; did you mean "dvol_high"?']


def test_events_that_no_brief_could_tell_are_refused(tmp_path: Path) -> None:
    rows = (
        "2026-02-05T10:00Z,a,polcy,sure,x,\n"
        "2026-02-05T11:00Z,a,quote,attributed,Words,\n"
        "2026-02-05T12:00Z,b,policy,attributed,,\n"
    )
    write_desk(tmp_path, source("prices"), source("e", "events"))
    (tmp_path / "e.csv").write_text("date,id,topic,grade,text_en,speaker_en\n" + rows, "utf-8")
    assert complaints(tmp_path) == [
        'e.csv:2: event "a": unknown topic "polcy"; did you mean "policy"?',
        'e.csv:2: event "a": unknown grade "sure"; one of coincident, correlated, corroborated, attributed',
        'e.csv:3: event "a": its id stands twice; ids are unique',
        'e.csv:3: event "a": a quote needs its speaker; write speaker_en, speaker_zh-Hant …',
        'e.csv:4: event "b": it says nothing; write text_en, text_zh-Hant …',
    ]


def test_events_carry_their_texts_by_locale(tmp_path: Path) -> None:
    head = "date,id,topic,grade,text_en,text_zh-Hant,cite_en,link,Said\n"
    rows = (
        '2026-02-06T12:00Z,b,policy,attributed,"later, yes",較晚,,https://example.org/b,x\n'
        "2026-02-05T10:00Z,a,quote,corroborated,Words,話,Reuters,,Somebody\n"
    )
    news = source("e", "events", columns={"speaker_en": "Said"}, cite="The wire")
    write_desk(tmp_path, source("prices"), news, files={"e.csv": head + rows})
    first, second = load(tmp_path).events
    assert (first.id, first.text, first.speaker, first.cited_as) == (
        "a",
        {"en": "Words", "zh-Hant": "話"},
        {"en": "Somebody"},
        {"en": "Reuters"},
    )
    assert (second.id, second.text["en"], second.cited_as, second.link) == (
        "b",
        "later, yes",
        {"": "The wire"},
        "https://example.org/b",
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12))
def test_no_cell_makes_a_traceback(tmp_path: Path, cell: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    for column in range(5):
        cells = ["2026-02-07", "10", "12", "9", "11"]
        cells[column] = quoted
        write_desk(tmp_path, files={"prices.csv": PRICES + ",".join(cells) + "\n"})
        assert all(line.startswith(("prices.csv", "desk.toml")) for line in complaints(tmp_path))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.integers(0, len(PRICES)))
def test_no_bytes_make_a_traceback(tmp_path: Path, junk: bytes, place: int) -> None:
    whole = PRICES.encode()
    write_desk(tmp_path, files={"prices.csv": whole[:place] + junk + whole[place:]})
    assert all(line.startswith(("prices.csv", "desk.toml")) for line in complaints(tmp_path))


_FOUR = ("open", "high", "low", "close")


@given(order=st.permutations(_FOUR), seed=st.integers(0, 1000))
def test_rows_that_contradict_their_columns_name_the_order_that_fits(order: list[str], seed: int) -> None:
    rng = random.Random(seed)
    rows, close = ["date," + ",".join(f"c{place}" for place in range(4))], 70_000.0
    for day in days("2026-01-01", 37):
        first = close
        close = round(first * rng.uniform(0.97, 1.03), 2)
        bar = {"open": first, "close": close, "high": max(first, close) + 50.5, "low": min(first, close) - 50.5}
        rows.append(f"{day}," + ",".join(str(bar[name]) for name in order))
    columns = {name: f"c{place}" for place, name in enumerate(_FOUR)}
    with TemporaryDirectory() as folder:
        files = {"prices.csv": "\n".join(rows) + "\n"}
        said = complaints(write_desk(Path(folder), source("prices", columns=columns), files=files))

    right = ", ".join(f'{name} = "c{order.index(name)}"' for name in _FOUR)
    # Which of open and close is which does not show in one bar.
    if order[1:3] == ["high", "low"]:
        assert said == []
    else:
        assert said
        assert all(
            one.endswith(f"high and low do not enclose open and close; the rows fit columns = {{ {right} }}")
            for one in said
        )


def test_one_row_out_of_order_is_a_row_and_no_other_order(tmp_path: Path) -> None:
    rows = "".join(f"{day},70000,70100,69900,70050\n" for day in days("2026-01-01", 30))
    files = {"prices.csv": f"date,open,high,low,close\n{rows}2026-01-31,70000,69900,70100,70050\n"}

    assert complaints(write_desk(tmp_path, source("prices"), files=files)) == [
        "prices.csv:32: high and low do not enclose open and close; are the columns mapped rightly?"
    ]
