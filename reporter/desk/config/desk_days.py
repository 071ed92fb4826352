"""desk.toml → the desk's days: which there are, and when each ends.

Around the clock every date is a day, cut at one time of day in UTC. By an exchange's calendar the days are its
sessions, each cut at its own close, half days and daylight saving included.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from reporter.desk.config.config import DeskConfig
from reporter.desk.config.exchange_calendars import ALWAYS, ExchangeSessions, load_sessions
from reporter.model.timestamps import DAY, EPOCH

Seconds = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClockDays:
    """Days around the clock.

    Attributes:
        offset: seconds from the end of a date in UTC to the end of the desk's day of that date.
    """

    offset: int

    def find_end(self, day: date) -> int | None:
        """The end of a day, seconds since 1970 UTC."""
        return (day - EPOCH).days * DAY + DAY + self.offset

    def find_next_ends(self, ends: Seconds) -> Seconds:
        """The end of the day after each of some."""
        return ends + DAY

    def are_ends(self, instants: Seconds) -> npt.NDArray[np.bool_]:
        """Which of some instants are the end of a day."""
        return np.asarray((instants - self.offset) % DAY == 0)

    def find_date(self, end: int) -> date:
        """The date of the day that ends at an instant."""
        return EPOCH + timedelta(days=(end - self.offset) // DAY - 1)

    def find_last_over(self, instant: int) -> date:
        """The last day that is over at an instant, in seconds since 1970 UTC."""
        return EPOCH + timedelta(days=(instant - self.offset) // DAY - 1)

    def list_days(self, first: int, last: date) -> tuple[tuple[date, ...], Seconds, Seconds, Seconds]:
        """List the days from the one that an instant lies in to a date.

        Returns:
            Dates; when each begins, which is when the one before ends; when each ends; and how many seconds of bars
            make it whole.
        """
        end = (last - EPOCH).days * DAY + DAY + self.offset
        count = max((end - first + DAY - 1) // DAY, 1)
        ends = end - DAY * np.arange(count - 1, -1, -1, dtype=np.int64)
        dates = tuple(last - timedelta(days=back) for back in range(count - 1, -1, -1))
        return dates, ends - DAY, ends, np.full(count, DAY, dtype=np.int64)

    def list_planned(self, first: date) -> tuple[date, ...]:
        """List the sessions from a date on; none, since every date is a day."""
        del first
        return ()


@dataclass(frozen=True)
class SessionDays:
    """Days that are an exchange's sessions."""

    sessions: ExchangeSessions

    def find_end(self, day: date) -> int | None:
        """The end of a day, seconds since 1970 UTC; None where the date is no session."""
        return self.sessions.find_close(day)

    def find_next_ends(self, ends: Seconds) -> Seconds:
        """The end of the day after each of some."""
        closes = self.sessions.closes
        return closes[np.minimum(np.searchsorted(closes, ends, side="right"), len(closes) - 1)]

    def are_ends(self, instants: Seconds) -> npt.NDArray[np.bool_]:
        """Which of some instants are the end of a day."""
        return np.isin(instants, self.sessions.closes)

    def find_date(self, end: int) -> date:
        """The date of the day that ends at an instant."""
        return self.sessions.dates[int(np.searchsorted(self.sessions.closes, end))]

    def find_last_over(self, instant: int) -> date:
        """The last day that is over at an instant, in seconds since 1970 UTC."""
        return self.sessions.dates[max(int(np.searchsorted(self.sessions.closes, instant, side="right")) - 1, 0)]

    def list_days(self, first: int, last: date) -> tuple[tuple[date, ...], Seconds, Seconds, Seconds]:
        """List the days from the one that an instant lies in to a date.

        Returns:
            Dates; when each begins, which is when the one before ends; when each ends; and how many seconds of bars
            make it whole.
        """
        closes, opens = self.sessions.closes, self.sessions.opens
        stop = self.sessions.positions[last] + 1
        start = min(int(np.searchsorted(closes, first, side="right")), stop - 1)
        ends = closes[start:stop]
        before = closes[start - 1] if start else ends[0] - DAY
        begins = np.concatenate([[before], ends[:-1]])
        return self.sessions.dates[start:stop], begins, ends, np.minimum(ends - opens[start:stop], DAY)

    def list_planned(self, first: date) -> tuple[date, ...]:
        """List the sessions from a date on, as far as the exchange has planned them."""
        return self.sessions.dates[bisect_left(self.sessions.dates, first) :]


DeskDays = ClockDays | SessionDays


def find_desk_days(config: DeskConfig) -> DeskDays:
    """Find the days of a desk by its calendar, or its cut."""
    if config.asset.calendar != ALWAYS:
        return SessionDays(load_sessions(config.asset.calendar))
    hour, minute = config.desk.day_cut.split(":")
    cut = int(hour) * 3600 + int(minute) * 60
    # A day is named after the date that most of it lies in: cut at 21:00 it ends on its own date, at 05:00 on the next.
    return ClockDays(cut if cut <= DAY // 2 else cut - DAY)
