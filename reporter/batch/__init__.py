"""Many desks in one run: a job and a result are plain values, and one function makes the one of the other.

`make_brief` is for whoever schedules briefs with a program of their own; `run_batch` shares jobs among processes.
"""

from __future__ import annotations

from reporter.batch.job import BatchJob, BatchResult, BriefStatus, make_brief
from reporter.batch.processes import BatchLimits, run_batch

__all__ = ["BatchJob", "BatchLimits", "BatchResult", "BriefStatus", "make_brief", "run_batch"]
