"""Ranges in host names, as Ansible's inventories have them: ``be[01:40]``, ``be[1:9:2]``, ``x[a:f]``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from math import prod

MAX_HOSTS = 100_000
"""How many hosts one name may stand for; more is a slip of the finger."""

_NAME = re.compile(r"[^\s:,&!~*?\[\]]+")
_RANGE = re.compile(r"\[([^\[\]]*)\]")


class RangeError(Exception):
    """A host name is not one, or its range is wrong; the text quotes it."""


def expand_host_name(name: str) -> Iterator[str]:
    """Yield the host names that one name of the inventory stands for.

    Args:
        name: A name with any number of ranges; both ends belong to a range, and a first number's leading zeros stay.

    Yields:
        The names, the last range changing fastest.

    Raises:
        RangeError: A range is wrong or too long, or a name is empty or holds a character that patterns use.
    """
    parts = _RANGE.split(name)
    plain = "".join(parts[::2])
    if not _NAME.fullmatch(plain):
        raise RangeError(_problem(name, plain))
    if len(parts) == 1:
        yield name
        return
    members = [_members(name, text) for text in parts[1::2]]
    if prod(len(values) for values in members) > MAX_HOSTS:
        raise RangeError(f'host name "{name}" stands for more than {MAX_HOSTS} hosts')
    for values in product(*members):
        yield "".join(part for pair in zip(parts[::2], (*values, ""), strict=True) for part in pair)


def _problem(name: str, plain: str) -> str:
    if not name:
        return "a host name is empty"
    if ":" in plain:
        return f'host name "{name}" holds a ":"; a port goes into the variable port'
    if not plain:
        return f'host name "{name}" is a range only; put a name before it'
    return f'host name "{name}" may not hold white space or any of , & ! ~ * ? [ ]'


def _members(name: str, text: str) -> list[str]:
    ends = text.split(":")
    if len(ends) not in (2, 3):
        raise RangeError(f'host name "{name}": "[{text}]" is not a range; write [first:last] or [first:last:step]')
    first, last, step = ends[0], ends[1], ends[2] if len(ends) == 3 else "1"  # noqa: PLR2004 - first, last, step
    if not re.fullmatch("[1-9][0-9]{0,8}", step):
        raise RangeError(f'host name "{name}": the step of "[{text}]" is not a whole number above 0')
    if re.fullmatch("[0-9]{1,9}", first) and re.fullmatch("[0-9]{1,9}", last):
        numbers = range(int(first), int(last) + 1, int(step))
        _check(name, text, numbers)
        padded = len(first) > 1 and first.startswith("0")
        if padded and len(last) != len(first):
            raise RangeError(
                f'host name "{name}": the ends of "[{text}]" differ in length, and the first has leading zeros'
            )
        width = len(first) if padded else 0
        return [f"{number:0{width}d}" for number in numbers]
    if re.fullmatch("[a-z]:[a-z]|[A-Z]:[A-Z]", f"{first}:{last}"):
        letters = range(ord(first), ord(last) + 1, int(step))
        _check(name, text, letters)
        return [chr(letter) for letter in letters]
    raise RangeError(f'host name "{name}": the ends of "[{text}]" are neither two numbers nor two letters of one case')


def _check(name: str, text: str, members: range) -> None:
    if not members:
        raise RangeError(f'host name "{name}": "[{text}]" ends before it begins')
    if len(members) > MAX_HOSTS:
        raise RangeError(f'host name "{name}" stands for more than {MAX_HOSTS} hosts')
