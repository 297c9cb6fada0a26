"""The Application log, as far as it was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from exgate.facts.unknown import Unknown

SERVER_ACTIVESYNC = "Server ActiveSync"
OMA = "MSExchangeOMA"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """One record, as Win32_NTLogEvent shows it.

    Attributes:
        source: SourceName, for example ``Server ActiveSync``.
        code: EventCode, for example 3029.
        generated: TimeGenerated, with its offset from UTC.
        strings: InsertionStrings: what the message's ``%1``, ``%2`` stand for.
        message: The message in the server's language, ``""`` where its text is not installed.
    """

    source: str
    code: int
    generated: datetime
    strings: tuple[str, ...]
    message: str

    def contains(self, number: int) -> bool:
        """Whether the record's text has a number by itself: 403 is in ``status code 403:Forbidden``, not in 1403."""
        pattern = re.compile(rf"(?<!\d){number}(?!\d)")
        return any(pattern.search(text) for text in (*self.strings, self.message))

    @property
    def has_text(self) -> bool:
        """Whether anything of its text was read."""
        return bool(self.message or any(self.strings))

    def insertion(self, position: int) -> str:
        """Give what ``%position`` stands for, ``""`` where the record has no such string."""
        return self.strings[position - 1] if 0 < position <= len(self.strings) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """The records of MSExchangeOMA and Server ActiveSync in the Application log since a moment.

    Attributes:
        since: Records from here on were asked for.
        because: What that moment is, in words: ``the last start of IIS Admin``.
        events: The records, newest first.
        reaches_back: Whether the log still holds a record from before `since`, so that overwriting has lost none after
            it.
    """

    since: datetime
    because: str
    events: tuple[LoggedEvent, ...]
    reaches_back: bool

    def later(self, since: datetime, because: str) -> EventLog | Unknown:
        """Give the same records from another moment on; Unknown for an earlier one, which nobody asked for.

        Args:
            since: The moment.
            because: What it is, in words.
        """
        if since < self.since:
            return Unknown(
                f"records from before {self.because} ({self.since.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC) were not "
                "saved",
                "save the facts again with the same --events-since",
            )
        kept = tuple(event for event in self.events if event.generated >= since)
        reaches_back = self.reaches_back or len(kept) < len(self.events)
        return EventLog(since=since, because=because, events=kept, reaches_back=reaches_back)
