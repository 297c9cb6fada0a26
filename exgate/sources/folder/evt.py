"""Windows 2003's binary event log (.evt), read by libevt.

libevt reads what it can, and is silent about what it cannot: a log that was cut off looks whole to it. So the log is
checked against what it says of itself first. Nothing in the format would show a byte that was changed within a record.
Records that libevt recovers from unused space were overwritten or cleared: they are no part of the log.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pyevt

from exgate.facts.events import LoggedEvent
from exgate.sources.folder.evt_extent import read_extent
from exgate.sources.folder.evt_order import OrderedLog
from exgate.sources.folder.log_file import WATCHED, LogFile, logs_to_application
from exgate.sources.unreadable import UnreadableFile

_EVENT_CODE = 0xFFFF
_SIZE_AND_STRINGS = struct.Struct("<I22xH8xI")


class _Record(Protocol):
    """What is asked of libevt's record; each may raise OSError."""

    identifier: int
    offset: int
    source_name: str | None
    computer_name: str | None
    event_identifier: int
    number_of_strings: int

    def get_creation_time_as_integer(self) -> int: ...

    def get_string(self, index: int) -> str | None: ...


class _Log(Protocol):
    """What is asked of libevt's file."""

    def get_record(self, index: int) -> _Record: ...


def read_evt(path: Path) -> LogFile:
    """Read a saved log, or a copy of one in use.

    Args:
        path: The file.

    Raises:
        UnreadableFile: It is no such log, or damage may hide records.
        OSError: The file cannot be opened.
    """
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise UnreadableFile("it is empty")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            extent = read_extent(data)
            return _read(path.name, OrderedLog(data, extent), extent.numbers)


def _read(name: str, file: OrderedLog, numbers: range) -> LogFile:
    events: list[LoggedEvent] = []
    oldest = newest = None
    computer, is_application = "", False
    for record, source in _records(file, numbers):
        newest = datetime.fromtimestamp(record.get_creation_time_as_integer(), UTC)
        oldest = oldest or newest
        is_application = is_application or logs_to_application(source)
        if source in WATCHED:
            events.append(
                LoggedEvent(
                    source=source,
                    code=record.event_identifier & _EVENT_CODE,
                    generated=newest,
                    strings=_strings(record, file),
                    message="",
                )
            )
        if record.identifier == numbers[-1]:
            computer = _computer(record)
    return LogFile(
        name=name,
        computer=computer,
        events=tuple(reversed(events)),
        oldest=oldest,
        newest=newest,
        is_application=is_application,
    )


def _records(file: OrderedLog, numbers: range) -> Iterator[tuple[_Record, str]]:
    """Give every record and its source, oldest first.

    Raises:
        UnreadableFile: A record cannot be read.
    """
    log = pyevt.file()
    try:
        log.open_file_object(file)
    except OSError:
        raise UnreadableFile("the event log is damaged: libevt cannot open it") from None
    try:
        if log.number_of_records != len(numbers):
            raise UnreadableFile(
                f"the event log is damaged: of its {len(numbers)} records libevt reads {log.number_of_records}"
            )
        for index, number in enumerate(numbers):
            yield _record(log, index, number)
    finally:
        log.close()


def _record(log: _Log, index: int, number: int) -> tuple[_Record, str]:
    try:
        record = log.get_record(index)
        source = record.source_name
    except OSError:
        source = None
    if not source or record.identifier != number:
        raise UnreadableFile(f"record {number} of the event log is missing or damaged")
    return record, source


def _strings(record: _Record, file: OrderedLog) -> tuple[str, ...]:
    """Read the insertion strings; what is no UTF-16 in one of them becomes U+FFFD, where libevt refuses the string."""
    try:
        return tuple(record.get_string(index) or "" for index in range(record.number_of_strings))
    except OSError:
        file.seek(record.offset)
        size, count, start = _SIZE_AND_STRINGS.unpack(file.read(_SIZE_AND_STRINGS.size))
        file.seek(record.offset + start)
        texts = file.read(max(0, size - start)).decode("utf-16-le", errors="replace").split("\0")
        return tuple(texts[:count])


def _computer(record: _Record) -> str:
    try:
        return record.computer_name or ""
    except OSError:
        return ""
