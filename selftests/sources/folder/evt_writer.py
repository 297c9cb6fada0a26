"""Writes Windows 2003's binary event logs as Microsoft's "Event Log File Format" documents them."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

HEADER_SIZE = 0x30
FIXED_SIZE = 0x38
EOF_SIZE = 0x28
FILLER = 0x27
DIRTY, WRAP = 1, 2
SIGNATURE = b"LfLe"
OF_AN_ERROR = 0xC0000000
"""The severity and facility that stand above an EventIdentifier's low 16 bits."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One EVENTLOGRECORD; strings may be bytes, for UTF-16 that is none."""

    source: str
    code: int
    generated: datetime
    strings: tuple[str | bytes, ...] = ()
    computer: str = "BE01"
    type: int = 1
    written: datetime | None = None
    sid: bytes = b""
    data: bytes = b""
    high: int = OF_AN_ERROR


@dataclass
class Log:
    """A log file: its records with the number of the oldest, where the oldest begins, and its flags.

    Attributes:
        size: The file's size where it has one of its own (a live log), 0 for a saved one, which ends with its records.
        start: Where the oldest record begins.
    """

    records: list[Record]
    first_number: int = 1
    start: int = HEADER_SIZE
    size: int = 0
    flags: int = 0
    stale_header: bool = False
    places: list[int] = field(default_factory=list)

    def __bytes__(self) -> bytes:
        encoded = [encode(record, self.first_number + index) for index, record in enumerate(self.records)]
        end = self.start + sum(map(len, encoded)) + EOF_SIZE
        self.places.clear()
        file = bytearray(self.size or end)
        at = self.start
        for data in encoded:
            at = self._at_a_record(file, at)
            self.places.append(at)
            at = self._put(file, at, data)
        at = HEADER_SIZE if at == len(file) else at
        number = self.first_number + len(self.records)
        oldest = self.first_number if self.records else 0
        start = self.places[0] if self.places else at
        self._put(
            file,
            at,
            struct.pack(
                "<10I", EOF_SIZE, 0x11111111, 0x22222222, 0x33333333, 0x44444444, start, at, number, oldest, EOF_SIZE
            ),
        )
        if self.stale_header:
            start, at, number, oldest = HEADER_SIZE, HEADER_SIZE, 1, 0
        file[:HEADER_SIZE] = struct.pack(
            "<I4s10I",
            HEADER_SIZE, SIGNATURE, 1, 1, start, at, number, oldest, len(file), self.flags, 0, HEADER_SIZE,
        )  # fmt: skip
        return bytes(file)

    @staticmethod
    def _at_a_record(file: bytearray, at: int) -> int:
        """Skip the end of the file where a record's fixed part does not fit; it is filled with 0x27."""
        if (left := len(file) - at) < FIXED_SIZE:
            file[at:] = struct.pack("<I", FILLER) * (left // 4)
            return HEADER_SIZE
        return at

    @staticmethod
    def _put(file: bytearray, at: int, data: bytes) -> int:
        """Write over the end of the file: what does not fit follows the header."""
        fits = min(len(file) - at, len(data))
        file[at : at + fits] = data[:fits]
        if fits == len(data):
            return at + fits
        file[HEADER_SIZE : HEADER_SIZE + len(data) - fits] = data[fits:]
        return HEADER_SIZE + len(data) - fits


def encode(record: Record, number: int) -> bytes:
    """Give a record's bytes."""
    names = _text(record.source) + _text(record.computer)
    names += bytes(-(FIXED_SIZE + len(names)) % 4)
    sid_at = FIXED_SIZE + len(names)
    strings = b"".join(map(_text, record.strings))
    strings_at = sid_at + len(record.sid)
    data_at = strings_at + len(strings)
    body = names + record.sid + strings + record.data
    body += bytes(-len(body) % 4)
    length = FIXED_SIZE + len(body) + 4
    fixed = struct.pack(
        "<I4s4I4H6I",
        length, SIGNATURE, number, _seconds(record.generated), _seconds(record.written or record.generated),
        record.high | record.code, record.type, len(record.strings), 0, 0,
        0, strings_at, len(record.sid), sid_at, len(record.data), data_at,
    )  # fmt: skip
    return fixed + body + struct.pack("<I", length)


def _text(text: str | bytes) -> bytes:
    return (text if isinstance(text, bytes) else text.encode("utf-16-le", "surrogatepass")) + b"\0\0"


def _seconds(when: datetime) -> int:
    return int(when.astimezone(UTC).timestamp())
