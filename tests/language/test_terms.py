from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale, load_locale
from reporter.language.terms import list_terms, short_term_name, term_name
from reporter.model.resources import locales_folder


def locale_of(folder: Path, terms: str) -> Locale:
    folder.joinpath("en.toml").write_text((locales_folder() / "en.toml").read_text(encoding="utf-8"), encoding="utf-8")
    folder.joinpath("terms.csv").write_text(terms, encoding="utf-8")
    return load_locale("en", folder)


def test_names_are_given_in_each_locale(en: Locale, zh: Locale) -> None:
    assert (term_name("instrument.spx", en), term_name("instrument.spx", zh)) == ("the S&P 500", "標普 500 指數")
    assert (short_term_name("instrument.sox", en), short_term_name("instrument.sox", zh)) == ("SOX", "費半")


def test_every_term_has_a_name_in_every_locale(en: Locale, zh: Locale) -> None:
    named = [(term_name(key, en), term_name(key, zh)) for key in list_terms(locales_folder())]
    assert len(named) > 80
    assert all(english and chinese for english, chinese in named)


def test_one_name_means_one_concept(en: Locale, zh: Locale) -> None:
    for locale in (en, zh):
        names = [
            term_name(key, locale) for key in list_terms(locales_folder()) if key.startswith(("market.", "instrument."))
        ]
        assert len(names) == len(set(names))


def test_an_unknown_term_gets_the_nearest_one(en: Locale) -> None:
    with pytest.raises(InputError) as caught:
        term_name("instrument.golld", en)
    assert str(caught.value) == (
        f'{locales_folder() / "terms.csv"}: unknown term "instrument.golld"; did you mean "instrument.gold"?'
    )


def test_a_term_without_a_short_name_keeps_its_own(tmp_path: Path) -> None:
    locale = locale_of(tmp_path, "key,en,en_short,note\nx,a long name,,\n")
    assert short_term_name("x", locale) == "a long name"


def test_a_term_without_a_name_is_named(tmp_path: Path) -> None:
    locale = locale_of(tmp_path, "key,en,note\nx,,\n")
    with pytest.raises(InputError) as caught:
        term_name("x", locale)
    assert str(caught.value) == f'{tmp_path / "terms.csv"}: term "x" has no name in en'


def test_faults_of_the_termbase_are_located(tmp_path: Path) -> None:
    locale = locale_of(tmp_path, "key,en,note\nx,a,\nx,b,\ny,c\n")
    with pytest.raises(InputError) as caught:
        term_name("x", locale)
    file = tmp_path / "terms.csv"
    assert str(caught.value).splitlines() == [
        f'{file}:3: term "x" stands twice',
        f'{file}:4: term "y" has 2 cells, the header has 3',
    ]
