"""Why a host could not be asked: WS-Management's errors as the catalogue's causes, each with its next step."""

from __future__ import annotations

from exgate.facts.unreachable import Cause, Unreachable
from exgate.wsman.errors import (
    ConnectError,
    FaultError,
    LogOnRejectedError,
    LogOnWithheldError,
    NameNotResolvedError,
    NoLogOnError,
    NotWsmanError,
    ProtocolError,
    TimeOutError,
    TlsError,
    WsmanError,
)

_NO_LOG_ON = (
    "nothing was tried, so nothing counts towards a lock-out: with Kerberos install exgate[kerberos], run kinit, and "
    "look at the ticket with klist; or choose another transport in the inventory"
)
_CAUSES: dict[type[WsmanError], tuple[Cause, str]] = {
    NameNotResolvedError: (Cause.NAME, "check the spelling, or give the host an address in the inventory"),
    ConnectError: (Cause.CONNECT, "check that WinRM listens (winrm enumerate winrm/config/listener) and the firewall"),
    TimeOutError: (
        Cause.TIME_OUT,
        "check that the server is up and its load, or raise --connect-timeout / --host-timeout",
    ),
    TlsError: (
        Cause.TLS,
        "check the certificate's names and issuer, and give its authority as ca_file in the inventory",
    ),
    NoLogOnError: (
        Cause.LOG_ON_REJECTED,
        _NO_LOG_ON,
    ),
    LogOnWithheldError: (
        Cause.LOG_ON_REJECTED,
        "check user and password by hand before the next run; run the hosts that need another account by themselves",
    ),
    LogOnRejectedError: (
        Cause.LOG_ON_REJECTED,
        "check user and password by hand before the next run: every run counts towards the account's lock-out",
    ),
    NotWsmanError: (Cause.NOT_WSMAN, "check the port: WinRM 1.1 listens on 80, WinRM 2.0 on 5985 (https: 443, 5986)"),
    ProtocolError: (Cause.PROTOCOL, "run winrm identify against it from another machine, and compare"),
}
"""The first that fits counts, the special before the general."""
_QUOTA = "close idle shells and sessions on the server (winrm get winrm/config shows the limits), or lower --parallel"


def unreachable(error: WsmanError) -> Unreachable:
    """Give the one cause for a probe that failed."""
    if isinstance(error, FaultError):
        if error.fault.is_quota:
            return Unreachable(Cause.QUOTA, str(error), _QUOTA)
        if error.fault.is_access_denied:
            return Unreachable(Cause.LOG_ON_REJECTED, str(error), "use an account that may use WinRM: an administrator")
        return Unreachable(Cause.PROTOCOL, str(error), _CAUSES[ProtocolError][1])
    cause, next_step = next(entry for kind, entry in _CAUSES.items() if isinstance(error, kind))
    return Unreachable(cause, str(error), next_step)
