"""Characters that no file of text should hold, whoever has written them."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """Replace control characters, halves of a pair of surrogates and what is no character by U+FFFD.

    Tab, line feed and carriage return stay, and so do marks of direction: they are text, and each format says itself
    what it makes of them.
    """
    if text.isascii() and text.isprintable():
        return text
    return _FORBIDDEN.sub(REPLACEMENT, text)
