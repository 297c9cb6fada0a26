"""Windows services and their state."""

from __future__ import annotations

from dataclasses import dataclass

IIS_ADMIN = "IISADMIN"
RUNNING = "Running"


@dataclass(frozen=True, slots=True)
class Service:
    """A service, as Win32_Service shows it.

    Attributes:
        name: The service's short name, for example ``IISADMIN``.
        state: ``Running``, ``Stopped``, ``Start Pending`` ...
        start_mode: ``Auto``, ``Manual``, ``Disabled``.
        process_id: The process that it runs in, 0 for one that does not run.
    """

    name: str
    state: str
    start_mode: str
    process_id: int = 0

    @property
    def runs(self) -> bool:
        """Whether it runs: no state but ``Running`` serves anybody."""
        return self.state == RUNNING


@dataclass(frozen=True, slots=True)
class Services:
    """The services that were asked for and exist."""

    services: tuple[Service, ...]

    def service(self, name: str) -> Service | None:
        """Give a service by name, in any case, or None when the server has no such service."""
        return next((service for service in self.services if service.name.lower() == name.lower()), None)
