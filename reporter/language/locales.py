"""Locale settings: `locales/<tag>.toml` in, a frozen `Locale` out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from babel import Locale as BabelLocale
from babel import UnknownLocaleError

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.language.inherited_settings import inherit_settings, read_regional_edition, read_settings
from reporter.language.regional_editions import RegionalEdition
from reporter.language.settings import Settings
from reporter.model.metric import LadderClass


@dataclass(frozen=True, slots=True)
class NumberScale:
    """A round magnitude of large amounts, `{n}` standing for the number before it.

    Attributes:
        at: the amount from which it is used.
        money: with the currency, or empty where running text writes full digits.
        bare: without the currency, or empty likewise.
        tick: as short as an axis needs it.
        decimals: how many decimals are kept even when they are zero.
    """

    at: int
    money: str
    bare: str
    tick: str
    decimals: int


@dataclass(frozen=True, slots=True)
class CurrencyStyle:
    """How prices are written in currencies other than the US dollar.

    Attributes:
        pattern: `{n}` with the currency's `{symbol}` or `{name}` around it; a symbol of letters stands apart.
        points: `{n}` of an index, which has no currency.
        names: names of currencies, by code, where CLDR's is not what readers say.
    """

    pattern: str
    points: str
    names: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class PriceStyle:
    """How prices of the asset are written.

    Attributes:
        pattern: `{n}` with the currency around it; that of `numbers.currency` where empty.
        places: decimals of prices from 1 to 1,000; none are written from there on.
        digits: significant digits at any size, as of exchange rates; 0 where size and `places` decide.
        tick: decimals at any size; None where size decides.
    """

    pattern: str = ""
    places: int = 2
    digits: int = 0
    tick: int | None = None


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written; separators come from CLDR.

    Attributes:
        minus, plus: signs.
        percent, currency, hashprice: `{n}` with the unit around it.
        tick: an amount below every scale on an axis.
        nearly, over: a rounded amount that the true one is below, or above.
        scales: largest first.
        words: small whole numbers as words, from zero.
        counting: the same before a measure word.
        ordinals: small ordinals, from the first.
        ordinal_forms: CLDR plural form → pattern of larger ordinals.
        currencies: how other currencies are written.
        price: how prices of the asset are; in US dollars until a desk says otherwise.
    """

    minus: str
    plus: str
    percent: str
    currency: str
    hashprice: str
    tick: str
    nearly: str
    over: str
    scales: tuple[NumberScale, ...]
    words: tuple[str, ...]
    counting: tuple[str, ...]
    ordinals: tuple[str, ...]
    ordinal_forms: Mapping[str, str] = field(hash=False)
    currencies: CurrencyStyle
    price: PriceStyle = PriceStyle()


@dataclass(frozen=True, slots=True)
class DateStyle:
    """CLDR patterns of dates and times in UTC, and of ticks on a time axis."""

    date: str
    date_full: str
    weekday: str
    month: str
    month_year: str
    time: str
    date_time: str
    tick_time: str
    tick_date: str
    tick_month: str


@dataclass(frozen=True, slots=True)
class Joiners:
    """What stands between the parts of a list, before the last one, and between two statements on one line."""

    middle: str
    last: str
    stop: str
    clause: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Words that tell a move: `up` and `down` from rung 1 to rung 4, `flat` and `unchanged` for rung 0.

    Attributes:
        flat, unchanged: for a move that is shown as zero, and for none.
        up, down: verbs in the past tense.
        flat_now, up_now, down_now: the same in the present tense, for headlines.
        flat_noun, up_nouns, down_nouns: nouns.
        sizes: least sizes of the rungs 2 to 4, as fractions, where readers expect a word to mean a size; empty where
            a move is ranked in its own history.
    """

    flat: str
    unchanged: str
    up: tuple[str, ...]
    down: tuple[str, ...]
    flat_now: str
    up_now: tuple[str, ...]
    down_now: tuple[str, ...]
    flat_noun: str
    up_nouns: tuple[str, ...]
    down_nouns: tuple[str, ...]
    sizes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Since when a reading is the most extreme.

    Attributes:
        since: of the last one as extreme, with `{date}`.
        not_since: the same where it begins a sentence: "not since … had".
        record: of what has never been, in data that a market's own history fills.
        ever: of what happens for the first time there.
        data: of what has never been in data that begin at a `{date}`.
        not_data: the same where it begins a sentence.
        dated_record: of a record, with the `{date}` that the data go back to.
        not_record: the same where it begins a sentence.
        months: of what happens for the first time in data of a few months, with their `{count}`.
        years: of what happens for the first time in data of some years, with their `{count}`.
    """

    since: str
    not_since: str
    record: str
    ever: str
    data: str
    not_data: str
    dated_record: str
    not_record: str
    months: str
    years: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The evaluative words of a locale.

    Attributes:
        ladders: words of moves, by class.
        inflow, outflow, no_flow: nouns that carry a flow's sign.
        retraced: part of, most of, all of.
        flat_move: how a listed value stands beside the word for no move, with `{word}` and `{value}`.
        contrasts: what may begin a sentence that points the other way than the one before it, as `but `.
        reach: since when a reading is the most extreme, with `{date}`; see `Reach`.
    """

    ladders: Mapping[LadderClass, Ladder] = field(hash=False)
    inflow: str
    outflow: str
    no_flow: str
    retraced: tuple[str, ...]
    flat_move: str
    contrasts: tuple[str, ...]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Locale:
    """Everything that writing in one locale needs.

    Attributes:
        tag: BCP 47 tag, as on the command line and in file names.
        babel: Babel's identifier of the locale.
        lang: value of HTML's lang attribute.
        name: what its readers call the language, for links to it; its tag where its file doesn't say.
        folder: where the locale, the termbase and the catalogues lie.
        rise_is_red: whether rising figures are red.
        han_spacing: whether a space stands between Han and Latin, and none elsewhere beside Han.
        capitalise: whether a sentence begins with a capital.
        script: `latin`, `traditional` or `simplified`: how wide its letters are, where its lines break, and which
            characters are none of its own.
        letters: the region whose forms of letters it wants, as the families of Noto CJK name it.
        invented_asset, invented_source: what sentences of rules' cases call the asset and the source.
        joiners, numbers, dates, lexicon: see there.
        edition: how its texts are made from another locale's; None where it is written natively.
    """

    tag: str
    babel: str
    lang: str
    name: str
    folder: Path
    rise_is_red: bool
    han_spacing: bool
    capitalise: bool
    script: str
    letters: str
    invented_asset: str
    invented_source: str
    joiners: Joiners
    numbers: NumberStyle
    dates: DateStyle
    lexicon: Lexicon
    edition: RegionalEdition | None = None

    @property
    def is_han(self) -> bool:
        """Whether it is written in Han characters."""
        return self.script != "latin"

    @property
    def base(self) -> str:
        """Tag of the locale whose phrases it uses: its own, or the one it is derived from."""
        return self.edition.base if self.edition else self.tag

    def __repr__(self) -> str:
        return f"Locale({self.tag!r})"

    def join(self, parts: tuple[str, ...]) -> str:
        """The parts as a list in prose."""
        return "".join(text for text, _ in self.interleave_joiners(parts))

    def interleave_joiners(self, parts: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
        """The parts and joiners in order; True marks a joiner."""
        woven: list[tuple[str, bool]] = []
        for place, part in enumerate(parts):
            if place:
                woven.append((self.joiners.last if place == len(parts) - 1 else self.joiners.middle, True))
            woven.append((part, False))
        return tuple(woven)


#: What a locale can be written in, and the regions that have letter forms of their own.
SCRIPTS = ("latin", "traditional", "simplified")
LETTERS = ("TC", "SC", "HK", "KR", "JP")


def available_locales(folder: Path) -> tuple[str, ...]:
    """Tags of the locales in a folder, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def explain_unknown_locale(tag: str, folder: Path) -> tuple[str, str]:
    """Say that a locale is unknown, and name the one that is meant, or those that are known: what, hint."""
    known = available_locales(folder)
    return f'unknown locale "{tag}"', did_you_mean(tag, known) or f"known locales: {', '.join(known) or 'none'}"


@cache
def load_locale(tag: str, folder: Path) -> Locale:
    """Read one locale's settings.

    Args:
        tag: BCP 47 tag, `zh-Hant`.
        folder: the folder of all locales.

    Raises:
        InputError: the tag is unknown, or its file is wrong.
    """
    known = available_locales(folder)
    if tag not in known:
        raise InputError([Diagnostic("locale.unknown", Place(str(folder)), *explain_unknown_locale(tag, folder))])
    path = folder / f"{tag}.toml"
    file = read_settings(path)
    edition = read_regional_edition(file, tag, known)
    if edition is not None:
        # What is wrong with the base is told of its own file, and not of each that is derived from it.
        load_locale(edition.base, folder)
    top = Settings(
        str(path), file.values if edition is None else inherit_settings(file, edition), positions=file.positions
    )
    cases = top.get_table("cases")
    locale = Locale(
        tag=top.get_text("tag"),
        babel=top.get_text("babel"),
        lang=top.get_text("lang"),
        name=top.get_text("name", tag),
        folder=folder,
        rise_is_red=top.get_flag("rise_is_red"),
        han_spacing=top.get_flag("han_spacing"),
        capitalise=top.get_flag("capitalise"),
        script=top.get_choice("script", SCRIPTS),
        letters=top.get_choice("letters", LETTERS),
        invented_asset=cases.get_text("asset"),
        invented_source=cases.get_text("source"),
        joiners=_read_joiners(top.get_table("list")),
        numbers=_read_number_style(top.get_table("numbers")),
        dates=_read_date_style(top.get_table("dates")),
        lexicon=_read_lexicon(top.get_table("lexicon")),
        edition=edition,
    )
    if locale.tag not in ("", tag):
        top.add_diagnostic(f'tag is "{locale.tag}" in the file of "{tag}"', "", "tag")
    if not _is_babel_locale(locale.babel):
        top.add_diagnostic(
            f'babel = "{locale.babel}" is no locale that Babel knows', "it is written with underscores", "babel"
        )
    top.close()
    return locale


@cache
def find_locale_of(lang: str, folder: Path) -> Locale:
    """Find the locale of a page's language: its own, that of the nearest parent, or that of Latin letters.

    Args:
        lang: value of HTML's lang attribute.
        folder: the folder of all locales.
    """
    known = {locale.lang: locale for locale in (load_locale(tag, folder) for tag in available_locales(folder))}
    parts = lang.split("-")
    nearest = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    found = next((known[tag] for tag in nearest if tag in known), None)
    return found or next(locale for locale in known.values() if not locale.is_han)


@cache
def babel_locale(identifier: str) -> BabelLocale:
    """Babel's locale of that identifier; parsed once, because Babel parses on every call."""
    return BabelLocale.parse(identifier)


def _is_babel_locale(identifier: str) -> bool:
    try:
        babel_locale(identifier)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _read_joiners(table: Settings) -> Joiners:
    return Joiners(
        middle=table.get_text("middle"),
        last=table.get_text("last"),
        stop=table.get_text("stop"),
        clause=table.get_text("clause"),
    )


def _read_number_style(table: Settings) -> NumberStyle:
    scales = tuple(
        NumberScale(
            at=row.get_integer("at"),
            money=row.get_text("money", ""),
            bare=row.get_text("bare", ""),
            tick=row.get_text("tick"),
            decimals=row.get_integer("decimals", 0),
        )
        for row in table.get_tables("scales")
    )
    forms, currencies = table.get_table("ordinal_forms"), table.get_table("currencies")
    names = currencies.get_table("names")
    return NumberStyle(
        minus=table.get_text("minus"),
        plus=table.get_text("plus"),
        percent=table.get_pattern("percent"),
        currency=table.get_pattern("currency"),
        hashprice=table.get_pattern("hashprice"),
        tick=table.get_pattern("tick"),
        nearly=table.get_pattern("nearly"),
        over=table.get_pattern("over"),
        scales=tuple(sorted(scales, key=lambda scale: -scale.at)),
        words=table.get_texts("words"),
        counting=table.get_texts("counting"),
        ordinals=table.get_texts("ordinals"),
        ordinal_forms=MappingProxyType({name: forms.get_pattern(name) for name in forms.list_keys()}),
        currencies=CurrencyStyle(
            pattern=currencies.get_pattern("pattern"),
            points=currencies.get_pattern("points"),
            names=MappingProxyType({code: names.get_text(code) for code in names.list_keys()}),
        ),
    )


def _read_date_style(table: Settings) -> DateStyle:
    return DateStyle(**{name: table.get_text(name) for name in DateStyle.__slots__})


def _read_lexicon(table: Settings) -> Lexicon:
    ladders: dict[LadderClass, Ladder] = {name: _read_ladder(table.get_table(name)) for name in get_args(LadderClass)}
    return Lexicon(
        ladders=MappingProxyType(ladders),
        inflow=table.get_text("inflow"),
        outflow=table.get_text("outflow"),
        no_flow=table.get_text("no_flow"),
        retraced=table.get_texts("retraced", 3),
        flat_move=table.get_text("flat_move"),
        contrasts=table.get_texts("contrasts"),
        reach=_read_reach(table.get_table("reach")),
    )


def _read_reach(table: Settings) -> Reach:
    return Reach(**{name: table.get_text(name) for name in Reach.__slots__})


def _read_ladder(table: Settings) -> Ladder:
    flat, up, down = table.get_text("flat"), table.get_texts("up", 4), table.get_texts("down", 4)
    return Ladder(
        flat=flat,
        unchanged=table.get_text("unchanged"),
        up=up,
        down=down,
        # A language without tenses says both in the same words.
        flat_now=table.get_text("flat_now", flat),
        up_now=table.get_texts("up_now", 4, up),
        down_now=table.get_texts("down_now", 4, down),
        flat_noun=table.get_text("flat_noun"),
        up_nouns=table.get_texts("up_nouns", 4),
        down_nouns=table.get_texts("down_nouns", 4),
        sizes=table.get_sizes("sizes", 3),
    )
