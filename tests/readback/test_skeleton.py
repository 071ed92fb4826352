"""All of a file but its words: what changes its hash, and what doesn't."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.readback.skeleton import hash_skeleton

PAGE = (
    '<!DOCTYPE html><html lang="en"><head><style>p > b { color: red }</style></head>'
    "<body><p class=\"a > b\" title='x'>One <b>two</b> three</p><!-- not seen -->"
    '<svg viewBox="0 0 9 9"><path d="M0 0L9 9"/><text>label</text></svg></body></html>'
)
TEXT = 'One [two](https://example.org "seen by chance") three\n\n<b>four</b> five\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('lang="en"', 'lang="fr"'),
        ("color: red", "display: none"),
        ('class="a > b"', 'class="a"'),
        ("title='x'", "title='y'"),
        ("<b>two</b>", "two"),
        ("not seen", "seen"),
        ("M0 0L9 9", "M0 9L9 0"),
        ("label", "lapel"),
        ("One", "<i>One</i>"),
        ("One", "One<"),
        ("</body>", "<script></script></body>"),
    ],
)
def test_all_but_the_words_of_a_page_counts(old: str, new: str) -> None:
    assert old in PAGE
    assert hash_skeleton("a.en.html", PAGE.replace(old, new, 1)) != hash_skeleton("a.en.html", PAGE)


@given(st.text(st.characters(exclude_characters="<", exclude_categories=["Cs"])))
def test_words_do_not(words: str) -> None:
    for place in ("One ", "two", " three"):
        assert hash_skeleton("a.en.html", PAGE.replace(place, words)) == hash_skeleton("a.en.html", PAGE)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("One", "Another", True),
        ("https://example.org", "https://example.com", True),
        ("five", "six", True),
        ("seen by chance", "seen", False),
        ("<b>", "<b hidden>", False),
        ("One", "One <!-- not seen -->", False),
        ("five", "five\n\n<div>\n", False),
        ("five", "five <del>six</del>", False),
    ],
)
def test_of_markdown_its_html_and_titles_count(old: str, new: str, same: bool) -> None:
    assert (hash_skeleton("a.en.md", TEXT.replace(old, new, 1)) == hash_skeleton("a.en.md", TEXT)) is same
