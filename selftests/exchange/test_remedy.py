"""A host's own values in the texts that tell how to fix it."""

import pytest

from exgate.exchange.remedy import values
from exgate.facts.flags import AccessSSLFlags
from exgate.facts.metabase import MetabaseView, ViewedKey
from exgate.facts.unknown import Unknown

from .conftest import metabase, registry

BASIC = 'AuthFlags="AuthBasic | AuthNTLM"'


@pytest.mark.parametrize(
    ("attributes", "root", "name", "text"),
    (
        pytest.param(
            'AccessSSLFlags="AccessSSL"',
            "",
            "undo_ssl",
            "cscript adsutil.vbs set W3SVC/1/ROOT/Exchange/AccessSSLFlags 8",
            id="set-on-the-vdir",
        ),
        pytest.param(
            "",
            'AccessSSLFlags="AccessSSL"',
            "undo_ssl",
            "cscript adsutil.vbs delete W3SVC/1/ROOT/Exchange/AccessSSLFlags",
            id="inherited",
        ),
        pytest.param(
            "",
            'NTAuthenticationProviders="NTLM"',
            "undo_providers",
            'cscript adsutil.vbs set W3SVC/1/ROOT/NTAuthenticationProviders "NTLM"',
            id="changed-where-it-is-set",
        ),
        pytest.param("", 'NTAuthenticationProviders="NTLM"', "providers_key", "W3SVC/1/ROOT", id="where-it-is-set"),
        pytest.param("", "", "providers_key", "W3SVC/1/ROOT/Exchange", id="set-nowhere"),
        pytest.param("", "", "bindings", '":80:"', id="bindings"),
        pytest.param("", "", "address", "10.0.0.5", id="address"),
        pytest.param("", "", "mobile_vdir", "Exchange", id="mobile-vdir"),
        pytest.param("", "", "secondary_vdir", "exchange-oma", id="the-articles-name-where-there-is-none"),
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
    assert values(server)["undo_ssl"] == (
        "cscript adsutil.vbs set W3SVC/1/ROOT/Exchange/AccessSSLFlags 8   "
        "(or, if it was not set on this key before: cscript adsutil.vbs delete W3SVC/1/ROOT/Exchange/AccessSSLFlags)"
    )


def test_what_is_not_known_is_left_out(make_server):
    denied = Unknown("denied", "ask")
    found = values(make_server(metabase=denied, network=denied, registry=registry(("exchangevdir", "/x"))))
    assert found == {
        "host": "be01",
        "mobile_vdir": "Exchange",
        "secondary_vdir": "exchange-oma",
        "exchange_vdir_name": "exchangevdir",
    }
