"""A report type → its relating words that nothing bears out, and relations that no wording uses.

"Still", 還 or 又 say something of the past, of another reading or another date. In the program's own phrases each rests
on a relation of its rule; a desk may write what it can answer for, and is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporter.diagnostics.diagnostic import Diagnostic, Place, make_notice
from reporter.language.relating_words import COUNTING, FREQUENCIES, get_relation_class
from reporter.narrative.phrases.phrase_checks import RelationNames
from reporter.narrative.phrases.phrase_tree import Say, WordUse
from reporter.narrative.phrases.wording_relations import find_bare_words, list_asked_relations
from reporter.report_type.load import list_relations
from reporter.report_type.report_type import ReportType
from reporter.rules.book.rule_book import Expression
from reporter.rules.expressions.tree import ConditionName, FunctionCall, Node, walk_tree

_NONE = RelationNames()


def check_relating_words(report: ReportType) -> tuple[Diagnostic, ...]:
    """Find relating words without a relation (in a desk's own phrases a notice), and relations without a word.

    Args:
        report: rules and phrases; phrases of derived locales are those of their base and are passed over.
    """
    relations = list_relations(report.rules)
    found = [*_find_bare_words(report, relations), *_find_unused_relations(report), *_find_uncounted(report)]
    return tuple(
        sorted(dict.fromkeys(found), key=lambda one: (one.place.file, one.place.line or 0, one.place.column or 0))
    )


def _find_bare_words(report: ReportType, relations: Mapping[str, RelationNames]) -> Iterator[Diagnostic]:
    own = f"{report.files.own_shown}/" if report.files.own is not None else None
    for say in _iterate_says(report):
        names = relations.get(say.finding, _NONE).names
        for wording in say.wordings:
            place = f'"{say.finding}"' + (f" ({say.form})" if say.form != "body" else "")
            for use in wording.uses:
                if use.argument:
                    what = f'{place} says "{use.text}" ({use.kind}) in an argument of a filter'
                    hint = f"write it outside, between {{% if {use.kind} %}} and {{% endif %}}"
                elif use in find_bare_words(wording, names):
                    what = f'{place} says "{use.text}", and no relation of its rule bears it out'
                    hint = _suggest_relation(use, report)
                else:
                    continue
                at = Place(say.file, use.line, use.column)
                if own is not None and say.file.startswith(own):
                    yield make_notice("phrase.bare-relation", at, f"{what}; {hint}")
                else:
                    yield Diagnostic("phrase.bare-relation", at, what, hint)


def _suggest_relation(use: WordUse, report: ReportType) -> str:
    """Suggest the relation to declare, with that of another rule as an example."""
    for rule in report.rules.rules:
        if use.kind in rule.relations:
            line = rule.relations[use.kind].place.rpartition(":")[0]
            example = f", as {line} has {use.kind}: {rule.relations[use.kind].text}"
            return f"declare relations: {{ {use.kind}: … }} in the rule{example}"
    return f"declare relations: {{ {use.kind}: … }} in the rule"


def _find_unused_relations(report: ReportType) -> Iterator[Diagnostic]:
    """Find relations that no wording of any language uses.

    A desk of one language, or with phrases of its own, doesn't need all that the report type's rules offer.
    """
    own = f"{report.files.own_shown}/" if report.files.own is not None else None
    spoken = {book.locale.tag for book in report.books}
    written = {path.parent.name for path in report.files.glob("phrases/*/*.j2")}
    whole = own is None and written <= spoken
    used: dict[str, set[str]] = {}
    for say in _iterate_says(report):
        names = used.setdefault(say.finding, set())
        for wording in say.wordings:
            names |= {use.kind for use in wording.uses}
            names |= {value.name for value in list_asked_relations(wording.body)}
    for rule in report.rules.rules:
        asks = rule.relations if whole or (own is not None and rule.place.startswith(own)) else {}
        for name, asked in asks.items():
            if name not in used.get(rule.id, set()):
                place = Place.from_text(rule.place if asked is rule.when else asked.place)
                what = f'rule "{rule.id}": no wording has a word that rests on its relation "{name}"'
                yield Diagnostic("rules.unused-relation", place, what, "take it out, or use it in a phrase")


def _find_uncounted(report: ReportType) -> Iterator[Diagnostic]:
    """Find relations that say how often and count nothing: "usually" rests on the days on which it was so."""
    own = f"{report.files.own_shown}/" if report.files.own is not None else None
    named = report.rules.conditions
    for rule in report.rules.rules:
        for name, asked in rule.relations.items():
            if not get_relation_class(name, FREQUENCIES) or _counts(asked.tree, named):
                continue
            what = f'rule "{rule.id}": its relation "{name}" says how often, and counts nothing'
            hint = "write base_rate(event, outcome, 7d) >= 65%, or take the word out"
            place = Place.from_text(rule.place if asked is rule.when else asked.place)
            if own is not None and rule.place.startswith(own):
                yield make_notice("phrase.bare-relation", place, f"{what}; {hint}")
            else:
                yield Diagnostic("phrase.bare-relation", place, what, hint)


def _counts(tree: Node, named: Mapping[str, Expression]) -> bool:
    """Return whether an expression asks how often something followed, through named conditions too."""
    return any(
        (isinstance(part, FunctionCall) and part.name in COUNTING)
        or (isinstance(part, ConditionName) and _counts(named[part.name].tree, named))
        for part in walk_tree(tree)
    )


def _iterate_says(report: ReportType) -> Iterator[Say]:
    for book in report.books:
        if book.locale.edition is None:
            yield from book.says.values()
