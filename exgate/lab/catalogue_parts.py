"""What the catalogue's servers are made from: a server by role, with the registry, services and vdirs of that role."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Any, Final

from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC_PARAMETERS, RegistryType, RegistryValue
from exgate.lab.definition import ServerDefinition
from exgate.lab.exchange_metabase import ExchangeMetabase, Vdir, with_forms_based_authentication

DNS_DOMAIN: Final = "lab.example"
SECONDARY: Final = "exchange-oma"
SSL: Final = "AccessSSL | AccessSSL128"
SMALL_BUSINESS_RESTRICTED: Final = 32
"""OSProductSuite's bit for Small Business Server with its restrictions on."""
STANDARD_SUITE: Final = 272
_EXCHANGE_SERVICES = ("MSExchangeIS", "MSExchangeSA", "MSExchangeMGMT", "RESvc")
_WINDOWS_SERVICES = ("Eventlog", "HTTPFilter", "IISADMIN", "SMTPSVC", "W3SVC", "WinRM")
_LAST_COMPUTER_NAME = 15


def server(
    name: str,
    host: int,
    role: str,
    metabase: ExchangeMetabase,
    *,
    value_name: str | None = None,
    data: str = f"/{SECONDARY}",
    product_suite: int = STANDARD_SUITE,
    services_version: int = 65,
    service_pack_build: int = 7638,
    stopped: tuple[str, ...] = (),
    **further: Any,  # noqa: ANN401 - ServerDefinition's own fields
) -> ServerDefinition:
    """Give a server.

    Args:
        name: Its name in the lab.
        host: The last octet of its address.
        role: See `ServerDefinition`.
        metabase: Its metabase.
        value_name: The registry value's name, None for no ExchangeVDir.
        data: What the value holds.
        product_suite: See `ServerDefinition`.
        services_version: See `ServerDefinition`.
        service_pack_build: See `ServerDefinition`.
        stopped: Services that do not run.
        further: Other fields of `ServerDefinition`.
    """
    services = _WINDOWS_SERVICES if role == "front-end" else (*_EXCHANGE_SERVICES, *_WINDOWS_SERVICES)
    states = {service: "Stopped" if service in stopped else "Running" for service in services}
    small_business = bool(product_suite & SMALL_BUSINESS_RESTRICTED)
    return ServerDefinition(
        name=name,
        computer_name=_computer_name(name, host),
        dns_domain=DNS_DOMAIN,
        addresses=(address(host),),
        role=role,
        metabase_xml=metabase.xml(),
        ip_restrictions=MappingProxyType(metabase.restrictions),
        registry=MappingProxyType(
            dict(_mobile_access(value_name, data))
            | dict(_versions(services_version, service_pack_build, small_business=small_business))
        ),
        services=MappingProxyType(states),
        product_suite=product_suite,
        services_version=services_version,
        service_pack_build=service_pack_build,
        **further,
    )


def back_end(name: str, host: int, metabase: ExchangeMetabase | None = None, **further: Any) -> ServerDefinition:  # noqa: ANN401 - as for `server`
    """Give a back-end: Method 1, without ExchangeVDir."""
    return server(name, host, "back-end", metabase or ExchangeMetabase(smtp_domain=DNS_DOMAIN), **further)


def standalone(
    name: str,
    host: int,
    metabase: ExchangeMetabase | None = None,
    *,
    value_name: str = "ExchangeVDir",
    **further: Any,  # noqa: ANN401 - as for `server`
) -> ServerDefinition:
    """Give a standalone server: Method 2."""
    return server(name, host, "standalone", metabase or method_2(host), value_name=value_name, **further)


def sbs(
    name: str,
    host: int,
    metabase: ExchangeMetabase | None = None,
    *,
    product_suite: int = STANDARD_SUITE | SMALL_BUSINESS_RESTRICTED,
    **further: Any,  # noqa: ANN401 - as for `server`
) -> ServerDefinition:
    """Give a Small Business Server, whose Setup does Method 2."""
    metabase = metabase or method_2(host)
    return server(name, host, "sbs", metabase, value_name="ExchangeVDir", product_suite=product_suite, **further)


def front_end(name: str, host: int, metabase: ExchangeMetabase | None = None, **further: Any) -> ServerDefinition:  # noqa: ANN401 - as for `server`
    """Give a front-end: SSL and forms-based authentication, as the article allows there."""
    return server(name, host, "front-end", metabase or front_end_metabase(), **further)


def front_end_metabase() -> ExchangeMetabase:
    """Give a front-end's metabase."""
    exchange = with_forms_based_authentication(Vdir(name="Exchange", access_ssl_flags=SSL))
    return ExchangeMetabase(smtp_domain=DNS_DOMAIN, exchange=exchange, extension="exprox.dll")


def address(host: int) -> str:
    """Give the address of a host of the lab's pretended network."""
    return f"10.81.7.{host}"


def only(granted: str) -> IPRestrictions:
    """Deny everybody but one address, as the article's step 14 does."""
    return IPRestrictions(grant_by_default=False, ip_grant=(IPv4Network(granted),))


def secondary(host: int) -> Vdir:
    """Give the secondary virtual directory of the article's steps 1 to 16."""
    return Vdir(name=SECONDARY, restrictions=only(address(host)))


def method_2(host: int, *, second: Vdir | None = None, exchange: Vdir | None = None) -> ExchangeMetabase:
    """Give a Method 2 metabase: SSL and forms-based authentication on /Exchange, a copy without either beside it."""
    forms = with_forms_based_authentication(Vdir(name="Exchange", access_ssl_flags=SSL))
    return ExchangeMetabase(smtp_domain=DNS_DOMAIN, exchange=exchange or forms, secondary=second or secondary(host))


def _computer_name(name: str, host: int) -> str:
    kind, _, rest = name.partition("-")
    if kind in {"drift", "unknown"} and rest:
        return f"{kind.upper()}{host}"
    return name.replace("-", "").upper()[:_LAST_COMPUTER_NAME]


def _mobile_access(value_name: str | None, data: str) -> Mapping[str, tuple[RegistryValue, ...]]:
    oma = () if value_name is None else (RegistryValue(value_name, RegistryType.REG_SZ, data),)
    return {rf"HKLM\{MASSYNC_PARAMETERS}": (*oma, RegistryValue("SMTPProxy", RegistryType.REG_SZ, DNS_DOMAIN))}


def _versions(services_version: int, build: int, *, small_business: bool) -> Mapping[str, tuple[RegistryValue, ...]]:
    suite = ("Terminal Server", "Small Business(Restricted)") if small_business else ("Terminal Server",)
    return {
        rf"HKLM\{EXCHANGE_SETUP}": (
            RegistryValue("MsiInstallPath", RegistryType.REG_SZ, r"C:\Program Files\Exchsrvr"),
            RegistryValue("NewestBuild", RegistryType.REG_DWORD, build),
            RegistryValue("ServicePackBuild", RegistryType.REG_DWORD, build),
            RegistryValue("Services Version", RegistryType.REG_DWORD, services_version),
        ),
        r"HKLM\SOFTWARE\Microsoft\InetStp": (
            RegistryValue("MajorVersion", RegistryType.REG_DWORD, 6),
            RegistryValue("MinorVersion", RegistryType.REG_DWORD, 0),
            RegistryValue("VersionString", RegistryType.REG_SZ, "Version 6.0"),
        ),
        r"HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions": (
            RegistryValue("ProductSuite", RegistryType.REG_MULTI_SZ, suite),
            RegistryValue("ProductType", RegistryType.REG_SZ, "ServerNT"),
        ),
    }
