"""What is said of a host before anything is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from exgate.inventory.host_settings import Role
from exgate.inventory.patterns import Names


class Declared(Protocol):
    """What a verdict needs of a host's declaration; `exgate.inventory.HostSettings` has it too."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def role(self) -> Role:
        """What it is for."""

    @property
    def organization(self) -> str | None:
        """Its Exchange organization, or None."""

    @property
    def site(self) -> int | None:
        """The number of the web site that holds /Exchange, or None when it is to be found."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that it belongs to, ``all`` not among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredHost:
    """A host that nobody logs on to: its facts lie in files.

    Attributes:
        name: Its name.
        role: What it is for.
        organization: Its Exchange organization, or None.
        site: The number of the web site that holds /Exchange, or None when it is to be found.
        groups: The groups that it belongs to, ``all`` not among them.
    """

    name: str
    role: Role
    organization: str | None = None
    site: int | None = None
    groups: tuple[str, ...] = ()


class Declarations(Protocol):
    """An inventory, or what stands in its place."""

    @property
    def hosts(self) -> Mapping[str, str]:
        """Each host, and where it is named."""

    @property
    def names(self) -> Names:
        """Every host and group, for patterns."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looks wrong, one line each."""

    def select(self, pattern: str) -> tuple[str, ...]:
        """Return the hosts that a pattern matches.

        Raises:
            InventoryError: It is malformed, names something unknown, or matches none.
        """

    def declared(self, name: str) -> DeclaredHost:
        """Return what a host is declared to be.

        Raises:
            InventoryError: That is missing or wrong.
        """

    def role_and_organization(self, name: str) -> tuple[Role | None, str | None]:
        """Return what a host is declared to be, in short.

        Raises:
            InventoryError: That is wrong.
        """
