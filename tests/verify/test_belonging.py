"""What stands under what: headings, sources and addresses that changed places, and news that was reworded, are held."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.outputs import render_brief
from reporter.verify.gate.gate import Verdict
from reporter.verify.ledger.ledger_model import read_ledger
from tests.briefs import SAMPLES, composed
from tests.verify.holding import Held

EN, ZH, PAGE = "article.en.md", "article.zh-Hant.md", "article.en.html"


@cache
def published() -> Mapping[str, bytes]:
    """The sample brief's files, without PDFs."""
    return render_brief(composed(SAMPLES / "btc-2026-02"), ("md", "html"), None)


@cache
def gate() -> Held:
    files = dict(published())
    return Held(read_ledger(files.pop(LEDGER)), files)


def verdict(name: str, text: str) -> Verdict:
    return gate().judge_one(name, text)


def exchanged(name: str, one: str, other: str) -> Verdict:
    """The verdict on a file in which two texts have changed places."""
    text = published()[name].decode()
    assert one in text and other in text, (one, other)
    return verdict(name, text.replace(one, "\0", 1).replace(other, one, 1).replace("\0", other, 1))


def told(found: Verdict) -> list[tuple[str, str]]:
    return [(fault.code, fault.what.rpartition('": ')[2]) for fault in found.faults]


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        (EN, "### What would speak for &#36;70,000\n", "### What speaks against it\n"),
        (ZH, "### 支持 70,000 美元的條件\n", "### 反對的條件\n"),
        (EN, "## Key points\n", "## Key figures\n"),
        (EN, "## Signal board\n", "## What comes next\n"),
        (EN, "## Methods\n", "## Disclosure\n"),
    ],
)
def test_headings_that_change_places_are_held(name: str, one: str, other: str) -> None:
    found = told(exchanged(name, one, other))
    assert "gate.other-heading" in {code for code, _ in found}
    heading = one.strip("# \n").replace("&#36;", "$")
    assert any("it stands under" in why and heading in why for _, why in found)


def test_headings_of_a_page_that_change_places_are_held() -> None:
    page = published()[PAGE].decode()
    start, end = page.index("<h3>"), page.index("</h3>")
    first = page[start : end + 5]
    start, end = page.index("<h3>", end), page.index("</h3>", end + 1)
    assert {code for code, _ in told(exchanged(PAGE, first, page[start : end + 5]))} == {
        "gate.other-heading",
        "gate.markup-changed",
    }


def test_a_section_may_change_its_place_with_its_heading() -> None:
    parts = published()[EN].decode().split("\n## ")
    names = [part.partition("\n")[0] for part in parts]
    one, other = names.index("Signal board"), names.index("What comes next")
    parts[one], parts[other] = parts[other], parts[one]
    assert verdict(EN, "\n## ".join(parts)).faults == ()


def test_a_heading_in_other_words_heads_what_it_headed() -> None:
    text = published()[EN].decode()
    found = verdict(EN, text.replace("## Signal board", "## The signal board", 1))
    assert "gate.other-heading" not in {fault.code for fault in found.faults}


def test_sources_of_two_figures_that_change_places_are_held() -> None:
    found = told(exchanged(EN, "Sources · Farside\n", "Sources · Glassnode and Sample prices\n"))
    assert [code for code, _ in found if code == "gate.other-source"] == ["gate.other-source"] * 2


@pytest.mark.parametrize("name", [EN, PAGE])
def test_addresses_of_two_sources_that_change_places_are_held(name: str) -> None:
    found = told(exchanged(name, "https://www.deribit.com", "https://farside.co.uk"))
    assert {why for code, why in found if code == "gate.other-link"} == {
        "the ledger has this address for Deribit",
        "the ledger has this address for Farside",
    }


def test_a_picture_of_the_other_language_is_held() -> None:
    text = published()[EN].decode()
    cover = next(line for line in text.splitlines() if line.startswith("images: "))
    found = verdict(EN, text.replace(cover, cover.replace(".en.", ".zh-Hant."), 1))
    assert ("gate.other-picture", "it is the chart of another language") in told(found)
    found = verdict(EN, text.replace(cover, 'images: ["charts/other.en.png"]', 1))
    assert ("gate.unknown-picture", "no chart of this brief has this name") in told(found)
    assert ("gate.field-changed", 'the ledger has ["charts/price_path.en.png"]') in told(found)


def test_a_line_of_news_stands_letter_for_letter() -> None:
    text = published()[EN].decode()
    assert "Kevin Warsh's nomination" in text
    found = verdict(EN, text.replace("Kevin Warsh's nomination", "Kevin Warsh's dismissal", 1))
    assert [fault.code for fault in found.faults] == ["gate.quote-changed"]
    # What stands around it is the editor's.
    assert "is another's words, and stands otherwise" in found.faults[0].what
