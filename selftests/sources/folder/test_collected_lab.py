"""What the collector would write on every server of the lab gives the facts that WS-Management gives of it."""

from dataclasses import replace

import pytest

from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.registry import Registry, RegistryKey
from exgate.facts.unknown import Unknown
from exgate.lab.definition import Behaviour
from exgate.lab.servers import SERVERS
from exgate.sources import windows
from exgate.sources.collect import Questions, collect_host
from exgate.sources.event_log import SINCE_START
from exgate.sources.folder.collected import read_collected
from exgate.sources.limits import Limits

from .collected_writer import as_file, rows_of

HEALTHY = tuple(name for name, server in SERVERS.items() if server.behaviour == Behaviour() and server.listens)
NOT_READ = Unknown("its data was not read", "read it with host.registry(...)")


def without_data_not_asked_for(registry):
    """Which data nobody asked for is told in other words."""
    keys = {
        path: RegistryKey(
            key.path,
            tuple(replace(v, data=NOT_READ) if isinstance(v.data, Unknown) else v for v in key.values)
            if key.values is not None
            else None,
        )
        for path, key in registry.keys.items()
    }
    return Registry(keys)


def as_xml_carries_it(event):
    """XML has no CRLF (XML 1.0, 2.11)."""
    texts = (text.replace("\r\n", "\n") for text in event.strings)
    return replace(event, strings=tuple(texts), message=event.message.replace("\r\n", "\n"))


@pytest.mark.parametrize("name", HEALTHY)
def test_the_facts_are_those_of_the_live_host(live_lab, name):
    settings, password = live_lab.host(name)
    live = collect_host(settings, password, Limits(connect_timeout=5, host_timeout=30), questions=Questions(wire=False))
    facts, found = live.result, read_collected(as_file(rows_of(SERVERS[name])))
    assert found.computer_name == SERVERS[name].computer_name
    assert found.metabase == (
        facts.metabase.view if isinstance(facts.metabase, MetabaseViewAndFile) else facts.metabase
    )
    assert without_data_not_asked_for(found.registry) == without_data_not_asked_for(facts.registry)
    assert found.services == facts.services
    assert replace(found.operating_system, clock_ahead=facts.operating_system.clock_ahead) == facts.operating_system
    assert (found.iis, found.exchange, found.sharepoint) == (facts.iis, facts.exchange, facts.sharepoint)
    assert found.iis_admin_started == facts.iis_admin_started
    log = found.event_log(found.iis_admin_started, SINCE_START)
    assert replace(log, events=tuple(map(as_xml_carries_it, log.events))) == facts.event_log
    if facts.network.own_name_resolves_to == windows.NOT_RESOLVED:
        assert [str(address) for address in found.network.own_name_resolves_to] == list(
            SERVERS[name].resolved_addresses
        )
        found = replace(found, network=replace(found.network, own_name_resolves_to=windows.NOT_RESOLVED))
    assert found.network == facts.network
    assert found.metabase_file is None
