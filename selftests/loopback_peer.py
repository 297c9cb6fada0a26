"""Peers on loopback that answer whatever a test tells them to, and an authority for their certificates."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

TLS_HANDSHAKE = 22
"""The first octet of a client that wants TLS."""


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Write an HTTP answer on a connection that stays open."""
    kind = "application/soap+xml;charset=UTF-8" if b"Envelope" in body else "text/html"
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass
class Peer:
    """A TCP server on loopback: each request gets the next answer, the last one again and again.

    An answer is ``(status, body, *headers)``, bytes to send before the connection is closed, or text to send before
    falling silent.
    """

    answers: tuple[tuple[str | bytes, ...] | bytes | str, ...]
    listener: socket.socket
    wrap: Callable[[socket.socket], socket.socket]
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    _stopping: bool = False
    _threads: list[threading.Thread] = field(default_factory=list)
    _sockets: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/wsman"

    @property
    def secure_url(self) -> str:
        return f"https://127.0.0.1:{self.port}/wsman"

    def start(self) -> None:
        self._run(self._accept)

    def stop(self) -> None:
        self._stopping = True
        # Closing alone does not wake a thread that accepts.
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        self.listener.close()
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def _run(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                if self._stopping:
                    sock.close()
                    return
                self.connections += 1
                self._sockets.append(sock)
                self._run(self._serve, sock)

    def _serve(self, plain: socket.socket) -> None:
        with plain, contextlib.suppress(OSError), self.wrap(plain) as sock:
            self._sockets.append(sock)
            while request := _request(sock):
                answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
                self.requests.append(request)
                if isinstance(answer, str):
                    sock.sendall(answer.encode())
                    sock.recv(1)
                    return
                if isinstance(answer, bytes):
                    sock.sendall(answer)
                    return
                sock.sendall(http(*answer))


def _request(sock: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        data += piece
        if not piece or data[0] == TLS_HANDSHAKE:
            return data
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", b"0")):
        body += sock.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def peer():
    """Start a peer that gives these answers, over TLS when it is given a context."""
    peers = []

    def start(*answers, tls=None):
        listener = socket.create_server(("127.0.0.1", 0))
        peers.append(Peer(answers, listener, (lambda s: tls.wrap_socket(s, server_side=True)) if tls else lambda s: s))
        peers[-1].start()
        return peers[-1]

    yield start
    for each in peers:
        each.stop()


@dataclass(frozen=True)
class Authority:
    """A certification authority that nobody trusts by default."""

    issuer: trustme.CA
    path: Path

    def context(self, *names: str) -> ssl.SSLContext:
        """Give the TLS context of a server with these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.issuer.issue_cert(*names).configure_cert(context)
        return context

    def client(self, folder: Path) -> tuple[Path, Path]:
        """Write a client certificate and its key."""
        certificate, key = folder / "client.pem", folder / "client-key.pem"
        issued = self.issuer.issue_cert("exgate@lab.example")
        issued.cert_chain_pems[0].write_to_path(str(certificate))
        issued.private_key_pem.write_to_path(str(key))
        return certificate, key


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    issuer = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    issuer.cert_pem.write_to_path(str(path))
    return Authority(issuer, path)
