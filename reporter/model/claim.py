"""Claims: the link from a figure that a reader sees to the data row it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reporter.model.finding import Input
from reporter.model.metric import Unit


@dataclass(frozen=True, slots=True)
class Claim:
    """The origin of one shown figure, date, name or word of direction.

    Attributes:
        id: `finding:fact#kind`, the same in every locale.
        finding: the finding; fact: the fact's name in it.
        kind: how it is shown: money, percent, date, moved, term …
        expression: metric id or formula over ids.
        value: the exact value.
        unit: its unit.
        as_of: ISO instant of the end of the newest period used, or None.
        inputs: the readings it rests on.
        shown: locale → every text that shows it.
    """

    id: str
    finding: str
    fact: str
    kind: str
    expression: str
    value: float | str | None
    unit: Unit
    as_of: str | None
    inputs: tuple[Input, ...]
    shown: Mapping[str, tuple[str, ...]]
