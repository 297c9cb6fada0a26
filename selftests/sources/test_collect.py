"""Many hosts at once: every one has a result, and nothing is left behind."""

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from exgate.facts.host import HostFacts
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import Transport
from exgate.lab.loopback import dead_end
from exgate.lab.servers import SERVERS
from exgate.sources import collect as collecting
from exgate.sources import live_wire
from exgate.sources.collect import collect_host
from exgate.sources.collecting import local_crew
from exgate.sources.collecting.accounts import account_key
from exgate.sources.collecting.fleet import collect
from exgate.sources.endpoint import endpoint_url, open_session
from exgate.sources.limits import Limits
from exgate.wsman import names
from exgate.wsman.errors import ConnectError

STD_REG_PROV = names.wmi_resource(r"root\default", "StdRegProv")
READ_ONLY = {
    "Identify",
    *(names.ENUMERATE, names.PULL, names.RELEASE, names.GET),
    *(f"{STD_REG_PROV}/{method}" for method in ("EnumKey", "EnumValues", "GetStringValue", "GetDWORDValue")),
    *(names.SHELL_CREATE, names.SHELL_COMMAND, names.SHELL_RECEIVE, names.SHELL_SIGNAL, names.SHELL_DELETE),
}
NO_TIME = Limits(connect_timeout=5, host_timeout=2.5)
QUIET = ("trickle", "slow")
"""Those for which one has to wait."""


def nothing(_name, _collected):
    """Take no notice of progress."""


@pytest.fixture(scope="module")
def everything(started_lab):
    """All servers of the lab, asked once: results, the calls of progress, the lab's records."""
    started_lab.reset()
    told = []
    hosts = [started_lab.host(name) for name in SERVERS]
    results = collect(hosts, Limits(connect_timeout=5, host_timeout=12), lambda name, done: told.append((name, done)))
    return results, told, started_lab.records()


def test_every_host_has_a_result_in_the_order_asked(everything):
    results, told, _ = everything
    assert list(results) == list(SERVERS)
    assert sorted(name for name, _ in told) == sorted(SERVERS)
    assert all(results[name] is done for name, done in told)


@pytest.mark.parametrize(
    ("name", "cause", "detail"),
    (
        ("dead", Cause.CONNECT, "connection refused"),
        ("garbage", Cause.NOT_WSMAN, "something answers, but not with SOAP"),
        ("locked-out", Cause.LOG_ON_REJECTED, "the server rejected the user or the password"),
        ("not-wsman", Cause.NOT_WSMAN, "HTTP 404 at /wsman"),
        ("trickle", Cause.TIME_OUT, "the deadline for this host is over"),
    ),
)
def test_hosts_that_cannot_be_asked(everything, name, cause, detail):
    results, _, _ = everything
    result = results[name].result
    assert (result.cause, result.detail) == (cause, detail)


def test_all_others_can_be_asked(everything):
    results, _, _ = everything
    unreachable = {name for name, done in results.items() if isinstance(done.result, Unreachable)}
    assert unreachable - set(QUIET) == {"dead", "garbage", "locked-out", "not-wsman"}


def test_only_reading_actions_were_sent(everything):
    _, _, records = everything
    assert {action for record in records.values() for action in record["actions"]} - READ_ONLY == set()
    assert {method for record in records.values() for method in record["site_requests"]} == {"GET", "PROPFIND"}


def test_one_connection_and_at_most_one_log_on_each(everything):
    results, _, records = everything
    for name, record in records.items():
        expected = 0 if name == "dead" else 1
        assert (record["connections"], results[name].connections) == (expected, expected), name
        assert record["logon_attempts"] == (0 if name in {"dead", "not-wsman"} else 1), name
        assert record["open_shells"] == 0, name


def test_sessions_are_closed_but_for_those_to_keep(live_lab):
    results = collect(
        [live_lab.host(name) for name in ("be01", "be02", "dead")], NO_TIME, nothing, frozenset({"be02", "dead"})
    )
    assert [name for name, done in results.items() if done.session] == ["be02"]
    kept = results["be02"].session
    assert kept.identify() == "OS: 5.2.3790 SP: 2.0 Stack: 2.0"
    kept.close()
    assert live_lab.record("be02")["logon_attempts"] == 1


def test_no_thread_is_left(live_lab):
    before = set(threading.enumerate())
    collect([live_lab.host(name) for name in ("be01", "dead", "locked-out")], NO_TIME, nothing)
    assert set(threading.enumerate()) - before == set()


class Stopped(BaseException):
    """What a test stops a collection with; it might be KeyboardInterrupt."""


@pytest.mark.parametrize("kind", (KeyboardInterrupt, Stopped, ValueError))
def test_whatever_stops_a_collection_stops_all_of_it(live_lab, kind):
    """Two hosts keep their turns for as long as they are let, a third is done, others wait for theirs."""
    before = set(threading.enumerate())
    hosts = [live_lab.host(name) for name in ("trickle", "be01", "trickle", "be02", "be03")]
    # Turns are given in the order in which hosts are connected to.
    limits = Limits(parallel=3, connect_timeout=5, host_timeout=600)

    def stop(_name, _collected):
        raise kind

    with pytest.raises(kind):
        collect([(replace(settings, name=str(i)), secret) for i, (settings, secret) in enumerate(hosts)], limits, stop)
    assert set(threading.enumerate()) - before == set()


def test_a_session_that_is_opened_after_the_stop_is_ended(live_lab, monkeypatch):
    """The second host gets its session only when the first one's end has stopped the collection."""
    stopped = threading.Event()
    opened = []

    def late(settings, *rest):
        if settings.name == "trickle":
            assert stopped.wait(30)
        session = open_session(settings, *rest)
        opened.append(session)
        return session

    def stop(_name, _collected):
        raise Stopped

    real = local_crew.ThreadPoolExecutor.shutdown

    def shutdown(self, **options):
        # The sessions that are open by now have been aborted when the collection waits for its threads.
        if options.get("wait", True):
            stopped.set()
        real(self, **options)

    monkeypatch.setattr(collecting, "open_session", late)
    monkeypatch.setattr(local_crew.ThreadPoolExecutor, "shutdown", shutdown)
    limits = Limits(parallel=2, connect_timeout=5, host_timeout=600)
    with pytest.raises(Stopped):
        collect([live_lab.host("be01"), live_lab.host("trickle")], limits, stop)
    assert [session.connections for session in opened] == [1, 0]
    for session in opened:
        with pytest.raises(ConnectError, match="the session was closed"):
            session.identify()


@pytest.fixture
def dead_ends():
    """Listening sockets to which connecting times out, where the system has such."""
    opened = []
    try:
        opened += [dead_end("127.0.0.1") for _ in range(3)]
    except OSError as error:
        pytest.skip(str(error))
    yield [listener.getsockname() for listener, _ in opened]
    for listener, only in opened:
        only.close()
        listener.close()


def test_hosts_that_cannot_be_connected_to_hold_nobody_up(live_lab, dead_ends):
    """One host at a time is asked, and three dead ones come before it."""
    settings, secret = live_lab.host("be01")
    dead = [replace(settings, name=f"dead{port}", address=address, port=port) for address, port in dead_ends]
    told = []
    limits = Limits(parallel=1, connect_timeout=5, host_timeout=60)
    done = collect([(each, secret) for each in (*dead, settings)], limits, lambda name, _collected: told.append(name))
    assert told[0] == "be01"
    assert {each.result.cause for name, each in done.items() if name != "be01"} == {Cause.TIME_OUT}


def test_while_one_host_is_asked_others_are_connected_to_and_asked_nothing(live_lab):
    """Whoever waits for its turn has its own time to answer from there on."""
    hosts = [live_lab.host(name) for name in ("slow", "be01", "be02", "be03")]
    limits = Limits(parallel=1, connect_timeout=5, host_timeout=6)
    done = collect(hosts, limits, nothing)
    assert [isinstance(done[name].result, HostFacts) for name in ("be01", "be02", "be03")] == [True] * 3
    assert {done[name].connections for name in ("be01", "be02", "be03")} == {1}


def test_a_kept_session_is_closed_when_the_collection_is_stopped(live_lab):
    sessions = []

    def stop(_name, collected):
        sessions.append(collected.session)
        raise Stopped

    with pytest.raises(Stopped):
        collect([live_lab.host("be01")], NO_TIME, stop, frozenset({"be01"}))
    with pytest.raises(ConnectError, match="the session was closed"):
        sessions[0].identify()


def test_an_answer_that_nobody_thought_of_costs_no_other_host_its_result(live_lab, monkeypatch):
    facts = collecting.LiveHost.facts

    def odd(self):
        if self._name == "be02":
            raise ZeroDivisionError
        return facts(self)

    monkeypatch.setattr(collecting.LiveHost, "facts", odd)
    results = collect([live_lab.host("be01"), live_lab.host("be02")], NO_TIME, nothing)
    assert isinstance(results["be01"].result, HostFacts)
    assert results["be02"].result == Unreachable(
        Cause.PROTOCOL,
        "the answer could not be used (ZeroDivisionError)",
        "run winrm identify against it from another machine, and compare",
    )


def test_a_dead_host_costs_one_connection_attempt(live_lab, monkeypatch):
    attempts = []
    connect = socket.socket.connect

    def counted(self, address):
        attempts.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", counted)
    settings, password = live_lab.host("dead")
    collected = collect_host(settings, password, NO_TIME)
    assert attempts == [(settings.address, settings.port)]
    assert (collected.connections, collected.session) == (0, None)


def test_no_hosts():
    assert collect([], NO_TIME, nothing) == {}


def test_fewer_hosts_than_may_be_asked_at_once(live_lab):
    most = threading.Semaphore(2)
    too_many = []

    class Counted(collecting.LiveHost):
        def facts(self):
            if not most.acquire(blocking=False):
                too_many.append(self._name)
                return super().facts()
            try:
                return super().facts()
            finally:
                most.release()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collecting, "LiveHost", Counted)
        collect([live_lab.host(f"be0{i}") for i in (1, 2, 3)], replace(NO_TIME, parallel=2), nothing)
    assert too_many == []


@pytest.mark.parametrize(
    ("changes", "url"),
    (
        pytest.param({"address": "x", "port": 80}, "http://x:80/wsman", id="winrm-1.1"),
        pytest.param({"address": "x", "port": 5985}, "http://x:5985/wsman", id="winrm-2.0"),
        pytest.param({"address": "::1", "port": 5986, "https": True}, "https://[::1]:5986/wsman", id="ipv6"),
        pytest.param({"address": "x", "port": 443, "user": "u", "https": True}, "https://x:443/wsman", id="no-user"),
    ),
)
def test_urls(live_lab, changes, url):
    settings = replace(live_lab.settings("be01", https=changes.pop("https", False)), **changes)
    assert endpoint_url(settings) == url


@pytest.mark.parametrize(
    ("address", "host"),
    (("10.0.0.5", "be01"), ("::1", "be01"), ("be01.lab.example", None)),
)
def test_kerberos_asks_for_the_hosts_name_where_the_address_has_none(live_lab, address, host):
    settings = replace(live_lab.settings("be01"), address=address, transport=Transport.KERBEROS, user=None)
    session = open_session(settings, None, NO_TIME)
    assert session._transport.kerberos_hostname_override == host
    session.close()


def test_a_certificate_that_is_missing(live_lab):
    settings, password = live_lab.host("be01", https=True)
    missing = Path("no-such-folder") / "ca.pem"
    collected = collect_host(replace(settings, ca_file=missing), password, NO_TIME)
    assert (collected.result.cause, collected.result.detail) == (Cause.TLS, f"there is no file {missing}")
    assert (collected.messages, collected.connections) == ({}, 0)


def test_the_records_of_the_lab_hold_no_password(everything, started_lab):
    results, _, records = everything
    assert started_lab.password not in f"{results!r}{records!r}"


@pytest.mark.parametrize("place", ("open_web_client", "ask_wire"))
def test_an_odd_web_site_costs_nothing_of_what_ws_management_has_given(live_lab, monkeypatch, place):
    def fail(*_arguments):
        raise LookupError("odd")

    monkeypatch.setattr(live_wire, place, fail)
    facts = collect_host(*live_lab.host("be01"), Limits()).result
    assert facts.wire == Unknown("the web site's answer could not be used (LookupError)", "report it as a defect")
    assert facts.exchange.services_version == 65


@pytest.mark.parametrize(("one", "other", "gates"), (("LAB\\Test", "lab\\test", 1), ("LAB\\test", "test@lab", 2)))
def test_an_account_is_known_in_any_case(live_lab, one, other, gates):
    settings = live_lab.settings("be01")
    accounts = {account_key(replace(settings, user=user), has_password=True) for user in (one, other)}
    assert len(accounts) == gates
