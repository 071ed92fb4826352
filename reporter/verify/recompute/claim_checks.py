"""Every claim's text parsed as a reader reads it, and compared with the exact value.

Nothing here formats: a text is parsed, so that a fault of the formatter, or a wrong ledger, can't bless itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reporter.language.locales import Ladder, Locale
from reporter.language.numerals import DisplayedNumber, load_numerals
from reporter.language.relating_words import RELATION, find_relating_words, get_relation_class
from reporter.language.terms import list_terms, short_term_name, term_name
from reporter.language.texts import text_in_locale
from reporter.model.metric import Unit
from reporter.verify.ledger.ledger_model import ClaimRecord, Ledger
from reporter.verify.recompute.date_parsing import get_calendar_reader

#: Ways of showing that carry a sign of their own; the others show a size.
_SIGNED = frozenset({"signed", "corr", "funding"})
_MINUS = frozenset({"points", "level", "ratio", "count", "coins", "price"})
_SIZES = frozenset({"money", "pct", "size", "hashprice", "days", "score", "words", "ordinal"})
_INSTANTS = frozenset({"date", "date_full", "weekday", "month", "month_year", "time", "date_time"})
_PLAIN_RUNG = 2
#: From here on amounts have three digits.
_BILLION = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ClaimContext:
    """The ledger and locale that a claim's text is checked in."""

    ledger: Ledger
    locale: Locale


def check_claim(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    """Return why a text is no correct rendering of a claim, or an empty text.

    Args:
        claim: as the ledger has it.
        text: what shows it.
        context: the ledger, and the locale of the text.
    """
    text = text.strip()
    if claim.value is None:
        return "its value is missing"
    check = _CHECKS.get(claim.kind)
    if check is not None:
        return check(claim, text, context)
    if isinstance(claim.value, str):
        return f"its value is the text {claim.value}"
    if claim.kind in _INSTANTS:
        return _check_instant(claim.value, text, context.locale)
    if claim.kind in _SIGNED | _MINUS | _SIZES:
        return check_number(claim.value, claim.unit, claim.kind, text, context.locale)
    return f"nothing is known of texts of the kind {claim.kind}"


def check_number(value: float, unit: str, kind: str, text: str, locale: Locale) -> str:
    """Return why a text is no rendering of a number (precision, unit, sign), or an empty text.

    Args:
        value: the exact value.
        unit: its unit, as a ledger writes it.
        kind: how it is shown: money, percent …
        text: what shows it.
        locale: how it writes numbers.
    """
    shown = load_numerals(locale).read_number(text)
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
    if kind == "money" or _is_large_coin_amount(exact, kind):
        true = shown.size == _round_significant(exact)
    else:
        # Coins below a million are written in full digits: 625,000 of them are no "1 million".
        true = shown.is_rounding_of(exact) and (kind != "coins" or shown.step <= 1)
    if kind == "chart" and abs(exact) >= _BILLION:
        # A tag of a chart has three digits as an amount has, which 2,110 億 doesn't show.
        true = true or shown.size == _round_significant(exact)
    if not true:
        return f"the exact value is {_format_exact(exact)}"
    return _check_sign(exact, kind, shown)


def _is_large_coin_amount(exact: Decimal, kind: str) -> bool:
    return kind == "coins" and abs(exact) >= 1_000_000


def _round_significant(exact: Decimal) -> Decimal:
    """Round an aggregate as the desk states it: to 3 digits from a billion up, 4 below, never below 1."""
    size = abs(exact)
    digits = 3 if size >= _BILLION else 4
    step = Decimal(1).scaleb(max(size.adjusted() - digits + 1, 0)) if size else Decimal(1)
    return (size / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def _check_sign(exact: Decimal, kind: str, shown: DisplayedNumber) -> str:
    sign = 0 if not shown.size else (1 if exact > 0 else -1)
    if kind in _SIGNED and shown.sign != sign:
        return f"the sign of {_format_exact(exact)} is shown wrongly"
    if kind in _MINUS and (shown.sign < 0) != (sign < 0):
        return f"the sign of {_format_exact(exact)} is shown wrongly"
    if kind in _SIZES and shown.sign:
        return "a size is shown with a sign"
    return ""


def _format_exact(exact: Decimal) -> str:
    return f"{float(exact):.10g}"


def _check_instant(value: float, text: str, locale: Locale) -> str:
    moments = [moment for _, moment in get_calendar_reader(locale).find_dates(text)]
    if not moments:
        return "it can't be read as a date or time"
    return "" if all(moment.matches_instant(value) for moment in moments) else "the exact instant is another"


# --- words --------------------------------------------------------------------------------------------------------


def _check_ladder_word(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    """Check that a word for a move has the sign of its value and is the word of its size or rung."""
    value = float(claim.value or 0)
    ladder = context.locale.lexicon.ladders.get(claim.ladder or "price")  # type: ignore[call-overload]
    if ladder is None:
        return f"there is no ladder {claim.ladder}"
    word = text[:1].lower() + text[1:]
    flat, up, down = {
        "moved": ({ladder.flat, ladder.unchanged}, ladder.up, ladder.down),
        "moves": ({ladder.flat_now}, ladder.up_now, ladder.down_now),
        "move_noun": ({ladder.flat_noun}, ladder.up_nouns, ladder.down_nouns),
    }[claim.kind]
    rung = _find_word_rung(claim, ladder)
    if rung == 0 or value == 0:
        return "" if word in flat else "the move is none to speak of"
    if word in flat:
        # A move that is shown as zero at the precision beside it is told as none.
        return "" if abs(value) < _get_flat_threshold(claim.unit) else "a flat word tells a move"
    right = (up if value > 0 else down)[rung - 1]
    return "" if word == right else f'the move is {value:.6g} on rung {rung}, which is "{right}"'


def _find_word_rung(claim: ClaimRecord, ladder: Ladder) -> int:
    """Find the rung of a claim's word: by the size that is printed, or by the move's own history."""
    if claim.unit != Unit.FRACTION or not ladder.sizes:
        return _PLAIN_RUNG if claim.rung is None else claim.rung
    tenths = (Decimal(repr(abs(float(claim.value or 0)))) * 1000).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return 1 + sum(tenths >= Decimal(repr(least)) * 1000 for least in ladder.sizes)


def _get_flat_threshold(unit: str) -> float:
    return 0.0005 if unit == Unit.FRACTION else 0.5


def _check_flow_word(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    value, words = float(claim.value or 0), context.locale.lexicon
    right = words.no_flow if value == 0 else words.inflow if value > 0 else words.outflow
    return "" if text.lower() == right.lower() else f'a flow of {value:.6g} is "{right}"'


def _check_retraced_word(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    share = float(claim.value or 0)
    part, most, whole = context.locale.lexicon.retraced
    right = whole if share >= 1 else most if share >= 0.5 else part
    return "" if share > 0 and text.lower() == right.lower() else f'a share of {share:.6g} is "{right}"'


def _check_sign_word(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    """Check a word chosen by the sign: where its direction is known, it must match the sign."""
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


def _check_relating_word(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    """Check that a word is of the class that its relation is named after."""
    words = find_relating_words(text, context.locale)
    kinds = {word.kind for word in words if word.text == text}
    return "" if kinds and get_relation_class(claim.fact, kinds) else f"it is no word of {claim.fact}"


# --- names ------------------------------------------------------------------------------------------------------------


def _check_name(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    key, locale = claim.term or str(claim.value), context.locale
    own = text_in_locale(context.ledger.names.get(key, {}), locale, name=True)
    right = {own} if own else set()
    if not own and key in list_terms(locale.folder):
        right = {term_name(key, locale), short_term_name(key, locale)}
    same = {name[:1].lower() + name[1:] for name in right}
    return "" if text[:1].lower() + text[1:] in same else f"its name is {' or '.join(sorted(right)) or key}"


def _check_source(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    if claim.event is not None:
        return _check_desk_text(text, claim.event.cited_as, context.locale)
    given = {source.id: source.name for source in context.ledger.sources}
    names = {key: text_in_locale(name, context.locale, name=True) or key for key, name in given.items()}
    right = context.locale.join(tuple(dict.fromkeys(names.get(source, source) for source in claim.sources)))
    return "" if _is_same_text(text, right) else f"the source is {right}"


def _check_news_text(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    if claim.event is None:
        return "it rests on no line of news"
    if claim.event.speaker:
        # A quote is verbatim.
        return _check_desk_text(text, claim.event.text, context.locale)
    right = text_in_locale(claim.event.text, context.locale, kept=_map_kept_names(context)) or ""
    return "" if _is_same_text(text, right) else f'the desk wrote "{right}"'


def _map_kept_names(context: ClaimContext) -> dict[str, str]:
    """Map names inside news to the words that they keep in a regional edition."""
    named = (*(source.name for source in context.ledger.sources), *context.ledger.names.values())
    base = context.locale.base
    return {
        names[base]: text_in_locale(names, context.locale, name=True) or names[base] for names in named if base in names
    }


def _check_speaker(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    return _check_desk_text(text, claim.event.speaker, context.locale) if claim.event else "it rests on no quote"


def _check_desk_text(text: str, texts: Mapping[str, str], locale: Locale) -> str:
    right = text_in_locale(texts, locale, name=True) or ""
    return "" if _is_same_text(text, right) else f'the desk wrote "{right}"'


def _is_same_text(left: str, right: str) -> bool:
    """Return whether texts are equal except for spaces and the capital at the beginning."""
    return "".join(left.split()).lower() == "".join(right.split()).lower()


def _check_about(claim: ClaimRecord, text: str, context: ClaimContext) -> str:
    """Check a spoken amount: two digits, said to be below the true one, above it, or it."""
    if isinstance(claim.value, str) or claim.value is None:
        return "its value is no number"
    exact = abs(Decimal(repr(float(claim.value))))
    style = context.locale.numbers
    told = text[:1].lower() + text[1:]
    for pattern, holds in ((style.nearly, "below"), (style.over, "above")):
        before, _, after = pattern.partition("{n}")
        if before.strip() and told.startswith(before.strip()):
            told, said = told.removeprefix(before.strip()).removesuffix(after).strip(), holds
            break
    else:
        said = "exact"
    shown = load_numerals(context.locale).read_number(told)
    if shown is None or not shown.currency or shown.percent or shown.sign:
        return "it can't be read as an amount"
    step = Decimal(1).scaleb(max(exact.adjusted() - 1, 0)) if exact else Decimal(1)
    if shown.size != (exact / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step:
        return f"the exact value is {_format_exact(exact)}"
    true = "below" if exact < shown.size else "above" if exact > shown.size else "exact"
    return "" if said == true else f"the exact value, {_format_exact(exact)}, is not so"


_CHECKS: Mapping[str, Callable[[ClaimRecord, str, ClaimContext], str]] = {
    "about": _check_about,
    "moved": _check_ladder_word,
    "moves": _check_ladder_word,
    "move_noun": _check_ladder_word,
    "flow": _check_flow_word,
    "retraced": _check_retraced_word,
    "sign": _check_sign_word,
    "term": _check_name,
    "short": _check_name,
    "names": _check_name,
    "source": _check_source,
    "text": _check_news_text,
    "speaker": _check_speaker,
    RELATION: _check_relating_word,
}
