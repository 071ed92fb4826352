"""A verdict as written → the rule that it is, with the facts that every verdict has."""

from __future__ import annotations

from reporter.diagnostics.diagnostic import Diagnostic
from reporter.rules.book.rule_book import VerdictParts
from reporter.rules.book.rule_forms import RuleForm, VerdictForm
from reporter.rules.book.rule_relations import WrittenRule
from reporter.syntax.located_yaml import LocatedValue, Plain

#: Facts of every verdict: the prices above and below the close whose passing would decide it.
HINGES = {"above": "hinge.above", "below": "hinge.below"}
#: Rank of a verdict in prose, as of what other rules say together.
_WEIGHT = 85


def expand_verdict(form: VerdictForm, located: LocatedValue, shown_as: str) -> tuple[WrittenRule, list[Diagnostic]]:
    """Expand a verdict into its rule, with the diagnostics of names that it has twice.

    Args:
        form: the verdict as written.
        located: the same with places.
        shown_as: the file's name in messages.
    """
    facts = {**form.facts, **HINGES}
    plain: dict[str, Plain] = {"id": form.id, "topic": "verdict", "when": form.when, "stance": form.stance}
    plain |= {"weight": _WEIGHT, "facts": {**facts}, "optional": [*form.optional, *HINGES]}
    # A doubt is asked for in a phrase as a relation is: what can't be known is none.
    plain |= {"relations": {**form.relations, **form.doubts}} if form.relations or form.doubts else {}
    rule = RuleForm.model_validate(
        plain | {"note": form.note, "ignore": {**form.ignore}, "tests": [test.model_dump() for test in form.tests]}
    )
    whole = LocatedValue(
        {**plain, "between": [*form.between], "instead": [*form.instead], "counts": form.counts},
        located.line,
        located.column,
        located.entries,
    )
    verdict = VerdictParts(tuple(dict.fromkeys(form.between)), tuple(form.doubts), tuple(form.instead), form.counts)
    written = WrittenRule(rule, whole, shown_as, verdict=verdict)
    problems = [
        written.diagnostic_at("rules.duplicate-id", (kind, name), f'"{name}" is {what}')
        for kind, names, taken, what in (
            ("facts", form.facts, HINGES, "a fact of every verdict"),
            ("doubts", form.doubts, HINGES, "a fact of every verdict"),
            ("doubts", form.doubts, form.relations, "a doubt and a relation"),
        )
        for name in names
        if name in taken
    ]
    return written, problems
