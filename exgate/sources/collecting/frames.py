"""Octets through a pipe, in pieces whose ends are known."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO

_HEAD = struct.Struct("!QQ")


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece.

    Attributes:
        number: The call that it belongs to; 0 for none.
        octets: What it carries.
    """

    number: int
    octets: bytes = b""


def write_frame(stream: IO[bytes], frame: Frame) -> None:
    """Write a piece.

    Raises:
        OSError: The other end is gone.
        ValueError: The stream is closed.
    """
    stream.write(_HEAD.pack(frame.number, len(frame.octets)) + frame.octets)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Frame | None:
    """Read a piece, None at the end of the stream, even within a piece."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    number, size = _HEAD.unpack(head)
    octets = stream.read(size)
    return Frame(number, octets) if len(octets) == size else None
