"""Test cases as written, in a rule or in a file of cases → cases checked against the registry and the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from reporter.authored.problems import ShapeCodes, problems_of
from reporter.authored.source import Located, parse_yaml
from reporter.authored.text import read_authored_bytes
from reporter.diagnostics import Diagnostic, Place, did_you_mean
from reporter.errors import InputError
from reporter.model.finding import State
from reporter.model.metric import MetricSpec, Unit
from reporter.rules.book import Case, Rule
from reporter.rules.lex import RefusedError
from reporter.rules.parse import parse
from reporter.rules.schema import CaseFileForm, CaseForm, CaseSetForm
from reporter.rules.signatures import EVENT_TOPICS
from reporter.rules.tree import Negative, Number, literal
from reporter.rules.units import fits

#: The date of a case that names none.
DATE = date(2026, 2, 6)
MAX_DAYS = 800

#: Codes of what has not the form of a file of cases.
_SHAPE = ShapeCodes("case.unknown-key", "case.wrong-value")
_REPEATED = re.compile(r"(.+)x([1-9][0-9]{0,2})")
_TIMES = {Unit.INSTANT}


def load_cases(
    files: Sequence[tuple[Path, str]], rules: Mapping[str, Rule], registry: Mapping[str, MetricSpec]
) -> tuple[Case, ...]:
    """Read files of cases.

    Args:
        files: each file and how its path is shown in problems.
        rules: id → rule.
        registry: metric id → declaration.

    Raises:
        InputError: with all problems of all files.
    """
    reader = CaseReader(rules, registry)
    for path, shown_as in files:
        reader.read_file(path, shown_as)
    if reader.problems:
        raise InputError(reader.problems)
    return tuple(reader.cases)


class CaseReader:
    """Collects cases, and what is wrong with them.

    Attributes:
        cases: what was read.
        problems: what was wrong.
    """

    def __init__(self, rules: Mapping[str, Rule], registry: Mapping[str, MetricSpec]) -> None:
        self.rules = rules
        self.registry = registry
        self.cases: list[Case] = []
        self.problems: list[Diagnostic] = []

    def read_file(self, path: Path, shown_as: str) -> None:
        """Read a file of cases."""
        try:
            root = parse_yaml(read_authored_bytes(path, shown_as), shown_as)
            CaseFileForm.model_validate(root.plain)
        except InputError as error:
            self.problems.extend(error.diagnostics)
        except ValidationError as error:
            self.problems.extend(problems_of(error, root, shown_as, _SHAPE, CaseFileForm))
        else:
            for located in root.find(("cases",)).items:
                self._read_set(located, shown_as)

    def _read_set(self, located: Located, shown_as: str) -> None:
        try:
            form = CaseSetForm.model_validate(located.plain)
        except ValidationError as error:
            self.problems.extend(problems_of(error, located, shown_as, _SHAPE, CaseSetForm))
            return
        if form.rule not in self.rules:
            here = located.find(("rule",))
            what = f'cases for an unknown rule "{form.rule}"'
            hint = did_you_mean(form.rule, self.rules)
            self.problems.append(Diagnostic("case.unknown-rule", Place(shown_as, here.line, here.column), what, hint))
            return
        for at, case in enumerate(form.tests):
            own = located.find(("tests", at))
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
            self._read(form.rule, whole, (own, located), shown_as)

    def read_own(self, rule: str, forms: Sequence[tuple[CaseForm, Located]], shown_as: str) -> None:
        """Take a rule's own cases."""
        for form, located in forms:
            self._read(rule, form, (located,), shown_as)

    def _read(self, rule: str, form: CaseForm, places: tuple[Located, ...], shown_as: str) -> None:
        reading = _Reading(self, form, rule, places, shown_as)
        given = {name: reading.series(name, text) for name, text in form.given.items()}
        facts = {name: reading.fact(name, text) for name, text in form.facts.items()}
        reading.check_names()
        day = reading.day()
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


class _Reading:
    """One case being read."""

    def __init__(
        self, reader: CaseReader, form: CaseForm, rule: str, places: tuple[Located, ...], shown_as: str
    ) -> None:
        self.reader, self.form, self.rule, self.places, self.shown_as = reader, form, rule, places, shown_as

    def problem(self, code: str, path: tuple[str, ...], what: str, hint: str = "", *, key: bool = False) -> None:
        # What a case doesn't have itself, it has from its set.
        root = next((place for place in self.places if _has(place, path)), self.places[0])
        here = root.find(path)
        line, column = root.find(path[:-1]).keys.get(path[-1], (here.line, here.column)) if key else here.place()
        # A mistake of the set is none of one case, and is said once.
        whose = f'case "{self.form.name}"' if root is self.places[0] else "cases"
        text = f'rule "{self.rule}": {whose}: {what}'
        self.reader.problems.append(Diagnostic(code, Place(self.shown_as, line, column), text, hint))

    def series(self, name: str, text: str) -> tuple[float | None, ...]:
        spec = self.reader.registry.get(name)
        if spec is None:
            hint = did_you_mean(name, self.reader.registry)
            self.problem("case.unknown-metric", ("given", name), f'unknown metric "{name}"', hint, key=True)
            return ()
        values: list[float | None] = []
        for word in text.split():
            repeated = _REPEATED.fullmatch(word)
            one, times = (repeated[1], int(repeated[2])) if repeated else (word, 1)
            values += [self.value(("given", name), one, spec.unit)] * times
            if len(values) > MAX_DAYS:
                break
        wrong = next((value for value in values if value is not None and not spec.low <= value <= spec.high), None)
        if not values or len(values) > MAX_DAYS:
            self.problem(
                "case.wrong-value", ("given", name), f'"{name}" needs from 1 to {MAX_DAYS} days, as in "-0.1x5 _ 0.02"'
            )
        elif wrong is not None:
            what = f'"{wrong:g}" is outside {name}\'s range {spec.low:g}…{spec.high:g}'
            self.problem(
                "case.wrong-value",
                ("given", name),
                what,
                "write 5% for five per cent" if spec.unit is Unit.FRACTION else "",
            )
        return tuple(values)

    def fact(self, name: str, text: str) -> float | None:
        facts = self.reader.rules[self.rule].facts
        if name not in facts:
            self.problem(
                "case.unknown-fact",
                ("facts", name),
                f'"{name}" isn\'t one of its facts',
                did_you_mean(name, facts),
                key=True,
            )
            return None
        return self.value(("facts", name), text, facts[name].unit)

    def value(self, path: tuple[str, ...], text: str, unit: Unit) -> float | None:
        """A value as written; a wrong one is noted and counts as missing."""
        if text == "_":
            return None
        if text in ("true", "false"):
            return float(text == "true")
        if unit in _TIMES and (instant := _instant(text)) is not None:
            return instant
        try:
            tree = parse(text)
        except RefusedError as error:
            self.problem("case.wrong-value", path, error.what, error.hint)
            return None
        found = literal(tree)
        number = tree.item if isinstance(tree, Negative) else tree
        if found is None or not isinstance(number, Number):
            self.problem(
                "case.wrong-value",
                path,
                f'"{text}" isn\'t a value',
                "write a number, _ for missing, or a date for an instant",
            )
        elif number.unit is not None and not fits(number.unit, unit) and unit is not Unit.COUNT:
            self.problem("case.wrong-value", path, f'"{text}" is {number.unit.value}, and this is {unit.value}')
        return found

    def check_names(self) -> None:
        rules, form = self.reader.rules, self.form
        for key in ("fired", "not_fired", "by"):
            for name in getattr(form, key):
                if name not in rules:
                    self.problem("case.unknown-rule", (key,), f'unknown rule "{name}"', did_you_mean(name, rules))
        for name in form.missing:
            if name not in self.reader.registry:
                self.problem(
                    "case.unknown-metric",
                    ("missing",),
                    f'unknown metric "{name}"',
                    did_you_mean(name, self.reader.registry),
                )
        for topic in form.events:
            if topic not in EVENT_TOPICS:
                near = did_you_mean(topic, EVENT_TOPICS) or f"one of {', '.join(EVENT_TOPICS)}"
                self.problem("case.unknown-topic", ("events", topic), f'unknown topic "{topic}"', near, key=True)
        if form.text and form.state not in ("fired", "suppressed"):
            self.problem(
                "case.wrong-expectation", ("text",), "only what fired is said", "leave text out, or write state: fired"
            )

    def day(self) -> date:
        if not self.form.date:
            return DATE
        try:
            return date.fromisoformat(self.form.date)
        except ValueError:
            self.problem("case.wrong-value", ("date",), f'"{self.form.date}" isn\'t a date', "write it as 2026-02-06")
            return DATE


def _has(located: Located, path: tuple[str, ...]) -> bool:
    for step in path:
        if step not in located.entries:
            return False
        located = located.entries[step]
    return True


def _instant(text: str) -> float | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
