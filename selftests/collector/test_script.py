"""The collector's script as a text: it asks for what the live source asks for, and for nothing that changes a server."""

import re

import pytest

from exgate.collector import SCRIPT_NAME, collector_script
from exgate.facts import registry, sharepoint
from exgate.facts.metabase_schema import DEFINITIONS
from exgate.facts.registry import EXCHANGE_VDIR
from exgate.sources import event_log, iis, windows
from exgate.sources.folder import collected
from exgate.sources.folder.collected_events import OLDER_RECORDS, RECORDS
from exgate.sources.folder.collected_rows import COLUMNS, SCHEMA, columns
from exgate.sources.live import REGISTRY_NAMESPACE
from exgate.sources.std_reg_prov import WITH_DATA

SECRETS = ("password", "pass", "secret", "sessionkey", "pwd", "credential")


def entries(constant):
    return [entry for entry in constant.split(",") if entry]


def test_its_text_is_what_windows_2003_reads():
    text = collector_script()
    assert text.isascii()
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    assert "\t" not in text
    # VBScript's limit is 1,022 characters a line.
    assert max(map(len, text.splitlines())) < 500
    assert SCRIPT_NAME in text


@pytest.mark.parametrize(
    ("name", "query"),
    (
        pytest.param("OPERATING_SYSTEM", windows.OPERATING_SYSTEM, id="windows"),
        pytest.param("COMPUTER", windows.COMPUTER, id="computer"),
        pytest.param("ADAPTERS", windows.ADAPTERS, id="adapters"),
        pytest.param("SERVICES", windows.SERVICES, id="services"),
        pytest.param("PROCESS", windows.PROCESS, id="process"),
        pytest.param("RESOLUTION", windows.RESOLUTION, id="resolution"),
        pytest.param("IIS_VERSION", iis.VERSION, id="iis"),
        pytest.param("EVENTS", event_log.EVENTS, id="events"),
        pytest.param("OLDER", event_log.OLDER, id="older-events"),
        pytest.param("MASSYNC", registry.MASSYNC, id="massync"),
        pytest.param("MASSYNC_PARAMETERS", registry.MASSYNC_PARAMETERS, id="massync-parameters"),
        pytest.param("EXCHANGE_SETUP", registry.EXCHANGE_SETUP, id="exchange-setup"),
        pytest.param("INETSTP", collected.INETSTP, id="inetstp"),
        pytest.param("WEB_SERVER_EXTENSIONS", sharepoint.WEB_SERVER_EXTENSIONS, id="sharepoint"),
        pytest.param("PORTS", sharepoint.PORTS, id="sharepoints-sites"),
        pytest.param("SCHEMA_VERSION", str(SCHEMA), id="schema"),
    ),
)
def test_it_asks_for_what_the_live_source_asks_for(constants, name, query):
    assert constants[name] == query


def test_the_properties_by_adsi_are_those_by_wmi(constants):
    assert entries(constants["SITE_PROPERTIES"]) == list(columns(iis.SITES)[1:])
    assert entries(constants["VDIR_PROPERTIES"]) == list(columns(iis.VIRTUAL_DIRECTORIES)[1:])
    assert entries(constants["IP_SECURITY"]) == list(columns(iis.IP_SECURITY)[1:])


def test_the_namespaces_are_the_live_sources(constants):
    local = "winmgmts:\\\\.\\"
    assert constants["CIMV2"] == f"{local}{windows.NAMESPACE}"
    assert constants["IIS_NAMESPACE"].endswith(f"!\\\\.\\{iis.NAMESPACE}")
    assert constants["REGISTRY"] == f"{local}{REGISTRY_NAMESPACE}:StdRegProv"


def test_the_restrictions_that_it_reads_are_all_of_them(script, constants):
    read = re.findall(r'Case "(\w+)"\n            AccessList = security\.(\w+)', script)
    asked = re.findall(r'ReadAccessList key, place, security, "(\w+)", (.+)', script)
    assert [name for name, _ in read] == [name for _, name in read] == [name for name, _ in asked]
    assert ["GrantByDefault", *(name for name, _ in read)] == entries(constants["IP_SECURITY"])
    # Deny lists count where access is granted by default, grant lists where it is denied.
    assert {name: counts == "granted" for name, counts in asked} == {name: "Deny" in name for name, _ in asked}


def test_the_pruned_metabase_keeps_what_is_read_of_it(constants):
    in_schema = [definition.name for definition in DEFINITIONS if definition.in_schema]
    assert entries(constants["KEPT_PROPERTIES"]) == in_schema
    assert entries(constants["KEPT_IDENTIFIERS"]) == [str(definition.identifier) for definition in DEFINITIONS]
    assert entries(constants["KEPT_OF_CUSTOM"]) == ["Name", "ID", "Value", "Type", "UserType", "Attributes"]


def test_the_data_that_it_reads_of_the_registry(script, constants):
    read = {"exchangevdir", "servicesversion", "servicepackbuild", "majorversion", "minorversion"}
    assert set(entries(constants["WANTED_VALUES"])) == read
    assert EXCHANGE_VDIR.lower() in read
    readers = re.findall(r"Case (\d+): result = provider\.(\w+)\(", script)
    assert {int(kind): method for kind, method in readers} == {
        int(kind): method for kind, (method, _) in WITH_DATA.items()
    }
    asked = dict(re.findall(r"CollectKey (\w+), \"(\w+)\"", script))
    assert asked == {
        "MASSYNC_PARAMETERS": "values",
        "MASSYNC": "values",
        "EXCHANGE_SETUP": "values",
        "INETSTP": "values",
        "WEB_SERVER_EXTENSIONS": "subkeys",
        "PORTS": "subkeys",
    }


def test_the_rows_are_those_that_the_reader_knows(script):
    header = re.search(r"Sub CollectAll\(\)\n    WriteRow (.+)\n", script)[1]
    assert tuple(re.findall(r'"(\w+)"', header)) == COLUMNS
    asked = re.findall(r'CollectQuery "event", "([^"]+)"', script)
    assert asked == [RECORDS, *OLDER_RECORDS]


def test_nothing_in_it_changes_a_server(code):
    """Every method that is called is one of these, and none of these changes anything but the folder."""
    reading = {
        *("Arguments", "Echo", "FullName", "Quit", "CreateObject", "Environment"),
        *("FileExists", "FolderExists", "GetFolder", "GetAbsolutePathName", "GetSpecialFolder", "Files", "SubFolders"),
        *("Count", "Exists", "Items", "Add", "Number", "Description", "Clear"),
        *("ExecQuery", "Properties_", "Value", "Get", "Name", "Class", "IPSecurity"),
        *("GrantByDefault", "IPDeny", "IPGrant", "DomainDeny", "DomainGrant"),
        *("EnumValues", "EnumKey", "GetStringValue", "GetExpandedStringValue", "GetDWORDValue", "GetMultiStringValue"),
        *("async", "resolveExternals", "validateOnParse", "load", "parseError", "errorCode", "reason"),
        *("documentElement", "childNodes", "nodeType", "nodeName", "namespaceURI", "baseName", "attributes"),
        *("getNamedItem", "name", "value"),
    }
    of_the_new_document = {"appendChild", "createProcessingInstruction", "createNode", "setAttribute"}
    of_the_folder = {"CreateFolder", "CreateTextFile", "Write", "Close", "save"}
    used = set(re.findall(r"\.([A-Za-z]\w*)", code))
    assert used <= reading | of_the_new_document | of_the_folder


@pytest.mark.parametrize(
    "word",
    (
        *("SetInfo", "Put_", r"\.Put\b", "PutEx", "RegWrite", "RegDelete", r"\.Delete", "DeleteKey", "DeleteValue"),
        *(
            "CreateKey",
            r"Set\w+Value\b",
            "ExecMethod",
            r"\.Run\b",
            r"\.Exec\b",
            "StartService",
            "StopService",
            r"\.Create\(",
        ),
        *("Move", "CopyFile", "CopyFolder", "OpenTextFile", "Execute", r"\bEval\b", "RegRead", "SendKeys"),
        *("ServerXMLHTTP", "XMLHTTP", "ADODB", "Shell.Application"),
    ),
)
def test_no_word_of_a_writer_is_in_it(code, script, word):
    assert not re.search(word, code, re.IGNORECASE)
    assert not re.search(rf'CreateObject\("[^"]*{word}', script, re.IGNORECASE)


def test_the_objects_that_it_makes(script):
    assert set(re.findall(r'(?:CreateObject|NewParser)\("([^"]+)"\)', script)) == {
        "Scripting.FileSystemObject",
        "Scripting.Dictionary",
        "WScript.Shell",
        "MSXML2.DOMDocument.3.0",
        "MSXML2.DOMDocument.6.0",
    }
    assert re.findall(r'"WScript\.Shell"\)(.*)', script) == ['.Environment("PROCESS")("COMPUTERNAME")']


def test_it_writes_into_its_folder_only(script):
    written = re.findall(r"(?:CreateTextFile\(|CreateFolder |\.save )([^,\n]+)", script)
    files = [rf'folder & "\{name}"' for name in ("MetaBase.xml", "collected.csv", "host.yml")]
    assert sorted(written) == sorted(["folder", *files])


def test_no_secret_is_asked_for(constants):
    asked = " ".join(str(value) for value in constants.values()).lower()
    assert not [word for word in SECRETS if word in asked]


def test_every_procedure_is_defined_and_used(code):
    """VBScript finds out about a name that nobody defined when it comes to that line, and not earlier."""
    defined = re.findall(r"^(?:Sub|Function) (\w+)", code, re.MULTILINE)
    assert len(defined) == len({name.lower() for name in defined})
    rest = re.sub(r"^(?:Sub|Function) \w+|^End (?:Sub|Function)", "", code, flags=re.MULTILINE)
    assert [name for name in defined if not re.search(rf"\b{name}\b", rest)] == []


LANGUAGE = """
option explicit const dim sub function end if then else elseif exit for each in next select case set on error resume
not and or is nothing true false array wscript err vbCrLf vbCr vbLf vbTab vbVerticalTab vbFormFeed vbBoolean H80000002
replace split instr mid left right lcase hex cstr cint isarray isnull isempty vartype ubound getobject dateserial
timeserial dateadd year month day hour minute second to
"""


def declared_in(code):
    names = re.findall(r"^ *Dim (.+)$", code, re.MULTILINE)
    names += re.findall(r"^(?:Sub|Function) \w+\(([^)]*)\)", code, re.MULTILINE)
    names += re.findall(r"^Const (\w+)", code, re.MULTILINE)
    return {name.strip().lower() for some in names for name in some.split(",")}


def test_every_name_is_declared(code):
    """VBScript checks Option Explicit when it comes to a line, and not earlier, so every word is looked up here."""
    procedures = re.findall(r"^(?:Sub|Function) .*?^End (?:Sub|Function)$", code, re.MULTILINE | re.DOTALL)
    assert len(procedures) == len(re.findall(r"^(?:Sub|Function) ", code, re.MULTILINE)) > 40
    everywhere = declared_in(
        re.sub(r"^(?:Sub|Function) .*?^End (?:Sub|Function)$", "", code, flags=re.MULTILINE | re.DOTALL)
    )
    everywhere |= {name.lower() for name in re.findall(r"^(?:Sub|Function) (\w+)", code, re.MULTILINE)}
    everywhere |= {word.lower() for word in LANGUAGE.split()}
    for procedure in procedures:
        words = {word.lower() for word in re.findall(r"(?<![.\w])[A-Za-z_]\w*", procedure)}
        assert words - everywhere - declared_in(procedure) == set(), procedure.splitlines()[0]
