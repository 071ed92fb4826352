"""Jobs shared among warm processes: one that dies, hangs or leaks takes its own brief with it and no other.

A pool of `concurrent.futures` breaks as a whole where one of its processes dies, and can't tell whose job it was;
`pebble`'s processes may have no children of their own, and the one that makes PDFs is such a child.
"""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Final

from reporter.batch.job import BatchJob, BatchResult, BriefStatus, make_brief
from reporter.diagnostics.errors import usage_error
from reporter.diagnostics.exit_codes import ExitCode
from reporter.pipeline.child_process import end_with_parent
from reporter.render.pdf.printer import PrintPage, open_printer

#: Briefs that a process makes before another takes its place: what leaks in a library can't add up.
_BRIEFS_A_PROCESS: Final = 50
#: Seconds after its time at which a process that has not ended itself is ended.
_GRACE: Final = 5.0
#: A brief that took too long is tried once more: what hangs without end would take the morning.
_TRIES_IN_TIME: Final = 2
#: Seconds before a brief that another run is writing is tried again, times the tries that there were.
_LOCKED_WAIT: Final = 2.0
#: Processes that may end before they are ready, one after the other, until the run is given up.
_MOST_STILLBORN: Final = 3
#: Numerical libraries would start a thread a core in every process.
_ONE_THREAD: Final = "OMP_NUM_THREADS"


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What a batch may take.

    Attributes:
        processes: how many share the jobs.
        seconds: how long one brief may take.
        tries: how often one is tried where its process dies, the machine is at fault, or another run has it.
    """

    processes: int = 1
    seconds: float = 120.0
    tries: int = 3


@dataclass(slots=True)
class _Task:
    """A job in the queue: its place, the try that comes next, and when it may come."""

    place: int
    job: BatchJob
    attempt: int = 1
    not_before: float = 0.0


@dataclass(slots=True)
class _Worker:
    """A process, our end of its pipe, and what it is doing."""

    process: SpawnProcess
    pipe: Connection
    ready: bool = False
    made: int = 0
    task: _Task | None = None
    began: float = 0.0


#: What a process says of the machine instead of a result.
@dataclass(frozen=True, slots=True)
class _MachineFault:
    reason: str


def run_batch(jobs: Sequence[BatchJob], limits: BatchLimits = BatchLimits()) -> Generator[BatchResult]:
    """Make the briefs of many jobs, and give each result as it comes.

    Every job has one result, whatever happens to its process: one that dies or takes too long is tried again, alone in
    a new process, and has failed in the end. Whoever stops asking ends the processes; nothing is published half.

    Args:
        jobs: what is asked for.
        limits: what the run may take.

    Raises:
        InputError: no process can be started.
    """
    run = _BatchRun(jobs, limits)
    try:
        yield from run.collect_results()
    finally:
        run.end_processes()


@dataclass(slots=True)
class _BatchRun:
    """The queue and the processes of one run."""

    jobs: Sequence[BatchJob]
    limits: BatchLimits
    queue: deque[_Task] = field(init=False)
    workers: list[_Worker] = field(init=False, default_factory=list)
    stillborn: int = 0

    def __post_init__(self) -> None:
        self.queue = deque(_Task(place, job) for place, job in enumerate(self.jobs))

    def collect_results(self) -> Generator[BatchResult]:
        while self.queue or any(worker.task for worker in self.workers):
            self._start_processes()
            self._hand_out_tasks()
            wait([worker.pipe for worker in self.workers], self._find_patience())
            for worker in tuple(self.workers):
                result = self._hear_from(worker)
                if result is not None:
                    yield result

    def end_processes(self) -> None:
        for worker in self.workers:
            _end_process(worker)
        self.workers.clear()

    def _start_processes(self) -> None:
        busy = sum(worker.task is not None for worker in self.workers)
        wanted = min(self.limits.processes, busy + len(self.queue))
        context = multiprocessing.get_context("spawn")
        prints = any("pdf" in job.formats for job in self.jobs)
        os.environ.setdefault(_ONE_THREAD, "1")
        while len(self.workers) < wanted:
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve_jobs, args=(theirs, self.limits.seconds, prints))
            process.start()
            theirs.close()
            self.workers.append(_Worker(process, ours))

    def _hand_out_tasks(self) -> None:
        now = time.monotonic()
        for worker in self.workers:
            if not worker.ready or worker.task is not None:
                continue
            task = next((task for task in self.queue if task.not_before <= now), None)
            if task is None:
                return
            self.queue.remove(task)
            worker.task, worker.began = task, now
            # Where it is gone already, the next look at its pipe says so.
            with suppress(OSError):
                worker.pipe.send(task.job)

    def _find_patience(self) -> float | None:
        """Find how many seconds nothing can happen but that a process speaks; None where that is for ever."""
        now = time.monotonic()
        times = [worker.began + self.limits.seconds + _GRACE for worker in self.workers if worker.task is not None]
        if any(worker.ready and worker.task is None for worker in self.workers):
            times += [task.not_before for task in self.queue]
        return max(0.0, min(times) - now) if times else None

    def _hear_from(self, worker: _Worker) -> BatchResult | None:
        """Hear what a process has to say, or that it is gone; return the result of a job that has one now."""
        task, late = worker.task, time.monotonic() - worker.began
        try:
            if not worker.pipe.poll():
                if task is not None and late > self.limits.seconds + _GRACE:
                    self._drop(worker)
                    return self._try_again(task, self._describe_lateness(), in_time=False)
                return None
            said = worker.pipe.recv()
        except (EOFError, OSError):
            return self._bury(worker, task, late)
        worker.ready, self.stillborn = True, 0
        if task is None:
            return None
        worker.task, worker.made = None, worker.made + 1
        if worker.made >= _BRIEFS_A_PROCESS:
            self._drop(worker)
        if isinstance(said, _MachineFault):
            return self._try_again(task, said.reason)
        return self._judge(task, said)

    def _judge(self, task: _Task, result: BatchResult) -> BatchResult | None:
        if result.status is BriefStatus.LOCKED and task.attempt < self.limits.tries:
            waited = time.monotonic() + _LOCKED_WAIT * task.attempt
            self.queue.append(_Task(task.place, task.job, task.attempt + 1, waited))
            return None
        return replace(result, attempt=task.attempt)

    def _bury(self, worker: _Worker, task: _Task | None, late: float) -> BatchResult | None:
        self._drop(worker)
        if task is not None:
            if late >= self.limits.seconds:
                return self._try_again(task, self._describe_lateness(), in_time=False)
            return self._try_again(task, f"its process ended, {_describe_end(worker.process)}")
        if not worker.ready:
            self.stillborn += 1
            if self.stillborn >= _MOST_STILLBORN:
                what = f"processes end before they are ready, {_describe_end(worker.process)}"
                raise usage_error("batch.no-process", what, "try --jobs 1, or `reporter doctor`")
        return None

    def _describe_lateness(self) -> str:
        return f"over its time of {self.limits.seconds:g} s"

    def _try_again(self, task: _Task, reason: str, *, in_time: bool = True) -> BatchResult | None:
        """Put a job back into the queue; return that it has failed where it has had its tries."""
        if task.attempt < (self.limits.tries if in_time else min(self.limits.tries, _TRIES_IN_TIME)):
            self.queue.append(_Task(task.place, task.job, task.attempt + 1))
            return None
        fault = usage_error("batch.no-result", f"{task.job.desk}: {reason}, at the last of {task.attempt} tries")
        return BatchResult(
            task.job.desk,
            BriefStatus.FAILED,
            int(ExitCode.HELD),
            reason=str(fault),
            diagnostics=tuple(one.to_dict() for one in fault.diagnostics),
            attempt=task.attempt,
        )

    def _drop(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        _end_process(worker)


def _end_process(worker: _Worker) -> None:
    worker.pipe.close()
    if worker.ready and worker.task is None:
        # One that waits for a job leaves by itself, and takes its printer and its folders along.
        worker.process.join(_GRACE)
    worker.process.kill()
    worker.process.join()


def _describe_end(process: SpawnProcess) -> str:
    code = process.exitcode
    return f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"


def _serve_jobs(pipe: Connection, seconds: float, prints: bool) -> None:
    """The process: say that it is ready, then a result for each job until the other end closes."""
    # Ctrl-C reaches every process of the terminal. The first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    with ExitStack() as stack:
        printer = stack.enter_context(open_printer()) if prints else None
        try:
            pipe.send("ready")
            while True:
                pipe.send(_answer(pipe.recv(), seconds, printer))
                gc.collect()
        except (EOFError, OSError):
            return


def _answer(job: BatchJob, seconds: float, printer: PrintPage | None) -> BatchResult | _MachineFault:
    # A layout, an expression or a query without end holds the interpreter too; this says where, and ends the process.
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        return make_brief(job, printer)
    except (OSError, MemoryError) as error:
        return _MachineFault(f"{type(error).__name__}: {error}")
    finally:
        faulthandler.cancel_dump_traceback_later()
