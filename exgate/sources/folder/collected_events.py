"""The Application log out of the collector's rows: as far back as the collector asked for, and no further."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from exgate.facts.events import EventLog, LoggedEvent
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.sources.event_log import EVENTS, OLDER, logged_event
from exgate.sources.folder.collected_rows import Rows, incomplete, single
from exgate.wsman.answers import moment

EVENT = "event"
BOUND, RECORDS = "bound", "Win32_NTLogEvent"
OLDER_RECORDS = ("older than the bound", "older than the start")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedEvents:
    """What the collector saw of the log.

    Attributes:
        bound: Records of mobile access from here on were asked for.
        events: These records.
        moments: When records, of whatever source, were logged that the log still held.
    """

    bound: datetime
    events: tuple[LoggedEvent, ...]
    moments: tuple[datetime, ...]

    def since(self, since: datetime, because: str) -> EventLog:
        """Give the log since a moment; before its bound nobody has looked, so there it never reaches back.

        Args:
            since: The moment, with its offset from UTC.
            because: What that moment is, in words.
        """
        events = sorted((event for event in self.events if event.generated >= since), key=_generated, reverse=True)
        held = since >= self.bound and any(when < since for when in self.moments)
        return EventLog(since=since, because=because, events=tuple(events), reaches_back=held)


def read_events(rows: Rows) -> CollectedEvents | Unknown:
    """Read the records; one that cannot be understood may be a symptom, so that it costs all."""
    bound = utc(single(rows.of(EVENT, BOUND), "the Application log's bound"), "the Application log's bound")
    if isinstance(bound, Unknown):
        return bound
    try:
        events = tuple(logged_event(item) for item in rows.instances(EVENT, RECORDS, EVENTS))
        first, second = OLDER_RECORDS
        older = rows.instances(EVENT, first, OLDER)
        # There is no such question where IIS Admin did not run.
        older += rows.instances(EVENT, second, OLDER) if rows.of(EVENT, second) else ()
    except UnknownFact as error:
        return error.unknown
    moments = [moment(item.get("TimeGenerated")) for item in older]
    seen = [when.astimezone(UTC) for when in moments if when]
    if len(seen) != len(moments):
        return incomplete("the Application log's older records")
    return CollectedEvents(bound=bound, events=events, moments=(*seen, *map(_generated, events)))


def utc(text: str | Unknown, what: str) -> datetime | Unknown:
    """Give a moment as the collector writes it, in UTC."""
    if isinstance(text, Unknown):
        return text
    try:
        return datetime.fromisoformat(text) if _UTC.fullmatch(text) else incomplete(what)
    except ValueError:
        return incomplete(what)


def _generated(event: LoggedEvent) -> datetime:
    return event.generated
