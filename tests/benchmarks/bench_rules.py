"""Measures the rules engine on one core, against the same conditions as plain Python; prints JSON for bench.py.

python tests/benchmarks/bench_rules.py --desk tests/real/desk
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from reporter.model.metric import MetricSeries, MetricSet, MetricSpec, Unit
from reporter.rules import Replay, RuleBook, load_rules
from reporter.rules.engine.measure import measure_condition

_RULES: Final = 1_000
_METRICS: Final = 300
_DAYS: Final = 100
_REAL_DAYS: Final = 1_500
_SIGNS: Final = (">", ">=", "<", "<=")

Condition = Callable[[int], bool]
Clause = tuple[str, str, float]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the rules engine.")
    parser.add_argument("--desk", type=Path, help="a desk of many days; left out where it has no data")
    parser.add_argument("--runs", type=int, default=7, help="measured runs of each")
    arguments = parser.parse_args()
    if sys.platform == "linux":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    lines = _engine(arguments.runs)
    if arguments.desk is not None:
        lines += _real(arguments.desk)
    print(json.dumps(lines, indent=1))
    return 0


def _engine(runs: int) -> list[dict[str, object]]:
    chance = random.Random(7)
    names = [f"x.m{number}" for number in range(_METRICS)]
    registry = {name: MetricSpec(name, Unit.LEVEL, "", ()) for name in names}
    metrics = _metrics(registry, chance)
    clauses = [_three(names, chance) for _ in range(_RULES)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text("rules:\n" + "".join(_written(at, rule) for at, rule in enumerate(clauses)), encoding="utf-8")
        loads = [_timed(lambda: _ready(load_rules([(path, "rules.yaml")], registry), metrics)) for _ in range(runs)]
        book = load_rules([(path, "rules.yaml")], registry)
    replay = Replay(book, metrics)
    lambdas = [_lambda(rule, metrics) for rule in clauses]
    closures = [replay.scope.bind_condition(rule.when.tree) for rule in book.rules]
    _same(lambdas, closures)
    trees = [rule.when.tree for rule in book.rules]
    traces = [measure_condition(tree, replay.scope).take for tree in trees]
    plain, fast, traced = [], [], []
    for _ in range(runs):
        # In turns, so that a slow spell of the machine hits all three.
        plain.append(_timed(lambda: [[test(day) for test in lambdas] for day in range(_DAYS)]))
        fast.append(_timed(lambda: [[test(day) for test in closures] for day in range(_DAYS)]))
        traced.append(_timed(lambda: [[trace(day) for trace in traces] for day in range(_DAYS)]))
    base = median(plain)
    return [
        _line("rules: load and compile 1,000", median(loads), "seconds", 0.5, loads),
        _line("rules: 1,000 against lambdas", median(fast) / base, "times", 1.5, [one / base for one in fast]),
        _line("rules: traced against lambdas", median(traced) / base, "times", 5.0, [one / base for one in traced]),
    ]


def _real(desk: Path) -> list[dict[str, object]]:
    from reporter.authoring.track.statements import list_statements
    from reporter.authoring.trial import open_trial
    from reporter.diagnostics.errors import InputError

    try:
        trial = open_trial(desk, None)
    except InputError:
        return []
    last = trial.metrics.today_index
    days = range(max(0, last + 1 - _REAL_DAYS), last + 1)

    def replay() -> None:
        fresh = Replay(trial.authored.report.rules, trial.metrics)
        for day in days:
            fresh.evaluate_rules(day)

    # In the time of the processor, since others may be at work beside; and at the pace that commands look for garbage.
    gc.set_threshold(100_000)
    found = [_timed(replay, time.process_time) for _ in range(3)]
    planned = [_timed(lambda: list_statements(trial, days), time.process_time)]
    return [
        _line(f"rules: findings of {len(days):,} real days, CPU", median(found), "seconds", 6.0, found),
        _line(f"plans of {len(days):,} real days, CPU", median(planned), "seconds", 12.0, planned),
    ]


def _metrics(registry: dict[str, MetricSpec], chance: random.Random) -> MetricSet:
    nothing = (None,) * _DAYS
    series = {
        name: MetricSeries(spec, tuple(chance.uniform(-1, 1) for _ in range(_DAYS)), nothing, nothing, nothing)
        for name, spec in registry.items()
    }
    dates = tuple(date(2026, 1, 1) + timedelta(days=day) for day in range(_DAYS))
    return MetricSet(dates, 0.0, series, (), 0, (), (), {}, {}, ())


def _three(names: Sequence[str], chance: random.Random) -> tuple[Clause, ...]:
    return tuple((name, chance.choice(_SIGNS), round(chance.uniform(-1, 1), 2)) for name in chance.sample(names, 3))


def _written(at: int, clauses: Sequence[Clause]) -> str:
    when = " and ".join(f"{name} {sign} {limit}" for name, sign, limit in clauses)
    head = f"  - id: r.r{at}\n    topic: x\n    when: {when}\n    stance: neutral\n    weight: 50\n"
    return f"{head}    facts: {{a: {clauses[0][0]}, b: {clauses[1][0]}}}\n"


def _lambda(clauses: Sequence[Clause], metrics: MetricSet) -> Condition:
    """The same condition as its author's Python: `lambda day: a[day] > 0.5 and …`."""
    columns = {f"c{at}": metrics.series[name].values for at, (name, _, _) in enumerate(clauses)}
    text = " and ".join(f"c{at}[day] {sign} {limit}" for at, (_, sign, limit) in enumerate(clauses))
    made: Condition = eval(f"lambda {', '.join(columns)}: lambda day: {text}")(*columns.values())
    return made


def _ready(book: RuleBook, metrics: MetricSet) -> None:
    replay = Replay(book, metrics)
    for rule in book.rules:
        replay.bind_rule(rule.id)


def _same(lambdas: Sequence[Condition], closures: Sequence[Callable[[int], bool | None]]) -> None:
    for day in range(_DAYS):
        if [test(day) for test in lambdas] != [test(day) for test in closures]:
            raise AssertionError(f"the engine and Python disagree on day {day}")


def _timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    started = clock()
    work()
    return clock() - started


def _line(name: str, value: float, unit: str, target: float, runs: Sequence[float]) -> dict[str, object]:
    return {"name": name, "value": value, "unit": unit, "target": target, "runs": list(runs)}


if __name__ == "__main__":
    sys.exit(main())
