"""Exports of IIS's configuration: what they show, and what they do not."""

import pytest

from exgate.facts.metabase import Provenance
from exgate.facts.metabase_export import is_whole_metabase, read_export
from exgate.facts.metabase_exports import MetabaseExports
from exgate.facts.metabase_schema import FORMS_BASED_AUTHENTICATION
from exgate.facts.metabase_xml import MetabaseXmlError, read_metabase
from exgate.facts.unknown import UnknownFact

ROOT = "/LM/W3SVC/1/ROOT"
EXCHANGE = f"{ROOT}/Exchange"
GLOBAL = '<IIS_Global\tLocation ="." SessionKey="49634b62"></IIS_Global>'
INHERITED = '<IIsInheritedProperties\tLocation ="{place}" {attributes}>{child}</IIsInheritedProperties>'
CUSTOM = '<Custom Name="UnknownName_45054" ID="45054" Value="1" Type="DWORD" Attributes="{attributes}"/>'
AGAIN = "export it again with /inherited, or copy MetaBase.xml after iiscnfg /save"


def xml(*elements):
    return (
        '\ufeff<?xml version ="1.0"?>\n<configuration xmlns="urn:microsoft-catalog:XML_Metabase_V64_0"><MBProperty>'
        + "".join(elements)
        + "</MBProperty></configuration>"
    ).encode()


def vdir(location=EXCHANGE, attributes="", kind="IIsWebVirtualDir"):
    return f'<{kind}\tLocation ="{location}" {attributes}></{kind}>'


def inherited(place=f"inherited:{EXCHANGE}", attributes="", child=""):
    return INHERITED.format(place=place, attributes=attributes, child=child)


SSL = 'AccessSSLFlags="AccessSSL"'
CHILD = vdir(f"{EXCHANGE}/child", kind="IIsWebDirectory")


@pytest.mark.parametrize(
    ("elements", "asked", "value", "where"),
    (
        pytest.param((vdir(attributes=SSL),), EXCHANGE, 8, f"set on {EXCHANGE}", id="own"),
        pytest.param((vdir(attributes=SSL), CHILD), f"{EXCHANGE}/child", 8, f"set on {EXCHANGE}", id="from-the-root"),
        pytest.param(
            (vdir(), inherited(attributes=SSL)),
            EXCHANGE,
            8,
            f"inherited, by the export of {EXCHANGE}",
            id="inherited",
        ),
        pytest.param(
            (inherited(EXCHANGE, SSL), vdir()),
            EXCHANGE,
            8,
            f"inherited, by the export of {EXCHANGE}",
            id="inherited-without-prefix-and-first",
        ),
        pytest.param(
            (vdir(), CHILD, inherited(attributes=SSL)),
            f"{EXCHANGE}/CHILD",
            8,
            f"inherited, by the export of {EXCHANGE}",
            id="inherited-further-down",
        ),
        pytest.param(
            (vdir(), inherited(f"inherited:{EXCHANGE}", 'AccessSSLFlags="0"'), inherited("Inherited:/lm/w3svc", SSL)),
            EXCHANGE,
            0,
            f"inherited, by the export of {EXCHANGE}",
            id="the-nearest-inherited-counts",
        ),
        pytest.param(
            (vdir(attributes='AccessSSLFlags="0"'), inherited(attributes=SSL)),
            EXCHANGE,
            0,
            f"set on {EXCHANGE}",
            id="own-before-inherited",
        ),
        pytest.param((vdir(), inherited()), EXCHANGE, 0, "not set, the schema's default", id="default"),
        pytest.param((GLOBAL, vdir(), inherited()), EXCHANGE, 0, "not set, the schema's default", id="global"),
    ),
)
def test_effective(elements, asked, value, where):
    setting = read_export(xml(*elements)).effective(asked, "AccessSSLFlags")
    assert (setting.value, setting.where) == (value, where)


@pytest.mark.parametrize("attributes", ("INHERIT", "INHERIT | ISINHERITED", "NO_ATTRIBUTES"))
def test_a_custom_property_among_the_inherited_is_inherited(attributes):
    export = read_export(xml(vdir(), inherited(child=CUSTOM.format(attributes=attributes))))
    setting = export.effective(EXCHANGE, FORMS_BASED_AUTHENTICATION)
    assert (setting.value, setting.provenance, setting.location) == (1, Provenance.INHERITED, None)


def test_a_property_that_does_not_inherit_has_its_default():
    export = read_export(xml(vdir("/LM/W3SVC/1", kind="IIsWebServer")))
    assert export.effective("/LM/W3SVC/1", "ServerBindings").where == "not set, the schema's default"


@pytest.mark.parametrize(
    ("elements", "ask", "text"),
    (
        pytest.param(
            (vdir(),),
            lambda export: export.effective(EXCHANGE, "AccessSSLFlags"),
            f"the export of {EXCHANGE} does not hold inherited properties, so AccessSSLFlags of {EXCHANGE} is not "
            f"known; next step: {AGAIN}",
            id="no-inherited-properties",
        ),
        pytest.param(
            (vdir(), inherited()),
            lambda export: export.effective(ROOT, "AccessSSLFlags"),
            f"the export of {EXCHANGE} does not show {ROOT}; next step: copy MetaBase.xml after iiscnfg /save",
            id="above",
        ),
        pytest.param(
            (vdir(), inherited()),
            lambda export: export.key_type(ROOT),
            f"the export of {EXCHANGE} does not show {ROOT}; next step: copy MetaBase.xml after iiscnfg /save",
            id="type-above",
        ),
        pytest.param(
            (vdir(), inherited()),
            lambda export: export.stored_location(f"{EXCHANGE}-oma"),
            f"the export of {EXCHANGE} does not show {EXCHANGE}-oma; next step: copy MetaBase.xml after iiscnfg /save",
            id="beside",
        ),
        pytest.param(
            (vdir(), inherited()),
            lambda export: export.own(ROOT, "AuthFlags"),
            f"the export of {EXCHANGE} does not show {ROOT}; next step: copy MetaBase.xml after iiscnfg /save",
            id="own-above",
        ),
        pytest.param(
            (vdir(), inherited()),
            lambda export: export.stored_location(f"{EXCHANGE}/child"),
            f"the export of {EXCHANGE} holds no key below it, and may have been made without them, so it does not show "
            f"{EXCHANGE}/child; next step: export it again with /children, or copy MetaBase.xml after iiscnfg /save",
            id="perhaps-made-without-children",
        ),
        pytest.param(
            (vdir(), CHILD, inherited()),
            lambda export: export.effective(f"{EXCHANGE}/gone", "AuthFlags"),
            f"the export of {EXCHANGE} has no key {EXCHANGE}/gone; next step: check the virtual directory's name",
            id="gone",
        ),
        pytest.param(
            (vdir(attributes='AuthFlags="AuthSmoke"'),),
            lambda export: export.effective(EXCHANGE, "AuthFlags"),
            "AuthFlags in MetaBase.xml could not be understood: 'AuthSmoke' is no flag of AuthFlags; next step: look "
            "at it in IIS Manager",
            id="not-understood",
        ),
        pytest.param(
            (vdir(), CHILD, inherited()),
            lambda export: export.locations("IIsWebVirtualDir"),
            f"the export of {EXCHANGE} does not show every IIsWebVirtualDir of the server; next step: copy "
            "MetaBase.xml after iiscnfg /save",
            id="others-may-stand-outside",
        ),
        pytest.param(
            (vdir("/LM/W3SVC/1", kind="IIsWebServer"), vdir(ROOT)),
            lambda export: export.locations("IIsWebServer"),
            "the export of /LM/W3SVC/1 does not show every IIsWebServer of the server; next step: copy "
            "MetaBase.xml after iiscnfg /save",
            id="other-sites-may-stand-outside",
        ),
    ),
)
def test_what_an_export_does_not_show_is_unknown(elements, ask, text):
    export = read_export(xml(*elements))
    with pytest.raises(UnknownFact) as caught:
        ask(export)
    assert str(caught.value) == text


def test_what_is_missing_inside_is_missing():
    export = read_export(xml(vdir(), CHILD))
    assert export.stored_location(f"{EXCHANGE}/gone") is None
    assert export.stored_location(EXCHANGE.upper()) == EXCHANGE
    assert export.own(f"{EXCHANGE}/child", "AuthFlags") is None


def test_an_export_of_the_web_service_shows_every_web_site():
    service = vdir("/lm/w3svc", kind="IIsWebService")
    export = read_export(xml(service, vdir("/LM/W3SVC/1", kind="IIsWebServer"), vdir(ROOT)))
    assert list(export.locations("IIsWebServer")) == ["/LM/W3SVC/1"]
    assert list(export.locations("IIsWebVirtualDir")) == [ROOT]


def test_the_session_key_is_not_kept():
    export = read_export(xml(GLOBAL, vdir()))
    assert export.root == EXCHANGE
    assert "49634b62" not in repr(export)


@pytest.mark.parametrize(
    ("elements", "message"),
    (
        pytest.param((), "no metabase key in this file: not a MetaBase.xml", id="nothing"),
        pytest.param(
            (GLOBAL,), "no metabase key in this file: not an export of IIS's configuration", id="global-alone"
        ),
        pytest.param(
            (inherited(),),
            "no metabase key in this file: not an export of IIS's configuration",
            id="inherited-alone",
        ),
        pytest.param(
            (vdir(), vdir(f"{ROOT}/Public-folders")),
            f"not an export of one key: it holds {EXCHANGE} and, beside it, {ROOT}/Public-folders",
            id="two-keys-beside-each-other",
        ),
        pytest.param(
            (vdir(), inherited(f"inherited:{ROOT}/Public")),
            f"not an export of one key: it holds {EXCHANGE}, and inherited properties of {ROOT}/Public",
            id="inherited-of-another-key",
        ),
    ),
)
def test_what_is_no_export(elements, message):
    with pytest.raises(MetabaseXmlError) as caught:
        read_export(xml(*elements))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("locations", "whole"),
    (
        pytest.param(("/", "/LM", "/LM/W3SVC"), True, id="all"),
        pytest.param(("/lm", "/lm/w3svc"), True, id="any-case"),
        pytest.param(("/LM/W3SVC", "/LM/W3SVC/1"), False, id="web-service"),
        pytest.param((EXCHANGE,), False, id="vdir"),
        pytest.param(("/LM", "/LM/MSFTPSVC"), False, id="no-web-service"),
    ),
)
def test_is_whole_metabase(locations, whole):
    assert is_whole_metabase(read_metabase(xml(*map(vdir, locations)))) is whole


def test_the_real_metabase_is_whole(samples):
    assert is_whole_metabase(read_metabase((samples / "MetaBase.xml").read_bytes()))


def exports(*files):
    return MetabaseExports(tuple(read_export(xml(*elements)) for elements in files))


SITE = (vdir("/LM/W3SVC/1", SSL, "IIsWebServer"), vdir(ROOT), vdir(EXCHANGE))
SERVICE = (vdir("/LM/W3SVC", kind="IIsWebService"), *SITE)
OMA = f"{ROOT}/exchange-oma"


def test_each_export_answers_for_its_own():
    both = exports((vdir(), inherited(attributes=SSL)), (vdir(OMA), inherited(OMA)))
    assert [both.effective(place, "AccessSSLFlags").value for place in (EXCHANGE, OMA)] == [8, 0]
    assert both.stored_location(OMA.lower()) == OMA
    assert both.own(EXCHANGE, "AccessSSLFlags") is None


def test_the_most_exact_origin_is_given():
    both = exports((vdir(), inherited(attributes=SSL)), SITE)
    assert both.effective(EXCHANGE, "AccessSSLFlags").where == "set on /LM/W3SVC/1"


def test_an_export_that_shows_every_site_answers_for_all():
    assert list(exports((vdir(),), SERVICE).locations("IIsWebServer")) == ["/LM/W3SVC/1"]


@pytest.mark.parametrize(
    ("files", "ask", "reason"),
    (
        pytest.param(
            ((vdir(), inherited()), SITE),
            lambda both: both.effective(EXCHANGE, "AccessSSLFlags"),
            f"the exports of {EXCHANGE} and /LM/W3SVC/1 contradict each other: AccessSSLFlags of {EXCHANGE} is 0 (not "
            "set, the schema's default) and 8 (AccessSSL) (set on /LM/W3SVC/1)",
            id="another-value",
        ),
        pytest.param(
            ((vdir(attributes=SSL),), SITE),
            lambda both: both.own(EXCHANGE, "AccessSSLFlags"),
            f"the exports of {EXCHANGE} and /LM/W3SVC/1 contradict each other: AccessSSLFlags is set on {EXCHANGE} in "
            "one of them only",
            id="set-in-one",
        ),
        pytest.param(
            ((vdir(OMA),), SITE),
            lambda both: both.effective(OMA, "AccessSSLFlags"),
            f"the exports of {OMA} and /LM/W3SVC/1 contradict each other: {OMA} is in one of them only",
            id="key-in-one",
        ),
        pytest.param(
            ((vdir(OMA),), SERVICE),
            lambda both: both.locations("IIsWebVirtualDir"),
            f"the exports of /LM/W3SVC and {OMA} contradict each other: the IIsWebVirtualDir {OMA.lower()} is in one "
            "of them only",
            id="listed-in-one",
        ),
        pytest.param(
            ((vdir(),), SITE),
            lambda both: both.locations("IIsWebServer"),
            f"no export shows every IIsWebServer, there are those of: {EXCHANGE}, /LM/W3SVC/1",
            id="no-export-shows-every-site",
        ),
        pytest.param(
            ((vdir(),), (vdir(OMA), inherited(OMA))),
            lambda both: both.effective(EXCHANGE, "AuthFlags"),
            f"the export of {EXCHANGE} does not hold inherited properties, so AuthFlags of {EXCHANGE} is not known",
            id="shown-without-what-it-inherits",
        ),
        pytest.param(
            ((vdir(),), (vdir(OMA), inherited(OMA))),
            lambda both: both.stored_location(f"{ROOT}/Public"),
            f"no export shows {ROOT}/Public, there are those of: {EXCHANGE}, {OMA}",
            id="outside-of-all",
        ),
        pytest.param(
            ((vdir(OMA),), (vdir("/LM/W3SVC", kind="IIsWebService"), vdir("/LM/W3SVC/2", kind="IIsWebServer"))),
            lambda both: both.stored_location("/LM/W3SVC/1"),
            f"the exports of {OMA} and /LM/W3SVC contradict each other: /LM/W3SVC/1 is in one of them only",
            id="a-key-above-that-another-does-not-have",
        ),
        pytest.param(
            ((vdir(),), (vdir(OMA),)),
            lambda both: both.key_type(f"{ROOT}/Public"),
            f"no export shows {ROOT}/Public, there are those of: {EXCHANGE}, {OMA}",
            id="type-outside-of-all",
        ),
        pytest.param(
            ((vdir(kind="IIsWebDirectory"),), SITE),
            lambda both: both.key_type(EXCHANGE),
            f"the exports of {EXCHANGE} and /LM/W3SVC/1 contradict each other: {EXCHANGE} is an IIsWebDirectory and an "
            "IIsWebVirtualDir",
            id="another-type",
        ),
    ),
)
def test_exports_that_do_not_agree_or_do_not_show(files, ask, reason):
    both = exports(*files)
    with pytest.raises(UnknownFact) as caught:
        ask(both)
    assert caught.value.unknown.reason == reason
