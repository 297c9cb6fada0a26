"""HTTP messages as the lab's servers see them (RFC 9110): a request that is complete, and an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    import asyncio

_REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(slots=True, kw_only=True, eq=False)
class HttpRequest:
    """A request.

    Attributes:
        method: As sent.
        target: Path and query as sent, percent-encoded.
        version: The minor version: 0 or 1.
        headers: By name in lower case; of a repeated one the first.
        body: All of it.
        transport: The connection, which NTLM logs on.
        secure: Whether it came over TLS.
    """

    method: str
    target: str
    version: int
    headers: Mapping[str, str]
    body: bytes
    transport: asyncio.Transport
    secure: bool

    @property
    def path(self) -> str:
        """The path, decoded."""
        path = self.target.partition("?")[0]
        return unquote(path) if "%" in path else path

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return "https" if self.secure else "http"

    @property
    def remote(self) -> str:
        """The client's address."""
        return str(self.transport.get_extra_info("peername")[0])

    @property
    def content_type(self) -> str:
        """The body's media type without parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants to go on after the answer (RFC 9112, 9.3)."""
        options = {option.strip().lower() for option in self.headers.get("connection", "").split(",")}
        return "close" not in options and (self.version > 0 or "keep-alive" in options)


@dataclass(slots=True)
class HttpResponse:
    """An answer.

    Attributes:
        status: Its status code.
        reason: The reason phrase; the standard's when empty.
        body: All of it; Content-Length is written for it.
        headers: Further headers, in order.
        pace: Seconds from one octet of the body to the next, 0 to send all at once.
        breaks: Whether the connection is reset in the middle of the body.
    """

    status: int
    reason: str = ""
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    pace: float = 0.0
    breaks: bool = False

    def head(self, date: str, *, closes: bool) -> bytes:
        """Write what comes before the body.

        Args:
            date: The value of Date.
            closes: Whether the connection ends behind this answer.
        """
        reason = self.reason or _REASONS.get(self.status, "")
        lines = [f"HTTP/1.1 {self.status} {reason}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append(f"Date: {date}")
        if closes:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
