"""A file that is not what it ought to be."""

from __future__ import annotations

NEXT_STEP = "; next step: "
"""What stands between a problem and what can be done about it, in the text of an `UnreadableFile`."""


class UnreadableFile(ValueError):  # noqa: N818 - what becomes of it is decided above: an unknown fact, or a usage error
    """A file cannot be read as what it is taken for; the text is one line without the path, fit for a report."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem = problem
        self.line = line
