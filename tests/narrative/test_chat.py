"""The conversation's plan: which questions a day raises, what answers each, what is doubted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.model.finding import Fact, Outcome
from reporter.narrative.outline import Outline
from reporter.narrative.phrases.phrase_extents import NO_EXTENTS, PhraseExtent, PhraseExtents
from reporter.narrative.plan.chat import plan_chat
from reporter.narrative.plan.plan import plan_brief
from reporter.narrative.plan_model import Plan, PlannedSection
from tests.narrative.build import fact, fired, make_metrics, make_outline, not_fired

RULES = ("a.one", "a.two", "a.three", "a.four", "b.one", "b.two", "c.one", "d.one", "figure.one")
LEADS = ("lead.crash", "lead.up", "lead.quiet")
FORMS = frozenset(
    (name, form)
    for name in (*RULES, *LEADS)
    for form in ("body", "headline", "question", "doubt", "answer", "reply", "figure", "standfirst")
)
STANCES = {"lead.up": "bull", "a.one": "bull", "b.one": "bear", "b.two": "bull", "d.one": "bear"}
PATH = "\n  - { id: path, kind: price_path, findings: [figure.one] }"
ALL = "length: [full, standard, short]"
CHAT = f"""
  reader: Reader
  desk: Desk
  most: {{ full: 6, standard: 6, short: 2 }}
  charts: {{ full: 1, standard: 1, short: 0 }}
  sentences: 2
  exchanges:
    - id: what
      {ALL}
      asks: [lead.crash, lead.up, lead.quiet]
      answers: [[lead.crash, lead.up, lead.quiet], [a.one, a.two, a.three, a.four]]
      figures: [path]
      follow_ups:
        - {{ doubts: [lead.up, a.one], asks: [b.one, b.two], answers: [[b.one, b.two]], figures: [path] }}
    - id: more
      {ALL}
      asks: [a.four, a.two]
      answers: [[a.two, a.four]]
    - id: full_only
      length: [full]
      asks: [c.one]
      answers: [[c.one]]
    - id: last
      {ALL}
      asks: [d.one]
      answers: [[d.one, a.three]]
      weight: 3
"""


def outline_of(folder: Path, chat: str = CHAT) -> Outline:
    return make_outline(folder, RULES, chat=chat, figures=PATH)


def chat_of(
    outline: Outline,
    *names: str,
    forms: frozenset[tuple[str, str]] = FORMS,
    extents: PhraseExtents = NO_EXTENTS,
    facts: Mapping[str, Fact] = MappingProxyType({}),
) -> Plan | None:
    outcomes: list[Outcome] = [
        fired(name, *([facts[name]] if name in facts else []), stance=STANCES.get(name, "neutral"))  # type: ignore[arg-type]
        for name in names
    ]
    outcomes += [not_fired(name) for name in (*RULES, *LEADS) if name not in names]
    metrics = make_metrics({"price.close": 1.0})
    article = plan_brief(outline, outcomes, metrics, forms)
    assert article is not None
    return plan_chat(outline, outcomes, metrics, forms, article, extents=extents)


def told(plan: Plan | None) -> list[str]:
    """Each exchange as `question > answer`, paragraphs parted by a stroke; doubts are marked."""
    assert plan is not None
    return [_line(section) for section in plan.sections]


def _line(section: PlannedSection) -> str:
    assert section.question is not None
    said = " | ".join(" ".join(f"{s.finding.id}.{s.form}" for s in slots) for slots in section.paragraphs)
    mark = "but " if section.follows else ""
    return f"{mark}{section.question.finding.id}.{section.question.form} > {said}"


def test_the_first_true_finding_asks_and_its_own_sentence_is_the_answer(tmp_path: Path) -> None:
    plan = chat_of(outline_of(tmp_path), "lead.quiet", "lead.up", "a.two")

    assert told(plan) == ["lead.up.question > lead.up.answer lead.quiet.body", "a.two.question > a.two.answer"]


def test_a_finding_without_an_answer_of_its_own_is_told_as_in_the_article(tmp_path: Path) -> None:
    plan = chat_of(outline_of(tmp_path), "lead.up", forms=FORMS - {("lead.up", "answer")})

    assert told(plan) == ["lead.up.question > lead.up.body"]


def test_what_an_earlier_answer_said_neither_asks_nor_answers_again(tmp_path: Path) -> None:
    plan = chat_of(outline_of(tmp_path), "lead.up", "a.two", "d.one", "a.three")

    assert told(plan) == [
        "lead.up.question > lead.up.answer | a.two.body",
        "d.one.question > d.one.answer a.three.body",
    ]


def test_an_answer_is_short_and_what_it_left_out_may_ask_later(tmp_path: Path) -> None:
    plan = chat_of(outline_of(tmp_path), "lead.up", "a.one", "a.two", "a.three", "a.four")

    assert told(plan) == [
        "lead.up.question > lead.up.answer | a.one.body",
        "a.four.question > a.two.body a.four.answer",
    ]


def test_the_asker_is_kept_where_an_answer_is_cut(tmp_path: Path) -> None:
    chat = CHAT.replace("answers: [[a.two, a.four]]", "answers: [[b.one, b.two, a.two, a.four]]")
    chat = chat.replace(", [a.one, a.two, a.three, a.four]]", "]").replace(
        "doubts: [lead.up, a.one]", "doubts: [lead.up]"
    )

    plan = chat_of(outline_of(tmp_path, chat), "lead.crash", "b.one", "b.two", "a.two", "a.four")

    assert told(plan)[1] == "a.four.question > b.one.body a.four.answer"


def test_a_doubt_follows_the_answer_that_it_contradicts(tmp_path: Path) -> None:
    plan = chat_of(outline_of(tmp_path), "lead.up", "b.one", "b.two")

    assert told(plan) == ["lead.up.question > lead.up.answer", "but b.one.doubt > b.one.reply b.two.body"]


def test_sentences_count_and_not_findings(tmp_path: Path) -> None:
    extents = {("lead.up", "answer"): PhraseExtent(2), ("a.one", "answer"): PhraseExtent(3)}

    plan = chat_of(outline_of(tmp_path), "lead.up", "a.one", "a.two", extents=extents)

    # The answer to the first question is full with its two; what has three sentences is told by nobody.
    assert told(plan) == ["lead.up.question > lead.up.answer", "a.two.question > a.two.answer"]


def test_a_figure_that_was_told_is_not_told_again(tmp_path: Path) -> None:
    figure = {name: PhraseExtent(1, frozenset({"size"})) for name in (("lead.up", "answer"), ("a.two", "answer"))}
    same = {"lead.up": fact("size", 0.05), "a.two": fact("size", -0.05)}
    other = {"lead.up": fact("size", 0.05), "a.two": fact("size", 0.06)}
    outline = outline_of(tmp_path, CHAT.replace("[a.one, a.two, a.three, a.four]", "[a.one]"))

    assert told(chat_of(outline, "lead.up", "a.two", extents=figure, facts=same)) == [
        "lead.up.question > lead.up.answer"
    ]
    assert told(chat_of(outline, "lead.up", "a.two", extents=figure, facts=other)) == [
        "lead.up.question > lead.up.answer",
        "a.two.question > a.two.answer",
    ]


def test_what_agrees_doubts_nothing(tmp_path: Path) -> None:
    plan = chat_of(outline_of(tmp_path), "lead.up", "b.two")

    assert told(plan) == ["lead.up.question > lead.up.answer"]


def test_nothing_is_doubted_that_was_not_said(tmp_path: Path) -> None:
    plan = chat_of(outline_of(tmp_path), "lead.crash", "b.one")

    assert told(plan) == ["lead.crash.question > lead.crash.answer"]


def test_the_length_of_the_brief_chooses_exchanges(tmp_path: Path) -> None:
    outline = outline_of(tmp_path)

    assert "c.one.question > c.one.answer" in told(chat_of(outline, "lead.crash", "c.one"))
    assert told(chat_of(outline, "lead.up", "c.one")) == ["lead.up.question > lead.up.answer"]


def test_of_too_many_exchanges_the_lightest_goes_and_never_the_first_or_the_last(tmp_path: Path) -> None:
    chat = CHAT.replace("standard: 6", "standard: 3")

    plan = chat_of(outline_of(tmp_path, chat), "lead.up", "a.one", "b.one", "a.two", "a.three", "a.four", "d.one")

    assert [section.id for section in plan.sections] == ["what", "what_1", "last"]  # type: ignore[union-attr]


def test_a_chart_is_drawn_once_and_only_as_many_as_a_chat_holds(tmp_path: Path) -> None:
    outline = outline_of(tmp_path)

    plan = chat_of(outline, "lead.up", "b.one", "figure.one")
    quiet = chat_of(outline, "lead.quiet", "figure.one")

    assert [len(section.figures) for section in plan.sections] == [1, 0]  # type: ignore[union-attr]
    assert [len(section.figures) for section in quiet.sections] == [0]  # type: ignore[union-attr]


def test_a_report_type_without_a_chat_has_none(tmp_path: Path) -> None:
    assert chat_of(make_outline(tmp_path, RULES), "lead.up") is None


def test_a_day_that_answers_no_question_has_no_chat(tmp_path: Path) -> None:
    chat = CHAT.replace("[lead.crash, lead.up, lead.quiet]\n", "[d.one]\n").replace(
        "asks: [d.one]\n", "asks: [c.one]\n"
    )

    assert chat_of(outline_of(tmp_path, chat), "lead.up") is None


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Outline:
    return outline_of(tmp_path_factory.mktemp("chat"))


@given(names=st.sets(st.sampled_from((*RULES, *LEADS))).filter(lambda names: names & set(LEADS)))
def test_whatever_is_true_is_said_once_asked_for_and_doubted_in_its_place(shared: Outline, names: set[str]) -> None:
    plan = chat_of(shared, *sorted(names))
    assert plan is not None
    said = [slot.finding.id for section in plan.sections for slots in section.paragraphs for slot in slots]

    assert len(said) == len(set(said))
    assert set(said) <= names
    assert len(plan.sections) <= 6
    assert all(section.question and section.paragraphs for section in plan.sections)
    assert not plan.sections[0].follows
    for before, section in zip(plan.sections, plan.sections[1:], strict=False):
        if section.follows:
            assert before.id == "what"
            assert {"lead.up", "a.one"} & {slot.finding.id for slots in before.paragraphs for slot in slots}
