"""Groups and hosts as the inventory file nests them (the layout of Ansible's YAML inventories)."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path

from exgate.inventory.errors import InventoryError
from exgate.inventory.host_ranges import RangeError, expand_host_name
from exgate.inventory.value import ShapeError, Value

ALL = "all"
UNGROUPED = "ungrouped"
_SECTIONS = ("hosts", "children", "vars")
_GROUP_NAME = re.compile(r"[^\s:,&!~*?\[\]]+")


@dataclass(slots=True)
class Group:
    """A group while the file is read.

    Attributes:
        name: The group's name.
        line: Where it is first named.
        children: Its child groups and the line that makes each its child.
        hosts: The hosts that are named in it.
        variables: Its ``vars``, in the order of the file.
        defined: Whether it is more than a name under ``children``.
    """

    name: str
    line: int
    children: dict[str, int] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)
    variables: list[Value] = field(default_factory=list)
    defined: bool = False


@dataclass(slots=True)
class Host:
    """A host while the file is read.

    Attributes:
        name: The host's name, ranges expanded.
        line: Where it is first named.
        variables: Its variables from each place that names it, in the order of the file.
    """

    name: str
    line: int
    variables: list[Value] = field(default_factory=list)


class GroupReader:
    """Reads the nesting of groups and hosts; variables stay unread.

    Attributes:
        groups: All groups by name, ``all`` and ``ungrouped`` among them.
        hosts: All hosts by name, in the order of the file.
        warnings: What is ignored, as ``file:line: text``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: set[tuple[str, int]] = set()
        self.groups: dict[str, Group] = {}
        self.hosts: dict[str, Host] = {}
        self.warnings: list[str] = []

    def read(self, root: Value) -> None:
        """Read the whole document.

        Raises:
            InventoryError: A shape, a name or a range is wrong, or a child group is defined nowhere.
        """
        if not root.is_mapping:
            raise self._error(root.line, f"the file is {root.kind}; expected a mapping of groups")
        for name, body in self._pairs(root):
            self._read_group(name, body, defined=True)
        for name in (ALL, UNGROUPED):
            self.groups.setdefault(name, Group(name, root.line)).defined = True
        self._check_children()

    def _read_group(self, name: str, body: Value, *, defined: bool) -> None:
        group = self.groups.get(name)
        if group is None:
            if not _GROUP_NAME.fullmatch(name):
                raise self._error(
                    body.line, f'group name "{name}" is empty or holds white space or one of : , & ! ~ * ? [ ]'
                )
            group = self.groups[name] = Group(name, body.line)
        group.defined = group.defined or defined or not body.is_null
        if body.is_null or (name, body.identity) in self._read:
            return
        # An alias may name the same body any number of times, from within itself too.
        self._read.add((name, body.identity))
        if not body.is_mapping:
            raise self._error(
                body.line, f"group {name} is {body.kind}; expected a mapping with hosts, children or vars"
            )
        for section, content in self._pairs(body):
            if section == "hosts":
                self._read_hosts(group, content)
            elif section == "children":
                self._read_children(group, content)
            elif section == "vars":
                if not content.is_null:
                    group.variables.append(self._mapping(content, f"vars of group {name}"))
            else:
                self._reject_or_warn(group, section, content.line)

    def _read_hosts(self, group: Group, content: Value) -> None:
        for name, body in self._entries(content, f"hosts of group {group.name}"):
            variables = None if body.is_null else self._mapping(body, f"host {name}")
            try:
                for host_name in expand_host_name(name):
                    host = self.hosts.get(host_name)
                    if host is None:
                        host = self.hosts[host_name] = Host(host_name, body.line)
                    group.hosts[host_name] = None
                    if variables is not None:
                        host.variables.append(variables)
            except RangeError as error:
                raise self._error(body.line, str(error)) from None

    def _read_children(self, group: Group, content: Value) -> None:
        for name, body in self._entries(content, f"children of group {group.name}"):
            group.children.setdefault(name, body.line)
            self._read_group(name, body, defined=False)

    def _entries(self, content: Value, what: str) -> list[tuple[str, Value]]:
        if content.is_null:
            return []
        return self._pairs(self._mapping(content, what))

    def _mapping(self, value: Value, what: str) -> Value:
        if not value.is_mapping:
            advice = ' (write "name:", not "- name")' if value.is_list else ""
            raise self._error(value.line, f"{what}: {value.kind}; expected a mapping{advice}")
        return value

    def _pairs(self, value: Value) -> list[tuple[str, Value]]:
        try:
            return list(dict(value.pairs()).items())
        except ShapeError as error:
            raise self._error(error.line, str(error)) from None

    def _reject_or_warn(self, group: Group, section: str, line: int) -> None:
        meant = difflib.get_close_matches(section.lower(), _SECTIONS, 1, 0.7)
        if meant:
            raise self._error(line, f'group {group.name}: "{section}" is not known; did you mean {meant[0]}?')
        self.warnings.append(
            f'{self._path}:{line}: group {group.name}: "{section}" is ignored; a group has hosts, children and vars'
        )

    def _check_children(self) -> None:
        for group in self.groups.values():
            for name, line in group.children.items():
                if self.groups[name].defined:
                    continue
                known = [other.name for other in self.groups.values() if other.defined and other is not group]
                meant = difflib.get_close_matches(name, known, 1)
                advice = f"did you mean {meant[0]}?" if meant else f"for an empty group write {name}: {{}}"
                raise self._error(line, f'child group "{name}" of group {group.name} is not defined; {advice}')
        for name in self.groups.keys() & self.hosts.keys():
            line = self.hosts[name].line
            self.warnings.append(f'{self._path}:{line}: "{name}" is a host and a group; a pattern means the group')

    def _error(self, line: int, problem: str) -> InventoryError:
        return InventoryError(f"{self._path}:{line}: {problem}")
