"""This machine: threads of this process, and processes beside it that have threads too."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from exgate.facts.unreachable import Cause, Unreachable
from exgate.sources.collecting import elsewhere
from exgate.sources.collecting.asking import Asking
from exgate.sources.collecting.place import Place
from exgate.sources.collecting.worker_process import WorkerProcess

_THREADS = "exgate"
_BUSY = 8
"""A process with something else to do asks one of so many hosts."""
CONNECTING = 4
"""Hosts under way for each one that is asked: while the others are connected to they wait for nothing but their answer.

A hundred dead hosts of a site that is down, one after the other in the inventory, time out within one connect time-out.
"""


class LocalCrew:
    """Threads of this process, which begin at once, and other processes, which join in when they have started.

    A process that ends by itself is started anew once. Labels mean nothing: there is one machine.

    Args:
        parallel: Hosts that are asked at the same time altogether.
        processes: How many processes ask, this one included; more than `parallel` would have nothing to do.
        busy: Whether this process has something else to do meanwhile: then it asks until the others have started, and
            those hosts alone that nobody else can ask.
    """

    def __init__(self, parallel: int, processes: int = 1, *, busy: bool = False) -> None:
        self.run = secrets.token_hex(16)
        shares = shares_of(parallel, processes, busy=busy)
        here = shares[0]
        self._asking = Asking(here)
        self._threads = ThreadPoolExecutor(max_workers=here * CONNECTING, thread_name_prefix=_THREADS)
        self._here = _Here(
            name="this process",
            executor=self._threads,
            slots=here * CONNECTING,
            turns=here,
            asking=self._asking,
            steps_aside=lambda: busy and any(seat.asks for seat in self._others),
        )
        self._others = [_Seat(share) for share in shares[1:]]

    def most(self, parallel: int) -> int:
        """Give how many hosts may be under way."""
        return parallel * CONNECTING

    def places(self) -> Sequence[Place]:
        """Give this process, and the others as soon as they have started."""
        return [self._here, *(place for seat in self._others if (place := seat.place()))]

    def nobody(self, label: str | None) -> Unreachable:
        """Never needed: this process takes every host."""
        return Unreachable(Cause.WORKER, f"nobody asks {label}", "report it as a defect")

    def stop(self) -> None:
        """End every session, and every other process."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._asking.abort()
        for seat in self._others:
            seat.end()
        self._threads.shutdown(wait=True)
        self._asking.close()

    def end(self) -> None:
        """End the other processes, and wait for the threads."""
        for seat in self._others:
            seat.end()
        self._threads.shutdown(wait=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Here(Place):
    """This process, which steps aside where others ask and it is busy."""

    steps_aside: Callable[[], bool]

    def takes(self, label: str | None, *, here: bool) -> bool:
        """Whether a host can be asked from there; labels mean nothing."""
        del label
        return here or not self.steps_aside()


class _Seat:
    """A process beside this one, and its successor."""

    def __init__(self, turns: int) -> None:
        self._turns = turns
        self._process = WorkerProcess(elsewhere.__name__, turns * CONNECTING)
        self._place: Place | None = None
        self._is_first = True

    @property
    def asks(self) -> bool:
        """Whether it has started, and has not ended."""
        return self._process.has_started and not self._process.has_ended

    def place(self) -> Place | None:
        """Give it as a place, None as long as it has not started, or when it has ended for good."""
        process = self._process
        if process.has_ended:
            self._place = None
            if self._is_first and process.has_started:
                self._is_first = False
                process.shutdown()
                self._process = WorkerProcess(elsewhere.__name__, self._turns * CONNECTING)
        elif process.has_started and self._place is None:
            self._place = Place(
                name=f"process {process.pid}",
                executor=process,
                slots=self._turns * CONNECTING,
                turns=self._turns,
            )
        return self._place

    def end(self) -> None:
        """End it now."""
        self._process.shutdown(cancel_futures=True)


def shares_of(parallel: int, processes: int, *, busy: bool = False) -> list[int]:
    """Share hosts at the same time among processes; at least one process, and none without a share.

    Args:
        parallel: Hosts at the same time.
        processes: How many processes.
        busy: Whether the first one has something else to do, and so gets a small share.
    """
    count = max(1, min(processes, parallel))
    if busy and count > 1:
        own = max(1, parallel // _BUSY)
        return [own, *shares_of(parallel - own, count - 1)]
    return [parallel // count + (number < parallel % count) for number in range(count)]
