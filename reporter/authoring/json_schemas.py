"""JSON Schema for what editors write, made from the models that read it, with every metric and rule by name.

An expression is text to JSON Schema; a pattern lets it hold only metrics that exist, so that an editor's program
underlines a misspelt one as it is typed. The rest is said by `reporter check`, which knows units too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from reporter.authoring.trial import AuthoredReport
from reporter.language.filters import suggest_filters
from reporter.model.metric import MetricSpec
from reporter.narrative.outline import Outline
from reporter.narrative.phrases.phrases import PhraseBook
from reporter.rules.analysis.lint import CODES, short_code
from reporter.rules.book.rule_book import RuleBook
from reporter.rules.book.rule_forms import CaseSetForm, LadderForm, RuleForm, VerdictForm
from reporter.rules.expressions.signatures import EVENT_TOPICS, FUNCTIONS

_DRAFT = "http://json-schema.org/draft-07/schema#"
_EXPRESSIONS = ("when", "until", "of", "at_least", "above", "at_most", "below")
_METRIC_KEYS = ("value", "change", "reading")

Json = dict[str, Any]


class PhraseFact(BaseModel):
    """A fact that a rule's phrases may use."""

    model_config = ConfigDict(extra="forbid")

    unit: str
    optional: bool
    filters: str


class PhraseEntry(BaseModel):
    """What phrases a rule has, and what they may use."""

    model_config = ConfigDict(extra="forbid")

    rule: str
    place: str
    facts: dict[str, PhraseFact]
    forms: dict[str, list[str]]


class PhraseIndex(BaseModel):
    """Every rule with its phrases: locale → forms."""

    model_config = ConfigDict(extra="forbid")

    phrases: list[PhraseEntry]


def build_schemas(authored: AuthoredReport) -> dict[str, Json]:
    """Build the JSON Schemas and the phrase index: file name → content."""
    report, registry = authored.report, authored.registry
    return {
        "rules.schema.json": _rules_schema(report.rules, registry),
        "cases.schema.json": _cases_schema(report.rules, registry),
        "report.schema.json": _report_schema(report.rules, registry),
        "phrase-index.schema.json": _phrase_schema(report.rules),
        "phrase-index.json": build_phrase_index(report.rules, report.books).model_dump(),
    }


def build_expression_pattern(metrics: Iterable[str]) -> str:
    """Build a pattern for expressions in which every dotted name must be a known metric."""
    names = "|".join(re.escape(name) for name in sorted(metrics, key=lambda name: (-len(name), name)))
    return rf"""^("[^"]*"|'[^']*'|({names})(?![\w.])|[A-Za-z_]\w*(?![\w.])|[^A-Za-z_"'])*$"""


def build_phrase_index(rules: RuleBook, books: Sequence[PhraseBook]) -> PhraseIndex:
    """Build the phrase index: each rule's facts with usable filters, and its forms in each locale."""
    entries = []
    for rule in rules.rules:
        facts = {
            name: PhraseFact(unit=fact.unit.value, optional=name in rule.optional, filters=suggest_filters(fact.unit))
            for name, fact in rule.facts.items()
        }
        forms = {book.locale.tag: [form for name, form in book.says if name == rule.id] for book in books}
        entries.append(PhraseEntry(rule=rule.id, place=rule.place, facts=facts, forms=forms))
    return PhraseIndex(phrases=entries)


def _expression_schema(registry: Mapping[str, MetricSpec]) -> Json:
    calls = [{"label": name, "body": one.usage, "description": one.gap} for name, one in FUNCTIONS.items()]
    metrics = sorted(registry)
    return {
        "description": "A condition or value: metrics, numbers with %, bp, k, m, bn or d, and, or, not, functions.",
        "anyOf": [
            {"enum": metrics, "markdownEnumDescriptions": [registry[name].formula for name in metrics]},
            {"type": "string", "pattern": build_expression_pattern(metrics)},
            {"type": ["number", "boolean"]},
        ],
        "defaultSnippets": calls,
    }


def _rules_schema(rules: RuleBook, registry: Mapping[str, MetricSpec]) -> Json:
    kinds: dict[str, type[BaseModel]] = {"Rule": RuleForm, "Ladder": LadderForm, "Verdict": VerdictForm}
    forms = {name: _model_schema(kind) for name, kind in kinds.items()}
    definitions = {name: one for form in forms.values() for name, one in form.pop("$defs", {}).items()}
    definitions |= {**forms, "Expression": _expression_schema(registry)}
    refer = {"$ref": "#/$defs/Expression"}
    root = {
        "$schema": _DRAFT,
        "title": "A rule file",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "conditions": {"type": "object", "additionalProperties": refer},
            "rules": {"type": "array", "items": {"$ref": "#/$defs/Rule"}},
            "ladders": {"type": "array", "items": {"$ref": "#/$defs/Ladder"}},
            "verdicts": {"type": "array", "items": {"$ref": "#/$defs/Verdict"}},
        },
        "$defs": definitions,
    }
    return _restrict_properties(root, lambda key, value: _restrict_property(key, value, rules, registry))


def _cases_schema(rules: RuleBook, registry: Mapping[str, MetricSpec]) -> Json:
    form = _model_schema(CaseSetForm)
    definitions = {**form.pop("$defs", {}), "Cases": form}
    root = {
        "$schema": _DRAFT,
        "title": "A file of rule cases",
        "type": "object",
        "additionalProperties": False,
        "required": ["cases"],
        "properties": {"cases": {"type": "array", "items": {"$ref": "#/$defs/Cases"}}},
        "$defs": definitions,
    }
    return _restrict_properties(root, lambda key, value: _restrict_property(key, value, rules, registry))


def _report_schema(rules: RuleBook, registry: Mapping[str, MetricSpec]) -> Json:
    root = {"$schema": _DRAFT, **_model_schema(Outline)}
    metrics = sorted(registry)

    def restrict_property(key: str, value: Json) -> Json:
        if key in _METRIC_KEYS and value.get("type") == "string":
            return {**value, "enum": [*metrics, ""]}
        if value.get("type") == "array" and value.get("items") in ({}, {"type": "string"}) and key != "methods":
            return {**value, "items": {"anyOf": [{"enum": [rule.id for rule in rules.rules]}, {"type": "string"}]}}
        return value

    return _restrict_properties(root, restrict_property)


def _phrase_schema(rules: RuleBook) -> Json:
    root = {"$schema": _DRAFT, **_model_schema(PhraseIndex)}
    ids = [rule.id for rule in rules.rules]
    return _restrict_properties(root, lambda key, value: {**value, "enum": ids} if key == "rule" else value)


def _model_schema(model: type[BaseModel]) -> Json:
    return model.model_json_schema(by_alias=True)


def _restrict_property(key: str, value: Json, rules: RuleBook, registry: Mapping[str, MetricSpec]) -> Json:
    """Restrict a property of a rule or case to the names that it may hold."""
    ids = [rule.id for rule in rules.rules]
    kept: Json = {name: value[name] for name in ("title", "description", "default") if name in value}
    if key in _EXPRESSIONS:
        return {**kept, "$ref": "#/$defs/Expression"}
    if key in ("facts",) and "Expression" not in str(value) and value.get("type") == "object":
        return {**value, "additionalProperties": {"type": ["string", "number", "boolean"]}}
    if key == "given":
        values = {"type": ["string", "number", "boolean"]}
        return {**kept, "type": "object", "propertyNames": {"enum": sorted(registry)}, "additionalProperties": values}
    if key == "events":
        return {**value, "propertyNames": {"enum": [*EVENT_TOPICS]}}
    if key == "ignore":
        return {**value, "propertyNames": {"enum": [*map(short_code, CODES), *CODES]}}
    if key == "missing":
        return {**value, "items": {"enum": sorted(registry)}}
    if key in ("supersedes", "fired", "not_fired", "by"):
        return {**value, "items": {"enum": ids}}
    if key == "rule" and value.get("type") == "string":
        return {**kept, "enum": ids}
    return value


def _restrict_properties(root: Json, told: Callable[[str, Json], Json]) -> Json:
    return {**_restrict_node(root, told)}


def _restrict_node(node: Any, told: Callable[[str, Json], Json]) -> Any:
    """Apply `told` to every property of a schema."""
    if isinstance(node, list):
        return [_restrict_node(item, told) for item in node]
    if not isinstance(node, dict):
        return node
    found = {}
    for key, value in node.items():
        if key == "properties" and isinstance(value, dict):
            found[key] = {name: _restrict_node(told(name, one), told) for name, one in value.items()}
        else:
            found[key] = _restrict_node(value, told)
    return found
