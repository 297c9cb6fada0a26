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
PROPERTIES = ("AuthFlags", "AccessSSLFlags", "NTAuthenticationProviders", "DefaultLogonDomain", "HttpRedirect", "45054")


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
    found["registry"] = [(value.name, value.data) for value in values if value.name != "SMTPProxy"]
    return found


@pytest.mark.parametrize(
    ("drifted", "compliant", "differs"),
    (
        pytest.param("be02", "be01", set(), id="be02"),
        pytest.param("be03", "be01", set(), id="be03"),
        pytest.param("sbs01", "sa01", set(), id="sbs01"),
        pytest.param("drift-01-no-exchange-vdir", "be01", {"exchange"}, id="01"),
        pytest.param("drift-02-ssl-on-root", "be01", {"exchange AccessSSLFlags"}, id="02"),
        pytest.param(
            "drift-03-forms-based-authentication", "be01", {"exchange 45054", "exchange DefaultLogonDomain"}, id="03"
        ),
        pytest.param("drift-04-ntlm-only", "be01", {"exchange NTAuthenticationProviders"}, id="04"),
        pytest.param("drift-05-port-8080", "be01", {"bindings"}, id="05-port"),
        pytest.param("drift-05-host-header", "be01", {"bindings"}, id="05-host"),
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
