"""What is asked of a web site, in which order, and how little after something went wrong."""

from dataclasses import replace

import pytest

from exgate.facts.http import HttpAnswer
from exgate.facts.registry import MASSYNC_PARAMETERS, Registry, RegistryKey, RegistryType, RegistryValue
from exgate.facts.unknown import Unknown
from exgate.facts.wire import Probe
from exgate.inventory import Role
from exgate.sources.web import LogOn, WebSite
from exgate.sources.wire import ask_wire
from exgate.wsman.errors import ConnectError, LogOnWithheldError, TlsError

NTLM = LogOn(transport="ntlm", user="LAB\\test", password="secret")
TICKET = LogOn(transport="kerberos")
CHALLENGE = HttpAnswer(status=401, schemes=("Negotiate", "NTLM", "Basic"))
BASIC = HttpAnswer(status=401, schemes=("Basic",))
SSL = HttpAnswer(status=403, sub_status=4)
FORBIDDEN = HttpAnswer(status=403)
OK = HttpAnswer(status=200)


class Client:
    """A web client that answers out of a table and remembers what it was asked."""

    local_address = "192.0.2.9"
    peer_address = "10.0.0.5"

    def __init__(self, answers):
        self.site = WebSite(address="10.0.0.5", host_header="BE01")
        self.answers = answers
        self.asked = []

    def ask(self, method, path, *, secure=False, log_on=None, headers=None, body=b""):
        assert (headers or {}).get("Depth") == ("0" if method == "PROPFIND" else None)
        who = log_on.transport if log_on else None
        self.asked.append((method, path, secure, who))
        assert (method == "PROPFIND") is bool(body)
        for key, answer in self.answers.items():
            if key in {(method, path, secure, who), (method, path, secure), (method, path), (secure,), ()}:
                if isinstance(answer, Exception):
                    raise answer
                return answer
        raise AssertionError(self.asked[-1])


def registry(data=None):
    values = (RegistryValue("ExchangeVDir", RegistryType.REG_SZ, data),) if data else ()
    return Registry({MASSYNC_PARAMETERS.lower(): RegistryKey(MASSYNC_PARAMETERS, values)})


@pytest.fixture
def ask(live_lab):
    """Ask a scripted web site: the questions, and the answers by probe."""

    class Facts:
        def __init__(self, data):
            self.registry = registry(data)

    def ask_site(answers, *, role=Role.BACK_END, mailbox=None, log_on=None, data=None):
        client = Client(answers)
        settings = replace(live_lab.settings("be01"), role=role, test_mailbox=mailbox)
        wire = ask_wire(settings, Facts(data), client, log_on)
        return client.asked, wire

    return ask_site


ANONYMOUS = [("GET", "/Exchange/", False, None), ("PROPFIND", "/Exchange/", False, None)]
SERVICES = [("GET", "/oma", False, None), ("OPTIONS", "/Microsoft-Server-ActiveSync", False, None)]


@pytest.mark.parametrize(
    ("options", "answers", "asked"),
    (
        pytest.param({}, {(): CHALLENGE}, ANONYMOUS, id="a-back-end"),
        pytest.param({"role": Role.FRONT_END}, {(): CHALLENGE}, ANONYMOUS + SERVICES, id="a-front-end"),
        pytest.param({"role": Role.SBS}, {(): CHALLENGE}, ANONYMOUS + SERVICES, id="sbs"),
        pytest.param(
            {"role": Role.STANDALONE, "data": "/exchange oma/"},
            {(): CHALLENGE},
            [("GET", "/exchange%20oma/", False, None), ("PROPFIND", "/exchange%20oma/", False, None), *SERVICES],
            id="a-secondary-vdir",
        ),
        pytest.param(
            {"role": Role.FRONT_END, "data": "/exchange-oma"},
            {(): CHALLENGE},
            ANONYMOUS + SERVICES,
            id="a-front-end-is-asked-for-exchange",
        ),
        pytest.param(
            {"mailbox": "test@lab.example", "log_on": NTLM},
            {(): CHALLENGE},
            [*ANONYMOUS, ("PROPFIND", "/Exchange/test@lab.example/", False, "ntlm")],
            id="a-mailbox",
        ),
        pytest.param(
            {"mailbox": "test/../x?y", "log_on": NTLM},
            {(): CHALLENGE},
            [*ANONYMOUS, ("PROPFIND", "/Exchange/test%2F..%2Fx%3Fy/", False, "ntlm")],
            id="a-mailbox-with-odd-characters",
        ),
        pytest.param({"mailbox": "test", "log_on": NTLM}, {(): SSL}, ANONYMOUS, id="no-challenge-no-log-on"),
        pytest.param({"mailbox": "test", "log_on": NTLM}, {(): BASIC}, ANONYMOUS, id="never-basic-to-a-mailbox"),
        pytest.param(
            {"role": Role.FRONT_END, "mailbox": "test", "log_on": NTLM},
            {("GET", "/oma", False): SSL, (False,): SSL, (True,): BASIC},
            [
                *ANONYMOUS,
                ("GET", "/oma", False, None),
                ("GET", "/oma", True, None),
                ("OPTIONS", "/Microsoft-Server-ActiveSync", False, None),
                ("OPTIONS", "/Microsoft-Server-ActiveSync", True, None),
                ("OPTIONS", "/Microsoft-Server-ActiveSync", True, "basic"),
            ],
            id="tls-where-it-is-demanded",
        ),
        pytest.param(
            {"role": Role.FRONT_END},
            {(True,): BASIC, ("GET", "/oma"): HttpAnswer(status=302, location="https://mail/oma"), (): FORBIDDEN},
            [
                *ANONYMOUS,
                ("GET", "/oma", False, None),
                ("GET", "/oma", True, None),
                ("OPTIONS", "/Microsoft-Server-ActiveSync", False, None),
                ("OPTIONS", "/Microsoft-Server-ActiveSync", True, None),
            ],
            id="tls-where-it-is-hinted-at",
        ),
        pytest.param(
            {"role": Role.FRONT_END, "mailbox": "test", "log_on": NTLM},
            {(): BASIC},
            [*ANONYMOUS, *SERVICES, ("OPTIONS", "/Microsoft-Server-ActiveSync", True, "basic")],
            id="a-password-goes-over-tls-alone",
        ),
        pytest.param(
            {"role": Role.FRONT_END, "mailbox": "test", "log_on": NTLM},
            {("OPTIONS", "/Microsoft-Server-ActiveSync", False, "ntlm"): OK, (): CHALLENGE},
            [*ANONYMOUS, *SERVICES, ("OPTIONS", "/Microsoft-Server-ActiveSync", False, "ntlm")],
            id="negotiate-where-it-is-offered",
        ),
    ),
)
def test_questions(ask, options, answers, asked):
    questions, wire = ask(answers, **options)
    assert questions == asked
    assert all(not isinstance(answer, Unknown) for answer in wire.answers.values())


NO_WEB = (
    "check that the World Wide Web Publishing Service runs, and the firewall; check web_port and web_https_port in the "
    "inventory"
)


def test_a_dead_port_is_asked_once_and_phones_may_come_by_tls(ask):
    asked, wire = ask({(): ConnectError("connection refused")}, role=Role.STANDALONE, mailbox="test", log_on=NTLM)
    assert asked == [("GET", "/Exchange/", False, None), ("GET", "/oma", True, None)]
    unknown = Unknown("no answer on TCP 80: connection refused", NO_WEB)
    assert dict(wire.answers) == dict.fromkeys((Probe.GET, Probe.PROPFIND, Probe.OMA, Probe.ACTIVESYNC), unknown)


def test_a_server_that_publishes_tls_alone_is_asked_by_it(ask):
    _, wire = ask({(True,): BASIC, (): ConnectError("connection refused")}, role=Role.FRONT_END)
    assert wire.answers[Probe.OMA].url == "https://10.0.0.5:443/oma"
    assert wire.answers[Probe.ACTIVESYNC].answer == BASIC


def test_a_dead_tls_port_is_asked_once(ask):
    answers = {(True,): TlsError("no cipher in common"), (): SSL}
    asked, wire = ask(answers, role=Role.FRONT_END)
    assert [question for question in asked if question[2]] == [("GET", "/oma", True, None)]
    unknown = Unknown(
        "no answer on TCP 443 (TLS): no cipher in common",
        "check the certificate's names and issuer; give its authority as ca_file in the inventory; Server 2003 needs "
        "legacy_tls: true there, and an OpenSSL that still has one of its cipher suites",
    )
    assert {probe: wire.answers[probe] for probe in (Probe.OMA, Probe.ACTIVESYNC)} == dict.fromkeys(
        (Probe.OMA, Probe.ACTIVESYNC), unknown
    )


@pytest.mark.parametrize(
    "rejection",
    (
        pytest.param(CHALLENGE, id="401"),
        pytest.param(LogOnWithheldError("not tried, because be02 rejected the same user and password"), id="withheld"),
    ),
)
def test_a_rejected_log_on_is_not_tried_again(ask, rejection):
    answers = {("PROPFIND", "/Exchange/test/", False, "ntlm"): rejection, (): CHALLENGE}
    asked, wire = ask(answers, role=Role.STANDALONE, mailbox="test", log_on=NTLM)
    assert [question for question in asked if question[3]] == [("PROPFIND", "/Exchange/test/", False, "ntlm")]
    assert wire.answers[Probe.ACTIVESYNC_LOGGED_ON] == Unknown(
        "the log-on to the test mailbox was rejected, and is not tried again",
        "check test_user and test_password in the inventory by hand",
    )


def test_a_ticket_is_no_password_for_activesync(ask):
    asked, wire = ask({(): BASIC}, role=Role.FRONT_END, mailbox="test", log_on=TICKET)
    assert asked == ANONYMOUS + SERVICES
    assert wire.answers[Probe.ACTIVESYNC_LOGGED_ON] == Unknown(
        "ActiveSync offers Basic, and a Kerberos ticket is no password",
        "give the test mailbox's test_user and test_password in the inventory",
    )


def test_a_registry_that_was_not_read_leaves_nothing_to_ask_for(live_lab):
    class Facts:
        registry = Registry({MASSYNC_PARAMETERS.lower(): Unknown("access is denied", "ask")})

    client = Client({})
    wire = ask_wire(live_lab.settings("be01"), Facts(), client, None)
    assert wire == Unknown("which virtual directory to ask for is not known: access is denied", "ask")
    assert client.asked == []


def test_what_else_is_told(ask):
    _, wire = ask({(): CHALLENGE}, mailbox="test", data="/exchange-oma")
    assert (wire.vdir, wire.host_header, str(wire.from_address), wire.mailbox) == (
        "/exchange-oma",
        "BE01",
        "192.0.2.9",
        "test",
    )
    assert str(wire.answered(Probe.GET)) == "GET http://10.0.0.5:80/exchange-oma/: 401 (Negotiate, NTLM, Basic)"
