"""Servers that comply with everything, in several shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from exgate.lab.catalogue_parts import DNS_DOMAIN, back_end, front_end, front_end_metabase, sbs, standalone
from exgate.lab.definition import ServerDefinition
from exgate.lab.exchange_metabase import ExchangeMetabase, PlainSite, Vdir, with_forms_based_authentication
from exgate.lab.server_extensions import FRONTPAGE_2002, WebServerExtensions

EXCHANGE_PATHS = ("exchange", "exchweb", "public", "exadmin", "oma", "microsoft-server-activesync", "exchange-oma")
"""What Windows SharePoint Services must leave alone, KB 823265's list as far as it is known."""


def compliant() -> Iterator[ServerDefinition]:
    """Give them."""
    base = ExchangeMetabase(smtp_domain=DNS_DOMAIN)
    for number in (1, 2, 3):
        yield back_end(f"be{number:02}", 10 + number)
    yield front_end("fe01", 20)
    yield standalone("sa01", 21)
    yield sbs("sbs01", 22)
    intranet = PlainSite(number=2, comment="Intranet", server_bindings=(f":80:intranet.{DNS_DOMAIN}", ":8080:"))
    yield back_end("ws01", 14, replace(base, further_sites=(intranet,)))
    yield back_end(
        "sp01",
        15,
        replace(base, site={"NTAuthenticationProviders": "Negotiate,NTLM"}),
        web_server_extensions=WebServerExtensions(excluded_paths=EXCHANGE_PATHS),
    )
    yield back_end("fp01", 16, web_server_extensions=WebServerExtensions(version=FRONTPAGE_2002))
    yield back_end("be-sp1", 17, service_pack_build=7226)
    forms = with_forms_based_authentication(Vdir(name="Exchange"))
    everywhere = replace(front_end_metabase(), exchange=forms, root={"AccessSSLFlags": "AccessSSL"})
    yield front_end("fe02", 23, everywhere)
    yield front_end("fe03", 24)
    yield standalone("sa02", 25)
