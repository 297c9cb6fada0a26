"""The catalogue of named lab servers: compliant ones, ones that break one requirement, and ones that misbehave.

A server called ``drift-02-...`` breaks requirement KB817379-02 and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import count
from types import MappingProxyType
from typing import Final

from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC_PARAMETERS, RegistryType, RegistryValue
from exgate.lab.definition import Behaviour, ServerDefinition
from exgate.lab.exchange_metabase import ExchangeMetabase, Vdir, with_forms_based_authentication

DNS_DOMAIN: Final = "lab.example"
_EXCHANGE_SERVICES = ("MSExchangeIS", "MSExchangeSA", "MSExchangeMGMT", "RESvc")
_WINDOWS_SERVICES = ("Eventlog", "HTTPFilter", "IISADMIN", "SMTPSVC", "W3SVC", "WinRM")
_SECONDARY = "exchange-oma"
_SSL = "AccessSSL | AccessSSL128"
_SMALL_BUSINESS_RESTRICTED = 32


def _registry(role: str, *, value_name: str | None, data: str) -> MappingProxyType[str, tuple[RegistryValue, ...]]:
    suite = ("Terminal Server", "Small Business(Restricted)") if role == "sbs" else ("Terminal Server",)
    oma = () if value_name is None else (RegistryValue(value_name, RegistryType.REG_SZ, data),)
    return MappingProxyType(
        {
            rf"HKLM\{MASSYNC_PARAMETERS}": (*oma, RegistryValue("SMTPProxy", RegistryType.REG_SZ, DNS_DOMAIN)),
            rf"HKLM\{EXCHANGE_SETUP}": (
                RegistryValue("MsiInstallPath", RegistryType.REG_SZ, r"C:\Program Files\Exchsrvr"),
                RegistryValue("NewestBuild", RegistryType.REG_DWORD, 7638),
                RegistryValue("ServicePackBuild", RegistryType.REG_DWORD, 7638),
                RegistryValue("Services Version", RegistryType.REG_DWORD, 65),
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
    )


def _server(
    name: str,
    host: int,
    role: str,
    metabase: ExchangeMetabase,
    *,
    value_name: str | None = None,
    data: str = f"/{_SECONDARY}",
) -> ServerDefinition:
    services = _WINDOWS_SERVICES if role == "front-end" else (*_EXCHANGE_SERVICES, *_WINDOWS_SERVICES)
    return ServerDefinition(
        name=name,
        computer_name=_computer_name(name, host),
        dns_domain=DNS_DOMAIN,
        addresses=(_address(host),),
        role=role,
        metabase_xml=metabase.xml(),
        ip_restrictions=MappingProxyType(metabase.restrictions),
        registry=_registry(role, value_name=value_name, data=data),
        services=MappingProxyType(dict.fromkeys(services, "Running")),
    )


def _computer_name(name: str, host: int) -> str:
    return f"DRIFT{host}" if name.startswith("drift-") else name.replace("-", "").upper()[:15]


def _address(host: int) -> str:
    return f"10.81.7.{host}"


def _back_end(name: str, host: int, metabase: ExchangeMetabase | None = None) -> ServerDefinition:
    return _server(name, host, "back-end", metabase or ExchangeMetabase(smtp_domain=DNS_DOMAIN))


def _only(address: str) -> IPRestrictions:
    return IPRestrictions(grant_by_default=False, ip_grant=(IPv4Network(address),))


def _secondary(host: int) -> Vdir:
    return Vdir(name=_SECONDARY, restrictions=_only(_address(host)))


def _method_2(host: int, *, secondary: Vdir | None = None, exchange: Vdir | None = None) -> ExchangeMetabase:
    """A Method 2 metabase: SSL and forms-based authentication on /Exchange, a copy without either beside it."""
    forms = with_forms_based_authentication(Vdir(name="Exchange", access_ssl_flags=_SSL))
    return ExchangeMetabase(smtp_domain=DNS_DOMAIN, exchange=exchange or forms, secondary=secondary or _secondary(host))


def _standalone(
    name: str,
    host: int,
    *,
    metabase: ExchangeMetabase | None = None,
    value_name: str = "ExchangeVDir",
    data: str = f"/{_SECONDARY}",
) -> ServerDefinition:
    return _server(name, host, "standalone", metabase or _method_2(host), value_name=value_name, data=data)


def _compliant() -> Iterator[ServerDefinition]:
    for number in (1, 2, 3):
        yield _back_end(f"be{number:02}", 10 + number)
    front_end = with_forms_based_authentication(Vdir(name="Exchange", access_ssl_flags=_SSL))
    metabase = ExchangeMetabase(smtp_domain=DNS_DOMAIN, exchange=front_end, extension="exprox.dll")
    yield _server("fe01", 20, "front-end", metabase)
    yield _standalone("sa01", 21)
    sbs = _server("sbs01", 22, "sbs", _method_2(22), value_name="ExchangeVDir")
    yield replace(sbs, product_suite=sbs.product_suite | _SMALL_BUSINESS_RESTRICTED)


def _drifted_back_ends(hosts: Iterator[int]) -> Iterator[ServerDefinition]:
    base = ExchangeMetabase(smtp_domain=DNS_DOMAIN)
    drifts = {
        "drift-01-no-exchange-vdir": replace(base, exchange=None),
        "drift-02-ssl-on-root": replace(base, root={"AccessSSLFlags": "AccessSSL"}),
        "drift-03-forms-based-authentication": replace(
            base, exchange=Vdir(name="Exchange", default_logon_domain="\\", forms_based_authentication=1)
        ),
        "drift-04-ntlm-only": replace(base, root={"NTAuthenticationProviders": "NTLM"}),
        "drift-05-port-8080": replace(base, server_bindings=(":8080:",)),
        "drift-05-host-header": replace(base, server_bindings=(f":80:owa.{DNS_DOMAIN}",)),
    }
    for name, metabase in drifts.items():
        yield _back_end(name, next(hosts), metabase)


def _drifted_method_2(hosts: Iterator[int]) -> Iterator[ServerDefinition]:
    host = next(hosts)
    compliant_exchange = _method_2(host, exchange=Vdir(name="Exchange"))
    yield _standalone("drift-11-lower-case", host, metabase=compliant_exchange, value_name="exchangevdir")
    yield _standalone("drift-12-other-case", next(hosts), data="/Exchange-OMA")
    yield _standalone("drift-12-trailing-slash", next(hosts), data=f"/{_SECONDARY}/")
    host = next(hosts)
    anonymous = replace(_secondary(host), auth_flags="AuthAnonymous | AuthBasic | AuthNTLM")
    yield _standalone("drift-14-anonymous", host, metabase=_method_2(host, secondary=anonymous))
    host = next(hosts)
    yield _standalone("drift-15-open", host, metabase=_restricted(host, None))
    host = next(hosts)
    denies_itself = IPRestrictions(grant_by_default=True, ip_deny=(IPv4Network(_address(host)),))
    yield _standalone("drift-15-denies-itself", host, metabase=_restricted(host, denies_itself))
    host = next(hosts)
    yield _standalone("drift-15-loopback-only", host, metabase=_restricted(host, _only("127.0.0.1")))


def _restricted(host: int, restrictions: IPRestrictions | None) -> ExchangeMetabase:
    return _method_2(host, secondary=replace(_secondary(host), restrictions=restrictions))


def _misbehaving(hosts: Iterator[int]) -> Iterator[ServerDefinition]:
    behaviours = {
        "slow": Behaviour(latency=0.3),
        "locked-out": Behaviour(reject_logons=True),
        "half-blind": Behaviour(denied_namespaces=frozenset({"root/microsoftiisv2"})),
        "no-shell": Behaviour(shell_offered=False),
        "shell-quota": Behaviour(shell_quota_exceeded=True),
        "trickle": Behaviour(trickle=True),
        "not-wsman": Behaviour(not_wsman=True),
        "garbage": Behaviour(garbage=True),
        "drops": Behaviour(drop_after=1),
    }
    for name, behaviour in behaviours.items():
        yield replace(_back_end(name, next(hosts)), behaviour=behaviour)
    yield replace(_back_end("dead", next(hosts)), listens=False)


def _catalogue() -> Iterator[ServerDefinition]:
    yield from _compliant()
    yield from _drifted_back_ends(count(31))
    yield from _drifted_method_2(count(41))
    yield from _misbehaving(count(61))


SERVERS: Final = MappingProxyType({definition.name: definition for definition in _catalogue()})
"""Every lab server by its name."""

DEFAULT_SERVERS: Final = (
    *(name for name in SERVERS if not name.startswith("drift-") and SERVERS[name].behaviour == Behaviour()),
    *(name for name in SERVERS if name.startswith("drift-")),
    "slow",
    "locked-out",
    "half-blind",
)
"""What the lab starts when nobody names servers: without those whose misbehaviour is for the project's own tests."""


def copies(number: int) -> Iterator[ServerDefinition]:
    """Give `number` servers ``load0001`` ... that are ``be01`` but for name and address, sharing its metabase."""
    original = SERVERS["be01"]
    for index in range(1, number + 1):
        third, fourth = divmod(index - 1, 250)
        name = f"load{index:04}"
        yield replace(original, name=name, computer_name=name.upper(), addresses=(f"10.81.{100 + third}.{fourth + 1}",))
