"""A host's facts as a flat list of named rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit, urlunsplit

from exgate.facts.events import EventLog
from exgate.facts.host import HostFacts
from exgate.facts.http import HttpAnswer
from exgate.facts.listing_metabase import list_metabase
from exgate.facts.named import NamedFact, bounded
from exgate.facts.network import Network
from exgate.facts.registry import (
    EXCHANGE,
    EXCHANGE_VDIR,
    MASSYNC,
    MASSYNC_PARAMETERS,
    Registry,
    RegistryKey,
    RegistryValue,
    resembles_exchange_vdir,
)
from exgate.facts.services import Services
from exgate.facts.sharepoint import SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.wire import Answered, Probe, Wire

MOST = 1000
"""Rows of one kind that are listed: virtual directories, web sites, values of a registry key."""


def list_facts(facts: HostFacts) -> tuple[NamedFact, ...]:
    """Give a host's facts, each name once, in a fixed order.

    Properties of the metabase are those of the web site that holds Exchange's virtual directories: of the site, its
    ROOT and the virtual directories that the article is about. Of the other virtual directories there is the key alone,
    and of the other sites their bindings.
    """
    rows = (
        *_software(facts),
        *_network(facts.network),
        *_services(facts.services),
        *_registry(facts.registry),
        *list_metabase(facts.metabase, _mobile_vdir(facts.registry), MOST),
        _read("MetaBase.xml", facts.metabase_file),
        *_sharepoint(facts.sharepoint),
        *_events(facts.event_log),
        *_wire(facts.wire),
    )
    return tuple({row.name: row for row in reversed(rows)}.values())[::-1]


def _fact(name: str, value: object, *, volatile: bool = False) -> NamedFact:
    if isinstance(value, Unknown):
        return NamedFact(name, None, unknown=value.reason, volatile=volatile)
    return NamedFact(name, bounded(str(value)), volatile=volatile)


def _read(name: str, unknown: Unknown | None) -> NamedFact:
    return _fact(name, "was read" if unknown is None else unknown)


def _yes(value: bool) -> str:  # noqa: FBT001 - it is what is shown
    return "yes" if value else "no"


def _moment(value: datetime | Unknown) -> str | Unknown:
    return value if isinstance(value, Unknown) else f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _software(facts: HostFacts) -> Iterator[NamedFact]:
    windows: OperatingSystem | Unknown = facts.operating_system
    if isinstance(windows, Unknown):
        yield _fact("Windows", windows)
    else:
        yield _fact("Windows caption", windows.caption)
        yield _fact("Windows version", windows.version)
        yield _fact("Windows service pack", windows.service_pack)
        yield _fact("Windows OSProductSuite", windows.product_suite)
    iis: IisVersion | Unknown = facts.iis
    yield _fact("IIS version", iis)
    exchange: ExchangeVersion | Unknown = facts.exchange
    yield _fact("Exchange version", exchange)
    yield _fact("WS-Management stack", facts.stack)
    yield _fact("IISADMIN started", _moment(facts.iis_admin_started), volatile=True)


def _network(network: Network | Unknown) -> Iterator[NamedFact]:
    if isinstance(network, Unknown):
        yield _fact("network", network)
        return
    yield _fact("network computer name", network.computer_name)
    yield _fact("network DNS names", ", ".join(sorted(network.dns_names)))
    yield _fact("network addresses", ", ".join(map(str, sorted(network.addresses))))
    resolved = network.own_name_resolves_to
    # It is asked for only where there is an ExchangeVDir, so that it comes and goes with that.
    shown = resolved if isinstance(resolved, Unknown) else ", ".join(map(str, sorted(resolved)))
    yield _fact("network own name resolves to", shown, volatile=isinstance(resolved, Unknown))


def _services(services: Services | Unknown) -> Iterator[NamedFact]:
    if isinstance(services, Unknown):
        yield _fact("service", services)
        return
    for service in sorted(services.services, key=lambda each: each.name.lower()):
        yield _fact(f"service {service.name}", f"{service.state}, start mode {service.start_mode}")


def _mobile_vdir(registry: Registry) -> str:
    try:
        return registry.mobile_vdir
    except UnknownFact:
        return EXCHANGE


def _registry(registry: Registry) -> Iterator[NamedFact]:
    for path in (MASSYNC_PARAMETERS, MASSYNC):
        name = f"registry HKLM\\{path}"
        key = registry.keys.get(path.lower())
        if key is None:
            # It is read only where ExchangeVDir is missing from its place, so that it comes and goes with that.
            yield NamedFact(name, None, unknown="was not read", volatile=True)
        elif isinstance(key, Unknown):
            yield _fact(name, key)
        else:
            yield from _key(name, key, shows_absence=path == MASSYNC_PARAMETERS)


def _key(name: str, key: RegistryKey, *, shows_absence: bool) -> Iterator[NamedFact]:
    yield _fact(name, "does not exist" if key.values is None else "exists")
    if shows_absence and key.value(EXCHANGE_VDIR) is None:
        yield _fact(f"{name} {EXCHANGE_VDIR}", "not set")
    for value in islice(sorted(key.values or (), key=lambda each: each.name), MOST):
        yield _fact(f"{name} {value.name}", _data(value))


def _data(value: RegistryValue) -> str | Unknown:
    if isinstance(value.data, Unknown):
        return value.data if resembles_exchange_vdir(value.name) else f"{value.type_name}, its data is not read"
    if value.data is None:
        return f"{value.type_name}, its data is not read"
    shown = f'"{value.data}"' if isinstance(value.data, str) else str(value.data)
    return f"{shown} ({value.type_name})"


def _sharepoint(sharepoint: SharePoint | Unknown) -> Iterator[NamedFact]:
    if isinstance(sharepoint, Unknown):
        yield _fact("SharePoint", sharepoint)
        return
    yield _fact("SharePoint installed", _yes(sharepoint.installed))
    sites = sharepoint.extended_sites
    shown = sites if isinstance(sites, Unknown) else ", ".join(map(str, sorted(sites))) or "none"
    yield _fact("SharePoint extended web sites", shown)


def _events(log: EventLog | Unknown) -> Iterator[NamedFact]:
    """Count the records; a log fills and is emptied by itself, and a symptom has a requirement of its own."""
    if isinstance(log, Unknown):
        yield _fact("events", log, volatile=True)
        return
    yield _fact("events since", f"{_moment(log.since)} ({log.because})", volatile=True)
    yield _fact("events reach back", _yes(log.reaches_back), volatile=True)
    counts = Counter((event.source, event.code) for event in log.events)
    for (source, code), number in islice(sorted(counts.items()), MOST):
        yield _fact(f"events {source} {code}", number, volatile=True)


def _wire(wire: Wire | Unknown) -> Iterator[NamedFact]:
    if isinstance(wire, Unknown):
        yield _fact("wire", wire)
        return
    yield _fact("wire virtual directory", wire.vdir)
    for probe in Probe:
        answered = wire.answers.get(probe)
        name = f"wire {probe}"
        if answered is None:
            # What is asked depends on the role, the inventory's test mailbox and the requirements that were selected.
            yield NamedFact(name, None, unknown="was not asked", volatile=True)
        else:
            yield _fact(name, _shown(answered) if isinstance(answered, Answered) else answered)


def _shown(answered: Answered) -> str:
    """Give an answer without what differs from one request to the next."""
    answer = answered.answer
    text = f"{_status(answer)} to {_bare(answer.location)}" if answer.location else str(answer)
    versions = answer.headers.get("ms-asprotocolversions")
    return f"{text}, MS-ASProtocolVersions {versions}" if versions else text


def _status(answer: HttpAnswer) -> str:
    return f"{answer.status}" if answer.sub_status is None else f"{answer.status}.{answer.sub_status}"


def _bare(location: str) -> str:
    """Give a redirect's target without a log-on, a query and a fragment: they may hold a session's own values."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "a URL that is none"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
