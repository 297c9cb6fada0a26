r"""Windows itself by WMI: names, addresses, services, version (root\cimv2), and Exchange's version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING

from exgate.facts.network import Network
from exgate.facts.registry import EXCHANGE_SETUP, RegistryData, RegistryType
from exgate.facts.services import IIS_ADMIN, Service, Services
from exgate.facts.software import EXCHANGE_2003, SP1_BUILD, SP2_BUILD, ExchangeVersion, OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact, known
from exgate.sources.std_reg_prov import read_data
from exgate.wsman.answers import Item, integer, moment, values_of
from exgate.wsman.errors import FaultError

if TYPE_CHECKING:
    from exgate.wsman.session import Session

NAMESPACE = r"root\cimv2"
OPERATING_SYSTEM = "SELECT Caption, CSDVersion, LocalDateTime, OSProductSuite, Version FROM Win32_OperatingSystem"
COMPUTER = "SELECT Name, Domain, PartOfDomain FROM Win32_ComputerSystem"
ADAPTERS = "SELECT IPAddress, DNSHostName, DNSDomain FROM Win32_NetworkAdapterConfiguration WHERE IPEnabled = TRUE"
SERVICE_NAMES = (IIS_ADMIN, "W3SVC", "HTTPFilter", "MSExchangeIS", "MSExchangeSA")
_NAMED = " OR ".join(f"Name = '{name}'" for name in SERVICE_NAMES)
SERVICES = f"SELECT Name, State, StartMode, ProcessId FROM Win32_Service WHERE {_NAMED}"  # noqa: S608 - WQL of constants
SHAREPOINT_TIMER = "SPTimer"
"""The service that Windows SharePoint Services 2.0 install, and no other version."""
SERVICES_AND_TIMER = f"{SERVICES} OR Name = '{SHAREPOINT_TIMER}'"
PROCESS = "SELECT CreationDate FROM Win32_Process WHERE ProcessId = {}"
RESOLUTION = "SELECT Address, ProtocolAddress, PrimaryAddressResolutionStatus FROM Win32_PingStatus WHERE "

_PING_BY_HAND = "run ping with the server's own name on the server, and check DNS and the hosts file"
NOT_RESOLVED = Unknown(
    "what the server's own name resolves to was not asked for: no secondary virtual directory is in use",
    "set ExchangeVDir first",
)
NOT_COMPARED = Unknown(
    "the server's clock was not compared with this machine's", "compare them by hand (w32tm /stripchart)"
)


def operating_system(session: Session) -> OperatingSystem:
    """Read Windows's version and product suite.

    Raises:
        UnknownFact: An answer without them.
        WsmanError: The message failed.
    """
    items = session.enumerate_wql(NAMESPACE, OPERATING_SYSTEM)
    found = operating_system_of(items)
    its_time = moment(items[0].get("LocalDateTime"))
    unknown = Unknown("WMI did not show the server's clock (LocalDateTime)", "repair WMI on the server")
    return replace(found, clock_ahead=its_time - datetime.now(UTC) if its_time else unknown)


def operating_system_of(items: tuple[Item, ...]) -> OperatingSystem:
    """Read the answer to `OPERATING_SYSTEM`; the server's clock is not compared with this machine's.

    Raises:
        UnknownFact: It lacks something.
    """
    item = _only(items, "Win32_OperatingSystem")
    return OperatingSystem(
        caption=_text(item, "Caption"),
        version=_text(item, "Version"),
        service_pack=_text(item, "CSDVersion"),
        product_suite=_number(item, "OSProductSuite"),
        clock_ahead=NOT_COMPARED,
    )


def network(session: Session, *, resolve: bool) -> Network:
    """Read the server's names and addresses.

    A server in Active Directory has told its name and its domain at an NTLM log-on, and is not asked for them again.

    Args:
        session: The host's session.
        resolve: Whether to let the server resolve its own name.

    Raises:
        UnknownFact: An answer without them.
        WsmanError: A message failed.
    """
    member = session.server
    told = {"Name": member.computer_name, "Domain": member.dns_domain, "PartOfDomain": "true"} if member else None
    computers = (told,) if told else session.enumerate_wql(NAMESPACE, COMPUTER)
    found = network_of(computers, session.enumerate_wql(NAMESPACE, ADAPTERS))
    return replace(found, own_name_resolves_to=_resolve(session, found.names)) if resolve else found


def network_of(computers: tuple[Item, ...], adapters: tuple[Item, ...]) -> Network:
    """Read the answers to `COMPUTER` and `ADAPTERS`; what the server's own name resolves to is not among them.

    Raises:
        UnknownFact: They lack something.
    """
    computer = _only(computers, "Win32_ComputerSystem")
    name = _text(computer, "Name")
    return Network(
        computer_name=name,
        dns_names=_dns_names(name, computer, adapters),
        addresses=tuple(_addresses(value for item in adapters for value in values_of(item, "IPAddress"))),
        own_name_resolves_to=NOT_RESOLVED,
    )


def services(session: Session) -> tuple[Services, bool]:
    """Read the state of `SERVICE_NAMES`.

    Returns:
        It, and whether there is Windows SharePoint Services' timer.

    Raises:
        UnknownFact: An answer without names.
        WsmanError: The message failed.
    """
    found = services_of(session.enumerate_wql(NAMESPACE, SERVICES_AND_TIMER))
    timer = found.service(SHAREPOINT_TIMER)
    return Services(tuple(service for service in found.services if service is not timer)), timer is not None


def services_of(items: tuple[Item, ...]) -> Services:
    """Read the answer to `SERVICES`.

    Raises:
        UnknownFact: It lacks something.
    """
    return Services(
        tuple(
            Service(_text(i, "Name"), _text(i, "State"), _text(i, "StartMode"), _number(i, "ProcessId")) for i in items
        )
    )


def iis_admin_started(session: Session, found: Services) -> datetime | Unknown:
    """Read when the process that IIS Admin runs in was started (inetinfo.exe).

    Args:
        session: The host's session.
        found: The services.

    Raises:
        UnknownFact: An answer without it.
        WsmanError: The message failed.
    """
    process = iis_admin_process(found)
    return (
        process
        if isinstance(process, Unknown)
        else started_of(session.enumerate_wql(NAMESPACE, PROCESS.format(process)))
    )


def iis_admin_process(found: Services) -> int | Unknown:
    """Give the number of the process that IIS Admin runs in."""
    service = found.service(IIS_ADMIN)
    if service is None or not service.runs or not service.process_id:
        return Unknown("IIS Admin does not run, so that it has no last start", "start it (net start iisadmin)")
    return service.process_id


def started_of(processes: tuple[Item, ...]) -> datetime | Unknown:
    """Read the answer to `PROCESS`.

    Raises:
        UnknownFact: It shows none, or several.
    """
    started = moment(_only(processes, "Win32_Process").get("CreationDate"))
    if started is None:
        return Unknown("WMI did not show when IIS Admin's process was started", "repair WMI on the server")
    return started.astimezone(UTC)


def exchange_version(session: Session) -> ExchangeVersion | Unknown:
    """Read Exchange's version out of its Setup key; a service pack of Exchange Server 2003 tells it by its build.

    Raises:
        WsmanError: A message failed.
    """
    build = read_data(session, EXCHANGE_SETUP, "ServicePackBuild", RegistryType.REG_DWORD)
    if build in (SP1_BUILD, SP2_BUILD):
        return exchange_version_of(EXCHANGE_2003, build)
    version = read_data(session, EXCHANGE_SETUP, "Services Version", RegistryType.REG_DWORD)
    return exchange_version_of(version, build)


def exchange_version_of(version: RegistryData | Unknown, build: RegistryData | Unknown) -> ExchangeVersion | Unknown:
    """Make a version of what Exchange's Setup key holds.

    Args:
        version: ``Services Version``, None when it is not there.
        build: ``ServicePackBuild``, None before the first service pack.
    """
    if isinstance(version, Unknown):
        return version
    if not isinstance(version, int):
        return Unknown(
            f"HKLM\\{EXCHANGE_SETUP} holds no Services Version: Exchange is not installed, or not as expected",
            "check that this host is an Exchange server",
        )
    if isinstance(build, Unknown):
        return build
    return ExchangeVersion(version, build if isinstance(build, int) else None)


def _resolve(session: Session, names: Iterable[str]) -> tuple[IPv4Address, ...] | Unknown:
    """Let the server resolve names as its own services do: Win32_PingStatus pings from there.

    Raises:
        WsmanError: The connection failed; a fault is this fact's own and hides no other.
    """
    condition = " OR ".join(f"Address = '{_quote(name)}'" for name in names)
    try:
        items = session.enumerate_wql(NAMESPACE, RESOLUTION + condition)
    except FaultError as error:
        return not_asked_to_resolve(str(error.fault))
    return resolved_of(items)


def not_asked_to_resolve(why: str) -> Unknown:
    """Give what is known of the server's own name's addresses where the server could not be asked."""
    return Unknown(f"the server could not be asked what its own name resolves to: {why}", _PING_BY_HAND)


def resolved_of(items: tuple[Item, ...]) -> tuple[IPv4Address, ...] | Unknown:
    """Read the answer to `RESOLUTION`."""
    resolved = [item.get("ProtocolAddress") for item in items if item.get("PrimaryAddressResolutionStatus") == "0"]
    addresses = tuple(dict.fromkeys(_addresses(resolved)))
    if not addresses:
        return Unknown(
            "the server could not tell what its own name resolves to (Win32_PingStatus)",
            _PING_BY_HAND,
        )
    return addresses


def _dns_names(name: str, computer: Item, adapters: Iterable[Item]) -> tuple[str, ...]:
    """Give the host name alone and with every domain that is known for it; NetBIOS's may be cut at 15 characters."""
    adapters = tuple(adapters)
    hosts = [str(item["DNSHostName"]) for item in adapters if item.get("DNSHostName")] or [name]
    domains = [str(item["DNSDomain"]) for item in adapters if item.get("DNSDomain")]
    in_domain = {"true": True, "false": False}.get(str(computer.get("PartOfDomain")).lower())
    if in_domain is None:
        raise UnknownFact(Unknown("WMI did not show PartOfDomain", "repair WMI on the server"))
    if in_domain:
        domains.insert(0, _text(computer, "Domain"))
    return dns_names(hosts, domains)


def dns_names(hosts: Sequence[str], domains: Sequence[str]) -> tuple[str, ...]:
    """Give host names alone and in every domain, each once."""
    full = [f"{host}.{domain}" for host in hosts for domain in domains]
    return tuple(dict.fromkeys([*hosts, *full]))


def _quote(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _addresses(values: Iterable[object]) -> list[IPv4Address]:
    """Keep the IPv4 addresses: IIS 6 restricts nothing else, and an adapter may have IPv6 ones."""
    found = []
    for value in values:
        try:
            found.append(IPv4Address(str(value)))
        except AddressValueError:
            continue
    return found


def _only(items: tuple[Item, ...], class_name: str) -> Item:
    if len(items) != 1:
        raise UnknownFact(Unknown(f"WMI showed {len(items)} instances of {class_name}", "repair WMI on the server"))
    return items[0]


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    if value is None and name in item:
        return ""
    return known(value if isinstance(value, str) else Unknown(f"WMI did not show {name}", "repair WMI on the server"))


def _number(item: Item, name: str) -> int:
    number = integer(item.get(name))
    return known(Unknown(f"WMI did not show {name}", "repair WMI on the server") if number is None else number)
