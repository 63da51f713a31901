"""Time of requests and calls, and of the SQL in them, in interleaved pairs."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from django.db import connection

Call = Callable[[], object]


@dataclass(frozen=True)
class Time:
    """Milliseconds."""

    whole: float
    sql: float


class SqlClock:
    """Adds up how long statements take, the reading of their rows included. A ``connection.execute_wrapper``."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - start


@contextmanager
def no_collection():
    """The garbage of one call is not collected on the time of another, and what was there before is left out."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def clocked(call: Call) -> Time:
    clock = SqlClock()
    with no_collection(), connection.execute_wrapper(clock):
        start = time.perf_counter()
        call()
        whole = time.perf_counter() - start
    return Time(whole * 1000, clock.seconds * 1000)


def compare(call: Call, baseline: Call, pairs: int) -> tuple[Time, Time]:
    """Medians of both. Each pair is run in turn, in changing order, after one run of each to warm up."""
    call()
    baseline()
    measured: list[Time] = []
    beside: list[Time] = []
    for number in range(pairs):
        if number % 2:
            beside.append(clocked(baseline))
            measured.append(clocked(call))
        else:
            measured.append(clocked(call))
            beside.append(clocked(baseline))
    return _median(measured), _median(beside)


def _median(times: list[Time]) -> Time:
    return Time(median(time.whole for time in times), median(time.sql for time in times))
