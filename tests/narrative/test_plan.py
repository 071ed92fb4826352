from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.model.finding import Finding, Input, Outcome, Stance, State
from reporter.model.framework import ConditionState, FrameworkState, Status
from reporter.model.memory import Correction, Memory
from reporter.model.metric import MissingReason, Unit
from reporter.narrative.outline import Outline
from reporter.narrative.plan.contrasts import mark_contrasts
from reporter.narrative.plan.memory_findings import MADE_FINDINGS
from reporter.narrative.plan.plan import plan_brief
from reporter.narrative.plan_model import Label, Plan, PlannedSection, Slot
from tests.narrative.build import CUT, argument, condition, fact, fired, make_metrics, make_outline, not_fired

RULES = [
    "a.one",
    "a.two",
    "a.three",
    "b.one",
    "b.two",
    "for.one",
    "for.two",
    "for.three",
    "against.one",
    "against.two",
    "level.up",
    "figure.one",
]
#: Every rule has a sentence in every form unless a test says otherwise.
SPOKEN = (*RULES, *MADE_FINDINGS, "lead.crash", "lead.up", "lead.quiet", "gap.no_source", "gap.closed", "gap.stale")
SAID_AS = (
    "body",
    "ended",
    "heading",
    "standfirst",
    "takeaway",
    "figure",
    "headline",
    "for",
    "against",
    "unknown",
    "note",
)
FORMS = frozenset((name, form) for name in SPOKEN for form in SAID_AS)
PATH = "\n  - { id: path, kind: price_path, findings: [figure.one] }"
SECTION = "\n  - { id: %s, length: [full, standard, short], %s }"


@pytest.fixture
def plan(tmp_path: Path) -> Planner:
    return Planner(tmp_path)


class Planner:
    """Plans a brief from an outline's parts and what fired."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def maybe(
        self,
        *outcomes: Outcome | str,
        forms: frozenset[tuple[str, str]] = FORMS,
        values: dict[str, float] | None = None,
        missing: dict[str, MissingReason] | None = None,
        memory: Memory | None = None,
        **parts: str,
    ) -> Plan | None:
        outline = make_outline(self.folder, RULES, **parts)
        known = [fired(o) if isinstance(o, str) else o for o in outcomes]
        known += [not_fired(name) for name in RULES if name not in {o.rule_id for o in known}]
        return plan_brief(outline, known, make_metrics(values, missing=missing), forms, memory)

    def __call__(self, *outcomes: Outcome | str, **parts: object) -> Plan:
        planned = self.maybe(*outcomes, **parts)  # type: ignore[arg-type]
        assert planned is not None
        return planned


def said(section: PlannedSection) -> list[list[str]]:
    return [[slot.finding.id for slot in paragraph] for paragraph in section.paragraphs]


def names(slots: tuple[Slot, ...]) -> list[str]:
    return [slot.finding.id for slot in slots]


def test_without_a_leading_finding_there_is_no_brief(plan: Planner) -> None:
    assert plan.maybe("a.one", "b.one") is None


@pytest.mark.parametrize(
    ("outcomes", "lead", "length"),
    [
        (["lead.quiet"], "lead.quiet", "short"),
        (["lead.quiet", "lead.up"], "lead.up", "standard"),
        (["lead.quiet", "lead.up", "lead.crash"], "lead.crash", "full"),
    ],
)
def test_the_strongest_leading_finding_decides_the_length(
    plan: Planner, outcomes: list[str], lead: str, length: str
) -> None:
    planned = plan(*outcomes)

    assert (planned.lead.id, planned.length) == (lead, length)
    assert planned.headline == Slot(planned.lead, "headline")


def test_a_slot_of_the_standfirst_takes_the_first_that_is_true_and_can_be_said(plan: Planner) -> None:
    parts = {"standfirst": "[[a.one, a.two, lead.up], [b.one], [b.two, a.three]]"}

    planned = plan("lead.up", "a.two", "a.three", forms=FORMS - {("a.two", "standfirst")}, **parts)

    assert [(slot.finding.id, slot.form) for slot in planned.standfirst] == [
        ("lead.up", "standfirst"),
        ("a.three", "standfirst"),
    ]


def test_a_quiet_day_has_a_move_and_no_argument(plan: Planner) -> None:
    parts = {"standfirst": "[[lead.up, lead.quiet], [a.one]]", "takeaways": "{ most: 5, from: [a.one, a.two] }"}

    quiet, lively = plan("lead.quiet", "a.one", "a.two", **parts), plan("lead.up", "a.one", "a.two", **parts)

    assert (names(quiet.standfirst), names(quiet.takeaways)) == (["lead.quiet"], [])
    assert (names(lively.standfirst), names(lively.takeaways)) == (["lead.up", "a.one"], ["a.two"])


def test_takeaways_come_in_the_outlines_order_and_no_more_than_asked(plan: Planner) -> None:
    planned = plan("lead.up", "a.one", "a.two", "b.one", takeaways="{ most: 2, from: [b.two, b.one, a.two, a.one] }")

    assert names(planned.takeaways) == ["b.one", "a.two"]
    assert {slot.form for slot in planned.takeaways} == {"takeaway"}


def test_a_takeaway_without_a_sentence_makes_room_for_the_next(plan: Planner) -> None:
    planned = plan(
        "lead.up",
        "a.one",
        "a.two",
        forms=FORMS - {("a.one", "takeaway")},
        takeaways="{ most: 1, from: [a.one, a.two] }",
    )

    assert names(planned.takeaways) == ["a.two"]


def test_a_finding_is_said_once_in_the_body(plan: Planner) -> None:
    sections = SECTION % ("one", "paragraphs: [[a.one, a.two], [a.one, b.one]]")
    sections += SECTION % ("two", "paragraphs: [[a.one, b.one, b.two]]")

    planned = plan("lead.up", "a.one", "b.one", "b.two", sections=sections)

    assert [said(section) for section in planned.sections] == [[["a.one"], ["b.one"]], [["b.two"]]]


@pytest.mark.parametrize(("due", "told"), [(True, ["a.one", "a.two"]), (False, ["a.two"])])
def test_what_rests_is_told_again_when_it_is_due(plan: Planner, due: bool, told: list[str]) -> None:
    one, two = fired("a.one"), fired("a.two")
    assert one.finding is not None and two.finding is not None
    outcomes = [replace(found, finding=replace(found.finding, due=due)) for found in (one, two) if found.finding]
    parts = {
        "sections": SECTION % ("one", "paragraphs: [[a.one, a.two]]"),
        "takeaways": "\n  most: 5\n  from: [a.one, a.two]",
        "argument": "{ rests: [a.one] }",
    }

    planned = plan("lead.up", *outcomes, **parts)

    assert said(planned.sections[0]) == [told]
    assert names(planned.takeaways) == told


def test_a_section_is_there_only_for_its_lengths(plan: Planner) -> None:
    sections = "\n  - { id: long, length: [full], paragraphs: [[a.one]] }"
    sections += "\n  - { id: brief, length: [standard, short], paragraphs: [[a.one]] }"

    def shown(lead: str) -> list[str]:
        return [section.id for section in plan(lead, "a.one", sections=sections).sections]

    assert (shown("lead.crash"), shown("lead.up"), shown("lead.quiet")) == (["long"], ["brief"], ["brief"])


def test_a_section_without_anything_to_say_is_left_out(plan: Planner) -> None:
    sections = SECTION % ("empty", "heading: [lead.up], paragraphs: [[a.one]], figures: [path]")

    planned = plan(
        "lead.up",
        "figure.one",
        sections=sections,
        figures=PATH,
    )

    assert planned.sections == ()


def test_what_a_section_that_is_left_out_would_have_said_a_later_one_says(plan: Planner) -> None:
    sections = SECTION % ("argument", "framework: true, paragraphs: [[a.one]]")
    sections += SECTION % ("rest", "paragraphs: [[a.one]]")

    planned = plan("lead.up", "a.one", "level.up", "for.one", sections=sections, framework=FRAMEWORK)

    assert [(section.id, said(section)) for section in planned.sections] == [("rest", [["a.one"]])]


def test_a_heading_is_the_first_true_finding_or_a_label(plan: Planner) -> None:
    sections = SECTION % ("one", "heading: [a.one, a.two, _money], paragraphs: [[lead.up]]")
    parts = {"sections": sections, "headings": "{ _money: Money }"}

    told = plan("lead.up", "a.two", **parts).sections[0].heading
    plain = plan("lead.up", **parts).sections[0].heading
    silent = plan("lead.up", "a.two", forms=FORMS - {("a.two", "heading")}, **parts).sections[0].heading

    assert isinstance(told, Slot)
    assert (told.finding.id, told.form) == ("a.two", "heading")
    assert plain == silent == Label("Money")


def test_a_list_is_in_order_of_date_and_what_has_none_comes_last(plan: Planner) -> None:
    sections = SECTION % ("next", "list: [a.one, a.two, a.three]")
    dated = [
        fired("a.one"),
        fired("a.two", fact("date", 2e9, Unit.INSTANT)),
        fired("a.three", fact("date", 1e9, Unit.INSTANT)),
    ]

    planned = plan("lead.up", *dated, sections=sections)

    assert names(planned.sections[0].items) == ["a.three", "a.two", "a.one"]


FRAMEWORK = "{ level: [level.up] }"
ARGUMENT = SECTION % ("argument", "framework: true, heading: [level.up]")
BOTH = argument(condition("for.one", "for", "met"), condition("against.one", "against", "not met"))


def test_each_side_tells_its_conditions_as_they_stand(plan: Planner) -> None:
    framework = argument(
        condition("for.one", "for", "met"),
        condition("for.two", "for", "not met"),
        condition("against.one", "against", "unknown"),
    )

    planned = plan("lead.up", "level.up", sections=ARGUMENT, framework=FRAMEWORK, memory=Memory(framework))

    sides = planned.sections[0].sides
    assert [side.side for side in sides] == ["for", "against"]
    assert [[(item.slot.finding.id, item.status, item.slot.form) for item in side.items] for side in sides] == [
        [("for.one", "met", "body"), ("for.two", "not met", "body")],
        [("against.one", "unknown", "unknown")],
    ]
    assert [side.title.form for side in sides] == ["for", "against"]


@pytest.mark.parametrize(
    ("state", "notes"),
    [
        (condition("for.one", "for", "met"), []),
        (condition("for.one", "for", "met", due="2026-02-08"), ["condition.due"]),
        (condition("for.one", "for", "met", turned="2026-02-05"), ["condition.met_since"]),
        (condition("for.one", "for", "not met", turned="2026-02-05", due="2026-02-08"), ["condition.failed_since"]),
        (condition("for.one", "for", "met", turned="2026-02-05", due="2026-02-05", over=True), ["condition.over"]),
        (condition("for.one", "for", "unknown", turned="2026-02-05"), []),
    ],
)
def test_a_condition_says_since_when_or_until_when(plan: Planner, state: ConditionState, notes: list[str]) -> None:
    framework = argument(state, condition("against.one", "against", "met"))

    planned = plan("lead.up", "level.up", sections=ARGUMENT, framework=FRAMEWORK, memory=Memory(framework))

    assert [slot.finding.phrase for slot in planned.sections[0].sides[0].items[0].notes] == notes


def test_an_argument_with_one_side_is_none(plan: Planner) -> None:
    alone = Memory(argument(condition("for.one", "for", "met")))

    assert plan("lead.up", "level.up", sections=ARGUMENT, framework=FRAMEWORK, memory=alone).sections == ()


def test_without_a_level_or_a_framework_there_is_no_argument(plan: Planner) -> None:
    assert plan("lead.up", sections=ARGUMENT, framework=FRAMEWORK, memory=Memory(BOTH)).sections == ()
    assert plan("lead.up", "level.up", sections=ARGUMENT, framework=FRAMEWORK).sections == ()


BOARD = (
    "\n  - { label: Price, reading: price.close, stance: [a.one, b.one] }"
    "\n  - { label: Funding rate, reading: derivatives.funding_1d, stance: [a.two] }"
    "\n  - { label: Open interest, reading: derivatives.open_interest, note: [a.three, a.two] }"
)


def test_a_row_of_the_board_needs_a_reading_and_takes_the_stance_of_what_is_said(plan: Planner) -> None:
    planned = plan(
        "lead.up",
        fired("b.one", stance="bear"),
        sections=SECTION % ("board", "board: true"),
        board=BOARD,
        values={"price.close": 5.0, "derivatives.open_interest": 7.0},
    )

    rows = planned.sections[0].board
    assert [(row.outline.label, row.stance) for row in rows] == [("Price", "bear"), ("Open interest", "neutral")]


def test_a_row_is_noted_by_what_gives_its_stance_unless_it_names_others(plan: Planner) -> None:
    known = {"price.close": 5.0, "derivatives.open_interest": 7.0}
    board = {"sections": SECTION % ("board", "board: true"), "board": BOARD, "values": known}

    def notes(*fired: str, **parts: object) -> list[tuple[str, str] | None]:
        rows = plan("lead.up", *fired, **board, **parts).sections[0].board
        return [(row.note.finding.id, row.note.form) if row.note else None for row in rows]

    assert notes("b.one", "a.two") == [("b.one", "note"), ("a.two", "note")]
    assert notes("b.one", "a.two", forms=FORMS - {("b.one", "note")}) == [None, ("a.two", "note")]
    assert notes() == [None, None]


def test_what_notes_a_row_counts_as_said(plan: Planner) -> None:
    planned = plan(
        "lead.up",
        "a.two",
        sections=SECTION % ("board", "board: true"),
        board=BOARD,
        values={"price.close": 5.0, "derivatives.open_interest": 7.0},
    )

    assert "a.two" in [finding.id for finding in planned.said]


def test_a_board_of_one_row_is_none(plan: Planner) -> None:
    planned = plan(
        "lead.up", sections=SECTION % ("board", "board: true"), board=BOARD, values={"derivatives.open_interest": 7.0}
    )

    assert planned.sections == ()


def test_a_figure_takes_the_first_true_title_and_is_left_out_without_one(plan: Planner) -> None:
    figures = "\n  - { id: path, kind: price_path, findings: [a.one, a.two] }"
    figures += "\n  - { id: days, kind: price_days, findings: [b.one] }"
    sections = SECTION % ("one", "paragraphs: [[lead.up]], figures: [days, path]")

    planned = plan("lead.up", "a.two", sections=sections, figures=figures)

    assert [(figure.outline.id, figure.finding.id) for figure in planned.sections[0].figures] == [("path", "a.two")]


def test_tiles_are_metrics_with_a_value(plan: Planner) -> None:
    tiles = "\n  - { label: Price, value: price.close }\n  - { label: Funding rate, value: derivatives.funding_1d }"

    planned = plan("lead.up", tiles=tiles, values={"price.close": 5.0})

    assert [tile.label for tile in planned.tiles] == ["Price"]


def test_gaps_are_rules_about_gaps_then_metrics_that_tiles_and_board_would_show(plan: Planner) -> None:
    tiles = "\n  - { label: Price, value: price.close }\n  - { label: Funding rate, value: derivatives.funding_1d }"

    planned = plan(
        "lead.up",
        fired("a.one", topic="gap"),
        tiles=tiles,
        gaps="[macro.spx.return_1d]",
        values={"price.close": 5.0},
        missing={"derivatives.funding_1d": MissingReason.STALE},
    )

    assert names(planned.gaps) == ["a.one", "gap.stale", "gap.no_source"]


def test_everything_said_anywhere_is_listed_once(plan: Planner) -> None:
    planned = plan(
        "lead.up",
        "a.one",
        "a.two",
        "figure.one",
        "level.up",
        memory=Memory(BOTH),
        standfirst="[[lead.up], [a.one]]",
        takeaways="{ most: 2, from: [a.one] }",
        sections=SECTION % ("one", "paragraphs: [[a.one]], list: [a.two], figures: [path]") + ARGUMENT,
        figures=PATH,
        gaps="[macro.spx.return_1d]",
        framework=FRAMEWORK,
    )

    told = [finding.id for finding in planned.said]
    assert len(told) == len(set(told))
    assert set(told) == {
        "lead.up",
        "a.one",
        "a.two",
        "figure.one",
        "level.up",
        "for.one",
        "against.one",
        "gap.no_source",
    }


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Outline:
    """An outline whose sections all ask for the same findings."""
    every = "paragraphs: [[a.one, a.two, a.three], [b.one, a.one]], list: [b.two, a.two], heading: [a.one, b.one]"
    return make_outline(
        tmp_path_factory.mktemp("crowded"),
        RULES,
        standfirst="[[a.one, a.two], [b.one]]",
        takeaways="{ most: 2, from: [b.two, b.one, a.one] }",
        sections="".join(SECTION % (name, every) for name in ("one", "two", "three")) + ARGUMENT,
        framework=FRAMEWORK,
    )


@given(true=st.sets(st.sampled_from(RULES)), lead=st.sampled_from(["lead.crash", "lead.up", "lead.quiet"]))
def test_whatever_fired_is_said_once_and_nothing_else(crowded: Outline, true: set[str], lead: str) -> None:
    outcomes = [fired(name) if name in true else not_fired(name) for name in (*RULES, "lead.up")]

    planned = plan_brief(crowded, [*outcomes, fired(lead)], make_metrics(), FORMS, Memory(BOTH))

    assert planned is not None
    body = [name for section in planned.sections for row in (*said(section), names(section.items)) for name in row]
    assert len(body) == len(set(body))
    assert set(body) == true & {"a.one", "a.two", "a.three", "b.one", "b.two"}
    assert {finding.id for finding in planned.said} <= true | {lead, "gap.no_source", "for.one", "against.one"}
    assert len(planned.takeaways) <= 2
    assert all(section.paragraphs or section.items or section.sides for section in planned.sections)


def slots(*stances: Stance) -> tuple[Slot, ...]:
    return tuple(
        Slot(Finding(f"a.{place}", "", "", "t", stance, 0, ()), "body") for place, stance in enumerate(stances)
    )


def test_a_sentence_that_turns_against_the_one_before_it_is_marked() -> None:
    marked = mark_contrasts((slots("bull", "bear"), slots("bull", "bull"), slots("bear")))
    assert [[slot.contrast is not None for slot in row] for row in marked] == [[False, True], [False, False], [True]]


def test_what_takes_no_side_contradicts_nothing() -> None:
    marked = mark_contrasts((slots("bull", "neutral", "bear", "mixed"),))
    assert not any(slot.contrast for slot in marked[0])


@given(st.lists(st.lists(st.sampled_from(["bull", "bear", "neutral", "mixed"]), min_size=1), max_size=5))
def test_turns_change_nothing_else_and_never_follow_each_other(rows: list[list[Stance]]) -> None:
    before = tuple(slots(*row) for row in rows)
    after = mark_contrasts(before)
    assert [[slot.finding for slot in row] for row in after] == [[slot.finding for slot in row] for row in before]
    turns = [slot.contrast is not None for row in after for slot in row]
    assert not any(one and other for one, other in pairwise(turns))


CHOICE = {"standfirst": "[[lead.up], [a.one, a.two]]", "takeaways": "{ most: 2, from: [a.one, a.two, a.three] }"}


@pytest.mark.parametrize(
    ("yesterday", "first"),
    [(100.0, "a.two"), (96.0, "a.two"), (90.0, "a.one"), (None, "a.one")],
    ids=["same", "within five per cent", "another figure", "not fired"],
)
def test_what_stands_unchanged_yields_to_what_is_new(plan: Planner, yesterday: float | None, first: str) -> None:
    before = fired("a.one", fact("close", yesterday)) if yesterday else not_fired("a.one")
    today: list[Outcome | str] = [fired("a.one", fact("close", 100.0)), fired("a.two", fact("close", 5.0)), "lead.up"]

    planned = plan(*today, memory=Memory(before=(before,)), **CHOICE)
    pointed = plan(*today, memory=Memory(before=(before,)), takeaways=CHOICE["takeaways"])

    assert names(planned.standfirst) == ["lead.up", first]
    # A key point doesn't say what the standfirst does.
    assert names(planned.takeaways) == [one for one in ("a.one", "a.two") if one != first]
    assert names(pointed.takeaways)[0] == first


def test_the_move_leads_though_it_is_yesterdays_too(plan: Planner) -> None:
    planned = plan("lead.up", "a.one", memory=Memory(before=(fired("lead.up"),)), standfirst="[[lead.up, a.one]]")

    assert names(planned.standfirst) == ["lead.up"]


SINCE = SECTION % ("since", "since: true, heading: [_money]")
WATCHED = {"sections": SINCE, "headings": "{ _money: Money }", "since": "{ ended: [a.one, a.two] }"}


def test_what_has_ended_is_told_where_that_is_known(plan: Planner) -> None:
    before = Memory(before=(fired("a.one"), fired("a.two"), fired("lead.up")))

    over = plan("lead.up", memory=before, **WATCHED).sections
    open_ = plan("lead.up", Outcome("a.one", State.UNKNOWN, ("m",)), "a.two", memory=before, **WATCHED).sections

    assert [[(slot.finding.id, slot.form) for slot in row] for row in over[0].paragraphs] == [
        [("a.one", "ended"), ("a.two", "ended")]
    ]
    assert open_ == ()


@pytest.mark.parametrize(("closes", "told"), [((5.0, 5.0), True), ((5.0, None, 5.0), False)])
def test_of_a_day_without_a_close_there_was_no_brief_to_compare_with(
    plan: Planner, closes: tuple[float, ...], told: bool
) -> None:
    before = Memory(before=(fired("a.one"), fired("lead.up")))

    made = plan("lead.up", memory=before, values={"price.close": closes}, **WATCHED)

    assert bool(made.sections) is told


def test_without_a_day_before_nothing_is_since(plan: Planner) -> None:
    assert plan("lead.up", **WATCHED).sections == ()


ROWS = (
    "\n  - { label: Price, reading: price.close, stance: [a.one, b.one] }"
    "\n  - { label: Funding rate, reading: derivatives.funding_1d, stance: [a.one, b.one] }"
    "\n  - { label: Open interest, reading: derivatives.open_interest, stance: [a.one, b.one] }"
)
TERMS = "{ price.close: market.close, derivatives.funding_1d: market.funding_rate }"


def test_a_signal_that_changed_sides_is_named_where_it_has_a_name_and_two_readings(plan: Planner) -> None:
    turned: list[Outcome | str] = [fired("a.one", stance="bull"), "lead.up"]
    before = Memory(before=(fired("b.one", stance="bear"),))
    both = {name: [1.0, 2.0] for name in ("price.close", "derivatives.funding_1d", "derivatives.open_interest")}

    def lists(values: Mapping[str, object]) -> list[list[str]]:
        parts = WATCHED | {"since": "", "board": ROWS, "terms": TERMS}
        found = plan(*turned, memory=before, values=values, **parts).sections
        slots = [slot for section in found for row in section.paragraphs for slot in row]
        return [[member.name for fact in slot.finding.facts for member in fact.members] for slot in slots]

    # The price doesn't side with itself, and open interest has no name here.
    assert lists(both) == [["derivatives.funding_1d"]]
    assert lists({**both, "derivatives.funding_1d": [None, 2.0]}) == []


def test_only_what_turned_today_is_told_as_turned(plan: Planner) -> None:
    today, earlier = (
        argument(condition("for.one", "for", "met", turned=day), condition("against.one", "against", "met"))
        for day in ("2026-02-06", "2026-02-05")
    )
    values = {"price.close": [1.0, 2.0], "framework.level": [70_000.0, 70_000.0], "brief.date": [1.0, 2.0]}

    def told(framework: FrameworkState) -> list[str]:
        memory = Memory(framework, before=(fired("lead.up"),))
        sections = plan("lead.up", memory=memory, values=values, **WATCHED | {"since": ""}).sections
        return [slot.finding.id for section in sections for row in section.paragraphs for slot in row]

    assert (told(today), told(earlier)) == (["since.conditions"], [])


@pytest.mark.parametrize(
    ("status", "history", "ended"),
    [
        ("not met", ("met", "not met"), 1.0),
        ("not met", ("met", "unknown", "not met"), 1.0),
        ("not met", ("pending", "not met"), 0.0),
        ("met", ("not met", "met"), 0.0),
    ],
)
def test_a_condition_is_met_no_longer_only_where_it_was(
    plan: Planner, status: Status, history: tuple[Status, ...], ended: float
) -> None:
    days = tuple((f"2026-02-0{7 - len(history) + at}", one) for at, one in enumerate(history))
    turned = replace(condition("for.one", "for", status, turned="2026-02-06"), history=days)
    memory = Memory(argument(turned, condition("against.one", "against", "met")), before=(fired("lead.up"),))
    values = {"price.close": [1.0, 2.0], "framework.level": [70_000.0, 70_000.0], "brief.date": [1.0, 2.0]}

    sections = plan("lead.up", memory=memory, values=values, **WATCHED | {"since": ""}).sections
    (slot,) = (slot for section in sections for row in section.paragraphs for slot in row)
    assert [(fact.name, fact.value) for fact in slot.finding.relations] == [("no_longer", ended)]


def test_what_turned_is_told_by_its_side(plan: Planner) -> None:
    turned = argument(
        condition("for.one", "for", "met", turned="2026-02-06"),
        condition("for.two", "for", "not met", turned="2026-02-06"),
        condition("against.one", "against", "met", turned="2026-02-06"),
    )
    values = {"price.close": [1.0, 2.0], "framework.level": [70_000.0, 70_000.0], "brief.date": [1.0, 2.0]}
    memory = Memory(turned, before=(fired("lead.up"),))
    sections = plan("lead.up", memory=memory, values=values, **WATCHED | {"since": ""}).sections
    found = next(
        slot.finding
        for section in sections
        for row in section.paragraphs
        for slot in row
        if slot.finding.id == "since.conditions"
    )

    assert {
        fact.name: [member.name for member in fact.members] for fact in found.facts if fact.name[:3] in ("for", "aga")
    } == {
        "for_met": ["for.one"],
        "for_failed": ["for.two"],
        "against_met": ["against.one"],
        "against_failed": [],
    }


def test_corrections_are_told_up_to_four_and_the_rest_counted(plan: Planner) -> None:
    def correction(metric: str) -> Correction:
        old = Input(metric, "2026-02-05", 1.0, Unit.USD, CUT, "hand")
        return Correction("a:b#c", old, replace(old, value=2.0))

    named = correction("derivatives.open_interest")
    parts = {"sections": SECTION % ("fix", "corrections: true"), "terms": "{ derivatives.open_interest: market.close }"}

    def told(*found: Correction) -> list[str]:
        sections = plan("lead.up", memory=Memory(corrections=found), **parts).sections
        return [slot.finding.phrase or slot.finding.id for s in sections for row in s.paragraphs for slot in row]

    assert told() == []
    assert told(named, correction("price.sigma_1d")) == ["correction.plain", "correction.more"]
    assert told(*[named] * 6) == ["correction.plain"] * 4 + ["correction.more"]
