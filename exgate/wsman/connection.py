"""The one TCP connection to a host: pywinrm's transport, bounded in time and closable from another thread."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from winrm.transport import Transport


class Sockets:
    """The sockets that a transport has opened, so that another thread can end a read that never returns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._aborted = False
        self._complete = False

    @property
    def opened(self) -> int:
        """How many TCP connections were made."""
        return len(self._sockets)

    def allow_no_more(self) -> None:
        """Refuse further connections: a new one would mean a new log-on, and log-ons lock accounts out."""
        self._complete = True

    def add(self, sock: socket.socket) -> None:
        """Remember a socket that has just been connected.

        Raises:
            ConnectionAbortedError: No more connections are allowed.
        """
        with self._lock:
            if self._complete:
                _shut_down(sock)
                message = "the server closed the connection"
                raise ConnectionAbortedError(message)
            self._sockets.append(sock)
            if self._aborted:
                _shut_down(sock)

    def abort(self) -> None:
        """End every connection at once, now and later; a thread that reads from one gets an error."""
        with self._lock:
            self._aborted = True
            for sock in self._sockets:
                _shut_down(sock)


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class SingleConnectionAdapter(HTTPAdapter):
    """An adapter that keeps one connection, never retries, and reports its sockets."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - requests' own signature
        """Let the pool make connections that report themselves."""
        super().init_poolmanager(*args, **kwargs)
        sockets = self._sockets

        class Connection(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                sockets.add(self.sock)

        class SecureConnection(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                sockets.add(self.sock)

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection

        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}


class BoundedTransport(Transport):
    """pywinrm's transport without surprises: no redirects, no environment, one connection.

    A redirect would carry the log-on to a place that nobody named; netrc, proxies and CA bundles of the environment
    would change what is asked, and of whom.
    """

    def __init__(self, *args: Any, sockets: Sockets, **kwargs: Any) -> None:  # noqa: ANN401 - pywinrm's own signature
        super().__init__(*args, **kwargs)
        self._sockets = sockets

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
        """Log on with an empty message, on the connection that will be used."""
        self._bound(session)
        super().setup_encryption(session)

    def _bound(self, session: requests.Session) -> None:
        if isinstance(session.get_adapter(self.endpoint), SingleConnectionAdapter):
            return
        session.max_redirects = 0
        session.trust_env = False
        adapter = SingleConnectionAdapter(self._sockets)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
