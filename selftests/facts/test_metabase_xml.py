"""MetaBase.xml, the real one and hostile ones."""

import pytest

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.metabase_xml import MetabaseXmlError, read_metabase

HEAD = '<configuration xmlns="urn:microsoft-catalog:XML_Metabase_V64_0"><MBProperty>'
TAIL = "</MBProperty></configuration>"


@pytest.fixture(scope="module")
def real(samples):
    return read_metabase((samples / "MetaBase.xml").read_bytes())


@pytest.mark.parametrize(
    ("location", "name", "value", "where"),
    (
        pytest.param("/LM/W3SVC/1/ROOT", "AccessSSLFlags", 8, "set on /LM/W3SVC/1/ROOT", id="ssl-on-root-only"),
        pytest.param("/LM/W3SVC/1", "AccessSSLFlags", 0, "not set, the schema's default", id="not-on-the-site"),
        pytest.param("/LM/W3SVC/1/ROOT", "AuthFlags", 4, "set on /LM/W3SVC/1/ROOT", id="integrated"),
        pytest.param("/LM/W3SVC", "AuthFlags", 1, "set on /LM/W3SVC", id="anonymous-above"),
        pytest.param("/LM/W3SVC/1", "AuthFlags", 1, "set on /LM/W3SVC", id="the-site-inherits"),
        pytest.param("/LM/W3SVC/1/ROOT", "Path", r"E:\inetpub\wwwroot", "set on /LM/W3SVC/1/ROOT", id="path"),
        pytest.param("/LM/W3SVC/1/ROOT", "AppPoolId", "DefaultAppPool", "set on /LM/W3SVC/1/ROOT", id="pool"),
        pytest.param("/LM/W3SVC/1", "ServerBindings", (Binding("", 80, ""),), "set on /LM/W3SVC/1", id="bindings"),
        pytest.param("/LM/W3SVC/1", "ServerComment", "Default Web Site", "set on /LM/W3SVC/1", id="comment"),
    ),
)
def test_real_metabase(real, location, name, value, where):
    setting = real.effective(location, name)
    assert (setting.value, setting.where) == (value, where)


def test_real_metabase_splits_script_maps_at_line_breaks(real):
    maps = real.effective("/LM/W3SVC/1/ROOT", "ScriptMaps").value
    assert len(maps) == 8
    assert maps[0] == ScriptMap(".asp", r"C:\WINDOWS\system32\inetsrv\asp.dll", 5, ("GET", "HEAD", "POST", "TRACE"))


def test_real_metabase_keys(real):
    assert len(real.keys) == 57
    assert next(real.locations("IIsWebServer")) == "/LM/W3SVC/1"


def test_real_metabase_keeps_no_secret(real):
    kept = {name for key in real.keys.values() for name in key.properties}
    assert not kept & {"AnonymousUserPass", "WAMUserPass", "LogOdbcPassword", "UNCPassword", "AdminACL", "SessionKey"}


def test_paths_keep_single_spaces():
    vdir = (
        '<IIsWebVirtualDir Location="/LM/W3SVC/1/ROOT/Exchange" '
        'ScriptMaps="*,C:\\Program Files\\Exchsrvr\\bin\\davex.dll,1\n\t\t\t.asp,C:\\WINDOWS\\asp.dll,5,GET"/>'
    )
    maps = read_metabase(HEAD + vdir + TAIL).effective("/LM/W3SVC/1/ROOT/Exchange", "ScriptMaps").value
    assert [entry.processor for entry in maps] == [r"C:\Program Files\Exchsrvr\bin\davex.dll", r"C:\WINDOWS\asp.dll"]


@pytest.mark.parametrize(
    "data",
    (
        pytest.param("\ufeff" + HEAD + '<IIsComputer Location="/LM"/>' + TAIL, id="text-with-bom"),
        pytest.param(("\ufeff" + HEAD + '<IIsComputer Location="/LM"/>' + TAIL).encode(), id="bytes-with-bom"),
        pytest.param(
            b'<configuration><MBProperty><IIsComputer Location="/LM"/></MBProperty></configuration>', id="no-xmlns"
        ),
        pytest.param((HEAD + '<IIsComputer Location="/LM"/>' + TAIL).replace("\n", "\r\n").encode(), id="crlf"),
    ),
)
def test_forms_of_the_file(data):
    assert read_metabase(data).stored_location("/lm") == "/LM"


@pytest.mark.parametrize(
    ("data", "message"),
    (
        pytest.param(b"", "not a well-formed MetaBase.xml: no element found: line 1, column 0", id="empty"),
        pytest.param(
            b"Access is denied.\r\n", "not a well-formed MetaBase.xml: syntax error: line 1, column 0", id="text"
        ),
        pytest.param(
            (HEAD + '<IIsComputer Location="/LM"/>').encode(),
            "not a well-formed MetaBase.xml: no element found: line 1, column 105",
            id="truncated",
        ),
        pytest.param(b"<configuration/>", "no metabase key in this file: not a MetaBase.xml", id="no-key"),
        pytest.param(
            b'<!DOCTYPE x [<!ENTITY a "aaaa">]><configuration><MBProperty>&a;</MBProperty></configuration>',
            "not a well-formed MetaBase.xml: EntitiesForbidden(name='a', system_id=None, public_id=None)",
            id="entities",
        ),
    ),
)
def test_what_is_no_metabase(data, message):
    with pytest.raises(MetabaseXmlError) as caught:
        read_metabase(data)
    assert str(caught.value) == message
