"""One thread that ends what takes too long, however many exchanges are under way."""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True, order=True)
class _Watch:
    """Something that must be done with until a moment of `time.monotonic`."""

    until: float
    number: int
    act: Callable[[], None] | None = field(compare=False)


class Watchdog:
    """Acts for everything that is still under way when its time is over.

    Its thread is started by the first watch, and waits for as long as there is nothing to be watched.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew in a forked process: what is under way is its parent's, and so are the connections."""
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._watches: list[_Watch] = []
        self._wakes_at = 0.0
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, seconds: float, act: Callable[[], None]) -> Iterator[None]:
        """Call `act` in the watchdog's thread unless the block ends in time.

        Args:
            seconds: The block's time.
            act: What ends it; it returns at once, and what it raises is lost.
        """
        watch = _Watch(time.monotonic() + seconds, next(self._numbers), act)
        with self._changed:
            while self._watches and self._watches[0].act is None:
                heapq.heappop(self._watches)
            heapq.heappush(self._watches, watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="exgate-watchdog", daemon=True)
                self._thread.start()
            elif watch.until < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                watch.act = None

    def _run(self) -> None:
        with self._changed:
            while True:
                while self._watches and (self._watches[0].act is None or self._watches[0].until <= time.monotonic()):
                    act = heapq.heappop(self._watches).act
                    if act:
                        # Under the lock, so that a block that has ended is never acted upon.
                        with suppress(Exception):
                            act()
                self._wakes_at = self._watches[0].until if self._watches else time.monotonic() + threading.TIMEOUT_MAX
                self._changed.wait(self._wakes_at - time.monotonic() if self._watches else None)


WATCHDOG = Watchdog()
"""The process's."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=WATCHDOG.forget)
