from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.completeness import find_missing_pieces
from reporter.language.locales import available_locales, load_locale
from reporter.language.termbase import read_termbase
from reporter.model.resources import locales_folder

TAG = "eo"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All locales, and the settings of a further language, copied from English."""
    shutil.copytree(locales_folder(), tmp_path / "locales")
    text = (tmp_path / "locales" / "en.toml").read_text("utf-8")
    for key in ("tag", "babel", "lang"):
        text = text.replace(f'{key} = "en"\n', f'{key} = "{TAG}"\n')
    (tmp_path / "locales" / f"{TAG}.toml").write_text(text, "utf-8")
    return tmp_path / "locales"


def told(folder: Path) -> list[str]:
    find_missing_pieces.cache_clear()
    problems = find_missing_pieces(load_locale(TAG, folder))
    return [str(one).replace(f"{folder}/", "") for one in problems]


@pytest.mark.parametrize("tag", available_locales(locales_folder()))
def test_the_program_s_own_locales_are_complete(tag: str) -> None:
    assert find_missing_pieces(load_locale(tag, locales_folder())) == ()


def test_every_missing_piece_of_a_new_language_is_named_with_its_file_and_how_it_is_made(folder: Path) -> None:
    assert told(folder) == [
        'checked/eo.toml: locale "eo" has no words that the gate watches; '
        "copy that of another language, and translate its words",
        'proof/eo.toml: locale "eo" has no house style; copy that of another language, and write its own rules',
        'eo/LC_MESSAGES/reporter.po: locale "eo" has no catalogue of labels; '
        "write its header, then `reporter labels update` fills in every label",
        'terms.csv: the termbase has no column "eo"; add a column "eo" with the name of every term',
    ]


def test_a_language_is_complete_once_the_guide_has_been_followed(folder: Path) -> None:
    shutil.copy(folder / "checked" / "en.toml", folder / "checked" / f"{TAG}.toml")
    assert len(told(folder)) == 3
    shutil.copy(folder / "proof" / "en.toml", folder / "proof" / f"{TAG}.toml")
    assert len(told(folder)) == 2
    shutil.copytree(folder / "en", folder / TAG)
    assert len(told(folder)) == 1
    header, *rows = (folder / "terms.csv").read_text("utf-8").splitlines()
    named = [f"{header},{TAG}", *(f"{row},name {at}" for at, row in enumerate(rows))]
    (folder / "terms.csv").write_text("\n".join(named) + "\n", "utf-8")
    read_termbase.cache_clear()
    assert told(folder) == []


def test_parts_and_classes_of_the_words_that_the_gate_watches_are_those_of_the_others(folder: Path) -> None:
    text = (folder / "checked" / "en.toml").read_text("utf-8")
    text = (
        text.replace("[sessions]\n", "[more]\n")
        .replace('"relation.even" = ["even"]\n', "")
        .replace("negation = [", "no = [")
    )
    (folder / "checked" / f"{TAG}.toml").write_text(text, "utf-8")
    assert [line for line in told(folder) if line.startswith("checked")] == [
        "checked/eo.toml: part [sessions] is absent; write it, empty where the language has nothing of the kind",
        'checked/eo.toml: part [words] lacks "negation"; write negation = [] with its words',
        'checked/eo.toml: part [words] lacks "relation.even"; write "relation.even" = [] with its words',
    ]


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ('script = "latin"', 'script = "greek"', 'script is "greek"; it is one of latin, traditional, simplified'),
        ('letters = "KR"', 'letters = "XX"', 'letters is "XX"; it is one of TC, SC, HK, KR, JP'),
    ],
)
def test_a_script_and_letters_that_there_are_none_of_are_named(
    folder: Path, line: str, instead: str, said: str
) -> None:

    path = folder / f"{TAG}.toml"
    path.write_text(path.read_text("utf-8").replace(line, instead), "utf-8")
    with pytest.raises(InputError) as raised:
        load_locale(TAG, folder)
    assert [str(one).partition(": ")[2] for one in raised.value.diagnostics] == [said]
