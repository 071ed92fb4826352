"""Examples of the registry are what the program prints: each is made here, and held to its example but for names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.desk import read_desk, read_desk_config
from reporter.diagnostics.codes import load_explanations
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.diagnostics.errors import ReporterError
from tests.desk.build import PRICES, source, write_desk

_HEAD = "date,open,high,low,close\n"


def _told(folder: Path) -> Iterable[Diagnostic]:
    """What a desk's files make the program say: errors, or else notices."""
    try:
        return read_desk(read_desk_config(folder, "desk.toml")).notices
    except ReporterError as error:
        return error.diagnostics


#: Code → what is written into a desk's folder, so that it is told.
DESKS: dict[str, Callable[[Path], object]] = {
    "desk.wrong-bar": lambda at: write_desk(at, source("prices", bar="7h")),
    "desk.wrong-unit": lambda at: write_desk(at, source("prices", unit="percent")),
    "desk.wrong-session": lambda at: write_desk(at, source("prices", bar="1h", session_close="16:00")),
    "desk.wrong-per": lambda at: write_desk(at, source("prices", per="8h")),
    "desk.two-times": lambda at: write_desk(at, source("prices", at="2026-02-06T08:00Z")),
    "desk.no-time": lambda at: write_desk(at, source("prices", time=None)),
    "desk.undated-snapshots": lambda at: write_desk(at, source("prices", taken="09:00")),
    "desk.wrong-time-format": lambda at: write_desk(at, source("prices", time_format="%H:%M")),
    "desk.stray-query": lambda at: write_desk(at, source("prices", query="SELECT 1")),
    "desk.wrong-layout": lambda at: write_desk(at, source("prices", layout="wide")),
    "desk.unknown-column": lambda at: write_desk(at, source("prices", columns={"clos": "close"})),
    "desk.stray-instruments": lambda at: write_desk(at, source("prices", instruments={"spx": "SPX"})),
    "desk.no-instruments": lambda at: write_desk(at, source("prices"), source("cross", "cross_asset")),
    "desk.unknown-instrument": lambda at: write_desk(
        at, source("prices"), source("cross", "cross_asset", instruments={"spxx": "SPX"})
    ),
    "desk.shared-column": lambda at: write_desk(at, source("prices", columns={"close": "px", "open": "px"})),
    "desk.duplicate-source": lambda at: write_desk(at, source("spot", path="prices.csv"), source("spot")),
    "desk.no-price-source": lambda at: write_desk(at, source("cross", "cross_asset", instruments={"spx": "SPX"})),
    "desk.missing-text": lambda at: write_desk(at, desk='byline = { zh-Hant = "某" }'),
    "desk.unknown-key": lambda at: write_desk(at, desk='slugg = "x"'),
    "desk.missing-key": lambda at: write_desk(at, source("prices", unit=None)),
    "desk.wrong-path": lambda at: write_desk(at, source("prices", path="data"), files={"data/x.csv": PRICES}),
    "desk.no-file": lambda at: write_desk(at, source("prices", path="price.csv")),
    "data.missing-column": lambda at: write_desk(at, source("prices", columns={"close": "clos"})),
    "data.not-a-number": lambda at: write_desk(at, files={"prices.csv": _HEAD + "2026-02-05,1,1,1,n.a.\n"}),
    "data.wrong-time": lambda at: write_desk(at, files={"prices.csv": _HEAD + "2026-02-30,1,1,1,1\n"}),
    "data.no-rows": lambda at: write_desk(at, files={"prices.csv": _HEAD}),
    "data.ragged-row": lambda at: write_desk(at, files={"prices.csv": _HEAD + "2026-02-05,1,1,1\n"}),
    "data.disordered-bar": lambda at: write_desk(at, files={"prices.csv": _HEAD + "2026-02-05,1,2,3,1\n"}),
    "data.conflicting-rows": lambda at: write_desk(at, files={"prices.csv": PRICES + "2026-02-06,11,13,10,11\n"}),
    "data.duplicate-rows": lambda at: write_desk(at, files={"prices.csv": PRICES + 2 * "2026-02-06,11,13,10,12\n"}),
    "data.jump": lambda at: write_desk(at, files={"prices.csv": _HEAD + "2026-02-05,8,8,8,8\n2026-02-06,1,1,1,1\n"}),
    "data.wick": lambda at: write_desk(at, files={"prices.csv": _HEAD + "2026-02-05,8,8,0.1,8\n"}),
    "data.stuck-feed": lambda at: write_desk(
        at, files={"prices.csv": _HEAD + "".join(f"2026-02-0{day},8,9,7,8\n" for day in range(1, 8))}
    ),
    "data.other-days": lambda at: write_desk(
        at,
        source("prices", bar="1h"),
        source("oi", "open_interest"),
        files={
            "prices.csv": _HEAD + "".join(f"2026-02-05T{hour:02}:00Z,8,9,7,8\n" for hour in range(24)),
            "oi.csv": "date,open_interest\n2026-02-04,6\n2026-02-05,6\n",
        },
        desk='day_cut = "08:00"',
    ),
    "data.idle-approval": lambda at: write_desk(
        at, source("prices") + 'approved = [{ time = "2026-02-05", reason = "so it was" }]\n'
    ),
}

#: Code → words of a command line that is told of.
LINES = {
    "usage.missing-argument": ("sniff",),
    "usage.unknown-code": ("explain", "desk.unknwon-key"),
    "usage.empty-folder": ("build", ".", "--out", ""),
    "usage.preview": ("build", ".", "--preview-dir", "x", "--replace"),
    "usage.unknown-value": ("build", ".", "--format", "pdff"),
    "feed.none": ("fetch", "."),
}


def _stable(line: str) -> str:
    """A line without its place, and with names and numbers left out: what stays from one desk to another."""
    line = re.sub(r"^[^ :\"]+(, page \d+)?(:\d+){0,2}: ", "", line)
    line = re.sub(r'"[^"]*"', '"…"', line)
    return re.sub(r"\d[\d,.:%-]*", "0", line)


@pytest.mark.parametrize("code", DESKS)
def test_an_example_of_a_desk_is_what_is_printed(code: str, tmp_path: Path) -> None:
    DESKS[code](tmp_path)
    told = [_stable(str(one)) for one in _told(tmp_path) if one.code == code]

    assert _stable(load_explanations()[code].example) in told


@pytest.mark.parametrize("code", LINES)
def test_an_example_of_a_command_line_is_what_is_printed(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_desk(tmp_path))
    ran = CliRunner().invoke(app, list(LINES[code]))

    assert isinstance(ran.exception, ReporterError)
    assert [(one.code, _stable(str(one))) for one in ran.exception.diagnostics] == [
        (code, _stable(load_explanations()[code].example))
    ]
