"""What pytest shows of a failure, when secrets were taken out of it."""

from __future__ import annotations

from dataclasses import dataclass

from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter


@dataclass(eq=False)
class CleanText(TerminalRepr):
    """A failure's text; pytest's summary takes its line from the crash.

    Attributes:
        text: All of it.
        reprcrash: Where it failed, and with which message.
    """

    text: str
    reprcrash: ReprFileLocation

    def __str__(self) -> str:
        return self.text

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write it."""
        tw.line(self.text)
