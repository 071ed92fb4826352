"""Lines that a layout prints by itself: labels, in the language of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.language.numerals import load_builtin_locale
from reporter.verify.gate.layout_text import check_layout_lines, is_in_language

LOCALES = (load_builtin_locale("en"), load_builtin_locale("zh-Hant"))
LAYOUTS = Path(__file__).parents[2] / "templates" / "market_brief" / "layouts"


def problems(text: str, name: str = "article.md.j2") -> list[str]:
    return [str(problem).partition(";")[0] for problem in check_layout_lines(name, text, name, LOCALES)]


def in_english(text: str) -> str:
    return f'{{% if document.lang == "en" %}}{text}{{% endif %}}'


@pytest.mark.parametrize("path", sorted(LAYOUTS.glob("*.j2")), ids=lambda path: path.name)
def test_the_shipped_layouts_say_nothing_by_themselves(path: Path) -> None:
    assert not list(check_layout_lines(path.name, path.read_text("utf-8"), path.name, LOCALES))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Bitcoin at 100000", 'has a number, "100000"'),
        ("Thirty Million", 'has a number, "Thirty"'),
        ("Version ½", 'has a number, "½"'),
        ("Part VIII", 'has a number, "VIII"'),
        ("漲三成", 'has a number, "三成"'),
        ("Bitcoin Crashed", 'has a word that says something of a market, "Crashed"'),
        ("比特幣崩盤", 'has a word that says something of a market, "崩盤"'),
        ("Ask us! Now", "is a sentence"),
        ("Our desk wrote. Read it", "is a sentence"),
        ("A line of words that are not a label", "is longer than a label"),
        ("這是一行比十四個字還要長得多的中文字句", "is longer than a label"),
    ],
)
def test_a_line_that_is_no_label_is_refused(text: str, why: str) -> None:
    for name, shown in (("a.md.j2", text), ("a.html.j2", f"<p>{text}</p>"), ("a.html.j2", f'<img alt="{text}">')):
        found = problems(f"{{% if document.lang %}}{shown}{{% endif %}}", name)
        assert len(found) == 1
        assert found[0].endswith(f'"{text}" {why}')


def test_a_label_is_of_the_pages_language() -> None:
    assert problems("{# x #}\n\n  Our newsletter") == [
        'article.md.j2:3:3: "Our newsletter" would stand on pages of every language'
    ]
    assert not problems(in_english("Our newsletter"))
    assert not problems("Sample Desk · ACME Research")
    assert not problems("{{ document.byline }}:\n**{{ labels.sources }}**\n---\n|")


def test_a_picture_from_elsewhere_is_refused() -> None:
    assert "article.md.j2:1:1: a picture from elsewhere" in problems("![](https://e.example/a.png)")
    assert not problems("![{{ block.alt }}]({{ charts.a }})")


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [("Our newsletter", True, False), ("訂閱本刊", False, True), ("Sample Desk", True, True)],
)
def test_whose_page_a_line_belongs_on(text: str, english: bool, chinese: bool) -> None:
    assert [is_in_language(text, locale) for locale in LOCALES] == [english, chinese]
