from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.locales import load_locale
from reporter.model.resources import locales_folder
from reporter.proofread import load_house_style, proofread_text
from reporter.readback.markdown import read_markdown


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    folder = tmp_path / "locales"
    shutil.copytree(locales_folder(), folder)
    return folder


@pytest.mark.parametrize(
    ("tag", "text", "said"),
    [
        ("zh-Hant-TW", "期權變貴。", ['a:1:1: "期權" is a word of another region; here it is 選擇權']),
        ("zh-Hant-TW", "選擇權變貴。", []),
        ("zh-Hant", "期權變貴。", []),
        ("zh-Hant-HK", "引伸波幅上升。", []),
        (
            "zh-Hant",
            "引伸波幅上升。",
            ['a:1:1: "引伸波幅" is not a word of the house; 本刊一個概念一個名稱; write 隱含波動率'],
        ),
    ],
)
def test_another_regions_word_is_named_with_this_regions(tag: str, text: str, said: list[str]) -> None:
    style = load_house_style(load_locale(tag, locales_folder()))
    assert [str(problem) for problem in proofread_text("a", read_markdown(text), style)] == said


def test_a_wrong_house_style_is_located(locales: Path) -> None:
    path = locales / "proof" / "en.toml"
    path.write_text('script = "cyrillic"\nnames = 3\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_house_style(load_locale("en", locales))
    assert f'{path}: script is "cyrillic"; it is traditional, simplified or latin' in str(caught.value)
    assert f"{path}: names is not a list of texts\n" in str(caught.value)


def test_a_locale_without_a_house_style_is_told_what_to_write(locales: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_house_style(replace(load_locale("en", locales), tag="fr"))
    assert str(caught.value) == f'{locales / "proof"}: no house style for locale "fr"; write proof/fr.toml'
