"""Axis values and instants → tick labels in one locale."""

from __future__ import annotations

from dataclasses import dataclass

from reporter.language import dates, numbers
from reporter.language.locales import Locale
from reporter.model.metric import Unit


@dataclass(frozen=True, slots=True)
class Ticks:
    """Writes the values and instants of an axis."""

    locale: Locale

    def format_value(self, value: float, unit: Unit) -> str:
        """A value as short as an axis needs it."""
        return numbers.format_value_tick(value, unit, self.locale)

    def format_time(self, seconds: float, span_seconds: float) -> str:
        """An instant on an axis that covers `span_seconds`."""
        return dates.format_time_tick(seconds, span_seconds, self.locale)
