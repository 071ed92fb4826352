from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from reporter.desk.config.instruments import INSTRUMENTS, STANDS_IN_FOR
from reporter.desk.formats.schema import EVENT_TOPICS, TABLES
from reporter.metrics import list_metric_specs
from reporter.metrics.catalogue import compute_metric
from reporter.metrics.compute import freeze_series
from reporter.metrics.context import Context
from reporter.metrics.registry import METRICS, register_metric
from reporter.metrics.series import lag_series
from reporter.model.metric import MetricSpec, Unit
from reporter.rules.expressions import signatures
from tests.desk.build import load, source, write_desk
from tests.metrics.build import closes


def test_every_metric_names_tables_that_exist_and_a_range_that_holds_something() -> None:
    for spec in list_metric_specs(INSTRUMENTS).values():
        assert set(spec.tables) <= set(TABLES)
        assert spec.low < spec.high
        assert spec.formula and not spec.formula.endswith(".")


def test_instruments_have_metrics_of_their_own() -> None:
    specs = list_metric_specs(["nikkei"])
    assert specs["macro.nikkei.return_1d"].formula == "nikkei: close / previous session's close − 1; none for a yield"
    assert "macro.spx.return_1d" not in specs
    assert set(STANDS_IN_FOR) <= set(INSTRUMENTS)


def test_a_metric_is_declared_once() -> None:
    with pytest.raises(ValueError, match=r"metric price\.close is declared twice"):
        register_metric(MetricSpec("price.close", Unit.PRICE, "again", ("prices",)))(
            lambda context: context["price.close"]
        )


def test_an_unknown_metric_is_an_error_of_the_program() -> None:
    with pytest.raises(LookupError, match=r"no metric price\.colour"):
        compute_metric(SimpleNamespace(own_metrics={}), "price.colour")  # type: ignore[arg-type]


@pytest.mark.long
def test_the_order_of_metrics_does_not_hang_on_what_is_imported_first() -> None:
    orders = set()
    for first in ("reporter.metrics.options", "reporter.metrics.sentiment", "reporter.metrics"):
        code = (
            f"import {first}; from reporter.metrics import list_metric_specs; "
            "print(*list_metric_specs(['spx', 'gold']))"
        )
        orders.add(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)
    assert len(orders) == 1


def test_rules_and_desks_know_the_same_topics() -> None:
    assert signatures.EVENT_TOPICS == EVENT_TOPICS


def test_a_value_that_is_older_than_its_metric_allows_is_missing(tmp_path: Path) -> None:
    prices = {"prices.csv": closes([100.0 + at for at in range(8)])}
    context = Context(load(write_desk(tmp_path, source("prices"), files=prices)))
    context.bind_compute(compute_metric)
    close, spec = context["price.close"], METRICS["price.close"][0]

    told = {days: freeze_series(context, replace(spec, max_age_days=2), lag_series(close, days)) for days in (2, 3)}

    assert told[2].values == (None, None, 100.0, 101.0, 102.0, 103.0, 104.0, 105.0)
    assert told[3].values == (None,) * 8
    assert told[3].missing[3:] == ("the last row is too old",) * 5
