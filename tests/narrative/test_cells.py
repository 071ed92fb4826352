from __future__ import annotations

import pytest

from reporter.language.filter_contract import Voice
from reporter.language.locales import Locale
from reporter.model.document import ClaimSpan, LiteralSpan
from reporter.narrative.metric_spans import BOARD, NOTHING, TILE, make_metric_fact, show_metric
from tests.narrative.build import CUT, EN, ZH, make_metrics

METRICS = make_metrics(
    {"price.close": [60_000.0, 69_980.0], "price.return_1d": 0.0412, "etf.net_flow_1d": -394.2e6, "brief.weekend": 0.0}
)


def voice(locale: Locale) -> Voice:
    return Voice(locale, {}, {})


@pytest.mark.parametrize(("locale", "text"), [(EN, "$69,980"), (ZH, "69,980 美元")])
def test_a_metric_is_shown_as_its_unit_is(locale: Locale, text: str) -> None:
    shown = show_metric(METRICS, "price.close", TILE, voice(locale))

    assert shown.spans == (ClaimSpan("tile:price.close#price", text),)
    [(claim, kind, fact)] = shown.claims
    assert (claim, kind, fact) == ("tile:price.close#price", "price", make_metric_fact(METRICS, "price.close"))


def test_a_change_is_shown_with_its_sign() -> None:
    shown = show_metric(METRICS, "price.return_1d", BOARD, voice(EN), "signed")

    assert [span.text for span in shown.spans] == ["+4.1%"]
    assert shown.claims[0][0] == "board:price.return_1d#signed"


@pytest.mark.parametrize(("locale", "text"), [(EN, "net outflow $394.2 million"), (ZH, "淨流出 3.942 億美元")])
def test_a_flow_is_shown_by_its_noun_and_its_amount(locale: Locale, text: str) -> None:
    shown = show_metric(METRICS, "etf.net_flow_1d", TILE, voice(locale), "flow_money")

    assert "".join(span.text for span in shown.spans) == text
    claimed = [span.claim for span in shown.spans if isinstance(span, ClaimSpan)]
    assert claimed == [claim for claim, _, _ in shown.claims]
    assert len(claimed) == 2
    assert [span.text for span in shown.spans if isinstance(span, LiteralSpan)] == [" "]


@pytest.mark.parametrize("metric", ["", "derivatives.funding_1d"])
def test_what_has_no_value_shows_nothing(metric: str) -> None:
    assert show_metric(METRICS, metric, TILE, voice(EN)) == NOTHING


def test_a_metrics_fact_is_its_reading_of_the_day() -> None:
    fact = make_metric_fact(METRICS, "price.close")

    assert (fact.name, fact.value, fact.expression, fact.as_of) == ("price.close", 69_980.0, "price.close", CUT)
    [reading] = fact.inputs
    assert (reading.metric, reading.date, reading.value) == ("price.close", "2026-02-06", 69_980.0)
    assert (reading.as_of, reading.source) == (CUT, "hand")
