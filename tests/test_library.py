"""`import reporter`: what it offers is what is recorded, and does what its page says."""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import reporter
from tests.briefs import SAMPLES
from tests.desk.build import days

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "tests" / "library_signatures.txt"


def _describe(name: str, function: object) -> str:
    """A function as its caller sees it."""
    parts: list[str] = []
    starred = False
    signature = inspect.signature(function)  # type: ignore[arg-type]
    for one in signature.parameters.values():
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            parts, starred = [*parts, "*"], True
        typed = "" if one.annotation is inspect.Parameter.empty else f": {one.annotation}"
        given = "" if one.default is inspect.Parameter.empty else f" = {one.default!r}"
        parts.append(f"{one.name}{typed}{given}")
    return f"{name}({', '.join(parts)}) -> {signature.return_annotation}"


def _list_signatures() -> Iterator[str]:
    for name in sorted(reporter.__all__):
        item = getattr(reporter, name)
        if inspect.isfunction(item):
            yield _describe(name, item)
        elif dataclasses.is_dataclass(item):
            for field in dataclasses.fields(item):
                free = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
                yield f"{name}.{field.name}: {field.type}{'' if free else ' (has a default)'}"
            own = {key: value for key, value in vars(item).items() if inspect.isfunction(value) and key[0] != "_"}
            yield from (_describe(f"{name}.{key}", value) for key, value in sorted(own.items()))
        else:
            yield name


def test_what_is_offered_is_what_is_recorded() -> None:
    # A change here is a change for whoever imports the program: record it, and tell it in the changelog.
    listed = "".join(f"{line}\n" for line in _list_signatures())
    if os.environ.get("REPORTER_RECORD_LIBRARY"):
        RECORDED.write_text(listed, "utf-8")

    assert listed == RECORDED.read_text("utf-8")


def test_everything_that_is_offered_is_on_the_page() -> None:
    page = (ROOT / "docs" / "library.md").read_text("utf-8")
    names = {line.partition("(")[0].partition(":")[0].rpartition(".")[2] for line in _list_signatures()}
    unsaid = sorted(names - {"__version__", "metric"})

    assert [name for name in unsaid if not re.search(rf"\b{name}\b[`(=,)]", page)] == []


def test_an_import_loads_nothing_that_is_not_asked_for() -> None:
    code = "import sys, reporter; print([name for name in ('pandas', 'reporter.pipeline') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)

    assert ran.stdout == "[]\n"


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError, match="module 'reporter' has no attribute 'open_dsk'"):
        reporter.open_dsk  # noqa: B018 - it is looked up


def _make_prices(count: int, zone: str | None = None) -> pd.DataFrame:
    index = pd.date_range("2026-01-05", periods=count, tz=zone)
    closes = [100.0 + at for at in range(count)]
    return pd.DataFrame({"open": closes, "high": closes, "low": closes, "close": closes}, index)


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_a_desk_of_frames_has_their_rows(tmp_path: Path, zone: str | None) -> None:
    frame = pd.DataFrame({"flow": [20.0, 30.0]}, pd.DatetimeIndex(days("2026-01-06", 2), tz=zone))
    tables = [
        reporter.DataTable("prices", _make_prices(3, zone), "usd", cite={"en": 'An "Exchange"', "zh-Hant": "某所"}),
        reporter.DataTable("fund_flows", frame, "usd"),
    ]

    desk = reporter.make_desk(tmp_path / "desk", tables, symbol="XYZ", name="Xyz", asset={"class": "crypto"})

    found = desk.read_metrics()
    assert found["price.close"].value == 102.0
    assert (found["price.close"].source, found["price.close"].unit) == ("prices", "usd_price")
    assert found["etf.net_flow_1d"].value == 30.0
    assert found["derivatives.open_interest"].missing == "no source feeds this table"
    assert desk.read_series("price.close") == {date(2026, 1, 5 + at): 100.0 + at for at in range(3)}
    assert desk.read_metrics(date(2026, 1, 6))["price.close"].value == 101.0


def test_mistakes_are_told_as_everywhere(tmp_path: Path) -> None:
    made = [reporter.DataTable("prices", _make_prices(2), "percent")]
    with pytest.raises(reporter.ReporterError) as raised:
        reporter.make_desk(tmp_path / "desk", made, symbol="BTC", name="Bitcoin")
    assert [item.code for item in raised.value.diagnostics] == ["desk.wrong-unit"]

    with pytest.raises(reporter.ReporterError) as again:
        reporter.make_desk(tmp_path / "desk", made, symbol="BTC", name="Bitcoin")
    assert str(again.value.diagnostics[0]).endswith(
        "desk: it has a desk.toml already; name another folder, open that desk, or say replace=True"
    )

    bare = [reporter.DataTable("prices", _make_prices(2).reset_index(drop=True), "usd")]
    with pytest.raises(reporter.ReporterError) as timeless:
        reporter.make_desk(tmp_path / "other", bare, symbol="BTC", name="Bitcoin")
    assert [str(item) for item in timeless.value.diagnostics] == [
        "prices: the frame has no times: its index is a RangeIndex; frame.set_index(pd.to_datetime(…)) gives it a "
        "DatetimeIndex"
    ]
    assert not (tmp_path / "other").exists()


def test_findings_of_a_folder_are_those_of_its_rules() -> None:
    found = {one.id: one for one in reporter.open_desk(SAMPLES / "own-tables").find()}

    assert found["dollars.supply_grew"].facts == {"supply": 211.3e9, "week": pytest.approx(0.02374031)}
    assert (found["dollars.hong_kong_in"].topic, found["dollars.hong_kong_in"].stance) == ("flows", "bull")


@pytest.mark.long
def test_the_notebook_runs_and_prints_a_brief(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = json.loads((ROOT / "docs" / "library.ipynb").read_text("utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell.get("outputs", []) for cell in notebook["cells"] if cell.get("outputs")] == []
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}

    for cell in cells:
        exec(compile(cell, "library.ipynb", "exec"), names)

    told = capsys.readouterr().out
    assert "Bitcoin" in told
    assert "Fund flows · **net" in told
    assert "\nTrue\n" in told
