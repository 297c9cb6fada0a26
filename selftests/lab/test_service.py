"""Messages that are sent as text: Get, Identify, and what is no request at all."""

from __future__ import annotations

import pytest
from defusedxml import ElementTree as SafeElementTree
from winrm.exceptions import WSManFaultError

from exgate.facts.metabase_xml import read_metabase
from exgate.lab.configuration import written
from exgate.lab.record import Record
from exgate.lab.servers import SERVERS
from exgate.lab.service import Service

TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
HEAD = (
    f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">'
)


@pytest.fixture
def service():
    definition = SERVERS["be01"]
    return Service(definition, written(definition, read_metabase), "http://127.81.7.11:5985/wsman", Record())


def fault(answer) -> tuple[str, str]:
    assert answer.is_fault
    envelope = SafeElementTree.fromstring(answer.data)
    return (
        envelope.findtext(f".//{{{SOAP}}}Subcode/{{{SOAP}}}Value"),
        envelope.find(f".//{{{FAULT}}}WSManFault").get("Code"),
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    (
        pytest.param("", ("w:SchemaValidationError", str(0x80338043)), id="empty"),
        pytest.param("<not xml", ("w:SchemaValidationError", str(0x80338043)), id="no-xml"),
        pytest.param("<html/>", ("w:SchemaValidationError", str(0x80338043)), id="no-soap"),
        pytest.param(
            '<!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>', ("w:SchemaValidationError", str(0x80338043)), id="entities"
        ),
        pytest.param(
            f"{HEAD}<s:Header/><s:Body/></s:Envelope>",
            ("a:MessageInformationHeaderRequired", str(0x80338011)),
            id="no-action",
        ),
        pytest.param(
            f"{HEAD}<s:Header><a:Action>urn:x</a:Action><a:MessageID>uuid:1</a:MessageID></s:Header><s:Body/></s:Envelope>",
            ("a:ActionNotSupported", str(0x80338013)),
            id="unknown-action",
        ),
        pytest.param(
            f"{HEAD}<s:Header><a:Action>{TRANSFER}/Get</a:Action><a:MessageID>uuid:1</a:MessageID>"
            "<w:ResourceURI>urn:x</w:ResourceURI></s:Header><s:Body/></s:Envelope>",
            ("w:InvalidResourceURI", str(0x8033803B)),
            id="unknown-resource",
        ),
    ),
)
def test_what_is_no_request_is_a_fault(service, message, expected):
    assert fault(service.answer(message.encode())) == expected


@pytest.mark.parametrize(
    "namespace",
    (
        pytest.param("http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd", id="identity"),
        pytest.param("http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd", id="identify"),
    ),
)
@pytest.mark.parametrize(
    ("logged_on", "version"),
    (
        pytest.param(True, "OS: 5.2.3790 SP: 2.0 Stack: 2.0", id="logged-on"),
        pytest.param(False, "OS: 0.0.0 SP: 0.0 Stack: 2.0", id="anonymous"),
    ),
)
def test_identify(service, namespace, logged_on, version):
    message = f'{HEAD}<s:Header/><s:Body><i:Identify xmlns:i="{namespace}"/></s:Body></s:Envelope>'
    answer = SafeElementTree.fromstring(service.answer(message.encode(), logged_on=logged_on).data)
    response = answer.find(f".//{{{namespace}}}IdentifyResponse")
    assert [element.text for element in response] == [
        "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
        "Microsoft Corporation",
        version,
    ]


def test_nothing_but_identify_is_answered_without_a_log_on(service):
    message = (
        f"{HEAD}<s:Header><a:Action>{TRANSFER}/Get</a:Action><a:MessageID>uuid:1</a:MessageID>"
        f"<w:ResourceURI>{WMI}/root/cimv2/Win32_OperatingSystem</w:ResourceURI></s:Header><s:Body/></s:Envelope>"
    )
    assert fault(service.answer(message.encode(), logged_on=False)) == ("w:AccessDenied", "5")


def test_the_class_that_does_not_exist_is_worded_as_a_real_server_words_it(service):
    message = (
        f"{HEAD}<s:Header><a:Action>http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate</a:Action>"
        f"<a:MessageID>uuid:1</a:MessageID><w:ResourceURI>{WMI}/root/cimv2/Nope</w:ResourceURI></s:Header>"
        '<s:Body><n:Enumerate xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"/></s:Body></s:Envelope>'
    )
    envelope = SafeElementTree.fromstring(service.answer(message.encode()).data)
    provider = envelope.find(f".//{{{FAULT}}}ProviderFault")
    assert provider.attrib == {
        "provider": "WMIv1 plugin for Windows Remote Management ",
        "path": r"%systemroot%\system32\WsmWmiPl.dll",
    }
    text = provider.findtext(f"{{{FAULT}}}WSManFault/{{{FAULT}}}Message")
    assert text == "The specified class does not exist in the given namespace. "


def test_get_by_selectors(client):
    uri = f"{WMI}/root/cimv2/Win32_Service"
    selectors = {"w:SelectorSet": {"w:Selector": {"@Name": "Name", "#text": "w3svc"}}}
    answer = client.send(f"{TRANSFER}/Get", uri, **selectors)
    assert answer.findtext(f".//{{{uri}}}State") == "Running"


def test_get_with_a_query_in_the_resource_uri(client):
    uri = f"{WMI}/root/cimv2/Win32_Service"
    answer = client.send(f"{TRANSFER}/Get", f"{uri}?Name=W3SVC")
    assert answer.findtext(f".//{{{uri}}}Name") == "W3SVC"


@pytest.mark.parametrize(
    ("selector", "subcode"),
    (
        pytest.param({"@Name": "Name", "#text": "nope"}, "a:DestinationUnreachable", id="no-such-instance"),
        pytest.param({"@Name": "State", "#text": "Running"}, "w:InvalidSelectors", id="no-key"),
    ),
)
def test_get_faults(client, selector, subcode):
    with pytest.raises(WSManFaultError) as caught:
        client.send(f"{TRANSFER}/Get", f"{WMI}/root/cimv2/Win32_Service", **{"w:SelectorSet": {"w:Selector": selector}})
    assert caught.value.fault_subcode == subcode


@pytest.mark.parametrize("verb", ("Put", "Create", "Delete"))
def test_no_verb_changes_a_resource(client, verb):
    with pytest.raises(WSManFaultError) as caught:
        client.send(f"{TRANSFER}/{verb}", f"{WMI}/root/cimv2/Win32_Service")
    assert caught.value.fault_subcode == "a:ActionNotSupported"
