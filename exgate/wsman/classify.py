"""From the exceptions of pywinrm, requests, urllib3 and pyspnego to this room's short list of errors.

The originals hold credentials in their frames and are never chained.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import requests
from winrm.exceptions import InvalidCredentialsError, WinRMTransportError

from exgate.wsman.errors import (
    ConnectError,
    LogOnRejectedError,
    NameNotResolvedError,
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
_HTTP_FAULT = 500


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
        return _rejected(response, transport)
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


def _rejected(response: requests.Response | None, transport: str) -> LogOnRejectedError:
    header = response.headers.get("WWW-Authenticate", "") if response is not None else ""
    offered = [scheme for scheme in ("Negotiate", "Kerberos", "NTLM", "Basic") if scheme.lower() in header.lower()]
    wanted = _OFFERED[transport]
    if offered and wanted and not any(scheme.lower() in wanted for scheme in offered):
        return LogOnRejectedError(f"the server does not offer {transport}, only {', '.join(offered)}")
    return LogOnRejectedError("the server rejected the user or the password")


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
        if isinstance(link, ConnectionError):
            return ConnectError("the server closed the connection")
    system = next((link for link in chain if isinstance(link, OSError) and link.strerror), None)
    return ConnectError(system.strerror.lower() if isinstance(system, OSError) and system.strerror else "no connection")


def _http(status: int) -> WsmanError:
    if status == _HTTP_FAULT:
        return ProtocolError("HTTP 500 without a SOAP fault")
    return NotWsmanError(f"HTTP {status} at /wsman")


_KINDS: tuple[tuple[type[BaseException], Callable[[list[Any]], WsmanError]], ...] = (
    (requests.ConnectTimeout, lambda _: TimeOutError("no TCP connection in time")),
    (requests.Timeout, lambda _: TimeOutError("no answer in time")),
    (requests.TooManyRedirects, lambda _: NotWsmanError("the server redirects /wsman to another address")),
    (requests.exceptions.SSLError, lambda chain: TlsError(_tls_detail(chain))),
    (
        requests.exceptions.InvalidURL,
        lambda _: NameNotResolvedError("the address is not a host name that can be looked up"),
    ),
    (requests.ConnectionError, _connection),
    (WinRMTransportError, lambda chain: _http(chain[0].code)),
    (PermissionError, lambda _: ProtocolError("the server broke off the NTLM log-on")),
    (OSError, lambda chain: ConnectError(chain[0].strerror or type(chain[0]).__name__)),
)
"""What to make of an exception; the first that fits counts, the special before the general."""
