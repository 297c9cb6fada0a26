"""The lab's WS-Management behind Apache's Kerberos: a whole collection with a real ticket, over https.

Over http there is nothing to test this way: sealed messages are sealed for the server that logs on, and Apache can
neither open them nor hand its session key to the server behind it.
"""

from dataclasses import fields, replace

import pytest
from peers.realm import HOST

from exgate.exchange import ExchangeServer, Web
from exgate.facts.host import HostFacts
from exgate.facts.role import Role
from exgate.facts.unreachable import Cause
from exgate.inventory import Scheme, Transport
from exgate.sources.collect import Questions, collect_host
from exgate.sources.collecting.fleet import collect
from exgate.sources.limits import Limits
from exgate.wsman import names

LIMITS = Limits(connect_timeout=5, host_timeout=30)


@pytest.fixture
def settings(apache, authority, live_lab):
    """What an inventory would say of be01 behind Apache."""
    return replace(
        live_lab.settings("be01"),
        address="127.0.0.1",
        port=apache.https,
        scheme=Scheme.HTTPS,
        transport=Transport.KERBEROS,
        user=None,
        ca_file=authority.path,
        lab_server=None,
    )


@pytest.mark.usefixtures("ticket")
def test_all_facts_by_kerberos(settings, live_lab):
    by_kerberos = collect_host(settings, None, LIMITS, questions=Questions(wire=False))
    by_ntlm = collect_host(*live_lab.host("be01"), LIMITS, questions=Questions(wire=False))
    assert by_kerberos.connections == 1
    # NTLM's challenge tells the computer's name and its domain; with Kerberos WMI is asked for them.
    one_more = {names.ENUMERATE: by_ntlm.messages[names.ENUMERATE] + 1}
    assert by_kerberos.messages == {**by_ntlm.messages, **one_more}
    assert isinstance(by_kerberos.result, HostFacts)
    own = {"source", "collected_at", "operating_system"}  # with the server's clock
    for name in (field.name for field in fields(HostFacts) if field.name not in own):
        assert getattr(by_kerberos.result, name) == getattr(by_ntlm.result, name), name


@pytest.mark.usefixtures("ticket")
def test_the_whole_way_by_kerberos(settings, apache):
    """WS-Management and the DAV log-on, as one host of an inventory: the lab's configuration, Apache's web site."""
    host = replace(
        settings,
        name=HOST,
        web_port=apache.http,
        test_mailbox="alice",
        test_transport=Transport.KERBEROS,
    )
    facts = collect([(host, None)], LIMITS, lambda _name, _done: None)[HOST].result
    assert isinstance(facts, HostFacts), facts
    web = Web(ExchangeServer(facts, Role.BACK_END))
    url = f"http://127.0.0.1:{apache.http}/Exchange"
    assert web.dav_log_on_works.found == f"the DAV log-on to alice works: PROPFIND {url}/alice/: 207 Multi-Status"
    assert web.mobile_vdir_answers.value


@pytest.mark.usefixtures("ticket")
def test_kerberos_over_tls_1_0(settings, apache):
    old = replace(settings, port=apache.tls_1_0)
    cause = collect_host(old, None, LIMITS).result.cause
    assert cause is Cause.TLS
    assert isinstance(collect_host(replace(old, legacy_tls=True), None, LIMITS).result, HostFacts)


@pytest.mark.usefixtures("no_ticket")
def test_without_a_ticket(settings, tmp_path):
    found = collect_host(settings, None, LIMITS).result
    words = f"No Kerberos credentials available (default cache: FILE:{tmp_path / 'none'})"
    assert (found.cause, found.detail) == (Cause.LOG_ON_REJECTED, f"no Kerberos ticket for this server: {words}")
