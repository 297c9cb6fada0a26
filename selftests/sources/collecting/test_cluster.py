"""Hosts that are asked by the workers of a Dask cluster: as by threads, each from where it can be reached."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from dataclasses import replace

import pytest

from exgate.facts.host import HostFacts
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import Secret
from exgate.lab.servers import SERVERS
from exgate.sources.collecting.cluster import Cluster, ClusterCrew, ClusterError
from exgate.sources.collecting.fleet import collect
from exgate.sources.limits import Limits

from .conftest import VARIABLE, forms, results, until

PATIENT = Limits(connect_timeout=5, host_timeout=30)
EACH_TIME_ANOTHER = ("trickle", "drops")


def nothing(_name, _collected):
    """Take no notice of progress."""


@pytest.fixture(scope="module")
def local_cluster(started_lab):
    """Two workers, each a process of its own, with labels, and the password in their environment."""
    from distributed import LocalCluster, SpecCluster  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, started_lab.password)
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=8, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
        )
    assert isinstance(cluster, SpecCluster)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def cluster(local_cluster):
    found = Cluster.connect(local_cluster.scheduler_address, 20)
    yield found
    found.close()


def test_facts_and_messages_are_those_of_threads(by_env, live_lab, cluster):
    names = [name for name in SERVERS if name not in EACH_TIME_ANOTHER]
    hosts = [by_env(name) for name in names]
    passwords = {name: Secret(live_lab.password) for name in names}
    here = collect([(host, Secret(live_lab.password)) for host, _ in hosts], PATIENT, nothing, test_passwords=passwords)
    there = collect(hosts, PATIENT, nothing, crew=ClusterCrew(cluster))
    assert results(there) == results(here)
    assert list(there) == names
    assert {n: (c.messages, c.connections, c.session) for n, c in there.items()} == {
        n: (c.messages, c.connections, c.session) for n, c in here.items()
    }
