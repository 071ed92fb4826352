"""Weekdays in dates, as Chinese programs write them: 2025-09-10,三 or 2025/09/10(星期三)."""

from __future__ import annotations

import re
from datetime import datetime

_ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CHINESE = {**dict(zip("一二三四五六日", _ENGLISH, strict=True)), "天": "Sun"}
_WEEKDAY = re.compile(r"(?:星期|禮拜|礼拜|週|周)?([一二三四五六日天])(?=[)）]?\s*$)")


def to_english_weekday(cell: str) -> str:
    """A date with its Chinese weekday in English, as `%a` of a time_format reads it; others unchanged."""
    return _WEEKDAY.sub(lambda match: _CHINESE[match[1]], cell.replace("（", "(").replace("）", ")"))


def has_right_weekday(moment: datetime, cell: str) -> bool:
    """Whether the weekday written with a date is the date's own."""
    said = re.search(rf"{'|'.join(_ENGLISH)}", cell, re.IGNORECASE)
    return said is None or said[0].title() == _ENGLISH[moment.weekday()]
