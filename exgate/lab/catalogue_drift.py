"""Servers whose configuration breaks one requirement: ``drift-02-...`` breaks KB817379-02.

Nothing else is broken but what must be with it: SSL on /Exchange is seen on the wire too (61), and no mailbox can be
opened through it (62).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import count

from exgate.facts.ip_restrictions import IPRestrictions
from exgate.lab.catalogue_parts import (
    DNS_DOMAIN,
    SECONDARY,
    address,
    back_end,
    front_end,
    method_2,
    only,
    sbs,
    secondary,
    standalone,
)
from exgate.lab.definition import ServerDefinition
from exgate.lab.exchange_metabase import ExchangeMetabase, Vdir

_ASP_MAP = r".asp,C:\WINDOWS\system32\inetsrv\asp.dll,5,GET,HEAD,POST,TRACE"


def drifted_vdirs() -> Iterator[ServerDefinition]:
    """Give servers whose virtual directory for mobile access is wrong (catalogue A)."""
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
    for host, (name, metabase) in zip(count(31), drifts.items(), strict=False):
        yield back_end(name, host, metabase)
    redirect = {"HttpRedirect": f"https://mail.{DNS_DOMAIN}"}
    yield back_end("drift-06-redirect-on-root", 101, replace(base, root=redirect))
    folder = Vdir(name="Exchange", path=r"C:\Inetpub\Exchange")
    yield back_end("drift-07-wrong-path", 102, replace(base, exchange=folder))
    yield back_end("drift-07-no-davex", 103, replace(base, exchange=Vdir(name="Exchange", script_maps=())))


def drifted_method_2() -> Iterator[ServerDefinition]:
    """Give servers whose secondary virtual directory or registry value is wrong (catalogue B and C)."""
    compliant_exchange = method_2(41, exchange=Vdir(name="Exchange"))
    yield standalone("drift-11-lower-case", 41, compliant_exchange, value_name="exchangevdir")
    yield standalone("drift-12-other-case", 42, data="/Exchange-OMA")
    yield standalone("drift-12-trailing-slash", 43, data=f"/{SECONDARY}/")
    other_path = rf"\\.\BackOfficeStorage\other.{DNS_DOMAIN}\MBX"
    yield _second("drift-13-other-path", 104, replace(secondary(104), path=other_path))
    maps = (_ASP_MAP, method_2(105).wildcard_map)
    yield _second("drift-13-script-maps", 105, replace(secondary(105), script_maps=maps))
    anonymous = replace(secondary(44), auth_flags="AuthAnonymous | AuthBasic | AuthNTLM")
    yield _second("drift-14-anonymous", 44, anonymous)
    yield _restricted("drift-15-open", 45, None)
    denies_itself = IPRestrictions(grant_by_default=True, ip_deny=(IPv4Network(address(46)),))
    yield _restricted("drift-15-denies-itself", 46, denies_itself)
    yield _restricted("drift-15-loopback-only", 47, only("127.0.0.1"))
    yield _second("drift-16-backslash-domain", 106, replace(secondary(106), default_logon_domain="\\"))
    yield _second("drift-16-45054-on-the-copy", 107, replace(secondary(107), forms_based_authentication=1))
    yield front_end("drift-18-front-end-with-exchange-vdir", 108, value_name="ExchangeVDir")
    mobile = replace(secondary(109), name="exchange-mobile")
    yield sbs("drift-21-other-name", 109, method_2(109, second=mobile), data=f"/{mobile.name}")


def _second(name: str, host: int, vdir: Vdir) -> ServerDefinition:
    return standalone(name, host, method_2(host, second=vdir))


def _restricted(name: str, host: int, restrictions: IPRestrictions | None) -> ServerDefinition:
    return _second(name, host, replace(secondary(host), restrictions=restrictions))
