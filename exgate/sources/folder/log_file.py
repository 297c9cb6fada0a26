"""One saved log: its records of mobile access, and from when to when it holds every record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from exgate.facts.events import OMA, SERVER_ACTIVESYNC, LoggedEvent
from exgate.facts.unknown import Unknown

WATCHED = (SERVER_ACTIVESYNC, OMA)

_OF_EXCHANGE = "msexchange"
_IN_APPLICATION = frozenset({"server activesync", "ese", "esent", "scecli"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """What one file, or one log of several in it, says.

    Attributes:
        name: The file's name.
        computer: The computer that its newest record names, ``""`` where none does.
        events: Its records of MSExchangeOMA and Server ActiveSync, newest first.
        oldest: When its oldest record was generated, of any source; None where it holds none.
        newest: The same of its newest record; a log ends when it was saved, not long after that record.
        is_application: Whether it is seen to be the Application log, by its title or by a source that logs there only.
        doubt: Why it may lack records between its oldest and its newest one, None where it cannot.
    """

    name: str
    computer: str
    events: tuple[LoggedEvent, ...]
    oldest: datetime | None
    newest: datetime | None
    is_application: bool
    doubt: Unknown | None = None


def logs_to_application(source: str) -> bool:
    """Whether a source's records are in the Application log of an Exchange server, and in no other log.

    Every log looks the same but for its records, and the System log never holds a symptom.
    """
    lowered = source.lower()
    return lowered.startswith(_OF_EXCHANGE) or lowered in _IN_APPLICATION
