"""Hosts whose facts lie in files: nobody is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from exgate.facts.registry import RegistryKey
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import Declarations, DeclaredHost, InventoryError, Secret
from exgate.plugin.front_ends import FrontEnds
from exgate.plugin.hosts import Seen, UnreachableHost
from exgate.sources.saved import SavedHost, read_saved

if TYPE_CHECKING:
    from exgate.wsman.shell import CommandOutput

_NO_COMMAND = Unknown("no command can be run: these facts are saved ones", "ask the server, without --facts-from")


class SavedHosts:
    """Hosts' folders below one folder; each is read when it is judged, and forgotten afterwards."""

    reads_late = True
    lab_control: str | None = None
    secrets: tuple[Secret, ...] = ()
    collecting: tuple[str, ...] = ()

    def __init__(
        self,
        folder: Path,
        declarations: Declarations,
        pattern: str,
        *,
        by_inventory: bool,
        events_since: datetime | None = None,
    ) -> None:
        """Select hosts; no facts are read yet.

        Args:
            folder: The folder that holds the hosts' folders.
            declarations: What is said of the hosts.
            pattern: What --hosts said.
            by_inventory: Whether that is an inventory, which knows the front-end servers too.
            events_since: From when on the event log is looked at; None is the last start of IIS Admin.

        Raises:
            InventoryError: The pattern selects nothing, or what is said of a selected host is wrong.
        """
        self.declared: dict[str, DeclaredHost] = {n: declarations.declared(n) for n in declarations.select(pattern)}
        self.warnings = declarations.warnings
        self.known = declarations.names
        self._folder = folder
        self._by_inventory = by_inventory
        self._front_ends = FrontEnds(declarations)
        self._events_since = events_since
        self._saved: dict[str, SavedHost] = {}

    @property
    def where(self) -> str:
        """The folder."""
        return f"facts from: {self._folder}"

    def start(self) -> None:
        """Do nothing: nobody is asked."""

    def ask_only_for(self, ids: Collection[str], wire: Collection[str]) -> None:
        """Do nothing: everything was asked long ago."""

    def collect(self, names: Iterable[str], keep: frozenset[str], progress: Callable[[str, Seen], None]) -> None:
        """Read hosts' folders; `keep` means nothing here."""
        del keep
        for name in names:
            progress(name, self.seen(name))

    def collect_beside(self, names: Iterable[str], keep: frozenset[str], progress: Callable[[str, Seen], None]) -> None:
        """Do what `collect` does: nobody is waited for."""
        self.collect(names, keep, progress)

    def end_collecting(self) -> None:
        """Do nothing: nobody is asked."""

    def seen(self, name: str) -> Seen:
        """Give what a host's folder holds."""
        return self._read(name).result

    def seen_so_far(self, name: str) -> Seen | None:
        """Give what a host's folder holds, None if it was not read yet."""
        saved = self._saved.get(name)
        return saved.result if saved else None

    def front_ends(self, name: str) -> tuple[str, ...] | Unknown:
        """Give the front-end servers beside a host: by the inventory, or as its folder says."""
        saved = self._read(name).front_ends
        found = self._front_ends.beside(self.declared[name])
        named = {each for source in (saved, found) if isinstance(source, tuple) for each in source}
        if named:
            return tuple(sorted(named))
        if self._by_inventory:
            return found
        if saved is not None:
            return saved
        if isinstance(found, Unknown):
            return found
        return Unknown(
            "the folders name no front-end server of its organization, and do not say that there is none",
            "write front_ends: [] into its host.yml, or their names",
        )

    def command(self, name: str, command: str) -> CommandOutput:  # noqa: ARG002 - the protocol's own names
        """Refuse: nobody is asked.

        Raises:
            UnknownFact: Always.
        """
        raise UnknownFact(_NO_COMMAND)

    def registry_key(self, name: str, path: str) -> RegistryKey | Unknown:
        """Give a key if it was saved.

        Raises:
            UnreachableHost: There are no facts of the host.
        """
        seen = self.seen(name)
        if isinstance(seen, Unreachable):
            raise UnreachableHost(seen)
        try:
            return seen.registry.key(path)
        except UnknownFact as error:
            return error.unknown

    def release(self, name: str) -> None:
        """Forget what a host's folder holds."""
        self._saved.pop(name, None)

    def stop(self) -> None:
        """Do nothing: nothing is open."""

    def _read(self, name: str) -> SavedHost:
        if name not in self._saved:
            try:
                self._saved[name] = read_saved(self._folder, self.declared[name], self._events_since)
            except InventoryError as error:
                cause = Unreachable(Cause.NO_FACTS, str(error), "correct it")
                self._saved[name] = SavedHost(cause, None)
        return self._saved[name]
