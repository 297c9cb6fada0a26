"""Everything that was read of one host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from exgate.facts.events import EventLog
from exgate.facts.metabase import Metabase
from exgate.facts.network import Network
from exgate.facts.registry import Registry
from exgate.facts.services import Services
from exgate.facts.sharepoint import SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown
from exgate.facts.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """The facts of one host; each fails for itself.

    Attributes:
        host: The host's name in the inventory.
        source: How they were read, for example ``WMI over WS-Management, http://10.0.0.5:5985/wsman``.
        collected_at: When, in UTC.
        stack: What WS-Management's Identify said of itself (ProductVersion).
        metabase: The metabase, by WMI and, where it could be read, MetaBase.xml.
        metabase_file: Why MetaBase.xml was not read, or None when it was.
        registry: The registry keys that the article names.
        services: The services that mobile access needs.
        network: The server's names and addresses.
        operating_system: Windows.
        iis: IIS's version.
        exchange: Exchange's version.
        iis_admin_started: When IIS Admin's process was started: changes before that are in effect.
        event_log: What the Application log holds of mobile access.
        sharepoint: Windows SharePoint Services.
        wire: What the web site answered to the machine that runs the tests.
    """

    host: str
    source: str
    collected_at: datetime
    stack: str
    metabase: Metabase | Unknown
    metabase_file: Unknown | None
    registry: Registry
    services: Services | Unknown
    network: Network | Unknown
    operating_system: OperatingSystem | Unknown
    iis: IisVersion | Unknown
    exchange: ExchangeVersion | Unknown
    iis_admin_started: datetime | Unknown
    event_log: EventLog | Unknown
    sharepoint: SharePoint | Unknown
    wire: Wire | Unknown
