"""Rule book → flaws: what is allowed and probably not meant, each with values that show it.

What can't be right at all is refused when a book is loaded. Here stands what is allowed and rarely meant: conditions
that nothing or everything meets, rungs that can't be reached, gaps between rungs, two of a group that picks one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reporter.diagnostics.diagnostic import Diagnostic, Place, Severity
from reporter.model.metric import MetricSpec, Unit
from reporter.rules.analysis.solve import NOT_TRUE, Goal, Solver
from reporter.rules.book.rule_book import Expression, Rule, RuleBook
from reporter.rules.expressions.lex import lex_expression
from reporter.rules.expressions.literals import format_literal
from reporter.rules.expressions.tree import (
    AllOf,
    Compare,
    ConditionName,
    FunctionCall,
    MetricName,
    Negative,
    Node,
    Not,
    NumberLiteral,
    TruthLiteral,
    format_node,
    literal_value,
    walk_tree,
)

#: Metrics of which each is never larger than the next, so that no counter-example has a low above its high.
ORDERED = (("price.low", "price.open", "price.high"), ("price.low", "price.close", "price.high"))

#: Code → what it means. `ignore:` also takes the part behind the point.
CODES: Mapping[str, str] = {
    "rules.never": "nothing meets the condition",
    "rules.always": "everything meets the condition",
    "rules.shadowed": "an earlier rule of the group always wins",
    "rules.overlap": "two rules of a group that picks unique can both hold",
    "rules.gap": "between two rungs of a ladder a value meets none",
    "rules.until": "the rule can begin and end on the same day",
    "rules.mixed": "and stands beside or without brackets",
    "rules.equality": "a measured value is compared with ==, which it meets by chance only",
    "rules.percent": "a fraction is compared with a bare number",
    "rules.stance": "two rules read one thing and take opposite sides of it",
    "rules.far": "a condition of the framework lies too far from its bound to turn",
    "rules.implied": "a condition of the framework holds wherever another of its side does",
    "rules.question": "a condition of the framework is the question itself",
    "rules.unsaid": "no phrase in some locale",
    "rules.unplaced": "report.yaml puts it nowhere",
    "rules.unused": "no phrase uses a fact",
    "rules.untested": "no case for fires, does not, boundary or missing",
    "rules.idle": "an ignore that has nothing to ignore",
}
_SAME_UNIT = ("abs", "prev", "ago", "change", "max_over", "min_over", "mean_over")
_MEASURED = (Unit.COUNT, Unit.DAYS, Unit.BOOL, Unit.INSTANT)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A flaw that lint found in a rule or condition, with values that show it.

    Attributes:
        code: one of `CODES`.
        rule: id of the rule, or `condition x`.
        place: `file:line` or `file:line:column`.
        what: what is wrong, in a sentence.
        example: values that show it: variable → value as an editor writes it.
        ignored: the author's reason why it is meant, or empty.
    """

    code: str
    rule: str
    place: str
    what: str
    example: Mapping[str, str]
    ignored: str = ""

    def to_diagnostic(self) -> Diagnostic:
        """The flaw as a diagnostic: an error, or a notice where its author ignores it with a reason."""
        shown = ", ".join(f"{name} = {value}" for name, value in self.example.items())
        hint = f"ignored: {self.ignored}" if self.ignored else f"with {shown}" if shown else ""
        severity = Severity.NOTICE if self.ignored else Severity.ERROR
        return Diagnostic(self.code, Place.from_text(self.place), f"{self.rule}: {self.what}", hint, severity)


def full_code(short: str) -> str:
    """A code as written under `ignore:`, where the area may be left out → the full code."""
    return short if short in CODES else f"rules.{short}"


def short_code(code: str) -> str:
    """A full code → the code as written under `ignore:`."""
    return code.partition(".")[2]


def lint_rules(book: RuleBook, registry: Mapping[str, MetricSpec]) -> tuple[Flaw, ...]:
    """Find the flaws that rules alone show; `reporter.authoring` adds those of phrases and report.yaml."""
    return tuple(_Linter(book, registry).find_flaws())


def apply_ignores(book: RuleBook, flaws: Sequence[Flaw]) -> tuple[Flaw, ...]:
    """Mark the flaws that authors ignore with a reason, and add a flaw for each ignore that matches none."""
    rules = {rule.id: rule for rule in book.rules}
    settled = []
    for flaw in flaws:
        ignore = rules[flaw.rule].ignore if flaw.rule in rules else {}
        reason = next((why for short, why in ignore.items() if full_code(short) == flaw.code), "")
        settled.append(Flaw(flaw.code, flaw.rule, flaw.place, flaw.what, flaw.example, reason))
    found = {(flaw.rule, flaw.code) for flaw in flaws}
    for rule in book.rules:
        for written in rule.ignore:
            code = full_code(written)
            # A ladder's reasons stand for all its rungs, of which not each has the flaw.
            mates = [mate.id for mate in book.rules if mate.ladder and mate.ladder == rule.ladder] or [rule.id]
            if code not in CODES or not any((mate, code) in found for mate in mates):
                known = "" if code in CODES else f"; known are {', '.join(map(short_code, CODES))}"
                settled.append(
                    Flaw("rules.idle", rule.id, rule.place, f'it ignores "{written}", which nothing says{known}', {})
                )
    order = {rule.id: at for at, rule in enumerate(book.rules)}
    return tuple(sorted(settled, key=lambda flaw: order.get(flaw.rule, -1)))


class _Linter:
    def __init__(self, book: RuleBook, registry: Mapping[str, MetricSpec]) -> None:
        self.book = book
        self.registry = registry
        self.solver = Solver(book, registry, ORDERED)

    def find_flaws(self) -> Iterator[Flaw]:
        for name, expression in self.book.conditions.items():
            yield from self.find_text_flaws(expression, f"condition {name}", expression.place)
        for rule in self.book.rules:
            for check in (self.find_constant, self.find_flapping, self.find_shadowed):
                yield from check(rule)
            yield from self.find_text_flaws(rule.when, rule.id, rule.place)
            if rule.until is not None:
                yield from self.find_text_flaws(rule.until, rule.id, rule.place)
        yield from self.find_overlaps()
        yield from self.find_gaps()
        yield from self.find_two_stances()
        yield from self.find_idle_conditions()

    def format_example(self, values: Mapping[str, float | None]) -> dict[str, str]:
        return {name: format_literal(value, self.solver.find_unit(name)) for name, value in values.items()}

    def find_constant(self, rule: Rule) -> Iterator[Flaw]:
        tree = rule.when.tree
        if isinstance(tree, TruthLiteral):
            return
        for wanted, code, what in (
            (True, "rules.never", "nothing meets its condition"),
            (False, "rules.always", "everything meets its condition, wherever it is known"),
        ):
            answer = self.solver.find_values([(tree, wanted)])
            if answer.values is None and answer.sure:
                # Of clauses that can't all hold, what meets the first of them shows most.
                other = (
                    (self.satisfy_first_clauses(rule) if wanted else None)
                    or self.solver.find_values([(tree, not wanted)]).values
                    or {}
                )
                yield Flaw(code, rule.id, rule.place, f"{what}: {rule.when.text}", self.format_example(other))

    def satisfy_first_clauses(self, rule: Rule) -> Mapping[str, float | None]:
        """Values that satisfy as many clauses of a condition as possible, counted from the first."""
        tree = rule.when.tree
        clauses = tree.items if isinstance(tree, AllOf) else (tree,)
        best: Mapping[str, float | None] = {}
        for count in range(1, len(clauses) + 1):
            answer = self.solver.find_values([(clause, True) for clause in clauses[:count]])
            if answer.values is None:
                break
            best = answer.values
        return best

    def find_flapping(self, rule: Rule) -> Iterator[Flaw]:
        if rule.until is None:
            return
        answer = self.solver.find_values([(rule.when.tree, True), (rule.until.tree, True)])
        if answer.values is not None:
            what = f"it begins and ends on the same values, so it flaps: when {rule.when.text}, until {rule.until.text}"
            yield Flaw("rules.until", rule.id, rule.place, what, self.format_example(answer.values))

    def find_shadowed(self, rule: Rule) -> Iterator[Flaw]:
        rivals = self.solver.rivals[rule.id]
        if not rivals:
            return
        goals: list[Goal] = [(rule.when.tree, True), *((rival.when.tree, NOT_TRUE) for rival in rivals)]
        answer = self.solver.find_values(goals)
        if answer.values is not None or not answer.sure:
            return
        alone = self.solver.find_values([(rule.when.tree, True)]).values
        if alone is not None:
            winner = next(
                rival.id for rival in rivals if self.solver.evaluate_condition(rival.when.tree, alone) is not False
            )
            what = f'it can never fire: wherever it holds, an earlier rule of its group does, here "{winner}"'
            yield Flaw("rules.shadowed", rule.id, rule.place, what, self.format_example(alone))

    def find_overlaps(self) -> Iterator[Flaw]:
        groups: dict[str, list[Rule]] = {}
        for rule in self.book.rules:
            if rule.group and rule.pick == "unique":
                for mate in groups.setdefault(rule.group, []):
                    answer = self.solver.find_values([(mate.when.tree, True), (rule.when.tree, True)])
                    if answer.values is not None and rule.id not in mate.supersedes and mate.id not in rule.supersedes:
                        what = f'it and "{mate.id}" can both hold, and their group picks unique'
                        yield Flaw("rules.overlap", rule.id, rule.place, what, self.format_example(answer.values))
                groups[rule.group].append(rule)

    def find_gaps(self) -> Iterator[Flaw]:
        """Find values between the rungs of a ladder that no rung holds for."""
        groups: dict[str, list[Rule]] = {}
        for rule in self.book.rules:
            if rule.group and rule.pick != "collect":
                groups.setdefault(rule.group, []).append(rule)
        for mates in groups.values():
            metric = _find_single_metric(mates)
            if metric is None or len(mates) < 2:
                continue
            limits = sorted({limit for mate in mates for limit in _iterate_limits(mate)})
            between = [*limits, *((one + other) / 2 for one, other in itertools.pairwise(limits))]
            for value in sorted(between):
                if all(self.solver.evaluate_condition(mate.when.tree, {metric: value}) is False for mate in mates):
                    names = f'"{mates[0].id}" … "{mates[-1].id}"'
                    what = f"a value between the rungs {names} meets none of them"
                    yield Flaw("rules.gap", mates[0].id, mates[0].place, what, self.format_example({metric: value}))
                    break

    def find_two_stances(self) -> Iterator[Flaw]:
        """Find rules that read the same metrics, hold together, and count for the asset and against it."""
        sided = [(rule, _list_metrics(rule)) for rule in self.book.rules if rule.stance in ("bull", "bear")]
        for (one, its), (other, others) in itertools.combinations(sided, 2):
            if one.stance == other.stance or not its or its != others or (one.group and one.group == other.group):
                continue
            answer = self.solver.find_values([(one.when.tree, True), (other.when.tree, True)])
            if answer.values is not None:
                what = f'it is {other.stance} where "{one.id}", which reads the same, is {one.stance}'
                yield Flaw("rules.stance", other.id, other.place, what, self.format_example(answer.values))

    def find_idle_conditions(self) -> Iterator[Flaw]:
        """Find conditions of the framework that are the question itself, or say what another says already."""
        rules = {rule.id: rule for rule in self.book.rules}
        asked = self.book.framework.conditions if self.book.framework else ()
        for condition in asked:
            rule = rules[condition.id]
            if _list_metrics(rule) == {"price.close", "framework.level"}:
                what = "it asks whether the close is at the level, which is what its framework is to decide"
                yield Flaw("rules.question", rule.id, rule.place, what, {})
        for one, other in itertools.permutations(asked, 2):
            if one.side != other.side:
                continue
            goals: list[Goal] = [(rules[one.id].when.tree, True), (rules[other.id].when.tree, NOT_TRUE)]
            answer = self.solver.find_values(goals)
            if answer.values is None and answer.sure:
                what = f'it holds wherever "{one.id}" does, and says nothing more'
                yield Flaw("rules.implied", other.id, rules[other.id].place, what, {})

    def find_text_flaws(self, expression: Expression, owner: str, place: str) -> Iterator[Flaw]:
        """Find flaws of an expression's text: mixed and/or, == on measured values, bare numbers."""
        if _has_mixed_and_or(expression.text):
            what = f'"and" binds before "or"; say with brackets what is meant: {expression.text}'
            yield Flaw("rules.mixed", owner, place, what, {})
        for node in walk_tree(expression.tree):
            if not isinstance(node, Compare):
                continue
            yield from self.find_bare_numbers(node, owner, place)
            if not set(node.signs) & {"==", "!="}:
                continue
            metric = next((item for item in node.items if isinstance(item, MetricName)), None)
            limit = next((value for item in node.items if (value := literal_value(item)) is not None), None)
            spec = self.registry.get(metric.id) if metric else None
            if spec is not None and limit is not None and spec.unit not in _MEASURED:
                beside = limit + (abs(limit) / 1000 or 1e-6)
                what = f"{spec.id} is measured, so it is hardly ever exactly {format_literal(limit, spec.unit)}"
                yield Flaw("rules.equality", owner, place, what, {spec.id: format_literal(beside, spec.unit)})

    def find_bare_numbers(self, node: Compare, owner: str, place: str) -> Iterator[Flaw]:
        """Find bare numbers compared with a fraction: 3 would be 300 per cent."""
        measured = [_strip_calls(item) for item in node.items]
        names = [item.id for item in measured if isinstance(item, MetricName)]
        fraction = next((name for name in names if self.registry[name].unit is Unit.FRACTION), None)
        for item in node.items if fraction else ():
            number = item.item if isinstance(item, Negative) else item
            if isinstance(number, NumberLiteral) and number.unit is None and number.value:
                shown = format_literal(literal_value(item), Unit.FRACTION)
                what = f"{format_node(item)} is {shown} of {fraction}; write it with %"
                yield Flaw("rules.percent", owner, place, what, {str(fraction): shown})


def _list_metrics(rule: Rule) -> frozenset[str]:
    """The metrics that a rule's own condition reads; none where it asks for more than metrics."""
    nodes = [*walk_tree(rule.when.tree)]
    if any(isinstance(node, ConditionName) for node in nodes) or any(
        isinstance(node, FunctionCall) and node.name not in _SAME_UNIT for node in nodes
    ):
        return frozenset()
    return frozenset(node.id for node in nodes if isinstance(node, MetricName))


def _strip_calls(node: Node) -> Node:
    """The expression inside calls that keep the unit, as x in `abs(prev(x))`."""
    while isinstance(node, FunctionCall) and node.name in _SAME_UNIT:
        node = node.arguments[0]
    return node


def _find_single_metric(mates: Sequence[Rule]) -> str | None:
    """The only metric that a group's rules compare with numbers; None where there are more, or other clauses."""
    names: set[str] = set()
    for mate in mates:
        for node in walk_tree(mate.when.tree):
            if isinstance(node, MetricName):
                names.add(node.id)
            elif not isinstance(node, Compare | AllOf | Not) and literal_value(node) is None:
                return None
    return names.pop() if len(names) == 1 else None


def _iterate_limits(rule: Rule) -> Iterator[float]:
    for node in walk_tree(rule.when.tree):
        if isinstance(node, Compare):
            yield from (value for item in node.items if (value := literal_value(item)) is not None)


def _has_mixed_and_or(text: str) -> bool:
    """Whether "and" and "or" stand side by side within the same brackets."""
    words: list[set[str]] = [set()]
    for token in lex_expression(text).texts:
        if token in "([":
            words.append(set())
        elif token in ")]":
            if {"and", "or"} <= words.pop():
                return True
        elif token in ("and", "or"):
            words[-1].add(token)
    return any({"and", "or"} <= level for level in words)
