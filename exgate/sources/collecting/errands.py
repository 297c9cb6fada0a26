"""Hosts that are to be asked, and that are being asked."""

from __future__ import annotations

from dataclasses import dataclass

from exgate.inventory import HostSettings, Secret
from exgate.sources.collecting.accounts import Key
from exgate.sources.collecting.place import Place


@dataclass(slots=True, kw_only=True, eq=False)
class Errand:
    """A host to ask.

    Attributes:
        settings: The host.
        password: Its password, as far as it is known here.
        test_password: The same of its test mailbox's account.
        keep: Whether its session stays open.
        here: Whether it can be asked in this process only.
        attempts: How often somebody has begun to ask it.
    """

    settings: HostSettings
    password: Secret | None
    test_password: Secret | None
    keep: bool
    here: bool
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """What decides who may ask a host.

    Attributes:
        label: The label of the places that can reach it.
        here: Whether it can be asked in this process only.
        log_on: The account that logs on to WS-Management.
        web: The account that logs on to its test mailbox.
    """

    label: str | None
    here: bool
    log_on: Key | None
    web: Key | None

    @property
    def accounts(self) -> tuple[Key, ...]:
        """The accounts that are at stake, each once."""
        return tuple({key: None for key in (self.log_on, self.web) if key})


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """A host that is being asked.

    Attributes:
        errand: The host.
        kind: Its kind.
        place: Who asks it.
    """

    errand: Errand
    kind: Kind
    place: Place
