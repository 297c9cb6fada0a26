"""Servers whose identity, state or answers break one requirement, or of which one cannot be known.

Their web sites' configuration is right as it is written, except where the identity follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from exgate.lab.catalogue_compliant import EXCHANGE_PATHS
from exgate.lab.catalogue_parts import (
    DNS_DOMAIN,
    SMALL_BUSINESS_RESTRICTED,
    STANDARD_SUITE,
    back_end,
    sbs,
    standalone,
)
from exgate.lab.definition import RunningConfiguration, ServerDefinition, SiteBehaviour
from exgate.lab.events import oma_forbidden, security_policy_applied, ssl_required
from exgate.lab.exchange_metabase import ExchangeMetabase, Vdir
from exgate.lab.server_extensions import WebServerExtensions

_BEFORE_THE_START = security_policy_applied(datetime(2026, 3, 1, 22, 4, 51, tzinfo=UTC))
_AFTER_THE_START = datetime(2026, 3, 3, 8, 15, 30, tzinfo=UTC)


def drifted_state() -> Iterator[ServerDefinition]:
    """Give servers that are not what they should be, or not in the state they should be in (catalogue C and D)."""
    yield back_end(
        "drift-31-not-excluded", 110, web_server_extensions=WebServerExtensions(excluded_paths=("exchweb", "public"))
    )
    front_end_extension = ExchangeMetabase(smtp_domain=DNS_DOMAIN, extension="exprox.dll")
    yield back_end("drift-41-is-a-front-end", 111, front_end_extension)
    yield standalone("drift-41-is-sbs", 112, product_suite=STANDARD_SUITE | SMALL_BUSINESS_RESTRICTED)
    yield sbs("drift-41-is-no-sbs", 113, product_suite=STANDARD_SUITE)
    yield back_end("drift-42-exchange-2000", 114, services_version=60, service_pack_build=6249)
    yield back_end("drift-51-w3svc-stopped", 115, stopped=("W3SVC",))
    yield back_end("drift-51-store-stopped", 116, stopped=("MSExchangeIS",))
    logged = ssl_required(_AFTER_THE_START, "DRIFT117", "exchange")
    yield back_end("drift-52-event-3029", 117, events=(_BEFORE_THE_START, logged))
    logged = oma_forbidden(_AFTER_THE_START, "DRIFT118", f"exgate@{DNS_DOMAIN}")
    yield back_end("drift-52-event-1805", 118, events=(_BEFORE_THE_START, logged))
    demands_ssl = ExchangeMetabase(smtp_domain=DNS_DOMAIN, exchange=Vdir(name="Exchange", access_ssl_flags="AccessSSL"))
    running = RunningConfiguration(metabase_xml=demands_ssl.xml(), ip_restrictions=demands_ssl.restrictions)
    yield back_end("drift-53-not-restarted", 119, running=running)


def drifted_answers() -> Iterator[ServerDefinition]:
    """Give servers that do not answer as they should, though nothing is wrong with what is written (catalogue E)."""
    stopped = SiteBehaviour(stopped_application_pools=frozenset({"ExchangeApplicationPool"}))
    yield back_end("drift-61-service-unavailable", 120, site_behaviour=stopped)
    yield back_end("drift-62-no-mailbox", 121, site_behaviour=SiteBehaviour(mailbox_exists=False))
    yield standalone("drift-63-no-protocol-versions", 122, site_behaviour=SiteBehaviour(protocol_versions=""))
    failing = SiteBehaviour(failing_vdirs=frozenset({"OMA"}))
    yield standalone("drift-64-oma-500", 123, site_behaviour=failing)


def unknown() -> Iterator[ServerDefinition]:
    """Give compliant servers on which one requirement cannot be decided."""
    yield standalone(
        # The address restriction answers everybody else before SharePoint could: the wire proves nothing.
        "unknown-31",
        131,
        web_server_extensions=WebServerExtensions(excluded_paths=EXCHANGE_PATHS),
    )
    yield back_end("unknown-52-log-cleared", 132, events=(security_policy_applied(_AFTER_THE_START),))
