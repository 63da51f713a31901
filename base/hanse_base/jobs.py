"""Timed jobs: each plugin registers its own in ``AppConfig.ready()``; the worker's clock runs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class TimedJob:
    """Something that is done again and again.

    ``run`` takes no arguments. It runs in the worker's process and never twice at once, however many workers there are;
    after a crash it is run again, so it must do no harm when it is. What may take minutes for a single item belongs
    into tasks that it enqueues. ``every`` counts from start to start. ``label`` is a lazy translation.
    """

    name: str
    label: Any
    every: timedelta
    run: Callable[[], object]
    order: int = 100


jobs: Registry[TimedJob] = Registry()
