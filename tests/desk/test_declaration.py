from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reporter.desk import load_desk, read_desk_config
from reporter.diagnostics.errors import InputError
from reporter.syntax.toml_positions import key_positions
from tests.desk.build import complaints, source, write_desk

_HEAD = '[desk]\nslug = "btc"\nlocales = ["en"]\n[asset]\nsymbol = "BTC"\nname = "Bitcoin"\n'


def _said(folder: Path, text: str | bytes) -> list[str]:
    (folder / "desk.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        read_desk_config(folder, "desk.toml")
    except InputError as error:
        return [str(problem) for problem in error.diagnostics]
    return []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "",
            [
                'desk.toml:1:1: missing key "desk"; add [desk]',
                'desk.toml:1:1: missing key "asset"; add [asset]',
                'desk.toml:1:1: missing key "source"; add a [[source]]',
            ],
        ),
        ("[desk]\nslug = btc\n", ['desk.toml:2:8: "btc" is no value; write a text in quotes: "btc"']),
        (
            '[desk]\nslug = "a"\nslug = "b"\n',
            ['desk.toml:3:1: "desk.slug" is already given in line 2; keep one of them'],
        ),
        ('[desk]\nslug = "btc', ["desk.toml:2:8: the quote isn't closed in its line; add \" at the text's end"]),
        (
            b'[desk]\nslug = "\xe9"\n',
            ['desk.toml:2:9: byte E9 is not UTF-8; in Windows-1252 it is "é"; save the file as UTF-8'],
        ),
        ("a = " + "[" * 3000 + "]" * 3000, ["desk.toml: lists or tables are nested too deep"]),
        (
            _HEAD + '[source]\nid = "a"\n',
            ["desk.toml:7:1: source is not a list; write each source under [[source]]"],
        ),
        ("source = []\n" + _HEAD, ["desk.toml:1:1: source is empty; at least one is needed"]),
    ],
)
def test_a_file_that_is_no_declaration_is_told(tmp_path: Path, text: str | bytes, said: list[str]) -> None:
    assert _said(tmp_path, text) == said


def test_unknown_keys_are_found_everywhere_with_the_nearest_known_one(tmp_path: Path) -> None:
    text = (
        'folder = "x"\n[desk]\nslug = "btc"\nlocale = ["en"]\n[asset]\nsymbol = "BTC"\nname = "Bitcoin"\nkurz = "x"\n'
        '[instrument.nikkei]\nclas = "equity"\nclass = "equity"\nname = "Nikkei"\n' + source("prices", bars="1d")
    )
    assert _said(tmp_path, text) == [
        'desk.toml:1:1: unknown key "folder"',
        'desk.toml:4:1: unknown key "locale"; did you mean "locales"?',
        'desk.toml:8:1: unknown key "kurz"',
        'desk.toml:10:1: unknown key "clas"; did you mean "class"?',
        'desk.toml:22:1: unknown key "bars"; did you mean "bar"?',
    ]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"timezone": None, "unit": None},
            [
                'desk.toml:10:1: missing key "timezone" in [[source]]; add timezone = …',
                'desk.toml:10:1: missing key "unit" in [[source]]; add unit = …',
            ],
        ),
        ({"table": "price"}, ['desk.toml:12:1: source.table: unknown value "price"; did you mean "prices"?']),
        ({"stamp": "begin"}, ['desk.toml:19:1: source.stamp: unknown value "begin"; one of start, end']),
        ({"cite": ""}, ['desk.toml:18:1: source.cite: wrong value ""; it must not be empty']),
        (
            {"timezone": "New York"},
            [
                'desk.toml:15:1: source.timezone: wrong value "New York"; '
                'write an IANA time zone such as "UTC" or "America/New_York"'
            ],
        ),
        (
            {"bar": "1 day"},
            ['desk.toml:16:1: source.bar: wrong value "1 day"; write a length of time as "15m", "1h", "1d" or "0"'],
        ),
        (
            {"lag": "-8h"},
            ['desk.toml:19:1: source.lag: wrong value "-8h"; write a length of time as "15m", "1h", "1d" or "0"'],
        ),
        (
            {"bar": "7h"},
            ['desk.toml:16:1: source "prices": bar "7h" does not divide a day; such as "15m", "1h", "4h", "8h", "1d"'],
        ),
        (
            {"bar": "0"},
            ['desk.toml:16:1: source "prices": rows of table prices describe periods; write how long one is'],
        ),
        (
            {"unit": "usdt"},
            ['desk.toml:17:1: source "prices": unit "usdt" does not fit table prices; did you mean "usd"?'],
        ),
        (
            {"session_close": "25:00"},
            ['desk.toml:19:1: source.session_close: wrong value "25:00"; write a time of day as "16:00"'],
        ),
        (
            {"session_close": "16:00", "bar": "1h"},
            ['desk.toml:19:1: source "prices": session_close needs bar = "1d"'],
        ),
        (
            {"session_close": "16:00", "stamp": "end"},
            [
                'desk.toml:20:1: source "prices": stamp = "end" and session_close both say when a row ends; '
                "leave one out"
            ],
        ),
        (
            {"time_format": "DD/MM/YYYY"},
            [
                'desk.toml:19:1: source "prices": time_format "DD/MM/YYYY" does not give a year, a month and a day; '
                'such as "%d/%m/%Y", "%Y%m%d %H:%M", "s", "ms" or "us"'
            ],
        ),
        (
            {"columns": {"clsoe": "Close"}},
            ['desk.toml:19:1: source "prices": table prices has no column "clsoe"; did you mean "close"?'],
        ),
        (
            {"columns": {"open": "close"}},
            ['desk.toml:19:1: source "prices": columns "open" and "close" are both read from "close"'],
        ),
        ({"layout": "wide"}, ['desk.toml:19:1: source "prices": layout = "wide" is for the table cross_asset']),
        (
            {"instruments": {"spx": "SPX"}},
            ['desk.toml:19:1: source "prices": instruments are for the table cross_asset'],
        ),
        (
            {"link": "ftp://x"},
            [
                'desk.toml:19:1: source.link: wrong value "ftp://x"; write a whole address, such as "https://example.org"'
            ],
        ),
        (
            {"id": "Prices"},
            [
                'desk.toml:11:1: source.id: wrong value "Prices"; '
                'write small letters, digits and underscores, such as "prices_daily"'
            ],
        ),
        (
            {"path": "../*.csv"},
            ['desk.toml:13:1: source "prices": path "../*.csv": a glob stays inside the desk folder'],
        ),
        (
            {"path": "/etc/passwd"},
            ['desk.toml:13:1: source "prices": path "/etc/passwd" is absolute; write it from the desk\'s folder on'],
        ),
    ],
    ids=str,
)
def test_a_source_that_can_not_be_right_is_told(tmp_path: Path, keys: dict[str, Any], said: list[str]) -> None:
    assert complaints(write_desk(tmp_path, source("prices", **keys))) == said


def test_mistakes_of_all_sources_come_together(tmp_path: Path) -> None:
    write_desk(
        tmp_path,
        source("prices", unit="usdt"),
        source("flows", "fund_flows", bar="1h"),
        source("news", "events", bar="1d"),
        source("other", "cross_asset", instruments={"spxx": "SPX", "ndx": "SPX", "zzz": "Z"}),
        source("none", "cross_asset"),
        source("oi", "open_interest", bar="x"),
    )
    assert complaints(tmp_path) == [
        'desk.toml:17:1: source "prices": unit "usdt" does not fit table prices; did you mean "usd"?',
        'desk.toml:26:1: source "flows": table fund_flows has a row a day, not "1h"; write bar = "1d"',
        'desk.toml:36:1: source "news": rows of table events are instants; write bar = "0"',
        'desk.toml:49:1: source "other": unknown instrument "spxx"; did you mean "spx"?',
        'desk.toml:49:1: source "other": unknown instrument "zzz"; '
        "describe it under [instrument.zzz] with class and name",
        'desk.toml:49:1: source "other": instruments "spxx" and "ndx" are both read from "SPX"',
        'desk.toml:51:1: source "none": a cross_asset source needs instruments; such as instruments = { spx = "SPX" }',
        'desk.toml:67:1: source.bar: wrong value "x"; write a length of time as "15m", "1h", "1d" or "0"',
    ]


def test_ids_are_unique_and_prices_are_needed(tmp_path: Path) -> None:
    write_desk(tmp_path, source("oi", "open_interest"), source("oi", "sentiment"))
    assert complaints(tmp_path) == [
        "desk.toml:1:1: no source feeds the table prices; a brief needs at least daily prices",
        'desk.toml:21:1: two sources have the id "oi"; ids are unique',
    ]


@pytest.mark.parametrize("slug", ["../x", "/etc/passwd", "BTC", "btc-", "a" * 61, "bitcoin\\n", ""])
def test_a_slug_that_could_leave_the_output_folder_is_refused(tmp_path: Path, slug: str) -> None:
    text = _HEAD.replace('"btc"', f'"{slug}"') + source("prices")
    hint = 'write small letters, digits and single hyphens, such as "btc", at most 60 of them'
    assert _said(tmp_path, text) == [f'desk.toml:2:1: desk.slug: wrong value "{slug}"; {hint}']


def test_every_locale_of_the_desk_has_its_texts(tmp_path: Path) -> None:
    text = _HEAD.replace('["en"]', '["en", "zh-Hant-TW"]') + source("prices", cite={"en": "Them", "zh-Hant": "他們"})
    text = text.replace('name = "Bitcoin"', 'name = { en = "Bitcoin" }')
    hint = "add it, or write one text without locales for all of them"
    assert _said(tmp_path, text) == [f"desk.toml:6:1: asset.name has no text for locale zh-Hant-TW; {hint}"]


def test_keys_inside_a_long_text_are_no_keys() -> None:
    text = '[desk]\ndisclosure = """\nslug = 1\n[[source]]\n"""\n[[source]]\nid = "a"\n[source.columns]\nclose = "C"\n'
    positions = key_positions(text)
    assert positions[("source", 0)] == (6, 1)
    assert positions[("source", 0, "columns", "close")] == (9, 1)
    assert ("desk", "slug") not in positions


def test_no_folder_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as gone:
        read_desk_config(tmp_path / "none")
    hint = "run `reporter init DIR` to make a desk to start from"
    assert str(gone.value) == f"{(tmp_path / 'none').as_posix()}: no such folder; {hint}"
    with pytest.raises(InputError) as empty:
        read_desk_config(tmp_path)
    assert str(empty.value) == f"{tmp_path.as_posix()}: no desk.toml here; {hint}"


def test_an_own_instrument_may_be_named(tmp_path: Path) -> None:
    own = '[instrument.mstr]\nclass = "equity"\nname = "Strategy"\n'
    other = source("shares", "cross_asset", layout="wide", timezone="America/New_York", instruments={"mstr": "MSTR"})
    write_desk(tmp_path, source("prices"), other, own, files={"shares.csv": "date,MSTR\n2026-02-06,134\n"})
    desk = load_desk(read_desk_config(tmp_path))
    assert {key: (item.kind, dict(item.name)) for key, item in desk.instruments.items()} == {
        "mstr": ("equity", {"": "Strategy"})
    }


@pytest.mark.parametrize(
    ("symbol", "timezone", "refused"),
    [
        ("TAIEX", "Asia/Taipei", True),
        ("^N225", "UTC", True),
        ("0050", "Asia/Taipei", True),
        ("SAMSUNG", "UTC", True),
        ("MSTR", "America/New_York", False),
    ],
)
def test_shares_of_another_country_are_not_called_us_ones(
    tmp_path: Path, symbol: str, timezone: str, *, refused: bool
) -> None:
    other = source("x", "cross_asset", layout="wide", instruments={"mine": symbol}, timezone=timezone)
    head = '[instrument.mine]\nclass = "equity"\nname = "Mine"\n\n'
    write_desk(
        tmp_path, source("prices"), head + other, files={"x.csv": f"date,{symbol}\n2026-02-05,9\n2026-02-06,8\n"}
    )
    said = [line for line in complaints(tmp_path) if "US shares" in line]
    assert bool(said) is refused


def test_whose_shares_they_are_is_asked_where_nothing_says_it(tmp_path: Path) -> None:
    other = source("x", "cross_asset", layout="wide", instruments={"mine": "QZX"})
    head = '[instrument.mine]\nclass = "equity"\nname = "Mine"\n'
    files = {"x.csv": "date,QZX\n2026-02-05,9\n2026-02-06,8\n"}

    [said] = complaints(write_desk(tmp_path, source("prices"), f"{head}\n{other}", files=files))
    assert said.partition(": ")[2] == (
        'instrument "mine": class "equity" is told as US shares, and nothing says that those of source "x" are; '
        'write market = "us" if they are, or the code of their exchange, such as market = "XTAI"'
    )
    assert complaints(write_desk(tmp_path, source("prices"), f'{head}market = "us"\n\n{other}', files=files)) == []
    other = source("x", "cross_asset", layout="wide", instruments={"mine": "QZX"}, session_close="21:00", calendar="us")
    assert complaints(write_desk(tmp_path, source("prices"), f"{head}\n{other}", files=files)) == []


def test_shares_of_another_exchange_are_no_us_ones(tmp_path: Path) -> None:
    pytest.importorskip("exchange_calendars", reason="exchange_calendars is not installed")
    head = '[instrument.mine]\nclass = "equity"\nname = "Mine"\nmarket = "{}"\n\n'
    files = {"x.csv": "date,TAIEX\n2026-02-05,9\n2026-02-06,8\n"}

    def write(market: str, calendar: str | None) -> Path:
        keys = {"timezone": "Asia/Taipei", "instruments": {"mine": "TAIEX"}, "calendar": calendar}
        own = head.format(market) + source("x", "cross_asset", layout="wide", **keys)
        return write_desk(tmp_path, source("prices"), own, files=files)

    assert complaints(write("XTAI", "XTAI")) == []
    assert load_desk(read_desk_config(tmp_path)).instruments["mine"].kind == "equity_abroad"
    assert [line.partition(": ")[2] for line in complaints(write("XTAI", None))] == [
        'instrument "mine" is traded at XTAI, whose holidays source "x" lacks; write calendar = "XTAI" in that source'
    ]
    assert [line.partition(": ")[2] for line in complaints(write("XTIA", "XTAI"))] == [
        'instrument.mine.market: wrong value "XTIA"; did you mean "XTAL"?'
    ]
