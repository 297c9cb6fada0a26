"""Networks that do not carry, redirects, and an environment that would have its say."""

import contextlib
import socket
import sys

import pytest
import requests

from exgate.lab.soap import identify_response
from exgate.wsman import names
from exgate.wsman.errors import (
    ConnectError,
    NameNotResolvedError,
    NotWsmanError,
    TimeOutError,
)

IDENTIFIED = ("200 OK", identify_response(names.IDENTITY, "OS: 5.2.3790 SP: 2.0 Stack: 2.0"))
PROFILE = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
PAGE = b"<html><head><title>It works</title></head></html>"


@pytest.mark.parametrize("transport", ("ntlm", "basic"))
@pytest.mark.parametrize("status", ("301 Moved", "302 Found", "307 Temporary", "308 Permanent"))
def test_a_redirect_is_never_followed(peer, refused, transport, status):
    target = peer(IDENTIFIED)
    server = peer((status, b"", f"Location: {target.url}"))
    assert refused(server.url, transport=transport) == (
        NotWsmanError,
        "the server redirects /wsman to another address",
    )
    assert (len(server.requests), target.connections) == (1, 0)


@pytest.mark.parametrize(
    "text",
    (
        pytest.param("", id="nothing"),
        pytest.param("HTTP/1.1 200 OK\r\n", id="within-the-head"),
        pytest.param("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<s:Env", id="within-the-body"),
    ),
)
def test_silence(peer, refused, text):
    assert refused(peer(text).url, seconds=0.2) == (TimeOutError, "no answer in time")


def test_refused(refused):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}/wsman") == (ConnectError, "connection refused")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse, or accept, what does not fit the backlog")
def test_a_connection_that_is_never_made(refused):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as stack:
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            waiting.connect_ex(listener.getsockname())
        port = listener.getsockname()[1]
        assert refused(f"http://127.0.0.1:{port}/wsman", connect_timeout=0.2) == (
            TimeOutError,
            "no TCP connection in time",
        )


@pytest.mark.parametrize(
    ("host", "expected"),
    (
        pytest.param("no-such-host.invalid", "the name does not resolve", id="unknown"),
        pytest.param(
            f"{'a' * 64}.invalid", "the address is not a host name that can be looked up", id="label-too-long"
        ),
        pytest.param("a..invalid", "the address is not a host name that can be looked up", id="empty-label"),
        pytest.param("a b.invalid", "the address is not a host name that can be looked up", id="space"),
    ),
)
@pytest.mark.parametrize("transport", ("ntlm", "basic"))
def test_names(refused, transport, host, expected):
    assert refused(f"http://{host}:5985/wsman", transport=transport) == (NameNotResolvedError, expected)


@pytest.mark.parametrize("transport", ("ntlm", "basic"))
def test_proxies_of_the_environment_are_not_asked(peer, refused, monkeypatch, transport):
    proxy, server = peer(IDENTIFIED), peer(("404 Not Found", PAGE))
    for variable in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert refused(server.url, transport=transport) == (NotWsmanError, "HTTP 404 at /wsman")
    assert (proxy.connections, len(server.requests)) == (0, 1)


def test_the_environment_of_the_process_is_not_touched(peer, session, monkeypatch):
    touched = []
    real = requests.utils.set_environ
    monkeypatch.setattr(requests.utils, "set_environ", lambda *pair: (touched.append(pair), real(*pair))[1])
    session(peer(IDENTIFIED).url).identify()
    assert [pair for pair in touched if pair[1] is not None] == []


def test_a_netrc_is_not_read(peer, session, monkeypatch, tmp_path):
    """Without an account of its own, requests would send the one that netrc holds for the host."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stranger password elsewhere\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server, empty = peer(IDENTIFIED), tmp_path / "empty.pem"
    empty.write_text("", encoding="utf-8")
    session(server.url, transport="certificate", cert_pem=empty, cert_key_pem=empty).identify()
    assert f"Authorization: {PROFILE}".encode() in server.requests[0]
