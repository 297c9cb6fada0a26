"""The Application log of a host's folder: what the collector read, and the files of an event log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from exgate.facts.events import EventLog
from exgate.facts.unknown import Unknown
from exgate.sources.folder.collected import CollectedFacts
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.event_log import SavedEventLog
from exgate.sources.folder.files import FolderFiles
from exgate.sources.folder.registry import collected_shows
from exgate.sources.folder.sources import Shown, agree

_CUT = 15
"""A table's column shows no more of a computer's name."""


@dataclass(frozen=True, slots=True)
class Since:
    """From when on records are wanted.

    Attributes:
        moment: The moment, or why it is not known.
        because: What it is, in words.
    """

    moment: datetime | Unknown
    because: str


def read_log(
    files: FolderFiles,
    collected: CollectedFacts | Unknown | None,
    since: Since,
    dates: DateReading,
    names: Iterable[str],
) -> EventLog | Unknown:
    """Give the log.

    Args:
        files: The folder.
        collected: The collector's file.
        since: From when on records are wanted.
        dates: How to read the dates of eventquery.vbs.
        names: The server's names, as far as they are known: another server's log says nothing of it.
    """
    shown = collected_shows(collected, lambda each: each.event_log(since.moment, since.because))
    saved = files.event_log(since.moment, since.because, dates)
    if isinstance(saved, SavedEventLog):
        shown.append(Shown(", ".join(saved.files), _of_this_server(saved, names)))
        return _agree(shown, _NO_LOG)
    return _agree(shown, saved)


_NO_LOG = Unknown("no file shows the event log", "save the Application log")


def _agree(shown: list[Shown[EventLog]], nobody: Unknown) -> EventLog | Unknown:
    """Give the log that all sources show; it reaches back where one of them does."""
    found = agree("records of the event log", shown, _records, nobody)
    if isinstance(found, Unknown):
        return found
    return replace(found, reaches_back=any(e.value.reaches_back for e in shown if isinstance(e.value, EventLog)))


def _records(log: EventLog) -> object:
    return sorted((event.source, event.code, event.generated.replace(microsecond=0)) for event in log.events)


def _of_this_server(saved: SavedEventLog, names: Iterable[str]) -> EventLog | Unknown:
    computer = saved.computer.lower()
    shown = tuple(names)
    own = [name.lower() for name in shown]
    if not computer or not own or computer in own:
        return saved.log
    if len(computer) == _CUT and computer in [name[:_CUT] for name in own]:
        return saved.log
    return Unknown(
        f"{', '.join(saved.files)}: this is the log of {saved.computer}, and the server is {shown[0]}",
        "put its own event log into its folder",
    )
