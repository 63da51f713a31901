"""A little server that speaks the part of clamd's protocol that files are scanned by."""

import socketserver
import struct
import threading
from contextlib import contextmanager

#: what the test of every virus scanner finds: https://www.eicar.org/download-anti-malware-testfile/
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        received = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            received += self.rfile.read(size)
            if len(received) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.received.append(received)
        self.wfile.write(b"stream: Eicar-Signature FOUND\0" if EICAR in received else b"stream: OK\0")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def clamd(limit: int = 1 << 30):
    """Yields the server: ``address`` for the setting, ``received`` what it was sent."""
    with Server(("127.0.0.1", 0), Talk) as server:
        server.limit, server.received = limit, []
        server.address = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
