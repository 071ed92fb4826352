"""Rule files × metric registry → a rule book; or the diagnostics of all files at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.language.relating_words import get_relation_class, list_all_relations
from reporter.model.metric import MetricSpec, Unit
from reporter.model.resources import locales_folder
from reporter.rules.book.case_files import CaseReader
from reporter.rules.book.framework_form import (
    READING,
    THRESHOLD,
    ConditionForm,
    FrameworkForm,
    build_condition_rules,
    read_framework,
)
from reporter.rules.book.ladders import expand_ladder
from reporter.rules.book.rule_book import Expression, Framework, Rule, RuleBook
from reporter.rules.book.rule_forms import LadderForm, RuleFileForm, RuleForm, VerdictForm
from reporter.rules.book.rule_relations import WrittenRule, check_relations
from reporter.rules.book.verdicts import expand_verdict
from reporter.rules.expressions.check import KnownNames, check_expression
from reporter.rules.expressions.lex import RefusedError
from reporter.rules.expressions.parse import parse_expression
from reporter.rules.expressions.tree import MetricName, Node, TruthLiteral, walk_tree
from reporter.syntax.authored_text import read_authored_bytes
from reporter.syntax.located_yaml import LocatedValue, parse_yaml
from reporter.syntax.model_diagnostics import ShapeCodes, to_diagnostics

#: Codes of what has not the form of a rule file.
_SHAPE = ShapeCodes("rules.unknown-key", "rules.wrong-value")
#: Of a relation: the rule's own condition.
_OWN = "when"
#: What a version leaves out: changing it doesn't change what the rule says.
_ASIDE = ("note", "tests", "ignore")


@dataclass(frozen=True, slots=True)
class _LocatedExpression:
    """An expression as written, with the places of its pieces in the file and its owner's name.

    Of a rung's pieces all but its bound are its ladder's, and a mistake in them is said once.
    """

    text: str
    pieces: tuple[tuple[int, LocatedValue], ...]
    shown_as: str
    owner: str
    ladder: str = ""

    def find_place(self, offset: int = 0) -> tuple[int, int]:
        """Line and column of a character."""
        start, located = self._find_piece(offset)
        return located.locate_offset(offset - start)

    def find_owner(self, offset: int) -> str:
        """Name of the rule, ladder or condition to which a mistake at an offset belongs."""
        at_bound = len(self.pieces) > 1 and self._find_piece(offset) is self.pieces[-1]
        return f'ladder "{self.ladder}"' if self.ladder and not at_bound else self.owner

    def _find_piece(self, offset: int) -> tuple[int, LocatedValue]:
        # A bracket before the first piece stands nowhere in the file.
        begun = [piece for piece in self.pieces if piece[0] <= offset]
        return begun[-1] if begun else (offset, self.pieces[0][1])


def load_rules(
    files: Sequence[tuple[Path, str]],
    registry: Mapping[str, MetricSpec],
    framework: tuple[LocatedValue, str] | None = None,
    heights: Mapping[Path, int] | None = None,
) -> RuleBook:
    """Read and check rule files.

    Args:
        files: each file and how its path is shown in problems, in the order in which the rules are to stand.
        registry: metric id → declaration.
        framework: report.yaml's `framework` and how that file is shown, where there is one; its conditions are
            rules too.
        heights: file → how many layers lie under its own. What stands in a higher one replaces rules, ladders, verdicts
            and named conditions of the same id, at their place.

    Returns:
        The rule book.

    Raises:
        InputError: with all problems of all files.
    """
    loader = _RuleLoader()
    for path, shown_as in files:
        loader.read_file(path, shown_as, (heights or {}).get(path, 0))
    loader.replace_rules()
    if framework is not None:
        loader.read_framework(*framework)
    return loader.build_book(registry)


class _RuleLoader:
    """Reads rule files and collects their rules, conditions and diagnostics."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.written: list[WrittenRule] = []
        #: Of each of them and of each named condition: how many layers lie under its file's.
        self.heights: list[int] = []
        self.condition_heights: dict[str, int] = {}
        self.replaced: dict[str, int] = {}
        self.conditions: dict[str, _LocatedExpression] = {}
        #: Ids of all rules, also of those that are refused: a rule that names them isn't wrong for it.
        self.ids: dict[str, None] = {}
        self.digest = hashlib.sha256()
        self.hourly: dict[str, MetricSpec] = {}
        self.framework: FrameworkForm | None = None
        self.asked: list[tuple[ConditionForm, WrittenRule, str]] = []
        self.place = (LocatedValue(None, 1, 1), "")

    def read_file(self, path: Path, shown_as: str, height: int) -> None:
        try:
            data = read_authored_bytes(path, shown_as)
            self.digest.update(len(data).to_bytes(8, "big") + data)
            root = parse_yaml(data, shown_as)
        except InputError as error:
            self.problems.extend(error.diagnostics)
            return
        if root.plain is None:
            self.problems.append(
                Diagnostic("rules.empty-file", Place(shown_as, 1, 1), "the file is empty", "begin with rules:")
            )
            return
        try:
            form = RuleFileForm.model_validate(root.plain)
        except ValidationError as error:
            self.problems.extend(to_diagnostics(error, root, shown_as, _SHAPE, RuleFileForm))
            form = None
        self.read_rules(root, shown_as)
        if form is not None:
            self.read_conditions(form, root, shown_as, height)
        self.heights += [height] * (len(self.written) - len(self.heights))

    def read_conditions(self, form: RuleFileForm, root: LocatedValue, shown_as: str, height: int) -> None:
        for name, text in form.conditions.items():
            standing = self.condition_heights.get(name)
            if standing is not None and standing > height:
                continue
            if standing == height:
                line, column = root.find_value(("conditions",)).keys[name]
                first = self.conditions[name]
                what = f'condition "{name}" is already in {first.shown_as}:{first.pieces[0][1].line}'
                self.problems.append(Diagnostic("rules.duplicate-id", Place(shown_as, line, column), what))
            else:
                self.condition_heights[name] = height
                located = root.find_value(("conditions", name))
                self.conditions[name] = _LocatedExpression(text, ((0, located),), shown_as, f'condition "{name}"')

    def replace_rules(self) -> None:
        """Let each rule, or ladder, of a higher layer stand in for that of the same id under it, at its place."""
        heights: dict[str, set[int]] = {}
        for written, height in zip(self.written, self.heights, strict=True):
            for name in filter(None, (written.form.id, written.ladder)):
                heights.setdefault(name, set()).add(height)
        groups: dict[str, list[tuple[int, WrittenRule]]] = {}
        # The lowest first, which say where a rule stands; those of one layer stay in the order of their files.
        for height, written in sorted(zip(self.heights, self.written, strict=True), key=lambda found: found[0]):
            whole = written.ladder and len(heights[written.ladder]) > 1
            groups.setdefault(written.ladder if whole else written.form.id, []).append((height, written))
        self.written = [
            written for name, group in groups.items() for height, written in group if height == max(heights[name])
        ]
        self.replaced = {
            written.form.id: max(heights[name])
            for name, group in groups.items()
            for height, written in group
            if height < max(heights[name])
        }
        gone = self.replaced.keys() - {written.form.id for written in self.written}
        self.ids = {name: None for name in self.ids if name not in gone}

    def read_rules(self, root: LocatedValue, shown_as: str) -> None:
        for located in root.find_value(("rules",)).items if "rules" in root.entries else ():
            if isinstance(located.plain, dict) and isinstance(located.plain.get("id"), str):
                self.ids[str(located.plain["id"])] = None
            try:
                form = RuleForm.model_validate(located.plain)
            except ValidationError as error:
                self.problems.extend(to_diagnostics(error, located, shown_as, _SHAPE, RuleForm))
            else:
                self.written.append(WrittenRule(form, located, shown_as))
        for located in root.find_value(("ladders",)).items if "ladders" in root.entries else ():
            self.read_ladder(located, shown_as)
        for located in root.find_value(("verdicts",)).items if "verdicts" in root.entries else ():
            self.read_verdict(located, shown_as)

    def read_ladder(self, located: LocatedValue, shown_as: str) -> None:
        try:
            form = LadderForm.model_validate(located.plain)
        except ValidationError as error:
            self.problems.extend(to_diagnostics(error, located, shown_as, _SHAPE, LadderForm))
            return
        rungs, problems = expand_ladder(form, located, shown_as)
        self.ids |= dict.fromkeys(f"{form.id}.{rung.id}" for rung in form.rungs)
        self.written.extend(rungs)
        self.problems.extend(problems)

    def read_verdict(self, located: LocatedValue, shown_as: str) -> None:
        try:
            form = VerdictForm.model_validate(located.plain)
        except ValidationError as error:
            self.problems.extend(to_diagnostics(error, located, shown_as, _SHAPE, VerdictForm))
            return
        written, problems = expand_verdict(form, located, shown_as)
        self.ids[form.id] = None
        self.written.append(written)
        self.problems.extend(problems)

    def read_framework(self, located: LocatedValue, shown_as: str) -> None:
        self.digest.update(json.dumps(located.plain, ensure_ascii=False).encode())
        try:
            self.framework = FrameworkForm.model_validate(located.plain)
        except ValidationError as error:
            self.problems.extend(to_diagnostics(error, located, shown_as, _SHAPE, FrameworkForm))
            return
        self.place = (located, shown_as)
        asked, problems = build_condition_rules(self.framework, located, shown_as)
        self.asked = [*asked]
        self.problems.extend(problems)
        self.ids |= dict.fromkeys(form.id for form in self.framework.conditions)
        self.written.extend(written for _, written, _ in asked)

    def build_book(self, registry: Mapping[str, MetricSpec]) -> RuleBook:
        names = KnownNames(registry, self.conditions, self.ids)
        conditions = {
            name: found
            for name, text in self.conditions.items()
            if (found := self.read_expression(text, names, "condition")) is not None
        }
        rules = [rule for written in self.written if (rule := self.build_rule(written, names)) is not None]
        framework = self.build_framework(names)
        rules = [self.add_measured_facts(rule, names) for rule in rules]
        self.problems.extend(check_relations(self.written, rules, conditions, self.ids))
        by_id = {rule.id: rule for rule in rules}
        reader = CaseReader(by_id, {**registry, **self.hourly})
        for written in self.written:
            if written.form.id in by_id:
                own = [(form, written.located.find_value(("tests", at))) for at, form in enumerate(written.form.tests)]
                reader.read_rule_cases(written.form.id, own, written.shown_as)
        self.problems.extend(reader.problems)
        if self.problems:
            raise InputError(self.problems)
        return RuleBook(
            tuple(rules),
            conditions,
            self.digest.hexdigest(),
            tuple(reader.cases),
            framework,
            frozenset(self.hourly),
            self.replaced,
        )

    def build_rule(self, written: WrittenRule, names: KnownNames) -> Rule | None:
        form = written.form
        when = self.read_expression(self.locate_text(written, ("when",), form.when), names, "condition")
        until = None
        if form.until is not None:
            until = self.read_expression(self.locate_text(written, ("until",), form.until), names, "condition")
        facts = {
            name: self.read_expression(self.locate_text(written, ("facts", name), text), names, "fact")
            for name, text in form.facts.items()
        }
        known = {name: fact for name, fact in facts.items() if fact is not None}
        relations = self.read_relations(written, when, names)
        if when is None or len(known) < len(facts) or (form.until is not None and until is None) or relations is None:
            return None
        return Rule(
            id=form.id,
            topic=form.topic,
            when=when,
            until=until,
            hold_days=int(form.hold.removesuffix("d")),
            stance=form.stance,
            weight=form.weight,
            group=form.group or "",
            pick=form.pick or "collect",
            supersedes=tuple(form.supersedes),
            facts=known,
            optional=tuple(form.optional),
            note=form.note,
            ignore=form.ignore,
            place=f"{written.shown_as}:{written.located.line}",
            version=_hash_rule(written.located),
            ladder=written.ladder,
            relations=relations,
            verdict=written.verdict,
        )

    def read_relations(
        self, written: WrittenRule, when: Expression | None, names: KnownNames
    ) -> dict[str, Expression] | None:
        """Check a rule's relations; None where one is wrong, with diagnostics added."""
        found: dict[str, Expression] = {}
        classes = list_all_relations(locales_folder()) if written.form.relations else frozenset()
        for name, text in written.form.relations.items():
            doubt = written.verdict is not None and name in written.verdict.doubts
            if not doubt and not get_relation_class(name, classes):
                self.problems.append(_diagnose_unknown_relation(written, name, classes))
                continue
            if name in written.form.facts:
                what = f'"{name}" is a relation and a fact'
                self.problems.append(written.diagnostic_at("rules.duplicate-id", ("relations", name), what))
                continue
            path = ("relations", name)
            # What a word says may be just what the rule asks.
            read = (
                when
                if text.strip() == _OWN
                else self.read_expression(self.locate_text(written, path, text), names, "condition")
            )
            if read is not None:
                found[name] = read
        return found if len(found) == len(written.form.relations) else None

    def add_measured_facts(self, rule: Rule, names: KnownNames) -> Rule:
        """A framework condition's rule with its value and bound added as facts; other rules unchanged."""
        found = next((one for one in self.asked if one[0].id == rule.id), None)
        if found is None:
            return rule
        form, written, key = found
        reading = self.read_expression(self.locate_text(written, ("value",), form.value), names, "fact")
        if reading is None:
            return rule
        text = self.locate_text(written, (key,), getattr(form, key))
        line, column = text.find_place()
        place = f"{text.shown_as}:{line}:{column}"
        bound = Expression(" ".join(text.text.split()), parse_expression(text.text), reading.unit, place)
        return replace(rule, facts={READING: reading, **rule.facts, THRESHOLD: bound})

    def build_framework(self, names: KnownNames) -> Framework | None:
        """Check the framework's own expressions and build the framework; None where it is absent or wrong."""
        root, shown_as = self.place

        def read_part(
            text: str, path: tuple[int | str, ...], wanted: Literal["condition", "fact"]
        ) -> Expression | None:
            located = root.find_value(path)
            written = _LocatedExpression(text, ((0, located),), located.file or shown_as, "framework")
            return self.read_expression(written, names, wanted)

        framework, problems = read_framework(self.framework, read_part) if self.framework else (None, [])
        self.problems.extend(problems)
        return framework

    def locate_text(self, written: WrittenRule, path: tuple[str, ...], text: str) -> _LocatedExpression:
        if path[0] == "relations" and written.verdict is not None and path[1] in written.verdict.doubts:
            path = ("doubts", path[1])
        pieces = written.pieces if path == ("when",) and written.pieces else ((0, written.located.find_value(path)),)
        fact = f'{path[0].removesuffix("s")} "{path[1]}": ' if len(path) > 1 else ""
        owner = f'rule "{written.form.id}": {fact}'.removesuffix(": ")
        return _LocatedExpression(text, pieces, written.shown_as, owner, written.ladder if path == ("when",) else "")

    def read_expression(
        self, text: _LocatedExpression, names: KnownNames, wanted: Literal["condition", "fact"]
    ) -> Expression | None:
        """Parse and check an expression; None where it is wrong, with diagnostics added."""
        tree: Node = TruthLiteral(0, False)
        unit: Unit | None = None
        try:
            tree = parse_expression(text.text)
            unit, refusals = check_expression(tree, names, wanted)
        except RefusedError as error:
            refusals = (error,)
        for refusal in refusals:
            place = text.find_place(refusal.at)
            self.problems.append(
                Diagnostic(
                    "rules.wrong-expression",
                    Place(text.shown_as, *place),
                    f"{text.find_owner(refusal.at)}: {refusal.what}",
                    refusal.hint,
                )
            )
        if refusals:
            return None
        self.hourly |= {
            part.id: spec
            for part in walk_tree(tree)
            if isinstance(part, MetricName) and part.id not in names.registry
            if (spec := names.find_spec(part.id)) is not None
        }
        line, column = text.find_place()
        one_line = " ".join(text.text.split())
        return Expression(one_line, tree, unit or Unit.BOOL, f"{text.shown_as}:{line}:{column}")


def _diagnose_unknown_relation(written: WrittenRule, name: str, classes: frozenset[str]) -> Diagnostic:
    line, column = written.located.find_value(("relations",)).keys[name]
    what = f'rule "{written.form.id}": no class of relating words is called "{name}"'
    hint = did_you_mean(name, classes) or f"classes are {', '.join(sorted(classes))}, alone or with _ and a word behind"
    return Diagnostic("rules.unknown-relation", Place(written.shown_as, line, column), what, hint)


def _hash_rule(located: LocatedValue) -> str:
    """Hash of a rule's values in their order, so that comments and layout don't count."""
    plain = located.plain if isinstance(located.plain, dict) else {}
    kept = {key: value for key, value in plain.items() if key not in _ASIDE}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
