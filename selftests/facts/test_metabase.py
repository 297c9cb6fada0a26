"""Inheritance and provenance, by MetaBase.xml, by WMI, and by both."""

import pytest

from exgate.facts.flags import AccessSSLFlags, AuthFlags
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase import Provenance, ancestors
from exgate.facts.metabase_schema import FORMS_BASED_AUTHENTICATION
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.metabase_xml import read_metabase
from exgate.facts.unknown import Unknown, UnknownFact

ROOT = "/LM/W3SVC/1/ROOT"
EXCHANGE = "/LM/W3SVC/1/ROOT/Exchange"
CUSTOM_45054 = (
    '<Custom Name="UnknownName_45054" ID="45054" Value="1" Type="DWORD" UserType="IIS_MD_UT_SERVER" '
    'Attributes="{attributes}"/>'
)


def xml(*, service="", site="", root="", vdir="", root_child="", vdir_child=""):
    return f"""<?xml version ="1.0"?>
<configuration xmlns="urn:microsoft-catalog:XML_Metabase_V64_0"><MBProperty>
<IIsWebService	Location ="/LM/W3SVC" {service}></IIsWebService>
<IIsWebServer	Location ="/LM/W3SVC/1" {site}></IIsWebServer>
<IIsWebVirtualDir	Location ="/LM/W3SVC/1/ROOT" {root}>{root_child}</IIsWebVirtualDir>
<IIsWebVirtualDir	Location ="/LM/W3SVC/1/Root/Exchange" {vdir}>{vdir_child}</IIsWebVirtualDir>
</MBProperty></configuration>"""


@pytest.mark.parametrize(
    ("parts", "name", "value", "where"),
    (
        pytest.param(
            {"vdir": 'AccessSSLFlags="AccessSSL"'},
            "AccessSSLFlags",
            8,
            "set on /LM/W3SVC/1/Root/Exchange",
            id="on-the-vdir",
        ),
        pytest.param(
            {"root": 'AccessSSLFlags="AccessSSL"'}, "AccessSSLFlags", 8, f"set on {ROOT}", id="inherited-root"
        ),
        pytest.param(
            {"site": 'AccessSSLFlags="AccessSSL"'}, "AccessSSLFlags", 8, "set on /LM/W3SVC/1", id="inherited-site"
        ),
        pytest.param(
            {"service": 'AccessSSLFlags="AccessSSL"'}, "AccessSSLFlags", 8, "set on /LM/W3SVC", id="inherited-service"
        ),
        pytest.param(
            {"root": 'AccessSSLFlags="AccessSSL"', "vdir": 'AccessSSLFlags="0"'},
            "AccessSSLFlags",
            0,
            "set on /LM/W3SVC/1/Root/Exchange",
            id="the-nearest-counts",
        ),
        pytest.param({}, "AuthFlags", 1, "not set, the schema's default", id="default"),
        pytest.param({}, "NTAuthenticationProviders", "", "not set, the schema's default", id="default-text"),
        pytest.param(
            {"root_child": CUSTOM_45054.format(attributes="INHERIT")},
            FORMS_BASED_AUTHENTICATION,
            1,
            f"set on {ROOT}",
            id="custom-inherited",
        ),
        pytest.param(
            {"root_child": CUSTOM_45054.format(attributes="NO_ATTRIBUTES")},
            FORMS_BASED_AUTHENTICATION,
            0,
            "not set, the schema's default",
            id="custom-not-inheritable",
        ),
        pytest.param(
            {
                "vdir_child": '<Custom Name="AuthFlags" ID="6000" Value="AuthBasic | AuthAnonymous | AuthNTLM" '
                'Type="DWORD" UserType="IIS_MD_UT_SERVER" Attributes="INHERIT | REFERENCE"/>'
            },
            "AuthFlags",
            7,
            "set on /LM/W3SVC/1/Root/Exchange",
            id="a-known-name-as-custom",
        ),
        pytest.param(
            {"site": 'ServerBindings=":80:"'},
            "ServerBindings",
            (),
            "not set, the schema's default",
            id="bindings-are-not-inherited",
        ),
    ),
)
def test_effective_by_file(parts, name, value, where):
    setting = read_metabase(xml(**parts)).effective(EXCHANGE.lower(), name)
    assert (setting.value, setting.where) == (value, where)


def test_stored_location_keeps_its_case():
    assert read_metabase(xml()).stored_location("/lm/w3svc/1/root/EXCHANGE") == "/LM/W3SVC/1/Root/Exchange"


@pytest.mark.parametrize(
    ("parts", "name", "reason"),
    (
        pytest.param(
            {"vdir": 'AuthFlags="AuthSmoke"'},
            "AuthFlags",
            "AuthFlags in MetaBase.xml could not be understood: 'AuthSmoke' is no flag of AuthFlags",
            id="unknown-flag",
        ),
        pytest.param(
            {"root": 'AppPoolId="x" AuthFlags="AuthBasic | 4294967296"'},
            "AuthFlags",
            "AuthFlags in MetaBase.xml could not be understood: '4294967296' is no number from 0 to 4294967295",
            id="no-dword",
        ),
        pytest.param(
            {"vdir": 'ScriptMaps="*,C:\\davex.dll,1 .asp,C:\\asp.dll,5"'},
            "ScriptMaps",
            "ScriptMaps in MetaBase.xml could not be understood: '1 .asp' is no number from 0 to 4294967295",
            id="entries-that-cannot-be-told-apart",
        ),
        pytest.param(
            {"vdir_child": CUSTOM_45054.format(attributes="INHERIT").replace('"1"', '"yes"')},
            "45054",
            "45054 in MetaBase.xml could not be understood: 'yes' is no number from 0 to 4294967295",
            id="45054",
        ),
    ),
)
def test_file_that_is_not_understood_is_unknown(parts, name, reason):
    with pytest.raises(UnknownFact) as caught:
        read_metabase(xml(**parts)).effective(EXCHANGE, name)
    assert caught.value.unknown == Unknown(reason, "look at it in IIS Manager")


def test_an_ip_security_block_is_unknown_whatever_it_looks_like():
    with pytest.raises(UnknownFact) as caught:
        read_metabase(xml(root='IPSecurity="18000080200000803c"')).effective(EXCHANGE, "IPSecurity")
    assert caught.value.unknown == Unknown(
        "IPSecurity in MetaBase.xml could not be understood: it is a binary block, whose encoding is not documented",
        "run the script of exgate collector on the server, which reads it by ADSI, or read the server over WinRM",
    )


def test_file_without_the_key_is_unknown():
    with pytest.raises(UnknownFact, match=r"^MetaBase\.xml has no key /LM/W3SVC/1/ROOT/gone; next step: "):
        read_metabase(xml()).effective(f"{ROOT}/gone", "AuthFlags")


def view(**values):
    """A view of ROOT and Exchange; ``root_`` in front of a name is ROOT's."""
    keys = {
        ROOT: {name.removeprefix("root_"): value for name, value in values.items() if name.startswith("root_")},
        EXCHANGE: {name: value for name, value in values.items() if not name.startswith("root_")},
    }
    return MetabaseView({k.lower(): ViewedKey(k, "IIsWebVirtualDir", v) for k, v in keys.items()})


@pytest.mark.parametrize(
    ("values", "where"),
    (
        pytest.param({"AccessSSLFlags": AccessSSLFlags(8)}, "effective", id="nothing-above"),
        pytest.param(
            {"AccessSSLFlags": AccessSSLFlags(8), "root_AccessSSLFlags": AccessSSLFlags(8)},
            f"effective, perhaps inherited: {ROOT} has the same value",
            id="the-same-above-is-a-hint",
        ),
        pytest.param(
            {"AccessSSLFlags": AccessSSLFlags(8), "root_AccessSSLFlags": AccessSSLFlags(0)},
            "effective",
            id="other-above",
        ),
        pytest.param(
            {"AccessSSLFlags": AccessSSLFlags(0), "root_AccessSSLFlags": AccessSSLFlags(0)},
            "effective",
            id="the-default-needs-no-hint",
        ),
    ),
)
def test_effective_by_wmi(values, where):
    setting = view(**values).effective(EXCHANGE, "AccessSSLFlags")
    assert (setting.value, setting.provenance, setting.where) == (
        values["AccessSSLFlags"],
        Provenance.EFFECTIVE,
        where,
    )


@pytest.mark.parametrize(
    ("values", "name", "text"),
    (
        pytest.param({}, "AuthFlags", "WMI does not show AuthFlags of /LM/W3SVC/1/ROOT/Exchange", id="not-shown"),
        pytest.param({"AuthFlags": Unknown("odd", "look")}, "AuthFlags", "odd", id="not-understood"),
        pytest.param({}, "45054", "WMI does not show 45054 of /LM/W3SVC/1/ROOT/Exchange", id="45054-is-not-in-wmi"),
    ),
)
def test_what_wmi_does_not_show_is_unknown(values, name, text):
    with pytest.raises(UnknownFact) as caught:
        view(**values).effective(EXCHANGE, name)
    assert caught.value.unknown.reason == text


def test_both_agree_gives_the_files_provenance():
    both = MetabaseViewAndFile(
        view(AuthFlags=AuthFlags(6)), read_metabase(xml(root='AuthFlags="AuthBasic | AuthNTLM"'))
    )
    assert both.effective(EXCHANGE, "AuthFlags").where == f"set on {ROOT}"


def test_both_disagree_is_unknown():
    both = MetabaseViewAndFile(
        view(AccessSSLFlags=AccessSSLFlags(0)), read_metabase(xml(root='AccessSSLFlags="AccessSSL"'))
    )
    with pytest.raises(UnknownFact) as caught:
        both.effective(EXCHANGE, "AccessSSLFlags")
    assert caught.value.unknown == Unknown(
        "AccessSSLFlags of /LM/W3SVC/1/ROOT/Exchange is 0 by WMI, but 8 (AccessSSL) by MetaBase.xml "
        "(set on /LM/W3SVC/1/ROOT)",
        "IIS writes MetaBase.xml a few minutes after a change: wait for that and run again",
    )


def test_both_take_45054_from_the_file():
    file = read_metabase(xml(vdir_child=CUSTOM_45054.format(attributes="INHERIT")))
    assert MetabaseViewAndFile(view(), file).effective(EXCHANGE, FORMS_BASED_AUTHENTICATION).value == 1


def test_both_a_key_that_is_not_written_yet_has_wmis_value_alone():
    new = f"{ROOT}/exchange-oma"
    shown = MetabaseView({new.lower(): ViewedKey(new, "IIsWebVirtualDir", {"AuthFlags": AuthFlags(6)})})
    both = MetabaseViewAndFile(shown, read_metabase(xml()))
    assert both.effective(new, "AuthFlags").where == "effective"
    with pytest.raises(UnknownFact, match=r"^MetaBase\.xml has no key"):
        both.effective(new, FORMS_BASED_AUTHENTICATION)


def test_both_do_not_fall_back_to_the_file_for_what_wmi_could_not_show():
    both = MetabaseViewAndFile(view(), read_metabase(xml(vdir='AuthFlags="AuthBasic | AuthNTLM"')))
    with pytest.raises(UnknownFact, match=r"^WMI does not show AuthFlags"):
        both.effective(EXCHANGE, "AuthFlags")


@pytest.mark.parametrize("shown", ("Negotiate,NTLM", "negotiate, ntlm", ""))
def test_both_know_what_the_default_providers_stand_for(shown):
    both = MetabaseViewAndFile(view(NTAuthenticationProviders=shown), read_metabase(xml()))
    assert both.effective(EXCHANGE, "NTAuthenticationProviders").provenance is Provenance.DEFAULT


def test_both_do_not_believe_45054_of_a_file_that_is_not_current():
    file = read_metabase(xml(vdir='AuthFlags="AuthBasic"', vdir_child=CUSTOM_45054.format(attributes="INHERIT")))
    both = MetabaseViewAndFile(view(AuthFlags=AuthFlags(6)), file)
    with pytest.raises(
        UnknownFact, match=r"^AuthFlags of /LM/W3SVC/1/ROOT/Exchange is 6 \(AuthBasic \| AuthNTLM\) by WMI"
    ):
        both.effective(EXCHANGE, FORMS_BASED_AUTHENTICATION)


def test_both_a_key_that_only_the_file_has_is_unknown():
    both = MetabaseViewAndFile(MetabaseView({}), read_metabase(xml()))
    with pytest.raises(
        UnknownFact, match=r"^MetaBase\.xml has the key /LM/W3SVC/1/Root/Exchange, but WMI does not show it"
    ):
        both.stored_location(EXCHANGE)


def test_both_a_key_that_neither_has():
    assert MetabaseViewAndFile(MetabaseView({}), read_metabase(xml())).stored_location("/LM/W3SVC/9") is None


def test_ancestors():
    assert list(ancestors(EXCHANGE)) == [ROOT, "/LM/W3SVC/1", "/LM/W3SVC", "/LM", "/"]


def by_file(**parts):
    return read_metabase(xml(**parts))


def by_both(shown=None, **parts):
    return MetabaseViewAndFile(view(**(shown or {"AuthFlags": AuthFlags(6)})), by_file(**parts))


BASIC_AND_NTLM = 'AuthFlags="AuthBasic | AuthNTLM"'
DENIED = IPRestrictions(grant_by_default=False)


@pytest.mark.parametrize(
    ("metabase", "name", "own"),
    (
        pytest.param(by_file(vdir=BASIC_AND_NTLM), "AuthFlags", 6, id="file"),
        pytest.param(by_file(root=BASIC_AND_NTLM), "AuthFlags", None, id="file-inherited"),
        pytest.param(by_both(vdir=BASIC_AND_NTLM), "AuthFlags", 6, id="both"),
        pytest.param(by_both(root=BASIC_AND_NTLM), "AuthFlags", None, id="both-inherited"),
        pytest.param(
            by_both({"IPSecurity": DENIED}, vdir='IPSecurity="18000080"'),
            "IPSecurity",
            DENIED,
            id="both-wmi-understands",
        ),
        pytest.param(
            by_both(vdir=BASIC_AND_NTLM, vdir_child=CUSTOM_45054.format(attributes="INHERIT")),
            "45054",
            1,
            id="both-45054",
        ),
    ),
)
def test_own(metabase, name, own):
    setting = metabase.own(EXCHANGE, name)
    assert (setting and (setting.value, setting.where)) == (own and (own, "set on /LM/W3SVC/1/Root/Exchange"))


@pytest.mark.parametrize(
    ("metabase", "reason"),
    (
        pytest.param(
            view(AuthFlags=AuthFlags(6)),
            "WMI shows effective values only, so it is not known whether AuthFlags is set on "
            "/LM/W3SVC/1/ROOT/Exchange itself, and whether a change above reaches it",
            id="view",
        ),
        pytest.param(
            by_both(vdir='AuthFlags="AuthBasic"'),
            "AuthFlags of /LM/W3SVC/1/ROOT/Exchange is 6 (AuthBasic | AuthNTLM) by WMI, but 2 (AuthBasic) by "
            "MetaBase.xml (set on /LM/W3SVC/1/Root/Exchange)",
            id="both-disagree",
        ),
        pytest.param(
            by_both({"AuthFlags": AuthFlags(6), "AccessSSLFlags": AccessSSLFlags(8)}, vdir=BASIC_AND_NTLM),
            "AccessSSLFlags of /LM/W3SVC/1/ROOT/Exchange is 8 (AccessSSL) by WMI, but 0 by MetaBase.xml (not set, the "
            "schema's default)",
            id="both-disagree-on-another-property",
        ),
        pytest.param(
            MetabaseViewAndFile(view(AuthFlags=AuthFlags(6)), read_metabase('<a><b Location="/LM"/></a>')),
            "MetaBase.xml has no key /LM/W3SVC/1/ROOT/Exchange",
            id="both-not-written-yet",
        ),
        pytest.param(
            by_both({"Path": "x"}), "WMI does not show AuthFlags of /LM/W3SVC/1/ROOT/Exchange", id="both-not-shown"
        ),
        pytest.param(
            read_metabase('<a><b Location="/LM"/></a>'), "MetaBase.xml has no key /LM/W3SVC/1/ROOT/Exchange", id="file"
        ),
    ),
)
def test_own_is_unknown(metabase, reason):
    with pytest.raises(UnknownFact) as caught:
        metabase.own(EXCHANGE, "AuthFlags")
    assert caught.value.unknown.reason == reason


def test_no_metabase_is_asked_for_a_property_that_the_product_does_not_know():
    for metabase in (by_file(), view(), by_both()):
        with pytest.raises(KeyError):
            metabase.own(EXCHANGE, "AdminACL")


@pytest.mark.parametrize(
    ("asked", "stored"),
    (
        pytest.param("/lm/w3svc", "/LM/W3SVC", id="web-service"),
        pytest.param("/lm/w3svc/1/", "/LM/W3SVC/1", id="above"),
        pytest.param("/", "/", id="root"),
        pytest.param("/LM/W3SVC/1/ROOT/Exch", None, id="beside"),
    ),
)
def test_wmi_shows_that_the_keys_above_are_there(asked, stored):
    assert view().stored_location(asked) == stored
    assert by_both().stored_location(asked) == stored


def test_the_metabases_root_is_inherited_by_all():
    file = read_metabase('<a><b Location="/" AuthFlags="AuthNTLM"/><b Location="/LM"/></a>')
    assert file.effective("/LM", "AuthFlags").where == "set on /"
