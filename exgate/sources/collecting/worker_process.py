"""A process with threads, as an executor of the standard library.

Why none of the library's own: one call keeps a process of `ProcessPoolExecutor` busy, so that the threads within it
would wait for the slowest host of each batch; its processes import pytest's main module anew; and all of them end when
one does.
"""

from __future__ import annotations

import itertools
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from contextlib import suppress
from typing import IO, Any, ParamSpec, TypeVar

from exgate.sources.collecting.frames import Frame, read_frame, write_frame

_P = ParamSpec("_P")
_T = TypeVar("_T")
_STOP_SECONDS = 5.0
_BEGIN = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.path[:] = sys.argv[3:]
from exgate.sources.collecting.worker_main import main
main(sys.argv[1], int(sys.argv[2]))
"""
"""Ctrl-C in a terminal reaches every process there, and is this one's alone to act on."""


class WorkerEndedError(BrokenExecutor):
    """The process ended before it had an answer."""


class WorkerProcess(Executor):
    """Runs calls on the threads of another process, which ends with this one whatever happens.

    Functions and arguments travel as octets (pickle), functions by their name; of an exception its kind alone comes
    back. Functions should be quick to name: nothing is imported in the process but their module.

    Attributes:
        pid: Its number.
    """

    def __init__(self, module: str, threads: int) -> None:
        """Start it; it is of use as soon as it has imported a module.

        Args:
            module: The module to import.
            threads: How many calls run at the same time.
        """
        self._process = subprocess.Popen(  # noqa: S603 - our own module, on our own interpreter
            [sys.executable, "-c", _BEGIN, module, str(threads), *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What it prints was meant for nobody, and has passed no wall.
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self._output: IO[bytes] = self._process.stdout
        self.pid = self._process.pid
        self._numbers = itertools.count(1)
        self._pending: dict[int, Future[Any]] = {}
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._started = threading.Event()
        self._ended = False
        self._shut = False
        self._reader = threading.Thread(target=self._read, name=f"exgate-process-{self.pid}", daemon=True)
        self._reader.start()

    @property
    def has_started(self) -> bool:
        """Whether it has ever been of use."""
        return self._started.is_set()

    @property
    def has_ended(self) -> bool:
        """Whether it has ended: every call that was not answered has failed, and every other one will."""
        return self._ended

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Let the process call a function of a module.

        Raises:
            RuntimeError: It was shut down.
            WorkerEndedError: It has ended.
        """
        call = pickle.dumps((fn, args, kwargs))
        future: Future[_T] = Future()
        with self._guard:
            if self._shut:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if self._ended:
                raise WorkerEndedError(f"process {self.pid} has ended")
            number = next(self._numbers)
            self._pending[number] = future
        future.set_running_or_notify_cancel()
        try:
            with self._writing:
                write_frame(self._input, Frame(number, call))
        except (OSError, ValueError):
            # The thread that reads sees the end too, and tells everybody.
            pass
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's own signature
        """End the process; without `cancel_futures` when everything that was submitted is done."""
        with self._guard:
            self._shut = True
            pending = [] if cancel_futures else list(self._pending.values())
        if wait:
            _wait(pending)
        elif pending:
            threading.Thread(target=self._end_after, args=(pending,), daemon=True).start()
            return
        self._end()

    def _end_after(self, pending: list[Future[Any]]) -> None:
        _wait(pending)
        self._end()

    def _end(self) -> None:
        """Close its input, which is its sign to end, and see that it does."""
        if not self.has_started:
            self._process.kill()
        # One that reads no more has filled the pipe, and whoever writes waits.
        if self._writing.acquire(timeout=_STOP_SECONDS):
            with suppress(OSError):
                self._input.close()
            self._writing.release()
        else:
            self._process.kill()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._output.close()

    def _read(self) -> None:
        with suppress(OSError, ValueError):
            while (frame := read_frame(self._output)) is not None:
                if not frame.number:
                    self._started.set()
                    continue
                with self._guard:
                    future = self._pending.pop(frame.number)
                succeeded, value = pickle.loads(frame.octets)  # noqa: S301 - from our own process
                if succeeded:
                    future.set_result(value)
                else:
                    future.set_exception(RuntimeError(value))
        with self._guard:
            self._ended = True
            lost, self._pending = self._pending, {}
        for future in lost.values():
            future.set_exception(WorkerEndedError(f"process {self.pid} has ended"))


def _wait(futures: list[Future[Any]]) -> None:
    wait(futures)
