"""Phrases, rules and locales → diagnostics of what does not fit together, found before a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.language.filters import suggest_filters
from reporter.model.metric import Unit
from reporter.model.verdict import BRANCHES
from reporter.narrative.phrases.phrase_tree import (
    KNOWN_NAMES,
    Branch,
    Condition,
    FactValue,
    KnownTest,
    LogicalCondition,
    Loop,
    Part,
    Say,
    Wording,
    iterate_values,
)
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.narrative.phrases.wording_relations import find_known_facts, find_needed_relations


@dataclass(frozen=True, slots=True)
class RelationNames:
    """The relations of a rule, by name.

    Attributes:
        names: all of them.
        always: those that are true whenever the rule is told.
    """

    names: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()


def check_phrases(
    books: Sequence[PhraseBook],
    facts_of: Mapping[str, frozenset[str]],
    optional_of: Mapping[str, frozenset[str]] | None = None,
    units_of: Mapping[str, Mapping[str, Unit]] | None = None,
    relations_of: Mapping[str, RelationNames] | None = None,
) -> tuple[Diagnostic, ...]:
    """Compare phrases with the rules they speak for, and the locales with each other.

    Args:
        books: one a locale.
        facts_of: rule id → names of its facts; every rule is a key.
        optional_of: rule id → facts that may be missing, which need a guard.
        units_of: rule id → fact → unit, as far as units are known; lists are left out.
        relations_of: rule id → what the relating words of its phrases may rest on.

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
            optional = (optional_of or {}).get(say.finding, frozenset()) - {BRANCHES.get(say.form)}
            units = (units_of or {}).get(say.finding, {})
            relations = (relations_of or {}).get(say.finding, RelationNames())
            problems += _PhraseChecker(say, facts_of[say.finding], optional, units, relations).find_diagnostics()
    problems += _compare_books(books)
    problems += _compare_facts(books, facts_of)
    return tuple(problems)


def _compare_books(books: Sequence[PhraseBook]) -> Iterator[Diagnostic]:
    for book in books:
        for other in books:
            for key, say in book.says.items():
                if key in other.says and has_link(say.wordings[0]) and not has_link(other.says[key].wordings[0]):
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


def _compare_facts(books: Sequence[PhraseBook], facts_of: Mapping[str, frozenset[str]]) -> Iterator[Diagnostic]:
    """Find wordings whose facts no wording of another language prints: on their day the gate would hold the brief.

    Questions state nothing, and of a phrase with branches it is the day that decides what it prints.
    """
    native = [book for book in books if book.locale.edition is None]
    for key in dict.fromkeys(key for book in native for key in book.says):
        says = [book.says[key] for book in native if key in book.says]
        if key[1] == "question" or any(isinstance(part, Branch | Loop) for say in says for part in _list_parts(say)):
            continue
        told = [{_list_facts(wording) for wording in say.wordings} for say in says]
        if not frozenset[str]().union(*(facts for each in told for facts in each)) <= facts_of.get(key[0], frozenset()):
            # Of a misspelt fact its own place is told.
            continue
        shared = frozenset[frozenset[str]]().union(*told).intersection(*told)
        lacking = [(say, wording) for say in says for wording in say.wordings if _list_facts(wording) not in shared]
        if lacking:
            say, wording = min(lacking, key=lambda entry: len(entry[0].wordings))
            other = next(one for one in says if _list_facts(wording) not in {_list_facts(w) for w in one.wordings})
            what = f'"{say.finding}" ({say.form}) prints {_name_facts(_list_facts(wording))} here'
            theirs = " or ".join(dict.fromkeys(_name_facts(_list_facts(one)) for one in other.wordings))
            what += f", and {theirs} at {other.file}:{other.line}"
            hint = "print the same facts in every language"
            yield Diagnostic("phrase.uneven-facts", Place(say.file, wording.line, wording.column), what, hint)


def _list_parts(say: Say) -> Iterator[Part]:
    return (part for wording in say.wordings for part in wording.body)


def _list_facts(wording: Wording) -> frozenset[str]:
    return frozenset(wording.facts)


def _name_facts(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "no fact"


def has_link(wording: Wording) -> bool:
    """Return whether a wording has a `{{ link }}`, the place of a conjunction such as "but"."""
    return any(value.name == "link" for value in iterate_values(wording.body))


@dataclass(frozen=True, slots=True)
class _PhraseChecker:
    say: Say
    facts: frozenset[str]
    optional: frozenset[str]
    units: Mapping[str, Unit]
    relations: RelationNames = RelationNames()

    def find_diagnostics(self) -> Iterator[Diagnostic]:
        for name in sorted(self.facts & KNOWN_NAMES):
            what = f'"{self.say.finding}" has a fact "{name}", a name that every phrase has already'
            yield self._make_diagnostic("phrase.reserved-name", self.say, what)
        linked = [has_link(wording) for wording in self.say.wordings]
        if len(set(linked)) > 1:
            wording = self.say.wordings[linked.index(False)]
            hint = "every wording has a place for what joins it to the sentence before, or none has"
            yield self._make_diagnostic(
                "phrase.uneven-links", wording, f'"{self.say.finding}": a wording without {{{{ link }}}}', hint
            )
        yield from self._check_fallback()
        for wording in self.say.wordings:
            yield from self._check_parts(wording.body, frozenset(), frozenset())

    def _check_fallback(self) -> Iterator[Diagnostic]:
        """Check that one wording at least may be told on every day on which the rule is."""
        needed = [
            find_needed_relations(wording, self.relations.names) - self.relations.always
            for wording in self.say.wordings
        ]
        if all(needed):
            names = sorted(frozenset().union(*needed))
            what = f'"{self.say.finding}": no wording can be told where {" or ".join(names)} is not true'
            branch = f"{{% if {names[0]} %}} and {{% endif %}}"
            hint = f"give it one without such a word, or put the word between {branch}"
            yield self._make_diagnostic("phrase.no-fallback", self.say, what, hint)

    def _check_parts(self, parts: Sequence[Part], local: frozenset[str], known: frozenset[str]) -> Iterator[Diagnostic]:
        for part in parts:
            if isinstance(part, FactValue):
                yield from self._check_value(part, local, known)
            elif isinstance(part, Loop):
                yield from self._check_value(part.over, local, known)
                yield from self._check_parts(part.body, local | {part.target}, known)
            elif isinstance(part, Branch):
                yield from self._check_branch(part, local, known)

    def _check_branch(self, branch: Branch, local: frozenset[str], known: frozenset[str]) -> Iterator[Diagnostic]:
        for condition, body in branch.arms:
            yield from self._check_condition(condition, local, known)
            yield from self._check_parts(body, local, known | find_known_facts(condition, holds=True))
            known |= find_known_facts(condition, holds=False)
        yield from self._check_parts(branch.otherwise, local, known)

    def _check_condition(
        self, condition: Condition, local: frozenset[str], known: frozenset[str]
    ) -> Iterator[Diagnostic]:
        if isinstance(condition, LogicalCondition):
            for part in condition.parts:
                yield from self._check_condition(part, local, known)
                # The right side of `and` is asked only where the left one holds, that of `or` only where it fails.
                known |= find_known_facts(part, holds=condition.operator == "and")
        elif condition.name in self.relations.names and condition.name not in local:
            return
        elif isinstance(condition, FactValue):
            yield from self._check_value(condition, local, known)
        else:
            yield from self._check_name(condition.name, condition, local)

    def _check_value(self, value: FactValue, local: frozenset[str], known: frozenset[str]) -> Iterator[Diagnostic]:
        if value.name in self.relations.names and value.name not in local:
            what, hint = f'"{value.name}" is a relation', f"ask for it: {{% if {value.name} %}}"
            yield self._make_diagnostic("phrase.relation-as-fact", value, what, hint)
            return
        yield from self._check_name(value.name, value, local)
        if value.name in local:
            return
        if value.name in KNOWN_NAMES and value.calls:
            yield self._make_diagnostic(
                "phrase.name-as-fact", value, f'"{value.name}" is a name', "it is printed without a filter"
            )
        if value.name in self.optional - known:
            hint = f"guard it with {{% if {value.name} is known %}}"
            yield self._make_diagnostic("phrase.unguarded-fact", value, f'fact "{value.name}" may be missing', hint)
        unit = self.units.get(value.name)
        for call in value.calls:
            if unit is not None and call.used.units is not None and unit not in call.used.units:
                what = f'fact "{value.name}" is in {unit}, which {call.used.name} can\'t tell'
                yield self._make_diagnostic("phrase.wrong-filter", value, what, suggest_filters(unit))

    def _check_name(self, name: str, at: KnownTest | FactValue, local: frozenset[str]) -> Iterator[Diagnostic]:
        if name not in self.facts | local | KNOWN_NAMES:
            names = sorted(self.facts | KNOWN_NAMES)
            hint = did_you_mean(name, [*names, *self.relations.names]) or f"it has {', '.join(names)}"
            yield self._make_diagnostic("phrase.unknown-fact", at, f'"{self.say.finding}" has no fact "{name}"', hint)

    def _make_diagnostic(
        self, code: str, at: Say | Wording | KnownTest | FactValue, what: str, hint: str = ""
    ) -> Diagnostic:
        return Diagnostic(code, Place(self.say.file, at.line, at.column), what, hint)
