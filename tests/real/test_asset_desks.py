"""Briefs of other assets than bitcoin: no word of coins, no figure of another currency, no day that was none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.class_words import find_foreign_word
from reporter.language.locales import load_locale
from reporter.model.resources import locales_folder
from tests.briefs import build
from tests.real.asset_desks import DESKS, MARKET, AssetDesk, write_asset_desk

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not MARKET.is_dir(), reason="the real series do not lie beside the project"),
]
LOCALES = ("en", "zh-Hant")
#: Desk → what money is written as in its briefs, by locale; of points and exchange rates no money is.
MONEY = {"eth": ("$", "美元"), "spy": ("$", "美元"), "gold": ("$", "美元"), "split": ("NT$", "新台幣")}
#: What is said of days where days are days, and would be untrue of sessions.
OF_DAYS = {
    "en": re.compile(r"thirty days before|the day before|next day\b|days in a row|of seven days"),
    "zh-Hant": re.compile(r"前三十天|前一[天日](?!收)|隔天|次日"),
}
_SIGNS = re.compile(r"[A-Z]{0,3}[$€£¥](?=\d)|(?<=\d )(?:美元|新台幣|港元|歐元)")


@cache
def _folder(name: str, base: Path) -> Path:
    folder = base / name
    folder.mkdir()
    return write_asset_desk(folder, next(desk for desk in DESKS if desk.name == name))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assets")


def _read_texts(folder: Path, locale: str) -> Iterator[tuple[str, str]]:
    """The texts of a brief in one language, without front matter and escapes of Markdown."""
    for edition in ("article", "chat"):
        text = (folder / f"{edition}.{locale}.md").read_text("utf-8").split("\n---\n", 1)[1]
        yield edition, text.replace("&#36;", "$").replace("&#38;", "&")


CASES = [pytest.param(desk, day, id=f"{desk.name}-{day}") for desk in DESKS for day in desk.days]


@pytest.mark.parametrize(("desk", "day"), CASES)
def test_a_brief_says_nothing_untrue_of_its_asset(desk: AssetDesk, day: str, base: Path) -> None:
    made = build(_folder(desk.name, base), base / "out", day=date.fromisoformat(day), formats=("md",))
    for locale in LOCALES:
        for edition, text in _read_texts(made, locale):
            where = f"{desk.name} {day} {edition} {locale}"
            kind = next((line for line in desk.asset.splitlines() if line.startswith("class")), "crypto")
            if kind != "crypto":
                word = find_foreign_word(text, load_locale(locale, locales_folder()), kind.split('"')[1])
                assert word == "", f"{where}: {word}"
                assert not OF_DAYS[locale].findall(text), where
            money = MONEY.get(desk.name, ("", ""))[LOCALES.index(locale)]
            assert set(_SIGNS.findall(text)) <= {money} - {""}, where


def test_weeks_are_not_told_of_an_exchange_that_is_closed_when_they_end(base: Path) -> None:
    with pytest.raises(InputError) as raised:
        build(_folder("taiex", base), base / "out", report="weekly", formats=("md",))
    assert [str(one) for one in raised.value.diagnostics] == [
        "command line: weekly is made of weeks that end on Sunday, and XTAI has no session then; "
        "take a report type of days; weeks are told of what is traded around the clock"
    ]
