"""The lab's HTTP server: one protocol object a connection and no tasks, so that thousands of hosts cost little."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import Final

from exgate.lab.delays import Delays
from exgate.lab.http_message import HttpRequest, HttpResponse
from exgate.lab.http_reader import MalformedRequestError, RequestReader

_MOST_WAITING: Final = 4 * 1024 * 1024
"""Octets that may wait while an answer is under way; a client that sends more is read no further."""
_BACKLOG: Final = 128
_NO_LINGERING: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER with no time: closing resets the connection."""


_ROOM: Final = memoryview(bytearray(64 * 1024))
"""Where octets arrive; they are taken away at once, so that one place will do for every connection."""


class Handler:
    """What a server does; the methods are there to be overridden.

    Attributes:
        delays: How long its answers take.
    """

    delays = Delays()

    def connected(self, transport: asyncio.Transport) -> None:
        """Hear of a new connection."""

    def disconnected(self, transport: asyncio.Transport) -> None:
        """Hear of a connection's end."""

    def answer(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse] | None:
        """Answer a request, now or later; None says nothing on this connection any more."""
        raise NotImplementedError


class HttpServer:
    """A server on listening sockets.

    Args:
        handler: What it does.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._connections: set[_Connection] = set()
        self._listeners: list[asyncio.Server] = []

    async def listen(self, listener: socket.socket, context: ssl.SSLContext | None = None) -> None:
        """Answer on a listening socket, which is closed with the server.

        Args:
            listener: The socket.
            context: For TLS.
        """
        make: Callable[[], _Connection] = lambda: _Connection(self._handler, self._connections, secure=bool(context))  # noqa: E731 - a factory
        loop = asyncio.get_running_loop()
        self._listeners.append(await loop.create_server(make, sock=listener, ssl=context, backlog=_BACKLOG))

    def close(self) -> None:
        """Listen no more and end every connection, whatever is under way on it."""
        for listener in self._listeners:
            listener.close()
        for connection in tuple(self._connections):
            connection.abort()


class _Connection(asyncio.BufferedProtocol):
    """A connection: its requests are answered one after another."""

    __slots__ = ("_all", "_handler", "_reader", "_secure", "_task", "_timer", "_transport", "busy")

    _transport: asyncio.Transport

    def __init__(self, handler: Handler, connections: set[_Connection], *, secure: bool) -> None:
        self._handler = handler
        self._all = connections
        self._secure = secure
        self._reader = RequestReader()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._all.add(self)
        self._handler.connected(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._all.discard(self)
        if self._timer:
            self._timer.cancel()
        if self._task:
            self._task.cancel()
        self._handler.disconnected(self._transport)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        return _ROOM

    def buffer_updated(self, nbytes: int) -> None:
        self._reader.feed(bytes(_ROOM[:nbytes]))
        if not self.busy:
            self._next()
        elif self._reader.waiting > _MOST_WAITING:
            self._transport.pause_reading()

    def abort(self) -> None:
        self._transport.abort()

    def _next(self) -> None:
        """Answer the next request, if it is complete."""
        try:
            found = self._reader.read()
        except MalformedRequestError as error:
            self.busy = True
            self._send(HttpResponse(error.status), closes=True)
            return
        if found is None:
            if self._reader.must_continue():
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        self.busy = True
        head, body = found
        request = HttpRequest(
            method=head.method,
            target=head.target,
            version=head.version,
            headers=head.headers,
            body=body,
            transport=self._transport,
            secure=self._secure,
        )
        answer = self._handler.answer(request)
        if isinstance(answer, HttpResponse):
            self._later(request, answer)
        elif answer is not None:
            self._task = asyncio.get_running_loop().create_task(self._await(request, answer))

    async def _await(self, request: HttpRequest, answer: Awaitable[HttpResponse]) -> None:
        try:
            response = await answer
        except Exception:
            self._transport.abort()
            raise
        self._task = None
        self._later(request, response)

    def _later(self, request: HttpRequest, response: HttpResponse) -> None:
        delay = self._handler.delays.next()
        if delay > 0:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(delay, self._answer, request, response)
        else:
            self._answer(request, response)

    def _answer(self, request: HttpRequest, response: HttpResponse) -> None:
        self._timer = None
        self._send(response, closes=not request.keeps_alive, without_body=request.method == "HEAD")

    def _send(self, response: HttpResponse, *, closes: bool, without_body: bool = False) -> None:
        if self._transport.is_closing():
            return
        head = response.head(_date(), closes=closes)
        body = b"" if without_body else response.body
        if response.breaks:
            self._transport.write(head + body[: len(body) // 2])
            self._reset()
        elif response.pace and body:
            self._transport.write(head)
            self._trickle(body, response.pace, closes=closes)
        else:
            self._transport.write(head + body)
            self._done(closes=closes)

    def _trickle(self, body: bytes, pace: float, *, closes: bool) -> None:
        self._transport.write(body[:1])
        if len(body) > 1:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(pace, lambda: self._trickle(body[1:], pace, closes=closes))
        else:
            self._done(closes=closes)

    def _done(self, *, closes: bool) -> None:
        if closes:
            self._transport.close()
            return
        self.busy = False
        if self._reader.waiting:
            self._transport.resume_reading()
            self.busy = True
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        self.busy = False
        if not self._transport.is_closing():
            self._next()

    def _reset(self) -> None:
        connection = self._transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        self._transport.abort()


_dates: dict[int, str] = {}


def _date() -> str:
    """Give the value of Date, written once a second."""
    now = int(time.time())
    text = _dates.get(now)
    if text is None:
        _dates.clear()
        text = _dates[now] = formatdate(now, usegmt=True)
    return text
