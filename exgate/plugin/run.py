"""One run: what was seen of its hosts, as the requirements are to judge it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from exgate.exchange import ExchangeServer
from exgate.exchange.identity import Identity
from exgate.facts.host import HostFacts
from exgate.facts.role import Role
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.unreachable import Unreachable
from exgate.plugin.hosts import Hosts, UnreachableHost
from exgate.reports.ages import age_words

IDENTITY = "KB817379-41"
"""The requirement that the host is what the inventory says."""


class Run:
    """The hosts of one pytest run and how they are judged.

    Attributes:
        pattern: What --hosts said.
        hosts: Where their facts come from.
        judged: Which host and requirement this run judges.
    """

    def __init__(self, pattern: str, hosts: Hosts, max_age: timedelta | None = None) -> None:
        """Take the selected hosts; nothing is asked yet.

        Args:
            pattern: What --hosts said.
            hosts: The selected hosts.
            max_age: Older facts are not believed; None believes them all.
        """
        self.pattern = pattern
        self.hosts = hosts
        self.judged: frozenset[tuple[str, str]] = frozenset()
        self._max_age = max_age
        self._exchange: dict[str, ExchangeServer] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The selected hosts' names."""
        return tuple(self.hosts.declared)

    def facts(self, name: str) -> HostFacts:
        """Give a host's facts.

        Raises:
            UnreachableHost: It cannot be asked.
            UnknownFact: They are older than what is believed.
        """
        seen = self.hosts.seen(name)
        if isinstance(seen, Unreachable):
            raise UnreachableHost(seen)
        self._check_age(seen.collected_at)
        return seen

    def exchange(self, name: str) -> ExchangeServer:
        """Give a host as the article sees it.

        Raises:
            UnreachableHost: It cannot be asked.
            UnknownFact: Its facts are older than what is believed.
        """
        if name not in self._exchange:
            declared = self.hosts.declared[name]
            self._exchange[name] = ExchangeServer(
                self.facts(name), self.role(name), declared.site, self.hosts.front_ends(name)
            )
        return self._exchange[name]

    def role(self, name: str) -> Role:
        """Give the role that is declared."""
        return Role(self.hosts.declared[name].role.value)

    def role_note(self, name: str) -> str:
        """Say which role was judged where the server itself contradicts its declaration, "" where it does not."""
        with suppress(UnknownFact, UnreachableHost):
            if not Identity(self.exchange(name)).is_what_the_inventory_says.value:
                return f" (judged as {self.role(name)}, which {IDENTITY} contradicts)"
        return ""

    def seen(self, name: str) -> str:
        """Say where a host's facts come from and how old they are; nothing where there are none."""
        seen = self.hosts.seen(name)
        if isinstance(seen, Unreachable):
            return ""
        age = age_words(datetime.now(UTC) - seen.collected_at)
        stack = f" ({seen.stack})" if seen.stack else ""
        return f"Seen {seen.collected_at:%Y-%m-%d %H:%M:%S} UTC ({age}): {seen.source}{stack}"

    def _check_age(self, collected_at: datetime) -> None:
        if self._max_age is None:
            return
        age = datetime.now(UTC) - collected_at
        if timedelta(minutes=-1) <= age <= self._max_age:
            return
        raise UnknownFact(
            Unknown(
                f"the facts of {collected_at:%Y-%m-%d %H:%M:%S} UTC are too old to be believed ({age_words(age)}; "
                f"--max-age allows {age_words(self._max_age).removesuffix(' ago')})",
                "collect them again",
            )
        )
