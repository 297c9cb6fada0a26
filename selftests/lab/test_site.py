from __future__ import annotations

from http.client import HTTPConnection

import pytest

COMMON = {"Server": "Microsoft-IIS/6.0", "MicrosoftOfficeWebServer": "5.0_Pub", "X-Powered-By": "ASP.NET"}


def ask(lab, server, path, *, method="GET", host=None, source=None):
    """Ask with http.client, which follows nothing and can choose its own address."""
    place = lab.server(server)
    if source and place["address"] == "127.0.0.1":
        pytest.skip("this system has no loopback address but 127.0.0.1")
    connection = HTTPConnection(
        place["address"], place["site_port"], timeout=10, source_address=(source, 0) if source else None
    )
    try:
        connection.request(method, path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("server", "path", "schemes"),
    (
        pytest.param("be01", "/exchange/user/", ["Negotiate", "NTLM", 'Basic realm="mail"'], id="back-end"),
        pytest.param("be01", "/EXCHANGE", ["Negotiate", "NTLM", 'Basic realm="mail"'], id="any-case"),
        pytest.param("be01", "/Exadmin/", ["Negotiate", "NTLM"], id="integrated-only"),
        pytest.param("be01", "/Microsoft-Server-ActiveSync", ['Basic realm="mail"'], id="basic-only"),
        pytest.param("drift-04-ntlm-only", "/Exchange/", ["NTLM", 'Basic realm="mail"'], id="ntlm-only"),
    ),
)
def test_401_offers_the_schemes_in_order(lab, server, path, schemes):
    answer, page = ask(lab, server, path, host="mail")
    assert (answer.status, answer.reason, len(page)) == (401, "Unauthorized", 1656)
    assert answer.headers.get_all("WWW-Authenticate") == schemes
    assert {name: answer.headers[name] for name in COMMON} == COMMON


@pytest.mark.parametrize(
    ("server", "path"),
    (
        pytest.param("fe01", "/Exchange/", id="on-the-vdir"),
        pytest.param("drift-02-ssl-on-root", "/exchange/", id="inherited-from-root"),
        pytest.param("drift-02-ssl-on-root", "/", id="on-the-root"),
    ),
)
def test_ssl_required(lab, server, path):
    answer, page = ask(lab, server, path)
    assert (answer.status, answer.reason, answer.headers["Content-Length"]) == (403, "Forbidden", "1409")
    assert b"<TITLE>The page must be viewed over a secure channel</TITLE>" in page
    assert b"HTTP 403.4 - Forbidden: SSL required" in page


@pytest.mark.parametrize(
    ("server", "source", "status"),
    (
        pytest.param("sa01", None, 403, id="a-stranger"),
        pytest.param("sa01", "127.81.7.21", 401, id="the-server-itself"),
        pytest.param("sa01", "127.81.7.22", 403, id="another-server"),
        pytest.param("drift-15-open", None, 401, id="open"),
        pytest.param("drift-15-denies-itself", "127.81.7.46", 403, id="denies-itself"),
        pytest.param("drift-15-denies-itself", None, 401, id="grants-strangers"),
        pytest.param("drift-15-loopback-only", "127.0.0.1", 401, id="loopback"),
        pytest.param("drift-15-loopback-only", "127.81.7.47", 403, id="loopback-only-denies-the-server"),
    ),
)
def test_address_restrictions_come_before_authentication(lab, server, source, status):
    answer, page = ask(lab, server, "/exchange-oma/user", source=source)
    assert answer.status == status
    assert (b"403.6" in page) is (status == 403)


@pytest.mark.parametrize(
    ("method", "status", "reason"),
    (
        pytest.param("GET", 302, "Moved Temporarily", id="get"),
        pytest.param("HEAD", 302, "Moved Temporarily", id="head"),
        pytest.param("PROPFIND", 440, "Login Timeout", id="propfind"),
        pytest.param("SEARCH", 440, "Login Timeout", id="search"),
        pytest.param("OPTIONS", 440, "Login Timeout", id="options"),
    ),
)
def test_forms_based_authentication(lab, method, status, reason):
    answer, _ = ask(lab, "drift-03-forms-based-authentication", "/Exchange/user", method=method, host="mail")
    assert (answer.status, answer.reason) == (status, reason)
    location = "http://mail/exchweb/bin/auth/owalogon.asp?url=http://mail/Exchange/user&reason=0"
    assert answer.headers["Location"] == (location if status == 302 else None)


@pytest.mark.parametrize(
    ("server", "path", "status"),
    (
        pytest.param("be01", "/", 200, id="root"),
        pytest.param("be01", "/ExchWeb/x", 200, id="anonymous-vdir"),
        pytest.param("be01", "/exchange-oma/", 404, id="no-secondary"),
        pytest.param("be01", "/exchangex", 404, id="longer-name"),
        pytest.param("drift-01-no-exchange-vdir", "/Exchange/", 404, id="no-exchange"),
    ),
)
def test_vdirs(lab, server, path, status):
    assert ask(lab, server, path)[0].status == status


@pytest.mark.parametrize(
    ("server", "host", "status"),
    (
        pytest.param("be01", "anything.example", 401, id="any-host"),
        pytest.param("drift-05-port-8080", "drift35", 400, id="no-binding-for-80"),
        pytest.param("drift-05-host-header", "drift36", 400, id="other-host"),
        pytest.param("drift-05-host-header", "OWA.lab.example:80", 401, id="the-host-header"),
    ),
)
def test_bindings(lab, server, host, status):
    answer, page = ask(lab, server, "/Exchange/", host=host)
    assert answer.status == status
    assert (page == b"<h1>Bad Request (Invalid Hostname)</h1>") is (status == 400)


def test_requests_are_counted_by_method(lab):
    for method in ("GET", "GET", "PROPFIND"):
        ask(lab, "be01", "/Exchange/", method=method)
    record = lab.record("be01")
    assert (record["site_requests"], record["requests"]) == ({"GET": 2, "PROPFIND": 1}, 0)
