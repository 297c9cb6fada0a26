from ipaddress import IPv4Network

import pytest

from exgate.facts.bindings import Binding
from exgate.facts.flags import AuthFlags
from exgate.facts.ip_restrictions import IPRestrictions

GET = 'Set o = GetObject("IIS://localhost/W3SVC/1/ROOT/exchange-oma")\n'
OMA = "/LM/W3SVC/1/ROOT/exchange-oma"
IP = GET + "Set s = o.IPSecurity\n"
ONE = '"10.0.0.5, 255.255.255.255"'
DENY = f"s.GrantByDefault = False\ns.IPGrant = Array({ONE})\n"
PUT = "o.IPSecurity = s\no.SetInfo\n"
OWN = (
    "SetRestrictions",
    OMA,
    IPRestrictions(grant_by_default=False, ip_grant=(IPv4Network("10.0.0.5"),)),
    "domain_grant",
)


def told(plan):
    return [(type(step).__name__, *(getattr(step, name) for name in type(step).__slots__)) for step in plan.metabase]


@pytest.mark.parametrize(
    "text",
    (
        pytest.param(IP + DENY + PUT, id="documented"),
        pytest.param((IP + DENY + PUT).replace("\n", ": "), id="in-one-line"),
        pytest.param((IP + DENY + PUT).replace(" ", "").replace("Seto", "Set o").replace("Sets", "Set s"), id="no-spaces"),
        pytest.param(
            "' the article's steps 13 and 14\nOption Explicit\nDim vDir, sec\nRem it: stays %\nREM\n"
            + (IP + DENY + PUT).replace("o.", "vdir.").replace(" o ", " vDir ").replace(" s", " SEC").replace("\ns.", "\nSec.").replace("vdir.SetInfo", "vdir.SETINFO() ' now"),
            id="other-names",
        ),
        pytest.param(IP + DENY.replace("Array(", "Array( _\n  ").replace("localhost", "LocalHost") + PUT, id="over-two-lines"),
        pytest.param(IP.replace("localhost", ".") + DENY.replace(", 255", ",255") + PUT, id="this-server"),
    ),
)  # fmt: skip
def test_restrictions_are_set(plan_of, text):
    assert told(plan_of(deny_vbs=text)) == [OWN]


@pytest.mark.parametrize(
    ("text", "expected", "kept"),
    (
        pytest.param(
            f's.GrantByDefault = True\ns.IPDeny = Array({ONE}, "10.1.0.0,255.255.0.0")\ns.DomainDeny = Array("x.example")\n',
            IPRestrictions(grant_by_default=True, ip_deny=(IPv4Network("10.0.0.5"), IPv4Network("10.1.0.0/16")), domain_deny=("x.example",)),
            "",
            id="granted-but",
        ),
        pytest.param("s.GrantByDefault = True\ns.IPDeny = Array()\n", IPRestrictions(grant_by_default=True), "domain_deny", id="everybody"),
        pytest.param("s.GrantByDefault = FALSE\ns.IPGrant = Array()\n", IPRestrictions(grant_by_default=False), "domain_grant", id="nobody"),
        pytest.param("s.GrantByDefault = FALSE\ns.IPGrant = Array()\ns.DomainGrant = Array()\n", IPRestrictions(grant_by_default=False), "", id="nobody-at-all"),
        pytest.param(DENY + 's.DomainGrant = Array("*.example")\n', IPRestrictions(grant_by_default=False, ip_grant=(IPv4Network("10.0.0.5"),), domain_grant=("*.example",)), "", id="domain"),
    ),
)  # fmt: skip
def test_every_list_can_be_set(plan_of, text, expected, kept):
    assert told(plan_of(deny_vbs=IP + text + PUT)) == [("SetRestrictions", OMA, expected, kept)]


def test_other_properties_are_set_in_order(plan_of):
    text = (
        f'{GET}o.AuthFlags = 6\no.AuthMD5 = False\no.LogonMethod = 3\no.HttpRedirect = "a ""b"" & c"\n'
        f'o.AuthFlags = &H4\no.SetInfo\no.SetInfo\nSet o = GetObject("IIS://localhost/W3SVC/1")\n'
        'o.serverbindings = Array(":80:")\no.SetInfo'
    )  # fmt: skip
    plan = plan_of(a_vbs=text)
    assert told(plan) == [
        ("SetProperty", OMA, "AuthFlags", AuthFlags(6)),
        ("SetFlag", OMA, "AuthFlags", AuthFlags.AuthMD5, False),
        ("SetProperty", OMA, "HttpRedirect", 'a "b" & c'),
        ("SetProperty", OMA, "AuthFlags", AuthFlags(4)),
        ("SetProperty", "/LM/W3SVC/1", "ServerBindings", (Binding("", 80, ""),)),
    ]
    assert [step.origin.line for step in plan.metabase] == [2, 3, 5, 6, 10]


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        (GET + "o.AuthFlags = 6", "2: changes nothing: no SetInfo follows"),
        (GET + "o.LogonMethod = 3", "2: changes nothing: no SetInfo follows"),
        (GET + "o.AuthFlags = 6\n" + GET + "o.SetInfo", "2: changes nothing: no SetInfo follows"),
        (IP + DENY + "o.SetInfo", "3: changes nothing: the list is not put back into IPSecurity afterwards"),
        (IP + DENY + "o.IPSecurity = s", "5: changes nothing: no SetInfo follows"),
        (IP + DENY + PUT + "s.GrantByDefault = True", "7: comes after the list was put back into IPSecurity: set it before"),
        (IP + "s.GrantByDefault = False\n" + PUT, "4: IPGrant is not set: its present value is not known here, so set it too"),
        (IP + "s.GrantByDefault = True\n" + PUT, "4: IPDeny is not set: its present value is not known here, so set it too"),
        (IP + f"s.IPGrant = Array({ONE})\n" + PUT, "4: GrantByDefault is not set: its present value is not known here, so set it too"),
        (IP + "s.GrantByDefault = 0", "3: GrantByDefault takes True or False"),
        (IP + "s.IPGrant = Array", "3: IPGrant takes Array(...)"),
        (IP + f"s.IPGrant = {ONE}", "3: IPGrant takes Array(...)"),
        (IP + "s.IPAllow = Array()", "3: 'IPAllow' is no property of IPSecurity"),
        (IP + 's.IPGrant = Array("10.0.0.5")', "3: '10.0.0.5' is no address with its mask (\"10.0.0.5, 255.255.255.255\")"),
        (IP + 's.IPGrant = Array("10.0.0.5, 32")', "3: '10.0.0.5, 32' is no address with its mask (\"10.0.0.5, 255.255.255.255\")"),
        (IP + 's.IPGrant = Array("10.0.0.0, 0.0.0.255")', "3: '10.0.0.0, 0.0.0.255' is no address with its mask (\"10.0.0.5, 255.255.255.255\")"),
        (IP + 's.IPGrant = Array("be01, 255.255.255.255")', "3: 'be01, 255.255.255.255' is no address with its mask (\"10.0.0.5, 255.255.255.255\")"),
        (IP + 's.IPGrant = Array("10.0.0." & "5, 255.255.255.255")', "3: texts joined by & are not understood: write the whole text"),
        (IP + f"s.IPGrant = Array({ONE}, x)", '3: not understood in a script: s.IPGrant = Array("...",x)'),
        (GET + "o.IPSecurity = s", "2: s is no IPSecurity of this object"),
        (IP + GET + DENY + PUT, "6: s is no IPSecurity of this object"),
        ("o.SetInfo", "1: o is no object that GetObject gave"),
        ("Set s = o.IPSecurity", "1: o is no object that GetObject gave"),
        ("o.AuthFlags = 6", "1: o is no object that GetObject gave"),
        ("Option Explicit\n" + GET, "2: the script stops here: o is not declared (Option Explicit)"),
        (GET.replace("localhost", "be02"), "1: another server (be02): the change is judged on each host by itself"),
        (GET.replace("IIS:", "iis:"), "1: no path of a key (IIS://localhost/..., in this case): 'iis://localhost/W3SVC/1/ROOT/exchange-oma'"),
        (GET.replace("localhost/W3SVC/1/ROOT/exchange-oma", "localhost"), "1: no path of a key (IIS://localhost/..., in this case): 'IIS://localhost'"),
        (GET + 'o.AuthFlags = "6"', "2: AuthFlags takes a number"),
        (GET + "o.AuthFlags = AuthBasic", "2: AuthFlags takes a number"),
        (GET + "o.AuthBasic = 1", "2: AuthBasic takes TRUE or FALSE"),
        (GET + "o.ServerBindings = Array", "2: ServerBindings takes a list of texts"),
        (GET + 'o.HttpRedirect = Array("x")', "2: HttpRedirect takes a text"),
        (GET + "o.AuthFlags = 8", "2: no value of AuthFlags: 8 has bits that it does not have (8)"),
        (GET + "o.AuthFlgs = 6", "2: 'AuthFlgs' is no property of a web site that is known; the nearest name is AuthFlags"),
        (GET + 'o.AnonymousUserPass = "secret"', "2: 'AnonymousUserPass' is no property of a web site that is known"),
        (GET + "o.IPSecurity = 1", "2: IPSecurity takes an object"),
        (GET + "o.AuthFlags = -1", "2: '-' is not understood in a script"),
        (GET + 'o.HttpRedirect = "x', "2: a text without its closing quotation mark"),
        ("On Error Resume Next", "1: not understood in a script: On Error Resume Next"),
        ('If x = "secret" Then', '1: not understood in a script: If x = "..."Then'),
        ('Set x = CreateObject("WScript.Shell")', '1: not understood in a script: Set x = CreateObject("...")'),
        ("WScript.Echo 1", "1: not understood in a script: WScript.Echo 1"),
        ("a" * 100, f"1: not understood in a script: {'a' * 60}..."),
        ("<job>", "1: '<' is not understood in a script"),
    ),
)  # fmt: skip
def test_what_is_not_understood_stops(problem_of, text, problem):
    assert problem_of(deny_vbs=text) == f"change/deny.vbs:{problem}"


def test_a_script_that_a_command_names_runs_there_and_not_again(steps_of):
    lines = "adsutil delete w3svc/1/root/a\ncscript //nologo deny.vbs\nadsutil delete w3svc/1/root/b"
    steps = steps_of(lines, deny_vbs=IP + DENY + PUT)
    assert steps == [("DeleteKey", "/LM/W3SVC/1/root/a"), OWN, ("DeleteKey", "/LM/W3SVC/1/root/b")]


def test_a_script_takes_no_arguments(problem_of):
    assert problem_of(setup_cmd="cscript deny.vbs x", deny_vbs=IP + DENY + PUT) == (
        "change/setup.cmd:1: a script of this folder takes no arguments"
    )
