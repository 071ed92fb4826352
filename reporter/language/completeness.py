"""A locale → what it lacks of all that a locale needs: files, parts of them, classes of words, a column of terms.

What a language needs is what the others have. A derived locale needs what its base does, and nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.language.locales import Locale, available_locales, load_locale
from reporter.language.termbase import read_termbase
from reporter.syntax.authored_text import read_authored_text
from reporter.syntax.toml import parse_toml

CHECKED, PROOF = "checked", "proof"
#: Parts of a file of checked words of which every key is a class, or a list, that all locales have.
_NAMED_ALIKE = ("words", "conversation", "asset_classes")


@cache
def find_missing_pieces(locale: Locale) -> tuple[Diagnostic, ...]:
    """Find what a locale lacks, all of it at once; each is named with its file and how it is made.

    Args:
        locale: native, or derived from one whose pieces it uses.
    """
    if locale.edition is not None:
        return find_missing_pieces(load_locale(locale.base, locale.folder))
    return tuple(_iterate_missing(locale))


def _iterate_missing(locale: Locale) -> Iterator[Diagnostic]:
    folder, tag = locale.folder, locale.tag
    known = [load_locale(other, folder) for other in available_locales(folder) if other != tag]
    others = [other.tag for other in known if other.edition is None]
    checked = _find_file(folder / CHECKED, tag)
    if checked is None:
        what = f'locale "{tag}" has no words that the gate watches'
        yield _tell(folder / CHECKED / f"{tag}.toml", what, "copy that of another language, and translate its words")
    else:
        yield from _compare_words(checked, [path for other in others if (path := _find_file(folder / CHECKED, other))])
    if _find_file(folder / PROOF, tag) is None:
        what = f'locale "{tag}" has no house style'
        yield _tell(folder / PROOF / f"{tag}.toml", what, "copy that of another language, and write its own rules")
    catalogue = folder / locale.babel / "LC_MESSAGES" / "reporter.po"
    if not catalogue.is_file():
        what = f'locale "{tag}" has no catalogue of labels'
        yield _tell(catalogue, what, "write its header, then `reporter labels update` fills in every label")
    if not any(tag in row.names for row in read_termbase(folder).values()):
        what = f'the termbase has no column "{tag}"'
        yield _tell(folder / "terms.csv", what, f'add a column "{tag}" with the name of every term')


def _tell(path: Path, what: str, hint: str) -> Diagnostic:
    return Diagnostic("locale.incomplete", Place(str(path)), what, hint)


def _find_file(folder: Path, tag: str) -> Path | None:
    """Find a locale's file, or that of the nearest parent."""
    parts = tag.split("-")
    paths = (folder / f"{'-'.join(parts[:count])}.toml" for count in range(len(parts), 0, -1))
    return next((path for path in paths if path.is_file()), None)


def _compare_words(path: Path, others: list[Path]) -> Iterator[Diagnostic]:
    """Compare the parts of a file of checked words, and the classes in them, with those of other languages."""
    own, theirs = _read_parts(path), [_read_parts(other) for other in others]
    for part in dict.fromkeys(name for parts in theirs for name in parts):
        if part not in own:
            yield _tell(path, f"part [{part}] is absent", "write it, empty where the language has nothing of the kind")
        elif part in _NAMED_ALIKE:
            for name in _list_shared_names([parts.get(part, {}) for parts in theirs]):
                if name not in own[part]:
                    key = name if name.isidentifier() else f'"{name}"'
                    yield _tell(path, f'part [{part}] lacks "{name}"', f"write {key} = [] with its words")


def _list_shared_names(parts: list[Mapping[str, object]]) -> list[str]:
    """List the names that a further language has too: those of families, which all share, and of any two languages."""
    told = [name for part in parts for name in part]
    return [name for name in dict.fromkeys(told) if "." in name or told.count(name) > 1]


def _read_parts(path: Path) -> Mapping[str, Mapping[str, object]]:
    return parse_toml(read_authored_text(path, str(path)), str(path))
