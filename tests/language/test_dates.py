from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from reporter.language import dates
from reporter.language.locales import Locale

MOMENT = datetime(2026, 2, 5, 20, tzinfo=UTC).timestamp()
MIDNIGHT = datetime(2026, 2, 6, tzinfo=UTC).timestamp()
DAY = 86_400.0


@pytest.mark.parametrize(
    ("write", "english", "chinese"),
    [
        (dates.format_date, "5 February", "2 月 5 日"),
        (dates.format_full_date, "5 February 2026", "2026 年 2 月 5 日"),
        (dates.format_weekday, "Thursday", "星期四"),
        (dates.format_month, "February", "2 月"),
        (dates.format_time, "20:00 UTC", "20:00（UTC）"),
        (dates.format_date_time, "5 February, 20:00 UTC", "2 月 5 日 20:00（UTC）"),
    ],
)
def test_dates_are_written_as_the_language_does(
    write: Callable[[float, Locale], str], english: str, chinese: str, en: Locale, zh: Locale
) -> None:
    assert (write(MOMENT, en), write(MOMENT, zh)) == (english, chinese)


@pytest.mark.parametrize(
    ("seconds", "span", "english", "chinese"),
    [
        (MOMENT, 2 * DAY, "20:00", "20:00"),
        (MIDNIGHT, 2 * DAY, "6 Feb", "2 月 6 日"),
        (MOMENT, 30 * DAY, "5 Feb", "2 月 5 日"),
        (MIDNIGHT, 400 * DAY, "Feb 2026", "2026 年 2 月"),
    ],
)
def test_ticks_say_no_more_than_the_axis_needs(
    seconds: float, span: float, english: str, chinese: str, en: Locale, zh: Locale
) -> None:
    assert (dates.format_time_tick(seconds, span, en), dates.format_time_tick(seconds, span, zh)) == (english, chinese)


def test_no_number_is_no_date(en: Locale) -> None:
    with pytest.raises(ValueError, match="NaN"):
        dates.format_date(float("nan"), en)
