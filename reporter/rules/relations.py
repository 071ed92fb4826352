"""What rules and conditions are to one another: unique, grouped, superseding, and never in a circle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from reporter.authored.source import Located
from reporter.diagnostics import Diagnostic, Place, did_you_mean
from reporter.rules.book import Expression, Rule
from reporter.rules.schema import RuleForm
from reporter.rules.signatures import FUNCTIONS
from reporter.rules.tree import Call, Named, Node, Text, parts

#: How deep conditions and fired() may lead into one another, expressions and all; evaluation recurses that far.
MAX_TOTAL_DEPTH = 100

_RESERVED = {*FUNCTIONS, "and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "missing"}


@dataclass(frozen=True, slots=True)
class Written:
    """A rule of the right form, and where it stands.

    Attributes:
        form: the rule.
        located: where its keys stand.
        shown_as: the file as it is shown.
        pieces: for a rung, whose condition is put together: from which offset on, which text of the file.
        ladder: id of the ladder that it is a rung of, or empty.
    """

    form: RuleForm
    located: Located
    shown_as: str
    pieces: tuple[tuple[int, Located], ...] = ()
    ladder: str = ""

    def problem(self, code: str, path: tuple[int | str, ...], what: str, hint: str = "") -> Diagnostic:
        """A problem of this rule at one of its values."""
        here = self.located.find(path)
        return Diagnostic(code, Place(self.shown_as, here.line, here.column), f'rule "{self.form.id}": {what}', hint)


def relate(
    written: Sequence[Written],
    rules: Sequence[Rule],
    conditions: Mapping[str, Expression],
    ids: Collection[str],
) -> list[Diagnostic]:
    """Find what is wrong between rules.

    Args:
        written: rules of the right form.
        rules: those of them whose expressions are right too.
        conditions: the named conditions that are right.
        ids: ids of all rules, also of refused ones.
    """
    return [
        *_duplicates(written),
        *_names(written, ids),
        *_groups(written),
        *_reserved(conditions),
        *_circles(written, rules, conditions),
    ]


def _duplicates(written: Sequence[Written]) -> Iterator[Diagnostic]:
    first: dict[str, Written] = {}
    for rule in written:
        known = first.setdefault(rule.form.id, rule)
        if known is not rule:
            yield rule.problem(
                "rules.duplicate-id",
                ("id",),
                f"the id is already in {known.shown_as}:{known.located.find(('id',)).line}",
            )


def _names(written: Sequence[Written], ids: Collection[str]) -> Iterator[Diagnostic]:
    for rule in written:
        for at, name in enumerate(rule.form.supersedes):
            if name not in ids:
                yield rule.problem(
                    "rules.unknown-rule",
                    ("supersedes", at),
                    f'supersedes an unknown rule "{name}"',
                    did_you_mean(name, ids),
                )
            elif name == rule.form.id:
                yield rule.problem("rules.circle", ("supersedes", at), "supersedes itself")
        for at, name in enumerate(rule.form.optional):
            if name not in rule.form.facts:
                hint = did_you_mean(name, rule.form.facts)
                yield rule.problem("rules.unknown-fact", ("optional", at), f'"{name}" isn\'t one of its facts', hint)


def _groups(written: Sequence[Written]) -> Iterator[Diagnostic]:
    first: dict[str, Written] = {}
    for rule in written:
        group, pick = rule.form.group, rule.form.pick
        if group is None:
            if pick is not None:
                yield rule.problem("rules.wrong-group", ("pick",), "pick needs a group")
            continue
        if pick is None:
            yield rule.problem(
                "rules.wrong-group", ("group",), f'group "{group}" needs pick', "first, unique or collect"
            )
            continue
        known = first.setdefault(group, rule)
        if known.form.pick != pick:
            what = f'group "{group}" picks {known.form.pick} in {known.shown_as}:{known.located.find(("pick",)).line}'
            yield rule.problem("rules.wrong-group", ("pick",), what, "all rules of a group pick alike")


def _reserved(conditions: Mapping[str, Expression]) -> Iterator[Diagnostic]:
    for name, expression in conditions.items():
        if name in _RESERVED:
            what = f'condition "{name}" has the name of a function or a word of the language'
            yield Diagnostic("rules.reserved-name", Place.read(expression.place), what)


def _circles(
    written: Sequence[Written], rules: Sequence[Rule], conditions: Mapping[str, Expression]
) -> Iterator[Diagnostic]:
    by_id = {rule.form.id: rule for rule in written}
    above = {rule.form.id: [name for name in rule.form.supersedes if name != rule.form.id] for rule in written}
    circle = _circle(above)
    if circle:
        yield by_id[circle[0]].problem("rules.circle", ("supersedes",), f"supersedes itself: {' → '.join(circle)}")
    uses = _uses(rules, conditions)
    circle = _circle({name: [used for used, _ in found] for name, found in uses.items()})
    if circle:
        yield _at("rules.circle", circle[0], by_id, conditions, f"depends on itself: {' → '.join(circle)}")
        return
    for name, depth in _depths(uses).items():
        if depth > MAX_TOTAL_DEPTH:
            what = f"conditions and fired() lead deeper than {MAX_TOTAL_DEPTH} levels"
            yield _at("rules.too-deep", name, by_id, conditions, what)
            return


def _at(
    code: str, name: str, by_id: Mapping[str, Written], conditions: Mapping[str, Expression], what: str
) -> Diagnostic:
    """A problem of a rule or, where the name begins with that word, a condition."""
    if name in by_id:
        return by_id[name].problem(code, ("when",), what)
    plain = name.removeprefix("condition ")
    return Diagnostic(code, Place.read(conditions[plain].place), f'condition "{plain}": {what}')


#: Name of a rule or "condition x" → what it uses, each with the depth at which it does; ("", n) is its own depth.
_Uses = Mapping[str, Sequence[tuple[str, int]]]


def _uses(rules: Sequence[Rule], conditions: Mapping[str, Expression]) -> _Uses:
    uses = {f"condition {name}": list(_used(expression.tree)) for name, expression in conditions.items()}
    for rule in rules:
        expressions = [rule.when, *([rule.until] if rule.until else []), *rule.facts.values()]
        uses[rule.id] = [use for expression in expressions for use in _used(expression.tree)]
    earlier: dict[str, list[str]] = {}
    for rule in rules:
        if rule.group and rule.pick == "first":
            # Whether it fired depends on whether an earlier one of its group did.
            mates = earlier.setdefault(rule.group, [])
            uses[rule.id] += [(mate, 1) for mate in mates[-1:]]
            mates.append(rule.id)
    return uses


def _used(node: Node, depth: int = 1) -> Iterator[tuple[str, int]]:
    yield "", depth
    if isinstance(node, Named):
        yield f"condition {node.name}", depth
    elif isinstance(node, Call) and node.name == "fired" and isinstance(node.arguments[0], Text):
        yield node.arguments[0].value, depth
    for part in parts(node):
        yield from _used(part, depth + 1)


def _circle(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """One circle of a graph from the first of its names in the graph's order, or an empty list."""
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


def _depths(uses: _Uses) -> dict[str, int]:
    """How deep each rule and condition leads in all; the graph has no circle."""
    graph = {name: [used for used, _ in found if used] for name, found in uses.items()}
    depths: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        depths[name] = max((depth + depths.get(used, 0) for used, depth in uses.get(name, ())), default=0)
    return {name: depths[name] for name in uses}
