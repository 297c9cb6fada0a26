"""What a lab server is: one frozen definition that its WS-Management endpoint and its web sites both read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from exgate.facts.events import LoggedEvent
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.registry import RegistryValue
from exgate.lab.events import security_policy_applied
from exgate.lab.server_extensions import SHAREPOINT_SERVICES, WebServerExtensions

STARTED: Final = datetime(2026, 3, 2, 4, 30, 12, tzinfo=UTC)
"""When lab servers were started, unless a definition says something else."""
_EXCHANGE_2003 = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How a server misbehaves over WS-Management; the default is a healthy server.

    Attributes:
        denied_namespaces: WMI namespaces (``root/MicrosoftIISv2``) that answer "access denied".
        denied_registry_keys: Registry keys, hive in front, that StdRegProv may not read, nor what is below them.
        latency: Seconds that every HTTP answer of the WS-Management endpoint takes longer.
        jitter: Seconds by which the latency varies, up and down.
        reject_logons: Every log-on is refused, whatever the password; on the web sites too.
        shell_offered: Whether a command shell may be created.
        shell_quota_exceeded: Creating a shell gives the quota fault 2150859173, as if five were open.
        trickle: Answers are sent one byte a second.
        not_wsman: ``/wsman`` answers 404 with a page, as a web server that is no WinRM.
        drop_after: Close the connection instead of answering after this many SOAP messages; None is never.
        break_after: Reset the connection in the middle of every answer after this many SOAP messages; None is never.
        silent: Connections are taken and requests read, and nothing is ever answered.
        http_status: Every request is answered with this status and no more; 0 for none.
        garbage: SOAP messages are answered with text that is no XML.
    """

    denied_namespaces: frozenset[str] = frozenset()
    denied_registry_keys: frozenset[str] = frozenset()
    latency: float = 0.0
    jitter: float = 0.0
    reject_logons: bool = False
    shell_offered: bool = True
    shell_quota_exceeded: bool = False
    trickle: bool = False
    not_wsman: bool = False
    drop_after: int | None = None
    break_after: int | None = None
    silent: bool = False
    http_status: int = 0
    garbage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBehaviour:
    """What is wrong with a server's web sites although its configuration is right; the default is healthy.

    Attributes:
        listens: False where nothing listens on the web sites' ports, as behind a firewall that resets connections.
        latency: Seconds that every answer takes longer.
        jitter: Seconds by which the latency varies, up and down.
        silent: Connections are taken and requests read, and nothing is ever answered.
        stopped_application_pools: Pools (AppPoolId) that do not run; http.sys answers 503 for what is in them.
        failing_vdirs: Names of virtual directories that answer 500 to everybody, before any log-on.
        mailbox_exists: Whether the lab's account has a mailbox here; without one the store answers 404.
        protocol_versions: MS-ASProtocolVersions of ActiveSync's OPTIONS, empty for an answer without that header.
    """

    listens: bool = True
    latency: float = 0.0
    jitter: float = 0.0
    silent: bool = False
    stopped_application_pools: frozenset[str] = frozenset()
    failing_vdirs: frozenset[str] = frozenset()
    mailbox_exists: bool = True
    protocol_versions: str = "1.0,2.0,2.1,2.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningConfiguration:
    """What IIS has loaded, where that differs from what is written (the article's step 23 is still to be done).

    Attributes:
        metabase_xml: As in `ServerDefinition`.
        ip_restrictions: As in `ServerDefinition`.
    """

    metabase_xml: str
    ip_restrictions: Mapping[str, IPRestrictions] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerDefinition:
    r"""A synthetic Exchange 2003 server.

    Attributes:
        name: The lab's name for it.
        computer_name: NetBIOS name.
        dns_domain: DNS domain; with the computer name in lower case it makes the server's own name.
        addresses: The server's own IPv4 addresses, for example ``10.81.7.11``; the lab binds ``127.81.7.11``.
        role: ``back-end``, ``standalone``, ``sbs`` or ``front-end``, for the inventory that the lab writes.
        metabase_xml: The text of MetaBase.xml with line feeds and no byte order mark.
        ip_restrictions: IP restrictions by metabase location; kept apart because MetaBase.xml holds a binary block.
        registry: Values by key path (``HKLM\SYSTEM\...``); parent keys exist by themselves.
        services: State (``Running``, ``Stopped``) by service name. Without W3SVC nothing listens on the web sites'
            ports; without MSExchangeIS the store does not answer.
        started: When the machine and its services were started.
        iis_admin_started: When IIS Admin was started last, None for with the machine (the article's step 23).
        events: The Application log; the default holds one record from before the start, so that it reaches back.
        name_resolves_to: What the server's own name resolves to on the server; the addresses' first when empty.
        product_suite: Win32_OperatingSystem.OSProductSuite; bit 32 is Small Business Server Restricted.
        services_version: "Services Version" of Exchange's Setup key; 65 is Exchange 2003, 60 Exchange 2000.
        service_pack_build: ServicePackBuild of Exchange's Setup key; 7226 is Service Pack 1, 7638 Service Pack 2.
        web_server_extensions: Windows SharePoint Services or FrontPage extensions (KB 823265), None without.
        running: What the web sites enforce instead of what is written, None where the two are the same.
        listens: False for a server of which only the address is handed out.
        reachable: False for a server to which connecting times out.
        failure: How it fails as one of many (`exgate.lab.farm`), empty for a server that does not.
        copy_of: The server that this one differs from in name, computer name and address only, and shares its answers
            with; its own names are the longest that a copy may have. None for a server that is no copy.
        behaviour: How it misbehaves over WS-Management.
        site_behaviour: How its web sites misbehave.
    """

    name: str
    computer_name: str
    dns_domain: str
    addresses: tuple[str, ...]
    role: str
    metabase_xml: str
    ip_restrictions: Mapping[str, IPRestrictions] = field(default_factory=lambda: MappingProxyType({}))
    registry: Mapping[str, tuple[RegistryValue, ...]] = field(default_factory=lambda: MappingProxyType({}))
    services: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    started: datetime = STARTED
    iis_admin_started: datetime | None = None
    events: tuple[LoggedEvent, ...] = (security_policy_applied(datetime(2026, 3, 1, 22, 4, 51, tzinfo=UTC)),)
    name_resolves_to: tuple[str, ...] = ()
    product_suite: int = 272
    services_version: int = _EXCHANGE_2003
    service_pack_build: int = 7638
    web_server_extensions: WebServerExtensions | None = None
    running: RunningConfiguration | None = None
    listens: bool = True
    reachable: bool = True
    failure: str = ""
    copy_of: ServerDefinition | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)
    site_behaviour: SiteBehaviour = field(default_factory=SiteBehaviour)

    @property
    def dns_name(self) -> str:
        """The server's fully qualified name, lower case."""
        return f"{self.computer_name}.{self.dns_domain}".lower()

    @property
    def own_names(self) -> frozenset[str]:
        """Every name the server knows itself by, lower case."""
        return frozenset({self.computer_name.lower(), self.dns_name, "localhost"})

    @property
    def resolved_addresses(self) -> tuple[str, ...]:
        """What the server's own name resolves to on the server."""
        return self.name_resolves_to or self.addresses[:1]

    @property
    def iis_admin_start(self) -> datetime:
        """When IIS Admin was started last."""
        return self.iis_admin_started or self.started

    @property
    def all_services(self) -> Mapping[str, str]:
        """State by service name, with the one that Windows SharePoint Services bring along."""
        extensions = self.web_server_extensions
        timer = {"SPTimer": "Running"} if extensions and extensions.version == SHAREPOINT_SERVICES else {}
        return {**self.services, **timer}

    @property
    def exchange_version(self) -> str:
        """Exchange's version as the store shows it in MS-WebStorage, for example ``6.5.7638``."""
        return f"{'6.5' if self.services_version == _EXCHANGE_2003 else '6.0'}.{self.service_pack_build}"

    def runs(self, service: str) -> bool:
        """Whether a service runs; one that the server does not have is missed by nobody."""
        return self.services.get(service, "Running") == "Running"

    def full_registry(self) -> Mapping[str, tuple[RegistryValue, ...]]:
        """Give the registry with the keys of the web server extensions."""
        extensions = self.web_server_extensions.registry() if self.web_server_extensions else {}
        return {**self.registry, **extensions}
