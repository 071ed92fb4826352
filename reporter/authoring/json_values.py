"""Frozen values → JSON: dataclasses become objects, dates and states their text."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any


def to_json_value(value: object) -> Any:
    """Convert a value to what `json` can write; numbers that JSON doesn't have become null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json_value(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [to_json_value(item) for item in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value


def to_json(value: object) -> str:
    """Format a value as indented JSON."""
    return json.dumps(to_json_value(value), ensure_ascii=False, indent=1, allow_nan=False)
