"""Phrase files → frozen phrase trees. Jinja's parser reads them; Jinja's runtime never runs.

What a phrase may hold is what this module converts: text, facts with filters, `if` and `for`. Everything else
that Jinja knows (calls, attributes, arithmetic, assignments, includes) is refused with its line, so a phrase
can neither compute a number nor reach outside the facts it is given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import cast

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean, line_column
from reporter.language.filter_contract import Filter
from reporter.language.filters import FILTERS
from reporter.language.locales import Locale
from reporter.language.quantities import find_number_signs, find_quantities
from reporter.narrative.phrases.phrase_tree import (
    Branch,
    Condition,
    Constant,
    FactValue,
    FilterCall,
    KnownTest,
    LogicalCondition,
    Loop,
    Part,
    PhraseText,
    Say,
    Wording,
    list_printed_facts,
)
from reporter.narrative.phrases.wording_relations import list_word_uses
from reporter.syntax.template_residue import Residue, find_residue
from reporter.syntax.template_scan import Grammar, TemplateScan, TemplateTag, check_tag_pairs, scan_template


#: Where one file of a report type has changed, or a desk has one of its own, the others are as they were.
@lru_cache(maxsize=128)
def parse_phrases(
    file: str, source: str, locale: Locale | None = None
) -> tuple[tuple[Say, ...], tuple[Diagnostic, ...]]:
    """Read one phrase file.

    Args:
        file: shown in problems.
        source: its text.
        locale: whose number words are quantities; without it only digits and signs of numbers are.

    Returns:
        What it says, and everything that is wrong with it.
    """
    scan = scan_template(source)
    slips = [*scan.slips, *check_tag_pairs(scan, _GRAMMAR)]
    problems = [
        Diagnostic("phrase.not-phrases", Place(file, *line_column(source, at)), what, hint) for at, what, hint in slips
    ]
    left = [
        Diagnostic(
            "phrase.residue",
            Place(file, *line_column(source, item.start)),
            f'"{item.printable_text}" is left of template syntax',
            _suggest_syntax(item),
        )
        for item in find_residue(scan.blank_tags(), FILTERS)
    ]
    left += [
        Diagnostic(
            "phrase.residue",
            Place(file, *line_column(source, found.start())),
            f'"{found[0]}" is left of Markdown',
            "a phrase is printed as it is written, so write plain words",
        )
        for found in _MARKDOWN.finditer(scan.blank_tags())
    ]
    if problems:
        return (), tuple(sorted({*problems, *left, *_check_tags(file, scan)}, key=_get_sort_key))
    environment = _Environment()
    try:
        template = environment.parse(source, name=file, filename=file)
        says, found = _PhraseReader(file, source, environment, locale).read_template(template.body)
    except TemplateSyntaxError as error:
        at = min(max(error.lineno, 0), len(source))
        stopped = Diagnostic(
            "phrase.not-phrases", Place(file, *line_column(source, at)), "this can't be read as a phrase", _FACT_HINT
        )
        return (), (*left, *(_check_tags(file, scan) or (stopped,)))
    except RecursionError:
        return (), (*left, Diagnostic("phrase.not-phrases", Place(file), "nested too deeply", "a phrase is a sentence"))
    except ValueError:
        # Jinja's lexer lets Python refuse a numeral of thousands of digits.
        return (), (
            *left,
            Diagnostic("phrase.not-phrases", Place(file), "a number of thousands of digits", "print a fact"),
        )
    # Text outside of a say that is left of a tag is one mistake.
    told = {problem.place.line for problem in left}
    rest = [item for item in found if not (item.code == "phrase.text-outside" and item.place.line in told)]
    return says, tuple(sorted({*left, *rest}, key=_get_sort_key))


def _get_sort_key(problem: Diagnostic) -> tuple[int, int, str]:
    return (problem.place.line or 0, problem.place.column or 0, problem.what)


@dataclass(slots=True)
class _RawSay:
    at: int
    finding: str
    form: str = "body"
    digits: str = ""
    bodies: list[tuple[int, list[nodes.Node]]] = field(default_factory=list)


class _SayExtension(Extension):
    """The tag `{% say "finding", "form", digits="500" %} … {% or %} … {% endsay %}`.

    Findings that are said in the same words share a tag: `{% say "flows.day_out, flows.streak_out", "question" %}`.
    """

    tags = {"say"}  # noqa: RUF012 - Jinja declares it so

    def parse(self, parser: Parser) -> nodes.Node:
        """Keep the raw wordings on the environment, and mark their place with an empty block."""
        stream = parser.stream
        at = next(stream).lineno
        said = _RawSay(at, stream.expect("string").value)
        while stream.skip_if("comma"):
            if stream.current.type == "name" and stream.current.value == "digits":
                next(stream)
                stream.expect("assign")
                said.digits = stream.expect("string").value
            else:
                said.form = stream.expect("string").value
        while True:
            start = stream.current.lineno
            said.bodies.append((start, parser.parse_statements(("name:or", "name:endsay"))))
            if next(stream).value == "endsay":
                break
        raws = cast(_Environment, self.environment).raws
        raws.append(said)
        return nodes.Block(f"say {len(raws) - 1}", [], False, False, lineno=at)


class _Environment(Environment):
    """A parser's settings, and the say blocks of the file that it parses.

    A token's "line number" is its offset in the file, so that every node knows its column too, which Jinja drops.
    """

    def __init__(self) -> None:
        super().__init__(extensions=[_SayExtension], autoescape=False)
        self.raws: list[_RawSay] = []

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        tokens = self.lexer.wrap(self._iterate_tokens(source, name, filename, state), name, filename)
        return TokenStream(tokens, name, filename)

    def _iterate_tokens(
        self, source: str, name: str | None, filename: str | None, state: str | None
    ) -> Iterator[tuple[int, str, str]]:
        at = 0
        for _, kind, value in self.lexer.tokeniter(source, name, filename, state):
            # White space that a tag's minus sign strips is in no token.
            at = max(source.find(value, at), at)
            yield at, kind, value
            at += len(value)


class _PhraseReader:
    """One pass over one file, collecting problems."""

    def __init__(self, file: str, source: str, environment: _Environment, locale: Locale | None) -> None:
        self._file = file
        self._locale = locale
        self._source = source
        self._starts = [0, *(found.end() for found in re.finditer("\n", source))]
        self._raws = environment.raws
        self._problems: list[Diagnostic] = []

    def read_template(self, body: Sequence[nodes.Node]) -> tuple[tuple[Say, ...], tuple[Diagnostic, ...]]:
        says = tuple(say for raw in self._iterate_raw_says(body) for say in self._expand_say(raw))
        return says, tuple(self._problems)

    def _iterate_raw_says(self, body: Sequence[nodes.Node]) -> Iterator[_RawSay]:
        for node in body:
            if isinstance(node, nodes.Block) and node.name.startswith("say "):
                yield self._raws[int(node.name[4:])]
            elif isinstance(node, nodes.Output):
                self._check_outside_text(node)
            else:
                self._refuse_node(node, "stands outside {% say %}")

    def _check_outside_text(self, output: nodes.Output) -> None:
        for node in output.nodes:
            text = node.data if isinstance(node, nodes.TemplateData) else "{{"
            if text.strip():
                at = node.lineno + len(text) - len(text.lstrip())
                self._add_diagnostic_at(
                    "phrase.text-outside", at, "text outside {% say %}", "a comment is written {# … #}"
                )

    def _expand_say(self, raw: _RawSay) -> Iterator[Say]:
        """Return one say per finding that the block names; names are separated by commas."""
        say = self._build_say(raw)
        for name in say.finding.split(","):
            yield replace(say, finding=name.strip())

    def _build_say(self, raw: _RawSay) -> Say:
        wordings = tuple(self._build_wording(raw, at, body) for at, body in raw.bodies)
        digits = tuple(re.split(r"[\s、]+|,(?!\d{3}(?!\d))\s*", raw.digits.strip())) if raw.digits.strip() else ()
        line, column = self._to_line_column(self._source.rfind("{%", 0, raw.at))
        say = Say(raw.finding, raw.form, self._file, line, digits, wordings, column)
        self._check_digits(say)
        return say

    def _build_wording(self, raw: _RawSay, at: int, body: Sequence[nodes.Node]) -> Wording:
        line, column = self._to_line_column(at)
        before = len(self._problems)
        parts = self._build_body(body)
        uses = list_word_uses(parts, self._locale) if self._locale is not None else ()
        wording = Wording(line, parts, column, uses, list_printed_facts(parts))
        # What can't be read is no part of the body, and is said already.
        if len(self._problems) == before and not any(
            not isinstance(part, PhraseText) or part.text.strip() for part in wording.body
        ):
            self._add_diagnostic_at("phrase.empty", at, f'"{raw.finding}" has an empty wording')
        return wording

    def _to_line_column(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    # --- statements

    def _build_body(self, body: Sequence[nodes.Node]) -> tuple[Part, ...]:
        return tuple(part for node in body for part in self._build_parts(node))

    def _build_parts(self, node: nodes.Node) -> Iterator[Part]:
        if isinstance(node, nodes.Output):
            for child in node.nodes:
                if isinstance(child, nodes.TemplateData):
                    line, column = self._to_line_column(child.lineno)
                    yield PhraseText(line, child.data, column)
                elif (value := self._build_value(child)) is not None:
                    yield value
        elif isinstance(node, nodes.If):
            yield from self._build_branch(node)
        elif isinstance(node, nodes.For):
            yield from self._build_loop(node)
        else:
            self._refuse_node(node)

    def _build_branch(self, node: nodes.If) -> Iterator[Branch]:
        arms = []
        for arm in (node, *node.elif_):
            condition, body = self._build_condition(arm.test), self._build_body(arm.body)
            if condition is not None:
                arms.append((condition, body))
        otherwise = self._build_body(node.else_)
        if arms:
            yield Branch(tuple(arms), otherwise)

    def _build_loop(self, node: nodes.For) -> Iterator[Loop]:
        if node.else_ or node.test is not None or node.recursive or not isinstance(node.target, nodes.Name):
            self._add_diagnostic_at("phrase.wrong-loop", node.lineno, "a loop is {% for name in list %} … {% endfor %}")
            return
        over, body = self._build_value(node.iter), self._build_body(node.body)
        if over is not None:
            if any(call.used.pick is None for call in over.calls):
                self._add_diagnostic_at(
                    "phrase.wrong-loop", node.lineno, f'"{over.name}" is made text before it is looped over'
                )
            yield Loop(self._to_line_column(node.lineno)[0], node.target.name, over, body)

    # --- expressions

    def _build_condition(self, node: nodes.Node) -> Condition | None:
        if isinstance(node, (nodes.And, nodes.Or)):
            return self._build_logic(type(node).__name__.lower(), node.left, node.right)
        if isinstance(node, nodes.Not):
            return self._build_logic("not", node.node)
        if isinstance(node, nodes.Test):
            return self._build_test(node)
        value = self._build_value(node)
        if value is not None and any(call.used.pick is None for call in value.calls):
            self._add_diagnostic_at(
                "phrase.wrong-condition",
                node.lineno,
                f'a condition asks whether "{value.name}" is known, or for ups or downs',
            )
        return value

    def _build_logic(self, operator: str, *sides: nodes.Node) -> Condition | None:
        parts = tuple(part for side in sides if (part := self._build_condition(side)) is not None)
        return LogicalCondition(operator, parts) if len(parts) == len(sides) else None

    def _build_test(self, node: nodes.Test) -> Condition | None:
        if node.name not in ("known", "missing"):
            hint = did_you_mean(node.name, ("known", "missing")) or "the tests are known and missing"
            self._add_diagnostic_at("phrase.wrong-condition", node.lineno, f'unknown test "{node.name}"', hint)
        elif not isinstance(node.node, nodes.Name):
            self._add_diagnostic_at("phrase.wrong-condition", node.lineno, f"only a fact is {node.name}")
        else:
            line, column = self._to_line_column(node.node.lineno)
            return KnownTest(line, node.node.name, node.name == "known", column)
        return None

    def _build_value(self, node: nodes.Node) -> FactValue | None:
        if isinstance(node, nodes.Name):
            line, column = self._to_line_column(node.lineno)
            return FactValue(line, node.name, (), column)
        if not isinstance(node, nodes.Filter) or node.node is None:
            self._refuse_node(node)
            return None
        inner, call = self._build_value(node.node), self._build_call(node)
        if inner is None or call is None:
            return None
        if inner.calls and inner.calls[-1].used.pick is None:
            before = inner.calls[-1].used.name
            self._add_diagnostic_at(
                "phrase.wrong-filter", node.lineno, f"{node.name} follows {before}, which has already made text"
            )
        return replace(inner, calls=(*inner.calls, call))

    def _build_call(self, node: nodes.Filter) -> FilterCall | None:
        used = FILTERS.get(node.name)
        if used is None:
            hint = did_you_mean(node.name, FILTERS) or f"filters are {', '.join(FILTERS)}"
            self._add_diagnostic_at("phrase.wrong-filter", node.lineno, f'unknown filter "{node.name}"', hint)
            return None
        plain = [*node.args, *(keyword.value for keyword in node.kwargs)]
        if node.dyn_args or node.dyn_kwargs or not all(isinstance(arg, nodes.Const) for arg in plain):
            self._add_diagnostic_at(
                "phrase.wrong-filter", node.lineno, f"arguments of {node.name} are plain texts or numbers"
            )
            return None
        args = tuple(cast(nodes.Const, arg).value for arg in node.args)
        options = tuple((str(keyword.key), cast(nodes.Const, keyword.value).value) for keyword in node.kwargs)
        wrong = _check_arguments(used, args, options)
        if wrong:
            self._add_diagnostic_at("phrase.wrong-filter", node.lineno, wrong)
            return None
        return FilterCall(used, args, options)

    # --- problems

    def _check_digits(self, say: Say) -> None:
        found: set[str] = set()
        for part, text in _iterate_texts(part for wording in say.wordings for part in wording.body):
            quantities = find_number_signs(text) if self._locale is None else find_quantities(text, self._locale)
            for quantity in quantities:
                words = set(quantity.text.split())
                found |= words
                if words <= set(say.digits):
                    continue
                shown = " ".join(quantity.text.split())
                what = f'literal digits "{shown}"' if shown[0].isdecimal() else f'a number in the text, "{shown}"'
                hint = f'print a fact, or declare it: {{% say "{say.finding}", digits="{shown}" %}}'
                self._add_diagnostic("phrase.digits", *_locate_in_part(part, text, quantity.start), what, hint)
        for idle in say.digits:
            if idle not in found:
                self._add_diagnostic(
                    "phrase.digits",
                    say.line,
                    say.column,
                    f'"{say.finding}" declares the digits "{idle}" and writes none',
                )

    def _refuse_node(self, node: nodes.Node, why: str = "has no place in a phrase") -> None:
        if isinstance(node, nodes.Block) and node.name.startswith("say "):
            self._add_diagnostic_at(
                "phrase.nested-say", node.lineno, "{% say %} inside another tag", "each say stands by itself"
            )
            return
        name = _CALLED.get(type(node).__name__, type(node).__name__.lower())
        self._add_diagnostic_at(
            "phrase.not-allowed", node.lineno, f"{name} {why}", "a phrase holds text, facts with filters, if and for"
        )

    def _add_diagnostic_at(self, code: str, at: int, what: str, hint: str = "") -> None:
        # A tag's mistake is shown where the tag begins, not at the word inside.
        opened = re.search(r"\{%[-+]?\s*$", self._source[max(at - 20, 0) : at])
        self._add_diagnostic(code, *self._to_line_column(at - len(opened[0]) if opened else at), what, hint)

    def _add_diagnostic(self, code: str, line: int, column: int | None, what: str, hint: str = "") -> None:
        self._problems.append(Diagnostic(code, Place(self._file, line, column), what, hint))


_CALLED = {
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "Include": "{% include %}",
    "Import": "{% import %}",
    "FromImport": "{% from %}",
    "Extends": "{% extends %}",
    "Macro": "{% macro %}",
    "CallBlock": "{% call %}",
    "FilterBlock": "{% filter %}",
    "With": "{% with %}",
    "Block": "{% block %}",
    "If": "{% if %}",
    "For": "{% for %}",
    "Const": "a literal value",
    "Call": "a call",
    "Getattr": "a dotted name",
    "Getitem": "an index",
    "Compare": "a comparison",
    "Test": "a test",
    "CondExpr": "an inline if",
    "TemplateData": "text",
}


def _check_arguments(used: Filter, args: tuple[Constant, ...], options: tuple[tuple[str, Constant], ...]) -> str:
    names = list(used.parameters)
    if len(args) > len(names):
        return f"{used.name} takes {len(names) or 'no'} arguments"
    given: Mapping[str, Constant] = dict([*zip(names, args, strict=False), *options])
    for name, value in given.items():
        if name not in used.parameters:
            return f'{used.name} has no argument "{name}"'
        wanted = str(used.parameters[name].annotation)
        if type(value).__name__ != wanted:
            return f"{used.name}: {name} is {_KINDS[wanted]}"
        if wanted == "int" and not 0 <= int(value) <= 6:
            return f"{used.name}: {name} is between 0 and 6"
        if name == "style" and value not in used.choices:
            return f"{used.name}: {name} is one of {', '.join(used.choices)}"
    needed = [name for name, parameter in used.parameters.items() if parameter.default is parameter.empty]
    lacking = [name for name in needed if name not in given]
    return f"{used.name} lacks the argument {lacking[0]}" if lacking else ""


_KINDS = {"int": "a whole number", "str": "a text", "bool": "true or false"}


def _iterate_texts(parts: Iterator[Part]) -> Iterator[tuple[PhraseText | FactValue, str]]:
    """Iterate over every text that an author wrote, with its part: literals and arguments of filters."""
    for part in parts:
        if isinstance(part, PhraseText):
            yield part, part.text
        elif isinstance(part, FactValue):
            for call in part.calls:
                given = (*call.args, *(value for _, value in call.options))
                yield from ((part, text) for text in given if isinstance(text, str))
        elif isinstance(part, Loop):
            yield from _iterate_texts(iter(part.body))
        else:
            bodies = [body for _, body in part.arms]
            yield from _iterate_texts(inner for body in (*bodies, part.otherwise) for inner in body)


def _locate_in_part(part: PhraseText | FactValue, text: str, at: int) -> tuple[int, int | None]:
    """Return line and column of a character of a text; for an argument, those of its fact."""
    if isinstance(part, FactValue) or part.column is None:
        return part.line, part.column
    line, column = line_column(text, at)
    return part.line + line - 1, column + (part.column - 1 if line == 1 else 0)


#: What else Jinja calls a tag, which this module refuses by its own name.
_REFUSED = [
    "set",
    "include",
    "import",
    "from",
    "extends",
    "macro",
    "call",
    "filter",
    "with",
    "block",
    "autoescape",
    "do",
    "break",
    "continue",
]
_GRAMMAR = Grammar(
    pairs={"say": "endsay", "if": "endif", "for": "endfor"},
    middles={"or": ("say",), "elif": ("if",), "else": ("if", "for")},
    singles=frozenset((*_REFUSED, *(f"end{name}" for name in _REFUSED))),
    shown=("say", "or", "endsay", "if", "elif", "else", "endif", "for", "endfor"),
)
_KNOWN = frozenset((*_GRAMMAR.pairs, *_GRAMMAR.pairs.values(), *_GRAMMAR.middles))
_TAG_HINT = 'a tag is written {% say "finding" %}, {% or %}, {% endsay %}'
#: Marks of Markdown, which would be printed as they are written.
_MARKDOWN = re.compile(r"\*\*|(?<!\w)__?(?=\w)|\]\(|`")
_FACT_HINT = "a fact is printed as {{ name }} or {{ name|filter }}"
_TAG_HINTS = {
    "say": '{% say "finding", "form", digits="500" %}; form and digits may be left out',
    "if": "{% if name is known %}, {% if name is missing %}, with and, or, not",
    "elif": "{% elif name is known %}, {% elif name is missing %}, with and, or, not",
    "for": "{% for name in list %}",
}


def _suggest_syntax(item: Residue) -> str:
    return _TAG_HINT if re.search("[%％]", item.text) else _FACT_HINT


def _check_tags(file: str, scan: TemplateScan) -> tuple[Diagnostic, ...]:
    """Check each tag by itself and return a diagnostic for those that Jinja can't read."""
    problems = []
    for tag in scan.tags:
        text = scan.text[tag.start : tag.end]
        if tag.kind == "comment" or not tag.clean or _is_readable_tag(tag, text):
            continue
        hint = _TAG_HINTS.get(tag.word, f"{{% {tag.word} %}} has nothing behind its name")
        hint = _FACT_HINT if tag.kind == "print" else hint
        shown = " ".join(text.split())
        what = f"{shown if len(shown) <= 60 else shown[:57] + '…'} can't be read"
        problems.append(Diagnostic("phrase.not-phrases", Place(file, *line_column(scan.text, tag.start)), what, hint))
    return tuple(problems)


def _is_readable_tag(tag: TemplateTag, text: str) -> bool:
    around = {"or": '{% say "a" %}', "elif": "{% if a %}", "else": "{% if a %}"}
    ends = {"say": "{% endsay %}", "or": "{% endsay %}", "for": "{% endfor %}"}
    ends |= dict.fromkeys(("if", "elif", "else"), "{% endif %}")
    openings = {"endsay": '{% say "a" %}', "endif": "{% if a %}", "endfor": "{% for a in b %}"}
    if tag.kind == "block" and tag.word not in _KNOWN:
        return True
    try:
        _Environment().parse(around.get(tag.word, openings.get(tag.word, "")) + text + ends.get(tag.word, ""))
    except (TemplateSyntaxError, RecursionError, ValueError):
        return False
    return True
