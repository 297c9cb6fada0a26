"""Exports of the registry as facts."""

from __future__ import annotations

from datetime import timedelta

from exgate.facts.registry import (
    EXCHANGE_SETUP,
    MASSYNC,
    MASSYNC_PARAMETERS,
    Registry,
    RegistryData,
    RegistryType,
)
from exgate.facts.sharepoint import PORTS, SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact, known
from exgate.sources.folder.reg_export import (
    COMPUTER_NAME,
    CURRENT_VERSION,
    INET_STP,
    PRODUCT_OPTIONS,
    SHAREPOINT,
    TIME_ZONE,
)
from exgate.sources.folder.reg_files import RegistryExports
from exgate.sources.sharepoint import sharepoint_of
from exgate.sources.windows import exchange_version_of

CLOCK = Unknown("an export does not show how far the server's clock is ahead", "compare it with another clock")

_SUITES = {
    "small business": 1,
    "enterprise": 2,
    "backoffice": 4,
    "communicationserver": 8,
    "terminal server": 16,
    "small business(restricted)": 32,
    "embeddednt": 64,
    "datacenter": 128,
    "personal": 512,
    "blade": 1024,
}
"""ProductSuite's texts, as bits of OSProductSuite (VER_SUITE_... in winnt.h)."""
_MOST_HOURS = 15


def registry(exports: RegistryExports) -> Registry:
    """Give the keys in which ExchangeVDir is looked for."""
    return Registry({path.lower(): exports.key(path) for path in (MASSYNC_PARAMETERS, MASSYNC)})


def exchange_version(exports: RegistryExports) -> ExchangeVersion | Unknown:
    """Give Exchange's version out of its Setup key."""
    number = RegistryType.REG_DWORD
    return exchange_version_of(
        _data(exports, EXCHANGE_SETUP, "Services Version", number),
        _data(exports, EXCHANGE_SETUP, "ServicePackBuild", number),
    )


def iis_version(exports: RegistryExports) -> IisVersion | Unknown:
    """Give IIS's version out of what its Setup has left."""
    try:
        numbers = [_number(exports, INET_STP, name) for name in ("MajorVersion", "MinorVersion")]
    except UnknownFact as error:
        return error.unknown
    return IisVersion(*numbers)


def operating_system(exports: RegistryExports) -> OperatingSystem | Unknown:
    """Give Windows's version and product suite; how its clock goes no export shows."""
    try:
        version, build = (_text(exports, CURRENT_VERSION, name) for name in ("CurrentVersion", "CurrentBuildNumber"))
        return OperatingSystem(
            caption=_text(exports, CURRENT_VERSION, "ProductName"),
            version=f"{version}.{build}",
            service_pack=str(known(_data(exports, CURRENT_VERSION, "CSDVersion", RegistryType.REG_SZ)) or ""),
            product_suite=_suite(exports),
            clock_ahead=CLOCK,
        )
    except UnknownFact as error:
        return error.unknown


def sharepoint(exports: RegistryExports) -> SharePoint | Unknown:
    """Give whether Windows SharePoint Services are installed, and on which web sites."""
    version = exports.key(SHAREPOINT)
    if isinstance(version, Unknown):
        return version
    if version.values is None:
        return SharePoint(installed=False)
    return sharepoint_of(exports.subkeys(PORTS))


def computer_name(exports: RegistryExports) -> str | Unknown | None:
    """Give the NetBIOS name, None when the registry holds none."""
    data = _data(exports, COMPUTER_NAME, "ComputerName", RegistryType.REG_SZ)
    return data if isinstance(data, Unknown) else str(data or "") or None


def utc_offset(exports: RegistryExports) -> timedelta | Unknown:
    """Give how far the server's local time was ahead of UTC when the export was made, negative when it was behind.

    ActiveTimeBias counts the minutes the other way round, and daylight saving time is in it.
    """
    try:
        stored = _number(exports, TIME_ZONE, "ActiveTimeBias")
    except UnknownFact as error:
        return error.unknown
    bias = timedelta(minutes=stored - (1 << 32) if stored >= 1 << 31 else stored)
    if abs(bias) > timedelta(hours=_MOST_HOURS):
        return Unknown(
            f"ActiveTimeBias of HKLM\\{TIME_ZONE} is {stored}, which is no time zone's", "look at it in regedit"
        )
    return -bias


def _suite(exports: RegistryExports) -> int:
    """Give the bits that stand for ProductSuite's texts; those of later versions have none."""
    key = known(exports.key(PRODUCT_OPTIONS))
    if key.values is None:
        raise UnknownFact(Unknown(f"there is no HKLM\\{PRODUCT_OPTIONS}, which every Windows has", "export it anew"))
    texts = known(_data(exports, PRODUCT_OPTIONS, "ProductSuite", RegistryType.REG_MULTI_SZ))
    return sum({_SUITES.get(text.lower(), 0) for text in texts}) if isinstance(texts, tuple) else 0


def _text(exports: RegistryExports, path: str, name: str) -> str:
    data = known(_data(exports, path, name, RegistryType.REG_SZ))
    return known(data if isinstance(data, str) and data else _missing(path, name))


def _number(exports: RegistryExports, path: str, name: str) -> int:
    data = known(_data(exports, path, name, RegistryType.REG_DWORD))
    return known(data if isinstance(data, int) else _missing(path, name))


def _data(exports: RegistryExports, path: str, name: str, kind: RegistryType) -> RegistryData | Unknown:
    """Give a value's data as a reader of its type finds them; None when there is no such value."""
    key = exports.key(path)
    if isinstance(key, Unknown):
        return key
    value = key.any_case(name)
    if value is None:
        return None
    if value.type != kind:
        return Unknown(f"HKLM\\{path} holds {name} as {value.type_name}, not as {kind.name}", "look at it in regedit")
    return value.data


def _missing(path: str, name: str) -> Unknown:
    return Unknown(f"HKLM\\{path} holds no {name}", f"look at the key in regedit, and export HKLM\\{path} anew")
