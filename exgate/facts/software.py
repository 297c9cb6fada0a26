"""Versions: Windows, IIS, Exchange."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperatingSystem:
    """Windows, as Win32_OperatingSystem shows it.

    Attributes:
        caption: For example ``Microsoft(R) Windows(R) Server 2003, Standard Edition``.
        version: For example ``5.2.3790``.
        service_pack: CSDVersion, ``""`` without one.
        product_suite: OSProductSuite; bit 32 is Small Business Server (restricted).
    """

    caption: str
    version: str
    service_pack: str
    product_suite: int


@dataclass(frozen=True, slots=True)
class IisVersion:
    """IIS, as IIsWebInfo shows it (MajorIIsVersionNumber, MinorIIsVersionNumber)."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class ExchangeVersion:
    r"""Exchange, from HKLM\SOFTWARE\Microsoft\Exchange\Setup.

    Attributes:
        services_version: ``Services Version``: 65 is Exchange Server 2003 (6.5), 60 is Exchange 2000.
        service_pack_build: ``ServicePackBuild``: 7226 is SP1, 7638 is SP2; None before the first service pack.
    """

    services_version: int
    service_pack_build: int | None

    def __str__(self) -> str:
        build = f" build {self.service_pack_build}" if self.service_pack_build else ""
        return f"{self.services_version // 10}.{self.services_version % 10}{build}"
