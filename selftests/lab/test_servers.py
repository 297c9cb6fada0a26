"""The catalogue: every server's definition is sound, and a drifted one differs where its name says."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

import pytest

from exgate.facts.metabase_xml import read_metabase
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC_PARAMETERS
from exgate.lab.configuration import written
from exgate.lab.definition import Behaviour
from exgate.lab.exchange_metabase import ROOT
from exgate.lab.servers import DEFAULT_SERVERS, SERVERS, copies

EXCHANGE, SECONDARY, SITE = f"{ROOT}/Exchange", f"{ROOT}/exchange-oma", "/LM/W3SVC/1"
PROPERTIES = (
    *("AuthFlags", "AccessSSLFlags", "NTAuthenticationProviders", "DefaultLogonDomain", "HttpRedirect", "45054"),
    *("Path", "ScriptMaps", "AccessFlags", "AppPoolId"),
)
FIELDS = (
    *("role", "services", "product_suite", "services_version", "service_pack_build", "web_server_extensions"),
    *("running", "site_behaviour", "events"),
)
"""What a definition says besides its configuration."""


def facts(name: str) -> dict[str, object]:
    """Give what the requirements look at, as text, so that two servers can be compared."""
    definition = SERVERS[name]
    metabase = read_metabase(definition.metabase_xml)
    found: dict[str, object] = {"bindings": str(metabase.effective(SITE, "ServerBindings").value)}
    for short, location in (("exchange", EXCHANGE), ("secondary", SECONDARY)):
        exists = metabase.stored_location(location) is not None
        found[short] = exists
        if exists:
            found |= {f"{short} {prop}": str(metabase.effective(location, prop).value) for prop in PROPERTIES}
            restrictions = written(definition, read_metabase).restrictions(location)
            own = IPv4Address(definition.addresses[0])
            found[f"{short} IPSecurity"] = (
                restrictions.grant_by_default,
                restrictions.grants(own),
                restrictions.grants(IPv4Address("127.0.0.1")),
            )
    values = definition.registry[rf"HKLM\{MASSYNC_PARAMETERS}"]
    found |= {name: getattr(definition, name) for name in FIELDS}
    found["registry"] = [(value.name, value.data) for value in values if value.name != "SMTPProxy"]
    return found


@pytest.mark.parametrize(
    ("drifted", "compliant", "differs"),
    (
        pytest.param("be02", "be01", set(), id="be02"),
        pytest.param("be03", "be01", set(), id="be03"),
        pytest.param("sbs01", "sa01", {"role", "product_suite"}, id="sbs01"),
        pytest.param("ws01", "be01", set(), id="ws01"),
        pytest.param("sp01", "be01", {"exchange NTAuthenticationProviders", "web_server_extensions"}, id="sp01"),
        pytest.param("fp01", "be01", {"web_server_extensions"}, id="fp01"),
        pytest.param("be-sp1", "be01", {"service_pack_build"}, id="be-sp1"),
        pytest.param("fe02", "fe01", {"exchange AccessSSLFlags"}, id="fe02"),
        pytest.param("fe03", "fe01", set(), id="fe03"),
        pytest.param("sa02", "sa01", set(), id="sa02"),
        pytest.param("no-web", "be01", {"site_behaviour"}, id="no-web"),
        pytest.param("unknown-31", "sa01", {"web_server_extensions"}, id="unknown-31"),
        pytest.param("unknown-52-log-cleared", "be01", {"events"}, id="unknown-52"),
        pytest.param("drift-01-no-exchange-vdir", "be01", {"exchange"}, id="01"),
        pytest.param("drift-02-ssl-on-root", "be01", {"exchange AccessSSLFlags"}, id="02"),
        pytest.param(
            "drift-03-forms-based-authentication", "be01", {"exchange 45054", "exchange DefaultLogonDomain"}, id="03"
        ),
        pytest.param("drift-04-ntlm-only", "be01", {"exchange NTAuthenticationProviders"}, id="04"),
        pytest.param("drift-05-port-8080", "be01", {"bindings"}, id="05-port"),
        pytest.param("drift-05-host-header", "be01", {"bindings"}, id="05-host"),
        pytest.param("drift-06-redirect-on-root", "be01", {"exchange HttpRedirect"}, id="06"),
        pytest.param("drift-07-wrong-path", "be01", {"exchange Path"}, id="07-path"),
        pytest.param("drift-07-no-davex", "be01", {"exchange ScriptMaps"}, id="07-davex"),
        pytest.param("drift-13-other-path", "sa01", {"secondary Path"}, id="13-path"),
        pytest.param("drift-13-script-maps", "sa01", {"secondary ScriptMaps"}, id="13-maps"),
        pytest.param("drift-16-backslash-domain", "sa01", {"secondary DefaultLogonDomain"}, id="16-domain"),
        pytest.param("drift-16-45054-on-the-copy", "sa01", {"secondary 45054"}, id="16-45054"),
        pytest.param("drift-18-front-end-with-exchange-vdir", "fe01", {"registry"}, id="18"),
        pytest.param("drift-31-not-excluded", "be01", {"web_server_extensions"}, id="31"),
        pytest.param("drift-41-is-a-front-end", "be01", {"exchange ScriptMaps"}, id="41-front-end"),
        pytest.param("drift-41-is-sbs", "sa01", {"product_suite"}, id="41-sbs"),
        pytest.param("drift-41-is-no-sbs", "sbs01", {"product_suite"}, id="41-no-sbs"),
        pytest.param("drift-42-exchange-2000", "be01", {"services_version", "service_pack_build"}, id="42"),
        pytest.param("drift-51-w3svc-stopped", "be01", {"services"}, id="51-w3svc"),
        pytest.param("drift-51-store-stopped", "be01", {"services"}, id="51-store"),
        pytest.param("drift-52-event-3029", "be01", {"events"}, id="52-3029"),
        pytest.param("drift-52-event-1805", "be01", {"events"}, id="52-1805"),
        pytest.param("drift-53-not-restarted", "be01", {"running"}, id="53"),
        pytest.param("drift-61-service-unavailable", "be01", {"site_behaviour"}, id="61"),
        pytest.param("drift-62-no-mailbox", "be01", {"site_behaviour"}, id="62"),
        pytest.param("drift-63-no-protocol-versions", "sa01", {"site_behaviour"}, id="63"),
        pytest.param("drift-64-oma-500", "sa01", {"site_behaviour"}, id="64"),
        pytest.param(
            "drift-11-lower-case",
            "sa01",
            {
                "registry",
                "exchange AccessSSLFlags",
                "exchange AuthFlags",
                "exchange DefaultLogonDomain",
                "exchange 45054",
            },
            id="11",
        ),
        pytest.param("drift-12-other-case", "sa01", {"registry"}, id="12-case"),
        pytest.param("drift-12-trailing-slash", "sa01", {"registry"}, id="12-slash"),
        pytest.param("drift-14-anonymous", "sa01", {"secondary AuthFlags"}, id="14"),
        pytest.param("drift-15-open", "sa01", {"secondary IPSecurity"}, id="15-open"),
        pytest.param("drift-15-denies-itself", "sa01", {"secondary IPSecurity"}, id="15-denies-itself"),
        pytest.param("drift-15-loopback-only", "sa01", {"secondary IPSecurity"}, id="15-loopback"),
    ),
)
def test_a_server_differs_from_a_compliant_one_where_its_name_says(drifted, compliant, differs):
    one, other = facts(drifted), facts(compliant)
    if not one["exchange"]:
        other = {key: value for key, value in other.items() if not key.startswith("exchange ")}
    assert {key for key in one | other if one.get(key) != other.get(key)} == differs


@pytest.mark.parametrize(
    ("name", "key", "value"),
    (
        pytest.param("be01", "exchange AuthFlags", "6 (AuthBasic | AuthNTLM)", id="be01"),
        pytest.param("be01", "registry", [], id="be01-no-value"),
        pytest.param("fe01", "exchange AccessSSLFlags", "264 (AccessSSL | AccessSSL128)", id="fe01-ssl"),
        pytest.param("fe01", "exchange 45054", "1", id="fe01-forms"),
        pytest.param("sa01", "exchange DefaultLogonDomain", "\\", id="sa01-forms"),
        pytest.param("sa01", "secondary AccessSSLFlags", "0", id="sa01-no-ssl"),
        pytest.param("sa01", "secondary 45054", "0", id="sa01-no-forms"),
        pytest.param("sa01", "secondary IPSecurity", (False, True, False), id="sa01-itself-only"),
        pytest.param("sa01", "registry", [("ExchangeVDir", "/exchange-oma")], id="sa01-value"),
        pytest.param("drift-11-lower-case", "registry", [("exchangevdir", "/exchange-oma")], id="11"),
        pytest.param("drift-12-other-case", "registry", [("ExchangeVDir", "/Exchange-OMA")], id="12-case"),
        pytest.param("drift-12-trailing-slash", "registry", [("ExchangeVDir", "/exchange-oma/")], id="12-slash"),
        pytest.param("drift-15-open", "secondary IPSecurity", (True, True, True), id="15-open"),
        pytest.param("drift-15-denies-itself", "secondary IPSecurity", (True, False, True), id="15-denies-itself"),
        pytest.param("drift-15-loopback-only", "secondary IPSecurity", (False, False, True), id="15-loopback"),
    ),
)
def test_facts(name, key, value):
    assert facts(name)[key] == value


def test_a_small_business_server_with_another_name_has_everything_else_right():
    metabase = read_metabase(SERVERS["drift-21-other-name"].metabase_xml)
    own, usual = (f"{ROOT}/{name}" for name in ("exchange-mobile", "exchange-oma"))
    assert metabase.stored_location(usual) is None
    expected = read_metabase(SERVERS["sbs01"].metabase_xml)
    for name in PROPERTIES:
        assert metabase.effective(own, name).value == expected.effective(usual, name).value
    assert facts("drift-21-other-name")["registry"] == [("ExchangeVDir", "/exchange-mobile")]
    restrictions = SERVERS["drift-21-other-name"].ip_restrictions
    assert str(restrictions[own]) == "GrantByDefault FALSE, IPGrant 10.81.7.109"


def test_every_drifted_server_but_one_is_in_the_tables():
    (mark,) = test_a_server_differs_from_a_compliant_one_where_its_name_says.pytestmark
    compared = {case.values[0] for case in mark.args[1]}
    assert {name for name in SERVERS if name.startswith("drift-")} - compared == {"drift-21-other-name"}


@pytest.mark.parametrize("name", [name for name in SERVERS if name.startswith("drift-52-")])
def test_an_event_names_its_server_and_comes_after_the_start(name):
    definition = SERVERS[name]
    old, new = definition.events
    assert old.generated < definition.iis_admin_start < new.generated
    assert definition.computer_name in new.strings


def test_an_inherited_flag_is_set_above_the_vdir():
    metabase = read_metabase(SERVERS["drift-02-ssl-on-root"].metabase_xml)
    assert metabase.effective(EXCHANGE, "AccessSSLFlags").location == ROOT


@pytest.mark.parametrize(
    ("name", "bit"), (pytest.param("sbs01", 32, id="sbs"), pytest.param("sa01", 0, id="standalone"))
)
def test_small_business_server_says_so(name, bit):
    assert SERVERS[name].product_suite & 32 == bit


def test_names_and_addresses_are_unique():
    servers = [*SERVERS.values(), *copies(600)]
    for names in ([s.name for s in servers], [s.computer_name for s in servers], [s.addresses for s in servers]):
        assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Z0-9]{1,15}", server.computer_name) for server in servers)


def test_copies_share_the_metabase_text():
    assert {id(server.metabase_xml) for server in copies(3)} == {id(SERVERS["be01"].metabase_xml)}


def test_the_default_servers_are_the_useful_ones():
    assert set(SERVERS) - set(DEFAULT_SERVERS) == {
        *("no-shell", "shell-quota", "trickle", "not-wsman", "garbage", "drops", "no-registry")
    }
    assert all(SERVERS[name].behaviour == Behaviour() for name in DEFAULT_SERVERS if name.startswith("drift-"))


def test_every_server_is_exchange_2003_with_service_pack_2_but_two():
    others = {}
    for name, definition in SERVERS.items():
        values = {value.name: value.data for value in definition.registry[rf"HKLM\{EXCHANGE_SETUP}"]}
        shown = (values["Services Version"], values["ServicePackBuild"])
        assert shown == (definition.services_version, definition.service_pack_build)
        if shown != (65, 7638):
            others[name] = (*shown, definition.exchange_version)
    assert others == {"be-sp1": (65, 7226, "6.5.7226"), "drift-42-exchange-2000": (60, 6249, "6.0.6249")}
