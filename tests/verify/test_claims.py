"""Claims re-derived: what the program writes is read back as true, and what it wouldn't write is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reporter.language import dates, numbers
from reporter.language.locales import Locale
from reporter.language.numerals import load_builtin_locale, load_numerals, parse_han_number
from reporter.model.metric import Unit
from reporter.verify.ledger.ledger_model import BriefRecord, ClaimRecord, Ledger, SourceRecord, VersionsRecord
from reporter.verify.recompute.claim_checks import ClaimContext, check_claim, check_number

LOCALES = [load_builtin_locale("en"), load_builtin_locale("zh-Hant")]
Write = Callable[[float, Locale], str]
WRITERS: dict[str, tuple[Write, Unit]] = {
    "price": (numbers.format_price, Unit.PRICE),
    "money": (numbers.format_money, Unit.USD),
    "pct": (numbers.format_percent, Unit.FRACTION),
    "signed": (lambda value, locale: numbers.format_percent(value, locale, signed=True), Unit.FRACTION),
    "funding": (numbers.format_funding, Unit.FRACTION),
    "points": (numbers.format_points, Unit.VOL_POINTS),
    "level": (numbers.format_level, Unit.LEVEL),
    "ratio": (numbers.format_ratio, Unit.RATIO),
    "corr": (numbers.format_correlation, Unit.CORRELATION),
    "hashprice": (numbers.format_hashprice, Unit.HASHPRICE),
    "coins": (numbers.format_coins, Unit.CONTRACTS),
    "count": (numbers.format_count, Unit.COUNT),
}
_SIZES = {"money": 1e12, "price": 1e6, "coins": 1e7, "level": 1e5, "count": 1e4, "hashprice": 1e3}


@pytest.mark.parametrize("locale", LOCALES, ids=repr)
@pytest.mark.parametrize("kind", WRITERS)
@given(share=st.floats(-1, 1, allow_nan=False))
def test_what_is_written_is_a_true_rendering(kind: str, locale: Locale, share: float) -> None:
    write, unit = WRITERS[kind]
    value = share * _SIZES.get(kind, 10.0)

    assert check_number(value, unit, kind, write(value, locale), locale) == ""


@pytest.mark.parametrize("locale", LOCALES, ids=repr)
@pytest.mark.parametrize("kind", WRITERS)
@given(share=st.floats(-1, 1, allow_nan=False), other=st.floats(-1, 1, allow_nan=False))
def test_the_text_of_another_value_is_none(kind: str, locale: Locale, share: float, other: float) -> None:
    write, unit = WRITERS[kind]
    value, wrong = (one * _SIZES.get(kind, 10.0) for one in (share, other))
    assume(write(value, locale) != write(wrong, locale))
    # A small price, or a part of a coin, that is shown in full digits is no zero, whatever its decimals say.
    assume(kind not in ("price", "coins") or min(abs(value), abs(wrong)) >= 1)

    assert check_number(value, unit, kind, write(wrong, locale), locale) != ""


@pytest.mark.parametrize("locale", LOCALES, ids=repr)
@given(value=st.floats(1, 9e12, allow_nan=False))
def test_a_spoken_amount_says_on_which_side_the_true_one_is(locale: Locale, value: float) -> None:
    context = ClaimContext(shelf("en").ledger, locale)
    told, text = claim("about", value, Unit.USD), numbers.format_about(value, locale)
    style = locale.numbers
    bare = text.removeprefix(style.nearly.replace("{n}", "")).removeprefix(style.over.replace("{n}", ""))
    others = {style.nearly.replace("{n}", bare), style.over.replace("{n}", bare), bare} - {text}

    assert check_claim(told, text, context) == ""
    assert len(others) == 2
    assert all(check_claim(told, other, context) for other in others)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nearly $6 billion", ""),
        ("Nearly $6 billion", ""),
        ("more than $5.9 billion", "the exact value is 5960000000"),
        ("more than $6 billion", "the exact value, 5960000000, is not so"),
        ("$6 billion", "the exact value, 5960000000, is not so"),
        ("nearly 6 billion", "it can't be read as an amount"),
        ("nearly six", "it can't be read as an amount"),
    ],
)
def test_why_a_spoken_amount_is_refused(text: str, why: str) -> None:
    assert check_claim(claim("about", 5.96e9, Unit.USD), text, shelf("en")) == why


@pytest.mark.parametrize("locale", LOCALES, ids=repr)
@given(value=st.integers(0, 40))
def test_counts_in_words_are_read(locale: Locale, value: int) -> None:
    for write in (numbers.format_number_word, numbers.format_counting_word):
        read = load_numerals(locale).read_number(write(value, locale))
        # English counts "no attempts": a word that is watched as a negation, and no number.
        assert (read and read.size) == value or (read is None and write(value, locale) == "no")


@pytest.mark.parametrize("locale", LOCALES, ids=repr)
@given(value=st.integers(1, 40))
def test_ordinals_are_read(locale: Locale, value: int) -> None:
    read = load_numerals(locale).read_number(numbers.format_ordinal(value, locale))

    assert read is not None
    assert read.size == value


@pytest.mark.parametrize(
    ("text", "value"), [("三", 3), ("十二", 12), ("二十", 20), ("兩百零三", 203), ("二〇二六", 2026), ("百", 100)]
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert parse_han_number(text) == value


@pytest.mark.parametrize(
    ("value", "text", "why"),
    [
        (690e6, "$0.7 billion", "the exact value is 690000000"),
        (690e6, "$690", "the exact value is 690000000"),
        (690e6, "690 million", "an amount is shown without its currency"),
        (690e6, "−$690 million", "a size is shown with a sign"),
        (690e6, "much", "it can't be read as a number"),
    ],
)
def test_why_an_amount_is_refused(value: float, text: str, why: str) -> None:
    assert check_number(value, Unit.USD, "money", text, load_builtin_locale("en")) == why


# Words, dates and names.


def claim(kind: str, value: float | str, unit: Unit, **other: object) -> ClaimRecord:
    known = {"id": f"a.b:x#{kind}", "finding": "a.b", "fact": "x", "kind": kind, "is": "x", "value": value}
    return ClaimRecord.model_validate(known | {"unit": str(unit), "as_of": None, "inputs": (), "shown": {}} | other)


def shelf(tag: str) -> ClaimContext:
    source = SourceRecord(id="oi", table="open_interest", file="oi.csv", name={"": "CoinGlass"}, link="", coverage="")
    ledger = Ledger(
        format="reporter.ledger/2",
        brief=BriefRecord(slug="x", date="2026-02-06", as_of=None),
        versions=VersionsRecord(reporter="1", rules="r"),
        documents=(),
        findings=(),
        claims=(),
        sentences=(),
        charts=(),
        formulas={},
        names={},
        gaps=(),
        unknown=(),
        sources=(source,),
        notices=(),
    )
    return ClaimContext(ledger, load_builtin_locale(tag))


@pytest.mark.parametrize(
    ("rung", "value", "right", "wrong"),
    [
        (4, 0.12, "surged", "rose"),
        (2, -0.12, "plunged", "fell"),
        (4, -0.03, "fell", "tumbled"),
        (None, 0.01, "rose", "jumped"),
        (0, 0.0, "was unchanged", "rose"),
    ],
)
def test_a_verb_has_the_sign_and_the_size_of_its_move(rung: int | None, value: float, right: str, wrong: str) -> None:
    moved = claim("moved", value, Unit.FRACTION, rung=rung, ladder="price")

    assert check_claim(moved, right, shelf("en")) == ""
    assert check_claim(moved, wrong, shelf("en")) != ""


@pytest.mark.parametrize(
    ("tag", "kind", "value", "right", "wrong"),
    [
        ("en", "flow", -5e6, "net outflow", "net inflow"),
        ("zh-Hant", "flow", 5e6, "淨流入", "淨流出"),
        ("en", "retraced", 0.7, "most of", "all of"),
        ("zh-Hant", "retraced", 0.3, "部分", "大部分"),
        ("zh-Hant", "sign", -0.1, "跌", "漲"),
    ],
)
def test_a_word_says_what_its_value_says(tag: str, kind: str, value: float, right: str, wrong: str) -> None:
    told = claim(kind, value, Unit.FRACTION)

    assert check_claim(told, right, shelf(tag)) == ""
    assert check_claim(told, wrong, shelf(tag)) != ""


FORMATS = {
    "date": dates.format_date,
    "date_full": dates.format_full_date,
    "weekday": dates.format_weekday,
    "month": dates.format_month,
    "time": dates.format_time,
    "date_time": dates.format_date_time,
}


@pytest.mark.parametrize("locale", LOCALES, ids=repr)
@given(seconds=st.integers(1_000_000_000, 2_000_000_000))
def test_dates_and_times_are_read_back(locale: Locale, seconds: int) -> None:
    for kind, write in FORMATS.items():
        told = claim(kind, float(seconds), Unit.INSTANT)
        text = write(seconds, locale)
        assert check_claim(told, text, ClaimContext(shelf("en").ledger, locale)) == "", (kind, text)
        if kind in ("date", "date_full"):
            other = write(seconds + 86_400 * 3, locale)
            assert check_claim(told, other, ClaimContext(shelf("en").ledger, locale)) == "the exact instant is another"


def test_names_and_sources_are_those_of_the_termbase_and_the_desk() -> None:
    named = claim("term", 0.1, Unit.FRACTION, term="instrument.spx")
    cited = claim("source", 1.0, Unit.USD, sources=("oi",))

    assert check_claim(named, "the S&P 500", shelf("en")) == ""
    assert check_claim(named, "the Nasdaq", shelf("en")) == "its name is S&P 500 or the S&P 500"
    assert check_claim(cited, "CoinGlass", shelf("zh-Hant")) == ""
    assert check_claim(cited, "Glassnode", shelf("zh-Hant")) == "the source is CoinGlass"


@pytest.mark.parametrize("locale", LOCALES, ids=repr)
@pytest.mark.parametrize("place", [*range(1, 25), 101, 112])
def test_an_ordinal_is_read_back_and_its_neighbour_is_not(locale: Locale, place: int) -> None:
    written = numbers.format_ordinal(place, locale)

    assert check_number(place, Unit.COUNT, "ordinal", written, locale) == ""
    assert check_number(place + 1, Unit.COUNT, "ordinal", written, locale) == f"the exact value is {place + 1}"
