"""The Application log by WMI (Win32_NTLogEvent): bounded by log, source and time, and how far back it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from exgate.facts.events import OMA, SERVER_ACTIVESYNC, EventLog, LoggedEvent
from exgate.facts.software import OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.wsman.answers import Item, integer, moment, values_of

if TYPE_CHECKING:
    from exgate.wsman.session import Session

NAMESPACE = r"root\cimv2"
_LOG = "FROM Win32_NTLogEvent WHERE Logfile = 'Application' AND TimeGenerated"
EVENTS = (
    f"SELECT SourceName, EventCode, TimeGenerated, InsertionStrings, Message {_LOG} >= '{{since}}' "
    f"AND (SourceName = '{SERVER_ACTIVESYNC}' OR SourceName = '{OMA}')"
)
OLDER = f"SELECT TimeGenerated {_LOG} < '{{since}}'"
"""The newest older record is the first that WMI comes upon, and one is enough."""
EVENTS_AND_OLDER = (
    "SELECT RecordNumber, SourceName, EventCode, TimeGenerated, InsertionStrings, Message "  # noqa: S608 - WQL of constants
    f"FROM Win32_NTLogEvent WHERE Logfile = 'Application' AND (TimeGenerated < '{{since}}' "
    f"OR SourceName = '{SERVER_ACTIVESYNC}' OR SourceName = '{OMA}')"
)
"""Both in one: WMI reads a log from its newest record on, so that an older record comes behind all of `EVENTS`."""
_AT_ONCE = 10
"""Records in one answer."""
SINCE_START = "the last start of IIS Admin"
SINCE_OPTION = "--events-since"
_SAME_TIME = timedelta(seconds=60)
"""Clocks that differ by less are taken for equal: an answer takes its time, and the log has whole seconds."""

_REPAIR = "look at the Application log in Event Viewer, and report this answer as a defect"


def read_event_log(session: Session, since: datetime, because: str) -> EventLog:
    """Read the records of mobile access since a moment.

    Args:
        session: The host's session.
        since: The moment, with its offset from UTC.
        because: What that moment is, in words.

    Raises:
        UnknownFact: An answer in a form that is not known.
        WsmanError: A message failed.
    """
    bound = _dmtf(since)
    whole = since.replace(microsecond=0)
    records, all_of_them = session.enumerate_until(
        NAMESPACE,
        EVENTS_AND_OLDER.format(since=bound),
        lambda found: len(found) > 1 and _is_older(found[-1], whole),
        _AT_ONCE,
    )
    reaches_back = any(_is_older(record, whole) for record in records)
    if not all_of_them and not _are_newest_first(records):
        # What was not seen may hold anything.
        records = session.enumerate_wql(NAMESPACE, EVENTS.format(since=bound))
    events = [logged_event(record) for record in records if not _is_older(record, whole)]
    newest_first = tuple(sorted(events, key=lambda event: event.generated, reverse=True))
    return EventLog(since=since, because=because, events=newest_first, reaches_back=reaches_back)


def _is_older(record: Item, since: datetime) -> bool:
    generated = moment(record.get("TimeGenerated"))
    return generated is not None and generated < since


def _are_newest_first(records: Sequence[Item]) -> bool:
    """Whether records come in the order that makes the first older one the end of what is looked for."""
    numbers = [integer(record.get("RecordNumber")) for record in records]
    known = [number for number in numbers if number is not None]
    return len(known) == len(records) > 1 and all(a > b for a, b in pairwise(known))


def by_its_clock(when: datetime, windows_itself: OperatingSystem | Unknown) -> datetime | Unknown:
    """Give a moment of this machine by the server's clock, which dates the records of its log."""
    if isinstance(windows_itself, Unknown):
        return windows_itself
    ahead = windows_itself.clock_ahead
    if isinstance(ahead, Unknown):
        return ahead
    return when + ahead if abs(ahead) > _SAME_TIME else when


def _dmtf(when: datetime) -> str:
    """Write a moment as WQL compares it (DSP0004 5.2.4); the log itself has whole seconds."""
    return f"{when.astimezone(UTC):%Y%m%d%H%M%S}.000000+000"


def logged_event(item: Item) -> LoggedEvent:
    """Read one record out of the answer to `EVENTS`.

    Raises:
        UnknownFact: It is in a form that is not known.
    """
    source, code, generated = item.get("SourceName"), integer(item.get("EventCode")), moment(item.get("TimeGenerated"))
    if not isinstance(source, str) or code is None or generated is None:
        raise UnknownFact(Unknown("WMI showed a record of the Application log in a form that is not known", _REPAIR))
    message = item.get("Message")
    return LoggedEvent(
        source=source,
        code=code,
        generated=generated.astimezone(UTC),
        strings=tuple(text if isinstance(text, str) else "" for text in values_of(item, "InsertionStrings")),
        message=message if isinstance(message, str) else "",
    )
