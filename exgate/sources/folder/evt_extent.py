"""What a binary event log says of itself: which records it holds, and where they begin and end.

The structures are ELF_LOGFILE_HEADER, EVENTLOGRECORD and ELF_EOF_RECORD of Microsoft's "Event Log File Format".
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from exgate.sources.unreadable import UnreadableFile

HEADER_SIZE: Final = 0x30
EOF_SIZE: Final = 0x28

_SIGNATURE: Final = b"LfLe"
_SIGNATURE_OF_EVTX: Final = b"ElfFile\0"
_HEADER = struct.Struct("<I4s10I")
_EOF = struct.Struct("<10I")
_EOF_MARK = struct.pack("<5I", EOF_SIZE, 0x11111111, 0x22222222, 0x33333333, 0x44444444)
_DIRTY: Final = 1
_CUT: Final = "it ends too early for an event log: it was cut off"


@dataclass(frozen=True, slots=True)
class Extent:
    """What the record at the log's end says, which the event log service itself trusts where the header is not.

    Attributes:
        start: Where the oldest record begins.
        end: Where the ELF_EOF_RECORD begins.
        next_number: The number that the next record would get.
        oldest_number: The oldest record's number, 0 where there is none.
    """

    start: int
    end: int
    next_number: int
    oldest_number: int

    @property
    def numbers(self) -> range:
        """The numbers of all records, oldest first."""
        return range(0) if self.start == self.end else range(self.oldest_number, self.next_number)


def read_extent(data: mmap.mmap) -> Extent:
    """Read what a log says of itself.

    A copy of a log in use has the header of the time when the service opened it, and says so: it is "dirty".

    Args:
        data: The file.

    Raises:
        UnreadableFile: It is no event log of Windows 2003, is cut off, or header and end contradict each other.
    """
    if data[: len(_SIGNATURE_OF_EVTX)] == _SIGNATURE_OF_EVTX:
        raise UnreadableFile("it is an .evtx file, which Windows Server 2003 does not write")
    if data[4:8] != _SIGNATURE:
        raise UnreadableFile("it is not an event log: it does not begin like one")
    if len(data) < HEADER_SIZE + EOF_SIZE:
        raise UnreadableFile(_CUT)
    size, _, major, minor, start, end, number, oldest, _, flags, _, end_size = _HEADER.unpack(data[:HEADER_SIZE])
    if (size, end_size, major, minor) != (HEADER_SIZE, HEADER_SIZE, 1, 1):
        raise UnreadableFile("the event log's header is damaged")
    if flags & _DIRTY:
        return _of_a_log_in_use(data)
    found = _eof_record(data, end)
    if found != Extent(start, end, number, oldest):
        raise UnreadableFile("the event log's header and its end contradict each other: it is damaged or cut off")
    return found


def read_wrapped(data: mmap.mmap, start: int, length: int) -> bytes:
    """Read what may run over the end of the file and continue after the header."""
    first = data[start : start + length]
    return first + data[HEADER_SIZE : HEADER_SIZE + length - len(first)] if len(first) < length else first


def plain_frame(numbers: range, length: int) -> tuple[bytes, bytes]:
    """Write the header and the ELF_EOF_RECORD of a log whose records follow each other from the header on.

    Args:
        numbers: The records' numbers.
        length: How many bytes the records have together.
    """
    end = HEADER_SIZE + length
    oldest = numbers.start if numbers else 0
    header = _HEADER.pack(
        HEADER_SIZE, _SIGNATURE, 1, 1, HEADER_SIZE, end, numbers.stop, oldest, end + EOF_SIZE, 0, 0, HEADER_SIZE
    )
    return header, _EOF_MARK + struct.pack("<5I", HEADER_SIZE, end, numbers.stop, oldest, EOF_SIZE)


def _of_a_log_in_use(data: mmap.mmap) -> Extent:
    found = [extent for at in _marks(data) if (extent := _eof_record(data, at))]
    if len(found) != 1:
        raise UnreadableFile(f"it is a copy of a log in use, whose end is marked in {len(found)} places instead of one")
    return found[0]


def _eof_record(data: mmap.mmap, at: int) -> Extent | None:
    """Read the ELF_EOF_RECORD at a place; None where there is none, or where it names another place."""
    if not HEADER_SIZE <= at < len(data):
        return None
    record = read_wrapped(data, at, EOF_SIZE)
    if len(record) < EOF_SIZE or not record.startswith(_EOF_MARK):
        return None
    *_, start, end, number, oldest, size = _EOF.unpack(record)
    if end != at or size != EOF_SIZE or not HEADER_SIZE <= start < len(data):
        return None
    return Extent(start, end, number, oldest)


def _marks(data: mmap.mmap) -> Iterator[int]:
    """Find where the log's end is marked; the mark itself may run over the end of the file."""
    at = data.find(_EOF_MARK, HEADER_SIZE)
    while at >= 0:
        yield at
        at = data.find(_EOF_MARK, at + 1)
    tail = max(HEADER_SIZE, len(data) - len(_EOF_MARK) + 1)
    yield from (at for at in range(tail, len(data)) if read_wrapped(data, at, len(_EOF_MARK)) == _EOF_MARK)
