"""A folder of hosts' folders, in place of an inventory: each subfolder is a host, and its host.yml says what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from exgate.inventory.declared_host import DeclaredHost
from exgate.inventory.errors import InventoryError
from exgate.inventory.groups import ALL
from exgate.inventory.host_file import HOST_FILE, read_host_file
from exgate.inventory.host_settings import Role
from exgate.inventory.patterns import Names, PatternError, select_hosts

_SIGNS_OF_A_HOST = ("facts.json", "collected.csv", "MetaBase.xml", HOST_FILE)


class HostFolders:
    """The hosts of a folder; made like an inventory, so that patterns select among them.

    Attributes:
        path: The folder.
        hosts: Each host's folder, by name, in the names' order.
        warnings: Nothing: what is wrong in a host's folder is an error of that host.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        """List the hosts.

        Raises:
            InventoryError: There is no such folder, it holds no hosts, or a folder's name does not tell a host's.
        """
        self.path = path
        entries = _entries(path)
        if any(entry.name in _SIGNS_OF_A_HOST for entry in entries):
            raise InventoryError(
                f"{path} is the folder of one host; name the folder above it, and the host with --hosts={path.name}"
            )
        hosts: dict[str, str] = {}
        for folder in entries:
            if folder.name.startswith(".") or not _is_folder(folder):
                continue
            name = unquote(folder.name)
            if not name.isprintable():
                raise InventoryError(f"{path} holds a folder whose name is no host's: {folder.name!a}")
            if name in hosts:
                raise InventoryError(f"{path} holds two folders of {name}: {Path(hosts[name]).name} and {folder.name}")
            hosts[name] = str(folder)
        if not hosts:
            raise InventoryError(f"{path} holds no folder of a host")
        self.hosts: Mapping[str, str] = MappingProxyType(hosts)

    def select(self, pattern: str) -> tuple[str, ...]:
        """Return the hosts that a pattern (see `exgate.inventory.patterns`) matches, at least one.

        Raises:
            InventoryError: The pattern is malformed, names something unknown, or matches no host.
        """
        if not {part.strip() for part in re.split("[,:]", pattern)} <= {ALL, *self.hosts}:
            # Whoever asks for a group must not get less than the group because of a wrong host.yml.
            for name in self.hosts:
                self.declared(name)
        try:
            return select_hosts(pattern, self.names)
        except PatternError as error:
            raise InventoryError(f"{self.path}: {error}") from None

    def declared(self, name: str) -> DeclaredHost:
        """Return what a host's host.yml declares.

        Raises:
            InventoryError: It is missing or wrong.
        """
        return read_host_file(self._file(name), name).declared

    def role_and_organization(self, name: str) -> tuple[Role | None, str | None]:
        """Return what a host is declared to be.

        Raises:
            InventoryError: Its host.yml is missing or wrong.
        """
        declared = self.declared(name)
        return declared.role, declared.organization

    @cached_property
    def names(self) -> Names:
        """Every host and group, for patterns."""
        return Names(self.hosts.keys(), self.groups)

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Each group's hosts, ``all`` among them; a host whose host.yml is wrong belongs to no other one."""
        groups: dict[str, list[str]] = {}
        for name in self.hosts:
            try:
                declared = self.declared(name)
            except InventoryError:
                continue
            for group in dict.fromkeys(declared.groups):
                groups.setdefault(group, []).append(name)
        return {group: tuple(hosts) for group, hosts in groups.items()} | {ALL: tuple(self.hosts)}

    def _file(self, name: str) -> Path:
        return Path(self.hosts[name]) / HOST_FILE


def _entries(path: Path) -> list[Path]:
    try:
        return sorted(path.iterdir())
    except FileNotFoundError:
        raise InventoryError(f"{path}: there is no such folder") from None
    except OSError as error:
        raise InventoryError(f"{path} cannot be read: {error.strerror}") from None


def _is_folder(path: Path) -> bool:
    """Whether it is a folder; one that cannot be looked at is taken for one, and fails when it is read."""
    try:
        return path.is_dir()
    except OSError:
        return True
