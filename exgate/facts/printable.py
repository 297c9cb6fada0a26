"""Text that a server, or a file that somebody has made, gives: on one line, and without what a terminal obeys."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Show what cannot be printed, line breaks among it, as Python writes it: ``\n``, ``\x1b``, ``\u202e``."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
