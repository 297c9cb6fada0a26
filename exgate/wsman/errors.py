"""What can go wrong between a WS-Management client and its server; no message holds a credential."""

from __future__ import annotations

from dataclasses import dataclass

ERROR_ACCESS_DENIED = 5
E_ACCESSDENIED = 0x80070005
WBEM_E_ACCESS_DENIED = 0x80041003
ERROR_WSMAN_OPERATION_TIMEDOUT = 2150858793
ERROR_WSMAN_QUOTA_MAX_SHELLS = 2150859173
ERROR_WSMAN_QUOTA_MAX_OPERATIONS = 2150859174

_ACCESS_DENIED_CODES = frozenset({ERROR_ACCESS_DENIED, E_ACCESSDENIED, WBEM_E_ACCESS_DENIED})
_QUOTA_CODES = frozenset({ERROR_WSMAN_QUOTA_MAX_SHELLS, ERROR_WSMAN_QUOTA_MAX_OPERATIONS})


class WsmanError(Exception):
    """Base of all errors of this room; its text is one line."""


class NameNotResolvedError(WsmanError):
    """The host's name does not resolve."""


class ConnectError(WsmanError):
    """No TCP connection, or it was closed by the other side."""


class TimeOutError(WsmanError):
    """No connection, or no answer, in time."""


class TlsError(WsmanError):
    """The TLS handshake or the certificate's validation failed."""


class LogOnRejectedError(WsmanError):
    """The server answered 401, or does not offer the transport that was asked for."""


class NoLogOnError(LogOnRejectedError):
    """No log-on was tried, because this machine lacks what it takes, for example a Kerberos ticket."""


class LogOnWithheldError(LogOnRejectedError):
    """The log-on was not tried: other hosts have rejected the same account."""


class NotWsmanError(WsmanError):
    """Something answers, but it does not speak WS-Management."""


class ProtocolError(WsmanError):
    """WS-Management was spoken, and broken."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault ([MS-WSMV] 2.2.4.43 WSManFault).

    Attributes:
        code: WSManFault's Code, a Win32 or HRESULT number, or None.
        subcode: The SOAP subcode's local name, for example ``AccessDenied``, or ``""``.
        reason: The server's words, in the server's language, on one line.
    """

    code: int | None
    subcode: str
    reason: str

    def __str__(self) -> str:
        number = f" (code {self.code})" if self.code is not None else ""
        return f"{self.subcode or 'fault'}{number}: {self.reason}"

    @property
    def is_access_denied(self) -> bool:
        """Whether the account may not do this."""
        return self.subcode == "AccessDenied" or self.code in _ACCESS_DENIED_CODES

    @property
    def is_operation_timed_out(self) -> bool:
        """Whether nothing happened within the message's OperationTimeout: a running command may be asked again."""
        return self.subcode == "TimedOut" or self.code == ERROR_WSMAN_OPERATION_TIMEDOUT

    @property
    def is_quota(self) -> bool:
        """Whether one of WinRM's quotas (shells, operations, connections) is used up."""
        return self.subcode == "QuotaLimit" or self.code in _QUOTA_CODES


class FaultError(WsmanError):
    """The server answered a message with a fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
