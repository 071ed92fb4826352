"""Patches of WeasyPrint: what each relies on is as it knows it, does what it is for, and is left out where it isn't."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pytest
from weasyprint.layout import block
from weasyprint.pdf import tags
from weasyprint.svg import TAGS

from reporter.readback.pdf import read_sheet, read_tags
from reporter.render.fonts import SANS, find_fonts, subset_fonts
from reporter.render.pdf import writer
from reporter.render.pdf.patches import column_balancing, svg_text, tagging
from reporter.render.pdf.patches.signatures import find_misfit
from reporter.render.pdf.writer import Pdf, render_pdf
from tests.render.specimens import EN, full, page, quiet

_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="200" height="40" viewBox="0 0 200 40">'
    f'<title>A drawing</title><text x="5" y="20" font-family="{SANS}" font-size="12">two words</text></svg>'
)
_PAGE = (
    f'<!DOCTYPE html><html lang="en"><head><title>A page</title><style>body {{ font-family: "{SANS}" }}</style>'
    f'</head><body><h1>A page</h1><p>Words <em lang="fr">en français</em>.</p>{_DRAWING}</body></html>'
)


def _render(html: str) -> Pdf:
    return render_pdf(html, subset_fonts(html, find_fonts("en")))


def _words(pdf: Pdf) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf.data)) as read:
        return [word.text for sheet in read.pages for word in read_sheet(sheet).words]


@pytest.mark.parametrize(
    ("what", "misfit"),
    [
        ("balancing of columns", lambda: find_misfit(block, column_balancing._KNOWN)),
        ("drawing of a label: the element", lambda: find_misfit(TAGS, svg_text._KNOWN_TAGS)),
        ("drawing of a label: its colours", lambda: find_misfit(writer._svg_text_api().svg, svg_text._KNOWN_SVG)),
        ("drawing of a label: its text", lambda: find_misfit(writer._svg_text_api(), svg_text._KNOWN_API)),
        ("languages of tags", lambda: find_misfit(tags, tagging._KNOWN)),
    ],
)
def test_what_a_patch_relies_on_is_as_it_knows_it(what: str, misfit: Any) -> None:
    assert misfit() is None, f"the patch of WeasyPrint for the {what} no longer fits: {misfit()}"


def test_every_patch_is_in_force() -> None:
    assert _render(_PAGE).misfits == ()


@pytest.mark.long
def test_columns_take_fewer_layouts_with_the_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    html = page(full(EN))
    plain, count = block.block_level_layout, 0

    def counting(  # noqa: PLR0917 - as WeasyPrint's
        context: Any,
        box: Any,
        bottom_space: Any,
        skip_stack: Any,
        containing_block: Any,
        page_is_empty: Any = True,
        absolute_boxes: Any = None,
        fixed_boxes: Any = None,
        adjoining_margins: Any = None,
        first_letter_style: Any = None,
        first_line_style: Any = None,
        discard: Any = False,
        max_lines: Any = None,
    ) -> Any:
        nonlocal count
        count += 1
        return plain(
            context,
            box,
            bottom_space,
            skip_stack,
            containing_block,
            page_is_empty,
            absolute_boxes,
            fixed_boxes,
            adjoining_margins,
            first_letter_style,
            first_line_style,
            discard,
            max_lines,
        )

    monkeypatch.setattr(block, "block_level_layout", counting)
    assert _render(html).misfits == ()
    patched, count = count, 0
    monkeypatch.setattr(column_balancing, "_KNOWN", (("block_box_layout", ()),))
    assert len(_render(html).misfits) == 1
    assert patched < 0.7 * count, "columns are laid out as often with the patch as without"


def test_a_label_is_drawn_as_one_text_and_keeps_its_space(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "two words" in _words(_render(_PAGE)), "a drawing's label is no longer set in one go"
    monkeypatch.setattr(svg_text, "_KNOWN_TAGS", (("text", ()),))
    left_out = _render(_PAGE)
    assert left_out.misfits == ("text takes svg, node, font_size, not ",)
    assert "two words" not in _words(left_out)


def test_tags_have_languages_and_none_only_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(pdf: Pdf) -> tuple[set[str], set[str]]:
        with pikepdf.open(io.BytesIO(pdf.data)) as opened:
            languages = {
                str(item["/Lang"])
                for item in opened.objects
                if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem" and "/Lang" in item
            }
            return languages, {tag.kind for tag in read_tags(opened)}

    languages, kinds = read(_render(_PAGE))
    assert languages == {"fr"}, "the tags of a foreign word no longer say its language"
    assert "Div" not in kinds, "tags that only group are no longer taken out"
    monkeypatch.setattr(tagging, "_KNOWN", (("_build_tree", ()),))
    left_out = _render(_PAGE)
    assert left_out.misfits == ("_build_tree is gone",)
    assert read(left_out)[0] == set()


def test_a_tree_of_tags_of_another_form_is_left_as_it_is() -> None:
    class Tree:
        catalog = {"StructTreeRoot": b"1 0 R"}  # noqa: RUF012 - a double of pydyf's
        objects = ()

    assert tagging.simplify_tags(Tree()) == "tree of tags has no list of parents"


@pytest.mark.parametrize("name", ["block_box_layout", "block_level_layout"])
def test_a_function_with_other_parameters_is_left_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = getattr(block, name)

    def changed(*arguments: Any, **named: Any) -> Any:
        return plain(*arguments, **named)

    monkeypatch.setattr(block, name, changed)
    made = _render(page(quiet(EN)))
    assert len(made.misfits) == 1
    assert re.match(rf"{name} takes arguments, named, not context, box, ", made.misfits[0])
    assert made.pages == 1
    assert getattr(block, name) is changed
