"""report.yaml's `framework` as written: its form, and its conditions as rules of the book.

A condition becomes a rule that fires where the condition is met, doesn't where it is not, and is unknown where that
can't be known; so conditions are explained, tested, linted and tried on years of days like any rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.model.metric import Unit
from reporter.rules.book.ladders import SIGNS
from reporter.rules.book.rule_book import (
    Expression,
    Framework,
    FrameworkClosing,
    FrameworkCondition,
    FrameworkLevel,
    Side,
)
from reporter.rules.book.rule_forms import Code, ExpressionText, Name, RuleForm, RuleId
from reporter.rules.book.rule_relations import WrittenRule
from reporter.syntax.located_yaml import LocatedValue, Plain

#: Facts that every condition has: what is measured, and what it is measured against.
READING, THRESHOLD = "reading", "threshold"


class _FrameworkPartForm(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LevelForm(_FrameworkPartForm):
    """Where a level may be found."""

    id: Name
    value: ExpressionText
    when: ExpressionText | None = None


class ClosingForm(_FrameworkPartForm):
    """What ends a framework."""

    id: Name
    when: ExpressionText


class ConditionForm(_FrameworkPartForm):
    """One condition: a value and one bound."""

    id: RuleId
    side: Side
    name: dict[str, str]
    given: ExpressionText | None = None
    value: ExpressionText
    at_least: ExpressionText | None = None
    above: ExpressionText | None = None
    at_most: ExpressionText | None = None
    below: ExpressionText | None = None
    until: ExpressionText | None = None
    after: Annotated[str, Field(pattern=r"^([1-9]|1[0-4])d$")] | None = None
    facts: dict[Name, ExpressionText] = {}
    optional: list[str] = []
    relations: dict[Name, ExpressionText] = {}
    note: str = ""
    ignore: dict[Code, str] = {}


class FrameworkForm(_FrameworkPartForm):
    """The whole of it; `level` names the findings that head it and is the outline's business."""

    level: list[str]
    opens: ExpressionText
    lasts: Annotated[str, Field(pattern=r"^([2-9]|[12][0-9]|30)d$")]
    most: Annotated[int, Field(ge=1, le=6)] = 3
    levels: Annotated[list[LevelForm], Field(min_length=1)]
    closes: list[ClosingForm] = []
    conditions: list[ConditionForm] = []


def build_condition_rules(
    form: FrameworkForm, located: LocatedValue, shown_as: str
) -> tuple[Sequence[tuple[ConditionForm, WrittenRule, str]], list[Diagnostic]]:
    """Build the rule of each framework condition: (form, rule, key of its bound), and the diagnostics.

    Args:
        form: the framework.
        located: where it stands.
        shown_as: the file as it is shown.
    """
    found, problems = [], []
    for at, condition in enumerate(form.conditions):
        here = located.find_value(("conditions", at))
        bounds = [key for key in SIGNS if getattr(condition, key) is not None]
        if len(bounds) != 1:
            given = " and ".join(bounds) or "no bound"
            what = f'condition "{condition.id}" has {given}; it needs one of {", ".join(SIGNS)}'
            problems.append(Diagnostic("rules.wrong-sign", here.get_place(shown_as), what))
            continue
        found.append((condition, _build_rule(condition, here, bounds[0], here.file or shown_as), bounds[0]))
    return found, problems


def _build_rule(form: ConditionForm, here: LocatedValue, key: str, shown_as: str) -> WrittenRule:
    start = f"({form.value}) {SIGNS[key]} "
    pieces = ((1, here.find_value(("value",))), (len(start), here.find_value((key,))))
    plain: dict[str, Plain] = {"id": form.id, "topic": "condition", "when": start + getattr(form, key)}
    plain |= {"stance": "bull" if form.side == "for" else "bear", "weight": 50, "facts": {**form.facts}}
    plain |= {"optional": [*form.optional], "note": form.note, "ignore": {**form.ignore}}
    plain |= {"relations": {**form.relations}} if form.relations else {}
    rule = RuleForm.model_validate(plain)
    whole = LocatedValue({**plain, "until": form.until}, here.line, here.column, here.entries)
    return WrittenRule(rule, whole, shown_as, pieces)


class ExpressionReader(Protocol):
    """Reads and checks an expression at a path inside the framework; the reader keeps its diagnostics."""

    def __call__(
        self, text: str, path: tuple[int | str, ...], wanted: Literal["condition", "fact"], /
    ) -> Expression | None:
        """The expression, or None where it is wrong."""


def read_framework(form: FrameworkForm, read: ExpressionReader) -> tuple[Framework | None, list[Diagnostic]]:
    """Check the framework's own expressions: its form → the framework, or None, and the diagnostics."""

    def read_optional(text: str | None, *path: int | str) -> Expression | None:
        return None if text is None else read(text, path, "condition")

    opens = read(form.opens, ("opens",), "condition")
    levels = [
        FrameworkLevel(level.id, value, read_optional(level.when, "levels", at, "when"))
        for at, level in enumerate(form.levels)
        if (value := read(level.value, ("levels", at, "value"), "fact")) is not None
    ]
    closes = [
        FrameworkClosing(closing.id, when)
        for at, closing in enumerate(form.closes)
        if (when := read(closing.when, ("closes", at, "when"), "condition")) is not None
    ]
    conditions = [
        FrameworkCondition(
            asked.id,
            asked.side,
            asked.name,
            read_optional(asked.given, "conditions", at, "given"),
            None if asked.until is None else read(asked.until, ("conditions", at, "until"), "fact"),
            0 if asked.after is None else int(asked.after.removesuffix("d")),
        )
        for at, asked in enumerate(form.conditions)
    ]
    problems = list(_check_units(levels, conditions))
    if opens is None:
        return None, problems
    lasts = int(form.lasts.removesuffix("d"))
    return Framework(opens, lasts, form.most, tuple(levels), tuple(closes), tuple(conditions)), problems


def _check_units(levels: Sequence[FrameworkLevel], conditions: Sequence[FrameworkCondition]) -> Iterator[Diagnostic]:
    """Check units: a level must be a price; a condition ends after days or at a date."""
    for level in levels:
        if level.value.unit is not Unit.PRICE:
            yield _unit_diagnostic(level.value, f'level "{level.id}" is {level.value.unit.value}, not a price')
    for condition in conditions:
        if condition.until is not None and condition.until.unit not in (Unit.DAYS, Unit.INSTANT):
            unit = condition.until.unit.value
            yield _unit_diagnostic(condition.until, f'condition "{condition.id}" ends by {unit}, not by days or a date')


def _unit_diagnostic(expression: Expression, what: str) -> Diagnostic:
    return Diagnostic("rules.wrong-unit", Place.from_text(expression.place), f"framework: {what}")
