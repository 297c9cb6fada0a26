"""The one TCP connection to a host over pywinrm's transport, bounded in time and closable from another thread."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context
from winrm.transport import Transport

from exgate.wsman.gate import password_accepted
from exgate.wsman.ntlm import must_be_unsealed
from exgate.wsman.sockets import Sockets
from exgate.wsman.tls import handshake_error, legacy_context

_LONGEST_WAIT = 60.0
"""Seconds, where a request has no limit of its own."""


class SingleConnectionAdapter(HTTPAdapter):
    """An adapter that keeps one connection, never retries, and reports its sockets.

    Args:
        sockets: Where it reports them.
        legacy_tls: Whether to speak TLS 1.0; see `exgate.wsman.tls.legacy_context`.
    """

    def __init__(self, sockets: Sockets, *, legacy_tls: bool = False) -> None:
        self._sockets = sockets
        self._legacy_tls = legacy_tls
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - requests' own signature
        """Send a request; one that makes the server judge a password waits for its turn."""
        gate = self._sockets.gate
        basic = str(request.headers.get("Authorization") or "").lower().startswith("basic ")
        if gate is None or not basic:
            return super().send(request, *args, **kwargs)
        host = urlsplit(request.url or "").hostname or ""
        with gate.attempt(str(host), _seconds(kwargs.get("timeout")), lambda: self._sockets.aborted) as attempt:
            response = super().send(request, *args, **kwargs)
            attempt.accepted = password_accepted(response.status_code, basic=True)
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
        """Log on with an empty message, on the connection that will be used."""
        self._bound(session)
        super().setup_encryption(session)
        self._sockets.allow_no_more()

    def _get_message_response_text(self, response: requests.Response) -> bytes:
        if self.encryption:
            must_be_unsealed(response.status_code, response.headers.get("Content-Type", ""))
        return super()._get_message_response_text(response)

    def _bound(self, session: requests.Session) -> None:
        if isinstance(session.get_adapter(self.endpoint), SingleConnectionAdapter):
            return
        session.max_redirects = 0
        session.trust_env = False
        session.proxies = {}
        adapter = SingleConnectionAdapter(self._sockets, legacy_tls=self._legacy_tls)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
