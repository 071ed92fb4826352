"""Labels of tables, charts and pages: gettext catalogues, read as they are written (.po) at run time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import PoFileError, read_po

from reporter.errors import InputError, Problem, did_you_mean
from reporter.language.locales import Locale


def label(msgid: str, locale: Locale) -> str:
    """The label in the locale's language.

    Args:
        msgid: the English text.
        locale: whose catalogue is asked.

    Raises:
        InputError: the catalogue lacks the label, or its translation is empty or fuzzy.
    """
    texts = _texts(locale.folder, locale.babel)
    text = texts.get(msgid)
    if text:
        return text
    what = f'label "{msgid}" has no translation'
    hint = "" if msgid in texts else did_you_mean(msgid, texts)
    raise InputError([Problem(str(_path(locale.folder, locale.babel)), None, None, what, hint)])


def catalogue_problems(locale: Locale) -> tuple[Problem, ...]:
    """Every label whose translation is empty or fuzzy."""
    path = str(_path(locale.folder, locale.babel))
    texts = _texts(locale.folder, locale.babel)
    return tuple(
        Problem(path, None, None, f'label "{msgid}" has no translation', "its msgstr is empty or marked fuzzy")
        for msgid, text in texts.items()
        if not text
    )


def known_labels(locale: Locale) -> tuple[str, ...]:
    """The catalogue's msgids, in its order."""
    return tuple(_texts(locale.folder, locale.babel))


def _path(folder: Path, babel: str) -> Path:
    return folder / babel / "LC_MESSAGES" / "reporter.po"


@cache
def _texts(folder: Path, babel: str) -> Mapping[str, str]:
    path = _path(folder, babel)
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=babel, abort_invalid=True)
    except FileNotFoundError:
        raise InputError([Problem(str(path), None, None, "the catalogue of labels is missing")]) from None
    except PoFileError as error:
        raise InputError([Problem(str(path), error.lineno, None, f"not a catalogue: {error}")]) from None
    # A fuzzy translation is a guess, so it counts as none.
    return MappingProxyType(
        {str(message.id): "" if message.fuzzy else str(message.string) for message in catalogue if message.id}
    )
