"""Who made a text: told per locale, in its own words, and held by the gate like the rest."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from reporter.desk.config.config import CreditsConfig
from reporter.language.numerals import load_builtin_locale
from reporter.pipeline.credits import list_credits
from reporter.pipeline.outputs import render_brief
from tests.briefs import SAMPLES, composed
from tests.commands import Command
from tests.publishing.test_send import HUGO, HUGO_TARGET, SLUG, declare, publish, run, write_brief

__all__ = ["run"]
CREDITS = """[desk.credits]
en = { author = "Ann Lee" }
zh-Hant = { translator = "王小明", original = "https://example.org/{brief}" }
"""


@pytest.fixture(scope="session")
def credited_files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    desk = tmp_path_factory.mktemp("credited") / "desk"
    shutil.copytree(SAMPLES / "quiet-day", desk)
    with (desk / "desk.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"\n{CREDITS}")
    return render_brief(composed(desk, editions=("article",)), ("md", "html"), None)


@pytest.fixture
def credited(run: Command, credited_files: Mapping[str, bytes]) -> Command:
    shutil.rmtree("out")
    write_brief(credited_files)
    return run


def test_credits_stand_in_the_head_and_in_the_front_matter(credited: Command) -> None:
    declare(HUGO_TARGET)

    assert publish(credited).out.splitlines()[-1] == "2 published"
    english = Path(HUGO).read_text(encoding="utf-8")
    chinese = Path(HUGO.replace(".en.", ".zh-hant.")).read_text(encoding="utf-8")
    front = yaml.safe_load(english.split("---\n")[1])
    assert (front["author"], front.keys() & {"translator", "canonicalURL"}) == ("Ann Lee", set())
    front = yaml.safe_load(chinese.split("---\n")[1])
    assert (front["translator"], front["canonicalURL"], "author" in front) == (
        "王小明",
        f"https://example.org/{SLUG}",
        False,
    )
    assert " · By Ann Lee\n" in english
    assert f" · 編譯：王小明 · [原文出處](https://example.org/{SLUG})\n" in chinese
    page = Path("out", SLUG, "article.zh-Hant.html").read_text(encoding="utf-8")
    assert f'編譯：王小明 · <a href="https://example.org/{SLUG}">原文出處</a></p>' in page


def test_a_post_that_is_withdrawn_is_no_copy_of_another_text(credited: Command) -> None:
    declare(HUGO_TARGET)
    publish(credited)
    publish(credited, "--withdraw", "wrong")
    assert "example.org" not in Path(HUGO.replace(".en.", ".zh-hant.")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (
            f"](https://example.org/{SLUG})",
            "](https://example.org/other)",
            '"https://example.org/other": the ledger has no source at this address',
        ),
        (
            "[原文出處]",
            "[資料來源]",
            f'"資料來源 (https://example.org/{SLUG})": the ledger has this address for 原文出處',
        ),
        ('translator: "王小明"', 'translator: "王大明"', '"translator: 王大明": the ledger has 王小明'),
        ("編譯：王小明", "編譯：王大明", '"編譯：王大明 · 原文出處": no sentence of the ledger says so'),
    ],
)
def test_the_gate_holds_credits_that_were_changed(credited: Command, was: str, now: str, said: str) -> None:
    path = Path("out", SLUG, "article.zh-Hant.md")
    text = path.read_text(encoding="utf-8")
    assert text.count(was) == 1
    path.write_text(text.replace(was, now), "utf-8")
    ran = credited("audit", f"out/{SLUG}")
    assert ran.code == 1
    assert said in ran.out


@pytest.mark.parametrize(
    ("credits", "said"),
    [
        (
            '[desk.credits]\nzh-Hnat = { author = "王小明" }',
            'credits: unknown locale "zh-Hnat"; did you mean "zh-Hant"?',
        ),
        (
            '[desk.credits]\nen = { original = "https://example.org/{dat}" }',
            'desk.credits.en.original: wrong value "https://example.org/{dat}"; did you mean "date"?',
        ),
        ('[desk.credits]\nen = { author = "{{ name }}" }', 'credits: "{{" is left of template syntax'),
    ],
)
def test_what_is_wrong_of_credits_is_told(run: Command, credits: str, said: str) -> None:
    with Path("desk/desk.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"\n{credits}\n")
    ran = run("check", "desk")
    assert ran.code == 2
    assert said in ran.err


def test_a_regional_edition_has_its_bases_credits_in_its_own_characters() -> None:
    declared = {
        "zh-Hant": CreditsConfig(translator="陳國華", original="https://example.org/{year}/{month}/{day}"),
        "en": CreditsConfig(author="Ann Lee", original="https://example.org/series"),
    }
    simplified = list_credits(declared, load_builtin_locale("zh-Hans"), "btc-2026-02-06", "2026-02-06")
    english = list_credits(declared, load_builtin_locale("en"), "btc-2026-02-06", "2026-02-06")

    assert [(one.kind, one.name, one.text) for one in simplified] == [
        ("translator", "陈国华", "编译：陈国华"),
        ("canonical", "https://example.org/2026/02/06", "原文出处"),
    ]
    assert [(one.kind, one.name, one.text) for one in english] == [
        ("author", "Ann Lee", "By Ann Lee"),
        ("original", "https://example.org/series", "Original text"),
    ]
