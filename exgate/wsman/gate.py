"""One account on many hosts: a wrong password must not be tried on all of them, or the account is locked out."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """What is known of an account.

    Attributes:
        accepted: Whether a host has accepted it.
        rejected_by: Hosts that have rejected it, each as often as it did.
        interrupted: How often whoever tried it ended before it could say how that went.
    """

    accepted: bool = False
    rejected_by: tuple[str, ...] = ()
    interrupted: int = 0

    @property
    def withheld(self) -> bool:
        """Whether it is not tried any more; a log-on that nobody knows the end of may have been a rejection."""
        return not self.accepted and len(self.rejected_by) + self.interrupted >= REJECTIONS

    @property
    def decided(self) -> bool:
        """Whether there is no need of turns any more."""
        return self.accepted or self.withheld

    def and_also(self, other: GateState) -> GateState:
        """Give what both know."""
        return GateState(
            accepted=self.accepted or other.accepted,
            # Two hosts may share an address, and each has rejected it.
            rejected_by=tuple((Counter(self.rejected_by) | Counter(other.rejected_by)).elements()),
            interrupted=max(self.interrupted, other.interrupted),
        )

    def __str__(self) -> str:
        rejected = f"{' and '.join(self.rejected_by[:REJECTIONS])} rejected the same user and password"
        ended = "ended while the same user and password were tried"
        if len(self.rejected_by) >= REJECTIONS or not self.interrupted:
            return rejected
        if self.rejected_by:
            return f"{rejected}, and a worker ended while they were tried"
        return f"{'workers' if self.interrupted > 1 else 'a worker'} {ended}"


class LogOnGate:
    """Lets the hosts of one account log on one at a time until one accepts it, and then all at once.

    Connecting is not held up: a host that is down never gets here.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._state = GateState()

    @property
    def state(self) -> GateState:
        """What is known of the account now."""
        return self._state

    def learn(self, state: GateState) -> None:
        """Take in what is known of the account elsewhere."""
        with self._changed:
            self._state = self._state.and_also(state)
            self._changed.notify_all()

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
                if attempt.accepted:
                    self._state = replace(self._state, accepted=True)
                elif attempt.accepted is False:
                    self._state = replace(self._state, rejected_by=(*self._state.rejected_by, host))
                self._changed.notify_all()

    def _enter(self, deadline: float, abandoned: Callable[[], bool]) -> bool:
        """Wait for the turn; False when there is no need of turns any more."""
        with self._changed:
            while True:
                if self._state.accepted:
                    return False
                if self._state.withheld:
                    raise LogOnWithheldError(f"not tried, because {self._state}")
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
