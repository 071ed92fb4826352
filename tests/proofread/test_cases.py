"""What a proof-reader strikes and what it leaves, as `cases.yaml` lists it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from reporter.language.locales import load_locale
from reporter.model.resources import locales_folder
from reporter.proofread import load_house_style, proofread_text
from reporter.readback.markdown import read_markdown

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


def messages(tag: str, source: str) -> list[str]:
    style = load_house_style(load_locale(tag, locales_folder()))
    return [str(problem) for problem in proofread_text("a.md", read_markdown(source), style)]


@pytest.mark.parametrize(("tag", "good"), [(tag, text) for tag, cases in CASES.items() for text in cases["good"]])
def test_good_text_is_left_alone(tag: str, good: str) -> None:
    assert messages(tag, good) == []


@pytest.mark.parametrize(
    ("tag", "bad", "said"), [(tag, case["text"], case["said"]) for tag, cases in CASES.items() for case in cases["bad"]]
)
def test_what_is_wrong_is_said_where_it_stands(tag: str, bad: str, said: list[str]) -> None:
    assert messages(tag, bad) == [f"a.md:{line}" for line in said]
