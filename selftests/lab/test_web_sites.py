"""Which web site and virtual directory gets a request."""

from __future__ import annotations

import pytest

from exgate.facts.metabase_xml import read_metabase
from exgate.lab.metabase_template import Key, metabase_xml
from exgate.lab.web_sites import answering, route, web_sites

OWN = "10.81.7.11"


def sites(*bindings: tuple[str, ...], name="ServerBindings"):
    keys = [Key(f"/LM/W3SVC/{number}", "IIsWebServer", {name: each}) for number, each in enumerate(bindings, 1)]
    keys.append(Key("/LM/W3SVC", "IIsWebService"))
    return web_sites(read_metabase(metabase_xml(keys)))


@pytest.mark.parametrize(
    ("bindings", "host", "number"),
    (
        pytest.param([(":80:",)], "any", 1, id="all-unassigned"),
        pytest.param([(":8080:",)], "any", None, id="other-port"),
        pytest.param([(f"{OWN}:80:",)], "any", 1, id="own-address"),
        pytest.param([("10.81.7.12:80:",)], "any", None, id="other-address"),
        pytest.param([(":80:Mail",)], "mail", 1, id="host-in-any-case"),
        pytest.param([(":80:mail",)], "owa", None, id="other-host"),
        pytest.param([(":80:",), (":80:mail",)], "mail", 2, id="host-before-none"),
        pytest.param([(":80:",), (":80:mail",)], "owa", 1, id="none-for-the-rest"),
        pytest.param([(":80:mail",), (f"{OWN}:80:",)], "mail", 2, id="address-before-host"),
        pytest.param([(f"{OWN}:80:",), (f"{OWN}:80:mail",)], "mail", 2, id="both-before-address"),
        pytest.param([(":80:",), (":80:",)], "any", 1, id="equal-ones-by-number"),
        pytest.param([(":8080:", ":80:mail")], "mail", 1, id="any-entry"),
        pytest.param([], "any", None, id="no-site"),
    ),
)
def test_routes(bindings, host, number):
    found = route(sites(*bindings), 80, OWN, host)
    assert (found.number if found else None) == number


def test_tls_goes_by_the_secure_bindings():
    found = sites((":443:",), name="SecureBindings")
    assert route(found, 443, OWN, "any").number == 1
    assert route(found, 80, OWN, "any") is None


@pytest.mark.parametrize(
    ("bindings", "expected"),
    (
        pytest.param([(":80:mail",)], True, id="host-header-listens-too"),
        pytest.param([(":8080:",), (f"{OWN}:80:",)], True, id="any-site"),
        pytest.param([("10.81.7.12:80:",)], False, id="other-address"),
        pytest.param([(":8080:",)], False, id="other-port"),
        pytest.param([], False, id="no-site"),
    ),
)
def test_what_makes_http_sys_listen(bindings, expected):
    assert answering(sites(*bindings), 80, (OWN,)) is expected


@pytest.mark.parametrize(
    ("path", "vdir"),
    (
        pytest.param("/", "ROOT", id="root"),
        pytest.param("/exchange", "ROOT/Exchange", id="name"),
        pytest.param("/EXCHANGE/user/Inbox", "ROOT/Exchange", id="below"),
        pytest.param("/exchange/deeper/x", "ROOT/Exchange/Deeper", id="the-deepest"),
        pytest.param("/exchangex", None, id="longer-name"),
        pytest.param("/default.htm", None, id="nothing-there"),
    ),
)
def test_virtual_directories(path, vdir):
    locations = ("ROOT", "ROOT/Exchange", "ROOT/Exchange/Deeper")
    keys = [Key("/LM/W3SVC/1", "IIsWebServer"), Key("/LM/W3SVC/10", "IIsWebServer"), Key("/LM/W3SVC", "IIsWebService")]
    keys += [Key(f"/LM/W3SVC/1/{location}", "IIsWebVirtualDir") for location in locations]
    keys += [Key("/LM/W3SVC/10/ROOT", "IIsWebVirtualDir")]
    first, tenth = web_sites(read_metabase(metabase_xml(keys)))
    assert (first.number, tenth.number, tenth.vdirs) == (1, 10, {"": "/LM/W3SVC/10/ROOT"})
    assert first.vdir(path) == (f"/LM/W3SVC/1/{vdir}" if vdir else None)
