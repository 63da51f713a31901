"""Servers for a test run: on free ports, in a folder of their own, stopped by what started them."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Generator, Iterable
from pathlib import Path

from .elasticsearch import Elasticsearch
from .servers import PostgreSQL, Redis, ServiceError, server_account

__all__ = ["OPTIONAL", "Elasticsearch", "PostgreSQL", "Redis", "services"]

#: Each server and the variable that leads the site to it. The optional ones are started where they are asked for.
ALWAYS = {"postgresql": (PostgreSQL, "DATABASE_URL"), "redis": (Redis, "REDIS_URL")}
OPTIONAL = {"elasticsearch": (Elasticsearch, "HANSE_ELASTICSEARCH_URL")}


@contextlib.contextmanager
def services(wanted: Iterable[str] = (), tried: Iterable[str] = ()) -> Generator[dict[str, str]]:
    """Run PostgreSQL, Redis and those of ``OPTIONAL`` that are wanted; yields the environment that leads to them.

    Those of ``OPTIONAL`` that are only tried may be missing, which is said. All of them stop on the way out.
    """
    account, tried = server_account(), set(tried)
    chosen = {**ALWAYS, **{name: OPTIONAL[name] for name in (*wanted, *tried)}}
    # Under the system's temporary folder, not in the repository: the servers' account may not enter a home folder.
    with tempfile.TemporaryDirectory(prefix="hanse-services-") as place, contextlib.ExitStack() as stack:
        folder = Path(place)
        folder.chmod(0o755)
        environment = {}
        for name, (make, variable) in chosen.items():
            server = make(folder / name, account)
            stack.callback(server.stop)
            try:
                server.start()
            except ServiceError as error:
                if name not in tried:
                    raise
                sys.stderr.write(f"{error}\nGoing on without {name}: its tests are skipped.\n")
                continue
            environment[variable] = server.url
        yield environment
