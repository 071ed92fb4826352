"""Ids of rules as typed → the rules."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.diagnostics.diagnostic import did_you_mean
from reporter.diagnostics.errors import usage_error
from reporter.rules.book.rule_book import Rule, RuleBook


def choose_rules(book: RuleBook, ids: Sequence[str] | None) -> list[Rule]:
    """Select rules by ids, or all; a prefix such as `lead` selects every rule below it.

    Raises:
        InputError: no rule is named so.
    """
    if not ids:
        return list(book.rules)
    chosen: set[str] = set()
    for name in ids:
        found = {rule.id for rule in book.rules if rule.id == name or rule.id.startswith(f"{name}.")}
        if not found:
            hint = did_you_mean(name, [rule.id for rule in book.rules])
            raise usage_error("usage.unknown-rule", f'unknown rule "{name}"', hint)
        chosen |= found
    return [rule for rule in book.rules if rule.id in chosen]


def find_rule(book: RuleBook, rule_id: str) -> Rule:
    """The rule with an id.

    Raises:
        InputError: no rule is named so.
    """
    found = next((rule for rule in book.rules if rule.id == rule_id), None)
    if found is None:
        hint = did_you_mean(rule_id, [rule.id for rule in book.rules])
        raise usage_error("usage.unknown-rule", f'unknown rule "{rule_id}"', hint)
    return found


def describe_rule(rule: Rule) -> dict[str, object]:
    """A rule's settings as a dictionary for JSON."""
    return {
        "id": rule.id,
        "place": rule.place,
        "topic": rule.topic,
        "when": rule.when.text,
        "until": rule.until.text if rule.until else None,
        "for": rule.hold_days,
        "stance": rule.stance,
        "weight": rule.weight,
        "group": rule.group or None,
        "pick": rule.pick if rule.group else None,
        "supersedes": list(rule.supersedes),
        "facts": {name: fact.text for name, fact in rule.facts.items()},
        "note": rule.note,
    }
