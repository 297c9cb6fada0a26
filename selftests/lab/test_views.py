"""What WMI shows of a server is what its MetaBase.xml makes effective."""

from __future__ import annotations

import pytest

from exgate.facts.metabase_xml import read_metabase
from exgate.lab.servers import SERVERS

NAMESPACE = "root/MicrosoftIISv2"
CLASSES = {
    "IIsWebServiceSetting": "IIsWebService",
    "IIsWebServerSetting": "IIsWebServer",
    "IIsWebVirtualDirSetting": "IIsWebVirtualDir",
}
STRINGS = ("AppPoolId", "DefaultLogonDomain", "HttpRedirect", "NTAuthenticationProviders", "Path")
FLAGS = ("AccessFlags", "AccessSSLFlags", "AuthFlags")
BITS = {
    "AuthFlags": {"AuthAnonymous": 1, "AuthBasic": 2, "AuthNTLM": 4, "AuthMD5": 16, "AuthPassport": 64},
    "AccessSSLFlags": {
        "AccessSSL": 8,
        "AccessSSLNegotiateCert": 32,
        "AccessSSLRequireCert": 64,
        "AccessSSLMapCert": 128,
        "AccessSSL128": 256,
    },
    "AccessFlags": {"AccessRead": 1, "AccessWrite": 2, "AccessExecute": 4, "AccessSource": 16, "AccessScript": 512},
}


@pytest.mark.parametrize("server", ("be01", "fe01", "sa01", "drift-02-ssl-on-root", "drift-04-ntlm-only"))
@pytest.mark.parametrize("class_name", CLASSES)
def test_every_property_is_the_effective_one(connect, server, class_name):
    metabase = read_metabase(SERVERS[server].metabase_xml)
    columns = (*STRINGS, *FLAGS, *(bit for bits in BITS.values() for bit in bits))
    query = f"select Name,{','.join(columns)} from {class_name}"  # noqa: S608 - WQL of our own
    items = connect(server).items(query, namespace=NAMESPACE)
    shown = {item.findtext("Name"): {column: item.findtext(column) for column in columns} for item in items}
    expected = {}
    for location in metabase.locations(CLASSES[class_name]):
        values = {name: str(metabase.effective(location, name).value) for name in STRINGS}
        for name in FLAGS:
            number = int(metabase.effective(location, name).value)
            values[name] = str(number)
            values |= {bit: str(bool(number & mask)).lower() for bit, mask in BITS[name].items()}
        expected[location.removeprefix("/LM/")] = values
    assert shown == expected
    assert shown


def embedded(element) -> list[dict[str, str | None]]:
    return [{child.tag: child.text or "" for child in item} for item in element]


def test_script_maps_are_embedded_objects(connect):
    query = "select ScriptMaps from IIsWebVirtualDirSetting where Name='W3SVC/1/ROOT/Exchange'"
    (item,) = connect("fe01").items(query, namespace=NAMESPACE)
    assert embedded(item.iter("ScriptMaps")) == [
        {
            "Extensions": "*",
            "Flags": "1",
            "IncludedVerbs": "",
            "ScriptProcessor": r"C:\Program Files\Exchsrvr\bin\exprox.dll",
        }
    ]


def test_typed_embedded_objects_have_their_class_namespace(client):
    query = "select * from IIsWebServerSetting"
    uri = f"http://schemas.microsoft.com/wbem/wsman/1/wmi/{NAMESPACE}"
    (item,) = client.items(query, namespace=NAMESPACE)
    (binding,) = item.findall(f"{{{uri}/IIsWebServerSetting}}ServerBindings")
    assert [(child.tag, child.text or "") for child in binding] == [
        (f"{{{uri}/ServerBinding}}Hostname", ""),
        (f"{{{uri}/ServerBinding}}IP", ""),
        (f"{{{uri}/ServerBinding}}Port", "80"),
    ]


@pytest.mark.parametrize(
    ("server", "bindings"),
    (
        pytest.param("be01", [{"Hostname": "", "IP": "", "Port": "80"}], id="port-80"),
        pytest.param("drift-05-port-8080", [{"Hostname": "", "IP": "", "Port": "8080"}], id="port-8080"),
        pytest.param(
            "drift-05-host-header", [{"Hostname": "owa.lab.example", "IP": "", "Port": "80"}], id="host-header"
        ),
    ),
)
def test_server_bindings(connect, server, bindings):
    (item,) = connect(server).items("select ServerBindings from IIsWebServerSetting", namespace=NAMESPACE)
    assert embedded(item.iter("ServerBindings")) == bindings


@pytest.mark.parametrize(
    ("server", "expected"),
    (
        pytest.param("sa01", [("GrantByDefault", "false"), ("IPGrant", "10.81.7.21, 255.255.255.255")], id="itself"),
        pytest.param("drift-15-open", [("GrantByDefault", "true")], id="open"),
        pytest.param(
            "drift-15-denies-itself",
            [("GrantByDefault", "true"), ("IPDeny", "10.81.7.46, 255.255.255.255")],
            id="denies-itself",
        ),
    ),
)
def test_ip_security(connect, server, expected):
    query = (
        "select GrantByDefault,IPDeny,IPGrant,DomainDeny,DomainGrant from IIsIPSecuritySetting "
        "where Name='W3SVC/1/ROOT/exchange-oma'"
    )
    (item,) = connect(server).items(query, namespace=NAMESPACE)
    assert [(element.tag, element.text) for element in item] == expected


def test_every_key_has_its_ip_security(connect):
    items = connect("sa01").items("select Name,GrantByDefault from IIsIPSecuritySetting", namespace=NAMESPACE)
    denied = {item.findtext("Name") for item in items if item.findtext("GrantByDefault") == "false"}
    assert denied == {"W3SVC/1/ROOT/exchange-oma"}
    assert {"W3SVC", "W3SVC/1", "W3SVC/1/ROOT"} < {item.findtext("Name") for item in items}


def test_property_45054_is_not_in_wmi(connect):
    items = connect("fe01").items("select * from IIsWebVirtualDirSetting", namespace=NAMESPACE)
    assert not any("45054" in element.tag for item in items for element in item)


def test_iis_version(client):
    (item,) = client.items("select * from IIsWebInfo", namespace=NAMESPACE)
    values = {element.tag.rpartition("}")[2]: element.text for element in item}
    assert (values["Name"], values["MajorIIsVersionNumber"], values["MinorIIsVersionNumber"]) == (
        "W3SVC/INFO",
        "6",
        "0",
    )


@pytest.mark.parametrize(
    ("server", "names"),
    (
        pytest.param("be01", {"MSExchangeIS", "IISADMIN", "W3SVC"}, id="back-end"),
        pytest.param("fe01", {"IISADMIN", "W3SVC"}, id="front-end"),
    ),
)
def test_services_run(connect, server, names):
    items = connect(server).items("select Name,State,StartMode from Win32_Service where State='Running'")
    assert names <= {item.findtext("Name") for item in items}


@pytest.mark.parametrize(
    ("server", "suites"),
    (
        pytest.param("sbs01", ["Terminal Server", "Small Business(Restricted)"], id="sbs"),
        pytest.param("sa01", ["Terminal Server"], id="standalone"),
    ),
)
def test_the_registry_knows_the_product_suite_too(connect, server, suites):
    path = r"SYSTEM\CurrentControlSet\Control\ProductOptions"
    values = connect(server).registry("GetMultiStringValue", path, name="ProductSuite")
    assert [text for name, text in values if name == "sValue"] == suites


def test_the_server_knows_itself(connect):
    client = connect("sbs01")
    (system,) = client.items("select CSName,OSProductSuite,CSDVersion,Version from Win32_OperatingSystem")
    assert [element.text for element in system] == ["Service Pack 2", "SBS01", "304", "5.2.3790"]
    (computer,) = client.items("select Name,Domain from Win32_ComputerSystem")
    assert [element.text for element in computer] == ["lab.example", "SBS01"]
