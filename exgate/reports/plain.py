"""Texts that others have written, for a terminal."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Put a text on one line; what is no character to be seen (control characters, marks of direction) is replaced."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.splitlines()))
