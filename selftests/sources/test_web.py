"""A web site's answers: what is asked, what is made of them, and what the environment has no say in."""

import pytest

from exgate.sources.web import WebSite
from exgate.wsman.errors import (
    ConnectError,
)

PAGE_403_4 = b"<html><head><title>The page must be viewed over a secure channel</title></head>HTTP Error 403.4</html>"
PAGE_401 = b"<title>You are not authorized to view this page</title>HTTP Error 401.1"


@pytest.mark.parametrize(
    ("answer", "expected"),
    (
        pytest.param(("403 Forbidden", PAGE_403_4), "403.4 Forbidden", id="403.4"),
        pytest.param(("403 Forbidden", b"HTTP 403.6"), "403.6 Forbidden", id="403.6"),
        pytest.param(("403 Verboten", b""), "403 Verboten", id="403-without-a-page"),
        pytest.param(("440 Login Timeout", b""), "440 Login Timeout", id="440"),
        pytest.param(("404 Not Found", b"HTTP Error 404.2"), "404.2 Not Found", id="404.2"),
        pytest.param(("500 Error", b""), "500 Error", id="500"),
        pytest.param(("505 HTTP Version Not Supported", b""), "505 HTTP Version Not Supported", id="505"),
        pytest.param(("200 ", b""), "200", id="no-reason"),
        pytest.param(("401 No", PAGE_401), "401.1 No", id="401-that-offers-nothing"),
        pytest.param(
            ("401 No", PAGE_401, "WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM", 'WWW-Authenticate: Basic realm="a, NTLM"'),
            "401.1 (Negotiate, NTLM, Basic)",
            id="401-three-headers",
        ),
        pytest.param(("401 No", b"", 'WWW-Authenticate: Basic realm="x", Negotiate'), "401 (Basic, Negotiate)", id="401-one-header"),
        pytest.param(("200 OK", b"", "WWW-Authenticate: Negotiate oRQw"), "200 OK", id="200-with-a-proof"),
        pytest.param(("302 Found", b"", "Location: http://[::"), "302 to http://[::", id="302-to-nowhere"),
    ),
)  # fmt: skip
def test_what_answers(peer, client, answer, expected):
    server = peer(answer)
    assert str(client(server.port).ask("GET", "/Exchange/")) == expected
    assert server.connections == 1


def test_all_of_an_answer(peer, client):
    body = b'<?xml version="1.0"?><a:multistatus xmlns:a="DAV:"><a:response/></a:multistatus>'
    server = peer(
        ("207 Multi-Status", body, "MS-ASProtocolVersions: 2.5", "Server: Microsoft-IIS/6.0", "Set-Cookie: a=b")
    )
    answer = client(server.port).ask("PROPFIND", "/Exchange/", headers={"Depth": "0"}, body=b"<propfind/>")
    assert (answer.status, answer.reason, answer.multistatus) == (207, "Multi-Status", True)
    assert dict(answer.headers) == {"ms-asprotocolversions": "2.5"}
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[0] == b"PROPFIND /Exchange/ HTTP/1.1"
    assert b"Depth: 0" in head
    assert body == b"<propfind/>"


def headers(request):
    return dict(line.split(": ", 1) for line in request.decode().partition("\r\n\r\n")[0].split("\r\n")[1:])


@pytest.mark.parametrize(
    ("site", "secure", "expected"),
    (
        pytest.param({"address": "10.0.0.5"}, False, "10.0.0.5", id="address"),
        pytest.param({"address": "10.0.0.5", "host_header": "mail.example"}, False, "mail.example", id="name"),
        pytest.param({"address": "10.0.0.5", "host_header": "BE01"}, True, "10.0.0.5", id="the-name-of-http"),
        pytest.param({"address": "10.0.0.5", "https_name": "mail.example"}, True, "mail.example", id="name-https"),
        pytest.param({"address": "10.0.0.5", "https_name": "mail.example"}, False, "10.0.0.5", id="the-name-of-https"),
        pytest.param({"address": "be01", "port": 8080}, False, "be01:8080", id="port"),
        pytest.param({"address": "be01", "port": 443}, False, "be01:443", id="the-other-schemes-port"),
        pytest.param({"address": "be01", "https_port": 8443}, True, "be01:8443", id="https-port"),
        pytest.param({"address": "2001:db8::5"}, False, "[2001:db8::5]", id="ipv6"),
        pytest.param({"address": "2001:db8::5", "port": 8080}, False, "[2001:db8::5]:8080", id="ipv6-port"),
    ),
)
def test_the_host_header(site, secure, expected):
    assert WebSite(**site).host(secure=secure) == expected


def test_the_host_header_is_the_servers_own_name(peer, client):
    server = peer(("200 OK", b""))
    client(server.port, host_header="mail.example").ask("GET", "/")
    assert headers(server.requests[0])["Host"] == f"mail.example:{server.port}"


def test_one_connection_without_cookies(peer, client):
    server = peer(
        ("401 No", PAGE_401, "Set-Cookie: session=1; path=/"),
        ("302 Found", b"", "Location: /elsewhere"),
        ("200 OK", b""),
    )
    asked = client(server.port)
    assert asked.local_address is None
    assert [asked.ask("GET", "/Exchange/").status for _ in range(3)] == [401, 302, 200]
    assert (asked.connections, server.connections, asked.local_address) == (1, 1, "127.0.0.1")
    plain = {"User-Agent": "exgate", "Accept": "*/*", "Accept-Encoding": "identity"}
    assert [headers(request) for request in server.requests] == [{"Host": f"127.0.0.1:{server.port}"} | plain] * 3


@pytest.mark.parametrize("status", ("301 Moved", "302 Found", "307 Temporary", "308 Permanent"))
def test_a_redirect_is_never_followed(peer, client, status):
    target = peer(("200 OK", b""))
    server = peer((status, b"", f"Location: {target.url}"))
    assert str(client(server.port).ask("GET", "/Exchange/")) == f"{status[:3]} to {target.url}"
    assert (len(server.requests), target.connections) == (1, 0)


def test_a_closed_client_asks_nothing(peer, client, fails):
    server = peer(("200 OK", b""))
    asked = client(server.port)
    asked.close()
    assert fails(asked) == (ConnectError, "the web client was closed")
    assert server.connections == 0


def test_a_path_starts_with_a_slash(client):
    with pytest.raises(ValueError, match=r"^a path starts with a slash: @elsewhere/$"):
        client(80).ask("GET", "@elsewhere/")


@pytest.fixture
def _environment(peer, monkeypatch, tmp_path):
    """An environment that would send everything elsewhere, with a password."""
    elsewhere = peer(("200 OK", b"elsewhere"))
    for variable in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{elsewhere.port}")
    for variable in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login somebody password secret\n", encoding="utf-8")
    netrc.chmod(0o600)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))


@pytest.mark.usefixtures("_environment")
def test_the_environment_has_no_say(peer, client):
    server = peer(("401 No", b"", 'WWW-Authenticate: Basic realm="x"'))
    assert str(client(server.port).ask("GET", "/Exchange/")) == "401 (Basic)"
    assert "Authorization" not in headers(server.requests[0])
