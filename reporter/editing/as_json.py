"""Frozen values as JSON: dataclasses become objects, dates and states their text."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any


def plain_value(value: object) -> Any:
    """A value of ours as what `json` can write; numbers that JSON doesn't have become null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain_value(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [plain_value(item) for item in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value


def as_json(value: object) -> str:
    """A value as indented JSON."""
    return json.dumps(plain_value(value), ensure_ascii=False, indent=1, allow_nan=False)
