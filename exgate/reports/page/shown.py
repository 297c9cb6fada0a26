"""Texts that others have written, for a page."""

from __future__ import annotations

import re

from exgate.facts.printable import printable

_LINE_BREAK = re.compile(r"\r\n|\n")


def shown(text: str) -> str:
    r"""Give a text of one line; what cannot be seen is shown as an escape: ``\n``, ``\x1b``, ``\u202e``, ``\ud800``."""
    return printable(text)


def shown_lines(text: str) -> str:
    """Give a text that keeps its line breaks and tabs."""
    lines = (line.split("\t") for line in _LINE_BREAK.split(text))
    return "\n".join("\t".join(map(printable, cells)) for cells in lines)
