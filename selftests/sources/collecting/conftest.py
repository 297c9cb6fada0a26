"""Workers of their own, hosts whose password lies in the environment, and what travels."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from dask_processes import until

from exgate.facts.host import HostFacts
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import SecretRef
from exgate.inventory.secret_origins import EnvironmentVariable
from exgate.sources.collecting import elsewhere
from exgate.sources.collecting.place import Place
from exgate.sources.collecting.worker_process import WorkerProcess

VARIABLE = "EXGATE_TEST_PASSWORD"


class OnlyWorkers:
    """A crew of processes, all of them there from the beginning, and none of this process."""

    def __init__(self, processes, threads=4):
        self.run = secrets.token_hex(8)
        self.workers = [WorkerProcess(elsewhere.__name__, threads) for _ in range(processes)]
        until(lambda: all(worker.has_started for worker in self.workers))
        self._all = [
            Place(name=f"process {number}", executor=worker, slots=threads)
            for number, worker in enumerate(self.workers, 1)
        ]

    def most(self, parallel):
        return parallel

    def places(self):
        return [place for place, worker in zip(self._all, self.workers, strict=True) if not worker.has_ended]

    def nobody(self, label):
        return Unreachable(Cause.WORKER, f"nobody asks {label}", "wait")

    def stop(self):
        self.end()

    def end(self):
        for worker in self.workers:
            worker.shutdown(cancel_futures=True)


@pytest.fixture
def workers():
    """Start crews of processes; they end with the test."""
    crews = []

    def start(*arguments, **named):
        crews.append(OnlyWorkers(*arguments, **named))
        return crews[-1]

    yield start
    for crew in crews:
        crew.end()


@pytest.fixture
def by_env(live_lab, monkeypatch):
    """Give a lab server as a host whose password is a reference to the environment, and no password beside it."""
    monkeypatch.setenv(VARIABLE, live_lab.password)

    def host(name, *, variable=VARIABLE, **changes):
        reference = SecretRef(EnvironmentVariable(variable), "inventory.yml:7")
        here = {"password": reference, "test_mailbox": "exgate", "test_user": "LAB\\exgate", "test_password": reference}
        return live_lab.settings(name, **here | changes), None

    return host


def results(collected):
    """Give what asking gave, without what no two questions have in common: the moment, and the clocks' difference."""
    return {name: without_moments(each.result) for name, each in collected.items()}


def without_moments(result):
    if not isinstance(result, HostFacts):
        return result
    system = result.operating_system
    if not isinstance(system, Unknown):
        system = replace(system, clock_ahead=timedelta())
    return replace(result, collected_at=None, operating_system=system)


def forms(password):
    """Give a password as it might stand in octets."""
    for encoding in ("utf-8", "utf-16-le", "cp1252"):
        octets = password.encode(encoding)
        yield octets
        for shift in range(3):
            # Base64 of the octets wherever they begin within a longer text, without the ends that its neighbours touch.
            yield base64.b64encode(b"\0" * shift + octets)[4 : -4 - shift]
