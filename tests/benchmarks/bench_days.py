"""Measures what a desk of many days costs: reading and checking its files, findings and briefs of spans of days.

python tests/benchmarks/bench_days.py --desk tests/real/desk

Each measure is a process of its own, so that its memory is its own too; seconds are those after the imports.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

_HOURS: Final = 5 * 365 * 24
_DAYS: Final = 1_500
_SPANS: Final = (30, 60, 120)


def main() -> int:
    """Measure and print, or be the process that is measured."""
    parser = argparse.ArgumentParser(description="Measure desks of many days.")
    parser.add_argument("--desk", type=Path, required=True)
    parser.add_argument("--part", choices=("load", "findings", "backfill"))
    parser.add_argument("--days", type=int, default=_DAYS)
    arguments = parser.parse_args()
    if arguments.part is not None:
        parts = {"load": _load, "findings": _findings, "backfill": _backfill}
        print(json.dumps(_measured(lambda: parts[arguments.part](arguments.desk, arguments.days))))
        return 0
    try:
        print(json.dumps(_all(arguments.desk), indent=1))
    except subprocess.CalledProcessError as error:
        # Without the real series beside the project there is nothing to measure.
        print(json.dumps([]))
        print(error.stderr, file=sys.stderr)
    return 0


def _all(desk: Path) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        long = _long_desk(desk, Path(folder))
        loaded, found = _part(long, "load"), _part(desk, "findings")
    spans = [_part(desk, "backfill", days)["seconds"] for days in _SPANS]
    lines = [
        _line("load 5 years of hours and all series", loaded["seconds"], "seconds", 2.0),
        _line(f"findings of {_DAYS:,} days, from files", found["seconds"], "seconds", 5.0),
        _line("findings, peak memory", found["peak_mb"], "MB", 500.0),
        _line("five years of hours, peak memory", loaded["peak_mb"], "MB", 500.0),
    ]
    return lines + [
        _line(f"backfill, {days} days", seconds, "seconds", None) for days, seconds in zip(_SPANS, spans, strict=True)
    ]


def _line(name: str, value: float, unit: str, target: float | None) -> dict[str, object]:
    return {"name": name, "value": value, "unit": unit, "target": target, "runs": [value]}


def _part(desk: Path, part: str, days: int = _DAYS) -> dict[str, float]:
    words = (sys.executable, __file__, "--desk", str(desk), "--part", part, "--days", str(days))
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _measured(work: Callable[[], None]) -> dict[str, float]:
    from reporter.pipeline import backfill  # noqa: F401 - importing is not what is measured

    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    per_mb = 1_000_000 if sys.platform == "darwin" else 1_000_000 / 1024
    return {"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb}


def _load(desk: Path, days: int) -> None:
    from reporter.desk import load_desk, read_desk_config

    load_desk(read_desk_config(desk))


def _findings(desk: Path, days: int) -> None:
    from reporter.pipeline.evaluate import evaluate_desk
    from reporter.rules import Replay

    found = evaluate_desk(desk)
    replay = Replay(found.report.rules, found.metrics)
    last = found.metrics.today_index
    for index in range(max(0, last + 1 - days), last + 1):
        replay.evaluate_rules(index)


def _backfill(desk: Path, days: int) -> None:
    from reporter.pipeline.backfill import Backfill, run_backfill

    last = date(2026, 4, 30)
    with tempfile.TemporaryDirectory() as out:
        for _ in run_backfill(Backfill(desk, Path(out), last - timedelta(days=days - 1), last)):
            pass


def _long_desk(desk: Path, folder: Path) -> Path:
    """The desk with five made-up years of hourly bars as one more source; its own files are linked to."""
    begin = datetime(2021, 5, 1, tzinfo=UTC)
    with (folder / "hours.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("time", "open", "high", "low", "close", "volume"))
        for hour in range(_HOURS):
            price = 50_000 * math.exp(0.4 * math.sin(hour / 3_000) + 0.01 * math.sin(hour))
            prices = [f"{price * factor:.2f}" for factor in (1.0, 1.002, 0.998, 1.001)]
            writer.writerow(((begin + timedelta(hours=hour)).isoformat(), *prices, "1.5"))
    text = (desk / "desk.toml").read_text("utf-8")
    if "../../../../shared" in text:
        (folder / "shared").symlink_to((desk / "../../../../shared").resolve())
        text = text.replace("../../../../shared", "shared")
    else:
        for path in desk.glob("*.csv"):
            shutil.copy(path, folder)
    source = (
        'table = "prices"\npath = "hours.csv"\ntime = "time"\ntimezone = "UTC"\nbar = "1h"\nunit = "usd"\ncite = "X"'
    )
    (folder / "desk.toml").write_text(f'{text}\n[[source]]\nid = "hours"\n{source}\n', "utf-8")
    return folder


if __name__ == "__main__":
    sys.exit(main())
