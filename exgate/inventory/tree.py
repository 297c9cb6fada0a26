"""The inventory's groups as a graph: who belongs to whom, and whose variables win."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from exgate.inventory.errors import InventoryError
from exgate.inventory.groups import ALL, UNGROUPED, Group, GroupReader, Host
from exgate.inventory.value import ShapeError, Value

_PRIORITY = "ansible_group_priority"


class Tree:
    """Groups, hosts and their variables, with Ansible's inheritance.

    Attributes:
        hosts: All hosts by name, in the order of the file.
        members: Each group's hosts, those of its child groups included, in the order of the file.
        ancestry: Each group and all groups above it.
        warnings: What is ignored, as ``file:line: text``.
    """

    def __init__(self, path: Path, root: Value) -> None:
        reader = GroupReader(path)
        reader.read(root)
        self._path = path
        self._groups: dict[str, Group] = reader.groups
        self.hosts: dict[str, Host] = reader.hosts
        self.warnings: list[str] = reader.warnings
        self._adopt_orphans()
        order = self._parents_first()
        self._depths = self._measure(order)
        self.members: Mapping[str, tuple[str, ...]] = self._collect(order)
        self._group_values: dict[str, dict[str, Value]] = {}
        self._named_in: dict[str, set[str]] = {}
        for group in self._groups.values():
            for host in group.hosts:
                self._named_in.setdefault(host, set()).add(group.name)
        self._parents: dict[str, set[str]] = {name: set() for name in self._groups}
        for group in self._groups.values():
            for child in group.children:
                self._parents[child].add(group.name)

    def groups_of(self, host: str) -> tuple[str, ...]:
        """Return the groups that a host belongs to, the one whose variables win last (Ansible's order).

        Groups are ordered by depth below ``all``, then ``ansible_group_priority``, then name.
        """
        found: set[str] = set()
        waiting = set(self._named_in[host])
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting |= self._parents[name] - found
        return tuple(sorted(found, key=self._rank))

    def variables_of(self, host: str) -> dict[str, Value]:
        """Return a host's variables: those of its groups in the order of `groups_of`, then its own.

        Raises:
            InventoryError: A mapping of variables is malformed.
        """
        merged: dict[str, Value] = {}
        for name in self.groups_of(host):
            merged.update(self._values_of(name))
        for block in self.hosts[host].variables:
            merged.update(self._pairs(block))
        return merged

    def variable_blocks(self) -> list[dict[str, Value]]:
        """Return every mapping of variables in the file, each once.

        Raises:
            InventoryError: A mapping of variables is malformed.
        """
        owners: list[Group | Host] = [*self._groups.values(), *self.hosts.values()]
        blocks = {block.identity: block for owner in owners for block in owner.variables}
        return [dict(self._pairs(block)) for block in blocks.values()]

    def _adopt_orphans(self) -> None:
        children = {child for group in self._groups.values() for child in group.children}
        grouped = {host for group in self._groups.values() if group.name != ALL for host in group.hosts}
        everything = self._groups[ALL]
        for group in self._groups.values():
            if group.name not in children and group.name != ALL:
                everything.children[group.name] = group.line
        for host in self.hosts:
            if host not in grouped:
                self._groups[UNGROUPED].hosts[host] = None

    def _parents_first(self) -> list[str]:
        above = dict.fromkeys(self._groups, 0)
        for group in self._groups.values():
            for child in group.children:
                above[child] += 1
        order = [name for name, count in above.items() if count == 0]
        for name in order:
            for child in self._groups[name].children:
                above[child] -= 1
                if above[child] == 0:
                    order.append(child)
        if len(order) < len(self._groups):
            raise self._cycle({name for name, count in above.items() if count > 0})
        return order

    def _cycle(self, left: set[str]) -> InventoryError:
        # What is left are cycles and what hangs below them; going up from anywhere ends in a cycle.
        parent_of = {child: name for name in sorted(left) for child in self._groups[name].children if child in left}
        path = [min(left)]
        while parent_of[path[-1]] not in path:
            path.append(parent_of[path[-1]])
        first = parent_of[path[-1]]
        cycle = path[path.index(first) :]
        # From the alphabetically first group downwards, so that the text does not depend on where the search began.
        cycle.reverse()
        start = cycle.index(min(cycle))
        cycle = [*cycle[start:], *cycle[:start]]
        line = self._groups[cycle[-1]].children[cycle[0]]
        return InventoryError(
            f"{self._path}:{line}: group {cycle[0]} is a child of itself: {' > '.join([*cycle, cycle[0]])}"
        )

    def _measure(self, order: list[str]) -> dict[str, int]:
        depths = dict.fromkeys(self._groups, 0)
        for name in order:
            for child in self._groups[name].children:
                depths[child] = max(depths[child], depths[name] + 1)
        return depths

    def _collect(self, order: list[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for name in reversed(order):
            group = self._groups[name]
            found[name] = set(group.hosts).union(*(found[child] for child in group.children))
        position = {host: number for number, host in enumerate(self.hosts)}
        return {name: tuple(sorted(found[name], key=position.__getitem__)) for name in self._groups}

    def _rank(self, name: str) -> tuple[int, int, str]:
        priority = self._values_of(name).get(_PRIORITY)
        text = priority.text if priority else ""
        return self._depths[name], int(text) if text.isdecimal() else 1, name

    def _values_of(self, group: str) -> dict[str, Value]:
        if group not in self._group_values:
            blocks = self._groups[group].variables
            self._group_values[group] = {name: value for block in blocks for name, value in self._pairs(block)}
        return self._group_values[group]

    def _pairs(self, block: Value) -> list[tuple[str, Value]]:
        try:
            return list(block.pairs())
        except ShapeError as error:
            raise InventoryError(f"{self._path}:{error.line}: {error}") from None
