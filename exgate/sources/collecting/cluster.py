"""A Dask cluster: its workers ask, each the hosts that it can reach.

Whoever may talk to a scheduler or a worker may do there what he likes: orders and answers are pickles.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from exgate.facts.unreachable import Cause, Unreachable
from exgate.sources.collecting import elsewhere
from exgate.sources.collecting.collect_on import ClusterError
from exgate.sources.collecting.elsewhere import about as own_about
from exgate.sources.collecting.place import Place

_LOOK_SECONDS = 1.0
"""How often the scheduler is asked which workers there are."""
_LONG_AGO = float("-inf")
_STOP_SECONDS = 5.0
_NO_DASK = "workers of a Dask cluster need Dask here; next step: pip install 'exgate[dask]'"
_START_WORKERS = (
    "start workers (dask worker {address} --nthreads 16), each where exgate is installed and its secrets are"
)


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as the scheduler knows it.

    Attributes:
        address: Where it is, for example ``tcp://10.1.0.5:40123``.
        name: What it is called.
        threads: How many hosts it asks at the same time.
        labels: Its resources' names, and its own.
    """

    address: str
    name: str
    threads: int
    labels: frozenset[str]


class Cluster:
    """A scheduler that has been found, and its workers.

    Attributes:
        address: The scheduler's address.
        unfit: Workers that cannot be used, and why, one line each.
    """

    def __init__(self, client: Any, address: str) -> None:  # noqa: ANN401 - Dask's, which need not be installed
        self.client = client
        self.address = address
        self.unfit: dict[str, str] = {}
        self._fit: set[str] = set()

    @classmethod
    def connect(cls, address: str, seconds: float) -> Cluster:
        """Find a scheduler that has workers; TLS and all else as Dask's own configuration says.

        Args:
            address: ``tcp://host:port`` or ``tls://host:port``.
            seconds: How long that may take.

        Raises:
            ClusterError: Dask is not installed, nobody answers, or no worker is of use.
        """
        try:
            # It takes most of a second to import, and is no part of a run without it.
            from distributed import Client  # noqa: PLC0415
        except ModuleNotFoundError:
            raise ClusterError(_NO_DASK) from None
        for name in ("distributed", "distributed.client"):
            # They write to the terminal by themselves, past every wall; what matters is told by the hosts' causes.
            logging.getLogger(name).setLevel(logging.CRITICAL)
        problem = ""
        try:
            client: Any = Client(address, timeout=seconds, set_as_default=False)  # type: ignore[no-untyped-call] # Dask has no types
        except Exception as error:  # noqa: BLE001 - Dask has an error of its own for each layer
            problem = type(error).__name__
        if problem:
            message = (
                f"no Dask scheduler can be used at {address} ({problem}); next step: check that it runs, its port "
            )
            raise ClusterError(
                message + "and, with tls://, Dask's configuration of certificates (distributed.comm.tls)"
            )
        cluster = cls(client, address)
        if not cluster.workers():
            cluster.close()
            unfit = "".join(f"; {why}" for why in cluster.unfit.values())
            step = _START_WORKERS.format(address=address)
            message = f"the Dask scheduler at {address} has no worker of use{unfit}; next step: {step}"
            raise ClusterError(message)
        return cluster

    def workers(self) -> list[Worker]:
        """Give the workers of use that are there now, none when the scheduler is gone."""
        if self.client.status != "running":
            return []
        try:
            known = self.client.scheduler_info(n_workers=-1)["workers"]
        except Exception:  # noqa: BLE001 - the scheduler went just now
            return []
        self._examine([address for address in known if address not in self._fit and address not in self.unfit])
        return [
            Worker(
                address,
                str(about["name"]),
                int(about["nthreads"]),
                frozenset({str(about["name"]), *map(str, about.get("resources") or ())}),
            )
            for address, about in known.items()
            if address in self._fit
        ]

    def on_workers(self, function: Callable[[str], object], argument: str) -> None:
        """Call a function in every worker, beside what it does, and do not wait for ever."""
        call = threading.Thread(target=self._quietly, args=(function, argument), name="exgate-cluster", daemon=True)
        call.start()
        call.join(_STOP_SECONDS)

    def close(self) -> None:
        """Take leave; the cluster goes on."""
        self.client.close(timeout=_STOP_SECONDS)

    def _quietly(self, function: Callable[[str], object], argument: str) -> None:
        try:
            self.client.run(function, argument, workers=list(self._fit), on_error="ignore")
        except Exception:  # noqa: BLE001 - a worker, or the scheduler, went just now
            return

    def _examine(self, addresses: list[str]) -> None:
        if not addresses:
            return
        own = own_about()
        try:
            found = self.client.run(elsewhere.about, workers=addresses, on_error="return")
        except Exception:  # noqa: BLE001 - a worker went just now: it is looked at again if it is still there
            return
        for address, about in found.items():
            if about == own:
                self._fit.add(address)
            elif isinstance(about, str):
                self.unfit[address] = f"worker {address} has {about}, and this machine has {own}"
            else:
                self.unfit[address] = f"worker {address} cannot run exgate ({type(about).__name__})"


class ClusterCrew:
    """The workers of a cluster, for one collection.

    Args:
        cluster: The cluster.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.run = secrets.token_hex(16)
        self._cluster = cluster
        self._places: dict[str, Place] = {}
        self._looked_at = _LONG_AGO

    def most(self, parallel: int) -> int:
        """Give how many hosts may be under way: a worker's thread asks from the connecting on."""
        return parallel

    def places(self) -> Sequence[Place]:
        """Give the workers that are there now, as of `_LOOK_SECONDS` ago at most."""
        if time.monotonic() - self._looked_at >= _LOOK_SECONDS:
            workers = self._cluster.workers()
            self._looked_at = time.monotonic()
            self._places = {
                worker.address: self._places.get(worker.address) or self._place(worker) for worker in workers
            }
        return list(self._places.values())

    def nobody(self, label: str | None) -> Unreachable:
        """Say that there is no worker with a label, or none at all."""
        self._looked_at = _LONG_AGO
        self.places()
        address = self._cluster.address
        if label is None or not self._places:
            step = "look into the scheduler's and the workers' logs, and run it again"
            return Unreachable(Cause.WORKER, f"the Dask cluster of {address} has no worker any more", step)
        here = ", ".join(sorted({each for place in self._places.values() for each in place.labels or ()}))
        detail = f"no worker of {address} has the label {label}"
        step = f'start one where the host can be reached (dask worker {address} --resources "{label}=1"), or check '
        return Unreachable(Cause.WORKER, detail, f"{step}collect_on; labels that are there: {here}")

    def stop(self) -> None:
        """End everything that the workers are asking for this collection."""
        for place in self._places.values():
            place.executor.shutdown(wait=False)
        self._cluster.on_workers(elsewhere.stop, self.run)

    def end(self) -> None:
        """Let the workers forget the collection and its secrets."""
        self._cluster.on_workers(elsewhere.stop, self.run)

    def _place(self, worker: Worker) -> Place:
        # Nobody but the dispatch asks a host again: every time is a log-on.
        executor = self._cluster.client.get_executor(
            workers=[worker.address], allow_other_workers=False, pure=False, retries=0
        )
        return Place(
            name=f"worker {worker.name}"
            if worker.name == worker.address
            else f"worker {worker.name} ({worker.address})",
            executor=executor,
            slots=worker.threads,
            labels=worker.labels,
            withholds=True,
        )
