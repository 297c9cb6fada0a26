"""Answers that a real Windows Server 2003 gave; nobody on this project wrote them."""

import pytest

from exgate.wsman.answers import parse_body, parse_fault, parse_item, parse_items, values_of
from exgate.wsman.errors import Fault


@pytest.fixture
def body(samples):
    return lambda name: parse_body((samples / "winrm_server_2003" / name).read_bytes())


@pytest.fixture
def items(body):
    """All items of an answer, which ends its sequence."""

    def read(name):
        batch = parse_items(body(name))
        assert batch.context is None
        return batch.items

    return read


@pytest.fixture
def services(items):
    return items("Win32_Service_all_000.xml")


def test_there_are_104_services_with_25_properties_each(services):
    assert [len(service) for service in services] == [25] * 104
    assert len({service["Name"] for service in services}) == 104


@pytest.mark.parametrize(
    ("name", "state", "start_mode", "started"),
    (
        ("AeLookupSvc", "Running", "Auto", "true"),
        ("Alerter", "Stopped", "Disabled", "false"),
        ("HTTPFilter", "Running", "Manual", "true"),
        ("Spooler", "Running", "Auto", "true"),
        ("WinRM", "Running", "Auto", "true"),
    ),
)
def test_services(services, name, state, start_mode, started):
    (service,) = (service for service in services if service["Name"] == name)
    assert (service["State"], service["StartMode"], service["Started"]) == (state, start_mode, started)
    assert service["InstallDate"] is None


def test_states_of_the_services(services):
    states = [(service["State"], service["StartMode"]) for service in services]
    assert {state: states.count(state) for state in sorted(set(states))} == {
        ("Running", "Auto"): 37,
        ("Running", "Manual"): 9,
        ("Stopped", "Auto"): 5,
        ("Stopped", "Disabled"): 21,
        ("Stopped", "Manual"): 32,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    (
        ("Caption", "Microsoft(R) Windows(R) Server 2003 Datacenter x64 Edition"),
        ("CSDVersion", "Service Pack 2"),
        ("CSName", "AMAZON-9DC6EF03"),
        ("Debug", "false"),
        ("Description", ""),
        ("InstallDate", "2013-03-11T21:28:04Z"),
        ("LastBootUpTime", "2013-04-15T16:28:38.376625Z"),
        ("OSProductSuite", "402"),
        ("PAEEnabled", None),
        ("Version", "5.2.3790"),
    ),
)
@pytest.mark.parametrize("asked", ("all", "star"))
def test_the_operating_system_reads_the_same_with_a_property_list_and_without(items, asked, name, value):
    (system,) = items(f"Win32_OperatingSystem_{asked}_000.xml")
    assert len(system) == 62
    assert system[name] == value


def test_the_computer(items):
    (computer,) = items("Win32_ComputerSystem_star_000.xml")
    assert (computer["Name"], computer["Domain"], computer["PartOfDomain"]) == (
        "AMAZON-9DC6EF03",
        "solutions.loc",
        "true",
    )
    assert computer["Roles"] == ("LM_Workstation", "LM_Server", "NT", "Server_NT", "Master_Browser", "DFS")
    assert values_of(computer, "SystemStartupOptions") == (
        '"Windows Server 2003 Datacenter x64 Edition" /noexecute=optout /fastdetect /usepmtimer',
    )
    assert {name for name, value in computer.items() if value is None} == {
        *("BootOptionOnLimit", "BootOptionOnWatchDog", "DaylightInEffect", "InstallDate", "LastLoadInfo"),
        *("NameFormat", "PowerManagementSupported", "PrimaryOwnerContact", "UserName", "Workgroup"),
    }


def test_the_adapters(items):
    adapters = items("Win32_NetworkAdapterConfiguration_star_000.xml")
    assert [adapter["IPEnabled"] for adapter in adapters] == ["false"] * 6 + ["true"]
    assert [values_of(adapter, "IPAddress") for adapter in adapters] == [()] * 6 + [("10.30.40.64",)]
    enabled = adapters[-1]
    assert enabled["DNSDomainSuffixSearchOrder"] == ("us-east-1.ec2-utilities.amazonaws.com", "solutions.loc")
    assert (enabled["DHCPLeaseExpires"], enabled["WINSScopeID"]) == ("2013-04-15T20:58:50Z", "")
    assert (enabled["MTU"], enabled["ArpUseEtherSNAP"]) == (None, None)


def test_the_registry(body):
    (output,) = body("StdRegProv_EnumKey.xml")
    values = parse_item(output)
    names = values_of(values, "sNames")
    assert values["ReturnValue"] == "0"
    assert len(names) == 26
    assert (names[0], names[14], names[25]) == ("AddressBook", "KB968930", "{F8FBDC28-C265-4F0D-8B91-6E92913E19F6}")


def test_a_fault(body):
    fault = parse_fault(body("fault_class_does_not_exist.xml"))
    reason = "The specified class does not exist in the given namespace."
    assert fault == Fault(2150858778, "CannotProcessFilter", reason)
    assert not fault.is_access_denied
    assert not fault.is_quota


def test_no_other_answer_is_a_fault(samples):
    for path in (samples / "winrm_server_2003").glob("[WS]*.xml"):
        assert parse_fault(parse_body(path.read_bytes())) is None, path.name
