from __future__ import annotations

import pytest
from winrm.exceptions import WSManFaultError

WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
SERVICES = "select Name from Win32_Service"
NAMES = [
    *("MSExchangeIS", "MSExchangeSA", "MSExchangeMGMT", "RESvc"),
    *("Eventlog", "HTTPFilter", "IISADMIN", "SMTPSVC", "W3SVC", "WinRM"),
]


def names(answer) -> list[str]:
    return [element.text for element in answer.iter("Name")]


def context(answer) -> str | None:
    return answer.findtext(f".//{{{ENUMERATION}}}EnumerationContext")


def ended(answer) -> bool:
    return any(answer.find(f".//{{{uri}}}EndOfSequence") is not None for uri in (WSMAN, ENUMERATION))


def test_everything_fits_gives_an_empty_context_and_the_end(client):
    answer = client.enumerate(SERVICES, max_elements=100)
    assert (names(answer), context(answer), ended(answer)) == (NAMES, "", True)


def test_without_optimization_the_first_answer_has_no_items(client):
    answer = client.enumerate(SERVICES, optimize=False)
    assert names(answer) == []
    assert not ended(answer)
    rest = client.pull(context(answer), max_elements=100)
    assert (names(rest), context(rest), ended(rest)) == (NAMES, None, True)


def test_without_max_elements_windows_hands_out_one_item_a_message(client):
    answer = client.enumerate(SERVICES)
    batches = [names(answer)]
    while not ended(answer):
        answer = client.pull(context(answer))
        batches.append(names(answer))
    assert batches == [[name] for name in NAMES]


def test_max_elements_bounds_every_batch(client):
    first = client.enumerate(SERVICES, max_elements=4)
    second = client.pull(context(first), max_elements=4)
    third = client.pull(context(second), max_elements=4)
    assert [names(first), names(second), names(third)] == [NAMES[:4], NAMES[4:8], NAMES[8:]]
    assert [ended(first), ended(second), ended(third)] == [False, False, True]


def test_items_that_do_not_fit_the_envelope_come_with_pull(client):
    small = {"w:MaxEnvelopeSize": "6000"}
    answer = client.enumerate("select * from Win32_Service", max_elements=100, **small)
    items = len(list(answer.find(f".//{{{WSMAN}}}Items")))
    assert 0 < items < len(NAMES)
    rest = client.pull(context(answer), max_elements=100)
    assert len(list(rest.find(f".//{{{ENUMERATION}}}Items"))) == len(NAMES) - items
    assert ended(rest)


def test_an_item_larger_than_the_envelope_is_a_fault(client):
    with pytest.raises(WSManFaultError) as caught:
        client.enumerate("select * from Win32_OperatingSystem", **{"w:MaxEnvelopeSize": "4000"})
    assert (caught.value.wsman_fault_code, caught.value.fault_subcode) == (0x80338048, "w:EncodingLimit")


def test_release_forgets_the_context(client):
    answer = client.enumerate(SERVICES)
    client.release(context(answer))
    with pytest.raises(WSManFaultError) as caught:
        client.pull(context(answer))
    assert (caught.value.wsman_fault_code, caught.value.fault_subcode) == (0x8033801B, "n:InvalidEnumerationContext")


def test_two_clients_at_once_have_enumerations_of_their_own(connect):
    one, other = connect(), connect()
    first, second = one.enumerate(SERVICES), other.enumerate(SERVICES)
    assert context(first) != context(second)
    assert names(one.pull(context(first))) == names(other.pull(context(second))) == [NAMES[1]]


def test_a_property_list_gives_untyped_fragments_in_the_class_own_case(client):
    (item,) = client.items("select STATE, name, InstallDate from Win32_Service where Name='w3svc'")
    assert item.tag == f"{{{WSMAN}}}XmlFragment"
    assert [(element.tag, element.text) for element in item] == [
        ("InstallDate", None),
        ("Name", "W3SVC"),
        ("State", "Running"),
    ]
    assert item.find("InstallDate").get(f"{{{SCHEMA_INSTANCE}}}nil") == "true"


def test_star_gives_typed_objects(client):
    namespace = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"
    (item,) = client.items("select * from Win32_OperatingSystem")
    assert item.tag == f"{{{namespace}}}Win32_OperatingSystem"
    assert item.get(f"{{{SCHEMA_INSTANCE}}}type") == "p:Win32_OperatingSystem_Type"
    assert item.findtext(f"{{{namespace}}}Primary") == "true"
    moment = item.find(f"{{{namespace}}}LastBootUpTime/{{http://schemas.dmtf.org/wbem/wscim/1/common}}Datetime")
    assert moment.text == "2026-03-02T04:30:12Z"


@pytest.mark.parametrize(
    ("namespace", "query", "code", "subcode"),
    (
        pytest.param("root/cimv2", "select * from Nope", 0x8033801A, "n:CannotProcessFilter", id="no-such-class"),
        pytest.param("root/nope", "select * from Nope", 0x8033801A, "n:CannotProcessFilter", id="no-such-namespace"),
        pytest.param("root/cimv2", "selec", 0x8033801A, "n:CannotProcessFilter", id="no-wql"),
        pytest.param(
            "root/cimv2", "select Nope from Win32_Service", 0x8033801A, "n:CannotProcessFilter", id="no-column"
        ),
        pytest.param(
            "root/cimv2", "select Name from Win32_Service where Nope=1", 0x8033801A, "n:CannotProcessFilter", id="where"
        ),
    ),
)
def test_filter_faults(client, namespace, query, code, subcode):
    with pytest.raises(WSManFaultError) as caught:
        client.enumerate(query, namespace=namespace)
    assert (caught.value.wsman_fault_code, caught.value.fault_subcode) == (code, subcode)


def test_an_unknown_dialect_is_a_fault(client):
    with pytest.raises(WSManFaultError) as caught:
        client.enumerate("//*", dialect="http://www.w3.org/TR/1999/REC-xpath-19991116")
    assert caught.value.fault_subcode == "n:FilterDialectRequestedUnavailable"


def test_a_denied_namespace_hides_nothing_else(connect):
    client = connect("half-blind")
    with pytest.raises(WSManFaultError) as caught:
        client.enumerate("select Name from IIsWebServerSetting", namespace="root/MicrosoftIISv2")
    assert (caught.value.wsman_fault_code, caught.value.fault_subcode) == (5, "w:AccessDenied")
    assert names(client.enumerate(SERVICES, max_elements=100)) == NAMES
    assert client.registry("EnumKey", "SYSTEM")[-1] == ("ReturnValue", "0")


@pytest.mark.parametrize(
    ("address", "resolution", "protocol_address", "status"),
    (
        pytest.param("sa01", "0", "10.81.7.21", "0", id="own-short-name"),
        pytest.param("SA01.lab.example", "0", "10.81.7.21", "0", id="own-full-name"),
        pytest.param("localhost", "0", "127.0.0.1", "0", id="localhost"),
        pytest.param("elsewhere.example", "11001", None, None, id="unknown"),
    ),
)
def test_ping_status_resolves_names_as_the_server_does(connect, address, resolution, protocol_address, status):
    columns = "Address,PrimaryAddressResolutionStatus,ProtocolAddress,StatusCode"
    query = f"select {columns} from Win32_PingStatus where Address='{address}'"  # noqa: S608 - WQL of our own
    (item,) = connect("sa01").items(query)
    assert [element.text for element in item] == [address, resolution, protocol_address, status]


def test_ping_status_gives_one_instance_for_every_address(connect):
    items = connect("sa01").items("select Address from Win32_PingStatus where Address='sa01' or Address='localhost'")
    assert [item.findtext("Address") for item in items] == ["sa01", "localhost"]


def test_null_arrays_are_left_out_as_a_real_2003_does(client):
    items = client.items("select IPAddress,IPEnabled,MACAddress from Win32_NetworkAdapterConfiguration")
    assert [[(element.tag, element.text) for element in item] for item in items] == [
        [("IPEnabled", "false"), ("MACAddress", None)],
        [("IPAddress", "10.81.7.11"), ("IPEnabled", "true"), ("MACAddress", "02:00:00:00:00:10")],
    ]


def test_the_event_log_takes_a_time_bound(client):
    query = (
        "select EventCode,SourceName,TimeGenerated,InsertionStrings from Win32_NTLogEvent where Logfile='Application' "
        "and TimeGenerated >= '20260101000000.000000+000' "
        "and (SourceName='Server ActiveSync' or SourceName='MSExchangeOMA')"
    )
    assert client.items(query) == []
