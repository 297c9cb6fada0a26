"""Kerberos to a web site: whose ticket, what without one, and a server that has to prove itself; no realm needed."""

import base64
import re
import sys

import pytest

from exgate.sources.web import LogOn
from exgate.wsman.errors import NoLogOnError, NotWsmanError

KERBEROS = LogOn(transport="kerberos")
NEGOTIATE = "WWW-Authenticate: Negotiate"
ASKS = ("401 No", b"HTTP 401.2", NEGOTIATE, "WWW-Authenticate: NTLM")
REJECTS = ("401 No", b"HTTP 401.1", NEGOTIATE, "WWW-Authenticate: NTLM")
FINDS = ("207 Multi-Status", b"<multistatus></multistatus>")


def sent(server):
    """Give what each request carried to log on."""
    found = [re.search(rb"\r\nAuthorization: ([^\r]+)", request) for request in server.requests]
    return [header and header[1] for header in found]


@pytest.fixture
def _no_gssapi(monkeypatch):
    monkeypatch.setattr("spnego._gss.HAS_GSSAPI", False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows brings Kerberos along")
@pytest.mark.usefixtures("_no_gssapi")
def test_kerberos_that_is_not_installed(peer, client, fails):
    server = peer(ASKS)
    text = "Kerberos is not installed on this machine: install exgate[kerberos]"
    assert fails(client(server.port), log_on=KERBEROS) == (NoLogOnError, text)
    assert server.connections == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a ticket cache of its own")
def test_kerberos_without_a_ticket(peer, client, monkeypatch, tmp_path, fails):
    pytest.importorskip("gssapi")
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path / 'none'}")
    server = peer(ASKS)
    kind, text = fails(client(server.port, host_header="be01"), log_on=KERBEROS)
    assert kind is NoLogOnError
    assert text.startswith("no Kerberos ticket for HTTP/be01: ")
    assert sent(server) == [None]


class Ticket:
    """What `exgate.sources.web_kerberos.KerberosContext` does, without a realm."""

    def __init__(self, service_host):
        self.service_host = service_host

    def ticket(self):
        return base64.b64encode(b"ticket for " + self.service_host.encode()).decode()

    def proves(self, given):
        return given == "Negotiate proof"


@pytest.mark.parametrize(
    ("site", "log_on", "expected"),
    (
        pytest.param({}, KERBEROS, b"127.0.0.1", id="address"),
        pytest.param({"host_header": "be01"}, KERBEROS, b"be01", id="name"),
        pytest.param({}, LogOn(transport="kerberos", service_host="be01.lab"), b"be01.lab", id="service-host"),
    ),
)
def test_the_ticket_is_for_the_site(peer, client, monkeypatch, site, log_on, expected):
    monkeypatch.setattr("exgate.sources.web_log_on.KerberosContext", Ticket)
    server = peer(ASKS, (*FINDS, "WWW-Authenticate: Negotiate proof"))
    assert str(client(server.port, **site).ask("GET", "/", log_on=log_on)) == "207 Multi-Status"
    token = base64.b64encode(b"ticket for " + expected)
    assert sent(server) == [None, b"Negotiate " + token]


@pytest.mark.parametrize(
    ("answer", "expected"),
    (
        pytest.param(REJECTS, "401.1 (Negotiate, NTLM)", id="rejected"),
        pytest.param(("403 No", b""), "403 No", id="an-error-needs-no-proof"),
    ),
)
def test_what_a_ticket_gets(peer, client, monkeypatch, answer, expected):
    monkeypatch.setattr("exgate.sources.web_log_on.KerberosContext", Ticket)
    server = peer(ASKS, answer)
    assert str(client(server.port).ask("GET", "/", log_on=KERBEROS)) == expected
    assert len(server.requests) == 2


@pytest.mark.parametrize("headers", ((), (NEGOTIATE,), ("WWW-Authenticate: Negotiate other",)))
def test_a_server_that_does_not_prove_itself(peer, client, monkeypatch, headers, fails):
    monkeypatch.setattr("exgate.sources.web_log_on.KerberosContext", Ticket)
    server = peer(ASKS, (*FINDS, *headers))
    text = "something answers, but does not prove itself by Kerberos"
    assert fails(client(server.port), log_on=KERBEROS) == (NotWsmanError, text)
