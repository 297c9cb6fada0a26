from __future__ import annotations

import pytest
from winrm.exceptions import WSManFaultError

from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC, MASSYNC_PARAMETERS
from exgate.lab.registry import WRITERS

TYPE_MISMATCH = str(0x80041005)
PRODUCT_OPTIONS = r"SYSTEM\CurrentControlSet\Control\ProductOptions"


@pytest.mark.parametrize(
    ("method", "path", "name", "expected"),
    (
        pytest.param(
            "EnumValues",
            MASSYNC_PARAMETERS,
            None,
            [("sNames", "ExchangeVDir"), ("sNames", "SMTPProxy"), ("Types", "1"), ("Types", "1"), ("ReturnValue", "0")],
            id="values-in-their-own-case",
        ),
        pytest.param(
            "EnumValues",
            "SYSTEM",
            None,
            [("sNames", None), ("Types", None), ("ReturnValue", "0")],
            id="empty-key-is-null",
        ),
        pytest.param(
            "EnumValues", "NOPE", None, [("sNames", None), ("Types", None), ("ReturnValue", "2")], id="no-such-key"
        ),
        pytest.param(
            "EnumKey",
            r"system\currentcontrolset",
            None,
            [("sNames", "Control"), ("sNames", "Services"), ("ReturnValue", "0")],
            id="sub-keys-in-any-case",
        ),
        pytest.param("EnumKey", "NOPE", None, [("sNames", None), ("ReturnValue", "2")], id="no-sub-keys"),
        pytest.param(
            "GetStringValue",
            MASSYNC_PARAMETERS,
            "exchangeVDIR",
            [("sValue", "/exchange-oma"), ("ReturnValue", "0")],
            id="string-in-any-case",
        ),
        pytest.param(
            "GetStringValue", MASSYNC_PARAMETERS, "Nope", [("sValue", None), ("ReturnValue", "1")], id="no-such-value"
        ),
        pytest.param("GetStringValue", "NOPE", "x", [("sValue", None), ("ReturnValue", "2")], id="string-of-no-key"),
        pytest.param(
            "GetStringValue",
            EXCHANGE_SETUP,
            "Services Version",
            [("sValue", None), ("ReturnValue", TYPE_MISMATCH)],
            id="other-type",
        ),
        pytest.param(
            "GetDWORDValue", EXCHANGE_SETUP, "Services Version", [("uValue", "65"), ("ReturnValue", "0")], id="dword"
        ),
        pytest.param(
            "GetMultiStringValue",
            PRODUCT_OPTIONS,
            "ProductSuite",
            [("sValue", "Terminal Server"), ("ReturnValue", "0")],
            id="multi-string",
        ),
        pytest.param(
            "GetBinaryValue", PRODUCT_OPTIONS, "Nope", [("uValue", None), ("ReturnValue", "1")], id="no-binary"
        ),
    ),
)
def test_readers(connect, method, path, name, expected):
    assert connect("sa01").registry(method, path, name=name) == expected


@pytest.mark.parametrize(
    ("server", "name"),
    (
        pytest.param("sa01", "ExchangeVDir", id="right-case"),
        pytest.param("drift-11-lower-case", "exchangevdir", id="lower-case"),
    ),
)
def test_the_case_of_a_name_is_the_registry_own(connect, server, name):
    assert connect(server).registry("EnumValues", MASSYNC_PARAMETERS)[0] == ("sNames", name)


EXTENSIONS = r"SOFTWARE\Microsoft\Shared Tools\Web Server Extensions"


@pytest.mark.parametrize(
    ("server", "path", "names"),
    (
        pytest.param("sp01", EXTENSIONS, ["6.0", "Ports"], id="sharepoint"),
        pytest.param("sp01", rf"{EXTENSIONS}\Ports", ["Port /LM/W3SVC/1:"], id="sharepoint-extends-site-1"),
        pytest.param("fp01", EXTENSIONS, ["5.0", "Ports"], id="frontpage"),
        pytest.param("fp01", rf"{EXTENSIONS}\Ports", ["Port /LM/W3SVC/1:"], id="frontpage-extends-site-1"),
    ),
)
def test_web_server_extensions(connect, server, path, names):
    expected = [*(("sNames", name) for name in names), ("ReturnValue", "0")]
    assert connect(server).registry("EnumKey", path) == expected


def test_a_server_without_extensions_has_no_such_key(client):
    assert client.registry("EnumKey", EXTENSIONS) == [("sNames", None), ("ReturnValue", "2")]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    (
        pytest.param("EnumValues", MASSYNC_PARAMETERS, [("sNames", None), ("Types", None)], id="below-the-key"),
        pytest.param("EnumKey", MASSYNC.upper(), [("sNames", None)], id="the-key-in-any-case"),
        pytest.param("GetStringValue", MASSYNC_PARAMETERS, [("sValue", None)], id="a-value"),
        pytest.param("GetDWORDValue", MASSYNC_PARAMETERS, [("uValue", None)], id="a-number"),
    ),
)
def test_a_denied_key(connect, method, path, expected):
    found = connect("no-registry").registry(method, path, name="SMTPProxy")
    assert found == [*expected, ("ReturnValue", "5")]


def test_a_key_beside_a_denied_one(connect):
    found = connect("no-registry").registry("GetDWORDValue", EXCHANGE_SETUP, name="ServicePackBuild")
    assert found == [("uValue", "7638"), ("ReturnValue", "0")]


def test_another_hive_has_nothing(client):
    assert client.registry("EnumKey", "SYSTEM", hive=0x80000001) == [("sNames", None), ("ReturnValue", "2")]


@pytest.mark.parametrize("method", sorted(WRITERS))
def test_writers_are_refused_and_recorded(lab, client, method):
    with pytest.raises(WSManFaultError) as caught:
        client.registry(method, MASSYNC_PARAMETERS, name="ExchangeVDir")
    assert (caught.value.wsman_fault_code, caught.value.fault_subcode) == (5, "w:AccessDenied")
    action = f"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/default/StdRegProv/{method}"
    assert lab.record("be01")["actions"] == {action: 1}


def test_an_unknown_method_is_a_fault(client):
    with pytest.raises(WSManFaultError) as caught:
        client.registry("GetNothing", "SYSTEM")
    assert caught.value.fault_subcode == "a:ActionNotSupported"
