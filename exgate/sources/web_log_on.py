"""Logging on to a web server: by Negotiate (RFC 4559), the article's own scheme, and by Basic where TLS carries it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from exgate.facts.http import read_answer
from exgate.sources.web_connection import WebRequest
from exgate.sources.web_kerberos import KerberosContext
from exgate.wsman.channel import Answer
from exgate.wsman.errors import NoLogOnError, NotWsmanError
from exgate.wsman.ntlm import NtlmContext
from exgate.wsman.ntlm import log_on as log_on_by_ntlm

SCHEME = "Negotiate"
"""On the wire NTLM is within Negotiate, too, as ActiveSync and OMA log on."""
_UNAUTHORIZED, _BAD_REQUEST = 401, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOn:
    r"""Who logs on, and how.

    Attributes:
        transport: ``ntlm`` or ``kerberos``, whose scheme on the wire is Negotiate; or ``basic``, over TLS alone.
        user: ``DOMAIN\user`` or ``user@domain``, for NTLM; Kerberos takes the ticket cache and never a password.
        password: For NTLM; never shown.
        service_host: The host name of the Kerberos service principal ``HTTP/...``, None for the web site's own name.

    Raises:
        ValueError: Another transport.
    """

    transport: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    service_host: str | None = None

    def __post_init__(self) -> None:
        if self.transport not in {"ntlm", "kerberos", "basic"}:
            message = f"nobody logs on to a web site by {self.transport} here"
            raise ValueError(message)

    def as_basic(self) -> LogOn:
        """Give the same account for a Basic log-on."""
        return replace(self, transport="basic")


def authentication(log_on: LogOn | None, host: str, *, secure: bool) -> Callable[[WebRequest], Answer]:
    """Give what sends a request and logs on; NTLM and Kerberos act once, on a 401 that offers Negotiate.

    Args:
        log_on: Who; None for nobody.
        host: The web site's own name.
        secure: Whether the password would go over TLS.

    Raises:
        NoLogOnError: No user or no password, Basic without TLS, or Kerberos that is not installed or has no ticket.
    """
    if log_on is None:
        return WebRequest.send
    if log_on.transport == "kerberos":
        ticket = KerberosContext(log_on.service_host or host)
        return lambda request: _by_kerberos(request, ticket)
    basic = log_on.transport == "basic"
    if basic and not secure:
        raise NoLogOnError("Basic without TLS would send the password in clear")
    user, password = log_on.user, log_on.password
    if not user or not password:
        raise NoLogOnError(f"{'Basic' if basic else 'NTLM'} needs a user and a password")
    if basic:
        token = base64.b64encode(_ansi(user) + b":" + _ansi(password)).decode("ascii")
        return lambda request: request.send_password(f"Basic {token}")
    return lambda request: _by_ntlm(request, user, password)


def _ansi(text: str) -> bytes:
    """Encode what IIS 6 reads in the server's code page.

    Raises:
        NoLogOnError: That page is not known, and Western Europe's has no such character: a guess would cost a log-on.
    """
    try:
        return text.encode("windows-1252")
    except UnicodeEncodeError:
        pass
    raise NoLogOnError(
        "user or password holds a character that Basic cannot carry to every server (not in Windows-1252)"
    )


def _asks_for_negotiate(answer: Answer) -> bool:
    return answer.status == _UNAUTHORIZED and read_answer(answer.status, "", answer.headers, b"").offers(SCHEME)


def _by_ntlm(request: WebRequest, user: str, password: str) -> Answer:
    answer = request.send()
    if not _asks_for_negotiate(answer):
        return answer
    channel = request.channel
    context = NtlmContext(user, password, channel.host, channel.certificate)
    return log_on_by_ntlm(request.send, request.send_password, SCHEME, context)


def _by_kerberos(request: WebRequest, ticket: KerberosContext) -> Answer:
    """Log on by Kerberos; the server must prove itself too."""
    answer = request.send()
    if not _asks_for_negotiate(answer):
        return answer
    answer = request.send(f"{SCHEME} {ticket.ticket()}")
    if answer.status < _BAD_REQUEST and not ticket.proves(answer.header("www-authenticate") or ""):
        raise NotWsmanError("something answers, but does not prove itself by Kerberos")
    return answer
