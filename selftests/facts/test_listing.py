"""A host's facts as named rows."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from types import MappingProxyType

import pytest

from exgate.facts.events import EventLog, LoggedEvent
from exgate.facts.host import HostFacts
from exgate.facts.http import HttpAnswer
from exgate.facts.listing import MOST, list_facts
from exgate.facts.metabase_export import read_export
from exgate.facts.metabase_xml import read_metabase
from exgate.facts.named import LONGEST, NamedFact, bounded
from exgate.facts.network import Network
from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS, Registry, RegistryKey, RegistryType, RegistryValue
from exgate.facts.services import Service, Services
from exgate.facts.sharepoint import SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown
from exgate.facts.wire import Answered, Probe, Wire

SEALED = Unknown("access is denied", "ask for it")
NOON = datetime(2005, 10, 31, 12, tzinfo=UTC)
ROOT = "metabase /LM/W3SVC/1/ROOT"
PARAMETERS = rf"registry HKLM\{MASSYNC_PARAMETERS}"
ABOVE = rf"registry HKLM\{MASSYNC}"


def metabase(*keys):
    """Give a metabase of keys: their type, location and attributes."""
    elements = [f'<{kind} Location="{location}" {attributes}/>' for kind, location, attributes in keys]
    return read_metabase(f"<configuration><MBProperty>{''.join(elements)}</MBProperty></configuration>")


def site(number=1, *vdirs, bindings=":80:", root=""):
    location = f"/LM/W3SVC/{number}"
    return (
        ("IIsWebServer", location, f'ServerBindings="{bindings}"'),
        ("IIsWebVirtualDir", f"{location}/ROOT", root),
        *(("IIsWebVirtualDir", f"{location}/ROOT/{vdir}", "") for vdir in vdirs),
    )


def key(*values, path=MASSYNC_PARAMETERS):
    return {path.lower(): RegistryKey(path, tuple(values))}


def text(name, data, kind=RegistryType.REG_SZ):
    return RegistryValue(name, kind, data)


def answered(**answer):
    return Answered(method="GET", url="http://10.0.0.5:80/Exchange/", answer=HttpAnswer(**answer))


def rows(**changes):
    """Give the rows of a host, by name."""
    given = {
        "host": "be01",
        "source": "WMI",
        "collected_at": NOON,
        "stack": "OS: 5.2.3790 SP: 2.0 Stack: 2.0",
        "metabase": metabase(*site(1, "Exchange")),
        "metabase_file": None,
        "registry": Registry(key()),
        "services": Services(()),
        "network": SEALED,
        "operating_system": SEALED,
        "iis": IisVersion(6, 0),
        "exchange": ExchangeVersion(65, 7638),
        "iis_admin_started": NOON,
        "event_log": SEALED,
        "sharepoint": SharePoint(installed=False),
        "wire": SEALED,
    }
    return {row.name: row for row in list_facts(HostFacts(**given | changes))}


def values(found, *prefixes):
    return {name: row.value for name, row in found.items() if name.startswith(prefixes)}


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    (
        pytest.param({}, "IIS version", "6.0", id="iis"),
        pytest.param({}, "Exchange version", "6.5 build 7638", id="exchange"),
        pytest.param({"iis": SEALED}, "IIS version", None, id="iis-unknown"),
        pytest.param({}, "WS-Management stack", "OS: 5.2.3790 SP: 2.0 Stack: 2.0", id="stack"),
        pytest.param({}, "IISADMIN started", "2005-10-31T12:00:00Z", id="iis-admin"),
        pytest.param({}, "MetaBase.xml", "was read", id="file"),
        pytest.param({"metabase_file": SEALED}, "MetaBase.xml", None, id="file-unread"),
        pytest.param({}, "Windows", None, id="windows-unknown"),
        pytest.param(
            {"operating_system": OperatingSystem("Windows 2003", "5.2.3790", "", 272, timedelta(hours=1))},
            "Windows service pack",
            "",
            id="no-service-pack",
        ),
        pytest.param(
            {"services": Services((Service("W3SVC", "Stopped", "Manual", 7),))},
            "service W3SVC",
            "Stopped, start mode Manual",
            id="service",
        ),
        pytest.param({"services": SEALED}, "service", None, id="services-unknown"),
        pytest.param(
            {"sharepoint": SharePoint(installed=True, extended_sites=(2, 1))},
            "SharePoint extended web sites",
            "1, 2",
            id="sharepoint",
        ),
        pytest.param(
            {"sharepoint": SharePoint(installed=True, extended_sites=SEALED)},
            "SharePoint extended web sites",
            None,
            id="extended",
        ),
    ),
)
def test_single_facts(changes, name, value):
    row = rows(**changes)[name]
    assert (row.value, row.unknown) == (value, None if value is not None else SEALED.reason)


def test_what_an_order_does_not_mean_is_sorted():
    network = Network(
        computer_name="BE01",
        dns_names=("be01.lab.example", "be01"),
        addresses=(IPv4Address("10.0.0.10"), IPv4Address("10.0.0.9")),
        own_name_resolves_to=SEALED,
    )
    found = rows(network=network)
    assert values(found, "network") == {
        "network computer name": "BE01",
        "network DNS names": "be01, be01.lab.example",
        "network addresses": "10.0.0.9, 10.0.0.10",
        "network own name resolves to": None,
    }
    assert found["network own name resolves to"].volatile


@pytest.mark.parametrize(
    ("registry", "expected"),
    (
        pytest.param(key(), {PARAMETERS: "exists", f"{PARAMETERS} ExchangeVDir": "not set", ABOVE: None}, id="not-set"),
        pytest.param(
            key(text("ExchangeVDir", "/exchange-oma")),
            {PARAMETERS: "exists", f"{PARAMETERS} ExchangeVDir": '"/exchange-oma" (REG_SZ)', ABOVE: None},
            id="set",
        ),
        pytest.param(
            key(text("exchangevdir", "/x"), text("SMTPProxy", Unknown("its data was not read", "x"))),
            {
                PARAMETERS: "exists",
                f"{PARAMETERS} ExchangeVDir": "not set",
                f"{PARAMETERS} SMTPProxy": "REG_SZ, its data is not read",
                f"{PARAMETERS} exchangevdir": '"/x" (REG_SZ)',
                ABOVE: None,
            },
            id="near-miss",
        ),
        pytest.param(
            key(text("ExchangeVDir", SEALED)),
            {PARAMETERS: "exists", f"{PARAMETERS} ExchangeVDir": None, ABOVE: None},
            id="data-unknown",
        ),
        pytest.param(
            key(text("ExchangeVDir", None, RegistryType.REG_BINARY)),
            {PARAMETERS: "exists", f"{PARAMETERS} ExchangeVDir": "REG_BINARY, its data is not read", ABOVE: None},
            id="binary",
        ),
        pytest.param(
            {MASSYNC_PARAMETERS.lower(): RegistryKey(MASSYNC_PARAMETERS, None)},
            {PARAMETERS: "does not exist", f"{PARAMETERS} ExchangeVDir": "not set", ABOVE: None},
            id="no-key",
        ),
        pytest.param({MASSYNC_PARAMETERS.lower(): SEALED}, {PARAMETERS: None, ABOVE: None}, id="denied"),
        pytest.param(
            key() | key(text("ExchangeVDir", "/x"), path=MASSYNC),
            {
                PARAMETERS: "exists",
                f"{PARAMETERS} ExchangeVDir": "not set",
                ABOVE: "exists",
                f"{ABOVE} ExchangeVDir": '"/x" (REG_SZ)',
            },
            id="in-the-key-above",
        ),
    ),
)
def test_registry(registry, expected):
    assert values(rows(registry=Registry(registry)), "registry") == expected


def test_a_key_that_is_read_only_sometimes_is_no_change():
    assert rows()[ABOVE] == NamedFact(ABOVE, None, unknown="was not read", volatile=True)


def test_an_effective_value_says_where_it_is_set():
    found = rows(metabase=metabase(*site(1, "Exchange", root='AccessSSLFlags="AccessSSL"')))
    assert found[f"{ROOT}/Exchange AccessSSLFlags"] == NamedFact(
        f"{ROOT}/Exchange AccessSSLFlags", "8 (AccessSSL)", "set on /LM/W3SVC/1/ROOT"
    )
    assert found[f"{ROOT}/Exchange AuthFlags"].where == "not set, the schema's default"
    assert found["metabase /LM/W3SVC/1 ServerBindings"].value == ":80:"


@pytest.mark.parametrize("providers", ("", 'NTAuthenticationProviders="Negotiate, NTLM"'))
def test_a_value_and_the_absence_that_means_it_are_shown_alike(providers):
    found = rows(metabase=metabase(*site(1, "Exchange", root=providers)))
    assert found[f"{ROOT}/Exchange NTAuthenticationProviders"].value == "Negotiate,NTLM"


def test_a_property_that_is_not_understood_is_unknown_for_itself():
    found = rows(metabase=metabase(*site(1, "Exchange", root='AuthFlags="Wrong"')))
    assert found[f"{ROOT}/Exchange AuthFlags"].value is None
    assert "Wrong" in found[f"{ROOT}/Exchange AuthFlags"].unknown
    assert found[f"{ROOT}/Exchange AccessSSLFlags"].value == "0"


@pytest.mark.parametrize(
    ("keys", "registry", "keys_listed", "with_properties"),
    (
        pytest.param(
            (*site(1, "Exchange", "Public", "other"), *site(2, "shop")),
            key(),
            ["1/ROOT", "1/ROOT/Exchange", "1/ROOT/other", "1/ROOT/Public", "2/ROOT", "2/ROOT/shop"],
            ["1/ROOT", "1/ROOT/Exchange"],
            id="two-sites",
        ),
        pytest.param(
            (*site(1, "shop"), *site(2, "Exchange", "exchange-oma")),
            key(text("ExchangeVDir", "/Exchange-OMA")),
            ["2/ROOT", "2/ROOT/Exchange", "2/ROOT/exchange-oma", "1/ROOT", "1/ROOT/shop"],
            ["2/ROOT", "2/ROOT/Exchange", "2/ROOT/exchange-oma"],
            id="a-secondary-vdir-on-another-site",
        ),
        pytest.param(
            site(1, "oma", "Microsoft-Server-ActiveSync"),
            key(),
            ["1/ROOT", "1/ROOT/Microsoft-Server-ActiveSync", "1/ROOT/oma"],
            ["1/ROOT", "1/ROOT/Microsoft-Server-ActiveSync", "1/ROOT/oma"],
            id="without-exchange",
        ),
        pytest.param(site(1, "shop"), key(), ["1/ROOT", "1/ROOT/shop"], [], id="no-exchange-at-all"),
    ),
)
def test_which_keys_are_listed(keys, registry, keys_listed, with_properties):
    names = [
        name.removeprefix("metabase /LM/W3SVC/")
        for name in rows(metabase=metabase(*keys), registry=Registry(registry))
        if "/ROOT" in name
    ]
    assert [name.removesuffix(" KeyType") for name in names if name.endswith(" KeyType")] == keys_listed
    assert [name.removesuffix(" AuthFlags") for name in names if name.endswith(" AuthFlags")] == with_properties


@pytest.mark.parametrize(
    ("given", "reason"),
    (
        pytest.param(SEALED, SEALED.reason, id="unread"),
        pytest.param(metabase(("IIsWebService", "/LM/W3SVC", "")), "no web site at all was shown", id="without-a-site"),
    ),
)
def test_a_metabase_that_was_not_seen_is_one_unknown_fact(given, reason):
    found = {name: row for name, row in rows(metabase=given).items() if name.startswith("metabase")}
    assert found == {"metabase": NamedFact("metabase", None, unknown=reason)}


def test_more_virtual_directories_than_fit_are_cut_and_said_to_be():
    found = rows(metabase=metabase(*site(1, "Exchange", *(f"v{number:05}" for number in range(MOST)))))
    assert sum(row.is_key for row in found.values()) == MOST + 1
    assert found["metabase"].unknown == f"of {MOST + 2} virtual directories the first {MOST} are listed"


@pytest.mark.parametrize(
    ("answer", "shown"),
    (
        pytest.param({"status": 403, "sub_status": 4, "reason": "Forbidden"}, "403.4 Forbidden", id="sub-status"),
        pytest.param({"status": 401, "schemes": ("Negotiate", "NTLM")}, "401 (Negotiate, NTLM)", id="schemes"),
        pytest.param(
            {"status": 302, "location": "https://u:secret@be01/exchweb/owalogon.asp?url=x&reason=0#f"},
            "302 to https://be01/exchweb/owalogon.asp",
            id="redirect",
        ),
        pytest.param({"status": 302, "location": "http://[x"}, "302 to a URL that is none", id="no-url"),
        pytest.param(
            {"status": 200, "reason": "OK", "headers": {"ms-asprotocolversions": "1.0,2.5"}},
            "200 OK, MS-ASProtocolVersions 1.0,2.5",
            id="versions",
        ),
    ),
)
def test_what_the_wire_answered(answer, shown):
    wire = Wire(vdir="/Exchange", host_header="be01", answers=MappingProxyType({Probe.GET: answered(**answer)}))
    assert rows(wire=wire)["wire GET of the virtual directory"].value == shown


def test_a_question_that_was_not_asked_is_no_change_and_one_without_an_answer_is_unknown():
    wire = Wire(vdir="/Exchange", host_header="be01", answers=MappingProxyType({Probe.GET: SEALED}))
    found = rows(wire=wire)
    assert found["wire GET of OMA"] == NamedFact("wire GET of OMA", None, unknown="was not asked", volatile=True)
    assert found[f"wire {Probe.GET}"] == NamedFact(f"wire {Probe.GET}", None, unknown=SEALED.reason)


def test_the_event_log_is_counted_and_no_change():
    event = LoggedEvent(source="MSExchangeOMA", code=1805, generated=NOON, strings=("x",), message="m")
    log = EventLog(since=NOON, because="the last start of IIS Admin", events=(event, event), reaches_back=True)
    found = {name: row for name, row in rows(event_log=log).items() if name.startswith("events")}
    assert values(found, "events") == {
        "events since": "2005-10-31T12:00:00Z (the last start of IIS Admin)",
        "events reach back": "yes",
        "events MSExchangeOMA 1805": "2",
    }
    assert all(row.volatile for row in found.values())


def test_long_values_that_differ_behind_the_cut_still_differ():
    one, other = (bounded("x" * LONGEST + end) for end in "ab")
    assert one != other
    assert one.startswith("x" * LONGEST + f"... ({LONGEST + 1} characters, SHA-256 ")
    assert bounded("x" * LONGEST) == "x" * LONGEST


@pytest.mark.parametrize("given", ({"value": None}, {"value": "x", "unknown": "y"}))
def test_a_fact_is_known_or_says_why_it_is_not(given):
    with pytest.raises(ValueError, match="fact n: give a value, or why there is none"):
        NamedFact("n", **given)


def test_an_export_that_cannot_list_every_web_site_is_one_unknown_fact():
    export = read_export(b'<a><IIsWebVirtualDir Location="/LM/W3SVC/1/ROOT/Exchange" AuthFlags="AuthNTLM"/></a>')
    assert rows(metabase=export)["metabase"].unknown == (
        "the export of /LM/W3SVC/1/ROOT/Exchange does not show every IIsWebServer of the server"
    )
