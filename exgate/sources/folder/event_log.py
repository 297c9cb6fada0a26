"""The Application log out of the files that an administrator has saved: .evt, or what eventquery.vbs printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Final

from exgate.facts.events import EventLog, LoggedEvent
from exgate.facts.unknown import Unknown
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.eventquery import COMMAND, is_eventquery, read_eventquery
from exgate.sources.folder.evt import read_evt
from exgate.sources.folder.log_file import LogFile
from exgate.sources.folder.text import decode
from exgate.sources.unreadable import UnreadableFile

_BINARY: Final = frozenset({".evt", ".evtx"})
_TEXT: Final = frozenset({".csv", ".txt"})
_LARGEST_TEXT: Final = 32 << 20
_BEGINNING: Final = 64 << 10
_SAVE: Final = "save the Application log as a .evt file (Event Viewer, Application, Save Log File As)"
_SAVE_OR_RUN: Final = f"{_SAVE}, or run on the server: {COMMAND}"
_SAVE_AGAIN: Final = f"{_SAVE} again"

_Key = tuple[str, int, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEventLog:
    """An event log out of files.

    Attributes:
        log: What the tests ask.
        saved_at: When its newest record, of any source, was generated: it was saved then or later; None where it holds
            no record.
        computer: The computer that the newest record names, ``""`` where none does.
        files: The files' names.
    """

    log: EventLog
    saved_at: datetime | None
    computer: str
    files: tuple[str, ...]


def read_event_log_files(
    paths: Iterable[Path], since: datetime | Unknown, because: str, dates: DateReading
) -> SavedEventLog | Unknown:
    """Read the event log of a folder.

    Args:
        paths: The folder's files; those that are no event logs are left aside.
        since: From when on records are asked for, with its offset from UTC.
        because: What that moment is, in words.
        dates: How to read the dates of eventquery.vbs.

    Returns:
        The log, or why it is not known: no file, one that is damaged or may lack records, files that contradict each
        other, or a log that ends before `since`.
    """
    if isinstance(since, Unknown):
        return since
    names, logs = [], []
    for path in sorted(paths, key=lambda path: (path.suffix.lower() not in _BINARY, path.name)):
        found = _read(path, dates)
        if isinstance(found, Unknown):
            return found
        if found is not None:
            names.append(path.name)
            logs += [log for log in found if log.is_application or log.oldest is None]
    if not names:
        return Unknown("the folder holds no event log", _SAVE_OR_RUN)
    if not logs:
        return Unknown(f"no record shows that this is the Application log: {', '.join(names)}", _SAVE_OR_RUN)
    return _contradiction(logs) or _union(logs, since, because)


def _read(path: Path, dates: DateReading) -> Sequence[LogFile] | Unknown | None:
    """Read a file; None where it is no event log."""
    suffix = path.suffix.lower()
    try:
        if suffix in _BINARY:
            return (read_evt(path),)
        if suffix in _TEXT:
            return _read_text(path, dates)
    except UnreadableFile as error:
        return Unknown(f"{path.name}: {error}", _SAVE_AGAIN if suffix in _BINARY else _SAVE_OR_RUN)
    except OSError as error:
        return Unknown(f"{path.name} cannot be read: {error.strerror or error}", "look at the file's permissions")
    return None


def _read_text(path: Path, dates: DateReading) -> Sequence[LogFile] | Unknown | None:
    with path.open("rb") as file:
        if not is_eventquery(decode(file.read(_BEGINNING))):
            return None
        file.seek(0)
        data = file.read(_LARGEST_TEXT + 1)
    if len(data) > _LARGEST_TEXT:
        raise UnreadableFile(f"it is larger than {_LARGEST_TEXT >> 20} MiB")
    return read_eventquery(path.name, decode(data), dates)


def _contradiction(logs: Sequence[LogFile]) -> Unknown | None:
    """Say whether two files are not of the same log."""
    for one, other in combinations(logs, 2):
        if one.computer and other.computer and one.computer.lower() != other.computer.lower():
            return Unknown(
                f"{one.name} is of {one.computer}, and {other.name} of {other.computer}",
                "leave the log of one server in the folder",
            )
        if _differ(one, other):
            return Unknown(
                f"{one.name} and {other.name} do not hold the same records of the time that both cover",
                "look at date_format: and utc_offset: in host.yml if one is eventquery.vbs's, or leave one of them out",
            )
    return None


def _differ(one: LogFile, other: LogFile) -> bool:
    if one.oldest is None or one.newest is None or other.oldest is None or other.newest is None:
        return False
    if one.doubt or other.doubt:
        return False
    begin, end = max(one.oldest, other.oldest), min(one.newest, other.newest)
    inside = [sorted(_key(event) for event in log.events if begin < event.generated < end) for log in (one, other)]
    return inside[0] != inside[1]


def _union(logs: Sequence[LogFile], since: datetime, because: str) -> SavedEventLog | Unknown:
    events = tuple(event for event in _merged(logs) if event.generated >= since)
    filled = sorted((log for log in logs if log.newest), key=_newest, reverse=True)
    whole = [log for log in filled if not log.doubt]
    last = next(iter(whole or filled), None)
    is_of_then = bool(whole) and _newest(whole[0]) >= since
    if last is not None and not events and not is_of_then:
        return last.doubt or Unknown(
            f"{last.name} ends with a record of {_shown(_newest(last))}, and shows nothing since {because} "
            f"({_shown(since)})",
            _SAVE_AGAIN,
        )
    return SavedEventLog(
        log=EventLog(since=since, because=because, events=events, reaches_back=is_of_then and _reach(whole) < since),
        saved_at=_newest(last) if last else None,
        computer=last.computer if last else "",
        files=tuple(dict.fromkeys(log.name for log in logs)),
    )


def _merged(logs: Sequence[LogFile]) -> Iterator[LoggedEvent]:
    """Give every record once, newest first; two that look the same in one log are two."""
    longest: dict[_Key, list[LoggedEvent]] = {}
    for log in logs:
        found = defaultdict(list)
        for event in log.events:
            found[_key(event)].append(event)
        for key, events in found.items():
            if len(events) > len(longest.get(key, ())):
                longest[key] = events
    for key in sorted(longest, key=lambda key: key[2], reverse=True):
        yield from longest[key]


def _reach(whole: Sequence[LogFile]) -> datetime:
    """Tell back to when no record is missing: files that do not overlap may have lost what lies between them."""
    reach = _newest(whole[0])
    for log in whole:
        if log.oldest is not None and (log is whole[0] or _newest(log) > reach):
            reach = min(reach, log.oldest)
    return reach


def _newest(log: LogFile) -> datetime:
    if log.newest is None:
        raise ValueError(log.name)
    return log.newest


def _key(event: LoggedEvent) -> _Key:
    return event.source, event.code, event.generated.astimezone(UTC)


def _shown(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
