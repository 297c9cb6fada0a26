"""Listening sockets on loopback, each server on an address of its own where the system allows it."""

from __future__ import annotations

import errno
import socket
import sys
from functools import lru_cache
from ipaddress import IPv4Address
from typing import Final

_FALLBACK: Final = "127.0.0.1"
_ANY_PORT: Final = 0
_BACKLOG: Final = 128
_PROBE_SECONDS: Final = 0.2
"""Long enough for loopback."""
_NO_SUCH_ADDRESS: Final = frozenset({errno.EADDRNOTAVAIL, getattr(errno, "WSAEADDRNOTAVAIL", errno.EADDRNOTAVAIL)})


def loopback_address(address: str) -> str:
    """Give the loopback address that stands for a server's own: the last three octets behind 127."""
    return f"127.{address.split('.', 1)[1]}"


@lru_cache(maxsize=64)
def claimed_address(peer: str, own: str) -> IPv4Address:
    """Give the address that a peer stands for: ``127.81.x.y`` is ``10.81.x.y``, anything else is itself.

    Args:
        peer: The peer's address on the socket.
        own: One of the server's own addresses, whose first octet the pretended network has.
    """
    octets = peer.split(".")
    if octets[0] == "127" and octets[1:2] == own.split(".")[1:2]:
        return IPv4Address(".".join((own.split(".", maxsplit=1)[0], *octets[1:])))
    return IPv4Address(peer)


def listen(address: str, port: int) -> socket.socket:
    """Listen on a loopback address and port, else on another port of it, else on 127.0.0.1.

    A port may be taken or privileged, and macOS has no other loopback address than 127.0.0.1 by default.

    Raises:
        OSError: Not even that can be had.
        ValueError: The address is not on loopback.
    """
    if not IPv4Address(address).is_loopback:
        raise ValueError(f"{address} is not on loopback")
    try:
        return _listen(address, port)
    except OSError as error:
        if error.errno in _NO_SUCH_ADDRESS:
            return _listen(_FALLBACK, _ANY_PORT)
    return _listen(address, _ANY_PORT)


def dead_port(address: str) -> tuple[str, int]:
    """Give an address and a port on which nothing listens: it was bound and is closed again."""
    with listen(address, _ANY_PORT) as listener:
        host, port = listener.getsockname()[:2]
        return str(host), int(port)


def dead_end(address: str) -> tuple[socket.socket, socket.socket]:
    """Give a listening socket to which connecting times out, and what must be kept with it.

    Linux drops a connection request while the queue of connections that nobody has accepted is full; the shortest
    queue holds one, which is the other socket's.

    Raises:
        OSError: This system answers all the same, or nothing can be had.
    """
    if not _full_queues_drop():
        raise OSError("a server to which connecting times out cannot be had on this system")
    listener, only = _listen(address, _ANY_PORT, backlog=0), socket.socket()
    try:
        only.settimeout(_PROBE_SECONDS)
        only.connect(listener.getsockname())
    except OSError:
        listener.close()
        only.close()
        raise
    return listener, only


@lru_cache(maxsize=1)
def _full_queues_drop() -> bool:
    """Whether this system drops a connection request while the queue is full; tried once, because it takes its time."""
    with _listen(_FALLBACK, _ANY_PORT, backlog=0) as listener, socket.socket() as only, socket.socket() as another:
        for each in (only, another):
            each.settimeout(_PROBE_SECONDS)
        try:
            only.connect(listener.getsockname())
            another.connect(listener.getsockname())
        except TimeoutError:
            return True
        except OSError:
            return False
    return False


def _listen(address: str, port: int, backlog: int = _BACKLOG) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return listener
