"""What asking hosts cost: time, CPU on both ends, and what the lab counted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lab import Lab

if sys.platform != "win32":
    import resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What asking some hosts cost.

    Attributes:
        hosts: How many hosts were asked.
        wall: Seconds from beginning to end.
        client_cpu: Seconds of CPU, user and system, of the asking process; None where that cannot be measured.
        lab_cpu: The same of the lab's process.
        counted: The lab's counters over all hosts: connections, requests, logon_attempts, messages.
    """

    hosts: int
    wall: float
    client_cpu: float | None
    lab_cpu: float | None
    counted: Mapping[str, int]

    def each(self, counter: str) -> float:
        """Give a counter's mean per host."""
        return self.counted[counter] / self.hosts

    def milliseconds(self, seconds: float | None) -> float | None:
        """Give the share of one host, in milliseconds."""
        return None if seconds is None else seconds * 1000 / self.hosts


def children_cpu() -> float | None:
    """Give the seconds of CPU of all children that have ended, None on Windows, which does not add them up."""
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    return None


def own_cpu() -> float | None:
    """Give the seconds of CPU of this process, all threads."""
    return time.process_time()


def measure(lab: Lab, hosts: Sequence[str], ask: Callable[[], object], client_cpu: Callable[[], float | None]) -> Cost:
    """Measure one action.

    Args:
        lab: The lab whose hosts are asked, and whose counters begin anew.
        hosts: The names of the hosts that are asked.
        ask: What is measured.
        client_cpu: The clock of whoever asks: `own_cpu`, or `children_cpu` for a process that ends with the action.
    """
    lab.reset()
    lab_before, client_before, begin = lab.cpu(), client_cpu(), time.perf_counter()
    ask()
    wall = time.perf_counter() - begin
    return Cost(
        hosts=len(hosts),
        wall=wall,
        client_cpu=difference(client_before, client_cpu()),
        lab_cpu=difference(lab_before, lab.cpu()),
        counted=lab.counted(hosts),
    )


def difference(before: float | None, after: float | None) -> float | None:
    """Give the seconds between two readings of a clock, None where there is no such clock."""
    return None if before is None or after is None else after - before
