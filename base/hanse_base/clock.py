"""The clock: runs the timed jobs that are due. It lives in the worker; several workers share the jobs by claims."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager

from django.db import Error, close_old_connections, connections
from django.utils import timezone

from .jobs import TimedJob, jobs
from .models import JobState

logger = logging.getLogger(__name__)


def ensure_states() -> None:
    """A row for every registered job, so that one that has never run can be seen to be late."""
    JobState.objects.bulk_create([JobState(name=job.name) for job in jobs], ignore_conflicts=True)


def claim(job: TimedJob, worker: str) -> bool:
    """Take the job if it is due and nobody has it. True for one worker at most.

    One conditional UPDATE decides, so it holds on SQLite and PostgreSQL alike.
    """
    now = timezone.now()
    state = JobState.objects.filter(name=job.name).first()
    if state is None or state.next_due > now:
        return False
    return bool(
        JobState.objects.unclaimed(now)
        .filter(pk=state.pk, started_at=state.started_at)
        .update(started_at=now, ended_at=None, worker=worker, lease_until=now + JobState.LEASE)
    )


def renew(job: TimedJob, worker: str) -> bool:
    """Keep the claim for another lease. False when it was lost."""
    return bool(
        JobState.objects.filter(name=job.name, worker=worker, lease_until__isnull=False).update(
            lease_until=timezone.now() + JobState.LEASE
        )
    )


@contextmanager
def lease_kept(job: TimedJob, worker: str) -> Generator[None]:
    """Renew the claim from a second thread as long as the block runs."""
    done = threading.Event()

    def keep() -> None:
        try:
            while not done.wait(JobState.LEASE.total_seconds() / 4):
                close_old_connections()
                try:
                    if not renew(job, worker):
                        logger.error("Timed job %s: the claim was lost while it ran", job.name)
                        return
                except Error:
                    logger.warning("Timed job %s: the claim could not be renewed", job.name, exc_info=True)
        finally:
            connections.close_all()

    keeper = threading.Thread(target=keep, name=f"lease-{job.name}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def run_job(job: TimedJob, worker: str) -> bool:
    """Run the job if it can be claimed and record how it ended. True if it ran. Its errors are logged, never raised."""
    if not claim(job, worker):
        return False
    error_class = ""
    with lease_kept(job, worker):
        try:
            job.run()
        except Exception as error:
            error_class = f"{type(error).__module__}.{type(error).__qualname__}"
            logger.exception("Timed job %s failed", job.name)
    JobState.objects.filter(name=job.name, worker=worker).update(
        ended_at=timezone.now(),
        lease_until=None,
        outcome=JobState.Outcome.FAILED if error_class else JobState.Outcome.SUCCEEDED,
        error_class=error_class[:200],
    )
    return True


def run_due_jobs(worker: str, stopped: threading.Event | None = None) -> int:
    """Run all jobs that are due, one after the other; returns how many ran. Ends early once ``stopped`` is set."""
    ensure_states()
    count = 0
    for job in jobs:
        if stopped is not None and stopped.is_set():
            break
        count += run_job(job, worker)
    return count


class Clock(threading.Thread):
    """Looks every ``interval`` seconds for jobs that are due. ``stop`` lets the running one end, then returns."""

    def __init__(self, worker: str, interval: float = 5.0) -> None:
        super().__init__(name="clock", daemon=True)
        self.worker = worker
        self.interval = interval
        self.stopped = threading.Event()

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                close_old_connections()
                try:
                    run_due_jobs(self.worker, self.stopped)
                except Error:
                    logger.warning("The clock cannot reach the database", exc_info=True)
                self.stopped.wait(self.interval)
        finally:
            connections.close_all()

    def stop(self) -> None:
        self.stopped.set()
        self.join()
