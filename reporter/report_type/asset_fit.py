"""A report type as loaded → what it says of a desk's asset: prices in its currency, and no word of another class.

Where the desk's days are an exchange's sessions, phrases say so: "the day before" is the session before.

A wording that holds a word which is true of another class alone ("coins", 鏈上) is not told. A sentence shows the same
facts in every language, so that of what is left only the sets of facts stay that all languages have. A phrase of which
nothing is left is not there, which only findings of coins' own tables may have; `find_classless_phrases` names others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import is_
from types import MappingProxyType

from reporter.desk.config.config import AssetConfig
from reporter.desk.config.exchange_calendars import ALWAYS
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.language.class_words import find_foreign_word
from reporter.language.currencies import fit_price_style
from reporter.language.locales import Locale
from reporter.language.vocabulary import list_session_words
from reporter.narrative.phrases.phrase_extents import measure_phrases
from reporter.narrative.phrases.phrase_tree import Say, Wording, change_texts, iterate_texts
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.report_type.coin_findings import find_coin_findings, leave_out_coin_conditions
from reporter.report_type.report_type import ReportType

_Key = tuple[str, str]
_Places = Mapping[_Key, tuple[int, ...]]


def fit_report(report: ReportType, asset: AssetConfig) -> ReportType:
    """Return a report type that writes prices as a desk's asset is quoted, and tells only what is true of its class.

    Args:
        report: as loaded, for any desk.
        asset: the desk's.

    Raises:
        InputError: what such an asset needs is said in words of coins alone.
    """
    if asset.kind == "crypto":
        kept = None
    elif problems := tuple(find_classless_phrases(report)):
        raise InputError(problems)
    else:
        kept = _find_told_wordings(_list_native_books(report), asset.kind)
    books, unsaid = (tuple(_fit_book(book, asset, kept) for book in each) for each in (report.books, report.unsaid))
    # A coin in dollars changes nothing, and its report type is the one that all such desks share.
    same = all(map(is_, (*books, *unsaid), (*report.books, *report.unsaid)))
    fitted = report if same else replace(report, books=books, unsaid=unsaid)
    native = [book.base or book for book in (*books, *unsaid)]
    if kept is None:
        return fitted if same else replace(fitted, extents=measure_phrases(native))
    methods = tuple(item for item in report.outline.methods if item.only in ("", asset.kind))
    outline = report.outline.model_copy(update={"methods": methods})
    rules = leave_out_coin_conditions(report.rules)
    return replace(fitted, rules=rules, outline=outline, extents=measure_phrases(native))


def fit_locale(locale: Locale, asset: AssetConfig) -> Locale:
    """Return a locale that writes prices as a desk's asset is quoted."""
    return fit_price_style(locale, asset.currency, rate=asset.kind == "fx", tick=asset.tick_places)


def _list_native_books(report: ReportType) -> tuple[PhraseBook, ...]:
    native = {book.locale.base: book.base or book for book in report.fitted_books}
    return tuple(native.values())


def _find_told_wordings(books: Sequence[PhraseBook], asset_class: str) -> dict[str, _Places]:
    """Find which wordings of each language are true of a class: tag of its native locale → phrase → positions."""
    true = {
        book.locale.tag: {key: _list_true_wordings(say, book.locale, asset_class) for key, say in book.says.items()}
        for book in books
    }
    return {book.locale.tag: MappingProxyType(dict(_iterate_common(book, books, true))) for book in books}


def _iterate_common(
    book: PhraseBook, books: Sequence[PhraseBook], true: Mapping[str, _Places]
) -> Iterator[tuple[_Key, tuple[int, ...]]]:
    """Iterate over the wordings of a language, but for those whose set of facts another one has lost."""
    for key, say in book.says.items():
        lost = set[tuple[str, ...]]()
        for other in books:
            if key in other.says:
                wordings, kept = other.says[key].wordings, true[other.locale.tag][key]
                lost |= {one.facts for one in wordings} - {wordings[place].facts for place in kept}
        gone = any(key in other.says and not true[other.locale.tag][key] for other in books)
        places = true[book.locale.tag][key]
        yield key, () if gone else tuple(place for place in places if say.wordings[place].facts not in lost)


def _list_true_wordings(say: Say, locale: Locale, asset_class: str) -> tuple[int, ...]:
    return tuple(place for place, wording in enumerate(say.wordings) if not _find_word(wording, locale, asset_class))


def _find_word(wording: Wording, locale: Locale, asset_class: str) -> str:
    found = (find_foreign_word(text, locale, asset_class) for text in iterate_texts(wording.body))
    return next(filter(None, found), "")


def _fit_book(book: PhraseBook, asset: AssetConfig, kept: Mapping[str, _Places] | None) -> PhraseBook:
    base = _fit_book(book.base, asset, kept) if book.base is not None else None
    says = book.says
    if kept is not None:
        told = kept[book.locale.base]
        says = MappingProxyType(
            {
                key: replace(say, wordings=tuple(say.wordings[place] for place in told[key]))
                for key, say in says.items()
                if told[key]
            }
        )
    if asset.calendar != ALWAYS:
        says = _tell_sessions(says, book.locale)
    locale = fit_locale(book.locale, asset)
    if locale is book.locale and says is book.says and base is book.base:
        return book
    return replace(book, locale=locale, says=says, base=base)


def _tell_sessions(says: Mapping[_Key, Say], locale: Locale) -> Mapping[_Key, Say]:
    """Say of sessions what phrases say of days."""
    words = list_session_words(locale)
    if not words:
        return says
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))

    def tell_text(text: str) -> str:
        return pattern.sub(lambda found: words[found[0]], text)

    def tell_wording(wording: Wording) -> Wording:
        touched = any(pattern.search(text) for text in iterate_texts(wording.body))
        return replace(wording, body=change_texts(wording.body, tell_text)) if touched else wording

    told = {key: replace(say, wordings=tuple(map(tell_wording, say.wordings))) for key, say in says.items()}
    return MappingProxyType(told)


def find_classless_phrases(report: ReportType) -> Iterator[Diagnostic]:
    """Find phrases of which no wording can be told of an asset that is no coin, though such an asset may need them.

    Args:
        report: as loaded, before it is fitted to such an asset.
    """
    books = _list_native_books(report)
    free = find_coin_findings(report.rules)
    told = _find_told_wordings(books, "")
    for book in books:
        for key, say in book.says.items():
            if told[book.locale.tag][key] or key[0] in free:
                continue
            word = next(filter(None, (_find_word(each, book.locale, "") for each in say.wordings)), "")
            if not word:
                continue
            what = f'"{key[0]}", form "{key[1]}": no wording can be told of an asset that is no coin'
            yield Diagnostic(
                "phrase.class-words", Place(say.file, say.line, say.column), what, f'add one without "{word}"'
            )
