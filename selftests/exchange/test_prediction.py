"""What IIS answers by its configuration, against the wire (the article's step 23): messages asserted exactly."""

import pytest

from exgate.exchange import Blocked, Web
from exgate.facts.ip_restrictions import IPRestrictions, parse_ip_entry
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.role import Role
from exgate.facts.unknown import UnknownFact

from .conftest import BASIC, OMA_VALUE, metabase, registry
from .wires import CHALLENGE, FORM, FORM_ANSWER, GET, MULTISTATUS, PROPFIND, REFUSED, REJECTED, SSL, answer, wire

EXCHANGE = "/LM/W3SVC/1/ROOT/Exchange"
RESTART = "demanded: the same; a change is not in effect yet, restart the IIS Admin service (the article's step 23)"
SIX = f"AuthFlags is 6 (AuthBasic | AuthNTLM), set on {EXCHANGE}, NTAuthenticationProviders negotiate,ntlm"
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
            f"the wire shows {PROPFIND} 401 (Negotiate, NTLM, Basic), as the configuration says: 401 (basic, negotiate, ntlm), "
            f"because {SIX}",
            id="401",
        ),
        pytest.param(
            f'{BASIC} AccessSSLFlags="AccessSSL"',
            SSL,
            f"the wire shows {PROPFIND} 403.4 Forbidden, as the configuration says: 403.4, because AccessSSLFlags is 8 "
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
            f"the wire shows {PROPFIND} 302 to https://mail/exchange, as the configuration says: 302, because /Exchange (web site "
            f'1) is redirected: HttpRedirect is "https://mail/exchange", set on {EXCHANGE}; demanded: no redirect',
            id="redirect",
        ),
        pytest.param(
            FORMS,
            FORM_ANSWER,
            f"the wire shows {PROPFIND} 302 to {FORM}, as the configuration says: the form (302 to owalogon.asp, 440), because "
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
            f"the wire shows {PROPFIND} 302 to {FORM}, as the configuration says: 401 (basic, negotiate, ntlm), or the form, "
            f"because {SIX}",
            id="mixed-traces-and-the-form",
        ),
        pytest.param(
            MIXED,
            CHALLENGE,
            f"the wire shows {PROPFIND} 401 (Negotiate, NTLM, Basic), as the configuration says: 401 (basic, negotiate, ntlm), or "
            f"the form, because {SIX}",
            id="mixed-traces-and-401",
        ),
        pytest.param(
            'AuthFlags="AuthAnonymous | AuthNTLM"',
            answer(200, reason="OK"),
            f"the wire shows {PROPFIND} 200 OK, as the configuration says: 200, because AuthFlags is 5 (AuthAnonymous | AuthNTLM), "
            f"set on {EXCHANGE}, NTAuthenticationProviders negotiate,ntlm",
            id="anonymous",
        ),
        pytest.param(
            'AuthFlags="AuthAnonymous | AuthNTLM"',
            MULTISTATUS,
            f"the wire shows {PROPFIND} 207 Multi-Status, as the configuration says: 200, because AuthFlags is 5 (AuthAnonymous | "
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
        f"the wire shows {PROPFIND} 403.6 Forbidden, as the configuration says: 403.6, because GrantByDefault FALSE, IPGrant "
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
