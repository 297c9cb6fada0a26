"""The Application log by WMI (Win32_NTLogEvent): bounded by log, source and time, and how far back it reaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
    events = [logged_event(item) for item in session.enumerate_wql(NAMESPACE, EVENTS.format(since=bound))]
    older = session.first_wql(NAMESPACE, OLDER.format(since=bound))
    newest_first = tuple(sorted(events, key=lambda event: event.generated, reverse=True))
    return EventLog(since=since, because=because, events=newest_first, reaches_back=older is not None)


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
