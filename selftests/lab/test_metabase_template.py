"""The file has the form that IIS 6 writes."""

from __future__ import annotations

import re

import pytest

from exgate.facts.metabase_xml import read_metabase
from exgate.lab.metabase_template import Key, metabase_xml
from exgate.lab.servers import SERVERS

LINE = re.compile(
    r"""<\?xml[ ]version[ ]="1\.0"\?>
    |<!--[ ]Synthetic.*-->
    |<configuration[ ]xmlns="urn:microsoft-catalog:XML_Metabase_V64_0">|</configuration>|</?MBProperty>
    |<[A-Za-z_]+\tLocation[ ]="/[^"]*"|</[A-Za-z_]+>|\t(>|<Custom|/>)
    |\t\t[A-Za-z0-9]+="[^"]*"?|\t\t\t[^"]*"?""",
    re.VERBOSE,
)


@pytest.mark.parametrize("name", ("be01", "fe01", "sa01", "drift-02-ssl-on-root"))
def test_every_line_has_the_form_of_a_real_file(name):
    lines = SERVERS[name].metabase_xml.splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []


def test_the_first_comment_says_that_it_is_synthetic():
    lines = SERVERS["sa01"].metabase_xml.splitlines()
    assert lines[1] == "<!-- Synthetic: made by the exgate lab, no real server has written this file. -->"


def test_an_element():
    key = Key("/LM/W3SVC/1", "IIsWebServer", {"ServerBindings": (":80:", ":81:"), "Path": 'a & "b"'}, 1)
    assert metabase_xml([key]).split("<MBProperty>\n")[1] == (
        '<IIsWebServer\tLocation ="/LM/W3SVC/1"\n'
        '\t\tPath="a &amp; &quot;b&quot;"\n'
        '\t\tServerBindings=":80:\n\t\t\t:81:"\n'
        "\t>\n"
        '\t<Custom\n\t\tName="UnknownName_45054"\n\t\tID="45054"\n\t\tValue="1"\n\t\tType="DWORD"\n'
        '\t\tUserType="IIS_MD_UT_SERVER"\n\t\tAttributes="INHERIT"\n\t/>\n'
        "</IIsWebServer>\n</MBProperty>\n</configuration>\n"
    )


def test_what_was_written_is_read_back():
    metabase = read_metabase(metabase_xml([Key("/LM/W3SVC/1", "IIsWebServer", {"ServerBindings": (":80:", ":81:")})]))
    assert [binding.port for binding in metabase.effective("/LM/W3SVC/1", "ServerBindings").value] == [80, 81]


def test_a_restricted_vdir_has_a_block_and_an_open_one_has_none():
    assert SERVERS["sa01"].metabase_xml.count('IPSecurity="18000080') == 1
    assert "ffffffff0a510715" in SERVERS["sa01"].metabase_xml
    assert "IPSecurity" not in SERVERS["be01"].metabase_xml
