"""One live host whose session answers out of a table: what breaks one fact breaks no other."""

from datetime import UTC, datetime, timedelta

import pytest

from exgate.facts.metabase_view import MetabaseView
from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS
from exgate.facts.sharepoint import WEB_SERVER_EXTENSIONS, SharePoint
from exgate.facts.software import IisVersion
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.sources import iis, windows
from exgate.sources.live import LiveHost
from exgate.wsman.errors import ConnectError, Fault, FaultError, TimeOutError

from .conftest import facts_that_are_unknown

EXCHANGE = "/LM/W3SVC/1/ROOT/Exchange"


class Scripted(LiveHost):
    """A live host with a session that answers out of a table."""

    def __init__(self, session, *, use_shell=False, **options):
        super().__init__("h", "http://h/wsman", session, use_shell=use_shell, **options)


NOTHING = {"ReturnValue": "2", "sNames": None, "Types": None}
NUMBER = {"ReturnValue": "0", "uValue": "65"}
FAULT = FaultError(Fault(1, "InternalError", "broken"))
BY_HAND = "run the same query with winrm on the server"
IIS_ADMIN = {"Name": "IISADMIN", "State": "Running", "StartMode": "Auto", "ProcessId": "1208"}
FAULTED = "answered with a fault: InternalError (code 1): broken"


@pytest.fixture
def scripted(fake):
    """Give the facts of a host that answers as one of the lab's, but for some queries."""
    healthy = {
        "IIsWebServerSetting": ({"Name": "W3SVC/1", "ServerBindings": None},),
        "IIsWebVirtualDirSetting": ({"Name": "W3SVC/1/ROOT/Exchange", "AuthFlags": "6"},),
        "IIsIPSecuritySetting": ({"Name": "W3SVC/1/ROOT/Exchange", "GrantByDefault": "true"},),
        "IIsWebInfo": ({"MajorIIsVersionNumber": "6", "MinorIIsVersionNumber": "0"},),
        "Win32_OperatingSystem": ({"Caption": "W", "Version": "5.2.3790", "CSDVersion": None, "OSProductSuite": "0"},),
        "Win32_ComputerSystem": ({"Name": "H", "Domain": "x", "PartOfDomain": "false"},),
        "Win32_NetworkAdapter": ({"IPAddress": "10.0.0.5"},),
        "Win32_Service": (IIS_ADMIN,),
        "Win32_Process": ({"CreationDate": "2026-03-02T04:30:12Z"},),
        "TimeGenerated <": ({"TimeGenerated": "2026-03-01T22:04:51Z"},),
    }
    registry = {("EnumValues", path): NOTHING for path in (MASSYNC_PARAMETERS, MASSYNC)}
    registry |= {
        ("GetDWORDValue", r"SOFTWARE\Microsoft\Exchange\Setup", name): NUMBER
        for name in ("Services Version", "ServicePackBuild")
    }
    registry |= {("EnumKey", WEB_SERVER_EXTENSIONS): NOTHING}

    def facts(answers=None, registry_answers=None, **options):
        session = fake(healthy | (answers or {}), registry | (registry_answers or {}))
        return Scripted(session, **options).facts(), session

    return facts


def test_a_scripted_host_is_healthy(scripted):
    facts, _ = scripted()
    assert set(facts_that_are_unknown(facts)) == {"metabase_file", "wire"}


@pytest.mark.parametrize(
    ("asked", "fact", "place"),
    (
        ("IIsWebServerSetting", ("metabase",), iis.NAMESPACE),
        ("IIsWebVirtualDirSetting", ("metabase",), iis.NAMESPACE),
        ("Win32_OperatingSystem", ("operating_system",), windows.NAMESPACE),
        ("Win32_ComputerSystem", ("network",), windows.NAMESPACE),
        ("Win32_NetworkAdapter", ("network",), windows.NAMESPACE),
        ("Win32_Service", ("services", "iis_admin_started", "event_log"), windows.NAMESPACE),
        ("Win32_Process", ("iis_admin_started", "event_log"), windows.NAMESPACE),
        ("TimeGenerated <", ("event_log",), windows.NAMESPACE),
    ),
)
def test_a_fault_is_one_facts_own(scripted, asked, fact, place):
    facts, _ = scripted({asked: FAULT})
    unknown = facts_that_are_unknown(facts)
    assert set(unknown) == {*fact, "metabase_file", "wire"}
    assert unknown[fact[-1]] == Unknown(f"{place} {FAULTED}", BY_HAND)


@pytest.mark.parametrize(
    ("version", "answer", "found"),
    (
        pytest.param("5.2.3790", FAULT, IisVersion(6, 0), id="windows-5.2-has-iis-6"),
        pytest.param(
            "6.1.7601",
            ({"MajorIIsVersionNumber": "7", "MinorIIsVersionNumber": "5"},),
            IisVersion(7, 5),
            id="another-windows",
        ),
        pytest.param(
            "6.1.7601", FAULT, Unknown(f"{iis.NAMESPACE} {FAULTED}", BY_HAND), id="another-windows-and-a-fault"
        ),
        pytest.param(
            None,
            ({"MajorIIsVersionNumber": "6", "MinorIIsVersionNumber": "0"},),
            IisVersion(6, 0),
            id="a-windows-that-is-not-known",
        ),
    ),
)
def test_iis_is_asked_for_its_version_where_windows_does_not_tell_it(scripted, version, answer, found):
    system = {"Caption": "W", "Version": version, "CSDVersion": None, "OSProductSuite": "0"}
    answers = {"IIsWebInfo": answer, "Win32_OperatingSystem": (system,) if version else FAULT}
    facts, session = scripted(answers)
    assert facts.iis == found
    assert any("IIsWebInfo" in asked[-1] for asked in session.asked) == (version != "5.2.3790")


def test_iis_is_asked_for_its_version_where_its_namespace_has_not_answered(scripted):
    facts, session = scripted({"IIsWebServerSetting": FAULT, "IIsWebInfo": FAULT})
    assert facts.iis == facts.metabase == Unknown(f"{iis.NAMESPACE} {FAULTED}", BY_HAND)
    assert any("IIsWebInfo" in asked[-1] for asked in session.asked)


@pytest.mark.parametrize(
    ("services", "asked"),
    (
        pytest.param((IIS_ADMIN,), False, id="no-timer"),
        pytest.param((IIS_ADMIN, IIS_ADMIN | {"Name": "SPTimer"}), True, id="a-timer"),
        pytest.param(
            (IIS_ADMIN, IIS_ADMIN | {"Name": "SPTIMER", "State": "Stopped"}), True, id="a-timer-that-is-stopped"
        ),
        pytest.param(FAULT, True, id="not-known"),
    ),
)
def test_the_registry_is_asked_for_sharepoint_where_its_timer_may_be(scripted, services, asked):
    facts, session = scripted({"Win32_Service": services})
    assert facts.sharepoint == SharePoint(installed=False)
    assert (("EnumKey", WEB_SERVER_EXTENSIONS, "") in session.asked) == asked
    if services is not FAULT:
        assert [service.name for service in facts.services.services] == ["IISADMIN"]


@pytest.mark.parametrize(
    "error", (FAULT, ConnectError("closed"), TimeOutError("late")), ids=("fault", "closed", "late")
)
def test_ip_restrictions_that_cannot_be_read_hide_no_other_property(scripted, error):
    facts, _ = scripted({"IIsIPSecuritySetting": error})
    assert isinstance(facts.metabase, MetabaseView)
    assert str(facts.metabase.effective(EXCHANGE, "AuthFlags").value) == "6 (AuthBasic | AuthNTLM)"
    with pytest.raises(UnknownFact):
        facts.metabase.effective(EXCHANGE, "IPSecurity")


def test_a_vdir_without_a_name_makes_the_metabase_unknown(scripted):
    facts, _ = scripted({"IIsWebVirtualDirSetting": ({"AuthFlags": "6"},)})
    assert set(facts_that_are_unknown(facts)) == {"metabase", "metabase_file", "wire"}
    assert facts.metabase.reason == "WMI showed a key of the metabase without its name"


@pytest.mark.parametrize(
    "asked",
    (
        *("IIsWebServerSetting", "IIsWebVirtualDirSetting", "IIsIPSecuritySetting"),
        *("Win32_OperatingSystem", "Win32_ComputerSystem", "Win32_NetworkAdapter", "Win32_Service"),
    ),
)
def test_nothing_is_asked_after_the_connection_broke(scripted, asked):
    facts, session = scripted({asked: ConnectError("closed")})
    last = session.asked[-1]
    assert asked in last[-1]
    assert facts.exchange == Unknown(
        "the connection ended before this was read: closed", "run again, or raise --host-timeout"
    )


def test_a_registry_that_is_denied_hides_nothing_else(scripted):
    fault = FaultError(Fault(5, "AccessDenied", "Access is denied."))
    facts, _ = scripted(registry_answers={("EnumValues", MASSYNC_PARAMETERS): fault})
    unknown = facts_that_are_unknown(facts)
    assert set(unknown) == {"metabase_file", "wire", f"HKLM\\{MASSYNC_PARAMETERS.lower()}"}
    with pytest.raises(UnknownFact, match=r"access to root\\default is denied"):
        facts.registry.key(MASSYNC_PARAMETERS)


@pytest.mark.parametrize(
    ("ahead", "moved"),
    (
        pytest.param(timedelta(hours=-1), True, id="an-hour-slow"),
        pytest.param(timedelta(days=1), True, id="a-day-fast"),
        pytest.param(timedelta(seconds=20), False, id="as-good-as-equal"),
    ),
)
def test_events_since_is_meant_by_this_machines_clock(scripted, ahead, moved):
    since = datetime.now(UTC) - timedelta(minutes=30)
    system = {"Caption": "W", "Version": "5.2.3790", "CSDVersion": None, "OSProductSuite": "0"}
    system["LocalDateTime"] = (datetime.now(UTC) + ahead).isoformat()
    facts, _ = scripted({"Win32_OperatingSystem": (system,)}, events_since=since)
    assert abs(facts.event_log.since - since - (ahead if moved else timedelta(0))) < timedelta(seconds=30)
    assert facts.event_log.because == "--events-since"


def test_events_since_without_the_servers_clock_is_unknown(scripted):
    facts, _ = scripted(events_since=datetime.now(UTC))
    assert facts.event_log.reason == "WMI did not show the server's clock (LocalDateTime)"
