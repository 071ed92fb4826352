"""Markdown and HTML as a proof-reader meets them: a reader's text, and each character's place in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import text

from reporter.diagnostics.errors import InputError
from reporter.model.resources import locales_folder
from reporter.proofread import ProofPassage, proofread_file
from reporter.proofread.passages import iterate_passages
from reporter.readback.html import read_html
from reporter.readback.markdown import read_markdown
from reporter.readback.pieces import FinishedFile
from reporter.render.markdown import escape_markdown, quote_value

LETTERS = text(alphabet="ab 漢字，。$*_[]()<>#|~&^`{}1.+-%:!\\", min_size=1, max_size=30)


def kinds(read: list[ProofPassage]) -> list[tuple[str, str]]:
    return [(passage.kind, passage.text) for passage in read]


def the_passage(file: FinishedFile) -> ProofPassage:
    (passage,) = iterate_passages(file)
    return passage


@given(LETTERS)
def test_what_the_writer_escaped_is_read_as_it_was_meant(words: str) -> None:
    shown = " ".join(words.split())
    source = f"x{escape_markdown(words)}x\n"
    passage = the_passage(read_markdown(source))
    assert passage.text == f"x{shown}x"
    assert all(source[at] in (char, "&") for char, at in zip(passage.text, passage.offsets, strict=True))
    assert list(passage.offsets) == sorted(set(passage.offsets))


@given(LETTERS)
def test_front_matter_is_read_through_its_json(words: str) -> None:
    source = f'---\ntitle: {quote_value(words)}\nlang: "zh-Hant"\n---\n'
    file = read_markdown(source)
    passage = the_passage(file)
    assert (passage.kind, passage.text, file.lang) == ("matter", words, "zh-Hant")
    assert all(source[at] in (char, "\\") for char, at in zip(words, passage.offsets, strict=True))


def test_markdown_is_read_block_by_block() -> None:
    source = (
        "# Title\n\n> A quote.\n\n![An alt](x(1).svg)\n\n**Figure 1 · A title**\n\n"
        "- **met** An item.\n- [b](https://b.io/c) and b\n"
        "\n| a | b |\n| --- | --- |\n| c | d |\n"
    )
    read = list(iterate_passages(read_markdown(source)))
    assert kinds(read) == [
        ("heading", "Title"),
        ("prose", "A quote."),
        ("alt", "An alt"),
        ("prose", "Figure 1 · A title"),
        ("item", "met An item."),
        ("item", "b and b"),
        ("cell", "a"),
        ("cell", "b"),
        ("cell", "c"),
        ("cell", "d"),
    ]
    assert [passage.text[passage.lead :] for passage in read if passage.lead] == ["", " An item."]
    last = read[5]
    assert source[last.offsets[-1] - 4 : last.offsets[-1] + 1] == "and b"


def test_html_is_read_block_by_block() -> None:
    source = (
        '<html lang="en"><head><title>T</title><style>p { x }</style></head><body><p class="label">Price</p>\n'
        '<p>It fell &amp;\n rose &#36;3.</p><ul><li class="met"><strong>met</strong> An <em>item</em>.</li></ul>'
        '<svg><text>drawn</text></svg><figcaption>A caption. <span class="key">① high</span></figcaption></body></html>'
    )
    file = read_html(source)
    read = list(iterate_passages(file))
    assert file.lang == "en"
    assert kinds(read) == [
        ("heading", "T"),
        ("cell", "Price"),
        ("prose", "It fell & rose $3."),
        ("item", "met An item."),
        ("prose", "A caption."),
        ("cell", "① high"),
    ]
    prose = read[2]
    assert source[prose.offsets[prose.text.index("$")]] == "&"
    assert read[3].text[read[3].lead :] == " An item."


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "", "is neither Markdown nor HTML; give a .md or .html file"),
        ("a.md", "It fell.", "its language is not known; say --locale, one of "),
        ("article.fr.md", "Il tombe.", 'unknown locale "fr"; say --locale, one of '),
        ("a.md", "---\nlang: zh-Hnat\n---\n", 'unknown locale "zh-Hnat"; did you mean "zh-Hant"?'),
    ],
)
def test_a_file_that_cant_be_read_is_said_to_be_so(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        proofread_file(tmp_path / name, locales_folder())
    assert str(caught.value).startswith(f"{(tmp_path / name).as_posix()}: {said}")


def test_the_language_comes_from_the_call_the_file_or_its_name(tmp_path: Path) -> None:
    path = tmp_path / "article.zh-Hant.md"
    path.write_text("BTC fell 5%.\n", encoding="utf-8")
    assert [problem.what for problem in proofread_file(path, locales_folder())] == ['"fell" is left in English']
    assert proofread_file(path, locales_folder(), "en") == ()
    path.write_text("---\nlang: en\n---\nBTC fell 5%.\n", encoding="utf-8")
    assert proofread_file(path, locales_folder()) == ()


def test_names_in_the_ledger_beside_a_brief_are_nobodys_mistake(tmp_path: Path) -> None:
    path = tmp_path / "article.zh-Hant.md"
    path.write_text("據 the block 報導，價格上漲。\n", encoding="utf-8")
    assert [problem.what for problem in proofread_file(path, locales_folder())] == [
        '"the" is left in English',
        '"block" is left in English',
    ]
    ledger = '{"claims": [{"kind": "source", "shown": {"zh-Hant": ["the block"]}}]}'
    (tmp_path / "ledger.json").write_text(ledger, encoding="utf-8")
    assert proofread_file(path, locales_folder()) == ()
