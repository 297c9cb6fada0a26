"""What the article demands of a virtual directory: messages asserted exactly."""

import pytest

from exgate.facts.metabase_xml import read_metabase
from exgate.facts.unknown import Unknown, UnknownFact

from .conftest import BASIC, NETWORK, metabase

EXCHANGE = "/LM/W3SVC/1/ROOT/Exchange"
FLAGS_6 = f"AuthFlags is 6 (AuthBasic | AuthNTLM), set on {EXCHANGE}"
FLAGS_2 = f"AuthFlags is 2 (AuthBasic), set on {EXCHANGE}"


def vdir(make_server, attributes=BASIC, **where):
    network = where.pop("network", NETWORK)
    return make_server(metabase=metabase({"Exchange": attributes}, **where), network=network).mobile_vdir


@pytest.mark.parametrize(
    ("attributes", "root", "required", "found"),
    (
        pytest.param(
            "", "", False, "does not require SSL: AccessSSLFlags is 0, not set, the schema's default", id="off"
        ),
        pytest.param(
            'AccessSSLFlags="AccessSSL"',
            "",
            True,
            f"requires SSL: AccessSSLFlags is 8 (AccessSSL), set on {EXCHANGE}; demanded: AccessSSL (8) off",
            id="on",
        ),
        pytest.param(
            "",
            'AccessSSLFlags="AccessSSL | AccessSSL128"',
            True,
            "requires SSL: AccessSSLFlags is 264 (AccessSSL | AccessSSL128), set on /LM/W3SVC/1/ROOT; "
            "demanded: AccessSSL (8) off",
            id="inherited-128",
        ),
        pytest.param(
            'AccessSSLFlags="AccessNegotiateCert"',
            'AccessSSLFlags="AccessSSL"',
            False,
            f"does not require SSL: AccessSSLFlags is 32 (AccessNegotiateCert), set on {EXCHANGE}",
            id="another-bit-on-the-vdir",
        ),
    ),
)
def test_requires_ssl(make_server, attributes, root, required, found):
    reading = vdir(make_server, attributes, root=root).requires_ssl
    assert (bool(reading), reading.found) == (required, f"/Exchange (web site 1) {found}")


@pytest.mark.parametrize(
    ("attributes", "root", "offers", "found"),
    (
        pytest.param(
            BASIC, "", True, f"offers Negotiate: {FLAGS_6}; NTAuthenticationProviders is not set", id="default"
        ),
        pytest.param(
            BASIC,
            'NTAuthenticationProviders="NTLM,negotiate"',
            True,
            f'offers Negotiate: {FLAGS_6}; NTAuthenticationProviders is "NTLM,negotiate"',
            id="listed",
        ),
        pytest.param(
            BASIC,
            'NTAuthenticationProviders="NTLM"',
            False,
            'does not offer Negotiate: NTAuthenticationProviders is "NTLM", set on /LM/W3SVC/1/ROOT; '
            "demanded: Negotiate among them, or not set",
            id="ntlm-alone-inherited",
        ),
        pytest.param(
            'AuthFlags="AuthBasic"',
            "",
            False,
            f"does not offer Negotiate: {FLAGS_2}; demanded: AuthNTLM (4), Integrated",
            id="no-integrated",
        ),
    ),
)
def test_offers_negotiate(make_server, attributes, root, offers, found):
    reading = vdir(make_server, attributes, root=root).offers_negotiate
    assert (bool(reading), reading.found) == (offers, f"/Exchange (web site 1) {found}")


@pytest.mark.parametrize(
    ("attributes", "root", "redirected", "found"),
    (
        pytest.param("", "", False, "is not redirected: HttpRedirect is empty", id="nowhere"),
        pytest.param(
            "",
            'HttpRedirect="https://mail.lab.example/exchange, EXACT_DESTINATION"',
            True,
            'is redirected: HttpRedirect is "https://mail.lab.example/exchange, EXACT_DESTINATION", set on '
            "/LM/W3SVC/1/ROOT; demanded: no redirect",
            id="inherited",
        ),
        pytest.param(
            'HttpRedirect=""',
            'HttpRedirect="https://mail.lab.example/exchange"',
            False,
            "is not redirected: HttpRedirect is empty",
            id="ended-on-the-vdir",
        ),
    ),
)
def test_is_redirected(make_server, attributes, root, redirected, found):
    reading = vdir(make_server, f"{BASIC} {attributes}", root=root).is_redirected
    assert (bool(reading), reading.found) == (redirected, f"/Exchange (web site 1) {found}")


STORE = r"\\.\BackOfficeStorage\lab.example\MBX"
DAV = r'ScriptMaps="*,C:\Exchsrvr\bin\davex.dll,1"'
NOT_SET = "not set, the schema's default"


@pytest.mark.parametrize(
    ("attributes", "serves", "found"),
    (
        pytest.param(
            f'Path="{STORE}" {DAV}',
            True,
            f'serves mailboxes: Path is "{STORE}", set on {EXCHANGE}, by davex.dll',
            id="yes",
        ),
        pytest.param(
            f'Path="{STORE.lower()}" {DAV.replace("davex", "DAVEX")}',
            True,
            f'serves mailboxes: Path is "{STORE.lower()}", set on {EXCHANGE}, by davex.dll',
            id="in-another-case",
        ),
        pytest.param(
            rf'Path="C:\Inetpub\wwwroot" {DAV}',
            False,
            rf'does not serve mailboxes: Path is "C:\Inetpub\wwwroot", set on {EXCHANGE}; '
            r"demanded: \\.\BackOfficeStorage\(SMTP domain)\MBX",
            id="a-folder",
        ),
        pytest.param(
            f'Path="{STORE.removesuffix("MBX")}Public Folders" {DAV}',
            False,
            f'does not serve mailboxes: Path is "{STORE.removesuffix("MBX")}Public Folders", set on {EXCHANGE}; '
            r"demanded: \\.\BackOfficeStorage\(SMTP domain)\MBX",
            id="public-folders",
        ),
        pytest.param(
            f'Path="{STORE}" {DAV.replace("davex", "exprox")}',
            False,
            rf"does not serve mailboxes: the wildcard script map is *,C:\Exchsrvr\bin\exprox.dll,1, ScriptMaps set on {EXCHANGE}; "
            "demanded: davex.dll",
            id="exprox",
        ),
        pytest.param(
            f'Path="{STORE}"',
            False,
            f"does not serve mailboxes: the wildcard script map is missing, ScriptMaps {NOT_SET}; demanded: davex.dll",
            id="no-script-map",
        ),
    ),
)
def test_serves_mailboxes(make_server, attributes, serves, found):
    reading = vdir(make_server, f"{BASIC} {attributes}").serves_mailboxes
    assert (bool(reading), reading.found) == (serves, f"/Exchange (web site 1) {found}")


@pytest.mark.parametrize(
    ("bindings", "answers"),
    (
        pytest.param(":80:", True, id="all-unassigned"),
        pytest.param("10.0.0.5:80:", True, id="own-address"),
        pytest.param("10.0.0.6:80:", False, id="an-own-address-that-the-name-does-not-resolve-to"),
        pytest.param(":80:be01", True, id="own-name"),
        pytest.param(":80:be01.LAB.example", True, id="own-full-name"),
        pytest.param(":443:\n\t\t\t:80:", True, id="second-binding"),
        pytest.param("10.0.0.9:80:\n\t\t\t:80:", True, id="a-plain-one-beside-a-foreign-one"),
        pytest.param(":8080:", False, id="other-port"),
        pytest.param("10.0.0.9:80:", False, id="foreign-address"),
        pytest.param(":80:owa.lab.example", False, id="foreign-name"),
        pytest.param("", False, id="none"),
    ),
)
def test_answers_on_port_80(make_server, bindings, answers):
    reading = vdir(make_server, site=f'ServerBindings="{bindings}"').answers_on_port_80
    shown = ", ".join(bindings.split()) or "empty"
    expected = (
        f"web site 1 of /Exchange answers on TCP 80: ServerBindings is {shown}"
        if answers
        else "web site 1 of /Exchange does not answer on TCP 80 for the server's own name: ServerBindings is "
        f"{shown}; demanded: port 80 on all unassigned or the server's address, with no host header or the server's name"
    )
    assert (bool(reading), reading.found) == (answers, expected)


def test_a_plain_binding_needs_no_network(make_server):
    assert vdir(make_server, network=Unknown("denied", "ask")).answers_on_port_80


def two_sites(make_server, first, second, **facts):
    """Site 1 holds /Exchange, site 2 something else."""
    text = (
        '<configuration><MBProperty><IIsWebServer Location="/LM/W3SVC/1" ServerBindings="{first}"/>'
        '<IIsWebServer Location="/LM/W3SVC/2" ServerBindings="{second}"/>'
        '<IIsWebVirtualDir Location="/LM/W3SVC/1/ROOT/Exchange"/></MBProperty></configuration>'
    )
    return make_server(metabase=read_metabase(text.format(first=first, second=second)), **facts).mobile_vdir


@pytest.mark.parametrize(
    ("first", "second"),
    (
        pytest.param(":80:", ":8080:", id="another-port"),
        pytest.param(":80:", "10.0.0.9:80:", id="a-foreign-address"),
        pytest.param(":80:", ":80:intranet", id="a-foreign-name"),
        pytest.param("10.0.0.5:80:", ":80:", id="less-specific"),
        pytest.param("10.0.0.5:80:be01", "10.0.0.5:80:", id="less-specific-by-the-name"),
        pytest.param(":80:\n\t\t\t10.0.0.5:80:be01", ":80:be01", id="a-better-one-beside-a-plain-one"),
        pytest.param(":80:", "10.0.0.6:80:", id="an-own-address-that-the-name-does-not-resolve-to"),
    ),
)
def test_another_web_site_that_takes_nothing_away(make_server, first, second):
    assert two_sites(make_server, first, second).answers_on_port_80


@pytest.mark.parametrize(
    ("first", "second"),
    (
        pytest.param(":80:", ":80:be01", id="by-name"),
        pytest.param(":80:\n\t\t\t:80:be01", ":80:be01.lab.example", id="by-another-name"),
        pytest.param(":80:", "10.0.0.5:80:", id="by-address"),
        pytest.param(":80:be01", "10.0.0.5:80:", id="an-address-against-a-name"),
        pytest.param("10.0.0.5:80:", ":80:be01", id="a-name-against-an-address"),
        pytest.param("10.0.0.5:80:", "10.0.0.5:80:be01", id="both"),
        pytest.param(":80:", ":80:", id="the-same"),
    ),
)
def test_another_web_site_that_may_take_the_requests_is_unknown(make_server, first, second):
    with pytest.raises(UnknownFact) as caught:
        _ = two_sites(make_server, first, second).answers_on_port_80
    assert caught.value.unknown == Unknown(
        f"web site 2 has a binding for the server's own name on TCP 80 that is as good or better ({second}; web site 1 of "
        f"/Exchange has {', '.join(first.split())}), and gets the requests where it is started",
        "look in IIS Manager which of the two is started, and give the other another binding",
    )


@pytest.mark.parametrize("bindings", ("10.0.0.6:80:", ":80:be01"))
def test_a_special_binding_without_the_network_is_unknown(make_server, bindings):
    with pytest.raises(UnknownFact, match=r"^denied; next step: ask$"):
        _ = vdir(make_server, site=f'ServerBindings="{bindings}"', network=Unknown("denied", "ask")).answers_on_port_80


@pytest.mark.parametrize(
    ("flags", "exactly", "shown"),
    (
        pytest.param("AuthBasic | AuthNTLM", True, "6 (AuthBasic | AuthNTLM)", id="both"),
        pytest.param("32774", True, "32774 (AuthBasic | AuthNTLM)", id="a-bit-that-is-no-method"),
        pytest.param("AuthBasic", False, "2 (AuthBasic)", id="basic-alone"),
        pytest.param("AuthNTLM", False, "4 (AuthNTLM)", id="integrated-alone"),
        pytest.param(
            "AuthAnonymous | AuthBasic | AuthNTLM", False, "7 (AuthAnonymous | AuthBasic | AuthNTLM)", id="anonymous"
        ),
        pytest.param("AuthBasic | AuthNTLM | AuthMD5", False, "22 (AuthBasic | AuthNTLM | AuthMD5)", id="digest"),
        pytest.param(
            "AuthBasic | AuthNTLM | AuthPassport", False, "70 (AuthBasic | AuthNTLM | AuthPassport)", id="passport"
        ),
    ),
)
def test_allows_only_integrated_and_basic(make_server, flags, exactly, shown):
    reading = vdir(make_server, f'AuthFlags="{flags}"').allows_only_integrated_and_basic
    demanded = "" if exactly else "; demanded: 6 (AuthBasic | AuthNTLM) and nothing else"
    assert (bool(reading), reading.found) == (
        exactly,
        f"/Exchange (web site 1): AuthFlags is {shown}, set on {EXCHANGE}{demanded}",
    )


def test_no_ip_restriction_in_the_file(make_server):
    reading = vdir(make_server, f'{BASIC} IPSecurity=""').denies_all_but_the_server
    assert (bool(reading), reading.found) == (
        False,
        (
            "/Exchange (web site 1) lets everybody in: it has no IP address restriction: GrantByDefault TRUE, "
            "nobody denied; demanded: denied by default, the server's own address the only exception"
        ),
    )


def test_an_ip_restriction_that_cannot_be_decoded_is_unknown(make_server):
    with pytest.raises(UnknownFact, match=r"^IPSecurity in MetaBase\.xml could not be understood"):
        _ = vdir(make_server, f'{BASIC} IPSecurity="180000802000"').denies_all_but_the_server
