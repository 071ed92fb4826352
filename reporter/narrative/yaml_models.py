"""Base model and field types of report.yaml: unknown keys are refused, lists become tuples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

#: How long a brief the day asks for.
Length = Literal["full", "standard", "short"]


def to_tuples(value: object) -> object:
    """Convert a list, and every list inside it, to tuples."""
    return tuple(to_tuples(item) for item in value) if isinstance(value, list) else value


Ids = Annotated[tuple[str, ...], BeforeValidator(to_tuples)]
Slots = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(to_tuples)]
OfLengths = Annotated[tuple[Length, ...], BeforeValidator(to_tuples)]
