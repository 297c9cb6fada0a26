"""One account on many hosts: a wrong password must not be tried on all of them, or the account is locked out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exgate.wsman.errors import LogOnWithheldError, TimeOutError

REJECTIONS = 2
"""After so many hosts have rejected an account that none has accepted, it is not tried on the others.

One host alone may reject it for reasons of its own; accounts are locked out after three bad log-ons at the earliest.
"""
_POLL = 0.1
_OK, _MULTIPLE_CHOICES, _UNAUTHORIZED = 200, 300, 401


@dataclass(slots=True)
class Attempt:
    """A log-on that is under way; whoever makes it says how it ended.

    Attributes:
        accepted: True or False once the server has answered; None when it has not.
    """

    accepted: bool | None = None


class LogOnGate:
    """Lets the hosts of one account log on one at a time until one accepts it, and then all at once.

    Connecting is not held up: a host that is down never gets here.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._accepted = False
        self._rejected_by: list[str] = []

    @contextmanager
    def attempt(self, host: str, seconds: float, abandoned: Callable[[], bool]) -> Iterator[Attempt]:
        """Wait for the turn, and log on within it.

        Args:
            host: Where; for the message of those that are not tried any more.
            seconds: How long to wait at most.
            abandoned: Whether waiting has become pointless.

        Raises:
            LogOnWithheldError: Too many hosts have rejected this account.
            TimeOutError: The turn did not come in time.
        """
        if not self._enter(time.monotonic() + seconds, abandoned):
            yield Attempt()
            return
        attempt = Attempt()
        try:
            yield attempt
        finally:
            with self._changed:
                self._busy = False
                self._accepted |= attempt.accepted is True
                if attempt.accepted is False:
                    self._rejected_by.append(host)
                self._changed.notify_all()

    def _enter(self, deadline: float, abandoned: Callable[[], bool]) -> bool:
        """Wait for the turn; False when there is no need of turns any more."""
        with self._changed:
            while True:
                if self._accepted:
                    return False
                if len(self._rejected_by) >= REJECTIONS:
                    hosts = " and ".join(self._rejected_by[:REJECTIONS])
                    raise LogOnWithheldError(f"not tried, because {hosts} rejected the same user and password")
                if not self._busy:
                    self._busy = True
                    return True
                if abandoned() or time.monotonic() >= deadline:
                    raise TimeOutError("the first log-on with this account took too long")
                self._changed.wait(_POLL)


def password_accepted(status: int, *, basic: bool) -> bool | None:
    """Tell whether a server has accepted a password.

    NTLM's last message is judged before anything else. Basic comes along with a request that may be answered without a
    look at the password (403.7, 404, 503): None then.

    Args:
        status: Of its answer to the message that made it judge.
        basic: Whether that was Basic.
    """
    if status == _UNAUTHORIZED:
        return False
    return None if basic and not _OK <= status < _MULTIPLE_CHOICES else True
