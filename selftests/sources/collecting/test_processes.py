"""Hosts that are asked by processes with threads: as by threads, and nothing is lost when a process is."""

import os
import signal
import threading
from dataclasses import replace

import pytest
from dask_processes import until

from exgate.facts.host import HostFacts
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import Secret, SecretRef
from exgate.inventory.secret_origins import EnvironmentVariable, Plaintext, Prompt
from exgate.lab.servers import SERVERS
from exgate.sources.collecting import dispatch, worker_process
from exgate.sources.collecting.fleet import collect
from exgate.sources.collecting.local_crew import LocalCrew, shares_of
from exgate.sources.collecting.orders import Answer, Order, pack, unpack
from exgate.sources.collecting.worker_process import WorkerProcess
from exgate.sources.limits import Limits

from .conftest import VARIABLE, forms, results

PATIENT = Limits(connect_timeout=5, host_timeout=30)
EACH_TIME_ANOTHER = ("trickle", "drops")


def nothing(_name, _collected):
    """Take no notice of progress."""


def test_facts_and_messages_are_those_of_threads(by_env, live_lab, workers):
    names = [name for name in SERVERS if name not in EACH_TIME_ANOTHER]
    hosts = [by_env(name) for name in names]
    passwords = {name: Secret(live_lab.password) for name in names}
    here = collect([(host, Secret(live_lab.password)) for host, _ in hosts], PATIENT, nothing, test_passwords=passwords)
    there = collect(hosts, PATIENT, nothing, crew=workers(2))
    assert results(there) == results(here)
    assert list(there) == names
    assert {n: (c.messages, c.connections, c.session) for n, c in there.items()} == {
        n: (c.messages, c.connections, c.session) for n, c in here.items()
    }
    for each in there.values():
        assert unpack(pack(Answer(collected=each)), Answer) == Answer(collected=each)


def test_this_process_and_others_share_the_hosts(by_env, live_lab, monkeypatch):
    asked = []
    submit = worker_process.WorkerProcess.submit

    def counted(self, *arguments):
        asked.append(unpack(arguments[1], Order).settings.name)
        return submit(self, *arguments)

    monkeypatch.setattr(worker_process.WorkerProcess, "submit", counted)
    crew = LocalCrew(2, processes=2)
    until(lambda: len(crew.places()) == 2)
    names = [name for name in SERVERS if name.startswith("drift-")]
    hosts = [(by_env(name, test_mailbox=None)[0], Secret(live_lab.password)) for name in names]
    done = collect(hosts, PATIENT, nothing, crew=crew)
    assert all(isinstance(each.result, HostFacts) for each in done.values())
    assert 0 < len(asked) < len(done)
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("kind", (KeyboardInterrupt, ValueError))
def test_whatever_stops_a_collection_ends_the_processes(by_env, kind):
    before = set(threading.enumerate())
    crew = LocalCrew(3, processes=3)
    until(lambda: len(crew.places()) == 3)
    pids = [place.executor.pid for place in crew.places()[1:]]
    hosts = [by_env("be01"), *(by_env("trickle") for _ in range(5))]
    named = [(replace(settings, name=str(number)), None) for number, (settings, _) in enumerate(hosts)]

    def stop(_name, _collected):
        raise kind

    with pytest.raises(kind):
        collect(named, replace(PATIENT, parallel=3, host_timeout=600), stop, crew=crew)
    assert set(threading.enumerate()) - before == set()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


class Killer:
    """Kills the worker that asks a host, as soon as that host has been asked for a while."""

    def __init__(self, lab, crew, host, times):
        self._lab, self._host = lab, host
        self._asks = {}
        for worker in crew.workers:
            worker.submit = self._noting(worker)
        self._thread = threading.Thread(target=self._kill, args=(times,))
        self._thread.start()

    def _noting(self, worker):
        def submit(function, octets):
            self._asks[worker] = unpack(octets, Order).settings.name
            return WorkerProcess.submit(worker, function, octets)

        return submit

    def _kill(self, times):
        for number in range(1, times + 1):
            until(lambda seen=number: self._lab.record(self._host)["connections"] >= seen)
            busy = [worker for worker, host in self._asks.items() if host == self._host and not worker.has_ended]
            os.kill(busy[0].pid, signal.SIGKILL)

    def join(self):
        self._thread.join()


@pytest.mark.parametrize("left", (1, 0), ids=("another-is-left", "none-is-left"))
def test_a_worker_that_is_killed_costs_no_host_its_result(by_env, live_lab, workers, left):
    crew = workers(2 + left, threads=1)
    hosts = [by_env("be01"), by_env("trickle"), by_env("be02")]
    killer = Killer(live_lab, crew, "trickle", times=2)
    done = collect(hosts, replace(PATIENT, host_timeout=60), nothing, crew=crew)
    killer.join()
    assert done["trickle"].result == Unreachable(
        Cause.WORKER,
        "the worker that asked it was ended, and so was the next one",
        "look for what ended them (memory, the system's log), and run it again",
    )
    assert live_lab.record("trickle")["connections"] == 2
    others = [done[name].result for name in ("be01", "be02")]
    assert all(isinstance(each, HostFacts) or each.detail == "nobody asks None" for each in others)
    assert all(isinstance(each, HostFacts) for each in others) or not left


def test_a_process_that_is_killed_has_one_successor(live_lab):
    crew = LocalCrew(2, processes=2)
    pids = []
    for _ in range(2):
        until(lambda: len(crew.places()) == 2)
        pids.append(crew.places()[1].executor.pid)
        os.kill(pids[-1], signal.SIGKILL)
        until(lambda seen=crew._others[0]._process: seen.has_ended)
    assert len(set(pids)) == 2
    assert [place.name for place in crew.places()] == ["this process"]
    assert isinstance(collect([live_lab.host("be01")], PATIENT, nothing, crew=crew)["be01"].result, HostFacts)


WITHHELD = "not tried, because {0} and {1} rejected the same user and password"


def test_a_wrong_password_is_tried_twice_over_all_workers(by_env, live_lab, workers, monkeypatch):
    monkeypatch.setenv(VARIABLE, "wr0ng/p@ssword")
    names = ["dead", "be01", "be02", "be03", "sa01", "fe01", "sbs01", "fp01"]
    done = collect([by_env(name) for name in names], PATIENT, nothing, crew=workers(2))
    records = live_lab.records()
    tried = [name for name in names if records[name]["logon_attempts"]]
    assert len(tried) == 2
    assert sum(records[name]["logon_attempts"] for name in names) == 2
    assert done["dead"].result.cause is Cause.CONNECT
    addresses = [live_lab.settings(name).address for name in tried]
    for name in set(names) - {"dead", *tried}:
        assert done[name].result.cause is Cause.LOG_ON_REJECTED
        assert done[name].result.detail in {WITHHELD.format(*addresses), WITHHELD.format(*reversed(addresses))}


def test_a_wrong_password_of_the_test_mailboxes_is_tried_twice_over_all_workers(by_env, live_lab, workers, monkeypatch):
    monkeypatch.setenv("EXGATE_OTHER_PASSWORD", "wr0ng/p@ssword")
    other = SecretRef(EnvironmentVariable("EXGATE_OTHER_PASSWORD"), "inventory.yml:9")
    names = ["be01", "be02", "be03", "be-sp1", "fp01"]
    hosts = [by_env(name, test_password=other) for name in names]
    done = collect(hosts, PATIENT, nothing, crew=workers(2))
    assert all(isinstance(each.result, HostFacts) for each in done.values())
    records = live_lab.records()
    assert sum(records[name]["site_logon_attempts"] for name in names) == 2


def test_a_secret_that_a_worker_does_not_have(by_env, workers):
    done = collect([by_env("be01", variable="EXGATE_NOWHERE")], PATIENT, nothing, crew=workers(1))
    assert done["be01"].result == Unreachable(
        Cause.WORKER,
        "process 1 has no password for it: inventory.yml:7: password: the environment variable EXGATE_NOWHERE is not "
        "set; set it before the tests start",
        "give the worker its secrets before it starts: they are looked up where it runs",
    )


@pytest.mark.parametrize(
    "origin", (lambda password: Plaintext(Secret(password)), lambda _: Prompt("LAB\\exgate")), ids=("text", "prompt")
)
def test_a_password_that_cannot_travel_is_used_in_this_process(by_env, live_lab, monkeypatch, origin):
    def refuse(*_arguments):
        raise AssertionError

    monkeypatch.setattr(worker_process.WorkerProcess, "submit", refuse)
    reference = SecretRef(origin(live_lab.password), "inventory.yml:7")
    crew = LocalCrew(2, processes=2)
    until(lambda: len(crew.places()) == 2)
    hosts = [
        (by_env(name, password=reference, test_mailbox=None)[0], Secret(live_lab.password))
        for name in ("be01", "be02", "be03")
    ]
    done = collect(hosts, PATIENT, nothing, crew=crew)
    assert all(isinstance(each.result, HostFacts) for each in done.values())


def test_a_password_in_plain_text_does_not_travel(by_env):
    settings, _ = by_env("be01", password=SecretRef(Plaintext(Secret("p@ssword")), "inventory.yml:7"))
    limits, questions, state = PATIENT, dispatch.Questions(), dispatch.NOTHING_KNOWN
    order = Order(
        run="1",
        worker="1",
        settings=settings,
        limits=limits,
        questions=questions,
        log_on=state,
        web_log_on=state,
        withhold=False,
    )
    with pytest.raises(TypeError, match="a secret cannot be pickled or copied"):
        pack(order)


def test_nothing_that_travels_holds_a_password(by_env, live_lab, workers, monkeypatch):
    octets = []
    write, read = worker_process.write_frame, worker_process.read_frame

    def written(stream, frame):
        octets.append(frame.octets)
        write(stream, frame)

    def heard(stream):
        frame = read(stream)
        octets.append(frame.octets if frame else b"")
        return frame

    monkeypatch.setattr(worker_process, "write_frame", written)
    monkeypatch.setattr(worker_process, "read_frame", heard)
    crew = workers(1)
    crew.workers[0].shutdown(cancel_futures=True)
    crew = workers(1)
    done = collect([by_env(name) for name in ("be01", "locked-out", "dead")], PATIENT, nothing, crew=crew)
    assert isinstance(done["be01"].result, HostFacts)
    everything = b"".join(octets)
    assert VARIABLE.encode() in everything
    for form in forms(live_lab.password):
        assert form not in everything


@pytest.mark.parametrize(
    ("parallel", "processes", "shares"),
    ((32, 1, [32]), (32, 2, [16, 16]), (5, 2, [3, 2]), (2, 8, [1, 1]), (1, 1, [1])),
)
def test_hosts_at_the_same_time_are_shared_among_processes(parallel, processes, shares):
    assert shares_of(parallel, processes) == shares
