"""What the parts of report.yaml are made of: models that refuse unknown keys, and lists that become tuples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

#: How long a brief the day asks for.
Length = Literal["full", "standard", "short"]


class Strict(BaseModel):
    """A frozen part of report.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def tupled(value: object) -> object:
    """A list, and every list inside it, as tuples."""
    return tuple(tupled(item) for item in value) if isinstance(value, list) else value


Ids = Annotated[tuple[str, ...], BeforeValidator(tupled)]
Slots = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(tupled)]
OfLengths = Annotated[tuple[Length, ...], BeforeValidator(tupled)]
