"""testinfra's ``host`` for Windows Server 2003: its commands over WS-Management, and nouns that work there."""

from __future__ import annotations

from typing import Any

from testinfra.backend.base import BaseBackend, CommandResult
from testinfra.host import Host

from exgate.exchange import ExchangeServer
from exgate.facts.events import EventLog
from exgate.facts.host import HostFacts
from exgate.facts.metabase import Setting
from exgate.facts.registry import RegistryKey, RegistryValue
from exgate.facts.unknown import known
from exgate.plugin.run import Run

CODE_PAGE = "cp437"
"""The code page that the command shell is created with."""


class ExgateBackend(BaseBackend):  # type: ignore[misc] # testinfra has no types
    """testinfra's connection to a host of the inventory."""

    NAME = "exgate"

    def __init__(self, hostname: str, run: Run) -> None:
        super().__init__(hostname)
        self.exgate = run

    def get_pytest_id(self) -> str:
        """Give the bare host name: ``test_x[be01]``."""
        return str(self.hostname)

    def get_encoding(self) -> str:
        """Give the shell's code page; testinfra would look for a Python on the server."""
        return CODE_PAGE

    def run(self, command: str, *args: str, **_: Any) -> CommandResult:  # noqa: ANN401 - testinfra's own signature
        """Run a command line in cmd.exe, through the host's one connection.

        Raises:
            UnreachableHost: The host cannot be asked.
            WsmanError: The command cannot be run.
        """
        line = self.quote(command, *args)
        output = self.exgate.command(self.hostname, line)
        return self.result(output.exit_code, self.encode(line), output.stdout, output.stderr)

    @staticmethod
    def quote(command: str, *args: str) -> str:
        """Put arguments into a command line, each in double quotes, as cmd.exe knows them.

        Raises:
            ValueError: An argument holds a double quote or a percent sign, which cmd.exe cannot quote.
        """
        if any(character in argument for argument in args for character in '"%'):
            message = "cmd.exe cannot quote a double quote or a percent sign"
            raise ValueError(message)
        return command % tuple(f'"{argument}"' for argument in args) if args else command


class MetabaseKeyOnHost:
    """A key of the metabase: ``host.metabase("W3SVC/1/ROOT/Exchange")``.

    Every method raises `UnknownFact` when the metabase could not be read.
    """

    def __init__(self, facts: HostFacts, location: str) -> None:
        self._facts = facts
        self.location = f"/LM/{location.strip('/').removeprefix('LM/')}"

    def __repr__(self) -> str:
        return f"<metabase {self.location}>"

    @property
    def exists(self) -> bool:
        """Whether there is such a key."""
        return known(self._facts.metabase).stored_location(self.location) is not None

    def setting(self, name: str) -> Setting:
        """Give a property's effective value and where it is set, for example of ``AuthFlags``.

        Raises:
            KeyError: A property that is not read.
        """
        return known(self._facts.metabase).effective(self.location, name)

    def value(self, name: str) -> Any:  # noqa: ANN401 - flags, text, bindings: whatever the property holds
        """Give a property's effective value."""
        return self.setting(name).value


class RegistryKeyOnHost:
    r"""A key below HKEY_LOCAL_MACHINE: ``host.registry(r"SOFTWARE\Microsoft\InetStp")``; read when it is asked for."""

    def __init__(self, key: RegistryKey) -> None:
        self._key = key

    def __repr__(self) -> str:
        return f"<registry HKLM\\{self._key.path}>"

    @property
    def exists(self) -> bool:
        """Whether there is such a key."""
        return self._key.values is not None

    @property
    def values(self) -> tuple[RegistryValue, ...]:
        """Its values, with the real case of their names; none where the key does not exist."""
        return self._key.values or ()

    def value(self, name: str) -> RegistryValue | None:
        """Give the value of exactly this name, or None."""
        return self._key.value(name)


class ExgateHost(Host):  # type: ignore[misc] # testinfra has no types
    """testinfra's host with Windows's own nouns; testinfra's ``file`` and ``service`` need a newer Windows."""

    backend: ExgateBackend

    @property
    def name(self) -> str:
        """Its name in the inventory."""
        return str(self.backend.hostname)

    @property
    def facts(self) -> HostFacts:
        """Everything that was read of it.

        Raises:
            UnreachableHost: It cannot be asked.
        """
        return self.backend.exgate.facts(self.name)

    @property
    def exchange(self) -> ExchangeServer:
        """The host as KB 817379 sees it.

        Raises:
            UnreachableHost: It cannot be asked.
        """
        return self.backend.exgate.exchange(self.name)

    @property
    def event_log(self) -> EventLog:
        """The records of Server ActiveSync and MSExchangeOMA in the Application log.

        Since IIS Admin was started, or since --events-since.

        Raises:
            UnreachableHost: The host cannot be asked.
            UnknownFact: The log cannot be read.
        """
        return known(self.facts.event_log)

    def metabase(self, location: str) -> MetabaseKeyOnHost:
        """Give a key of the metabase, with or without ``/LM/``."""
        return MetabaseKeyOnHost(self.facts, location)

    def registry(self, path: str) -> RegistryKeyOnHost:
        r"""Give a key below HKEY_LOCAL_MACHINE, with or without ``HKLM\``.

        Raises:
            UnreachableHost: The host cannot be asked.
            UnknownFact: The key cannot be read.
            WsmanError: The connection failed.
        """
        return RegistryKeyOnHost(known(self.backend.exgate.registry_key(self.name, path)))


def make_host(name: str, run: Run) -> ExgateHost:
    """Give testinfra's host for a host of the inventory."""
    backend = ExgateBackend(name, run)
    host = ExgateHost(backend)
    backend.set_host(host)
    return host
