"""A proxy before a server that lets what the server says wait, or cuts it off."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Proxy:
    """``delay``: seconds before anything of an answer is passed on. ``cuts``: connections end in the midst of one."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname, parts.port)
        self.delay, self.cuts = 0.0, False
        self.passed = 0
        self.closed = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.1)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while not self.closed.is_set():
            with suppress(TimeoutError, OSError):
                client, _address = self.listener.accept()
                server = socket.create_connection(self.target)
                threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if answers:
                    self.passed += 1
                    self.closed.wait(self.delay)
                    if self.cuts:
                        sink.sendall(data[: len(data) // 2])
                        break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.close()

    def close(self) -> None:
        self.closed.set()
        self.listener.close()


@contextmanager
def proxy_before(target: str):
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
