"""One field of a waiver in the file; what is wrong with one is a `ShapeError` with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from exgate.inventory.value import ShapeError, Value

LONGEST = 1000
"""Characters of a text; reports show it whole."""
_SHOWN = 60
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ID = re.compile(r"[^\s,]+")
_TEXT = "a text"
_NUMBER = "a whole number"
_DATE = "a date"


def one_line(text: str) -> str:
    """Put a text on one line, without a character that a terminal or an XML file would choke on."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


def shown(text: str) -> str:
    """Quote what was written, for an error's text: one line, and not a long one."""
    line = one_line(text)
    return f'"{line}"' if len(line) <= _SHOWN else f'"{line[:_SHOWN]}..."'


def text(name: str, value: Value, *, or_number: bool = False) -> str:
    """Read a text, as one line.

    Args:
        name: The field.
        value: What was written.
        or_number: Whether a whole number will do; it is taken as it was written.

    Raises:
        ShapeError: It is none, is empty or longer than `LONGEST`.
    """
    if value.kind != _TEXT and not (or_number and value.kind == _NUMBER):
        advice = " (put it in quotes)" if value.is_scalar and not value.is_null else ""
        raise ShapeError(value.line, f"{name} is {one_line(value.kind)}; expected a text{advice}")
    line = one_line(value.text)
    if not line:
        raise ShapeError(value.line, f"{name} is empty")
    if len(line) > LONGEST:
        raise ShapeError(value.line, f"{name} is longer than {LONGEST} characters")
    return line


def day(name: str, value: Value) -> date:
    """Read an ISO date, in quotes or not.

    Raises:
        ShapeError: It is none: YAML alone would take 20261231 for a number and 12:30 for another.
    """
    if value.kind not in {_TEXT, _DATE}:
        written = f" ({shown(value.text)})" if value.is_scalar and not value.is_null else ""
        raise ShapeError(
            value.line, f"{name} is {one_line(value.kind)}{written}; expected a date, for example 2026-12-31"
        )
    if not _DAY.fullmatch(value.text):
        raise ShapeError(value.line, f"{name} is {shown(value.text)}; expected a date, for example 2026-12-31")
    try:
        return date.fromisoformat(value.text)
    except ValueError:
        raise ShapeError(value.line, f"{name} is {value.text}, and there is no such day") from None


def requirement_ids(name: str, value: Value, whole_id: Callable[[str], str]) -> dict[str, int]:
    """Read one id or a list of them.

    Args:
        name: The field.
        value: What was written.
        whole_id: Gives the id that a short form means.

    Returns:
        Each id and its line.

    Raises:
        ShapeError: One is no text, or there is none.
    """
    values = value.items() if value.is_list else [value]
    if not values:
        raise ShapeError(value.line, f"{name} is an empty list")
    ids: dict[str, int] = {}
    for each in values:
        written = text(name, each)
        if not _ID.fullmatch(written):
            raise ShapeError(each.line, f"{name} is {shown(written)}; for several ids give a list: [ID, ID]")
        ids.setdefault(whole_id(written), each.line)
    return ids
