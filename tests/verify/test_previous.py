from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reporter.diagnostics.errors import InputError
from reporter.pipeline.audit import audit_folder, read_folder_ledger
from reporter.verify.lineage import find_hits
from reporter.verify.published_figures import read_published_figures
from tests.briefs import SAMPLES, build

DESK = SAMPLES / "btc-2026-02"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The brief of 5 February as it was published."""
    from datetime import date

    return build(DESK, tmp_path_factory.mktemp("out"), day=date(2026, 2, 5), formats=("md",))


def rebuilt(tmp_path: Path, published: Path, old: str = "", new: str = "") -> Any:
    """The ledger of 6 February, the open interest of the day before restated."""
    desk = tmp_path / "desk"
    shutil.copytree(DESK, desk)
    rows = desk / "open_interest_1d.csv"
    text = rows.read_text("utf-8")
    assert old in text
    rows.write_text(text.replace(old, new) if old else text, "utf-8")
    folder = build(desk, tmp_path / "out", formats=("md",), previous=published)
    return json.loads((folder / "ledger.json").read_text("utf-8"))


@pytest.mark.long
def test_a_restated_figure_is_corrected_in_both_languages(tmp_path: Path, published: Path) -> None:
    ledger = rebuilt(tmp_path, published, "2026-02-05,49000000000", "2026-02-05,48100000000")

    listed = {row["published"]["metric"]: (row["published"], row["now"]) for row in ledger.get("corrections", [])}
    assert [reading["value"] for reading in listed["derivatives.open_interest"]] == [49e9, 48.1e9]
    of_it = "correction.derivatives.open_interest"
    told = {said["locale"]: said["text"] for said in ledger["sentences"] if said["finding"] == of_it}
    assert "$49.0 billion" in told["en"]
    assert "$48.1 billion" in told["en"]
    assert "490 億美元" in told["zh-Hant"]
    assert "481 億美元" in told["zh-Hant"]


def test_what_has_only_been_followed_by_newer_figures_is_no_correction(tmp_path: Path, published: Path) -> None:
    assert rebuilt(tmp_path, published).get("corrections", []) == []


@pytest.mark.long
def test_a_change_behind_the_last_printed_digit_is_none(tmp_path: Path, published: Path) -> None:
    ledger = rebuilt(tmp_path, published, "2026-02-05,49000000000", "2026-02-05,49000000001")

    assert [row["published"]["metric"] for row in ledger.get("corrections", [])] == []


def test_a_folder_without_a_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        read_published_figures(tmp_path)
    (tmp_path / "ledger.json").write_text("[]", "utf-8")
    with pytest.raises(InputError) as other:
        read_published_figures(tmp_path)

    place = (tmp_path / "ledger.json").as_posix()
    hint = "--previous takes a published brief's folder"
    assert str(missing.value) == f"{place}: can't be read: No such file or directory; {hint}"
    assert str(other.value) == f"{place}: is no ledger of reporter.ledger/3; {hint}"


def test_a_ledger_of_the_first_version_is_read_by_all_who_read_ledgers(tmp_path: Path, published: Path) -> None:
    folder = Path(shutil.copytree(published, tmp_path / published.name))
    ledger = json.loads((folder / "ledger.json").read_text("utf-8"))
    # What came with reporter.ledger/3.
    for name in ("seal", "inputs", "skeletons", "fronts"):
        del ledger[name]
    del ledger["brief"]["cut"]
    (folder / "ledger.json").write_text(json.dumps({**ledger, "schema": "reporter.ledger/2"}), "utf-8")

    verdict = audit_folder(folder)
    assert verdict.passes
    assert [found.code for found in verdict.notices] == ["ledger.unsealed"]
    assert read_published_figures(folder) == read_published_figures(published)
    assert find_hits(read_folder_ledger(folder), "s001") == find_hits(read_folder_ledger(published), "s001") != ()


def test_the_brief_of_the_same_day_is_no_earlier_one(tmp_path: Path, published: Path) -> None:
    from datetime import date

    with pytest.raises(InputError) as caught:
        build(DESK, tmp_path, day=date(2026, 2, 5), formats=("md",), previous=published)

    assert "btc-2026-02-05 is no earlier brief of btc, whose brief of 2026-02-05 is asked for" in str(caught.value)
