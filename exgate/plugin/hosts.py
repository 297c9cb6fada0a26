"""The hosts of a run, however their facts are had: asked over the network, or read from files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from exgate.facts.host import HostFacts
from exgate.facts.registry import RegistryKey
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Unreachable
from exgate.inventory import Declared, Names, Secret

if TYPE_CHECKING:
    from exgate.wsman.shell import CommandOutput

Seen = HostFacts | Unreachable
"""What was read of a host, or the one cause why nothing could be."""


class UnreachableHost(Exception):  # noqa: N818 - it is no error of ours: the verdict is "unreachable"
    """Raised when a test needs a host that could not be asked."""

    def __init__(self, cause: Unreachable) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Hosts(Protocol):
    """The hosts that --hosts selects; each is asked or read once, however many tests there are."""

    @property
    def declared(self) -> Mapping[str, Declared]:
        """What is said of each, by name, in the order of the run."""

    @property
    def where(self) -> str:
        """Where they come from, for the run's head: ``inventory: inventories/lab.yml``."""

    @property
    def reads_late(self) -> bool:
        """Whether each host's facts are read when they are judged, so that nobody waits for all of them before."""

    @property
    def collecting(self) -> tuple[str, ...]:
        """Who asks them, for the run's head, one line each; nothing where nobody is asked."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looks wrong with what is said of them, one line each."""

    @property
    def known(self) -> Names:
        """Every host and group that there is, selected or not."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The secrets that were fetched so far: the same object until there are more, perhaps a moment later."""

    def start(self) -> None:
        """Do what must be done before anybody is asked.

        Raises:
            LabError: The lab does not start.
            SecretError: A password cannot be had.
        """

    def ask_only_for(self, ids: Collection[str], wire: Collection[str]) -> None:
        """Leave out what no selected requirement needs: the web site, and the log-on to the test mailbox.

        Args:
            ids: The requirements that are judged.
            wire: Those of them that are about the wire.

        Raises:
            SecretError: A test mailbox's password is needed and cannot be had.
        """

    def collect(self, names: Iterable[str], keep: frozenset[str], progress: Callable[[str, Seen], None]) -> None:
        """Ask or read hosts.

        Args:
            names: Which.
            keep: Hosts whose sessions stay open for the user's own commands.
            progress: Called with each host as it is done.
        """

    def collect_beside(self, names: Iterable[str], keep: frozenset[str], progress: Callable[[str, Seen], None]) -> None:
        """Begin what `collect` does, and come back at once: `seen` waits for what it is asked for.

        `progress` is called in another thread.
        """

    def end_collecting(self) -> None:
        """End what `collect_beside` began; hosts that were not asked by now are not."""

    def seen(self, name: str) -> Seen:
        """Give what was read of a host, asking or reading it now if that was not done yet."""

    def seen_so_far(self, name: str) -> Seen | None:
        """Give what was read of a host, None if that was not done yet."""

    def front_ends(self, name: str) -> tuple[str, ...] | Unknown:
        """Give the front-end servers beside a host; Unknown where nobody says."""

    def command(self, name: str, command: str) -> CommandOutput:
        """Run a command line on a host.

        Raises:
            UnreachableHost: It cannot be asked.
            UnknownFact: No commands are run there.
            WsmanError: The command cannot be run.
        """

    def registry_key(self, name: str, path: str) -> RegistryKey | Unknown:
        """Read a registry key of a host with all its values.

        Raises:
            UnreachableHost: It cannot be asked.
            WsmanError: The key cannot be read.
        """

    def release(self, name: str) -> None:
        """Close what is open of a host, and forget what can be read again: its tests are over."""

    def stop(self) -> None:
        """Close all that is open."""
