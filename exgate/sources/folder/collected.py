"""What the collector has read of a server, as facts: collected.csv, which `exgate collector`'s script writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from exgate.facts.events import EventLog
from exgate.facts.metabase_view import MetabaseView
from exgate.facts.network import Network
from exgate.facts.registry import EXCHANGE_SETUP, Registry, RegistryData, RegistryType
from exgate.facts.services import Services
from exgate.facts.sharepoint import PORTS, VERSION, WEB_SERVER_EXTENSIONS, SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.sources import iis, windows
from exgate.sources.folder import collected_registry
from exgate.sources.folder.collected_events import CollectedEvents, read_events, utc
from exgate.sources.folder.collected_metabase import read_view
from exgate.sources.folder.collected_rows import Rows, incomplete, missing, read_rows
from exgate.sources.sharepoint import sharepoint_of
from exgate.sources.std_reg_prov import mobile_keys_of
from exgate.wsman.answers import Item

COLLECTED_CSV = "collected.csv"
INETSTP = r"SOFTWARE\Microsoft\InetStp"
"""Below HKEY_LOCAL_MACHINE: IIS's version, where WMI does not show it."""
_WMI = "wmi"
_METABASE_XML = "MetaBase.xml"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedFacts:
    """The facts in one collected.csv; each is unknown for itself, with the collector's own reason.

    Attributes:
        computer_name: The computer that the collector ran on.
        collected_at: When, in UTC, by the server's own clock.
        script_version: The collector's version.
        metabase: The metabase by ADSI: effective values.
        metabase_file: Why there is no MetaBase.xml beside this file, or None when there is one.
        registry: The registry keys that the article names.
        services: The services that mobile access needs.
        network: The server's names and addresses, and always what its own name resolves to.
        operating_system: Windows; its clock is not compared.
        iis: IIS's version.
        exchange: Exchange's version.
        iis_admin_started: When IIS Admin's process was started.
        sharepoint: Windows SharePoint Services.
        events: The Application log's records, see `event_log`.
    """

    computer_name: str | Unknown
    collected_at: datetime | Unknown
    script_version: str | Unknown
    metabase: MetabaseView | Unknown
    metabase_file: Unknown | None
    registry: Registry
    services: Services | Unknown
    network: Network | Unknown
    operating_system: OperatingSystem | Unknown
    iis: IisVersion | Unknown
    exchange: ExchangeVersion | Unknown
    iis_admin_started: datetime | Unknown
    sharepoint: SharePoint | Unknown
    events: CollectedEvents | Unknown

    def event_log(self, since: datetime | Unknown, because: str) -> EventLog | Unknown:
        """Give the Application log since a moment.

        Args:
            since: The moment by the server's clock, for example `iis_admin_started`.
            because: What that moment is, in words.
        """
        if isinstance(since, Unknown):
            return since
        return self.events if isinstance(self.events, Unknown) else self.events.since(since, because)


def read_collected(data: bytes) -> CollectedFacts:
    """Read collected.csv.

    Args:
        data: The file.

    Raises:
        UnreadableFile: It is no collected.csv, is cut off, or was written by a newer collector.
    """
    rows = read_rows(data)
    services = _known_or_why(lambda: windows.services_of(_instances(rows, "Win32_Service", windows.SERVICES)))
    return CollectedFacts(
        computer_name=rows.about("computer"),
        collected_at=utc(rows.about("collected_at"), "collected_at"),
        script_version=rows.about("script_version"),
        metabase=_known_or_why(lambda: read_view(rows)),
        metabase_file=_metabase_file(rows),
        registry=mobile_keys_of(lambda path: collected_registry.read_key(rows, path)),
        services=services,
        network=_known_or_why(lambda: _network(rows)),
        operating_system=_known_or_why(
            lambda: windows.operating_system_of(_instances(rows, "Win32_OperatingSystem", windows.OPERATING_SYSTEM))
        ),
        iis=_iis_version(rows),
        exchange=windows.exchange_version_of(*_numbers(rows, EXCHANGE_SETUP, "Services Version", "ServicePackBuild")),
        iis_admin_started=_known_or_why(lambda: _iis_admin_started(rows, services)),
        sharepoint=_sharepoint(rows),
        events=read_events(rows),
    )


def _known_or_why(read: Callable[[], _T | Unknown]) -> _T | Unknown:
    try:
        return read()
    except UnknownFact as error:
        return error.unknown


def _instances(rows: Rows, class_name: str, query: str) -> tuple[Item, ...]:
    return rows.instances(_WMI, class_name, query)


def _metabase_file(rows: Rows) -> Unknown | None:
    written = rows.about("", _METABASE_XML)
    if isinstance(written, Unknown):
        return written
    return None if written == "written" else incomplete(_METABASE_XML)


def _network(rows: Rows) -> Network:
    found = windows.network_of(
        _instances(rows, "Win32_ComputerSystem", windows.COMPUTER),
        _instances(rows, "Win32_NetworkAdapterConfiguration", windows.ADAPTERS),
    )
    try:
        items = _instances(rows, "Win32_PingStatus", windows.RESOLUTION)
    except UnknownFact as error:
        return replace(found, own_name_resolves_to=windows.not_asked_to_resolve(error.unknown.reason))
    own = {name.lower() for name in found.names}
    of_own = tuple(item for item in items if str(item.get("Address")).lower() in own)
    not_asked = own - {str(item.get("Address")).lower() for item in of_own}
    if not_asked:
        return replace(found, own_name_resolves_to=missing(f"what {min(not_asked)} resolves to"))
    return replace(found, own_name_resolves_to=windows.resolved_of(of_own))


def _iis_version(rows: Rows) -> IisVersion | Unknown:
    """Give what WMI shows, else what IIS's setup left in the registry."""
    shown = _known_or_why(lambda: iis.version(_instances(rows, "IIsWebInfo", iis.VERSION)))
    if not isinstance(shown, Unknown):
        return shown
    major, minor = _numbers(rows, INETSTP, "MajorVersion", "MinorVersion")
    return IisVersion(major, minor) if isinstance(major, int) and isinstance(minor, int) else shown


def _numbers(rows: Rows, path: str, *names: str) -> list[RegistryData | Unknown]:
    return [collected_registry.read_data(rows, path, name, RegistryType.REG_DWORD) for name in names]


def _sharepoint(rows: Rows) -> SharePoint | Unknown:
    versions = collected_registry.read_subkeys(rows, WEB_SERVER_EXTENSIONS)
    if isinstance(versions, Unknown):
        return versions
    if VERSION not in (versions or ()):
        return SharePoint(installed=False)
    return sharepoint_of(collected_registry.read_subkeys(rows, PORTS))


def _iis_admin_started(rows: Rows, services: Services | Unknown) -> datetime | Unknown:
    if isinstance(services, Unknown):
        return services
    process = windows.iis_admin_process(services)
    if isinstance(process, Unknown):
        return process
    return windows.started_of(_instances(rows, "Win32_Process", windows.PROCESS))
