"""`[table.<name>]` of desk.toml: a table of the desk's own, its columns with their units → how its rows are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from reporter.desk.config.fields import Identifier, SomePerLocale, as_tuple
from reporter.desk.formats.schema import RATE_SCALES, USD_SCALES, Span, TableSpec
from reporter.diagnostics.diagnostic import did_you_mean
from reporter.model.metric import Unit
from reporter.syntax.model_diagnostics import StrictModel

#: What a price of the asset is in: its own currency.
PRICE = "price"
#: Units of columns → the unit of metrics made of them, and the factor that turns one into the other.
COLUMN_UNITS: Mapping[str, tuple[Unit, float]] = {
    **{name: (Unit.USD, factor) for name, factor in USD_SCALES.items()},
    **{name: (Unit.FRACTION, factor) for name, factor in RATE_SCALES.items()},
    PRICE: (Unit.PRICE, 1.0),
    **{
        str(unit): (unit, 1.0)
        for unit in (
            Unit.COUNT,
            Unit.DAYS,
            Unit.LEVEL,
            Unit.SCORE,
            Unit.RATIO,
            Unit.VOL_POINTS,
            Unit.CONTRACTS,
            Unit.CORRELATION,
        )
    },
}


def _validate_unit(text: str) -> str:
    if text not in COLUMN_UNITS:
        raise ValueError(did_you_mean(text, COLUMN_UNITS) or f"one of {', '.join(COLUMN_UNITS)}")
    return text


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if not span[0] < span[1]:
        raise ValueError("write the lowest and the highest value, such as [0, 1000000]")
    return span


ColumnUnit = Annotated[str, AfterValidator(_validate_unit)]


class TableConfig(StrictModel):
    """A table that the program does not know by itself.

    Attributes:
        name: what readers call it, in lists of sources and of gaps, per locale.
        columns: column → the unit that files have it in.
        spans: column → the lowest and the highest value that is believed, in its unit; a row outside is refused.
    """

    name: SomePerLocale
    columns: Annotated[dict[Identifier, ColumnUnit], Field(min_length=1)]
    spans: dict[str, Annotated[tuple[float, float], BeforeValidator(as_tuple), AfterValidator(_ordered)]] = Field(
        default_factory=dict
    )

    def get_unit(self, column: str) -> Unit:
        """The unit of metrics that are made of a column.

        Raises:
            KeyError: it has no such column.
        """
        return COLUMN_UNITS[self.columns[column]][0]

    @property
    def spec(self) -> TableSpec:
        """How its rows are read."""
        factors = {name: COLUMN_UNITS[unit][1] for name, unit in self.columns.items()}
        kinds = {self.get_unit(name) for name in self.columns}
        # One unit for all of a source's columns makes sense only where they are all of one kind.
        kind = kinds.pop() if len(kinds) == 1 else None
        scales = {name: factor for name, (unit, factor) in COLUMN_UNITS.items() if unit is kind}
        bounds: dict[str, Span] = {
            name: (low * factors[name], high * factors[name])
            for name, (low, high) in self.spans.items()
            if name in factors
        }
        names = tuple(self.columns)
        return TableSpec(required=names, scales=scales, scaled=names, bounds=bounds, factors=factors)
