"""Charts draw on any data, say nothing without data, and give the same bytes twice."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.charts import draw_chart, draw_sparkline
from reporter.charts.compose import compose_picture
from reporter.charts.label_placement import Pen
from reporter.charts.marks import Box, Dot, Picture, Stroke, TextMark
from reporter.diagnostics.errors import InputError
from reporter.model.chart import BarSeries, Chart, LevelLine, LineSeries, Panel, Phase, Point, ShadedBand
from reporter.model.metric import Unit
from tests.charts.specimens import START, PlainAxis, day_moves, deleveraging, flows, price, strikes, style, versus

AXIS = PlainAxis()
PHASES = ("破位", "掃低", "築底", "回升", "成本區")


def specimens() -> list[Chart]:
    return [
        price(PHASES),
        deleveraging(("a", "b", "c", "d", "Longs", "Shorts")),
        strikes(("Calls", "Puts")),
        day_moves(("one", "two", "three", "four", "five", "six")),
        flows(("Month",)),
        versus(("w", "x", "y", "z")),
    ]


def laid_out(chart: Chart, *, rise_is_red: bool = False) -> Picture:
    picture = compose_picture(chart, style(), AXIS, rise_is_red=rise_is_red)
    assert picture is not None
    return picture


def texts(picture: Picture) -> list[TextMark]:
    return [mark for mark in picture.marks if isinstance(mark, TextMark)]


def line_chart(*ys: float | None, unit: Unit = Unit.PRICE) -> Chart:
    x = tuple(START + 3600.0 * n for n in range(len(ys)))
    return Chart("one", (Panel("time", unit, lines=(LineSeries(x, ys, "end"),)),))


@pytest.mark.parametrize("chart", specimens(), ids=lambda chart: chart.id)
def test_no_label_leaves_the_canvas_or_lies_over_another(chart: Chart) -> None:
    picture, pen = laid_out(chart), Pen(style())
    boxes = []
    for text in texts(picture):
        width = pen.measure_width(text.text, bold=text.bold, size=text.size)
        boxes.append(Box(text.x, text.y - text.size * 0.75, width, text.size * 0.75, "#000000"))
    for box in boxes:
        assert box.left >= -0.01
        assert box.top >= 0
        assert box.left + box.width <= picture.width + 0.01
        assert box.top + box.height <= picture.height
    assert [pair for pair in combinations(boxes, 2) if pair[0].overlap_area(pair[1]) > 0.5] == []


@pytest.mark.parametrize("chart", specimens(), ids=lambda chart: chart.id)
def test_a_second_drawing_has_the_same_bytes(chart: Chart) -> None:
    assert draw_chart(chart, style(), AXIS, True) == draw_chart(chart, style(), AXIS, True)


@pytest.mark.parametrize("chart", specimens(), ids=lambda chart: chart.id)
def test_labels_are_text_for_the_page_and_outlines_for_files(chart: Chart) -> None:
    drawing = draw_chart(chart, style(), AXIS, True, png=False)
    assert drawing is not None
    page, file = ElementTree.fromstring(drawing.svg), ElementTree.fromstring(drawing.svg_paths)
    words = [element.text for element in page.iter("{http://www.w3.org/2000/svg}text")]
    assert words == [text.text for text in texts(laid_out(chart, rise_is_red=True))]
    assert list(file.iter("{http://www.w3.org/2000/svg}text")) == []
    known = {element.get("id") for element in file.iter("{http://www.w3.org/2000/svg}path")}
    used = {str(element.get("href"))[1:] for element in file.iter("{http://www.w3.org/2000/svg}use")}
    assert used <= known
    assert used


def test_only_what_is_asked_for_is_made() -> None:
    drawing = draw_chart(line_chart(1.0, 2.0), style(), AXIS, True, paths=False, png=False)
    assert drawing is not None
    assert (drawing.svg[:4], drawing.svg_paths, drawing.png) == ("<svg", "", b"")


def test_png_is_twice_a_screen_at_printed_size() -> None:
    drawing = draw_chart(price(PHASES), style(), AXIS, True, text=False, paths=False)
    assert drawing is not None
    assert drawing.png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", drawing.png[16:24]) == (round(178 / 25.4 * 192), round(62 / 25.4 * 192))


@pytest.mark.parametrize(
    "chart",
    [
        Chart("none", ()),
        Chart("empty", (Panel("time", Unit.PRICE),)),
        line_chart(None, None, float("nan"), float("inf")),
        Chart("frame", (Panel("time", Unit.PRICE, levels=(LevelLine(1.0, "1"),), bands=(ShadedBand(1.0, 2.0, "b"),)),)),
        Chart("names", (Panel("category", Unit.FRACTION, categories=("a", "b"), bars=(BarSeries((0.0,), (None,)),)),)),
    ],
    ids=lambda chart: chart.id,
)
def test_a_chart_without_a_value_is_not_drawn(chart: Chart) -> None:
    assert draw_chart(chart, style(), AXIS, True) is None


def test_a_panel_without_a_value_is_left_out() -> None:
    full = Panel("time", Unit.PRICE, "full", lines=(LineSeries((START, START + 60), (1.0, 2.0)),))
    empty = Panel("time", Unit.PRICE, "empty", lines=(LineSeries((START,), (None,)),))
    shown = [text.text for text in texts(laid_out(Chart("two", (empty, full))))]
    assert "full" in shown
    assert "empty" not in shown


def test_a_gap_breaks_the_line_and_a_lone_value_becomes_a_dot() -> None:
    marks = laid_out(line_chart(1.0, 2.0, None, 3.0, None, 4.0, 5.0)).marks
    focus = style().look.focus
    lines = [mark for mark in marks if isinstance(mark, Stroke) and mark.colour == focus]
    dots = [mark for mark in marks if isinstance(mark, Dot) and mark.rim == focus]
    assert [len(line.places) for line in lines] == [2, 2]
    assert len(dots) == 1


@pytest.mark.parametrize("rise_is_red", [True, False])
def test_the_colour_of_a_rise_is_the_locales(rise_is_red: bool) -> None:
    look = style().look
    boxes = [
        mark for mark in laid_out(day_moves(tuple("abcdef")), rise_is_red=rise_is_red).marks if isinstance(mark, Box)
    ]
    bars = [box.colour for box in boxes if box.colour in (look.warm, look.cool)]
    up, down = (look.warm, look.cool) if rise_is_red else (look.cool, look.warm)
    assert bars == [up] * 4 + [down] * 2


def test_more_categories_than_fit_make_the_chart_taller() -> None:
    names = tuple(f"name {n}" for n in range(40))
    panel = Panel(
        "category", Unit.FRACTION, bars=(BarSeries(tuple(map(float, range(40))), (0.01,) * 40),), categories=names
    )
    picture = laid_out(Chart("many", (panel,), "small"))
    rows = [text.y for text in texts(picture) if text.text.startswith("name")]
    assert min(b - a for a, b in pairwise(rows)) > style().look.label_size


def test_a_character_without_a_glyph_is_named() -> None:
    chart = Chart("one", (Panel("time", Unit.PRICE, "rise 🚀", lines=(LineSeries((START,), (1.0,)),)),))
    with pytest.raises(InputError) as caught:
        draw_chart(chart, style(), AXIS, True)
    assert str(caught.value) == (
        f'chart one: label "rise 🚀" has U+1F680, which the font {style().bold.path} can\'t show; use another character'
    )


numbers = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-1e6, 1e6),
    st.sampled_from([0.0, -0.0, 1e-320, 1e99, -1e99, 5e-12, 70000.0]),
)


@settings(max_examples=150, deadline=None)
@given(ys=st.lists(numbers, min_size=1, max_size=12), extra=numbers, kind=st.sampled_from(["time", "number"]))
def test_any_series_is_drawn_inside_its_canvas(ys: list[float | None], extra: float | None, kind: str) -> None:
    x = tuple(START + 1800.0 * n for n in range(len(ys)))
    mark = extra if extra is not None else 1.0
    panel = Panel(
        "time" if kind == "time" else "number",
        Unit.PRICE,
        "title",
        lines=(LineSeries(x, tuple(ys), "end"),),
        bars=(BarSeries(x, tuple(ys), "bars"),),
        levels=(LevelLine(mark, "level"),),
        bands=(ShadedBand(mark, 2.0, "band"),),
        points=(Point(x[-1], mark, 1, "point"),),
        phases=(Phase(x[0], x[-1], "phase"),),
    )
    drawing = draw_chart(Chart("any", (panel, panel), "small"), style(), AXIS, True, png=False)
    if drawing is None:
        assert all(y is None or not abs(y) < 1e100 for y in ys)
        return
    assert re.search(r'="[^"]*(nan|inf|e[+-]\d)', drawing.svg) is None
    for element in ElementTree.fromstring(drawing.svg).iter("{http://www.w3.org/2000/svg}path"):
        heights = [float(pair.split(" ")[1]) for pair in str(element.get("d"))[1:].split("L")]
        assert all(-8 <= height <= 150 for height in heights)


@settings(max_examples=100, deadline=None)
@given(values=st.lists(numbers, max_size=40))
def test_any_sparkline_stays_in_its_box(values: list[float | None]) -> None:
    drawn = draw_sparkline(values)
    if not drawn:
        assert all(v is None or not abs(v) < 1e100 for v in values)
        return
    route = next(element for element in ElementTree.fromstring(drawn) if element.tag.endswith("path")).get("d")
    pairs = [pair.split(" ") for pair in re.split("[ML]", str(route))[1:]]
    assert all(2 <= float(x) <= 64 and 2 <= float(y) <= 10 for x, y in pairs)


def test_a_flat_sparkline_runs_through_the_middle() -> None:
    assert 'd="M2.0 6.0L33.0 6.0M64.0 6.0"' not in draw_sparkline([1.0, 1.0, 1.0])
    assert 'd="M2.0 6.0L33.0 6.0L64.0 6.0"' in draw_sparkline([1.0, 1.0, 1.0])
    assert 'd="M2.0 6.0M64.0 6.0"' in draw_sparkline([1.0, None, 1.0])


def test_a_stray_matplotlibrc_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("path.simplify: False\nlines.linewidth: 9\nfont.size: 30\n", "utf-8")
    program = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.charts.specimens import *\n"
        "from reporter.charts import draw_chart\n"
        "d = draw_chart(flows(('Month',)), style(), PlainAxis(), True)\n"
        "print(hashlib.sha256(d.png + d.svg.encode()).hexdigest())"
    )
    root = str(Path(__file__).parents[2])
    runs = [
        subprocess.run([sys.executable, "-c", program, root], cwd=folder, capture_output=True, text=True, check=True)
        for folder in (tmp_path, root)
    ]
    assert runs[0].stdout == runs[1].stdout
