"""Many servers for load tests: how they fail on a real wire, and that they answer as the ordinary lab does."""

from __future__ import annotations

import re
import socket
import sys
from collections import Counter

import pytest
import requests
from winrm.exceptions import InvalidCredentialsError, WinRMTransportError, WSManFaultError

from exgate.lab.__main__ import main
from exgate.lab.delays import Delays
from exgate.lab.farm import FarmError, failing, read_rates, timed
from exgate.lab.loopback import _full_queues_drop, dead_end
from exgate.lab.open_files import allow_open_files
from exgate.lab.servers import copies

QUERY = "select Name from Win32_OperatingSystem"
needs_full_queues = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux is known to drop what it cannot queue"
)


@pytest.fixture
def failed(farm):
    """Give the name and the place of the one server that fails so."""

    def find(kind):
        ((name, place),) = [(n, s) for n, s in farm.info["servers"].items() if s["failure"] == kind]
        return name, place

    return find


@needs_full_queues
def test_of_each_kind_as_many_fail_as_the_rate_says(farm):
    failures = Counter(server["failure"] for server in farm.info["servers"].values())
    kinds = ("refused", "dead", "silent", "reset", "rejected", "denied", "garbage", "slow", "http-503", None)
    assert failures == Counter(dict.fromkeys(kinds, 1))


@needs_full_queues
def test_the_record_says_who_fails_how(farm, failed):
    name, _ = failed("rejected")
    assert farm.record(name)["failure"] == "rejected"


@needs_full_queues
def test_the_one_that_does_not_fail(farm, failed, connect):
    name, place = failed(None)
    items = connect(name, started=farm).items("select CSName from Win32_OperatingSystem")
    assert [element.text for element in items[0]] == [place["computer_name"]]


@needs_full_queues
def test_refused(failed):
    _, place = failed("refused")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((place["address"], place["port"]), timeout=10)


@needs_full_queues
@pytest.mark.parametrize("port", ("port", "site_port"))
def test_connecting_to_the_dead_times_out_and_does_so_again(failed, port):
    _, place = failed("dead")
    for _ in range(2):
        with pytest.raises(TimeoutError):
            socket.create_connection((place["address"], place[port]), timeout=0.2)


@needs_full_queues
@pytest.mark.parametrize("port", ("port", "site_port"))
def test_the_silent_take_a_request_and_say_nothing(failed, port):
    _, place = failed("silent")
    with socket.create_connection((place["address"], place[port]), timeout=10) as connection:
        connection.sendall(b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)


@needs_full_queues
def test_a_reset_comes_in_the_middle_of_an_answer(farm, failed, connect):
    name, _ = failed("reset")
    client = connect(name, started=farm)
    for _ in range(3):
        client.enumerate(QUERY)
    with pytest.raises(requests.RequestException) as caught:
        client.enumerate(QUERY)
    assert "ConnectionResetError" in str(caught.value)
    assert farm.record(name)["messages"] == 4


@needs_full_queues
def test_a_good_password_is_rejected(farm, failed, connect):
    name, _ = failed("rejected")
    with pytest.raises(InvalidCredentialsError):
        connect(name, started=farm).enumerate(QUERY)
    assert farm.record(name)["logons_accepted"] == 0


@needs_full_queues
def test_wmi_is_denied_and_the_registry_is_not(farm, failed, connect):
    name, _ = failed("denied")
    client = connect(name, started=farm)
    with pytest.raises(WSManFaultError) as caught:
        client.enumerate(QUERY)
    assert caught.value.wsman_fault_code == 5
    assert client.registry("EnumKey", "SOFTWARE")[-1] == ("ReturnValue", "0")


@needs_full_queues
def test_garbage(farm, failed, connect):
    name, _ = failed("garbage")
    assert connect(name, started=farm).protocol.transport.send_message("<x/>") == b"\x00garbage"


@needs_full_queues
def test_every_request_gets_the_status(farm, failed, connect):
    name, _ = failed("http-503")
    with pytest.raises(WinRMTransportError, match="Code 503"):
        connect(name, started=farm).enumerate(QUERY)


@needs_full_queues
@pytest.mark.parametrize("port", ("port", "site_port"))
def test_the_slow_answer_late(failed, port):
    _, place = failed("slow")
    with socket.create_connection((place["address"], place[port]), timeout=10) as connection:
        connection.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        assert connection.recv(9) == b"HTTP/1.1 "


@pytest.mark.parametrize(
    ("seed", "same"), (pytest.param(3, True, id="same-seed"), pytest.param(4, False, id="other-seed"))
)
def test_the_seed_chooses_who_fails(seed, same):
    rates = {"refused": 0.25, "slow": 0.25}
    one, other = (failing(list(copies(40)), rates, 5.0, each) for each in (3, seed))
    assert ([each.failure for each in one] == [each.failure for each in other]) is same
    assert Counter(each.failure for each in other) == Counter({"": 20, "refused": 10, "slow": 10})


def test_rates_that_are_one_together_leave_nobody_out():
    rates = {"refused": 0.5, "slow": 0.5}
    assert {each.failure for each in failing(list(copies(3)), rates, 5.0, 0)} == {"refused", "slow"}


def test_latency_and_jitter_are_for_web_sites_too():
    (server,) = (timed(each, 0.02, 0.005) for each in copies(1))
    for behaviour in (server.behaviour, server.site_behaviour):
        assert (behaviour.latency, behaviour.jitter) == (0.02, 0.005)


def test_delays_are_the_same_in_every_run_and_within_the_jitter():
    one, other, third = (Delays(0.02, 0.005, seed) for seed in ("load0001 wsman", "load0001 wsman", "load0002 wsman"))
    first = [one.next() for _ in range(100)]
    assert first == [other.next() for _ in range(100)]
    assert first != [third.next() for _ in range(100)]
    assert 0.015 <= min(first) < max(first) <= 0.025


def test_a_jitter_above_the_latency_never_makes_an_answer_early():
    delays = Delays(0.001, 0.1, "x")
    assert min(delays.next() for _ in range(100)) == 0.0


@pytest.mark.parametrize(
    ("text", "message"),
    (
        pytest.param("broken=0.1", "no such failure: broken; there are refused, dead, ", id="unknown"),
        pytest.param("http-200=0.1", "no such failure: http-200; there are ", id="no-error-status"),
        pytest.param("http-NNN=0.1", "no such failure: http-NNN; there are ", id="no-status"),
        pytest.param("dead=2", "the rate of dead must be from 0 to 1, not 2", id="too-much"),
        pytest.param("dead=nan", "the rate of dead must be from 0 to 1, not nan", id="nan"),
        pytest.param("dead", "the rate of dead must be from 0 to 1, not nothing", id="no-rate"),
        pytest.param("dead=0.1,dead=0.2", "the rate of dead is given twice", id="twice"),
        pytest.param("dead=0.6,slow=0.6", "the rates are more than 1 together", id="more-than-all"),
    ),
)
def test_rates_that_cannot_be(text, message):
    with pytest.raises(FarmError, match=re.escape(message)):
        read_rates(text)


@pytest.mark.parametrize(
    ("arguments", "error"),
    (
        pytest.param(["--copies", "-1"], "error: --copies must be from 0 to 38750, not -1", id="copies"),
        pytest.param(["--jitter", "-1"], "error: --jitter must be from 0 to 3600 seconds, not -1", id="jitter"),
        pytest.param(["--slow", "9999"], "error: --slow must be from 0 to 3600 seconds, not 9999", id="slow"),
        pytest.param(
            ["--fail-rate", "dead=7"], "error: --fail-rate: the rate of dead must be from 0 to 1, not 7", id="rate"
        ),
    ),
)
def test_usage_errors(capsys, arguments, error):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"python -m exgate.lab: {error}"


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_too_few_open_files_are_told_in_one_line(monkeypatch):
    monkeypatch.setattr("resource.getrlimit", lambda _: (256, 1024))
    message = "2000 listening sockets need 2512 open files and the system allows 1024 (ulimit -Hn)"
    with pytest.raises(OSError, match=re.escape(message)):
        allow_open_files(2000)


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_the_limit_of_open_files_is_raised_as_far_as_is_needed(monkeypatch):
    changed = []
    monkeypatch.setattr("resource.getrlimit", lambda _: (256, 4096))
    monkeypatch.setattr("resource.setrlimit", lambda _, limits: changed.append(limits))
    allow_open_files(2000)
    assert changed == [(2512, 4096)]


def test_a_system_that_answers_all_the_same_has_no_dead_ends(monkeypatch):
    monkeypatch.setattr("exgate.lab.loopback._full_queues_drop", lambda: False)
    with pytest.raises(OSError, match="a server to which connecting times out cannot be had on this system"):
        dead_end("127.0.0.1")


@needs_full_queues
def test_this_system_drops_what_it_cannot_queue():
    assert _full_queues_drop()
