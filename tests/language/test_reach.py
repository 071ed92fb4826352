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
        ("record", ("full",), "in data from 9 November 2022 on", "2022 年 11 月 9 日有統計以來"),
        ("data", (), "in data from November 2022 on", "2022 年 11 月有統計以來"),
        ("data", ("ever",), "in data from November 2022 on", "2022 年 11 月有統計以來"),
    ],
)
def test_words_say_since_when(name: str, args: tuple[str, ...], english: str, chinese: str) -> None:
    assert tell(name, "since", "en", *args) == english
    assert tell(name, "since", "zh-Hant", *args) == chinese


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("since_month", "not since 9 November 2022", "2022 年 11 月 9 日以來"),
        ("record", "never in data from 9 November 2022 on", "2022 年 11 月 9 日有統計以來"),
    ],
)
def test_words_say_that_nothing_was_as_extreme(name: str, english: str, chinese: str) -> None:
    assert tell(name, "not_since", "en") == english
    assert tell(name, "not_since", "zh-Hant") == chinese


def test_data_of_a_few_months_are_told_by_them_and_in_the_body_by_their_first_date() -> None:
    first = Fact("reach.data", DAY, Unit.INSTANT, "price.close")
    months = Fact("reach.months", 2.0, Unit.COUNT, "price.close")
    reach = NamedFact("reach", Fact("reach", 2.0, Unit.COUNT, "price.close", members=(first, months)))

    def told(tag: str, *args: str) -> str:
        voice = Voice(load_locale(tag, locales_folder()), {}, {})
        return "".join(part.text for part in apply_filter(FILTERS["since"], reach, voice, args, {}))

    assert (told("en"), told("zh-Hant")) == ("in at least two months", "至少兩個月來")
    assert told("en", "ever") == "in at least two months"
    assert told("en", "full") == "in data from 9 November 2022 on"


def test_simplified_words_are_made_from_the_traditional_ones() -> None:
    assert tell("record", "since", "zh-Hans") == "有记录以来"


def test_a_fact_that_goes_back_to_no_date_cannot_say_since_when() -> None:
    voice = Voice(load_locale("en", locales_folder()), {}, {})
    moves = tuple(Fact(f"moves.{name}", 0.1, Unit.FRACTION, name) for name in ("a", "b"))
    several = NamedFact("moves", Fact("moves", 2.0, Unit.COUNT, "collect", members=moves))

    with pytest.raises(UnsayableError, match="says of no date since when"):
        apply_filter(FILTERS["since"], several, voice, (), {})
