"""Template syntax in labels, terms and words of a locale: found at its place, by every command that checks."""

from __future__ import annotations

import csv
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest

from reporter.language.leftover import leftover_problems
from reporter.language.locales import available_locales, load_locale
from reporter.model.resources import locales_folder
from reporter.setup.starter import make_desk
from tests.commands import Command
from tests.syntax.test_residue import LEFT, TRUE

HINT = "it is printed as it is written here, so write plain words"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of all locales."""
    shutil.copytree(locales_folder(), tmp_path / "locales")
    return tmp_path / "locales"


def told(folder: Path, *tags: str) -> list[str]:
    locales = [load_locale(tag, folder) for tag in tags or available_locales(folder)]
    return [str(problem).replace(f"{folder}/", "") for problem in leftover_problems(folder, locales)]


def write(path: Path, old: str, new: str) -> tuple[int, int]:
    """Write a text in another's place; gives the line and column at which it begins."""
    source = path.read_text("utf-8")
    at = source.index(old)
    path.write_text(source[:at] + new + source[at + len(old) :], "utf-8")
    return source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)


def test_nothing_is_left_over_in_what_is_shipped(folder: Path) -> None:
    assert told(folder) == []


@pytest.mark.parametrize("left", LEFT)
def test_it_is_found_in_labels_terms_and_words(left: str, folder: Path) -> None:
    po = folder / "zh_Hant" / "LC_MESSAGES" / "reporter.po"
    places = [write(po, 'msgstr "資料截至', f'msgstr "資料截至 {left}')]
    places.append(write(folder / "terms.csv", ",標普 500 指數,", f",標普 500 指數 {left},"))
    places.append(write(folder / "en.toml", 'middle = ", ', f'middle = ", {left}'))
    found = list(leftover_problems(folder, [load_locale(tag, folder) for tag in ("zh-Hant", "en")]))
    assert {problem.code for problem in found} == {"label.residue", "locale.residue"}
    assert {problem.hint for problem in found} == {HINT}
    for name, (line, column) in zip(("reporter.po", "terms.csv", "en.toml"), places, strict=True):
        first = next(problem.place for problem in found if problem.place.file.endswith(name))
        assert first.line == line
        # The first sign that is none of an author's words stands in what was typed.
        assert column < (first.column or 0) < column + 20 + len(left)


def test_each_is_told_with_its_line_and_column(folder: Path) -> None:
    po = folder / "en" / "LC_MESSAGES" / "reporter.po"
    line, column = write(po, 'msgstr "Data to"', 'msgstr ""\n  "Data\\t\\"to\\" "\n  "{ high|price }"')
    term, at = write(folder / "terms.csv", "the S&P 500,S&P 500", '"the ""S&P"", $high",S&P 500')
    word, place = write(folder / "en.toml", 'middle = ", "', 'middle = "{n}"')
    text = (folder / "en.toml").read_text("utf-8")
    (folder / "en.toml").write_text(text.replace("{word} ({value})", "{word} ({n})"), "utf-8")
    flat = text[: text.index("{word} (")].count("\n") + 1
    labels = po.relative_to(folder)
    assert told(folder, "en") == [
        f'{labels}:{line + 2}:4: label "Data to": "{{ high|price }}" is left of template syntax; {HINT}',
        f'en.toml:{word}:{place + 10}: list.middle: "{{n}}" is left of template syntax; {HINT}',
        f'en.toml:{flat}:22: lexicon.flat_move: "{{n}}" is left of template syntax; {HINT}',
        f'terms.csv:{term}:{at + 14}: term "instrument.spx", en: "$high" is left of template syntax; {HINT}',
    ]
    assert column == 1


@pytest.mark.parametrize("true", TRUE)
def test_true_text_is_left_alone(true: str, folder: Path) -> None:
    write(folder / "en" / "LC_MESSAGES" / "reporter.po", 'msgstr "Data to"', f'msgstr "{true}"')
    cell = StringIO()
    csv.writer(cell).writerow([true])
    write(folder / "terms.csv", "the S&P 500", cell.getvalue().strip())
    assert told(folder, "en") == []


def test_what_nobody_sees_is_not_searched(folder: Path) -> None:
    write(folder / "terms.csv", "the digits belong to the name", "{ not } for $readers")
    po = folder / "en" / "LC_MESSAGES" / "reporter.po"
    po.write_text(po.read_text("utf-8") + '\n# { high }\n#~ msgid "x"\n#~ msgstr "{ high }"\n', "utf-8")
    assert told(folder, "en") == []


def test_a_regional_locale_is_searched_with_its_own_catalogue(folder: Path) -> None:
    po = folder / "zh_Hant_HK" / "LC_MESSAGES" / "reporter.po"
    source = po.read_text("utf-8")
    po.write_text(source + '\nmsgid "Data to"\nmsgstr "｛｛ day｜date ｝｝"\n', "utf-8")
    line = source.count("\n") + 3
    (said,) = told(folder, "zh-Hant-HK")
    assert said.startswith(f'zh_Hant_HK/LC_MESSAGES/reporter.po:{line}:9: label "Data to": "｛｛')


@pytest.fixture
def run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line with these locales beside a new desk."""
    monkeypatch.setattr("reporter.model.resources.locales_folder", lambda: folder)
    monkeypatch.setattr("reporter.report_type.load.locales_folder", lambda: folder)
    make_desk(tmp_path / "desk")
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


@pytest.mark.long
@pytest.mark.parametrize("words", [("check", "desk"), ("build", "desk", "--format", "md"), ("labels", "check")])
def test_every_command_that_checks_refuses_it(words: tuple[str, ...], run: Command, folder: Path) -> None:
    line, column = write(
        folder / "en" / "LC_MESSAGES" / "reporter.po", '"Data to"\nmsgstr "D', '"Data to"\nmsgstr "$day D'
    )
    write(folder / "terms.csv", "the S&P 500", "the { S&P } 500")
    refused = run(*words, "--json")
    assert refused.code in (1, 2)
    found = [one for one in json.loads(refused.out)["diagnostics"] if one["code"].endswith(".residue")]
    assert [(one["code"], one["line"]) for one in found] == [("label.residue", line + 1), ("locale.residue", 2)]
    assert found[0]["column"] == 9
    assert found[1]["what"] == 'term "instrument.spx", en: "{ S&P }" is left of template syntax'
    assert column > 1
    assert not Path("out").exists()
