"""One reading for the gate and for proof-readers: what stands together, its parts, and the place of each letter."""

from __future__ import annotations

import pytest

from reporter.diagnostics.diagnostic import line_column
from reporter.readback.html import read_html
from reporter.readback.markdown import read_front_matter, read_markdown
from reporter.readback.pieces import FinishedFile

MARKDOWN = (
    '---\ntitle: "It fell \\ud83d\\ude00 3%"\nauthor: A. Writer\ntags: ["x"]\n---\n\n'
    "| a &amp; b | `c` |\n| --- | --- |\n| 3% | <b>d</b> |\n\nIt’s [here](https://a.io/3%),\nand *3*%.\n"
)
HTML = (
    '<head><title>T</title><meta name="author" content="A. Writer"></head><body>\n<table><tr>\n<th>a &amp; b</th>'
    '<td>3%</td></tr></table><figcaption>It fell. <span class="key">① R&D</span></figcaption>'
    "<svg><title>An alt</title><text>drawn &lt;</text></svg></body>"
)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            read_markdown(MARKDOWN, "article.en.md"),
            [
                ("front", "title", ["It fell 😀 3%"]),
                ("front", "author", ["A. Writer"]),
                ("text", "", ["a & b", "c"]),
                ("text", "", ["3%", "<b>d</b>"]),
                ("text", "", ["It’s here, and 3%."]),
            ],
        ),
        (
            read_html(HTML, "article.en.html"),
            [
                ("front", "title", ["T"]),
                ("front", "author", []),
                ("text", "", ["a & b", "3%"]),
                ("text", "", ["It fell.", "① R&D"]),
                ("alt", "", []),
                ("chart", "", []),
            ],
        ),
    ],
    ids=["Markdown", "HTML"],
)
def test_what_stands_together_is_one_piece_and_knows_where_its_letters_stand(
    file: FinishedFile, said: list[tuple[str, str, list[str]]]
) -> None:
    assert [(piece.kind, piece.key, [part.text for part in piece.parts]) for piece in file.pieces] == said
    for piece in file.pieces:
        for at, char in enumerate(piece.text if piece.parts else ""):
            place = piece.find_offset(at)
            assert place is not None
            assert char in " '" or file.source[place] in (char, "&", "\\")
            assert line_column(file.source, place)[0] >= piece.line


def test_what_is_written_in_a_drawing_or_an_attribute_has_no_place() -> None:
    assert [(piece.text, piece.find_offset(0)) for piece in read_html(HTML).pieces if not piece.parts] == [
        ("A. Writer", None),
        ("An alt", None),
        ("drawn <", None),
    ]


def test_a_file_without_front_matter_has_no_fields() -> None:
    assert [piece.kind for piece in read_markdown("One: two.\n\nThree: four.\n").pieces] == ["text", "text"]


def test_a_field_of_the_front_matter_may_be_empty() -> None:
    source = '---\ntitle: ""\ncover: \nlang: "en"\n---\n\ntext\n'

    assert [(key, value) for key, value, _ in read_front_matter(source)] == [
        ("title", ""),
        ("cover", ""),
        ("lang", "en"),
    ]
