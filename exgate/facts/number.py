"""Numbers as Windows writes them into text, and texts that are shown because they are none."""

from __future__ import annotations

import re

DWORD = 2**32 - 1
_DIGITS = re.compile(r"0*([0-9]{1,10})", re.ASCII)
_SHOWN = 60


def parse_number(text: str, highest: int = DWORD) -> int:
    """Read an unsigned decimal number, by default a DWORD.

    Raises:
        ValueError: It is none, or a higher one.
    """
    digits = _DIGITS.fullmatch(text)
    number = int(digits[1]) if digits else None
    if number is None or number > highest:
        message = f"{shorten(text)} is no number from 0 to {highest}"
        raise ValueError(message)
    return number


def shorten(text: str) -> str:
    """Quote a text for a message, in one line and not longer than a person would read."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}..."
