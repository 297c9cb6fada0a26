"""WS-Management's messages over a connection that NTLM logs on: over http sealed, over https as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from winrm.exceptions import WinRMTransportError

from exgate.wsman.channel import Answer, Channel
from exgate.wsman.classify import rejected, schemes
from exgate.wsman.errors import NotWsmanError
from exgate.wsman.gate import password_accepted
from exgate.wsman.ntlm import SEALED_CONTENT_TYPE, NtlmContext, log_on
from exgate.wsman.ntlm_names import DomainMember
from exgate.wsman.sockets import Sockets

_UNAUTHORIZED, _BAD_REQUEST = 401, 400
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PLAIN: Final = MappingProxyType({"Content-Type": "application/soap+xml;charset=UTF-8"})
_SEALED: Final = MappingProxyType({"Content-Type": SEALED_CONTENT_TYPE})


class NtlmTransport:
    r"""What `exgate.wsman.connection.BoundedTransport` does for the other transports, for NTLM.

    Args:
        url: For example ``http://10.0.0.5:5985/wsman``.
        user: ``DOMAIN\user`` or ``user@domain``.
        password: Forgotten as soon as it has been used.
        sockets: Where it reports its sockets; their gate is where log-ons wait.
        ca_file: Certification authorities to trust, PEM; None is the public ones.
        legacy_tls: Whether TLS 1.0 may be spoken.
    """

    def __init__(
        self, url: str, user: str, password: str, sockets: Sockets, *, ca_file: Path | None, legacy_tls: bool
    ) -> None:
        parts = urlsplit(url)
        self._channel = Channel(url, sockets, ca_file=ca_file, legacy_tls=legacy_tls)
        self._seals = parts.scheme == "http"
        self._path = parts.path
        self._headers = {"Host": parts.netloc, "User-Agent": "Python WinRM client", "Connection": "Keep-Alive"}
        self._user = user
        self._password = password
        self._sockets = sockets
        self._read_timeout = 0.0
        self._context: NtlmContext | None = None

    @property
    def server(self) -> DomainMember | None:
        """What the server has called itself at the log-on; None where it has not."""
        return self._context.server if self._context else None

    def limit(self, *, connect: float, read: float) -> None:
        """Bound the next message: seconds to connect, seconds to wait for each part of the answer."""
        self._read_timeout = read
        self._channel.limit(connect=connect, read=read)

    def open(self) -> None:
        """Make the connection now; the first message would make it."""
        self._channel.open()

    def send_message(self, message: str) -> bytes:
        """Send a message and give its answer; the first one logs on before.

        Raises:
            WsmanError: The server rejects the log-on, asks for none where messages are sealed, or redirects.
            WinRMTransportError: It answers with an error of HTTP.
        """
        data = message.encode()
        if not self._seals:
            return self._data(self._send(_PLAIN, data))
        if self._context is None:
            # An empty message, on the connection that will be used: there is nothing to seal with yet.
            self._data(self._send({}, b""))
            if self._context is None:
                raise NotWsmanError("something answers, but asks for no log-on")
            self._sockets.allow_no_more()
        return self._data(self._post(_SEALED, self._context.seal(data)))

    def close_session(self) -> None:
        """Close the connection."""
        self._channel.close()

    def _post(self, headers: Mapping[str, str], body: bytes, authorization: str | None = None) -> Answer:
        log_on_header = {"Authorization": authorization} if authorization else {}
        return self._channel.exchange("POST", self._path, {**self._headers, **headers, **log_on_header}, body)

    def _send(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send, and log on where the server asks for it and nobody has logged on yet."""
        answer = self._post(headers, body)
        if answer.status != _UNAUTHORIZED:
            return answer
        offered = answer.header("www-authenticate") or ""
        names = {name.lower(): name for name in schemes(offered)}
        scheme = names.get("ntlm") or names.get("negotiate")
        if self._sockets.complete or scheme is None:
            raise rejected(offered, "ntlm", tried=False)
        context = NtlmContext(self._user, self._password, self._channel.host, self._channel.certificate)
        self._password = ""
        answer = log_on(
            lambda token: self._post(headers, body, token),
            lambda token: self._judged(headers, body, token),
            scheme,
            context,
        )
        if answer.status == _UNAUTHORIZED:
            raise rejected(answer.header("www-authenticate") or "", "ntlm", tried=True)
        self._context = context
        return answer

    def _judged(self, headers: Mapping[str, str], body: bytes, token: str) -> Answer:
        """Send what makes the server judge the password, when it is its turn."""
        gate = self._sockets.gate
        if gate is None:
            return self._post(headers, body, token)
        with gate.attempt(self._channel.host, self._read_timeout, lambda: self._sockets.aborted) as attempt:
            answer = self._post(headers, body, token)
            attempt.accepted = password_accepted(answer.status, basic=False)
        return answer

    def _data(self, answer: Answer) -> bytes:
        if answer.status == _UNAUTHORIZED:
            raise rejected(answer.header("www-authenticate") or "", "ntlm", tried=False)
        if answer.status in _REDIRECTS and answer.header("location"):
            raise NotWsmanError("the server redirects /wsman to another address")
        sealed = self._seals and self._context and answer.body
        data = self._context.unseal(answer) if sealed and self._context else answer.body
        if answer.status >= _BAD_REQUEST:
            raise WinRMTransportError("http", answer.status, data.decode(errors="replace"))
        return data
