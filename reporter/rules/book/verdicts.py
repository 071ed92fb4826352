"""A verdict as written → the rule that it is, with the facts that every verdict has."""

from __future__ import annotations

from reporter.diagnostics.diagnostic import Diagnostic
from reporter.rules.book.rule_book import Verdict
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
    doubts = {name: f"count({text})" for name, text in form.doubts.items()}
    facts = {**form.facts, **doubts, **HINGES}
    plain: dict[str, Plain] = {"id": form.id, "topic": "verdict", "when": form.when, "stance": form.stance}
    plain |= {"weight": _WEIGHT, "facts": {**facts}, "optional": [*form.optional, *doubts, *HINGES]}
    plain |= {"relations": {**form.relations}} if form.relations else {}
    rule = RuleForm.model_validate(
        plain | {"note": form.note, "ignore": {**form.ignore}, "tests": [test.model_dump() for test in form.tests]}
    )
    whole = LocatedValue(
        {**plain, "between": [*form.between], "instead": [*form.instead]}, located.line, located.column, located.entries
    )
    verdict = Verdict(tuple(dict.fromkeys(form.between)), tuple(doubts), tuple(form.instead))
    written = WrittenRule(rule, whole, shown_as, verdict=verdict)
    problems = [
        written.diagnostic_at("rules.duplicate-id", (kind, name), f'"{name}" is a fact of every verdict')
        if name in HINGES
        else written.diagnostic_at("rules.duplicate-id", (kind, name), f'"{name}" is a doubt and a fact')
        for kind, names in (("facts", form.facts), ("doubts", form.doubts))
        for name in names
        if name in HINGES or (kind == "doubts" and name in form.facts)
    ]
    return written, problems
