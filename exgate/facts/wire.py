"""What a server's web site answered to the machine that runs the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address
from types import MappingProxyType

from exgate.facts.http import HttpAnswer
from exgate.facts.unknown import Unknown, known


class Probe(StrEnum):
    """A question to the web site; the first two need no log-on, and no question changes anything."""

    GET = "GET of the virtual directory"
    """As a browser asks."""
    PROPFIND = "PROPFIND of the virtual directory"
    """As ActiveSync and OMA ask, without their log-on."""
    MAILBOX = "PROPFIND of the test mailbox, logged on"
    ACTIVESYNC = "OPTIONS of ActiveSync"
    ACTIVESYNC_LOGGED_ON = "OPTIONS of ActiveSync, logged on"
    OMA = "GET of OMA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question and its answer.

    Attributes:
        method: For example ``PROPFIND``.
        url: What was asked, with the address that was connected to.
        answer: The answer.
    """

    method: str
    url: str
    answer: HttpAnswer

    def __str__(self) -> str:
        return f"{self.method} {self.url}: {self.answer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """All that was asked of one web site.

    Attributes:
        vdir: The virtual directory that `Probe.GET` and `Probe.PROPFIND` asked for: ``/Exchange``.
        host_header: The name that was sent as Host: the server's own, as ActiveSync and OMA use it.
        from_address: The address of this machine that the server saw, unless there is a translation in between.
        to_address: The address that was connected to; the same where a machine talks to itself.
        mailbox: The test mailbox of the inventory, None without one.
        answers: What each question gave, or why there is no answer; one that was not asked is missing.
    """

    vdir: str
    host_header: str
    from_address: IPv4Address | None = None
    to_address: IPv4Address | None = None
    mailbox: str | None = None
    answers: Mapping[Probe, Answered | Unknown] = field(default_factory=lambda: MappingProxyType({}))

    def asked(self, probe: Probe) -> bool:
        """Whether a question was asked, or tried."""
        return probe in self.answers

    def answered(self, probe: Probe) -> Answered:
        """Give an answer.

        Raises:
            UnknownFact: There is none.
        """
        missing = Unknown(f"{probe} was not asked", "run again without --no-wire")
        return known(self.answers.get(probe, missing))
