"""Results of history, coverage, lint, cases and comparisons → lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporter.authoring.case_testing import Probe
from reporter.authoring.trial_comparison import ReportDifference
from reporter.diagnostics.diagnostic import NO_FILE, Diagnostic, Place
from reporter.diagnostics.plurals import format_count
from reporter.rules.analysis.case_runner import CaseResult
from reporter.rules.analysis.lint import Flaw
from reporter.rules.engine.history import RuleCoverage, RuleHistory, RuleRecord

_SHOWN_DAYS = 12


@dataclass(frozen=True, slots=True)
class DaySample:
    """A rule's sentences on a day: locale → text."""

    date: date
    text: Mapping[str, str]


def format_history(
    history: RuleHistory, samples: Mapping[str, Sequence[DaySample]], *, detailed: bool
) -> Iterator[str]:
    """Format counts of rules over a range of days, with samples where `detailed`.

    Args:
        history: the counts.
        samples: rule id → days on which it fired, with their sentences.
        detailed: print samples and clauses too.
    """
    days = history.records[0].days if history.records else 0
    yield f"{history.first} to {history.last}, {days} days"
    yield f"{'':40}{'fired':>6}{'rate':>7}{'unknown':>9}{'suppr.':>8}{'spells':>8}{'flaps':>7}{'longest':>9}"
    for record in history.records:
        yield (
            f"{record.rule:40}{record.fired:>6}{record.firing_rate:>7.1%}{record.unknown:>9}{record.suppressed:>8}"
            f"{record.spells:>8}{record.flaps:>7}{record.longest:>9}"
        )
        if detailed:
            yield from _format_record_detail(record, samples.get(record.rule, ()))
    yield from _format_remarks(history, detailed=detailed)


def _format_record_detail(record: RuleRecord, samples: Sequence[DaySample]) -> Iterator[str]:
    if record.dates:
        shown = ", ".join(day.isoformat() for day in record.dates[-_SHOWN_DAYS:])
        yield f"    {'last ' if len(record.dates) > _SHOWN_DAYS else ''}days: {shown}"
    for sample in samples:
        for locale, text in sample.text.items():
            yield f"    {sample.date} {locale}: {text}"


def _format_remarks(history: RuleHistory, *, detailed: bool) -> Iterator[str]:
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


def format_coverage(covered: Sequence[RuleCoverage]) -> Iterator[str]:
    """Format the coverage of rules, with the clauses that never decided."""
    full = 0
    for seen in covered:
        idle = [clause for clause, count in (seen.clauses or {}).items() if not count]
        full += bool(seen.true and seen.false and not idle)
        yield f"{seen.rule:40} true {seen.true:>5}  false {seen.false:>5}  unknown {seen.unknown:>5}"
        for clause in idle:
            yield f"    never decides: {clause}"
    yield f"{full} of {len(covered)} rules were seen true and false, with every clause deciding at least once"


def format_flaws(flaws: Sequence[Flaw]) -> Iterator[str]:
    """Format flaws; ignored ones are only counted."""
    shown = [flaw for flaw in flaws if not flaw.ignored]
    for flaw in shown:
        yield f"{flaw.place}: {flaw.rule}: {flaw.what} [{flaw.code}]"
        if flaw.example:
            yield "    with " + ", ".join(f"{name} = {value}" for name, value in flaw.example.items())
    ignored = len(flaws) - len(shown)
    yield format_count(len(shown), "flaw") + (f", {ignored} ignored with a reason" if ignored else "")


def format_case_results(results: Sequence[CaseResult], probes: Sequence[Probe], *, verbose: bool) -> Iterator[str]:
    """Format the cases and probes that failed; all of them where `verbose`.

    Args:
        results: of the cases.
        probes: of the days that cases name.
        verbose: print those that passed too.
    """
    for result in results:
        if result.faults or verbose:
            mark = "wrong" if result.faults else "right"
            yield f"{mark}  {result.case.place}: {result.case.rule}: {result.case.name}"
        for fault in result.faults:
            yield f"       {fault}"
    for probe in probes:
        if probe.fault or verbose:
            mark = "wrong" if probe.fault else "probe"
            yield f"{mark}  {probe.rule}: {probe.reading_text}: {probe.state or 'failed'}"
        if probe.fault:
            yield f"       {probe.fault}"
    wrong = sum(bool(result.faults) for result in results) + sum(bool(probe.fault) for probe in probes)
    yield f"{format_count(len(results), 'case')} and {format_count(len(probes), 'probe')}, {wrong} wrong"


def case_diagnostics(results: Sequence[CaseResult], probes: Sequence[Probe]) -> list[Diagnostic]:
    """Diagnostics of cases and probes: each expectation that isn't met, each probe that failed."""
    wrong = [
        Diagnostic(
            "case.not-so", Place.from_text(result.case.place), f"{result.case.rule}: {result.case.name}: {fault}"
        )
        for result in results
        for fault in result.faults
    ]
    failed = [
        Diagnostic("case.failed-probe", NO_FILE, f"{probe.rule}: {probe.reading_text}: {probe.fault}")
        for probe in probes
        if probe.fault
    ]
    return [*wrong, *failed]


def format_difference(found: ReportDifference, most: int) -> Iterator[str]:
    """Format the days on which the brief changes."""
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
        yield f"and {format_count(more, 'more day')}; --most {len(found.changed)} shows them all"
    yield f"{len(found.changed)} of {found.days} briefs change"
