"""Rows that are missing, refused or strange: each costs its own fact, and says why."""

from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest

from exgate.facts.bindings import ScriptMap
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC, MASSYNC_PARAMETERS, RegistryType, RegistryValue
from exgate.facts.sharepoint import PORTS, WEB_SERVER_EXTENSIONS, SharePoint
from exgate.facts.software import IisVersion
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.sources.folder.collected import INETSTP

VDIR, SITE = "/LM/W3SVC/1/ROOT/Exchange", "/LM/W3SVC/1"
PARAMETERS = f"HKLM\\{MASSYNC_PARAMETERS}"
AGAIN = "run the collector again"
ADMINISTRATOR = f"{AGAIN} as an administrator of the server"
DENIED = "error 80041003, Access denied"


def missing(what):
    return Unknown(f"collected.csv tells nothing of {what}", f"{AGAIN}, as exgate collector prints it now")


def incomplete(what):
    return Unknown(f"collected.csv has not all rows of {what}, or too many", AGAIN)


def refused(what, error=DENIED):
    return Unknown(f"the collector could not read {what}: {error}", ADMINISTRATOR)


def failed(kind, subject, tag=""):
    return {(kind, subject): [(kind, subject, "", tag, "", DENIED)]}


def denied_key(path):
    return Unknown(f"access to HKLM\\{path} is denied", "let the account read this key (regedit, Permissions)")


def wmi(name):
    return {("wmi", name): []}


NO_INETSTP = {("registry", f"HKLM\\{INETSTP}"): []}
IIS_ADMIN_STOPPED = Unknown("IIS Admin does not run, so that it has no last start", "start it (net start iisadmin)")


@pytest.mark.parametrize(
    ("changes", "fact", "expected"),
    (
        pytest.param(wmi("Win32_Service"), "services", missing("Win32_Service"), id="services-missing"),
        pytest.param(failed("wmi", "Win32_Service"), "services", refused("Win32_Service"), id="services-refused"),
        pytest.param(
            {("wmi", "Win32_Service", "", "#"): []}, "services", incomplete("Win32_Service"), id="services-not-counted"
        ),
        pytest.param(
            {("wmi", "Win32_Service", "", "#"): [("wmi", "Win32_Service", "", "#", "6", "")]},
            "services",
            incomplete("Win32_Service"),
            id="services-fewer-than-counted",
        ),
        pytest.param(
            {("wmi", "Win32_Service", "State", "2"): []}, "services", incomplete("Win32_Service"), id="a-state-missing"
        ),
        pytest.param(
            {("wmi", "Win32_Service", "State", "2"): [("wmi", "Win32_Service", "State", "2", "Running", "")] * 2},
            "services",
            Unknown("WMI did not show State", "repair WMI on the server"),
            id="a-state-twice",
        ),
        pytest.param(wmi("Win32_Service"), "iis_admin_started", missing("Win32_Service"), id="start-without-services"),
        pytest.param(wmi("Win32_Process"), "iis_admin_started", missing("Win32_Process"), id="start-missing"),
        pytest.param(
            {
                ("wmi", "Win32_Service"): [
                    ("wmi", "Win32_Service", "Name", "1", "IISADMIN", ""),
                    ("wmi", "Win32_Service", "State", "1", "Stopped", ""),
                    ("wmi", "Win32_Service", "StartMode", "1", "Auto", ""),
                    ("wmi", "Win32_Service", "ProcessId", "1", "0", ""),
                    ("wmi", "Win32_Service", "", "#", "1", ""),
                ]
            },
            "iis_admin_started",
            IIS_ADMIN_STOPPED,
            id="start-of-nothing",
        ),
        pytest.param(
            {("wmi", "Win32_Process", "CreationDate"): [("wmi", "Win32_Process", "CreationDate", "1", "noon", "")]},
            "iis_admin_started",
            Unknown("WMI did not show when IIS Admin's process was started", "repair WMI on the server"),
            id="start-at-noon",
        ),
        pytest.param(
            wmi("Win32_OperatingSystem"), "operating_system", missing("Win32_OperatingSystem"), id="windows-missing"
        ),
        pytest.param(wmi("Win32_ComputerSystem"), "network", missing("Win32_ComputerSystem"), id="computer-missing"),
        pytest.param(
            failed("wmi", "Win32_NetworkAdapterConfiguration"),
            "network",
            refused("Win32_NetworkAdapterConfiguration"),
            id="adapters-refused",
        ),
        pytest.param(
            {("wmi", "Win32_NetworkAdapterConfiguration", "IPAddress"): []},
            "network",
            incomplete("Win32_NetworkAdapterConfiguration"),
            id="addresses-missing",
        ),
        pytest.param(
            {("wmi", "Win32_NetworkAdapterConfiguration", "IPAddress", "1"): []},
            "network",
            incomplete("Win32_NetworkAdapterConfiguration"),
            id="addresses-fewer-than-counted",
        ),
        pytest.param(wmi("IIsWebInfo") | NO_INETSTP, "iis", missing("IIsWebInfo"), id="iis-missing-in-both"),
        pytest.param(failed("wmi", "IIsWebInfo") | NO_INETSTP, "iis", refused("IIsWebInfo"), id="iis-refused"),
        pytest.param(
            {("registry", f"HKLM\\{EXCHANGE_SETUP}"): []},
            "exchange",
            missing(f"HKLM\\{EXCHANGE_SETUP}"),
            id="exchange-missing",
        ),
        pytest.param(
            {
                ("registry", f"HKLM\\{EXCHANGE_SETUP}"): [
                    ("registry", f"HKLM\\{EXCHANGE_SETUP}", "", "values#", "", "not found")
                ]
            },
            "exchange",
            Unknown(
                f"HKLM\\{EXCHANGE_SETUP} holds no Services Version: Exchange is not installed, or not as expected",
                "check that this host is an Exchange server",
            ),
            id="exchange-not-installed",
        ),
        pytest.param(
            {
                ("registry", f"HKLM\\{EXCHANGE_SETUP}"): [
                    ("registry", f"HKLM\\{EXCHANGE_SETUP}", "", "values#", "", "StdRegProv answered 5")
                ]
            },
            "exchange",
            denied_key(EXCHANGE_SETUP),
            id="exchange-denied",
        ),
        pytest.param(
            {("registry", f"HKLM\\{WEB_SERVER_EXTENSIONS}"): []},
            "sharepoint",
            missing(f"HKLM\\{WEB_SERVER_EXTENSIONS}"),
            id="sharepoint-missing",
        ),
        pytest.param(
            failed("registry", f"HKLM\\{WEB_SERVER_EXTENSIONS}", "subkeys#"),
            "sharepoint",
            refused(f"HKLM\\{WEB_SERVER_EXTENSIONS}"),
            id="sharepoint-refused",
        ),
        pytest.param({("about", "", "computer"): []}, "computer_name", missing("computer"), id="no-computer"),
        pytest.param({("about", "", "collected_at"): []}, "collected_at", missing("collected_at"), id="no-time"),
        pytest.param(
            {("about", "", "collected_at"): [("about", "", "collected_at", "", "", "error D")]},
            "collected_at",
            refused("collected_at", "error D"),
            id="a-time-that-was-not-read",
        ),
        pytest.param(
            {("about", "", "collected_at"): [("about", "", "collected_at", "", "2026-02-30T08:00:00Z", "")]},
            "collected_at",
            incomplete("collected_at"),
            id="a-day-that-is-none",
        ),
        pytest.param({("about", "MetaBase.xml"): []}, "metabase_file", missing("MetaBase.xml"), id="no-file"),
        pytest.param(
            failed("about", "MetaBase.xml"), "metabase_file", refused("MetaBase.xml"), id="a-file-that-was-not-read"
        ),
        pytest.param({("adsi",): []}, "metabase", missing("the metabase"), id="metabase-missing"),
        pytest.param(
            {("adsi", "/LM/W3SVC", ""): [("adsi", "/LM/W3SVC", "", "#", "", "error 800401E4")]},
            "metabase",
            refused("the metabase", "error 800401E4"),
            id="metabase-refused",
        ),
        pytest.param({("adsi", VDIR): []}, "metabase", incomplete("the metabase"), id="a-key-fewer-than-counted"),
        pytest.param({("adsi", VDIR, ""): []}, "metabase", incomplete("the metabase"), id="a-key-without-its-type"),
        pytest.param(
            {("adsi", VDIR, ""): [("adsi", VDIR, "", "IIsFtpVirtualDir", "", "")]},
            "metabase",
            incomplete("the metabase"),
            id="a-key-of-another-service",
        ),
        pytest.param(
            {("adsi", VDIR, ""): [("adsi", VDIR.upper(), "", "IIsWebVirtualDir", "", "")]},
            "metabase",
            incomplete("the metabase"),
            id="a-key-in-two-cases",
        ),
        pytest.param({("event", "bound"): []}, "events", missing("the Application log's bound"), id="no-bound"),
        pytest.param(failed("event", "Win32_NTLogEvent"), "events", refused("Win32_NTLogEvent"), id="events-refused"),
        pytest.param({("event", "Win32_NTLogEvent"): []}, "events", missing("Win32_NTLogEvent"), id="events-missing"),
        pytest.param(
            {("event", "older than the bound"): []}, "events", missing("older than the bound"), id="nobody-looked-back"
        ),
        pytest.param(
            failed("event", "older than the start"), "events", refused("older than the start"), id="looking-back-failed"
        ),
        pytest.param(
            {
                ("event", "older than the start", "TimeGenerated"): [
                    ("event", "older than the start", "TimeGenerated", "1", "?", "")
                ]
            },
            "events",
            incomplete("the Application log's older records"),
            id="an-older-record-without-its-time",
        ),
    ),
)
def test_a_fact_that_is_not_known(changed, changes, fact, expected):
    found = changed(changes)
    assert getattr(found, fact) == expected
    if isinstance(expected, Unknown) and fact == "events":
        assert found.event_log(datetime(2026, 3, 2, tzinfo=UTC), "x") == expected


def setting(facts, place, name):
    try:
        return facts.metabase.effective(place, name).value
    except UnknownFact as error:
        return error.unknown


def of(place, name, *values, tag="IIsWebVirtualDir", count=None, error=""):
    rows = [("adsi", place, name, tag, value, error) for value in values]
    return {
        ("adsi", place, name): rows + ([("adsi", place, name, f"{tag}#", str(count), "")] if count is not None else [])
    }


def strange(name, place=VDIR):
    return Unknown(
        f"the collector showed {name} of {place} in a form that is not known",
        "look at it in IIS Manager, and report this file as a defect",
    )


MAP = ScriptMap("*", r"C:\Program Files\Exchsrvr\bin\davex.dll", 1, ())


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    (
        pytest.param(of(VDIR, "AuthFlags"), "AuthFlags", missing(f"AuthFlags of {VDIR}"), id="missing"),
        pytest.param(
            of(VDIR, "AuthFlags", "", error="error 80005006"),
            "AuthFlags",
            refused(f"AuthFlags of {VDIR}", "error 80005006"),
            id="refused",
        ),
        pytest.param(of(VDIR, "AuthFlags", "6", "6"), "AuthFlags", incomplete(f"AuthFlags of {VDIR}"), id="twice"),
        pytest.param(of(VDIR, "AuthFlags", "six"), "AuthFlags", strange("AuthFlags"), id="in-words"),
        pytest.param(of(VDIR, "AuthFlags", ""), "AuthFlags", strange("AuthFlags"), id="null"),
        pytest.param(of(VDIR, "AccessSSLFlags", "-2147483640"), "AccessSSLFlags", 0x80000008, id="with-a-sign"),
        pytest.param(of(VDIR, "AuthFlags", "6", count=1), "AuthFlags", incomplete(f"AuthFlags of {VDIR}"), id="a-list"),
        pytest.param(of(VDIR, "HttpRedirect", ""), "HttpRedirect", "", id="an-empty-text"),
        pytest.param(of(VDIR, "ScriptMaps", count=0), "ScriptMaps", (), id="an-empty-list"),
        pytest.param(of(VDIR, "ScriptMaps", "", count=1), "ScriptMaps", (), id="a-list-of-nothing"),
        pytest.param(of(VDIR, "ScriptMaps", str(MAP), count=1), "ScriptMaps", (MAP,), id="one-map"),
        pytest.param(
            of(VDIR, "ScriptMaps", str(MAP), count=2), "ScriptMaps", incomplete(f"ScriptMaps of {VDIR}"), id="maps-lost"
        ),
        pytest.param(
            of(VDIR, "ScriptMaps", str(MAP)), "ScriptMaps", incomplete(f"ScriptMaps of {VDIR}"), id="maps-not-counted"
        ),
        pytest.param(of(VDIR, "ScriptMaps", "*,x", count=1), "ScriptMaps", strange("ScriptMaps"), id="half-a-map"),
        pytest.param(
            of(VDIR, "ScriptMaps", "*,x,y", count=1), "ScriptMaps", strange("ScriptMaps"), id="a-map-with-words"
        ),
        pytest.param(
            of(VDIR, "ScriptMaps", ".a,b,5,GET,HEAD", count=1),
            "ScriptMaps",
            (ScriptMap(".a", "b", 5, ("GET", "HEAD")),),
            id="a-map-with-verbs",
        ),
        pytest.param(
            of(VDIR, "GrantByDefault"), "IPSecurity", missing(f"GrantByDefault of {VDIR}"), id="restrictions-missing"
        ),
        pytest.param(
            of(VDIR, "IPGrant"), "IPSecurity", missing(f"IPGrant of {VDIR}"), id="a-list-of-restrictions-missing"
        ),
        pytest.param(
            of(VDIR, "DomainGrant", "x", count=0),
            "IPSecurity",
            incomplete(f"DomainGrant of {VDIR}"),
            id="a-list-of-restrictions-not-complete",
        ),
        pytest.param(
            {("adsi", VDIR, "IPGrant"): [("adsi", VDIR, "IPSecurity", "IIsWebVirtualDir", "", "error 1B6")]},
            "IPSecurity",
            refused(f"IPSecurity of {VDIR}", "error 1B6"),
            id="restrictions-refused",
        ),
        pytest.param(
            of(VDIR, "IPGrant", "10.0.0.5,255.0.255.0", count=1),
            "IPSecurity",
            Unknown(
                "an entry of the IP restrictions could not be understood: '255.0.255.0' is not a valid netmask",
                "look at it in IIS Manager, and report this answer as a defect",
            ),
            id="a-mask-that-is-none",
        ),
        pytest.param(
            of(VDIR, "GrantByDefault", "Wahr"),
            "IPSecurity",
            Unknown(
                "WMI showed GrantByDefault in a form that is not known",
                "look at it in IIS Manager, and report this answer as a defect",
            ),
            id="a-boolean-in-german",
        ),
    ),
)
def test_a_setting(changed, changes, name, expected):
    facts = changed(changes)
    assert setting(facts, VDIR, name) == expected
    assert setting(facts, "/LM/W3SVC/1/ROOT/exchange-oma", "AuthFlags") == 6


@pytest.mark.parametrize("binding", (":80", "a:b:c", ":0:", ":70000:", "1:2:3:4"))
def test_a_binding_that_is_none(changed, binding):
    facts = changed(of(SITE, "ServerBindings", binding, tag="IIsWebServer", count=1))
    assert setting(facts, SITE, "ServerBindings") == strange("ServerBindings", SITE)


def registry_row(name, tag, data="", error=""):
    return ("registry", PARAMETERS, name, tag, data, error)


def parameters(*rows, count):
    return {("registry", PARAMETERS): [*rows, registry_row("", "values#", str(count))]}


def of_parameters(name):
    return f"{name} of {PARAMETERS}"


@pytest.mark.parametrize(
    ("row", "expected"),
    (
        pytest.param(
            (registry_row("ExchangeVDir", "1", "/x"),),
            RegistryValue("ExchangeVDir", RegistryType.REG_SZ, "/x"),
            id="text",
        ),
        pytest.param(
            (registry_row("exchangevdir ", "2", ""),),
            RegistryValue("exchangevdir ", RegistryType.REG_EXPAND_SZ, ""),
            id="near",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "4", "-1"),),
            RegistryValue("ExchangeVDir", RegistryType.REG_DWORD, 0xFFFFFFFF),
            id="a-number-with-a-sign",
        ),
        pytest.param(
            (
                registry_row("ExchangeVDir", "7", "a"),
                registry_row("ExchangeVDir", "7", "b"),
                registry_row("ExchangeVDir", "7#", "2"),
            ),
            RegistryValue("ExchangeVDir", RegistryType.REG_MULTI_SZ, ("a", "b")),
            id="a-list",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "7#", "0"),),
            RegistryValue("ExchangeVDir", RegistryType.REG_MULTI_SZ, ()),
            id="an-empty-list",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "3"),),
            RegistryValue("ExchangeVDir", RegistryType.REG_BINARY, None),
            id="bytes",
        ),
        pytest.param(
            (registry_row("", "1", "x"),), RegistryValue("", RegistryType.REG_SZ, "x"), id="the-default-value"
        ),
        pytest.param(
            (registry_row('a,"b"\r\nc', "99"),), RegistryValue('a,"b"\r\nc', 99, None), id="a-name-of-all-characters"
        ),
        pytest.param(
            (registry_row("SMTPProxy", "1", error="not asked for"),),
            RegistryValue(
                "SMTPProxy",
                RegistryType.REG_SZ,
                Unknown("the collector asks for the data of few values only", "look at the value in regedit"),
            ),
            id="not-asked-for",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "1", error="StdRegProv answered 5"),),
            RegistryValue("ExchangeVDir", RegistryType.REG_SZ, denied_key(MASSYNC_PARAMETERS)),
            id="denied",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "1", error="error D"),),
            RegistryValue("ExchangeVDir", RegistryType.REG_SZ, refused(of_parameters("ExchangeVDir"), "error D")),
            id="refused",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "1", "/a"), registry_row("ExchangeVDir", "1", "/b")),
            RegistryValue("ExchangeVDir", RegistryType.REG_SZ, incomplete(of_parameters("ExchangeVDir"))),
            id="twice",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "7", "a"),),
            RegistryValue("ExchangeVDir", RegistryType.REG_MULTI_SZ, incomplete(of_parameters("ExchangeVDir"))),
            id="a-list-not-counted",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "1", "a"), registry_row("ExchangeVDir", "4", "1")),
            RegistryValue("ExchangeVDir", RegistryType.REG_SZ, incomplete(of_parameters("ExchangeVDir"))),
            id="of-two-types",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "REG_SZ", "a"),),
            RegistryValue("ExchangeVDir", -1, incomplete(of_parameters("ExchangeVDir"))),
            id="a-type-in-words",
        ),
        pytest.param(
            (registry_row("ExchangeVDir", "4", "x"),),
            RegistryValue(
                "ExchangeVDir",
                RegistryType.REG_DWORD,
                Unknown("StdRegProv showed uValue in a form that is not known", "look at the value in regedit"),
            ),
            id="a-number-in-words",
        ),
    ),
)
def test_a_registry_value(changed, row, expected):
    assert changed(parameters(*row, count=1)).registry.key(MASSYNC_PARAMETERS).values == (expected,)


@pytest.mark.parametrize(
    ("found", "expected"),
    (
        pytest.param([], missing(PARAMETERS), id="missing"),
        pytest.param([registry_row("ExchangeVDir", "1", "/x")], missing(PARAMETERS), id="not-counted"),
        pytest.param([registry_row("", "values#", "1")], incomplete(PARAMETERS), id="fewer-than-counted"),
        pytest.param([registry_row("", "values#", "many")], incomplete(PARAMETERS), id="counted-in-words"),
        pytest.param([registry_row("", "values#", "0")] * 2, incomplete(PARAMETERS), id="counted-twice"),
        pytest.param(
            [registry_row("", "values#", "", "not found"), registry_row("", "values#", "0")],
            refused(PARAMETERS, "not found"),
            id="there-and-not-there",
        ),
        pytest.param(
            [registry_row("", "values#", "", "StdRegProv answered 5")], denied_key(MASSYNC_PARAMETERS), id="denied"
        ),
        pytest.param(
            [registry_row("", "values#", "", "StdRegProv answered 1722")],
            Unknown(f"StdRegProv answered 1722 for {PARAMETERS}", "look at the key in regedit"),
            id="another-answer",
        ),
        pytest.param([registry_row("", "values#", "", DENIED)], refused(PARAMETERS), id="refused"),
    ),
)
def test_a_registry_key_that_is_not_known(changed, found, expected):
    with pytest.raises(UnknownFact) as caught:
        changed({("registry", PARAMETERS): found}).registry.key(MASSYNC_PARAMETERS)
    assert caught.value.unknown == expected


def test_a_registry_key_that_does_not_exist(changed):
    registry = changed({("registry", PARAMETERS): [registry_row("", "values#", "", "not found")]}).registry
    assert registry.key(MASSYNC_PARAMETERS).values is None
    assert (registry.exchange_vdir, registry.mobile_vdir) == (None, "/Exchange")
    assert registry.key(MASSYNC).values == ()


def subkeys(path, *names):
    subject = f"HKLM\\{path}"
    rows = [("registry", subject, name, "subkey", "", "") for name in names]
    return {("registry", subject): [*rows, ("registry", subject, "", "subkeys#", str(len(names)), "")]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    (
        pytest.param(subkeys(WEB_SERVER_EXTENSIONS, "5.0", "Ports"), SharePoint(installed=False), id="frontpage"),
        pytest.param(
            subkeys(WEB_SERVER_EXTENSIONS, "6.0") | subkeys(PORTS, "Port /LM/W3SVC/1:", "Port /LM/W3SVC/12:"),
            SharePoint(installed=True, extended_sites=(1, 12)),
            id="two-sites",
        ),
        pytest.param(
            subkeys(WEB_SERVER_EXTENSIONS, "6.0") | {("registry", f"HKLM\\{PORTS}"): []},
            SharePoint(installed=True, extended_sites=missing(f"HKLM\\{PORTS}")),
            id="sites-missing",
        ),
        pytest.param(
            subkeys(WEB_SERVER_EXTENSIONS, "6.0")
            | {("registry", f"HKLM\\{PORTS}"): [("registry", f"HKLM\\{PORTS}", "", "subkeys#", "3", "")]},
            SharePoint(installed=True, extended_sites=incomplete(f"the subkeys of HKLM\\{PORTS}")),
            id="sites-fewer-than-counted",
        ),
    ),
)
def test_sharepoint(changed, changes, expected):
    assert changed(changes).sharepoint == expected


def test_the_version_of_iis_out_of_the_registry_where_wmi_does_not_show_it(changed):
    key = f"HKLM\\{INETSTP}"
    values = [
        ("registry", key, name, "4", number, "") for name, number in (("MajorVersion", "6"), ("MinorVersion", "0"))
    ]
    facts = changed(
        failed("wmi", "IIsWebInfo") | {("registry", key): [*values, ("registry", key, "", "values#", "2", "")]}
    )
    assert facts.iis == IisVersion(6, 0)


def ping(*answers):
    rows = []
    for number, (name, address, status) in enumerate(answers, 1):
        for column, value in zip(
            ("Address", "ProtocolAddress", "PrimaryAddressResolutionStatus"), (name, address, status), strict=True
        ):
            rows.append(("wmi", "Win32_PingStatus", column, str(number), value, ""))
    return {("wmi", "Win32_PingStatus"): [*rows, ("wmi", "Win32_PingStatus", "", "#", str(len(answers)), "")]}


BY_HAND = "run ping with the server's own name on the server, and check DNS and the hosts file"
FULL = "sa01.lab.example"


@pytest.mark.parametrize(
    ("changes", "expected"),
    (
        pytest.param(
            ping(("SA01", "10.0.0.1", "0"), (FULL, "10.0.0.2", "0")),
            (IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2")),
            id="two-addresses",
        ),
        pytest.param(
            ping(("SA01", "10.0.0.1", "0"), (FULL, "", "11001"), ("other", "10.9.9.9", "0")),
            (IPv4Address("10.0.0.1"),),
            id="another-name-is-not-its-own",
        ),
        pytest.param(
            ping(("SA01", "", "11001"), (FULL, "", "11001")),
            Unknown("the server could not tell what its own name resolves to (Win32_PingStatus)", BY_HAND),
            id="none",
        ),
        pytest.param(ping(("SA01", "10.0.0.1", "0")), missing(f"what {FULL} resolves to"), id="a-name-not-asked-for"),
        pytest.param(
            failed("wmi", "Win32_PingStatus"),
            Unknown(
                "the server could not be asked what its own name resolves to: the collector could not read "
                f"Win32_PingStatus: {DENIED}",
                BY_HAND,
            ),
            id="refused",
        ),
    ),
)
def test_what_the_servers_own_name_resolves_to(changed, changes, expected):
    network = changed(changes).network
    assert network.own_name_resolves_to == expected
    assert network.computer_name == "SA01"


def test_what_the_collector_tells_of_itself(changed):
    facts = changed({})
    assert (facts.computer_name, facts.script_version) == ("SA01", "1.0")
    assert facts.collected_at == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
