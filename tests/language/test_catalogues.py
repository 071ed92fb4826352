from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.language.catalogues import check_catalogue, label, list_labels
from reporter.language.locales import Locale, load_locale
from reporter.model.resources import locales_folder


def locale_of(folder: Path, catalogue: str | None) -> Locale:
    folder.joinpath("en.toml").write_text((locales_folder() / "en.toml").read_text(encoding="utf-8"), encoding="utf-8")
    if catalogue is not None:
        path = folder / "en" / "LC_MESSAGES" / "reporter.po"
        path.parent.mkdir(parents=True)
        path.write_text(catalogue, encoding="utf-8")
    return load_locale("en", folder)


def test_labels_are_translated(en: Locale, zh: Locale) -> None:
    assert (label("Data to", en), label("Data to", zh)) == ("Data to", "資料截至")


def test_the_shipped_catalogues_hold_the_same_labels_and_lack_none(en: Locale, zh: Locale) -> None:
    assert set(list_labels(en)) == set(list_labels(zh))
    assert (check_catalogue(en), check_catalogue(zh)) == ((), ())


def test_an_unknown_label_is_named_with_its_file(zh: Locale) -> None:
    with pytest.raises(InputError) as caught:
        label("Key point", zh)
    file = locales_folder() / "zh_Hant" / "LC_MESSAGES" / "reporter.po"
    assert str(caught.value) == f'{file}: label "Key point" has no translation; did you mean "Key points"?'


def test_empty_and_fuzzy_translations_count_as_none(tmp_path: Path) -> None:
    locale = locale_of(tmp_path, 'msgid "Page"\nmsgstr ""\n\n#, fuzzy\nmsgid "Figure"\nmsgstr "Figur"\n')
    file = tmp_path / "en" / "LC_MESSAGES" / "reporter.po"
    assert [str(problem) for problem in check_catalogue(locale)] == [
        f'{file}: label "Page" has no translation; its msgstr is empty or marked fuzzy',
        f'{file}: label "Figure" has no translation; its msgstr is empty or marked fuzzy',
    ]
    with pytest.raises(InputError) as caught:
        label("Figure", locale)
    assert str(caught.value) == f'{file}: label "Figure" has no translation'


def test_a_missing_catalogue_is_named(tmp_path: Path) -> None:
    locale = locale_of(tmp_path, None)
    with pytest.raises(InputError) as caught:
        label("Page", locale)
    assert str(caught.value) == (
        f"{tmp_path / 'en' / 'LC_MESSAGES' / 'reporter.po'}: the catalogue of labels is missing"
    )


def test_a_broken_catalogue_is_located(tmp_path: Path) -> None:
    locale = locale_of(tmp_path, 'msgid "Page"\nmsgstr "Page"\nmsgstx "x"\n')
    with pytest.raises(InputError) as caught:
        label("Page", locale)
    (problem,) = caught.value.diagnostics
    assert problem.place.file.endswith("reporter.po")
    assert problem.what == "this is no entry of a catalogue"
