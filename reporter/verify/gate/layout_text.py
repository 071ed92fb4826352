"""Layouts → the texts that they print by themselves, checked to be short labels.

A layout is filled for every language and knows no data, so a line of its own is a short label: no sentence, no number,
no word that says something of a market, and in the page's own language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html.parser import HTMLParser

from reporter.diagnostics.diagnostic import Diagnostic, Place, line_column
from reporter.language.catalogues import label, list_labels
from reporter.language.locales import Locale, available_locales, load_locale
from reporter.language.quantities import find_numbers
from reporter.language.typography import HAN_CHARACTER
from reporter.language.vocabulary import list_watched_words
from reporter.model.resources import locales_folder
from reporter.syntax.template_scan import BLANK, TemplateScan, scan_template

#: A label has no more words, or Chinese characters, than these.
MOST_WORDS, MOST_CHARACTERS = 6, 14
#: Classes of watched words that a label may have: what is spoken of, in which unit, and by what name.
_NAMING = frozenset({"subject", "unit", "name", "order", "plain"})
#: Watched words that a house says of itself: Daily brief, All briefs, Read more, Corrections.
_OF_ITSELF = frozenset(
    {
        *("daily", "weekly", "monthly", "quarterly", "yearly", "annual", "all", "every", "each", "more", "our", "free"),
        *("for", "with", "from", "open", "close", "brief", "here", "full", "complete", "correction", "corrections"),
        *(
            "report",
            "reports",
            "current",
            "newest",
            "latest",
            "same",
            "also",
            "first",
            "每日",
            "每週",
            "全部",
            "更多",
            "最新",
        ),
    }
)
_WORD = re.compile(r"[^\W\d_][\w'’&./-]*")
_SENTENCE_END = re.compile(r"[!?。！？；…]|[.;:](?:\s|$)(?!$)|(?<=[a-z]{5})\.$")
_MARKS = "#>*-|_[]()!`~ \t" + BLANK
_LANGUAGE = re.compile(r"\b(?:lang|locale)\b")
_DRAWN = re.compile(r"!\[[^\]\n]*\]\(\s*<?\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LayoutLine:
    """A text that a layout prints by itself.

    Attributes:
        text: as a reader sees it.
        line, column: where it begins, from 1.
        in_language: whether it is printed on pages of some language only.
    """

    text: str
    line: int
    column: int
    in_language: bool


def list_layout_texts(layouts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """List the literal texts of layouts, in order, each once.

    Args:
        layouts: file name and text of each.
    """
    return tuple(dict.fromkeys(line.text for name, text in layouts for line in find_layout_lines(name, text)))


#: The briefs of many days have the same layouts.
@lru_cache(maxsize=64)
def find_layout_lines(name: str, text: str) -> tuple[LayoutLine, ...]:
    """Find every literal text of a layout, with its place."""
    return tuple(_iterate_layout_lines(name, text))


def _iterate_layout_lines(name: str, text: str) -> Iterator[LayoutLine]:
    scan = scan_template(text)
    printed = scan.blank_print_tags()
    apart = _find_language_spans(scan)
    for at, found in _iterate_html_texts(printed) if ".html" in name else _iterate_text(printed):
        for part in re.finditer(f"[^{BLANK}\n]+", found):
            plain = part[0].strip(_MARKS).strip()
            # Of an element of Markdown that a layout fills in only halves are left.
            if any(map(str.isalnum, plain)) and "<" not in plain and '="' not in plain:
                start = at + part.start() + part[0].find(plain[0])
                yield LayoutLine(plain, *line_column(text, start), any(a <= start < b for a, b in apart))


def check_layout_lines(name: str, text: str, shown_as: str, locales: Sequence[Locale]) -> Iterator[Diagnostic]:
    """Find literal texts of a layout that are not labels.

    Args:
        name: the layout's file name.
        text: its text.
        shown_as: how its file is shown in problems.
        locales: those that phrases are written in.
    """
    for line in find_layout_lines(name, text):
        shown = line.text if len(line.text) <= 60 else line.text[:59] + "…"
        place = Place(shown_as, line.line, line.column)
        if why := next(filter(None, (check_label(line.text, locale) for locale in locales)), ""):
            hint = "what a brief says comes from its rules; a layout has short labels"
            yield Diagnostic("page.own-text", place, f'"{shown}" {why}', hint)
        elif not line.in_language and not _is_name(line.text):
            hint = 'ask for the language, {% if document.lang == "en" %}, or print a label, {{ labels.sources }}'
            what = f'"{shown}" would stand on pages of every language'
            yield Diagnostic("page.own-text", place, what, hint)
    if ".md" in name:
        for found in _DRAWN.finditer(text):
            place = Place(shown_as, *line_column(text, found.start()))
            yield Diagnostic("page.active-content", place, "a picture from elsewhere", "a brief shows its own charts")


def check_label(text: str, locale: Locale) -> str:
    """Return why a text of a layout is no label, or an empty text."""
    if text in _load_labels(locale):
        return ""
    words, characters = _WORD.findall(HAN_CHARACTER.sub(" ", text)), HAN_CHARACTER.findall(text)
    if len(words) > MOST_WORDS or len(characters) > MOST_CHARACTERS:
        return "is longer than a label"
    if _SENTENCE_END.search(text):
        return "is a sentence"
    if number := next(iter(find_numbers(text, locale)), None):
        return f'has a number, "{number.text}"'
    if watched := _find_watched_word(text, locale):
        return f'has a word that says something of a market, "{watched}"'
    return ""


def is_in_language(text: str, locale: Locale) -> bool:
    """Return whether a layout's text may be on a page of a locale: its script, or a name.

    The name of a language stands in its own script wherever a page leads to its translations.
    """
    if text in _load_language_names():
        return True
    if locale.is_han:
        return bool(HAN_CHARACTER.search(text)) or _is_name(text)
    return not HAN_CHARACTER.search(text)


def _is_name(text: str) -> bool:
    """Whether a text is a name in Latin letters, every word of which begins with a capital."""
    words = _WORD.findall(text)
    return not HAN_CHARACTER.search(text) and bool(words) and all(word[0].isupper() for word in words)


@cache
def _load_language_names() -> frozenset[str]:
    return frozenset(load_locale(tag, locales_folder()).name for tag in available_locales(locales_folder()))


@cache
def _load_labels(locale: Locale) -> frozenset[str]:
    return frozenset(label(msgid, locale) for msgid in list_labels(locale))


@cache
def _build_pattern(locale: Locale) -> re.Pattern[str]:
    # Names are found too: 比特幣 is no 比.
    words = sorted(list_watched_words(locale), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word[0].isascii())
    other = "|".join(re.escape(word) for word in words if not word[0].isascii())
    latin = rf"(?i:(?<![A-Za-z])(?:{latin})(?![A-Za-z]))" if latin else ""
    return re.compile("|".join(filter(None, (latin, other))) or "(?!)")


def _find_watched_word(text: str, locale: Locale) -> str:
    words = list_watched_words(locale)
    found = (match[0] for match in _build_pattern(locale).finditer(text))
    return next((one for one in found if words[one.lower()][0] not in _NAMING and one.lower() not in _OF_ITSELF), "")


def _find_language_spans(scan: TemplateScan) -> list[tuple[int, int]]:
    """Find the spans of a layout that are printed only on pages of some language."""
    stretches: list[tuple[int, int]] = []
    opened: list[tuple[int, bool]] = []
    for tag in scan.tags:
        if tag.kind != "block":
            continue
        if tag.word in ("if", "for"):
            asks = tag.word == "if" and bool(_LANGUAGE.search(scan.text, tag.start, tag.end))
            opened.append((tag.end, asks))
        elif tag.word in ("endif", "endfor") and opened:
            start, asks = opened.pop()
            if asks:
                stretches.append((start, tag.start))
    return stretches


def _iterate_text(printed: str) -> Iterator[tuple[int, str]]:
    yield 0, printed


def _iterate_html_texts(printed: str) -> Iterator[tuple[int, str]]:
    reading = _HtmlTexts(printed)
    reading.feed(printed)
    reading.close()
    yield from reading.found


class _HtmlTexts(HTMLParser):
    """The texts of a layout's elements and of the attributes that are read, with their offsets."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._starts = [0, *(at.end() for at in re.finditer("\n", source))]
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes that are read."""
        self._silent += tag in ("style", "script")
        given = {name.lower(): value or "" for name, value in attrs}
        said = [given.get(name, "") for name in ("alt", "title", "aria-label", "data-label")]
        if tag == "meta" and given.get("name", given.get("property", "")).lower() not in _QUIET_META:
            said.append(given.get("content", ""))
        self.found += [(self._get_offset(), text) for text in said if text]

    def handle_endtag(self, tag: str) -> None:
        """Leave an element that has no text."""
        self._silent -= tag in ("style", "script") and self._silent > 0

    def handle_data(self, data: str) -> None:
        """Take a text."""
        if not self._silent:
            self.found.append((self._get_offset(), data))

    def _get_offset(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column


#: What a page's head says to browsers.
_QUIET_META = frozenset({"", "viewport", "robots", "og:type", "twitter:card", "color-scheme", "theme-color"})
