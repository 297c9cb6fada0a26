"""One run: what was seen of its hosts, as the requirements are to judge it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from exgate.exchange import ExchangeServer
from exgate.exchange.identity import Identity
from exgate.exchange.planned import after
from exgate.facts.change import Plan
from exgate.facts.host import HostFacts
from exgate.facts.registry import Registry, RegistryKey, below_hive
from exgate.facts.registry_plan import apply_to_registry
from exgate.facts.role import Role
from exgate.facts.unknown import Pending, PendingFact, Unknown, UnknownFact
from exgate.facts.unreachable import Unreachable
from exgate.plugin.host_record import age_in_seconds, host_record
from exgate.plugin.hosts import Hosts, UnreachableHost
from exgate.plugin.pairs import Pairs
from exgate.reports.ages import age_words, duration_words
from exgate.reports.packed_facts import PackedFacts
from exgate.reports.results import HostRecord

if TYPE_CHECKING:
    from exgate.wsman.shell import CommandOutput

_CLOCKS = timedelta(minutes=1)
"""Clocks that differ by less are taken for equal."""
_ONE_TIME = timedelta(minutes=5)
"""Facts that were read within this time are told with one time."""
_COMMAND_TOO_EARLY = Pending(
    "a command shows the server of before the planned change", "judge it again when the change is made"
)
IDENTITY = "KB817379-41"
"""The requirement that the host is what the inventory says."""


class Run:
    """The hosts of one pytest run and how they are judged.

    Attributes:
        pattern: What --hosts said.
        hosts: Where their facts come from.
        judged: Which host and requirement this run judges.
        own_tests: Ids of the other tests that run beside.
        plan: The planned change that is laid over what was seen; None where there is none.
    """

    def __init__(self, pattern: str, hosts: Hosts, max_age: timedelta | None = None, plan: Plan | None = None) -> None:
        """Take the selected hosts; nothing is asked yet.

        Args:
            pattern: What --hosts said.
            hosts: The selected hosts.
            max_age: Older facts are not believed; None believes them all.
            plan: A planned change: the hosts are judged as they would be after it.
        """
        self.pattern = pattern
        self.hosts = hosts
        self.judged = Pairs()
        self.own_tests: frozenset[str] = frozenset()
        self.plan = plan
        self._max_age = max_age
        self._exchange: dict[str, ExchangeServer] = {}
        self._records: dict[str, HostRecord] = {}
        self._role_notes: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The selected hosts' names."""
        return tuple(self.hosts.declared)

    def facts(self, name: str) -> HostFacts:
        """Give a host's facts.

        Raises:
            UnreachableHost: It cannot be asked.
            UnknownFact: They are older than what is believed.
            PlanError: The planned change cannot be made there.
        """
        return self.exchange(name).facts

    def exchange(self, name: str) -> ExchangeServer:
        """Give a host as the article sees it.

        Raises:
            UnreachableHost: It cannot be asked.
            UnknownFact: Its facts are older than what is believed.
            PlanError: The planned change cannot be made there.
        """
        if name not in self._exchange:
            seen = self.hosts.seen(name)
            if isinstance(seen, Unreachable):
                raise UnreachableHost(seen)
            self._check_age(seen.collected_at)
            site, front_ends = self.hosts.declared[name].site, self.hosts.front_ends(name)
            server = ExchangeServer(seen, self.role(name), site, front_ends)
            self._exchange[name] = server if self.plan is None else after(self.plan, server)
        return self._exchange[name]

    def command(self, name: str, command: str) -> CommandOutput:
        """Run a command line on a host.

        Raises:
            UnreachableHost: It cannot be asked.
            UnknownFact: No commands are run there, or they would show the server of before the planned change.
            WsmanError: The command cannot be run.
        """
        if self.plan is not None:
            raise PendingFact(_COMMAND_TOO_EARLY)
        return self.hosts.command(name, command)

    def registry_key(self, name: str, path: str) -> RegistryKey | Unknown:
        r"""Give a registry key of a host with all its values, as it would be after the planned change.

        Args:
            name: The host.
            path: With or without ``HKLM\``.

        Raises:
            UnreachableHost: It cannot be asked.
            WsmanError: The key cannot be read.
        """
        bare = below_hive(path)
        key = self.hosts.registry_key(name, bare)
        if self.plan is None:
            return key
        return apply_to_registry(Registry({bare.lower(): key}), self.plan.registry).keys[bare.lower()]

    def role(self, name: str) -> Role:
        """Give the role that is declared."""
        return Role(self.hosts.declared[name].role.value)

    def role_note(self, name: str) -> str:
        """Say which role was judged where the server itself contradicts its declaration, "" where it does not."""
        if name not in self._role_notes:
            self._role_notes[name] = self._role_note(name)
        return self._role_notes[name]

    def seen(self, name: str) -> str:
        """Say where a host's facts come from and how old they are; nothing where there are none."""
        if name not in self._seen:
            self._seen[name] = self._seen_words(name)
        return self._seen[name]

    def asked(self, name: str) -> bool:
        """Whether a host was asked or read already."""
        return name in self._records or self.hosts.seen_so_far(name) is not None

    def record(self, name: str) -> HostRecord:
        """Give what the results tell of a host; its facts are as old as they are now."""
        now = datetime.now(UTC)
        record = self._records.get(name)
        if record is None:
            return host_record(name, self.hosts.declared[name], self.hosts.seen_so_far(name), now)
        if record.seen is None:
            return record
        age = age_in_seconds(record.seen.collected_at, now)
        return replace(record, seen=replace(record.seen, age_seconds=age))

    def over(self, name: str, clean: Callable[[HostRecord], HostRecord]) -> None:
        """Keep of a host what its results tell, and close what is open of it: its tests are over.

        Args:
            name: The host.
            clean: Takes the secrets out of what is kept.
        """
        record = clean(self.record(name))
        self._records[name] = replace(record, facts=PackedFacts(record.facts))
        for made in (self._exchange, self._role_notes, self._seen):
            made.pop(name, None)
        self.hosts.release(name)

    def _role_note(self, name: str) -> str:
        with suppress(UnknownFact, UnreachableHost):
            if not Identity(self.exchange(name)).is_what_the_inventory_says.value:
                return f" (judged as {self.role(name)}, which {IDENTITY} contradicts)"
        return ""

    def _seen_words(self, name: str) -> str:
        seen = self.hosts.seen(name)
        if isinstance(seen, Unreachable):
            return ""
        age = age_words(datetime.now(UTC) - seen.collected_at)
        stack = f" ({seen.stack})" if seen.stack else ""
        return f"Seen {seen.collected_at:%Y-%m-%d %H:%M:%S} UTC ({age}): {seen.source}{stack}"

    def facts_words(self) -> str:
        """Say how old the facts of this run are, nothing where there are none."""
        seen = [(read_at, name) for name in self.names if (read_at := self._collected_at(name))]
        if not seen:
            return ""
        oldest, latest = min(seen), max(seen)
        age = age_words(datetime.now(UTC) - oldest[0])
        hosts = f"facts: of {len(seen)} host{'s' * (len(seen) > 1)}, seen"
        if latest[0] - oldest[0] < _ONE_TIME:
            return f"{hosts} {oldest[0]:%Y-%m-%d %H:%M} UTC ({age})"
        between = f"between {oldest[0]:%Y-%m-%d %H:%M} and {latest[0]:%Y-%m-%d %H:%M} UTC"
        return f"{hosts} {between}; the oldest are those of {oldest[1]} ({age})"

    def _collected_at(self, name: str) -> datetime | None:
        record = self._records.get(name)
        if record:
            return record.seen.collected_at if record.seen else None
        seen = self.hosts.seen_so_far(name)
        return seen.collected_at if isinstance(seen, HostFacts) else None

    def _check_age(self, collected_at: datetime) -> None:
        age = datetime.now(UTC) - collected_at
        if age < -_CLOCKS:
            raise UnknownFact(
                Unknown(f"the facts are of the future ({collected_at:%Y-%m-%d %H:%M:%S} UTC)", "check the clocks")
            )
        if self._max_age is not None and age > self._max_age:
            raise UnknownFact(
                Unknown(
                    f"the facts of {collected_at:%Y-%m-%d %H:%M:%S} UTC are too old to be believed "
                    f"({duration_words(age)} old; --max-age allows {duration_words(self._max_age)})",
                    "collect them again",
                )
            )
