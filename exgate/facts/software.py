"""Versions: Windows, IIS, Exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from exgate.facts.unknown import Unknown


@dataclass(frozen=True, slots=True)
class OperatingSystem:
    """Windows, as Win32_OperatingSystem shows it.

    Attributes:
        caption: For example ``Microsoft(R) Windows(R) Server 2003, Standard Edition``.
        version: For example ``5.2.3790``.
        service_pack: CSDVersion, ``""`` without one.
        product_suite: OSProductSuite; bit 32 is Small Business Server (restricted).
        clock_ahead: How far the server's clock is ahead of this machine's, negative when it is behind.
    """

    caption: str
    version: str
    service_pack: str
    product_suite: int
    clock_ahead: timedelta | Unknown = timedelta(0)


@dataclass(frozen=True, slots=True)
class IisVersion:
    """IIS, as IIsWebInfo shows it (MajorIIsVersionNumber, MinorIIsVersionNumber)."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


EXCHANGE_2003 = 65
"""Services Version of Exchange Server 2003."""
SP1_BUILD, SP2_BUILD = 7226, 7638


@dataclass(frozen=True, slots=True)
class ExchangeVersion:
    r"""Exchange, from HKLM\SOFTWARE\Microsoft\Exchange\Setup.

    Attributes:
        services_version: ``Services Version``: 65 is Exchange Server 2003 (6.5), 60 is Exchange 2000.
        service_pack_build: ``ServicePackBuild``: 7226 is SP1, 7638 is SP2; None before the first service pack.
    """

    services_version: int
    service_pack_build: int | None

    @property
    def service_pack(self) -> int:
        """The service pack that the build belongs to, 0 for none."""
        build = self.service_pack_build or 0
        return next((number for number, first in ((2, SP2_BUILD), (1, SP1_BUILD)) if build >= first), 0)

    def __str__(self) -> str:
        build = f" build {self.service_pack_build}" if self.service_pack_build else ""
        return f"{self.services_version // 10}.{self.services_version % 10}{build}"
