"""Phrase files of one locale to a book of phrases; a finding and the book to one sentence, claim by claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from zlib import crc32

from reporter.diagnostics import Diagnostic, Place
from reporter.errors import InputError
from reporter.language.filters import apply, default_filter
from reporter.language.locales import Locale
from reporter.language.spoken import Named, Piece, UnsayableError, Voice, members
from reporter.language.texts import in_locale
from reporter.language.typography import set_spaces
from reporter.model.document import Shown, Span, Words
from reporter.model.finding import Fact, Finding
from reporter.model.metric import Citation, Unit
from reporter.narrative.phrase_grammar import parse_phrases
from reporter.narrative.phrase_tree import Branch, Condition, Known, Logic, Loop, Part, Say, Text, Value, Wording

_INITIAL = re.compile(r"(?:^|[\s.(])[A-Z]\.$")


@dataclass(frozen=True, slots=True)
class SpeechContext:
    """What every sentence of a brief may use beside the finding's facts.

    Attributes:
        date: the brief's date; it turns the wordings over from day to day.
        citations: sources by id.
        asset_name: the asset's name per locale, `asset` in phrases.
        asset_symbol: its symbol, `asset_symbol`.
        asset_short: its short name per locale, `asset_short`; the name where there is none.
        names: names that the termbase lacks: term key (`instrument.nikkei`) → locale → name.
    """

    date: date
    citations: Mapping[str, Citation]
    asset_name: Mapping[str, str]
    asset_symbol: str
    asset_short: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence as it was said.

    Attributes:
        phrase: `file:line` of the wording.
        wording: its position, from 0.
        spans: the text, claims marked.
        claims: claim id, kind and fact of everything shown, in order, each id once.
    """

    phrase: str
    wording: int
    spans: tuple[Span, ...]
    claims: tuple[tuple[str, str, Fact], ...]

    @property
    def text(self) -> str:
        """The sentence as a reader sees it."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """The phrases of one locale."""

    locale: Locale
    says: Mapping[tuple[str, str], Say]

    def has(self, finding_id: str, form: str = "body") -> bool:
        """Whether the finding has that form."""
        return (finding_id, form) in self.says

    def say(
        self, finding: Finding, form: str, context: SpeechContext, link: str = "", wording: int | None = None
    ) -> Utterance:
        """Say a finding.

        Args:
            finding: what is said.
            form: body, headline, caption …
            context: the brief around it.
            link: what joins it to the sentence before, where the wording has a place for it.
            wording: which of its wordings, from 0; without it the one whose turn it is.

        Raises:
            InputError: there is no such phrase, or it asks of a fact what the fact can't give.
        """
        say = self.says.get((finding.phrase or finding.id, form))
        if say is None:
            what = f'no phrase in {self.locale.tag} for finding "{finding.id}", form "{form}"'
            raise InputError([_at(finding.rule, what)])
        place = turns(finding.id, form, context.date, len(say.wordings))[0] if wording is None else wording
        chosen = say.wordings[place]
        spoken = _Speech(self.locale, say, finding, context, link).speak(chosen)
        return _utterance(spoken, self.locale, finding.id, f"{say.file}:{chosen.line}", place)


def load_phrases(
    files: Sequence[tuple[Path, str]], locale: Locale, desk: Sequence[tuple[Path, str]] = ()
) -> PhraseBook:
    """Read the phrase files of one locale.

    Args:
        files: path as it is shown in problems, and the file's text.
        locale: the locale that they are written in.
        desk: a desk's own files. What they say is said so, whatever the others say; the rest stays.

    Raises:
        InputError: with everything that is wrong in any of the files.
    """
    problems: list[Diagnostic] = []
    says = _says(files, locale, problems) | _says(desk, locale, problems)
    if problems:
        raise InputError(problems)
    return PhraseBook(locale, MappingProxyType(says))


def _says(files: Sequence[tuple[Path, str]], locale: Locale, problems: list[Diagnostic]) -> dict[tuple[str, str], Say]:
    """What some files say, each form of a finding once."""
    says: dict[tuple[str, str], Say] = {}
    for path, source in files:
        read, found = parse_phrases(str(path), source, locale)
        problems += found
        for say in read:
            first = says.setdefault((say.finding, say.form), say)
            if first is not say:
                what = f'"{say.finding}", form "{say.form}", is said twice'
                hint = f"first at {first.file}:{first.line}; another wording follows {{% or %}}"
                problems.append(Diagnostic("phrase.duplicate", Place(say.file, say.line, say.column), what, hint))
    return says


def turns(finding_id: str, form: str, day: date, count: int) -> tuple[int, ...]:
    """The wordings that a finding may use on a day, the one whose turn it is first.

    They are split in two halves that take turns by the day, so that whatever a brief takes of its half, the next
    day's brief can't take it again: the choice needs no memory of the last brief.
    """
    if count < 2:
        return tuple(range(count))
    turn = crc32(f"{finding_id} {form}".encode()) + day.toordinal()
    half = range(turn % 2, count, 2)
    first = turn // 2 % len(half)
    return (*half[first:], *half[:first])


class _Speech:
    """One wording's evaluation."""

    def __init__(self, locale: Locale, say: Say, finding: Finding, context: SpeechContext, link: str) -> None:
        self._say = say
        self._finding = finding
        self._voice = Voice(locale, context.citations, context.names)
        name = in_locale(context.asset_name, locale, name=True) or context.asset_symbol
        self._plain = {
            "asset": name,
            "asset_short": in_locale(context.asset_short, locale, name=True) or name,
            "asset_symbol": context.asset_symbol,
            "link": link,
        }

    def speak(self, wording: Wording) -> list[Piece]:
        scope = {fact.name: Named(fact.name, fact) for fact in self._finding.facts}
        return list(self._parts(wording.body, scope))

    def _parts(self, parts: Sequence[Part], scope: Mapping[str, Named]) -> Iterable[Piece]:
        linked = False
        for part in parts:
            if isinstance(part, Text):
                # Behind a link a wording goes on in lower case; without one its first word begins the sentence.
                yield Piece(part.text, capital=linked)
            elif isinstance(part, Value):
                yield from self._told(part, scope)
            elif isinstance(part, Branch):
                bodies = (body for condition, body in part.arms if self._holds(condition, scope))
                yield from self._parts(next(bodies, part.otherwise), scope)
            else:
                yield from self._looped(part, scope)
            linked = isinstance(part, Value) and part.name == "link"

    def _looped(self, loop: Loop, scope: Mapping[str, Named]) -> Iterable[Piece]:
        for member in members(self._picked(loop.over, scope)):
            yield from self._parts(loop.body, {**scope, loop.target: member})

    def _told(self, value: Value, scope: Mapping[str, Named]) -> tuple[Piece, ...]:
        if value.name in self._plain and value.name not in scope:
            if value.calls:
                raise self._problem("phrase.name-as-fact", value, "is a name", "it is printed without a filter")
            return (Piece(self._plain[value.name], capital=True),)
        named = self._picked(value, scope)
        last = value.calls[-1] if value.calls and value.calls[-1].used.pick is None else None
        try:
            if named.fact.value is None:
                raise UnsayableError("is missing", f"guard it with {{% if {named.path} is known %}}")
            if last is None:
                return apply(default_filter(named), named, self._voice, (), {})
            return apply(last.used, named, self._voice, last.args, dict(last.options))
        except UnsayableError as error:
            raise self._problem("phrase.unsayable", value, error.what, error.hint) from None

    def _picked(self, value: Value, scope: Mapping[str, Named]) -> Named:
        if value.name not in scope:
            raise self._problem("phrase.unknown-fact", value, "is not in this finding", "facts are given in the rule")
        named = scope[value.name]
        try:
            for call in value.calls:
                named = call.used.pick(named) if call.used.pick else named
        except UnsayableError as error:
            raise self._problem("phrase.unsayable", value, error.what, error.hint) from None
        return named

    def _holds(self, condition: Condition, scope: Mapping[str, Named]) -> bool:
        if isinstance(condition, Known):
            named = self._picked(Value(condition.line, condition.name, (), condition.column), scope)
            return (named.fact.value is not None) is condition.known
        if isinstance(condition, Logic):
            # Lazily, so that `x is known and x|ups` never asks a missing fact for its members.
            holds = (self._holds(part, scope) for part in condition.parts)
            if condition.operator == "not":
                return not next(holds)
            return all(holds) if condition.operator == "and" else any(holds)
        return self._true(condition, scope)

    def _true(self, value: Value, scope: Mapping[str, Named]) -> bool:
        named = self._picked(value, scope)
        if named.fact.value is None:
            raise self._problem(
                "phrase.unguarded-fact", value, "is missing", f"ask first whether {value.name} is known"
            )
        if named.fact.members or named.stem or not named.fact.value:
            # An empty list counts no members, so its value is zero as well.
            return bool(named.fact.members)
        if named.fact.unit in (Unit.BOOL, Unit.COUNT):
            return True
        raise self._problem(
            "phrase.unguarded-fact",
            value,
            "is no list, no count and not true or false",
            f"ask whether {value.name} is known",
        )

    def _problem(self, code: str, value: Value, what: str, hint: str = "") -> InputError:
        text = f'finding "{self._finding.id}", fact "{value.name}": {what}'
        return InputError([Diagnostic(code, Place(self._say.file, value.line, value.column), text, hint)])


def _utterance(pieces: Sequence[Piece], locale: Locale, finding_id: str, phrase: str, wording: int) -> Utterance:
    spans: list[Span] = []
    claims: dict[str, tuple[str, str, Fact]] = {}
    claimed = [piece.of is not None for piece in pieces]
    runs = set_spaces([piece.text for piece in pieces], claimed, han=locale.han_spacing)
    said = ""
    for place, run in runs:
        piece = Piece("") if place is None else pieces[place]
        text = run[:1].upper() + run[1:] if locale.capitalise and piece.capital and _begins(said) else run
        said += text
        if piece.of is None:
            _add_words(spans, text)
            continue
        claim = f"{finding_id}:{piece.of.path}#{piece.kind}"
        spans.append(Shown(claim, text))
        claims.setdefault(claim, (claim, piece.kind, piece.of.fact))
    return Utterance(phrase, wording, tuple(spans), tuple(claims.values()))


def _add_words(spans: list[Span], text: str) -> None:
    last = spans[-1] if spans else None
    if isinstance(last, Words):
        spans[-1] = Words(last.text + text)
    else:
        spans.append(Words(text))


def _begins(said: str) -> bool:
    """Whether a sentence begins here: at the start, or after a stop that doesn't end an initial (U.S.)."""
    before = said.rstrip(" ”’\"')")
    return not before or (before[-1] in ".!?" and said[-1:] == " " and not _INITIAL.search(before))


def _at(place: str, what: str) -> Diagnostic:
    return Diagnostic("phrase.missing", Place.read(place), what)
