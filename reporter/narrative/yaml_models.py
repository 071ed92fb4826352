"""Base model and field types of report.yaml: unknown keys are refused, lists become tuples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from reporter.language.own_labels import LabelText

#: How long a brief the day asks for.
Length = Literal["full", "standard", "short"]


def to_tuples(value: object) -> object:
    """Convert a list, and every list inside it, to tuples."""
    return tuple(to_tuples(item) for item in value) if isinstance(value, list) else value


def read_label(value: object) -> LabelText:
    """Read a label: a text of the catalogue, or a mapping of locales to texts.

    Raises:
        PydanticCustomError: it is neither.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value and all(isinstance(text, str) and text.strip() for text in value.values()):
        return tuple((str(tag), str(text)) for tag, text in value.items())
    what = "write a label of the catalogue, or one for each locale, { en: …, zh-Hant: … }"
    raise PydanticCustomError("value_error", "{error}", {"error": what})


LabelField = Annotated[
    LabelText,
    PlainValidator(read_label),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}),
]

Ids = Annotated[tuple[str, ...], BeforeValidator(to_tuples)]
Slots = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(to_tuples)]
OfLengths = Annotated[tuple[Length, ...], BeforeValidator(to_tuples)]
