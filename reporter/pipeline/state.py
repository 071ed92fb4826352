"""The values that the pipeline passes on: request, evaluation of a day, brief, result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reporter.desk import DeskConfig
from reporter.diagnostics.diagnostic import Diagnostic
from reporter.model.finding import Outcome
from reporter.model.formats import DEFAULT_FORMATS
from reporter.model.memory import Memory
from reporter.model.metric import MetricSet
from reporter.model.news import NewsFact
from reporter.model.verdict import RankedVerdict
from reporter.narrative.plan_model import Plan
from reporter.narrative.realise import RealisedDocument
from reporter.report_type.report_type import ReportType
from reporter.report_type.theme import Theme
from reporter.rules import Replay
from reporter.verify.ledger.ledger_model import Ledger, dump_ledger

#: The file that holds a day's findings beside its brief.
FINDINGS = "findings.json"


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What a run is asked for.

    Attributes:
        folder: the desk.
        out: where briefs go.
        locales, editions: those of desk.toml where none is named.
        formats: what to write, of `reporter.model.formats.FORMATS`.
        attach_ledger: put the ledger into each PDF, which becomes PDF/A-3 then; desk.toml may ask for it too.
        evidence: append a table of every figure with what it rests on to the article.
        previous: folder of an earlier brief, whose figures are compared with what is known now.
        history: folder of the desk's published briefs, whose words the new one may recall.
        findings: write the day's findings beside the brief.
        replace_edited: let files of the published brief go that were edited, or that this one lacks.
        report: the report type; none takes the first of desk.toml.
        draft: write it to be looked at, marked so; the gate's faults are told and don't hold it.
    """

    folder: Path
    out: Path
    locales: Sequence[str] = ()
    editions: Sequence[str] = ()
    formats: Sequence[str] = DEFAULT_FORMATS
    attach_ledger: bool = False
    evidence: bool = False
    previous: Path | None = None
    findings: bool = False
    replace_edited: bool = False
    draft: bool = False
    history: Path | None = None
    report: str = ""

    def list_documents(self, config: DeskConfig, report: ReportType) -> frozenset[str]:
        """List the file names of the texts that the brief has, and of its findings where they are asked for."""
        editions = self.editions or config.desk.editions
        locales = [book.locale.tag for book in report.books]
        names = frozenset(f"{e}.{tag}.{format}" for e in editions for tag in locales for format in self.formats)
        return names | {FINDINGS} if self.findings else names


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The evaluation of a desk on a date: configuration, metrics, outcomes, memory, ranked news and verdicts."""

    config: DeskConfig
    report: ReportType
    theme: Theme
    metrics: MetricSet
    outcomes: tuple[Outcome, ...]
    memory: Memory
    replay: Replay
    news: tuple[NewsFact, ...] = ()
    verdicts: tuple[RankedVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief realised in every edition and locale asked for, not yet written to files.

    Attributes:
        findings: what it rests on.
        plan: the article's plan, made for every edition.
        realised: one document an edition and locale.
        record: the ledger of all of them.
    """

    findings: Evaluation
    plan: Plan
    realised: tuple[RealisedDocument, ...]
    record: Ledger

    @property
    def ledger(self) -> str:
        """Its ledger as JSON, before anything is rendered."""
        return dump_ledger(self.record)

    def with_inputs(self, inputs: str) -> Brief:
        """Return the same brief with the hash of its inputs in the ledger; see `reporter.pipeline.input_hash`."""
        return replace(self, record=self.record.model_copy(update={"inputs": inputs}))

    @property
    def slug(self) -> str:
        """Its folder's name."""
        return self.realised[0].document.slug


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build.

    Attributes:
        folder: the brief's folder.
        changed: whether it was written; where nothing that it was made of had changed, it was not.
        draft: whether it is only to be looked at.
        faults: what would hold a draft; a brief with faults is not written at all.
        notices: what an editor should know of the printed pages.
        replaced: whether there was a brief in the folder before.
    """

    folder: Path
    changed: bool = True
    draft: bool = False
    faults: tuple[Diagnostic, ...] = ()
    notices: tuple[Diagnostic, ...] = ()
    replaced: bool = False
