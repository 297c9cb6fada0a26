"""Numbers and truth values as VBScript reads them out of text."""

from __future__ import annotations

import re

from exgate.facts.change import Origin, PlanError

_NUMBER = re.compile(r"(?:(0x|&h)([0-9a-f]{1,8})|([0-9]{1,10}))", re.IGNORECASE | re.ASCII)
_TRUTHS = {"true": True, "1": True, "-1": True, "false": False, "0": False}
_READ_AS_NEGATIVE = range(2**15, 2**16)
_LONG = 2**31


def number(text: str, name: str, origin: Origin) -> int:
    """Read a number, decimal or hexadecimal (``0x6``, ``&H6``), as VBScript's CLng does.

    Args:
        text: It.
        name: What it is set for.
        origin: Where it stands.

    Raises:
        PlanError: It is none, or one that VBScript reads otherwise or not at all.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise PlanError(origin, f"{name} takes a number, not {text!r}")
    if found[1]:
        value = int(found[2], 16)
        if value in _READ_AS_NEGATIVE:
            raise PlanError(origin, f"VBScript reads {text} as {value - 2**16}: write {value}")
        return value
    value = int(text)
    if value >= _LONG:
        raise PlanError(origin, f"{text} is too large for VBScript")
    return value


def truth(text: str, name: str, origin: Origin) -> bool:
    """Read TRUE or FALSE in any case, 1 or 0.

    Raises:
        PlanError: It is none of them.
    """
    value = _TRUTHS.get(text.lower())
    if value is None:
        raise PlanError(origin, f"{name} takes TRUE or FALSE, not {text!r}")
    return value
