"""A record as eventquery.vbs of Windows Server 2003 prints it, in whichever of its three formats.

Headings and titles are in the server's language, so that columns are told by their place: Type, Event, Date Time,
Source, ComputerName, and with /v Category, User, Description too (Microsoft's "Eventquery.vbs").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

TYPE, EVENT, DATE, SOURCE, COMPUTER, CATEGORY, USER = range(7)
SHORT: Final = 5
LONG: Final = 8

_MOMENT: Final = re.compile(r"\d+\D+\d+\D+\d+")
_NUMBER: Final = re.compile(r"\d{1,5}\Z")
_RULE: Final = re.compile(r"-{60,}\s*\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """One record.

    Attributes:
        cells: Type, Event, Date Time, Source, ComputerName, then Category and User with /v.
        description: The last column, ``""`` where it is not there, or may be cut.
        source_is_full: Whether the source fills its column, so that the end of it may have been cut off.
    """

    cells: tuple[str, ...]
    description: str = ""
    source_is_full: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One log of the output.

    Attributes:
        title: The line that names log and computer, ``""`` where the format has none.
        rows: Its records, as they follow each other.
    """

    title: str = ""
    rows: list[Row] = field(default_factory=list)


def are_cells_of_a_record(cells: Sequence[str]) -> bool:
    """Whether the second of some cells is an event's number, and the third has the numbers of a date."""
    return bool(_NUMBER.match(cells[EVENT]) and _MOMENT.match(cells[DATE]))


def title_at(lines: Sequence[str], at: int) -> str | None:
    """Give the title that stands between two rules, from the upper one's place on."""
    if not lines[at].startswith("-") or at + 2 >= len(lines):
        return None
    return lines[at + 1].strip() if _RULE.match(lines[at]) and _RULE.match(lines[at + 2]) else None
