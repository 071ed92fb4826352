"""The two values that the whole flow passes on: what a desk's rules found on a date, and the brief made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reporter.desk import DeskConfig
from reporter.model.finding import Outcome
from reporter.model.memory import Memory
from reporter.model.metric import MetricSet
from reporter.narrative.planned import Plan
from reporter.narrative.realise import Realised
from reporter.report_type import ReportType
from reporter.rules import Replay
from reporter.theme import Theme
from reporter.verify.record import Ledger, dump


@dataclass(frozen=True, slots=True)
class Findings:
    """A desk's metrics on a date, the rules tied to them, what became of each, and what stood before."""

    config: DeskConfig
    report: ReportType
    theme: Theme
    metrics: MetricSet
    outcomes: tuple[Outcome, ...]
    memory: Memory
    replay: Replay


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief, realised in every edition and locale asked for, and not yet written.

    Attributes:
        findings: what it rests on.
        plan: the article's plan, made for every edition.
        realised: one document an edition and locale.
        record: the ledger of all of them.
    """

    findings: Findings
    plan: Plan
    realised: tuple[Realised, ...]
    record: Ledger

    @property
    def ledger(self) -> str:
        """Its ledger as JSON, before anything is rendered."""
        return dump(self.record)

    def made_of(self, inputs: str) -> Brief:
        """The same brief, whose ledger says what it was made of: a hash from `reporter.inputs`."""
        return replace(self, record=self.record.model_copy(update={"inputs": inputs}))

    @property
    def slug(self) -> str:
        """Its folder's name."""
        return self.realised[0].document.slug
