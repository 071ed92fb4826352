"""Whatever a day brings, no label of a chart lies over another and nothing leaves the canvas."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reporter.charts.compose import compose_picture
from reporter.charts.label_placement import Pen, place_beside_dot
from reporter.charts.marks import Box, Dot, Picture, Stroke, TextMark
from reporter.model.chart import BarSeries, Chart, LevelLine, LineSeries, Panel, Phase, Point, ShadedBand, VerticalRule
from reporter.model.metric import Unit
from tests.charts.specimens import START, PlainAxis, style

STYLE, PEN = style(), Pen(style())
#: Half a point is less than a hairline and its neighbour; letters don't touch.
SLACK = 0.5

values = st.one_of(
    st.floats(-1e5, 1e5),
    st.sampled_from([0.0, -0.0, 70_000.0, 70_000.1, 1e-9, -3.0, 12_345_678_901_234_567_890.0, -1e19, 5e15]),
)
gaps = st.one_of(st.none(), values)
names = st.text("ab 漲跌區", min_size=1, max_size=40).filter(str.strip)
short = st.one_of(st.just(""), st.text("0123456789,.", max_size=26), st.text("xy 低", max_size=12))


def texts(picture: Picture) -> list[tuple[TextMark, Box]]:
    """Each text with the room that its letters take."""
    shown = [mark for mark in picture.marks if isinstance(mark, TextMark) and mark.text.strip()]
    return [(text, _room(text)) for text in shown]


def _room(text: TextMark) -> Box:
    width = PEN.measure_width(text.text, bold=text.bold, size=text.size)
    return Box(text.x, text.y - text.size * 0.75, width, text.size * 0.75, "#000000")


def overlapping(picture: Picture) -> list[tuple[str, str]]:
    pairs = combinations(texts(picture), 2)
    return [(first.text, second.text) for (first, a), (second, b) in pairs if a.overlap_area(b) > SLACK]


def outside(picture: Picture) -> list[object]:
    """Marks that leave the canvas."""
    found: list[object] = []
    for mark in picture.marks:
        if isinstance(mark, TextMark):
            box = _room(mark)
            edges = (box.left, box.top, box.left + box.width, box.top + box.height)
        elif isinstance(mark, Box):
            edges = (mark.left, mark.top, mark.left + mark.width, mark.top + mark.height)
        elif isinstance(mark, Dot):
            edges = (mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius)
        else:
            xs, ys = [x for x, _ in mark.places], [y for _, y in mark.places]
            edges = (min(xs), min(ys), max(xs), max(ys))
        left, top, right, bottom = edges
        if min(left, top) < -2 * SLACK or right > picture.width + 2 * SLACK or bottom > picture.height + 2 * SLACK:
            found.append(mark)
    return found


def assert_sound(chart: Chart) -> None:
    picture = compose_picture(chart, STYLE, PlainAxis(), rise_is_red=True)
    if picture is not None:
        assert overlapping(picture) == []
        assert outside(picture) == []


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    """A panel over time or numbers with everything that may stand in one."""
    ys = tuple(draw(st.lists(gaps, min_size=1, max_size=8)))
    xs = tuple(START + 3600.0 * n for n in range(len(ys)))
    at = st.sampled_from(xs)
    edges = sorted(draw(st.lists(at, min_size=2, max_size=8)))
    return Panel(
        "time" if draw(st.booleans()) else "number",
        draw(st.sampled_from([Unit.PRICE, Unit.USD, Unit.FRACTION])),
        draw(st.one_of(st.just(""), names)),
        lines=tuple(
            LineSeries(xs, ys, draw(short), name=draw(st.one_of(st.just(""), names))) for _ in range(draw(counts))
        ),
        bars=tuple(BarSeries(xs, ys, draw(st.one_of(st.just(""), names))) for _ in range(draw(counts))),
        levels=tuple(LevelLine(draw(values), draw(short)) for _ in range(draw(st.integers(0, 9)))),
        bands=tuple(ShadedBand(draw(values), draw(values), draw(names)) for _ in range(draw(counts))),
        points=tuple(Point(draw(at), draw(values), n, draw(short)) for n in range(1, draw(st.integers(1, 6)))),
        phases=tuple(Phase(a, b, draw(names)) for a, b in pairwise(edges)),
        rules=tuple(VerticalRule(draw(at), draw(names)) for _ in range(draw(counts))),
    )


counts = st.integers(0, 3)

#: A numbered dot on zero, where bars below it leave no room above.
DOT_ON_ZERO = Panel("number", Unit.PRICE, bars=(BarSeries((START,), (-1.0,)),), points=(Point(START, 0.0, 1, ""),))


@settings(max_examples=150, deadline=None)
@example(DOT_ON_ZERO, "wide", 0.87)
@given(
    panel=panels(), size=st.sampled_from(["wide", "column", "low", "small"]), stretch=st.sampled_from([0.87, 1, 1.3])
)
def test_a_chart_of_anything(panel: Panel, size: str, stretch: float) -> None:
    assert_sound(Chart("any", (panel,), size, stretch))  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(several=st.lists(panels(), min_size=2, max_size=4), size=st.sampled_from(["stack", "tall"]))
def test_a_stack_of_anything(several: list[Panel], size: str) -> None:
    assert_sound(Chart("any", tuple(several), size))  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(names, gaps, short), min_size=1, max_size=24), st.booleans(), st.sampled_from(["small", "low"])
)
def test_rows_of_anything(rows: list[tuple[str, float | None, str]], tagged: bool, size: str) -> None:
    bars = BarSeries(tuple(float(n) for n in range(len(rows))), tuple(value for _, value, _ in rows))
    tags = tuple(tag for *_, tag in rows) if tagged else ()
    panel = Panel("category", Unit.PRICE, bars=(bars,), categories=tuple(name for name, *_ in rows), tags=tags)
    assert_sound(Chart("any", (panel,), size))  # type: ignore[arg-type]


@pytest.mark.parametrize("beyond", [0.5, 1.05, 1.5, 4.0])
def test_a_dot_s_label_is_moved_off_the_canvas_s_left_edge(beyond: float) -> None:
    """Over the dot it would begin left of the canvas by so much; at the right it would lie over another label."""
    text = PEN.make_text(0.0, 0.0, "70,000", "#000000", bold=True)
    frame, x, y = Box(0.0, 0.0, 200.0, 60.0, ""), PEN.text_box(text).width / 2 - beyond, 30.0
    placed = place_beside_dot(x, y, text, PEN, [Box(x + 20, y - 20, 100.0, 40.0, "")], (), frame)

    assert placed is not None
    assert PEN.text_box(placed).left == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("ys", [(5.0,), (5.0, 5.0, 5.0), (1.0, 1e18), (-1.0, None, None, -2.0), (0.0,)])
def test_one_bar_flat_lines_leaps_and_missing_days(ys: tuple[float | None, ...]) -> None:
    xs = tuple(START + 3600.0 * n for n in range(len(ys)))
    last = next(y for y in reversed(ys) if y is not None)
    points = tuple(Point(xs[-1], last, n, "70,000") for n in (1, 2, 3))
    levels = tuple(LevelLine(last, f"{n},000") for n in range(6))
    panel = Panel("time", Unit.PRICE, lines=(LineSeries(xs, ys, "70,000"),), levels=levels, points=points)
    chart = Chart("one", (panel,), "low")
    picture = compose_picture(chart, STYLE, PlainAxis(), rise_is_red=False)

    assert picture is not None
    assert_sound(chart)
    shown = [text.text for text, _ in texts(picture)]
    assert {"1", "2", "3", "70,000"} <= set(shown)
    # The line's own value comes before levels at the same place.
    assert [mark for mark in picture.marks if isinstance(mark, Stroke)]
