"""What the news has told is not told again by a rule's finding that adds nothing."""

from __future__ import annotations

from dataclasses import replace

from reporter.model.finding import Fact, Finding, Input
from reporter.model.metric import Unit
from reporter.narrative.plan.retold import find_retold, list_shown_readings


def read(name: str, metric: str, day: int = 6, unit: Unit = Unit.COUNT) -> Fact:
    reading = Input(metric, f"2026-02-{day:02}", 1.0, unit, None, None)
    return Fact(name, 1.0, unit, metric, (reading,))


def finding(name: str, *facts: Fact, topic: str = "derivatives") -> Finding:
    return Finding(name, "", "", topic, "neutral", 60, facts)


NEWS = finding("news.implied_volatility_high", read("value", "dvol"), read("close", "price.close"), topic="news")
SHOWN_INPUTS = read("value", "dvol").inputs
SHOWN = list_shown_readings([NEWS])


def retold(*found: Finding, whole: bool = True) -> list[str]:
    return list(find_retold(found, SHOWN, whole=whole))


def test_a_finding_whose_figures_are_all_told_is_told_again() -> None:
    assert retold(finding("vol.high", read("now", "dvol"))) == ["vol.high"]
    assert retold(finding("vol.spike", read("now", "dvol"), read("high", "dvol_high"))) == []
    assert retold(finding("vol.before", read("now", "dvol", day=5))) == []


def test_one_figure_is_enough_for_a_key_point() -> None:
    spike = finding("vol.spike", read("now", "dvol"), read("high", "dvol_high"))

    assert retold(spike, whole=False) == ["vol.spike"]


def test_the_reading_of_the_day_before_has_one_name() -> None:
    before = finding("news.implied_volatility_low", read("before", "dvol_prev"), topic="news")

    assert list(find_retold([finding("vol.was", read("was", "dvol", day=5))], list_shown_readings([before]))) == [
        "vol.was"
    ]


def test_what_turned_or_has_lasted_is_added() -> None:
    turned = replace(
        finding("funding.turned", read("rate", "dvol")), relations=(replace(read("turn", "dvol"), value=1.0),)
    )

    assert retold(turned) == []
    assert retold(replace(turned, relations=(replace(read("turn", "dvol"), value=0.0),))) == ["funding.turned"]


def test_the_close_is_in_every_sentence_and_the_price_is_left_to_the_report_type() -> None:
    assert retold(finding("level", read("close", "price.close"), topic="derivatives")) == []
    assert retold(finding("price.low", read("now", "dvol"), topic="price")) == []


def test_flags_and_dates_are_no_figures() -> None:
    plain = finding(
        "vol.high",
        read("now", "dvol"),
        replace(read("flat", "x"), expression="count(x > 1)"),
        read("day", "d", unit=Unit.INSTANT),
    )

    assert retold(plain) == ["vol.high"]
    assert retold(finding("vol.none", read("day", "d", unit=Unit.INSTANT))) == []


def test_one_member_of_a_list_is_enough_for_a_key_point() -> None:
    dow = replace(read("dow", "dow"), inputs=read("dow", "dow").inputs)
    fell = replace(read("fell", "dvol"), members=(read("dvol", "dvol"), dow), inputs=(*dow.inputs, *SHOWN_INPUTS))

    assert retold(finding("macro.selloff", fell), whole=False) == ["macro.selloff"]
    assert retold(finding("macro.selloff", fell)) == []
