"""HTTP/1.1 as the lab's servers read and speak it, on a real wire."""

from __future__ import annotations

import socket

import pytest

from exgate.lab.http_reader import Head, MalformedRequestError, RequestReader

HEAD = b"POST /x HTTP/1.1\r\nHost: h\r\n"


def read(*pieces):
    reader = RequestReader()
    found = []
    for piece in pieces:
        reader.feed(piece)
        while request := reader.read():
            found.append(request)
    return found


@pytest.mark.parametrize(
    ("pieces", "bodies"),
    (
        pytest.param([HEAD + b"\r\n"], [b""], id="no-body"),
        pytest.param([HEAD + b"Content-Length: 3\r\n\r\nabc"], [b"abc"], id="length"),
        pytest.param([HEAD[:9], HEAD[9:] + b"Content-Length: 3\r\n\r", b"\na", b"bc"], [b"abc"], id="in-pieces"),
        pytest.param(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: t\r\n\r\n"],
            [b"abc"],
            id="chunks",
        ),
        pytest.param(
            [HEAD + b"Transfer-Encoding: Chunked\r\n\r\n2\r\na", b"b\r\n0\r\n", b"\r\n"], [b"ab"], id="chunks-in-pieces"
        ),
        pytest.param([(HEAD + b"Content-Length: 1\r\n\r\na") * 2], [b"a", b"a"], id="two-at-once"),
        pytest.param([b"\r\n" + HEAD + b"\r\n"], [b""], id="empty-line-before"),
    ),
)
def test_requests_out_of_octets(pieces, bodies):
    assert [body for _, body in read(*pieces)] == bodies


@pytest.mark.parametrize(
    ("octets", "head"),
    (
        pytest.param(
            b"GET /a%20b?c HTTP/1.1\r\nHOST: h:1\r\nX-A:  1 \r\nx-a: 2\r\n\r\n",
            Head("GET", "/a%20b?c", 1, {"host": "h:1", "x-a": "1"}),
            id="headers",
        ),
        pytest.param(b"GET http://h/a HTTP/1.1\r\nHost: h\r\n\r\n", Head("GET", "/a", 1, {"host": "h"}), id="absolute"),
        pytest.param(b"GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", Head("GET", "/", 1, {"host": "h"}), id="authority"),
        pytest.param(b"GET / HTTP/1.0\r\n\r\n", Head("GET", "/", 0, {}), id="http-1.0"),
    ),
)
def test_heads(octets, head):
    assert read(octets) == [(head, b"")]


@pytest.mark.parametrize(
    ("octets", "status"),
    (
        pytest.param(b"nonsense\r\n\r\n", 400, id="no-request"),
        pytest.param(b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 400, id="version"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="no-host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", 400, id="no-colon"),
        pytest.param(b"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400, id="space-before-colon"),
        pytest.param(HEAD + b"Content-Length: -1\r\n\r\n", 400, id="negative-length"),
        pytest.param(HEAD + b"Content-Length: 1048577\r\n\r\n", 413, id="too-long"),
        pytest.param(HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501, id="encoding"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, id="chunk-size"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n", 413, id="long-chunk"),
        pytest.param(b"GET /" + b"x" * 70000, 431, id="endless-head"),
    ),
)
def test_what_is_no_request(octets, status):
    with pytest.raises(MalformedRequestError) as caught:
        read(octets)
    assert caught.value.status == status


@pytest.fixture
def connection(lab):
    place = lab.server("be01")
    with socket.create_connection((place["address"], place["site_port"]), timeout=10) as connection:
        yield connection


def received(connection, end=b""):
    data = b""
    while not (end and data.endswith(end)):
        piece = connection.recv(65536)
        if not piece:
            break
        data += piece
    return data


def test_two_requests_at_once_are_answered_in_turn(connection):
    request = "GET /{} HTTP/1.1\r\nHost: be01\r\nConnection: {}\r\n\r\n"
    connection.sendall((request.format("Exchange/", "keep-alive") + request.format("nope", "close")).encode())
    answers = received(connection)
    assert answers.startswith(b"HTTP/1.1 401 ")
    assert answers.count(b"HTTP/1.1 ") == 2
    assert answers.index(b"HTTP/1.1 404 ") > 0


def test_a_client_that_waits_is_told_to_go_on_once(connection):
    connection.sendall(b"POST /nope HTTP/1.1\r\nHost: be01\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert received(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"a")
    connection.sendall(b"b")
    assert connection.recv(13) == b"HTTP/1.1 404 "


def test_what_is_no_request_ends_the_connection(connection):
    connection.sendall(b"nonsense\r\n\r\n")
    answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nDate: ")
    assert answer.endswith(b"\r\nConnection: close\r\n\r\n")


def test_head_has_a_length_and_no_body(connection):
    connection.sendall(b"HEAD /nope HTTP/1.1\r\nHost: be01\r\nConnection: close\r\n\r\n")
    answer = received(connection)
    assert b"\r\nContent-Length: 1635\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("request_line", "header", "closes"),
    (
        pytest.param("GET /nope HTTP/1.1", "", False, id="1.1"),
        pytest.param("GET /nope HTTP/1.1", "Connection: Close\r\n", True, id="1.1-close"),
        pytest.param("GET /nope HTTP/1.0", "", True, id="1.0"),
        pytest.param("GET /nope HTTP/1.0", "Connection: keep-alive\r\n", False, id="1.0-keep-alive"),
    ),
)
def test_who_ends_the_connection(connection, request_line, header, closes):
    connection.sendall(f"{request_line}\r\nHost: be01\r\n{header}\r\n".encode())
    answer = received(connection, b"</BODY></HTML>\r\n")
    assert (b"\r\nConnection: close\r\n" in answer) is closes
    if closes:
        assert connection.recv(1) == b""
    else:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: be01\r\n\r\n")
        assert connection.recv(9) == b"HTTP/1.1 "
