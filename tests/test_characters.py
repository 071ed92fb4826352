"""Characters that nobody sees: in which files they are refused, and how messages show them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.diagnostics.hidden_characters import find_hidden, to_printable
from reporter.syntax.authored_text import decode_authored
from reporter.verify.gate.text_residue import find_text_residue

HIDING = "\x1b\x07\x01\x7f\x85\u200b\u200c\u200d\u200e\u202a\u202e\u2066\u2060\u2061\ufffc\ufeff\u00ad\ue000\U000f0000"


@pytest.mark.parametrize("char", HIDING)
def test_a_hidden_character_is_refused_in_what_authors_write_and_in_finished_texts(char: str) -> None:
    with pytest.raises(InputError) as raised:
        decode_authored(f"title\nas{char}set\n".encode(), "desk.toml")
    assert str(raised.value).startswith("desk.toml:2:3: a ")
    assert str(raised.value).endswith(f"(U+{ord(char):04X}); delete it")
    assert list(find_text_residue(f"Bitcoin closed at {char}$69,980.", "en"))


@pytest.mark.parametrize(
    "written", ["\\u202e", "\\U0000202E", "\\x1b", "&#8238;", "&#x202e;", "&rlm;", "&ZeroWidthSpace;"]
)
def test_a_hidden_character_is_refused_where_it_is_written_by_its_code(written: str) -> None:
    with pytest.raises(InputError, match=r"a\.j2:1:4: "):
        decode_authored(f"abc{written}".encode(), "a.j2")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffa mark at the start",
        "👨‍👩‍👧 ❤️ 🏳️‍🌈 ☀️",
        "tab\tand\r\nline",
        "no-break\u00a0space, 全形　空格",
        "&amp; &nbsp; \\u00e9 &#8364;",
    ],
)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert decode_authored(text.encode(), "a.j2")


@pytest.mark.long
@given(st.text())
def test_a_message_shows_no_character_that_steers_a_terminal(text: str) -> None:
    shown = str(Diagnostic("data.not-a-number", Place(f"{text}.csv", 3), f'"{text}" is not a number', text))
    assert find_hidden(shown) is None
    assert not any(unicodedata.category(char) == "Cc" for char in shown)


def test_a_message_says_which_character_it_was() -> None:
    assert to_printable("\x1b]0;pwned\x07 \u202e\n") == "\\x1b]0;pwned\\x07 \\u202e\\n"


def test_a_message_embeds_no_file() -> None:
    address = "data:image/svg+xml;base64," + "A" * 100_000
    assert to_printable(f'the page asks for "{address}"') == 'the page asks for "data:image/svg+xml;base64,…"'
    assert len(to_printable("x" * 1_000_000)) < 200


@pytest.mark.parametrize("folder", ["templates", "locales", "samples"])
def test_shipped_files_hold_none(folder: str) -> None:
    for path in (Path(__file__).parents[1] / folder).rglob("*"):
        if path.suffix in {".j2", ".toml", ".yaml", ".css", ".csv", ".po"}:
            decode_authored(path.read_bytes(), str(path))
