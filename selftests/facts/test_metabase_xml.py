"""MetaBase.xml, the real one and hostile ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.metabase_xml import MetabaseXmlError, read_keys, read_metabase

from .metabase_texts import patient

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
        pytest.param((HEAD + '<IIsComputer\r\n\t\tLocation="/LM"\r\n/>' + TAIL).encode(), id="crlf"),
        pytest.param(b'<x:a xmlns:x="urn:x"><x:b Location="/LM"/></x:a>', id="another-namespace"),
        pytest.param(b'<a><b Location="/lm/"/></a>'.replace(b"/lm/", b"/LM/"), id="slash-at-the-end"),
    ),
)
def test_forms_of_the_file(data):
    assert read_metabase(data).stored_location("/lm") == "/LM"


DECLARED = '<?xml version="1.0" encoding="{}"?>'
UMLAUT = '<a><b Location="/LM" ServerComment="B\u00fcro \u2013 1"/></a>'


@pytest.mark.parametrize(
    ("data", "comment"),
    (
        pytest.param(UMLAUT.encode(), "B\u00fcro \u2013 1", id="utf-8"),
        pytest.param(("\ufeff" + UMLAUT).encode(), "B\u00fcro \u2013 1", id="utf-8-with-bom"),
        pytest.param(("\ufeff" + UMLAUT).encode("utf-16-le"), "B\u00fcro \u2013 1", id="utf-16-le"),
        pytest.param(UMLAUT.encode("utf-16-le"), "B\u00fcro \u2013 1", id="utf-16-le-without-bom"),
        pytest.param(UMLAUT.encode("utf-16-be"), "B\u00fcro \u2013 1", id="utf-16-be-without-bom"),
        pytest.param(("\ufeff" + UMLAUT).encode("utf-16-be"), "B\u00fcro \u2013 1", id="utf-16-be"),
        pytest.param(
            ("\ufeff" + DECLARED.format("UTF-16") + UMLAUT).encode("utf-16-le"),
            "B\u00fcro \u2013 1",
            id="utf-16-declared",
        ),
        pytest.param(
            (DECLARED.format("UTF-16") + UMLAUT).encode(), "B\u00fcro \u2013 1", id="utf-16-declared-but-utf-8"
        ),
        pytest.param(DECLARED.format("UTF-16") + UMLAUT, "B\u00fcro \u2013 1", id="text-that-declares-something-else"),
        pytest.param(UMLAUT.encode("cp1252"), "B\u00fcro \u2013 1", id="windows-1252"),
        pytest.param(
            (DECLARED.format("windows-1252") + UMLAUT).encode("cp1252"),
            "B\u00fcro \u2013 1",
            id="windows-1252-declared",
        ),
        pytest.param(
            (DECLARED.format("Windows-1251") + UMLAUT.replace("\u00fc", "\u044e")).encode("cp1251"),
            "B\u044ero \u2013 1",
            id="windows-1251-declared",
        ),
        pytest.param(UMLAUT.encode("cp1252").replace(b"\x96", b"\x81"), "B\u00fcro \ufffd 1", id="no-letter"),
    ),
)
def test_encodings(data, comment):
    assert read_metabase(data).effective("/LM", "ServerComment").value == comment


def properties(child, attributes=""):
    file = read_metabase(f'{HEAD}<IIsWebVirtualDir Location="/LM/x" {attributes}>{child}</IIsWebVirtualDir>{TAIL}')
    return {name: (found.value, found.inherits) for name, found in file.keys["/lm/x"].properties.items()}


@pytest.mark.parametrize(
    ("child", "expected"),
    (
        pytest.param(
            '<Custom Name="AuthFlags" ID="6000" Value="AuthBasic | AuthNTLM" Type="DWORD" '
            'UserType="IIS_MD_UT_SERVER" Attributes="INHERIT | REFERENCE"/>',
            {"AuthFlags": (6, True)},
            id="flags-by-name",
        ),
        pytest.param('<Custom ID="6000" Value="6" Attributes="INHERIT"/>', {"AuthFlags": (6, True)}, id="no-name"),
        pytest.param(
            '<Custom Name="AccessSSLFlags" ID="06000" Value="6" Attributes="NO_ATTRIBUTES"/>',
            {"AuthFlags": (6, False)},
            id="the-number-counts",
        ),
        pytest.param(
            '<Custom ID="6000" Value="6" Attributes="33"/>', {"AuthFlags": (6, True)}, id="attributes-in-a-number"
        ),
        pytest.param(
            '<Custom ID="6000" Value="6" Attributes="32"/>', {"AuthFlags": (6, False)}, id="and-not-inherited"
        ),
        pytest.param(
            '<Custom ID="6000" Value="6" Attributes="ISINHERITED"/>', {"AuthFlags": (6, False)}, id="no-part-of-a-word"
        ),
        pytest.param('<Custom ID="5506" Value="x"/>', {}, id="another-property"),
        pytest.param(f'<Custom ID="{"9" * 5000}" Value="x"/>', {}, id="no-number-at-all"),
        pytest.param('<Custom ID="\u0666\u0660\u0660\u0660" Value="x"/>', {}, id="other-digits"),
        pytest.param('<Custom Name="AuthFlags" Value="x"/>', {}, id="no-number"),
        pytest.param(
            '<Custom ID="6014" Value="*,C:\\x y.dll,1\n\t\t\t.asp,C:\\z.dll,5" Attributes="INHERIT"/>',
            {"ScriptMaps": ((ScriptMap("*", "C:\\x y.dll", 1, ()), ScriptMap(".asp", "C:\\z.dll", 5, ())), True)},
            id="multi-string",
        ),
    ),
)
def test_custom_elements(child, expected):
    assert properties(child) == expected


@pytest.mark.parametrize(
    "text",
    (
        pytest.param(":80:\n\t\t\t:8080:", id="as-iis-writes-it"),
        pytest.param(":80:\r\n\t\t\t:8080:", id="crlf"),
        pytest.param(":80:&#xD;&#xA;\t\t\t:8080:", id="references-and-tabs"),
        pytest.param(":80:&#xA;:8080:", id="references"),
        pytest.param("\n :80:  \n  :8080: ", id="spaces-around"),
    ),
)
def test_multi_strings(text):
    assert properties("", f'ServerBindings="{text}"')["ServerBindings"] == (
        (Binding("", 80, ""), Binding("", 8080, "")),
        False,
    )


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
            "not a well-formed MetaBase.xml: it has a document type definition",
            id="entities",
        ),
        pytest.param(
            b'<!DOCTYPE a [<!ATTLIST b AuthFlags CDATA "AuthBasic">]><a><b Location="/LM"/></a>',
            "not a well-formed MetaBase.xml: it has a document type definition",
            id="attributes-by-declaration",
        ),
        pytest.param(
            b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x"><a><b Location="/LM"/></a>',
            "not a well-formed MetaBase.xml: it has a document type definition",
            id="declarations-from-elsewhere",
        ),
        pytest.param(
            b'<a><b Location="/LM"/>&nbsp;</a>',
            "not a well-formed MetaBase.xml: undefined entity: line 1, column 22",
            id="undefined-entity",
        ),
        pytest.param(
            b'<a><b Location="/LM" Path="\0"/></a>',
            "not a well-formed MetaBase.xml: not well-formed (invalid token): line 1, column 27",
            id="nul",
        ),
        pytest.param(
            '<a><b Location="/LM" Path="\udc80"/></a>',
            "not a well-formed MetaBase.xml: not well-formed (invalid token): line 1, column 27",
            id="half-a-character",
        ),
        pytest.param(
            ("\ufeff" + UMLAUT).encode("utf-16-le")[:-1],
            "not a well-formed MetaBase.xml: 'utf-16-le' codec can't decode byte 0x3e in position 0: truncated data",
            id="utf-16-cut-off",
        ),
        pytest.param(
            (DECLARED.format("utf-8") + UMLAUT).encode("cp1252"),
            "not a well-formed MetaBase.xml: it is not in the encoding that it declares, utf-8",
            id="no-utf-8-though-declared",
        ),
        pytest.param(
            (DECLARED.format("rot13") + UMLAUT).encode("cp1252"),
            "not a well-formed MetaBase.xml: it is not in the encoding that it declares, rot13",
            id="no-encoding",
        ),
        pytest.param(
            (DECLARED.format("iso-8859-99") + UMLAUT).encode("cp1252"),
            "not a well-formed MetaBase.xml: unknown encoding: iso-8859-99",
            id="unknown-encoding",
        ),
        pytest.param(
            b'<a><b Location="/LM/W3SVC"/><b Location="/lm/w3svc/"/></a>',
            "not as IIS writes MetaBase.xml: two elements for '/lm/w3svc'",
            id="a-key-twice",
        ),
        pytest.param(
            b'<a><b Location="/LM" AuthFlags="0"><Custom ID="6000" Value="1" Attributes="INHERIT"/></b></a>',
            "not as IIS writes MetaBase.xml: AuthFlags of '/LM' stands there twice",
            id="a-property-twice",
        ),
        pytest.param(
            b'<a><b Location="/LM"><Custom ID="6011" Attributes="INHERIT"/></b></a>',
            "not as IIS writes MetaBase.xml: the Custom element of HttpRedirect of '/LM' has no Value or no Attributes",
            id="a-property-without-value",
        ),
        pytest.param(
            b'<a><b Location="/LM"><Custom ID="6011" Value=""/></b></a>',
            "not as IIS writes MetaBase.xml: the Custom element of HttpRedirect of '/LM' has no Value or no Attributes",
            id="a-property-that-may-inherit-or-not",
        ),
        pytest.param(
            b"<IIsInheritedProperties Location='inherited:/LM'/>",
            "no metabase key in this file: not a MetaBase.xml",
            id="inherited-properties-alone",
        ),
        pytest.param(
            b"<a>" * 100 + b'<b Location="/LM"/>' + b"</a>" * 100,
            "not a MetaBase.xml: more than 64 elements in each other",
            id="deep",
        ),
    ),
)
def test_what_is_no_metabase(data, message):
    with pytest.raises(MetabaseXmlError) as caught:
        read_metabase(data)
    assert str(caught.value) == message


def test_the_same_property_twice_with_one_meaning_is_one_property():
    assert properties('<Custom ID="6000" Value="AuthNTLM" Attributes="INHERIT"/>', 'AuthFlags="AuthNTLM"') == {
        "AuthFlags": (4, True)
    }


def test_what_an_export_inherits_is_not_taken_for_the_keys_own():
    file = read_metabase(
        '<a><IIsInheritedProperties Location="/LM" AuthFlags="AuthNTLM"/><b Location="/LM"/>'
        '<IIsInheritedProperties Location="inherited:/LM" AuthFlags="AuthNTLM"/></a>'
    )
    assert dict(file.keys["/lm"].properties) == {}
    assert list(file.keys) == ["/lm"]


def test_a_message_is_short_and_one_line():
    text = "\n" * 10 + "x" * 100_000
    with pytest.raises(MetabaseXmlError) as caught:
        read_metabase(f'<a><b Location="/{text}"/><b Location="/{text}"/></a>')
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)
    unknown = properties("", f'AuthFlags="{text}"')["AuthFlags"][0]
    assert len(unknown.reason) < 200
    assert "\n" not in unknown.reason


def test_no_secret_of_another_property_is_kept():
    file = read_metabase(
        '<a><b Location="/LM" AnonymousUserPass="hunter2"><Custom Name="AuthFlags" ID="6021" Value="hunter2" '
        'Attributes="SECURE"/></b></a>'
    )
    assert "hunter2" not in repr(file)


VALID = (
    HEAD
    + '<IIsWebVirtualDir\tLocation ="/LM/W3SVC/1/ROOT"\n\t\tAuthFlags="AuthBasic | AuthNTLM"\n\t\tScriptMaps="*,C:\\d.dll,1\n'
    '\t\t\t.asp,C:\\a.dll,5"\n\t>\n\t<Custom\n\t\tID="45054"\n\t\tValue="1"\n\t\tAttributes="INHERIT"\n\t/>\n'
    "</IIsWebVirtualDir>" + TAIL
).encode()
EDITS = st.lists(
    st.tuples(
        st.integers(0, len(VALID)), st.integers(0, 20), st.binary(max_size=8) | st.sampled_from((b"<", b"&", b'"'))
    ),
    min_size=1,
    max_size=4,
)


def edited(edits):
    data = VALID
    for place, length, new in edits:
        data = data[:place] + new + data[place + length :]
    return data


@patient
@given(
    st.binary(max_size=300)
    | st.text(max_size=300)
    | EDITS.map(edited)
    | st.sampled_from(("utf-16", "cp1252")).map(VALID.decode().encode)
)
def test_whatever_is_read_is_a_metabase_or_an_error_of_one_line(data):
    for read in (read_metabase, read_keys):
        try:
            read(data)
        except MetabaseXmlError as error:
            assert str(error).isprintable()  # noqa: PT017 - there may be none
            assert len(str(error)) < 300  # noqa: PT017


@pytest.mark.parametrize("end", range(0, len(VALID) - len("</configuration>") + 1, 7))
def test_a_truncated_file_is_no_metabase(end):
    with pytest.raises(MetabaseXmlError):
        read_metabase(VALID[:end])


@pytest.mark.parametrize("encoding", ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"))
def test_the_real_metabase_in_any_encoding(samples, real, encoding):
    text = (samples / "MetaBase.xml").read_text(encoding="utf-8-sig")
    assert read_metabase(text.encode(encoding)) == real
    assert read_metabase(text.replace("\n", "\r\n").encode(encoding)) == real
    assert read_metabase(text) == real
