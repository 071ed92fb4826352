"""Rows and a report type → the desk on the day that a brief of the type is made of."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from reporter.desk import Desk, Sources, cut_desk
from reporter.desk.config.exchange_calendars import ALWAYS
from reporter.diagnostics.diagnostic import COMMAND_LINE, Diagnostic
from reporter.diagnostics.errors import InputError
from reporter.narrative.outline import WEEKDAYS
from reporter.report_type.report_type import ReportType


def cut_report_day(
    sources: Sources, report: ReportType, day: date | None = None, as_of: datetime | None = None
) -> Desk:
    """Cut a desk at a day that its report type is made of.

    Args:
        sources: all rows.
        report: the report type, which may be made of one weekday alone.
        day: the brief's date; None takes the last such day that is complete.
        as_of: use only what was known at this instant; the end of the day where absent.

    Raises:
        InputError: the report type is not made of this day, or there are no prices of it.
    """
    ends_on = report.outline.ends_on
    if ends_on is None:
        return cut_desk(sources, day, as_of)
    calendar = sources.config.asset.calendar
    if calendar != ALWAYS:
        weeks = f"{report.files.name} is made of weeks that end on {ends_on.capitalize()}"
        what = f"{weeks}, and {calendar} has no session then"
        hint = "take a report type of days; weeks are told of what is traded around the clock"
        raise InputError([Diagnostic("usage.wrong-weekday", COMMAND_LINE, what, hint)])
    asked = day if day is not None else cut_desk(sources, None, as_of).date
    last = find_day_before(asked, ends_on)
    if day is not None and last != day:
        what = f"{report.files.name} is made of weeks that end on {ends_on.capitalize()}, and {day} is none"
        raise InputError([Diagnostic("usage.wrong-weekday", COMMAND_LINE, what, f"take --date {last}")])
    return cut_desk(sources, last, as_of)


def find_day_before(day: date, weekday: str) -> date:
    """Find the last date of a weekday, up to a day.

    Args:
        day: the day, which may be the one.
        weekday: its English name in small letters.
    """
    return day - timedelta(days=(day.weekday() - WEEKDAYS.index(weekday)) % 7)
