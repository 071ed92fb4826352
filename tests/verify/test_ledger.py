"""What the ledger of a finished brief promises: every shown figure is a claim, and every claim has its row."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from reporter.diagnostics.errors import HeldError
from reporter.model.document import Block, ClaimSpan, Document, Figure, LiteralSpan, Table
from reporter.model.finding import Fact, Finding, Input, Outcome, State
from reporter.model.metric import Unit
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.state import Brief
from reporter.verify.ledger.ledger import Versions, collect_claims, make_ledger
from reporter.verify.ledger.ledger_model import dump_ledger
from reporter.verify.ledger.passages import iterate_sentences
from tests.briefs import SAMPLES, cells, composed, related, residue, shown

BRIEFS = ("btc-2026-02", "melt-up", "quiet-day")


@cache
def ledger(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(composed(SAMPLES / name).ledger)
    return read


def claims(sentence: dict[str, Any]) -> set[str]:
    """The facts that a sentence of the ledger shows."""
    return facts([claim for _, _, claim in sentence["spans"]]) if "spans" in sentence else set()


def facts(claims: list[str]) -> set[str]:
    """Claims without the way they are shown: one language writes a number where another needs a word."""
    return {claim.partition("#")[0] for claim in claims}


@pytest.mark.parametrize("name", BRIEFS)
def test_every_shown_text_is_a_claim_that_says_where_it_is_shown(name: str) -> None:
    claims = {claim["id"]: claim for claim in ledger(name)["claims"]}

    for item in composed(SAMPLES / name).realised:
        spans = list(shown(item.document))
        assert spans
        unbacked = [s for s in spans if s.text not in claims[s.claim]["shown"].get(item.document.locale, [])]
        assert unbacked == []


@pytest.mark.parametrize("name", BRIEFS)
def test_no_claim_is_listed_that_nothing_shows(name: str) -> None:
    documents = [item.document for item in composed(SAMPLES / name).realised]

    seen = {span.claim for document in documents for span in shown(document)}
    seen |= {claim for document in documents for claim in related(document)}

    assert [claim["id"] for claim in ledger(name)["claims"]] == sorted(seen)


@pytest.mark.parametrize("name", BRIEFS)
def test_every_claim_rests_on_a_known_source_the_calendar_an_event_or_a_gap(name: str) -> None:
    known = ledger(name)
    sources = {source["id"] for source in known["sources"]}
    events = {fact["event"]["id"] for finding in known["findings"] for fact in finding["facts"] if "event" in fact}

    for claim in known["claims"]:
        given = {part for row in claim["inputs"] if row["source"] for part in row["source"].split("+")}
        assert given <= sources, claim["id"]
        if claim["finding"].startswith("gap.") or (claim["value"] in events and claim["unit"] == "text"):
            continue
        dates = {row["metric"] for row in claim["inputs"] if row["unit"] == "instant"}
        of_calendar = bool(claim["inputs"]) and dates == {row["metric"] for row in claim["inputs"]}
        # Scores count conditions, whose own readings and history the ledger lists beside them; a bound is the rule's.
        subjects = {row["metric"].partition(".")[0] for row in claim["inputs"]}
        of_score = subjects == {"framework"} or (claim["fact"] == "threshold" and not claim["inputs"])
        assert given or of_calendar or of_score, claim["id"]
    assert {event["source"] for event in _events(known)} <= sources


def _events(known: dict[str, Any]) -> list[dict[str, Any]]:
    return [fact["event"] for finding in known["findings"] for fact in finding["facts"] if "event" in fact]


@pytest.mark.parametrize("name", BRIEFS)
def test_every_claim_and_every_sentence_names_a_finding_that_the_ledger_lists(name: str) -> None:
    known = ledger(name)
    told = {finding["id"] for finding in known["findings"]}

    shown = {claim["finding"] for claim in known["claims"]} - {"tile", "board"}
    spoken = {sentence["finding"] for sentence in known["sentences"]} - {""}
    assert shown | spoken <= told
    # A headline's second clause is in the sentence of the first, and may show no figure.
    assert all(name.startswith(("beside.", "verdict.")) for name in told - shown - spoken)


@pytest.mark.parametrize("name", BRIEFS)
def test_a_claims_value_is_its_facts_value(name: str) -> None:
    known = ledger(name)

    values: dict[str, object] = {}

    def take(prefix: str, fact: dict[str, Any]) -> None:
        values[prefix + fact["name"]] = fact["value"]
        for member in fact.get("members", ()):
            take(prefix + fact["name"] + ".", member)

    for finding in known["findings"]:
        for fact in finding["facts"]:
            take(finding["id"] + ":", fact)

    # A relation says what a word asserts, and may be named as a fact is: "since" is a date too.
    shown = [claim for claim in known["claims"] if claim["kind"] != "relation"]
    stated = {facts([claim["id"]]).pop(): claim["value"] for claim in shown}
    of_findings = {path: value for path, value in stated.items() if not path.startswith(("tile:", "board:"))}
    assert [path for path, value in of_findings.items() if path in values and values[path] != value] == []
    assert len([path for path in of_findings if path in values]) >= len(of_findings) // 2


@pytest.mark.parametrize("name", BRIEFS)
def test_both_languages_say_the_same_in_the_same_place(name: str) -> None:
    by_locale: dict[str, dict[str, Any]] = {}
    for sentence in ledger(name)["sentences"]:
        by_locale.setdefault(sentence["locale"], {})[sentence["id"]] = sentence
    zh, en = by_locale["zh-Hant"], by_locale["en"]

    assert list(zh) == list(en)
    for key in ("section", "finding", "form", "edition"):
        assert [zh[i][key] for i in zh] == [en[i][key] for i in en]
    differing = {i: claims(zh[i]) ^ claims(en[i]) for i in zh}
    assert {i: path for i, path in differing.items() if path} == {}


@pytest.mark.parametrize("name", BRIEFS)
def test_both_languages_show_the_same_tiles_and_cells(name: str) -> None:
    zh, en = (item.document for item in composed(SAMPLES / name).realised)

    def claims(document: Document) -> list[list[str]]:
        tiles = [[s.claim for s in (*t.value, *t.change) if isinstance(s, ClaimSpan)] for t in document.tiles]
        # A note is a sentence, and languages order their words differently.
        shown = [[s.claim for s in cell.spans if isinstance(s, ClaimSpan)] for cell in cells(document)]
        return tiles + [sorted(row) if cell.of else row for cell, row in zip(cells(document), shown, strict=True)]

    assert claims(zh) == claims(en)
    assert [tile.direction for tile in zh.tiles] == [tile.direction for tile in en.tiles]
    assert [cell.stance for cell in cells(zh)] == [cell.stance for cell in cells(en)]


@pytest.mark.parametrize("name", BRIEFS)
def test_no_text_holds_residue(name: str) -> None:
    for item in composed(SAMPLES / name).realised:
        assert residue(item.document) == []


@pytest.mark.parametrize("name", BRIEFS)
def test_the_ledger_is_the_same_each_time_and_holds_no_nan(name: str) -> None:
    again = compose_brief(evaluate_desk(SAMPLES / name)).ledger

    def refuse(word: str) -> float:
        raise AssertionError(word)

    assert again == composed(SAMPLES / name).ledger
    json.loads(again, parse_constant=refuse)


def test_it_lists_what_could_not_be_known_and_why() -> None:
    known = ledger("quiet-day")

    why = {gap["metric"]: gap["why"] for gap in known["gaps"]}
    assert why["derivatives.open_interest"] == "no source feeds this table"
    assert why["macro.spx.return_1d"] == "market closed"
    assert not [name for name in why if name.startswith("macro.nikkei.")]
    assert "price.close" not in why
    assert {"rule", "missing"} == set().union(*(unknown for unknown in known["unknown"]))
    assert all(unknown["missing"] for unknown in known["unknown"])


def test_it_names_the_brief_the_program_and_the_rules() -> None:
    known = ledger("btc-2026-02")
    brief = composed(SAMPLES / "btc-2026-02")

    assert known["schema"] == "reporter.ledger/3"
    instants = {"as_of": "2026-02-07T00:00:00Z", "cut": "2026-02-07T00:00:00Z"}
    assert known["brief"] == {"slug": "btc-2026-02-06", "date": "2026-02-06", **instants}
    assert known["versions"]["rules"] == brief.findings.report.rules.hash
    assert list(known["brief"]) == ["slug", "date", "as_of", "cut"]


def test_sources_are_named_by_file_and_not_by_place() -> None:
    files = {source["id"]: source["file"] for source in ledger("btc-2026-02")["sources"]}

    assert files["prices_daily"] == "prices_1d.csv"
    assert not [path for path in files.values() if path.startswith("/")]


# What holds a brief back.


@pytest.fixture
def pairs() -> list[tuple[Document, dict[str, tuple[str, Fact]]]]:
    """The documents of a brief and what backs them, to be tampered with."""
    return [(item.document, dict(item.claims)) for item in composed(SAMPLES / "quiet-day").realised]


def test_a_text_that_nothing_backs_holds_the_brief(pairs: list[tuple[Document, dict[str, tuple[str, Fact]]]]) -> None:
    (zh, claims), english = pairs
    headline = replace(
        zh.headline, spans=(*zh.headline.spans, LiteralSpan(" "), ClaimSpan("lead.quiet:profit#money", "$5"))
    )

    with pytest.raises(HeldError) as caught:
        collect_claims([(replace(zh, headline=headline), claims), english])

    assert str(caught.value) == '"$5" in zh-Hant shows lead.quiet:profit#money, which nothing backs'
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("where", ["tile", "cell", "gap", "caption"])
def test_the_last_corner_of_a_page_is_looked_into(where: str) -> None:
    brief = composed(SAMPLES / "btc-2026-02")
    wrong = ClaimSpan("nowhere:x#money", "$5")
    document, claims = brief.realised[0].document, brief.realised[0].claims
    tampered = _with(document, where, wrong)

    with pytest.raises(HeldError, match=r'^"\$5" in zh-Hant shows nowhere:x#money, which nothing backs$'):
        collect_claims([(tampered, claims)])


def _with(document: Document, where: str, span: ClaimSpan) -> Document:
    if where == "tile":
        return replace(document, tiles=(*document.tiles[:-1], replace(document.tiles[-1], change=(span,))))
    if where == "gap":
        return replace(document, gaps=(*document.gaps[:-1], replace(document.gaps[-1], spans=(span,))))
    sections = []
    for section in document.sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if where == "cell" and isinstance(block, Table):
                row = (*block.rows[-1][:-1], replace(block.rows[-1][-1], spans=(span,)))
                block = replace(block, rows=(*block.rows[:-1], row))  # noqa: PLW2901 - a changed copy
            elif where == "caption" and isinstance(block, Figure):
                block = replace(block, caption=(replace(block.caption[0], spans=(span,)),))  # noqa: PLW2901
            blocks.append(block)
        sections.append(replace(section, blocks=tuple(blocks)))
    return replace(document, sections=tuple(sections))


def test_languages_that_state_different_values_hold_the_brief(
    pairs: list[tuple[Document, dict[str, tuple[str, Fact]]]],
) -> None:
    zh, (document, claims) = pairs
    name = next(name for name in claims if name.startswith("lead.quiet:close"))
    kind, fact = claims[name]
    assert isinstance(fact.value, float)
    claims[name] = kind, replace(fact, value=fact.value + 1)

    with pytest.raises(HeldError) as caught:
        collect_claims([zh, (document, claims)])

    assert str(caught.value) == f"{name}: en states {fact.value + 1}, another locale {fact.value}"


# Small parts.


def small(inputs: tuple[Input, ...]) -> tuple[Document, dict[str, tuple[str, Fact]]]:
    """A document whose headline states one sum, with its claim."""
    document = composed(SAMPLES / "quiet-day").realised[1].document
    claim = "a.b:total#money"
    headline = replace(document.headline, finding="a.b", spans=(ClaimSpan(claim, "$6"), LiteralSpan(" in all")))
    bare = replace(
        document,
        headline=headline,
        standfirst=replace(document.standfirst, sentences=()),
        takeaways=(),
        tiles=(),
        sections=(),
        gaps=(),
    )
    return bare, {claim: ("money", Fact("total", 6.0, Unit.USD, "sum(x)", inputs, 1_770_422_400.0))}


def finding(name: str) -> Finding:
    return Finding(name, "rules/a.yaml:3", "abc", "price", "bull", 50, ())


def written(said: list[Finding], inputs: tuple[Input, ...] = (), outcomes: tuple[Outcome, ...] = ()) -> dict[str, Any]:
    brief: Brief = composed(SAMPLES / "quiet-day")
    record = make_ledger([small(inputs)], outcomes, said, brief.findings.metrics, Versions("1.2", "hash"))
    read: dict[str, Any] = json.loads(dump_ledger(record))
    return read


def test_a_claim_keeps_its_exact_value_formula_time_and_rows() -> None:
    reading = Input("etf.net_flow_1d", "2026-02-06", -12.5, Unit.USD, 1_770_422_400.0, "fund_flows")

    claim = written([finding("a.b")], (reading,))["claims"][0]

    assert claim == {
        "id": "a.b:total#money",
        "finding": "a.b",
        "fact": "total",
        "kind": "money",
        "is": "sum(x)",
        "value": 6.0,
        "unit": "usd",
        "as_of": "2026-02-07T00:00:00Z",
        "inputs": [
            {
                "metric": "etf.net_flow_1d",
                "date": "2026-02-06",
                "value": -12.5,
                "unit": "usd",
                "as_of": "2026-02-07T00:00:00Z",
                "source": "fund_flows",
            }
        ],
        "shown": {"en": ["$6"]},
    }


@pytest.mark.parametrize("count", [12, 61, 62, 200])
def test_of_many_readings_the_first_and_last_are_named_and_all_counted(count: int) -> None:
    rows = tuple(Input("x.y", f"day {n}", float(n), Unit.USD, None, "s") for n in range(count))

    claim = written([finding("a.b")], rows)["claims"][0]

    named = [row["value"] for row in claim["inputs"]]
    if count <= 61:
        assert named == list(range(count))
        assert "readings" not in claim
    else:
        assert named == [0, 1, 2, 3, 4, 5, *range(count - 6, count)]
        assert claim["readings"] == count


def test_a_finding_without_a_sentence_is_not_listed_as_told() -> None:
    assert [told["id"] for told in written([finding("a.b"), finding("figure.undrawn")])["findings"]] == ["a.b"]


def test_rules_that_stayed_unknown_are_listed_with_what_they_missed() -> None:
    outcomes = (
        Outcome("a.b", State.FIRED, finding=finding("a.b")),
        Outcome("c.d", State.UNKNOWN, ("etf.net_flow_1d",)),
        Outcome("e.f", State.NOT_FIRED),
    )

    assert written([finding("a.b")], outcomes=outcomes)["unknown"] == [{"rule": "c.d", "missing": ["etf.net_flow_1d"]}]


def test_sentences_come_in_reading_order() -> None:
    document = composed(SAMPLES / "btc-2026-02").realised[0].document

    order = [sentence.id for _, sentence in iterate_sentences(document)]

    assert order[0] == document.headline.id
    assert len(order) == len(set(order))
    places = list(dict.fromkeys(section for section, _ in iterate_sentences(document)))
    titled = [section.id for section in document.sections]
    assert places == ["headline", "standfirst", "takeaways", *titled, "gaps"]
