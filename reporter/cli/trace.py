"""`reporter trace`: the way from a text of a brief to the data rows, printed as a tree; it needs the ledger alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reporter.cli.options import DebugOption, JsonOption, QuietOption
from reporter.cli.output import print_json
from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import NotShownError, usage_error
from reporter.model.metric import split_sources
from reporter.model.timestamps import format_minute

if TYPE_CHECKING:
    from reporter.desk.tables.provenance import DataRow, RowLocator
    from reporter.verify.ledger.ledger_model import ClaimRecord, FindingRecord, Ledger, ReadingRecord, StepRecord
    from reporter.verify.lineage import ChartHit, Hit

#: Parts of a condition that are made of conditions.
_JOINED = frozenset({"all", "any", "not", "named"})
#: What states a figure without a rule.
_UNRULED = {"tile": "a key figure of report.yaml", "board": "a row of the signal board of report.yaml"}


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A line of the tree and its children."""

    text: str
    below: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class _TraceContext:
    """The ledger, and the rows of the desk's files where a desk is named."""

    ledger: Ledger
    desk: RowLocator | None = None

    def find_rows(self, reading: ReadingRecord) -> tuple[DataRow, ...]:
        if self.desk is None or reading.as_of is None or reading.source is None:
            return ()
        as_of = datetime.fromisoformat(reading.as_of).timestamp()
        return tuple(self.desk.find_rows(reading.source, reading.metric, reading.value, as_of))


def trace(
    brief: Annotated[Path, typer.Argument(metavar="BRIEF_DIR", help="A brief's folder, with its ledger.json.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A shown text (71,422) or a sentence's id (s012).")],
    desk: Annotated[
        Path | None,
        typer.Option(
            "--desk", metavar="DESK", help="The desk: name each row's line and column too.", show_default="none"
        ),
    ] = None,
    locale: Annotated[
        str, typer.Option("--locale", metavar="L", help="Only texts of this locale.", show_default="all of the brief's")
    ] = "",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Print the way from a text of a finished brief to the data rows it rests on."""
    del debug  # read by main
    from reporter.pipeline.audit import read_folder_ledger
    from reporter.verify.lineage import find_hits, find_labels, find_near_texts

    ledger = read_folder_ledger(brief)
    tags = tuple(dict.fromkeys(document.locale for document in ledger.documents))
    if locale and locale not in tags:
        what = f'unknown locale "{locale}"'
        raise usage_error("usage.unknown-value", what, f"the brief is in {', '.join(tags)}")
    hits = find_hits(ledger, text, locale)
    labels = () if hits else find_labels(ledger, text, locale)
    if not hits and not labels:
        near = find_near_texts(ledger, text, locale)
        hint = f"did you mean {' or '.join(near)}?" if near else ""
        raise NotShownError([Diagnostic("usage.not-shown", Place(brief.as_posix()), f'nothing shows "{text}"', hint)])
    if quiet:
        return
    way = _TraceContext(ledger, _open_rows(desk))
    if as_json:
        found = [*(_hit_to_json(hit, way) for hit in hits), *(_label_to_json(label, way) for label in labels)]
        print_json(found)
        return
    for number, label in enumerate(labels, 1):
        print(f"{number}. {label.text}")
        print("\n".join(_draw_tree((_make_label_node(label, way),))))
    for number, hit in enumerate(hits, 1):
        print(f"{number}. {hit.text or hit.sentence.id}")
        print("\n".join(_draw_tree((_make_sentence_node(hit, way),))))


def _open_rows(desk: Path | None) -> RowLocator | None:
    if desk is None:
        return None
    from reporter.desk.tables.provenance import RowLocator
    from reporter.pipeline.read import open_desk

    return RowLocator(open_desk(desk))


def _draw_tree(nodes: Iterable[TreeNode], before: str = "") -> Iterator[str]:
    """A tree's lines."""
    *others, last = nodes
    for node in (*others, last):
        end = node is last
        yield f"{before}{'└─ ' if end else '├─ '}{node.text}"
        if node.below:
            yield from _draw_tree(node.below, before + ("   " if end else "│  "))


def _make_sentence_node(hit: Hit, way: _TraceContext) -> TreeNode:
    said = hit.sentence
    place = f"{said.edition}.{said.locale}, section {said.section}, {said.role}"
    ledger = way.ledger
    below = [TreeNode(said.text)]
    if said.phrase:
        below.append(TreeNode(f"phrase {said.phrase}, wording {said.wording + 1}"))
    groups: dict[str, list[ClaimRecord]] = {}
    if said.finding:
        groups[said.finding] = []
    for claim in hit.claims:
        groups.setdefault(claim.finding, []).append(claim)
    rules = {finding.id: finding for finding in ledger.findings}
    for name, claims in groups.items():
        of = tuple(_make_claim_node(claim, way) for claim in claims)
        below.append(TreeNode(_describe_finding(name, rules.get(name)), (*_make_reasoning_nodes(rules.get(name)), *of)))
    if not hit.claims:
        below.append(
            TreeNode("no claim: these are the phrase's own words" if said.phrase else "no claim: a fixed label")
        )
    return TreeNode(f"{said.id}  {place}", tuple(below))


def _make_label_node(label: ChartHit, way: _TraceContext) -> TreeNode:
    place = f"chart {label.chart.id}  {label.chart.edition}.{label.chart.locale}"
    values = (TreeNode(f"shows {value:.12g} {label.chart.unit}") for value in label.values)
    claims = tuple(_make_claim_node(claim, way) for claim in label.claims)
    what = "a label" if label.values else "a tick or label of the chart's own, which shows no single value"
    return TreeNode(f"{place}, {what}", (*values, *claims))


def _describe_finding(name: str, finding: FindingRecord | None) -> str:
    if finding is None:
        return _UNRULED.get(name, f"finding {name}, of no rule")
    partial = ", partial" if finding.partial else ""
    return f"finding {name} ({finding.stance}, day {finding.days}{partial})  rule {finding.rule}"


def _make_reasoning_nodes(finding: FindingRecord | None) -> Iterator[TreeNode]:
    """Make the node of the condition that decided the rule, part by part with values."""
    if finding is not None and finding.reasoning is not None:
        why = finding.reasoning
        yield TreeNode(f"{why.decided_by} {why.text}  {why.place}", (_make_step_node(why.condition),))


def _make_step_node(step: StepRecord) -> TreeNode:
    value = "unknown" if step.value is None else str(step.value).lower()
    sides = ""
    if step.is_ == "compare":
        told = ("unknown" if part.value is None else f"{part.value:.12g}" for part in step.parts)
        sides = f"  ({' against '.join(told)})"
    below = tuple(_make_step_node(part) for part in step.parts) if step.is_ in _JOINED else ()
    return TreeNode(f"{value}: {step.text}{sides}", below)


def _make_claim_node(claim: ClaimRecord, way: _TraceContext) -> TreeNode:
    at = f", as of {claim.as_of}" if claim.as_of else ""
    value = _format_exact(claim.value, claim.unit)
    return TreeNode(f"claim {claim.id} = {value}{at}, shown as {claim.kind}", (_make_formula_node(claim, way),))


def _make_formula_node(claim: ClaimRecord, way: _TraceContext) -> TreeNode:
    ledger = way.ledger
    metrics = dict.fromkeys(reading.metric for reading in claim.inputs)
    below = []
    for metric in metrics:
        readings = tuple(_make_reading_node(one, way) for one in claim.inputs if one.metric == metric)
        below.append(TreeNode(f"metric {metric}: {ledger.formulas.get(metric, 'no formula')}", readings))
    if claim.readings is not None:
        below.append(
            TreeNode(f"{claim.readings} readings in all, the first and last {len(claim.inputs) // 2} are shown")
        )
    if claim.event is not None:
        event = claim.event
        below.append(
            TreeNode(f"news {event.id}, {event.time}, {event.grade}", _make_source_nodes(event.source, ledger))
        )
    below += [node for source in claim.sources for node in _make_source_nodes(source, ledger)]
    return TreeNode(f"is {claim.is_}" + ("" if below else ": rests on no data row"), tuple(below))


def _make_reading_node(reading: ReadingRecord, way: _TraceContext) -> TreeNode:
    value = "missing" if reading.value is None else _format_exact(reading.value, reading.unit)
    row = f", newest row {reading.as_of}" if reading.as_of else ""
    rows = tuple(TreeNode(_describe_row(one)) for one in way.find_rows(reading))
    return TreeNode(f"{reading.date}: {value}{row}", (*_make_source_nodes(reading.source or "", way.ledger), *rows))


def _describe_row(row: DataRow) -> str:
    return f"row {row.file}:{row.line}" + (f", column {row.column}" if row.column else ", the newest of several cells")


def _make_source_nodes(joined: str, ledger: Ledger) -> tuple[TreeNode, ...]:
    known = {source.id: source for source in ledger.sources}
    nodes = []
    for name in split_sources(joined):
        source = known.get(name)
        nodes.append(TreeNode(f"source {name}: {source.file} (table {source.table})" if source else f"source {name}"))
    return tuple(nodes)


def _format_exact(value: float | str | None, unit: str) -> str:
    if unit == "instant" and isinstance(value, float):
        return format_minute(value)
    return f"{value:.12g} {unit}" if isinstance(value, float) else str(value)


def _hit_to_json(hit: Hit, way: _TraceContext) -> dict[str, Any]:
    said, ledger = hit.sentence, way.ledger
    names = {said.finding, *(claim.finding for claim in hit.claims)}
    readings = [reading for claim in hit.claims for reading in claim.inputs]
    given = {part for reading in readings for part in split_sources(reading.source)}
    given |= {claim.event.source for claim in hit.claims if claim.event}
    given |= {source for claim in hit.claims for source in claim.sources}
    metrics = dict.fromkeys(reading.metric for reading in readings)

    def dump_record(record: Any) -> Any:
        return record.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    return {
        "text": hit.text,
        "sentence": dump_record(said),
        "findings": [dump_record(finding) for finding in ledger.findings if finding.id in names],
        "claims": [dump_record(claim) for claim in hit.claims],
        "formulas": {metric: ledger.formulas[metric] for metric in metrics if metric in ledger.formulas},
        "sources": [dump_record(source) for source in ledger.sources if source.id in given],
    } | ({"rows": [_rows_to_json(one, way) for one in readings]} if way.desk else {})


def _label_to_json(label: ChartHit, way: _TraceContext) -> dict[str, Any]:
    hit = {"text": label.text, "chart": label.chart.id, "edition": label.chart.edition, "locale": label.chart.locale}
    claims = [one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for one in label.claims]
    rows = [_rows_to_json(reading, way) for one in label.claims for reading in one.inputs]
    return {**hit, "values": list(label.values), "claims": claims} | ({"rows": rows} if way.desk else {})


def _rows_to_json(reading: ReadingRecord, way: _TraceContext) -> dict[str, Any]:
    rows = [{"file": row.file, "line": row.line, "column": row.column} for row in way.find_rows(reading)]
    return {"metric": reading.metric, "date": reading.date, "rows": rows}
