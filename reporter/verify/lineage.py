"""A shown text → the passages and claims that show it: the search of `reporter trace`, from the ledger alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from reporter.language.numerals import DisplayedNumber, load_builtin_locale, load_numerals
from reporter.language.relating_words import RELATION
from reporter.model.metric import Unit
from reporter.readback.pieces import straighten_apostrophes
from reporter.verify.ledger.ledger_model import ChartRecord, ClaimRecord, Ledger, SentenceRecord

#: Scales as people type them, whatever the brief writes.
_TYPED = {
    "k": Decimal(10) ** 3,
    "m": Decimal(10) ** 6,
    "mn": Decimal(10) ** 6,
    "b": Decimal(10) ** 9,
    "bn": Decimal(10) ** 9,
    "t": Decimal(10) ** 12,
    "tn": Decimal(10) ** 12,
}
_TYPED_FORM = re.compile(
    r"(?P<sign>[+−-]?)[$€£¥]?(?P<digits>\d[\d,]*(?:\.\d+)?)\s?(?P<scale>k|mn?|bn?|tn?)", re.IGNORECASE
)
_CURRENCY_WORDS = re.compile(r"^(?:us(?=\$)|usd\s?)|\s?(?:usd|dollars?|美元|元)$", re.IGNORECASE)
#: How far a number may lie from one that was asked for to be meant by it.
_NEAR = Decimal("0.1")
_MOST_HINTS = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that shows the text searched for.

    Attributes:
        sentence: the passage.
        text: the words in it that were asked for; empty where the whole passage was.
        claims: what they rest on; empty where they are a phrase's own words.
    """

    sentence: SentenceRecord
    text: str
    claims: tuple[ClaimRecord, ...]


@dataclass(frozen=True, slots=True)
class ChartHit:
    """A text written in a chart.

    Attributes:
        chart: the chart.
        text: as it is written.
        values: what it shows; empty for a tick of an axis, or a name.
        claims: of the brief that have one of these values.
    """

    chart: ChartRecord
    text: str
    values: tuple[float, ...]
    claims: tuple[ClaimRecord, ...]


def find_hits(ledger: Ledger, wanted: str, locale: str = "") -> tuple[Hit, ...]:
    """Find the passages that a sentence id, a shown text, a number in any form, or some words mean.

    The first reading that finds anything is taken, the closest first: 71,422 is not looked for among what rounds to
    it where it is shown itself.

    Args:
        ledger: of the brief.
        wanted: `s012`, `71,422`, `$71.4k`, `7.1 萬` …
        locale: only passages in this locale, where one is named.
    """
    said = [sentence for sentence in ledger.sentences if locale in ("", sentence.locale)]
    claims = {claim.id: claim for claim in ledger.claims}
    by_id = tuple(Hit(one, "", _list_claims(one, claims)) for one in said if one.id == wanted.strip())
    if by_id:
        return by_id
    number = _TypedNumberReader(ledger).read_number(wanted)
    tests: list[Callable[[str, str, ClaimRecord], bool]] = []
    if number is None or not any(char.isdigit() for char in wanted):
        tests.append(lambda text, _, __: _is_same_text(text, wanted))
    if number is not None:
        shown, exact = _make_text_test(number), _make_value_test(number)
        tests.append(lambda text, tag, _: shown(text, tag))
        tests.append(lambda _, __, claim: exact(claim))
    for test in tests:
        found = tuple(_search_spans(said, claims, test))
        if found:
            return found
    return tuple(_search_words(said, claims, wanted))


def find_labels(ledger: Ledger, wanted: str, locale: str = "") -> tuple[ChartHit, ...]:
    """Find the texts in charts that a text or a number in any form means; see `find_hits`.

    Args:
        ledger: of the brief.
        wanted: `+5.40%`, `60,000` …
        locale: only charts in this locale, where one is named.
    """
    number = _TypedNumberReader(ledger).read_number(wanted)
    shows = _make_text_test(number) if number is not None else None
    found = []
    for chart in ledger.charts:
        if locale not in ("", chart.locale):
            continue
        written = [*((label.text, label.values) for label in chart.labels), *((tick, ()) for tick in chart.ticks)]
        for text, values in written:
            if _is_same_text(text, wanted) or (shows is not None and shows(text, chart.locale)):
                claims = tuple(
                    one
                    for one in ledger.claims
                    if one.value in values and chart.locale in one.shown and one.kind != RELATION
                )
                found.append(ChartHit(chart, text, values, claims))
    return tuple(found)


def find_near_texts(ledger: Ledger, wanted: str, locale: str = "") -> tuple[str, ...]:
    """Find up to three shown texts nearest to one that nothing shows: numbers by size, others by letters.

    Args:
        ledger: of the brief.
        wanted: the text that nothing shows.
        locale: its locale; an empty text looks in all.
    """
    shown = {text: tag for claim in ledger.claims for tag, all_ in claim.shown.items() for text in all_}
    shown = {text: tag for text, tag in shown.items() if locale in ("", tag)}
    number = _TypedNumberReader(ledger).read_number(wanted)
    if number is None:
        return tuple(get_close_matches(wanted, sorted(shown), n=_MOST_HINTS, cutoff=0.6))
    apart = []
    for text, tag in shown.items():
        read = load_numerals(load_builtin_locale(tag)).read_number(text)
        if read is not None and number.size and (read.percent or not number.percent):
            distance = abs(read.size - number.size) / number.size
            if distance <= _NEAR:
                apart.append((distance, text))
    return tuple(text for _, text in sorted(apart)[:_MOST_HINTS])


@dataclass(frozen=True, slots=True)
class _TypedNumberReader:
    """Reads a typed number: as any of the brief's languages writes it, or abbreviated."""

    ledger: Ledger

    def read_number(self, typed: str) -> DisplayedNumber | None:
        plain = _CURRENCY_WORDS.sub("", unicodedata.normalize("NFKC", typed).strip())
        for document in self.ledger.documents:
            read = load_numerals(load_builtin_locale(document.locale)).read_number(plain)
            if read is not None:
                return read
        found = _TYPED_FORM.fullmatch(plain)
        if found is None:
            return None
        digits, scale = found["digits"].replace(",", ""), _TYPED[found["scale"].lower()]
        step = Decimal(1).scaleb(-len(digits.partition(".")[2])) * scale
        return DisplayedNumber(Decimal(digits) * scale, step, {"": 0, "+": 1}.get(found["sign"], -1))


def _is_same_text(text: str, wanted: str) -> bool:
    return _normalise_text(text) == _normalise_text(wanted)


def _normalise_text(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", straighten_apostrophes(text)).split()).casefold()


def _make_text_test(number: DisplayedNumber) -> Callable[[str, str], bool]:
    """Make a test of whether a text shows the number; sign, currency and % may be added."""

    def shows_number(text: str, tag: str) -> bool:
        read = load_numerals(load_builtin_locale(tag)).read_number(text)
        return (
            read is not None
            and read.size == number.size
            and (read.percent or not number.percent)
            and (not number.sign or number.sign == read.sign)
        )

    return shows_number


def _make_value_test(number: DisplayedNumber) -> Callable[[ClaimRecord], bool]:
    """Make a test of whether a claim's exact value rounds to the number as typed."""

    def rounds_to_number(claim: ClaimRecord) -> bool:
        if not isinstance(claim.value, float) or claim.unit in (Unit.INSTANT, Unit.TEXT, Unit.BOOL):
            return False
        exact = Decimal(repr(claim.value))
        if claim.unit == Unit.FRACTION:
            exact *= 100
        elif number.percent:
            return False
        return number.is_rounding_of(exact) and (not number.sign or number.sign == (1 if exact > 0 else -1))

    return rounds_to_number


def _search_spans(
    said: Iterable[SentenceRecord], claims: dict[str, ClaimRecord], test: Callable[[str, str, ClaimRecord], bool]
) -> Iterator[Hit]:
    for sentence in said:
        found: dict[str, Hit] = {}
        for start, end, name in (*sentence.spans, *sentence.relating):
            text = sentence.text[start:end]
            if name in claims and test(text, sentence.locale, claims[name]):
                found.setdefault(name, Hit(sentence, text, (claims[name],)))
        yield from found.values()


def _search_words(said: Iterable[SentenceRecord], claims: dict[str, ClaimRecord], wanted: str) -> Iterator[Hit]:
    """Find passages that hold some words; texts with digits are not searched."""
    if not wanted.strip() or any(char.isdigit() for char in wanted):
        return
    folded = straighten_apostrophes(wanted.strip()).casefold()
    for sentence in said:
        place = straighten_apostrophes(sentence.text).casefold().find(folded)
        if place >= 0:
            yield Hit(sentence, sentence.text[place : place + len(folded)], _list_claims(sentence, claims))


def _list_claims(sentence: SentenceRecord, claims: dict[str, ClaimRecord]) -> tuple[ClaimRecord, ...]:
    shown = (*sentence.spans, *sentence.relating)
    return tuple(claims[name] for name in dict.fromkeys(name for _, _, name in shown) if name in claims)
