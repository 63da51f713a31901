"""Asks clamd, the daemon of ClamAV, whether a file is infected.

The whole talk is one command (INSTREAM, see clamd(8)): chunks, each after its length, and one line as answer. The
clients that there are for Python are not kept any more or have another licence (ADR 24); this is what we need.
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

#: bytes sent at once, and of the longest answer that is read
CHUNK, LONGEST_ANSWER = 64 * 1024, 4096


class NotScanned(Exception):
    """There is no verdict. ``is_final``: nor will there be one, as for a file larger than the scanner takes."""

    def __init__(self, reason: str, *, is_final: bool = False):
        super().__init__(reason)
        self.is_final = is_final


@dataclass(frozen=True)
class Verdict:
    """``signature`` is the name of what was found, empty for nothing."""

    signature: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.signature


def scan(chunks: Iterable[bytes], *, address: str, timeout: float) -> Verdict:
    """``address`` is ``host:port`` or ``unix:/path``; ``timeout`` in seconds, for each step. Raises NotScanned."""
    try:
        with _connected(address, timeout) as connection:
            answer = _asked(connection, chunks)
    except (OSError, ValueError) as error:
        raise NotScanned(str(error)) from error
    if answer == "stream: OK":
        return Verdict()
    if found := re.fullmatch(r"stream: (.+) FOUND", answer):
        return Verdict(found[1])
    raise NotScanned(answer, is_final="size limit exceeded" in answer)


def _connected(address: str, timeout: float) -> socket.socket:
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(address.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]") or "localhost", int(port)), timeout=timeout)


def _asked(connection: socket.socket, chunks: Iterable[bytes]) -> str:
    try:
        connection.sendall(b"zINSTREAM\0")
        for chunk in chunks:
            for start in range(0, len(chunk), CHUNK):
                part = chunk[start : start + CHUNK]
                connection.sendall(struct.pack("!L", len(part)) + part)
        connection.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It closes its side at a file that is too large, and may have said so before.
        pass
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        part = connection.recv(LONGEST_ANSWER)
        if not part:
            break
        answer += part
    return answer.partition(b"\0")[0].decode(errors="replace").strip()
