"""Declared pairs of findings: what may not be said together holds, what pulls apart is joined by a "but"."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.diagnostics.errors import HeldError, InputError
from reporter.narrative.phrases.phrases import load_phrases
from reporter.narrative.plan.chat_checks import PhraseContext
from reporter.narrative.plan.contrasts import mark_contrasts
from reporter.narrative.plan.outline_loader import load_outline
from reporter.narrative.plan.tensions import hold_contradictions, to_pairs
from reporter.narrative.plan_model import Slot
from tests.narrative.build import EN, SPECS, make_finding, outline_text

RULES = frozenset({"lead.crash", "lead.up", "lead.quiet", "price.week", "price.size"})
SECTIONS = "[{ id: a, length: [full], paragraphs: [[price.week, price.size]] }]"


def problems(folder: Path, *phrases: str, **parts: str) -> list[str]:
    path = folder / "report.yaml"
    path.write_text(outline_text(**parts), "utf-8")
    books = [load_phrases([(Path("p.j2"), "\n".join(phrases))], EN)]
    with pytest.raises(InputError) as caught:
        load_outline(path, "report.yaml", RULES, dict(SPECS), PhraseContext(books, {}))
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("parts", "messages"),
    [
        (
            {"contradictions": "[[price.week, price.sizes]]"},
            ['report.yaml:8:31: unknown rule "price.sizes"; did you mean "price.size"?'],
        ),
        (
            {"contradictions": "[[price.week, price.week], [price.week]]"},
            [
                'report.yaml:8:18: "price.week" is paired with itself',
                "report.yaml:8:44: a pair names two rules; this names 1",
            ],
        ),
        (
            {"contradictions": "[[price.week, price.size], [price.size, price.week]]"},
            [
                'report.yaml:8:44: the pair "price.size", "price.week" stands in contradictions twice; '
                "the first is in line 8"
            ],
        ),
        (
            {
                "contradictions": "[[price.week, price.size]]",
                "tensions": "[[price.size, price.week]]",
                "sections": SECTIONS,
            },
            [
                'report.yaml:9:12: the pair "price.size", "price.week" is in both contradictions and tensions; '
                "the first is in line 8"
            ],
        ),
        (
            {"tensions": "[[price.week, lead.up]]", "sections": SECTIONS},
            [
                'report.yaml:8:12: no section says both "price.week" and "lead.up"; '
                'a tension is a sentence and the "but" that follows it'
            ],
        ),
        (
            {"tensions": "[[price.size, price.week]]", "sections": SECTIONS},
            [
                'report.yaml:8:12: the tension has no "but": "price.size" has no {{ link }} in en; '
                "begin its wordings in p.j2:1 with {{ link }}"
            ],
        ),
    ],
)
def test_a_pair_that_can_not_be_meant_is_a_problem_at_its_place(
    tmp_path: Path, parts: dict[str, str], messages: list[str]
) -> None:
    assert problems(tmp_path, '{% say "price.size" %}a size.{% endsay %}', **parts) == messages


def test_a_brief_that_would_say_both_is_held_with_both_rules_named() -> None:
    said = [make_finding("price.streak_up"), make_finding("price.week"), make_finding("price.streak_down")]

    with pytest.raises(HeldError) as held:
        hold_contradictions("desk/desk.toml", [("price.streak_down", "price.streak_up")], said)

    assert str(held.value) == (
        'desk/desk.toml: "price.streak_down" (rules/a.yaml:1) and "price.streak_up" (rules/a.yaml:1) '
        "contradict each other; nothing is published"
    )


def test_one_finding_of_a_forbidden_pair_is_said() -> None:
    hold_contradictions("desk", [("price.streak_down", "price.streak_up")], [make_finding("price.streak_up")])


def row(*names: str) -> tuple[tuple[Slot, ...], ...]:
    """Findings in order; a name's first letter is its side: b(ull), d(own), n(eutral)."""
    sides = {"b": "bull", "d": "bear", "n": "neutral"}
    return (tuple(Slot(make_finding(name, stance=sides[name[0]]), "body") for name in names),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "turned"),
    [
        (["n1", "n2"], [False, True]),
        (["n2", "n1"], [False, True]),
        (["n1", "n3", "n2"], [False, False, True]),
        (["n1", "b1", "d1", "n2"], [False, False, True, False]),
        (["n1", "n3"], [False, False]),
        (["n1", "d1", "d2"], [False, False, False]),
    ],
)
def test_the_later_of_two_in_tension_turns_unless_the_story_has_turned_before(
    names: list[str], turned: list[bool]
) -> None:
    marked = mark_contrasts(row(*names), to_pairs([("n1", "n2"), ("n1", "d2")]))

    assert [slot.contrast is not None for slot in marked[0]] == turned


@given(st.lists(st.sampled_from(["n1", "n2", "n3", "b1", "d1"]), max_size=8, unique=True))
def test_a_but_never_follows_a_but(names: list[str]) -> None:
    marked = mark_contrasts(row(*names), to_pairs([("n1", "n2"), ("n2", "n3"), ("b1", "n3")]))

    assert not any(one.contrast and other.contrast for one, other in pairwise(marked[0]))


def test_a_turn_names_the_finding_that_it_answers_and_why() -> None:
    marked = mark_contrasts(row("n1", "n3", "n2", "b1", "d1"), to_pairs([("n1", "n2")]))
    made = [slot.contrast for slot in marked[0]]

    assert [one and (one.name, one.expression) for one in made] == [
        None,
        None,
        ("contrast_n1", "n1 and n2 are declared to be in tension"),
        None,
        ("contrast_b1", "b1 and d1 have opposite stances"),
    ]
    assert [one.made.parts[0].value for one in made if one is not None and one.made is not None] == [0.0, 1.0]
