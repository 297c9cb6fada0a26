"""An answer of HTTP/1.1 (RFC 9112) off a socket; the standard library parses its head as that of a mail."""

from __future__ import annotations

import re
import socket
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected
from typing import Final

_PIECE: Final = 65536
_LONGEST_HEAD: Final = 65536
_LONGEST_LINE: Final = 8192
"""Of a chunk's size, or of what follows the last one."""
_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) +([1-9][0-9]{2})(?: +([^\r\n]*))?\r?\n")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?\n")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_SHORT_OF_END: Final = 3
"""Octets of an end that may have come already."""
_MAGIC: Final = b"HTTP/"
_SWITCHING: Final = 101
_WITHOUT_BODY: Final = frozenset({204, 304})


class HttpReader:
    """Reads answers, one after the other, off one connection.

    Args:
        sock: The connection.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._buffer = b""
        self.reusable = True
        """Whether the connection can bear another request: the last answer was read to its end, and nothing else."""

    def head(self) -> tuple[int, str, tuple[tuple[str, str], ...]]:
        """Read the status, the words beside it, and the headers; interim answers are passed over.

        Raises:
            OSError: The connection broke.
            HTTPException: It is not HTTP.
        """
        while True:
            self.reusable = False
            text = self._read_head()
            line = _STATUS_LINE.match(text)
            if not line:
                raise BadStatusLine("no status line")
            status = int(line[2])
            fields = _fields(text, line.end())
            if status < 200 and status != _SWITCHING:  # noqa: PLR2004 - interim answers (RFC 9110, 15.2)
                continue
            tokens = _tokens(fields, "connection")
            self._stays = "close" not in tokens and (line[1] == b"1" or "keep-alive" in tokens)
            return status, (line[3] or b"").decode("latin-1").strip(), fields

    def body(self, status: int, fields: tuple[tuple[str, str], ...], most: int | None) -> bytes:
        """Read the body of the answer whose head was read.

        Args:
            status: Its status.
            fields: Its headers.
            most: How many octets are wanted of it; None is all.

        Raises:
            OSError: The connection broke.
            HTTPException: The body did not come to its end, or has no known form.
        """
        if status in _WITHOUT_BODY:
            data, whole = b"", True
        elif "chunked" in _tokens(fields, "transfer-encoding"):
            data, whole = self._chunks(most)
        else:
            lengths = {value.strip() for name, value in fields if name.lower() == "content-length"}
            if len(lengths) > 1 or not all(length.isascii() and length.isdigit() for length in lengths):
                raise HTTPException("no length")
            if lengths:
                length = int(lengths.pop())
                wanted = length if most is None else min(length, most)
                data, whole = self._exactly(wanted), wanted == length
            else:
                data, whole = self._until_the_end(most), False
        self.reusable = whole and self._stays and not self._buffer
        return data

    def _more(self) -> bool:
        piece = self._socket.recv(_PIECE)
        self._buffer += piece
        return bool(piece)

    def _read_head(self) -> bytes:
        seen = 0
        while not (end := _END_OF_HEAD.search(self._buffer, max(0, seen - _SHORT_OF_END))):
            seen = len(self._buffer)
            if not _MAGIC.startswith(self._buffer[: len(_MAGIC)]) or len(self._buffer) > _LONGEST_HEAD:
                raise BadStatusLine("no HTTP")
            if not self._more():
                if self._buffer and b"\n" not in self._buffer:
                    raise BadStatusLine("no HTTP")
                raise RemoteDisconnected("closed before the end of the head")
        text, self._buffer = self._buffer[: end.end()], self._buffer[end.end() :]
        return text

    def _exactly(self, length: int) -> bytes:
        pieces, size = [self._buffer], len(self._buffer)
        while size < length:
            piece = self._socket.recv(min(_PIECE, length - size))
            if not piece:
                raise IncompleteRead(b"", length - size)
            pieces.append(piece)
            size += len(piece)
        data = b"".join(pieces)
        self._buffer = data[length:]
        return data[:length]

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > _LONGEST_LINE or not self._more():
                raise IncompleteRead(b"")
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line + b"\n"

    def _chunks(self, most: int | None) -> tuple[bytes, bool]:
        """Give a chunked body (RFC 9112, 7.1), and whether it was read to its end."""
        pieces: list[bytes] = []
        room = most
        while True:
            size = _CHUNK_SIZE.fullmatch(self._line())
            if not size:
                raise IncompleteRead(b"")
            length = int(size[1], 16)
            if length == 0:
                while self._line().strip():  # trailers
                    pass
                return b"".join(pieces), True
            if room is not None and length > room:
                return b"".join((*pieces, self._exactly(room))), False
            pieces.append(self._exactly(length))
            room = None if room is None else room - length
            if self._line().strip():
                raise IncompleteRead(b"")

    def _until_the_end(self, most: int | None) -> bytes:
        while most is None or len(self._buffer) < most:
            if not self._more():
                break
        data, self._buffer = self._buffer if most is None else self._buffer[:most], b""
        return data


def _fields(text: bytes, start: int) -> tuple[tuple[str, str], ...]:
    """Read the lines behind the status line; a value over several lines is one (RFC 9112, 5.2)."""
    lines = re.sub(rb"\r?\n[ \t]+", b" ", text[start:])
    fields = []
    position = 0
    while position < len(lines) and lines[position : position + 1] not in {b"\r", b"\n"}:
        field = _FIELD.match(lines, position)
        if not field:
            raise HTTPException("no header")
        fields.append((field[1].decode("ascii"), field[2].decode("latin-1")))
        position = field.end()
    return tuple(fields)


def _tokens(fields: tuple[tuple[str, str], ...], name: str) -> frozenset[str]:
    """Give a header's values in lower case."""
    return frozenset(
        token.strip().lower() for key, value in fields if key.lower() == name for token in value.split(",")
    )
