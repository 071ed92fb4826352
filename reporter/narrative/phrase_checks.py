"""What can be wrong between phrases, rules and locales, found before a run rather than by a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reporter.diagnostics import Diagnostic, Place, did_you_mean
from reporter.language.filters import usable
from reporter.model.metric import Unit
from reporter.narrative.phrase_tree import Branch, Condition, Known, Logic, Loop, Part, Say, Value, Wording
from reporter.narrative.phrases import PhraseBook

#: Names that every phrase knows beside the facts of its rule.
KNOWN_NAMES = frozenset({"asset", "asset_short", "asset_symbol", "link"})


def check_phrases(
    books: Sequence[PhraseBook],
    facts_of: Mapping[str, frozenset[str]],
    optional_of: Mapping[str, frozenset[str]] | None = None,
    units_of: Mapping[str, Mapping[str, Unit]] | None = None,
) -> tuple[Diagnostic, ...]:
    """Compare phrases with the rules they speak for, and the locales with each other.

    Args:
        books: one a locale.
        facts_of: rule id → names of its facts; every rule is a key.
        optional_of: rule id → facts that may be missing, which need a guard.
        units_of: rule id → fact → unit, as far as units are known; lists are left out.

    Returns:
        Every problem, in the order of the books.
    """
    problems: list[Diagnostic] = []
    for book in books:
        for say in book.says.values():
            if say.finding not in facts_of:
                what = f'phrase for the unknown rule "{say.finding}"'
                problems.append(
                    Diagnostic(
                        "phrase.unknown-rule",
                        Place(say.file, say.line, say.column),
                        what,
                        did_you_mean(say.finding, facts_of),
                    )
                )
                continue
            optional = (optional_of or {}).get(say.finding, frozenset())
            units = (units_of or {}).get(say.finding, {})
            problems += _Check(say, facts_of[say.finding], optional, units).problems()
    problems += _unequal(books)
    return tuple(problems)


def facts_used(say: Say) -> tuple[frozenset[str], ...]:
    """Names of the facts that each wording may print, wording by wording."""
    return tuple(frozenset(value.name for value in _values(wording.body)) - KNOWN_NAMES for wording in say.wordings)


def _unequal(books: Sequence[PhraseBook]) -> Iterator[Diagnostic]:
    for book in books:
        for other in books:
            for key, say in book.says.items():
                if key in other.says and links(say.wordings[0]) and not links(other.says[key].wordings[0]):
                    what = f'"{say.finding}", form "{say.form}", has {{{{ link }}}} in {book.locale.tag} and not here'
                    yield Diagnostic(
                        "phrase.uneven-locales",
                        Place(other.says[key].file, other.says[key].line, other.says[key].column),
                        what,
                    )
                if key not in other.says:
                    where = f"is said in {book.locale.tag} and not in {other.locale.tag}"
                    what = f'"{say.finding}", form "{say.form}", {where}'
                    yield Diagnostic("phrase.uneven-locales", Place(say.file, say.line, say.column), what)


def links(wording: Wording) -> bool:
    """Whether a wording has a place for what joins it to the sentence before."""
    return any(value.name == "link" for value in _values(wording.body))


@dataclass(frozen=True, slots=True)
class _Check:
    say: Say
    facts: frozenset[str]
    optional: frozenset[str]
    units: Mapping[str, Unit]

    def problems(self) -> Iterator[Diagnostic]:
        for name in sorted(self.facts & KNOWN_NAMES):
            what = f'"{self.say.finding}" has a fact "{name}", a name that every phrase has already'
            yield self._problem("phrase.reserved-name", self.say, what)
        linked = [links(wording) for wording in self.say.wordings]
        if len(set(linked)) > 1:
            wording = self.say.wordings[linked.index(False)]
            hint = "every wording has a place for what joins it to the sentence before, or none has"
            yield self._problem(
                "phrase.uneven-links", wording, f'"{self.say.finding}": a wording without {{{{ link }}}}', hint
            )
        for wording in self.say.wordings:
            yield from self._parts(wording.body, frozenset(), frozenset())

    def _parts(self, parts: Sequence[Part], local: frozenset[str], known: frozenset[str]) -> Iterator[Diagnostic]:
        for part in parts:
            if isinstance(part, Value):
                yield from self._value(part, local, known)
            elif isinstance(part, Loop):
                yield from self._value(part.over, local, known)
                yield from self._parts(part.body, local | {part.target}, known)
            elif isinstance(part, Branch):
                yield from self._branch(part, local, known)

    def _branch(self, branch: Branch, local: frozenset[str], known: frozenset[str]) -> Iterator[Diagnostic]:
        for condition, body in branch.arms:
            yield from self._condition(condition, local, known)
            yield from self._parts(body, local, known | _settled(condition, holds=True))
            known |= _settled(condition, holds=False)
        yield from self._parts(branch.otherwise, local, known)

    def _condition(self, condition: Condition, local: frozenset[str], known: frozenset[str]) -> Iterator[Diagnostic]:
        if isinstance(condition, Logic):
            for part in condition.parts:
                yield from self._condition(part, local, known)
                # The right side of `and` is asked only where the left one holds, that of `or` only where it fails.
                known |= _settled(part, holds=condition.operator == "and")
        elif isinstance(condition, Value):
            yield from self._value(condition, local, known)
        else:
            yield from self._name(condition.name, condition, local)

    def _value(self, value: Value, local: frozenset[str], known: frozenset[str]) -> Iterator[Diagnostic]:
        yield from self._name(value.name, value, local)
        if value.name in local:
            return
        if value.name in KNOWN_NAMES and value.calls:
            yield self._problem(
                "phrase.name-as-fact", value, f'"{value.name}" is a name', "it is printed without a filter"
            )
        if value.name in self.optional - known:
            hint = f"guard it with {{% if {value.name} is known %}}"
            yield self._problem("phrase.unguarded-fact", value, f'fact "{value.name}" may be missing', hint)
        unit = self.units.get(value.name)
        for call in value.calls:
            if unit is not None and call.used.units is not None and unit not in call.used.units:
                what = f'fact "{value.name}" is in {unit}, which {call.used.name} can\'t tell'
                yield self._problem("phrase.wrong-filter", value, what, usable(unit))

    def _name(self, name: str, at: Known | Value, local: frozenset[str]) -> Iterator[Diagnostic]:
        if name not in self.facts | local | KNOWN_NAMES:
            names = sorted(self.facts | KNOWN_NAMES)
            hint = did_you_mean(name, names) or f"it has {', '.join(names)}"
            yield self._problem("phrase.unknown-fact", at, f'"{self.say.finding}" has no fact "{name}"', hint)

    def _problem(self, code: str, at: Say | Wording | Known | Value, what: str, hint: str = "") -> Diagnostic:
        return Diagnostic(code, Place(self.say.file, at.line, at.column), what, hint)


def _settled(condition: Condition, *, holds: bool) -> frozenset[str]:
    """Facts that are known wherever the condition holds (or fails)."""
    if isinstance(condition, Known):
        return frozenset({condition.name}) if condition.known is holds else frozenset()
    if isinstance(condition, Value):
        return frozenset({condition.name}) if holds else frozenset()
    if condition.operator == "not":
        return _settled(condition.parts[0], holds=not holds)
    sides = [_settled(part, holds=holds) for part in condition.parts]
    # A conjunction that holds settles both sides; one that fails settles only what either side would.
    both = (condition.operator == "and") is holds
    return frozenset.union(*sides) if both else frozenset.intersection(*sides)


def _values(parts: Sequence[Part]) -> Iterator[Value]:
    for part in parts:
        if isinstance(part, Value):
            yield part
        elif isinstance(part, Loop):
            yield part.over
            yield from (value for value in _values(part.body) if value.name != part.target)
        elif isinstance(part, Branch):
            for body in (*(body for _, body in part.arms), part.otherwise):
                yield from _values(body)
