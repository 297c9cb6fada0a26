"""The inventory file as a whole."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from exgate.inventory.declared_host import DeclaredHost
from exgate.inventory.document import read_document
from exgate.inventory.errors import InventoryError
from exgate.inventory.groups import ALL
from exgate.inventory.host_settings import HostSettings, Role
from exgate.inventory.patterns import Names, PatternError, select_hosts
from exgate.inventory.secret import Secret
from exgate.inventory.secret_ref import SecretResolver
from exgate.inventory.settings_reader import MAX_SITE, SettingsReader
from exgate.inventory.tree import Tree
from exgate.inventory.variables import Variables, misspellings


class Inventory:
    """Hosts, groups and settings of one inventory file; made by `load_inventory`.

    Attributes:
        path: The file.
        hosts: Each host's ``file:line`` where it is first named, in the order of the file.
        groups: Each group's hosts in the same order, those of child groups included; ``all`` and ``ungrouped`` exist.
        names: The same, for patterns.
        warnings: What the file holds and this program ignores though it looks meant, as ``file:line: text``.
    """

    def __init__(self, path: Path, tree: Tree, warnings: tuple[str, ...]) -> None:
        self.path = path
        self.hosts: Mapping[str, str] = MappingProxyType(
            {host.name: f"{path}:{host.line}" for host in tree.hosts.values()}
        )
        self.groups: Mapping[str, tuple[str, ...]] = MappingProxyType(dict(tree.members))
        self.warnings = warnings
        self._tree = tree
        self.names = Names(self.hosts.keys(), self.groups)
        self._resolver = SecretResolver()
        self._reader = SettingsReader(self._resolver)
        self._settings: dict[str, HostSettings] = {}

    def __repr__(self) -> str:
        return f"<Inventory {self.path}: {len(self.hosts)} hosts, {len(self.groups)} groups>"

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The passwords of its hosts that were fetched so far."""
        return self._resolver.secrets

    def select(self, pattern: str) -> tuple[str, ...]:
        """Return the hosts that a pattern (see `exgate.inventory.patterns`) matches.

        Args:
            pattern: For example ``backends``, ``be01,be02``, ``backends:!be07``, ``be*:&prague``.

        Returns:
            Host names, each once, in the order of the inventory; at least one.

        Raises:
            InventoryError: The pattern is malformed, names something unknown, or matches no host.
        """
        try:
            return select_hosts(pattern, self.names)
        except PatternError as error:
            raise InventoryError(f"{self.path}: {error}") from None

    def settings(self, name: str) -> HostSettings:
        """Return one host's settings; only now are its variables judged, so no other host is in the way.

        Raises:
            InventoryError: The host is unknown, or a variable that applies to it is missing or wrong.
        """
        if name not in self.hosts:
            raise InventoryError(f"{self.path}: {self.names.explain_unknown(name)}")
        if name not in self._settings:
            groups = tuple(group for group in self._tree.groups_of(name) if group != ALL)
            self._settings[name] = self._reader.read(self._variables(name), groups)
        return self._settings[name]

    def declared(self, name: str) -> DeclaredHost:
        """Return what a host is declared to be, for a host that nobody logs on to.

        Raises:
            InventoryError: The host is unknown, or one of these variables is missing or wrong.
        """
        role, organization = self.role_and_organization(name)
        variables = self._variables(name)
        if role is None:
            raise variables.error(None, f"role is not set; set it to one of {', '.join(Role)}")
        groups = tuple(group for group in self._tree.groups_of(name) if group != ALL)
        return DeclaredHost(
            name=name, role=role, organization=organization, site=variables.number("site", 1, MAX_SITE), groups=groups
        )

    def role_and_organization(self, name: str) -> tuple[Role | None, str | None]:
        """Return what a host is declared to be, whether its other settings are right or not.

        Raises:
            InventoryError: The host is unknown, or one of the two is wrong.
        """
        if name not in self.hosts:
            raise InventoryError(f"{self.path}: {self.names.explain_unknown(name)}")
        variables = self._variables(name)
        return variables.choice("role", Role), variables.text("organization")

    def _variables(self, name: str) -> Variables:
        return Variables(self.path, name, self._tree.hosts[name].line, self._tree.variables_of(name))


def load_inventory(path: Path) -> Inventory:
    """Load an inventory in the layout of Ansible's YAML inventories.

    Args:
        path: The file; texts name it as it is given here.

    Raises:
        InventoryError: The file is missing, not YAML, or its groups and hosts are malformed; variables of hosts are
            judged by `Inventory.settings` only.
    """
    with _collector_paused():
        return _load(path)


def _load(path: Path) -> Inventory:
    tree = Tree(path, read_document(path))
    unread = [
        f"{folder}: this folder is not read; put its variables into {path}"
        for folder in (path.parent / "group_vars", path.parent / "host_vars")
        if folder.is_dir()
    ]
    return Inventory(path, tree, (*tree.warnings, *misspellings(path, tree.variable_blocks()), *unread))


@contextmanager
def _collector_paused() -> Iterator[None]:
    # A big file becomes objects that all stay, and looking through them for garbage takes most of the time otherwise.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
