"""Logging on to a web server: by Negotiate (RFC 4559), the article's own scheme, and by Basic where TLS carries it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth

from exgate.facts.http import read_answer
from exgate.sources.web_connection import read_beginning
from exgate.sources.web_kerberos import KerberosContext
from exgate.wsman.errors import NoLogOnError, NotWsmanError

SCHEME = "Negotiate"


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


def authentication(log_on: LogOn, host: str, *, secure: bool) -> AuthBase:
    """Give what logs on, for requests; NTLM and Kerberos act once, on a 401 that offers Negotiate.

    Args:
        log_on: Who.
        host: The web site's own name.
        secure: Whether the password would go over TLS.

    Raises:
        NoLogOnError: No user or no password, Basic without TLS, or Kerberos that is not installed or has no ticket.
    """
    if log_on.transport == "kerberos":
        return KerberosNegotiate(KerberosContext(log_on.service_host or host))
    basic = log_on.transport == "basic"
    if basic and not secure:
        raise NoLogOnError("Basic without TLS would send the password in clear")
    if not log_on.user or not log_on.password:
        raise NoLogOnError(f"{'Basic' if basic else 'NTLM'} needs a user and a password")
    if basic:
        return HTTPBasicAuth(_ansi(log_on.user), _ansi(log_on.password))
    return NtlmNegotiate(log_on.user, log_on.password)


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


def _asks_for_negotiate(response: requests.Response) -> bool:
    if response.status_code != requests.codes.unauthorized:
        return False
    return read_answer(response.status_code, "", response.raw.headers.items(), b"").offers(SCHEME)


class NtlmNegotiate(HttpNtlmAuth):
    """NTLM within Negotiate: requests-ntlm would take the scheme NTLM wherever a server offers both."""

    def response_hook(self, r: requests.Response, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - requests' own signature
        """Log on where Negotiate is offered; any other answer stays what it is."""
        if not _asks_for_negotiate(r):
            return r
        answer: requests.Response = self.retry_using_http_NTLM_auth(
            "www-authenticate", "Authorization", r, SCHEME, kwargs
        )
        return answer

    def _get_server_cert(self, response: requests.Response) -> bytes | None:
        """Take the certificate's hash for the channel binding; then the page, which requests-ntlm would read whole."""
        certificate: bytes | None = super()._get_server_cert(response)
        read_beginning(response)
        return certificate


class KerberosNegotiate(AuthBase):
    """Kerberos within Negotiate; the server must prove itself too.

    Args:
        context: The ticket for the server.
    """

    def __init__(self, context: KerberosContext) -> None:
        self._context = context

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Log on as soon as the server asks for it."""
        request.register_hook("response", self._log_on)  # type: ignore[no-untyped-call] # requests' own
        return request

    def _log_on(self, response: requests.Response, **how: Any) -> requests.Response:  # noqa: ANN401 - requests' own signature
        if not _asks_for_negotiate(response):
            return response
        read_beginning(response)
        request = response.request.copy()
        request.headers["Authorization"] = f"{SCHEME} {self._context.ticket()}"
        adapter: requests.adapters.HTTPAdapter = response.connection
        answer = adapter.send(request, **how)
        answer.history.append(response)
        accepted = answer.status_code < requests.codes.bad_request
        if accepted and not self._context.proves(answer.headers.get("WWW-Authenticate", "")):
            raise NotWsmanError("something answers, but does not prove itself by Kerberos")
        return answer
