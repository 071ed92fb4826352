"""The two values that the pipeline passes on: the evaluation of a desk on a date, and the brief made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reporter.desk import DeskConfig
from reporter.model.finding import Outcome
from reporter.model.memory import Memory
from reporter.model.metric import MetricSet
from reporter.narrative.plan_model import Plan
from reporter.narrative.realise import RealisedDocument
from reporter.report_type.load import ReportType
from reporter.report_type.theme import Theme
from reporter.rules import Replay
from reporter.verify.ledger.ledger_model import Ledger, dump_ledger


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The evaluation of a desk on a date: configuration, metrics, outcomes of the rules, and memory."""

    config: DeskConfig
    report: ReportType
    theme: Theme
    metrics: MetricSet
    outcomes: tuple[Outcome, ...]
    memory: Memory
    replay: Replay


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
