"""Where hosts can be asked: a thread pool, a process, a cluster's worker, each behind the same interface."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol

from exgate.facts.unreachable import Unreachable
from exgate.sources.collecting.asking import Asking


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """One who asks hosts.

    Attributes:
        name: Its name, for texts.
        executor: Takes what is to be done there. A `concurrent.futures.BrokenExecutor` says that the place has ended.
        slots: Hosts that it may be busy with at the same time.
        turns: How many of them it asks, while it connects to the others; None where that is all of them.
        asking: What asks in this process; None for a place that takes packed orders.
        labels: Labels of hosts that it can reach; None where labels mean nothing.
        withholds: Whether it hands on no fact that holds a secret.
    """

    name: str
    executor: Executor
    slots: int
    turns: int | None = None
    asking: Asking | None = None
    labels: frozenset[str] | None = None
    withholds: bool = False

    def takes(self, label: str | None, *, here: bool) -> bool:
        """Whether a host can be asked from there.

        Args:
            label: Its label, if it has one.
            here: Whether it can be asked in this process only.
        """
        if here and self.asking is None:
            return False
        return label is None or self.labels is None or label in self.labels


class Crew(Protocol):
    """The places of one collection."""

    @property
    def run(self) -> str:
        """A name that no other collection has."""

    def most(self, parallel: int) -> int:
        """Give how many hosts may be under way, where `parallel` of them are asked at the same time."""

    def places(self) -> Sequence[Place]:
        """Give those that are there now; one that has ended is there no more."""

    def nobody(self, label: str | None) -> Unreachable:
        """Say why there is no place for a host with such a label."""

    def stop(self) -> None:
        """End everything that is being asked."""

    def end(self) -> None:
        """Take leave: everything has been asked, or stopped."""
