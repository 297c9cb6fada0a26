"""A host that could not be asked at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """The one cause why a host could not be asked."""

    NAME = "name"
    """The host's name does not resolve."""
    CONNECT = "connect"
    """No TCP connection: refused, no route, reset."""
    TIME_OUT = "time-out"
    """No connection or no answer in time."""
    TLS = "tls"
    """The TLS handshake or the certificate's validation failed."""
    LOG_ON_REJECTED = "log-on rejected"
    """The server answered 401 to our credentials, or does not offer our transport."""
    NOT_WSMAN = "not WS-Management"
    """Something answers there, but it does not speak WS-Management."""
    QUOTA = "quota"
    """WinRM's own quota (connections, operations, shells) is used up."""
    PROTOCOL = "protocol"
    """WS-Management was spoken, and broken."""
    WORKER = "worker"
    """The worker that was to ask it was ended, lacks what that takes, or does not exist."""
    NO_FACTS = "no facts"
    """Its saved facts are missing or damaged."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A host that could not be asked: one probe, one cause, one next step.

    Attributes:
        cause: Why, out of the short list.
        detail: What was seen, one line; never holds a credential.
        next_step: What an administrator can do about it, one line.
    """

    cause: Cause
    detail: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.cause}: {self.detail}; next step: {self.next_step}"
