"""A folder of hosts' folders, in place of an inventory: each subfolder is a host, and its host.yml says what it is."""

from __future__ import annotations

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

_SIGNS_OF_A_HOST = ("facts.json", "MetaBase.xml", HOST_FILE)


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
            InventoryError: There is no such folder, or it holds no hosts.
        """
        self.path = path
        self.hosts: Mapping[str, str] = MappingProxyType(
            {unquote(folder.name): str(folder) for folder in _subfolders(path)}
        )
        if any((path / name).exists() for name in _SIGNS_OF_A_HOST):
            raise InventoryError(
                f"{path} is the folder of one host; name the folder above it, and the host with --hosts={path.name}"
            )
        if not self.hosts:
            raise InventoryError(f"{path} holds no folder of a host")

    def select(self, pattern: str) -> tuple[str, ...]:
        """Return the hosts that a pattern (see `exgate.inventory.patterns`) matches, at least one.

        Raises:
            InventoryError: The pattern is malformed, names something unknown, or matches no host.
        """
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
        groups: dict[str, list[str]] = {ALL: list(self.hosts)}
        for name in self.hosts:
            try:
                declared = self.declared(name)
            except InventoryError:
                continue
            for group in declared.groups:
                groups.setdefault(group, []).append(name)
        return {group: tuple(hosts) for group, hosts in groups.items()}

    def _file(self, name: str) -> Path:
        return Path(self.hosts[name]) / HOST_FILE


def _subfolders(path: Path) -> list[Path]:
    try:
        entries = sorted(path.iterdir())
    except FileNotFoundError:
        raise InventoryError(f"{path}: there is no such folder") from None
    except OSError as error:
        raise InventoryError(f"{path} cannot be read: {error.strerror}") from None
    return [entry for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
