"""A process with threads, as an executor: what it answers, how it ends."""

import contextlib
import os
import signal
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, wait

import pytest
from dask_processes import until

from exgate.sources.collecting.worker_process import WorkerProcess


@pytest.fixture
def process():
    made = WorkerProcess("operator", threads=4)
    yield made
    made.shutdown(cancel_futures=True)


def is_there(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_calls_run_in_another_process(process):
    assert process.submit(os.getpid).result() == process.pid != os.getpid()


def test_calls_run_side_by_side(process):
    # Three wait for ever; the fourth is answered all the same.
    for _ in range(3):
        process.submit(time.sleep, 3600)
    assert process.submit(int, "7").result() == 7


def test_of_an_exception_its_kind_alone_comes_back(process):
    with pytest.raises(RuntimeError) as caught:
        process.submit(int, "p@ssword").result()
    assert str(caught.value) == "ValueError"
    assert caught.value.__cause__ is None


def test_what_cannot_be_pickled_fails_where_it_is(process):
    with pytest.raises(TypeError):
        process.submit(print, threading.Lock())
    with pytest.raises(RuntimeError) as caught:
        process.submit(threading.Lock).result()
    assert str(caught.value) == "TypeError"


def test_what_is_printed_gets_not_between_the_answers(process):
    assert process.submit(print, "x" * 100_000).result() is None
    assert process.submit(os.write, 1, b"x" * 100).result() == 100
    assert process.submit(int, "7").result() == 7


def test_modules_are_found_where_this_process_finds_them(process):
    assert process.submit(eval, "__import__('sys').path").result() == sys.path


def test_a_shutdown_waits_for_what_was_submitted(process):
    done = process.submit(time.sleep, 0.1)
    process.shutdown()
    assert done.done()
    assert not is_there(process.pid)
    with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
        process.submit(int)


def test_a_shutdown_waits_elsewhere_if_it_must_not_here(process):
    done = process.submit(time.sleep, 0.1)
    process.shutdown(wait=False)
    assert done.result() is None
    until(lambda: not is_there(process.pid))


def test_a_shutdown_ends_what_is_running(process):
    endless = [process.submit(time.sleep, 3600) for _ in range(9)]
    process.shutdown(cancel_futures=True)
    assert not is_there(process.pid)
    assert all(isinstance(future.exception(), BrokenExecutor) for future in endless)


@pytest.mark.parametrize("sent", (signal.SIGKILL, signal.SIGTERM))
def test_a_process_that_is_killed_breaks_what_it_was_doing(process, sent):
    endless = [process.submit(time.sleep, 3600) for _ in range(9)]
    until(lambda: process.has_started)
    os.kill(process.pid, sent)
    wait(endless)
    assert {str(future.exception()) for future in endless} == {f"process {process.pid} has ended"}
    assert process.has_ended
    with pytest.raises(BrokenExecutor, match=f"process {process.pid} has ended"):
        process.submit(int)


def test_ctrl_c_is_nothing_to_it(process):
    until(lambda: process.has_started)
    os.kill(process.pid, signal.SIGINT)
    assert process.submit(int, "7").result() == 7


def test_one_that_cannot_start_never_has():
    process = WorkerProcess("exgate.no_such_module", threads=1)
    until(lambda: process.has_ended)
    assert not process.has_started
    process.shutdown()


def test_one_that_reads_no_more_is_killed(process, monkeypatch):
    monkeypatch.setattr("exgate.sources.collecting.worker_process._STOP_SECONDS", 0.2)
    until(lambda: process.has_started)
    os.kill(process.pid, signal.SIGSTOP)
    writer = threading.Thread(target=process.submit, args=(len, b"x" * 10_000_000))
    writer.start()
    until(lambda: process._pending)
    process.shutdown(cancel_futures=True)
    writer.join()
    assert not is_there(process.pid)
