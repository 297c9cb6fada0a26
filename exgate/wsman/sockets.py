"""The sockets of one host, which another thread can end."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from exgate.wsman.gate import LogOnGate
from exgate.wsman.watchdog import WATCHDOG

_ABORT_GRACE = 1.0
"""Seconds after the deadline before an answer that still trickles is ended from outside."""


class Sockets:
    """The sockets that a transport has opened, so that another thread can end a read that never returns.

    Attributes:
        gate: Where log-ons of the same account on other hosts are waited for; None where nothing is at stake.
    """

    def __init__(self, gate: LogOnGate | None = None) -> None:
        self.gate = gate
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._aborted = False
        self._complete = False
        self._local_address: str | None = None
        self._peer_address: str | None = None

    @property
    def opened(self) -> int:
        """How many TCP connections were made."""
        return len(self._sockets)

    @property
    def local_address(self) -> str | None:
        """This machine's own address on the last connection, None before the first."""
        return self._local_address

    @property
    def peer_address(self) -> str | None:
        """The address that the last connection goes to, None before the first."""
        return self._peer_address

    def allow_no_more(self) -> None:
        """Refuse further connections: a new one would mean a new log-on, and log-ons lock accounts out."""
        self._complete = True

    @property
    def complete(self) -> bool:
        """Whether no further connection is allowed, because a log-on has succeeded."""
        return self._complete

    @property
    def aborted(self) -> bool:
        """Whether every connection has been ended from outside."""
        return self._aborted

    def ask(self) -> None:
        """Ask whether a connection may be made.

        Raises:
            ConnectionAbortedError: No more connections are allowed.
        """
        if self._complete or self._aborted:
            message = "the connection was closed, and no other may be made"
            raise ConnectionAbortedError(message)

    def add(self, sock: socket.socket) -> None:
        """Remember a socket that has just been connected."""
        with self._lock:
            self._sockets.append(sock)
            self._local_address, self._peer_address = _address(sock.getsockname), _address(sock.getpeername)
            if self._aborted:
                _shut_down(sock)

    def abort(self) -> None:
        """End every connection at once, now and later; a thread that reads from one gets an error."""
        with self._lock:
            self._aborted = True
            for sock in self._sockets:
                _shut_down(sock)

    @contextmanager
    def watched(self, seconds: float) -> Iterator[None]:
        """End everything from outside when an exchange takes too long: every octet starts the socket's clock anew."""
        with WATCHDOG.watch(seconds + _ABORT_GRACE, self.abort):
            yield


def _address(name: Callable[[], Any]) -> str | None:
    with contextlib.suppress(OSError):
        return str(name()[0])
    return None


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
