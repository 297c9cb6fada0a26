"""WMI's settings classes as a view of the metabase: what is read, and what is not known."""

from ipaddress import IPv4Network

import pytest

from exgate.facts.bindings import Binding
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase import VIRTUAL_DIRECTORY, WEB_SITE
from exgate.facts.software import IisVersion
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.sources import iis

LOOK = "look at it in IIS Manager, and report this answer as a defect"
EXCHANGE = "W3SVC/1/ROOT/Exchange"
DENIED = Unknown("access to the class is denied", "allow it")


def strange(name):
    return Unknown(f"WMI showed {name} in a form that is not known", LOOK)


def vdir(**values):
    """Give the key of one virtual directory out of what WMI showed."""
    item = {"Name": EXCHANGE} | values
    return iis.view([], [item], DENIED).keys["/lm/w3svc/1/root/exchange"]


def site(**values):
    return iis.view([{"Name": "W3SVC/1"} | values], [], DENIED).keys["/lm/w3svc/1"]


def restrictions(**values):
    """Give the IP restrictions of one virtual directory out of what WMI showed."""
    item = {"Name": EXCHANGE, "GrantByDefault": "false", "IPGrant": None, "IPDeny": None} | values
    lists = {"DomainGrant": None, "DomainDeny": None}
    return iis.view([], [{"Name": EXCHANGE}], [lists | item]).keys["/lm/w3svc/1/root/exchange"].values["IPSecurity"]


@pytest.mark.parametrize(
    ("name", "kind"),
    (("AuthFlags", AuthFlags), ("AccessSSLFlags", AccessSSLFlags), ("AccessFlags", AccessFlags)),
    ids=("AuthFlags", "AccessSSLFlags", "AccessFlags"),
)
@pytest.mark.parametrize(
    ("value", "number"),
    (
        pytest.param("0", 0, id="none"),
        pytest.param("6", 6, id="some"),
        pytest.param("-2147483648", 0x80000000, id="sint32-with-the-highest-bit"),
        pytest.param("4294967295", 0xFFFFFFFF, id="all"),
        pytest.param(None, None, id="nil"),
        pytest.param("", None, id="empty"),
        pytest.param("--6", None, id="two-signs"),
        pytest.param("0x6", None, id="hexadecimal"),
        pytest.param("true", None, id="boolean"),
        pytest.param("9" * 5000, None, id="too-long"),
        pytest.param(("6", "6"), None, id="array"),
        pytest.param({"x": "6"}, None, id="embedded"),
    ),
)
def test_flags(name, kind, value, number):
    read = vdir(**{name: value}).values[name]
    assert read == (strange(name) if number is None else kind(number))
    assert isinstance(read, Unknown if number is None else kind)


@pytest.mark.parametrize("name", ("NTAuthenticationProviders", "DefaultLogonDomain", "HttpRedirect", "Path"))
@pytest.mark.parametrize(
    ("value", "text"),
    (
        pytest.param("Negotiate,NTLM", "Negotiate,NTLM", id="text"),
        pytest.param("\\", "\\", id="backslash"),
        pytest.param("", "", id="empty"),
        pytest.param(None, "", id="nil"),
        pytest.param(("a", "b"), None, id="array"),
        pytest.param({"x": "a"}, None, id="embedded"),
    ),
)
def test_texts(name, value, text):
    assert vdir(**{name: value}).values[name] == (strange(name) if text is None else text)


@pytest.mark.parametrize(
    "name",
    (
        *("AuthFlags", "AccessSSLFlags", "AccessFlags", "NTAuthenticationProviders", "DefaultLogonDomain"),
        *("HttpRedirect", "Path"),
    ),
)
def test_a_property_that_is_missing_is_not_known(name):
    view = iis.view([], [{"Name": EXCHANGE}], DENIED)
    with pytest.raises(UnknownFact) as caught:
        view.effective(f"/LM/{EXCHANGE}", name)
    assert caught.value.unknown == Unknown(
        f"WMI does not show {name} of /LM/{EXCHANGE}", "allow the shell, so that MetaBase.xml can be read"
    )


@pytest.mark.parametrize(
    ("value", "bindings"),
    (
        pytest.param(None, (), id="nil"),
        pytest.param({"IP": "", "Port": "80", "Hostname": ""}, (Binding("", 80, ""),), id="one"),
        pytest.param({"IP": None, "Port": "80", "Hostname": None}, (Binding("", 80, ""),), id="nil-inside"),
        pytest.param(
            {"ServerBinding": {"IP": "10.0.0.5", "Port": "8080", "Hostname": "owa"}},
            (Binding("10.0.0.5", 8080, "owa"),),
            id="one-in-an-element-of-its-class",
        ),
        pytest.param(
            (
                {"IP": "", "Port": "80", "Hostname": ""},
                {"ServerBinding": {"IP": "", "Port": "81", "Hostname": "owa"}},
            ),
            (Binding("", 80, ""), Binding("", 81, "owa")),
            id="two-in-both-shapes",
        ),
        pytest.param(":80:", "strange", id="text"),
        pytest.param("", "strange", id="empty-text"),
        pytest.param({}, "strange", id="empty-object"),
        pytest.param({"IP": "", "Hostname": ""}, "strange", id="no-port"),
        pytest.param({"Port": "80", "Hostname": ""}, "strange", id="no-address"),
        pytest.param({"IP": "", "Port": "80"}, "strange", id="no-host"),
        pytest.param({"IP": "", "Port": None, "Hostname": ""}, "strange", id="nil-port"),
        pytest.param({"IP": "", "Port": "http", "Hostname": ""}, "strange", id="port-in-words"),
        pytest.param({"IP": "", "Port": "0", "Hostname": ""}, "strange", id="port-0"),
        pytest.param({"IP": "", "Port": "65536", "Hostname": ""}, "strange", id="port-65536"),
        pytest.param({"IP": "", "Port": "-80", "Hostname": ""}, "strange", id="port-negative"),
        pytest.param({"IP": ("a", "b"), "Port": "80", "Hostname": ""}, "strange", id="two-addresses"),
        pytest.param({"ServerBinding": ({"Port": "80"}, {"Port": "81"})}, "strange", id="two-in-one-element"),
        pytest.param(({"IP": "", "Port": "80", "Hostname": ""}, None), "strange", id="nil-among-two"),
    ),
)
def test_bindings(value, bindings):
    read = site(ServerBindings=value).values["ServerBindings"]
    assert read == (strange("ServerBindings") if bindings == "strange" else bindings)


@pytest.mark.parametrize(
    ("values", "expected"),
    (
        pytest.param({}, IPRestrictions(grant_by_default=False), id="nobody"),
        pytest.param({"GrantByDefault": "TRUE"}, IPRestrictions(grant_by_default=True), id="everybody"),
        pytest.param(
            {"IPGrant": "10.0.0.5, 255.255.255.255"},
            IPRestrictions(grant_by_default=False, ip_grant=(IPv4Network("10.0.0.5"),)),
            id="one-computer",
        ),
        pytest.param(
            {"IPGrant": ("10.0.0.5,255.255.255.255", "10.1.0.7, 255.255.0.0", "10.2.0.1")},
            IPRestrictions(
                grant_by_default=False,
                ip_grant=(IPv4Network("10.0.0.5"), IPv4Network("10.1.0.0/16"), IPv4Network("10.2.0.1")),
            ),
            id="every-form-of-an-entry",
        ),
        pytest.param(
            {"GrantByDefault": "true", "IPDeny": "10.0.0.5, 255.255.255.255"},
            IPRestrictions(grant_by_default=True, ip_deny=(IPv4Network("10.0.0.5"),)),
            id="denied",
        ),
        pytest.param(
            {"DomainGrant": ("*.lab.example", "be01"), "DomainDeny": "x"},
            IPRestrictions(grant_by_default=False, domain_grant=("*.lab.example", "be01"), domain_deny=("x",)),
            id="domains",
        ),
        pytest.param({"GrantByDefault": None}, strange("GrantByDefault"), id="default-nil"),
        pytest.param({"GrantByDefault": "1"}, strange("GrantByDefault"), id="default-in-figures"),
        pytest.param({"GrantByDefault": ("true", "true")}, strange("GrantByDefault"), id="default-twice"),
        pytest.param(
            {"IPGrant": "be01"},
            Unknown(
                "an entry of the IP restrictions could not be understood: Expected 4 octets in 'be01'",
                LOOK,
            ),
            id="no-address",
        ),
        pytest.param(
            {"IPGrant": "10.0.0.5, 255.255.255.256"},
            Unknown(
                "an entry of the IP restrictions could not be understood: '255.255.255.256' is not a valid netmask",
                LOOK,
            ),
            id="no-mask",
        ),
        pytest.param(
            {"IPDeny": "10.0.0.5, 255.0.0.0, 1"},
            Unknown(
                "an entry of the IP restrictions could not be understood: "
                "'10.0.0.5, 255.0.0.0, 1' is not an address and a mask",
                LOOK,
            ),
            id="three-parts",
        ),
        *(
            pytest.param(
                {name: {"IP": "10.0.0.5"}},
                Unknown(
                    f"an entry of the IP restrictions could not be understood: {name} holds something else than text",
                    LOOK,
                ),
                id=f"embedded-{name}",
            )
            for name in ("IPGrant", "IPDeny", "DomainGrant", "DomainDeny")
        ),
    ),
)
def test_ip_restrictions(values, expected):
    assert restrictions(**values) == expected


def test_a_key_without_ip_restrictions_of_its_own():
    view = iis.view([], [{"Name": EXCHANGE}], [])
    assert view.keys["/lm/w3svc/1/root/exchange"].values["IPSecurity"] == Unknown(
        "WMI shows no IIsIPSecuritySetting for /LM/W3SVC/1/ROOT/Exchange", LOOK
    )


def test_ip_restrictions_that_could_not_be_read_hide_nothing_else():
    key = vdir(AuthFlags="6")
    assert (key.values["IPSecurity"], key.values["AuthFlags"]) == (DENIED, AuthFlags(6))


def test_keys_keep_their_case_and_are_found_in_any():
    view = iis.view([{"Name": "W3SVC/1"}], [{"Name": "w3svc/1/Root/exchange-OMA"}, {"Name": "/W3SVC/1/ROOT/"}], DENIED)
    assert list(view.locations(WEB_SITE)) == ["/LM/W3SVC/1"]
    assert list(view.locations(VIRTUAL_DIRECTORY)) == ["/LM/w3svc/1/Root/exchange-OMA", "/LM/W3SVC/1/ROOT"]
    assert view.stored_location("/LM/W3SVC/1/ROOT/exchange-oma") == "/LM/w3svc/1/Root/exchange-OMA"


@pytest.mark.parametrize("name", (None, "", "/", ("a", "b"), {"x": "a"}), ids=str)
@pytest.mark.parametrize("place", (0, 1, 2), ids=("site", "vdir", "ip-security"))
def test_a_key_without_a_name_makes_all_unknown(name, place):
    items = [[], [], []]
    items[place] = [{"Name": name, "GrantByDefault": "true"}]
    with pytest.raises(UnknownFact) as caught:
        iis.view(*items)
    assert caught.value.unknown == Unknown("WMI showed a key of the metabase without its name", LOOK)


NO_VERSION = Unknown("IIsWebInfo shows no version", "check HKLM\\SOFTWARE\\Microsoft\\InetStp\\MajorVersion")


@pytest.mark.parametrize(
    ("items", "expected"),
    (
        pytest.param([{"MajorIIsVersionNumber": "6", "MinorIIsVersionNumber": "0"}], IisVersion(6, 0), id="6.0"),
        pytest.param(
            [{}, {"MajorIIsVersionNumber": "6", "MinorIIsVersionNumber": "0"}], IisVersion(6, 0), id="the-second-item"
        ),
        pytest.param([], NO_VERSION, id="no-item"),
        pytest.param([{"MajorIIsVersionNumber": "6"}], NO_VERSION, id="no-minor"),
        pytest.param([{"MajorIIsVersionNumber": None, "MinorIIsVersionNumber": "0"}], NO_VERSION, id="nil"),
        pytest.param([{"MajorIIsVersionNumber": "six", "MinorIIsVersionNumber": "0"}], NO_VERSION, id="words"),
        pytest.param([{"MajorIIsVersionNumber": "9" * 5000, "MinorIIsVersionNumber": "0"}], NO_VERSION, id="too-long"),
    ),
)
def test_the_version(items, expected):
    assert iis.version(items) == expected


@pytest.mark.parametrize("query", (iis.SITES, iis.VIRTUAL_DIRECTORIES, iis.IP_SECURITY, iis.VERSION))
def test_queries_name_their_columns(query):
    assert query.startswith("SELECT ")
    assert "*" not in query
