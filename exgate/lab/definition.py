"""What a lab server is: one frozen definition that its WS-Management endpoint and its web site both read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.registry import RegistryValue


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """One record of the Application log, as Win32_NTLogEvent shows it."""

    source: str
    code: int
    generated: datetime
    strings: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How a server misbehaves on the wire; the default is a healthy server.

    Attributes:
        denied_namespaces: WMI namespaces (``root/MicrosoftIISv2``) that answer "access denied".
        latency: Seconds that every HTTP answer of the WS-Management endpoint takes longer.
        reject_logons: Every log-on is refused, whatever the password.
        shell_offered: Whether a command shell may be created.
        shell_quota_exceeded: Creating a shell gives the quota fault 2150859173, as if five were open.
        trickle: Answers are sent one byte a second.
        not_wsman: ``/wsman`` answers 404 with a page, as a web server that is no WinRM.
        drop_after: Close the connection instead of answering after this many SOAP messages; None is never.
        garbage: SOAP messages are answered with text that is no XML.
    """

    denied_namespaces: frozenset[str] = frozenset()
    latency: float = 0.0
    reject_logons: bool = False
    shell_offered: bool = True
    shell_quota_exceeded: bool = False
    trickle: bool = False
    not_wsman: bool = False
    drop_after: int | None = None
    garbage: bool = False


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
        services: State (``Running``, ``Stopped``) by service name.
        started: When the machine and its services were started.
        events: The Application log.
        name_resolves_to: What the server's own name resolves to on the server; the addresses' first when empty.
        product_suite: Win32_OperatingSystem.OSProductSuite; bit 32 is Small Business Server Restricted.
        service_pack_build: ServicePackBuild of Exchange's Setup key; 7638 is Service Pack 2.
        listens: False for a server of which only the address is handed out.
        behaviour: How it misbehaves.
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
    started: datetime = datetime(2026, 3, 2, 4, 30, 12, tzinfo=UTC)
    events: tuple[LoggedEvent, ...] = ()
    name_resolves_to: tuple[str, ...] = ()
    product_suite: int = 272
    service_pack_build: int = 7638
    listens: bool = True
    behaviour: Behaviour = field(default_factory=Behaviour)

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
