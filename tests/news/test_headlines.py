"""Headlines by kind of news: from a desk's prices to the words of both languages, and what the gate holds of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from reporter.pipeline.compose import compose_brief
from reporter.pipeline.day_news import find_news_items
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.state import Brief
from reporter.verify.gate.ledger_checks import check_ledger
from reporter.verify.ledger.ledger_model import Ledger
from tests.desk.build import source, write_desk
from tests.metrics.build import closes

_CALM = [60_500.0 + 100 * (day % 2) for day in range(400)]
#: So long that what is the most extreme in the data may lead a brief.
_YEARS = [*_CALM, *_CALM]


def make_brief(folder: Path, prices: Sequence[float], more: str = "", first: str = "2024-01-01") -> Brief:
    """The brief of the last day of a desk that has prices alone."""
    write_desk(folder, source("prices"), more, files={"prices.csv": closes(list(prices), first)})
    return compose_brief(evaluate_desk(folder, locales=("en", "zh-Hant")))


def headlines(brief: Brief) -> dict[str, str]:
    return {one.document.locale: one.document.headline.text for one in brief.realised}


def text_of(brief: Brief, locale: str) -> str:
    return " ".join(s.text for s in brief.record.sentences if s.locale == locale)


@pytest.mark.parametrize(
    ("prices", "en", "zh"),
    [
        (
            [*_CALM[:150], 50_000.0, *_CALM, 54_000.0],
            "at $54,000, below $60,000 for first time since May 2024",
            "跌破 60,000 美元，收 54,000 美元，為 2024 年 5 月以來首次",
        ),
        (
            [*_CALM[:150], 57_700.0, *[one - 2_300 for one in _CALM], 57_800.0],
            "closes at $57,800, its lowest since May 2024",
            "收 57,800 美元，2024 年 5 月以來最低",
        ),
        ([*_CALM, 60_650.0], "$60,650", "60,650 美元"),
    ],
)
def test_the_best_fact_gives_the_headline_in_both_languages(
    tmp_path: Path, prices: list[float], en: str, zh: str
) -> None:
    told = headlines(make_brief(tmp_path, prices))

    assert en in told["en"]
    assert zh in told["zh-Hant"]


def test_what_a_headline_promises_the_body_tells_with_its_date(tmp_path: Path) -> None:
    brief = make_brief(tmp_path, [*_CALM[:150], 50_000.0, *_CALM, 54_000.0])

    told = {
        locale: [s.text for s in brief.record.sentences if s.locale == locale and s.finding == "news.level_lost"]
        for locale in ("en", "zh-Hant")
    }
    assert any("30 May 2024" in text and "$60,000" in text for text in told["en"])
    assert any("2024 年 5 月 30 日以來" in text and "60,000 美元" in text for text in told["zh-Hant"])


@pytest.mark.parametrize("days", [1, 2, 10, 40])
def test_short_histories_have_no_record(tmp_path: Path, days: int) -> None:
    brief = make_brief(tmp_path, [*_CALM[: days - 1], 70_000.0])

    assert "record" not in headlines(brief)["en"]
    assert "有紀錄以來" not in headlines(brief)["zh-Hant"]
    assert not list(check_ledger(brief.record))


def test_the_day_after_a_missing_one_is_told(tmp_path: Path) -> None:
    write_desk(tmp_path, source("prices"), files={"prices.csv": closes([*_CALM, "", 54_000.0], "2024-01-01")})

    brief = compose_brief(evaluate_desk(tmp_path, locales=("en", "zh-Hant")))

    assert "$54,000" in headlines(brief)["en"]
    assert not list(check_ledger(brief.record))


def test_no_word_of_calm_stands_beside_a_rare_fact(tmp_path: Path) -> None:
    brief = make_brief(tmp_path, [*_CALM[:150], 57_700.0, *_YEARS, 60_399.0, 60_398.0, 60_397.0], first="2023-01-01")
    leads = [s for s in brief.record.sentences if s.role in ("headline", "standfirst")]

    assert any(s.finding.startswith("news.") for s in leads)
    for sentence in leads:
        for word in ("little changed", "quiet", "Little", "波瀾不興", "清淡", "變動有限", "平靜"):
            assert word not in sentence.text


def test_a_desk_pins_and_bans(tmp_path: Path) -> None:
    prices = [*_CALM[:150], 50_000.0, *_CALM, 54_000.0]
    (tmp_path / "pinned").mkdir()
    (tmp_path / "banned").mkdir()
    pinned = make_brief(tmp_path / "pinned", prices, '[news]\nlead = { "2025-07-05" = "largest_fall" }\n')
    banned = make_brief(tmp_path / "banned", prices, '[news]\nban = ["level_lost", "lowest_close", "lowest_price"]\n')

    assert "worst day since May 2024" in headlines(pinned)["en"]
    assert "2024 年 5 月以來最大單日跌幅" in headlines(pinned)["zh-Hant"]
    assert not any(one.id.startswith(("news.level_lost", "news.lowest_close")) for one in banned.record.findings)
    assert "lowest" not in headlines(banned)["en"]


# --- what the gate holds ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return make_brief(tmp_path_factory.mktemp("desk"), [*_CALM[:150], 50_000.0, *_CALM, 54_000.0]).record


def test_the_ledger_holds_what_a_relation_rests_on(ledger: Ledger) -> None:
    told = {one.id: one.relation for one in ledger.findings}["news.level_lost"]

    assert told is not None
    assert (told.since, told.since_value, told.bound, told.strict) == ("2024-05-30", 50_000.0, 60_000.0, True)
    assert (told.nearest_value, told.compared) == (60_500.0, 400)
    assert not list(check_ledger(ledger))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"nearest_value": 59_000.0}, "59000, is as extreme and lies between"),
        ({"since_value": 60_000.0}, "the reading of 2024-05-30, 60000, is not as extreme"),
        ({"value": 61_000.0}, "price.close is 61000 and does not reach 60000"),
        ({"since": "2024-06-30"}, "its date is not that of price.close of 2024-06-30"),
        ({"since": None, "since_value": None}, "it says since when, and no reading is as extreme"),
        ({"first": "2025-01-01", "since": None}, "or a value without a date"),
    ],
)
def test_a_relation_that_its_readings_do_not_bear_out_is_held(
    ledger: Ledger, change: dict[str, object], why: str
) -> None:
    findings = tuple(
        one.model_copy(update={"relation": one.relation.model_copy(update=change)})
        if one.id == "news.level_lost" and one.relation
        else one
        for one in ledger.findings
    )

    held = [str(one) for one in check_ledger(ledger.model_copy(update={"findings": findings}))]

    assert any(why in one for one in held), held


def test_a_record_rests_on_the_readings_before_it_in_each_language(tmp_path: Path) -> None:
    brief = make_brief(tmp_path, [*_YEARS, 64_000.0], first="2023-01-01")

    told = {one.finding: one for one in brief.record.claims if (one.kind, one.fact) == ("relation", "record")}
    assert told["news.record_close"].shown == {"zh-Hant": ("新高",), "en": ("record",)}
    assert told["news.record_close"].value == 1.0
    assert not list(check_ledger(brief.record))


def test_what_is_the_most_extreme_since_a_day_is_no_record(ledger: Ledger) -> None:
    assert [one.id for one in ledger.claims if (one.kind, one.fact) == ("relation", "record")] == []


def test_what_a_day_takes_back_rests_on_both_moves(tmp_path: Path) -> None:
    brief = make_brief(tmp_path, [*_YEARS, 59_100.0, 60_500.0], first="2023-01-01")

    told = {
        one.fact: one for one in brief.record.claims if one.kind == "relation" and one.finding == "news.move_undone"
    }
    assert told["recover"].is_ == "price.return_1d > 0% and ago(price.return_1d, 1) < 0%"
    assert [one.value for one in told["recover"].inputs] == pytest.approx([60_500 / 59_100 - 1, 59_100 / 60_600 - 1])
    assert not list(check_ledger(brief.record))


def test_a_run_as_long_as_the_one_before_it_is_told(tmp_path: Path) -> None:
    falls = [60_900.0 - 200.0 * day for day in range(6)]

    brief = make_brief(tmp_path, [*_CALM, *falls, *_CALM[:40], *falls])

    run = next(fact for fact in brief.findings.news if fact.kind == "streak_down")
    told = {item.fact.kind for item in find_news_items(brief.findings.news, brief.findings.metrics)}
    assert run.tied
    assert "streak_down" in told
