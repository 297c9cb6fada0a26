"""What --collect-on says: threads, processes, a cluster, or whatever suits the number of hosts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

AUTO, THREADS, PROCESSES = "auto", "threads", "processes"
HOSTS_PER_PROCESS = 50
"""Fewer hosts for each process are not worth its start, so that two ask from twice as many on.

A process takes 0.6 to 0.8 s of CPU before it asks anybody (Python and the imports), while this one asks already. On a
busy machine of two cores that was the CPU of eight hosts; two processes took 1.01 times the time of one with 20 hosts,
0.65 times with 100, 0.72 times with 200 (``benchmarks/executors.py``).
"""
_MOST_PROCESSES = 64
_FORMS = "auto, threads, processes, processes:N, tcp://SCHEDULER:PORT or tls://SCHEDULER:PORT"
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[\w.-]+):[0-9]{1,5}")


class ClusterError(Exception):
    """The cluster that is to ask cannot be used; its text is one line."""


@dataclass(frozen=True, slots=True)
class CollectOn:
    """Where hosts are asked.

    Attributes:
        processes: How many processes of this machine ask, this one included; None to choose by the number of hosts, at
            least 2 where `is_explicit`.
        scheduler: The address of a Dask scheduler, whose workers ask; None for this machine.
        is_explicit: Whether somebody has asked for processes.
    """

    processes: int | None = None
    scheduler: str | None = None
    is_explicit: bool = False

    def processes_for(self, hosts: int, parallel: int) -> int:
        """Give how many processes ask.

        Args:
            hosts: How many hosts are asked.
            parallel: How many at the same time.
        """
        if self.processes is not None:
            wanted = self.processes
        else:
            enough = hosts // HOSTS_PER_PROCESS
            wanted = min(cores(), max(2, enough) if self.is_explicit else enough)
        return max(1, min(wanted, parallel, hosts))


def cores() -> int:
    """Give how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parse_collect_on(text: str) -> CollectOn:
    """Read what --collect-on says.

    Raises:
        ValueError: It is none of the forms; the text is one line, without what was given.
    """
    word, _, number = text.partition(":")
    if text == AUTO:
        return CollectOn()
    if text == THREADS:
        return CollectOn(processes=1)
    if text == PROCESSES:
        return CollectOn(is_explicit=True)
    if word == PROCESSES and number.isascii() and number.isdecimal() and 0 < int(number) <= _MOST_PROCESSES:
        return CollectOn(processes=int(number), is_explicit=True)
    if _ADDRESS.fullmatch(text):
        return CollectOn(scheduler=text)
    message = f"expected {_FORMS} (N from 1 to {_MOST_PROCESSES})"
    raise ValueError(message)
