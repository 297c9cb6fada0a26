"""Measure who asks the hosts: threads, processes with threads, and a Dask cluster, on the same lab and in the same run.

``python benchmarks/executors.py --help`` tells how. Every number that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clients import PASSWORD_VARIABLE
from cost import children_cpu, own_cpu
from dask_cluster import cpu_of, running_cluster
from lab import BenchmarkError, Lab, running_lab

from exgate.facts.host import HostFacts
from exgate.inventory import load_inventory
from exgate.sources.collecting.cluster import Cluster, ClusterCrew
from exgate.sources.collecting.collect_on import cores
from exgate.sources.collecting.fleet import collect
from exgate.sources.collecting.local_crew import LocalCrew
from exgate.sources.collecting.place import Crew
from exgate.sources.limits import Limits


@dataclass(frozen=True, slots=True)
class Cost:
    """What asking some hosts cost.

    Attributes:
        subject: Who asked.
        hosts: How many.
        wall: Seconds.
        client: Seconds of CPU of this process.
        workers: The same of the other processes that asked, from their start where they start with the collection.
        scheduler: The same of Dask's scheduler.
    """

    subject: str
    hosts: int
    wall: float
    client: float
    workers: float
    scheduler: float


class Fleet:
    """The lab's hosts, and what it takes to ask them.

    Args:
        lab: The lab.
        parallel: Hosts that are asked at the same time.
    """

    def __init__(self, lab: Lab, parallel: int) -> None:
        inventory = load_inventory(lab.inventory)
        self._settings = [inventory.settings(name) for name in inventory.select("all")]
        self._limits = Limits(parallel=parallel)

    def ask(self, hosts: int, crew: Crew, *, elsewhere: bool) -> None:
        """Ask the first hosts.

        Raises:
            BenchmarkError: A host could not be asked.
        """
        settings = self._settings[:hosts]
        here = [] if elsewhere else [host for host in settings if host.test_mailbox and host.test_password]
        done = collect(
            [(host, host.password.resolve() if host.password and not elsewhere else None) for host in settings],
            self._limits,
            lambda _name, _collected: None,
            test_passwords={host.name: host.test_password.resolve() for host in here if host.test_password},
            crew=crew,
        )
        for name, collected in done.items():
            if not isinstance(collected.result, HostFacts):
                message = f"{name} could not be asked: {collected.result}"
                raise BenchmarkError(message)


def measure(arguments: argparse.Namespace) -> list[Cost]:
    """Measure all subjects with each number of hosts, one after another, as often as asked for."""
    costs: list[Cost] = []
    processes, parallel = arguments.processes, arguments.parallel
    with tempfile.TemporaryDirectory(prefix="exgate-benchmark-") as name:
        folder = Path(name)
        with (
            running_lab(max(arguments.hosts), arguments.latency, folder) as lab,
            running_cluster(processes, -(-parallel // processes), folder) as dask,
        ):
            cluster = Cluster.connect(dask.address, 30)
            fleet = Fleet(lab, parallel)
            # The first question costs imports and caches on both ends, which are nobody's own.
            for crew, elsewhere in ((LocalCrew(parallel), False), (ClusterCrew(cluster), True)):
                fleet.ask(min(arguments.hosts), crew, elsewhere=elsewhere)
            subjects: dict[str, tuple[Callable[[], Crew], bool]] = {
                "threads": (lambda: LocalCrew(parallel), False),
                f"{processes} processes": (lambda: LocalCrew(parallel, processes), False),
                f"Dask, {processes} workers": (lambda: ClusterCrew(cluster), True),
            }
            for _ in range(arguments.rounds):
                for hosts in arguments.hosts:
                    for subject, (crew_of, elsewhere) in subjects.items():
                        # Dask's processes are there all the time, and not idle then.
                        workers = (lambda: cpu_of(dask.workers)) if elsewhere else children_cpu
                        scheduler = [dask.scheduler] if elsewhere else []
                        clocks = (time.perf_counter, own_cpu, workers, lambda pids=scheduler: cpu_of(pids))
                        before = [clock() or 0.0 for clock in clocks]
                        fleet.ask(hosts, crew_of(), elsewhere=elsewhere)
                        spent = [(clock() or 0.0) - begin for clock, begin in zip(clocks, before, strict=True)]
                        costs.append(Cost(subject, hosts, *spent))
            cluster.close()
    return costs


def table(costs: Sequence[Cost]) -> str:
    """Write the best round of each subject and number of hosts as a Markdown table."""
    best: dict[tuple[int, str], Cost] = {}
    for cost in costs:
        known = best.get((cost.hosts, cost.subject))
        if known is None or cost.wall < known.wall:
            best[cost.hosts, cost.subject] = cost
    lines = ["| hosts | who asks | wall s | wall / threads | CPU ms a host: this process | workers | scheduler |"]
    lines.append("|---:|---|---:|---:|---:|---:|---:|")
    for (hosts, subject), cost in best.items():
        ratio = cost.wall / best[hosts, "threads"].wall
        each = " | ".join(f"{seconds * 1000 / hosts:.1f}" for seconds in (cost.client, cost.workers, cost.scheduler))
        lines.append(f"| {hosts} | {subject} | {cost.wall:.2f} | {ratio:.2f} | {each} |")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: 0 with a table, 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python benchmarks/executors.py", description=__doc__)
    parser.add_argument("--hosts", metavar="N", type=int, nargs="+", default=[20, 100, 400], help="numbers of hosts")
    parser.add_argument("--parallel", metavar="P", type=int, default=32, help="hosts at the same time (default: 32)")
    parser.add_argument("--processes", metavar="N", type=int, default=cores(), help="processes (default: cores)")
    parser.add_argument("--rounds", metavar="N", type=int, default=3, help="the best of so many rounds (default: 3)")
    parser.add_argument("--latency", metavar="SECONDS", type=float, default=0.0, help="of each answer (default: 0)")
    arguments = parser.parse_args(argv)
    os.environ |= {PASSWORD_VARIABLE: secrets.token_hex(12), "no_proxy": "*"}
    try:
        print(table(measure(arguments)))
    except BenchmarkError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg()) if hasattr(os, "getloadavg") else "not known"
    machine = f"{cores()} cores, {platform.system()}, Python {platform.python_version()}"
    print(f"\n{machine}; load averages {load}; the lab is on the same machine.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
