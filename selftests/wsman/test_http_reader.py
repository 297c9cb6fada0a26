"""Answers off a socket: whole ones, broken ones, and how much of them is read."""

import http.client
import socket

import pytest

from exgate.wsman.http_reader import HttpReader

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: Chunked\r\n\r\n"


@pytest.fixture(params=(1, 7, 65536), ids=("octets", "pieces", "at-once"))
def read(request):
    """Read an answer that comes in pieces of some length, and then the end of the connection."""

    class Pieces:
        def __init__(self, data):
            self.data = data

        def recv(self, most):
            length = min(most, request.param)
            piece, self.data = self.data[:length], self.data[length:]
            return piece

    def answer(data, most=None):
        reader = HttpReader(Pieces(data))
        status, reason, fields = reader.head()
        return status, reason, fields, reader.body(status, fields, most), reader.reusable

    return answer


def length(number):
    return (("Content-Length", str(number)),)


@pytest.mark.parametrize(
    ("data", "expected"),
    (
        pytest.param(OK + b"Content-Length: 2\r\n\r\nab", (200, "OK", length(2), b"ab", True), id="a-length"),
        pytest.param(
            OK + b"content-length:2 \r\n\r\nab", (200, "OK", (("content-length", "2"),), b"ab", True), id="blanks"
        ),
        pytest.param(b"HTTP/1.1 401 \r\nContent-Length: 0\r\n\r\n", (401, "", length(0), b"", True), id="no-words"),
        pytest.param(b"HTTP/1.1 401\r\nContent-Length: 0\r\n\r\n", (401, "", length(0), b"", True), id="no-blank"),
        pytest.param(
            b"HTTP/1.1 200 OK\nContent-Length: 1\n\na", (200, "OK", length(1), b"a", True), id="bare-line-feeds"
        ),
        pytest.param(OK + b"\r\nab", (200, "OK", (), b"ab", False), id="until-the-end"),
        pytest.param(b"HTTP/1.1 204 No\r\n\r\n", (204, "No", (), b"", True), id="204"),
        pytest.param(b"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", (304, "No", length(5), b"", True), id="304"),
        pytest.param(
            OK + b"Connection: x, Close\r\nContent-Length: 0\r\n\r\n",
            (200, "OK", (("Connection", "x, Close"), *length(0)), b"", False),
            id="close",
        ),
        pytest.param(
            b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", (200, "OK", length(0), b"", False), id="http-1.0"
        ),
        pytest.param(
            b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
            (200, "OK", (("Connection", "Keep-Alive"), *length(0)), b"", True),
            id="http-1.0-that-stays",
        ),
        pytest.param(
            b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na",
            (200, "OK", length(1), b"a", True),
            id="an-interim-answer",
        ),
        pytest.param(
            OK + b"X: a\r\n  b\r\nX: \xe4\r\nContent-Length: 0\r\n\r\n",
            (200, "OK", (("X", "a b"), ("X", "ä"), *length(0)), b"", True),
            id="folded-and-repeated",
        ),
        pytest.param(
            CHUNKED + b"2\r\nab\r\n00A;x=y\r\n0123456789\r\n0\r\n\r\n",
            (200, "OK", (("Transfer-Encoding", "Chunked"),), b"ab0123456789", True),
            id="chunks",
        ),
        pytest.param(
            CHUNKED + b"0\r\nTrailer: x\r\n\r\n",
            (200, "OK", (("Transfer-Encoding", "Chunked"),), b"", True),
            id="trailer",
        ),
    ),
)
def test_an_answer(read, data, expected):
    assert read(data) == expected


@pytest.mark.parametrize(
    ("data", "body", "reusable"),
    (
        pytest.param(OK + b"Content-Length: 4\r\n\r\nabcd", b"abc", False, id="longer"),
        pytest.param(OK + b"Content-Length: 3\r\n\r\nabc", b"abc", True, id="as-long"),
        pytest.param(OK + b"Content-Length: 99999999999\r\n\r\nabcd", b"abc", False, id="endless"),
        pytest.param(OK + b"\r\nabcd", b"abc", False, id="until-the-end"),
        pytest.param(CHUNKED + b"2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n", b"abc", False, id="chunks"),
        pytest.param(CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", b"abc", True, id="a-chunk-as-long"),
    ),
)
def test_no_more_is_read_than_wanted(read, data, body, reusable):
    assert read(data, 3)[3:] == (body, reusable)


CLOSED = http.client.IncompleteRead
NO_HTTP = http.client.BadStatusLine


@pytest.mark.parametrize(
    ("data", "error"),
    (
        pytest.param(b"", http.client.RemoteDisconnected, id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: y\r\n", http.client.RemoteDisconnected, id="within-the-head"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n", NO_HTTP, id="ssh"),
        pytest.param(b"\x00" * 64, NO_HTTP, id="zeros"),
        pytest.param(b"HTT", NO_HTTP, id="less-than-a-line"),
        pytest.param(b"HTTP/2 200\r\n\r\n", NO_HTTP, id="http-2"),
        pytest.param(b"HTTP/1.1 99 x\r\n\r\n", NO_HTTP, id="two-digits"),
        pytest.param(b"HTTP/1.1 200x\r\n\r\n", NO_HTTP, id="more-than-digits"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20000, NO_HTTP, id="a-head-without-an-end"),
        pytest.param(OK + b"no header\r\n\r\n", http.client.HTTPException, id="no-header"),
        pytest.param(OK + b": x\r\n\r\n", http.client.HTTPException, id="no-name"),
        pytest.param(OK + b"X : y\rz\r\n\r\n", http.client.HTTPException, id="a-bare-carriage-return"),
        pytest.param(OK + b"Content-Length: -1\r\n\r\n", http.client.HTTPException, id="negative"),
        pytest.param(OK + b"Content-Length: 1, 1\r\n\r\na", http.client.HTTPException, id="two-lengths"),
        pytest.param(
            OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", http.client.HTTPException, id="other-lengths"
        ),
        pytest.param(OK + b"Content-Length: 3\r\n\r\nab", CLOSED, id="within-the-body"),
        pytest.param(CHUNKED, CLOSED, id="no-chunk"),
        pytest.param(CHUNKED + b"xyz\r\n", CLOSED, id="no-size"),
        pytest.param(CHUNKED + b"-1\r\n", CLOSED, id="a-negative-size"),
        pytest.param(CHUNKED + b"ff\r\nab", CLOSED, id="within-a-chunk"),
        pytest.param(CHUNKED + b"2\r\nabcd\r\n0\r\n\r\n", CLOSED, id="a-chunk-that-is-longer"),
        pytest.param(CHUNKED + b"0\r\n", CLOSED, id="within-the-trailer"),
        pytest.param(CHUNKED + b"0" * 20000, CLOSED, id="a-size-without-an-end"),
    ),
)
def test_what_is_no_answer(read, data, error):
    with pytest.raises(error):
        read(data)


def test_what_comes_behind_an_answer_ends_the_connection():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = HttpReader(ours)
        theirs.sendall(OK + b"Content-Length: 1\r\n\r\nabc")
        status, _, fields = reader.head()
        assert (reader.body(status, fields, None), reader.reusable) == (b"a", False)


def test_two_answers_on_one_connection():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = HttpReader(ours)
        for body in (b"a", b"bc"):
            theirs.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            status, _, fields = reader.head()
            assert reader.body(status, fields, None) == body
            assert reader.reusable
