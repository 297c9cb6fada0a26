"""Windows itself by WMI, out of answers that may lack anything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import pytest

from exgate.facts.network import Network
from exgate.facts.registry import EXCHANGE_SETUP
from exgate.facts.services import Service, Services
from exgate.facts.software import ExchangeVersion, OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.sources import windows
from exgate.wsman.errors import ConnectError, Fault, FaultError
from exgate.wsman.ntlm_names import DomainMember

SYSTEM = {"Caption": "Windows", "Version": "5.2.3790", "CSDVersion": "Service Pack 2", "OSProductSuite": "402"}
COMPUTER = {"Name": "BE01", "Domain": "lab.example", "PartOfDomain": "true"}
ADAPTER = {"IPAddress": "10.0.0.5", "DNSHostName": "be01", "DNSDomain": None}
FAULT = FaultError(Fault(1, "InternalError", "broken"))


def not_shown(name):
    return Unknown(f"WMI did not show {name}", "repair WMI on the server")


def counted(number, class_name):
    return Unknown(f"WMI showed {number} instances of {class_name}", "repair WMI on the server")


def without(item, name):
    return {key: value for key, value in item.items() if key != name}


def unknown(ask):
    with pytest.raises(UnknownFact) as caught:
        ask()
    return caught.value.unknown


@pytest.mark.parametrize(
    ("changes", "expected"),
    (
        pytest.param({}, OperatingSystem("Windows", "5.2.3790", "Service Pack 2", 402), id="all"),
        pytest.param({"CSDVersion": None}, OperatingSystem("Windows", "5.2.3790", "", 402), id="no-service-pack"),
    ),
)
def test_the_operating_system(fake, changes, expected):
    found = windows.operating_system(fake({"Win32_OperatingSystem": (SYSTEM | changes,)}))
    assert found == replace(expected, clock_ahead=found.clock_ahead)


@pytest.mark.parametrize("hours", (-2, 0, 1))
def test_the_servers_clock(fake, hours):
    its_time = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
    found = windows.operating_system(fake({"Win32_OperatingSystem": (SYSTEM | {"LocalDateTime": its_time},)}))
    assert round(found.clock_ahead / timedelta(hours=1)) == hours


@pytest.mark.parametrize("value", (None, "noon", "20260302043012"))
def test_a_clock_that_does_not_show_is_unknown_and_hides_nothing(fake, value):
    found = windows.operating_system(fake({"Win32_OperatingSystem": (SYSTEM | {"LocalDateTime": value},)}))
    assert found.clock_ahead == Unknown(
        "WMI did not show the server's clock (LocalDateTime)", "repair WMI on the server"
    )
    assert found.product_suite == 402


@pytest.mark.parametrize(
    ("items", "expected"),
    (
        pytest.param((), counted(0, "Win32_OperatingSystem"), id="none"),
        pytest.param((SYSTEM, SYSTEM), counted(2, "Win32_OperatingSystem"), id="two"),
        pytest.param((without(SYSTEM, "Caption"),), not_shown("Caption"), id="no-caption"),
        pytest.param((SYSTEM | {"Version": ("a", "b")},), not_shown("Version"), id="two-versions"),
        pytest.param((SYSTEM | {"OSProductSuite": None},), not_shown("OSProductSuite"), id="suite-nil"),
        pytest.param((without(SYSTEM, "OSProductSuite"),), not_shown("OSProductSuite"), id="no-suite"),
        pytest.param((SYSTEM | {"OSProductSuite": "x"},), not_shown("OSProductSuite"), id="suite-in-words"),
        pytest.param((SYSTEM | {"OSProductSuite": "9" * 5000},), not_shown("OSProductSuite"), id="suite-too-long"),
    ),
)
def test_an_operating_system_that_is_not_known(fake, items, expected):
    assert unknown(lambda: windows.operating_system(fake({"Win32_OperatingSystem": items}))) == expected


def network(fake, *, computer=COMPUTER, adapters=(ADAPTER,), pings=(), resolve=False):
    answers = {"Win32_ComputerSystem": (computer,), "Win32_NetworkAdapter": adapters, "Win32_PingStatus": pings}
    session = fake(answers)
    return windows.network(session, resolve=resolve), session


@pytest.mark.parametrize(
    ("adapters", "addresses"),
    (
        pytest.param([{"IPAddress": "10.0.0.5"}], ["10.0.0.5"], id="one"),
        pytest.param([{"IPAddress": ("10.0.0.5", "10.0.0.6")}], ["10.0.0.5", "10.0.0.6"], id="two"),
        pytest.param([{"IPAddress": "10.0.0.5"}, {"IPAddress": "10.1.0.5"}], ["10.0.0.5", "10.1.0.5"], id="adapters"),
        pytest.param([{"IPAddress": ("fe80::1", "10.0.0.5", "::1")}], ["10.0.0.5"], id="ipv6-is-skipped"),
        pytest.param([{"IPAddress": None}, {}], [], id="none"),
        pytest.param([{"IPAddress": ("10.0.0.5", None, "", "010.0.0.6", "x")}], ["10.0.0.5"], id="odd-ones"),
    ),
)
def test_addresses(fake, adapters, addresses):
    found, _ = network(fake, adapters=tuple(adapters))
    assert found.addresses == tuple(map(IPv4Address, addresses))


@pytest.mark.parametrize(
    ("computer", "adapters", "names"),
    (
        pytest.param({}, [ADAPTER], ("be01", "be01.lab.example"), id="domain"),
        pytest.param({"PartOfDomain": "false", "Domain": "WORKGROUP"}, [ADAPTER], ("be01",), id="workgroup"),
        pytest.param({"PartOfDomain": "TRUE"}, [ADAPTER], ("be01", "be01.lab.example"), id="upper-case"),
        pytest.param(
            {},
            [ADAPTER | {"DNSDomain": "other.example"}],
            ("be01", "be01.lab.example", "be01.other.example"),
            id="adapter-domain",
        ),
        pytest.param({}, [{"IPAddress": "10.0.0.5"}], ("BE01", "BE01.lab.example"), id="no-host-name"),
        pytest.param(
            {"Name": "EXCHANGE-IN-FRA"},
            [ADAPTER | {"DNSHostName": "exchange-in-frankfurt"}],
            ("exchange-in-frankfurt", "exchange-in-frankfurt.lab.example"),
            id="longer-than-netbios",
        ),
    ),
)
def test_names(fake, computer, adapters, names):
    found, _ = network(fake, computer=COMPUTER | computer, adapters=tuple(adapters))
    assert (found.computer_name, found.dns_names) == ((COMPUTER | computer)["Name"], names)


def test_what_the_log_on_has_told_is_not_asked_again(fake):
    asked, asking = network(fake)
    told = fake({"Win32_NetworkAdapter": (ADAPTER,)})
    told.server = DomainMember(COMPUTER["Name"], COMPUTER["Domain"])
    assert windows.network(told, resolve=False) == asked
    assert [question[-1].partition("FROM ")[2] for question in told.asked] == [
        question[-1].partition("FROM ")[2] for question in asking.asked if "Win32_ComputerSystem" not in question[-1]
    ]


@pytest.mark.parametrize(
    ("computer", "expected"),
    (
        pytest.param(without(COMPUTER, "Name"), not_shown("Name"), id="no-name"),
        pytest.param(without(COMPUTER, "PartOfDomain"), not_shown("PartOfDomain"), id="no-part-of-domain"),
        pytest.param(COMPUTER | {"PartOfDomain": None}, not_shown("PartOfDomain"), id="part-of-domain-nil"),
        pytest.param(COMPUTER | {"PartOfDomain": "1"}, not_shown("PartOfDomain"), id="part-of-domain-in-figures"),
        pytest.param(without(COMPUTER, "Domain"), not_shown("Domain"), id="no-domain"),
    ),
)
def test_names_that_are_not_known(fake, computer, expected):
    assert unknown(lambda: network(fake, computer=computer)) == expected


@pytest.mark.parametrize("computers", ((), (COMPUTER, COMPUTER)), ids=("none", "two"))
def test_a_computer_that_is_not_one(fake, computers):
    session = fake({"Win32_ComputerSystem": computers, "Win32_NetworkAdapter": (ADAPTER,)})
    expected = counted(len(computers), "Win32_ComputerSystem")
    assert unknown(lambda: windows.network(session, resolve=False)) == expected


def ping(address, status="0"):
    return {"Address": "be01", "ProtocolAddress": address, "PrimaryAddressResolutionStatus": status}


UNRESOLVED = Unknown(
    "the server could not tell what its own name resolves to (Win32_PingStatus)",
    "run ping with the server's own name on the server, and check DNS and the hosts file",
)


@pytest.mark.parametrize(
    ("pings", "expected"),
    (
        pytest.param((ping("10.0.0.5"),), ("10.0.0.5",), id="one"),
        pytest.param((ping("10.0.0.5"), ping("10.0.0.5")), ("10.0.0.5",), id="the-same-twice"),
        pytest.param((ping("10.0.0.5"), ping("127.0.0.1")), ("10.0.0.5", "127.0.0.1"), id="two"),
        pytest.param((ping("", "11001"), ping("10.0.0.5")), ("10.0.0.5",), id="one-name-unresolved"),
        pytest.param((ping("10.0.0.5", "11001"),), UNRESOLVED, id="unresolved"),
        pytest.param((ping("10.0.0.5", None),), UNRESOLVED, id="status-nil"),
        pytest.param((ping(None),), UNRESOLVED, id="address-nil"),
        pytest.param((ping("::1"),), UNRESOLVED, id="ipv6"),
        pytest.param((), UNRESOLVED, id="none"),
        pytest.param(
            FAULT,
            Unknown(
                "the server could not be asked what its own name resolves to: InternalError (code 1): broken",
                UNRESOLVED.next_step,
            ),
            id="fault",
        ),
    ),
)
def test_what_the_own_name_resolves_to(fake, pings, expected):
    found, session = network(fake, pings=pings, resolve=True)
    assert found.own_name_resolves_to == (
        expected if isinstance(expected, Unknown) else tuple(map(IPv4Address, expected))
    )
    assert session.asked[-1] == (r"root\cimv2", windows.RESOLUTION + "Address = 'BE01' OR Address = 'be01.lab.example'")


def test_the_own_name_is_not_resolved_without_need(fake):
    found, session = network(fake)
    assert found.own_name_resolves_to == windows.NOT_RESOLVED
    assert not any("PingStatus" in query for _, query in session.asked)


def test_names_are_quoted_in_wql(fake):
    _, session = network(
        fake,
        computer=COMPUTER | {"Name": "a' OR '1'='1", "Domain": "b\\c"},
        adapters=({"IPAddress": None},),
        resolve=True,
    )
    (query,) = (query for _, query in session.asked if "PingStatus" in query)
    assert r"Address = 'a\' OR \'1\'=\'1'" in query
    assert r"b\\c" in query


def test_a_broken_connection_is_not_this_facts_own(fake):
    with pytest.raises(ConnectError):
        network(fake, pings=ConnectError("the server closed the connection"), resolve=True)


@pytest.mark.parametrize(
    ("items", "expected"),
    (
        pytest.param((), Services(()), id="none"),
        pytest.param(
            ({"Name": "W3SVC", "State": "Stopped", "StartMode": "Disabled", "ProcessId": "0"},),
            Services((Service("W3SVC", "Stopped", "Disabled"),)),
            id="stopped",
        ),
        pytest.param(
            ({"Name": "W3SVC", "State": None, "StartMode": None, "ProcessId": "7"},),
            Services((Service("W3SVC", "", "", 7),)),
            id="nil",
        ),
    ),
)
def test_services(fake, items, expected):
    assert windows.services(fake({"Win32_Service": items})) == (expected, False)


@pytest.mark.parametrize("name", ("Name", "State", "StartMode"))
def test_a_service_that_lacks_something(fake, name):
    item = without({"Name": "W3SVC", "State": "Running", "StartMode": "Auto"}, name)
    assert unknown(lambda: windows.services(fake({"Win32_Service": (item,)}))) == not_shown(name)


NO_VERSION = Unknown(
    rf"HKLM\{EXCHANGE_SETUP} holds no Services Version: Exchange is not installed, or not as expected",
    "check that this host is an Exchange server",
)
DENIED = Unknown(rf"access to HKLM\{EXCHANGE_SETUP} is denied", "let the account read this key (regedit, Permissions)")


def number(value):
    return {"uValue": value, "ReturnValue": "0"}


@pytest.mark.parametrize(
    ("version", "build", "expected"),
    (
        pytest.param(number("65"), number("7638"), ExchangeVersion(65, 7638), id="2003-sp2"),
        pytest.param(number("65"), {"uValue": None, "ReturnValue": "1"}, ExchangeVersion(65, None), id="2003"),
        pytest.param(None, number("7638"), ExchangeVersion(65, 7638), id="a-service-pack-2-says-it-all"),
        pytest.param(None, number("7226"), ExchangeVersion(65, 7226), id="a-service-pack-1-says-it-all"),
        pytest.param(number("60"), number("6249"), ExchangeVersion(60, 6249), id="2000-sp3"),
        pytest.param(
            {"uValue": None, "ReturnValue": "2"}, {"uValue": None, "ReturnValue": "2"}, NO_VERSION, id="no-exchange"
        ),
        pytest.param({"uValue": None, "ReturnValue": "2"}, number("1"), NO_VERSION, id="not-as-expected"),
        pytest.param({"uValue": None, "ReturnValue": "5"}, number("1"), DENIED, id="denied"),
        pytest.param(number("65"), {"uValue": None, "ReturnValue": "5"}, DENIED, id="build-denied"),
        pytest.param(
            number("x"),
            number("1"),
            Unknown("StdRegProv showed uValue in a form that is not known", "look at the value in regedit"),
            id="strange",
        ),
    ),
)
def test_the_version_of_exchange(fake, version, build, expected):
    registry = {
        ("GetDWORDValue", EXCHANGE_SETUP, "Services Version"): version,
        ("GetDWORDValue", EXCHANGE_SETUP, "ServicePackBuild"): build,
    }
    assert windows.exchange_version(fake(registry=registry)) == expected


def test_a_network_says_each_name_once():
    found = Network(computer_name="BE01", dns_names=("be01", "be01.x"), addresses=(), own_name_resolves_to=())
    assert [name.lower() for name in found.names] == ["be01", "be01.x"]
