"""Why a web site gave no answer: this room's errors, each with its next step."""

from __future__ import annotations

from exgate.facts.unknown import Unknown
from exgate.wsman.errors import (
    ConnectError,
    LogOnWithheldError,
    NameNotResolvedError,
    NoLogOnError,
    NotWsmanError,
    ProtocolError,
    TimeOutError,
    TlsError,
    WsmanError,
)

_PORTS = "check web_port and web_https_port in the inventory"
_NEXT_STEPS: dict[type[WsmanError], str] = {
    NameNotResolvedError: "check the spelling, or give the host an address in the inventory",
    ConnectError: f"check that the World Wide Web Publishing Service runs, and the firewall; {_PORTS}",
    TimeOutError: "check that the server is up and its load, or raise --connect-timeout / --host-timeout",
    TlsError: "check the certificate's names and issuer; give its authority as ca_file in the inventory; Server 2003 "
    "needs legacy_tls: true there, and an OpenSSL that still has one of its cipher suites",
    LogOnWithheldError: "check test_user and test_password by hand before the next run",
    NoLogOnError: "nothing was tried, so nothing counts towards a lock-out: give test_user and test_password in the "
    "inventory, or with Kerberos install exgate[kerberos], run kinit, and look at the ticket with klist",
    NotWsmanError: f"look at what listens there; {_PORTS}",
    ProtocolError: "ask the same by another client, for example curl --negotiate, and compare",
}
"""The first that fits counts, the special before the general."""


def no_answer(error: WsmanError) -> Unknown:
    """Give what is known instead of an answer: why there is none, and what to do about it."""
    next_step = next((step for kind, step in _NEXT_STEPS.items() if isinstance(error, kind)), _PORTS)
    return Unknown(str(error), next_step)
