"""One run: the hosts that were selected, what was read of them, and their open sessions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace

from exgate.exchange import ExchangeServer
from exgate.exchange.identity import Identity
from exgate.facts.host import HostFacts
from exgate.facts.registry import RegistryKey
from exgate.facts.role import Role
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.unreachable import Unreachable
from exgate.inventory import HostSettings, Inventory, InventoryError, Scheme, Secret
from exgate.plugin.front_ends import FrontEnds
from exgate.plugin.lab_process import LabProcess
from exgate.sources.collect import Collected, Questions, collect
from exgate.sources.endpoint import open_session
from exgate.sources.limits import Limits
from exgate.sources.std_reg_prov import read_key
from exgate.sources.unreachable import unreachable
from exgate.wsman import shell
from exgate.wsman.errors import ConnectError, WsmanError
from exgate.wsman.names import SHELL_COMMAND
from exgate.wsman.session import Session

IDENTITY = "KB817379-41"
"""The requirement that the host is what the inventory says."""
WEIGH_THE_WIRE = frozenset({"KB817379-03", "KB817379-31"})
"""Requirements that are judged by the web site's answers among other evidence."""
LOG_ON = frozenset({"KB817379-31", "KB817379-62", "KB817379-63"})
"""Requirements that are judged by a log-on to the test mailbox."""
DEFAULT_QUESTIONS = Questions()


class UnreachableHost(Exception):  # noqa: N818 - it is no error of ours: the verdict is "unreachable"
    """Raised when a test needs a host that could not be asked."""

    def __init__(self, cause: Unreachable) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Run:
    """The hosts of one pytest run; each is asked once, however many tests there are.

    Attributes:
        inventory: The inventory.
        pattern: What --hosts said.
        settings: The selected hosts' settings, by name, in the inventory's order.
        collected: What has been read so far, by name.
        judged: Which host and requirement this run judges.
    """

    def __init__(
        self, inventory: Inventory, pattern: str, limits: Limits, questions: Questions = DEFAULT_QUESTIONS
    ) -> None:
        """Select hosts; nothing is asked yet.

        Args:
            inventory: The inventory.
            pattern: What --hosts said.
            limits: The bounds.
            questions: What is asked beside the configuration.

        Raises:
            InventoryError: The pattern selects nothing, or a selected host's settings are wrong.
        """
        self.inventory = inventory
        self.pattern = pattern
        self.limits = limits
        self.questions = questions
        self.settings: dict[str, HostSettings] = {n: inventory.settings(n) for n in inventory.select(pattern)}
        for host in self.settings.values():
            _check_files(host)
        self.collected: dict[str, Collected] = {}
        self.judged: frozenset[tuple[str, str]] = frozenset()
        self._lab: LabProcess | None = None
        self._passwords: dict[str, Secret | None] = {}
        self._test_passwords: dict[str, Secret] = {}
        self._log_on = False
        self._exchange: dict[str, ExchangeServer] = {}
        self._front_ends = FrontEnds(inventory)

    @property
    def names(self) -> tuple[str, ...]:
        """The selected hosts' names."""
        return tuple(self.settings)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looks wrong in the inventory, one line each: its own warnings, and hosts that share an address."""
        by_address: dict[tuple[str, int], list[str]] = {}
        for host in self.settings.values():
            by_address.setdefault((host.address.lower(), host.port), []).append(host.name)
        shared = [(where, names) for where, names in by_address.items() if len(names) > 1]
        return self.inventory.warnings + tuple(
            f"{', '.join(names)} are asked at the same address, {address}:{port}" for (address, port), names in shared
        )

    @property
    def lab_control(self) -> str | None:
        """URL of the record that the lab keeps of what it was asked, None without a lab."""
        return self._lab.control if self._lab else None

    def start(self) -> None:
        """Start the lab where hosts live in it, and resolve every password once, before anything is asked.

        Raises:
            LabError: The lab does not start.
            SecretError: A password cannot be had.
        """
        in_lab = [host for host in self.settings.values() if host.lab_server]
        if in_lab:
            servers = sorted({str(host.lab_server) for host in in_lab})
            # Where there is ActiveSync for devices, its virtual directory may demand SSL.
            https = any(host.scheme is Scheme.HTTPS or host.role.value != Role.BACK_END.value for host in in_lab)
            self._lab = LabProcess.start(servers, https=https)
            self.settings |= {host.name: self._lab.place(host) for host in in_lab}
        self._passwords = {
            host.name: host.password.resolve() if host.password else None for host in self.settings.values()
        }

    def ask_only_for(self, ids: Collection[str], wire: Collection[str]) -> None:
        """Leave out what no selected requirement needs: the web site, and the log-on to the test mailbox.

        Args:
            ids: The requirements that are judged.
            wire: Those of them that are about the wire.

        Raises:
            SecretError: A test mailbox's password is needed and cannot be had.
        """
        needed = self.questions.wire and bool(wire or set(ids) & WEIGH_THE_WIRE)
        self.questions = replace(self.questions, wire=needed)
        logs_on = needed and bool(set(ids) & LOG_ON)
        self._log_on = logs_on
        if logs_on:
            self._test_passwords = {
                host.name: host.test_password.resolve()
                for host in self.settings.values()
                if host.test_mailbox and host.test_password
            }

    def collect(self, names: Iterable[str], keep: frozenset[str], progress: Callable[[str, Collected], None]) -> None:
        """Ask hosts, all of them at once.

        Args:
            names: Which.
            keep: Hosts whose sessions stay open for the user's own commands.
            progress: Called with each host as it is done.
        """
        settings = [self.settings[name] for name in names]
        if not self._log_on:
            settings = [replace(host, test_mailbox=None) for host in settings]
        hosts = [(host, self._passwords[host.name]) for host in settings]
        self.collected |= collect(
            hosts, self.limits, progress, keep, questions=self.questions, test_passwords=self._test_passwords
        )

    def facts(self, name: str) -> HostFacts:
        """Give a host's facts, asking it now if it was not asked yet.

        Raises:
            UnreachableHost: It cannot be asked.
        """
        if name not in self.collected:
            self.collect([name], frozenset({name}), lambda _name, _collected: None)
        result = self.collected[name].result
        if isinstance(result, Unreachable):
            raise UnreachableHost(result)
        return result

    def exchange(self, name: str) -> ExchangeServer:
        """Give a host as the article sees it.

        Raises:
            UnreachableHost: It cannot be asked.
        """
        if name not in self._exchange:
            front_ends = self._front_ends.beside(self.settings[name])
            self._exchange[name] = ExchangeServer(
                self.facts(name), self.role(name), self.settings[name].site, front_ends
            )
        return self._exchange[name]

    def role(self, name: str) -> Role:
        """Give the role that the inventory declares."""
        return Role(self.settings[name].role.value)

    def role_note(self, name: str) -> str:
        """Say which role was judged where the server itself contradicts the inventory, "" where it does not."""
        with suppress(UnknownFact, UnreachableHost):
            if not Identity(self.exchange(name)).is_what_the_inventory_says.value:
                return f" (judged as {self.role(name)}, which {IDENTITY} contradicts)"
        return ""

    def seen(self, name: str) -> str:
        """Say where a host's facts come from and when they were read; nothing for one that could not be asked."""
        collected = self.collected.get(name)
        if collected is None or isinstance(collected.result, Unreachable):
            return ""
        facts = collected.result
        return f"Seen {facts.collected_at:%Y-%m-%d %H:%M:%S} UTC: {facts.source} ({facts.stack})"

    def session(self, name: str) -> Session:
        """Give a host's open session, with a new deadline.

        Raises:
            UnreachableHost: It cannot be asked.
        """
        self.facts(name)
        session = self.collected[name].session
        if session is None:
            session = self._open(name)
        session.extend(self.limits.host_timeout)
        return session

    def command(self, name: str, command: str) -> shell.CommandOutput:
        """Run a command line on a host, through its one connection.

        An idle connection that the server has closed is opened again once: its log-on has been accepted before.
        A command that may have been started is never started again.

        Raises:
            UnreachableHost: It cannot be asked.
            UnknownFact: The inventory does not allow the shell.
            WsmanError: The command cannot be run.
        """
        if not self.settings[name].shell:
            raise UnknownFact(Unknown("the shell is off for this host", "set shell: true in the inventory"))
        session = self.session(name)
        before = session.sent[SHELL_COMMAND]
        try:
            return shell.run(session, command)
        except ConnectError:
            if session.sent[SHELL_COMMAND] > before:
                raise
        return shell.run(self._open(name), command)

    def registry_key(self, name: str, path: str) -> RegistryKey | Unknown:
        """Read a registry key of a host with all its values, through its one connection.

        Raises:
            UnreachableHost: It cannot be asked.
            WsmanError: The key cannot be read.
        """
        try:
            return read_key(self.session(name), path, lambda _name: True)
        except ConnectError:
            return read_key(self._open(name), path, lambda _name: True)

    def release(self, name: str) -> None:
        """Close a host's session: its tests are over."""
        collected = self.collected.get(name)
        if collected and collected.session:
            collected.session.close()
            self.collected[name] = replace(collected, session=None)

    def stop(self) -> None:
        """Close every session and stop the lab."""
        for name in tuple(self.collected):
            with suppress(WsmanError):
                self.release(name)
        if self._lab:
            self._lab.stop()
            self._lab = None

    def _open(self, name: str) -> Session:
        before = self.collected[name]
        if before.session:
            before.session.close()
        try:
            session = open_session(self.settings[name], self._passwords[name], self.limits)
        except WsmanError as error:
            raise UnreachableHost(unreachable(error)) from None
        self.collected[name] = replace(before, session=session)
        return session


def _check_files(host: HostSettings) -> None:
    """Find out before anything is asked that a certificate's file is missing.

    Raises:
        InventoryError: It is.
    """
    for variable in ("ca_file", "cert_pem", "cert_key_pem"):
        path = getattr(host, variable)
        if path is not None and not path.is_file():
            message = f"{host.source}: host {host.name}: {variable}: there is no file {path}"
            raise InventoryError(message)
