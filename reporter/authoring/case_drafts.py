"""Rule → a first draft of its cases: values that make it fire, at its thresholds, and with readings missing.

The draft says what the rule does. Whether that is what was meant, its editor has to read and say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from reporter.authoring.trial import AuthoredReport
from reporter.diagnostics.errors import HeldError
from reporter.model.finding import State
from reporter.model.metric import MetricSpec, Unit
from reporter.rules import Replay
from reporter.rules.analysis.flips import WHOLE_UNITS
from reporter.rules.analysis.lint import ORDERED
from reporter.rules.analysis.solve import NOT_TRUE, Goal, Solver
from reporter.rules.analysis.variables import TYPICAL
from reporter.rules.book.case_files import DATE
from reporter.rules.book.rule_book import Case, Rule
from reporter.rules.engine.binding import Scope
from reporter.rules.engine.function_bodies import text_value as text_of
from reporter.rules.expressions.condition_leaves import iterate_leaves
from reporter.rules.expressions.literals import format_literal
from reporter.rules.expressions.tree import (
    AllOf,
    Compare,
    FunctionCall,
    MetricName,
    Node,
    TextLiteral,
    format_node,
    literal_value,
    walk_tree,
)
from reporter.rules.expressions.tree import list_children as inside

_KEYS = {"equity": ("spx", "nasdaq"), "metal": ("gold", "silver"), "*": ("spx", "nasdaq", "gold", "silver")}


@dataclass(slots=True)
class _DraftWorld:
    """A case being drafted: values by metric and days ago, events and assumed rules."""

    days: dict[str, dict[int, float]] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    fired: dict[str, bool] = field(default_factory=dict)

    def put_value(self, metric: str, ago: int, value: float) -> None:
        self.days.setdefault(metric, {}).setdefault(ago, value)

    def list_given(self) -> dict[str, tuple[float | None, ...]]:
        return {
            name: tuple(values.get(ago) for ago in range(max(values), -1, -1)) for name, values in self.days.items()
        }


def draft_cases(authored: AuthoredReport, rule: Rule) -> tuple[Case, ...]:
    """Draft cases of a rule (fires, boundary, does not, missing); empty where no values make it fire."""
    return _CaseDrafter(authored, rule).draft_cases()


class _CaseDrafter:
    def __init__(self, authored: AuthoredReport, rule: Rule) -> None:
        self.authored, self.rule = authored, rule
        self.registry: Mapping[str, MetricSpec] = authored.registry
        self.solver = Solver(authored.report.rules, authored.registry, ORDERED, into_fired=False)
        self.conditions = self.solver.conditions

    def draft_cases(self) -> tuple[Case, ...]:
        goals: list[Goal] = [(self.rule.when.tree, True)]
        goals += [(rival.when.tree, NOT_TRUE) for rival in self.solver.rivals[self.rule.id]]
        for tried in (goals, goals[:1]):
            values = self.solver.find_values(tried).values
            if values is None:
                continue
            world = self.build_world(values)
            base = Case(
                self.rule.id, "fires", world.list_given(), world.events, world.fired, DATE, State.FIRED,
                {}, None, None, "body", {}, "",
            )  # fmt: skip
            if self.find_state(base) is State.FIRED:
                turned = tuple(self.iterate_turned_cases(base))
                return (
                    base,
                    *turned,
                    *self.iterate_missing_cases(base, wanting=not any(_is_not_firing(case) for case in turned)),
                )
        return ()

    def find_state(self, case: Case) -> State | None:
        metrics = self.authored.case_worlds.make_metrics(case.given, case.date, case.events)
        try:
            return (
                Replay(self.authored.report.rules, metrics, case.fired)
                .evaluate_rule(case.rule, metrics.today_index)
                .state
            )
        except HeldError:
            return None

    def build_world(self, values: Mapping[str, float | None]) -> _DraftWorld:
        """Values, events and assumed rules that give the variables their values, as far as they can be found."""
        world = _DraftWorld()
        trees = [self.rule.when.tree, *(rival.when.tree for rival in self.solver.rivals[self.rule.id])]
        nodes = {
            format_node(node): node
            for tree in trees
            for leaf in iterate_leaves(tree, self.conditions)
            for node in walk_tree(leaf)
        }
        for name, value in sorted(values.items(), key=lambda item: item[0] not in self.registry):
            if name in self.registry:
                if value is not None:
                    world.put_value(name, 0, value)
            elif name in nodes and value is not None:
                self.place_value(nodes[name], value, 0, world, values)
        for fact in self.rule.facts.values():
            self.fill_fact(fact.tree, 0, world, values)
        return world

    def place_value(
        self, node: Node, value: float | None, ago: int, world: _DraftWorld, values: Mapping[str, float | None]
    ) -> None:
        """Give a node a value on a day."""
        if isinstance(node, MetricName):
            if value is not None:
                world.put_value(node.id, ago, value)
            return
        if not isinstance(node, FunctionCall):
            return
        match node.name:
            case "fired":
                world.fired[text_of(node.arguments[0])] = bool(value)
            case "has_event":
                if value:
                    world.events[text_of(node.arguments[0])] = 1
            case "percentile":
                self.place_rank(node, value, ago, world)
            case "streak":
                self.place_streak(node, int(value or 0), world)
            case "prev" | "ago" | "max_over" | "min_over" | "mean_over":
                self.place_past(node, value, ago, world, values)
            case "known_count" | "up_count" | "down_count" | "same_sign":
                self.place_list(node, value or 0.0, world)
            case _:
                self.fill_fact(node, ago, world, values)

    def place_past(
        self, node: FunctionCall, value: float | None, ago: int, world: _DraftWorld, values: Mapping[str, float | None]
    ) -> None:
        item = node.arguments[0]
        days = 1 if node.name == "prev" else self.count_days(node.arguments[1], values)
        if node.name in ("prev", "ago"):
            self.place_value(item, value, ago + days, world, values)
        elif value is not None:
            for past in range(days):
                self.place_value(item, value, ago + past, world, values)

    def place_rank(self, node: FunctionCall, value: float | None, ago: int, world: _DraftWorld) -> None:
        """Put half a window of days that are all below today's value, or all above."""
        item, days = node.arguments[0], int(literal_value(node.arguments[1]) or 2)
        metric = next((part.id for part in walk_tree(item) if isinstance(part, MetricName)), None)
        today = world.days.get(metric or "", {}).get(ago)
        if metric is None or value is None or today is None:
            return
        beside = abs(today) / 2 or 1.0
        for past in range(1, days // 2 + 1):
            world.put_value(metric, ago + past, today - beside if value > 0.5 else today + beside)

    def place_streak(self, node: FunctionCall, count: int, world: _DraftWorld) -> None:
        values = self.solver.find_values([(node.arguments[0], True)]).values or {}
        for name, value in values.items():
            for past in range(count if value is not None and name in self.registry else 0):
                world.put_value(name, past, value or 0.0)

    def count_days(self, node: Node, values: Mapping[str, float | None]) -> int:
        value = literal_value(node)
        if value is not None:
            return int(value)
        names = [part.id for part in walk_tree(node) if isinstance(part, MetricName)]
        extra = sum(literal_value(part) or 0 for part in walk_tree(node))
        return int((values.get(names[0]) or 0) + extra) if names else 0

    def place_list(self, node: FunctionCall, value: float, world: _DraftWorld) -> None:
        pattern, kind = node.arguments[0], node.arguments[1] if len(node.arguments) > 1 else None
        today = {name: values.get(0) for name, values in world.days.items()}
        past = self.count_days(node.arguments[2], today) if len(node.arguments) > 2 else 0
        keys = _KEYS.get(kind.value if isinstance(kind, TextLiteral) else "*", _KEYS["*"])
        count = len(keys) if node.name == "same_sign" else int(value)
        for key in keys[:count]:
            name = text_of(pattern).replace("*", key)
            if name in self.registry:
                falls = node.name == "down_count" or (node.name == "same_sign" and value < 0)
                world.put_value(name, past, -0.01 if falls else 0.01)

    def fill_fact(self, node: Node, ago: int, world: _DraftWorld, values: Mapping[str, float | None]) -> None:
        """Give each metric and event that a fact needs a typical value."""
        if isinstance(node, MetricName):
            spec = self.registry[node.id]
            value = TYPICAL.get(spec.unit, 1.0)
            if spec.unit is Unit.PRICE:
                value *= 0.97 if "low" in node.id else 1.03 if "high" in node.id else 1.0
            world.put_value(node.id, ago, min(max(value, spec.low), spec.high))
        elif isinstance(node, FunctionCall) and node.name == "event":
            world.events.setdefault(text_of(node.arguments[0]), 1)
        elif isinstance(node, FunctionCall) and node.name in (
            "collect",
            "same_sign",
            "up_count",
            "down_count",
            "known_count",
        ):
            self.place_list(node, 2.0, world)
        elif isinstance(node, FunctionCall) and node.name in ("prev", "ago"):
            days = 1 if node.name == "prev" else self.count_days(node.arguments[1], values)
            self.fill_fact(node.arguments[0], ago + days, world, values)
        elif isinstance(node, FunctionCall) and node.name in (
            "max_over",
            "min_over",
            "mean_over",
            "percentile",
            "change",
        ):
            for past in range(self.count_days(node.arguments[1], values) + (node.name == "change")):
                self.fill_fact(node.arguments[0], ago + past, world, values)
        else:
            for part in inside(node):
                self.fill_fact(part, ago, world, values)

    def iterate_turned_cases(self, base: Case) -> Iterator[Case]:
        """Iterate cases at and just beyond the first threshold that changes the rule's state."""
        tree = self.rule.when.tree
        # What the rule says itself says more of what is meant than what its named conditions do.
        own = [node for node in (inside(tree) if isinstance(tree, AllOf) else (tree,)) if isinstance(node, Compare)]
        rest = [leaf for leaf in iterate_leaves(tree, self.conditions) if isinstance(leaf, Compare) and leaf not in own]
        metrics = self.authored.case_worlds.make_metrics(base.given, base.date, base.events)
        scope = Scope(metrics, self.conditions, lambda name, _: base.fired.get(name))
        for leaf in (*own, *rest):
            left, right = leaf.items[-2:]
            metric = next((part.id for part in walk_tree(left) if isinstance(part, MetricName)), None)
            limit = scope.bind_number(right)(metrics.today_index)
            if (
                metric is None
                or limit is None
                or metric not in base.given
                or not scope.bind_condition(leaf)(metrics.today_index)
            ):
                continue
            mirrored = isinstance(left, FunctionCall) and left.name == "abs" and (base.given[metric][-1] or 0.0) < 0
            found = list(self.iterate_limit_cases(base, metric, -limit if mirrored else limit, format_node(leaf)))
            if literal_value(right) is None and not isinstance(right, MetricName):
                # What is computed can't be written down exactly, so a case can't stand on it.
                found = [case for case in found if not case.name.startswith("at ")]
            fires = any(case.expect is State.FIRED for case in found)
            shown = [case for case in found if case.name.startswith("at ") or _is_not_firing(case)]
            if fires and any(_is_not_firing(case) for case in shown):
                yield from shown
                return
        yield from self.iterate_switched_cases(base)

    def iterate_limit_cases(self, base: Case, metric: str, limit: float, text: str) -> Iterator[Case]:
        spec = self.registry[metric]
        step = (
            1.0
            if spec.unit in WHOLE_UNITS
            else 3_600.0
            if spec.unit is Unit.INSTANT
            else 0.001
            if spec.unit is Unit.FRACTION
            else abs(limit) / 50 or 0.1
        )
        for value in (limit, limit - step, limit + step):
            if spec.low <= value <= spec.high:
                case = self.change_value(base, metric, value)
                at = "at" if value == limit else "just below" if value < limit else "just above"
                yield replace(case, name=f"{at} the bound of {text}")

    def iterate_switched_cases(self, base: Case) -> Iterator[Case]:
        """Iterate cases with one assumed rule switched or one event left out."""
        for name, value in base.fired.items():
            case = replace(base, fired={**base.fired, name: not value})
            state = self.find_state(case)
            if state is not None and state is not State.FIRED:
                yield replace(case, expect=state, name=f"{name} {'not fired' if value else 'fired'}")
                return
        for topic in base.events:
            case = replace(base, events={name: ago for name, ago in base.events.items() if name != topic})
            state = self.find_state(case)
            if state is not None and state is not State.FIRED:
                yield replace(case, expect=state, name=f"no event of {topic}")
                return

    def change_value(self, base: Case, metric: str, value: float | None) -> Case:
        case = replace(base, given={**base.given, metric: (*base.given[metric][:-1], value)})
        return replace(case, expect=self.find_state(case) or State.UNKNOWN)

    def iterate_missing_cases(self, base: Case, *, wanting: bool) -> Iterator[Case]:
        """Iterate cases with one reading missing; `wanting` adds one in which the rule doesn't fire."""
        asked = [
            part.id
            for leaf in iterate_leaves(self.rule.when.tree, self.conditions)
            for part in walk_tree(leaf)
            if isinstance(part, MetricName)
        ]
        found = [
            replace(case, name=f"without {metric}")
            for metric in dict.fromkeys((*asked, *base.given))
            if metric in base.given and (case := self.change_value(base, metric, None)).expect is not State.FIRED
        ]
        # A gap that leaves the rule unknown shows more than one that decides it.
        yield from [case for case in found if case.expect is State.UNKNOWN][:1] or found[:1]
        if wanting:
            yield from [case for case in found if _is_not_firing(case)][:1]


def _is_not_firing(case: Case) -> bool:
    return case.expect in (State.NOT_FIRED, State.SUPPRESSED, State.PENDING)


def format_draft(cases: tuple[Case, ...], registry: Mapping[str, MetricSpec]) -> Iterator[str]:
    """Format cases of one rule as an entry of a case file: the shared values, then each case's changes."""
    base = cases[0]
    yield f"  - rule: {base.rule}"
    if base.given:
        shared = ", ".join(
            f"{name}: {_format_days(values, registry[name].unit)}" for name, values in base.given.items()
        )
        yield f"    given: {{ {shared} }}"
    if base.events:
        yield f"    events: {{ {', '.join(f'{topic}: {ago}d' for topic, ago in base.events.items())} }}"
    for key, wanted in (("fired", True), ("not_fired", False)):
        names = [name for name, value in base.fired.items() if value is wanted]
        if names:
            yield f"    {key}: [{', '.join(names)}]"
    yield "    tests:"
    for case in cases:
        parts = [f'name: "{case.name}"']
        changed = {name: values for name, values in case.given.items() if values != base.given[name]}
        if changed:
            given = ", ".join(
                f"{name}: {_format_days(values, registry[name].unit)}" for name, values in changed.items()
            )
            parts.append(f"given: {{ {given} }}")
        if case.events != base.events:
            parts.append(f"events: {{{', '.join(f'{topic}: {ago}d' for topic, ago in case.events.items())}}}")
        for key, wanted in (("fired", True), ("not_fired", False)):
            names = [name for name, value in case.fired.items() if value is wanted and base.fired[name] is not wanted]
            if names:
                parts.append(f"{key}: [{', '.join(names)}]")
        yield f"      - {{ {', '.join(parts)}, state: {case.expect} }}"


def _format_days(values: tuple[float | None, ...], unit: Unit) -> str:
    """Format days' values in the notation of cases, with repeats as "x5"."""
    words: list[tuple[str, int]] = []
    for value in values:
        word = "_" if value is None else format_literal(value, unit)
        if words and words[-1][0] == word:
            words[-1] = (word, words[-1][1] + 1)
        else:
            words.append((word, 1))
    text = " ".join(word if count == 1 else f"{word}x{count}" for word, count in words)
    return f'"{text}"' if " " in text or text == "_" else text
