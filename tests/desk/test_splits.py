from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from reporter.desk import load_desk, read_desk, read_desk_config
from reporter.diagnostics.errors import InputError
from reporter.metrics.compute import compute_metrics
from reporter.metrics.metric_days import MetricDays
from reporter.model.finding import Input
from reporter.model.metric import MetricSet, Unit
from reporter.verify.published_figures import PublishedFigures, find_corrections
from tests.desk.build import source

_FIRST, _SPLIT, _LAST = date(2025, 12, 1), date(2026, 2, 9), date(2026, 3, 31)


def _write(folder: Path, splits: str = '[{ date = "2026-02-09", factor = 4 }]') -> Path:
    head = '[desk]\nslug = "acme"\nlocales = ["en"]\n[asset]\nsymbol = "ACME"\nclass = "equity"\nname = "Acme"\n'
    declared = f"splits = {splits}\n" if splits else ""
    (folder / "desk.toml").write_text(head + declared + source("prices"), "utf-8")
    rows = ["date,open,high,low,close,volume"]
    for at in range((_LAST - _FIRST).days + 1):
        day = _FIRST + timedelta(days=at)
        scale = 1 if day < _SPLIT else 4
        low, high = (400 + at - 4) / scale, (400 + at + 4) / scale
        rows.append(f"{day},{(400 + at - 1) / scale},{high},{low},{(400 + at) / scale},{1000 * scale}")
    (folder / "prices.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def _metrics(folder: Path, day: date) -> MetricSet:
    return compute_metrics(load_desk(read_desk_config(folder), day))


def test_after_a_split_all_prices_are_on_the_new_scale(tmp_path: Path) -> None:
    metrics = _metrics(_write(tmp_path), _SPLIT)
    close = metrics.series["price.close"].values
    at = (_SPLIT - _FIRST).days
    assert close[-1] == (400 + at) / 4
    assert close[-2] == (400 + at - 1) / 4
    assert close[0] == 100
    change = metrics.series["price.return_1d"].values[-1]
    assert change == pytest.approx((400 + at) / (400 + at - 1) - 1)


def test_before_a_split_prices_are_as_they_were_traded(tmp_path: Path) -> None:
    metrics = _metrics(_write(tmp_path), _SPLIT - timedelta(days=1))
    assert metrics.series["price.close"].values[-1] == 400 + (_SPLIT - _FIRST).days - 1
    assert metrics.splits == ()


def test_a_day_among_many_is_the_same_as_that_day_alone(tmp_path: Path) -> None:
    folder = _write(tmp_path)
    days = MetricDays(read_desk(read_desk_config(folder)), _LAST)
    for day in (_SPLIT - timedelta(days=1), _SPLIT, _LAST):
        alone, among = _metrics(folder, day), days.metrics_of_day(day)
        assert among.splits == alone.splits
        for name in ("price.close", "price.high_30d", "price.return_30d", "price.realised_vol_30d"):
            assert among.series[name] == alone.series[name], (day, name)


def test_a_step_that_no_split_explains_is_held(tmp_path: Path) -> None:
    for splits in ("", '[{ date = "2026-02-10", factor = 4 }]'):
        with pytest.raises(InputError) as raised:
            _metrics(_write(tmp_path, splits), _LAST)
        assert [one.code for one in raised.value.diagnostics] == ["data.jump"]


def test_a_price_on_another_scale_is_no_correction(tmp_path: Path) -> None:
    folder = _write(tmp_path)
    before = _SPLIT - timedelta(days=1)
    old, now = _metrics(folder, before), _metrics(folder, _SPLIT)
    seen = old.series["price.close"].observation_at(-1 + len(old.dates))
    stated = Input("price.close", before.isoformat(), seen.value, Unit.PRICE, seen.as_of, seen.source)
    change = old.series["price.return_1d"].observation_at(len(old.dates) - 1)
    wrong = Input("price.return_1d", before.isoformat(), 0.5, Unit.FRACTION, change.as_of, change.source)
    found = find_corrections(PublishedFigures("acme", before, (("a:close", stated), ("a:change", wrong))), (now,))
    assert [one.claim for one in found] == ["a:change"]


@pytest.mark.parametrize(
    ("splits", "calendar", "said"),
    [
        (
            '[{ date = "2026-02-09", factor = 4 }, { date = "2026-02-09", factor = 2 }]',
            "",
            "two splits are of 2026-02-09; write the product of their factors as one",
        ),
        (
            '[{ date = "2026-02-08", factor = 4 }]',
            'calendar = "XNYS"\n',
            "the split of 2026-02-08 is on no session of XNYS; write the first session on the new scale",
        ),
        (
            '[{ date = "9 Feb", factor = 4 }]',
            "",
            'asset.splits.date: wrong value "9 Feb"; write a date as "2026-02-06"',
        ),
    ],
)
def test_a_split_that_can_not_be_is_said_where_it_stands(tmp_path: Path, splits: str, calendar: str, said: str) -> None:
    pytest.importorskip("exchange_calendars", reason="exchange_calendars is not installed")
    folder = _write(tmp_path, splits)
    text = (folder / "desk.toml").read_text("utf-8")
    (folder / "desk.toml").write_text(text.replace("splits =", f"{calendar}splits ="), "utf-8")
    with pytest.raises(InputError) as raised:
        read_desk_config(folder, "desk.toml")
    place, _, told = str(raised.value.diagnostics[0]).partition(": ")
    assert told == said
    assert place.startswith(f"desk.toml:{9 if calendar else 8}:")
