"""What the watchdog ends, and what it leaves alone."""

import os
import subprocess
import sys
import threading

import pytest

from exgate.wsman.watchdog import Watchdog

PATIENCE = 20.0


def test_what_takes_too_long_is_ended():
    ended = threading.Event()
    with Watchdog().watch(0.0, ended.set):
        assert ended.wait(PATIENCE)


def test_what_is_over_is_left_alone():
    watchdog, ended, other = Watchdog(), threading.Event(), threading.Event()
    with watchdog.watch(0.05, ended.set):
        pass
    with watchdog.watch(0.1, other.set):
        assert other.wait(PATIENCE)
    assert not ended.is_set()


def test_a_watch_that_ends_earlier_than_the_others_wakes_the_watchdog():
    watchdog, late, early = Watchdog(), threading.Event(), threading.Event()
    with watchdog.watch(3600.0, late.set), watchdog.watch(0.0, early.set):
        assert early.wait(PATIENCE)
    assert not late.is_set()


def test_all_watches_share_one_thread():
    watchdog, acts = Watchdog(), [threading.Event() for _ in range(3)]
    before = threading.active_count()
    for act in acts:
        with watchdog.watch(0.0, act.set):
            assert act.wait(PATIENCE)
    assert threading.active_count() - before == 1


def test_an_act_that_fails_ends_no_watchdog():
    watchdog, ended = Watchdog(), threading.Event()

    def fail():
        raise LookupError

    with watchdog.watch(0.0, fail), watchdog.watch(0.05, ended.set):
        assert ended.wait(PATIENCE)


def test_what_fails_is_over_too():
    watchdog, ended, other = Watchdog(), threading.Event(), threading.Event()
    with pytest.raises(LookupError), watchdog.watch(0.05, ended.set):
        raise LookupError
    with watchdog.watch(0.1, other.set):
        assert other.wait(PATIENCE)
    assert not ended.is_set()


FORKS = """
import os, threading
from exgate.wsman.watchdog import WATCHDOG

reads, writes = os.pipe()
with WATCHDOG.watch(0.2, lambda: os.write(writes, b"%d" % os.getpid())):
    child = os.fork()
    if child == 0:
        done = threading.Event()
        with WATCHDOG.watch(0.6, done.set):
            os._exit(0 if done.wait(20) else 1)
    status = os.waitpid(child, 0)[1]
    print(status, int(os.read(reads, 99)) == os.getpid())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked")
def test_a_forked_process_leaves_its_parents_connections_alone():
    done = subprocess.run([sys.executable, "-c", FORKS], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "0 True\n"
