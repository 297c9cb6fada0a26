"""What a run tells of its waivers: expired, about to expire, not needed any more, unused, doubled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from exgate.waivers.ledger import Cover, Ledger, Pair
from exgate.waivers.waiver import State, Waiver

_SHOWN = 5
"""Hosts that a line names; it counts the others."""


class NoticeKind(StrEnum):
    """What is told."""

    EXPIRED = "expired"
    """It has expired, and what it covers does not comply or was not seen."""
    EXPIRING = "about to expire"
    """It is about to, and what it covers does not comply or was not seen."""
    COMPLYING = "complying"
    """What it covers complies."""
    UNUSED = "unused"
    """Its pattern matches no host of the inventory, or nothing that it covers applies."""
    OVERLAPPING = "overlapping"
    """Another valid waiver that lasts longer covers the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a run has found, as far as it matters to waivers.

    Attributes:
        selected: The hosts and requirements that the run was to judge.
        failing: Those that fail, and no waiver that is valid covers them.
        complying: Those that comply.
        moot: Those that do not apply.
    """

    selected: frozenset[Pair]
    failing: frozenset[Pair] = frozenset()
    complying: frozenset[Pair] = frozenset()
    moot: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line about one waiver.

    Attributes:
        kind: What is told.
        waiver: Of which waiver.
        pairs: Of which hosts and requirements.
        text: The line, without the waiver's place in the file.
    """

    kind: NoticeKind
    waiver: Waiver
    pairs: tuple[Pair, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.waiver.source}: {self.text}"

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        return {
            "kind": self.kind.value,
            "source": self.waiver.source,
            "owner": self.waiver.owner,
            "ticket": self.waiver.ticket,
            "expires": self.waiver.expires.isoformat(),
            "covers": [{"host": host, "requirement": requirement} for host, requirement in self.pairs],
            "text": self.text,
        }


def notices(ledger: Ledger, judged: Judged) -> tuple[Notice, ...]:
    """Give what there is to tell, in the order of the file.

    What this run did not select is no reason to call a waiver unused.
    """
    return tuple(notice for cover in ledger.covers for notice in _of(cover, ledger, judged))


def _of(cover: Cover, ledger: Ledger, judged: Judged) -> Iterator[Notice]:
    waiver = cover.waiver
    if cover.problem:
        yield _notice(NoticeKind.UNUSED, waiver, (), f"unused: {cover.problem}")
        return
    covered = cover.pairs
    selected = [pair for pair in covered if pair in judged.selected]
    needed = [pair for pair in selected if pair not in judged.complying and pair not in judged.moot]
    if judged.moot.issuperset(covered):
        yield _notice(
            NoticeKind.UNUSED, waiver, covered, f"unused: {_say(covered, 'does not apply', 'do not apply', 'to')}"
        )
    if waiver.state(ledger.now) is State.EXPIRED:
        yield from _expired(waiver, needed, judged)
    else:
        yield from _doubled(waiver, needed, ledger)
        counts = [pair for pair in needed if ledger.covering(*pair) is waiver]
        if counts and waiver.state(ledger.now) is State.EXPIRING:
            when = _when(waiver.days_left(ledger.now))
            yield _notice(NoticeKind.EXPIRING, waiver, counts, f"expires {when}: {_say(counts)}")
    complying = [pair for pair in selected if pair in judged.complying]
    if complying:
        said = _say(complying, "complies", "comply")
        yield _notice(NoticeKind.COMPLYING, waiver, complying, f"is not needed any more: {said}")


def _expired(waiver: Waiver, needed: Iterable[Pair], judged: Judged) -> Iterator[Notice]:
    on = f"expired on {waiver.expires}"
    failing = [pair for pair in needed if pair in judged.failing]
    others = [pair for pair in needed if pair not in judged.failing]
    if failing:
        yield _notice(NoticeKind.EXPIRED, waiver, failing, f"{on}, so the failure counts: {_say(failing)}")
    if others:
        yield _notice(NoticeKind.EXPIRED, waiver, others, f"{on}: {_say(others)}")


def _doubled(waiver: Waiver, needed: Iterable[Pair], ledger: Ledger) -> Iterator[Notice]:
    by_other: dict[str, tuple[Waiver, list[Pair]]] = {}
    for pair in needed:
        counting = ledger.covering(*pair)
        if counting is not None and counting is not waiver:
            by_other.setdefault(counting.source, (counting, []))[1].append(pair)
    for other, pairs in by_other.values():
        later = "later" if other.expires > waiver.expires else "on the same day and comes first"
        text = f"{other.source} counts instead, for it expires {later} ({other.expires}): {_say(pairs)}"
        yield _notice(NoticeKind.OVERLAPPING, waiver, pairs, text)


def _notice(kind: NoticeKind, waiver: Waiver, pairs: Iterable[Pair], text: str) -> Notice:
    return Notice(kind=kind, waiver=waiver, pairs=tuple(pairs), text=f"{text} ({waiver.owner})")


def _when(days: int) -> str:
    return "today" if days == 0 else f"in {days} day{'s' * (days != 1)}"


def _say(pairs: Iterable[Pair], one: str = "", several: str = "", preposition: str = "on") -> str:
    """Give hosts and requirements in short: ``KB817379-02, KB817379-61 comply on be01, be02``.

    Args:
        pairs: The hosts and requirements.
        one: What to say of one requirement.
        several: What to say of several.
        preposition: What joins it to the hosts.
    """
    by_requirement: dict[str, list[str]] = {}
    for host, requirement in pairs:
        by_requirement.setdefault(requirement, []).append(host)
    alike: dict[tuple[str, ...], list[str]] = {}
    for requirement, hosts in by_requirement.items():
        alike.setdefault(tuple(hosts), []).append(requirement)
    return "; ".join(
        " ".join(filter(None, (", ".join(ids), several if len(ids) > 1 else one, preposition, _hosts(hosts))))
        for hosts, ids in alike.items()
    )


def _hosts(hosts: tuple[str, ...]) -> str:
    more = f" and {len(hosts) - _SHOWN} more" if len(hosts) > _SHOWN else ""
    return ", ".join(hosts[:_SHOWN]) + more
