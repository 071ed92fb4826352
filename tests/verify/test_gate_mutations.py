"""The gate against a hostile sub-editor: edits of each kind in finished briefs, and what share of them it holds.

`REPORTER_MUTATIONS` sets how many of each kind the short run makes, `REPORTER_MUTATION_REPORT` names a file that the
shares go to.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from operator import itemgetter
from pathlib import Path

import pytest

from reporter.pipeline.audit import audit_against_ledger
from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.outputs import render_brief
from reporter.verify.ledger.ledger_model import Ledger, read_ledger
from tests.briefs import REAL, ROOT, SAMPLES, composed
from tests.verify import rearranged, subeditor
from tests.verify.holding import Held
from tests.verify.mutations import EDITS, Mutation, mutated, without_sentence

#: How many edits of each kind: in every run, and in the long one.
_SOME, _MANY = int(os.environ.get("REPORTER_MUTATIONS", "30")), 300
_SEED = 20260206
_LEAST = 0.99
_DAYS = (
    *("2020-03-12", "2024-08-05", "2024-11-07", "2025-10-10", "2025-11-28", "2026-01-10", "2026-01-23", "2026-02-05"),
    *("2026-02-06", "2026-03-04", "2022-11-09", "2021-05-19", "2025-02-25", "2025-11-14", "2026-01-31"),
)
#: Real days that every run edits beside the samples; the long one edits all.
_FEW_DAYS = ("2025-10-10",)
_shares: dict[str, tuple[int, int]] = {}


@dataclass(frozen=True)
class Finished:
    """A finished brief: its ledger, all its files, its Markdown as text, and the gate that holds it."""

    name: str
    ledger: Ledger
    files: Mapping[str, bytes]
    texts: Mapping[str, str]
    gate: Held


def _on_files(edit: Callable[[Mapping[str, str], random.Random], Mutation | None]) -> _Edit:
    return lambda brief, rng: edit(brief.texts, rng)


_Edit = Callable[[Finished, random.Random], Mutation | None]
_KINDS: Mapping[str, _Edit] = {
    **{kind: _on_files(partial(mutated, kind, edit)) for kind, edit in (*EDITS.items(), *subeditor.EDITS.items())},
    **{kind: _on_files(edit) for kind, edit in rearranged.WHOLE.items()},
    "one language only": _on_files(without_sentence),
    "cut everywhere": lambda brief, rng: rearranged.cut_everywhere(brief.ledger, brief.texts, rng),
}


@cache
def _finished(folder: Path, day: date | None) -> Finished:
    files = render_brief(composed(folder, day, editions=("article", "chat")), ("md",), None)
    ledger = read_ledger(files.pop(LEDGER))
    texts = {name: content.decode() for name, content in files.items() if name.endswith(".md")}
    return Finished(f"{folder.name} {day or ''}", ledger, files, texts, Held(ledger, files))


def _briefs(days: Sequence[str]) -> list[Finished]:
    found = [_finished(SAMPLES / name, None) for name in ("btc-2026-02", "melt-up", "quiet-day")]
    if (ROOT / "../shared/market/DATES.md").is_file():
        found += [_finished(REAL, date.fromisoformat(day)) for day in days]
    return found


@pytest.mark.parametrize("days", [_FEW_DAYS, pytest.param(_DAYS, marks=pytest.mark.long)], ids=["few days", "all days"])
def test_no_unedited_brief_is_held(days: Sequence[str]) -> None:
    briefs = _briefs(days)
    held = {brief.name: list(map(str, audit_against_ledger(brief.ledger, brief.files).faults)) for brief in briefs}

    assert {name: faults for name, faults in held.items() if faults} == {}


@pytest.mark.parametrize("many", [_SOME, pytest.param(_MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", _KINDS)
def test_edits_that_change_what_is_checked_are_held(kind: str, many: int) -> None:
    rng = random.Random(f"{_SEED} {kind}")
    briefs, missed, made = _briefs(_DAYS if many == _MANY else _FEW_DAYS), list[str](), 0
    for _ in range(many * 200):
        if made == many:
            break
        brief = rng.choice(briefs)
        edit = _KINDS[kind](brief, rng)
        if edit is None:
            continue
        made += 1
        if brief.gate.judge(edit.files).passes:
            missed.append(f"{brief.name}, {edit.name}:\n  {edit.before}\n  {edit.after}")
    _report(kind, made - len(missed), made)

    assert made == many
    assert (made - len(missed)) / made >= _LEAST, "\n".join(missed)


@pytest.mark.long
@pytest.mark.skipif(not (ROOT / "../shared/market/DATES.md").is_file(), reason="the real series are not there")
@pytest.mark.parametrize("day", ["2025-08-02", "2025-11-14"])
def test_a_changed_rank_is_held(day: str) -> None:
    brief = _finished(REAL, date.fromisoformat(day))
    ranks = {"en": ("second most", "third most", "most"), "zh-Hant": ("第二多", "第三多", "最多")}

    tried = 0
    for name, text in brief.texts.items():
        before, *others = next(words for tag, words in ranks.items() if f".{tag}." in name)
        for after in others if before in text else ():
            tried += 1
            edited = {**brief.texts, name: text.replace(before, after, 1)}
            assert not brief.gate.judge(edited).passes, f"{name}: {before} → {after}"
    assert tried >= 4


def _report(kind: str, held: int, made: int) -> None:
    _shares[kind] = max((held, made), _shares.get(kind, (0, 0)), key=itemgetter(1))
    line = f"{kind:<22} {held:>4} of {made} held, {held / made:.1%}"
    print(line)
    if path := os.environ.get("REPORTER_MUTATION_REPORT"):
        lines = (f"{name:<22} {a:>4} of {b} held, {a / b:.1%}" for name, (a, b) in _shares.items())
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("\n".join(lines) + "\n", "utf-8")
