from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from reporter.language.locales import Locale
from reporter.model.chart import Chart, Panel
from reporter.model.finding import Fact
from reporter.model.metric import Bar, Instrument, MetricSet, StrikeInterest, Unit
from reporter.narrative.chart_specs import ChartSource, build_chart
from tests.narrative.build import CUT, DAY, EN, ZH, Values, fact, make_finding, make_metrics

HOUR = 3600.0


def draw(kind: str, metrics: MetricSet, *facts: Fact, locale: Locale = EN) -> Chart | None:
    return build_chart(kind, "chart", ChartSource(metrics, make_finding("figure.one", *facts), locale))


def one_panel(chart: Chart | None) -> Panel:
    assert chart is not None
    [panel] = chart.panels
    return panel


def bars(*closes: float | None) -> list[Bar]:
    """Hourly bars up to the cut, with highs and lows one above and below the close; None leaves a bar out."""
    start = CUT - len(closes) * HOUR
    return [
        Bar(start + place * HOUR, close, close + 1, close - 1, close)
        for place, close in enumerate(closes)
        if close is not None
    ]


def two_days(**hours: float | None) -> list[Bar]:
    """Forty-eight bars at 100, but for the hours given as h0 to h47."""
    return bars(*(hours.get(f"h{hour}", 100.0) for hour in range(48)))


class TestPricePath:
    @pytest.mark.parametrize("given", [[], bars(100.0), bars(*[100.0] * 24)])
    def test_less_than_most_of_two_days_is_no_path_of_two_days(self, given: list[Bar]) -> None:
        assert draw("price_path", make_metrics(bars=given)) is None

    def test_a_line_goes_from_close_to_close_at_each_bars_end(self) -> None:
        line = one_panel(draw("price_path", make_metrics(bars=two_days(h47=101.0)))).lines[0]

        assert line.x == tuple(CUT - hours * HOUR for hours in range(47, -1, -1))
        assert line.y == (*[100.0] * 47, 101.0)

    def test_a_gap_is_left_open(self) -> None:
        line = one_panel(draw("price_path", make_metrics(bars=two_days(h10=None, h11=None)))).lines[0]

        assert line.y == (*[100.0] * 10, None, *[100.0] * 36)
        assert list(line.x) == sorted(line.x)

    def test_the_lowest_and_the_highest_bar_are_numbered_in_order_of_time(self) -> None:
        falls = one_panel(draw("price_path", make_metrics(bars=two_days(h20=120.0, h30=90.0)))).points
        rises = one_panel(draw("price_path", make_metrics(bars=two_days(h20=90.0, h30=120.0)))).points

        assert [(point.number, point.y) for point in falls] == [(1, 121.0), (2, 89.0)]
        assert [(point.number, point.y) for point in rises] == [(1, 89.0), (2, 121.0)]

    def test_a_price_is_tagged_only_where_the_caption_states_the_same(self) -> None:
        facts = (fact("low", 89.2), fact("high", 121.0), fact("close", 100.0))

        panel = one_panel(draw("price_path", make_metrics(bars=two_days(h20=90.0, h30=120.0)), *facts))

        # 89.2 reads as another price than the bars' own 89.
        assert [point.label for point in panel.points] == ["", "121"]
        assert panel.lines[0].label == "100"

    @pytest.mark.parametrize("locale", [EN, ZH])
    def test_a_tag_is_a_bare_price(self, locale: Locale) -> None:
        metrics = make_metrics(bars=two_days(h47=69_980.0))

        panel = one_panel(draw("price_path", metrics, fact("close", 69_980.0), locale=locale))

        assert panel.lines[0].label == "69,980"

    def test_without_a_fall_each_day_is_a_phase(self) -> None:
        phases = one_panel(draw("price_path", make_metrics(bars=two_days()))).phases

        assert [(phase.start, phase.end) for phase in phases] == [(CUT - 2 * DAY, CUT - DAY), (CUT - DAY, CUT)]
        assert [phase.label for phase in phases] == ["5 February", "6 February"]

    def test_a_band_needs_both_its_edges(self) -> None:
        known = {"onchain.band_low": 66.0, "onchain.band_high": 70.0}

        both = one_panel(draw("price_path", make_metrics(known, bars=two_days()))).bands
        half = one_panel(draw("price_path", make_metrics({"onchain.band_low": 66.0}, bars=two_days()))).bands

        assert [(band.low, band.high) for band in both] == [(66.0, 70.0)]
        assert half == ()


class TestPriceDays:
    def test_it_stands_in_where_there_is_no_path(self) -> None:
        metrics = make_metrics({"price.close": [100.0, None, 102.0]})

        line = one_panel(draw("price_days", metrics)).lines[0]

        assert line.y == (100.0, None, 102.0)
        noon = datetime(2026, 2, 6, 12, tzinfo=UTC).timestamp()
        assert line.x == (noon - 2 * DAY, noon - DAY, noon)

    @pytest.mark.parametrize("closes", [[102.0], [100.0, 102.0, None], [None, None, 102.0]])
    def test_it_needs_two_closes_and_todays(self, closes: list[float | None]) -> None:
        assert draw("price_days", make_metrics({"price.close": closes})) is None

    def test_it_is_not_drawn_beside_a_path(self) -> None:
        assert draw("price_days", make_metrics({"price.close": [1.0, 2.0]}, bars=two_days())) is None

    def test_a_few_bars_that_are_no_path_leave_it_its_place(self) -> None:
        assert draw("price_days", make_metrics({"price.close": [1.0, 2.0]}, bars=bars(1.0, 2.0))) is not None

    def test_it_shows_ninety_days(self) -> None:
        line = one_panel(draw("price_days", make_metrics({"price.close": [float(n) for n in range(1, 121)]}))).lines[0]

        assert (len(line.y), line.y[0], line.y[-1]) == (90, 31.0, 120.0)


class TestDeleveraging:
    LONG, SHORT = "derivatives.liquidations_long", "derivatives.liquidations_short"

    def test_without_any_of_its_series_there_is_nothing_to_draw(self) -> None:
        assert draw("deleveraging", make_metrics()) is None

    def test_longs_are_drawn_below_the_line_and_the_axis_counts_up_both_ways(self) -> None:
        panel = one_panel(draw("deleveraging", make_metrics({self.LONG: [5.0, None], self.SHORT: [2.0, 3.0]})))

        assert panel.mirrored
        assert [(bar.y, bar.role) for bar in panel.bars] == [((-5.0, None), "down"), ((2.0, 3.0), "up")]

    def test_each_known_series_is_a_panel_of_its_own(self) -> None:
        values: Mapping[str, Values] = {
            "derivatives.open_interest": [60e9, None, 49e9],
            self.LONG: [1.0, 2.0, 3.0],
            "derivatives.funding_1d": [0.01, -0.02, None],
        }

        chart = draw("deleveraging", make_metrics(values))

        assert chart is not None
        assert [panel.unit for panel in chart.panels] == [Unit.USD, Unit.USD, Unit.FRACTION]
        assert [panel.mirrored for panel in chart.panels] == [False, True, False]
        assert chart.panels[0].lines[0].y == (60e9, None, 49e9)
        assert "49" in chart.panels[0].lines[0].label
        assert chart.panels[2].bars[0].y == (0.01, -0.02, None)

    def test_one_reading_of_open_interest_is_no_line(self) -> None:
        assert draw("deleveraging", make_metrics({"derivatives.open_interest": [None, 49e9]})) is None


class TestCrossAsset:
    INSTRUMENTS: ClassVar = {
        "gold": Instrument("gold", "metal", {}),
        "spx": Instrument("spx", "equity", {}),
        "spy": Instrument("spy", "equity", {}),
        "nikkei": Instrument("nikkei", "equity", {"en": "Nikkei 225", "zh-Hant": "日經 225"}),
    }
    VALUES: ClassVar = {
        "macro.gold.return_1d": -0.0099,
        "macro.spx.return_1d": 0.0197,
        "macro.nikkei.return_1d": 0.0008,
    }

    def test_instruments_with_a_session_stand_by_class_and_in_order_of_size(self) -> None:
        panel = one_panel(draw("cross_asset", make_metrics(self.VALUES, instruments=self.INSTRUMENTS)))

        assert panel.x == "category"
        assert panel.categories == ("S&P 500", "Nikkei 225", "Gold")
        assert panel.bars[0].y == (0.0197, 0.0008, -0.0099)
        assert panel.tags == ("+1.97%", "+0.08%", "−0.99%")

    def test_names_are_the_languages_own(self) -> None:
        panel = one_panel(draw("cross_asset", make_metrics(self.VALUES, instruments=self.INSTRUMENTS), locale=ZH))

        assert panel.categories == ("標普 500 指數", "日經 225", "黃金")

    def test_two_instruments_are_no_picture(self) -> None:
        values = {name: self.VALUES[name] for name in ("macro.gold.return_1d", "macro.spx.return_1d")}

        assert draw("cross_asset", make_metrics(values, instruments=self.INSTRUMENTS)) is None


class TestPutStrikes:
    STRIKES = tuple(
        StrikeInterest(strike, 10.0 * at, 5.0 * at) for at, strike in enumerate((40, 60, 80, 100, 140, 160))
    )

    def test_strikes_around_the_price_have_puts_below_and_calls_above(self) -> None:
        panel = one_panel(draw("put_strikes", make_metrics({"price.close": 100.0}, strikes=self.STRIKES)))

        assert panel.mirrored
        puts, calls = panel.bars
        assert list(puts.x) == [60, 80, 100, 140]
        assert calls.x == puts.x
        assert (puts.y, calls.y) == ((-5.0, -10.0, -15.0, -20.0), (10.0, 20.0, 30.0, 40.0))

    def test_without_a_price_or_enough_strikes_there_is_none(self) -> None:
        assert draw("put_strikes", make_metrics(strikes=self.STRIKES)) is None
        assert draw("put_strikes", make_metrics({"price.close": 300.0}, strikes=self.STRIKES)) is None


class TestCostBasis:
    def test_closes_stand_against_band_and_realised_price(self) -> None:
        known: Mapping[str, float | Values] = {
            "price.close": [60.0, 69.0],
            "onchain.band_low": 66.0,
            "onchain.band_high": 70.0,
            "onchain.realised_price": 55.0,
        }

        panel = one_panel(draw("cost_basis", make_metrics(known)))

        assert [(band.low, band.high) for band in panel.bands] == [(66.0, 70.0)]
        assert [(level.y, level.label) for level in panel.levels] == [(55.0, "Realised price")]

    def test_a_day_without_a_close_has_none(self) -> None:
        assert draw("cost_basis", make_metrics({"price.close": [60.0, None]})) is None


class TestFundFlows:
    def flows(self, *published: tuple[int, float] | None) -> Panel | None:
        """A metric set whose newest published flow changes day by day: (days before LAST, flow)."""
        midnight = CUT - DAY
        days = [None if row is None else midnight - row[0] * DAY for row in published]
        sums = [None if row is None else row[1] for row in published]
        chart = draw("fund_flows", make_metrics({"etf.flow_date": days, "etf.net_flow_1d": sums}))
        return None if chart is None else one_panel(chart)

    def test_each_flow_stands_on_its_own_day_once(self) -> None:
        # Over a weekend Friday's flow stays the newest for three days.
        panel = self.flows((5, 10.0), (4, -20.0), (4, -20.0), (4, -20.0), (1, 30.0))

        assert panel is not None
        assert panel.bars[0].y == (10.0, -20.0, 30.0)
        assert panel.bars[0].x == tuple(CUT - DAY - back * DAY + DAY / 2 for back in (5, 4, 1))

    def test_one_flow_is_no_picture(self) -> None:
        assert self.flows((4, -20.0), (4, -20.0)) is None
        assert self.flows(None, None) is None
