"""The wall clock. Fetching is the one thing that has to know what time it is: a bar that has not closed is no bar."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that tests may set.

    Attributes:
        now: seconds since 1970 UTC.
        sleep: wait so many seconds.
    """

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
