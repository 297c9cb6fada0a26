"""The wire against the article and the configuration: messages asserted exactly."""

from dataclasses import replace
from ipaddress import IPv4Address
from types import MappingProxyType

import pytest

from exgate.exchange import Blocked, Moot, SharePointBeside, Web
from exgate.facts.http import HttpAnswer
from exgate.facts.ip_restrictions import IPRestrictions, parse_ip_entry
from exgate.facts.metabase import MetabaseView, ViewedKey
from exgate.facts.role import Role
from exgate.facts.sharepoint import SharePoint
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.wire import Answered, Probe, Wire

from .conftest import metabase, registry

BASIC = 'AuthFlags="AuthBasic | AuthNTLM"'
OMA_VALUE = ("ExchangeVDir", "/exchange-oma")
SITE = "http://10.0.0.5:80"
RUNNER = IPv4Address("192.0.2.9")
LOOPBACK = IPv4Address("127.0.0.1")
OWN = (IPv4Address("10.0.0.5"), IPv4Address("10.0.0.6"))
REFUSED = Unknown("no answer on TCP 80: connection refused", "check that the service runs")
ALL = ("Negotiate", "NTLM", "Basic")
FORM = "http://BE01/exchweb/bin/auth/owalogon.asp?url=x&reason=0"
METHODS = {
    Probe.GET: "GET",
    Probe.PROPFIND: "PROPFIND",
    Probe.ACTIVESYNC: "OPTIONS",
    Probe.ACTIVESYNC_LOGGED_ON: "OPTIONS",
    Probe.OMA: "GET",
}


def answer(status, sub_status=None, *schemes, **more):
    return HttpAnswer(status=status, sub_status=sub_status, schemes=schemes, **more)


CHALLENGE = answer(401, None, *ALL)
REJECTED = answer(403, 6, reason="Forbidden")
SSL = answer(403, 4, reason="Forbidden")
FORM_ANSWER = answer(302, location=FORM)
MULTISTATUS = answer(207, reason="Multi-Status", multistatus=True)


def wire(vdir_answer=None, *, vdir="/Exchange", mailbox=None, source=RUNNER, to=None, **others):
    """Give what was answered to GET and PROPFIND alike, and to other probes by name."""
    given = {Probe.GET: vdir_answer, Probe.PROPFIND: vdir_answer} if vdir_answer else {}
    given |= {Probe[name.upper()]: value for name, value in others.items()}
    return Wire(
        vdir=vdir,
        host_header="BE01",
        from_address=source,
        to_address=to or (source if source in OWN else IPv4Address("10.0.0.5")),
        mailbox=mailbox,
        answers=MappingProxyType(
            {
                probe: value
                if isinstance(value, Unknown)
                else Answered(method=METHODS[probe], url=f"{SITE}{vdir}/", answer=value)
                for probe, value in given.items()
            }
        ),
    )


def method_2(make_server, **facts):
    vdirs = {"Exchange": BASIC, "exchange-oma": BASIC}
    return make_server(Role.STANDALONE, registry=registry(OMA_VALUE), metabase=metabase(vdirs), **facts)


NEGOTIATE = "demanded: 401 that offers Negotiate"


@pytest.mark.parametrize(
    ("seen", "complies", "found"),
    (
        pytest.param(
            {"vdir_answer": CHALLENGE},
            True,
            "answers as it should: PROPFIND http://10.0.0.5:80/Exchange/: 401 (Negotiate, NTLM, Basic)",
            id="challenge",
        ),
        *(
            pytest.param(
                {"vdir_answer": given},
                False,
                f"does not answer as it should: GET http://10.0.0.5:80/Exchange/: {given}; {NEGOTIATE}",
                id=name,
            )
            for name, given in {
                "ssl-required": SSL,
                "address-rejected": REJECTED,
                "forbidden": answer(403, reason="Forbidden"),
                "form": FORM_ANSWER,
                "not-found": answer(404, reason="Not Found"),
                "invalid-host-name": answer(400, reason="Bad Request"),
                "unavailable": answer(503, reason="Service Unavailable"),
                "anonymous": answer(200, reason="OK"),
                "without-negotiate": answer(401, None, "NTLM", "Basic"),
            }.items()
        ),
        pytest.param(
            {"get": CHALLENGE, "propfind": answer(440, reason="Login Timeout")},
            False,
            f"does not answer as it should: PROPFIND http://10.0.0.5:80/Exchange/: 440 Login Timeout; {NEGOTIATE}",
            id="440-to-the-dav-verb-alone",
        ),
    ),
)
def test_exchange_answers(make_server, seen, complies, found):
    reading = Web(make_server(wire=wire(**seen))).mobile_vdir_answers
    assert (bool(reading), reading.found) == (complies, f"/Exchange (web site 1) {found}")


KEPT_OUT = "demanded: 403.6, for only the server itself may ask it"
OMA_URL = "http://10.0.0.5:80/exchange-oma/"


@pytest.mark.parametrize(
    ("source", "given", "complies", "found"),
    (
        pytest.param(
            RUNNER, REJECTED, True, f"answers as it should: PROPFIND {OMA_URL}: 403.6 Forbidden", id="kept-out"
        ),
        pytest.param(
            RUNNER,
            CHALLENGE,
            False,
            f"does not answer as it should: GET {OMA_URL}: 401 (Negotiate, NTLM, Basic); {KEPT_OUT}",
            id="let-in",
        ),
        pytest.param(
            RUNNER, SSL, False, f"does not answer as it should: GET {OMA_URL}: 403.4 Forbidden; {KEPT_OUT}", id="ssl"
        ),
        pytest.param(
            IPv4Address("10.0.0.6"),
            CHALLENGE,
            True,
            f"answers as it should: PROPFIND {OMA_URL}: 401 (Negotiate, NTLM, Basic)",
            id="on-the-server",
        ),
        pytest.param(
            IPv4Address("10.0.0.6"),
            REJECTED,
            False,
            f"does not answer as it should: GET {OMA_URL}: 403.6 Forbidden; {NEGOTIATE}",
            id="the-server-kept-out",
        ),
    ),
)
def test_a_secondary_vdir_answers(make_server, source, given, complies, found):
    server = method_2(make_server, wire=wire(given, vdir="/exchange-oma", source=source))
    reading = Web(server).mobile_vdir_answers
    assert (bool(reading), reading.found) == (complies, f"/exchange-oma (web site 1) {found}")


@pytest.mark.parametrize(
    ("facts", "reason"),
    (
        pytest.param({"wire": Unknown("not asked", "ask")}, "not asked", id="no-wire"),
        pytest.param({"wire": wire(REFUSED)}, REFUSED.reason, id="refused"),
        pytest.param(
            {"wire": wire(answer(403, reason="Forbidden"), vdir="/exchange-oma")},
            "the web site answers 403, but its page does not say why (403.6 is demanded)",
            id="no-sub-status",
        ),
        pytest.param(
            {"wire": wire(CHALLENGE, vdir="/exchange-oma", source=OWN[1], to=OWN[0])},
            "whether this machine is the server is not known: both have the address 10.0.0.6, but the connection goes to "
            "10.0.0.5",
            id="behind-an-address-translation",
        ),
        pytest.param(
            {"wire": wire(CHALLENGE, vdir="/exchange-oma", source=LOOPBACK, to=LOOPBACK)},
            "whether this machine is the server is not known: it was asked at 127.0.0.1",
            id="by-loopback",
        ),
        pytest.param(
            {"wire": wire(REJECTED, vdir="/exchange-oma"), "network": Unknown("denied", "ask")},
            "denied",
            id="addresses-not-known",
        ),
    ),
)
def test_what_was_not_answered_is_unknown(make_server, facts, reason):
    with pytest.raises(UnknownFact) as caught:
        _ = Web(method_2(make_server, **facts)).mobile_vdir_answers
    assert caught.value.unknown.reason == reason


def with_mailbox(given):
    """Give a wire on which the test mailbox was asked too."""
    seen = wire(CHALLENGE, mailbox="test")
    asked = given if isinstance(given, Unknown) else Answered(method="PROPFIND", url=f"{SITE}/Exchange/", answer=given)
    return replace(seen, answers={**seen.answers, Probe.MAILBOX: asked})


URL = "PROPFIND http://10.0.0.5:80/Exchange/:"


@pytest.mark.parametrize(
    ("given", "complies", "found"),
    (
        pytest.param(MULTISTATUS, True, f"works: {URL} 207 Multi-Status", id="207"),
        pytest.param(
            answer(207, reason="Multi-Status"),
            False,
            f"does not work: {URL} 207 Multi-Status; demanded: 207 Multi-Status",
            id="207-without-its-body",
        ),
        pytest.param(
            CHALLENGE,
            False,
            f"does not work: {URL} 401 (Negotiate, NTLM, Basic) (the log-on was rejected); demanded: 207 Multi-Status",
            id="rejected",
        ),
        pytest.param(
            answer(404, reason="Not Found"),
            False,
            f"does not work: {URL} 404 Not Found; demanded: 207 Multi-Status",
            id="no-mailbox",
        ),
    ),
)
def test_dav_log_on(make_server, given, complies, found):
    reading = Web(make_server(wire=with_mailbox(given))).dav_log_on_works
    assert (bool(reading), reading.found) == (complies, f"the DAV log-on to test {found}")


@pytest.mark.parametrize(
    ("server", "error", "reason"),
    (
        pytest.param(
            lambda make: make(wire=wire(CHALLENGE)), Moot, "the inventory names no test_mailbox for it", id="no-mailbox"
        ),
        pytest.param(
            lambda make: method_2(make, wire=wire(REJECTED, vdir="/exchange-oma", mailbox="test")),
            Moot,
            "a secondary virtual directory lets in the server itself only, and this machine is another one: KB817379-61 "
            "judges that it is kept out",
            id="secondary",
        ),
        pytest.param(
            lambda make: make(wire=wire(SSL, mailbox="test")),
            Blocked,
            "/Exchange does not ask for a log-on with Negotiate, which KB817379-61 judges",
            id="no-challenge",
        ),
        pytest.param(
            lambda make: make(wire=with_mailbox(CHALLENGE), metabase=metabase({})),
            Blocked,
            "/Exchange does not exist, which KB817379-01 judges",
            id="no-vdir",
        ),
        pytest.param(
            lambda make: make(wire=wire(REFUSED, mailbox="test")),
            UnknownFact,
            "no answer on TCP 80: connection refused; next step: check that the service runs",
            id="no-answer",
        ),
        pytest.param(
            lambda make: make(wire=with_mailbox(Unknown("no Kerberos ticket", "run kinit"))),
            UnknownFact,
            "no Kerberos ticket; next step: run kinit",
            id="no-ticket",
        ),
    ),
)
def test_no_dav_log_on(make_server, server, error, reason):
    with pytest.raises(error) as caught:
        _ = Web(server(make_server)).dav_log_on_works
    assert (type(caught.value), str(caught.value)) == (error, reason)


OPTIONS = "OPTIONS http://10.0.0.5:80/Exchange/:"
VERSIONS = answer(200, reason="OK", headers={"ms-asprotocolversions": "1.0,2.0,2.1,2.5"})


@pytest.mark.parametrize(
    ("mailbox", "anonymous", "logged_on", "complies", "found"),
    (
        pytest.param(
            "test",
            answer(401, None, "Basic"),
            VERSIONS,
            True,
            f"ActiveSync answers: logged on {OPTIONS} 200 OK, MS-ASProtocolVersions 1.0,2.0,2.1,2.5",
            id="both",
        ),
        pytest.param(
            None,
            answer(401, None, "Basic"),
            None,
            True,
            f"ActiveSync answers: {OPTIONS} 401 (Basic); with a log-on it was not asked: the inventory names no "
            "test_mailbox for it",
            id="no-mailbox",
        ),
        pytest.param(
            "test",
            answer(200, reason="OK"),
            None,
            False,
            f"ActiveSync does not answer as it should: {OPTIONS} 200 OK; demanded: 401 without a log-on",
            id="open",
        ),
        pytest.param(
            "test",
            answer(401, None, "Basic"),
            answer(200, reason="OK"),
            False,
            f"ActiveSync does not answer as it should: logged on {OPTIONS} 200 OK, MS-ASProtocolVersions is missing; "
            "demanded: 200 with MS-ASProtocolVersions",
            id="no-versions",
        ),
        pytest.param(
            "test",
            answer(401, None, "Basic"),
            answer(500, reason="Internal Server Error", headers={"ms-asprotocolversions": "2.5"}),
            False,
            f"ActiveSync does not answer as it should: logged on {OPTIONS} 500 Internal Server Error, MS-ASProtocolVersions "
            "2.5; demanded: 200 with MS-ASProtocolVersions",
            id="error",
        ),
    ),
)
def test_activesync(make_server, mailbox, anonymous, logged_on, complies, found):
    others = {"activesync_logged_on": logged_on} if logged_on else {}
    seen = wire(mailbox=mailbox, activesync=anonymous, **others)
    reading = Web(make_server(Role.STANDALONE, wire=seen)).activesync_answers
    assert (bool(reading), reading.found) == (complies, found)


@pytest.mark.parametrize(
    ("question", "answers", "reason"),
    (
        pytest.param("activesync_answers", {"activesync": REFUSED}, REFUSED.reason, id="activesync-refused"),
        pytest.param(
            "activesync_answers",
            {"activesync": answer(401, None, "Basic"), "activesync_logged_on": Unknown("TLS failed", "look")},
            "TLS failed",
            id="activesync-not-logged-on",
        ),
        pytest.param(
            "activesync_answers",
            {"activesync": answer(401, None, "Basic"), "activesync_logged_on": answer(401, None, "Basic")},
            f"ActiveSync rejected the test mailbox's log-on: {OPTIONS} 401 (Basic)",
            id="activesync-log-on-rejected",
        ),
        pytest.param("oma_answers", {"oma": REFUSED}, REFUSED.reason, id="oma-refused"),
        pytest.param("oma_answers", {}, "GET of OMA was not asked", id="oma-not-asked"),
    ),
)
def test_mobile_services_that_did_not_answer_are_unknown(make_server, question, answers, reason):
    with pytest.raises(UnknownFact) as caught:
        getattr(Web(make_server(Role.STANDALONE, wire=wire(mailbox="test", **answers))), question)
    assert caught.value.unknown.reason == reason


@pytest.mark.parametrize(
    ("given", "complies"),
    (
        pytest.param(answer(401, None, "Basic"), True, id="401"),
        pytest.param(answer(200, reason="OK"), True, id="200"),
        pytest.param(SSL, False, id="403"),
        pytest.param(answer(500, reason="Internal Server Error"), False, id="500"),
        pytest.param(answer(404, reason="Not Found"), False, id="404"),
    ),
)
def test_oma(make_server, given, complies):
    reading = Web(make_server(Role.STANDALONE, wire=wire(oma=given))).oma_answers
    does, demanded = ("answers", "") if complies else ("does not answer as it should", "; demanded: 401 or 200")
    assert (bool(reading), reading.found) == (
        complies,
        f"OMA {does}: GET http://10.0.0.5:80/Exchange/: {given}{demanded}",
    )


EXCHANGE = "/LM/W3SVC/1/ROOT/Exchange"
RESTART = "demanded: the same; a change is not in effect yet, restart the IIS Admin service (the article's step 23)"
SIX = f"AuthFlags is 6 (AuthBasic | AuthNTLM), set on {EXCHANGE}, NTAuthenticationProviders negotiate,ntlm"
GET = "GET http://10.0.0.5:80/Exchange/:"
FORMS = 'AuthFlags="AuthBasic" DefaultLogonDomain="\\"'
MIXED = 'AuthFlags="AuthBasic | AuthNTLM" DefaultLogonDomain="\\"'
FORMS_SAY_ON = (
    f"the article's traces say on (AuthFlags is 2 (AuthBasic), set on {EXCHANGE}, and DefaultLogonDomain is "
    f'"\\", set on {EXCHANGE})'
)


@pytest.mark.parametrize(
    ("attributes", "given", "found"),
    (
        pytest.param(
            BASIC,
            CHALLENGE,
            f"the wire shows {URL} 401 (Negotiate, NTLM, Basic), as the configuration says: 401 (basic, negotiate, ntlm), "
            f"because {SIX}",
            id="401",
        ),
        pytest.param(
            f'{BASIC} AccessSSLFlags="AccessSSL"',
            SSL,
            f"the wire shows {URL} 403.4 Forbidden, as the configuration says: 403.4, because AccessSSLFlags is 8 "
            f"(AccessSSL), set on {EXCHANGE}",
            id="403.4",
        ),
        pytest.param(
            BASIC,
            SSL,
            f"the wire shows {GET} 403.4 Forbidden, but the configuration says 401 (basic, negotiate, ntlm), because {SIX}; "
            f"{RESTART}",
            id="ssl-is-off-but-still-in-effect",
        ),
        pytest.param(
            f'{BASIC} AccessSSLFlags="AccessSSL"',
            CHALLENGE,
            f"the wire shows {GET} 401 (Negotiate, NTLM, Basic), but the configuration says 403.4, because AccessSSLFlags is "
            f"8 (AccessSSL), set on {EXCHANGE}; {RESTART}",
            id="ssl-is-on-but-not-yet-in-effect",
        ),
        pytest.param(
            BASIC,
            REJECTED,
            f"the wire shows {GET} 403.6 Forbidden, but the configuration says 401 (basic, negotiate, ntlm), because {SIX}; "
            f"{RESTART}",
            id="an-address-restriction-still-in-effect",
        ),
        pytest.param(
            f'{BASIC} NTAuthenticationProviders="NTLM"',
            CHALLENGE,
            f"the wire shows {GET} 401 (Negotiate, NTLM, Basic), but the configuration says 401 (basic, ntlm), because "
            f"AuthFlags is 6 (AuthBasic | AuthNTLM), set on {EXCHANGE}, NTAuthenticationProviders ntlm; {RESTART}",
            id="other-schemes",
        ),
        pytest.param(
            f'{BASIC} HttpRedirect="https://mail/exchange"',
            answer(302, location="https://mail/exchange"),
            f"the wire shows {URL} 302 to https://mail/exchange, as the configuration says: 302, because /Exchange (web site "
            f'1) is redirected: HttpRedirect is "https://mail/exchange", set on {EXCHANGE}; demanded: no redirect',
            id="redirect",
        ),
        pytest.param(
            FORMS,
            FORM_ANSWER,
            f"the wire shows {URL} 302 to {FORM}, as the configuration says: the form (302 to owalogon.asp, 440), because "
            f"{FORMS_SAY_ON}",
            id="form",
        ),
        pytest.param(
            FORMS,
            answer(401, None, "Basic"),
            f"the wire shows {GET} 401 (Basic), but the configuration says the form (302 to owalogon.asp, 440), because "
            f"{FORMS_SAY_ON}; {RESTART}",
            id="form-not-yet-in-effect",
        ),
        pytest.param(
            BASIC,
            FORM_ANSWER,
            f"the wire shows {GET} 302 to {FORM}, but the configuration says 401 (basic, negotiate, ntlm), because {SIX}; "
            f"{RESTART}",
            id="form-still-in-effect",
        ),
        pytest.param(
            MIXED,
            FORM_ANSWER,
            f"the wire shows {URL} 302 to {FORM}, as the configuration says: 401 (basic, negotiate, ntlm), or the form, "
            f"because {SIX}",
            id="mixed-traces-and-the-form",
        ),
        pytest.param(
            MIXED,
            CHALLENGE,
            f"the wire shows {URL} 401 (Negotiate, NTLM, Basic), as the configuration says: 401 (basic, negotiate, ntlm), or "
            f"the form, because {SIX}",
            id="mixed-traces-and-401",
        ),
        pytest.param(
            'AuthFlags="AuthAnonymous | AuthNTLM"',
            answer(200, reason="OK"),
            f"the wire shows {URL} 200 OK, as the configuration says: 200, because AuthFlags is 5 (AuthAnonymous | AuthNTLM), "
            f"set on {EXCHANGE}, NTAuthenticationProviders negotiate,ntlm",
            id="anonymous",
        ),
        pytest.param(
            'AuthFlags="AuthAnonymous | AuthNTLM"',
            MULTISTATUS,
            f"the wire shows {URL} 207 Multi-Status, as the configuration says: 200, because AuthFlags is 5 (AuthAnonymous | "
            f"AuthNTLM), set on {EXCHANGE}, NTAuthenticationProviders negotiate,ntlm",
            id="anonymous-dav",
        ),
    ),
)
def test_agrees_with_configuration(make_server, attributes, given, found):
    server = make_server(metabase=metabase({"Exchange": attributes}), wire=wire(given))
    reading = Web(server).agrees_with_configuration
    assert (reading.found, bool(reading)) == (found, "but the configuration" not in found)


def restricted(entry):
    """Give /Exchange with one address let in, as WMI shows it."""
    restrictions = IPRestrictions(grant_by_default=False, ip_grant=(parse_ip_entry(entry),))
    keys = (
        ViewedKey("/LM/W3SVC/1", "IIsWebServer", {}),
        ViewedKey(EXCHANGE, "IIsWebVirtualDir", {"IPSecurity": restrictions}),
    )
    return MetabaseView({key.location.lower(): key for key in keys})


def test_an_address_that_is_kept_out_is_predicted(make_server):
    server = make_server(metabase=restricted("10.0.0.5"), wire=wire(REJECTED))
    assert Web(server).agrees_with_configuration.found == (
        f"the wire shows {URL} 403.6 Forbidden, as the configuration says: 403.6, because GrantByDefault FALSE, IPGrant "
        "10.0.0.5 keeps 192.0.2.9 out"
    )


@pytest.mark.parametrize(
    ("facts", "error", "reason"),
    (
        pytest.param(
            {"wire": wire(REFUSED)},
            Blocked,
            "the web site does not answer from here (no answer on TCP 80: connection refused), which KB817379-61 judges",
            id="refused",
        ),
        pytest.param(
            {"wire": wire(answer(503, reason="Service Unavailable"))},
            Blocked,
            f"{GET} 503 Service Unavailable is explained by no setting of /Exchange (web site 1), which KB817379-61 judges",
            id="unavailable",
        ),
        pytest.param(
            {"role": Role.FRONT_END, "wire": wire(answer(503, reason="Service Unavailable"))},
            UnknownFact,
            f"{GET} 503 Service Unavailable is explained by no setting of /Exchange (web site 1); next step: look at the "
            "System log of the server (source W3SVC), and ask it by a browser",
            id="unavailable-on-a-front-end",
        ),
        pytest.param(
            {"wire": wire(CHALLENGE), "metabase": metabase({})},
            Blocked,
            "/Exchange does not exist, which KB817379-01 judges",
            id="no-vdir",
        ),
        pytest.param(
            {"wire": wire(REJECTED, source=None), "metabase": restricted("10.0.0.5")},
            UnknownFact,
            "whether /Exchange (web site 1) lets this machine in is not known: GrantByDefault FALSE, IPGrant 10.0.0.5; next "
            "step: ask from a machine with an IPv4 address, and without domain names in the restrictions",
            id="own-address-not-known",
        ),
    ),
)
def test_no_agreement_to_judge(make_server, facts, error, reason):
    with pytest.raises(error) as caught:
        _ = Web(make_server(**facts)).agrees_with_configuration
    assert (type(caught.value), str(caught.value)) == (error, reason)


def test_a_front_end_is_judged_on_its_own_exchange(make_server):
    server = make_server(
        Role.FRONT_END,
        registry=registry(OMA_VALUE),
        metabase=metabase({"Exchange": f'{BASIC} AccessSSLFlags="AccessSSL"'}),
        wire=wire(SSL),
    )
    assert Web(server).agrees_with_configuration.value


ON_SITE_1 = SharePoint(installed=True, extended_sites=(1,))


@pytest.mark.parametrize(
    ("seen", "complies", "found"),
    (
        pytest.param(
            wire(answer(404, reason="Not Found")),
            False,
            f"SharePoint Services on the web site of /Exchange (web site 1) take a path of Exchange: {GET} 404 Not Found; "
            "demanded: an exclusion among their managed paths",
            id="404",
        ),
        pytest.param(
            lambda: with_mailbox(MULTISTATUS),
            True,
            f"SharePoint Services leave /Exchange (web site 1) alone: {URL} 207 Multi-Status; what was not asked does not "
            "show",
            id="207",
        ),
        pytest.param(
            wire(CHALLENGE, oma=answer(404, reason="Not Found")),
            False,
            f"SharePoint Services on the web site of /Exchange (web site 1) take a path of Exchange: {GET} 404 Not Found; "
            "demanded: an exclusion among their managed paths",
            id="404-of-oma",
        ),
    ),
)
def test_sharepoint(make_server, seen, complies, found):
    server = make_server(sharepoint=ON_SITE_1, wire=seen if isinstance(seen, Wire) else seen())
    reading = SharePointBeside(server).leaves_exchange_alone
    assert (bool(reading), reading.found) == (complies, found)


NOT_KNOWN = (
    "whether SharePoint Services on web site 1 leave /Exchange (web site 1) alone is not known: stsadm 2.0 cannot list "
    "excluded paths, and nothing on the wire proves it; next step: look at Define managed paths in SharePoint Central "
    "Administration, or give a test_mailbox"
)


@pytest.mark.parametrize(
    ("facts", "error", "reason"),
    (
        pytest.param(
            {"sharepoint": SharePoint(installed=False)},
            Moot,
            "Windows SharePoint Services are not installed",
            id="none",
        ),
        pytest.param(
            {"sharepoint": SharePoint(installed=True, extended_sites=(2, 3))},
            Moot,
            "Windows SharePoint Services extend web site 2, 3, and /Exchange (web site 1) is on another",
            id="another-site",
        ),
        pytest.param({"sharepoint": Unknown("denied", "ask")}, UnknownFact, "denied; next step: ask", id="not-read"),
        pytest.param(
            {"sharepoint": SharePoint(installed=True, extended_sites=Unknown("sites denied", "ask"))},
            UnknownFact,
            "sites denied; next step: ask",
            id="sites-not-read",
        ),
        pytest.param(
            {"sharepoint": ON_SITE_1, "wire": wire(CHALLENGE)}, UnknownFact, NOT_KNOWN, id="401-proves-nothing"
        ),
        pytest.param({"sharepoint": ON_SITE_1}, UnknownFact, NOT_KNOWN, id="no-wire"),
        pytest.param(
            lambda: {"sharepoint": ON_SITE_1, "wire": with_mailbox(answer(404, reason="Not Found"))},
            UnknownFact,
            NOT_KNOWN,
            id="a-mailbox-that-is-not-there-proves-nothing",
        ),
    ),
)
def test_sharepoint_is_not_judged(make_server, facts, error, reason):
    with pytest.raises(error) as caught:
        _ = SharePointBeside(make_server(**(facts() if callable(facts) else facts))).leaves_exchange_alone
    assert (type(caught.value), str(caught.value)) == (error, reason)
