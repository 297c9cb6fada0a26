"""Requests out of a stream of octets (RFC 9112): heads, bodies with a length, bodies in chunks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_LONGEST_HEAD: Final = 64 * 1024
_LARGEST_BODY: Final = 1024 * 1024
_SHORT_HEADER: Final = 256
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/1\.([01])")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


class MalformedRequestError(Exception):
    """The octets are no request of HTTP/1.1, or are too many.

    Attributes:
        status: What it is answered with.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"answered with {status}")
        self.status = status


@dataclass(slots=True)
class Head:
    """A request's head.

    Attributes:
        method: As sent.
        target: Path and query; of an absolute URL the scheme and the authority are taken away.
        version: The minor version.
        headers: By name in lower case; of a repeated one the first.
    """

    method: str
    target: str
    version: int
    headers: dict[str, str]


class RequestReader:
    """Reads one request after another from what `feed` is given."""

    def __init__(self) -> None:
        self._data = b""
        self._head: Head | None = None

    @property
    def waiting(self) -> int:
        """How many octets have not been read yet."""
        return len(self._data)

    def feed(self, data: bytes) -> None:
        """Take octets."""
        self._data = self._data + data if self._data else data

    def must_continue(self) -> bool:
        """Whether a client waits for ``100 Continue`` before it sends the body; it is to be told once."""
        return self._head is not None and self._head.headers.pop("expect", "").lower() == "100-continue"

    def read(self) -> tuple[Head, bytes] | None:
        """Give the next request with its body, None while it is not complete.

        Raises:
            MalformedRequestError: See there.
        """
        if self._head is None:
            end = self._data.find(b"\r\n\r\n")
            if end > _LONGEST_HEAD or (end < 0 and len(self._data) > _LONGEST_HEAD):
                raise MalformedRequestError(431)
            if end < 0:
                return None
            self._head = _head(self._data[:end].lstrip(b"\r\n"))
            self._data = self._data[end + 4 :]
        head = self._head
        body = self._body(head.headers)
        if body is None:
            return None
        self._head = None
        return head, body

    def _body(self, headers: dict[str, str]) -> bytes | None:
        if "transfer-encoding" in headers:
            if headers["transfer-encoding"].strip().lower() != "chunked":
                raise MalformedRequestError(501)
            return self._chunks()
        text = headers.get("content-length", "0").strip()
        if not (text.isascii() and text.isdecimal()):
            raise MalformedRequestError(400)
        length = int(text)
        if length > _LARGEST_BODY:
            raise MalformedRequestError(413)
        if len(self._data) < length:
            return None
        body, self._data = self._data[:length], self._data[length:]
        return body

    def _chunks(self) -> bytes | None:
        """Read a whole body in chunks, trailers dropped; nothing is taken before its end is there."""
        chunks: list[bytes] = []
        position = total = 0
        while True:
            end = self._data.find(b"\r\n", position)
            if end < 0:
                return None
            size = _chunk_size(self._data[position:end])
            position = end + 2
            if size == 0:
                break
            total += size
            if total > _LARGEST_BODY:
                raise MalformedRequestError(413)
            if len(self._data) < position + size + 2:
                return None
            chunks.append(self._data[position : position + size])
            position += size + 2
        while True:
            end = self._data.find(b"\r\n", position)
            if end < 0:
                return None
            empty, position = end == position, end + 2
            if empty:
                self._data = self._data[position:]
                return b"".join(chunks)


def _head(data: bytes) -> Head:
    first, *rest = data.split(b"\r\n")
    match = _REQUEST_LINE.fullmatch(first)
    if not match:
        raise MalformedRequestError(400)
    headers: dict[str, str] = {}
    for line in rest:
        name, value = _known_header(line) if len(line) < _SHORT_HEADER else _header(line)
        headers.setdefault(name, value)
    if match[3] == b"1" and "host" not in headers:
        raise MalformedRequestError(400)
    target = match[2].decode("latin-1")
    if not target.startswith("/"):
        target = _AUTHORITY.sub("", target, count=1) or "/"
    return Head(match[1].decode("ascii"), target, int(match[3]), headers)


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.partition(b":")
    if not colon or name != name.strip():
        raise MalformedRequestError(400)
    return name.decode("latin-1").lower(), value.decode("latin-1").strip()


_known_header = lru_cache(maxsize=1024)(_header)
"""A client sends most of its headers with every request."""


def _chunk_size(line: bytes) -> int:
    text = line.partition(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", text):
        raise MalformedRequestError(400)
    return int(text, 16)
