"""SIGTERM, with which a CI system or a monitoring agent ends a run: taken for Ctrl-C, so that reports are left."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import NoReturn

import pytest


class ExgateTermination:
    """Hooks that let SIGTERM interrupt the session as Ctrl-C does; whoever has a handler of his own keeps it."""

    def __init__(self) -> None:
        self._ours = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Take the signal over."""
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _interrupt)
            self._ours = True

    def pytest_unconfigure(self) -> None:
        """Give it back."""
        if self._ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._ours = False


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
