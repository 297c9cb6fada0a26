"""What ``wmic process ... get CreationDate /value`` prints: when IIS Admin's process was started."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from exgate.facts.unknown import Unknown
from exgate.sources.unreadable import NEXT_STEP, UnreadableFile
from exgate.wsman.answers import moment

COMMAND = "wmic process where \"name='inetinfo.exe'\" get CreationDate /value > inetinfo.txt"

_SIGN = re.compile(r"^CreationDate=", re.MULTILINE)
_LINE = re.compile(r"CreationDate=(\d{14}\.\d{6}[+-]\d{3})?")
_MOST_MINUTES = 15 * 60


@dataclass(frozen=True, slots=True)
class ProcessStart:
    """When a process was started.

    Attributes:
        at: In UTC, without fractions of a second.
        utc_offset: How far the server's local time was ahead of UTC when it was asked.
    """

    at: datetime
    utc_offset: timedelta


def is_wmic_process(text: str) -> bool:
    """Whether a text, or the beginning of one, looks like the output."""
    return _SIGN.search(text) is not None


def read_wmic_process(text: str) -> ProcessStart | Unknown:
    """Read when the one process of inetinfo.exe was started.

    Args:
        text: The output, which wmic writes as UTF-16 with a byte order mark where it goes to a file.

    Returns:
        The start, or that there is no process, or more than one.

    Raises:
        UnreadableFile: It is nothing of the kind.
    """
    lines = [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]
    found = [_LINE.fullmatch(line) for line in lines]
    if not all(found):
        raise _bad("it shows something else than CreationDate")
    if len(found) != 1:
        return Unknown(
            f"{len(found)} processes of inetinfo.exe are shown, so that it is not known when IIS Admin was started",
            f"see that IIS Admin runs once (net start iisadmin), then on the server: {COMMAND}",
        )
    at = moment(found[0][1] if found[0] else None)
    offset = None if at is None else at.utcoffset()
    if at is None or offset is None or abs(offset) > timedelta(minutes=_MOST_MINUTES):
        raise _bad("its CreationDate is no date and time")
    return ProcessStart(at.astimezone(UTC), offset)


def _bad(problem: str) -> UnreadableFile:
    return UnreadableFile(f"no output of wmic: {problem}{NEXT_STEP}make it anew on the server: {COMMAND}")
