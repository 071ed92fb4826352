"""Measures what a user waits for and what a build takes; prints a table and writes it as JSON.

    python tests/benchmarks/bench.py --desk samples/btc-2026-02 --out out/bench.json

It reports against targets and never fails on one: a busy machine is no fault of the program. It exits 1 only where
something could not be measured at all.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

_CORES: Final = 2
_REAL_DESK: Final = Path("tests/real/desk")
_IMPORTS: Final = (sys.executable, "-c", "import pandas, matplotlib.figure, weasyprint")


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end."""

    seconds: float
    peak_mb: float


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table.

    Attributes:
        name: what is measured.
        value: the measure, in `unit`.
        unit: seconds, MB or times.
        target: what it should not exceed; None for a yardstick.
        runs: the single values, in the order in which they were taken.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    runs: tuple[float, ...] = ()


class UnmeasurableError(Exception):
    """A command that was to be measured failed."""


def run(command: tuple[str, ...]) -> Run:
    """Run a command in a process of its own and wait for it.

    Raises:
        UnmeasurableError: it exited with another code than 0.
    """
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        # Unlike getrusage's children, wait4 tells the peak of this child alone.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip()
            raise UnmeasurableError(f"{' '.join(command)}\nexited with {process.returncode}: {said[-2000:]}")
    # The kernel of macOS counts in bytes, Linux in kilobytes.
    per_mb = 1_000_000 if sys.platform == "darwin" else 1_000_000 / 1024
    return Run(seconds, usage.ru_maxrss / per_mb)


def measure(desk: Path, count: int) -> tuple[Measure, ...]:
    """Measure a build of the desk, against importing the libraries alone, and the time to the first help text.

    Every process is new. One turn goes unmeasured before, so that no turn pays for compiling modules to bytecode; the
    commands take turns, so that a slow spell of the machine hits all of them.
    """
    reporter = (sys.executable, "-m", "reporter")
    builds, imports, helps = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(count + 1):
            imports.append(run(_IMPORTS))
            builds.append(run((*reporter, "build", str(desk), "--out", str(Path(folder) / str(turn)))))
            helps.append(run((*reporter, "--help")))
    build, plain = (
        _seconds("build, cold", builds[1:]),
        _seconds("importing pandas, matplotlib, WeasyPrint", imports[1:]),
    )
    peaks = tuple(taken.peak_mb for taken in builds[1:])
    return (
        build,
        plain,
        Measure("build against importing", build.value / plain.value, "times", 2.5),
        Measure("build, peak memory", max(peaks), "MB", 400, peaks),
        _seconds("reporter --help", helps[1:], 0.3),
    )


def measure_apart(script: str, desk: Path) -> tuple[Measure, ...]:
    """Measure in a process of its own: the rules engine, or spans of days; real days where the desk's data lie here."""
    command = (sys.executable, str(Path(__file__).with_name(script)), "--desk", str(desk))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UnmeasurableError(f"{' '.join(command)}\nexited with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return tuple(Measure(**{**line, "runs": tuple(line["runs"])}) for line in json.loads(done.stdout))


def _seconds(name: str, taken: list[Run], target: float | None = None) -> Measure:
    seconds = tuple(single.seconds for single in taken)
    return Measure(name, statistics.median(seconds), "seconds", target, seconds)


def table(measures: tuple[Measure, ...]) -> str:
    """The measures as aligned text."""
    lines = [f"{'':42}{'measured':>10}{'target':>10}"]
    for line in measures:
        target = "" if line.target is None else f"{line.target:g}"
        verdict = "" if line.target is None else ("  met" if line.value <= line.target else "  missed")
        lines.append(f"{line.name:42}{line.value:>10.2f}{target:>10} {line.unit}{verdict}")
    return "\n".join(lines)


def _apart() -> tuple[Measure, ...]:
    parts = ("bench_rules.py", "bench_days.py", "bench_sameness.py")
    return tuple(one for part in parts for one in measure_apart(part, _REAL_DESK))


def keep_to_cores(count: int) -> int:
    """Keep this process and its children to some cores, so that numbers from different machines compare.

    Returns:
        How many cores it has now.
    """
    if sys.platform != "linux":
        return os.cpu_count() or 1
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])
    return len(os.sched_getaffinity(0))


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure time and memory of a build.")
    parser.add_argument("--desk", type=Path, default=Path("samples/btc-2026-02"), help="desk to build")
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"), help="where the JSON goes")
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each command")
    arguments = parser.parse_args()
    cores = keep_to_cores(_CORES)
    try:
        measures = (*measure(arguments.desk, arguments.runs), *_apart())
    except UnmeasurableError as error:
        print(error, file=sys.stderr)
        return 1
    # Imported here: pages are measured in this process, which the commands above need not wait for.
    bench_page = importlib.import_module("bench_page")
    paged = [Measure(one.name, one.value, one.unit, one.target) for one in bench_page.measure(arguments.desk, 5)]
    measures = (*measures, *paged)
    print(f"{arguments.desk}, median of {arguments.runs} runs, {cores} cores\n\n{table(measures)}")
    record = {
        "desk": arguments.desk.as_posix(),
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": cores,
        "measures": [dataclasses.asdict(line) for line in measures],
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
