"""Rule files × metric registry → a rule book; or every problem of every file at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from reporter.authored.problems import ShapeCodes, problems_of
from reporter.authored.source import Located, parse_yaml
from reporter.authored.text import read_authored_bytes
from reporter.diagnostics import Diagnostic, Place
from reporter.errors import InputError
from reporter.model.metric import MetricSpec, Unit
from reporter.rules.book import Expression, Framework, Rule, RuleBook
from reporter.rules.case_files import CaseReader
from reporter.rules.check import Names, check
from reporter.rules.framework_form import (
    READING,
    THRESHOLD,
    ConditionForm,
    FrameworkForm,
    read_framework,
    written_conditions,
)
from reporter.rules.ladders import expand
from reporter.rules.lex import RefusedError
from reporter.rules.parse import parse
from reporter.rules.relations import Written, relate
from reporter.rules.schema import FileForm, LadderForm, RuleForm
from reporter.rules.tree import Node, Truth

#: Codes of what has not the form of a rule file.
_SHAPE = ShapeCodes("rules.unknown-key", "rules.wrong-value")
#: What a version leaves out: changing it doesn't change what the rule says.
_ASIDE = ("note", "tests", "ignore")


@dataclass(frozen=True, slots=True)
class _Text:
    """An expression as written: where its pieces stand (nearly always one, from offset 0), and whose it is.

    Of a rung's pieces all but its bound are its ladder's, and a mistake in them is said once.
    """

    text: str
    pieces: tuple[tuple[int, Located], ...]
    shown_as: str
    owner: str
    ladder: str = ""

    def place(self, offset: int = 0) -> tuple[int, int]:
        """Line and column of a character."""
        start, located = self._piece(offset)
        return located.place(offset - start)

    def owner_at(self, offset: int) -> str:
        """Whose mistake it is."""
        at_bound = len(self.pieces) > 1 and self._piece(offset) is self.pieces[-1]
        return f'ladder "{self.ladder}"' if self.ladder and not at_bound else self.owner

    def _piece(self, offset: int) -> tuple[int, Located]:
        # A bracket before the first piece stands nowhere in the file.
        begun = [piece for piece in self.pieces if piece[0] <= offset]
        return begun[-1] if begun else (offset, self.pieces[0][1])


def load_rules(
    files: Sequence[tuple[Path, str]], registry: Mapping[str, MetricSpec], framework: tuple[Located, str] | None = None
) -> RuleBook:
    """Read and check rule files.

    Args:
        files: each file and how its path is shown in problems, in the order in which the rules are to stand.
        registry: metric id → declaration.
        framework: report.yaml's `framework` and how that file is shown, where there is one; its conditions are
            rules too.

    Returns:
        The rule book.

    Raises:
        InputError: with all problems of all files.
    """
    loader = _Loader()
    for path, shown_as in files:
        loader.read(path, shown_as)
    if framework is not None:
        loader.read_framework(*framework)
    return loader.book(registry)


class _Loader:
    """Collects what the files say, and what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.written: list[Written] = []
        self.conditions: dict[str, _Text] = {}
        #: Ids of all rules, also of those that are refused: a rule that names them isn't wrong for it.
        self.ids: dict[str, None] = {}
        self.digest = hashlib.sha256()
        self.framework: FrameworkForm | None = None
        self.asked: list[tuple[ConditionForm, Written, str]] = []
        self.place = (Located(None, 1, 1), "")

    def read(self, path: Path, shown_as: str) -> None:
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
            form = FileForm.model_validate(root.plain)
        except ValidationError as error:
            self.problems.extend(problems_of(error, root, shown_as, _SHAPE, FileForm))
            form = None
        self.read_rules(root, shown_as)
        if form is not None:
            self.read_conditions(form, root, shown_as)

    def read_conditions(self, form: FileForm, root: Located, shown_as: str) -> None:
        for name, text in form.conditions.items():
            if name in self.conditions:
                line, column = root.find(("conditions",)).keys[name]
                first = self.conditions[name]
                what = f'condition "{name}" is already in {first.shown_as}:{first.pieces[0][1].line}'
                self.problems.append(Diagnostic("rules.duplicate-id", Place(shown_as, line, column), what))
            else:
                located = root.find(("conditions", name))
                self.conditions[name] = _Text(text, ((0, located),), shown_as, f'condition "{name}"')

    def read_rules(self, root: Located, shown_as: str) -> None:
        for located in root.find(("rules",)).items if "rules" in root.entries else ():
            if isinstance(located.plain, dict) and isinstance(located.plain.get("id"), str):
                self.ids[str(located.plain["id"])] = None
            try:
                form = RuleForm.model_validate(located.plain)
            except ValidationError as error:
                self.problems.extend(problems_of(error, located, shown_as, _SHAPE, RuleForm))
            else:
                self.written.append(Written(form, located, shown_as))
        for located in root.find(("ladders",)).items if "ladders" in root.entries else ():
            self.read_ladder(located, shown_as)

    def read_ladder(self, located: Located, shown_as: str) -> None:
        try:
            form = LadderForm.model_validate(located.plain)
        except ValidationError as error:
            self.problems.extend(problems_of(error, located, shown_as, _SHAPE, LadderForm))
            return
        rungs, problems = expand(form, located, shown_as)
        self.ids |= dict.fromkeys(f"{form.id}.{rung.id}" for rung in form.rungs)
        self.written.extend(rungs)
        self.problems.extend(problems)

    def read_framework(self, located: Located, shown_as: str) -> None:
        self.digest.update(json.dumps(located.plain, ensure_ascii=False).encode())
        try:
            self.framework = FrameworkForm.model_validate(located.plain)
        except ValidationError as error:
            self.problems.extend(problems_of(error, located, shown_as, _SHAPE, FrameworkForm))
            return
        self.place = (located, shown_as)
        asked, problems = written_conditions(self.framework, located, shown_as)
        self.asked = [*asked]
        self.problems.extend(problems)
        self.ids |= dict.fromkeys(form.id for form in self.framework.conditions)
        self.written.extend(written for _, written, _ in asked)

    def book(self, registry: Mapping[str, MetricSpec]) -> RuleBook:
        names = Names(registry, self.conditions, self.ids)
        conditions = {
            name: found
            for name, text in self.conditions.items()
            if (found := self.expression(text, names, "condition")) is not None
        }
        rules = [rule for written in self.written if (rule := self.rule(written, names)) is not None]
        framework = self.argued(names)
        rules = [self.measured(rule, names) for rule in rules]
        self.problems.extend(relate(self.written, rules, conditions, self.ids))
        by_id = {rule.id: rule for rule in rules}
        reader = CaseReader(by_id, registry)
        for written in self.written:
            if written.form.id in by_id:
                own = [(form, written.located.find(("tests", at))) for at, form in enumerate(written.form.tests)]
                reader.read_own(written.form.id, own, written.shown_as)
        self.problems.extend(reader.problems)
        if self.problems:
            raise InputError(self.problems)
        return RuleBook(tuple(rules), conditions, self.digest.hexdigest(), tuple(reader.cases), framework)

    def rule(self, written: Written, names: Names) -> Rule | None:
        form = written.form
        when = self.expression(self.text(written, ("when",), form.when), names, "condition")
        until = None
        if form.until is not None:
            until = self.expression(self.text(written, ("until",), form.until), names, "condition")
        facts = {
            name: self.expression(self.text(written, ("facts", name), text), names, "fact")
            for name, text in form.facts.items()
        }
        known = {name: fact for name, fact in facts.items() if fact is not None}
        if when is None or len(known) < len(facts) or (form.until is not None and until is None):
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
            version=_version(written.located),
            ladder=written.ladder,
        )

    def measured(self, rule: Rule, names: Names) -> Rule:
        """A condition's rule with its value and its bound as facts, in one unit; others as they are."""
        found = next((one for one in self.asked if one[0].id == rule.id), None)
        if found is None:
            return rule
        form, written, key = found
        reading = self.expression(self.text(written, ("value",), form.value), names, "fact")
        if reading is None:
            return rule
        text = self.text(written, (key,), getattr(form, key))
        line, column = text.place()
        place = f"{text.shown_as}:{line}:{column}"
        bound = Expression(" ".join(text.text.split()), parse(text.text), reading.unit, place)
        return replace(rule, facts={READING: reading, **rule.facts, THRESHOLD: bound})

    def argued(self, names: Names) -> Framework | None:
        """The framework's own expressions; those of its conditions are their rules'."""
        root, shown_as = self.place

        def read(text: str, path: tuple[int | str, ...], wanted: Literal["condition", "fact"]) -> Expression | None:
            return self.expression(_Text(text, ((0, root.find(path)),), shown_as, "framework"), names, wanted)

        framework, problems = read_framework(self.framework, read) if self.framework else (None, [])
        self.problems.extend(problems)
        return framework

    def text(self, written: Written, path: tuple[str, ...], text: str) -> _Text:
        pieces = written.pieces if path == ("when",) and written.pieces else ((0, written.located.find(path)),)
        fact = f'fact "{path[1]}": ' if len(path) > 1 else ""
        owner = f'rule "{written.form.id}": {fact}'.removesuffix(": ")
        return _Text(text, pieces, written.shown_as, owner, written.ladder if path == ("when",) else "")

    def expression(self, text: _Text, names: Names, wanted: Literal["condition", "fact"]) -> Expression | None:
        """Parse and check an expression; what is wrong with it becomes problems."""
        tree: Node = Truth(0, False)
        unit: Unit | None = None
        try:
            tree = parse(text.text)
            unit, refusals = check(tree, names, wanted)
        except RefusedError as error:
            refusals = (error,)
        for refusal in refusals:
            place = text.place(refusal.at)
            self.problems.append(
                Diagnostic(
                    "rules.wrong-expression",
                    Place(text.shown_as, *place),
                    f"{text.owner_at(refusal.at)}: {refusal.what}",
                    refusal.hint,
                )
            )
        if refusals:
            return None
        line, column = text.place()
        one_line = " ".join(text.text.split())
        return Expression(one_line, tree, unit or Unit.BOOL, f"{text.shown_as}:{line}:{column}")


def _version(located: Located) -> str:
    """Hash of a rule's values in their order, so that comments and layout don't count."""
    plain = located.plain if isinstance(located.plain, dict) else {}
    kept = {key: value for key, value in plain.items() if key not in _ASIDE}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
