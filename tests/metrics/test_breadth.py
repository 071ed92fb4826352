"""Counts of instruments by class and direction."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reporter.desk import load_desk, read_desk_config
from reporter.metrics import compute_metrics
from reporter.model.metric import MetricSet

_DESK = """
[desk]
slug = "x"
[asset]
symbol = "X"
name = "X"
[[source]]
id = "p"
table = "prices"
path = "p.csv"
time = "date"
timezone = "UTC"
bar = "1d"
unit = "usd"
cite = "Somebody"
[[source]]
id = "m"
table = "cross_asset"
path = "m.csv"
layout = "wide"
time = "date"
timezone = "America/New_York"
bar = "1d"
session_close = "16:00"
instruments = { spx = "S", nasdaq = "N", dow = "D", gold = "G" }
unit = "level"
cite = "Somebody else"
"""


def _metrics(tmp_path: Path, day: date) -> MetricSet:
    (tmp_path / "desk.toml").write_text(_DESK, "utf-8")
    prices = "".join(f"2026-02-0{n},10,12,9,11\n" for n in range(2, 9))
    (tmp_path / "p.csv").write_text("date,open,high,low,close\n" + prices, "utf-8")
    (tmp_path / "m.csv").write_text(
        "date,S,N,D,G\n2026-02-04,100,100,100,100\n2026-02-05,101,99,100,\n2026-02-06,102,100,101,105\n", "utf-8"
    )
    return compute_metrics(load_desk(read_desk_config(tmp_path), day))


@pytest.mark.parametrize(
    ("day", "up", "down", "known", "all_known"),
    [(date(2026, 2, 5), 1, 1, 3, 3), (date(2026, 2, 6), 3, 0, 3, 4)],
)
def test_counts_leave_out_what_had_no_session(
    tmp_path: Path, day: date, up: int, down: int, known: int, all_known: int
) -> None:
    series = _metrics(tmp_path, day).series
    shown = [series[f"breadth.{name}"].values[-1] for name in ("equity_up", "equity_down", "equity_known", "all_known")]
    assert shown == [up, down, known, all_known]


def test_a_weekend_counts_nothing_rather_than_zero(tmp_path: Path) -> None:
    seen = _metrics(tmp_path, date(2026, 2, 7)).series["breadth.equity_up"].observation_at(5)
    assert (seen.value, str(seen.missing)) == (None, "market closed")
