"""The gate holds no brief that nobody has edited: real days and unusual desks, whole, in every format.

Each brief is made as `build` makes it, with PDFs from the printing process, and held by `hold_unless_passing`, which is
what `build` asks before it publishes. All of it is the long tier; a few of each kind run always.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

import reporter.desk.tables.load as loading
from reporter.desk import read_desk_config
from reporter.desk.tables.sources import read_sources
from reporter.model.formats import EDITIONS, FORMATS
from reporter.pipeline.audit import audit_against_ledger, hold_unless_passing
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.state import Brief
from reporter.render.pdf.printer import PrintPage
from reporter.verify.ledger.ledger_model import read_ledger
from tests.briefs import REAL, SAMPLES, build
from tests.unedited import CHOICES, LOCALES, UNUSUAL, Choice, commit, listed_days, make_desk, shrink, some_days

T = TypeVar("T")
LONG = pytest.mark.long
COMMIT = commit()
#: What `make test` tries: a day with liquidations of some exchanges, a crash before there were funds.
SHORT_DAYS = tuple(map(date.fromisoformat, ("2025-10-10",)))
FIXED_DAYS = some_days(20260206, 40, partial=15)
#: Days that differ from commit to commit: the test's name says which they are, its failure by which commit.
NEW_DAYS = some_days(COMMIT, 20)
DAYS = tuple(dict.fromkeys((*SHORT_DAYS, *listed_days(), *FIXED_DAYS, *NEW_DAYS)))
#: One whose file is read, one that alters the PDF; the long tier tries each.
SHORT_CHOICES = ("logo as PNG", "attached ledger")
SAMPLE_NAMES = ("btc-2026-02", "melt-up", "quiet-day")


@pytest.fixture(scope="module")
def real_tables() -> Iterator[None]:
    """The real series are read once for all days."""
    if not listed_days():
        pytest.skip("the real series do not lie beside the project")
    tables = read_sources(read_desk_config(REAL))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "read_sources", lambda config: tables if config.folder == REAL else read_sources(config))
        yield


def pass_the_gate(brief: Brief, printer: PrintPage, *, attach: bool = False) -> dict[str, bytes]:
    """Make a brief's files, in all formats, and hold them as `build` does."""
    files = render_brief(brief, FORMATS, printer, attach_ledger=attach)
    hold_unless_passing(brief.slug, files)
    return files


def has_nothing_to_note(files: dict[str, bytes]) -> None:
    verdict = audit_against_ledger(
        read_ledger(files[LEDGER]), {name: data for name, data in files.items() if name != LEDGER}
    )
    assert verdict.notices == ()


def short_or_long(values: Iterable[T], short: Callable[[T], bool]) -> list[object]:
    return [value if short(value) else pytest.param(value, marks=LONG) for value in values]


@pytest.mark.long
@pytest.mark.usefixtures("real_tables")
@pytest.mark.parametrize("day", short_or_long(DAYS, SHORT_DAYS.__contains__), ids=str)
def test_no_real_day_is_held(day: date, printer: PrintPage) -> None:
    try:
        pass_the_gate(compose_brief(evaluate_desk(REAL, day), EDITIONS), printer)
    except Exception as error:
        if day in NEW_DAYS:
            error.add_note(f"one of the days that commit {COMMIT} chooses")
        raise


@LONG
def test_the_days_are_enough() -> None:
    partial = [day for day in FIXED_DAYS if date(2025, 9, 10) <= day <= date(2025, 11, 13)]
    assert (len(FIXED_DAYS), len(NEW_DAYS), len(partial)) == (40, 20, 15)
    assert some_days(20260206, 40, partial=15) == FIXED_DAYS
    assert len(listed_days()) in (0, 15)


@LONG
@pytest.mark.parametrize("name", short_or_long(CHOICES, SHORT_CHOICES.__contains__))
def test_no_choice_alone_holds_a_brief_in_any_locale(name: str, printer: PrintPage, tmp_path: Path) -> None:
    choice = CHOICES[name]
    desk = make_desk(tmp_path / "desk", "btc-2026-02", [choice])
    brief = compose_brief(evaluate_desk(desk, locales=LOCALES), EDITIONS, evidence=choice.evidence)
    has_nothing_to_note(pass_the_gate(brief, printer, attach=choice.attach))


def _combined(seed: int) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """A sample, locales and names of choices, of which none rules another out."""
    chance = random.Random(seed)
    kinds = sorted({name.split()[0] for name in CHOICES})
    named = [chance.choice([n for n in CHOICES if n.split()[0] == kind]) for kind in kinds if chance.random() < 0.6]
    locales = chance.sample(LOCALES, chance.randint(1, 3))
    return chance.choice(SAMPLE_NAMES), tuple(locales), tuple(named)


@LONG
@pytest.mark.parametrize("seed", range(20))
def test_no_combination_of_choices_holds_a_brief(seed: int, printer: PrintPage, tmp_path: Path) -> None:
    sample, locales, names = _combined(seed)
    choices: list[Choice] = [CHOICES[name] for name in names]
    desk = make_desk(tmp_path / "desk", sample, choices)
    evidence, attach = any(one.evidence for one in choices), any(one.attach for one in choices)
    try:
        brief = compose_brief(evaluate_desk(desk, locales=locales), EDITIONS, evidence=evidence)
        pass_the_gate(brief, printer, attach=attach)
    except Exception as error:
        error.add_note(f"{sample} in {', '.join(locales)} with {', '.join(names) or 'nothing chosen'}")
        raise


@pytest.mark.long
@pytest.mark.parametrize("name", short_or_long(UNUSUAL, {"a hedge for a name"}.__contains__))
def test_no_unusual_desk_is_held(name: str, printer: PrintPage, tmp_path: Path) -> None:
    sample, edit = UNUSUAL[name]
    desk = make_desk(tmp_path / "desk", sample, [Choice(edit=edit)])
    assert (desk / "desk.toml").read_text("utf-8").partition("[theme]")[0].strip() != (
        (SAMPLES / sample / "desk.toml").read_text("utf-8").strip()
    )
    has_nothing_to_note(pass_the_gate(compose_brief(evaluate_desk(desk), EDITIONS, evidence=True), printer))


@LONG
def test_prices_of_many_zeros_hold_no_brief(printer: PrintPage, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", "quiet-day", [])
    shrink(desk, 1e9)
    pass_the_gate(compose_brief(evaluate_desk(desk), EDITIONS), printer)


@LONG
def test_a_correction_holds_no_brief(printer: PrintPage, tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk", "btc-2026-02", [])
    day = evaluate_desk(desk).metrics.dates[-1]
    before = build(desk, tmp_path / "out", day=day - timedelta(days=1), formats=("md",))
    file = desk / "open_interest_1d.csv"
    text = file.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith(str(day - timedelta(days=1))))
    file.write_text(text.replace(line, re.sub(r"\d(?=\d{6,})", "9", line, count=1)), "utf-8")
    brief = compose_brief(evaluate_desk(desk, previous=before), EDITIONS)
    assert brief.record.corrections
    pass_the_gate(brief, printer)
