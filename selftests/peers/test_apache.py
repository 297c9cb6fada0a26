"""The web client against Apache: real Negotiate, real NTLM, real Kerberos, real WebDAV, and TLS 1.0."""

import uuid

import pytest
from peers.httpd import NT_DOMAIN
from peers.realm import HOST, PASSWORD, USER

from exgate.sources.web import LogOn, WebClient, WebSite
from exgate.wsman.errors import LogOnWithheldError, NoLogOnError, TlsError, WsmanError

NTLM = LogOn(transport="ntlm", user=f"{NT_DOMAIN}\\{USER}", password=PASSWORD)
WRONG = LogOn(transport="ntlm", user=f"{NT_DOMAIN}\\{USER}", password="wrong")
KERBEROS = LogOn(transport="kerberos")
PROPFIND = b'<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:displayname/></D:prop></D:propfind>'
SECURE = pytest.mark.parametrize("secure", (False, True), ids=("http", "https"))


@pytest.fixture
def client(apache, authority):
    """Prepare a client of Apache by the host's own name."""
    clients = []

    def prepare(**site):
        here = {"address": "127.0.0.1", "port": apache.http, "https_port": apache.https}
        here |= {"host_header": HOST, "https_name": HOST}
        made = WebSite(**here | {"ca_file": authority.path} | site)
        clients.append(WebClient(made, connect_timeout=5.0, seconds=20.0))
        return clients[-1]

    yield prepare
    for each in clients:
        each.close()


@pytest.fixture
def path():
    """The mailboxes' path, with a query by which Apache's log tells this test's requests from all others."""
    return f"/Exchange/?{uuid.uuid4()}"


def propfind(asked, path="/Exchange/", **how):
    return asked.ask("PROPFIND", path, headers={"Depth": "1"}, body=PROPFIND, **how)


def refused(asked, **how):
    with pytest.raises(WsmanError) as caught:
        propfind(asked, **how)
    return type(caught.value), str(caught.value)


@SECURE
def test_nobody(client, secure):
    answer = propfind(client(), secure=secure)
    assert str(answer) == "401 (Negotiate, NTLM, Basic)"


@SECURE
def test_ntlm(apache, client, path, secure):
    answer = propfind(client(), path, secure=secure, log_on=NTLM)
    assert (str(answer), answer.multistatus) == ("207 Multi-Status", True)
    assert [status for status, _ in apache.asked(path, wait_for=3)] == ["401", "401", "207"]


@SECURE
def test_a_wrong_password_is_tried_once(apache, client, path, secure):
    asked = client()
    assert str(propfind(asked, path, secure=secure, log_on=WRONG)) == "401 (Negotiate, NTLM, Basic)"
    text = "not tried again: this server did not accept the same user and password before"
    assert refused(asked, secure=secure, log_on=WRONG) == (LogOnWithheldError, text)
    assert apache.asked(path, wait_for=3) == [("401", "-")] * 3


@SECURE
@pytest.mark.usefixtures("ticket")
def test_kerberos(apache, client, path, secure):
    answer = propfind(client(), path, secure=secure, log_on=KERBEROS)
    assert (str(answer), answer.multistatus) == ("207 Multi-Status", True)
    assert apache.asked(path, wait_for=2) == [("401", "-"), ("207", f"{USER}@CORP.TEST")]


@pytest.mark.usefixtures("ticket")
def test_kerberos_by_the_services_own_name(client):
    log_on = LogOn(transport="kerberos", service_host=HOST)
    assert propfind(client(host_header=None, https_name=None), log_on=log_on).status == 207


@pytest.mark.usefixtures("ticket")
def test_kerberos_for_a_service_that_does_not_exist(client):
    text = "no Kerberos ticket for HTTP/127.0.0.1: Server HTTP/127.0.0.1@CORP.TEST not found in Kerberos database"
    assert refused(client(host_header=None, https_name=None), log_on=KERBEROS) == (NoLogOnError, text)


@pytest.mark.usefixtures("no_ticket")
def test_kerberos_without_a_ticket(client, tmp_path):
    words = f"No Kerberos credentials available (default cache: FILE:{tmp_path / 'none'})"
    text = f"no Kerberos ticket for HTTP/{HOST}: {words}"
    assert refused(client(), log_on=KERBEROS) == (NoLogOnError, text)


@pytest.mark.usefixtures("ticket")
def test_a_log_on_ends_with_its_connection(client):
    asked = client()
    answers = [propfind(asked, log_on=who).status for who in (None, NTLM, None, KERBEROS, None)]
    assert answers == [401, 207, 401, 207, 401]


@pytest.mark.usefixtures("ticket")
@pytest.mark.parametrize("log_on", (NTLM, KERBEROS), ids=("ntlm", "kerberos"))
def test_basic_alone_is_not_used(apache, client, path, log_on):
    path = path.replace("Exchange", "Public")
    assert str(propfind(client(), path, log_on=log_on)) == "401 (Basic)"
    assert apache.asked(path, wait_for=1) == [("401", "-")]


@pytest.mark.parametrize(
    ("path", "secure", "expected"),
    (
        pytest.param("/ExchSSL/", False, "403 Forbidden", id="ssl-required"),
        pytest.param("/ExchSSL/", True, "401 (Negotiate, NTLM)", id="ssl-given"),
        pytest.param("/ExchIP/", False, "403 Forbidden", id="address-denied"),
        pytest.param("/nowhere/", False, "404 Not Found", id="nothing"),
    ),
)
def test_refusals(client, path, secure, expected):
    assert str(client().ask("GET", path, secure=secure)) == expected


def test_tls_1_0(apache, client):
    text = "this machine's OpenSSL and the server have no TLS version or cipher in common"
    hint = "; legacy_tls: true in the inventory allows TLS 1.0"
    assert refused(client(https_port=apache.tls_1_0), secure=True) == (TlsError, text + hint)
    answer = propfind(client(https_port=apache.tls_1_0, legacy_tls=True), secure=True)
    assert str(answer) == "401 (Negotiate, NTLM, Basic)"


@pytest.mark.usefixtures("ticket")
@pytest.mark.parametrize("log_on", (NTLM, KERBEROS), ids=("ntlm", "kerberos"))
def test_a_log_on_over_tls_1_0(apache, client, log_on):
    assert propfind(client(https_port=apache.tls_1_0, legacy_tls=True), secure=True, log_on=log_on).status == 207


@pytest.mark.parametrize(
    ("site", "expected"),
    (
        pytest.param({"ca_file": None}, "unable to get local issuer certificate", id="unknown-authority"),
        pytest.param(
            {"https_name": "fe01.corp.test"},
            "Hostname mismatch, certificate is not valid for 'fe01.corp.test'.",
            id="another-name",
        ),
    ),
)
@pytest.mark.parametrize("legacy_tls", (False, True))
def test_certificates_are_validated(apache, client, site, expected, legacy_tls):
    port = apache.tls_1_0 if legacy_tls else apache.https
    asked = client(https_port=port, legacy_tls=legacy_tls, **site)
    assert refused(asked, secure=True) == (TlsError, f"certificate verify failed: {expected}")
