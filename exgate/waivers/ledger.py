"""Which waiver covers which host and requirement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from exgate.inventory.patterns import Names, PatternError, select_hosts
from exgate.waivers.waiver import Waiver

Pair = tuple[str, str]
"""A host and a requirement."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a waiver covers in an inventory.

    Attributes:
        waiver: The waiver.
        hosts: The hosts that its pattern matches.
        problem: Why it matches none; empty where it matches some.
    """

    waiver: Waiver
    hosts: frozenset[str]
    problem: str = ""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The hosts and requirements, in a stable order."""
        return tuple((host, each) for each in self.waiver.requirements for host in sorted(self.hosts))


class Ledger:
    """The waivers of a run.

    Attributes:
        now: The run's moment.
        covers: What each waiver covers, in the order of the file.
    """

    def __init__(self, waivers: Iterable[Waiver], names: Names, now: datetime) -> None:
        """Match waivers with an inventory.

        Args:
            waivers: In the order of the file.
            names: All hosts and groups of the inventory.
            now: The run's moment, with its offset.
        """
        self.now = now
        matched: dict[str, frozenset[str] | str] = {}
        covers = []
        for waiver in waivers:
            if waiver.hosts not in matched:
                matched[waiver.hosts] = _match(waiver.hosts, names)
            hosts = matched[waiver.hosts]
            covers.append(Cover(waiver, frozenset(), hosts) if isinstance(hosts, str) else Cover(waiver, hosts))
        self.covers = tuple(covers)
        self._by_requirement: dict[str, list[Cover]] = {}
        for cover in self.covers:
            for requirement in cover.waiver.requirements:
                self._by_requirement.setdefault(requirement, []).append(cover)

    def covering(self, host: str, requirement: str) -> Waiver | None:
        """Give the waiver that counts, valid or not: of several the one that expires last, and the first of these."""
        found = (cover.waiver for cover in self._by_requirement.get(requirement, ()) if host in cover.hosts)
        return max(found, key=lambda waiver: waiver.expires, default=None)


def _match(pattern: str, names: Names) -> frozenset[str] | str:
    try:
        return frozenset(select_hosts(pattern, names))
    except PatternError as error:
        return str(error)
