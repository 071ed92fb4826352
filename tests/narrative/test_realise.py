from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale
from reporter.model.document import ClaimSpan, Conditions, Document, Figure, LiteralSpan, Paragraph, Table
from reporter.model.finding import Outcome
from reporter.model.memory import Memory
from reporter.model.metric import Bar, MetricSet, Unit
from reporter.narrative.outline import Outline
from reporter.narrative.phrases.phrases import PhraseBook, SpeechContext, load_phrases
from reporter.narrative.plan.plan import plan_brief
from reporter.narrative.plan_model import Plan
from reporter.narrative.realise import BriefMetadata, RealisedDocument, realise_plan
from reporter.verify.ledger.passages import iterate_sentences
from tests.narrative.build import CUT, EN, LAST, ZH, argument, condition, fact, fired, make_metrics, make_outline

WORDS = {
    "en": {
        "lead.up headline": "{{ asset }} rose to {{ close }}",
        "lead.up standfirst": "{{ asset }} rose to {{ close }}.",
        "lead.up body": "It rose to {{ close }}.",
        "lead.up note": "Closed at {{ close }}",
        "a.one body": "The next date is {{ date }}.",
        "a.one heading": "What is next",
        "level.up for": "For {{ level }}",
        "level.up against": "Against {{ level }}",
        "for.one body": "Puts are at {{ share }}.",
        "condition.met_since body": "Met since {{ date }}.",
        "against.one unknown": "The flow is not known.",
        "figure.one figure": "The path to {{ close }}",
        "figure.one caption": "Closes up to {{ close }}.",
        "gap.no_source body": "No source: {{ tables|names }}.",
    },
    "zh-Hant": {
        "lead.up headline": "{{ asset }}漲到 {{ close }}",
        "lead.up standfirst": "{{ asset }}漲到 {{ close }}。",
        "lead.up body": "漲到 {{ close }}。",
        "lead.up note": "收在 {{ close }}",
        "a.one body": "下一個日期是 {{ date }}。",
        "a.one heading": "接下來",
        "level.up for": "支持 {{ level }}",
        "level.up against": "反對 {{ level }}",
        "for.one body": "看跌占 {{ share }}。",
        "condition.met_since body": "{{ date }}起成立。",
        "against.one unknown": "流向不明。",
        "figure.one figure": "走到 {{ close }}",
        "figure.one caption": "收盤到 {{ close }}。",
        "gap.no_source body": "沒有來源：{{ tables|names }}。",
    },
}
RULES = ("a.one", "level.up", "for.one", "against.one", "figure.one")
PARTS = {
    "gaps": "[macro.spx.return_1d]",
    "standfirst": "[[lead.up]]",
    "tiles": "\n  - { label: Price, value: price.close, change: price.return_1d }",
    "sections": (
        "\n  - { id: lede, length: [standard], paragraphs: [[lead.up]], figures: [path] }"
        "\n  - { id: next, length: [standard], heading: [a.one], list: [a.one] }"
        "\n  - { id: argument, length: [standard], heading: [_behind], framework: true }"
        "\n  - { id: board, length: [standard], board: true }"
    ),
    "headings": "{ _behind: Behind the move }",
    "framework": "{ level: [level.up] }",
    "board": (
        "\n  - { label: Price, reading: price.close, change: price.return_1d, stance: [lead.up] }"
        "\n  - { label: Funding rate, reading: derivatives.funding_1d, show: funding }"
    ),
    "figures": "\n  - { id: path, kind: price_path, findings: [figure.one] }",
    "methods": "[The 25-delta risk reversal is call minus put implied volatility.]",
}
CLOSE = fact("close", 69_980.0)
OUTCOMES: tuple[Outcome, ...] = (
    fired("lead.up", CLOSE, stance="bull"),
    fired("a.one", fact("date", CUT, Unit.INSTANT)),
    fired("level.up", fact("level", 70_000.0)),
    fired("figure.one", CLOSE),
)
FRAMEWORK = argument(
    condition("for.one", "for", "met", fact("share", 0.58, Unit.FRACTION), turned="2026-02-05"),
    condition("against.one", "against", "unknown"),
)
BARS = tuple(Bar(CUT - hours * 3600, 60_000.0, 70_000.0, 59_000.0, 69_980.0) for hours in range(48, 0, -1))
METRICS = make_metrics(
    {"price.close": [60_000.0, 69_980.0], "price.return_1d": 0.1663, "derivatives.funding_1d": -0.0008}, bars=BARS
)
POSTED = datetime(2026, 2, 6, 23, 59, tzinfo=UTC)
SETTING = BriefMetadata("btc-2026-02-06", "BTC", {"en": "Our desk"}, {"": "Not advice."}, ("bitcoin",), CUT, POSTED)


def book(locale: Locale, **changed: str) -> PhraseBook:
    words = WORDS[locale.tag] | changed
    says = ""
    for name, text in words.items():
        finding, form = name.split()
        says += f'{{% say "{finding}", "{form}" %}}{text}{{% endsay %}}\n'
    return load_phrases([(Path(f"{locale.tag}.j2"), says)], locale)


def context(metrics: MetricSet) -> SpeechContext:
    return SpeechContext(LAST, metrics.citations, {"en": "Bitcoin", "zh-Hant": "比特幣"}, "BTC")


@pytest.fixture
def outline(tmp_path: Path) -> Outline:
    return make_outline(tmp_path, RULES, **PARTS)


def planned(outline: Outline, metrics: MetricSet = METRICS) -> Plan:
    forms = frozenset(book(EN).says) & frozenset(book(ZH).says)
    plan = plan_brief(outline, OUTCOMES, metrics, forms, Memory(FRAMEWORK))
    assert plan is not None
    return plan


def said(outline: Outline, locale: Locale, metrics: MetricSet = METRICS) -> RealisedDocument:
    return realise_plan(planned(outline, metrics), outline, book(locale), context(metrics), metrics, SETTING)


def told(document: Document) -> list[tuple[str, str, str, str]]:
    return [(s.id, section, s.finding, s.form) for section, s in iterate_sentences(document)]


def test_every_part_of_the_plan_is_said_in_order(outline: Outline) -> None:
    document = said(outline, EN).document

    assert [(section, s.text) for section, s in iterate_sentences(document)] == [
        ("headline", "Bitcoin rose to $69,980"),
        ("standfirst", "Bitcoin rose to $69,980."),
        ("lede", "It rose to $69,980."),
        ("lede", "The path to $69,980"),
        ("lede", "Closes up to $69,980."),
        ("next", "What is next"),
        ("next", "The next date is 7 February."),
        ("argument", "Behind the move"),
        ("argument", "For $70,000"),
        ("argument", "Puts are at 58.0%."),
        ("argument", "Met since 5 February."),
        ("argument", "Against $70,000"),
        ("argument", "The flow is not known."),
        ("board", "Where each signal stands"),
        ("board", "Closed at $69,980"),
        ("gaps", document.gaps[0].text),
    ]
    assert document.gaps[0].text.startswith("No source: ")


def test_both_languages_have_the_same_sentences_under_the_same_ids(outline: Outline) -> None:
    english, chinese = said(outline, EN), said(outline, ZH)

    assert told(english.document) == told(chinese.document)
    assert english.claims == chinese.claims
    assert [s.id for _, s in iterate_sentences(english.document)] != [
        s.text for _, s in iterate_sentences(english.document)
    ]


def test_ids_are_unique_and_count_up(outline: Outline) -> None:
    ids = [s.id for _, s in iterate_sentences(said(outline, EN).document)]

    assert sorted(ids) == [f"s{number:03d}" for number in range(1, len(ids) + 1)]


def test_a_document_says_what_it_is(outline: Outline) -> None:
    english, chinese = said(outline, EN).document, said(outline, ZH).document

    assert (english.locale, english.edition, english.slug, english.date) == (
        "en",
        "article",
        SETTING.slug,
        "2026-02-06",
    )
    assert english.as_of == "2026-02-07T00:00:00+00:00"
    assert (english.asset, chinese.asset) == ("Bitcoin", "比特幣")
    assert (english.date_label, chinese.date_label) == ("6 February 2026", "2026 年 2 月 6 日")
    assert (english.byline, chinese.byline) == ("Our desk", "")
    assert english.disclosure == chinese.disclosure == "Not advice."
    assert (english.rise_is_red, chinese.rise_is_red) == (False, True)
    assert len(english.methods) == 1
    assert english.tags == ("bitcoin",)


def test_a_tile_has_its_value_its_change_and_the_last_weeks(outline: Outline) -> None:
    [tile] = said(outline, EN).document.tiles

    assert [span.text for span in tile.value] == ["$69,980"]
    assert [span.text for span in tile.change] == ["+16.6%"]
    assert (tile.label, tile.direction, tile.spark) == ("Price", "up", (60_000.0, 69_980.0))


@pytest.mark.parametrize(("change", "direction"), [(0.01, "up"), (-0.01, "down"), (0.0, "flat"), (None, "flat")])
def test_a_tiles_direction_is_the_sign_of_its_change(outline: Outline, change: float | None, direction: str) -> None:
    metrics = make_metrics({"price.close": 5.0, **({} if change is None else {"price.return_1d": change})})

    [tile] = said(outline, EN, metrics).document.tiles

    assert tile.direction == direction
    assert bool(tile.change) is (change is not None)


def test_the_board_shows_readings_changes_and_stances(outline: Outline) -> None:
    document = said(outline, EN).document
    [table] = [b for section in document.sections for b in section.blocks if isinstance(b, Table)]

    assert table.header == ("Signal", "Reading", "Change", "Stance", "Note")
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Price", "$69,980", "+16.6%", "bull", "Closed at $69,980"],
        ["Funding rate", "−0.0800%", "–", "neutral", "–"],
    ]
    assert [row[3].stance for row in table.rows] == ["bull", "neutral"]
    assert [[cell.numeric for cell in row] for row in table.rows] == [[False, True, True, False, False]] * 2
    assert [row[4].of is None for row in table.rows] == [False, True]


def test_a_condition_carries_its_status_as_a_word(outline: Outline) -> None:
    document = said(outline, ZH).document
    sides = [b for section in document.sections for b in section.blocks if isinstance(b, Conditions)]

    assert [(side.side, [(i.status, bool(i.status_label)) for i in side.items]) for side in sides] == [
        ("for", [("met", True)]),
        ("against", [("unknown", True)]),
    ]
    assert sides[0].items[0].status_label != sides[1].items[0].status_label


def test_a_figure_has_an_alternative_text_and_names_its_sources(outline: Outline) -> None:
    document = said(outline, EN).document
    [figure] = [b for section in document.sections for b in section.blocks if isinstance(b, Figure)]

    assert figure.alt == "Line chart of the price over the day and the day before"
    assert figure.source == "Hand"
    assert figure.chart.id == "path"


def test_a_chart_with_nothing_to_draw_is_left_out_in_every_language(outline: Outline) -> None:
    bare = make_metrics({"price.close": [60_000.0, 69_980.0], "price.return_1d": 0.1663})

    english, chinese = said(outline, EN, bare), said(outline, ZH, bare)

    blocks = [block for section in english.document.sections for block in section.blocks]
    assert not [block for block in blocks if isinstance(block, Figure)]
    assert "figure.one" not in {finding for _, _, finding, _ in told(english.document)}
    assert told(english.document) == told(chinese.document)


def test_sources_that_claims_rest_on_are_named_once(outline: Outline) -> None:
    document = said(outline, ZH).document

    assert [(line.name, line.link) for line in document.sources] == [("手", "")]


def test_every_shown_text_has_its_claim(outline: Outline) -> None:
    done = said(outline, EN)

    for _, sentence in iterate_sentences(done.document):
        for span in sentence.spans:
            assert isinstance(span, LiteralSpan) or span.claim in done.claims
    kind, backed = done.claims["lead.up:close#price"]
    assert (kind, backed) == ("price", CLOSE)


def test_a_phrase_that_is_missing_is_named(outline: Outline) -> None:
    words = book(EN)
    lacking = PhraseBook(EN, {key: say for key, say in words.says.items() if key != ("lead.up", "body")})

    with pytest.raises(InputError) as caught:
        realise_plan(planned(outline), outline, lacking, context(METRICS), METRICS, SETTING)

    assert str(caught.value) == 'rules/a.yaml:1: no phrase in en for finding "lead.up", form "body"'


def test_paragraphs_keep_their_sentences_together(outline: Outline) -> None:
    document = said(outline, EN).document
    lede = document.sections[0]

    [paragraph] = [block for block in lede.blocks if isinstance(block, Paragraph)]
    assert [sentence.finding for sentence in paragraph.sentences] == ["lead.up"]
    assert [span for span in paragraph.sentences[0].spans if isinstance(span, ClaimSpan)] == [
        ClaimSpan("lead.up:close#price", "$69,980")
    ]
