from __future__ import annotations

import socket

import pytest

COMMON = {"Server": "Microsoft-IIS/6.0", "MicrosoftOfficeWebServer": "5.0_Pub", "X-Powered-By": "ASP.NET"}


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
def test_401_offers_the_schemes_in_order(ask, server, path, schemes):
    answer, page = ask(server, path, host="mail")
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
def test_ssl_required(ask, server, path):
    answer, page = ask(server, path)
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
def test_address_restrictions_come_before_authentication(ask, server, source, status):
    answer, page = ask(server, "/exchange-oma/user", source=source)
    assert answer.status == status
    assert (b"403.6" in page) is (status == 403)


@pytest.mark.parametrize(
    ("server", "path", "target"),
    (
        pytest.param("drift-06-redirect-on-root", "/", "https://mail.lab.example/", id="root"),
        pytest.param(
            "drift-06-redirect-on-root", "/exchange/a?b", "https://mail.lab.example/exchange/a?b", id="inherited"
        ),
        pytest.param("drift-06-redirect-on-root", "/OMA", "https://mail.lab.example/OMA", id="oma"),
    ),
)
def test_a_redirect_comes_before_authentication(ask, server, path, target):
    answer, _ = ask(server, path)
    assert (answer.status, answer.reason, answer.headers["Location"]) == (302, "Object Moved", target)


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
def test_forms_based_authentication(ask, method, status, reason):
    answer, _ = ask("drift-03-forms-based-authentication", "/Exchange/user", method=method, host="mail")
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
def test_vdirs(ask, server, path, status):
    assert ask(server, path)[0].status == status


@pytest.mark.parametrize(
    ("server", "host", "status"),
    (
        pytest.param("be01", "anything.example", 401, id="any-host"),
        pytest.param("drift-05-host-header", "drift36", 400, id="other-host"),
        pytest.param("drift-05-host-header", "OWA.lab.example:80", 401, id="the-host-header"),
    ),
)
def test_bindings(ask, server, host, status):
    answer, page = ask(server, "/Exchange/", host=host)
    assert answer.status == status
    assert (page == b"<h1>Bad Request (Invalid Hostname)</h1>") is (status == 400)


@pytest.mark.parametrize(
    ("host", "path", "status"),
    (
        pytest.param("ws01", "/Exchange/", 401, id="the-default-web-site"),
        pytest.param("intranet.lab.example", "/Exchange/", 404, id="the-other-has-no-exchange"),
        pytest.param("intranet.lab.example", "/", 200, id="the-other"),
    ),
)
def test_the_second_web_site_has_its_host_header(ask, host, path, status):
    assert ask("ws01", path, host=host)[0].status == status


@pytest.mark.parametrize("https", (False, True), ids=("http", "https"))
@pytest.mark.parametrize("server", ("drift-51-w3svc-stopped", "no-web"))
def test_nothing_listens_where_no_web_site_runs(ask, server, https):
    with pytest.raises(ConnectionRefusedError):
        ask(server, https=https)


def test_nothing_listens_on_port_80_without_a_binding_for_it(ask):
    with pytest.raises(ConnectionRefusedError):
        ask("drift-05-port-8080", "/Exchange/")
    assert ask("drift-05-port-8080", "/Exchange/", https=True)[0].status == 401


@pytest.mark.parametrize(
    ("server", "path", "status"),
    (
        pytest.param("fe02", "/", 200, id="on-the-root"),
        pytest.param("fe02", "/Microsoft-Server-ActiveSync", 401, id="activesync"),
        pytest.param("fe02", "/oma", 401, id="oma"),
        pytest.param("drift-02-ssl-on-root", "/exchange/", 401, id="exchange"),
        pytest.param("sa01", "/exchange-oma/", 403, id="addresses-are-restricted-all-the-same"),
    ),
)
def test_tls_is_what_requires_ssl(ask, server, path, status):
    answer, page = ask(server, path, https=True)
    assert answer.status == status
    assert (b"403.6" in page) is (status == 403)


def test_forms_based_authentication_over_https(ask):
    answer, _ = ask("fe01", "/Exchange/user", https=True, host="mail")
    location = "https://mail/exchweb/bin/auth/owalogon.asp?url=https://mail/Exchange/user&reason=0"
    assert (answer.status, answer.headers["Location"]) == (302, location)


def test_without_https_there_is_no_port(open_lab):
    assert open_lab.server("be01")["site_https_port"] is None


@pytest.mark.parametrize(
    ("server", "path", "status", "text"),
    (
        pytest.param("sp01", "/Exchange/", 401, b"401.2", id="sharepoint-leaves-exchange-alone"),
        pytest.param("sp01", "/Exadmin/x", 401, b"401.2", id="sharepoint-leaves-exadmin-alone"),
        pytest.param("fp01", "/Exchange/", 401, b"401.2", id="frontpage-takes-nothing"),
        pytest.param("drift-31-not-excluded", "/Exchange/", 404, b"HTTP Error 404", id="not-excluded"),
        pytest.param("drift-31-not-excluded", "/exchweb/x", 200, b"Synthetic", id="excluded"),
        pytest.param("drift-31-not-excluded", "/", 200, b"Synthetic", id="first-page"),
        pytest.param("unknown-31", "/exchange-oma/", 403, b"403.6", id="the-address-comes-first"),
    ),
)
def test_web_server_extensions(ask, server, path, status, text):
    answer, page = ask(server, path)
    assert answer.status == status
    assert text in page


@pytest.mark.parametrize(
    ("server", "path", "status", "text"),
    (
        pytest.param("drift-61-service-unavailable", "/Exchange/", 503, b"<h1>Service Unavailable</h1>", id="pool"),
        pytest.param("drift-61-service-unavailable", "/", 200, b"Synthetic", id="another-pool"),
        pytest.param("drift-64-oma-500", "/oma", 500, b"HTTP 500 - Internal server error", id="oma"),
        pytest.param("drift-64-oma-500", "/Microsoft-Server-ActiveSync", 401, b"401.2", id="beside-oma"),
    ),
)
def test_what_does_not_answer_though_it_is_configured(ask, server, path, status, text):
    answer, page = ask(server, path)
    assert answer.status == status
    assert text in page


@pytest.mark.parametrize(
    ("request_line", "status"),
    (
        pytest.param("GET /Exchange/ HTTP/1.0", b"HTTP/1.1 401 ", id="http-1.0-needs-no-host"),
        pytest.param("GET /Exchange/ HTTP/1.1", b"HTTP/1.1 400 ", id="http-1.1-needs-one"),
    ),
)
def test_a_request_without_a_host_header(lab, request_line, status):
    place = lab.server("be01")
    with socket.create_connection((place["address"], place["site_port"]), timeout=10) as connection:
        connection.sendall(f"{request_line}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(status)
    assert (f'Basic realm="{place["address"]}"'.encode() in answer) is (b" 401 " in status)


def test_what_runs_is_not_what_is_written(ask):
    answer, page = ask("drift-53-not-restarted", "/Exchange/")
    assert (answer.status, b"403.4" in page) == (403, True)


def test_requests_are_counted_by_method(lab, ask):
    for method in ("GET", "GET", "PROPFIND"):
        ask("be01", "/Exchange/", method=method)
    record = lab.record("be01")
    assert (record["site_requests"], record["requests"]) == ({"GET": 2, "PROPFIND": 1}, 0)
