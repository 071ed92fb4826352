"""Cases: how they are written, what is wrong with them, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.model.finding import Finding
from reporter.rules import RuleBook
from reporter.rules.analysis.case_runner import run_case
from reporter.rules.analysis.case_worlds import CaseWorlds
from reporter.rules.book.case_files import load_cases
from reporter.rules.book.rule_book import Case
from tests.rules.build import INSTRUMENTS, REGISTRY, book, rule

Load = Callable[..., RuleBook]
WORLDS = CaseWorlds(REGISTRY, INSTRUMENTS)
FALL = rule("price.fall", "price.return_1d <= -5%", facts="{move: price.return_1d, before: prev(price.return_1d)}")


def _cases(load: Load, tmp_path: Path, text: str, *rules: str) -> tuple[RuleBook, tuple[Case, ...]]:
    loaded = load(book(*(rules or (FALL,))))
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    return loaded, load_cases([(path, "cases.yaml")], {one.id: one for one in loaded.rules}, REGISTRY)


def _set(given: str, *tests: str, name: str = "price.fall") -> str:
    return f"cases:\n  - rule: {name}\n    given: {given}\n    tests:\n" + "".join(
        f"      - {test}\n" for test in tests
    )


def _faults(loaded: RuleBook, cases: tuple[Case, ...]) -> list[tuple[str, ...]]:
    return [run_case(loaded, WORLDS, case).faults for case in cases]


def test_a_series_ends_today_and_an_underscore_is_missing(load: Load, tmp_path: Path) -> None:
    text = _set(
        '{price.return_1d: "-10%x2 _ 0.02", flows.net_1d: 300m, price.weekend: true}', "{name: a, state: unknown}"
    )
    _, cases = _cases(load, tmp_path, text)
    assert cases[0].given == {
        "price.return_1d": (-0.1, -0.1, None, 0.02),
        "flows.net_1d": (3e8,),
        "price.weekend": (1.0,),
    }


def test_a_case_changes_what_its_set_gives(load: Load, tmp_path: Path) -> None:
    text = _set(
        '{price.return_1d: "1% -6%", price.close: 9}',
        "{name: fires, state: fired, facts: {move: -6%, before: 1%}}",
        '{name: small, given: {price.return_1d: "1% -4.9%"}, state: not fired}',
        '{name: unknown, given: {price.return_1d: "1% _"}, state: unknown, missing: [price.return_1d]}',
    )
    loaded, cases = _cases(load, tmp_path, text)
    assert _faults(loaded, cases) == [(), (), ()]
    assert cases[1].given["price.close"] == (9.0,)
    assert [case.place for case in cases] == ["cases.yaml:5", "cases.yaml:6", "cases.yaml:7"]


def test_every_fault_of_a_case_is_told(load: Load, tmp_path: Path) -> None:
    text = _set(
        '{price.return_1d: "1% -6%"}',
        "{name: a, state: not fired, facts: {move: -7%}, missing: [price.close], by: []}",
        "{name: b, given: {price.return_1d: -6%}, state: fired, facts: {move: -6%}}",
    )
    loaded, cases = _cases(load, tmp_path, text)
    assert _faults(loaded, cases) == [
        (
            "it is fired; expected not fired",
            "missing is []; expected [price.close]",
            'fact "move" is -0.06; expected -0.07',
        ),
        (
            "it is unknown for want of price.return_1d; expected fired",
            'there is no finding, so no fact "move"',
        ),
    ]


def test_other_rules_are_as_the_case_says(load: Load, tmp_path: Path) -> None:
    echo = rule("price.echo", 'fired("price.fall")')
    text = (
        "cases:\n  - rule: price.echo\n    fired: [price.fall]\n    tests:\n"
        "      - {name: yes it did, state: fired}\n      - {name: no, not_fired: [price.fall], state: not fired}\n"
    )
    loaded, cases = _cases(load, tmp_path, text, FALL, echo)
    assert _faults(loaded, cases) == [(), ()]


def test_a_loser_of_its_group_is_suppressed(load: Load, tmp_path: Path) -> None:
    group = {"group": "g", "pick": "first"}
    rules = (rule("a", "price.close > 2", **group), rule("b", "price.close > 1", **group))
    text = _set("{price.close: 3}", "{name: loses, state: suppressed, by: [a]}", name="b")
    loaded, cases = _cases(load, tmp_path, text, *rules)
    assert _faults(loaded, cases) == [()]


def test_a_text_is_right_if_one_wording_says_it(load: Load, tmp_path: Path) -> None:
    text = _set(
        '{price.return_1d: "1% -6%"}',
        '{name: right, state: fired, text: {en: "It fell."}}',
        '{name: wrong, state: fired, text: {en: "It rose.", fr: "Chute"}}',
    )
    loaded, cases = _cases(load, tmp_path, text)

    def say(finding: Finding, form: str) -> Mapping[str, tuple[str, ...]]:
        assert (finding.id, form) == ("price.fall", "body")
        return {"en": ("Down it went.", "It fell.")}

    assert [run_case(loaded, WORLDS, case, say).faults for case in cases] == [
        (),
        ('en: it says "Down it went." or "It fell."; expected "It rose."', 'no locale "fr" is loaded'),
    ]


def test_everything_wrong_in_a_file_is_said_at_once(load: Load, tmp_path: Path) -> None:
    text = (
        _set(
            "{price.retrun_1d: 1%, price.close: 5%, price.return_1d: 7}",
            "{name: a, given: {sentiment.score: many}, fired: [price.fal], state: maybe}",
            "{name: b, state: unknown, events: {polcy: 1d}, missing: [flows.net], facts: {mve: 1}, "
            "text: {en: x}, date: soon}",
        )
        + "  - {rule: price.fal, tests: []}\n"
    )
    with pytest.raises(InputError) as refused:
        _cases(load, tmp_path, text)
    first = str(refused.value).splitlines()
    assert first == [
        "cases.yaml:5:78: \"state\" must be 'fired', 'not fired', 'unknown', 'suppressed' or 'pending'; it is maybe",
        'cases.yaml:7:12: cases for an unknown rule "price.fal"; did you mean "price.fall"?',
    ]
    with pytest.raises(InputError) as refused:
        _cases(load, tmp_path, text.replace("maybe", "unknown"))
    assert str(refused.value).splitlines() == [
        'cases.yaml:3:13: rule "price.fall": cases: unknown metric "price.retrun_1d"; did you mean "price.return_1d"?',
        'cases.yaml:3:47: rule "price.fall": cases: "5%" is fraction, and this is usd_price',
        'cases.yaml:3:68: rule "price.fall": cases: "7" is outside price.return_1d\'s range -0.95…3; '
        "write 5% for five per cent",
        'cases.yaml:5:44: rule "price.fall": case "a": "many" isn\'t a value; '
        "write a number, _ for missing, or a date for an instant",
        'cases.yaml:5:58: rule "price.fall": case "a": unknown rule "price.fal"; did you mean "price.fall"?',
        'cases.yaml:6:44: rule "price.fall": case "b": unknown topic "polcy"; did you mean "policy"?',
        'cases.yaml:6:65: rule "price.fall": case "b": unknown metric "flows.net"; did you mean "flows.net_1d"?',
        'cases.yaml:6:86: rule "price.fall": case "b": "mve" isn\'t one of its facts; did you mean "move"?',
        'cases.yaml:6:101: rule "price.fall": case "b": only what fired is said; leave text out, or write state: fired',
        'cases.yaml:6:116: rule "price.fall": case "b": "soon" isn\'t a date; write it as 2026-02-06',
        'cases.yaml:7:12: cases for an unknown rule "price.fal"; did you mean "price.fall"?',
    ]


def test_a_rule_holds_its_own_cases(load: Load) -> None:
    loaded = load(book(rule("a", "price.close > 1", tests="[{name: yes, given: {price.close: 2}, state: fired}]")))
    assert [(case.rule, case.name, case.place) for case in loaded.cases] == [("a", "yes", "rules/0.yaml:7")]
    assert _faults(loaded, loaded.cases) == [()]
