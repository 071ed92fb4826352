"""`reporter rules …` as an editor types it: a copied report type, one rule added to it, and a small desk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.diagnostics.errors import InputError
from reporter.model.resources import templates_folder
from reporter.setup.starter import make_desk

RULE = """
  - id: price.two_good_days
    topic: price
    when: price.return_1d >= {limit} and prev(price.return_1d) >= 3%
    stance: bull
    weight: 45
    facts:
      today: price.return_1d
      before: prev(price.return_1d)
    tests:
      - name: two in a row
        given: {{ price.return_1d: "4% 3%" }}
        state: fired
        facts: {{ today: 3% }}
        text:
          en: It rose 3.0%, after 4.0% the day before.
          zh-Hant: 當日上漲 3.0%，前一日已上漲 4.0%。
      - {{ name: one alone, given: {{ price.return_1d: "2% 3%" }}, state: not fired }}
"""
PHRASES = {
    "en": "It rose {{ today|pct }}, after {{ before|pct }} the day before.",
    "zh-Hant": "當日上漲 {{ today|pct }}，前一日已上漲 {{ before|pct }}。",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk") / "mydesk"
    make_desk(folder)
    closes = [60_000.0] * 40 + [62_400.0, 64_800.0, 67_200.0] + [67_200.0] * 5
    rows = ["date,open,high,low,close"]
    for at, close in enumerate(closes):
        before = closes[max(0, at - 1)]
        day = f"2026-{1 + at // 28:02}-{1 + at % 28:02}"
        rows.append(f"{day},{before},{max(before, close) + 600},{min(before, close) - 600},{close}")
    (folder / "prices.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return _report(tmp_path / "my_brief", "3%")


def _report(folder: Path, limit: str) -> Path:
    shutil.copytree(templates_folder() / "market_brief", folder)
    with (folder / "rules" / "price.yaml").open("a", encoding="utf-8") as file:
        file.write(RULE.format(limit=limit))
    for locale, text in PHRASES.items():
        with (folder / "phrases" / locale / "price.j2").open("a", encoding="utf-8") as file:
            file.write(f'\n{{% say "price.two_good_days" %}}{text}{{% endsay %}}\n')
    outline = folder / "report.yaml"
    text = outline.read_text("utf-8").replace(
        "[price.fell_after_new_york,", "[price.two_good_days, price.fell_after_new_york,", 1
    )
    outline.write_text(text, encoding="utf-8")
    return folder


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["rules", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def run_json(*arguments: object, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", code=code))


def _of(found: Sequence[dict[str, Any]], rule: str) -> dict[str, Any]:
    return next(one for one in found if rule in (one.get("id"), one.get("rule")))


def test_list(desk: Path, report: Path) -> None:
    listed = _of(run_json("list", "--report", report), "price.two_good_days")
    assert (listed["when"], listed["stance"], listed["state"]) == (
        "price.return_1d >= 3% and prev(price.return_1d) >= 3%",
        "bull",
        None,
    )
    dated = _of(run_json("list", "--desk", desk, "--report", report, "--date", "2026-02-14"), "price.two_good_days")
    assert dated["state"] == "fired"


def test_explain_says_why_and_what_would_turn_it(desk: Path, report: Path) -> None:
    said = run("explain", "price.two_good_days", "--desk", desk, "--report", report, "--date", "2026-02-13")
    lines = said.splitlines()
    assert lines[0].endswith("(bull, weight 45)")
    assert lines[1:3] == ["2026-02-13: not fired", "2026-02-12: not fired"]
    assert "    ✗ prev(price.return_1d) >= 3%                    0% against 3%, -3%  ← decides" in said
    found = run_json("explain", "price.two_good_days", "--desk", desk, "--report", report, "--date", "2026-02-14")
    assert found["today"]["outcome"]["state"] == "fired"
    assert found["yesterday"]["outcome"]["state"] == "not fired"
    assert (found["flip"]["metric"], found["flip"]["state"]) == ("price.return_1d", "not fired")
    assert found["flip"]["needed"] == pytest.approx(0.03)


def test_cases_are_run_with_their_texts_and_as_junit(report: Path, tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    said = run("test", "price.two_good_days", "--report", report, "--junit", junit)
    assert said.splitlines()[-1].endswith("0 wrong")
    suite = Xml.parse(junit).getroot()[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("price.two_good_days", "2", "0")


def test_a_wrong_case_is_told_and_fails(report: Path) -> None:
    rules = report / "rules" / "price.yaml"
    rules.write_text(rules.read_text("utf-8").replace("rose 3.0%, after", "fell 3.0%, after"), encoding="utf-8")
    said = run("test", "price.two_good_days", "--report", report, code=1)
    assert (
        '       en: it says "It rose 3.0%, after 4.0% the day before."; '
        'expected "It fell 3.0%, after 4.0% the day before."'
    ) in said.splitlines()


@pytest.mark.long
def test_lint_finds_the_mistake_with_values(tmp_path: Path) -> None:
    told = run_json("lint", "--report", _report(tmp_path / "my_brief", "3"), code=1)
    flaw = next(one for one in told["flaws"] if one["rule"] == "price.two_good_days")
    assert (flaw["code"], flaw["what"], flaw["example"]) == (
        "rules.percent",
        "3 is 300% of price.return_1d; write it with %",
        {"price.return_1d": "300%"},
    )


def test_backtest_counts_and_quotes(desk: Path, report: Path) -> None:
    found = run_json("backtest", "price.two_good_days", "--desk", desk, "--report", report)
    record = found["history"]["records"][0]
    assert (record["dates"], record["spells"], record["longest"]) == (["2026-02-14", "2026-02-15"], 1, 2)
    said = found["samples"]["price.two_good_days"][0]
    assert said == {
        "date": "2026-02-14",
        "text": {
            "zh-Hant": "當日上漲 3.8%，前一日已上漲 4.0%。",
            "en": "It rose 3.8%, after 4.0% the day before.",
        },
    }


def test_coverage_of_days_and_of_cases(desk: Path, report: Path) -> None:
    days = run_json("coverage", "price.two_good_days", "--desk", desk, "--report", report)
    assert (days[0]["true"], days[0]["clauses"]) == (
        2,
        {"price.return_1d >= 3%": 3, "prev(price.return_1d) >= 3%": 3},
    )
    cases = run_json("coverage", "price.two_good_days", "--report", report, "--cases")
    assert (cases[0]["true"], cases[0]["false"]) == (1, 1)


@pytest.mark.long
def test_diff_shows_the_days_that_change(desk: Path, report: Path, tmp_path: Path) -> None:
    edited = tmp_path / "draft.yaml"
    text = (report / "rules" / "price.yaml").read_text("utf-8")
    edited.write_text(text.replace("price.return_1d >= 3% and prev", "price.return_1d >= 3.8% and prev"), "utf-8")
    found = run_json("diff", edited, "--desk", desk, "--report", report, "--from", "2026-02-10")
    assert [one["date"] for one in found["changed"]] == ["2026-02-15"]
    changed = found["changed"][0]
    assert changed["turns"] == [{"rule": "price.two_good_days", "before": "fired", "after": "not fired"}]
    gone = {(line["locale"], line["text"]) for line in changed["gone"]}
    assert ("en", "It rose 3.7%, after 3.8% the day before.") in gone
    assert run("diff", report, "--desk", desk, "--report", report).splitlines() == ["0 of 51 briefs change"]


def test_schema_files_name_metrics_and_rules(report: Path, tmp_path: Path) -> None:
    run("schema", "--report", report, "--out", tmp_path / "schemas")
    rules = json.loads((tmp_path / "schemas" / "rules.schema.json").read_text("utf-8"))
    assert "price.return_1d" in rules["$defs"]["Expression"]["anyOf"][0]["enum"]
    assert rules["$defs"]["Rule"]["properties"]["when"]["$ref"] == "#/$defs/Expression"
    assert "price.two_good_days" in rules["$defs"]["Rule"]["properties"]["supersedes"]["items"]["enum"]
    cases = json.loads((tmp_path / "schemas" / "cases.schema.json").read_text("utf-8"))
    assert "price.two_good_days" in cases["$defs"]["Cases"]["properties"]["rule"]["enum"]
    assert "price.close" in cases["$defs"]["Cases"]["properties"]["given"]["propertyNames"]["enum"]
    outline = json.loads((tmp_path / "schemas" / "report.schema.json").read_text("utf-8"))
    assert "price.close" in outline["$defs"]["TileOutline"]["properties"]["value"]["enum"]
    index = json.loads((tmp_path / "schemas" / "phrase-index.json").read_text("utf-8"))
    entry = _of(index["phrases"], "price.two_good_days")
    assert entry["forms"] == {"zh-Hant": ["body"], "en": ["body"]}
    assert entry["facts"]["today"]["unit"] == "fraction"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("explain", "price.two_god_days"),
            'command line: unknown rule "price.two_god_days"; did you mean "price.two_good_days"?',
        ),
        (("backtest", "--from", "soon"), 'command line: --from "soon" is not a date; write it as 2026-02-06'),
        pytest.param(
            ("backtest", "--from", "2030-01-01"),
            "command line: no day of the data lies from 2030-01-01 to 2026-02-20; it has 2026-01-01 to 2026-02-20",
            marks=pytest.mark.long,
        ),
        (("diff", "nothing.yaml"), "nothing.yaml: there is no such file or folder"),
    ],
)
def test_what_is_asked_wrongly_is_said(desk: Path, report: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError) as refused:
        run(*arguments, "--desk", desk, "--report", report)
    assert str(refused.value) == said


def test_a_desk_is_needed_for_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refused:
        run("backtest")
    assert str(refused.value) == (
        "command line: no desk is named, and there is no desk.toml in this folder; "
        "add --desk and the desk's folder, or run `reporter init DIR` to make one"
    )


def test_a_folder_without_report_yaml_is_no_report_type(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        run("list", "--report", tmp_path)
    assert str(refused.value) == (
        f"{tmp_path.as_posix()}: has no report.yaml, so it is no report type; copy templates/market_brief and change it"
    )
