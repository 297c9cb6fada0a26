"""Registry values whose effect on a requirement nobody can tell stop the gate."""

import pytest

SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
STARTS = "this changes how Windows starts {}: what it does then is not known here"
IS = "HKLM\\{} says what this server is: what that becomes is not known before the change"
SETUP = "SOFTWARE\\Microsoft\\Exchange\\Setup"
TCPIP = "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"


@pytest.mark.parametrize(
    ("command", "problem"),
    (
        (f"reg add {SERVICES}\\W3SVC /v Start /t REG_DWORD /d 4 /f", STARTS.format("W3SVC")),
        (f"reg add {SERVICES.lower()}\\iisadmin /v START /t REG_DWORD /d 4", STARTS.format("IISADMIN")),
        (f"reg delete {SERVICES}\\MSExchangeIS /v ImagePath /f", STARTS.format("MSExchangeIS")),
        (f"reg delete {SERVICES}\\HTTP /f", STARTS.format("HTTP")),
        (f"reg delete {SERVICES} /f", STARTS.format("IISADMIN")),
        (f'reg add HKLM\\{SETUP} /v "Services Version" /t REG_DWORD /d 80', IS.format(SETUP)),
        (f"reg delete HKLM\\{SETUP.rpartition(chr(92))[0]} /f", IS.format(SETUP)),
        (f"reg add HKLM\\{TCPIP} /v Hostname /d other", IS.format(TCPIP)),
        (f"reg add HKLM\\{TCPIP}\\Interfaces\\x /v IPAddress /t REG_MULTI_SZ /d 10.0.0.9", IS.format(TCPIP)),
    ),
)
def test_what_nobody_can_tell_stops(problem_of, command, problem):
    assert problem_of(setup_cmd=command) == f"change/setup.cmd:1: {problem}"


@pytest.mark.parametrize(
    "command",
    (
        f"reg add {SERVICES}\\HTTP\\Parameters /v MaxFieldLength /t REG_DWORD /d 65534",
        f"reg add {SERVICES}\\W3SVC /v Description /d x",
        f"reg add {SERVICES}\\W3SVC",
        f"reg add {SERVICES}\\W3SVC2 /v Start /t REG_DWORD /d 4",
        f"reg delete {SERVICES}\\W3SVC\\Performance /f",
        f"reg add {SERVICES}\\MasSync\\Parameters /v ExchangeVDir /d /x",
        f"reg add HKLM\\{SETUP}2 /v x /d y",
        f"reg add HKLM\\{SETUP}",
    ),
)
def test_what_no_requirement_depends_on_may_change(problem_or_plan, command):
    assert problem_or_plan(command) is None
