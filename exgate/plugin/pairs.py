"""Pairs of host and requirement, in little room: a large run has hundreds of thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

Pair = tuple[str, str]
"""A host and a requirement's id."""


class Pairs(AbstractSet[Pair]):
    """A set of pairs, kept as the ids of each host; hosts of the same ids share them."""

    __slots__ = ("_ids", "_length")

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        by_host: defaultdict[str, set[str]] = defaultdict(set)
        for host, identifier in pairs:
            by_host[host].add(identifier)
        shared: dict[frozenset[str], frozenset[str]] = {}
        self._ids = {host: shared.setdefault(each, each) for host, ids in by_host.items() for each in (frozenset(ids),)}
        self._length = sum(map(len, self._ids.values()))

    def __contains__(self, pair: object) -> bool:
        match pair:
            case (str() as host, identifier):
                return identifier in self._ids.get(host, ())
        return False

    def __iter__(self) -> Iterator[Pair]:
        return ((host, identifier) for host, ids in self._ids.items() for identifier in ids)

    def __len__(self) -> int:
        return self._length

    def without(self, pairs: Iterable[Pair]) -> frozenset[Pair]:
        """Give those that are not among others."""
        others: defaultdict[str, set[str]] = defaultdict(set)
        for host, identifier in pairs:
            others[host].add(identifier)
        return frozenset((host, each) for host, ids in self._ids.items() for each in ids - others[host])
