"""The article as a planned change, and every step forgotten or done wrong: exactly these verdicts, in these words.

The servers of a real lab are asked once; each change is then judged on what was seen, without pytest around it.
"""

import re

import pytest

from exgate.facts.change import PlanError

from .candidates import (
    AUTHENTICATION,
    EXCHANGE,
    KEY,
    OMA,
    RIGHT,
    SSL_OFF,
    deny,
    export,
    export_with_forms,
    own_address,
    registration,
    right,
)

MADE = "set on /LM/W3SVC/1/ROOT/exchange-oma by change"
EXPORTED = f"{MADE}/exchange-oma.xml"
PLACE = r"HKLM\SYSTEM\CurrentControlSet\Services\MasSync\Parameters"
DEMANDED_11 = f"demanded: ExchangeVDir, in this case, as REG_SZ in {PLACE}"
ONLY_ITSELF = "demanded: denied by default, the server's own address the only exception"
EVENT = "event 3030 could not be looked for (the event log is that of before the planned change)"
ESM = "look at the Exchange virtual server's Settings tab in Exchange System Manager"
VDIRS = "/Exchange, /Public, /Exadmin, /ExchWeb, /OMA, /Microsoft-Server-ActiveSync"
LATER = "judge it again when the change is made"
WAIT_LOG = f"the event log is that of before the planned change; next step: {LATER}"
WAIT_WEB = f"the web site answers by the configuration of before the planned change; next step: {LATER}"
NO_VALUE = "ExchangeVDir is not set, so /Exchange itself is used and judged"


_PORT = re.compile(r"(?<=://)(127\.81\.7\.1):\d+(?=/)")
"""Where another lab runs beside, this one may not get the ports that it would like."""


def _usual_port(match):
    return f"{match[1]}:{443 if match.string.startswith('https', match.start() - 8) else 80}"


def told(host, verdicts, others):
    """Give outcome and message where the outcome, or a finding's message, is not the same."""
    return {
        number: (verdict.outcome.value, _PORT.sub(_usual_port, verdict.message.removeprefix(f"{host}: ")))
        for number, verdict in verdicts.items()
        if verdict.outcome != others[number].outcome
    }


def fails(**messages):
    return {number.strip("_"): ("fail", message) for number, message in messages.items()}


def moot(numbers, message):
    return dict.fromkeys(numbers.split(), ("not applicable", message))


def missing(name, because="which ExchangeVDir names", more=""):
    """What a mobile virtual directory that does not exist fails."""
    return {
        "01": (
            "fail",
            f"{name}, {because}, does not exist below the ROOT of web site 1; demanded: this virtual directory",
        ),
        "12": (
            "fail",
            f'ExchangeVDir is "{name}", but web site 1 has no such virtual directory; there are: {VDIRS}{more}',
        ),
    } | moot("02 03 04 05 06 07 13 14 15 16", f"{name} does not exist, which KB817379-01 judges")


def left_on_exchange(eleven):
    """What is judged on /Exchange when the services find no ExchangeVDir: with SSL, the form and no Integrated."""
    here = "set on /LM/W3SVC/1/ROOT/Exchange"
    asked = "http://127.81.7.1:80/Exchange/: 403.4 Forbidden"
    flags = f"AccessSSLFlags is 264 (AccessSSL | AccessSSL128), {here}"
    return {
        "02": ("fail", f"/Exchange (web site 1) requires SSL: {flags}; demanded: AccessSSL (8) off"),
        "03": (
            "fail",
            (
                "/Exchange (web site 1) uses forms-based authentication: the wire says nothing (GET: 403.4 Forbidden); the "
                "wire says nothing (PROPFIND: 403.4 Forbidden); the article's traces say on (AuthFlags is 2 (AuthBasic), "
                f'{here}, and DefaultLogonDomain is "\\", {here}); property 45054 says on (1, {here}); {EVENT}; demanded: off'
            ),
        ),
        "04": (
            "fail",
            (
                f"/Exchange (web site 1) does not offer Negotiate: AuthFlags is 2 (AuthBasic), {here}; demanded: AuthNTLM (4), "
                "Integrated"
            ),
        ),
        "11": eleven,
        "12": ("not applicable", "the services find no ExchangeVDir, which KB817379-11 judges"),
        "17": ("not applicable", "ExchangeVDir is not set, so Method 2 is not in use"),
        "53": ("pass", f"the wire shows PROPFIND {asked}, as the configuration says: 403.4, because {flags}"),
        "61": (
            "fail",
            f"/Exchange (web site 1) does not answer as it should: GET {asked}; demanded: 401 that offers Negotiate",
        ),
        "63": (
            "pass",
            (
                "ActiveSync answers: logged on OPTIONS https://127.81.7.1:443/Microsoft-Server-ActiveSync: 200 OK, "
                "MS-ASProtocolVersions 1.0,2.0,2.1,2.5"
            ),
        ),
    } | moot("13 14 15 16", NO_VALUE)


def near_miss(name, key=PLACE):
    return (
        "fail",
        (
            f'HKLM\\{key.removeprefix("HKLM").strip(chr(92))} holds "{name}" (REG_SZ), which the services do not find; '
            f"{DEMANDED_11}"
        ),
    )


def lets(words, restrictions):
    return fails(_15=f"/exchange-oma (web site 1) {words}: {restrictions}; {ONLY_ITSELF}")


def authentication(flags, where):
    return {
        "14": (
            "fail",
            f"/exchange-oma (web site 1): AuthFlags is {flags}, {where}; demanded: 6 (AuthBasic | AuthNTLM) and nothing else",
        )
    }


def forms(says, traces, where):
    """What a copy fails that was made with forms-based authentication on."""
    return {
        "03": (
            "fail",
            (
                "/exchange-oma (web site 1) uses forms-based authentication: the wire was asked for /Exchange instead; the "
                f'article\'s traces {says} (AuthFlags is {traces}, {where}, and DefaultLogonDomain is "\\", {EXPORTED}); '
                f"property 45054 says on (1, {EXPORTED}); {EVENT}; demanded: off"
            ),
        ),
        "16": (
            "fail",
            (
                "/exchange-oma (web site 1) was copied while forms-based authentication was on: DefaultLogonDomain is "
                f'"\\", {EXPORTED}; demanded: no backslash'
            ),
        ),
    }


def no_negotiate(where):
    return fails(
        _04="/exchange-oma (web site 1) does not offer Negotiate: AuthFlags is 2 (AuthBasic), "
        f"{where}; demanded: AuthNTLM (4), Integrated"
    )


EXPAND = "hex(2):" + ",".join(f"{byte:02x}" for byte in "/exchange-oma\0".encode("utf-16-le"))
OWN = own_address()


def test_the_whole_article_makes_everything_comply_that_can_be_judged(judge, before):
    after = judge("sa", RIGHT)
    assert {number for number, verdict in before("sa").items() if verdict.outcome == "fail"} == {"02", "03", "04", "61"}
    assert {verdict.outcome.value for verdict in after.values()} == {"pass", "not applicable"}
    assert told("sa", after, before("sa")) == {
        "02": (
            "pass",
            f"/exchange-oma (web site 1) does not require SSL: AccessSSLFlags is 0, {MADE}/setup.cmd:2",
        ),
        "03": (
            "pass",
            (
                "/exchange-oma (web site 1) does not use forms-based authentication: the wire was asked for /Exchange "
                f"instead; the article's traces say off (AuthFlags is 6 (AuthBasic | AuthNTLM), {EXPORTED}, and "
                'DefaultLogonDomain is "", not set, the schema\'s default); property 45054 is not set, which alone says '
                f"nothing; {EVENT}"
            ),
        ),
        "04": (
            "pass",
            (
                f"/exchange-oma (web site 1) offers Negotiate: AuthFlags is 6 (AuthBasic | AuthNTLM), {EXPORTED}; "
                "NTAuthenticationProviders is not set"
            ),
        ),
        "11": ("pass", "ExchangeVDir is there, in this case, as REG_SZ"),
        "12": ("pass", 'ExchangeVDir is "/exchange-oma", a virtual directory of web site 1'),
        "13": ("pass", "/exchange-oma (web site 1) has the Path, AccessFlags, ScriptMaps of /Exchange"),
        "14": ("pass", f"/exchange-oma (web site 1): AuthFlags is 6 (AuthBasic | AuthNTLM), {EXPORTED}"),
        "15": (
            "pass",
            (
                f"/exchange-oma (web site 1) lets in the server alone (SA resolves to {OWN} there): GrantByDefault FALSE, "
                f"IPGrant {OWN}"
            ),
        ),
        "16": (
            "pass",
            (
                "/exchange-oma (web site 1) was copied while forms-based authentication was off: DefaultLogonDomain is "
                '"", not set, the schema\'s default; 45054 is not set'
            ),
        ),
        "17": (
            "pass",
            'ExchangeVDir is "/exchange-oma", and the inventory names no front-end server of the same organization',
        ),
    } | moot("52", WAIT_LOG) | moot("53 61 63", WAIT_WEB)
    assert {number for number, verdict in after.items() if verdict.waits} == {"52", "53", "61", "63"}


@pytest.mark.parametrize(
    ("files", "expected"),
    (
        # "Before you begin"
        pytest.param(
            {"exchange-oma.xml": export_with_forms(), "setup.cmd": SSL_OFF},
            forms("say on", "2 (AuthBasic)", EXPORTED)
            | no_negotiate(EXPORTED)
            | authentication("2 (AuthBasic)", EXPORTED),
            id="before-you-begin-and-9-to-12-forgotten",
        ),
        pytest.param(
            {"exchange-oma.xml": export_with_forms()},
            forms("are mixed and say nothing", "6 (AuthBasic | AuthNTLM)", f"{MADE}/setup.cmd:1"),
            id="before-you-begin-forgotten",
        ),
        # 1 to 8
        pytest.param(
            {"exchange-oma.xml": None, "setup.cmd": None, "steps-13-14.vbs": None},
            missing("/exchange-oma"),
            id="1-to-8-forgotten",
        ),
        pytest.param(
            {"exchange-oma.xml": export(lambda keys: keys.set(EXCHANGE, "Path", r"C:\Inetpub\Exchange"))},
            fails(
                _07=r'/exchange-oma (web site 1) does not serve mailboxes: Path is "C:\Inetpub\Exchange", '
                rf"{EXPORTED}; demanded: \\.\BackOfficeStorage\(SMTP domain)\MBX",
                _13=rf'/exchange-oma (web site 1) is no copy of /Exchange: Path is "C:\Inetpub\Exchange", {EXPORTED}, '
                r'and /Exchange has "\\.\BackOfficeStorage\lab.example\MBX"; demanded: the same',
            ),
            id="2-another-virtual-directory",
        ),
        pytest.param(
            {"exchange-oma.xml": None, "mobile.xml": export(), "setup.cmd": None, "steps-13-14.vbs": None},
            missing("/exchange-oma", more=", /mobile"),
            id="8-another-alias-than-21",
        ),
        pytest.param(
            {"exchange-oma.xml": None, "Exchange-OMA.xml": export()},
            fails(
                _12='ExchangeVDir is "/exchange-oma"; demanded: "/Exchange-OMA", the virtual directory\'s name in its own case'
            ),
            id="8-the-alias-in-another-case",
        ),
        # 9 to 12
        pytest.param(
            {
                "exchange-oma.xml": export(
                    lambda keys: keys.set(EXCHANGE, "AuthFlags", "AuthAnonymous | AuthBasic | AuthNTLM")
                ),
                "setup.cmd": SSL_OFF,
            },
            authentication("7 (AuthAnonymous | AuthBasic | AuthNTLM)", EXPORTED),
            id="9-to-12-forgotten-anonymous-left-on",
        ),
        pytest.param(
            {"setup.cmd": f"{SSL_OFF}cscript adsutil.vbs set {OMA}/AuthAnonymous TRUE"},
            authentication("7 (AuthAnonymous | AuthBasic | AuthNTLM)", f"{MADE}/setup.cmd:2"),
            id="12-anonymous-switched-on",
        ),
        pytest.param(
            {"setup.cmd": f"{SSL_OFF}cscript adsutil.vbs set {OMA}/AuthFlags 22"},
            authentication("22 (AuthBasic | AuthNTLM | AuthMD5)", f"{MADE}/setup.cmd:2"),
            id="12-digest-too",
        ),
        pytest.param(
            {"setup.cmd": f"{SSL_OFF}cscript adsutil.vbs set {OMA}/AuthFlags 4"},
            authentication("4 (AuthNTLM)", f"{MADE}/setup.cmd:2"),
            id="12-basic-forgotten",
        ),
        pytest.param(
            {"setup.cmd": f"{SSL_OFF}cscript adsutil.vbs set {OMA}/AuthNTLM FALSE"},
            {
                "03": (
                    "unknown",
                    (
                        "/exchange-oma (web site 1): no evidence says whether forms-based authentication is on: the wire was "
                        "asked for /Exchange instead; the article's traces are mixed and say nothing (AuthFlags is 2 "
                        f'(AuthBasic), {MADE}/setup.cmd:2, and DefaultLogonDomain is "", not set, the schema\'s default); '
                        f"property 45054 is not set, which alone says nothing; {EVENT}; next step: {ESM}"
                    ),
                )
            }
            | no_negotiate(f"{MADE}/setup.cmd:2")
            | authentication("2 (AuthBasic)", f"{MADE}/setup.cmd:2"),
            id="12-integrated-off",
        ),
        # 13 and 14
        pytest.param(
            {"steps-13-14.vbs": None},
            lets("lets everybody in: it has no IP address restriction", "GrantByDefault TRUE, nobody denied"),
            id="13-14-forgotten",
        ),
        pytest.param(
            {"steps-13-14.vbs": deny(path="W3SVC/1/ROOT/Exchange")},
            lets("lets everybody in: it has no IP address restriction", "GrantByDefault TRUE, nobody denied"),
            id="13-14-on-exchange",
        ),
        pytest.param(
            {"steps-13-14.vbs": deny(by_default=True, lists="IPDeny")},
            lets(
                "denies the server itself and lets everybody else in, the reverse of what is meant",
                f"GrantByDefault TRUE, IPDeny {OWN}",
            ),
            id="13-14-the-wrong-way-round",
        ),
        pytest.param(
            {"steps-13-14.vbs": deny(OWN, "10.9.9.9")},
            lets(
                "lets in 10.9.9.9, which is not the server's own address",
                f"GrantByDefault FALSE, IPGrant {OWN}, 10.9.9.9",
            ),
            id="14-a-foreign-address-too",
        ),
        pytest.param(
            {"steps-13-14.vbs": deny("127.0.0.1")},
            lets(
                "lets in the loopback address alone, but the server asks itself by its own name (SA resolves to "
                f"{OWN} there)",
                "GrantByDefault FALSE, IPGrant 127.0.0.1",
            ),
            id="14-loopback-alone",
        ),
        # 15
        pytest.param(
            {"setup.cmd": AUTHENTICATION},
            fails(
                _02="/exchange-oma (web site 1) requires SSL: AccessSSLFlags is 264 (AccessSSL | AccessSSL128), "
                f"{EXPORTED}; demanded: AccessSSL (8) off"
            ),
            id="15-forgotten",
        ),
        pytest.param(
            {
                "setup.cmd": f"{AUTHENTICATION}adsutil delete {OMA}/AccessSSLFlags\n"
                "adsutil set w3svc/1/root/AccessSSLFlags 8"
            },
            fails(
                _02="/exchange-oma (web site 1) requires SSL: AccessSSLFlags is 8 (AccessSSL), set on "
                "/LM/W3SVC/1/ROOT by change/setup.cmd:3; demanded: AccessSSL (8) off"
            )
            | moot("64", WAIT_WEB),
            id="15-inherited",
        ),
        # 17 to 21
        pytest.param(
            {"steps-17-21.reg": None},
            left_on_exchange(("not applicable", NO_VALUE)),
            id="17-to-21-forgotten",
        ),
        pytest.param(
            {"steps-17-21.reg": registration(key=KEY.rpartition("\\")[0])},
            left_on_exchange(near_miss("ExchangeVDir", PLACE.rpartition("\\")[0])),
            id="18-the-key-above",
        ),
        pytest.param(
            {"steps-17-21.reg": registration(kind=EXPAND)},
            left_on_exchange(("fail", f"{PLACE} holds ExchangeVDir as REG_EXPAND_SZ; {DEMANDED_11}")),
            id="19-another-type",
        ),
        pytest.param(
            {"steps-17-21.reg": registration("exchangevdir")},
            left_on_exchange(near_miss("exchangevdir")),
            id="20-lower-case",
        ),
        pytest.param(
            {"steps-17-21.reg": registration("ExchangeVDir ")},
            left_on_exchange(near_miss("ExchangeVDir ")),
            id="20-a-space-behind",
        ),
        pytest.param(
            {"steps-17-21.reg": registration("exchangevdir") + '"ExchangeVDir"="/exchange-oma"\n'},
            left_on_exchange(near_miss("exchangevdir")),
            id="20-over-a-name-in-another-case-which-stays",
        ),
        pytest.param(
            {"steps-17-21.reg": registration("exchangevdir") + '"EXCHANGEVDIR"=-\n"ExchangeVDir"="/exchange-oma"\n'},
            {},
            id="20-removed-and-made-anew",
        ),
        pytest.param(
            {"steps-17-21.reg": registration(data="")},
            left_on_exchange(("not applicable", "ExchangeVDir is empty, so /Exchange itself is used and judged")),
            id="21-empty",
        ),
        pytest.param(
            {"steps-17-21.reg": registration(data="/mobile")},
            missing("/mobile", more=", /exchange-oma"),
            id="21-another-name-than-8",
        ),
        *(
            pytest.param(
                {"steps-17-21.reg": registration(data=data)},
                fails(
                    _12=f'ExchangeVDir is "{data}"; demanded: "/exchange-oma", the virtual directory\'s name in its own case'
                ),
                id=f"21-{what}",
            )
            for data, what in (
                ("/Exchange-OMA", "in-another-case"),
                ("exchange-oma", "without-a-slash"),
                ("/exchange-oma/", "with-a-slash-behind"),
            )
        ),
    ),
)
def test_a_step_that_is_forgotten_or_wrong(judge, files, expected):
    assert told("sa", judge("sa", RIGHT | files), judge("sa", RIGHT)) == expected


@pytest.mark.parametrize(
    ("host", "files", "problem"),
    (
        pytest.param(
            "sa",
            {"exchange-oma.xml": None},
            "change/setup.cmd:1: there is no key /LM/W3SVC/1/root/exchange-oma: create it first",
            id="1-to-8-forgotten-and-the-rest-not",
        ),
        pytest.param(
            "sa",
            {"exchange-oma.xml": None, "mobile.xml": export()},
            "change/setup.cmd:1: there is no key /LM/W3SVC/1/root/exchange-oma: create it first",
            id="8-another-alias-than-9",
        ),
        pytest.param(
            "sa",
            {"setup.cmd": None, "steps-13-14.vbs": deny(path="W3SVC/1/ROOT/mobile")},
            "change/steps-13-14.vbs:5: there is no key /LM/W3SVC/1/ROOT/mobile: create it first",
            id="13-on-another-one",
        ),
        pytest.param(
            "done",
            {},
            "change/exchange-oma.xml: there is a key /LM/W3SVC/1/ROOT/exchange-oma already: delete it first, or choose "
            "another name",
            id="8-a-name-that-is-there",
        ),
        pytest.param(
            "sa",
            {"exchange.xml": export()},
            "change/exchange.xml: there is a key /LM/W3SVC/1/ROOT/Exchange already: delete it first, or choose another name",
            id="8-the-name-of-exchange",
        ),
    ),
)
def test_a_step_that_cannot_be_made_stops(judge, host, files, problem):
    with pytest.raises(PlanError) as caught:
        judge(host, right(host) | files)
    assert str(caught.value).replace("change\\", "change/") == problem


FRONT_END_VALUE = f'{PLACE} holds "ExchangeVDir" (REG_SZ) on a front-end server'
MOBILE = {
    "mobile.xml": export(),
    "setup.cmd": RIGHT["setup.cmd"].replace("exchange-oma", "mobile"),
    "steps-13-14.vbs": deny(own_address("sbs"), path="W3SVC/1/ROOT/mobile"),
    "steps-17-21.reg": registration(data="/mobile"),
}


@pytest.mark.parametrize(
    ("host", "files", "findings"),
    (
        pytest.param("sbs", right("sbs"), {}, id="small-business-server"),
        pytest.param(
            "sbs",
            MOBILE,
            fails(_21='ExchangeVDir is "/mobile"; demanded: "/exchange-oma", on Small Business Server'),
            id="21-small-business-server-with-another-name",
        ),
        *(
            pytest.param(
                "fe",
                files,
                fails(
                    _18=f"{FRONT_END_VALUE}; demanded: none, the registry is changed only on the server with the mailboxes"
                ),
                id=f"18-front-end-{what}",
            )
            for files, what in (({"a.reg": registration()}, "the-value-alone"), (right("fe"), "all-of-it"))
        ),
        pytest.param(
            "be",
            right("be"),
            fails(
                _17='ExchangeVDir is "/exchange-oma" beside the front-end server fe of the same organization; demanded: '
                "Method 2 only where there is no front-end server"
            ),
            id="17-a-back-end-beside-a-front-end",
        ),
        pytest.param(
            "wmi-sa",
            right("wmi-sa"),
            {
                "16": (
                    "unknown",
                    (
                        "WMI does not show 45054 of /LM/W3SVC/1/ROOT; next step: allow the shell, so that MetaBase.xml can be "
                        "read"
                    ),
                )
            },
            id="without-metabase-xml-what-cannot-be-known-is-unknown",
        ),
    ),
)
def test_on_other_servers(judge, host, files, findings):
    nothing = dict.fromkeys(("pass", "not applicable"))
    found = {n: (v.outcome.value, v.message.removeprefix(f"{host}: ")) for n, v in judge(host, files).items()}
    assert {number: told for number, told in found.items() if told[0] not in nothing} == findings
