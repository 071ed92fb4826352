"""The sample with tables of its own: nothing in it is Python, and what its editors get wrong has a place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reporter.desk import load_desk
from reporter.diagnostics.errors import GateError, InputError
from reporter.metrics import compute_metrics
from reporter.metrics.gate_checks import apply_gates
from reporter.pipeline.read import open_authored, open_desk
from tests.briefs import SAMPLES, composed

OWN = SAMPLES / "own-tables"


def _edit(folder: Path, name: str, before: str, after: str) -> Path:
    """A copy of the sample with one file edited."""
    desk = folder / "desk"
    shutil.copytree(OWN, desk)
    text = (desk / name).read_text("utf-8")
    assert before in text
    (desk / name).write_text(text.replace(before, after, 1), "utf-8")
    return desk


def _told(desk: Path) -> list[str]:
    with pytest.raises(InputError) as raised:
        open_authored(desk)
    return [str(item).removeprefix(f"{desk.as_posix()}/") for item in raised.value.diagnostics]


def test_the_board_and_the_methods_have_labels_of_the_desks_own() -> None:
    brief = composed(OWN)
    for locale, told in (
        (
            "en",
            (
                "Stablecoins",
                "Hong Kong funds",
                "The supply of stablecoins is that of all of them as a day ends.",
            ),
        ),
        ("zh-Hant", ("穩定幣", "香港基金", "穩定幣流通量為當日結束時所有穩定幣的總和。")),
    ):
        document = next(item.document for item in brief.realised if item.document.locale == locale)
        rows = [block.rows for section in document.sections for block in section.blocks if hasattr(block, "rows")]
        labels = {"".join(span.text for span in row[0].spans) for table in rows for row in table}
        assert set(told[:2]) <= labels
        assert told[2] in document.methods


def test_a_method_is_told_only_with_what_needs_it() -> None:
    # The sample has neither funding nor open interest.
    methods = [item.document.methods for item in composed(OWN).realised if item.document.locale == "en"]

    assert [line for line in methods[0] if "funding" in line or "open interest" in line] == []
    other = [item.document.methods for item in composed(SAMPLES / "btc-2026-02").realised]
    assert any("funding rate" in line for line in other[0] + other[1])


def test_a_label_that_lacks_a_locale_is_told_where_it_stands(tmp_path: Path) -> None:
    desk = _edit(tmp_path, "templates/report.yaml", "{ en: Stablecoins, zh-Hant: 穩定幣 }", "{ en: Stablecoins }")

    assert _told(desk) == ["templates/report.yaml:21:14: the label has no text for locale zh-Hant; add it"]


def test_a_label_is_a_text_or_one_for_each_locale(tmp_path: Path) -> None:
    desk = _edit(tmp_path, "templates/report.yaml", "{ en: Stablecoins, zh-Hant: 穩定幣 }", "[Stablecoins]")

    assert _told(desk) == [
        'templates/report.yaml:21:14: "label": write a label of the catalogue, or one for each locale, '
        "{ en: …, zh-Hant: … }"
    ]


def test_a_mistake_in_a_metric_is_told_with_the_desks_other_mistakes(tmp_path: Path) -> None:
    desk = _edit(tmp_path, "metrics/dollars.yaml", "of: stablecoins.supply,", "of: stablecoins.suply,")
    (desk / "desk.toml").write_text((desk / "desk.toml").read_text("utf-8") + '\n[gates]\nrequire = ["no.such"]\n')

    assert [line.partition(": ")[2] for line in _told(desk)] == [
        'gates: unknown metric "no.such"; `reporter metrics DESK` lists them',
        'metric "stablecoins.supply_change_7d": unknown metric "stablecoins.suply"; did you mean "stablecoins.supply"?',
    ]


def test_gates_know_the_desks_own_tables_and_metrics(tmp_path: Path) -> None:
    gates = 'require = ["stablecoins.supply"]\nfreshness = { stablecoins = { limit = "12h", then = "warn" } }'
    desk = _edit(tmp_path, "desk.toml", "[table.stablecoins]", f"[gates]\n{gates}\n\n[table.stablecoins]")
    rows = (desk / "stablecoins.csv").read_text("utf-8").splitlines(keepends=True)
    (desk / "stablecoins.csv").write_text("".join(rows[:-1]), "utf-8")
    config = open_desk(desk)

    with pytest.raises(GateError) as raised:
        apply_gates(config, compute_metrics(load_desk(config)))

    [held] = raised.value.diagnostics
    assert held.code == "data.required-missing"
    assert held.what == (
        "gates: the brief of 2025-09-12 is held: metric stablecoins.supply is missing: no row for this day (newest: "
        '2025-09-11); source "stablecoins" (stablecoins.csv)'
    )
