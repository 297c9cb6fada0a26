"""Hosts that are asked by the workers of a Dask cluster: as by threads, each from where it can be reached."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
import trustme
from dask import config as dask_config
from dask_processes import DaskProcesses, until
from distributed import LocalCluster

from exgate.facts.host import HostFacts
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import Secret
from exgate.lab.servers import SERVERS
from exgate.plugin.lab_process import PASSWORD_VARIABLE, LabProcess
from exgate.sources.collecting import cluster as cluster_module
from exgate.sources.collecting import dispatch
from exgate.sources.collecting.cluster import Cluster, ClusterCrew, ClusterError
from exgate.sources.collecting.fleet import collect
from exgate.sources.collecting.orders import pack, unpack
from exgate.sources.limits import Limits

from .conftest import VARIABLE, forms, results

PATIENT = Limits(connect_timeout=5, host_timeout=30)
EACH_TIME_ANOTHER = ("trickle", "drops")


def nothing(_name, _collected):
    """Take no notice of progress."""


@pytest.fixture(scope="module")
def local_cluster(started_lab):
    """Two workers of Dask's own LocalCluster, each a process of its own, with the password in their environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, started_lab.password)
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=8, processes=True, host="127.0.0.1", dashboard_address=":0", silence_logs=50
        )
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def connect():
    """Find clusters; they are left with the test."""
    found = []

    def find(address):
        found.append(Cluster.connect(address, 20))
        return found[-1]

    yield find
    for each in found:
        each.close()


@pytest.fixture
def cluster(local_cluster, connect):
    return connect(local_cluster.scheduler_address)


@pytest.fixture
def dask(tmp_path):
    """A scheduler without workers."""
    processes = DaskProcesses(tmp_path)
    yield processes
    processes.stop()


@pytest.fixture
def two_sites(dask, started_lab, connect):
    """A worker at each of two sites, and each with a password of its own."""
    for site in ("a", "b"):
        environment = {f"EXGATE_{site.upper()}": started_lab.password}
        dask.worker(site, label=f"site-{site}", environment=environment)
        cluster = connected(connect, dask, site)
    return cluster


def connected(connect, dask, *names):
    """Find a cluster as soon as it has some workers."""
    found = []

    def is_there():
        try:
            found.append(connect(dask.address))
        except ClusterError:
            return False
        until(lambda: {worker.name for worker in found[-1].workers()} >= set(names))
        return True

    until(is_there)
    return found[-1]


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


def test_a_host_is_asked_by_a_worker_with_its_label(by_env, two_sites):
    """Each worker has the password of its own site alone."""
    hosts = [
        by_env("be01", variable="EXGATE_A", collect_on="site-a"),
        by_env("be02", variable="EXGATE_B", collect_on="site-b"),
        by_env("be03", variable="EXGATE_A", collect_on="a"),
        by_env("sa01", variable="EXGATE_A", collect_on="site-b"),
        by_env("fe01", variable="EXGATE_A", collect_on="site-c"),
    ]
    done = collect(hosts, PATIENT, nothing, crew=ClusterCrew(two_sites))
    assert [name for name, each in done.items() if isinstance(each.result, HostFacts)] == ["be01", "be02", "be03"]
    address = next(worker.address for worker in two_sites.workers() if worker.name == "b")
    assert done["sa01"].result == Unreachable(
        Cause.WORKER,
        f"worker b ({address}) has no password for it: inventory.yml:7: password: the environment variable EXGATE_A is "
        "not set; set it before the tests start",
        "give the worker its secrets before it starts: they are looked up where it runs",
    )
    assert done["fe01"].result == Unreachable(
        Cause.WORKER,
        f"no worker of {two_sites.address} has the label site-c",
        f'start one where the host can be reached (dask worker {two_sites.address} --resources "site-c=1"), or check '
        "collect_on; labels that are there: a, b, site-a, site-b",
    )


def test_a_worker_that_is_killed_costs_no_host_its_result(by_env, live_lab, dask, connect):
    for name in ("a", "b", "c"):
        dask.worker(name, threads=1, environment={VARIABLE: live_lab.password})
    cluster = connected(connect, dask, "a", "b", "c")
    hosts = [by_env("be01"), by_env("trickle", collect_on="a"), by_env("be02"), by_env("be03", collect_on="b")]

    def kill():
        until(lambda: live_lab.record("trickle")["logon_attempts"] == 1)
        dask.processes["a"].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    done = collect(hosts, replace(PATIENT, host_timeout=60), nothing, crew=ClusterCrew(cluster))
    killer.join()
    assert [name for name, each in done.items() if isinstance(each.result, HostFacts)] == ["be01", "be02", "be03"]
    # No other worker can reach it.
    assert done["trickle"].result.detail == f"no worker of {cluster.address} has the label a"
    assert live_lab.record("trickle")["logon_attempts"] == 1


def test_a_host_whose_worker_is_killed_is_asked_again_elsewhere_once(by_env, live_lab, dask, connect):
    for name in ("a", "b", "c"):
        dask.worker(name, threads=1, environment={VARIABLE: live_lab.password})
    cluster = connected(connect, dask, "a", "b", "c")

    def kill():
        for number in (1, 2):
            until(lambda seen=number: live_lab.record("trickle")["logon_attempts"] == seen)
            busy = [address for address, keys in cluster.client.processing().items() if keys]
            names = [worker.name for worker in cluster.workers() if worker.address in busy]
            dask.processes[names[0]].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    hosts = [by_env("be01"), by_env("trickle")]
    done = collect(hosts, replace(PATIENT, host_timeout=120), nothing, crew=ClusterCrew(cluster))
    killer.join()
    assert isinstance(done["be01"].result, HostFacts)
    assert done["trickle"].result.detail == "the worker that asked it was ended, and so was the next one"
    assert live_lab.record("trickle")["logon_attempts"] == 2


def test_a_scheduler_that_is_killed_costs_no_host_its_result(by_env, live_lab, dask, connect):
    dask.worker("a", environment={VARIABLE: live_lab.password})
    cluster = connected(connect, dask, "a")

    def kill(name, _collected):
        if name == "be01":
            dask.processes["scheduler"].kill()

    hosts = [by_env("be01"), by_env("trickle")]
    done = collect(hosts, replace(PATIENT, host_timeout=120), kill, crew=ClusterCrew(cluster))
    assert isinstance(done["be01"].result, HostFacts)
    assert done["trickle"].result.detail == f"the Dask cluster of {cluster.address} has no worker any more"


@pytest.mark.parametrize("kind", (KeyboardInterrupt, ValueError))
def test_whatever_stops_a_collection_stops_what_the_workers_do(by_env, cluster, kind):
    def stop(_name, _collected):
        until(lambda: sum(cluster.client.run(threads_that_ask).values()) > 0)
        raise kind

    hosts = [by_env("be01"), by_env("trickle")]
    with pytest.raises(kind):
        collect(hosts, replace(PATIENT, host_timeout=3600), stop, crew=ClusterCrew(cluster))
    until(lambda: not any(cluster.client.processing().values()))
    until(lambda: set(cluster.client.run(threads_that_ask).values()) == {0})


def threads_that_ask():
    """Count the threads of a worker that ask a host; runs in the worker."""
    import sys  # noqa: PLC0415
    import traceback  # noqa: PLC0415

    stacks = [traceback.extract_stack(frame) for frame in sys._current_frames().values()]
    return sum(any(entry.name == "collect_host" for entry in stack) for stack in stacks)


def test_a_wrong_password_is_tried_twice_over_all_workers(by_env, live_lab, two_sites, dask):
    """Each site has hosts of the account, and nothing at site a can be reached: site b has its turn."""
    dask.worker("w", label="site-w", environment={"EXGATE_W": "wr0ng/p@ssword"})
    dask.worker("v", label="site-v", environment={"EXGATE_W": "wr0ng/p@ssword"})
    until(lambda: {worker.name for worker in two_sites.workers()} == {"a", "b", "v", "w"})
    hosts = [by_env("dead", variable="EXGATE_W", collect_on="site-v")]
    hosts += [
        by_env(name, variable="EXGATE_W", collect_on=f"site-{site}")
        for name, site in (("be01", "w"), ("be02", "v"), ("be03", "w"), ("sa01", "v"), ("fe01", "w"), ("fp01", "v"))
    ]
    done = collect(hosts, PATIENT, nothing, crew=ClusterCrew(two_sites))
    assert sum(record["logon_attempts"] for record in live_lab.records().values()) == 2
    details = [each.result.detail for name, each in done.items() if name != "dead"]
    assert details.count("the server rejected the user or the password") == 2
    assert sum(each.startswith("not tried, because 127.") for each in details) == 4
    assert done["dead"].result.cause is Cause.CONNECT


def test_what_a_server_says_that_is_a_password_stays_on_the_worker(own_lab, dask, connect, monkeypatch, by_env):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PASSWORD_VARIABLE, "BackOfficeStorage")
        process = LabProcess.start(["be01"], https=False)
    try:
        dask.worker("a", environment={VARIABLE: "BackOfficeStorage"})
        cluster = connected(connect, dask, "a")
        settings = process.place(by_env("be01", test_mailbox=None)[0])
        octets = []
        monkeypatch.setattr(dispatch, "unpack", lambda data, kind: octets.append(data) or unpack(data, kind))
        facts = collect([(settings, None)], PATIENT, nothing, crew=ClusterCrew(cluster))["be01"].result
    finally:
        process.stop()
    assert facts.metabase == Unknown(
        "the worker has not handed it on, for it holds what is a password there",
        "judge the server from this machine, or collect its facts again when that password is another one",
    )
    assert facts.exchange.services_version == 65
    assert octets
    for form in forms("BackOfficeStorage"):
        assert form not in b"".join(octets)


def test_nothing_that_travels_holds_a_password(by_env, live_lab, cluster, monkeypatch):
    octets = []
    for name, function in (("pack", pack), ("unpack", unpack)):
        monkeypatch.setattr(dispatch, name, noting(octets, function))
    done = collect(
        [by_env(name) for name in ("be01", "locked-out", "dead")], PATIENT, nothing, crew=ClusterCrew(cluster)
    )
    assert isinstance(done["be01"].result, HostFacts)
    everything = b"".join(octets)
    assert VARIABLE.encode() in everything
    assert b"http://" in everything
    for form in forms(live_lab.password):
        assert form not in everything


def noting(octets, function):
    """Call a function, and note the octets that it takes or gives."""

    def noted(*arguments):
        value = function(*arguments)
        octets.extend(each for each in (*arguments, value) if isinstance(each, bytes))
        return value

    return noted


def test_a_scheduler_that_is_not_there():
    with pytest.raises(ClusterError) as caught:
        Cluster.connect("tcp://127.0.0.1:9", 0.5)
    assert str(caught.value) == (
        "no Dask scheduler can be used at tcp://127.0.0.1:9 (OSError); next step: check that it runs, its port and, with "
        "tls://, Dask's configuration of certificates (distributed.comm.tls)"
    )


def test_over_tls_by_dasks_own_configuration(tmp_path, by_env, live_lab, connect):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "all.pem")
    files = {"ca-file": str(tmp_path / "ca.pem")}
    for role in ("scheduler", "worker", "client"):
        files[role] = {"cert": str(tmp_path / "all.pem"), "key": str(tmp_path / "all.pem")}
    configured = {"distributed": {"comm": {"require-encryption": True, "tls": files}}}
    (tmp_path / "dask.yml").write_text(json.dumps(configured), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DASK_CONFIG", str(tmp_path / "dask.yml"))
        processes = DaskProcesses(tmp_path, host="tls://127.0.0.1")
        processes.worker("a", host="tls://127.0.0.1")
    try:
        assert processes.address.startswith("tls://127.0.0.1:")
        with pytest.raises(ClusterError, match="no Dask scheduler can be used at tls://"):
            Cluster.connect(processes.address, 1)
        mine = {"ca-file": files["ca-file"], **{f"client.{each}": path for each, path in files["client"].items()}}
        with dask_config.set({f"distributed.comm.tls.{name}": path for name, path in mine.items()}):
            cluster = connected(connect, processes, "a")
            done = collect([by_env("be01")], PATIENT, nothing, crew=ClusterCrew(cluster))
            assert isinstance(done["be01"].result, HostFacts)
    finally:
        processes.stop()


def test_a_scheduler_without_workers(dask, connect):
    with pytest.raises(ClusterError) as caught:
        connect(dask.address)
    assert str(caught.value) == (
        f"the Dask scheduler at {dask.address} has no worker of use; next step: start workers (dask worker "
        f"{dask.address} --nthreads 16), each where exgate is installed and its secrets are"
    )


def test_workers_of_another_version(local_cluster, connect, monkeypatch):
    monkeypatch.setattr(cluster_module, "own_about", lambda: "exgate 99")
    with pytest.raises(
        ClusterError, match=r"has no worker of use; worker tcp://\S+ has exgate \S+, and this machine has"
    ):
        connect(local_cluster.scheduler_address)
