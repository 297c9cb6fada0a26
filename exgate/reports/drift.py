"""What became of a host's facts since an earlier run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from exgate.facts.named import KEY_TYPE, NamedFact
from exgate.reports.results import Drift, DriftKind


def drift(host: str, before: Iterable[NamedFact], now: Iterable[NamedFact]) -> tuple[Drift, ...]:
    """Compare a host's facts.

    A fact that could not be read is neither changed nor gone, and one whose name begins with such a fact's name and a
    space is part of it. Facts that come and go by themselves (`NamedFact.volatile`) are left out. A key of the metabase
    that appears or disappears stands for its properties.

    Args:
        host: The host's name.
        before: Its facts in the earlier run.
        now: Its facts now.

    Returns:
        What differs: changes, then what appeared and disappeared, then what was not seen.
    """
    old, new = _Facts({fact.name: fact for fact in before}), _Facts({fact.name: fact for fact in now})
    return (
        *_changed(host, old.by_name, new.by_name),
        *_alone(host, DriftKind.APPEARED, new, old),
        *_alone(host, DriftKind.DISAPPEARED, old, new),
        *_unseen(host, DriftKind.NOT_SEEN, old, new),
        *_unseen(host, DriftKind.SEEN_NOW, new, old),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    by_name: Mapping[str, NamedFact]

    def cover(self, name: str) -> NamedFact | None:
        """Give the unknown fact that a fact is, or is part of; the widest one."""
        for end in (*(place for place, character in enumerate(name) if character == " "), len(name)):
            fact = self.by_name.get(name[:end])
            if fact and fact.value is None:
                return fact
        return None


def _changed(host: str, old: Mapping[str, NamedFact], new: Mapping[str, NamedFact]) -> Iterator[Drift]:
    for name, fact in new.items():
        before = old.get(name)
        if before is None or before.volatile or fact.volatile or None in {before.value, fact.value}:
            continue
        if before.value != fact.value:
            kind = DriftKind.CHANGED
            yield Drift(host=host, kind=kind, name=name, old=before.value, new=fact.value, where=fact.where)


def _alone(host: str, kind: DriftKind, here: _Facts, there: _Facts) -> Iterator[Drift]:
    """Give the facts that only one side has, where the other side did look."""
    alone = [fact for fact in here.by_name.values() if _is_alone(fact, there)]
    keys = {fact.key for fact in alone if fact.is_key}
    sizes = Counter(fact.key for fact in alone)
    appeared = kind is DriftKind.APPEARED
    for fact in alone:
        if fact.is_key or fact.key not in keys:
            yield Drift(
                host=host,
                kind=kind,
                name=fact.name,
                old=None if appeared else fact.value,
                new=fact.value if appeared else None,
                where=fact.where if appeared else "",
                facts=sizes[fact.key] if fact.is_key else 1,
            )


def _is_alone(fact: NamedFact, there: _Facts) -> bool:
    if fact.name in there.by_name or fact.value is None or fact.volatile or there.cover(fact.name):
        return False
    # Properties are listed of the keys that matter, and which do may change while a key stays.
    return fact.is_key or fact.key is None or f"{fact.key} {KEY_TYPE}" not in there.by_name


def _unseen(host: str, kind: DriftKind, seen: _Facts, unseen: _Facts) -> Iterator[Drift]:
    """Give the unknown facts of one side with how many facts of the other each of them hides."""
    hidden: dict[str, int] = {}
    for name, fact in seen.by_name.items():
        same = unseen.by_name.get(name)
        if fact.value is None or fact.volatile or (same and same.value is not None):
            continue
        cover = unseen.cover(name)
        if cover and not cover.volatile:
            hidden[cover.name] = hidden.get(cover.name, 0) + 1
    for name, number in hidden.items():
        reason = unseen.by_name[name].unknown or ""
        yield Drift(host=host, kind=kind, name=name, reason=reason, facts=number)
