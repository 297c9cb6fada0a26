"""The one TCP connection to a host: pywinrm's transport, bounded in time and closable from another thread."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context
from winrm.transport import Transport

from exgate.wsman.errors import NotWsmanError
from exgate.wsman.gate import LogOnGate, carries_log_on
from exgate.wsman.tls import handshake_error, legacy_context
from exgate.wsman.watchdog import WATCHDOG

_ABORT_GRACE = 1.0
"""Seconds after the deadline before an answer that still trickles is ended from outside."""
_LONGEST_WAIT = 60.0
"""Seconds, where a request has no limit of its own."""


class Sockets:
    """The sockets that a transport has opened, so that another thread can end a read that never returns.

    Attributes:
        gate: Where log-ons of the same account on other hosts are waited for; None where nothing is at stake.
    """

    def __init__(self, gate: LogOnGate | None = None) -> None:
        self.gate = gate
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._aborted = False
        self._complete = False
        self._local_address: str | None = None
        self._peer_address: str | None = None

    @property
    def opened(self) -> int:
        """How many TCP connections were made."""
        return len(self._sockets)

    @property
    def local_address(self) -> str | None:
        """This machine's own address on the last connection, None before the first."""
        return self._local_address

    @property
    def peer_address(self) -> str | None:
        """The address that the last connection goes to, None before the first."""
        return self._peer_address

    def allow_no_more(self) -> None:
        """Refuse further connections: a new one would mean a new log-on, and log-ons lock accounts out."""
        self._complete = True

    @property
    def complete(self) -> bool:
        """Whether no further connection is allowed, because a log-on has succeeded."""
        return self._complete

    @property
    def aborted(self) -> bool:
        """Whether every connection has been ended from outside."""
        return self._aborted

    def ask(self) -> None:
        """Ask whether a connection may be made.

        Raises:
            ConnectionAbortedError: No more connections are allowed.
        """
        if self._complete or self._aborted:
            message = "the connection was closed, and no other may be made"
            raise ConnectionAbortedError(message)

    def add(self, sock: socket.socket) -> None:
        """Remember a socket that has just been connected."""
        with self._lock:
            self._sockets.append(sock)
            self._local_address, self._peer_address = _address(sock.getsockname), _address(sock.getpeername)
            if self._aborted:
                _shut_down(sock)

    def abort(self) -> None:
        """End every connection at once, now and later; a thread that reads from one gets an error."""
        with self._lock:
            self._aborted = True
            for sock in self._sockets:
                _shut_down(sock)

    @contextmanager
    def watched(self, seconds: float) -> Iterator[None]:
        """End everything from outside when an exchange takes too long: every octet starts the socket's clock anew."""
        with WATCHDOG.watch(seconds + _ABORT_GRACE, self.abort):
            yield


def _address(name: Callable[[], Any]) -> str | None:
    with contextlib.suppress(OSError):
        return str(name()[0])
    return None


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class SingleConnectionAdapter(HTTPAdapter):
    """An adapter that keeps one connection, never retries, and reports its sockets.

    Args:
        sockets: Where it reports them.
        legacy_tls: Whether to speak TLS 1.0; see `exgate.wsman.tls.legacy_context`.
        server_name: The name that the server's certificate must bear (and that TLS asks for); None for the URL's host.
    """

    def __init__(self, sockets: Sockets, *, legacy_tls: bool = False, server_name: str | None = None) -> None:
        self._sockets = sockets
        self._legacy_tls = legacy_tls
        self._server_name = server_name
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - requests' own signature
        """Send a request; one that makes the server judge a password waits for its turn."""
        gate = self._sockets.gate
        if gate is None or not carries_log_on(request):
            return super().send(request, *args, **kwargs)
        host = urlsplit(request.url or "").hostname or ""
        with gate.attempt(str(host), _seconds(kwargs.get("timeout")), lambda: self._sockets.aborted) as attempt:
            response = super().send(request, *args, **kwargs)
            attempt.accepted = password_accepted(request, response.status_code)
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - requests' own signature
        """Let the pool make connections that report themselves."""
        sockets, legacy_tls = self._sockets, self._legacy_tls

        class SecureSocket(ssl.SSLSocket):
            def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - Python's own signature
                sockets.add(self)  # now, so that a handshake that never ends can be ended
                super().do_handshake(block)

        context = legacy_context() if legacy_tls else create_urllib3_context()
        context.sslsocket_class = SecureSocket
        if self._server_name:
            kwargs["server_hostname"] = self._server_name
        super().init_poolmanager(*args, ssl_context=context, **kwargs)

        class Connection(HTTPConnection):
            def connect(self) -> None:
                sockets.ask()
                super().connect()
                sockets.add(self.sock)

        class SecureConnection(HTTPSConnection):
            def connect(self) -> None:
                sockets.ask()
                try:
                    super().connect()
                except (ssl.SSLError, ConnectionError) as error:
                    # urllib3 has names of its own for what happens before the handshake.
                    if sockets.aborted:
                        raise
                    problem = handshake_error(error, legacy_tls=legacy_tls)
                else:
                    return
                raise problem

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection

        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}


def password_accepted(request: requests.PreparedRequest, status: int) -> bool | None:
    """Tell whether a server has accepted a password.

    NTLM's last message is judged before anything else. Basic comes along with a request that may be answered without a
    look at the password (403.7, 404, 503): None then.
    """
    if status == requests.codes.unauthorized:
        return False
    basic = str(request.headers.get("Authorization") or "").lower().startswith("basic ")
    return None if basic and not requests.codes.ok <= status < requests.codes.multiple_choices else True


def _seconds(timeout: object) -> float:
    """Give the time that is left for an answer out of requests' (connect, read)."""
    return float(timeout[1]) if isinstance(timeout, tuple) else _LONGEST_WAIT


class BoundedTransport(Transport):
    """pywinrm's transport without surprises: no redirects, no environment, one connection.

    A redirect would carry the log-on to a place that nobody named; netrc, proxies and CA bundles of the environment
    would change what is asked, and of whom.
    """

    def __init__(self, *args: Any, sockets: Sockets, legacy_tls: bool, **kwargs: Any) -> None:  # noqa: ANN401 - pywinrm's own signature
        super().__init__(*args, **kwargs)
        self._sockets = sockets
        self._legacy_tls = legacy_tls

    def limit(self, *, connect: float, read: float) -> None:
        """Bound the next message: seconds to connect, seconds to wait for each part of the answer."""
        self.read_timeout_sec = (connect, read)  # type: ignore[assignment] # handed to requests, which takes both

    def build_session(self) -> requests.Session:
        """Give the session, made at the first call; with message encryption that call logs on."""
        if self.session:
            return self.session
        session: requests.Session = super().build_session()
        self._bound(session)
        return session

    def setup_encryption(self, session: requests.Session) -> None:
        """Log on with an empty message, on the connection that will be used.

        Raises:
            NotWsmanError: The message was answered without a log-on, so that there is nothing to seal with.
        """
        self._bound(session)
        super().setup_encryption(session)
        if getattr(session.auth, "session_security", session.auth) is None:
            raise NotWsmanError("something answers, but asks for no log-on")
        self._sockets.allow_no_more()

    def _send_message_request(
        self, session: requests.Session, prepared_request: requests.PreparedRequest
    ) -> requests.Response:
        """Send a message; once logged on, requests-ntlm's answer to a 401, another log-on, is out of the question."""
        if self._sockets.complete and self.auth_method == "ntlm":
            prepared_request.hooks = {"response": []}
        response: requests.Response = super()._send_message_request(session, prepared_request)
        return response

    def _bound(self, session: requests.Session) -> None:
        if isinstance(session.get_adapter(self.endpoint), SingleConnectionAdapter):
            return
        session.max_redirects = 0
        session.trust_env = False
        session.proxies = {}
        adapter = SingleConnectionAdapter(self._sockets, legacy_tls=self._legacy_tls)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
