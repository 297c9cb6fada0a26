"""Answers that are known already are the answers that would be built anew, but for identifiers and the time."""

from __future__ import annotations

import re

import pytest

from exgate.facts.metabase_xml import read_metabase
from exgate.lab.configuration import written
from exgate.lab.content import Content
from exgate.lab.copy_names import CopyNames
from exgate.lab.known_answers import MESSAGE_ID, common_form
from exgate.lab.record import Record
from exgate.lab.servers import copies
from exgate.lab.service import Service, Shared

ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
REGISTRY = f"{WMI}/root/default/StdRegProv"
HIVE = "<r:hDefKey>2147483650</r:hDefKey>"
CIMV2 = (
    *("Win32_OperatingSystem", "Win32_ComputerSystem", "Win32_NetworkAdapterConfiguration", "Win32_Service"),
    *("Win32_Process", "Win32_NTLogEvent"),
)
IIS = (
    *("IIsWebServiceSetting", "IIsWebServerSetting", "IIsWebVirtualDirSetting", "IIsWebDirectorySetting"),
    *("IIsIPSecuritySetting", "IIsWebInfo"),
)


def message(action, uri, body="", *, identifier="uuid:1-2-3", to="http://windows-host:5985/wsman", header=""):
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        f'xmlns:a="{ADDRESSING}" xmlns:n="{ENUMERATION}" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
        f'xmlns:rsp="{SHELL}"><s:Header><a:To>{to}</a:To><a:MessageID>{identifier}</a:MessageID>'
        f"<w:ResourceURI>{uri}</w:ResourceURI><a:Action>{action}</a:Action>{header}</s:Header><s:Body>{body}</s:Body>"
        "</s:Envelope>"
    ).encode()


def query(text, namespace="root/cimv2", *, most=32000, mode="", **header):
    kind = f"<w:EnumerationMode>{mode}</w:EnumerationMode>" if mode else ""
    body = (
        f"<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>{most}</w:MaxElements>{kind}"
        f'<w:Filter Dialect="{WQL}">{text}</w:Filter></n:Enumerate>'
    )
    return message(f"{ENUMERATION}/Enumerate", f"{WMI}/{namespace}/*", body, **header)


def registry(method, path, value=""):
    named = f"<r:sValueName>{value}</r:sValueName>" if value else ""
    body = (
        f'<r:{method}_INPUT xmlns:r="{REGISTRY}">{HIVE}<r:sSubKeyName>{path}</r:sSubKeyName>{named}</r:{method}_INPUT>'
    )
    return message(f"{REGISTRY}/{method}", REGISTRY, body)


def comparable(data):
    """Take away what is new in every answer."""
    data = re.sub(rb"<a:MessageID>uuid:[0-9A-F-]{36}<", b"<a:MessageID><", data)
    return re.sub(rb"(LocalDateTime><(?:cim:)?Datetime>)[^<]+", rb"\1", data)


@pytest.fixture(scope="module")
def configuration():
    (server,) = copies(1)
    return written(server, read_metabase)


@pytest.fixture(scope="module")
def servers():
    """The second of two copies asked by itself, and both with what they share."""
    first, second = copies(2)
    configuration = written(first, read_metabase)
    content = Content(first.copy_of, configuration)

    def service(server, *, shares):
        shared = Shared(content, CopyNames(server.copy_of, server)) if shares else None
        return Service(server, configuration, "http://127.81.100.2:5985/wsman", Record(), shared)

    return service(second, shares=False), service(first, shares=True), service(second, shares=True)


EVERYTHING = "select * from {}"
MESSAGES = (
    *(pytest.param(query(EVERYTHING.format(name)), id=name) for name in CIMV2),
    *(pytest.param(query(EVERYTHING.format(name), "root/MicrosoftIISv2"), id=name) for name in IIS),
    *(
        pytest.param(query(EVERYTHING.format(name), mode="EnumerateObjectAndEPR"), id=f"{name}-references")
        for name in CIMV2
    ),
    pytest.param(query("select Name from Win32_ComputerSystem where Name = 'LOAD0002'"), id="own-name"),
    pytest.param(query("select Name from Win32_ComputerSystem where Name = 'load0002'"), id="own-name-lower"),
    pytest.param(query("select Name from Win32_ComputerSystem where Name = 'Load0002'"), id="own-name-mixed"),
    pytest.param(query("select Name from Win32_ComputerSystem where Name = 'LOAD0001'"), id="another-copy"),
    pytest.param(query("select Name from Win32_ComputerSystem where Name = 'EXGATE-ORIGINAL'"), id="original"),
    pytest.param(query("select Name from Win32_ComputerSystem where Name like 'LOAD%'"), id="like"),
    pytest.param(query("select Name from Win32_ComputerSystem where Name &gt; 'L'"), id="greater"),
    pytest.param(query("select Name from Win32_ComputerSystem where Name &lt;&gt; 'LOAD0002'"), id="other-than-own"),
    pytest.param(query("select * from Win32_PingStatus where Address = 'load0002.lab.example'"), id="ping-own-name"),
    pytest.param(query("select * from Win32_PingStatus where Address = '10.81.100.2'"), id="ping-own-address"),
    pytest.param(query("select * from Win32_PingStatus where Address = '10.81.100.23'"), id="ping-longer-address"),
    pytest.param(query("select * from Win32_PingStatus where Address = '10.81.255.254'"), id="ping-original"),
    pytest.param(query("select * from Win32_Service where Name = 'W3SVC'"), id="condition"),
    pytest.param(
        query("select TimeGenerated from Win32_NTLogEvent where TimeGenerated &gt;= '20260101000000.000000+000'"),
        id="time",
    ),
    pytest.param(
        query("select LocalDateTime from Win32_OperatingSystem where LocalDateTime &gt; '20260101000000.000000+000'"),
        id="condition-on-now",
    ),
    pytest.param(query("select Nope from Win32_Service"), id="no-such-property"),
    pytest.param(query("select * from Nope"), id="no-such-class"),
    pytest.param(query("select * from Win32_Service", "root/nope"), id="no-such-namespace"),
    pytest.param(message(f"{TRANSFER}/Get", f"{WMI}/root/cimv2/Win32_ComputerSystem"), id="get"),
    pytest.param(registry("EnumKey", "SOFTWARE"), id="enum-key"),
    pytest.param(registry("EnumValues", r"SOFTWARE\Microsoft\Exchange\Setup"), id="enum-values"),
    pytest.param(registry("GetDWORDValue", r"SOFTWARE\Microsoft\Exchange\Setup", "Services Version"), id="value"),
    pytest.param(registry("SetDWORDValue", "SOFTWARE", "x"), id="writer"),
    pytest.param(b"<not xml", id="no-xml"),
)


@pytest.mark.parametrize("asked", MESSAGES)
def test_a_copy_answers_byte_for_byte_what_it_would_answer_alone(servers, asked):
    alone, first, second = servers
    expected = alone.answer(asked)
    first.answer(asked.replace(b"LOAD0002", b"LOAD0001").replace(b"load0002", b"load0001"))
    for _ in range(2):
        answer = second.answer(asked)
        assert comparable(answer.data) == comparable(expected.data)
        assert answer.is_fault is expected.is_fault


def test_what_is_said_again_has_identifiers_and_a_time_of_its_own(servers):
    *_, service = servers
    one, other = (
        service.answer(query("select LocalDateTime from Win32_OperatingSystem", identifier=identifier)).data
        for identifier in ("uuid:1", "uuid:2")
    )
    assert (b"<a:RelatesTo>uuid:1<" in one, b"<a:RelatesTo>uuid:2<" in other) == (True, True)
    for pattern in (rb"<a:MessageID>uuid:([0-9A-F-]{36})<", rb"LocalDateTime><Datetime>([^<]+)Z<"):
        values = [re.search(pattern, data)[1] for data in (one, other)]
        assert len(set(values)) == 2


def test_every_message_is_counted_though_it_is_answered_from_memory(configuration):
    (server,) = copies(1)
    record = Record()
    service = Service(server, configuration, "http://127.81.100.1:5985/wsman", record)
    for _ in range(3):
        service.answer(query("select * from Nope"))
    assert record.messages == 3
    assert dict(record.actions) == {f"{ENUMERATION}/Enumerate": 3}
    assert dict(record.faults) == {0x8033801A: 3}


def test_an_enumeration_that_goes_on_is_the_servers_own(servers):
    _, first, second = servers
    asked = query("select Name from Win32_Service", most=1)
    contexts = []
    for service in (first, second, second):
        data = service.answer(asked).data
        contexts.append(re.search(rb"<n:EnumerationContext>(uuid:[^<]+)<", data)[1].decode())
    assert len(set(contexts)) == 3
    body = f"<n:Pull><n:EnumerationContext>{contexts[2]}</n:EnumerationContext></n:Pull>"
    pull = message(f"{ENUMERATION}/Pull", f"{WMI}/root/cimv2/*", body)
    assert not second.answer(pull).is_fault
    assert first.answer(pull).is_fault


def test_a_shell_is_the_servers_own(servers):
    _, first, second = servers
    create = message(f"{TRANSFER}/Create", f"{SHELL}/cmd".upper().replace("HTTP", "http"), "<rsp:Shell/>")
    for service in (first, second):
        for number in range(1, 3):
            service.answer(create)
            assert len(service.shells) == number


@pytest.mark.parametrize(
    ("asked", "identifier"),
    (
        pytest.param(message("x", "y"), b"uuid:1-2-3", id="plain"),
        pytest.param(message("x", "y", identifier="{AB-CD}"), b"{AB-CD}", id="braces"),
        pytest.param(b"<s:Envelope><s:Body><Identify/></s:Body></s:Envelope>", b"", id="identify"),
    ),
)
def test_the_common_form_says_whose_message_it_is(asked, identifier):
    found = common_form(asked)
    assert found.message_id == identifier
    assert found.text == asked.replace(identifier or b"\x00", MESSAGE_ID).replace(
        b"http://windows-host:5985/wsman", b""
    )


def test_only_identifiers_and_addresses_are_common():
    header = "<a:OperationID>uuid:9</a:OperationID>"
    one = message("x", "y", identifier="uuid:1", to="http://one/", header=header)
    other = message("x", "y", identifier="uuid:2", to="http://other/", header=header.replace("9", "8"))
    assert common_form(one).text == common_form(other).text
    assert common_form(one).text != common_form(message("x", "z", header=header)).text


@pytest.mark.parametrize(
    "asked",
    (
        pytest.param(message("x", "y", identifier="a&amp;b"), id="escaped-identifier"),
        pytest.param(message("x", "y", identifier=""), id="empty-identifier"),
        pytest.param(message("x", "y", header="<a:MessageID>uuid:2</a:MessageID>"), id="two-identifiers"),
        pytest.param(message("x", "y", header="<!-- <a:MessageID>uuid:2</a:MessageID> -->"), id="comment"),
        pytest.param(message("x", "y", header="<x><![CDATA[<a:To>]]></x>"), id="cdata"),
        pytest.param(message("x", f"{SHELL}/cmd"), id="shell"),
        pytest.param(message(f"{ENUMERATION}/Pull", "y"), id="pull"),
        pytest.param(message("x", "y").decode().encode("utf-16"), id="utf-16"),
    ),
)
def test_what_is_nobodys_but_the_senders(asked):
    assert common_form(asked) is None
