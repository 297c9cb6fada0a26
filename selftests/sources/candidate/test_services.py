"""A change that leaves a service or a web site down is none that can be judged."""

import pytest


@pytest.mark.parametrize(
    "text",
    (
        "net stop iisadmin /y & net start w3svc",
        'NET STOP IISADMIN /Y\nnet start smtpsvc\nnet start "World Wide Web Publishing Service"',
        "net stop w3svc\nnet start W3SVC",
        'net stop "IIS Admin Service" /y\niisreset',
        "net stop iisadmin\niisreset /start",
        "iisreset /stop\niisreset /restart /noforce",
        "iisreset /stop\nnet start w3svc",
        "net stop MSExchangeSA /y\nnet start MSExchangeIS",
        "net stop MSExchangeIS & net start msexchangeis",
        "net start",
        "net start w3svc\niisreset /status",
    ),
)
def test_services_that_run_again(problem_or_plan, text):
    assert problem_or_plan(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        ("net stop iisadmin /y", "1: iisadmin stays stopped: no net start iisadmin follows in this file"),
        ("net stop iisadmin /y\nnet start iisadmin", "1: w3svc stays stopped: no net start w3svc follows in this file"),
        ("net start w3svc\nnet stop w3svc", "2: w3svc stays stopped: no net start w3svc follows in this file"),
        ('net stop "World Wide Web Publishing Service"', "1: w3svc stays stopped: no net start w3svc follows in this file"),
        ("net stop msexchangesa /y\nnet start msexchangesa", "1: msexchangeis stays stopped: no net start msexchangeis follows in this file"),
        ("net stop smtpsvc", "1: smtpsvc stays stopped: no net start smtpsvc follows in this file"),
        ("iisreset /stop", "1: iisadmin stays stopped: no net start iisadmin follows in this file"),
        ("iisreset /stop\niisreset /status", "1: iisadmin stays stopped: no net start iisadmin follows in this file"),
        ("net stop", "1: net stop without a service"),
        ("net use", "1: net use is not understood: net start and net stop are"),
        ("iisreset /now", "1: iisreset /now is not understood"),
        ("adsutil set w3svc/1/ServerAutoStart FALSE", "1: the web site stays stopped when IIS Admin is restarted (ServerAutoStart FALSE)"),
        ("adsutil set w3svc/1/serverautostart 0", "1: the web site stays stopped when IIS Admin is restarted (ServerAutoStart FALSE)"),
        ("adsutil delete w3svc/1/ServerAutoStart", "1: whether the web site starts without ServerAutoStart is not known: set it TRUE"),
    ),
)  # fmt: skip
def test_what_stays_down_stops_the_gate(problem_of, text, problem):
    assert problem_of(setup_cmd=text) == f"change/setup.cmd:{problem}"


def test_a_web_site_may_be_told_to_start(steps_of):
    assert steps_of("adsutil set w3svc/1/ServerAutoStart TRUE") == []


def test_a_script_cannot_keep_a_web_site_down(problem_of):
    text = 'Set o = GetObject("IIS://localhost/W3SVC/1")\no.ServerAutoStart = False\no.SetInfo\n'
    assert problem_of(a_vbs=text) == (
        "change/a.vbs:2: the web site stays stopped when IIS Admin is restarted (ServerAutoStart FALSE)"
    )
