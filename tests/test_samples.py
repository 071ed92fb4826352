"""The desks to try: each builds, each is what its script makes, and the first says every figure it was made to show."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from reporter.model.metric import MetricSet
from reporter.pipeline.evaluate import compute_desk_metrics
from reporter.pipeline.outputs import render_brief
from reporter.render.pdf.pdf_check import find_pdf_holds
from reporter.render.pdf.printer import PrintPage
from tests.briefs import SAMPLES, composed, residue, told

NAMES = ("btc-2026-02", "melt-up", "own-tables", "quiet-day")
CRASH = SAMPLES / "btc-2026-02"


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_what_its_script_makes(name: str, tmp_path: Path) -> None:
    script = SAMPLES / name / "make_data.py"

    subprocess.run([sys.executable, "-B", str(script), str(tmp_path)], check=True, timeout=120)

    made = {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    shipped = {path.name: path.read_bytes() for path in sorted((SAMPLES / name).glob("*.csv"))}
    # News are written by hand.
    assert "prices_1d.csv" in made
    assert set(shipped) - set(made) <= {"events.csv"}
    assert [file for file, content in made.items() if shipped.get(file) != content] == []


@pytest.mark.long
def test_every_sample_is_published_in_every_format(printer: PrintPage) -> None:
    for name in NAMES:
        files = render_brief(composed(SAMPLES / name), ("md", "pdf", "html"), printer)
        articles = {f"article.{tag}.{kind}" for tag in ("en", "zh-Hant") for kind in ("md", "pdf", "html")}
        assert articles <= set(files)
        assert {tag: find_pdf_holds(files[f"article.{tag}.pdf"]) for tag in ("en", "zh-Hant")} == {
            "en": (),
            "zh-Hant": (),
        }


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_of_itself_that_it_is_one(name: str) -> None:
    for item in composed(SAMPLES / name).realised:
        assert re.search(r"[Ss]ample|示範", item.document.disclosure)
        assert residue(item.document) == []


def test_the_quiet_day_is_short_and_has_no_stock_market() -> None:
    brief = composed(SAMPLES / "quiet-day")

    assert (brief.plan.lead.id, brief.plan.length) == ("lead.quiet", "short")
    assert not [name for name, series in brief.findings.metrics.series.items() if _moves(name) and series.values[-1]]
    assert len(brief.realised[0].document.sections) <= 3


def _moves(name: str) -> bool:
    return name.startswith("macro.") and name.endswith(".return_1d")


def test_the_melt_up_is_told_as_a_rise_and_lists_the_tables_it_lacks() -> None:
    brief = composed(SAMPLES / "melt-up")

    assert brief.plan.lead.stance == "bull"
    gaps = {slot.finding.id: slot.finding for slot in brief.plan.gaps}
    lacking = {member.name for fact in gaps["gap.no_source"].facts for member in fact.members}
    assert lacking >= {"liquidations", "options", "volatility_index", "miners"}
    assert brief.slug.startswith("eth-")


# The two days that the first sample reconstructs.


@cache
def known(day: str) -> MetricSet:
    return compute_desk_metrics(CRASH, date.fromisoformat(day))


FALL, REBOUND = "2026-02-05", "2026-02-06"
#: Day, metric, and the figure as it was stated: its text says how exact it is.
STATED = [
    (FALL, "price.open", "73100"),
    (FALL, "price.close", "62600"),
    (FALL, "price.return_1d", "-0.14"),
    (FALL, "derivatives.liquidations_total", "1.0e9"),
    (FALL, "derivatives.open_interest_7d_ago", "61e9"),
    (FALL, "derivatives.open_interest", "49e9"),
    (FALL, "macro.silver.low_return_1d", "-0.18"),
    (FALL, "macro.silver.low", "72.21"),
    (FALL, "options.risk_reversal_25d", "-13"),
    (FALL, "miners.difficulty_change", "-0.1337"),
    (FALL, "miners.difficulty_days", "2"),
    (FALL, "onchain.band_low", "66900"),
    (FALL, "onchain.band_high", "70600"),
    (REBOUND, "price.open", "62600"),
    (REBOUND, "price.low", "60000"),
    (REBOUND, "price.high", "71422"),
    (REBOUND, "price.tests_of_high", "3"),
    (REBOUND, "price.return_1d", "0.12"),
    (REBOUND, "price.rebound_from_low", "0.17"),
    (REBOUND, "macro.spx.return_1d", "0.0197"),
    (REBOUND, "macro.nasdaq.return_1d", "0.0218"),
    (REBOUND, "macro.dow.return_1d", "0.0247"),
    (REBOUND, "macro.sox.return_1d", "0.057"),
    (REBOUND, "macro.gold.return_1d", "0.039"),
    (REBOUND, "macro.silver.return_1d", "0.086"),
    (REBOUND, "macro.dxy.return_1d", "-0.002"),
    (REBOUND, "options.put_band_low", "50000"),
    (REBOUND, "options.put_band_high", "60000"),
    (REBOUND, "etf.net_flow_mtd", "-690e6"),
    (REBOUND, "etf.flow_age", "1"),
]


@pytest.mark.parametrize(("day", "metric", "stated"), STATED)
def test_a_metric_gives_the_stated_figure_at_its_precision(day: str, metric: str, stated: str) -> None:
    value = known(day).series[metric].values[-1]

    assert value is not None
    digits, _, power = stated.partition("e")
    unit = 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))
    assert abs(value - float(stated)) <= unit / 2 + 1e-9 * unit


def test_what_was_stated_without_a_figure_holds_too() -> None:
    fall, rebound = known(FALL), known(REBOUND)

    def value(metrics: MetricSet, name: str) -> float:
        found = metrics.series[name].values[-1]
        assert found is not None
        return found

    assert value(fall, "derivatives.funding_1d") < 0
    assert value(fall, "options.term_slope") < 0
    assert value(fall, "miners.hashprice") < 32
    assert value(rebound, "price.open") == value(fall, "price.close")
    assert value(rebound, "price.close") < 70_000
    assert value(rebound, "options.key_expiry") == 1_772_150_400  # 2026-02-27
    assert value(rebound, "etf.flow_date") == 1_770_249_600  # 2026-02-05


@cache
def article(tag: str) -> str:
    """The finished Markdown of a language as its reader sees it."""
    files = render_brief(composed(CRASH), ("md",), None)
    return html.unescape(files[f"article.{tag}.md"].decode())


#: What both articles must say: the same figure as each language writes it.
SAID = [
    (r"\$73,100", r"73,100 美元"),
    (r"\$62,600", r"62,600 美元"),
    (r"14\.4%", r"14\.4%"),
    (r"\$1(\.0)? billion", r"10 億美元"),
    (r"CoinGlass", r"CoinGlass"),
    (r"\$61(\.0)? billion", r"610 億美元"),
    (r"\$49(\.0)? billion", r"490 億美元"),
    (r"−13\.0", r"−13\.0"),
    (r"Kevin Warsh", r"Kevin Warsh"),
    (r"Reuters", r"路透社"),
    (r"\$31\.70", r"31\.70 美元"),
    (r"13\.37%", r"13\.37%"),
    (r"7 February", r"2 月 7 日"),
    (r"TheMinerMag", r"TheMinerMag"),
    (r"\$60,000", r"60,000 美元"),
    (r"\$71,422", r"71,422 美元"),
    (r"\bthree\b", r"[三3] ?[次度]|三"),
    (r"11\.8%", r"11\.8%"),
    (r"16\.6%", r"16\.6%"),
    (r"2\.0%", r"2\.0%"),
    (r"0\.2%", r"0\.2%"),
    (r"27 February", r"2 月 27 日"),
    (r"\$50,000", r"50,000 美元"),
    (r"Derive\b", r"Derive"),
    (r"Sean Dawson", r"Sean Dawson"),
    (r"extreme", r"極端"),
    (r"\$690 million", r"6\.9 億美元"),
    (r"5 February", r"2 月 5 日"),
    (r"\$66,900", r"66,900 美元"),
    (r"\$70,600", r"70,600 美元"),
    (r"Glassnode", r"Glassnode"),
    (r"Deribit", r"Deribit"),
]


@pytest.mark.parametrize(("english", "chinese"), SAID, ids=[english for english, _ in SAID])
def test_both_articles_state_what_was_stated(english: str, chinese: str) -> None:
    assert re.search(english, article("en"))
    assert re.search(chinese, article("zh-Hant"))


# What an earlier account of these days got wrong, and a brief must not.


def test_a_change_is_the_same_wherever_it_is_told() -> None:
    for tag in ("en", "zh-Hant"):
        assert "19.7%" in article(tag)
        assert not re.search(r"\$62(\.0)? billion|620 億|21\.0%", article(tag))


def test_a_rebound_that_took_back_a_part_erased_nothing() -> None:
    share = known(REBOUND).series["price.retraced_share"].values[-1]
    needed = known(REBOUND).series["price.needed_to_erase"].values[-1]

    assert share == pytest.approx((69_980 - 62_600) / (73_100 - 62_600))
    assert needed == pytest.approx(73_100 / 62_600 - 1)
    for tag in ("en", "zh-Hant"):
        assert "70%" in article(tag)
        assert "84%" in article(tag)


def test_a_price_inside_a_band_is_not_above_it() -> None:
    position = known(REBOUND).series["onchain.band_position"].values[-1]

    assert position == pytest.approx((69_980 - 66_900) / (70_600 - 66_900))
    assert "onchain.inside_band" in told(composed(CRASH))
    assert not {"onchain.above_band", "onchain.below_band"} & told(composed(CRASH))


def test_the_close_is_on_the_same_side_of_the_level_everywhere() -> None:
    findings = told(composed(CRASH))

    assert "price.level_lost" in findings
    assert "price.level_won" not in findings


def test_one_person_has_one_name_and_no_title_that_is_not_theirs() -> None:
    for tag in ("en", "zh-Hant"):
        assert not re.search(r"elect\b|候任|當選", article(tag))
        assert not re.search(r"華許|沃什|瓦許|沃許", article(tag))


@pytest.mark.parametrize("slip", ["一箇", "拉昇", "整合", "的的", "，，", "。。"])
def test_the_chinese_article_has_no_converters_slip(slip: str) -> None:
    assert slip not in article("zh-Hant")
