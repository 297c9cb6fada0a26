"""The one cause for a host that could not be asked, and what to do about it."""

import pytest

from exgate.facts.unreachable import Cause, Unreachable
from exgate.sources.unreachable import unreachable
from exgate.wsman import errors
from exgate.wsman.errors import Fault, FaultError, WsmanError

QUOTA = "close idle shells and sessions on the server (winrm get winrm/config shows the limits), or lower --parallel"
COMPARE = "run winrm identify against it from another machine, and compare"


@pytest.mark.parametrize(
    ("error", "cause", "next_step"),
    (
        pytest.param(
            errors.NameNotResolvedError("x"),
            Cause.NAME,
            "check the spelling, or give the host an address in the inventory",
            id="name",
        ),
        pytest.param(
            errors.ConnectError("x"),
            Cause.CONNECT,
            "check that WinRM listens (winrm enumerate winrm/config/listener) and the firewall",
            id="connect",
        ),
        pytest.param(
            errors.TimeOutError("x"),
            Cause.TIME_OUT,
            "check that the server is up and its load, or raise --connect-timeout / --host-timeout",
            id="time-out",
        ),
        pytest.param(
            errors.TlsError("x"),
            Cause.TLS,
            "check the certificate's names and issuer, and give its authority as ca_file in the inventory",
            id="tls",
        ),
        pytest.param(
            errors.LogOnRejectedError("x"),
            Cause.LOG_ON_REJECTED,
            "check user and password by hand before the next run: every run counts towards the account's lock-out",
            id="rejected",
        ),
        pytest.param(
            errors.NoLogOnError("x"),
            Cause.LOG_ON_REJECTED,
            "nothing was tried, so nothing counts towards a lock-out: with Kerberos install exgate[kerberos], run kinit, "
            "and look at the ticket with klist; or choose another transport in the inventory",
            id="no-log-on",
        ),
        pytest.param(
            errors.NotWsmanError("x"),
            Cause.NOT_WSMAN,
            "check the port: WinRM 1.1 listens on 80, WinRM 2.0 on 5985 (https: 443, 5986)",
            id="not-wsman",
        ),
        pytest.param(errors.ProtocolError("x"), Cause.PROTOCOL, COMPARE, id="protocol"),
    ),
)
def test_causes(error, cause, next_step):
    assert unreachable(error) == Unreachable(cause, "x", next_step)


@pytest.mark.parametrize(
    ("fault", "expected"),
    (
        pytest.param(
            Fault(2150859173, "QuotaLimit", "too many"),
            Unreachable(Cause.QUOTA, "QuotaLimit (code 2150859173): too many", QUOTA),
            id="quota",
        ),
        pytest.param(
            Fault(5, "AccessDenied", "Access is denied."),
            Unreachable(
                Cause.LOG_ON_REJECTED,
                "AccessDenied (code 5): Access is denied.",
                "use an account that may use WinRM: an administrator",
            ),
            id="access-denied",
        ),
        pytest.param(Fault(None, "", "broken"), Unreachable(Cause.PROTOCOL, "fault: broken", COMPARE), id="other"),
    ),
)
def test_faults(fault, expected):
    assert unreachable(FaultError(fault)) == expected


def test_every_error_has_a_cause():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, WsmanError)]
    for kind in set(kinds) - {WsmanError, FaultError}:
        assert unreachable(kind("x")).detail == "x"
