"""Filters of phrase files: fact → pieces of text that know which fact they show."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from reporter.language import dates, lexicon, numbers, terms
from reporter.language.filter_contract import (
    Filter,
    NamedFact,
    Say,
    SentencePart,
    UnsayableError,
    Voice,
    drop_by_sign,
    list_members,
    number_of,
    pick_by_sign,
    pick_extreme,
)
from reporter.language.locales import Locale, babel_locale
from reporter.language.texts import text_in_locale
from reporter.model.finding import Fact
from reporter.model.metric import LadderClass, Unit, split_sources


def _make_pieces(named: NamedFact, kind: str, text: str, *, capital: bool = False) -> tuple[SentencePart, ...]:
    return (SentencePart(text, named, kind, capital),)


# --- numbers and dates -----------------------------------------------------------------------------------------


def _write_price(named: NamedFact, voice: Voice, bare: bool = False) -> tuple[SentencePart, ...]:
    return _make_pieces(named, "price", numbers.format_price(number_of(named.fact), voice.locale, bare=bare))


def _write_percent(named: NamedFact, voice: Voice, decimals: int = 1) -> tuple[SentencePart, ...]:
    return _make_pieces(named, "pct", numbers.format_percent(number_of(named.fact), voice.locale, decimals))


def _write_signed(named: NamedFact, voice: Voice, decimals: int = 1) -> tuple[SentencePart, ...]:
    value, locale = number_of(named.fact), voice.locale
    if named.fact.unit is Unit.FRACTION:
        text = numbers.format_percent(value, locale, decimals, signed=True)
    elif named.fact.unit in (Unit.SCORE, Unit.COUNT):
        text = numbers.format_count(value, locale, signed=True)
    else:
        text = numbers.format_points(value, locale, decimals, signed=True)
    return _make_pieces(named, "signed", text)


def _write_points(named: NamedFact, voice: Voice, decimals: int = 1) -> tuple[SentencePart, ...]:
    return _make_pieces(named, "points", numbers.format_points(number_of(named.fact), voice.locale, decimals))


def _write_size(named: NamedFact, voice: Voice, decimals: int = 1) -> tuple[SentencePart, ...]:
    # Beside a word that has the sign: "fell 5.4 points".
    return _make_pieces(named, "size", numbers.format_points(abs(number_of(named.fact)), voice.locale, decimals))


def _make_value_filter(name: str, write: Callable[[float, Locale], str], *, capital: bool = False) -> Say:
    """A filter that needs the value alone."""
    # Where a language counts is its own business: 二 and 兩 show one claim, whichever the other language writes.
    kind = name.removeprefix("count_")

    def write_value(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
        try:
            text = write(number_of(named.fact), voice.locale)
        except ValueError as error:
            raise UnsayableError(str(error)) from None
        return _make_pieces(named, kind, text, capital=capital)

    return write_value


def _write_plural(named: NamedFact, voice: Voice, one: str, other: str) -> tuple[SentencePart, ...]:
    # The rule is asked about the number as it is shown, and count shows a whole one.
    form = babel_locale(voice.locale.babel).plural_form(round(abs(number_of(named.fact))))
    return (SentencePart(one if form == "one" else other),)


# --- names, sources, words ----------------------------------------------------------------------------------------


def _term_key(named: NamedFact) -> str:
    key = named.fact.term or (named.fact.value if named.fact.unit is Unit.TEXT else "")
    if not isinstance(key, str) or not key:
        raise UnsayableError("has no name", "only a fact with a term key has one")
    return key


def _write_term(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
    key = _term_key(named)
    own = text_in_locale(voice.names.get(key, {}), voice.locale, name=True)
    return _make_pieces(named, "term", own or terms.term_name(key, voice.locale), capital=True)


def _write_short_term(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
    key = _term_key(named)
    own = text_in_locale(voice.names.get(key, {}), voice.locale, name=True)
    return _make_pieces(named, "short", own or terms.short_term_name(key, voice.locale), capital=True)


def _write_source(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
    if named.fact.event is not None:
        return _make_pieces(named, "source", _require_name(named.fact.event.cited_as, voice, "cited_as"))
    facts = (named.fact, *named.fact.members)
    ids = [part for fact in facts for read in fact.inputs for part in split_sources(read.source)]
    names: dict[str, None] = {}
    for source in ids:
        if source not in voice.citations:
            raise UnsayableError(f'rests on the source "{source}", which has no citation')
        names[_require_name(voice.citations[source].name, voice, f'the name of source "{source}"')] = None
    if not names:
        raise UnsayableError("rests on no source")
    return _make_pieces(named, "source", voice.locale.join(tuple(names)))


def _write_text(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
    if named.fact.event is None:
        raise UnsayableError("is no line of news", "text belongs to events and quotes")
    event = named.fact.event
    # A quote is verbatim; news is told in the desk's words, but who it is about keeps the name that he is cited by.
    if event.speaker:
        return _make_pieces(named, "text", _require_name(event.text, voice, "text"))
    text = text_in_locale(event.text, voice.locale, kept=_names_to_keep(voice))
    return _make_pieces(named, "text", _require_text(text, voice, "text"))


def _names_to_keep(voice: Voice) -> dict[str, str]:
    """Sources and a desk's own instruments as the base's texts name them → as this locale does."""
    named = (*(citation.name for citation in voice.citations.values()), *voice.names.values())
    base = voice.locale.base
    return {
        names[base]: text_in_locale(names, voice.locale, name=True) or names[base] for names in named if base in names
    }


def _write_speaker(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
    if named.fact.event is None:
        raise UnsayableError("is no quote", "speaker belongs to quotes")
    return _make_pieces(named, "speaker", _require_name(named.fact.event.speaker, voice, "speaker"))


def _require_name(texts: Mapping[str, str], voice: Voice, what: str) -> str:
    return _require_text(text_in_locale(texts, voice.locale, name=True), voice, what)


def _require_text(text: str | None, voice: Voice, what: str) -> str:
    if not text:
        raise UnsayableError(f"{what} is not given in {voice.locale.tag}")
    return text


def _require_ladder(fact: Fact) -> LadderClass:
    if fact.ladder is None:
        raise UnsayableError("has no ladder of words", "only a change is told by moved; sign picks between two words")
    return fact.ladder


def _write_move_verb(named: NamedFact, voice: Voice, decimals: int = 1) -> tuple[SentencePart, ...]:
    number_of(named.fact)
    word = lexicon.move_verb(named.fact, _require_ladder(named.fact), voice.locale, decimals)
    return _make_pieces(named, "moved", word, capital=True)


def _write_move_verb_now(named: NamedFact, voice: Voice, decimals: int = 1) -> tuple[SentencePart, ...]:
    number_of(named.fact)
    word = lexicon.move_verb_now(named.fact, _require_ladder(named.fact), voice.locale, decimals)
    return _make_pieces(named, "moves", word, capital=True)


def _write_move_noun(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
    number_of(named.fact)
    word = lexicon.move_noun(named.fact, _require_ladder(named.fact), voice.locale)
    return _make_pieces(named, "move_noun", word, capital=True)


def _write_sign_word(named: NamedFact, voice: Voice, up: str, down: str, flat: str = "") -> tuple[SentencePart, ...]:
    del voice
    value = number_of(named.fact)
    if value == 0 and not flat:
        raise UnsayableError("is zero, and sign has no third word", 'sign("up", "down", "flat")')
    word = flat if value == 0 else up if value > 0 else down
    return _make_pieces(named, "sign", word, capital=True)


# --- relations ---------------------------------------------------------------------------------------------------


def _write_since(named: NamedFact, voice: Voice, style: str = "month") -> tuple[SentencePart, ...]:
    words, (last, *spans) = voice.locale.lexicon.reach, _find_reach(named)
    record = last.path.endswith(".record")
    if style != "full" and record:
        return (SentencePart(words.ever if style == "ever" else words.record),)
    for span in spans if style == "ever" else ():
        # "For the first time since at least 2017" would say that it happened before.
        pattern = words.months if span.path.endswith(".months") else words.years
        return _fill_pattern(pattern, apply_filter(FILTERS["count_words"], span, voice, (), {}))
    pattern = words.since if ".since" in last.path else words.dated_record if record else words.data
    return _write_reach(pattern, last, voice, style)


def _write_not_since(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
    words, (last, *_) = voice.locale.lexicon.reach, _find_reach(named)
    unbeaten = words.not_record if last.path.endswith(".record") else words.not_data
    return _write_reach(words.not_since if ".since" in last.path else unbeaten, last, voice, "full")


def _find_reach(named: NamedFact) -> tuple[NamedFact, ...]:
    """Find the date that a reach goes back to, named `since`, `record` or `data`, and how long that is."""
    members = list_members(named)
    if not members or members[0].fact.unit is not Unit.INSTANT:
        raise UnsayableError("says of no date since when", "news has a fact that does, reach")
    return members


#: How a reach is dated where its day would be too much; every other one has month and year. A date of the last weeks
#: is told by its day: "since January" would be this month or a whole one.
_REACH_DATES: Mapping[str, str] = MappingProxyType({"since_day": "date", "since_month": "month"})


def _write_reach(pattern: str, last: NamedFact, voice: Voice, style: str) -> tuple[SentencePart, ...]:
    short = _REACH_DATES.get(last.path.rpartition(".")[2], "month_year")
    date = FILTERS["date_full" if style == "full" else short]
    return _fill_pattern(pattern, apply_filter(date, last, voice, (), {}))


def _fill_pattern(pattern: str, told: tuple[SentencePart, ...]) -> tuple[SentencePart, ...]:
    before, _, after = re.split(r"(\{\w+\})", pattern, maxsplit=1)
    return tuple(part for part in (SentencePart(before, capital=True), *told, SentencePart(after)) if part.text)


# --- lists ----------------------------------------------------------------------------------------------------------


def _write_names(named: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
    return _join_members(named, voice, _write_term)


def _write_list(named: NamedFact, voice: Voice, decimals: int = 1, style: str = "pct") -> tuple[SentencePart, ...]:
    value = _write_signed if style == "signed" else _write_percent

    def write_member(member: NamedFact, voice: Voice) -> tuple[SentencePart, ...]:
        _check_unit(member, FILTERS["signed" if style == "signed" else "pct"])
        if style == "moved":
            return (*_write_term(member, voice), SentencePart(" "), *_write_move_and_size(member, voice, decimals))
        return (*_write_term(member, voice), SentencePart(" "), *value(member, voice, decimals))

    return _join_members(named, voice, write_member)


def _write_move_and_size(member: NamedFact, voice: Voice, decimals: int) -> tuple[SentencePart, ...]:
    fact = member.fact
    word = _write_move_verb(member, voice, decimals)
    if lexicon.word_rung(fact, voice.locale.lexicon.ladders[_require_ladder(fact)], decimals):
        return (*word, SentencePart(" "), *_write_percent(member, voice, decimals))
    before, _, rest = voice.locale.lexicon.flat_move.partition("{word}")
    between, _, after = rest.partition("{value}")
    return (
        SentencePart(before),
        *word,
        SentencePart(between),
        *_write_signed(member, voice, decimals),
        SentencePart(after),
    )


def _join_members(named: NamedFact, voice: Voice, part: Say) -> tuple[SentencePart, ...]:
    parts = list_members(named)
    if not parts:
        raise UnsayableError("is no list, or an empty one", f"guard it with {{% if {named.path} %}}")
    pieces: list[SentencePart] = []
    for place, (text, joiner) in enumerate(voice.locale.interleave_joiners(tuple(member.path for member in parts))):
        pieces += [SentencePart(text)] if joiner else part(parts[place // 2], voice)
    return tuple(pieces)


# --- the registry -----------------------------------------------------------------------------------------------------


def _check_unit(named: NamedFact, used: Filter) -> None:
    """Refuse a unit that a filter can't write; a list fact has no unit but its number of members."""
    if named.fact.members or named.stem:
        if not used.counts:
            raise UnsayableError(f"is a list, which {used.name} can't tell", "listed, names, count or words tells it")
    elif used.units is not None and named.fact.unit not in used.units:
        raise UnsayableError(f"is in {named.fact.unit}, which {used.name} can't tell", suggest_filters(named.fact.unit))


def suggest_filters(unit: Unit) -> str:
    """A hint that names the filters made for a unit."""
    fitting = [name for name, used in FILTERS.items() if used.units is not None and unit in used.units]
    return f"{unit} is told by {', '.join(fitting)}" if fitting else ""


def apply_filter(
    used: Filter, named: NamedFact, voice: Voice, args: tuple[object, ...], options: Mapping[str, object]
) -> tuple[SentencePart, ...]:
    """Write a fact through a filter.

    Args:
        used: the filter.
        named: the fact, by the name the phrase uses.
        voice: locale and context of the sentence.
        args: of the filter, as written.
        options: named ones, as written.

    Raises:
        UnsayableError: the fact is missing, of a wrong unit, or lacks what the filter tells.
    """
    if used.say is None:
        raise UnsayableError(f"{used.name} picks members; listed, names, count or words tells them")
    if named.fact.value is None:
        raise UnsayableError("is missing", f"guard it with {{% if {named.path} is known %}}")
    _check_unit(named, used)
    return used.say(named, voice, *args, **options)


def default_filter(named: NamedFact) -> Filter:
    """The filter for a fact whose phrase names none.

    Raises:
        UnsayableError: the fact's unit needs a filter that is named.
    """
    if named.fact.members or named.stem:
        return FILTERS["names"]
    if named.fact.unit is Unit.TEXT:
        return FILTERS["text" if named.fact.event is not None else "term"]
    if named.fact.unit not in _DEFAULTS:
        raise UnsayableError(f"is in {named.fact.unit}, which needs a filter")
    return FILTERS[_DEFAULTS[named.fact.unit]]


_DEFAULTS: Mapping[Unit, str] = MappingProxyType(
    {
        Unit.PRICE: "price",
        Unit.USD: "money",
        Unit.FRACTION: "pct",
        Unit.VOL_POINTS: "points",
        Unit.SIGMA: "ratio",
        Unit.BP: "points",
        Unit.COUNT: "count",
        Unit.DAYS: "days",
        Unit.HASHPRICE: "hashprice",
        Unit.LEVEL: "level",
        Unit.SCORE: "score",
        Unit.RATIO: "ratio",
        Unit.CORRELATION: "corr",
        Unit.CONTRACTS: "coins",
        Unit.INSTANT: "date",
    }
)

_NUMERIC = frozenset(_DEFAULTS) - {Unit.INSTANT}
_WHOLE = frozenset({Unit.COUNT, Unit.DAYS})


#: What tells a list fact: by its number of members, or by all of them.
_COUNTING = frozenset(
    {"count", "words", "count_words", "ordinal", "plural", "source", "listed", "names", "since", "not_since"}
)


def _make_filter(
    name: str, say: Say, units: frozenset[Unit] | set[Unit] | None, choices: tuple[str, ...] = ()
) -> Filter:
    # The first two parameters are the fact and the voice; the rest is what a phrase may write in brackets.
    parameters = list(inspect.signature(say).parameters.values())[2:]
    return Filter(
        name,
        units if units is None else frozenset(units),
        say,
        None,
        choices,
        name in _COUNTING,
        MappingProxyType({parameter.name: parameter for parameter in parameters}),
    )


_PLAIN: Mapping[str, tuple[Callable[[float, Locale], str], set[Unit] | frozenset[Unit], bool]] = {
    "money": (numbers.format_money, {Unit.USD}, False),
    "about": (numbers.format_about, {Unit.USD}, True),
    "level": (numbers.format_level, {Unit.LEVEL}, False),
    "ratio": (numbers.format_ratio, {Unit.RATIO, Unit.SIGMA}, False),
    "count": (numbers.format_count, _WHOLE, False),
    "days": (numbers.format_days, _WHOLE, False),
    "words": (numbers.format_number_word, _WHOLE, True),
    "count_words": (numbers.format_counting_word, _WHOLE, True),
    "ordinal": (numbers.format_ordinal, _WHOLE, True),
    "hashprice": (numbers.format_hashprice, {Unit.HASHPRICE}, False),
    "score": (numbers.format_score, {Unit.SCORE}, False),
    "corr": (numbers.format_correlation, {Unit.CORRELATION}, False),
    "coins": (numbers.format_coins, {Unit.CONTRACTS}, False),
    "funding": (numbers.format_funding, {Unit.FRACTION}, False),
    "flow": (lexicon.flow_noun, {Unit.USD, Unit.FRACTION}, True),
    "retraced": (lexicon.retracement_word, {Unit.FRACTION, Unit.RATIO}, True),
    "date": (dates.format_date, {Unit.INSTANT}, False),
    "date_full": (dates.format_full_date, {Unit.INSTANT}, False),
    "weekday": (dates.format_weekday, {Unit.INSTANT}, True),
    "month": (dates.format_month, {Unit.INSTANT}, True),
    "month_year": (dates.format_month_year, {Unit.INSTANT}, False),
    "time": (dates.format_time, {Unit.INSTANT}, False),
    "date_time": (dates.format_date_time, {Unit.INSTANT}, False),
}

_SIGNED = {Unit.FRACTION, Unit.VOL_POINTS, Unit.BP, Unit.SIGMA, Unit.SCORE, Unit.COUNT}

#: Every filter that a phrase may use, by name.
FILTERS: Mapping[str, Filter] = MappingProxyType(
    {
        used.name: used
        for used in (
            *(
                _make_filter(name, _make_value_filter(name, write, capital=capital), units)
                for name, (write, units, capital) in _PLAIN.items()
            ),
            _make_filter("price", _write_price, {Unit.PRICE, Unit.LEVEL}),
            _make_filter("pct", _write_percent, {Unit.FRACTION}),
            _make_filter("signed", _write_signed, _SIGNED),
            _make_filter("points", _write_points, {Unit.VOL_POINTS, Unit.BP, Unit.SIGMA}),
            _make_filter("size", _write_size, {Unit.VOL_POINTS, Unit.BP, Unit.SIGMA}),
            _make_filter("plural", _write_plural, _WHOLE),
            _make_filter("term", _write_term, None),
            _make_filter("short", _write_short_term, None),
            _make_filter("source", _write_source, None),
            _make_filter("text", _write_text, {Unit.TEXT}),
            _make_filter("speaker", _write_speaker, {Unit.TEXT}),
            _make_filter("moved", _write_move_verb, _NUMERIC),
            _make_filter("moves", _write_move_verb_now, _NUMERIC),
            _make_filter("move_noun", _write_move_noun, _NUMERIC),
            _make_filter("sign", _write_sign_word, _NUMERIC),
            _make_filter("listed", _write_list, None, ("pct", "signed", "moved")),
            _make_filter("names", _write_names, None),
            _make_filter("since", _write_since, None, ("month", "full", "ever")),
            _make_filter("not_since", _write_not_since, None),
            Filter("ups", None, pick=lambda named: pick_by_sign(named, "ups", 1)),
            Filter("downs", None, pick=lambda named: pick_by_sign(named, "downs", -1)),
            Filter("flats", None, pick=lambda named: pick_by_sign(named, "flats", 0)),
            Filter("not_up", None, pick=lambda named: drop_by_sign(named, "not_up", 1)),
            Filter("not_down", None, pick=lambda named: drop_by_sign(named, "not_down", -1)),
            Filter("top", None, pick=lambda named: pick_extreme(named, "top", 1)),
            Filter("bottom", None, pick=lambda named: pick_extreme(named, "bottom", -1)),
        )
    }
)
