"""Rules × conditions → diagnostics of what is wrong between them: duplicate ids, unknown names, groups, circles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.rules.book.rule_book import Expression, Rule, VerdictParts
from reporter.rules.book.rule_forms import RuleForm
from reporter.rules.expressions.signatures import FUNCTIONS
from reporter.rules.expressions.tree import ConditionName, FunctionCall, Node, TextLiteral, list_children
from reporter.syntax.located_yaml import LocatedValue

#: How deep conditions and fired() may lead into one another, expressions and all; evaluation recurses that far.
MAX_TOTAL_DEPTH = 100

_RESERVED = {*FUNCTIONS, "and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "missing"}


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule form that passed validation, with its place in the file.

    Attributes:
        form: the rule.
        located: where its keys stand.
        shown_as: the file as it is shown.
        pieces: for a rung, whose condition is put together: from which offset on, which text of the file.
        ladder: id of the ladder that it is a rung of, or empty.
        verdict: what makes it a verdict; None for any other rule.
    """

    form: RuleForm
    located: LocatedValue
    shown_as: str
    pieces: tuple[tuple[int, LocatedValue], ...] = ()
    ladder: str = ""
    verdict: VerdictParts | None = None

    def diagnostic_at(self, code: str, path: tuple[int | str, ...], what: str, hint: str = "") -> Diagnostic:
        """A diagnostic of this rule at the place of one of its values.

        Args:
            code: the diagnostic's code.
            path: keys and positions that lead to the value.
            what: what is wrong.
            hint: what to do.
        """
        here = self.located.find_value(path)
        return Diagnostic(code, Place(self.shown_as, here.line, here.column), f'rule "{self.form.id}": {what}', hint)


def check_relations(
    written: Sequence[WrittenRule],
    rules: Sequence[Rule],
    conditions: Mapping[str, Expression],
    ids: Collection[str],
) -> list[Diagnostic]:
    """Check rules against each other: ids, names, groups, reserved words and circles.

    Args:
        written: rules of the right form.
        rules: those of them whose expressions are right too.
        conditions: the named conditions that are right.
        ids: ids of all rules, also of refused ones.
    """
    return [
        *_check_duplicate_ids(written),
        *_check_names(written, ids),
        *_check_groups(written),
        *_check_reserved_names(conditions),
        *_check_circles(written, rules, conditions),
    ]


def _check_duplicate_ids(written: Sequence[WrittenRule]) -> Iterator[Diagnostic]:
    first: dict[str, WrittenRule] = {}
    for rule in written:
        known = first.setdefault(rule.form.id, rule)
        if known is not rule:
            yield rule.diagnostic_at(
                "rules.duplicate-id",
                ("id",),
                f"the id is already in {known.shown_as}:{known.located.find_value(('id',)).line}",
            )


def _check_names(written: Sequence[WrittenRule], ids: Collection[str]) -> Iterator[Diagnostic]:
    for rule in written:
        for at, name in enumerate(rule.form.supersedes):
            if name not in ids:
                yield rule.diagnostic_at(
                    "rules.unknown-rule",
                    ("supersedes", at),
                    f'supersedes an unknown rule "{name}"',
                    did_you_mean(name, ids),
                )
            elif name == rule.form.id:
                yield rule.diagnostic_at("rules.circle", ("supersedes", at), "supersedes itself")
        for at, name in enumerate(rule.verdict.instead if rule.verdict else ()):
            if name not in ids:
                what = f'stands instead of an unknown rule "{name}"'
                yield rule.diagnostic_at("rules.unknown-rule", ("instead", at), what, did_you_mean(name, ids))
        for at, name in enumerate(rule.form.optional):
            if name not in rule.form.facts:
                hint = did_you_mean(name, rule.form.facts)
                yield rule.diagnostic_at(
                    "rules.unknown-fact", ("optional", at), f'"{name}" isn\'t one of its facts', hint
                )


def _check_groups(written: Sequence[WrittenRule]) -> Iterator[Diagnostic]:
    first: dict[str, WrittenRule] = {}
    for rule in written:
        group, pick = rule.form.group, rule.form.pick
        if group is None:
            if pick is not None:
                yield rule.diagnostic_at("rules.wrong-group", ("pick",), "pick needs a group")
            continue
        if pick is None:
            yield rule.diagnostic_at(
                "rules.wrong-group", ("group",), f'group "{group}" needs pick', "first, unique or collect"
            )
            continue
        known = first.setdefault(group, rule)
        if known.form.pick != pick:
            place = f"{known.shown_as}:{known.located.find_value(('pick',)).line}"
            what = f'group "{group}" picks {known.form.pick} in {place}'
            yield rule.diagnostic_at("rules.wrong-group", ("pick",), what, "all rules of a group pick alike")


def _check_reserved_names(conditions: Mapping[str, Expression]) -> Iterator[Diagnostic]:
    for name, expression in conditions.items():
        if name in _RESERVED:
            what = f'condition "{name}" has the name of a function or a word of the language'
            yield Diagnostic("rules.reserved-name", Place.from_text(expression.place), what)


def _check_circles(
    written: Sequence[WrittenRule], rules: Sequence[Rule], conditions: Mapping[str, Expression]
) -> Iterator[Diagnostic]:
    by_id = {rule.form.id: rule for rule in written}
    above = {rule.form.id: [name for name in rule.form.supersedes if name != rule.form.id] for rule in written}
    circle = _find_circle(above)
    if circle:
        yield by_id[circle[0]].diagnostic_at(
            "rules.circle", ("supersedes",), f"supersedes itself: {' → '.join(circle)}"
        )
    uses = _map_uses(rules, conditions)
    circle = _find_circle({name: [used for used, _ in found] for name, found in uses.items()})
    if circle:
        yield _diagnostic_for("rules.circle", circle[0], by_id, conditions, f"depends on itself: {' → '.join(circle)}")
        return
    for name, depth in _compute_depths(uses).items():
        if depth > MAX_TOTAL_DEPTH:
            what = f"conditions and fired() lead deeper than {MAX_TOTAL_DEPTH} levels"
            yield _diagnostic_for("rules.too-deep", name, by_id, conditions, what)
            return


def _diagnostic_for(
    code: str, name: str, by_id: Mapping[str, WrittenRule], conditions: Mapping[str, Expression], what: str
) -> Diagnostic:
    """A diagnostic of the rule, or of the condition in "condition x", that is named."""
    if name in by_id:
        return by_id[name].diagnostic_at(code, ("when",), what)
    plain = name.removeprefix("condition ")
    return Diagnostic(code, Place.from_text(conditions[plain].place), f'condition "{plain}": {what}')


#: Name of a rule or "condition x" → what it uses, each with the depth at which it does; ("", n) is its own depth.
_Uses = Mapping[str, Sequence[tuple[str, int]]]


def _map_uses(rules: Sequence[Rule], conditions: Mapping[str, Expression]) -> _Uses:
    uses = {f"condition {name}": list(_iterate_uses(expression.tree)) for name, expression in conditions.items()}
    for rule in rules:
        expressions = [rule.when, *([rule.until] if rule.until else []), *rule.facts.values(), *rule.relations.values()]
        uses[rule.id] = [use for expression in expressions for use in _iterate_uses(expression.tree)]
    earlier: dict[str, list[str]] = {}
    for rule in rules:
        if rule.group and rule.pick == "first":
            # Whether it fired depends on whether an earlier one of its group did.
            mates = earlier.setdefault(rule.group, [])
            uses[rule.id] += [(mate, 1) for mate in mates[-1:]]
            mates.append(rule.id)
    return uses


def _iterate_uses(node: Node, depth: int = 1) -> Iterator[tuple[str, int]]:
    yield "", depth
    if isinstance(node, ConditionName):
        yield f"condition {node.name}", depth
    elif isinstance(node, FunctionCall) and node.name == "fired" and isinstance(node.arguments[0], TextLiteral):
        yield node.arguments[0].value, depth
    for part in list_children(node):
        yield from _iterate_uses(part, depth + 1)


def _find_circle(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """The first circle of a graph, starting at the name that comes first in the graph; empty if none."""
    sorter = TopologicalSorter({name: [used for used in found if used] for name, found in graph.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        # graphlib lists each name before the one that uses it; a reader follows the uses.
        ring = list(reversed(error.args[1]))[:-1]
        order = list(graph)
        start = ring.index(min(ring, key=order.index))
        return [*ring[start:], *ring[:start], ring[start]]
    return []


def _compute_depths(uses: _Uses) -> dict[str, int]:
    """Depth to which each rule and condition leads through the names it uses; the graph has no circle."""
    graph = {name: [used for used, _ in found if used] for name, found in uses.items()}
    depths: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        depths[name] = max((depth + depths.get(used, 0) for used, depth in uses.get(name, ())), default=0)
    return {name: depths[name] for name in uses}
