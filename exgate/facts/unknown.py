"""A fact that could not be read, and what happens to whoever needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that could not be read.

    It stands where the value would stand, so that absence of evidence never looks like evidence.

    Attributes:
        reason: Why the fact is not known, one line without a full stop.
        next_step: What an administrator can do about it, one line without a full stop.
    """

    reason: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.reason}; next step: {self.next_step}"


@dataclass(frozen=True, slots=True)
class Pending(Unknown):
    """A fact that nobody can see yet, for it is one of the server after a planned change.

    What needs it is judged when the change is made.

    Attributes:
        before: The fact of before the change, where it still says something of the server after it.
    """

    before: object = None


class UnknownFact(Exception):  # noqa: N818 - it is no error of ours: it is an answer, and the verdict is "unknown"
    """Raised when a verdict needs a fact that is `Unknown`."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(str(unknown))
        self.unknown = unknown


class PendingFact(UnknownFact):
    """Raised when a verdict needs a fact that is `Pending`."""


def known(value: T | Unknown) -> T:
    """Give the value, or raise.

    Raises:
        UnknownFact: The value could not be read.
        PendingFact: It cannot be seen before a planned change is made.
    """
    if isinstance(value, Pending):
        raise PendingFact(value)
    if isinstance(value, Unknown):
        raise UnknownFact(value)
    return value
