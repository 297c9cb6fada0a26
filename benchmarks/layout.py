"""How benchmarks print: Markdown tables, numbers, the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

NOT_MEASURED = "not measured"
_SHORT = 10
"""Below this a value is worth two digits behind the point."""


def as_table(cells: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table: the first row is the header, numbers stand to the right."""
    header, *rows = cells
    lines = [header, ("---", *("---:" for _ in header[1:])), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float | None) -> str:
    """Write a number, with two digits behind the point where it is small."""
    if value is None:
        return NOT_MEASURED
    return f"{value:.2f}" if abs(value) < _SHORT else f"{value:.1f}"


def machine() -> str:
    """Describe this machine in one line."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )
