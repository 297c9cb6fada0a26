"""The dates of a console program: in the server's locale, in its local time, and without an offset."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from exgate.facts.unknown import Unknown

_FORMAT_STEP = (
    "say in host.yml how the server writes them, for example date_format: '%d/%m/%Y %H:%M:%S' (day first) "
    "or date_format: '%m/%d/%Y %I:%M:%S %p' (month first)"
)
_OFFSET_STEP = "say in host.yml how far the server's clock is from UTC, for example utc_offset: '+01:00'"
_DATE = re.compile(
    r"(?P<first>\d{1,4})(?P<separator>[./-])(?P<second>\d{1,2})(?P=separator)(?P<third>\d{1,4})\.?\s+"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})[:.](?P<second_of_minute>\d{2})(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?\Z"
)
_FOUR_DIGITS = 4
_LAST_MONTH = 12
_NOON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """How to read a server's dates.

    Attributes:
        format: Their format, as `datetime.strptime` takes it; None tells it from the dates, where they leave no doubt.
        utc_offset: How far the server's local time is from UTC; None where nobody has said.
    """

    format: str | None = None
    utc_offset: timedelta | None = None


def read_dates(dates: Sequence[str], reading: DateReading) -> tuple[datetime, ...] | Unknown:
    """Read all dates of a file.

    Args:
        dates: As they are written.
        reading: How to read them.

    Returns:
        As many moments in UTC, or what is missing to tell them.
    """
    if not dates:
        return ()
    if reading.utc_offset is None:
        return Unknown("its times are the server's local ones, and their offset from UTC is not known", _OFFSET_STEP)
    if abs(reading.utc_offset) >= timedelta(days=1):
        return Unknown(f"{reading.utc_offset} is no offset from UTC", _OFFSET_STEP)
    read = _by_inference(dates) if reading.format is None else _by_format(reading.format)
    if isinstance(read, Unknown):
        return read
    here = timezone(reading.utc_offset)
    moments = []
    for date in dates:
        try:
            moments.append(read(date).replace(tzinfo=here).astimezone(UTC))
        except (ValueError, OverflowError, re.error):
            return Unknown(f"its date {_shown(date)} is not in the form of {_form(reading, dates)}", _FORMAT_STEP)
    return tuple(moments)


def _by_format(strptime_format: str) -> Callable[[str], datetime]:
    return lambda date: datetime.strptime(date, strptime_format)  # noqa: DTZ007 - its offset is known apart


def _by_inference(dates: Sequence[str]) -> Callable[[str], datetime] | Unknown:
    """Find the order of day, month and year that fits every date, if there is one only."""
    found = [_DATE.match(date) for date in dates]
    for date, match in zip(dates, found, strict=True):
        if match is None:
            return Unknown(f"its date {_shown(date)} is in a form that is not known", _FORMAT_STEP)
    matches = [match for match in found if match is not None]
    orders = {order for match in matches if (order := _order(match))}
    if len(orders) > 1:
        return Unknown("its dates contradict each other on the order of day and month", _FORMAT_STEP)
    if not orders:
        return Unknown(f"its dates do not tell day from month, for example {_shown(dates[0])}", _FORMAT_STEP)
    order = orders.pop()
    return lambda date: _moment(date, order)


def _order(match: re.Match[str]) -> str:
    """Tell the order of year, month and day from one date, ``""`` where it leaves a doubt.

    AM and PM are no proof of month before day: Australia and New Zealand write 3/04/2026 9:15:00 a.m. for 3 April.
    """
    first, second, third = match["first"], match["second"], match["third"]
    if len(first) == _FOUR_DIGITS:
        return "ymd"
    if len(third) != _FOUR_DIGITS:
        return ""
    if match["separator"] == "." or int(first) > _LAST_MONTH:
        return "dmy"
    return "mdy" if int(second) > _LAST_MONTH else ""


def _moment(date: str, order: str) -> datetime:
    match = _DATE.match(date)
    if match is None:
        raise ValueError(date)
    parts = dict(zip(order, (int(match[name]) for name in ("first", "second", "third")), strict=True))
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= _NOON:
            raise ValueError(date)
        hour = hour % _NOON + _NOON * (match["half"] in "Pp")
    minute, second = int(match["minute"]), int(match["second_of_minute"])
    return datetime(parts["y"], parts["m"], parts["d"], hour, minute, second)  # noqa: DTZ001 - its offset is known apart


def _form(reading: DateReading, dates: Sequence[str]) -> str:
    return f"date_format {reading.format!r}" if reading.format else f"the others, for example {_shown(dates[0])}"


def _shown(date: str) -> str:
    """Show a date in one short line."""
    return ascii(date[:40])
