"""Since when a reading is the most extreme: the words that go with a date, in every locale."""

from __future__ import annotations

import pytest

from reporter.language.filter_contract import NamedFact, UnsayableError, Voice
from reporter.language.filters import FILTERS, apply_filter
from reporter.language.locales import load_locale
from reporter.model.finding import Fact
from reporter.model.metric import Unit
from reporter.model.resources import locales_folder

#: 9 November 2022, 00:00 UTC.
DAY = 1_667_952_000.0


def tell(name: str, used: str, tag: str, *args: str) -> str:
    member = Fact(f"reach.{name}", DAY, Unit.INSTANT, "price.close")
    reach = Fact("reach", 1.0, Unit.COUNT, "price.close", members=(member,))
    voice = Voice(load_locale(tag, locales_folder()), {}, {})
    return "".join(part.text for part in apply_filter(FILTERS[used], NamedFact("reach", reach), voice, args, {}))


@pytest.mark.parametrize(
    ("name", "args", "english", "chinese"),
    [
        ("since_year", (), "since November 2022", "2022 年 11 月以來"),
        ("since_month", (), "since November", "11 月以來"),
        ("since_day", (), "since 9 November", "11 月 9 日以來"),
        ("since_month", ("full",), "since 9 November 2022", "2022 年 11 月 9 日以來"),
        ("since_day", ("ever",), "since 9 November", "11 月 9 日以來"),
        ("record", (), "on record", "有紀錄以來"),
        ("record", ("ever",), "ever", "史上"),
        ("record", ("full",), "in records going back to 9 November 2022", "2022 年 11 月 9 日有紀錄以來"),
        ("data", (), "since at least November 2022", "2022 年 11 月有資料以來"),
        ("data", ("ever",), "since at least November 2022", "2022 年 11 月有資料以來"),
    ],
)
def test_words_say_since_when(name: str, args: tuple[str, ...], english: str, chinese: str) -> None:
    assert tell(name, "since", "en", *args) == english
    assert tell(name, "since", "zh-Hant", *args) == chinese


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("since_month", "not since 9 November 2022", "2022 年 11 月 9 日以來"),
        ("record", "never in records going back to 9 November 2022", "2022 年 11 月 9 日有紀錄以來"),
        ("data", "not once in figures going back to 9 November 2022", "2022 年 11 月 9 日有資料以來"),
    ],
)
def test_words_say_that_nothing_was_as_extreme(name: str, english: str, chinese: str) -> None:
    assert tell(name, "not_since", "en") == english
    assert tell(name, "not_since", "zh-Hant") == chinese


@pytest.mark.parametrize(
    ("span", "count", "english", "chinese"),
    [
        ("months", 2.0, "in at least two months", "至少兩個月來"),
        ("years", 3.0, "in at least three years", "至少三年來"),
    ],
)
def test_what_happens_for_the_first_time_in_the_data_is_told_by_how_long_they_are(
    span: str, count: float, english: str, chinese: str
) -> None:
    first = Fact("reach.data", DAY, Unit.INSTANT, "price.close")
    long = Fact(f"reach.{span}", count, Unit.COUNT, "price.close")
    reach = NamedFact("reach", Fact("reach", 2.0, Unit.COUNT, "price.close", members=(first, long)))

    def told(tag: str, *args: str) -> str:
        voice = Voice(load_locale(tag, locales_folder()), {}, {})
        return "".join(part.text for part in apply_filter(FILTERS["since"], reach, voice, args, {}))

    assert (told("en", "ever"), told("zh-Hant", "ever")) == (english, chinese)
    assert told("en") == "since at least November 2022"
    assert told("en", "full") == "since at least 9 November 2022"


def test_simplified_words_are_made_from_the_traditional_ones() -> None:
    assert tell("record", "since", "zh-Hans") == "有记录以来"


def test_a_fact_that_goes_back_to_no_date_cannot_say_since_when() -> None:
    voice = Voice(load_locale("en", locales_folder()), {}, {})
    moves = tuple(Fact(f"moves.{name}", 0.1, Unit.FRACTION, name) for name in ("a", "b"))
    several = NamedFact("moves", Fact("moves", 2.0, Unit.COUNT, "collect", members=moves))

    with pytest.raises(UnsayableError, match="says of no date since when"):
        apply_filter(FILTERS["since"], several, voice, (), {})
