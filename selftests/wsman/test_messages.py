"""Messages as a server parses them, and that none of them changes anything."""

import pytest
import xmltodict
from defusedxml import ElementTree as SafeElementTree
from winrm.protocol import Protocol

from exgate.wsman import messages, names
from exgate.wsman.endpoint import Endpoint
from exgate.wsman.session import Session

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
STD_REG_PROV = f"{WMI}/root/default/StdRegProv"
CMD = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"
READERS = {
    *("EnumKey", "EnumValues", "GetStringValue", "GetExpandedStringValue", "GetDWORDValue", "GetMultiStringValue"),
    "GetBinaryValue",
}
WRITERS = (
    *("CheckAccess", "CreateKey", "DeleteKey", "DeleteValue", "SetBinaryValue", "SetDWORDValue"),
    *("SetExpandedStringValue", "SetMultiStringValue", "SetSecurityDescriptor", "SetStringValue"),
)
READ_ONLY = {
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate",
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Pull",
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Release",
    "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
    *(f"{STD_REG_PROV}/{method}" for method in READERS),
    "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create",
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command",
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Receive",
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Signal",
    "http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete",
}


@pytest.fixture
def protocol():
    return Protocol("http://127.0.0.1:1/wsman", transport="ntlm", username="u", password="p", operation_timeout_sec=7)


def tree(element):
    """Give an element as nested tuples: name, attributes, and text or children."""
    return (element.tag, dict(element.attrib), [tree(child) for child in element] or element.text)


def parts(message):
    """Give what matters of a message: action, resource, selectors, options, body."""
    envelope = SafeElementTree.fromstring(message)
    header, body = envelope.find(f"{{{names.SOAP}}}Header"), envelope.find(f"{{{names.SOAP}}}Body")
    wsman = f"{{{names.WSMAN}}}"
    named = {
        kind: {e.get("Name"): e.text for e in header.iterfind(f"{wsman}{kind}Set/{wsman}{kind}")}
        for kind in ("Selector", "Option")
    }
    action, resource = header.findtext(f"{{{names.ADDRESSING}}}Action"), header.findtext(f"{wsman}ResourceURI")
    return action, resource, named["Selector"], named["Option"], [tree(child) for child in body]


def n(name, *content):
    return (f"{{{names.ENUMERATION}}}{name}", {}, content[0] if content else None)


def w(name, content=None, **attributes):
    return (f"{{{names.WSMAN}}}{name}", attributes, content)


def rsp(name, content=None, **attributes):
    return (f"{{{names.SHELL}}}{name}", attributes, content)


def reg(name, content):
    return (f"{{{STD_REG_PROV}}}{name}", {}, content)


WQL = {"Dialect": "http://schemas.microsoft.com/wbem/wsman/1/WQL"}
QUERY = "SELECT Name FROM C WHERE Name = 'a<b>&\"c\"'"


@pytest.mark.parametrize(
    ("build", "expected"),
    (
        pytest.param(
            lambda p: messages.enumerate_wql(p, r"root\cimv2", QUERY),
            (
                names.ENUMERATE,
                f"{WMI}/root/cimv2/*",
                {},
                {},
                [n("Enumerate", [w("OptimizeEnumeration"), w("MaxElements", "32000"), w("Filter", QUERY, **WQL)])],
            ),
            id="enumerate",
        ),
        pytest.param(
            lambda p: messages.pull(p, r"root\MicrosoftIISv2", "uuid:1&2"),
            (
                names.PULL,
                f"{WMI}/root/MicrosoftIISv2/*",
                {},
                {},
                [n("Pull", [n("EnumerationContext", "uuid:1&2"), n("MaxElements", "32000")])],
            ),
            id="pull",
        ),
        pytest.param(
            lambda p: messages.release(p, "root/cimv2", "uuid:1"),
            (names.RELEASE, f"{WMI}/root/cimv2/*", {}, {}, [n("Release", [n("EnumerationContext", "uuid:1")])]),
            id="release",
        ),
        pytest.param(
            lambda p: messages.get(p, r"root\cimv2", "Win32_Service", {"Name": "W3SVC", "Other": "a&b"}),
            (names.GET, f"{WMI}/root/cimv2/Win32_Service", {"Name": "W3SVC", "Other": "a&b"}, {}, []),
            id="get",
        ),
        pytest.param(
            lambda p: messages.invoke(p, r"root\default", "StdRegProv", "EnumValues", {"sSubKeyName": r"A\B<"}),
            (
                f"{STD_REG_PROV}/EnumValues",
                STD_REG_PROV,
                {},
                {},
                [reg("EnumValues_INPUT", [reg("sSubKeyName", r"A\B<")])],
            ),
            id="invoke",
        ),
        pytest.param(
            messages.create_shell,
            (
                names.SHELL_CREATE,
                CMD,
                {},
                {"WINRS_NOPROFILE": "TRUE", "WINRS_CODEPAGE": "437"},
                [rsp("Shell", [rsp("InputStreams", "stdin"), rsp("OutputStreams", "stdout stderr")])],
            ),
            id="create-shell",
        ),
        pytest.param(
            lambda p: messages.run_command(p, "s1", 'type "a & b"'),
            (
                names.SHELL_COMMAND,
                CMD,
                {"ShellId": "s1"},
                {"WINRS_CONSOLEMODE_STDIN": "TRUE", "WINRS_SKIP_CMD_SHELL": "FALSE"},
                [rsp("CommandLine", [rsp("Command", 'type "a & b"')])],
            ),
            id="command",
        ),
        pytest.param(
            lambda p: messages.receive(p, "s1", "c1"),
            (
                names.SHELL_RECEIVE,
                CMD,
                {"ShellId": "s1"},
                {},
                [rsp("Receive", [rsp("DesiredStream", "stdout stderr", CommandId="c1")])],
            ),
            id="receive",
        ),
        pytest.param(
            lambda p: messages.terminate(p, "s1", "c1"),
            (
                names.SHELL_SIGNAL,
                CMD,
                {"ShellId": "s1"},
                {},
                [rsp("Signal", [rsp("Code", f"{names.SHELL}/signal/terminate")], CommandId="c1")],
            ),
            id="signal",
        ),
        pytest.param(
            lambda p: messages.delete_shell(p, "s1"), (names.SHELL_DELETE, CMD, {"ShellId": "s1"}, {}, []), id="delete"
        ),
    ),
)
def test_a_message(protocol, build, expected):
    found = parts(build(protocol))
    assert found == expected
    assert found[0] in READ_ONLY


OPTIONS = {
    "w:OptionSet": {
        "w:Option": [{"@Name": "WINRS_NOPROFILE", "#text": "TRUE"}, {"@Name": "WINRS_CODEPAGE", "#text": "437"}]
    }
}
SHELL_BODY = {"rsp:Shell": {"rsp:InputStreams": "stdin", "rsp:OutputStreams": "stdout stderr"}}
FILTER = {"@Dialect": "http://schemas.microsoft.com/wbem/wsman/1/WQL", "#text": QUERY}
SELECTORS = {"w:SelectorSet": {"w:Selector": [{"@Name": 'c"<', "#text": "\"'<\n\xfc"}]}}


@pytest.mark.parametrize(
    ("build", "action", "resource", "header", "body"),
    (
        pytest.param(
            lambda p: messages.enumerate_wql(p, "root/cimv2", QUERY),
            names.ENUMERATE,
            f"{WMI}/root/cimv2/*",
            {},
            {"n:Enumerate": {"w:OptimizeEnumeration": None, "w:MaxElements": "32000", "w:Filter": FILTER}},
            id="enumerate",
        ),
        pytest.param(
            lambda p: messages.get(p, "r", "C&", {'c"<': "\"'<\n\xfc"}),
            names.GET,
            f"{WMI}/r/C&",
            SELECTORS,
            None,
            id="get",
        ),
        pytest.param(
            lambda p: messages.invoke(p, "r", "C", "M", {"x": "y\\", "z": ""}),
            f"{WMI}/r/C/M",
            f"{WMI}/r/C",
            {},
            {"m:M_INPUT": {"@xmlns:m": f"{WMI}/r/C", "m:x": "y\\", "m:z": ""}},
            id="invoke",
        ),
        pytest.param(messages.create_shell, names.SHELL_CREATE, CMD, OPTIONS, SHELL_BODY, id="create-shell"),
    ),
)
def test_messages_are_written_as_pywinrm_writes_them(protocol, monkeypatch, build, action, resource, header, body):
    monkeypatch.setattr("exgate.wsman.messages.uuid.uuid4", lambda: "1")
    for _ in range(2):
        envelope = protocol.build_wsman_header(action, resource, message_id="1")
        envelope["env:Header"] |= header
        assert build(protocol) == xmltodict.unparse({"env:Envelope": envelope | {"env:Body": body}})
        protocol.operation_timeout_sec = 60


def test_every_message_has_its_own_number(protocol):
    texts = [SafeElementTree.fromstring(messages.create_shell(protocol)) for _ in range(2)]
    first, second = (text.findtext(f".//{{{names.ADDRESSING}}}MessageID") for text in texts)
    assert first != second
    assert first.startswith("uuid:")


def test_identify_has_no_header():
    envelope = SafeElementTree.fromstring(messages.identify())
    identity = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
    assert [tree(child) for child in envelope] == [
        (f"{{{names.SOAP}}}Header", {}, None),
        (f"{{{names.SOAP}}}Body", {}, [(f"{{{identity}}}Identify", {}, None)]),
    ]


def test_the_server_is_told_how_long_it_may_take(protocol):
    envelope = SafeElementTree.fromstring(messages.create_shell(protocol))
    assert envelope.findtext(f".//{{{names.WSMAN}}}OperationTimeout") == "PT7S"


def test_no_name_of_an_action_changes_a_server():
    verbs = ("Create", "Delete", "Put", "Get", "Enumerate", "Pull", "Release", "Command", "Receive", "Signal", "Send")
    texts = {value for value in vars(names).values() if isinstance(value, str)}
    assert {text for text in texts if text.startswith("http") and text.endswith(tuple(f"/{v}" for v in verbs))} == {
        action for action in READ_ONLY if "StdRegProv" not in action
    }


@pytest.fixture
def silent(peer):
    """A session with a peer that must not be asked."""
    server = peer(b"")
    endpoint = Endpoint(url=server.url, transport="basic", user="u", password="p")
    asked = Session(endpoint, connect_timeout=5, seconds=5)
    yield asked, server
    asked.close()


@pytest.mark.parametrize("method", (*WRITERS, "setstringvalue", "enumkey", "EnumKey ", "EnumKey/../SetStringValue", ""))
def test_what_does_not_only_read_is_not_sent(silent, method):
    session, server = silent
    with pytest.raises(ValueError, match="does not only read") as caught:
        session.read_registry(method, {"hDefKey": "2147483650"})
    assert str(caught.value) == f"StdRegProv.{method} does not only read"
    assert (session.sent, session.connections, server.connections) == ({}, 0, 0)


@pytest.mark.parametrize("resource", (r"root\default", "root/default"))
def test_resources(resource):
    assert names.wmi_resource(resource, "StdRegProv") == STD_REG_PROV
