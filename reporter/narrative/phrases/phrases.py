"""Phrase files of one locale → a phrase book; a finding and the book → one sentence with its claims."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from zlib import crc32

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError
from reporter.language.filter_contract import NamedFact, SentencePart, UnsayableError, Voice, list_members
from reporter.language.filters import apply_filter, default_filter
from reporter.language.locales import Locale
from reporter.language.relating_words import RELATION, find_names, find_relating_words
from reporter.language.texts import text_in_locale
from reporter.language.typography import set_spaces
from reporter.model.document import ClaimSpan, LiteralSpan, Span
from reporter.model.finding import Fact, Finding
from reporter.model.metric import Citation, Unit
from reporter.narrative.phrases.phrase_grammar import parse_phrases
from reporter.narrative.phrases.phrase_tree import (
    Branch,
    Condition,
    FactValue,
    KnownTest,
    LogicalCondition,
    Loop,
    Part,
    PhraseText,
    Say,
    Wording,
)
from reporter.narrative.phrases.wording_relations import choose_relation, find_needed_relations, find_true_names

#: Forms that are a clause of a sentence which another finding begins.
_CLAUSES = frozenset({"beside"})
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
class Joint:
    """What joins a sentence to one before it: a conjunction (`but `), and the relation that it asserts."""

    text: str
    relation: Fact


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence with its claims.

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
    """The phrases of one locale.

    Attributes:
        base: of a regional edition, the book that it was made of: it says everything in the same wordings.
    """

    locale: Locale
    says: Mapping[tuple[str, str], Say]
    base: PhraseBook | None = None

    def has_phrase(self, finding_id: str, form: str = "body") -> bool:
        """Return whether the finding has a phrase of that form."""
        return (finding_id, form) in self.says

    def say_finding(
        self,
        finding: Finding,
        form: str,
        context: SpeechContext,
        joint: Joint | None = None,
        wording: int | None = None,
    ) -> Utterance:
        """Write the sentence of a finding in one of its wordings.

        Args:
            finding: what is said.
            form: body, headline, caption …
            context: the brief around it.
            joint: what joins it to a sentence before, where the wording has a place for it.
            wording: which of its wordings, from 0; without it the one whose turn it is.

        Raises:
            InputError: there is no such phrase, or it asks of a fact what the fact can't give.
        """
        say = self._find_say(finding, form)
        place = self.rotate_wordings(finding, form, context.date)[0] if wording is None else wording
        chosen = say.wordings[place]
        evaluation = _WordingEvaluation(self.locale, say, finding, context, joint)
        starts = form not in _CLAUSES
        spoken = _set_pieces(evaluation.evaluate_wording(chosen), self.locale, starts=starts)
        made = _build_utterance(spoken, finding.id, f"{say.file}:{chosen.line}", place)
        # Most wordings have no relating word, and then none of their sentences is read for any; "since" of a fact's
        # own date is a filter's word, and the finding has a relation for it.
        relations = (*finding.relations, joint.relation) if joint is not None else finding.relations
        related = chosen.uses or relations
        return _mark_relations(made, spoken, finding.id, relations, self.locale, evaluation.names) if related else made

    def rotate_wordings(self, finding: Finding, form: str, day: date) -> tuple[int, ...]:
        """Return the wordings of a finding that may be told on a day, the preferred one first.

        A rule's wordings take turns on the days on which it holds, so that what comes every few days goes through all
        of them. Those of its half that assert a relation which isn't true are left out; where none of the half is left,
        the other half's stand in. A rule that didn't hold the day before has the other half's behind its own.

        Args:
            finding: what is said.
            form: of the phrase.
            day: the brief's date.

        Raises:
            InputError: there is no such phrase, or none of its wordings may be told.
        """
        say = self._find_say(finding, form)
        turn = _rotate_by_facts(say, finding.id, form, date.fromordinal(finding.turn) if finding.turn else day)
        if finding.rule and finding.days == 1:
            # The day before didn't say it, so that what was that day's half stands behind the own one.
            shown = say.wordings[turn[0]].facts
            turn += tuple(place for place, one in enumerate(say.wordings) if one.facts == shown and place not in turn)
        if not any(wording.uses for wording in say.wordings):
            return turn
        true = list_tellable_wordings(say, finding)
        told = tuple(place for place in turn if place in true) or tuple(place for place in true if place not in turn)
        if not told:
            what = f'"{finding.id}" ({form}): every wording asserts a relation that is not true on {day}'
            hint = "give it a wording without a relating word"
            raise InputError([Diagnostic("phrase.no-fallback", Place(say.file, say.line, say.column), what, hint)])
        return told

    def _find_say(self, finding: Finding, form: str) -> Say:
        say = self.says.get((finding.phrase or finding.id, form))
        if say is None:
            what = f'no phrase in {self.locale.tag} for finding "{finding.id}", form "{form}"'
            raise InputError([_make_missing_phrase(finding.rule, what)])
        return say


def load_phrases(
    files: Sequence[tuple[Path, str]], locale: Locale, above: Sequence[Sequence[tuple[Path, str]]] = ()
) -> PhraseBook:
    """Read the phrase files of one locale.

    Args:
        files: path as it is shown in problems, and the file's text.
        locale: the locale that they are written in.
        above: files of each layer above, the lowest first: what they say is said so, whatever those under them say; the
            rest stays.

    Raises:
        InputError: with everything that is wrong in any of the files.
    """
    problems: list[Diagnostic] = []
    says = _read_says(files, locale, problems)
    for layer in above:
        says |= _read_says(layer, locale, problems)
    if problems:
        raise InputError(problems)
    return PhraseBook(locale, MappingProxyType(says))


def _read_says(
    files: Sequence[tuple[Path, str]], locale: Locale, problems: list[Diagnostic]
) -> dict[tuple[str, str], Say]:
    """Read phrase files into (finding, form) → say; a second say of the same key is a diagnostic."""
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


def list_tellable_wordings(say: Say, finding: Finding) -> tuple[int, ...]:
    """List the wordings of a phrase whose relations are all true, by position.

    Args:
        say: the phrase.
        finding: what it says.
    """
    names = frozenset(fact.name for fact in finding.relations)
    return tuple(
        place
        for place, wording in enumerate(say.wordings)
        if not wording.uses or all(map(finding.holds, find_needed_relations(wording, names)))
    )


def _rotate_by_facts(say: Say, finding_id: str, form: str, day: date) -> tuple[int, ...]:
    """Return the wordings of a phrase that show the facts whose turn it is on a day, the preferred one first.

    A sentence shows the same facts in every language. Where a phrase's wordings show different ones, which of them are
    shown is chosen by the day alone, so that languages with the same sets of facts agree; then the wordings of that set
    take turns.
    """
    sets = sorted({wording.facts for wording in say.wordings})
    chosen = sets[(crc32(f"{finding_id} {form} facts".encode()) + day.toordinal()) % len(sets)]
    places = [place for place, wording in enumerate(say.wordings) if wording.facts == chosen]
    # A set has its turn on every so-manieth day, and its wordings on its own days.
    turn = date.fromordinal(max(1, day.toordinal() // len(sets)))
    return tuple(places[at] for at in rotate_wordings(finding_id, form, turn, len(places)))


def rotate_wordings(finding_id: str, form: str, day: date, count: int) -> tuple[int, ...]:
    """Return the wordings that a finding may use on a day, the preferred one first.

    They are split in two halves that take turns by the day, so that whatever a brief takes of its half, the next
    day's brief can't take it again: the choice needs no memory of the last brief.

    Args:
        finding_id: the finding's id.
        form: the phrase's form.
        day: the brief's date.
        count: how many wordings there are.
    """
    if count < 2:
        return tuple(range(count))
    turn = crc32(f"{finding_id} {form}".encode()) + day.toordinal()
    half = range(turn % 2, count, 2)
    first = turn // 2 % len(half)
    return (*half[first:], *half[:first])


class _WordingEvaluation:
    """The evaluation of one wording for one finding."""

    def __init__(self, locale: Locale, say: Say, finding: Finding, context: SpeechContext, joint: Joint | None) -> None:
        self._say = say
        self._finding = finding
        self._voice = Voice(locale, context.citations, context.names)
        name = text_in_locale(context.asset_name, locale, name=True) or context.asset_symbol
        self._plain = {
            "asset": name,
            "asset_short": text_in_locale(context.asset_short, locale, name=True) or name,
            "asset_symbol": context.asset_symbol,
            "link": joint.text if joint is not None else "",
        }
        self._relations = frozenset(fact.name for fact in finding.relations)
        self._joined = frozenset({joint.relation.name}) if joint is not None else frozenset[str]()

    @property
    def names(self) -> tuple[str, ...]:
        """The asset's names, whose words say nothing."""
        return tuple(text for name, text in self._plain.items() if name != "link")

    def evaluate_wording(self, wording: Wording) -> list[SentencePart]:
        facts = (*self._finding.relations, *self._finding.facts)
        scope = {fact.name: NamedFact(fact.name, fact) for fact in facts}
        return list(self._evaluate_parts(wording.body, scope, frozenset()))

    def _evaluate_parts(
        self, parts: Sequence[Part], scope: Mapping[str, NamedFact], asked: frozenset[str]
    ) -> Iterable[SentencePart]:
        linked = False
        for part in parts:
            if isinstance(part, PhraseText):
                # Behind a link a wording goes on in lower case; without one its first word begins the sentence.
                yield SentencePart(part.text, capital=linked, asked=asked)
            elif isinstance(part, FactValue):
                yield from self._evaluate_value(part, scope)
            elif isinstance(part, Branch):
                body, true = self._choose_arm(part, scope)
                yield from self._evaluate_parts(body, scope, asked | true)
            else:
                yield from self._evaluate_loop(part, scope, asked)
            linked = isinstance(part, FactValue) and part.name == "link"

    def _choose_arm(self, branch: Branch, scope: Mapping[str, NamedFact]) -> tuple[Sequence[Part], frozenset[str]]:
        """Choose the first arm whose condition holds, and the names that are true in it."""
        true: frozenset[str] = frozenset()
        for condition, body in branch.arms:
            if self._evaluate_condition(condition, scope):
                return body, true | find_true_names(condition, holds=True)
            true |= find_true_names(condition, holds=False)
        return branch.otherwise, true

    def _evaluate_loop(
        self, loop: Loop, scope: Mapping[str, NamedFact], asked: frozenset[str]
    ) -> Iterable[SentencePart]:
        for member in list_members(self._pick_fact(loop.over, scope)):
            yield from self._evaluate_parts(loop.body, {**scope, loop.target: member}, asked)

    def _evaluate_value(self, value: FactValue, scope: Mapping[str, NamedFact]) -> tuple[SentencePart, ...]:
        if value.name in self._plain and value.name not in scope:
            if value.calls:
                raise self._make_input_error(
                    "phrase.name-as-fact", value, "is a name", "it is printed without a filter"
                )
            asked = self._joined if value.name == "link" else frozenset[str]()
            return (SentencePart(self._plain[value.name], capital=True, asked=asked),)
        named = self._pick_fact(value, scope)
        last = value.calls[-1] if value.calls and value.calls[-1].used.pick is None else None
        try:
            if named.fact.value is None:
                raise UnsayableError("is missing", f"guard it with {{% if {named.path} is known %}}")
            if last is None:
                return apply_filter(default_filter(named), named, self._voice, (), {})
            return apply_filter(last.used, named, self._voice, last.args, dict(last.options))
        except UnsayableError as error:
            raise self._make_input_error("phrase.unsayable", value, error.what, error.hint) from None

    def _pick_fact(self, value: FactValue, scope: Mapping[str, NamedFact]) -> NamedFact:
        if value.name not in scope:
            raise self._make_input_error(
                "phrase.unknown-fact", value, "is not in this finding", "facts are given in the rule"
            )
        named = scope[value.name]
        try:
            for call in value.calls:
                named = call.used.pick(named) if call.used.pick else named
        except UnsayableError as error:
            raise self._make_input_error("phrase.unsayable", value, error.what, error.hint) from None
        return named

    def _evaluate_condition(self, condition: Condition, scope: Mapping[str, NamedFact]) -> bool:
        if isinstance(condition, KnownTest):
            named = self._pick_fact(FactValue(condition.line, condition.name, (), condition.column), scope)
            return (named.fact.value is not None) is condition.known
        if isinstance(condition, LogicalCondition):
            # Lazily, so that `x is known and x|ups` never asks a missing fact for its members.
            holds = (self._evaluate_condition(part, scope) for part in condition.parts)
            if condition.operator == "not":
                return not next(holds)
            return all(holds) if condition.operator == "and" else any(holds)
        return self._is_true(condition, scope)

    def _is_true(self, value: FactValue, scope: Mapping[str, NamedFact]) -> bool:
        named = self._pick_fact(value, scope)
        if value.name in self._relations:
            # What can't be known is not true.
            return named.fact.value == 1.0
        if named.fact.value is None:
            raise self._make_input_error(
                "phrase.unguarded-fact", value, "is missing", f"ask first whether {value.name} is known"
            )
        if named.fact.members or named.stem or not named.fact.value:
            # An empty list counts no members, so its value is zero as well.
            return bool(named.fact.members)
        if named.fact.unit in (Unit.BOOL, Unit.COUNT):
            return True
        raise self._make_input_error(
            "phrase.unguarded-fact",
            value,
            "is no list, no count and not true or false",
            f"ask whether {value.name} is known",
        )

    def _make_input_error(self, code: str, value: FactValue, what: str, hint: str = "") -> InputError:
        text = f'finding "{self._finding.id}", fact "{value.name}": {what}'
        return InputError([Diagnostic(code, Place(self._say.file, value.line, value.column), text, hint)])


def _set_pieces(
    pieces: Sequence[SentencePart], locale: Locale, *, starts: bool
) -> tuple[tuple[SentencePart, str], ...]:
    """Set the spaces and capitals of a sentence: each piece with its text as a reader sees it."""
    claimed = [piece.of is not None for piece in pieces]
    runs = set_spaces([piece.text for piece in pieces], claimed, han=locale.han_spacing)
    found, said = [], ""
    for place, run in runs:
        piece = SentencePart("") if place is None else pieces[place]
        begins = locale.capitalise and piece.capital and _is_sentence_start(said) and (starts or bool(said))
        text = run[:1].upper() + run[1:] if begins else run
        said += text
        found.append((piece, text))
    return tuple(found)


def _build_utterance(
    pieces: Sequence[tuple[SentencePart, str]], finding_id: str, phrase: str, wording: int
) -> Utterance:
    spans: list[Span] = []
    claims: dict[str, tuple[str, str, Fact]] = {}
    for piece, text in pieces:
        if piece.of is None:
            _add_words(spans, text)
            continue
        claim = f"{finding_id}:{piece.of.path}#{piece.kind}"
        spans.append(ClaimSpan(claim, text))
        claims.setdefault(claim, (claim, piece.kind, piece.of.fact))
    return Utterance(phrase, wording, tuple(spans), tuple(claims.values()))


def _mark_relations(
    said: Utterance,
    pieces: Sequence[tuple[SentencePart, str]],
    finding_id: str,
    relations: Sequence[Fact],
    locale: Locale,
    names: Sequence[str],
) -> Utterance:
    """Mark each relating word of a sentence with the claim of the relation that bears it out.

    Args:
        said: the sentence.
        pieces: what it is made of, with what the branches around each ask for.
        finding_id: of what it says.
        relations: what its words may assert.
        locale: it is said in.
        names: of the asset, whose words say nothing.
    """
    text = said.text
    if text.endswith(("?", "？")):
        return said
    ends = list(accumulate(len(span.text) for span in said.spans))
    shown = [
        (end - len(span.text), end) for span, end in zip(said.spans, ends, strict=True) if isinstance(span, ClaimSpan)
    ]
    words = find_relating_words(text, locale, (*shown, *find_names(text, names)))
    by_name = {fact.name: fact for fact in relations}
    borders = list(accumulate(len(part) for _, part in pieces))
    claims, marks = {}, []
    for word in words:
        around = pieces[bisect_right(borders, word.start)][0].asked
        name = choose_relation(word.kind, around, by_name)
        claim = f"{finding_id}:{name}#{RELATION}" if name else ""
        marks.append((word.start, word.end, claim))
        if name:
            claims[claim] = (claim, RELATION, by_name[name])
    spans = tuple(_mark_span(span, end - len(span.text), marks) for span, end in zip(said.spans, ends, strict=True))
    return replace(said, spans=spans, claims=(*said.claims, *claims.values()))


def _mark_span(span: Span, start: int, marks: Sequence[tuple[int, int, str]]) -> Span:
    own = tuple((at - start, end - start, claim) for at, end, claim in marks if start <= at < start + len(span.text))
    return replace(span, relating=own) if own and isinstance(span, LiteralSpan) else span


def _add_words(spans: list[Span], text: str) -> None:
    last = spans[-1] if spans else None
    if isinstance(last, LiteralSpan):
        spans[-1] = LiteralSpan(last.text + text)
    else:
        spans.append(LiteralSpan(text))


def _is_sentence_start(said: str) -> bool:
    """Whether a sentence begins here: at the start, or after a stop that doesn't end an initial (U.S.)."""
    before = said.rstrip(" ”’\"')")
    return not before or (before[-1] in ".!?" and said[-1:] == " " and not _INITIAL.search(before))


def _make_missing_phrase(place: str, what: str) -> Diagnostic:
    return Diagnostic("phrase.missing", Place.from_text(place), what)
