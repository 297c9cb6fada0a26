"""Why a web site gave no answer: one reason, one next step."""

import pytest

from exgate.sources.web_unreachable import no_answer
from exgate.wsman import errors

TLS = (
    "check the certificate's names and issuer; give its authority as ca_file in the inventory; Server 2003 needs "
    "legacy_tls: true there, and an OpenSSL that still has one of its cipher suites"
)
NO_LOG_ON = (
    "nothing was tried, so nothing counts towards a lock-out: give test_user and test_password in the inventory, or "
    "with Kerberos install exgate[kerberos], run kinit, and look at the ticket with klist"
)
PORTS = "check web_port and web_https_port in the inventory"


@pytest.mark.parametrize(
    ("kind", "expected"),
    (
        (errors.NameNotResolvedError, "check the spelling, or give the host an address in the inventory"),
        (
            errors.ConnectError,
            f"check that the World Wide Web Publishing Service runs, and the firewall; {PORTS}",
        ),
        (
            errors.TimeOutError,
            "check that the server is up and its load, or raise --connect-timeout / --host-timeout",
        ),
        (errors.TlsError, TLS),
        (errors.LogOnWithheldError, "check test_user and test_password by hand before the next run"),
        (errors.NoLogOnError, NO_LOG_ON),
        (errors.NotWsmanError, f"look at what listens there; {PORTS}"),
        (errors.ProtocolError, "ask the same by another client, for example curl --negotiate, and compare"),
        (errors.WsmanError, PORTS),
    ),
)
def test_the_next_step(kind, expected):
    unknown = no_answer(kind("it did not work"))
    assert (unknown.reason, unknown.next_step) == ("it did not work", expected)
