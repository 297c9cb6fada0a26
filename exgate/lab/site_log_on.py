"""Log-on on a web site: Negotiate and NTLM log on connections ([MS-NTHT]), Basic logs on one request (RFC 7617)."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exgate.lab.basic import is_account
from exgate.lab.http_message import HttpRequest
from exgate.lab.ntlm import Account, LogOn, LogOnRejectedError
from exgate.lab.record import Record

_LOG = logging.getLogger(__name__)
_NTLM_MESSAGE: Final = b"NTLMSSP\x00"


@dataclass(frozen=True, slots=True)
class LoggedOn:
    """The client has proved who it is.

    Attributes:
        challenge: The last word of the handshake for WWW-Authenticate, empty when there is none.
    """

    challenge: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The client has not, or not yet.

    Attributes:
        challenge: The server's token for WWW-Authenticate, empty to offer every scheme anew.
    """

    challenge: str = ""


@dataclass(slots=True)
class _Connection:
    scheme: str
    log_on: LogOn


class SiteLogOns:
    """The log-ons of one server's web sites.

    Args:
        account: Who may log on.
        computer_name: What the server calls itself.
        dns_domain: For the account's name as ``user@domain``.
        reject: Refuse everybody, whatever the password.
        record: Where attempts are counted.
    """

    def __init__(self, account: Account, computer_name: str, dns_domain: str, record: Record, *, reject: bool) -> None:
        self._account = account
        self._computer_name = computer_name
        self._further_name = f"{account.user}@{dns_domain}"
        self._record = record
        self._reject = reject
        self._connections: dict[asyncio.Transport, _Connection] = {}

    def disconnected(self, transport: asyncio.Transport) -> None:
        """Forget a connection's log-on."""
        self._connections.pop(transport, None)

    def forget(self) -> None:
        """Forget every log-on, as a restart of IIS does."""
        self._connections.clear()

    def log_on(self, request: HttpRequest, schemes: Sequence[str]) -> LoggedOn | Refused:
        """Take what a request brings to log on with.

        Args:
            request: The request.
            schemes: What the virtual directory offers; others do not count, on a connection that is logged on neither.
        """
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        offered = next((each for each in schemes if each.lower() == scheme.lower()), None)
        if scheme and offered is None:
            return Refused()
        if offered == "Basic":
            return self._basic(credentials)
        if offered:
            return self._handshake(request.transport, offered, credentials)
        connection = self._connections.get(request.transport)
        if connection and connection.log_on.complete and connection.scheme in schemes:
            return LoggedOn()
        return Refused()

    def _basic(self, credentials: str) -> LoggedOn | Refused:
        self._record.site_logon_attempts += 1
        if self._reject or not is_account(self._account, credentials, self._further_name):
            return Refused()
        self._record.site_logons_accepted += 1
        return LoggedOn()

    def _handshake(self, transport: asyncio.Transport, scheme: str, credentials: str) -> LoggedOn | Refused:
        connection = self._connections.get(transport)
        if connection is None or connection.log_on.complete or connection.scheme != scheme:
            connection = self._connections[transport] = _Connection(scheme, LogOn(self._account, self._computer_name))
        last_leg = connection.log_on.challenged
        try:
            token = connection.log_on.step(_token(scheme, credentials))
        except (LogOnRejectedError, ValueError) as error:
            _LOG.debug("log-on rejected: %s", error)
            self._record.site_logon_attempts += last_leg
            self._connections.pop(transport, None)
            return Refused()
        challenge = f"{scheme} {base64.b64encode(token).decode('ascii')}" if token else ""
        if not connection.log_on.complete:
            return Refused(challenge)
        self._record.site_logon_attempts += 1
        if self._reject:
            self._connections.pop(transport, None)
            return Refused()
        self._record.site_logons_accepted += 1
        return LoggedOn(challenge)


def _token(scheme: str, credentials: str) -> bytes:
    """Decode a token; the scheme NTLM carries nothing but NTLM's own messages.

    Raises:
        LogOnRejectedError: It carries something else, or nothing.
        ValueError: It is no base64.
    """
    token = base64.b64decode(credentials, validate=True)
    if not token or (scheme == "NTLM" and not token.startswith(_NTLM_MESSAGE)):
        raise LogOnRejectedError("no token of this scheme")
    return token
