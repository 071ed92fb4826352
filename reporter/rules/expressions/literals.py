"""Value × unit → text in the notation of rules, for messages and tables."""

from __future__ import annotations

from reporter.model.metric import Unit
from reporter.model.timestamps import format_minute

_SCALED = ((1e9, "bn"), (1e6, "m"))


def format_literal(value: float | str | bool | None, unit: Unit | None) -> str:
    """Format a value in the notation of rules: 5%, 3d, 300m, 2026-02-06."""
    if value is None:
        return "missing"
    if isinstance(value, bool | str):
        return str(value).lower() if isinstance(value, bool) else value
    if unit is Unit.BOOL:
        return "true" if value else "false"
    if unit is Unit.FRACTION:
        return f"{_format_number(value * 100, 4)}%"
    if unit is Unit.INSTANT:
        return format_minute(value).removesuffix("T00:00Z")
    for scale, suffix in _SCALED:
        if abs(value) >= scale:
            return f"{_format_number(value / scale)}{suffix}"
    return f"{_format_number(value)}{'d' if unit is Unit.DAYS else ''}"


def _format_number(value: float, digits: int = 6) -> str:
    """Format a number with enough digits to tell neighbours apart and without rounding noise."""
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}" if abs(value) < 100_000 else f"{value:.0f}"
    return text.replace("e-0", "e-").replace("e+0", "e+")
