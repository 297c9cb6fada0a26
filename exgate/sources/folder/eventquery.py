"""The Application log as eventquery.vbs of Windows Server 2003 prints it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from exgate.facts.events import SERVER_ACTIVESYNC, LoggedEvent
from exgate.facts.unknown import Unknown
from exgate.sources.folder.event_dates import DateReading, read_dates
from exgate.sources.folder.eventquery_csv import first_csv_record, read_csv
from exgate.sources.folder.eventquery_list import first_list_record, read_list
from exgate.sources.folder.eventquery_row import (
    CATEGORY,
    COMPUTER,
    DATE,
    EVENT,
    SOURCE,
    TYPE,
    USER,
    Row,
    Section,
)
from exgate.sources.folder.eventquery_table import first_table_record, read_table
from exgate.sources.folder.log_file import WATCHED, LogFile, logs_to_application
from exgate.sources.unreadable import UnreadableFile

COMMAND: Final = (
    r"cscript //nologo %windir%\system32\eventquery.vbs /l application /v /fo csv > eventlog.csv "
    "(without /fi, /r and /nh)"
)
_APPLICATION: Final = re.compile(r"\bapplication\b", re.IGNORECASE)
_NO_RECORDS: Final = re.compile(r"^INFO: No records available for the '[^']*' log", re.MULTILINE)
_NO_TEXT: Final = "N/A"
_LOWEST_SYMPTOM, _HIGHEST_SYMPTOM = 1507, 3031
_IN_BRACKETS: Final = r"\[([^\[\]\n]+)\]"
_ENGLISH: Final = {
    3029: re.compile(rf"The mailbox server {_IN_BRACKETS} has its {_IN_BRACKETS} virtual directory set to require SSL"),
    3030: re.compile(rf"The mailbox server {_IN_BRACKETS} has forms based authentication enabled"),
    3031: re.compile(
        rf'The mailbox server {_IN_BRACKETS} does not allow "Negotiate" authentication to its {_IN_BRACKETS} virtual'
    ),
}


def is_eventquery(text: str) -> bool:
    """Whether a text, or the beginning of one, has the form of the script's output, in whichever format."""
    text = _plain(text)
    return _reader(text) is not None or _NO_RECORDS.search(text) is not None


def read_eventquery(name: str, text: str, dates: DateReading) -> tuple[LogFile, ...] | Unknown:
    """Read every log of an output that may be the Application log.

    Args:
        name: The file's name.
        text: Its text.
        dates: How to read the server's dates.

    Returns:
        The logs, without those whose title names another one; or what is missing to tell the dates.

    Raises:
        UnreadableFile: It is no such output, is damaged, or cut off.
    """
    sections = _sections(_plain(text))
    moments = read_dates([row.cells[DATE] for section in sections for row in section.rows], dates)
    if isinstance(moments, Unknown):
        return Unknown(f"{name}: {moments.reason}", moments.next_step)
    logs, begin = [], 0
    for section in sections:
        end = begin + len(section.rows)
        if not section.title or _APPLICATION.search(section.title):
            logs.append(_log(name, section, moments[begin:end]))
        begin = end
    return tuple(logs)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _sections(text: str) -> tuple[Section, ...]:
    read = _reader(text)
    if read is not None:
        return tuple(read())
    empty = _NO_RECORDS.search(text)
    if empty is None:
        raise UnreadableFile("it is not the output of eventquery.vbs")
    return (Section(empty[0]),)


def _reader(text: str) -> Callable[[], Iterator[Section]] | None:
    """Choose the format whose first record comes first: a Description may hold what looks like another one."""
    lines = text.split("\n")
    readers: list[tuple[int | None, Callable[[], Iterator[Section]]]] = [
        (first_csv_record(text), lambda: read_csv(text)),
        (first_table_record(lines), lambda: read_table(lines)),
        (first_list_record(lines), lambda: read_list(lines)),
    ]
    found = [(first, read) for first, read in readers if first is not None]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _log(name: str, section: Section, moments: Sequence[datetime]) -> LogFile:
    users = {row.cells[USER] for row in section.rows if len(row.cells) > USER}
    no_text = {_NO_TEXT, *(user for user in users if "\\" not in user)}
    events = [
        event
        for row, moment in zip(section.rows, moments, strict=True)
        if (event := _event(row, moment, no_text)) is not None
    ]
    newest = max(range(len(moments)), key=moments.__getitem__, default=None)
    return LogFile(
        name=name,
        computer="" if newest is None else section.rows[newest].cells[COMPUTER],
        events=tuple(sorted(events, key=lambda event: event.generated, reverse=True)),
        oldest=min(moments, default=None),
        newest=None if newest is None else moments[newest],
        is_application=bool(section.title) or any(logs_to_application(row.cells[SOURCE]) for row in section.rows),
        doubt=_doubt(name, section.rows),
    )


def _event(row: Row, generated: datetime, no_text: set[str]) -> LoggedEvent | None:
    source = _watched_source(row)
    if source is None:
        return None
    code = int(row.cells[EVENT])
    message = "" if row.description in no_text else row.description
    return LoggedEvent(
        source=source,
        code=code,
        generated=generated,
        strings=_strings(source, code, message),
        message=message,
    )


def _watched_source(row: Row) -> str | None:
    """Tell which of our sources a record is of, or may be of where its source is cut."""
    shown = row.cells[SOURCE]
    for source in WATCHED:
        if shown == source or (row.source_is_full and shown and source.startswith(shown)):
            return source
    return None


def _strings(source: str, code: int, message: str) -> tuple[str, ...]:
    """Take ``%1`` and ``%2`` out of the English message, which alone is known."""
    known = _ENGLISH.get(code) if source == SERVER_ACTIVESYNC else None
    match = known.search(message) if known else None
    return match.groups() if match else ()


def _doubt(name: str, rows: Sequence[Row]) -> Unknown | None:
    """Say why an output may have been filtered, which nothing in it tells.

    /fi takes numbers, a type, a source, a user, a category: a log in which each of these varies beyond what the
    symptoms have is not the output of such a filter. /r takes records in a row, so that it hides none between them.
    """
    if not rows:
        return None
    numbers = [int(row.cells[EVENT]) for row in rows]
    long = [row for row in rows if len(row.cells) > USER]
    wanted = {
        f"a number below {_LOWEST_SYMPTOM}": min(numbers) < _LOWEST_SYMPTOM,
        f"a number above {_HIGHEST_SYMPTOM}": max(numbers) > _HIGHEST_SYMPTOM,
        "two types": len({row.cells[TYPE] for row in rows}) > 1,
        f"two sources besides {' and '.join(WATCHED)}": len({row.cells[SOURCE] for row in rows} - set(WATCHED)) > 1,
        "two categories (/v)": len({row.cells[CATEGORY] for row in long}) > 1,
        "no user (/v)": any("\\" not in row.cells[USER] for row in long),
    }
    lacks = [what for what, is_there in wanted.items() if not is_there]
    if not lacks:
        return None
    return Unknown(
        f"{name} may be the output of a filter (/fi): it does not hold records with {', '.join(lacks)}",
        f"on the server, run: {COMMAND}",
    )
