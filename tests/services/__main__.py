"""``python -m tests.services [OPTIONS] COMMAND…``: run the command with PostgreSQL and Redis, then stop them.

``--with elasticsearch`` starts that one too; ``--try elasticsearch`` goes on without it where it cannot be had.
DATABASE_URL, REDIS_URL and HANSE_ELASTICSEARCH_URL in the command's environment lead to them. The exit code is the
command's.
"""

import argparse
import os
import signal
import subprocess
import sys

from . import OPTIONAL, services
from .servers import ServiceError


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.services")
    parser.add_argument("--with", dest="wanted", action="append", choices=OPTIONAL, default=[])
    parser.add_argument("--try", dest="tried", action="append", choices=OPTIONAL, default=[])
    parser.add_argument("command")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    asked = parser.parse_args(arguments)
    # A plain `kill` must stop the servers too: turn it into an exception that passes through the context manager.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with (
            services(asked.wanted, asked.tried) as environment,
            subprocess.Popen([asked.command, *asked.arguments], env={**os.environ, **environment}) as running,
        ):
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
