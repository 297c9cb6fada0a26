"""One fact from several sources: they agree, or nobody is believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from exgate.facts.unknown import Unknown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """What one source shows of a fact.

    Attributes:
        source: The file, or the variable of host.yml.
        value: The fact, or why the source does not show it.
    """

    source: str
    value: T | Unknown


@dataclass(frozen=True, slots=True)
class Damaged(Unknown):
    """A file that ought to show a fact and cannot be read: what it holds may contradict what another one shows."""


def agree(name: str, shown: Sequence[Shown[T]], same: Callable[[T], object], nobody: Unknown) -> T | Unknown:
    """Give what the sources show.

    Args:
        name: What the fact is called, for a contradiction.
        shown: What each source shows; the first known value is given.
        same: What of a value must be equal in all of them.
        nobody: What is said where there is no source.

    Returns:
        The value; or why it is not known: no source, the first one's reason, one that is damaged, or two that
        contradict each other.
    """
    damaged = next((each.value for each in shown if isinstance(each.value, Damaged)), None)
    if damaged:
        return damaged
    known = [(each.source, each.value) for each in shown if not isinstance(each.value, Unknown)]
    if not known:
        return next((each.value for each in shown if isinstance(each.value, Unknown)), nobody)
    first_source, first = known[0]
    for source, value in known[1:]:
        if same(value) != same(first):
            return Unknown(f"{first_source} and {source} do not show the same {name}", "remove what is out of date")
    return first
