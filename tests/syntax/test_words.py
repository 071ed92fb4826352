"""Whatever an author writes in the place of a value is told in our words: wrong values are put into every key."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from reporter.desk import read_desk_config
from reporter.desk.config.config import DeskConfig
from reporter.desk.formats.layouts import Layout
from reporter.diagnostics.errors import InputError
from reporter.narrative.outline import Outline
from reporter.rules.book.framework_form import FrameworkForm
from reporter.rules.book.rule_forms import CaseFileForm, CaseSetForm, LadderForm, RuleFileForm, RuleForm
from reporter.syntax import read_yaml
from reporter.syntax.model_diagnostics import _ANY, _PATTERNS, in_words
from tests.briefs import ROOT, SAMPLES

REPORT = ROOT / "templates" / "market_brief"
MODELS = (DeskConfig, Layout, Outline, RuleFileForm, RuleForm, LadderForm, FrameworkForm, CaseFileForm, CaseSetForm)
#: What may be typed in the place of a value.
WRONG: tuple[Any, ...] = (
    *(None, "", "x y!", "X", 5, -1, 10**6, 1.5, float("nan"), float("inf"), True, "\ud800"),
    *([], [1], ["a"], [1, 2, 3], ["a"] * 40, [[]], [{}], {}, {"a": 1}, {"A b": "x"}),
)
#: Words of pydantic's own.
RAW = re.compile(r"[Ii]nput should|[Ii]nputs are|Value error|valid (?:string|integer|tuple|number|dict)|Field required")


def written() -> Iterator[tuple[type[BaseModel], Any]]:
    """What authors have written, with the form that it is held to."""
    desk = tomllib.loads((SAMPLES / "btc-2026-02" / "desk.toml").read_text("utf-8"))
    desk |= {"tolerance": {"prices": 0.1}, "gates": {"freshness": {"prices": "1d"}}, "audit": {"key_env": "A"}}
    desk |= {"theme": {"palette": "x", "accent": "", "logo": "", "paper": "A4"}, "fonts": {"sans": "", "serif": ""}}
    desk["asset"] |= {"span": [1.0, 2.0]}
    desk["desk"] |= {"attach_ledger": True}
    yield DeskConfig, desk
    yield Layout, {"table": "prices", "named": "x", "medians": {"a": [1.0, 2.0]}, "needs": ["a"]}
    report = read_yaml(REPORT / "report.yaml", "report.yaml").plain
    assert isinstance(report, dict)
    yield Outline, report
    yield FrameworkForm, report["framework"]
    for path in sorted(REPORT.glob("rules/*.yaml"))[:4]:
        plain = read_yaml(path, path.name).plain
        assert isinstance(plain, dict)
        yield RuleFileForm, plain
        for key, form in (("rules", RuleForm), ("ladders", LadderForm)):
            items = plain.get(key, [])
            assert isinstance(items, list)
            yield from ((form, item) for item in items[:3])
    path = next(iter(sorted(REPORT.glob("rule_tests/*.yaml"))))
    cases = read_yaml(path, path.name).plain
    assert isinstance(cases, dict)
    yield CaseFileForm, cases
    sets = cases["cases"]
    assert isinstance(sets, list)
    yield CaseSetForm, sets[0]


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all values; of alike entries of a list the first alone."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from paths(value[0], (*path, 0))


def put(value: Any, path: tuple[str | int, ...], wrong: Any) -> Any:
    """A copy of a value with something else at a path."""
    if not path:
        return wrong
    made = copy.copy(value)
    made[path[0]] = put(made[path[0]], path[1:], wrong)
    return made


@pytest.mark.long
def test_every_mistake_that_a_form_can_find_has_words_of_ours() -> None:
    seen = set()
    for form, value in written():
        for path in paths(value):
            for wrong in WRONG:
                try:
                    form.model_validate(put(value, path, wrong))
                except ValidationError as error:
                    for detail in error.errors(include_url=False):
                        seen.add(detail["type"])
                        if detail["type"] != "extra_forbidden":
                            said = in_words(detail, "it")
                            assert said != _ANY.format(key="it"), detail
                            assert not RAW.search(said), (detail, said)
    assert {"missing", "extra_forbidden", "string_type", "tuple_type", "literal_error", "too_long"} <= seen
    assert {"string_pattern_mismatch", "int_type", "bool_type", "float_type", "string_unicode", "value_error"} <= seen


def patterns(schema: Any) -> Iterator[str]:
    """Every pattern of a JSON schema."""
    if isinstance(schema, dict):
        if isinstance(found := schema.get("pattern"), str):
            yield found
        for key, inner in schema.items():
            yield from patterns(inner)
            if key == "patternProperties":
                yield from inner
    elif isinstance(schema, list):
        for inner in schema:
            yield from patterns(inner)


@pytest.mark.parametrize("form", MODELS, ids=lambda form: str(form.__name__))
def test_every_pattern_has_words(form: type[BaseModel]) -> None:
    assert set(patterns(form.model_json_schema())) <= set(_PATTERNS)


def edited(change: Callable[[str], str], folder: Path) -> list[str]:
    text = (SAMPLES / "quiet-day" / "desk.toml").read_text("utf-8")
    (folder / "desk.toml").write_text(change(text), "utf-8")
    with pytest.raises(InputError) as refused:
        read_desk_config(folder, "desk.toml")
    return [str(problem).partition(": ")[2] for problem in refused.value.diagnostics]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[tolerance]\nprices = 5\n", 'tolerance.prices: wrong value "5"; it must be 1 or less'),
        ("[tolerance]\nprices = -1\n", 'tolerance.prices: wrong value "-1"; it must be 0 or more'),
        ('[tolerance]\nprices = "much"\n', 'tolerance.prices: wrong value "much"; write a number'),
        (
            '[audit]\nkey_env = "MY KEY"\n',
            'audit.key_env: wrong value "MY KEY"; it isn\'t the name of a variable of the environment: letters, digits '
            "and underscores",
        ),
        ("[fonts]\nsans = 5\n", 'fonts.sans: wrong value "5"; write a text in quotes'),
    ],
)
def test_a_wrong_value_of_desk_toml_is_told_with_what_to_write(line: str, said: str, tmp_path: Path) -> None:
    assert edited(lambda text: f"{text}\n{line}", tmp_path) == [said]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("[1.0]", "asset.span: a value is missing; two are needed"),
        ("[1.0, 2.0, 3.0]", "asset.span: wrong value; it has 3 entries, and takes 2 at most"),
        ('["a", 2.0]', 'asset.span: wrong value "a"; write a number'),
    ],
)
def test_a_pair_is_told_what_it_lacks_or_has_too_much(span: str, said: str, tmp_path: Path) -> None:
    assert edited(lambda text: text.replace("[asset]\n", f"[asset]\nspan = {span}\n", 1), tmp_path) == [said]
