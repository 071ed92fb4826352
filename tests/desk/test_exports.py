"""Exports in many languages and forms: what sniff prints for one builds its true closes, or it asks, or it refuses."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reporter.desk import read_desk_config
from reporter.desk.formats.layouts import load_own_layouts
from reporter.desk.sniff.suggestion import suggest_source
from reporter.desk.tables.recognition import recognise_file
from reporter.desk.tables.sources import read_sources
from reporter.diagnostics.errors import InputError
from tests.desk.exports import make_export

_HEAD = '[desk]\nslug = "btc"\nlocales = ["en"]\n\n[asset]\nsymbol = "BTC"\nname = "Bitcoin"\nspan = [0.01, 1e9]\n'
#: What a person knows of the files made here.
_KNOWN = {"cite": "Ours", "unit": "usd", "table": "prices", "timezone": "UTC"}


def _outcome(folder: Path, seed: int) -> tuple[str, str]:
    """What comes of an export: "true", "asked", "refused" or "wrong"; and what was said."""
    export = make_export(seed)
    (folder / "p.csv").write_bytes(export.data)
    try:
        found = recognise_file(folder / "p.csv", "p.csv", load_own_layouts())
        made = suggest_source(found, folder / "p.csv", "p.csv", "BTC", (0.01, 1e9))
    except InputError as error:
        return "refused", str(error)
    if made.refused:
        return "refused", made.refused
    lines = re.sub(
        r'(?m)^(?:# )?(\w+) = "\?".*$',
        lambda m: f'{m[1]} = "{_KNOWN[m[1]]}"' if m[1] in _KNOWN else m[0],
        made.to_toml(),
    )
    if open_questions := set(made.asks) - _KNOWN.keys():
        return "asked", ", ".join(sorted(open_questions))
    (folder / "desk.toml").write_text(_HEAD + lines, "utf-8")
    try:
        frame = read_sources(read_desk_config(folder, "desk.toml"))[0]["prices"][0].frame
    except InputError as error:
        return "unread", f"{error}\n{lines}"
    ends = [datetime.fromtimestamp(end - 86_400, UTC).date() for end in frame["end"]]
    closes: dict[date, float] = dict(zip(ends, frame["close"].tolist(), strict=True))
    if closes != export.closes:
        return "wrong", f"{export.made}\n{lines}"
    return "true", lines


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 2000), marks=pytest.mark.long)], ids=str)
def test_an_export_is_read_right_or_not_at_all(tmp_path: Path, seeds: range) -> None:
    outcomes = {seed: _outcome(tmp_path, seed) for seed in seeds}
    assert [said for outcome, said in outcomes.values() if outcome == "wrong"] == []
    # A block that sniff prints passes its own check.
    assert [said for outcome, said in outcomes.values() if outcome == "unread"] == []
    shares = Counter(outcome for outcome, _ in outcomes.values())
    assert shares["true"] >= 0.85 * len(seeds), shares
