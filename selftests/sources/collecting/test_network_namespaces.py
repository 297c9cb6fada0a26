"""Two sites, each with servers that nobody outside can reach: a worker at each collects, one machine judges."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from dask_processes import PROJECT, DaskProcesses, until

from exgate.facts.host import HostFacts
from exgate.facts.unreachable import Cause
from exgate.plugin.lab_process import PASSWORD_VARIABLE
from exgate.sources.collecting.cluster import Cluster, ClusterCrew, ClusterError
from exgate.sources.collecting.fleet import collect
from exgate.sources.limits import Limits

from .conftest import VARIABLE

PATIENT = Limits(connect_timeout=5, host_timeout=60)
NETWORK = "198.18.81"
"""Of the range for tests of network devices (RFC 2544), which no network has."""


def ip(*arguments):
    subprocess.run([shutil.which("ip"), *arguments], check=True, capture_output=True)


class Site:
    """A network namespace that reaches this machine at one address, and nothing else."""

    def __init__(self, name, number):
        self.name = f"exgate-{name}-{os.getpid()}"
        self._link, peer = f"exg{name}{os.getpid()}"[:15], f"exp{name}{os.getpid()}"[:15]
        self.gateway, self.address = (f"{NETWORK}.{4 * number + each}" for each in (1, 2))
        self.prefix = ("ip", "netns", "exec", self.name)
        self._lab = None
        ip("netns", "add", self.name)
        try:
            ip("link", "add", self._link, "type", "veth", "peer", "name", peer, "netns", self.name)
            ip("address", "add", f"{self.gateway}/30", "dev", self._link)
            ip("link", "set", self._link, "up")
            for command in (
                ("link", "set", "lo", "up"),
                ("address", "add", f"{self.address}/30", "dev", peer),
                ("link", "set", peer, "up"),
                ("route", "add", "default", "via", self.gateway),
            ):
                ip("-n", self.name, *command)
        except BaseException:
            self.close()
            raise

    def start_lab(self, server, password):
        """Start one of the lab's servers there, and give where it is."""
        self._lab = subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "exgate.lab", "--json", "--servers", server],
            cwd=PROJECT,
            env=os.environ | {PASSWORD_VARIABLE: password},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return json.loads(self._lab.stdout.readline())["servers"][server]

    def close(self):
        if self._lab:
            self._lab.communicate(timeout=30)
        ip("netns", "delete", self.name)


@pytest.fixture
def sites():
    missing = "iproute2" if not shutil.which("ip") else "no right to make network namespaces"
    made = []
    try:
        made += [Site("a", 0)] if shutil.which("ip") else []
        made += [Site("b", 1)] if made else []
    except subprocess.CalledProcessError as error:
        missing = f"{missing} ({error.stderr.decode(errors='replace').strip()})"
    try:
        if len(made) < 2 and os.environ.get("EXGATE_PEERS") == "required":
            pytest.fail(f"EXGATE_PEERS=required, but there is {missing}")
        if len(made) < 2:
            pytest.skip(f"needs root and iproute2: {missing}")
        yield made
    finally:
        for site in made:
            site.close()


def test_each_site_is_collected_from_within(sites, by_env, live_lab, tmp_path):
    dask = DaskProcesses(tmp_path, host=sites[0].gateway)
    try:
        placed = {}
        for site, server in zip(sites, ("be01", "sa01"), strict=True):
            placed[server] = site.start_lab(server, live_lab.password)
            environment = {VARIABLE: live_lab.password}
            dask.worker(
                site.name, label=f"site-{server}", host=site.address, prefix=site.prefix, environment=environment
            )
        hosts = []
        for server, label, name in (
            ("be01", "site-be01", "a"),
            ("sa01", "site-sa01", "b"),
            # From the other site nothing listens at that address.
            ("be01", "site-sa01", "a-from-b"),
            ("sa01", "site-be01", "b-from-a"),
        ):
            found = placed[server]
            settings, _ = by_env(server, collect_on=label)
            there = {"address": found["address"], "port": found["port"], "web_port": found["site_port"]}
            hosts.append((replace(settings, name=name, **there), None))
        cluster = connected(dask, 2)
        try:
            done = collect(hosts, PATIENT, lambda _name, _collected: None, crew=ClusterCrew(cluster))
        finally:
            cluster.close()
    finally:
        dask.stop()
    assert [name for name, each in done.items() if isinstance(each.result, HostFacts)] == ["a", "b"]
    causes = {name: each.result.cause for name, each in done.items() if name not in {"a", "b"}}
    assert causes == dict.fromkeys(("a-from-b", "b-from-a"), Cause.CONNECT)
    assert done["a"].result.network.computer_name == "BE01"
    assert done["b"].result.network.computer_name == "SA01"


def connected(dask, workers):
    cluster = []

    def is_there():
        try:
            cluster.append(Cluster.connect(dask.address, 20))
        except ClusterError:
            return False
        return True

    until(is_there)
    until(lambda: len(cluster[0].workers()) == workers)
    return cluster[0]
