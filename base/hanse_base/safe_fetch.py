"""Fetching what a person names by an address, so that it reaches nothing but the public web.

Names are resolved here, each address is checked, and the connection goes to a checked address: no second look-up can
answer otherwise. The certificate must be that of the name. Redirects begin anew. See docs/adr.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext as _

MOST_REDIRECTS = 3
MOST_SECONDS = 30
#: for a single answer of the other side
PATIENCE = 10
CHUNK = 64 * 1024
REDIRECTS = {301, 302, 303, 307, 308}
#: addresses that lead on to an IPv4 address: mapped (RFC 4291) and NAT64 (RFC 6052)
MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
#: global unicast, and what of it is not: protocol assignments with Teredo, documentation, 6to4 (IANA's registries)
UNICAST = ipaddress.IPv6Network("2000::/3")
NOT_UNICAST = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
#: kept free or private, beyond what the ``ipaddress`` of older Pythons knows
NOT_GLOBAL = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "240.0.0.0/4")))


class FetchFailed(Exception):
    """Nothing was fetched. The message says why, to the person who named the address."""


def is_public(text: str) -> bool:
    """An address of the public internet: not private, loopback, link-local, multicast, unspecified, or kept free."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address in MAPPED or address in TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)))
        return address in UNICAST and not any(address in network for network in NOT_UNICAST)
    if address.is_multicast or any(address in network for network in NOT_GLOBAL):
        return False
    return address.is_global


def check_url(url: str, ports: frozenset[int] = frozenset({443})) -> SplitResult:
    """The parts of an address that may be asked. Raises FetchFailed with the reason."""
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in url):
        raise FetchFailed(_("The address has characters that do not belong there."))
    try:
        parts = urlsplit(url)
        port = parts.port or 443
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise FetchFailed(_("This is no web address.")) from error
    if parts.scheme != "https":
        raise FetchFailed(_("Only addresses that begin with https:// are fetched."))
    if not host:
        raise FetchFailed(_("This is no web address."))
    if parts.username is not None or parts.password is not None:
        raise FetchFailed(_("The address must not hold a user name or a password."))
    if port not in ports:
        raise FetchFailed(_("The address must not name a port."))
    return parts


class PinnedConnection(http.client.HTTPSConnection):
    """To one checked address, with the certificate of the name. Never through a proxy."""

    def __init__(self, host: str, port: int, *, address: str, context: ssl.SSLContext, timeout: float):
        super().__init__(host, port, timeout=timeout, context=context)
        self.address, self.context = address, context
        #: the same connection by a handle of its own, which stays valid while TLS takes the first one over
        self.handle: socket.socket | None = None

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.handle = plain.dup()
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        if self.handle is not None:
            with closing(self.handle) as handle:
                try:
                    handle.shutdown(socket.SHUT_RDWR)
                except OSError:  # over already
                    return

    def close(self) -> None:
        super().close()
        if self.handle is not None:
            self.handle.close()


@dataclass(frozen=True)
class Fetcher:
    """``fetch`` is all that others need. What it asks of the network can be replaced by tests."""

    most_bytes: int
    most_seconds: float = MOST_SECONDS
    most_redirects: int = MOST_REDIRECTS
    resolve: Callable[..., list] = socket.getaddrinfo
    allows: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset({443})
    context: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)

    def fetch(self, url: str) -> bytes:
        """What stands at the address. Raises FetchFailed."""
        deadline = time.monotonic() + self.most_seconds
        for _attempt in range(self.most_redirects + 1):
            parts = check_url(url, self.ports)
            found, data = self._ask(parts, deadline)
            if not found:
                return data
            try:
                url = urljoin(url, found)
            except ValueError as error:  # the other side writes what it likes
                raise FetchFailed(_("The server leads on to what is no web address.")) from error
        raise FetchFailed(_("The address leads on too often."))

    def _ask(self, parts: SplitResult, deadline: float) -> tuple[str, bytes]:
        """Where it leads on to, or what stands there."""
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port or 443
        addresses = self._checked_addresses(host, port)
        problem: Exception | None = None
        for address in addresses:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            connection = PinnedConnection(
                host, port, address=address, context=self.context(), timeout=min(PATIENCE, left)
            )
            try:
                with closing(connection):
                    try:
                        connection.connect()
                    except ssl.SSLError:
                        raise
                    except OSError as error:  # the next address may answer
                        problem = error
                        continue
                    return self._answer(connection, parts, deadline)
            except ssl.SSLError as error:
                self._refuse_late(deadline, error)
                raise FetchFailed(_("The certificate of the server is not valid for this address.")) from error
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._refuse_late(deadline, error)
                raise FetchFailed(_("The server did not answer as it should.")) from error
        self._refuse_late(deadline, problem)
        raise FetchFailed(_("The server does not answer.")) from problem

    def _checked_addresses(self, host: str, port: int) -> list[str]:
        """Where the name leads, all of it public: one that is not is refused with the others."""
        try:
            found = self.resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchFailed(_no_server()) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not addresses or not all(self.allows(address) for address in addresses):
            raise FetchFailed(_no_server())
        return addresses

    def _answer(self, connection: PinnedConnection, parts: SplitResult, deadline: float) -> tuple[str, bytes]:
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        if not target.startswith("/"):
            target = f"/{target}"
        with ended_at(deadline, connection):
            headers = {
                "Accept": "text/csv, text/*;q=0.9, */*;q=0.1",
                "Accept-Encoding": "identity",
                "Connection": "close",
            }
            connection.request("GET", target, headers=headers | {"User-Agent": "Hanse"})
            answer = connection.getresponse()
            if answer.status in REDIRECTS and answer.headers.get("Location"):
                return answer.headers["Location"], b""
            if answer.status != 200:
                raise FetchFailed(_("The server answers with the error %(status)d.") % {"status": answer.status})
            if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
                raise FetchFailed(_("The server did not answer as it should."))
            return "", self._read(answer, deadline)

    def _read(self, answer: http.client.HTTPResponse, deadline: float) -> bytes:
        announced, data = answer.length, bytearray()
        self._refuse_large(announced or 0)
        while announced is None or len(data) < announced:
            chunk = answer.read1(CHUNK)
            self._refuse_late(deadline, None)
            if not chunk:
                break
            data += chunk
            self._refuse_large(len(data))
        if announced is not None and len(data) != announced:
            raise FetchFailed(_("The file did not arrive as a whole."))
        return bytes(data)

    def _refuse_large(self, size: int) -> None:
        if size > self.most_bytes:
            text = _("The file is too large: at most %(number)d MB.")
            raise FetchFailed(text % {"number": max(1, self.most_bytes // 2**20)})

    @staticmethod
    def _refuse_late(deadline: float, error: Exception | None) -> None:
        if time.monotonic() >= deadline:
            raise FetchFailed(_("The server takes too long to answer.")) from error


def _no_server() -> str:
    """The same whether the name is unknown or leads inside: nobody finds out what names there are inside."""
    return _("There is no server of this name on the public web.")


@contextmanager
def ended_at(deadline: float, connection: PinnedConnection):
    """Cuts the connection then: limits of a socket begin anew with each byte, and a server could send one at a time."""
    timer = threading.Timer(max(0, deadline - time.monotonic()), connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
