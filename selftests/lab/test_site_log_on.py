"""Logging on to the web sites, with clients of other people's making and by hand."""

from __future__ import annotations

import base64

import pytest
import spnego
from requests.auth import HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth

PASSWORD = "p@ss/w#rd? 100%ü"
MAILBOX = "/Exchange/exgate/"


def counted(lab, name):
    record = lab.record(name)
    return record["site_logon_attempts"], record["site_logons_accepted"], record["logon_attempts"]


def propfind(http, url, **options):
    return http.request("PROPFIND", url, headers={"Depth": "0"}, timeout=10, **options)


@pytest.mark.parametrize(
    ("server", "path"),
    (
        pytest.param("be01", MAILBOX, id="negotiate-and-ntlm"),
        pytest.param("drift-04-ntlm-only", MAILBOX, id="ntlm-only"),
        pytest.param("sp01", "/exchange/exgate@lab.example/", id="by-address"),
    ),
)
def test_requests_ntlm_opens_the_mailbox(http, lab, server, path):
    auth = HttpNtlmAuth(lab.info["user"], PASSWORD)
    answer = propfind(http, lab.site(server, path), auth=auth)
    assert (answer.status_code, answer.headers["MS-WebStorage"]) == (207, "6.5.7638")
    assert counted(lab, server) == (1, 1, 0)


def test_requests_ntlm_over_https(http, lab):
    place = lab.server("drift-02-ssl-on-root")
    url = f"https://{place['address']}:{place['site_https_port']}{MAILBOX}"
    answer = propfind(http, url, auth=HttpNtlmAuth(lab.info["user"], PASSWORD), verify=lab.info["ca"])
    assert answer.status_code == 207


@pytest.mark.parametrize(
    ("server", "user", "password"),
    (
        pytest.param("be01", "LAB\\exgate", "wrong", id="wrong-password"),
        pytest.param("be01", "LAB\\nobody", PASSWORD, id="wrong-user"),
        pytest.param("locked-out", "LAB\\exgate", PASSWORD, id="locked-out"),
    ),
)
def test_a_rejected_log_on_is_one_attempt(http, lab, server, user, password):
    answer = propfind(http, lab.site(server, MAILBOX), auth=HttpNtlmAuth(user, password))
    assert answer.status_code == 401
    assert answer.raw.headers.getlist("WWW-Authenticate")[:2] == ["Negotiate", "NTLM"]
    assert counted(lab, server) == (1, 0, 0)


@pytest.mark.parametrize(
    ("scheme", "protocol", "status"),
    (
        pytest.param("Negotiate", "negotiate", 207, id="spnego"),
        pytest.param("Negotiate", "ntlm", 207, id="raw-ntlm-in-negotiate"),
        pytest.param("NTLM", "ntlm", 207, id="ntlm"),
        pytest.param("NTLM", "negotiate", 401, id="spnego-in-ntlm"),
    ),
)
def test_handshakes(http, lab, scheme, protocol, status):
    options = spnego.NegotiateOptions.use_ntlm
    if protocol == "negotiate":
        options |= spnego.NegotiateOptions.use_negotiate
    client = spnego.client(
        lab.info["user"], PASSWORD, hostname="be01", service="HTTP", protocol=protocol, options=options
    )
    token, statuses = client.step(), []
    while token:
        headers = {"Authorization": f"{scheme} {base64.b64encode(token).decode()}", "Depth": "0"}
        answer = http.request("PROPFIND", lab.site("be01", MAILBOX), headers=headers, timeout=10)
        statuses.append(answer.status_code)
        offered, _, challenge = answer.headers.get("WWW-Authenticate", "").partition(" ")
        if offered != scheme:
            break
        token = client.step(base64.b64decode(challenge))
    assert statuses == ([401, 207] if status == 207 else [401])
    assert counted(lab, "be01")[1] == (status == 207)


@pytest.mark.parametrize(
    ("server", "path", "scheme"),
    (
        pytest.param("drift-04-ntlm-only", MAILBOX, "Negotiate", id="negotiate-is-not-offered"),
        pytest.param("be01", "/Microsoft-Server-ActiveSync", "NTLM", id="basic-only"),
        pytest.param("be01", "/Exadmin/", "Basic", id="integrated-only"),
        pytest.param("be01", MAILBOX, "Digest", id="unknown"),
    ),
)
def test_a_scheme_that_is_not_offered_is_not_tried(ask, lab, server, path, scheme):
    answer, _ = ask(server, path, headers={"Authorization": f"{scheme} TlRMTVNTUAABAAAA"})
    assert answer.status == 401
    assert counted(lab, server) == (0, 0, 0)


@pytest.mark.parametrize(
    "token",
    (
        pytest.param("?", id="no-base64"),
        pytest.param("", id="empty"),
        pytest.param("TlRMTVNTUAA=", id="cut"),
        pytest.param("ü", id="no-ascii"),
    ),
)
@pytest.mark.parametrize("scheme", ("NTLM", "Negotiate"))
def test_a_broken_token_is_refused(ask, lab, scheme, token):
    answer, _ = ask("be01", MAILBOX, headers={"Authorization": f"{scheme} {token}".encode()})
    assert (answer.status, answer.headers.get_all("WWW-Authenticate")[0]) == (401, "Negotiate")
    assert counted(lab, "be01") == (0, 0, 0)


@pytest.mark.parametrize(
    ("credentials", "status"),
    (
        pytest.param(f"LAB\\exgate:{PASSWORD}".encode(), 207, id="utf-8"),
        pytest.param(f"LAB\\exgate:{PASSWORD}".encode("latin-1"), 207, id="latin-1"),
        pytest.param(f"exgate:{PASSWORD}".encode(), 207, id="user-alone"),
        pytest.param(f"exgate@lab.example:{PASSWORD}".encode(), 207, id="user-at-domain"),
        pytest.param(f"OTHER\\exgate:{PASSWORD}".encode(), 401, id="other-domain"),
        pytest.param(b"LAB\\exgate:wrong", 401, id="wrong-password"),
    ),
)
def test_basic(http, lab, credentials, status):
    answer = propfind(http, lab.site("be01", MAILBOX), auth=HTTPBasicAuth(*credentials.split(b":", 1)))
    assert answer.status_code == status
    assert counted(lab, "be01") == (1, int(status == 207), 0)


def test_basic_credentials_that_are_no_ascii(ask):
    assert ask("be01", MAILBOX, headers={"Authorization": "Basic ü".encode()})[0].status == 401


def test_ntlm_logs_on_the_connection_and_basic_does_not(http, lab, basic):
    url = lab.site("be01", MAILBOX)
    assert propfind(http, url, auth=HttpNtlmAuth(lab.info["user"], PASSWORD)).status_code == 207
    assert propfind(http, url).status_code == 207
    assert http.get(lab.site("be01", "/oma"), timeout=10).status_code == 401
    http.close()
    assert propfind(http, url).status_code == 401
    assert http.get(lab.site("be01", "/oma"), headers=basic, timeout=10).status_code == 200
    assert http.get(lab.site("be01", "/oma"), timeout=10).status_code == 401


@pytest.mark.parametrize(
    ("server", "path", "status"),
    (
        pytest.param("sa01", "/exchange-oma/exgate/", 403, id="address"),
        pytest.param("drift-02-ssl-on-root", MAILBOX, 403, id="ssl"),
        pytest.param("drift-06-redirect-on-root", MAILBOX, 302, id="redirect"),
        pytest.param("drift-03-forms-based-authentication", MAILBOX, 440, id="forms-ignore-the-header"),
    ),
)
def test_credentials_change_nothing_before_authentication(ask, lab, basic, *, server, path, status):
    answer, _ = ask(server, path, method="PROPFIND", headers=basic | {"Depth": "0"})
    assert answer.status == status
    assert counted(lab, server) == (0, 0, 0)


def test_the_server_itself_opens_a_mailbox_on_its_secondary_vdir(ask, basic):
    headers = basic | {"Depth": "0"}
    answer, _ = ask("sa01", "/exchange-oma/exgate/", method="PROPFIND", headers=headers, source="127.81.7.21")
    assert answer.status == 207


def test_the_store_lets_nobody_in_without_a_name(ask):
    answer, _ = ask("drift-14-anonymous", "/exchange-oma/exgate/", method="PROPFIND", source="127.81.7.44")
    assert answer.status == 401
