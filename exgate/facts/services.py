"""Windows services and their state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A service, as Win32_Service shows it.

    Attributes:
        name: The service's short name, for example ``IISADMIN``.
        state: ``Running``, ``Stopped``, ``Start Pending`` ...
        start_mode: ``Auto``, ``Manual``, ``Disabled``.
    """

    name: str
    state: str
    start_mode: str


@dataclass(frozen=True, slots=True)
class Services:
    """The services that were asked for and exist."""

    services: tuple[Service, ...]

    def service(self, name: str) -> Service | None:
        """Give a service by name, in any case, or None when the server has no such service."""
        return next((service for service in self.services if service.name.lower() == name.lower()), None)
