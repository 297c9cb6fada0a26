"""Forms-based authentication: every combination of evidence, and the verdict that names each piece."""

from datetime import UTC, datetime
from itertools import product

import pytest

from exgate.facts.events import EventLog, LoggedEvent
from exgate.facts.http import HttpAnswer
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.wire import Answered, Probe, Wire

from .conftest import metabase

EXCHANGE = "/LM/W3SVC/1/ROOT/Exchange"
SITE = "http://10.0.0.5:80/Exchange/"
STARTED = datetime(2026, 1, 1, 6, 0, tzinfo=UTC)
LATER = datetime(2026, 1, 1, 7, 30, tzinfo=UTC)
FORM = "http://BE01/exchweb/bin/auth/owalogon.asp?url=http://BE01/Exchange/&reason=0"
SILENT_EVENT = "no event 3030, which says nothing"


def answered(method, status, **answer):
    return Answered(method=method, url=SITE, answer=HttpAnswer(status=status, **answer))


def wire(get, propfind=None):
    return Wire(
        vdir="/Exchange",
        host_header="BE01",
        answers={Probe.GET: get, Probe.PROPFIND: propfind or get},
    )


CHALLENGE = {"schemes": ("Negotiate", "NTLM", "Basic")}
REFUSED = Unknown("no answer on TCP 80: connection refused", "look")
WIRE = {
    "form": (
        wire(answered("GET", 302, location=FORM), answered("PROPFIND", 440, reason="Login Timeout")),
        "on",
        f"the wire says on (GET: 302 to {FORM}); the wire says on (PROPFIND: 440 Login Timeout)",
    ),
    "challenge": (
        wire(answered("GET", 401, **CHALLENGE), answered("PROPFIND", 401, **CHALLENGE)),
        "off",
        "the wire says off (GET: 401 (Negotiate, NTLM, Basic)); the wire says off (PROPFIND: 401 (Negotiate, NTLM, Basic))",
    ),
    "ssl": (
        wire(answered("GET", 403, sub_status=4, reason="Forbidden"), answered("PROPFIND", 401, schemes=("Basic",))),
        None,
        "the wire says nothing (GET: 403.4 Forbidden); the wire says nothing (PROPFIND: 401 (Basic))",
    ),
    "silent": (
        wire(REFUSED),
        None,
        "the wire was not seen (no answer on TCP 80: connection refused)",
    ),
}
FLAGS_6 = f"AuthFlags is 6 (AuthBasic | AuthNTLM), set on {EXCHANGE}"
FLAGS_2 = f"AuthFlags is 2 (AuthBasic), set on {EXCHANGE}"
NO_DOMAIN = 'DefaultLogonDomain is "", not set, the schema\'s default'
BACKSLASH = f'DefaultLogonDomain is "\\", set on {EXCHANGE}'
DOMAIN = 'DefaultLogonDomain="\\"'
TRACES = {
    "traces-on": (f'AuthFlags="AuthBasic" {DOMAIN}', "on", f"the article's traces say on ({FLAGS_2}, and {BACKSLASH})"),
    "traces-off": (
        'AuthFlags="AuthBasic | AuthNTLM"',
        "off",
        f"the article's traces say off ({FLAGS_6}, and {NO_DOMAIN})",
    ),
    "traces-mixed": (
        f'AuthFlags="AuthBasic | AuthNTLM" {DOMAIN}',
        None,
        f"the article's traces are mixed and say nothing ({FLAGS_6}, and {BACKSLASH})",
    ),
    "traces-unreadable": (
        'AuthFlags="AuthSmoke"',
        None,
        (
            "the article's traces could not be read (AuthFlags in MetaBase.xml could not be understood: "
            "'AuthSmoke' is no flag of AuthFlags)"
        ),
    ),
}
PROPERTY = {
    "45054-on": (
        '<Custom ID="45054" Value="1" Attributes="INHERIT"/>',
        "on",
        f"property 45054 says on (1, set on {EXCHANGE})",
    ),
    "45054-absent": ("", None, "property 45054 is not set, which alone says nothing"),
    "45054-unreadable": (
        '<Custom ID="45054" Value="?" Attributes="INHERIT"/>',
        None,
        (
            "property 45054 could not be read (45054 in MetaBase.xml could not be understood: "
            "'?' is no number from 0 to 4294967295)"
        ),
    ),
}


def event(server="BE01", generated=LATER, code=3030):
    return LoggedEvent(source="Server ActiveSync", code=code, generated=generated, strings=(server,), message="")


def log(*events):
    return EventLog(since=STARTED, because="the last start of IIS Admin", events=events, reaches_back=True)


EVENT = {
    "event": (log(event()), "on", "event 3030 says on (2026-01-01 07:30:00 UTC)"),
    "no-event": (log(event("OTHER"), event(code=3029)), None, SILENT_EVENT),
    "log-unreadable": (
        Unknown("access is denied", "ask"),
        None,
        "event 3030 could not be looked for (access is denied)",
    ),
}


@pytest.mark.parametrize(
    ("on_the_wire", "traces", "number", "logged"),
    tuple(product(WIRE, TRACES, PROPERTY, EVENT)),
)
def test_every_combination(make_server, on_the_wire, traces, number, logged):
    pieces = (WIRE[on_the_wire], TRACES[traces], PROPERTY[number], EVENT[logged])
    attributes, custom = pieces[1][0], pieces[2][0]
    server = make_server(
        metabase=metabase({"Exchange": f"{attributes} {custom}"}),
        wire=pieces[0][0],
        event_log=pieces[3][0],
        iis_admin_started=STARTED,
    )
    said = {says for _, says, _ in pieces if says}
    texts = "; ".join(text for _, _, text in pieces)
    try:
        reading = server.mobile_vdir.uses_forms_based_authentication
        found = (bool(reading), reading.found)
    except UnknownFact as error:
        found = ("unknown", error.unknown.reason)
    if said == {"on"}:
        expected = (True, f"/Exchange (web site 1) uses forms-based authentication: {texts}; demanded: off")
    elif said == {"off"}:
        expected = (False, f"/Exchange (web site 1) does not use forms-based authentication: {texts}")
    elif said:
        expected = (
            "unknown",
            f"/Exchange (web site 1): the evidence on forms-based authentication contradicts itself: {texts}",
        )
    else:
        expected = (
            "unknown",
            f"/Exchange (web site 1): no evidence says whether forms-based authentication is on: {texts}",
        )
    assert found == expected


@pytest.mark.parametrize(
    ("facts", "text"),
    (
        pytest.param(
            {"event_log": log(event(generated=datetime(2026, 1, 1, 5, 59, tzinfo=UTC)))},
            SILENT_EVENT,
            id="before-the-start",
        ),
        pytest.param(
            {"event_log": log(event("be01.lab.example"))}, "event 3030 says on (2026-01-01 07:30:00 UTC)", id="fqdn"
        ),
        pytest.param(
            {"event_log": log(event()), "iis_admin_started": Unknown("it does not run", "start it")},
            "event 3030 could not be looked for (it does not run)",
            id="no-start",
        ),
        pytest.param(
            {"event_log": log(event()), "network": Unknown("names not read", "read them")},
            "event 3030 could not be looked for (names not read)",
            id="no-names",
        ),
        pytest.param({"wire": Unknown("--no-wire", "-")}, "the wire was not seen (--no-wire)", id="no-wire"),
        pytest.param(
            {"wire": Wire(vdir="/other", host_header="BE01")},
            "the wire was asked for /other instead",
            id="another-vdir",
        ),
        pytest.param(
            {"wire": Wire(vdir="/exchange", host_header="BE01")},
            "the wire was not seen (GET of the virtual directory was not asked); "
            "the wire was not seen (PROPFIND of the virtual directory was not asked)",
            id="not-asked",
        ),
        pytest.param(
            {"wire": wire(answered("GET", 302, location="https://mail.lab.example/exchange"))},
            "the wire says nothing (GET: 302 to https://mail.lab.example/exchange); "
            "the wire says nothing (GET: 302 to https://mail.lab.example/exchange)",
            id="another-redirect",
        ),
        pytest.param(
            {"wire": wire(answered("GET", 401, schemes=("NTLM",)))},
            "the wire says off (GET: 401 (NTLM)); the wire says off (GET: 401 (NTLM))",
            id="ntlm-alone",
        ),
    ),
)
def test_pieces(make_server, facts, text):
    given = {"wire": Unknown("not asked", "ask"), "event_log": log(), "iis_admin_started": STARTED} | facts
    try:
        found = make_server(**given).mobile_vdir.uses_forms_based_authentication.found
    except UnknownFact as error:
        found = error.unknown.reason
    assert text in found
