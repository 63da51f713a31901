"""Does not ask again at once what did not answer."""

from __future__ import annotations

import threading
import time

#: seconds without questions after the first failure; twice as many after each further one
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0


class Breaker:
    """Of one process. After a pause one question is let through: does it fail, the pause is longer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.succeed()

    def is_open(self) -> bool:
        """Nobody may ask now. Whoever gets False while it was open asks for all others."""
        with self._lock:
            if not self._failures:
                return False
            now = time.monotonic()
            if now < self._until:
                return True
            self._until = now + self._pause()
            return False

    @property
    def is_failing(self) -> bool:
        """The last question was not answered."""
        return self._failures > 0

    def fail(self) -> None:
        with self._lock:
            self._failures += 1
            self._until = time.monotonic() + self._pause()

    def succeed(self) -> None:
        self._failures, self._until = 0, 0.0

    def _pause(self) -> float:
        return min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE)


breaker = Breaker()
