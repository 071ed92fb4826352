"""Real days, whole: each composes in both languages, is told as what it was, and states nothing it could not know."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reporter.model.document import ClaimSpan
from reporter.pipeline.state import Brief
from reporter.render.pdf.pdf_check import find_pdf_holds
from reporter.verify.ledger.passages import iterate_sentences
from tests.briefs import REAL, ROOT, composed, residue, shown
from tests.conftest import Finished

pytestmark = pytest.mark.skipif(
    not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series do not lie beside the project"
)

CRASH = {"lead.crash", "lead.whipsaw", "lead.fall"}
CALM = {"lead.quiet", "lead.flat"}
#: Each day of the list → the findings that may lead it, by what the list says the day was.
DAYS = {
    "2020-03-12": CRASH,
    "2021-05-19": CRASH,
    "2022-11-09": CRASH,
    "2024-08-05": CRASH,
    "2024-11-07": {"lead.record", "lead.up", "lead.flat"},
    "2025-02-25": {"lead.down", "lead.fall"},
    "2025-10-10": CRASH,
    "2025-11-14": CRASH | {"lead.down"},
    "2025-11-28": CALM,
    "2026-01-10": {"lead.quiet"},
    "2026-01-23": CALM,
    "2026-01-31": CRASH,
    "2026-02-05": CRASH,
    "2026-02-06": {"lead.rebound"},
    "2026-03-04": {"lead.surge", "lead.rebound"},
}
WEEKENDS = ("2026-01-10", "2026-01-31")
#: A crash, a day with incomplete bars, a Saturday, a rebound; the long tier takes every other too.
_SHORT = ("2020-03-12", "2025-11-14", "2026-01-10", "2026-02-06")
TIERS = [pytest.param(day, marks=() if day in _SHORT else pytest.mark.long) for day in DAYS]


def brief_of(day: str) -> Brief:
    return composed(REAL, date.fromisoformat(day))


def ledger(brief: Brief) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(brief.ledger)
    return read


def facts(claims: list[str]) -> set[str]:
    return {claim.partition("#")[0] for claim in claims}


def shown_in(sentence: dict[str, Any]) -> set[str]:
    return facts([claim for _, _, claim in sentence.get("spans", ())])


def is_sound(brief: Brief) -> None:
    """Both languages say the same, every figure is backed, and nothing but prose is left in the text."""
    known = ledger(brief)
    claims = {claim["id"] for claim in known["claims"]}
    zh, en = (
        {s["id"]: s for s in known["sentences"] if s["locale"] == item.document.locale} for item in brief.realised
    )
    assert [(i, s["section"], s["finding"], s["form"]) for i, s in zh.items()] == [
        (i, s["section"], s["finding"], s["form"]) for i, s in en.items()
    ]
    assert [i for i in zh if shown_in(zh[i]) != shown_in(en[i])] == []
    for item in brief.realised:
        assert residue(item.document) == []
        assert {span.claim for span in shown(item.document)} <= claims
        assert all(sentence.text.strip() for _, sentence in iterate_sentences(item.document))
    body = [s["finding"] for s in zh.values() if s["form"] == "body" and s["section"] not in ("gaps", "framework")]
    assert len(body) == len(set(body))


@pytest.mark.parametrize("day", TIERS)
def test_every_day_of_the_list_is_told_soundly_in_both_languages(day: str) -> None:
    is_sound(brief_of(day))


@pytest.mark.parametrize("day", TIERS)
def test_every_day_is_led_by_what_it_was(day: str) -> None:
    assert brief_of(day).plan.lead.id in DAYS[day]


@pytest.mark.parametrize("day", TIERS)
def test_the_lead_tells_the_sign_of_the_day(day: str) -> None:
    brief = brief_of(day)
    change = brief.findings.metrics.series["price.return_1d"].values[-1]

    assert change is not None
    stance = brief.plan.lead.stance
    assert stance != ("bull" if change < 0 else "bear") or abs(change) < 0.01


@pytest.mark.long
@pytest.mark.parametrize("day", WEEKENDS)
def test_a_weekend_has_no_stock_market(day: str) -> None:
    brief = brief_of(day)

    assert not [claim for claim in ledger(brief)["claims"] for row in claim["inputs"] if _return_of_the_day(row, day)]
    assert "figure.macro" not in {s["finding"] for s in ledger(brief)["sentences"]}


def _return_of_the_day(row: dict[str, Any], day: str) -> bool:
    metric = str(row["metric"])
    return metric.startswith("macro.") and metric.endswith(".return_1d") and row["date"] == day


def test_before_there_were_funds_there_are_no_flows() -> None:
    brief = brief_of("2020-03-12")

    rows = [row["metric"] for claim in ledger(brief)["claims"] for row in claim["inputs"]]
    assert not [metric for metric in rows if metric.startswith(("etf.", "derivatives.dvol", "options."))]
    gaps = {slot.finding.id: slot.finding for slot in brief.plan.gaps}
    not_begun = {member.name for fact in gaps["gap.not_started"].facts for member in fact.members}
    assert {"fund_flows", "volatility_index"} <= not_begun


def test_liquidations_of_some_exchanges_are_said_to_be_of_some() -> None:
    brief = brief_of("2025-10-10")

    stated = [
        span.claim for span in shown(brief.realised[0].document) if "liquidations" in span.claim.partition("#")[0]
    ]
    assert stated
    for item, words in zip(brief.realised, ("部分交易所", "some exchanges"), strict=True):
        finding = "derivatives.liquidations_shock_part"
        telling = [s.text for _, s in iterate_sentences(item.document) if s.finding == finding]
        assert telling
        assert all(words in text for text in telling if "CoinGlass" in text)
        assert any(words in text for text in telling)
        assert any(words in line.name for line in item.document.sources)
    sources = {source["id"]: source["coverage"] for source in ledger(brief)["sources"]}
    assert "subset" in sources["liquidations_4h"]


def test_a_part_of_the_market_heads_nothing_and_gives_no_total() -> None:
    brief = brief_of("2025-10-10")

    total = brief.findings.metrics.series["derivatives.liquidations_total"].values[-1]
    told_of = {claim["id"]: claim for claim in ledger(brief)["claims"] if claim["value"] == total}
    assert {name.partition(":")[0] for name in told_of} <= {"tile", "board"}
    assert not [slot for slot in brief.plan.takeaways if "liquidations" in slot.finding.id]
    # What is known of the whole market heads the section instead.
    assert "derivatives.open_interest_dropped" in {finding.id for finding in brief.plan.said}


@pytest.mark.long
def test_no_change_is_told_across_two_feeds_of_other_coverage() -> None:
    for day in DAYS:
        for claim in ledger(brief_of(day))["claims"]:
            feeds = {row["source"] for row in claim["inputs"] if str(row["metric"]).startswith("derivatives.liquidat")}
            assert not {"liquidations_daily", "liquidations_4h"} <= feeds, (day, claim["id"])


@pytest.mark.long
def test_a_quiet_day_is_short() -> None:
    quiet, crash = brief_of("2026-01-10"), brief_of("2026-02-05")

    def length(brief: Brief) -> int:
        return len([s for _, s in iterate_sentences(brief.realised[1].document) if s.form in ("body", "standfirst")])

    assert quiet.plan.length == "short"
    assert length(quiet) < 16
    assert length(quiet) * 1.5 < length(crash)
    assert len(quiet.plan.takeaways) <= 3
    assert all(slot.finding.topic == "news" for slot in quiet.plan.takeaways)


@pytest.mark.parametrize(
    ("day", "record", "flow"),
    [
        ("2024-11-07", "news.fund_inflow", 1.3738e9),
        pytest.param("2025-02-25", "news.fund_outflow", -1.1137e9, marks=pytest.mark.long),
    ],
)
def test_the_flow_of_a_day_is_told_the_next_noon_and_not_before(day: str, record: str, flow: float) -> None:
    def list_flows(brief: Brief) -> list[object]:
        facts = [finding.find_fact("value") for finding in brief.plan.said if finding.phrase == record]
        return [pytest.approx(fact.value) for fact in facts if fact is not None]

    at = date.fromisoformat(day)
    noon = datetime(at.year, at.month, at.day, 12, tzinfo=UTC) + timedelta(days=1)

    early, late = brief_of(day), composed(REAL, at, noon)

    assert late.findings.metrics.series["etf.net_flow_1d"].values[-1] == pytest.approx(flow)
    assert flow in list_flows(late)
    assert flow not in list_flows(early)
    assert (
        early.findings.metrics.series["etf.flow_date"].values[-1]
        != (late.findings.metrics.series["etf.flow_date"].values[-1])
    )
    is_sound(late)


def test_a_day_whose_hours_are_incomplete_states_none() -> None:
    metrics = brief_of("2024-08-05").findings.metrics

    assert metrics.series["price.hour_of_low"].values[-1] is None
    stated = [span.claim for span in shown(brief_of("2024-08-05").realised[0].document)]
    assert not [claim for claim in stated if claim.endswith(("#time", "#hour"))]


@pytest.mark.long
def test_two_days_are_written_whole(finished: Finished) -> None:
    for day in ("2020-03-12", "2026-02-06"):
        files = finished(REAL, date.fromisoformat(day))
        assert {name for name in files if name.endswith((".md", ".pdf", ".json"))} == {
            "ledger.json",
            *(f"article.{tag}.{kind}" for tag in ("en", "zh-Hant") for kind in ("md", "pdf")),
        }
        assert {tag: find_pdf_holds(files[f"article.{tag}.pdf"]) for tag in ("en", "zh-Hant")} == {
            "en": (),
            "zh-Hant": (),
        }


def _some_days(count: int) -> list[date]:
    first, last = date(2018, 1, 1), date(2026, 4, 29)
    chosen = random.Random(20260206).sample(range((last - first).days + 1), count)
    return [first + timedelta(days=place) for place in sorted(chosen)]


@pytest.mark.parametrize(
    "day",
    [day if n % 20 == 0 else pytest.param(day, marks=pytest.mark.long) for n, day in enumerate(_some_days(40))],
    ids=str,
)
def test_any_day_composes_soundly(day: date) -> None:
    brief = composed(REAL, day)

    is_sound(brief)
    close = brief.findings.metrics.series["price.close"].values[-1]
    stated = [claim["value"] for claim in ledger(brief)["claims"] if claim["id"].startswith("tile:price.close#")]
    assert stated == [close]
    assert [span for span in brief.realised[0].document.headline.spans if isinstance(span, ClaimSpan)]
