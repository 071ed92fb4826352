"""Results as lines of a terminal: history, coverage, flaws, cases and differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporter.diagnostics import NO_FILE, Diagnostic, Place
from reporter.editing.compare import Difference
from reporter.editing.testing import Probe
from reporter.plural import count_of
from reporter.rules.cases import CaseResult
from reporter.rules.history import History, Record, Seen
from reporter.rules.lint import Flaw

_SHOWN_DAYS = 12


@dataclass(frozen=True, slots=True)
class Sample:
    """What a rule said on a day, per locale."""

    date: date
    text: Mapping[str, str]


def history_lines(history: History, samples: Mapping[str, Sequence[Sample]], *, detailed: bool) -> Iterator[str]:
    """How rules fared over a range of days; in detail where only a few were asked for."""
    days = history.records[0].days if history.records else 0
    yield f"{history.first} to {history.last}, {days} days"
    yield f"{'':40}{'fired':>6}{'rate':>7}{'unknown':>9}{'suppr.':>8}{'spells':>8}{'flaps':>7}{'longest':>9}"
    for record in history.records:
        yield (
            f"{record.rule:40}{record.fired:>6}{record.rate:>7.1%}{record.unknown:>9}{record.suppressed:>8}"
            f"{record.spells:>8}{record.flaps:>7}{record.longest:>9}"
        )
        if detailed:
            yield from _detail(record, samples.get(record.rule, ()))
    yield from _remarks(history, detailed=detailed)


def _detail(record: Record, samples: Sequence[Sample]) -> Iterator[str]:
    if record.dates:
        shown = ", ".join(day.isoformat() for day in record.dates[-_SHOWN_DAYS:])
        yield f"    {'last ' if len(record.dates) > _SHOWN_DAYS else ''}days: {shown}"
    for sample in samples:
        for locale, text in sample.text.items():
            yield f"    {sample.date} {locale}: {text}"


def _remarks(history: History, *, detailed: bool) -> Iterator[str]:
    never = [record.rule for record in history.records if not record.fired]
    always = [record.rule for record in history.records if record.fired == record.days]
    if never and not detailed:
        yield f"never: {', '.join(never)}"
    if always:
        yield f"always: {', '.join(always)}"
    for pair in history.pairs:
        yield f"together: {pair.one} and {pair.other} on {pair.together} days, {pair.share:.0%} of those of either"
    if not detailed:
        found = history.balance
        yield (
            f"balance: {found.bull} bull and {found.bear} bear findings; "
            f"more bull on {found.bull_days} days, more bear on {found.bear_days}"
        )


def coverage_lines(covered: Sequence[Seen]) -> Iterator[str]:
    """What was seen of each rule, and which clauses never decided."""
    full = 0
    for seen in covered:
        idle = [clause for clause, count in (seen.clauses or {}).items() if not count]
        full += bool(seen.true and seen.false and not idle)
        yield f"{seen.rule:40} true {seen.true:>5}  false {seen.false:>5}  unknown {seen.unknown:>5}"
        for clause in idle:
            yield f"    never decides: {clause}"
    yield f"{full} of {len(covered)} rules were seen true and false, with every clause deciding at least once"


def flaw_lines(flaws: Sequence[Flaw]) -> Iterator[str]:
    """Flaws, the ignored ones counted only."""
    shown = [flaw for flaw in flaws if not flaw.ignored]
    for flaw in shown:
        yield f"{flaw.place}: {flaw.rule}: {flaw.what} [{flaw.code}]"
        if flaw.example:
            yield "    with " + ", ".join(f"{name} = {value}" for name, value in flaw.example.items())
    ignored = len(flaws) - len(shown)
    yield count_of(len(shown), "flaw") + (f", {ignored} ignored with a reason" if ignored else "")


def case_lines(results: Sequence[CaseResult], probes: Sequence[Probe], *, verbose: bool) -> Iterator[str]:
    """Cases and probes that went wrong; all of them where one rule was asked for."""
    for result in results:
        if result.faults or verbose:
            mark = "wrong" if result.faults else "right"
            yield f"{mark}  {result.case.place}: {result.case.rule}: {result.case.name}"
        for fault in result.faults:
            yield f"       {fault}"
    for probe in probes:
        if probe.fault or verbose:
            mark = "wrong" if probe.fault else "probe"
            yield f"{mark}  {probe.rule}: {probe.shown}: {probe.state or 'failed'}"
        if probe.fault:
            yield f"       {probe.fault}"
    wrong = sum(bool(result.faults) for result in results) + sum(bool(probe.fault) for probe in probes)
    yield f"{count_of(len(results), 'case')} and {count_of(len(probes), 'probe')}, {wrong} wrong"


def case_diagnostics(results: Sequence[CaseResult], probes: Sequence[Probe]) -> list[Diagnostic]:
    """What is wrong with cases and probes: each expectation that isn't so, each probe that failed."""
    wrong = [
        Diagnostic("case.not-so", Place.read(result.case.place), f"{result.case.rule}: {result.case.name}: {fault}")
        for result in results
        for fault in result.faults
    ]
    failed = [
        Diagnostic("case.failed-probe", NO_FILE, f"{probe.rule}: {probe.shown}: {probe.fault}")
        for probe in probes
        if probe.fault
    ]
    return [*wrong, *failed]


def difference_lines(found: Difference, most: int) -> Iterator[str]:
    """Days whose brief changes, and how."""
    for changed in found.changed[:most]:
        yield f"{changed.date}"
        for turn in changed.turns:
            yield f"    {turn.rule}: {turn.before or 'no such rule'} → {turn.after or 'no such rule'}"
        for line in changed.gone:
            yield f"    - {line.locale} {line.place}: {line.text}"
        for line in changed.come:
            yield f"    + {line.locale} {line.place}: {line.text}"
    more = len(found.changed) - most
    if more > 0:
        yield f"and {count_of(more, 'more day')}; --most {len(found.changed)} shows them all"
    yield f"{len(found.changed)} of {found.days} briefs change"
