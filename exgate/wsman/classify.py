"""From the exceptions of pywinrm, requests, urllib3 and pyspnego to this room's short list of errors.

The originals hold credentials in their frames and are never chained.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import requests
from urllib3.exceptions import LocationParseError
from winrm.exceptions import InvalidCredentialsError, WinRMError, WinRMTransportError

from exgate.wsman.errors import (
    ConnectError,
    LogOnRejectedError,
    NameNotResolvedError,
    NoLogOnError,
    NotWsmanError,
    ProtocolError,
    TimeOutError,
    TlsError,
    WsmanError,
)

_OFFERED = {
    "ntlm": ("negotiate", "ntlm"),
    "kerberos": ("negotiate", "kerberos"),
    "basic": ("basic",),
    "certificate": (),
}
_REJECTED = {
    "ntlm": "the server rejected the user or the password",
    "kerberos": "the server rejected the Kerberos ticket",
    "basic": "the server rejected the user or the password",
    "certificate": "the server rejected the client certificate",
}
_MISSING_HEADERS = {
    "www-authenticate": "the server broke off the NTLM log-on",
    "content-type": "an answer without a content type",
}
_NOT_SOAP = "something answers, but not with SOAP"
_CLOSED = "the server closed the connection"
_HTTP_FAULT = 500
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9.+-]*)(?=\s+|,|$)(?!\s*=)")
_GSS_TEXT = re.compile(r"\(['\"](.*?)['\"], -?\d+\)")


def classify(error: BaseException, transport: str) -> WsmanError:
    """Give the error of the short list that fits; its text names no credential.

    Args:
        error: What was raised below us.
        transport: ``ntlm``, ``kerberos``, ``basic`` or ``certificate``, as the inventory names it.
    """
    if isinstance(error, WsmanError):
        return error
    chain = list(_chain(error))
    response = next((link.response for link in chain if isinstance(link, requests.HTTPError)), None)
    if isinstance(error, InvalidCredentialsError):
        return NoLogOnError(str(error)) if response is None else _rejected(response, transport)
    named = _BY_NAME.get(type(error).__name__)
    if named:
        return named(error)
    for kind, describe in _KINDS:
        if isinstance(error, kind):
            return describe(chain)
    if response is not None:
        return _http(response.status_code)
    return ProtocolError(f"the answer could not be used ({type(error).__name__})")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give the error and everything behind it: causes, contexts and wrapped reasons, each once."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]


def _rejected(response: requests.Response, transport: str) -> LogOnRejectedError:
    tried = "Authorization" in response.request.headers
    return rejected(response.headers.get("WWW-Authenticate", ""), transport, tried=tried)


def rejected(challenge: str, transport: str, *, tried: bool) -> LogOnRejectedError:
    """Give the error of a 401.

    Args:
        challenge: Its WWW-Authenticate, ``""`` without.
        transport: See `classify`.
        tried: Whether the request carried a log-on.
    """
    offered = schemes(challenge)
    wanted = _OFFERED[transport]
    if offered and wanted and not any(scheme.lower() in wanted for scheme in offered):
        return LogOnRejectedError(f"the server does not offer {transport}, only {', '.join(offered)}")
    if not tried:
        again = "the server wants another log-on, and gets none"
        return LogOnRejectedError(again if offered else "the server answers 401, but offers no way to log on")
    return LogOnRejectedError(_REJECTED[transport])


def schemes(challenge: str) -> list[str]:
    """Give the schemes that a WWW-Authenticate offers, as they are spelled."""
    return _SCHEME.findall(_QUOTED.sub("", challenge))


def _tls_detail(chain: list[BaseException]) -> str:
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            return f"certificate verify failed: {link.verify_message}"
    for link in chain:
        if isinstance(link, ssl.SSLError):
            return f"handshake failed: {(link.reason or 'unknown reason').replace('_', ' ').lower()}"
    return "the TLS handshake failed"


def _connection(chain: list[BaseException]) -> WsmanError:
    for link in chain:
        if isinstance(link, socket.gaierror):
            return NameNotResolvedError("the name does not resolve")
    for link in chain:
        if isinstance(link, TimeoutError):
            return TimeOutError("no answer in time")
    for link in chain:
        if isinstance(link, ConnectionRefusedError):
            return ConnectError("connection refused")
        if isinstance(link, ConnectionError | http.client.IncompleteRead):
            return ConnectError(_CLOSED)
    if any(isinstance(link, http.client.HTTPException) for link in chain):
        return NotWsmanError("something answers, but not with HTTP")
    system = next((link for link in chain if isinstance(link, OSError) and link.strerror), None)
    return ConnectError(system.strerror.lower() if isinstance(system, OSError) and system.strerror else "no connection")


def _http(status: int) -> WsmanError:
    if status == _HTTP_FAULT:
        return ProtocolError("HTTP 500 without a SOAP fault")
    return NotWsmanError(f"HTTP {status} at /wsman")


def _key(chain: list[Any]) -> ProtocolError:
    """Tell which of the headers that requests-ntlm and pywinrm take for granted is missing."""
    missing = str(chain[0].args[0] if chain[0].args else "").lower()
    return ProtocolError(_MISSING_HEADERS.get(missing, "the answer could not be used (KeyError)"))


def _winrm(chain: list[Any]) -> WsmanError:
    """Complaints of pywinrm itself: what is missing on this machine, or an answer that cannot be unsealed."""
    if "pykerberos" in str(chain[0]):
        return NoLogOnError("Kerberos is not installed on this machine")
    if "message encryption" in str(chain[0]):
        return NoLogOnError("the Kerberos that is installed on this machine cannot seal messages")
    return ProtocolError("the answer could not be unsealed")


def _no_ticket(error: BaseException) -> NoLogOnError:
    """GSS-API's own words: the last pair of text and number is the mechanism's, the first says nothing."""
    texts = _GSS_TEXT.findall(str(error))
    return NoLogOnError(f"no Kerberos ticket for this server{': ' + texts[-1] if texts else ''}")


_BY_NAME: dict[str, Callable[[BaseException], WsmanError]] = {
    "KerberosExchangeError": _no_ticket,
    "MutualAuthenticationError": lambda _: NotWsmanError("something answers, but does not prove itself by Kerberos"),
}
"""By name, because the classes can be imported only where Kerberos is installed."""

_KINDS: tuple[tuple[type[BaseException], Callable[[list[Any]], WsmanError]], ...] = (
    (requests.ConnectTimeout, lambda _: TimeOutError("no TCP connection in time")),
    (requests.Timeout, lambda _: TimeOutError("no answer in time")),
    (requests.TooManyRedirects, lambda _: NotWsmanError("the server redirects /wsman to another address")),
    (requests.exceptions.SSLError, lambda chain: TlsError(_tls_detail(chain))),
    *(
        (kind, lambda _: NameNotResolvedError("the address is not a host name that can be looked up"))
        for kind in (requests.exceptions.InvalidURL, LocationParseError)
    ),
    (requests.ConnectionError, _connection),
    (requests.exceptions.ChunkedEncodingError, _connection),
    (requests.exceptions.ContentDecodingError, lambda _: NotWsmanError(_NOT_SOAP)),
    (http.client.HTTPException, _connection),
    (WinRMTransportError, lambda chain: _http(chain[0].code)),
    (WinRMError, _winrm),
    (KeyError, _key),
    (PermissionError, lambda _: ProtocolError(_MISSING_HEADERS["www-authenticate"])),
    (
        requests.RequestException,
        lambda chain: ProtocolError(f"the answer could not be used ({type(chain[0]).__name__})"),
    ),
    (ssl.SSLError, lambda chain: TlsError(_tls_detail(chain))),
    (OSError, _connection),
)
"""What to make of an exception; the first that fits counts, the special before the general."""
