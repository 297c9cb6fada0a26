"""One account on many hosts and many workers: until a host accepts it, it is tried from one place only."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from exgate.inventory import HostSettings
from exgate.sources.collect import Questions
from exgate.wsman.gate import GateState

Key = tuple[str, Hashable]
"""An account: the user's name as Windows compares it, and where the password comes from."""


@dataclass(slots=True, eq=False)
class Account:
    """What is known of an account, and who may try it.

    Attributes:
        state: What is known of it.
        home: The only place that may try it now; None for any.
        last: The home that has given up its turn, and is not the next one where there is another.
        flying: How many of its hosts are being asked.
        resting: Whether its home is given no more of its hosts, so that another place has its turn.
    """

    state: GateState = field(default_factory=GateState)
    home: object | None = None
    last: object | None = None
    flying: int = 0
    resting: bool = False

    def lets(self, place: object, *, any_turn: bool) -> bool:
        """Whether a place may be given a host of this account.

        Args:
            place: The place.
            any_turn: Whether the last home may be the next one too.
        """
        if self.state.decided:
            return True
        if self.home is None:
            return any_turn or self.last is not place
        return self.home is place and not self.resting

    def begin(self, place: object) -> None:
        """Note that one of its hosts is being asked."""
        self.flying += 1
        if not self.state.decided:
            self.home = place

    def end(self) -> None:
        """Note that asking one of its hosts is over: when it was the last one, any place may be the home."""
        self.flying -= 1
        if not self.flying:
            self.last = self.home if self.resting else None
            self.home, self.resting = None, False

    def interrupt(self) -> None:
        """Note that its home has ended: a log-on that was under way may have been rejected."""
        if not self.state.decided:
            self.state = replace(self.state, interrupted=self.state.interrupted + 1)


def account_key(settings: HostSettings, *, has_password: bool) -> Key | None:
    r"""Give the account that logs on to WS-Management, None where no password is at stake.

    The two forms of one account, ``DOMAIN\user`` and ``user@domain``, stay two.
    """
    has_password |= settings.password is not None
    return ((settings.user or "").casefold(), settings.password) if has_password else None


def web_account_key(settings: HostSettings, questions: Questions, *, has_password: bool) -> Key | None:
    """Give the account that logs on to the test mailbox, None where no password is at stake."""
    if settings.test_mailbox is None or not questions.wire:
        return None
    has_password |= settings.test_password is not None
    return ((settings.test_user or "").casefold(), settings.test_password) if has_password else None
