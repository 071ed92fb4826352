"""Test cases as written, in a rule or in a file of cases → cases checked against the registry and the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.model.finding import State
from reporter.model.metric import MetricSpec, Unit
from reporter.rules.book.rule_book import Case, Rule
from reporter.rules.book.rule_forms import CaseFileForm, CaseForm, CaseSetForm
from reporter.rules.expressions.lex import RefusedError
from reporter.rules.expressions.parse import parse_expression
from reporter.rules.expressions.signatures import EVENT_TOPICS
from reporter.rules.expressions.tree import Negative, NumberLiteral, literal_value
from reporter.rules.expressions.units import units_fit
from reporter.syntax.authored_text import read_authored_bytes
from reporter.syntax.located_yaml import LocatedValue, parse_yaml
from reporter.syntax.model_diagnostics import ShapeCodes, to_diagnostics

#: The date of a case that names none.
DATE = date(2026, 2, 6)
MAX_DAYS = 800

#: Codes of what has not the form of a file of cases.
_SHAPE = ShapeCodes("case.unknown-key", "case.wrong-value")
_REPEATED = re.compile(r"(.+)x([1-9][0-9]{0,2})")
_TIMES = {Unit.INSTANT}


def load_cases(
    files: Sequence[tuple[Path, str]],
    rules: Mapping[str, Rule],
    registry: Mapping[str, MetricSpec],
    passed_over: Mapping[Path, frozenset[str]] = MappingProxyType({}),
) -> tuple[Case, ...]:
    """Read files of cases.

    Args:
        files: each file and how its path is shown in problems.
        rules: id → rule.
        registry: metric id → declaration.
        passed_over: file → rules whose cases there are those of a rule that another stands in for.

    Raises:
        InputError: with all problems of all files.
    """
    reader = CaseReader(rules, registry)
    for path, shown_as in files:
        reader.read_file(path, shown_as, passed_over.get(path, frozenset()))
    if reader.problems:
        raise InputError(reader.problems)
    return tuple(reader.cases)


class CaseReader:
    """Reads test cases and collects their diagnostics.

    Attributes:
        cases: what was read.
        problems: what was wrong.
    """

    def __init__(self, rules: Mapping[str, Rule], registry: Mapping[str, MetricSpec]) -> None:
        self.rules = rules
        self.registry = registry
        self.cases: list[Case] = []
        self.problems: list[Diagnostic] = []

    def read_file(self, path: Path, shown_as: str, passed_over: frozenset[str]) -> None:
        """Read a file of cases."""
        try:
            root = parse_yaml(read_authored_bytes(path, shown_as), shown_as)
            CaseFileForm.model_validate(root.plain)
        except InputError as error:
            self.problems.extend(error.diagnostics)
        except ValidationError as error:
            self.problems.extend(to_diagnostics(error, root, shown_as, _SHAPE, CaseFileForm))
        else:
            for located in root.find_value(("cases",)).items:
                if located.find_value(("rule",)).plain not in passed_over:
                    self._read_case_set(located, shown_as)

    def _read_case_set(self, located: LocatedValue, shown_as: str) -> None:
        try:
            form = CaseSetForm.model_validate(located.plain)
        except ValidationError as error:
            self.problems.extend(to_diagnostics(error, located, shown_as, _SHAPE, CaseSetForm))
            return
        if form.rule not in self.rules:
            here = located.find_value(("rule",))
            what = f'cases for an unknown rule "{form.rule}"'
            hint = did_you_mean(form.rule, self.rules)
            self.problems.append(Diagnostic("case.unknown-rule", Place(shown_as, here.line, here.column), what, hint))
            return
        for at, case in enumerate(form.tests):
            own = located.find_value(("tests", at))
            said = case.fired + case.not_fired
            whole = case.model_copy(
                update={
                    "given": form.given | case.given,
                    # A case that says events says all of them: that there was none has to be sayable.
                    "events": case.events if "events" in case.model_fields_set else form.events,
                    "fired": case.fired + [name for name in form.fired if name not in said],
                    "not_fired": case.not_fired + [name for name in form.not_fired if name not in said],
                }
            )
            self._read_case(form.rule, whole, (own, located), shown_as)

    def read_rule_cases(self, rule: str, forms: Sequence[tuple[CaseForm, LocatedValue]], shown_as: str) -> None:
        """Read the test cases that stand in a rule itself.

        Args:
            rule: the rule's id.
            forms: its cases as written, each with its place.
            shown_as: the file's name in messages.
        """
        for form, located in forms:
            self._read_case(rule, form, (located,), shown_as)

    def _read_case(self, rule: str, form: CaseForm, places: tuple[LocatedValue, ...], shown_as: str) -> None:
        reading = _CaseParser(self, form, rule, places, shown_as)
        given = {name: reading.parse_series(name, text) for name, text in form.given.items()}
        facts = {name: reading.parse_fact(name, text) for name, text in form.facts.items()}
        reading.check_names()
        day = reading.parse_date()
        self.cases.append(
            Case(
                rule=rule,
                name=form.name,
                given=given,
                events={topic: int(age.removesuffix("d")) for topic, age in form.events.items()},
                fired=dict.fromkeys(form.fired, True) | dict.fromkeys(form.not_fired, False),
                date=day,
                expect=State(form.state),
                facts=facts,
                missing=tuple(form.missing) if "missing" in form.model_fields_set else None,
                by=tuple(form.by) if "by" in form.model_fields_set else None,
                form=form.form,
                text=form.text,
                place=f"{shown_as}:{places[0].line}",
            )
        )


class _CaseParser:
    """Parses one case and adds its diagnostics to the reader."""

    def __init__(
        self, reader: CaseReader, form: CaseForm, rule: str, places: tuple[LocatedValue, ...], shown_as: str
    ) -> None:
        self.reader, self.form, self.rule, self.places, self.shown_as = reader, form, rule, places, shown_as

    def add_diagnostic(self, code: str, path: tuple[str, ...], what: str, hint: str = "", *, key: bool = False) -> None:
        # What a case doesn't have itself, it has from its set.
        root = next((place for place in self.places if _has_path(place, path)), self.places[0])
        here = root.find_value(path)
        line, column = (
            root.find_value(path[:-1]).keys.get(path[-1], (here.line, here.column)) if key else here.locate_offset()
        )
        # A mistake of the set is none of one case, and is said once.
        whose = f'case "{self.form.name}"' if root is self.places[0] else "cases"
        text = f'rule "{self.rule}": {whose}: {what}'
        self.reader.problems.append(Diagnostic(code, Place(self.shown_as, line, column), text, hint))

    def parse_series(self, name: str, text: str) -> tuple[float | None, ...]:
        spec = self.reader.registry.get(name)
        if spec is None:
            hint = did_you_mean(name, self.reader.registry)
            self.add_diagnostic("case.unknown-metric", ("given", name), f'unknown metric "{name}"', hint, key=True)
            return ()
        values: list[float | None] = []
        for word in text.split():
            repeated = _REPEATED.fullmatch(word)
            one, times = (repeated[1], int(repeated[2])) if repeated else (word, 1)
            values += [self.parse_value(("given", name), one, spec.unit)] * times
            if len(values) > MAX_DAYS:
                break
        wrong = next((value for value in values if value is not None and not spec.low <= value <= spec.high), None)
        if not values or len(values) > MAX_DAYS:
            self.add_diagnostic(
                "case.wrong-value", ("given", name), f'"{name}" needs from 1 to {MAX_DAYS} days, as in "-0.1x5 _ 0.02"'
            )
        elif wrong is not None:
            what = f'"{wrong:g}" is outside {name}\'s range {spec.low:g}…{spec.high:g}'
            self.add_diagnostic(
                "case.wrong-value",
                ("given", name),
                what,
                "write 5% for five per cent" if spec.unit is Unit.FRACTION else "",
            )
        return tuple(values)

    def parse_fact(self, name: str, text: str) -> float | None:
        facts = self.reader.rules[self.rule].facts
        if name not in facts:
            self.add_diagnostic(
                "case.unknown-fact",
                ("facts", name),
                f'"{name}" isn\'t one of its facts',
                did_you_mean(name, facts),
                key=True,
            )
            return None
        return self.parse_value(("facts", name), text, facts[name].unit)

    def parse_value(self, path: tuple[str, ...], text: str, unit: Unit) -> float | None:
        """Parse a value as written; None for a missing one, and for a wrong one, which adds a diagnostic."""
        if text == "_":
            return None
        if text in ("true", "false"):
            return float(text == "true")
        if unit in _TIMES and (instant := _parse_instant(text)) is not None:
            return instant
        try:
            tree = parse_expression(text)
        except RefusedError as error:
            self.add_diagnostic("case.wrong-value", path, error.what, error.hint)
            return None
        found = literal_value(tree)
        number = tree.item if isinstance(tree, Negative) else tree
        if found is None or not isinstance(number, NumberLiteral):
            self.add_diagnostic(
                "case.wrong-value",
                path,
                f'"{text}" isn\'t a value',
                "write a number, _ for missing, or a date for an instant",
            )
        elif number.unit is not None and not units_fit(number.unit, unit) and unit is not Unit.COUNT:
            self.add_diagnostic("case.wrong-value", path, f'"{text}" is {number.unit.value}, and this is {unit.value}')
        return found

    def check_names(self) -> None:
        rules, form = self.reader.rules, self.form
        for key in ("fired", "not_fired", "by"):
            for name in getattr(form, key):
                if name not in rules:
                    self.add_diagnostic(
                        "case.unknown-rule", (key,), f'unknown rule "{name}"', did_you_mean(name, rules)
                    )
        for name in form.missing:
            if name not in self.reader.registry:
                self.add_diagnostic(
                    "case.unknown-metric",
                    ("missing",),
                    f'unknown metric "{name}"',
                    did_you_mean(name, self.reader.registry),
                )
        for topic in form.events:
            if topic not in EVENT_TOPICS:
                near = did_you_mean(topic, EVENT_TOPICS) or f"one of {', '.join(EVENT_TOPICS)}"
                self.add_diagnostic("case.unknown-topic", ("events", topic), f'unknown topic "{topic}"', near, key=True)
        if form.text and form.state not in ("fired", "suppressed"):
            self.add_diagnostic(
                "case.wrong-expectation", ("text",), "only what fired is said", "leave text out, or write state: fired"
            )

    def parse_date(self) -> date:
        if not self.form.date:
            return DATE
        try:
            return date.fromisoformat(self.form.date)
        except ValueError:
            self.add_diagnostic(
                "case.wrong-value", ("date",), f'"{self.form.date}" isn\'t a date', "write it as 2026-02-06"
            )
            return DATE


def _has_path(located: LocatedValue, path: tuple[str, ...]) -> bool:
    for step in path:
        if step not in located.entries:
            return False
        located = located.entries[step]
    return True


def _parse_instant(text: str) -> float | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
