"""The evidence appendix: every figure once, numbered, with what the ledger has of it, alike in every language."""

from __future__ import annotations

from functools import cache

import pytest

from reporter.model.document import ClaimSpan, Document, Table
from reporter.narrative.realise import RealisedDocument
from reporter.pipeline.audit import audit_against_ledger
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.state import Brief
from reporter.verify.ledger.ledger_model import read_ledger
from reporter.verify.ledger.passages import iterate_passages
from tests.briefs import SAMPLES, composed, found

BRIEFS = ("btc-2026-02", "melt-up", "quiet-day")


@cache
def with_evidence(name: str) -> Brief:
    return compose_brief(found(SAMPLES / name), ("article", "chat"), evidence=True)


def table(document: Document) -> Table:
    section = document.sections[-1]
    assert section.id == "evidence"
    (block,) = section.blocks
    assert isinstance(block, Table)
    return block


def articles(name: str) -> list[RealisedDocument]:
    return [item for item in with_evidence(name).realised if item.document.edition == "article"]


@pytest.mark.parametrize("name", BRIEFS)
def test_every_figure_that_rests_on_a_source_is_listed_once_in_every_language(name: str) -> None:
    for item in articles(name):
        wanted = {
            span.text
            for passage in iterate_passages(item.document)
            if passage.section != "evidence"
            for span in passage.spans
            if isinstance(span, ClaimSpan)
            and item.claims[span.claim][1].event is None
            and any(reading.source for reading in item.claims[span.claim][1].inputs)
        }
        rows = table(item.document).rows
        listed = [span.claim for row in rows for span in row[2].spans if isinstance(span, ClaimSpan)]
        assert wanted <= {span.text for row in rows for span in row[2].spans}
        assert len({claim.partition("#")[0] for claim in listed}) == len(rows)
        assert [row[0].text for row in rows] == [str(number) for number in range(1, len(rows) + 1)]


@pytest.mark.parametrize("name", BRIEFS)
def test_languages_list_the_same_values_in_the_same_order(name: str) -> None:
    told = {
        tuple((row[0].text, *(cell.text for cell in row[3:])) for row in table(item.document).rows)
        for item in articles(name)
    }

    assert len(told) == 1


def test_a_chat_has_no_appendix() -> None:
    chats = [item.document for item in with_evidence("quiet-day").realised if item.document.edition == "chat"]

    assert chats
    assert all(section.id != "evidence" for document in chats for section in document.sections)


def test_a_row_says_what_the_ledger_says() -> None:
    brief = with_evidence("btc-2026-02")
    english = next(
        item.document for item in brief.realised if (item.document.locale, item.document.edition) == ("en", "article")
    )

    row = next(row for row in table(english).rows if row[6].text == "price.high")

    assert [cell.text for cell in row[2:]] == [
        "$71,422",
        "71422 usd_price",
        "2026-02-07 00:00Z",
        "prices_1d.csv",
        "price.high",
    ]


@pytest.mark.long
def test_the_gate_passes_an_appendix_and_holds_a_retouched_exact_value() -> None:
    brief = with_evidence("btc-2026-02")
    files = render_brief(brief, ("md", "html"), None)
    ledger = read_ledger(files.pop("ledger.json"))
    assert audit_against_ledger(ledger, files).passes

    page = files["article.en.html"].decode()
    retouched = page.replace("71422 usd_price", "71433 usd_price", 1)
    assert retouched != page
    verdict = audit_against_ledger(ledger, files | {"article.en.html": retouched.encode()})

    assert not verdict.passes


def test_without_the_option_nothing_is_appended() -> None:
    sections = [section.id for item in composed(SAMPLES / "quiet-day").realised for section in item.document.sections]

    assert "evidence" not in sections
