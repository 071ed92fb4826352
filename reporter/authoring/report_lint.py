"""Report type → its flaws: those of the rules alone, and those of rules beside phrases, outline and cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reporter.authoring.trial import AuthoredReport
from reporter.model.finding import State
from reporter.narrative.outline import Outline
from reporter.narrative.phrases.phrase_tree import Branch, Condition, FactValue, KnownTest, LogicalCondition, Loop, Part
from reporter.report_type.report_type import ReportType
from reporter.rules import Frameworks
from reporter.rules.analysis.lint import Flaw, apply_ignores, lint_rules
from reporter.rules.book.rule_book import Case, Rule, RuleBook
from reporter.rules.engine.function_bodies import text_value as text_of
from reporter.rules.expressions.tree import FunctionCall, Node, walk_tree


def lint_report(authored: AuthoredReport, frameworks: Frameworks | None = None) -> tuple[Flaw, ...]:
    """Find every flaw of a report type, in the order of the rules; ignored ones carry their reason.

    Args:
        authored: the report type.
        frameworks: its arguments on the days of a desk, where there is one: they show what no day could turn.
    """
    book = authored.report.rules
    flaws = [
        *lint_rules(book, authored.registry),
        *_find_unsaid(authored.report),
        *_find_unused(authored.report),
        *_find_untested(book.rules, authored.cases),
        *(_find_far(book, frameworks) if frameworks else ()),
    ]
    return apply_ignores(book, flaws)


def _find_unsaid(report: ReportType) -> Iterator[Flaw]:
    placed = _list_outline_texts(report.outline) | _framework_rule_ids(report) | _list_argued_ids(report)
    asked = {
        text_of(node.arguments[0])
        for tree in _iterate_trees(report)
        for node in walk_tree(tree)
        if isinstance(node, FunctionCall) and node.name == "fired"
    }
    # What a report type extends has rules for more than it tells.
    here = tuple(f"{layer.shown}/" for layer in report.files.layers if layer.report == report.files.name)
    ignored = {"unplaced", "rules.unplaced"}
    for rule in report.rules.rules:
        lacking = [book.locale.tag for book in report.books if not any(name == rule.id for name, _ in book.says)]
        if lacking and rule.id not in asked:
            what = f"it has no phrase in {', '.join(lacking)}"
            yield Flaw("rules.unsaid", rule.id, rule.place, what, {})
        elif (
            rule.id not in placed
            and rule.id not in asked
            and rule.topic != "gap"
            and (rule.place.startswith(here) or ignored & {*rule.ignore})
        ):
            what = "report.yaml puts it nowhere, so no brief ever says it"
            yield Flaw("rules.unplaced", rule.id, rule.place, what, {})


def _find_far(book: RuleBook, frameworks: Frameworks) -> Iterator[Flaw]:
    """Find conditions that most frameworks of a desk's days could not ask, since their days could hardly turn them."""
    rules = {rule.id: rule for rule in book.rules}
    for name, (days, far) in frameworks.count_out_of_reach().items():
        if far * 2 > days:
            what = f"on {far} of {days} days on which a framework was set it lay too far from its bound to turn"
            yield Flaw("rules.far", name, rules[name].place, what, {})


def _framework_rule_ids(report: ReportType) -> frozenset[str]:
    """Ids of the rules that are conditions of the framework."""
    framework = report.rules.framework
    return frozenset(condition.id for condition in framework.conditions) if framework else frozenset()


def _list_argued_ids(report: ReportType) -> frozenset[str]:
    """Ids of the verdicts, where a section tells the day's: none of them is named in report.yaml."""
    argued = any(section.argument for section in report.outline.sections)
    return frozenset(rule.id for rule in report.rules.rules if argued and rule.verdict is not None)


def _iterate_trees(report: ReportType) -> Iterator[Node]:
    for condition in report.rules.conditions.values():
        yield condition.tree
    for rule in report.rules.rules:
        yield rule.when.tree
        if rule.until is not None:
            yield rule.until.tree
        yield from (fact.tree for fact in rule.facts.values())


def _list_outline_texts(outline: Outline) -> frozenset[str]:
    """Every text of report.yaml, any of which may be a rule's id."""
    found: set[str] = set()
    waiting: list[object] = [outline.model_dump()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            waiting.extend((*value, *value.values()))
        elif isinstance(value, list | tuple):
            waiting.extend(value)
    return frozenset(found)


#: Facts that the plan or a chart reads, whether or not a phrase does.
_READ_ELSEWHERE = frozenset({"date"})
#: Facts that a condition has whether or not its sentence needs them; the ledger lists them.
_OF_CONDITIONS = frozenset({"reading", "threshold"})


def _find_unused(report: ReportType) -> Iterator[Flaw]:
    conditions = _framework_rule_ids(report)
    for rule in report.rules.rules:
        elsewhere = _READ_ELSEWHERE | (_OF_CONDITIONS if rule.id in conditions else frozenset())
        used: set[str] = set()
        said = False
        for book in report.books:
            for (name, _), say in book.says.items():
                if name == rule.id:
                    said = True
                    for wording in say.wordings:
                        used.update(_iterate_fact_names(wording.body))
        idle = [name for name in rule.facts if name not in used and name not in elsewhere]
        if said and idle:
            facts = f'fact "{idle[0]}"' if len(idle) == 1 else f"facts {', '.join(idle)}"
            yield Flaw("rules.unused", rule.id, rule.place, f"no phrase uses its {facts}", {})


def _iterate_fact_names(parts: Sequence[Part]) -> Iterator[str]:
    """Iterate names of the facts that a wording prints, loops over or tests."""
    for part in parts:
        if isinstance(part, FactValue):
            yield part.name
        elif isinstance(part, Loop):
            yield part.over.name
            yield from _iterate_fact_names(part.body)
        elif isinstance(part, Branch):
            for condition, body in part.arms:
                yield from _iterate_condition_facts(condition)
                yield from _iterate_fact_names(body)
            yield from _iterate_fact_names(part.otherwise)


def _iterate_condition_facts(condition: Condition) -> Iterator[str]:
    match condition:
        case KnownTest() | FactValue():
            yield condition.name
        case LogicalCondition():
            for part in condition.parts:
                yield from _iterate_condition_facts(part)


def _find_untested(rules: Sequence[Rule], cases: Sequence[Case]) -> Iterator[Flaw]:
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
