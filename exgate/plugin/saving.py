"""--facts-out: what a run sees is saved while it sees it, host by host."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import Declared, DeclaredHost
from exgate.plugin.hosts import Hosts, Seen
from exgate.sources.snapshot import Snapshot, folder_name, write_snapshot
from exgate.sources.unreadable import UnreadableFile

_NOT_ASKED = Unreachable(
    Cause.NO_FACTS, "the run that was to save its facts stopped before it was asked", "save them again with --facts-out"
)


class Saving:
    """Writes each host's folder as soon as the host has been asked."""

    def __init__(self, folder: Path, hosts: Hosts, clean: Callable[[Seen], Seen]) -> None:
        """Take the folder that gets the hosts' folders, and what takes the secrets out of what is saved.

        Raises:
            pytest.UsageError: It cannot be made, or two hosts' folders would be the same one.
        """
        self._folder = folder
        self._hosts = hosts
        self._clean = clean
        folders: dict[str, str] = {}
        for name in hosts.declared:
            # Windows and macOS take names that differ in case only for one.
            other = folders.setdefault(folder_name(name).lower(), name)
            if other != name:
                message = f"--facts-out: {other} and {name} would be saved in one folder"
                raise pytest.UsageError(message)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"--facts-out={folder}: no facts can be saved there: {error.strerror or type(error).__name__}"
            raise pytest.UsageError(message) from None

    def begin(self, names: Iterable[str]) -> None:
        """Write that hosts were not asked: so it stays where the run is interrupted before they are.

        Raises:
            pytest.UsageError: It cannot be written.
        """
        for name in names:
            self.save(name, _NOT_ASKED)

    def save(self, name: str, seen: Seen) -> None:
        """Write a host's folder.

        Raises:
            pytest.UsageError: It cannot be written.
        """
        front_ends = self._hosts.front_ends(name)
        seen = self._clean(seen)
        snapshot = Snapshot(host=name, saved_at=datetime.now(UTC), result=seen, front_ends=front_ends)
        try:
            write_snapshot(self._folder, snapshot, _plain(self._hosts.declared[name]))
        except (UnreadableFile, OSError) as error:
            message = f"--facts-out={self._folder}: {name} cannot be saved: {error}"
            raise pytest.UsageError(message) from None


def _plain(declared: Declared) -> DeclaredHost:
    """Give what is declared alone: settings may hold where a password is."""
    return DeclaredHost(
        name=declared.name,
        role=declared.role,
        organization=declared.organization,
        site=declared.site,
        groups=declared.groups,
    )
