"""A web site that answers too much, too slowly, or not at all."""

import gzip
import socket
import threading

import pytest

from exgate.sources.web_connection import MOST_OCTETS
from exgate.wsman.errors import ConnectError, NameNotResolvedError, NotWsmanError, TimeOutError, TlsError

PAGE_403_4 = b"<html><head><title>The page must be viewed over a secure channel</title></head>HTTP Error 403.4</html>"
OVER = "the deadline for this host is over"
HANDSHAKE_BEGINS = b"\x16\x03\x03\x40\x00\x02\x00\x30\x00"
"""A ServerHello of which most is still to come."""


@pytest.mark.parametrize(
    ("size", "connections"),
    (
        pytest.param(MOST_OCTETS, 1, id="as-much-as-is-read"),
        pytest.param(MOST_OCTETS + 16384, 2, id="more"),
        pytest.param(64 * MOST_OCTETS, 2, id="far-more"),
    ),
)
@pytest.mark.parametrize("status", ("403 Forbidden", "302 Found"))
def test_a_page_is_read_up_to_a_bound(peer, client, status, size, connections):
    server = peer((status, PAGE_403_4.ljust(size), "Location: /"))
    asked = client(server.port)
    for _ in range(2):
        assert asked.ask("GET", "/").sub_status == (4 if status.startswith("403") else None)
    assert server.connections == connections


def test_a_page_without_an_end(peer, client):
    server = peer(
        "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1000\r\n" + PAGE_403_4.decode().ljust(4096) + "\r\n" + ("1000\r\n" + " " * 4096 + "\r\n") * 32
    )
    assert str(client(server.port).ask("GET", "/")) == "403.4 Forbidden"


def test_a_packed_page_stays_packed(peer, client):
    server = peer(("403 Forbidden", gzip.compress(PAGE_403_4), "Content-Encoding: gzip"))
    assert str(client(server.port).ask("GET", "/")) == "403 Forbidden"


@pytest.mark.parametrize(
    "text",
    (
        pytest.param("", id="nothing"),
        pytest.param("HTTP/1.1 200 OK\r\n", id="within-the-head"),
        pytest.param("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<htm", id="within-the-body"),
        pytest.param(
            "HTTP/1.1 302 Found\r\nContent-Length: 100\r\nLocation: /\r\n\r\n<htm", id="within-a-redirects-body"
        ),
    ),
)
def test_silence(peer, client, text, fails):
    assert fails(client(peer(text).port, seconds=0.2)) == (TimeOutError, "no answer in time")


@pytest.fixture
def trickling():
    """A server whose every octet comes in time; the last one never."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve():
        sock, _ = listener.accept()
        with sock:
            sock.recv(65536)
            sock.sendall(start)
            while not stopped.wait(0.05):
                try:
                    sock.sendall(b" ")
                except OSError:
                    return

    start = b""
    thread = threading.Thread(target=serve, daemon=True)

    def begin(first):
        nonlocal start
        start = first
        thread.start()
        return listener.getsockname()[1]

    yield begin
    stopped.set()
    thread.join(10)
    listener.close()


@pytest.mark.parametrize(
    ("start", "secure", "text"),
    (
        pytest.param(b"HTTP/1.1 200 OK\r\nX:", False, OVER, id="head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", False, OVER, id="body"),
        pytest.param(HANDSHAKE_BEGINS, True, "no answer in time", id="handshake"),
    ),
)
def test_a_server_that_trickles(trickling, client, start, secure, text, fails):
    asked = client(trickling(start), seconds=0.5)
    assert fails(asked, "GET", "/", secure=secure) == (TimeOutError, text)
    assert fails(asked) == (TimeOutError, OVER)


@pytest.mark.parametrize(
    ("answer", "expected"),
    (
        pytest.param(b"", (ConnectError, "the server closed the connection"), id="closed"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n", (NotWsmanError, "something answers, but not with HTTP"), id="ssh"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<htm",
            (ConnectError, "the server closed the connection"),
            id="closed-in-the-body",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<htm",
            (ConnectError, "the server closed the connection"),
            id="closed-in-a-chunk",
        ),
    ),
)
def test_no_answer(peer, client, answer, expected, fails):
    assert fails(client(peer(answer).port)) == expected


def test_nobody_listens(client, fails):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert fails(client(bound.getsockname()[1])) == (ConnectError, "connection refused")


def test_a_name_that_does_not_resolve(client, fails):
    assert fails(client(80, address="be01.invalid")) == (NameNotResolvedError, "the name does not resolve")


def test_tls_to_a_plain_port(peer, client, fails):
    kind, text = fails(client(peer(b"HTTP/1.1 400 Bad Request\r\n\r\n").port), "GET", "/", secure=True)
    assert kind is TlsError
    assert text in {"handshake failed: wrong version number", "handshake failed: record layer failure"}


@pytest.mark.parametrize(
    ("start", "secure"),
    (
        pytest.param(b"HTTP/1.1 200", False, id="head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: y\r\n", False, id="within-the-head"),
        pytest.param(HANDSHAKE_BEGINS, True, id="handshake"),
    ),
)
def test_another_thread_ends_it(trickling, client, start, secure, fails):
    asked = client(trickling(start))
    timer = threading.Timer(0.3, asked.abort)
    timer.start()
    for _ in range(2):
        assert fails(asked, "GET", "/", secure=secure) == (ConnectError, "the server closed the connection")
    timer.join()
