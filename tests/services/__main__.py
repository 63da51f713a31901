"""``python -m tests.services COMMAND…``: run the command with PostgreSQL and Redis, then stop them.

DATABASE_URL and REDIS_URL in the command's environment lead to them. The exit code is the command's.
"""

import os
import signal
import subprocess
import sys

from .servers import ServiceError, services


def main(command: list[str]) -> int:
    if not command:
        sys.exit("usage: python -m tests.services COMMAND…")
    # A plain `kill` must stop the servers too: turn it into an exception that passes through the context manager.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with services() as environment, subprocess.Popen(command, env={**os.environ, **environment}) as running:
            try:
                return running.wait()
            finally:
                if running.poll() is None:
                    running.terminate()
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


sys.exit(main(sys.argv[1:]))
