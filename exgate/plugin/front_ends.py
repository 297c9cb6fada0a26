"""Which front-end servers the inventory names beside a server, in the same organization."""

from __future__ import annotations

from functools import cached_property

from exgate.facts.role import Role
from exgate.facts.unknown import Unknown
from exgate.inventory import Declarations, Declared, InventoryError


class FrontEnds:
    """The front-end servers of an inventory, whether --hosts selects them or not."""

    def __init__(self, inventory: Declarations) -> None:
        """Take the inventory; its other hosts are looked at when the first server needs to know."""
        self._inventory = inventory

    def beside(self, host: Declared) -> tuple[str, ...] | Unknown:
        """Give the front-end servers of a host's organization; Unknown where the inventory does not tell."""
        ours, everyone = host.organization, self._organizations
        if isinstance(everyone, Unknown):
            return everyone
        if not everyone:
            return _none_beside(host)
        if ours is None:
            return Unknown(
                f"the inventory names front-end servers ({', '.join(everyone)}), but not this server's organization",
                "set organization: for this server",
            )
        same = tuple(each for each, theirs in everyone.items() if theirs and _folded(theirs) == _folded(ours))
        homeless = [each for each, theirs in everyone.items() if theirs is None]
        if homeless and not same:
            return Unknown(
                f"the inventory does not say which organization the front-end server {homeless[0]} belongs to",
                "set organization: for it",
            )
        return same or _none_beside(host)

    @cached_property
    def _organizations(self) -> dict[str, str | None] | Unknown:
        """Each front-end server's organization, None where the inventory does not name it."""
        try:
            declared = {name: self._inventory.role_and_organization(name) for name in self._inventory.hosts}
        except InventoryError as error:
            return Unknown(f"the inventory's front-end servers are not known: {error}", "correct the inventory")
        undeclared = [name for name, (role, _) in declared.items() if role is None]
        if undeclared:
            return Unknown(f"the inventory does not say what {undeclared[0]} is", "set role: for it")
        return {name: theirs for name, (role, theirs) in declared.items() if role == Role.FRONT_END.value}


def _none_beside(host: Declared) -> tuple[str, ...] | Unknown:
    """Give no front-end, unless the host's own role says that there is one."""
    if host.role.value == Role.BACK_END.value:
        return Unknown(
            "role back-end means that there is a front-end server, but the inventory names none of its own",
            "name it in the inventory, or set role: standalone for this server",
        )
    return ()


def _folded(organization: str) -> str:
    """Give an organization's name as names are compared."""
    return organization.strip().casefold()
