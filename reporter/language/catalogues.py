"""Label and locale → the label in the locale's language, from gettext catalogues read as .po at run time.

A regional locale has its base's labels in its own words; its own catalogue, where there is one, holds only those that
read otherwise there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import PoFileError, read_po

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.language.locales import Locale, load_locale
from reporter.language.regional_editions import convert_words
from reporter.syntax.authored_text import read_authored_text


def msgid(text: str) -> str:
    """Mark a text that is looked up elsewhere, so that the template of all catalogues has it."""
    return text


#: Values of plans and charts that a reader sees through the catalogue.
SHOWN_VALUES = (
    *(msgid("bull"), msgid("bear"), msgid("neutral"), msgid("mixed")),
    *(msgid("met"), msgid("not met"), msgid("unknown"), msgid("pending")),
    *(msgid("open"), msgid("high"), msgid("low"), msgid("close")),
    *(msgid("Break"), msgid("Sweep"), msgid("Base"), msgid("Rebound")),
)


def label(msgid: str, locale: Locale) -> str:
    """The label in the locale's language.

    Args:
        msgid: the English text.
        locale: whose catalogue is asked.

    Raises:
        InputError: the catalogue lacks the label, or its translation is empty or fuzzy.
    """
    if locale.edition is not None:
        own = _own_texts(locale).get(msgid)
        return own or convert_words(label(msgid, load_locale(locale.base, locale.folder)), locale.edition)
    texts = _read_catalogue(locale.folder, locale.babel)
    text = texts.get(msgid)
    if text:
        return text
    what = f'label "{msgid}" has no translation'
    hint = "" if msgid in texts else did_you_mean(msgid, texts)
    raise InputError(
        [Diagnostic("label.untranslated", Place(str(_catalogue_file(locale.folder, locale.babel))), what, hint)]
    )


def check_catalogue(locale: Locale) -> tuple[Diagnostic, ...]:
    """Every label whose translation is empty or fuzzy; of a regional catalogue also those that its base lacks."""
    path = str(_catalogue_file(locale.folder, locale.babel))
    texts = _own_texts(locale)
    known = (
        texts
        if locale.edition is None
        else _read_catalogue(locale.folder, load_locale(locale.base, locale.folder).babel)
    )
    empty = (
        Diagnostic(
            "label.untranslated",
            Place(path),
            f'label "{msgid}" has no translation',
            "its msgstr is empty or marked fuzzy",
        )
        for msgid, text in texts.items()
        if not text
    )
    strange = (
        Diagnostic(
            "label.unknown",
            Place(path),
            f'label "{msgid}" is not in the catalogue of {locale.base}',
            did_you_mean(msgid, known),
        )
        for msgid in texts
        if msgid not in known
    )
    return (*empty, *strange)


def list_labels(locale: Locale) -> tuple[str, ...]:
    """The catalogue's msgids, in its order; a regional locale has those of its base."""
    return tuple(_read_catalogue(locale.folder, load_locale(locale.base, locale.folder).babel))


def catalogue_path(locale: Locale) -> Path:
    """Where the locale's catalogue lies, or would."""
    return _catalogue_file(locale.folder, locale.babel)


def _own_texts(locale: Locale) -> Mapping[str, str]:
    """What the locale's own catalogue holds; a regional locale need have none."""
    if locale.edition is not None and not catalogue_path(locale).is_file():
        return {}
    return _read_catalogue(locale.folder, locale.babel)


def _catalogue_file(folder: Path, babel: str) -> Path:
    return folder / babel / "LC_MESSAGES" / "reporter.po"


_ENTRY = 'an entry is msgid "…" and below it msgstr "…", each in straight quotes'


@cache
def _read_catalogue(folder: Path, babel: str) -> Mapping[str, str]:
    path = _catalogue_file(folder, babel)
    if not path.is_file():
        raise InputError([Diagnostic("label.no-catalogue", Place(str(path)), "the catalogue of labels is missing")])
    try:
        with StringIO(read_authored_text(path, str(path))) as file:
            catalogue = read_po(file, locale=babel, abort_invalid=True)
    except PoFileError as error:
        raise InputError(
            [
                Diagnostic(
                    "label.not-catalogue", Place(str(path), error.lineno), "this is no entry of a catalogue", _ENTRY
                )
            ]
        ) from None
    # A fuzzy translation is a guess, so it counts as none.
    return MappingProxyType(
        {str(message.id): "" if message.fuzzy else str(message.string) for message in catalogue if message.id}
    )
