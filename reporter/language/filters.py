"""The filters of phrase files: a fact in, text out that knows which fact it shows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType

from reporter.language import dates, lexicon, numbers, terms
from reporter.language.locales import Locale, babel_locale
from reporter.language.spoken import (
    Filter,
    Named,
    Piece,
    Say,
    UnsayableError,
    Voice,
    drop,
    extreme,
    members,
    number_of,
    pick,
)
from reporter.language.texts import in_locale
from reporter.model.finding import Fact
from reporter.model.metric import LadderClass, Unit


def _shown(named: Named, kind: str, text: str, *, capital: bool = False) -> tuple[Piece, ...]:
    return (Piece(text, named, kind, capital),)


# --- numbers and dates -----------------------------------------------------------------------------------------


def _price(named: Named, voice: Voice, bare: bool = False) -> tuple[Piece, ...]:
    return _shown(named, "price", numbers.price(number_of(named.fact), voice.locale, bare=bare))


def _percent(named: Named, voice: Voice, decimals: int = 1) -> tuple[Piece, ...]:
    return _shown(named, "pct", numbers.percent(number_of(named.fact), voice.locale, decimals))


def _signed(named: Named, voice: Voice, decimals: int = 1) -> tuple[Piece, ...]:
    value, locale = number_of(named.fact), voice.locale
    if named.fact.unit is Unit.FRACTION:
        text = numbers.percent(value, locale, decimals, signed=True)
    elif named.fact.unit in (Unit.SCORE, Unit.COUNT):
        text = numbers.count(value, locale, signed=True)
    else:
        text = numbers.points(value, locale, decimals, signed=True)
    return _shown(named, "signed", text)


def _points(named: Named, voice: Voice, decimals: int = 1) -> tuple[Piece, ...]:
    return _shown(named, "points", numbers.points(number_of(named.fact), voice.locale, decimals))


def _plain(name: str, write: Callable[[float, Locale], str], *, capital: bool = False) -> Say:
    """A filter that needs the value alone."""
    # Where a language counts is its own business: 二 and 兩 show one claim, whichever the other language writes.
    kind = name.removeprefix("count_")

    def say(named: Named, voice: Voice) -> tuple[Piece, ...]:
        try:
            text = write(number_of(named.fact), voice.locale)
        except ValueError as error:
            raise UnsayableError(str(error)) from None
        return _shown(named, kind, text, capital=capital)

    return say


def _plural(named: Named, voice: Voice, one: str, other: str) -> tuple[Piece, ...]:
    # The rule is asked about the number as it is shown, and count shows a whole one.
    form = babel_locale(voice.locale.babel).plural_form(round(abs(number_of(named.fact))))
    return (Piece(one if form == "one" else other),)


# --- names, sources, words ----------------------------------------------------------------------------------------


def _term_key(named: Named) -> str:
    key = named.fact.term or (named.fact.value if named.fact.unit is Unit.TEXT else "")
    if not isinstance(key, str) or not key:
        raise UnsayableError("has no name", "only a fact with a term key has one")
    return key


def _term(named: Named, voice: Voice) -> tuple[Piece, ...]:
    key = _term_key(named)
    own = in_locale(voice.names.get(key, {}), voice.locale, name=True)
    return _shown(named, "term", own or terms.term(key, voice.locale), capital=True)


def _short(named: Named, voice: Voice) -> tuple[Piece, ...]:
    key = _term_key(named)
    own = in_locale(voice.names.get(key, {}), voice.locale, name=True)
    return _shown(named, "short", own or terms.short_term(key, voice.locale), capital=True)


def _source(named: Named, voice: Voice) -> tuple[Piece, ...]:
    if named.fact.event is not None:
        return _shown(named, "source", _per_locale(named.fact.event.cited_as, voice, "cited_as"))
    facts = (named.fact, *named.fact.members)
    ids = [part for fact in facts for read in fact.inputs if read.source for part in read.source.split("+")]
    names: dict[str, None] = {}
    for source in ids:
        if source not in voice.citations:
            raise UnsayableError(f'rests on the source "{source}", which has no citation')
        names[_per_locale(voice.citations[source].name, voice, f'the name of source "{source}"')] = None
    if not names:
        raise UnsayableError("rests on no source")
    return _shown(named, "source", voice.locale.join(tuple(names)))


def _text(named: Named, voice: Voice) -> tuple[Piece, ...]:
    if named.fact.event is None:
        raise UnsayableError("is no line of news", "text belongs to events and quotes")
    event = named.fact.event
    # A quote is verbatim; news is told in the desk's words, but who it is about keeps the name that he is cited by.
    if event.speaker:
        return _shown(named, "text", _per_locale(event.text, voice, "text"))
    text = in_locale(event.text, voice.locale, kept=_names_kept(voice))
    return _shown(named, "text", _given(text, voice, "text"))


def _names_kept(voice: Voice) -> dict[str, str]:
    """Sources and a desk's own instruments as the base's texts name them → as this locale does."""
    named = (*(citation.name for citation in voice.citations.values()), *voice.names.values())
    base = voice.locale.base
    return {names[base]: in_locale(names, voice.locale, name=True) or names[base] for names in named if base in names}


def _speaker(named: Named, voice: Voice) -> tuple[Piece, ...]:
    if named.fact.event is None:
        raise UnsayableError("is no quote", "speaker belongs to quotes")
    return _shown(named, "speaker", _per_locale(named.fact.event.speaker, voice, "speaker"))


def _per_locale(texts: Mapping[str, str], voice: Voice, what: str) -> str:
    return _given(in_locale(texts, voice.locale, name=True), voice, what)


def _given(text: str | None, voice: Voice, what: str) -> str:
    if not text:
        raise UnsayableError(f"{what} is not given in {voice.locale.tag}")
    return text


def _ladder(fact: Fact) -> LadderClass:
    if fact.ladder is None:
        raise UnsayableError("has no ladder of words", "only a change is told by moved; sign picks between two words")
    return fact.ladder


def _moved(named: Named, voice: Voice, decimals: int = 1) -> tuple[Piece, ...]:
    number_of(named.fact)
    word = lexicon.moved(named.fact, _ladder(named.fact), voice.locale, decimals)
    return _shown(named, "moved", word, capital=True)


def _move_noun(named: Named, voice: Voice) -> tuple[Piece, ...]:
    number_of(named.fact)
    word = lexicon.move_noun(named.fact, _ladder(named.fact), voice.locale)
    return _shown(named, "move_noun", word, capital=True)


def _sign(named: Named, voice: Voice, up: str, down: str, flat: str = "") -> tuple[Piece, ...]:
    del voice
    value = number_of(named.fact)
    if value == 0 and not flat:
        raise UnsayableError("is zero, and sign has no third word", 'sign("up", "down", "flat")')
    word = flat if value == 0 else up if value > 0 else down
    return _shown(named, "sign", word, capital=True)


# --- lists ----------------------------------------------------------------------------------------------------------


def _names(named: Named, voice: Voice) -> tuple[Piece, ...]:
    return _woven(named, voice, _term)


def _listed(named: Named, voice: Voice, decimals: int = 2, style: str = "pct") -> tuple[Piece, ...]:
    value = _signed if style == "signed" else _percent

    def part(member: Named, voice: Voice) -> tuple[Piece, ...]:
        _require(member, FILTERS["signed" if style == "signed" else "pct"])
        if style == "moved":
            return (*_term(member, voice), Piece(" "), *_move_and_size(member, voice, decimals))
        return (*_term(member, voice), Piece(" "), *value(member, voice, decimals))

    return _woven(named, voice, part)


def _move_and_size(member: Named, voice: Voice, decimals: int) -> tuple[Piece, ...]:
    fact = member.fact
    word = _moved(member, voice, decimals)
    if lexicon.told_rung(number_of(fact), fact.unit, fact.rung, decimals):
        return (*word, Piece(" "), *_percent(member, voice, decimals))
    before, _, rest = voice.locale.lexicon.flat_move.partition("{word}")
    between, _, after = rest.partition("{value}")
    return (Piece(before), *word, Piece(between), *_signed(member, voice, decimals), Piece(after))


def _woven(named: Named, voice: Voice, part: Say) -> tuple[Piece, ...]:
    parts = members(named)
    if not parts:
        raise UnsayableError("is no list, or an empty one", f"guard it with {{% if {named.path} %}}")
    pieces: list[Piece] = []
    for place, (text, joiner) in enumerate(voice.locale.joined(tuple(member.path for member in parts))):
        pieces += [Piece(text)] if joiner else part(parts[place // 2], voice)
    return tuple(pieces)


# --- the registry -----------------------------------------------------------------------------------------------------


def _require(named: Named, used: Filter) -> None:
    """Refuse a unit that a filter can't tell; of a list, its number of members is all that has one."""
    if named.fact.members or named.stem:
        if not used.counts:
            raise UnsayableError(f"is a list, which {used.name} can't tell", "listed, names, count or words tells it")
    elif used.units is not None and named.fact.unit not in used.units:
        raise UnsayableError(f"is in {named.fact.unit}, which {used.name} can't tell", usable(named.fact.unit))


def usable(unit: Unit) -> str:
    """A hint: the filters made for a unit."""
    fitting = [name for name, used in FILTERS.items() if used.units is not None and unit in used.units]
    return f"{unit} is told by {', '.join(fitting)}" if fitting else ""


def apply(
    used: Filter, named: Named, voice: Voice, args: tuple[object, ...], options: Mapping[str, object]
) -> tuple[Piece, ...]:
    """Tell a fact.

    Raises:
        UnsayableError: the fact is missing, of a wrong unit, or lacks what the filter tells.
    """
    if used.say is None:
        raise UnsayableError(f"{used.name} picks members; listed, names, count or words tells them")
    if named.fact.value is None:
        raise UnsayableError("is missing", f"guard it with {{% if {named.path} is known %}}")
    _require(named, used)
    return used.say(named, voice, *args, **options)


def default_filter(named: Named) -> Filter:
    """How a fact is told that no filter was given for."""
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
_COUNTING = frozenset({"count", "words", "count_words", "ordinal", "plural", "source", "listed", "names"})


def _telling(name: str, say: Say, units: frozenset[Unit] | set[Unit] | None, choices: tuple[str, ...] = ()) -> Filter:
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
    "money": (numbers.money, {Unit.USD}, False),
    "level": (numbers.level, {Unit.LEVEL}, False),
    "ratio": (numbers.ratio, {Unit.RATIO, Unit.SIGMA}, False),
    "count": (numbers.count, _WHOLE, False),
    "days": (numbers.days, _WHOLE, False),
    "words": (numbers.words, _WHOLE, True),
    "count_words": (numbers.count_words, _WHOLE, True),
    "ordinal": (numbers.ordinal, _WHOLE, True),
    "hashprice": (numbers.hashprice, {Unit.HASHPRICE}, False),
    "score": (numbers.score, {Unit.SCORE}, False),
    "corr": (numbers.correlation, {Unit.CORRELATION}, False),
    "coins": (numbers.coins, {Unit.CONTRACTS}, False),
    "funding": (numbers.funding, {Unit.FRACTION}, False),
    "flow": (lexicon.flow, {Unit.USD, Unit.FRACTION}, True),
    "retraced": (lexicon.retraced, {Unit.FRACTION, Unit.RATIO}, True),
    "date": (dates.date, {Unit.INSTANT}, False),
    "date_full": (dates.date_full, {Unit.INSTANT}, False),
    "weekday": (dates.weekday, {Unit.INSTANT}, True),
    "month": (dates.month, {Unit.INSTANT}, True),
    "time": (dates.time, {Unit.INSTANT}, False),
    "date_time": (dates.date_time, {Unit.INSTANT}, False),
}

_SIGNED = {Unit.FRACTION, Unit.VOL_POINTS, Unit.BP, Unit.SIGMA, Unit.SCORE, Unit.COUNT}

#: Every filter that a phrase may use, by name.
FILTERS: Mapping[str, Filter] = MappingProxyType(
    {
        used.name: used
        for used in (
            *(
                _telling(name, _plain(name, write, capital=capital), units)
                for name, (write, units, capital) in _PLAIN.items()
            ),
            _telling("price", _price, {Unit.PRICE, Unit.LEVEL}),
            _telling("pct", _percent, {Unit.FRACTION}),
            _telling("signed", _signed, _SIGNED),
            _telling("points", _points, {Unit.VOL_POINTS, Unit.BP, Unit.SIGMA}),
            _telling("plural", _plural, _WHOLE),
            _telling("term", _term, None),
            _telling("short", _short, None),
            _telling("source", _source, None),
            _telling("text", _text, {Unit.TEXT}),
            _telling("speaker", _speaker, {Unit.TEXT}),
            _telling("moved", _moved, _NUMERIC),
            _telling("move_noun", _move_noun, _NUMERIC),
            _telling("sign", _sign, _NUMERIC),
            _telling("listed", _listed, None, ("pct", "signed", "moved")),
            _telling("names", _names, None),
            Filter("ups", None, pick=lambda named: pick(named, "ups", 1)),
            Filter("downs", None, pick=lambda named: pick(named, "downs", -1)),
            Filter("not_up", None, pick=lambda named: drop(named, "not_up", 1)),
            Filter("not_down", None, pick=lambda named: drop(named, "not_down", -1)),
            Filter("top", None, pick=lambda named: extreme(named, "top", 1)),
            Filter("bottom", None, pick=lambda named: extreme(named, "bottom", -1)),
        )
    }
)
