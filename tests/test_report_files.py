"""A desk's own templates/ folder, end to end: one file of a report type, or one sentence, without copying the rest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.diagnostics.errors import InputError
from reporter.model.resources import templates_folder
from tests.briefs import build

ROOT = Path(__file__).parents[1]
BASE = templates_folder() / "market_brief"
STRAY = "overrides no file of market_brief and adds nothing that it would read"
HEADLINES = {
    "en": '{% say "lead.quiet", "headline" %}Nothing much: {{ asset }} at {{ close|price }}{% endsay %}',
    "zh-Hant": '{% say "lead.quiet", "headline" %}沒什麼事，{{ asset }}收 {{ close|price }}{% endsay %}',
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "samples" / "quiet-day", folder)
    return folder


def own(desk: Path, name: str, content: str) -> Path:
    path = desk / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def markdown(desk: Path, tmp_path: Path, locale: str = "en") -> str:
    return (build(desk, tmp_path / "out", formats=("md",)) / f"article.{locale}.md").read_text(encoding="utf-8")


def problems(desk: Path, *command: str) -> list[str]:
    ran = CliRunner().invoke(app, [*(command or ("check",)), *(("--desk",) if command else ()), desk.as_posix()])
    assert isinstance(ran.exception, InputError)
    return [str(problem).replace(f"{desk.as_posix()}/", "") for problem in ran.exception.diagnostics]


def test_one_sentence_is_replaced_and_the_rest_stays(desk: Path, tmp_path: Path) -> None:
    before = markdown(desk, tmp_path)
    for tag, said in HEADLINES.items():
        own(desk, f"phrases/{tag}/house.j2", said)
    after = markdown(desk, tmp_path)
    changed = [line for line, old in zip(after.splitlines(), before.splitlines(), strict=True) if line != old]
    (title,) = changed
    assert title.startswith('title: "Nothing much: Bitcoin at $58,398; ')
    assert 'title: "沒什麼事，比特幣收 58,398 美元，' in markdown(desk, tmp_path, "zh-Hant")


def test_a_file_of_the_same_path_stands_in_for_the_report_types(desk: Path, tmp_path: Path) -> None:
    layout = (BASE / "layouts" / "article.md.j2").read_text(encoding="utf-8")
    body = "{% block body %}\n"
    assert body in layout
    own(desk, "layouts/article.md.j2", layout.replace(body, body + "{% include 'head.md.j2' %}\n"))
    own(desk, "layouts/head.md.j2", "{% if document.lang == 'en' %}\nSet in our own layout\n{% endif %}\n")
    report = (BASE / "report.yaml").read_text(encoding="utf-8")
    own(desk, "report.yaml", report.replace("Market brief", "Where each signal stands"))
    assert "\nSet in our own layout\n" in markdown(desk, tmp_path)


def test_the_desks_style_sheet_is_the_pages(desk: Path, tmp_path: Path) -> None:
    css = (BASE / "theme" / "screen.css").read_text(encoding="utf-8")
    own(desk, "theme/screen.css", css + ".house { color: #123456 }\n")
    page = build(desk, tmp_path / "out", formats=("html",)) / "article.en.html"
    assert ".house{color:#123456}" in page.read_text(encoding="utf-8").replace(" ", "")


@pytest.mark.long
def test_rules_and_cases_of_the_desk_are_seen_by_every_command(desk: Path) -> None:
    own(
        desk,
        "rules/house.yaml",
        "rules:\n  - id: house.up\n    topic: price\n    when: price.return_1d > 0%\n    stance: bull\n    weight: 1\n",
    )
    case = "cases:\n  - rule: house.up\n    tests: [{ name: a rise, given: { price.return_1d: 2% }, state: fired }]\n"
    own(desk, "rule_tests/house.yaml", case)
    runner = CliRunner()
    ran = runner.invoke(app, ["rules", "list", "--desk", desk.as_posix()])
    assert "house.up" in ran.output
    lint = runner.invoke(app, ["rules", "lint", "--desk", desk.as_posix()])
    assert f"{desk.as_posix()}/templates/rules/house.yaml:2: house.up" in lint.output


def test_a_mistake_is_located_in_the_desks_file(desk: Path) -> None:
    own(desk, "phrases/en/house.j2", '{% say "lead.quiet" %}{{ clsoe }}{% endsay %}')
    said = 'templates/phrases/en/house.j2:1:26: "lead.quiet" has no fact "clsoe"; did you mean "close"?'
    assert problems(desk) == [said]
    assert problems(desk, "rules", "lint") == [said]


@pytest.mark.long
def test_words_that_an_editor_would_strike_are_located_in_the_desks_file(desk: Path) -> None:
    struck = "一箇平靜的的日子,收盘在 {{ high }} 與 {{ low }} 間。"
    own(desk, "phrases/zh-Hant/house.j2", f'{{% say "lead.quiet" %}}\n{struck}{{% endsay %}}')
    assert problems(desk) == [
        'templates/phrases/zh-Hant/house.j2:2:2: "箇" is a rare variant here; write 個',
        'templates/phrases/zh-Hant/house.j2:2:5: "的的": a character stands twice',
        'templates/phrases/zh-Hant/house.j2:2:9: half-width "," in Chinese text; write ，',
        'templates/phrases/zh-Hant/house.j2:2:11: "盘" is a Simplified character; write 盤',
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("theme/articel.css", '; did you mean "theme/article.css"?'),
        ("price.j2", '; did you mean "phrases/en/price.j2"?'),
        ("market_breif/rules/house.yaml", '; did you mean "market_brief"?'),
        ("phrases/zh-Hnat/house.j2", '; did you mean "zh-Hant"?'),
        ("layouts/mine.j2", "; a new layout is read where another layout of the desk includes it"),
        ("rules/house.yml", "; name it rules/house.yaml"),
        ("logo.svg", ""),
    ],
)
def test_a_file_that_would_change_nothing_is_an_error(desk: Path, name: str, hint: str) -> None:
    own(desk, name, "")
    assert problems(desk) == [f"templates/{name}: {STRAY}{hint}"]


def test_notes_and_what_editors_leave_behind_are_no_files_of_ours(desk: Path, tmp_path: Path) -> None:
    for name in ("README.md", ".DS_Store", "phrases/en/.house.j2.swp", "rules/price.yaml~"):
        own(desk, name, "x")
    assert markdown(desk, tmp_path).startswith("---\ntitle:")
