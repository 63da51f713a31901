"""The site under uvicorn, as it is served, against the database of the tests: pages and sockets."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn
from django.test.utils import modify_settings

from hanse_site.asgi import application

START_TIMEOUT = 30


class SocketServer:
    """In a thread, on a port of its own. In the place of pytest-django's ``live_server``, which serves no sockets."""

    def __init__(self) -> None:
        self._live_server_modified_settings = modify_settings()
        config = uvicorn.Config(application, lifespan="off", log_config=None, timeout_graceful_shutdown=5)
        self.server = uvicorn.Server(config)
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.url = f"http://localhost:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True)

    def start(self) -> None:
        self.thread.start()
        deadline = time.monotonic() + START_TIMEOUT
        while not self.server.started:
            assert self.thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start in time"
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(START_TIMEOUT)
        self.listener.close()
