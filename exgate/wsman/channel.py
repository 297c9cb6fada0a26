"""One HTTP/1.1 connection, without what a general client does for every request."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

from urllib3.util.wait import wait_for_read

from exgate.wsman.errors import NameNotResolvedError, ProtocolError, TimeOutError
from exgate.wsman.http_reader import HttpReader
from exgate.wsman.sockets import Sockets
from exgate.wsman.tls import handshake_error, shared_context

_DEFAULT_PORT = {"http": 80, "https": 443}
_NTLM_NEGOTIATE = "TlRMTVNTUAAB"
"""The beginning of NTLM's first message in Base64 ([MS-NLMP] 2.2.1.1): it asks for a challenge, and proves nothing."""
_WITHOUT_BODY = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        status: The status code.
        reason: The words beside it.
        headers: Names and values as they came, in the server's order.
        body: The body, or its beginning.
    """

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Give a header's value, of one that came several times all (RFC 9110, 5.2), or None."""
        values = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(values) if values else None


class Channel:
    """A connection that is made when it is needed, for one thread.

    It follows no redirect, keeps no cookie, and takes nothing from the environment.
    """

    def __init__(
        self,
        url: str,
        sockets: Sockets,
        *,
        ca_file: Path | None = None,
        legacy_tls: bool = False,
        server_name: str | None = None,
    ) -> None:
        """Prepare it; nothing is sent yet.

        Args:
            url: The scheme, the host and the port count.
            sockets: Where it reports its sockets, and asks whether it may open one.
            ca_file: Certificate authorities to trust, PEM; None is the public ones.
            legacy_tls: Whether to speak TLS 1.0; see `exgate.wsman.tls.legacy_context`.
            server_name: The name that the server's certificate must bear (and that TLS asks for); None is the URL's.
        """
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._secure = parts.scheme == "https"
        self._port = parts.port or _DEFAULT_PORT[parts.scheme]
        self._sockets = sockets
        self._ca_file = ca_file
        self._legacy_tls = legacy_tls
        self._server_name = server_name or self._host
        self._connect_timeout = self._read_timeout = 0.0
        self._socket: socket.socket | None = None
        self._reader: HttpReader | None = None

    @property
    def host(self) -> str:
        """The host that it goes to."""
        return self._host

    def limit(self, *, connect: float, read: float) -> None:
        """Bound the next exchange: seconds to connect, seconds to wait for each part of the answer."""
        self._connect_timeout, self._read_timeout = connect, read

    @property
    def certificate(self) -> bytes | None:
        """The server's certificate, DER; None without TLS and without a connection."""
        return self._socket.getpeercert(binary_form=True) if isinstance(self._socket, ssl.SSLSocket) else None

    def open(self) -> None:
        """Make the connection now, if there is none; `exchange` would make it.

        Raises:
            WsmanError: There is none to be had.
            OSError: The same.
        """
        if self._socket is None:
            self._connect()

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, most: int | None = None
    ) -> Answer:
        """Send a request and read its answer.

        Args:
            method: For example ``POST``.
            target: The path, and whatever follows it.
            headers: All headers but Content-Length.
            body: The request's body.
            most: Octets of the answer's body that are read; where there are more, the connection is closed.

        Raises:
            WsmanError: No connection, or a header that cannot be sent.
            OSError: The connection broke.
            http.client.HTTPException: The answer is not HTTP, or not all of it came.
        """
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        if body or method not in _WITHOUT_BODY:
            lines.append(f"Content-Length: {len(body)}")
        if any(not line.isprintable() for line in lines):
            raise ProtocolError("what was to be asked cannot stand in a header")
        request = "\r\n".join((*lines, "", "")).encode("latin-1") + body
        if self._socket and _has_ended(self._socket):
            self.close()
        log_on = headers.get("Authorization")
        judged = log_on is not None and _NTLM_NEGOTIATE not in log_on
        if self._reader is None or judged or self._sockets.complete:
            return self._exchange(request, most)
        try:
            return self._exchange(request, most)
        except (RemoteDisconnected, ConnectionError):
            # It was used before, and its end was on its way when this was sent; nobody has judged a log-on.
            if self._sockets.aborted:
                raise
        return self._exchange(request, most)

    def _exchange(self, request: bytes, most: int | None) -> Answer:
        sock = self._socket or self._connect()
        reader = self._reader or HttpReader(sock)
        self._reader = None
        try:
            sock.settimeout(self._read_timeout)
            sock.sendall(request)
            status, reason, fields = reader.head()
            answer = Answer(status, reason, fields, reader.body(status, fields, most))
        except BaseException:
            # Whatever was on its way would be taken for the next answer.
            self.close()
            raise
        if reader.reusable:
            self._reader = reader
        else:
            self.close()
        return answer

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._socket:
            self._socket.close()
        self._socket = self._reader = None

    def _connect(self) -> socket.socket:
        self._sockets.ask()
        context = shared_context(self._ca_file, legacy_tls=self._legacy_tls) if self._secure else None
        try:
            self._host.encode("idna")
            unusual = not self._host.isprintable() or " " in self._host
        except UnicodeError:
            unusual = True
        if unusual:
            raise NameNotResolvedError("the address is not a host name that can be looked up")
        try:
            plain = socket.create_connection((self._host, self._port), self._connect_timeout)
        except TimeoutError:
            late = TimeOutError("no TCP connection in time")
        else:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = self._shake_hands(plain, context) if context else plain
            if not context:
                self._sockets.add(plain)
            return self._socket
        raise late

    def _shake_hands(self, plain: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        try:
            secure = context.wrap_socket(plain, server_hostname=self._server_name, do_handshake_on_connect=False)
        except (OSError, ValueError):
            plain.close()
            raise
        self._sockets.add(secure)  # now, so that a handshake that never ends can be ended
        try:
            secure.do_handshake()
        except (ssl.SSLError, ConnectionError) as error:
            secure.close()
            if self._sockets.aborted:
                raise
            problem = handshake_error(error, legacy_tls=self._legacy_tls)
        except BaseException:
            secure.close()
            raise
        else:
            return secure
        raise problem


def _has_ended(sock: socket.socket) -> bool:
    """Whether a connection on which nothing was asked has come to its end: that is all that can be read from it.

    TLS 1.3 sends session tickets after the handshake (RFC 8446, 4.6.1), which are no end.
    """
    if not wait_for_read(sock, timeout=0.0):
        return False
    if not isinstance(sock, ssl.SSLSocket):
        return True
    sock.settimeout(0.0)
    try:
        sock.recv(1)
    except ssl.SSLWantReadError:
        return False
    except OSError:
        return True
    return True
