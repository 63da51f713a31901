"""Fetching by an address that somebody named: a real server answers, and nothing but the public web is reached."""

import datetime
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hanse_base.safe_fetch import Fetcher, FetchFailed, check_url, is_public

pytestmark = pytest.mark.embedded

NAME = "tables.example"


def certificate(tmp_path, name):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class Server(ThreadingHTTPServer):
    daemon_threads = True
    asked: list

    def handle_error(self, request, client_address):
        """The other side goes away: what is tested."""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.asked.append((self.headers["Host"], self.path, dict(self.headers)))
        self.server.answers[self.path.partition("?")[0]](self)

    def send(self, status=200, data=b"", **headers):
        self.send_response(status)
        for name, value in ({"Content_Length": len(data)} | headers).items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def server(tmp_path):
    path = certificate(tmp_path, NAME)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.asked, server.path = [], path
    server.answers = {"/list.csv": lambda handler: handler.send(data=b"name\nLens Ltd\n")}
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def port(server):
    return server.server_address[1]


@pytest.fixture
def fetcher(server, port):
    """All names lead to the server; its own address counts as public."""

    def fetcher(addresses=("127.0.0.1",), allows=lambda address: address == "127.0.0.1", **fixed):
        fixed.setdefault(
            "resolve", lambda host, port, type: [(None, None, None, "", (each, port)) for each in addresses]
        )
        fixed.setdefault("context", lambda: ssl.create_default_context(cafile=server.path))
        return Fetcher(**{"most_bytes": 1000, "allows": allows, "ports": frozenset({port}), **fixed})

    return fetcher


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 0.1.2.3",
        "224.0.0.1 239.255.255.255 255.255.255.255 240.0.0.1 192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1 192.0.0.170",
        ":: ::1 fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 3fff::1 fec0::1 100::1 2001::1",
        "2002:7f00:1::",
        "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1",
        "64:ff9b:1::1",
        "example.org",
    ],
)
def test_no_other_network_counts_as_public(address):
    assert [each for each in address.split() if is_public(each)] == []


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_public_web_does(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x.csv",
        "ftp://example.org/x.csv",
        "file:///etc/passwd",
        "//example.org/x",
        "https:///x.csv",
        "https://me:secret@example.org/x",
        "https://me@example.org/x",
        "https://@example.org/x",
        "https://example.org:80/x",
        "https://example.org:8443/x",
        "https://example.org:0x/x",
        "https://example.org:99999/x",
        "https://exa mple.org/x",
        "https://example.org/x\r\nHost: inside",
        "https://example.org\\@inside/x",
        "https://[::1/x",
        "https://" + "a" * 70 + ".org/",
        "gopher://example.org",
        "",
    ],
)
def test_addresses_that_are_not_asked(url):
    with pytest.raises(FetchFailed):
        check_url(url)


@pytest.mark.parametrize("url", ["https://example.org/x", "https://example.org:443/x?y=1", "https://exämple.org/"])
def test_addresses_that_are(url):
    assert check_url(url).scheme == "https"


def test_a_file_is_fetched_by_its_name_and_nothing_is_sent_that_tells_of_us(server, port, fetcher, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetcher().fetch(f"https://{NAME}:{port}/list.csv?key=1") == b"name\nLens Ltd\n"
    ((host, path, headers),) = server.asked
    assert (host, path) == (f"{NAME}:{port}", "/list.csv?key=1")
    assert set(headers) == {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.2"], ["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["::ffff:127.0.0.1"], ["::1"], []],
)
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_connected(
    server, port, fetcher, addresses, monkeypatch
):
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail("connected"))
    with pytest.raises(FetchFailed):
        fetcher(addresses).fetch(f"https://{NAME}:{port}/list.csv")
    assert server.asked == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "localhost", "0"]
)
def test_each_way_to_write_the_own_machine_is_refused_with_the_real_resolver(host, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail("connected"))
    with pytest.raises(FetchFailed):
        Fetcher(most_bytes=1000).fetch(f"https://{host}/")


def test_the_name_is_asked_for_once_so_that_a_second_answer_is_never_used(server, port, fetcher):
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    asked = []

    def rebinding(host, port, type):
        asked.append(host)
        return [(None, None, None, "", (each, port)) for each in answers.pop(0)]

    assert fetcher(resolve=rebinding).fetch(f"https://{NAME}:{port}/list.csv")
    assert asked == [NAME]


def test_the_certificate_must_be_that_of_the_name(server, port, fetcher):
    with pytest.raises(FetchFailed, match="certificate"):
        fetcher().fetch(f"https://other.example:{port}/list.csv")
    with pytest.raises(FetchFailed, match="certificate"):
        fetcher(context=ssl.create_default_context).fetch(f"https://{NAME}:{port}/list.csv")
    assert server.asked == []


def test_a_server_without_tls_is_not_asked(fetcher):
    plain = Server(("127.0.0.1", 0), Handler)
    plain.asked = []
    threading.Thread(target=plain.serve_forever, args=[0.02], daemon=True).start()
    port = plain.server_address[1]
    with pytest.raises(FetchFailed):
        fetcher(ports=frozenset({port})).fetch(f"https://{NAME}:{port}/list.csv")
    assert plain.asked == []
    plain.shutdown()
    plain.server_close()


def test_a_file_in_pieces_arrives_as_a_whole(server, port, fetcher):
    def pieces(handler):
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"5\r\nname\n\r\n4\r\nLens\r\n0\r\n\r\n")

    server.answers["/list.csv"] = pieces
    assert fetcher().fetch(f"https://{NAME}:{port}/list.csv") == b"name\nLens"


def test_redirects_are_followed_and_checked_anew(server, port, fetcher):
    server.answers["/old"] = lambda handler: handler.send(302, Location="/list.csv")
    assert fetcher().fetch(f"https://{NAME}:{port}/old") == b"name\nLens Ltd\n"


@pytest.mark.parametrize(
    "target",
    [
        "http://tables.example/list.csv",
        "https://inside.example:{port}/list.csv",
        "https://tables.example:22/",
        "https://a:b@tables.example:{port}/list.csv",
        "file:///etc/passwd",
        "//inside.example:{port}/list.csv",
    ],
)
def test_redirects_to_elsewhere_are_refused(server, port, fetcher, target):
    def resolve(host, port, type):
        return [(None, None, None, "", ("127.0.0.1" if host == NAME else "10.0.0.1", port))]

    server.answers["/old"] = lambda handler: handler.send(302, Location=target.format(port=port))
    with pytest.raises(FetchFailed):
        fetcher(resolve=resolve).fetch(f"https://{NAME}:{port}/old")
    assert len(server.asked) == 1


@pytest.mark.parametrize("target", ["https://[", "//[", "https://[x]/", "https://a:b:c/", "https://tables.example:x/"])
def test_a_redirect_to_what_is_no_address_is_a_failure_in_words(server, port, fetcher, target):
    server.answers["/old"] = lambda handler: handler.send(302, Location=target)
    with pytest.raises(FetchFailed, match="no web address"):
        fetcher().fetch(f"https://{NAME}:{port}/old")
    assert len(server.asked) == 1


def test_redirects_come_to_an_end(server, port, fetcher):
    server.answers["/old"] = lambda handler: handler.send(302, Location="/old")
    with pytest.raises(FetchFailed, match="too often"):
        fetcher().fetch(f"https://{NAME}:{port}/old")
    assert len(server.asked) == 4


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(b"x" * 1000)


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler: handler.send(data=b"x" * 1001),
        endless,
        lambda handler: handler.send(404),
        lambda handler: handler.send(500),
        lambda handler: handler.send(204),
        lambda handler: handler.send(302),
        lambda handler: handler.send(data=b"\x1f\x8b", Content_Encoding="gzip"),
        lambda handler: handler.send(data=b"name\nLens", Content_Length=500),
        lambda handler: handler.wfile.write(b"\x00\x01nonsense\r\n\r\n"),
        lambda handler: None,
    ],
)
def test_other_answers_are_failures_in_words(server, port, fetcher, answer):
    server.answers["/list.csv"] = answer
    with pytest.raises(FetchFailed) as failed:
        fetcher().fetch(f"https://{NAME}:{port}/list.csv")
    assert str(failed.value)


@pytest.mark.parametrize("dripping", ["head", "body"])
def test_a_server_that_sends_one_byte_at_a_time_is_left(server, port, fetcher, dripping):
    stop = threading.Event()

    def drip(handler):
        try:
            if dripping == "body":
                handler.send_response(200)
                handler.end_headers()
            while not stop.wait(0.1):
                handler.wfile.write(b"x" if dripping == "body" else b"H")
                handler.wfile.flush()
        except OSError:
            pass

    server.answers["/list.csv"] = drip
    begun = time.monotonic()
    with pytest.raises(FetchFailed, match="too long"):
        fetcher(most_seconds=0.6).fetch(f"https://{NAME}:{port}/list.csv")
    stop.set()
    assert time.monotonic() - begun < 10, "whatever the machine has to do, far from endless"


def test_where_nobody_listens_it_is_said(port, fetcher):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    with pytest.raises(FetchFailed, match="does not answer"):
        fetcher(ports=frozenset({closed})).fetch(f"https://{NAME}:{closed}/")


def test_the_next_address_is_tried_where_one_does_not_answer(server, port, fetcher):
    found = fetcher(["127.0.0.9", "127.0.0.1"], allows=lambda address: True).fetch(f"https://{NAME}:{port}/list.csv")
    assert found
