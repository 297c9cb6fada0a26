"""The wire against the article: messages asserted exactly."""

from ipaddress import IPv4Address

import pytest

from exgate.exchange import Blocked, Moot, Web
from exgate.facts.role import Role
from exgate.facts.unknown import Unknown, UnknownFact

from .conftest import BASIC, OMA_VALUE, metabase, registry
from .wires import (
    CHALLENGE,
    FORM_ANSWER,
    LOOPBACK,
    MULTISTATUS,
    OWN,
    PROPFIND,
    REFUSED,
    REJECTED,
    RUNNER,
    SSL,
    answer,
    wire,
    with_mailbox,
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


@pytest.mark.parametrize(
    ("given", "complies", "found"),
    (
        pytest.param(MULTISTATUS, True, f"works: {PROPFIND} 207 Multi-Status", id="207"),
        pytest.param(
            answer(207, reason="Multi-Status"),
            False,
            f"does not work: {PROPFIND} 207 Multi-Status; demanded: 207 Multi-Status",
            id="207-without-its-body",
        ),
        pytest.param(
            CHALLENGE,
            False,
            f"does not work: {PROPFIND} 401 (Negotiate, NTLM, Basic) (the log-on was rejected); demanded: 207 Multi-Status",
            id="rejected",
        ),
        pytest.param(
            answer(404, reason="Not Found"),
            False,
            f"does not work: {PROPFIND} 404 Not Found; demanded: 207 Multi-Status",
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
            lambda make: make(wire=wire(CHALLENGE)),
            Moot,
            "no test_mailbox was named for it when it was asked",
            id="no-mailbox",
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
            f"ActiveSync answers: {OPTIONS} 401 (Basic); with a log-on it was not asked: no test_mailbox "
            "was named for it when it was asked",
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
