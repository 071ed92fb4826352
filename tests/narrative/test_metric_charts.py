"""Charts that report.yaml makes of metrics: what is drawn where, and what can't be drawn."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale
from reporter.model.chart import Chart
from reporter.model.metric import Unit
from reporter.narrative.chart_specs import ChartSource
from reporter.narrative.metric_charts import build_metric_chart, list_drawn_sources
from reporter.narrative.outline import FigureOutline
from reporter.pipeline.read import open_authored
from tests.briefs import SAMPLES
from tests.narrative.build import DAY, EN, ZH, Values, make_finding, make_metrics

OI, CLOSE, FLOW = "derivatives.open_interest", "price.close", "etf.net_flow_1d"


def figure(kind: str, **keys: object) -> FigureOutline:
    def named(name: str) -> object:
        return {"metric": name, "label": {"en": f"The {name[:2]}", "zh-Hant": f"這 {name[:2]}"}}

    parts = {key: [named(str(one)) for one in value] for key, value in keys.items() if isinstance(value, list)}
    return FigureOutline.model_validate({"id": "own", "kind": kind, "findings": ["figure.one"], **keys, **parts})


def draw(outline: FigureOutline, values: Mapping[str, float | Values], locale: Locale = EN) -> Chart | None:
    return build_metric_chart(outline, ChartSource(make_metrics(values), make_finding("figure.one"), locale))


def test_a_line_alone_ends_in_its_value_and_is_named_by_the_title() -> None:
    chart = draw(figure("line", lines=[CLOSE], days=3), {CLOSE: [9.0, 1.0, None, 3.0]})

    assert chart is not None
    [panel] = chart.panels
    assert (panel.x, panel.unit, panel.title) == ("time", Unit.PRICE, "")
    assert [line.y for line in panel.lines] == [(1.0, None, 3.0)]
    assert [(line.label, line.name) for line in panel.lines] == [("3", "")]


def test_of_two_lines_the_first_is_in_front_and_both_are_named() -> None:
    chart = draw(
        figure("line", lines=[CLOSE, "onchain.band_low"]), {CLOSE: [1.0, 2.0], "onchain.band_low": [2.0, 4.0]}, ZH
    )

    assert chart is not None
    told = [(line.role, line.name, line.label) for line in chart.panels[0].lines]
    assert told == [("focus", "這 pr", ""), ("comparator", "這 on", "")]


def test_bars_and_a_line_share_a_panel() -> None:
    chart = draw(
        figure("line+bar", lines=[OI], bars=["derivatives.liquidations_long"]),
        {
            OI: [2e9, 3e9],
            "derivatives.liquidations_long": [1e6, 2e6],
        },
    )

    assert chart is not None
    [panel] = chart.panels
    assert [line.name for line in panel.lines] == ["The de"]
    assert [(bars.label, bars.y) for bars in panel.bars] == [("The de", (1e6, 2e6))]


def test_small_multiples_have_a_panel_each_and_leave_out_what_has_no_course() -> None:
    chart = draw(
        figure("small multiples", lines=[CLOSE, OI], bars=["price.return_1d"]),
        {
            CLOSE: [1.0, 2.0],
            OI: [2e9],
            "price.return_1d": [0.1, -0.1],
        },
    )

    assert chart is not None
    assert [(panel.unit, panel.title) for panel in chart.panels] == [(Unit.PRICE, "The pr"), (Unit.FRACTION, "The pr")]
    assert chart.size == "stack"


@pytest.mark.parametrize("kind", ["line", "small multiples"])
def test_nothing_is_drawn_of_one_value(kind: str) -> None:
    assert draw(figure(kind, lines=[CLOSE]), {CLOSE: [1.0]}) is None


def test_what_is_carried_over_days_is_drawn_once_on_the_day_of_its_row() -> None:
    metrics = make_metrics({FLOW: [1e6, 2e6, 2e6, 2e6, 5e6]})
    ends = metrics.series[FLOW].as_of
    carried = replace(
        metrics.series[FLOW],
        spec=replace(metrics.series[FLOW].spec, max_age_days=5),
        as_of=(ends[0], ends[1], ends[1], ends[1], ends[4]),
    )
    source = ChartSource(replace(metrics, series={**metrics.series, FLOW: carried}), make_finding("figure.one"), EN)

    chart = build_metric_chart(figure("bar", bars=[FLOW]), source)

    assert chart is not None
    [bars] = chart.panels[0].bars
    assert bars.y == (1e6, 2e6, 5e6)
    assert [later - first for first, later in zip(bars.x, bars.x[1:], strict=False)] == [DAY, 3 * DAY]


def test_sources_are_those_of_the_days_that_are_drawn() -> None:
    metrics = make_metrics({CLOSE: [1.0, 2.0, 3.0]})
    series = replace(metrics.series[CLOSE], source=("old", "one+two", "one"))

    assert list_drawn_sources(figure("line", lines=[CLOSE], days=2), [series]) == ("one", "two")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "kind: small multiples",
            "kind: line",
            'templates/report.yaml:13:7: figure "dollars": a chart of kind line has lines; name the '
            "metrics that it draws",
        ),
        (
            "kind: small multiples",
            "kind: price_path",
            'templates/report.yaml:13:7: figure "dollars": lines and bars are for charts of metrics; write kind: line, '
            "bar, line+bar, small multiples",
        ),
        (
            "lines: [stablecoins.supply]",
            "lines: [stablecoins.suply]",
            'templates/report.yaml:15:15: unknown metric "stablecoins.suply"; did you mean "stablecoins.supply"?',
        ),
        (
            "lines: [stablecoins.supply]",
            "lines: [price.close]",
            "templates/report.yaml:15:15: price.close has no label; write { metric: price.close, label: { en: …, "
            "zh-Hant: … } }",
        ),
        (
            "lines: [stablecoins.supply]",
            "lines: [{ metric: price.close, label: { en: Price } }]",
            "templates/report.yaml:15:45: the label has no text for locale zh-Hant; add it",
        ),
        (
            "kind: small multiples\n      lines: [stablecoins.supply]",
            "kind: line+bar\n      lines: [stablecoins.supply_change_7d]",
            "templates/report.yaml:16:14: hong_kong.net_flow is in usd, and stablecoins.supply_change_7d in fraction; "
            "write kind: small multiples",
        ),
    ],
)
def test_what_cant_be_drawn_is_told_where_it_stands(tmp_path: Path, before: str, after: str, told: str) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(SAMPLES / "own-tables", desk)
    text = (desk / "templates/report.yaml").read_text("utf-8")
    assert before in text
    (desk / "templates/report.yaml").write_text(text.replace(before, after), "utf-8")

    with pytest.raises(InputError) as raised:
        open_authored(desk)

    assert [str(item).removeprefix(f"{desk.as_posix()}/") for item in raised.value.diagnostics] == [told]
