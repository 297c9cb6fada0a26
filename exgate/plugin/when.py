"""A moment as the command line gives it: a date, a date and time, or an age."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

SHORTEST = timedelta(minutes=1)
EARLIEST = datetime(1601, 1, 1, tzinfo=UTC)
"""Windows counts time from here: no event is older."""

FORMS = "a date or a time (2005-10-31, 2005-10-31T08:00, 2005-10-31T08:00+02:00) or an age (90m, 36h, 7d)"
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_AGE = re.compile(r"(\d{1,18})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_when(text: str, now: datetime) -> datetime:
    """Give the moment that a text means, in UTC.

    A date is its midnight. Without an offset a time is UTC. What is earlier than `EARLIEST` becomes it.

    Args:
        text: ISO 8601's extended form, or a number of minutes, hours or days before now.
        now: The present, with its offset.

    Raises:
        ValueError: It is neither, or lies in the future; the text of the error is for the user.
    """
    age = _AGE.fullmatch(text)
    try:
        moment = now - int(age[1]) * _UNITS[age[2]] if age else _iso(text)
    except OverflowError:
        return EARLIEST
    if moment > now:
        raise ValueError("it is in the future (a time without an offset is UTC)")
    if now - moment < SHORTEST:
        raise ValueError("it is less than a minute ago, and a log without symptoms since then would say nothing")
    # Not the other way round: next to the year 1 some times have no UTC.
    return EARLIEST if moment < EARLIEST else moment.astimezone(UTC)


def parse_age(text: str) -> timedelta:
    """Give the age that a text means: ``90m``, ``36h``, ``7d``.

    Raises:
        ValueError: It is none; the text of the error is for the user.
    """
    age = _AGE.fullmatch(text)
    if age is None or not int(age[1]):
        raise ValueError("give a number of minutes, hours or days: 90m, 24h, 7d")
    try:
        return int(age[1]) * _UNITS[age[2]]
    except OverflowError:
        return timedelta.max


def _iso(text: str) -> datetime:
    if not _ISO.fullmatch(text):
        raise ValueError(f"give {FORMS}")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such date or time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
