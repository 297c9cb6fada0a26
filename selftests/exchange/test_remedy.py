"""A host's own values in the texts that tell how to fix it."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from exgate.exchange.remedy import is_secondary, values
from exgate.facts.flags import AccessSSLFlags
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.registry import Registry, RegistryType
from exgate.facts.role import Role
from exgate.facts.unknown import Unknown

from .conftest import BASIC, NETWORK, metabase, registry


@pytest.mark.parametrize(
    ("attributes", "root", "name", "text"),
    (
        pytest.param(
            'AccessSSLFlags="AccessSSL"',
            "",
            "undo_ssl",
            'cscript adsutil.vbs set "W3SVC/1/ROOT/Exchange/AccessSSLFlags" 8',
            id="set-on-the-vdir",
        ),
        pytest.param(
            "",
            'AccessSSLFlags="AccessSSL"',
            "undo_ssl",
            'cscript adsutil.vbs delete "W3SVC/1/ROOT/Exchange/AccessSSLFlags"',
            id="inherited",
        ),
        pytest.param(
            "",
            'NTAuthenticationProviders="NTLM"',
            "undo_providers",
            'cscript adsutil.vbs set "W3SVC/1/ROOT/NTAuthenticationProviders" "NTLM"',
            id="changed-where-it-is-set",
        ),
        pytest.param(
            'HttpRedirect="https://x/%7Eu"',
            "",
            "undo_redirect",
            "rem in a batch file write two percent signs for each of these; at the prompt leave them as they are:\n"
            'cscript adsutil.vbs set "W3SVC/1/ROOT/Exchange/HttpRedirect" "https://x/%7Eu"',
            id="percent-signs",
        ),
        pytest.param("", 'NTAuthenticationProviders="NTLM"', "providers_key", "W3SVC/1/ROOT", id="where-it-is-set"),
        pytest.param("", "", "providers_key", "W3SVC/1/ROOT/Exchange", id="set-nowhere"),
        pytest.param("", "", "addresses", "10.0.0.5", id="addresses"),
        pytest.param("", "", "site", "1", id="site"),
        pytest.param("", "", "mobile_vdir", "Exchange", id="mobile-vdir"),
    ),
)
def test_values(make_server, attributes, root, name, text):
    server = make_server(metabase=metabase({"Exchange": f"{BASIC} {attributes}"}, root=root))
    assert values(server)[name] == text


def test_by_wmi_alone_the_undo_names_both_ways(make_server):
    location = "/LM/W3SVC/1/ROOT/Exchange"
    site = ViewedKey("/LM/W3SVC/1", "IIsWebServer", {})
    vdir = ViewedKey(location, "IIsWebVirtualDir", {"AccessSSLFlags": AccessSSLFlags(8)})
    server = make_server(metabase=MetabaseView({key.location.lower(): key for key in (site, vdir)}))
    path = '"W3SVC/1/ROOT/Exchange/AccessSSLFlags"'
    assert values(server)["undo_ssl"] == (
        f"cscript adsutil.vbs set {path} 8\n"
        f"rem or, if it was not set on this key before: cscript adsutil.vbs delete {path}"
    )


@pytest.mark.parametrize(
    ("role", "value", "found"),
    (
        pytest.param(
            Role.STANDALONE,
            ("exchangevdir", "/MOBILE"),
            {
                "near_miss": "reg delete HKLM\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters "
                '/v "exchangevdir" /f\n',
                "right_data": "/mobile",
                "mobile_vdir": "Exchange",
            },
            id="a-near-miss-gives-its-own-data",
        ),
        pytest.param(
            Role.STANDALONE,
            ("ExchangeVDir", "/gone"),
            {"near_miss": "", "mobile_vdir": "gone", "exchange_vdir": "/gone", "site": "1"},
            id="a-missing-vdir-is-named-not-exchange",
        ),
        pytest.param(
            Role.STANDALONE,
            ("ExchangeVDir", "/Mobile/"),
            {"right_data": "/mobile", "secondary_vdir": "mobile", "wizard": ""},
            id="the-vdirs-own-case",
        ),
        pytest.param(
            Role.STANDALONE,
            ("ExchangeVDir", "/mobile", RegistryType.REG_EXPAND_SZ),
            {"right_data": "/mobile", "mobile_vdir": "Exchange"},
            id="a-value-of-another-type-gives-its-own-data",
        ),
        pytest.param(
            Role.STANDALONE,
            ("ExchangeVDir", "/a\nreg delete HKLM\u202e"),
            {"exchange_vdir": "/a\\nreg delete HKLM\\u202e", "mobile_vdir": "a\\nreg delete HKLM\\u202e"},
            id="a-line-break-begins-no-command",
        ),
        pytest.param(
            Role.STANDALONE,
            ("exchange\nvdir", "/mobile"),
            {
                "near_miss": "reg delete HKLM\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters "
                '/v "exchange\\nvdir" /f\n'
            },
            id="nor-does-one-in-a-name",
        ),
        pytest.param(Role.SBS, ("SMTPProxy", "x"), {"right_data": "/exchange-oma"}, id="sbs-without-the-value"),
        pytest.param(Role.STANDALONE, ("SMTPProxy", "x"), {"right_data": None}, id="nobody-knows"),
    ),
)
def test_exchange_vdir_values(make_server, role, value, found):
    vdirs = {"Exchange": BASIC, "mobile": BASIC, "exchange-oma": BASIC}
    own = values(make_server(role, metabase=metabase(vdirs), registry=registry(value)))
    assert {name: own.get(name) for name in found} == found


def test_what_is_right_needs_no_look_at_the_key_above(make_server):
    keys = registry(("ExchangeVDir", "/Mobile/")).keys
    only_parameters = Registry({path: key for path, key in keys.items() if path.endswith("parameters")})
    own = values(make_server(metabase=metabase({"Exchange": BASIC, "mobile": BASIC}), registry=only_parameters))
    assert own["right_data"] == "/mobile"


def test_a_missing_vdir_leaves_what_depends_on_it_out(make_server):
    own = values(make_server(registry=registry(("ExchangeVDir", "/gone"))))
    assert not {"right_data", "secondary_vdir", "undo_ssl"} & set(own)


@pytest.mark.parametrize(
    ("resolved", "shown"),
    (
        pytest.param(("10.0.0.5",), "10.0.0.5", id="own"),
        pytest.param(("10.0.0.99",), None, id="stale-dns"),
        pytest.param(("127.0.0.1",), None, id="loopback-by-the-hosts-file"),
    ),
)
def test_only_the_servers_own_addresses_are_to_be_let_in(make_server, resolved, shown):
    network = replace(NETWORK, own_name_resolves_to=tuple(map(IPv4Address, resolved)))
    assert values(make_server(network=network)).get("addresses") == shown


def test_commands_name_the_server_as_windows_does(make_server):
    assert values(make_server())["host"] == "BE01"


def test_small_business_server_has_its_wizard_first(make_server):
    assert values(make_server(Role.SBS))["wizard"].startswith("On Small Business Server run the Configure E-Mail")


def test_what_is_not_known_is_left_out(make_server):
    denied = Unknown("denied", "ask")
    found = values(make_server(metabase=denied, network=denied))
    assert found == {"host": "be01", "mobile_vdir": "Exchange", "near_miss": "", "wizard": ""}


@pytest.mark.parametrize(("data", "secondary"), (("/exchange-oma", True), ("/exchange", False), ("", False)))
def test_is_secondary(make_server, data, secondary):
    assert is_secondary(make_server(registry=registry(("ExchangeVDir", data)))) is secondary
