"""One host's web server, asked over HTTP and HTTPS as a client of it would ask."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from exgate.facts.http import HttpAnswer, read_answer
from exgate.sources.web_connection import WebRequest
from exgate.sources.web_log_on import LogOn, authentication
from exgate.wsman.channel import Channel
from exgate.wsman.errors import ConnectError, LogOnWithheldError, TimeOutError
from exgate.wsman.gate import LogOnGate
from exgate.wsman.guard import guarded
from exgate.wsman.sockets import Sockets
from exgate.wsman.tls import shared_context

__all__ = ("LogOn", "WebClient", "WebSite")

_DEFAULT_PORT = {False: 80, True: 443}
_NONE: Mapping[str, str] = MappingProxyType({})
_UNAUTHORIZED = 401
_HEADERS = MappingProxyType(
    # Identity: a packed body would have to be unpacked before its size is known.
    {"User-Agent": "exgate", "Accept": "*/*", "Accept-Encoding": "identity"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSite:
    """Where a web site is.

    Attributes:
        address: Where to connect to: a DNS name or an IP address.
        port: TCP port without TLS.
        https_port: TCP port with TLS.
        host_header: The server's own name, which is sent as Host without TLS; None where the address says it.
        https_name: The name that its users call it, which is sent as Host with TLS and which the certificate must
            bear, wherever the connection goes; None where the address says it.
        ca_file: Certificate authorities to trust, PEM; None is the public ones.
        legacy_tls: Whether TLS 1.0 and its old cipher suites may be spoken; certificates are validated all the same.
    """

    address: str
    port: int = 80
    https_port: int = 443
    host_header: str | None = None
    https_name: str | None = None
    ca_file: Path | None = None
    legacy_tls: bool = False

    def name(self, *, secure: bool) -> str:
        """Give the name that it is asked by."""
        return (self.https_name if secure else self.host_header) or self.address

    def url(self, path: str, *, secure: bool) -> str:
        """Give the URL to connect to."""
        address = f"[{self.address}]" if ":" in self.address else self.address
        scheme, port = ("https", self.https_port) if secure else ("http", self.port)
        return f"{scheme}://{address}:{port}{path}"

    def host(self, *, secure: bool) -> str:
        """Give the Host header (RFC 9110, 7.2): with the port unless it is the scheme's own."""
        bare = self.name(secure=secure)
        name = f"[{bare}]" if ":" in bare else bare
        port = self.https_port if secure else self.port
        return name if port == _DEFAULT_PORT[secure] else f"{name}:{port}"


class WebClient:
    """A web site's client, for one thread.

    It follows no redirect, keeps no cookie, and takes nothing from the environment: no proxy, no netrc, no CA bundle.
    """

    def __init__(self, site: WebSite, *, connect_timeout: float, seconds: float, gate: LogOnGate | None = None) -> None:
        """Prepare the client; nothing is sent yet.

        Args:
            site: Where.
            connect_timeout: Seconds for a TCP connection.
            seconds: Deadline for everything that is asked, from now on.
            gate: Shared by all clients with the same account; None to log on without asking.
        """
        self._site = site
        self._connect_timeout = connect_timeout
        self._deadline = time.monotonic() + seconds
        self._sockets = Sockets(gate)
        self._channels: dict[bool, Channel] = {}
        self._failed: set[LogOn] = set()
        self._closed = False

    @property
    def site(self) -> WebSite:
        """Where the web site is."""
        return self._site

    @property
    def connections(self) -> int:
        """How many TCP connections were made."""
        return self._sockets.opened

    @property
    def local_address(self) -> str | None:
        """This machine's own address on the last connection, None before the first."""
        return self._sockets.local_address

    @property
    def peer_address(self) -> str | None:
        """The address that the last connection goes to; the same where a machine talks to itself."""
        return self._sockets.peer_address

    def ask(
        self,
        method: str,
        path: str,
        *,
        secure: bool = False,
        log_on: LogOn | None = None,
        headers: Mapping[str, str] = _NONE,
        body: bytes = b"",
    ) -> HttpAnswer:
        """Ask once.

        Args:
            method: For example ``PROPFIND``.
            path: From ``/`` on.
            secure: Whether over TLS.
            log_on: Who logs on, if the server asks for it by 401 and offers Negotiate; otherwise its 401 is the answer.
                Basic, over TLS alone, comes with the first request.
                A user and a password that were not accepted are not tried again.
            headers: Further headers.
            body: The request's body.

        Raises:
            NoLogOnError: This machine lacks what the log-on takes, for example a Kerberos ticket.
            LogOnWithheldError: The account was rejected before, here or by other hosts.
            WsmanError: There is no answer.
            ValueError: That is no path.
        """
        if not path.startswith("/"):
            message = f"a path starts with a slash: {path}"
            raise ValueError(message)
        remaining = self._time_left(log_on)
        if secure and self._site.ca_file:
            shared_context(self._site.ca_file, legacy_tls=self._site.legacy_tls)  # of no use, it is told as what it is
        request = WebRequest(
            channel=self._channel(secure=secure),
            method=method,
            path=path,
            headers={"Host": self._site.host(secure=secure), **_HEADERS, **headers},
            body=body,
            sockets=self._sockets,
            seconds=remaining,
        )
        request.channel.limit(connect=min(self._connect_timeout, remaining), read=remaining)
        accepted, kept = False, False
        try:
            with self._sockets.watched(remaining):
                answer = guarded(
                    lambda: self._exchange(request, log_on, secure=secure),
                    log_on.transport if log_on else "ntlm",
                    self._deadline,
                )
            accepted, kept = answer.status != _UNAUTHORIZED, log_on is None
        finally:
            if log_on and request.password_sent and not accepted:
                self._failed.add(log_on)
            if not kept:
                # IIS logs on connections, not requests: whoever said nothing on this one would be logged on.
                self._disconnect()
        return answer

    def _channel(self, *, secure: bool) -> Channel:
        if secure not in self._channels:
            site = self._site
            self._disconnect()
            self._channels[secure] = Channel(
                site.url("/", secure=secure),
                self._sockets,
                ca_file=site.ca_file,
                legacy_tls=site.legacy_tls,
                server_name=site.https_name,
            )
        return self._channels[secure]

    def _disconnect(self) -> None:
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()

    def _time_left(self, log_on: LogOn | None) -> float:
        """Give the seconds until the deadline, if something may be asked at all."""
        if self._closed:
            raise ConnectError("the web client was closed")
        if log_on in self._failed:
            raise LogOnWithheldError("not tried again: this server did not accept the same user and password before")
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeOutError("the deadline for this host is over")
        return remaining

    def _exchange(self, request: WebRequest, log_on: LogOn | None, *, secure: bool) -> HttpAnswer:
        send = authentication(log_on, self._site.name(secure=secure), secure=secure)
        try:
            answer = send(request)
        finally:
            # An ended connection looks like many things, even like an answer whose head has ended.
            self._sockets.ask()
        # Where a log-on has succeeded, WWW-Authenticate offers nothing: it holds the server's proof.
        offering = answer.status == _UNAUTHORIZED
        headers = [(name, value) for name, value in answer.headers if offering or name.lower() != "www-authenticate"]
        return read_answer(answer.status, answer.reason, headers, answer.body)

    def abort(self) -> None:
        """End the connection from another thread; what the client's own thread waits for fails at once."""
        self._sockets.abort()

    def close(self) -> None:
        """Close the connection; nothing can be asked any more."""
        self._closed = True
        self._disconnect()
