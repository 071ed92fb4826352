"""`[gates]` of desk.toml: required metrics, limits of age, and which faults hold a brief or are only noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from reporter.desk.config.fields import Day, Duration, Filled, SomePerLocale, Words, as_tuple
from reporter.syntax.model_diagnostics import StrictModel

Action = Literal["hold", "warn"]
#: Faults of single rows; `doubts` finds them in files.
RowFault = Literal["jump", "wick", "stuck", "test_prices", "unchanged", "repeated", "zeros", "closed_day"]
#: Faults of a day: why a metric has no value on it, or that sources disagree about it.
DayFault = Literal[
    "no_source",
    "not_started",
    "blank",
    "no_row",
    "not_published",
    "closed",
    "incomplete",
    "stale",
    "coverage",
    "range",
    "disagreement",
]

Fault = Literal[RowFault, DayFault]

#: What a row's fault does where a desk says nothing, and in which tables it is looked for.
ROW_FAULTS: Mapping[RowFault, tuple[Action, tuple[str, ...]]] = {
    "jump": ("hold", ("prices", "cross_asset", "open_interest", "volatility_index", "realised_price", "miners")),
    "wick": ("hold", ("prices",)),
    "stuck": ("warn", ("prices",)),
    "test_prices": ("hold", ("cross_asset",)),
    "unchanged": ("hold", ("cross_asset",)),
    "repeated": ("hold", ("prices", "open_interest", "liquidations", "fund_flows")),
    "zeros": ("hold", ("fund_flows", "funding", "liquidations")),
    "closed_day": ("warn", ("fund_flows",)),
}


class Freshness(StrictModel):
    """How old the newest data may be at a brief's cut.

    Attributes:
        limit: days and hours; days without a session of the source's exchange don't count.
        then: what older data do.
    """

    limit: Duration
    then: Action = "hold"


class Override(StrictModel):
    """A gate that is opened for one brief.

    Attributes:
        of: the metric or table of the gate.
        date: the brief's date.
        reason: why, per locale; it is told in the brief.
    """

    of: Filled
    date: Day
    reason: SomePerLocale


def _wrap_limit(value: object) -> object:
    return {"limit": value} if isinstance(value, str) else value


class GatesConfig(StrictModel):
    """The `[gates]` table. Names are those of metrics or of tables.

    Attributes:
        require: metrics without which there is no brief.
        freshness: how old each may be.
        faults: what each fault of it does; a fault that isn't named does what it always does.
        override: exceptions, each for a day and with its reason.
    """

    require: Words = ()
    freshness: dict[str, Annotated[Freshness, BeforeValidator(_wrap_limit)]] = Field(default_factory=dict)
    faults: dict[str, dict[Fault, Action]] = Field(default_factory=dict)
    override: Annotated[tuple[Override, ...], BeforeValidator(as_tuple)] = ()

    def action_for_row(self, table: str, fault: RowFault) -> Action:
        """Whether a row fault of a table holds the brief or is only noted."""
        return self.faults.get(table, {}).get(fault, ROW_FAULTS[fault][0])
