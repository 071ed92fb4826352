"""`reporter findings`: what the rules found on a date and what is new on it, with their facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.cli.options import (
    AsOfOption,
    DateOption,
    DebugOption,
    DeskArgument,
    JsonOption,
    QuietOption,
    ReportNameOption,
    find_desk,
    read_date,
)
from reporter.cli.output import format_value, print_json
from reporter.model.timestamps import parse_instant

if TYPE_CHECKING:
    from reporter.model.finding import Fact


def findings(
    desk: DeskArgument = None,
    date: DateOption = None,
    as_of: AsOfOption = None,
    report: ReportNameOption = "",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Print what the rules found on a date, and its news, with the facts that sentences may use."""
    folder, instant = find_desk(desk), parse_instant(as_of)
    day = read_date(date, folder, instant)
    from reporter.pipeline.evaluate import evaluate_desk
    from reporter.pipeline.findings_json import findings_to_json, list_findings

    found = evaluate_desk(folder, day, instant, report=report)
    if quiet:
        return
    if as_json:
        print_json(findings_to_json(found))
        return
    for finding in sorted(list_findings(found), key=lambda f: -f.weight):
        partial = ", partial" if finding.partial else ""
        written = f"  {finding.rule}" if finding.rule else ""
        print(f"{finding.id}  ({finding.stance}, weight {finding.weight}, day {finding.days}{partial}){written}")
        for fact in finding.facts:
            print(f"    {fact.name} = {_format_fact(fact)}  [{fact.expression}]")


def _format_fact(fact: Fact) -> str:
    if fact.members:
        return "; ".join(f"{member.name} {_format_fact(member)}" for member in fact.members)
    if isinstance(fact.value, float | int):
        return f"{format_value(float(fact.value), str(fact.unit))} {fact.unit}"
    return str(fact.value)
