"""Lint of a report type: what the rules show by themselves, and what only shows beside phrases, outline and cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.editing.trial import Authored
from reporter.model.finding import State
from reporter.narrative.outline import Outline
from reporter.narrative.phrase_tree import Branch, Condition, Known, Logic, Loop, Part, Value
from reporter.report_type import ReportType
from reporter.rules.book import Case, Rule
from reporter.rules.functions import text as text_of
from reporter.rules.lint import Flaw, lint, settle
from reporter.rules.tree import Call, Node, walk


def lint_report(authored: Authored) -> tuple[Flaw, ...]:
    """Everything that lint has to say, in the order of the rules; what is ignored carries its reason."""
    book = authored.report.rules
    flaws = [
        *lint(book, authored.registry),
        *_unsaid(authored.report),
        *_unused(authored.report),
        *_untested(book.rules, authored.cases),
    ]
    return settle(book, flaws)


def _unsaid(report: ReportType) -> Iterator[Flaw]:
    placed = _placed(report.outline) | _asked_by(report)
    asked = {
        text_of(node.arguments[0])
        for tree in _trees(report)
        for node in walk(tree)
        if isinstance(node, Call) and node.name == "fired"
    }
    for rule in report.rules.rules:
        lacking = [book.locale.tag for book in report.books if not any(name == rule.id for name, _ in book.says)]
        if lacking and rule.id not in asked:
            what = f"it has no phrase in {', '.join(lacking)}"
            yield Flaw("rules.unsaid", rule.id, rule.place, what, {})
        elif rule.id not in placed and rule.id not in asked and rule.topic != "gap" and not lacking:
            what = "report.yaml puts it nowhere, so no brief ever says it"
            yield Flaw("rules.unplaced", rule.id, rule.place, what, {})


def _asked_by(report: ReportType) -> frozenset[str]:
    """Rules that are conditions: the framework puts them where they are said."""
    framework = report.rules.framework
    return frozenset(condition.id for condition in framework.conditions) if framework else frozenset()


def _trees(report: ReportType) -> Iterator[Node]:
    for condition in report.rules.conditions.values():
        yield condition.tree
    for rule in report.rules.rules:
        yield rule.when.tree
        if rule.until is not None:
            yield rule.until.tree
        yield from (fact.tree for fact in rule.facts.values())


def _placed(outline: Outline) -> frozenset[str]:
    """Every text of report.yaml that could be a rule's id."""
    found: set[str] = set()
    waiting: list[object] = [outline.model_dump()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
    return frozenset(found)


#: Facts that the plan or a chart reads, whether or not a phrase does.
_READ_ELSEWHERE = frozenset({"date"})
#: Facts that a condition has whether or not its sentence needs them; the ledger lists them.
_OF_CONDITIONS = frozenset({"reading", "threshold"})


def _unused(report: ReportType) -> Iterator[Flaw]:
    conditions = _asked_by(report)
    for rule in report.rules.rules:
        elsewhere = _READ_ELSEWHERE | (_OF_CONDITIONS if rule.id in conditions else frozenset())
        used: set[str] = set()
        said = False
        for book in report.books:
            for (name, _), say in book.says.items():
                if name == rule.id:
                    said = True
                    for wording in say.wordings:
                        used.update(_names(wording.body))
        idle = [name for name in rule.facts if name not in used and name not in elsewhere]
        if said and idle:
            facts = f'fact "{idle[0]}"' if len(idle) == 1 else f"facts {', '.join(idle)}"
            yield Flaw("rules.unused", rule.id, rule.place, f"no phrase uses its {facts}", {})


def _names(parts: Sequence[Part]) -> Iterator[str]:
    """Facts that a wording prints, loops over or asks about."""
    for part in parts:
        if isinstance(part, Value):
            yield part.name
        elif isinstance(part, Loop):
            yield part.over.name
            yield from _names(part.body)
        elif isinstance(part, Branch):
            for condition, body in part.arms:
                yield from _asked(condition)
                yield from _names(body)
            yield from _names(part.otherwise)


def _asked(condition: Condition) -> Iterator[str]:
    match condition:
        case Known() | Value():
            yield condition.name
        case Logic():
            for part in condition.parts:
                yield from _asked(part)


def _untested(rules: Sequence[Rule], cases: Sequence[Case]) -> Iterator[Flaw]:
    seen: dict[str, set[State]] = {}
    for case in cases:
        seen.setdefault(case.rule, set()).add(case.expect)
    for rule in rules:
        states = seen.get(rule.id, set())
        lacking = [
            name
            for name, wanted in (("fires", {State.FIRED}), ("does not", {State.NOT_FIRED, State.PENDING}))
            if not states & wanted
        ]
        if lacking:
            yield Flaw("rules.untested", rule.id, rule.place, f"no case shows where it {' or '.join(lacking)}", {})
