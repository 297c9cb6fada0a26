"""What a run's results tell of a host."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from exgate.facts.host import HostFacts
from exgate.facts.listing import list_facts
from exgate.facts.unreachable import Unreachable
from exgate.inventory import Declared
from exgate.plugin.hosts import Seen
from exgate.reports.results import HostRecord, SeenRecord, UnreachableRecord


def host_record(name: str, declared: Declared, seen: Seen | None, now: datetime) -> HostRecord:
    """Give a host's record.

    Args:
        name: The host.
        declared: What is said of it.
        seen: What was read of it, None where nothing was asked.
        now: The moment that its facts' age is counted to.
    """
    record = HostRecord(name=name, role=declared.role.value, organization=declared.organization, groups=declared.groups)
    match seen:
        case HostFacts():
            age, read_at = age_in_seconds(seen.collected_at, now), seen.collected_at
            origin = SeenRecord(source=seen.source, collected_at=read_at, age_seconds=age, stack=seen.stack)
            return replace(record, seen=origin, facts=list_facts(seen))
        case Unreachable():
            cause = UnreachableRecord(cause=seen.cause.value, detail=seen.detail, next_step=seen.next_step)
            return replace(record, unreachable=cause)
    return record


def age_in_seconds(collected_at: datetime, now: datetime) -> int:
    """Give how old facts are, in whole seconds; clocks that differ make nothing younger than now."""
    return max(0, int((now - collected_at).total_seconds()))
