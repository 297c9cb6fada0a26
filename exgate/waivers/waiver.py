"""The record of a waiver, and whether it is valid at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

SOON_DAYS = 14
"""From so many days before its last day on, a waiver is about to expire."""


class State(StrEnum):
    """What a waiver is at a moment."""

    VALID = "valid"
    EXPIRING = "about to expire"
    """Valid, for `SOON_DAYS` days more at most."""
    EXPIRED = "expired"
    """It hides nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A failure of some requirements on some hosts that is accepted for a time.

    Attributes:
        source: The ``file:line`` where it begins.
        requirements: The requirements' ids, each once.
        hosts: A pattern as --hosts takes it.
        reason: Why it is accepted.
        owner: Who sees to it that it can go.
        approved_by: Who has accepted it.
        ticket: Where that is on record.
        granted: Its first day, UTC.
        expires: Its last day, UTC; it is valid to the end of it.
    """

    source: str
    requirements: tuple[str, ...]
    hosts: str
    reason: str
    owner: str
    approved_by: str
    ticket: str
    granted: date
    expires: date

    def days_left(self, now: datetime) -> int:
        """Give how many days follow today up to the last day: 0 on the last day, less than 0 afterwards.

        Args:
            now: A moment with its offset.
        """
        return (self.expires - now.astimezone(UTC).date()).days

    def state(self, now: datetime) -> State:
        """Give what it is.

        Args:
            now: A moment with its offset.
        """
        days = self.days_left(now)
        if days < 0:
            return State.EXPIRED
        return State.EXPIRING if days <= SOON_DAYS else State.VALID
