"""A report type that extends another says what it has otherwise, by id; a mistake is told where it was written."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from reporter.authoring.trial import open_authored_report
from reporter.diagnostics.diagnostic import COMMAND_LINE
from reporter.diagnostics.errors import InputError
from reporter.model.resources import templates_folder
from reporter.pipeline.read import load_desk_report, open_desk
from reporter.report_type.files import locate_report_files
from reporter.report_type.outline_patches import read_report_yaml
from reporter.report_type.report_type import ReportType
from reporter.rules.book.rule_book import Rule
from reporter.syntax import read_yaml
from tests.briefs import SAMPLES, build

BASE = read_yaml(templates_folder() / "market_brief" / "report.yaml", "report.yaml")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES / "quiet-day", tmp_path / "desk"))


def own(desk: Path, name: str, content: str) -> None:
    path = desk / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def patched(desk: Path, text: str) -> Any:
    own(desk, "report.yaml", f"extends: market_brief\n{text}")
    return read_report_yaml(locate_report_files("market_brief", COMMAND_LINE, desk=desk))[0].plain


def choose(path: Path, name: str) -> None:
    text = path.read_text("utf-8")
    assert 'report = "market_brief"' in text
    path.write_text(text.replace('report = "market_brief"', f'report = "{name}"'), "utf-8")


def refused(desk: Path, name: str = "") -> list[str]:
    if name:
        path = desk / "desk.toml"
        choose(path, name)
    with pytest.raises(InputError) as caught:
        load_desk_report(open_desk(desk))
    return [str(problem).replace(f"{desk.as_posix()}/", "") for problem in caught.value.diagnostics]


def ids(plain: Any, key: str) -> list[str]:
    assert isinstance(plain, dict)
    return [str(entry["id"]) for entry in plain[key]]


SECTIONS = ids(BASE.plain, "sections")


def test_an_empty_patch_changes_nothing(desk: Path) -> None:
    assert patched(desk, "") == BASE.plain


def test_entries_of_a_list_are_removed_replaced_and_put_before_after_and_at_the_end(desk: Path) -> None:
    found = patched(
        desk,
        """
sections:
  remove: [broke, turned]
  replace: [{ id: board, length: [full], board: true }]
  before: { funds: [{ id: b1, length: [full] }, { id: b2, length: [full] }] }
  after: { lede: { id: a, length: [full] } }
  add: { id: last, length: [full] }
""",
    )
    expected = [name for name in SECTIONS if name not in ("broke", "turned")]
    expected[1:1] = ["a"]
    place = expected.index("funds")
    expected[place:place] = ["b1", "b2"]
    assert ids(found, "sections") == [*expected, "last"]
    assert isinstance(found, dict)
    assert next(entry for entry in found["sections"] if entry["id"] == "board") == {
        "id": "board",
        "length": ["full"],
        "board": True,
    }


def test_mappings_are_merged_key_by_key_and_a_list_replaces_a_list(desk: Path) -> None:
    found = patched(
        desk,
        """
title: Week in review
takeaways: { most: 2, from: { remove: [flows.day] } }
news: { lead: { remove: [fund_outflow], record_close: { days: 3 } }, calm: [lead.flat] }
tiles: { remove: [Price] }
""",
    )
    before: Any = BASE.plain
    assert isinstance(found, dict)
    takeaways, base = found["takeaways"], before["takeaways"]
    assert takeaways == {**base, "most": 2, "from": [name for name in base["from"] if name != "flows.day"]}
    lead = {key: value for key, value in before["news"]["lead"].items() if key != "fund_outflow"}
    assert found["news"] == {**before["news"], "calm": ["lead.flat"], "lead": {**lead, "record_close": {"days": 3}}}
    assert found["tiles"] == before["tiles"][1:]
    changed = {key for key in before if found[key] != before[key]}
    assert changed == {"title", "takeaways", "news", "tiles"}


def test_everything_wrong_with_a_patch_is_said_at_once_where_it_stands(desk: Path) -> None:
    own(
        desk,
        "report.yaml",
        """extends: market_brief
sections:
  remove: [bord]
  after:
    leed: { id: x, length: [full] }
  replace: [{ length: [full] }]
  insert: []
standfirst: { remove: [lead.quiet] }
news: { remove: [nothing] }
""",
    )
    assert refused(desk) == [
        'templates/report.yaml:3:12: "sections" has no "bord" to patch; did you mean "board"?',
        'templates/report.yaml:5:11: "sections" has no "leed" to patch; did you mean "lede"?',
        'templates/report.yaml:6:13: an entry of "sections" to replace another says not which; give it the id of that',
        'templates/report.yaml:7:3: unknown key "insert" in a patch of the list "sections"; '
        "a patch has remove, replace, before, after, add; a list replaces the whole",
        'templates/report.yaml:8:24: "standfirst" has no "lead.quiet" to patch; its entries have no names: '
        "write the whole list",
        'templates/report.yaml:9:18: "news" has no "nothing" to patch; it has beside, sooner, plain, rotate, longest, '
        "rare, calm, still, lead, rather, instead",
    ]


def test_a_mistake_is_told_in_the_file_that_has_it(desk: Path) -> None:
    own(desk, "mine/report.yaml", "extends: market_brief\nsections:\n  remove: [board]\n")
    own(desk, "report.yaml", "extends: market_brief\nsections:\n  add: { id: x, lenght: [full] }\n")
    assert 'templates/report.yaml:3:17: unknown key "lenght"; did you mean "length"?' in refused(desk, "mine")


def test_an_unknown_key_of_the_first_file_is_told_where_it_stands(desk: Path) -> None:
    own(desk, "report.yaml", "extends: market_brief\ntitel: X\ntakeaways: { mots: 3 }\n")
    assert refused(desk) == [
        'templates/report.yaml:2:1: unknown key "titel"; did you mean "title"?',
        'templates/report.yaml:3:14: unknown key "mots"; did you mean "most"?',
    ]


def test_a_report_type_of_the_desks_own_has_its_files_before_those_that_it_extends(desk: Path) -> None:
    own(desk, "mine/report.yaml", "extends: market_brief\nsections:\n  remove: [quiet]\n")
    for tag, said in (("en", "Ours: {{ close|price }}"), ("zh-Hant", "本刊：{{ close|price }}")):
        own(desk, f"mine/phrases/{tag}/a.j2", f'{{% say "lead.quiet", "headline" %}}{said}{{% endsay %}}')
        own(desk, f"phrases/{tag}/b.j2", '{% say "lead.quiet", "headline" %}Flat {{ close|price }}{% endsay %}')
    flat = report(desk)
    assert "b.j2" in flat.books[0].says["lead.quiet", "headline"].file
    choose(desk / "desk.toml", "mine")
    mine = report(desk)
    assert "mine/phrases" in mine.books[0].says["lead.quiet", "headline"].file
    assert "quiet" not in [section.id for section in mine.outline.sections]
    assert [layer.report for layer in mine.files.layers] == ["mine", "market_brief", "market_brief"]


def report(desk: Path) -> ReportType:
    return load_desk_report(open_desk(desk))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"mine/report.yaml": "extends: market_breif\n"},
            'templates/mine/report.yaml:1:10: unknown report type "market_breif"; did you mean "market_brief"?',
        ),
        (
            {"mine/report.yaml": "extends: other\n", "other/report.yaml": "title: x\nextends: mine # so\n"},
            "templates/other/report.yaml:2:10: report types extend one another: mine → other → mine; "
            "let the last extend none of the others",
        ),
        (
            {"mine/report.yaml": "extends: mine\n"},
            'templates/mine/report.yaml:1:10: extends "mine", which is not what lies under it; '
            "take the line out: there is nothing under it",
        ),
        (
            {"mine/report.yaml": "extends: market_brief\n", "report.yaml": "extends: mine\n"},
            'templates/report.yaml:1:10: extends "mine", which is not what lies under it; write extends: market_brief',
        ),
    ],
)
def test_what_can_not_be_extended_is_refused(desk: Path, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        own(desk, name, text)
    assert said in refused(desk, "mine")


def write_rule(name: str, when: str, more: str = "") -> str:
    lines = f"id: {name}", "topic: price", f"when: {when}", "stance: neutral", "weight: 41"
    return "rules:\n  - " + "\n    ".join(lines) + f"\n{more}"


def copy_facts(shipped: Rule) -> str:
    return "    facts:\n" + "".join(f"      {name}: {fact.text}\n" for name, fact in shipped.facts.items())


def test_a_desks_rule_stands_in_for_the_programs_of_the_same_id_at_its_place(desk: Path) -> None:
    before = report(desk)
    shipped = next(rule for rule in before.rules.rules if rule.id == "price.drawdown")
    own(desk, "rules/house.yaml", write_rule(shipped.id, "price.return_7d > 40%", copy_facts(shipped)))
    after = report(desk)
    assert [rule.id for rule in after.rules.rules] == [rule.id for rule in before.rules.rules]
    changed = [rule for rule, old in zip(after.rules.rules, before.rules.rules, strict=True) if rule != old]
    assert [(rule.id, rule.weight, rule.when.text) for rule in changed] == [(shipped.id, 41, "price.return_7d > 40%")]
    assert dict(after.rules.replaced) == {shipped.id: 1}


def test_a_ladder_is_replaced_whole_and_its_old_rungs_are_unknown(desk: Path) -> None:
    own(desk, "mine/report.yaml", "extends: market_brief\n")
    ladder = "ladders:\n  - id: house.heat\n    topic: price\n    of: price.return_7d\n    weight: 1\n    rungs:\n"
    rungs = "      - { id: hot, above: 10%, stance: bull }", "      - { id: rest, stance: bear }\n"
    own(desk, "rules/a.yaml", ladder + "\n".join(rungs))
    own(desk, "mine/rules/b.yaml", f"{ladder}      - {{ id: warm, above: 5%, stance: bull }}\n")
    own(desk, "mine/rules/c.yaml", write_rule("house.asks", 'fired("house.heat.hot")'))
    (said,) = refused(desk, "mine")
    assert said.startswith('templates/mine/rules/c.yaml:4:17: rule "house.asks": unknown rule "house.heat.hot"')


@pytest.mark.long
def test_cases_of_a_rule_that_is_replaced_are_passed_over(desk: Path) -> None:
    shipped = next(rule for rule in report(desk).rules.rules if rule.id == "price.drawdown")
    whole = len([case for case in open_authored_report(desk, None).cases if case.rule == shipped.id])
    own(desk, "rules/house.yaml", write_rule(shipped.id, "price.return_7d > 40%", copy_facts(shipped)))
    case = "{ name: a week, given: { price.return_7d: 50% }, state: unknown }"
    own(desk, "rule_tests/house.yaml", f"cases:\n  - rule: {shipped.id}\n    tests: [{case}]\n")
    assert whole > 1
    assert [case.name for case in open_authored_report(desk, None).cases if case.rule == shipped.id] == ["a week"]


@pytest.mark.long
def test_a_brief_of_a_patched_report_type_is_published(desk: Path, tmp_path: Path) -> None:
    own(desk, "report.yaml", "extends: market_brief\ntiles: { remove: [Price] }\n")
    page = (build(desk, tmp_path / "out", formats=("md",)) / "article.en.md").read_text("utf-8")
    whole = (build(SAMPLES / "quiet-day", tmp_path / "whole", formats=("md",)) / "article.en.md").read_text("utf-8")
    assert len(page) < len(whole)
