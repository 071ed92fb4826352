from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.narrative.plan.outline_loader import load_outline
from tests.narrative.build import SPECS, make_outline, outline_text

RULES = frozenset({"lead.crash", "lead.up", "lead.quiet", "price.week", "price.size"})


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "report.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_outline(path, "report.yaml", RULES, dict(SPECS))
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("parts", "messages"),
    [
        ({"titel": "x"}, ['report.yaml:8:1: unknown key "titel"; did you mean "title"?']),
        ({"title": ""}, ['report.yaml:1:1: "title" is missing']),
        ({"title": "7"}, ['report.yaml:1:8: "title" must be text; it is 7']),
        (
            {"takeaways": "{ most: 11 }"},
            ['report.yaml:5:20: "most" must be 10 or less; it is 11'],
        ),
        (
            {"standfirst": "[[lead.crash, lead.crush], [lead.uup]]"},
            [
                'report.yaml:4:27: unknown rule "lead.crush"; did you mean "lead.crash"?',
                'report.yaml:4:41: unknown rule "lead.uup"; did you mean "lead.up"?',
            ],
        ),
        (
            {"length": "{ full: [lead.crsh], short: [nothing.like.it] }"},
            [
                'report.yaml:3:18: unknown rule "lead.crsh"; did you mean "lead.crash"?',
                'report.yaml:3:38: unknown rule "nothing.like.it"',
            ],
        ),
        (
            {"news": "{ lead: { lowest_closes: , largest_fall: { size: 0.03 } }, still: [zeitgeist] }"},
            [
                'report.yaml:8:17: unknown kind of fact "lowest_closes"; did you mean "lowest_close"?',
                'report.yaml:8:74: unknown kind of fact "zeitgeist"',
            ],
        ),
        (
            {"news": "{ calm: [lead.quite], instead: { lowest_close: [price.weeks], highest_clos: [price.week] } }"},
            [
                'report.yaml:8:16: unknown rule "lead.quite"; did you mean "lead.quiet"?',
                'report.yaml:8:55: unknown rule "price.weeks"; did you mean "price.week"?',
                'report.yaml:8:69: unknown kind of fact "highest_clos"; did you mean "highest_close"?',
            ],
        ),
        (
            {"news": "{ lead: { largest_fall: { sise: 1 } } }"},
            ['report.yaml:8:33: unknown key "sise"; did you mean "size"?'],
        ),
        (
            {"takeaways": "{ from: [price.weeks] }"},
            ['report.yaml:5:21: unknown rule "price.weeks"; did you mean "price.week"?'],
        ),
        (
            {"framework": "{ level: [price.sizes] }"},
            ['report.yaml:7:22: unknown rule "price.sizes"; did you mean "price.size"?'],
        ),
        (
            {"sections": "\n  - { id: a, length: [ful] }"},
            ["report.yaml:7:23: an entry of \"length\" must be 'full', 'standard' or 'short'; it is ful"],
        ),
        (
            {"sections": "\n  - { id: a, length: [full], heading: [price.weak], list: [price.weak] }"},
            [
                'report.yaml:7:40: unknown rule "price.weak"; did you mean "price.week"?',
                'report.yaml:7:60: unknown rule "price.weak"; did you mean "price.week"?',
            ],
        ),
        (
            {
                "sections": "\n  - { id: a, length: [full], figures: [pth] }",
                "figures": "\n  - { id: path, kind: price_path, findings: [price.week] }",
            },
            ['report.yaml:7:40: unknown figure "pth"; did you mean "path"?'],
        ),
        (
            {"sections": "\n  - { id: a, length: [full] }\n  - { id: a, length: [short] }"},
            ['report.yaml:8:11: two sections have the id "a"; the first is in line 7'],
        ),
        (
            {
                "figures": "\n  - { id: path, kind: price_path, findings: [] }"
                "\n  - { id: path, kind: price_days, findings: [] }"
            },
            ['report.yaml:10:11: two figures have the id "path"; the first is in line 9'],
        ),
        (
            {"figures": "\n  - { id: ../path, kind: price_path, findings: [] }"},
            ['report.yaml:9:11: "../path" isn\'t a name of small letters, digits and underscores'],
        ),
        (
            {"tiles": "\n  - { label: Price, value: price.clos, change: price.return }"},
            [
                'report.yaml:9:28: unknown metric "price.clos"; did you mean "price.close"?',
                'report.yaml:9:48: unknown metric "price.return"; did you mean "price.return_1d"?',
            ],
        ),
        (
            {"board": "\n  - { label: Price, reading: price.clos, stance: [price.wek] }"},
            [
                'report.yaml:9:30: unknown metric "price.clos"; did you mean "price.close"?',
                'report.yaml:9:51: unknown rule "price.wek"; did you mean "price.week"?',
            ],
        ),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_every_mistake_is_located_and_hinted_at(tmp_path: Path, parts: dict[str, str], messages: list[str]) -> None:
    assert problems(tmp_path, outline_text(**parts)) == messages


def test_a_chart_that_the_program_cant_draw(tmp_path: Path) -> None:
    [message] = problems(tmp_path, outline_text(figures="\n  - { id: pie, kind: pie, findings: [] }"))

    assert message.startswith("report.yaml:9:22: \"kind\" must be 'price_path', 'price_days', ")
    assert message.endswith("; it is pie")


def test_headings_that_are_no_finding_are_named_in_a_list_of_their_own(tmp_path: Path) -> None:
    outline = make_outline(
        tmp_path,
        headings="{ _money: Money }",
        sections="\n  - { id: a, length: [full, short], heading: [lead.crash, _money] }",
        tiles="\n  - { label: Price, value: price.close }",
        board="\n  - { label: Funding rate, reading: derivatives.funding_1d }",
        methods="[Penalties are penalties., Money]",
    )

    assert outline.sections[0].heading == ("lead.crash", "_money")
    assert outline.list_labels() == ("Market brief", "Penalties are penalties.", "Money", "Price", "Funding rate")


def test_the_length_is_that_of_the_leading_finding(tmp_path: Path) -> None:
    outline = make_outline(tmp_path, ["lead.other"])

    lengths = [outline.choose_length(lead) for lead in ("lead.crash", "lead.up", "lead.quiet", "lead.other")]

    assert lengths == ["full", "standard", "short", "standard"]
