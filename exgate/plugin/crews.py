"""Who asks the hosts of a run: threads, processes, or the workers of a cluster."""

from __future__ import annotations

from collections.abc import Iterable

from exgate.inventory import HostSettings, SecretError
from exgate.sources.collecting.cluster import Cluster, ClusterCrew
from exgate.sources.collecting.collect_on import CollectOn
from exgate.sources.collecting.fleet import STAYS_HERE, can_travel
from exgate.sources.collecting.local_crew import LocalCrew
from exgate.sources.collecting.place import Crew
from exgate.sources.limits import Limits

_STAYS_HERE = "a password that is typed or in plain text is handed to no other process"


class Crews:
    """Gives each collection of a run its crew.

    Args:
        collect_on: What was asked for.
        limits: The bounds.
    """

    def __init__(self, collect_on: CollectOn, limits: Limits) -> None:
        self._collect_on = collect_on
        self._limits = limits
        self._cluster: Cluster | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether workers of a cluster ask, who look up passwords themselves."""
        return self._collect_on.scheduler is not None

    def start(self, hosts: Iterable[HostSettings]) -> None:
        """Find the cluster, where one is to ask.

        Raises:
            SecretError: A host's password cannot be looked up by a worker.
            ClusterError: The cluster cannot be used.
        """
        if self._collect_on.scheduler is None:
            return
        for host in hosts:
            for variable, reference in (("password", host.password), ("test_password", host.test_password)):
                if reference and reference.kind in STAYS_HERE:
                    message = (
                        f"{reference.source}: host {host.name}: {variable}: {_STAYS_HERE}; "
                        "set it to {env: NAME}, {keyring: SERVICE} or {command: PROGRAM}, which the worker looks up, "
                        "or leave out --collect-on"
                    )
                    raise SecretError(message)
        self._cluster = Cluster.connect(self._collect_on.scheduler, self._limits.connect_timeout)

    def crew(self, hosts: Iterable[HostSettings], *, busy: bool) -> Crew:
        """Give a crew for some hosts; whether this process has something else to do meanwhile."""
        if self._cluster:
            return ClusterCrew(self._cluster)
        return LocalCrew(self._limits.parallel, self._processes(hosts), busy=busy)

    def words(self, hosts: Iterable[HostSettings]) -> tuple[str, ...]:
        """Say who asks, one line each."""
        settings = list(hosts)
        if self._collect_on.scheduler is not None:
            return (f"collecting: {self._cluster_words() or self._collect_on.scheduler}",)
        threads, processes = min(self._limits.parallel, len(settings)), self._processes(settings)
        if processes == 1:
            return (f"collecting: {threads} thread{'s' * (threads > 1)}",)
        lines = [f"collecting: {processes} processes, {threads} hosts at a time"]
        stay = [host.name for host in settings if not can_travel(host)]
        if stay:
            more = f" and {len(stay) - 1} more" if stay[1:] else ""
            lines.append(f"collecting: {stay[0]}{more} by this process alone: {_STAYS_HERE}")
        return tuple(lines)

    def warnings(self, hosts: Iterable[HostSettings]) -> tuple[str, ...]:
        """Say what means nothing, and which workers are of no use, one line each."""
        if self._cluster:
            return tuple(self._cluster.unfit.values())
        labelled = [host.name for host in hosts if host.collect_on]
        if self.elsewhere or not labelled:
            return ()
        more = f" and {len(labelled) - 1} more" if labelled[1:] else ""
        return (f"{labelled[0]}{more}: collect_on means nothing without --collect-on tcp://SCHEDULER:PORT",)

    def stop(self) -> None:
        """Take leave of the cluster."""
        if self._cluster:
            self._cluster.close()
            self._cluster = None

    def _processes(self, hosts: Iterable[HostSettings]) -> int:
        return self._collect_on.processes_for(sum(can_travel(host) for host in hosts), self._limits.parallel)

    def _cluster_words(self) -> str:
        if self._cluster is None:
            return ""
        workers = self._cluster.workers()
        threads = sum(worker.threads for worker in workers)
        labels = sorted({label for worker in workers for label in worker.labels - {worker.name}})
        words = f"{len(workers)} worker{'s' * (len(workers) != 1)} of {self._cluster.address}, {threads} threads"
        return f"{words}, labels: {', '.join(labels)}" if labels else words
