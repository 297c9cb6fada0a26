"""A request to a web server, as often as a log-on takes it, and of every page the beginning only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exgate.wsman.channel import Answer, Channel
from exgate.wsman.errors import WsmanError
from exgate.wsman.gate import password_accepted
from exgate.wsman.sockets import Sockets

MOST_OCTETS = 65536
"""As much of a body is read; IIS's own pages have less than 6 KiB, and an answer's sense stands at its beginning."""


@dataclass(slots=True, kw_only=True)
class WebRequest:
    """A request.

    Attributes:
        channel: The connection.
        method: For example ``PROPFIND``.
        path: From ``/`` on.
        headers: All but Authorization and Content-Length.
        body: The request's body.
        sockets: Whose gate the log-on waits at.
        seconds: How long it waits there at most.
        password_sent: Whether the server was made to judge a password.
    """

    channel: Channel
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    sockets: Sockets
    seconds: float
    password_sent: bool = False

    def send(self, authorization: str | None = None) -> Answer:
        """Send it.

        Args:
            authorization: What it carries as Authorization, which makes the server judge no password.
        """
        headers = self.headers if authorization is None else {**self.headers, "Authorization": authorization}
        return self.channel.exchange(self.method, self.path, headers, self.body, MOST_OCTETS)

    def send_password(self, authorization: str) -> Answer:
        """Send it with what makes the server judge a password: Basic, or the last of NTLM's messages."""
        gate = self.sockets.gate
        self.password_sent = True
        try:
            if gate is None:
                return self.send(authorization)
            with gate.attempt(self.channel.host, self.seconds, lambda: self.sockets.aborted) as attempt:
                answer = self.send(authorization)
                attempt.accepted = password_accepted(answer.status, basic=authorization.startswith("Basic "))
        except WsmanError:
            self.password_sent = False  # the gate did not open, or there is no connection
            raise
        return answer
