"""Logging on to a web site: Negotiate and no other scheme, once and no more, and nothing that shows a password."""

import base64
import re
import struct
import traceback

import pytest

from exgate.sources.web import LogOn
from exgate.sources.web_connection import MOST_OCTETS
from exgate.wsman.errors import (
    ConnectError,
    LogOnWithheldError,
    NoLogOnError,
    ProtocolError,
    WsmanError,
)
from exgate.wsman.gate import LogOnGate

PASSWORD = "p@ss/w#rd? 100%ü"
ALICE = LogOn(transport="ntlm", user="LAB\\alice", password=PASSWORD)
KERBEROS = LogOn(transport="kerberos")
NEGOTIATE, NTLM = "WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM"
BASIC = 'WWW-Authenticate: Basic realm="be01"'
NEGOTIATE_MESSAGE, AUTHENTICATE_MESSAGE = 1, 3
AGAIN = "not tried again: this server did not accept the same user and password before"


def challenge():
    """Write an NTLM challenge ([MS-NLMP] 2.2.1.2): Unicode, NTLM, extended session security, target information."""
    name = "LAB".encode("utf-16-le")
    target_info = struct.pack("<HH", 2, len(name)) + name + struct.pack("<HH", 0, 0)
    fields = [struct.pack("<HHI", len(name), len(name), 56)]
    fields += [struct.pack("<I", 0xA0890205), b"12345678", bytes(8)]
    fields += [struct.pack("<HHI", len(target_info), len(target_info), 56 + len(name)), bytes(8)]
    return base64.b64encode(b"NTLMSSP\0" + struct.pack("<I", 2) + b"".join(fields) + name + target_info).decode()


CHALLENGE = f"WWW-Authenticate: Negotiate {challenge()}"
ASKS = ("401 No", b"HTTP 401.2", NEGOTIATE, NTLM, BASIC)
CHALLENGES = ("401 No", b"", CHALLENGE)
REJECTS = ("401 No", b"HTTP 401.1", NEGOTIATE, NTLM, BASIC)
FINDS = ("207 Multi-Status", b"<multistatus></multistatus>")


def sent(server):
    """Give what each request carried: a scheme and, within Negotiate, NTLM's message number."""
    found = []
    for request in server.requests:
        header = re.search(rb"\r\nAuthorization: (\w+) (\S+)", request)
        token = base64.b64decode(header[2]) if header else b""
        found.append((header[1].decode(), token[8]) if token.startswith(b"NTLMSSP\0") else header and header[0])
    return found


ONCE = [None, ("Negotiate", NEGOTIATE_MESSAGE), ("Negotiate", AUTHENTICATE_MESSAGE)]


@pytest.mark.parametrize("secure", (False, True))
def test_ntlm_within_negotiate(peer, client, authority, secure):
    server = peer(ASKS, CHALLENGES, FINDS, tls=authority.context("127.0.0.1") if secure else None)
    asked = client(server.port, ca_file=authority.path)
    answer = asked.ask("PROPFIND", "/Exchange/", secure=secure, log_on=ALICE, body=b"<propfind/>")
    assert (str(answer), answer.multistatus) == ("207 Multi-Status", True)
    assert sent(server) == ONCE
    assert [request.endswith(b"<propfind/>") for request in server.requests] == [True] * 3
    assert (asked.connections, server.connections) == (1, 1)


CHUNKED = b"HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n401\r\n0\r\n\r\n"


@pytest.mark.parametrize("secure", (False, True))
@pytest.mark.parametrize(
    ("first", "connections"),
    (
        pytest.param(("401 No", b"", NEGOTIATE), 1, id="without-a-page"),
        pytest.param(("401 No", b"", NEGOTIATE, "Connection: close"), 2, id="says-that-it-closes"),
        pytest.param(CHUNKED, 2, id="chunked-and-closes"),
        pytest.param(CHUNKED.replace(b"Transfer-Encoding: chunked", b"Connection: close"), 2, id="ends-by-closing"),
    ),
)
def test_whatever_the_first_401_looks_like(peer, client, authority, secure, first, connections):
    server = peer(first, CHALLENGES, FINDS, tls=authority.context("127.0.0.1") if secure else None)
    asked = client(server.port, ca_file=authority.path)
    assert asked.ask("GET", "/", secure=secure, log_on=ALICE).status == 207
    assert (sent(server), server.connections) == (ONCE, connections)


@pytest.mark.parametrize(
    ("answer", "expected"),
    (
        pytest.param(("401 No", b"", NTLM, BASIC), "401 (NTLM, Basic)", id="others"),
        pytest.param(("401 No", b"", 'WWW-Authenticate: Basic realm="Negotiate"'), "401 (Basic)", id="a-realm"),
        pytest.param(("401 No", b""), "401 No", id="nothing"),
        pytest.param(("403 No", b"", NEGOTIATE), "403 No", id="no-401"),
        pytest.param(("407 No", b"", "Proxy-Authenticate: Negotiate", "Proxy-Authenticate: NTLM"), "407 No", id="407"),
        pytest.param(("200 OK", b""), "200 OK", id="nobody-asks"),
        pytest.param(("302 Found", b"", "Location: /x", NEGOTIATE), "302 to /x", id="redirect"),
    ),
)
def test_without_negotiate_nobody_logs_on(peer, client, answer, expected):
    server = peer(answer)
    assert [str(client(server.port).ask("GET", "/", log_on=ALICE)) for _ in range(2)] == [expected] * 2
    assert sent(server) == [None, None]


def test_a_rejected_password_is_tried_once(peer, client, fails):
    server = peer(ASKS, CHALLENGES, REJECTS)
    asked = client(server.port)
    assert str(asked.ask("GET", "/", log_on=ALICE)) == "401.1 (Negotiate, NTLM, Basic)"
    assert fails(asked, log_on=ALICE) == (LogOnWithheldError, AGAIN)
    assert sent(server) == ONCE


def test_another_account_is_tried(peer, client):
    server = peer(ASKS, CHALLENGES, REJECTS, ASKS, CHALLENGES, FINDS)
    asked = client(server.port)
    assert asked.ask("GET", "/", log_on=ALICE).status == 401
    other = LogOn(transport="ntlm", user="LAB\\bob", password=PASSWORD)
    assert asked.ask("GET", "/", log_on=other).status == 207
    assert sent(server) == ONCE * 2


def test_a_log_on_ends_with_its_connection(peer, client):
    server = peer(ASKS, ASKS, CHALLENGES, FINDS, ASKS)
    asked = client(server.port)
    assert [asked.ask("GET", "/", log_on=who).status for who in (None, ALICE, None)] == [401, 207, 401]
    assert sent(server) == [None, *ONCE, None]
    assert server.connections == 2


BROKEN_OFF = (ProtocolError, "the server broke off the NTLM log-on")
CLOSED = (ConnectError, "the server closed the connection")


@pytest.mark.parametrize(
    ("answers", "expected", "then"),
    (
        pytest.param([ASKS, ASKS], BROKEN_OFF, BROKEN_OFF, id="no-challenge"),
        pytest.param([ASKS, ("403 No", b"")], BROKEN_OFF, BROKEN_OFF, id="403-instead-of-a-challenge"),
        pytest.param(
            [ASKS, ("401 No", b"", f"{NEGOTIATE} TlRMTVNTUAACAAAA")],
            (ProtocolError, "the answer could not be used (ValueError)"),
            (ProtocolError, "the answer could not be used (ValueError)"),
            id="a-broken-challenge",
        ),
        pytest.param([ASKS, CHALLENGES, b""], CLOSED, (LogOnWithheldError, AGAIN), id="closed-after-the-password"),
    ),
)
def test_a_log_on_that_breaks_off(peer, client, answers, expected, then, fails):
    server = peer(*answers, *answers)
    asked = client(server.port)
    assert fails(asked, log_on=ALICE) == expected
    assert fails(asked, log_on=ALICE) == then
    assert sum(which == ("Negotiate", AUTHENTICATE_MESSAGE) for which in sent(server)) <= 1


def test_a_large_page_of_a_401_is_not_read_whole(peer, client):
    large = b" " * (64 * MOST_OCTETS)
    server = peer(("401 No", large, NEGOTIATE), CHALLENGES, FINDS)
    assert client(server.port).ask("GET", "/", log_on=ALICE).status == 207
    assert server.connections == 2


@pytest.mark.parametrize(
    ("log_on", "expected"),
    (
        pytest.param(LogOn(transport="ntlm"), "NTLM needs a user and a password", id="nobody"),
        pytest.param(LogOn(transport="ntlm", user="u"), "NTLM needs a user and a password", id="no-password"),
        pytest.param(LogOn(transport="ntlm", user="u", password=""), "NTLM needs a user and a password", id="empty"),
    ),
)
def test_what_ntlm_needs(peer, client, log_on, expected, fails):
    server = peer(ASKS)
    assert fails(client(server.port), log_on=log_on) == (NoLogOnError, expected)
    assert server.connections == 0


@pytest.mark.parametrize("transport", ("digest", "certificate"))
def test_other_transports(transport):
    with pytest.raises(ValueError, match=f"^nobody logs on to a web site by {transport} here$"):
        LogOn(transport=transport, user="u", password="p")


def test_basic_is_refused_without_tls(peer, client, fails):
    server = peer(ASKS)
    log_on = LogOn(transport="basic", user="u", password="p")
    text = "Basic without TLS would send the password in clear"
    assert fails(client(server.port), log_on=log_on) == (NoLogOnError, text)
    assert server.connections == 0


def test_the_gate_counts_rejections(peer, client, fails):
    gate = LogOnGate()
    servers = [peer(ASKS, CHALLENGES, REJECTS), peer(ASKS, CHALLENGES, REJECTS)]
    servers.append(peer(ASKS, CHALLENGES, ASKS, CHALLENGES))
    assert [client(server.port, gate=gate).ask("GET", "/", log_on=ALICE).status for server in servers[:2]] == [401, 401]
    text = "not tried, because 127.0.0.1 and 127.0.0.1 rejected the same user and password"
    third = client(servers[2].port, gate=gate)
    assert [fails(third, log_on=ALICE) for _ in range(2)] == [(LogOnWithheldError, text)] * 2
    assert [sent(server) for server in servers] == [ONCE, ONCE, ONCE[:2] * 2]


@pytest.mark.parametrize("answers", ([ASKS, CHALLENGES, b""], [ASKS, ASKS], [ASKS, CHALLENGES, "HTTP/1.1 200 OK\r\n"]))
def test_no_frame_of_an_error_holds_the_password(peer, client, answers):
    asked = client(peer(*answers).port)
    asked._deadline -= 19.5
    with pytest.raises(WsmanError) as caught:
        asked.ask("GET", "/", log_on=ALICE)
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert PASSWORD not in "".join(report.format())
    assert PASSWORD not in repr(ALICE)
