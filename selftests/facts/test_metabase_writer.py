"""What is written is read as the same, and looks like IIS's own file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.metabase_writer import write_metabase
from exgate.facts.metabase_xml import read_metabase
from exgate.facts.unknown import Unknown
from exgate.lab.exchange_metabase import ExchangeMetabase, Vdir, with_forms_based_authentication

from .metabase_texts import TREES, XML_TEXT, patient, reference, xml

WRITTEN = """\ufeff<?xml version ="1.0"?>
<!-- Written by exgate: it holds only the properties that its requirements need, and no passwords. -->
<configuration xmlns="urn:microsoft-catalog:XML_Metabase_V64_0">
<MBProperty>
<IIsWebVirtualDir	Location ="/LM/W3SVC/1/ROOT/Exchange"
		AuthFlags="AuthBasic | AuthNTLM"
		Path="C:\\Program Files &amp; more"
		ScriptMaps="*,C:\\Program Files\\davex.dll,1
			.asp,C:\\asp.dll,5,GET"
	>
	<Custom
		Name="UnknownName_45054"
		ID="45054"
		Value="1"
		Type="DWORD"
		UserType="IIS_MD_UT_SERVER"
		Attributes="INHERIT"
	/>
	<Custom
		Name="AccessSSLFlags"
		ID="6030"
		Value="8"
		Type="DWORD"
		UserType="IIS_MD_UT_FILE"
		Attributes="NO_ATTRIBUTES"
	/>
</IIsWebVirtualDir>
</MBProperty>
</configuration>
"""


def test_the_form_is_that_of_iis():
    file = read_metabase(WRITTEN)
    assert sorted(file.keys["/lm/w3svc/1/root/exchange"].properties) == [
        "45054",
        "AccessSSLFlags",
        "AuthFlags",
        "Path",
        "ScriptMaps",
    ]
    assert write_metabase(file).decode() == WRITTEN


@patient
@given(TREES)
def test_what_was_read_is_read_again(tree):
    file = read_metabase(xml(tree))
    assert read_metabase(write_metabase(file)) == file


@patient
@given(st.text(st.characters(blacklist_characters='"<&', blacklist_categories=("Cs", "Cc")), max_size=8), XML_TEXT)
def test_any_location_is_read_again(head, name):
    file = read_metabase(
        f'<a><Key Location="/{reference(head + name)}"/><x:Z\u00fc xmlns:x="y" Location="/z/{reference(name)}b"/></a>'
    )
    assert read_metabase(write_metabase(file)) == file


def test_the_real_metabase(samples):
    file = read_metabase((samples / "MetaBase.xml").read_bytes())
    written = write_metabase(file)
    assert read_metabase(written) == file
    assert b"49634462" not in written
    assert len(file.keys) == written.count(b"Location =")


@pytest.mark.parametrize(
    "vdir",
    (
        pytest.param(Vdir(name="Exchange"), id="plain"),
        pytest.param(with_forms_based_authentication(Vdir(name="Exchange")), id="forms"),
    ),
)
def test_the_labs_metabase(vdir):
    file = read_metabase(ExchangeMetabase(smtp_domain="example.com", exchange=vdir).xml())
    assert read_metabase(write_metabase(file)) == file


def test_a_value_that_was_not_understood_stays_so():
    file = read_metabase('<a><b Location="/" AuthFlags="AuthSmoke"/></a>')
    assert isinstance(file.keys["/"].properties["AuthFlags"].value, Unknown)
    assert read_metabase(write_metabase(file)) == file
