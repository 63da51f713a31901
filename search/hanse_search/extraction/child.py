"""``python -m hanse_search.extraction.child TYPE SECONDS BYTES CHARACTERS``: the text of the file on standard input.

The process that reads what a stranger made: without settings, secrets or database, with limits that the system keeps.
How it ended stands in its exit code; what it wrote until then counts in any case.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path

from .readers import READERS, Encrypted, TooLarge

#: exit codes. Python takes 1 for an error that nobody caught and 2 for wrong arguments.
DONE, CUT, ENCRYPTED, BROKEN, TOO_LARGE = 0, 10, 11, 12, 13
#: of UTF-8, for one character
MOST_BYTES = 4
#: part of the memory's limit from which on an error is taken for a want of memory
NEAR = 0.8


def limit(seconds: int, size: int, characters: int) -> None:
    """Have the system end this process when it takes more. It writes to standard output alone, and not without end."""
    limits = {
        resource.RLIMIT_AS: size,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: MOST_BYTES * characters,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for kind, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # not every system keeps each of them, or it keeps a lower one
            # With the processor's time used up, the signal says so; a little later the system ends who did not heed it.
            resource.setrlimit(kind, (most, most + (kind == resource.RLIMIT_CPU)))
    os.nice(10)


def write_text(content_type: str, size: int, characters: int) -> int:
    """Read standard input, write its text, return the exit code."""
    left = characters
    try:
        with os.fdopen(0, "rb") as file, os.fdopen(1, "wb") as out:
            for piece in READERS[content_type](file):
                out.write(piece[:left].encode("utf-8", errors="replace"))
                out.flush()
                left -= len(piece)
                if left <= 0:
                    return CUT
    except Encrypted:
        return ENCRYPTED
    except (TooLarge, MemoryError):
        return TOO_LARGE
    except Exception:  # at hostile data libraries raise anything, and when memory runs out, too
        return TOO_LARGE if ran_out(size) else BROKEN
    return DONE


def ran_out(size: int) -> bool:
    """Whether this process has been near the limit of its memory. Only Linux tells."""
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text()
        peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmPeak:")), "0")
        return int(peak) * 1024 > NEAR * size
    return False


def main(content_type: str, seconds: str, size: str, characters: str) -> int:
    limit(int(seconds), int(size), int(characters))
    return write_text(content_type, int(size), int(characters))


if __name__ == "__main__":
    # At once: what a library would still do at the end is of no use, and may take long.
    os._exit(main(*sys.argv[1:]))
