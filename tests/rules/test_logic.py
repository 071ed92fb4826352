"""Kleene's logic: tables, De Morgan, and that knowing more never turns a decided condition round."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.rules.engine import kleene
from reporter.rules.engine.binding import Scope
from reporter.rules.engine.trace import TracedScope
from reporter.rules.expressions.parse import parse_expression
from tests.rules.build import make_metrics

Three = bool | None
THREE: tuple[Three, ...] = (True, False, None)
IDS = ("price.close", "flows.net_1d", "sentiment.score", "rates.change_1d")


@pytest.mark.parametrize("one", THREE)
@pytest.mark.parametrize("other", THREE)
def test_and_or(one: Three, other: Three) -> None:
    items = [lambda _: one, lambda _: other]
    both: Three = False if False in (one, other) else None if None in (one, other) else True
    either: Three = True if True in (one, other) else None if None in (one, other) else False
    assert kleene.all_of(items)(0) is both
    assert kleene.any_of(items)(0) is either
    assert kleene.all_of([*items, lambda _: True])(0) is both
    assert kleene.any_of([*items, lambda _: False])(0) is either


@pytest.mark.parametrize(("value", "negated"), [(True, False), (False, True), (None, None)])
def test_not(value: Three, negated: Three) -> None:
    assert kleene.negate_condition(lambda _: value)(0) is negated


def _clauses() -> st.SearchStrategy[str]:
    clause = st.builds(
        "{} {} {}".format, st.sampled_from(IDS), st.sampled_from(["<", ">=", "==", "!="]), st.integers(0, 3)
    )
    return st.recursive(
        clause,
        lambda inner: st.one_of(
            st.builds("({}) and ({})".format, inner, inner),
            st.builds("({}) or ({})".format, inner, inner),
            st.builds("({}) and ({}) and ({})".format, inner, inner, inner),
            st.builds("not ({})".format, inner),
        ),
        max_leaves=8,
    )


_VALUES = st.fixed_dictionaries({name: st.one_of(st.none(), st.integers(0, 3).map(float)) for name in IDS})


def _truth(text: str, values: Mapping[str, float | None]) -> Three:
    metrics = make_metrics({name: [value] for name, value in values.items()})
    return Scope(metrics, {}, lambda _rule, _index: None).bind_condition(parse_expression(text))(0)


@settings(deadline=None)
@given(_clauses(), _clauses(), _VALUES)
def test_de_morgan(one: str, other: str, values: Mapping[str, float | None]) -> None:
    assert _truth(f"not (({one}) and ({other}))", values) is _truth(f"(not ({one})) or (not ({other}))", values)
    assert _truth(f"not (({one}) or ({other}))", values) is _truth(f"(not ({one})) and (not ({other}))", values)


@settings(deadline=None)
@given(_clauses(), _VALUES, _VALUES)
def test_knowing_more_never_turns_a_decided_condition(
    text: str, values: Mapping[str, float | None], more: Mapping[str, float | None]
) -> None:
    before = _truth(text, values)
    after = _truth(text, {name: more[name] if value is None else value for name, value in values.items()})
    assert before is None or after is before


@settings(deadline=None)
@given(_clauses(), _VALUES)
def test_traced_agrees_with_fast_and_names_only_what_is_missing(text: str, values: Mapping[str, float | None]) -> None:
    metrics = make_metrics({name: [value] for name, value in values.items()})
    clause = TracedScope(metrics, {}, lambda _r, _i: None, lambda _r, _i: ()).trace_condition(parse_expression(text), 0)
    assert clause.value is _truth(text, values)
    assert bool(clause.lacks) is (clause.value is None)
    assert all(values[name] is None for name in clause.missing)
    assert set(clause.lacks) <= set(clause.missing)
