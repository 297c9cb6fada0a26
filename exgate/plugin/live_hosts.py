"""Hosts that are asked over the network: WS-Management, the command shell, the web site."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Event

from exgate.facts.registry import RegistryKey
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import HostSettings, Inventory, InventoryError, Names, Role, Scheme, Secret, SecretError
from exgate.plugin.beside import Beside
from exgate.plugin.crews import Crews
from exgate.plugin.front_ends import FrontEnds
from exgate.plugin.host_passwords import HostPasswords
from exgate.plugin.hosts import Seen, UnreachableHost
from exgate.plugin.lab_process import LabProcess
from exgate.sources.collect import Collected, Questions
from exgate.sources.collecting.collect_on import CollectOn
from exgate.sources.collecting.dispatch import CollectingStoppedError
from exgate.sources.collecting.fleet import collect
from exgate.sources.endpoint import open_session
from exgate.sources.limits import Limits
from exgate.sources.std_reg_prov import read_key
from exgate.sources.unreachable import unreachable
from exgate.wsman import shell
from exgate.wsman.errors import ConnectError, WsmanError
from exgate.wsman.names import SHELL_COMMAND
from exgate.wsman.session import Session

WEIGH_THE_WIRE = frozenset({"KB817379-03", "KB817379-31"})
"""Requirements that are judged by the web site's answers among other evidence."""
LOG_ON = frozenset({"KB817379-31", "KB817379-62", "KB817379-63"})
"""Requirements that are judged by a log-on to the test mailbox."""
DEFAULT_QUESTIONS = Questions()
THREADS_ALONE = CollectOn(processes=1)
_OWN_COMMAND = (
    "a test's own command or registry key is asked from here: give this machine the password, or leave it out"
)


class LiveHosts:
    """Hosts of an inventory; each is asked once, however many tests there are.

    Attributes:
        settings: The selected hosts' settings, by name, in the inventory's order.
        collected: What has been read so far, by name.
    """

    reads_late = False

    def __init__(
        self,
        inventory: Inventory,
        pattern: str,
        limits: Limits,
        questions: Questions = DEFAULT_QUESTIONS,
        collect_on: CollectOn = THREADS_ALONE,
    ) -> None:
        """Select hosts; nothing is asked yet.

        Args:
            inventory: The inventory.
            pattern: What --hosts said.
            limits: The bounds.
            questions: What is asked beside the configuration.
            collect_on: Who asks.

        Raises:
            InventoryError: The pattern selects nothing, or a selected host's settings are wrong.
        """
        self.limits = limits
        self.questions = questions
        self._crews = Crews(collect_on, limits)
        self.settings: dict[str, HostSettings] = {n: inventory.settings(n) for n in inventory.select(pattern)}
        for host in self.settings.values() if not collect_on.scheduler else ():
            _check_files(host)
        self.collected: dict[str, Collected] = {}
        self._lab: LabProcess | None = None
        self._lab_password: Secret | None = None
        self._secrets: tuple[tuple[Secret, ...] | None, tuple[Secret, ...]] = None, ()
        self._passwords = HostPasswords(elsewhere=self._crews.elsewhere)
        self._log_on = False
        self._beside: Beside | None = None
        self._inventory = inventory
        self._front_ends = FrontEnds(inventory)

    @property
    def declared(self) -> Mapping[str, HostSettings]:
        """The selected hosts' settings."""
        return self.settings

    @property
    def where(self) -> str:
        """The inventory's path."""
        return f"inventory: {self._inventory.path}"

    @property
    def collecting(self) -> tuple[str, ...]:
        """Threads, processes with threads, or a cluster's workers."""
        return self._crews.words(self.settings.values())

    @property
    def known(self) -> Names:
        """Every host and group of the inventory."""
        return self._inventory.names

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looks wrong in the inventory, one line each: its own warnings, and hosts that share an address."""
        by_address: dict[tuple[str, int], list[str]] = {}
        for host in self.settings.values():
            by_address.setdefault((host.address.lower(), host.port), []).append(host.name)
        shared = [(where, names) for where, names in by_address.items() if len(names) > 1]
        return (
            self._inventory.warnings
            + self._crews.warnings(self.settings.values())
            + tuple(
                f"{', '.join(names)} are asked at the same address, {address}:{port}"
                for (address, port), names in shared
            )
        )

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The passwords that were fetched so far, the lab's included."""
        fetched = self._inventory.secrets
        if not self._lab_password:
            return fetched
        known, every = self._secrets
        if known is not fetched:
            every = (*fetched, self._lab_password)
            self._secrets = fetched, every
        return every

    @property
    def lab_control(self) -> str | None:
        """URL of the record that the lab keeps of what it was asked, None without a lab."""
        return self._lab.control if self._lab else None

    def start(self) -> None:
        """Start the lab where hosts live in it, and resolve every password once, before anything is asked.

        Where a cluster asks, passwords are its workers' business.

        Raises:
            LabError: The lab does not start.
            SecretError: A password cannot be had.
            ClusterError: The cluster that is to ask cannot be used.
        """
        self._crews.start(self.settings.values())
        in_lab = [host for host in self.settings.values() if host.lab_server]
        if in_lab:
            servers = sorted({str(host.lab_server) for host in in_lab})
            # Where there is ActiveSync for devices, its virtual directory may demand SSL.
            https = any(host.scheme is Scheme.HTTPS or host.role is not Role.BACK_END for host in in_lab)
            self._lab = LabProcess.start(servers, https=https)
            self._lab_password = self._lab.password
            self.settings |= {host.name: self._lab.place(host) for host in in_lab}
        self._passwords.fetch(self.settings.values())

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
            self._passwords.fetch_of_test_mailboxes(self.settings.values())

    def collect_beside(self, names: Iterable[str], keep: frozenset[str], progress: Callable[[str, Seen], None]) -> None:
        """Begin to ask hosts, and come back at once: `seen` waits for what it is asked for; see `collect`."""
        wanted = tuple(names)

        def ask(done: Callable[[str], None], stopped: Event) -> None:
            def note(name: str, seen: Seen) -> None:
                progress(name, seen)
                done(name)

            with suppress(CollectingStoppedError):
                self.collect(wanted, keep, note, stopped)

        self._beside = Beside(ask)

    def end_collecting(self) -> None:
        """End what `collect_beside` began; hosts that were not asked by now are not."""
        if self._beside:
            self._beside.end()
            self._beside = None

    def collect(
        self,
        names: Iterable[str],
        keep: frozenset[str],
        progress: Callable[[str, Seen], None],
        stopped: Event | None = None,
    ) -> None:
        """Ask hosts, all of them at once.

        Args:
            names: Which.
            keep: Hosts whose sessions stay open for the user's own commands; where a cluster asks there are none, and
                such a command opens one from here.
            progress: Called with each host as it is done.
            stopped: Set by another thread, it ends everything soon.

        Raises:
            CollectingStoppedError: That happened.
        """
        settings = [self.settings[name] for name in names]
        if not self._log_on:
            settings = [replace(host, test_mailbox=None) for host in settings]
        hosts = [(host, self._passwords.by_host.get(host.name)) for host in settings]

        def done(name: str, collected: Collected) -> None:
            # At once, so that it stays where the others' asking is interrupted.
            self.collected[name] = collected
            progress(name, collected.result)

        self.collected |= collect(
            hosts,
            self.limits,
            done,
            frozenset() if self._crews.elsewhere else keep,
            questions=self.questions,
            test_passwords=self._passwords.of_test_mailboxes,
            crew=self._crews.crew(settings, busy=stopped is not None),
            stopped=stopped,
        )

    def seen(self, name: str) -> Seen:
        """Give what asking a host gave; it is asked now if it was not yet."""
        if name not in self.collected and self._beside:
            self._beside.wait_for(name)
        if name not in self.collected:
            self.collect([name], frozenset({name}), lambda _name, _seen: None)
        return self.collected[name].result

    def seen_so_far(self, name: str) -> Seen | None:
        """Give what asking a host gave, None if it was not asked yet."""
        collected = self.collected.get(name)
        return collected.result if collected else None

    def front_ends(self, name: str) -> tuple[str, ...] | Unknown:
        """Give the inventory's front-end servers beside a host."""
        return self._front_ends.beside(self.settings[name])

    def session(self, name: str) -> Session:
        """Give a host's open session, with a new deadline.

        Raises:
            UnreachableHost: It cannot be asked.
        """
        seen = self.seen(name)
        if isinstance(seen, Unreachable):
            raise UnreachableHost(seen)
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
        self.end_collecting()
        for name in tuple(self.collected):
            with suppress(WsmanError):
                self.release(name)
        self._crews.stop()
        if self._lab:
            self._lab.stop()
            self._lab = None

    def _open(self, name: str) -> Session:
        before = self.collected[name]
        if before.session:
            before.session.close()
        try:
            session = open_session(self.settings[name], self._passwords.own(self.settings[name]), self.limits)
        except SecretError as error:
            detail = f"a worker has asked it, and this machine has no password for it: {error}"
            raise UnreachableHost(Unreachable(Cause.WORKER, detail, _OWN_COMMAND)) from None
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
