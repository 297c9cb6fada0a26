"""How a server's definition goes on: another configuration is written, or IIS Admin is restarted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network
from types import MappingProxyType

from exgate.facts.ip_restrictions import IPRestrictions
from exgate.lab.definition import RunningConfiguration, ServerDefinition


def changed(definition: ServerDefinition, to: ServerDefinition) -> ServerDefinition:
    """Write another server's metabase, IP restrictions and registry; what runs is what ran before.

    Identity, addresses, services and log stay. The other server's own address becomes this one's wherever the
    configuration holds it, so that "grants itself" still means itself.
    """
    own, other = definition.addresses[0], to.addresses[0]
    running = definition.running or RunningConfiguration(
        metabase_xml=definition.metabase_xml, ip_restrictions=definition.ip_restrictions
    )
    metabase_xml = to.metabase_xml.replace(f'"{other}:', f'"{own}:').replace(_hexadecimal(other), _hexadecimal(own))
    return replace(
        definition,
        metabase_xml=metabase_xml,
        ip_restrictions=_readdressed(to.ip_restrictions, IPv4Network(other), IPv4Network(own)),
        registry=to.registry,
        web_server_extensions=to.web_server_extensions,
        running=running,
        copy_of=None,
    )


def restarted(definition: ServerDefinition, moment: datetime) -> ServerDefinition:
    """Restart IIS Admin, the article's step 23: what is written runs."""
    return replace(definition, running=None, iis_admin_started=moment, copy_of=None)


def _readdressed(
    restrictions: Mapping[str, IPRestrictions], other: IPv4Network, own: IPv4Network
) -> Mapping[str, IPRestrictions]:
    def swap(networks: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
        return tuple(own if network == other else network for network in networks)

    return MappingProxyType(
        {
            location: replace(each, ip_grant=swap(each.ip_grant), ip_deny=swap(each.ip_deny))
            for location, each in restrictions.items()
        }
    )


def _hexadecimal(address: str) -> str:
    return f"ffffffff{int(IPv4Address(address)):08x}"
