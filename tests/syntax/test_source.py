"""YAML: what values become, where they stand, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reporter.diagnostics.errors import InputError
from reporter.syntax import ShapeCodes, read_yaml, to_diagnostics
from reporter.syntax.located_yaml import Plain, parse_core_scalar, parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("1:30", "1:30"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ("2026-02-06", "2026-02-06"),
        ("12", 12),
        ("-3", -3),
        ("1_000", "1_000"),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("9" * 4000, "9" * 4000),
    ],
)
def test_core_scalars(text: str, value: Plain) -> None:
    assert parse_core_scalar(text) == value
    assert type(parse_core_scalar(text)) is type(value)


REFUSED = {
    "a: &x [1]\nb: *x\n": "f.yaml:1:4: an anchor isn't allowed here; write the value out, or name a condition",
    "b: *x\n": "f.yaml:1:4: an alias isn't allowed here; write the value out, or name a condition",
    "a: 1\n---\nb: 2\n": "f.yaml:2:1: a second document in the file; use one file for each",
    "a: !!python/name:os.system x\n": (
        'f.yaml:1:4: a tag ("tag:yaml.org,2002:python/name:os.system") isn\'t allowed here; leave the tag out'
    ),
    "a:\n\tb: 1\n": "f.yaml:2:1: a tab in the indentation; indent with spaces",
    "a: 1\nb: 2\na: 3\n": 'f.yaml:3:1: "a" is already given in line 1',
    "[" * 100_000: "f.yaml:1:21: nested deeper than 20 levels",
    "a: b: c\n": "f.yaml:1:5: a second colon in one line; put a text that holds a colon into quotes",
    "a: [1\n": 'f.yaml:1:4: the "[" isn\'t closed; add ]',
    "a: \x07\n": "f.yaml:1:4: a control character (U+0007); delete it",
    "? [a]\n: 1\n": "f.yaml:1:3: a key must be plain text",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:16]))
def test_refuses(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_yaml(text.encode(), "f.yaml")
    assert str(refused.value) == REFUSED[text]


def test_keys_are_text_whatever_they_look_like() -> None:
    assert parse_yaml(b"on: 1\n1: 2\ntrue: 3\n", "f").plain == {"on": 1, "1": 2, "true": 3}


def test_bytes_that_are_no_text_are_named_by_line() -> None:
    with pytest.raises(
        InputError, match=r'^f\.yaml:2:4: byte FF is not UTF-8; in Windows-1252 it is "ÿ"; save the file as UTF-8$'
    ):
        parse_yaml(b"a: 1\nb: \xff\n", "f.yaml")


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^rules/x\.yaml: can't be read: No such file or directory$"):
        read_yaml(tmp_path / "x.yaml", "rules/x.yaml")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("k: price.close > oops", (1, 18)),
        ("k:   'price.close > oops'", (1, 21)),
        ("k: 'fired(''a'') or oops'", (1, 21)),
        ('k: "fired(\\"a\\") or oops"', (1, 21)),
        ("k: price.close\n   > 1 or\n   oops", (3, 4)),
        ("k: |\n  price.close > 1\n    or oops\n", (3, 8)),
        ("k: >-\n  price.close > 1\n  or oops\n", (3, 6)),
        ("中: 1\nk: x > oops", (2, 8)),
    ],
)
def test_place_inside_a_value(text: str, place: tuple[int, int]) -> None:
    value = parse_yaml(text.encode(), "f").entries["k"]
    assert isinstance(value.plain, str)
    assert value.locate_offset(value.plain.index("oops")) == place


class _Limit(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    most: int = Field(ge=1)


class _Report(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    title: str
    limits: list[_Limit] = []


def test_pydantic_errors_get_places_and_hints() -> None:
    located = parse_yaml(b"titel: x\nlimits:\n  - most: 0\n  - mots: 1\n    most: two\n", "report.yaml")
    with pytest.raises(ValidationError) as error:
        _Report.model_validate(located.plain)
    problems = to_diagnostics(
        error.value, located, "report.yaml", ShapeCodes("report.unknown-key", "report.wrong-value"), _Report
    )
    assert sorted(str(problem) for problem in problems) == [
        'report.yaml:1:1: "title" is missing',
        'report.yaml:1:1: unknown key "titel"; did you mean "title"?',
        'report.yaml:3:11: "most" must be 1 or more; it is 0',
        'report.yaml:4:5: unknown key "mots"; did you mean "most"?',
        'report.yaml:5:11: "most" must be a whole number; it is two',
    ]
