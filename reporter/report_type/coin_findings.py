"""Rules → the findings that only coins can have, because they rest on tables that only coins have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from reporter.desk.config.asset_classes import COIN_TABLES
from reporter.desk.config.instruments import INSTRUMENTS
from reporter.metrics import list_metric_specs
from reporter.model.hourly import parse_hourly_id
from reporter.model.metric import MetricSpec
from reporter.rules import RuleBook
from reporter.rules.book.rule_book import Rule
from reporter.rules.expressions.tree import (
    AllOf,
    AnyOf,
    ConditionName,
    FunctionCall,
    IsMissing,
    MetricName,
    Node,
    Not,
    TextLiteral,
    list_children,
)

#: Runs of flows, which no declaration of a metric names.
_COIN_RUNS = frozenset({"news.fund_streak_in", "news.fund_streak_out"})


def find_coin_findings(rules: RuleBook) -> frozenset[str]:
    """Find the findings that can't be without a table of coins' own: those of rules, and kinds of news.

    Args:
        rules: of the report type.
    """
    specs = list_metric_specs(INSTRUMENTS)
    found: set[str] = set()
    while True:
        # A rule that needs another one to have fired is a coin's where that one is.
        more = {rule.id for rule in rules.rules if rule.id not in found and _needs_coins(rule, rules, specs, found)}
        if not more:
            return frozenset(found) | _list_coin_news(specs) | _COIN_RUNS
        found |= more


def leave_out_coin_conditions(rules: RuleBook) -> RuleBook:
    """Return rules whose framework asks no condition that only coins have."""
    if rules.framework is None:
        return rules
    coins = find_coin_findings(rules)
    conditions = tuple(one for one in rules.framework.conditions if one.id not in coins)
    return replace(rules, framework=replace(rules.framework, conditions=conditions))


def _needs_coins(rule: Rule, rules: RuleBook, specs: Mapping[str, MetricSpec], found: Collection[str]) -> bool:
    reader = _CoinReader(rules, specs, found)
    facts = (expression for name, expression in rule.facts.items() if name not in rule.optional)
    return reader.needs_coins(rule.when.tree) or any(reader.needs_coins(each.tree) for each in facts)


def _list_coin_news(specs: Mapping[str, MetricSpec]) -> frozenset[str]:
    """List the kinds of news that only metrics of coins' tables make."""
    kinds: dict[bool, set[str]] = {True: set(), False: set()}
    for spec in specs.values():
        if spec.news is not None:
            kinds[not COIN_TABLES.isdisjoint(spec.tables)] |= {spec.news.up, spec.news.down}
    return frozenset(f"news.{kind}" for kind in kinds[True] - kinds[False] if kind)


class _CoinReader:
    """Reads of expressions whether they can be known without a table of coins' own."""

    def __init__(self, rules: RuleBook, specs: Mapping[str, MetricSpec], found: Collection[str]) -> None:
        self._rules = rules
        self._specs = specs
        self._found = found

    def needs_coins(self, node: Node) -> bool:
        """Return whether an expression is missing, or false, wherever those tables are."""
        if isinstance(node, MetricName):
            return self._is_coin_metric(node.id)
        if isinstance(node, ConditionName):
            named = self._rules.conditions.get(node.name)
            return named is not None and self.needs_coins(named.tree)
        if isinstance(node, AnyOf):
            return all(map(self.needs_coins, node.items))
        if isinstance(node, AllOf):
            return any(map(self.needs_coins, node.items))
        if isinstance(node, IsMissing):
            return False
        if isinstance(node, Not):
            return not isinstance(node.item, IsMissing | FunctionCall) and self.needs_coins(node.item)
        if isinstance(node, FunctionCall):
            return self._needs_coins_in_call(node)
        return any(map(self.needs_coins, list_children(node)))

    def _needs_coins_in_call(self, node: FunctionCall) -> bool:
        texts = [item.value for item in node.arguments if isinstance(item, TextLiteral)]
        if node.name == "fired":
            return bool(texts) and all(text in self._found for text in texts)
        return any(map(self.needs_coins, node.arguments))

    def _is_coin_metric(self, metric: str) -> bool:
        hourly = parse_hourly_id(metric)
        subject, _, table = metric.partition(".")
        if subject == "quality" and table.partition(".")[0] in COIN_TABLES:
            # What is said of a table's sources is made of no table's values.
            return True
        spec = self._specs.get(hourly.metric if hourly is not None else metric)
        return spec is not None and not COIN_TABLES.isdisjoint(spec.tables)
