"""Asking hosts beside the judging of those that have answered already."""

from __future__ import annotations

import threading
from collections.abc import Callable

_LOOK_SECONDS = 0.2
"""How often whoever waits looks up: on Windows Ctrl-C does not end a wait."""


class Beside:
    """A thread that asks hosts, and whoever waits for one of them.

    Args:
        ask: Asks the hosts until it is done, or until the event is set; it calls what it is given with each one's name.
    """

    def __init__(self, ask: Callable[[Callable[[str], None], threading.Event], object]) -> None:
        self._ask = ask
        self._answered: set[str] = set()
        self._changed = threading.Condition()
        self._stopped = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="exgate-asking", daemon=True)
        self._thread.start()

    def wait_for(self, name: str) -> None:
        """Wait until a host was asked; it raises what has ended the asking before."""
        with self._changed:
            while name not in self._answered and self._thread.is_alive():
                self._changed.wait(_LOOK_SECONDS)
        if name not in self._answered and self._error is not None:
            raise self._error

    def end(self) -> None:
        """End the asking, and wait for that; what was asked stays."""
        self._stopped.set()
        while self._thread.is_alive():
            self._thread.join(_LOOK_SECONDS)

    def _run(self) -> None:
        try:
            self._ask(self._note, self._stopped)
        except BaseException as error:  # noqa: BLE001 - whoever waits raises it, in the thread where it can be handled
            self._error = error

    def _note(self, name: str) -> None:
        with self._changed:
            self._answered.add(name)
            self._changed.notify_all()
