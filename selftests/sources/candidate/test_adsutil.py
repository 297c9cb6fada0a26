import pytest

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags

OMA = "/LM/W3SVC/1/root/exchange-oma"
NTLM_AND_BASIC = AuthFlags.AuthBasic | AuthFlags.AuthNTLM
DAVEX = r"C:\Program Files\Exchsrvr\bin\davex.dll"


@pytest.mark.parametrize(
    ("line", "expected"),
    (
        pytest.param(
            "cscript adsutil.vbs set w3svc/1/root/exchange-oma/AuthFlags 6",
            ("SetProperty", OMA, "AuthFlags", NTLM_AND_BASIC),
            id="domain-md",
        ),
        pytest.param(
            '@CSCRIPT.EXE //NoLogo //B "C:\\Inetpub\\AdminScripts\\ADSUTIL.VBS" SET "/W3SVC/1/root/exchange-oma/authflags" 0x6',
            ("SetProperty", OMA, "AuthFlags", NTLM_AND_BASIC),
            id="any-case-path-and-hexadecimal",
        ),
        pytest.param(
            r"%SystemDrive%\Inetpub\AdminScripts\adsutil set \LM\W3SVC\1\root\exchange-oma\AuthFlags 6",
            ("SetProperty", OMA, "AuthFlags", NTLM_AND_BASIC),
            id="no-cscript-backslashes-and-LM",
        ),
        pytest.param(
            "adsutil.vbs set -s:LOCALHOST w3svc/1/root/exchange-oma/AccessSSLFlags 0",
            ("SetProperty", OMA, "AccessSSLFlags", AccessSSLFlags(0)),
            id="this-server",
        ),
        pytest.param(
            "adsutil set w3svc/1/root/exchange-oma/AccessFlags 531",
            ("SetProperty", OMA, "AccessFlags", AccessFlags(531)),
            id="several-bits",
        ),
        pytest.param(
            "adsutil set w3svc/1/root/exchange-oma/AccessFlags 32768",
            ("SetProperty", OMA, "AccessFlags", AccessFlags.AccessNoPhysicalDir),
            id="the-highest-bit",
        ),
        pytest.param(
            "adsutil set w3svc/1/root/exchange-oma/AuthNTLM TRUE",
            ("SetFlag", OMA, "AuthFlags", AuthFlags.AuthNTLM, True),
            id="a-bit-on",
        ),
        pytest.param(
            "adsutil set w3svc/1/root/exchange-oma/authanonymous false",
            ("SetFlag", OMA, "AuthFlags", AuthFlags.AuthAnonymous, False),
            id="a-bit-off",
        ),
        pytest.param(
            "adsutil set w3svc/1/root/exchange-oma/AccessSSLRequireCert 0",
            ("SetFlag", OMA, "AccessSSLFlags", AccessSSLFlags.AccessRequireCert, False),
            id="a-bit-that-ADSI-names-otherwise",
        ),
        pytest.param(
            "adsutil set w3svc/1/root/exchange-oma/AccessWrite True",
            ("SetFlag", OMA, "AccessFlags", AccessFlags.AccessWrite, True),
            id="a-bit-of-AccessFlags",
        ),
        pytest.param(
            'adsutil set w3svc/NTAuthenticationProviders "Negotiate,NTLM"',
            ("SetProperty", "/LM/W3SVC", "NTAuthenticationProviders", "Negotiate,NTLM"),
            id="text",
        ),
        pytest.param(
            "adsutil set W3SVC/1/ROOT/exchange-oma/DefaultLogonDomain \\",
            ("SetProperty", "/LM/W3SVC/1/ROOT/exchange-oma", "DefaultLogonDomain", "\\"),
            id="a-backslash",
        ),
        pytest.param(
            'adsutil set w3svc/1/root/HttpRedirect ""',
            ("SetProperty", "/LM/W3SVC/1/root", "HttpRedirect", ""),
            id="an-empty-text",
        ),
        pytest.param(
            'adsutil set w3svc/1/root/HttpRedirect "https://be01/100%%, PERMANENT"',
            ("SetProperty", "/LM/W3SVC/1/root", "HttpRedirect", "https://be01/100%, PERMANENT"),
            id="a-percent-sign",
        ),
        pytest.param(
            "adsutil set w3svc/1/root/HttpRedirect https://be01/?a=1^&b=2",
            ("SetProperty", "/LM/W3SVC/1/root", "HttpRedirect", "https://be01/?a=1&b=2"),
            id="a-caret",
        ),
        pytest.param(
            'adsutil set w3svc/1/ServerBindings ":80:" "10.0.0.5:8080:be01.lab.example"',
            (
                "SetProperty",
                "/LM/W3SVC/1",
                "ServerBindings",
                (Binding("", 80, ""), Binding("10.0.0.5", 8080, "be01.lab.example")),
            ),
            id="bindings",
        ),
        pytest.param(
            f'adsutil set w3svc/1/root/exchange-oma/ScriptMaps "*,{DAVEX},1"',
            ("SetProperty", OMA, "ScriptMaps", (ScriptMap("*", DAVEX, 1, ()),)),
            id="script-maps",
        ),
        pytest.param(
            "adsutil set LM/AuthFlags 4", ("SetProperty", "/LM", "AuthFlags", AuthFlags.AuthNTLM), id="all-of-iis"
        ),
        pytest.param(
            "cscript adsutil.vbs delete w3svc/1/root/exchange-oma/AuthFlags",
            ("DeleteProperty", OMA, "AuthFlags"),
            id="delete-a-property",
        ),
        pytest.param("adsutil delete w3svc/1/root/exchange-oma", ("DeleteKey", OMA), id="delete-a-key"),
        pytest.param(
            "adsutil delete w3svc/1/root/Path/", ("DeleteKey", "/LM/W3SVC/1/root/Path"), id="a-slash-means-a-key"
        ),
        pytest.param("adsutil delete w3svc/2", ("DeleteKey", "/LM/W3SVC/2"), id="delete-a-site"),
    ),
)
def test_a_command_becomes_a_step(steps_of, line, expected):
    assert steps_of(line) == [expected]


@pytest.mark.parametrize(
    "line",
    (
        "adsutil get w3svc/1/root/exchange-oma/AuthFlags",
        "cscript adsutil.vbs enum w3svc/1/root",
        "adsutil enum /p w3svc",
        "adsutil set w3svc/1/root/exchange-oma/LogonMethod 3",
        "adsutil set w3svc/1/root/exchange-oma/dontlog TRUE",
        'adsutil set w3svc/1/root/exchange-oma/DefaultDoc "default.htm, default.asp"',
        'adsutil set w3svc/1/root/HttpErrors "400,*,FILE,C:\\400.htm" "403,6,FILE,C:\\403-6.htm"',
        "adsutil delete w3svc/1/root/exchange-oma/Realm",
    ),
)
def test_what_no_requirement_depends_on_makes_no_step(steps_of, line):
    assert steps_of(line) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    (
        ("adsutil", "adsutil.vbs is not understood: set, delete, get and enum are"),
        ("adsutil create_vserv w3svc/2", "adsutil.vbs create_vserv is not understood: set, delete, get and enum are"),
        ("adsutil start_server w3svc/1", "adsutil.vbs start_server is not understood: set, delete, get and enum are"),
        ("adsutil set", "adsutil.vbs set without a path"),
        ("adsutil set w3svc/1/root/AuthFlags", "no value for AuthFlags"),
        (
            "adsutil set w3svc/1/root/AuthFlags 2 4",
            "AuthFlags takes one value: put one with spaces into quotation marks",
        ),
        ("adsutil set w3svc/1/root/AuthFlags six", "AuthFlags takes a number, not 'six'"),
        ("adsutil set w3svc/1/root/AuthFlags -1", "AuthFlags takes a number, not '-1'"),
        ("adsutil set w3svc/1/root/AuthFlags 14", "no value of AuthFlags: 14 has bits that it does not have (8)"),
        ("adsutil set w3svc/1/root/AccessFlags 0x8000", "VBScript reads 0x8000 as -32768: write 32768"),
        ("adsutil set w3svc/1/root/AccessFlags 2147483648", "2147483648 is too large for VBScript"),
        ("adsutil set w3svc/1/root/AuthNTLM yes", "AuthNTLM takes TRUE or FALSE, not 'yes'"),
        (
            "adsutil set w3svc/1/root/AuthFlgs 6",
            "'AuthFlgs' is no property of a web site that is known; the nearest name is AuthFlags",
        ),
        ("adsutil set w3svc/1/root/Qqqqqq 6", "'Qqqqqq' is no property of a web site that is known"),
        (
            "adsutil set w3svc/1/root/AnonymousUserPass secret",
            "'AnonymousUserPass' is no property of a web site that is known",
        ),
        (
            "adsutil set w3svc/1/root/AccessNegotiateCert TRUE",
            "'AccessNegotiateCert' is no property of a web site that is known; the nearest name is AccessSSLNegotiateCert",
        ),
        (
            "adsutil set w3svc/1/root/Exchange/45054 1",
            "whether IIS's scripts take a property by its number (45054) is not known",
        ),
        (
            "adsutil delete w3svc/1/root/Exchange/45054",
            "whether IIS's scripts take a property by its number (45054) is not known",
        ),
        ("adsutil set w3svc/1/root/Authorization NT BASIC", "Authorization is not understood: set AuthFlags"),
        (
            "adsutil set w3svc/1/root/IPSecurity 10.0.0.5",
            "adsutil.vbs cannot set IPSecurity: use IIS Manager, or an ADSI script (.vbs) in this folder",
        ),
        (
            "adsutil delete w3svc/1/root/IPSecurity",
            "whether adsutil.vbs can delete IPSecurity is not known: use IIS Manager",
        ),
        (
            "adsutil delete w3svc/1/root/AuthNTLM",
            "AuthNTLM is a part of a property: delete the whole one, or set it FALSE",
        ),
        ("adsutil delete w3svc", "this deletes all of IIS (/LM/W3SVC)"),
        (
            "adsutil delete DS2MB",
            "without DS2MB the System Attendant writes Exchange's virtual directories anew: what they become is not known here",
        ),
        (
            "adsutil delete w3svc/1/root/My Files",
            "adsutil.vbs delete takes one path: put one with spaces into quotation marks",
        ),
        ("adsutil delete w3svc//1", "no path in the metabase: 'w3svc//1'"),
        (
            "adsutil set -s:BE02 w3svc/1/root/AuthFlags 6",
            "another server (BE02): the change is judged on each host by itself",
        ),
        (
            "adsutil set w3svc/1/root/Path %SystemDrive%\\x",
            "what %SystemDrive% stands for is not known here: write its value",
        ),
        ("adsutil set w3svc/%SITE%/root/AuthFlags 6", "the variable %SITE% is not known here: write its value"),
        ("adsutil set w3svc/%1/root/AuthFlags 6", "%1 is a parameter of the batch file, and not known here"),
        (
            "adsutil set w3svc/1/root/HttpRedirect https://x/100%",
            "a percent sign alone: cmd.exe drops it, write %% for one",
        ),
        (
            'adsutil set w3svc/1/root/DefaultLogonDomain "\\"',
            'programs read \\" differently: leave the backslash or the quotation marks out',
        ),
        ('adsutil set w3svc/1/root/DefaultLogonDomain "a""b"', "two quotation marks side by side are not understood"),
        ("adsutil set w3svc/1/ServerBindings 80", "no value of ServerBindings: '80' is not IP:port:host"),
        ("adsutil set w3svc/1/ServerBindings :0:", "no value of ServerBindings: ':0:' is not IP:port:host"),
        ("adsutil set w3svc/1/ServerBindings be01:80:", "no value of ServerBindings: 'be01:80:' is not IP:port:host"),
        ("adsutil set w3svc/1/ServerBindings :80:a:b", "no value of ServerBindings: ':80:a:b' is not IP:port:host"),
        (
            "adsutil set w3svc/1/root/ScriptMaps *,x.dll",
            "no value of ScriptMaps: '*,x.dll' is not extension,processor,flags",
        ),
        (
            "adsutil set w3svc/1/root/ScriptMaps a b c d e f g h i j",
            "adsutil.vbs takes no more than 9 values: use an ADSI script (.vbs)",
        ),
    ),
)
def test_what_is_not_understood_stops(problem_of, line, problem):
    assert problem_of(setup_cmd=f"@echo off\n{line}\n") == f"change/setup.cmd:2: {problem}"
