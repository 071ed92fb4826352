"""Every claim's text, re-derived: what is shown is read as a reader reads it and held to the exact value.

Nothing here formats: a text is parsed, so that a fault of the formatter, or a wrong ledger, can't bless itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reporter.language.locales import Locale
from reporter.language.numerals import Number, numerals
from reporter.language.terms import known_terms, short_term, term
from reporter.language.texts import in_locale
from reporter.model.metric import Unit
from reporter.verify.calendar import calendar_reader
from reporter.verify.record import ClaimRecord, Ledger

#: Ways of showing that carry a sign of their own; the others show a size.
_SIGNED = frozenset({"signed", "corr", "funding"})
_MINUS = frozenset({"points", "level", "ratio", "count", "coins", "price"})
_SIZES = frozenset({"money", "pct", "hashprice", "days", "score", "words", "ordinal"})
_INSTANTS = frozenset({"date", "date_full", "weekday", "month", "time", "date_time"})
_PLAIN_RUNG = 2


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a claim's text is compared with, beside its value: the ledger it stands in, and the locale."""

    ledger: Ledger
    locale: Locale


def claim_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    """Why a text is no true rendering of a claim; empty where it is one."""
    text = text.strip()
    if claim.value is None:
        return "its value is missing"
    check = _CHECKS.get(claim.kind)
    if check is not None:
        return check(claim, text, shelf)
    if isinstance(claim.value, str):
        return f"its value is the text {claim.value}"
    if claim.kind in _INSTANTS:
        return _instant_fault(claim.value, text, shelf.locale)
    if claim.kind in _SIGNED | _MINUS | _SIZES:
        return number_fault(claim.value, claim.unit, claim.kind, text, shelf.locale)
    return f"nothing is known of texts of the kind {claim.kind}"


def number_fault(value: float, unit: str, kind: str, text: str, locale: Locale) -> str:
    """Why a text is no rendering of a number: its size at the displayed precision, unit and sign."""
    shown = numerals(locale).read(text)
    if shown is None:
        return "it can't be read as a number"
    exact = Decimal(repr(float(value)))
    if unit == Unit.FRACTION:
        if not shown.percent:
            return "a fraction is shown without %"
        exact *= 100
    elif shown.percent:
        return f"a value in {unit} is shown in per cent"
    if kind == "money" and not shown.currency:
        return "an amount is shown without its currency"
    if kind == "money" or _is_compact(exact, kind):
        true = shown.size == _significant(exact)
    else:
        # Coins below a million are written in full digits: 625,000 of them are no "1 million".
        true = shown.renders(exact) and (kind != "coins" or shown.step <= 1)
    if not true:
        return f"the exact value is {_plain(exact)}"
    return _sign_fault(exact, kind, shown)


def _is_compact(exact: Decimal, kind: str) -> bool:
    return kind == "coins" and abs(exact) >= 1_000_000


def _significant(exact: Decimal) -> Decimal:
    """An aggregate as the desk states it: to three digits from a billion up, to four below, never finer than one."""
    size = abs(exact)
    digits = 3 if size >= 1_000_000_000 else 4
    step = Decimal(1).scaleb(max(size.adjusted() - digits + 1, 0)) if size else Decimal(1)
    return (size / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def _sign_fault(exact: Decimal, kind: str, shown: Number) -> str:
    sign = 0 if not shown.size else (1 if exact > 0 else -1)
    if kind in _SIGNED and shown.sign != sign:
        return f"the sign of {_plain(exact)} is shown wrongly"
    if kind in _MINUS and (shown.sign < 0) != (sign < 0):
        return f"the sign of {_plain(exact)} is shown wrongly"
    if kind in _SIZES and shown.sign:
        return "a size is shown with a sign"
    return ""


def _plain(exact: Decimal) -> str:
    return f"{float(exact):.10g}"


def _instant_fault(value: float, text: str, locale: Locale) -> str:
    moments = [moment for _, moment in calendar_reader(locale).found(text)]
    if not moments:
        return "it can't be read as a date or time"
    return "" if all(moment.fits(value) for moment in moments) else "the exact instant is another"


# --- words --------------------------------------------------------------------------------------------------------


def _moved_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    return _ladder_fault(claim, text, shelf.locale, nouns=False)


def _noun_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    return _ladder_fault(claim, text, shelf.locale, nouns=True)


def _ladder_fault(claim: ClaimRecord, text: str, locale: Locale, *, nouns: bool) -> str:
    """Whether a word of a move has the sign of its value and stands on its rung of its ladder."""
    value = float(claim.value or 0)
    ladder = locale.lexicon.ladders.get(claim.ladder or "price")  # type: ignore[call-overload]
    if ladder is None:
        return f"there is no ladder {claim.ladder}"
    word = text[:1].lower() + text[1:]
    flat = {ladder.flat_noun} if nouns else {ladder.flat, ladder.unchanged}
    up, down = (ladder.up_nouns, ladder.down_nouns) if nouns else (ladder.up, ladder.down)
    rung = _PLAIN_RUNG if claim.rung is None else claim.rung
    if rung == 0 or value == 0:
        return "" if word in flat else "the move is none to speak of"
    if word in flat:
        # A move that is shown as zero at the precision beside it is told as none.
        return "" if abs(value) < _no_move(claim.unit) else "a flat word tells a move"
    right = (up if value > 0 else down)[rung - 1]
    return "" if word == right else f'the move is {value:.6g} on rung {rung}, which is "{right}"'


def _no_move(unit: str) -> float:
    return 0.0005 if unit == Unit.FRACTION else 0.5


def _flow_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    value, words = float(claim.value or 0), shelf.locale.lexicon
    right = words.no_flow if value == 0 else words.inflow if value > 0 else words.outflow
    return "" if text.lower() == right.lower() else f'a flow of {value:.6g} is "{right}"'


def _retraced_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    share = float(claim.value or 0)
    part, most, whole = shelf.locale.lexicon.retraced
    right = whole if share >= 1 else most if share >= 0.5 else part
    return "" if share > 0 and text.lower() == right.lower() else f'a share of {share:.6g} is "{right}"'


def _sign_word_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    """A word that a phrase chose by the sign: where its sense is known, it must be that sign's."""
    value = float(claim.value or 0)
    sense = _SENSES.get(text.lower())
    if sense is None or value == 0:
        return ""
    return "" if sense == (value > 0) else f"the value is {value:.6g}"


#: Words of plain direction that phrases choose by a sign.
_SENSES: Mapping[str, bool] = {
    **dict.fromkeys(("up", "above", "rose", "higher", "more", "漲", "升", "增", "高於", "之上", "上漲", "走高"), True),
    **dict.fromkeys(
        ("down", "below", "fell", "lower", "less", "跌", "降", "減", "低於", "之下", "下跌", "走低"), False
    ),
}


# --- names ------------------------------------------------------------------------------------------------------------


def _name_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    key, locale = claim.term or str(claim.value), shelf.locale
    own = in_locale(shelf.ledger.names.get(key, {}), locale, name=True)
    right = {own} if own else set()
    if not own and key in known_terms(locale.folder):
        right = {term(key, locale), short_term(key, locale)}
    same = {name[:1].lower() + name[1:] for name in right}
    return "" if text[:1].lower() + text[1:] in same else f"its name is {' or '.join(sorted(right)) or key}"


def _source_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    if claim.event is not None:
        return _same(text, claim.event.cited_as, shelf.locale)
    given = {source.id: source.name for source in shelf.ledger.sources}
    names = {key: in_locale(name, shelf.locale, name=True) or key for key, name in given.items()}
    right = shelf.locale.join(tuple(dict.fromkeys(names.get(source, source) for source in claim.sources)))
    return "" if _close(text, right) else f"the source is {right}"


def _text_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    if claim.event is None:
        return "it rests on no line of news"
    if claim.event.speaker:
        # A quote is verbatim.
        return _same(text, claim.event.text, shelf.locale)
    right = in_locale(claim.event.text, shelf.locale, kept=_names_kept(shelf)) or ""
    return "" if _close(text, right) else f'the desk wrote "{right}"'


def _names_kept(shelf: Shelf) -> dict[str, str]:
    """Names that stand inside news and keep their words in a regional edition."""
    named = (*(source.name for source in shelf.ledger.sources), *shelf.ledger.names.values())
    base = shelf.locale.base
    return {names[base]: in_locale(names, shelf.locale, name=True) or names[base] for names in named if base in names}


def _speaker_fault(claim: ClaimRecord, text: str, shelf: Shelf) -> str:
    return _same(text, claim.event.speaker, shelf.locale) if claim.event else "it rests on no quote"


def _same(text: str, texts: Mapping[str, str], locale: Locale) -> str:
    right = in_locale(texts, locale, name=True) or ""
    return "" if _close(text, right) else f'the desk wrote "{right}"'


def _close(left: str, right: str) -> bool:
    """Equal but for spaces, which the page sets, and the capital that begins a sentence."""
    return "".join(left.split()).lower() == "".join(right.split()).lower()


_CHECKS: Mapping[str, Callable[[ClaimRecord, str, Shelf], str]] = {
    "moved": _moved_fault,
    "move_noun": _noun_fault,
    "flow": _flow_fault,
    "retraced": _retraced_fault,
    "sign": _sign_word_fault,
    "term": _name_fault,
    "short": _name_fault,
    "names": _name_fault,
    "source": _source_fault,
    "text": _text_fault,
    "speaker": _speaker_fault,
}
