"""A binary event log as if it had never wrapped: its records in one row, each of them checked.

A log that is full goes on after its header, over its oldest records. One record then runs over the end of the file, or
the end is filled with 0x27 where not even a record's fixed part fits; libevt gives up there.
"""

from __future__ import annotations

import io
import mmap
import struct
from typing import Final

from exgate.sources.folder.evt_extent import EOF_SIZE, HEADER_SIZE, Extent, plain_frame, read_wrapped
from exgate.sources.unreadable import UnreadableFile

_FIXED_SIZE: Final = 0x38
_SIZE = struct.Struct("<I")
_BEGIN = struct.Struct("<I4sI")
_FILLER = _SIZE.pack(0x27)


class OrderedLog(io.RawIOBase):
    """A read-only file: a header, the log's records from the oldest to the newest, and the record at its end."""

    def __init__(self, data: mmap.mmap, extent: Extent) -> None:
        """Check every record.

        Args:
            data: The file.
            extent: What it says of itself.

        Raises:
            UnreadableFile: A record is missing or damaged.
        """
        turn = _turn(data, extent)
        stretches = [(extent.start, extent.end if turn is None else turn)]
        if turn is not None:
            stretches.append((HEADER_SIZE, extent.end))
        length = sum(stop - start for start, stop in stretches)
        header, end = plain_frame(extent.numbers, length)
        self._parts = (header, *((data, start, stop) for start, stop in stretches), end)
        self._size = HEADER_SIZE + length + EOF_SIZE
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        """Read from here on, as much as there is."""
        left = self._size - self._at if size < 0 else size
        found = bytearray()
        begin = 0
        for part in self._parts:
            data, start, stop = part if isinstance(part, tuple) else (part, 0, len(part))
            skip = self._at - begin
            begin += stop - start
            if left > 0 and 0 <= skip < stop - start:
                piece = data[start + skip : min(stop, start + skip + left)]
                found += piece
                left -= len(piece)
                self._at += len(piece)
        return bytes(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        return self._at

    def tell(self) -> int:
        """Tell the place."""
        return self._at

    def get_size(self) -> int:
        """Give the size, as libevt asks for it."""
        return self._size


def _turn(data: mmap.mmap, extent: Extent) -> int | None:
    """Follow the records, and tell where the log leaves the end of the file for its beginning; None if it does not."""
    at, turn, left = extent.start, None, len(data) - HEADER_SIZE
    for number in extent.numbers:
        if _is_at_its_end(data, at, number):
            at, turn = HEADER_SIZE, _only(turn, at, number)
        size = _size(data, at, number)
        left -= size
        if left < EOF_SIZE:
            raise _damaged(number)
        at += size
        if at > len(data):
            at, turn = HEADER_SIZE + at - len(data), _only(turn, len(data), number)
    if at != extent.end and extent.end == HEADER_SIZE and _is_at_its_end(data, at, extent.next_number):
        at, turn = HEADER_SIZE, _only(turn, at, extent.next_number)
    if at != extent.end:
        raise UnreadableFile("the event log's records do not end where it says: it is damaged")
    return turn


def _only(turn: int | None, at: int, number: int) -> int:
    if turn is not None:
        raise _damaged(number)
    return at


def _is_at_its_end(data: mmap.mmap, at: int, number: int) -> bool:
    """Whether no record fits here."""
    rest = data[at : at + _FIXED_SIZE]
    if len(rest) == _FIXED_SIZE:
        return False
    if rest != _FILLER * (len(rest) // len(_FILLER)):
        raise _damaged(number)
    return True


def _size(data: mmap.mmap, at: int, number: int) -> int:
    """Give a record's size, if its fixed part and its end agree."""
    size: int
    size, signature, found = _BEGIN.unpack_from(data, at)
    if signature != b"LfLe" or found != number or not _FIXED_SIZE < size <= len(data) or size % _SIZE.size:
        raise _damaged(number)
    last = at + size - _SIZE.size
    last = last if last < len(data) else HEADER_SIZE + last - len(data)
    if read_wrapped(data, last, _SIZE.size) != _SIZE.pack(size):
        raise _damaged(number)
    return size


def _damaged(number: int) -> UnreadableFile:
    return UnreadableFile(f"record {number} of the event log is missing or damaged")
