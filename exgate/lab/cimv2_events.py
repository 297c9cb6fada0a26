"""Win32_NTLogEvent: the Application log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exgate.facts.events import OMA, SERVER_ACTIVESYNC, LoggedEvent
from exgate.lab.cim import NULL_ARRAY, Instance
from exgate.lab.cimv2_system import instance

if TYPE_CHECKING:
    from exgate.lab.definition import ServerDefinition

_ERROR: Final = 0xC0000000
_INFORMATION: Final = 0x40000000
"""EventIdentifier's severity, in its two highest bits."""


def events(definition: ServerDefinition) -> list[Instance]:
    """Give the Application log, newest first, as WMI does."""
    newest_first = sorted(definition.events, key=lambda event: event.generated, reverse=True)
    return [
        instance(
            "Win32_NTLogEvent",
            {
                "Category": 0,
                "CategoryString": None,
                "ComputerName": definition.computer_name,
                "Data": NULL_ARRAY,
                "EventCode": event.code,
                "EventIdentifier": (_ERROR if _is_error(event) else _INFORMATION) | event.code,
                "EventType": 1 if _is_error(event) else 3,
                "InsertionStrings": event.strings or NULL_ARRAY,
                "Logfile": "Application",
                "Message": event.message,
                "RecordNumber": number,
                "SourceName": event.source,
                "TimeGenerated": event.generated,
                "TimeWritten": event.generated,
                "Type": "error" if _is_error(event) else "information",
                "User": None,
            },
        )
        for number, event in zip(range(len(newest_first), 0, -1), newest_first, strict=True)
    ]


def _is_error(event: LoggedEvent) -> bool:
    """Whether a record is an error: all that the article quotes are, the lab's others inform."""
    return event.source in {OMA, SERVER_ACTIVESYNC}
