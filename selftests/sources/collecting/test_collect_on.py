"""What --collect-on may say, and how many processes that makes."""

import pytest

from exgate.sources.collecting import collect_on
from exgate.sources.collecting.collect_on import HOSTS_PER_PROCESS, CollectOn, parse_collect_on


@pytest.mark.parametrize(
    ("text", "meant"),
    (
        ("auto", CollectOn()),
        ("threads", CollectOn(processes=1)),
        ("processes", CollectOn(is_explicit=True)),
        ("processes:3", CollectOn(processes=3, is_explicit=True)),
        ("tcp://127.0.0.1:8786", CollectOn(scheduler="tcp://127.0.0.1:8786")),
        ("tls://jump.example.com:8786", CollectOn(scheduler="tls://jump.example.com:8786")),
        ("tcp://[::1]:8786", CollectOn(scheduler="tcp://[::1]:8786")),
    ),
)
def test_forms(text, meant):
    assert parse_collect_on(text) == meant


@pytest.mark.parametrize(
    "text",
    (
        *("", "thread", "THREADS", "threads:2", "auto:2", "processes:", "processes:0", "processes:65", "processes:²"),
        *(
            "tcp://",
            "tcp://host",
            "tcp://host:",
            "udp://host:1",
            "tcp://user:p@ss@host:1",
            "tcp://host:1/",
            "inproc://1/2",
        ),
    ),
)
def test_everything_else_is_refused_without_a_word_of_it(text):
    with pytest.raises(ValueError, match="expected") as caught:
        parse_collect_on(text)
    assert str(caught.value) == (
        "expected auto, threads, processes, processes:N, tcp://SCHEDULER:PORT or tls://SCHEDULER:PORT (N from 1 to 64)"
    )


ENOUGH = 2 * HOSTS_PER_PROCESS


@pytest.mark.parametrize(
    ("text", "hosts", "parallel", "processes"),
    (
        pytest.param("auto", ENOUGH - 1, 32, 1, id="too-few"),
        pytest.param("auto", ENOUGH, 32, 2, id="enough-for-two"),
        pytest.param("auto", 100 * HOSTS_PER_PROCESS, 32, 4, id="one-for-each-core"),
        pytest.param("auto", ENOUGH, 1, 1, id="one-at-a-time"),
        pytest.param("threads", ENOUGH, 32, 1, id="threads"),
        pytest.param("processes", 3, 32, 2, id="at-least-two"),
        pytest.param("processes", 100 * HOSTS_PER_PROCESS, 32, 4, id="processes-one-for-each-core"),
        pytest.param("processes", 1, 32, 1, id="one-host"),
        pytest.param("processes", 0, 32, 1, id="no-host-that-may-be-asked-elsewhere"),
        pytest.param("processes:9", 100, 32, 9, id="more-than-cores-on-demand"),
        pytest.param("processes:9", 5, 32, 5, id="not-more-than-hosts"),
        pytest.param("processes:9", 100, 3, 3, id="not-more-than-at-a-time"),
    ),
)
def test_how_many_processes(monkeypatch, text, hosts, parallel, processes):
    monkeypatch.setattr(collect_on, "cores", lambda: 4)
    assert parse_collect_on(text).processes_for(hosts, parallel) == processes
