"""Wordings → their relating words, what is known wherever each is printed, and the relations that a wording needs.

"Still" can be told only on a day on which the rule's relation `still` is true. A word inside `{% if still %}` is bound
by that branch; one outside makes its whole wording one that is told on such days alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from reporter.diagnostics.diagnostic import line_column
from reporter.language.locales import Locale
from reporter.language.relating_words import find_relating_words, get_relation_class
from reporter.narrative.phrases.phrase_tree import (
    Branch,
    Condition,
    FactValue,
    KnownTest,
    Loop,
    Part,
    PhraseText,
    Wording,
    WordUse,
)

_ASKING = ("?", "？")


def find_known_facts(condition: Condition, *, holds: bool) -> frozenset[str]:
    """Return the names that are known, or true, wherever a condition holds (or fails)."""
    if isinstance(condition, KnownTest):
        return frozenset({condition.name}) if condition.known is holds else frozenset()
    if isinstance(condition, FactValue):
        return frozenset({condition.name}) if holds else frozenset()
    if condition.operator == "not":
        return find_known_facts(condition.parts[0], holds=not holds)
    sides = [find_known_facts(part, holds=holds) for part in condition.parts]
    # A conjunction that holds settles both sides; one that fails settles only what either side would.
    both = (condition.operator == "and") is holds
    return frozenset.union(*sides) if both else frozenset.intersection(*sides)


def find_true_names(condition: Condition, *, holds: bool) -> frozenset[str]:
    """Return the names that are true wherever a condition holds (or fails); to be known is not to be true."""
    if isinstance(condition, KnownTest):
        return frozenset()
    if isinstance(condition, FactValue):
        return frozenset({condition.name}) if holds and not condition.calls else frozenset()
    if condition.operator == "not":
        return find_true_names(condition.parts[0], holds=not holds)
    sides = [find_true_names(part, holds=holds) for part in condition.parts]
    both = (condition.operator == "and") is holds
    return frozenset.union(*sides) if both else frozenset.intersection(*sides)


def list_word_uses(body: Sequence[Part], locale: Locale) -> tuple[WordUse, ...]:
    """List the relating words of a wording. A question states nothing, so it has none.

    Args:
        body: of the wording.
        locale: whose words they are.
    """
    if _is_question(body):
        return ()
    return tuple(_iterate_uses(body, locale, frozenset()))


def find_needed_relations(wording: Wording, relations: Collection[str]) -> frozenset[str]:
    """Find the relations without which a wording can't be told.

    Args:
        wording: one of a phrase's.
        relations: names of the relations that its finding has.
    """
    return frozenset(use.kind for use in wording.uses if use.kind in relations and not _list_binding(use, relations))


def find_bare_words(wording: Wording, relations: Collection[str]) -> tuple[WordUse, ...]:
    """Find the relating words of a wording that no relation of its finding bears out.

    Args:
        wording: one of a phrase's.
        relations: names of the relations that its finding has.
    """
    return tuple(use for use in wording.uses if use.kind not in relations and not _list_binding(use, relations))


def choose_relation(kind: str, asked: Collection[str], relations: Collection[str]) -> str:
    """Return the name of the relation that bears out a word, or an empty text.

    Args:
        kind: the word's class.
        asked: names that the branches around it ask for.
        relations: names of the relations that the finding has.
    """
    binding = [name for name in relations if name in asked and get_relation_class(name, (kind,))]
    return min(binding, key=len, default=kind if kind in relations else "")


def list_asked_relations(parts: Iterable[Part]) -> Iterator[FactValue]:
    """List every name that a branch asks for as it stands, without a filter."""
    for part in parts:
        if isinstance(part, Branch):
            for condition, body in part.arms:
                yield from _iterate_names(condition)
                yield from list_asked_relations(body)
            yield from list_asked_relations(part.otherwise)
        elif isinstance(part, Loop):
            yield from list_asked_relations(part.body)


def _list_binding(use: WordUse, relations: Collection[str]) -> list[str]:
    return [name for name in use.asked if name in relations and get_relation_class(name, (use.kind,))]


def _iterate_names(condition: Condition) -> Iterator[FactValue]:
    if isinstance(condition, FactValue):
        yield condition
    elif isinstance(condition, KnownTest):
        yield FactValue(condition.line, condition.name, (), condition.column)
    else:
        for part in condition.parts:
            yield from _iterate_names(part)


def _iterate_uses(parts: Iterable[Part], locale: Locale, asked: frozenset[str]) -> Iterator[WordUse]:
    for part in parts:
        if isinstance(part, PhraseText):
            for word in find_relating_words(part.text, locale):
                line, column = line_column(part.text, word.start)
                column += part.column - 1 if line == 1 and part.column is not None else 0
                yield WordUse(word.kind, word.text, part.line + line - 1, column, asked)
        elif isinstance(part, FactValue):
            # What is chosen from a filter's own list is the name of a style, and is not printed.
            calls = (call for call in part.calls if not call.used.choices)
            given = (text for call in calls for text in (*call.args, *(value for _, value in call.options)))
            for text in given:
                for word in find_relating_words(text, locale) if isinstance(text, str) else ():
                    yield WordUse(word.kind, word.text, part.line, part.column, asked, argument=True)
        elif isinstance(part, Loop):
            yield from _iterate_uses(part.body, locale, asked)
        else:
            known = asked
            for condition, body in part.arms:
                yield from _iterate_uses(body, locale, known | find_true_names(condition, holds=True))
                known |= find_true_names(condition, holds=False)
            yield from _iterate_uses(part.otherwise, locale, known)


def _is_question(body: Sequence[Part]) -> bool:
    last = body[-1] if body else None
    return isinstance(last, PhraseText) and last.text.rstrip().endswith(_ASKING)
