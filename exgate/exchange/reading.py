"""What was found, as a yes or a no with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from exgate.facts.printable import printable

_SEEN: ContextVar[list[Reading] | None] = ContextVar("seen", default=None)


@contextmanager
def seen_readings() -> Iterator[list[Reading]]:
    """Collect the readings whose truth is asked meanwhile, so that a pass can say what it was given for."""
    seen: list[Reading] = []
    token = _SEEN.set(seen)
    try:
        yield seen
    finally:
        _SEEN.reset(token)


@dataclass(frozen=True, slots=True)
class Reading:
    r"""A yes or a no that was read out of facts; what could not be read raises instead.

    Attributes:
        value: The yes or the no.
        found: One line for an administrator: the value found, where it is set, what is demanded. What
            cannot be printed of a server's own value is shown as in Python: ``\n``, ``\x1b``.
    """

    value: bool
    found: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", printable(self.found))

    @classmethod
    def yes(cls, found: str) -> Reading:
        """Give a yes."""
        return cls(value=True, found=found)

    @classmethod
    def no(cls, found: str) -> Reading:
        """Give a no."""
        return cls(value=False, found=found)

    def __bool__(self) -> bool:
        seen = _SEEN.get()
        if seen is not None:
            seen.append(self)
        return self.value

    def __str__(self) -> str:
        return self.found


class Moot(Exception):  # noqa: N818 - it is no error: the verdict is "not applicable"
    """Raised when a question makes no sense for a server; its text is the reason."""


class Blocked(Moot):
    """Raised when a question makes no sense because another requirement already fails.

    Attributes:
        judged_by: The id of that requirement: only a run that judges it may leave this question aside.
    """

    def __init__(self, reason: str, judged_by: str) -> None:
        super().__init__(f"{reason}, which {judged_by} judges")
        self.judged_by = judged_by
