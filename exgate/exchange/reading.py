"""What was found, as a yes or a no with its evidence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """A yes or a no that was read out of facts; what could not be read raises instead.

    Attributes:
        value: The yes or the no.
        found: One line for an administrator: the value found, where it is set, what is demanded.
    """

    value: bool
    found: str

    @classmethod
    def yes(cls, found: str) -> Reading:
        """Give a yes."""
        return cls(value=True, found=found)

    @classmethod
    def no(cls, found: str) -> Reading:
        """Give a no."""
        return cls(value=False, found=found)

    def __bool__(self) -> bool:
        return self.value

    def __str__(self) -> str:
        return self.found


class Moot(Exception):  # noqa: N818 - it is no error: the verdict is "not applicable"
    """Raised when a question makes no sense for a server; its text is the reason."""
