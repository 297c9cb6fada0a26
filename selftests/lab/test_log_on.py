from __future__ import annotations

import base64
import os
import socket
from pathlib import Path

import pytest
from defusedxml import ElementTree as SafeElementTree
from requests.auth import HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth
from winrm.exceptions import InvalidCredentialsError, WSManFaultError

from exgate.lab.ntlm import Account, LogOn, LogOnRejectedError, SealError, offer_account

IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>'
    '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>'
)
SOAP_TYPE = {"Content-Type": "application/soap+xml;charset=UTF-8"}
PASSWORD = "p@ss/w#rd? 100%ü"
QUERY = "select Name from Win32_OperatingSystem"


def counted(lab, name, *keys):
    record = lab.record(name)
    return tuple(record[key] for key in keys)


def test_a_sealed_log_on_is_three_requests_on_one_connection(lab, client):
    client.enumerate(QUERY)
    client.enumerate(QUERY)
    keys = ("connections", "requests", "logon_attempts", "logons_accepted", "messages")
    assert counted(lab, "be01", *keys) == (1, 5, 1, 1, 2)


def test_plain_soap_over_https(lab, connect):
    connect(https=True).enumerate(QUERY)
    assert counted(lab, "be01", "logons_accepted", "messages") == (1, 1)


def test_sealed_soap_over_https(lab, connect):
    connect(https=True, message_encryption="always").enumerate(QUERY)
    assert counted(lab, "be01", "logons_accepted", "messages") == (1, 1)


def test_the_certificate_is_the_lab_authority_only(http, lab):
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        http.post(lab.url("be01", https=True), timeout=10)


@pytest.mark.parametrize(
    ("server", "password"),
    (pytest.param("be01", "wrong", id="wrong-password"), pytest.param("locked-out", None, id="locked-out")),
)
def test_a_rejected_log_on_is_one_attempt(lab, connect, password, server):
    options = {"password": password} if password else {}
    with pytest.raises(InvalidCredentialsError):
        connect(server, **options).enumerate(QUERY)
    assert counted(lab, server, "logon_attempts", "logons_accepted", "messages") == (1, 0, 0)


def test_plain_soap_over_http_is_refused_unread(lab, connect):
    with pytest.raises(WSManFaultError) as caught:
        connect(message_encryption="never").enumerate(QUERY)
    assert caught.value.wsman_fault_code == 5
    assert counted(lab, "be01", "logons_accepted", "messages") == (1, 0)


def test_the_offer_over_http(http, lab):
    answer = http.post(lab.url("be01"), timeout=10)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Negotiate")


def test_the_offer_over_https(http, lab):
    answer = http.post(lab.url("be01", https=True), verify=lab.info["ca"], timeout=10)
    assert answer.raw.headers.getlist("WWW-Authenticate") == ["Negotiate", 'Basic realm="WSMAN"']


@pytest.mark.parametrize(
    ("method", "path"), (pytest.param("GET", "/wsman", id="get"), pytest.param("POST", "/other", id="other-path"))
)
def test_anything_else_is_not_found(http, lab, method, path):
    url = lab.url("be01").replace("/wsman", path)
    assert http.request(method, url, timeout=10).status_code == 404


def test_basic_over_http_is_not_even_tried(http, lab, password):
    auth = HTTPBasicAuth(lab.info["user"], password.encode())
    answer = http.post(lab.url("be01"), data=IDENTIFY, headers=SOAP_TYPE, auth=auth, timeout=10)
    assert answer.status_code == 401
    assert counted(lab, "be01", "logon_attempts", "messages") == (0, 0)


@pytest.mark.parametrize(
    ("credentials", "status"),
    (
        pytest.param(f"LAB\\exgate:{PASSWORD}".encode(), 200, id="utf-8"),
        pytest.param(f"LAB\\exgate:{PASSWORD}".encode("latin-1"), 200, id="latin-1"),
        pytest.param(f"exgate:{PASSWORD}".encode(), 200, id="user-alone"),
        pytest.param(f"OTHER\\exgate:{PASSWORD}".encode(), 401, id="other-domain"),
        pytest.param(b"LAB\\exgate:wrong", 401, id="wrong-password"),
    ),
)
def test_basic_where_unencrypted_is_allowed(http, open_lab, credentials, status):
    auth = HTTPBasicAuth(*credentials.split(b":", 1))
    answer = http.post(open_lab.url("be01"), data=IDENTIFY, headers=SOAP_TYPE, auth=auth, timeout=10)
    assert answer.status_code == status
    assert counted(open_lab, "be01", "logon_attempts", "logons_accepted") == (1, int(status == 200))


def test_a_broken_basic_header_is_refused(http, open_lab):
    answer = http.post(open_lab.url("be01"), headers={"Authorization": "Basic ?"}, timeout=10)
    assert answer.status_code == 401


def test_the_log_on_belongs_to_the_connection(http, lab, password):
    auth = HttpNtlmAuth(lab.info["user"], password)
    url = lab.url("be01")
    assert http.post(url, auth=auth, timeout=10).status_code == 200
    assert http.post(url, timeout=10).status_code == 200
    http.close()
    assert http.post(url, timeout=10).status_code == 401


def test_identify_needs_no_log_on_with_its_header(http, lab):
    headers = SOAP_TYPE | {"WSMANIDENTIFY": "unauthenticated"}
    answer = http.post(lab.url("be01"), data=IDENTIFY, headers=headers, timeout=10)
    envelope = SafeElementTree.fromstring(answer.content)
    namespace = "{http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd}"
    assert envelope.findtext(f".//{namespace}ProductVersion") == "OS: 0.0.0 SP: 0.0 Stack: 2.0"
    assert counted(lab, "be01", "logon_attempts", "messages") == (0, 1)


@pytest.mark.parametrize(
    "token",
    (
        pytest.param(b"", id="empty"),
        pytest.param(b"garbage", id="garbage"),
        pytest.param(b"NTLMSSP\x00", id="cut-ntlm"),
        pytest.param(b"NTLMSSP\x00\x03\x00\x00\x00" + b"\xff" * 80, id="authenticate-first"),
        pytest.param(b"\x60\x10\x06\x06\x2b\x06\x01\x05\x05\x02", id="cut-spnego"),
    ),
)
def test_a_broken_token_is_refused(http, lab, token):
    headers = {"Authorization": f"Negotiate {base64.b64encode(token).decode()}"}
    answer = http.post(lab.url("be01"), headers=headers, timeout=10)
    assert answer.status_code == 401
    assert counted(lab, "be01", "logons_accepted") == (0,)


@pytest.mark.parametrize(
    "body",
    (
        pytest.param(b"", id="empty"),
        pytest.param(b"<s:Envelope/>", id="not-sealed"),
        pytest.param(
            b"--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n--Encrypted Boundary\r\n"
            b"\tContent-Type: application/octet-stream\r\n\x10\x00\x00\x00"
            + b"\x00" * 20
            + b"--Encrypted Boundary--\r\n",
            id="forged-signature",
        ),
    ),
)
def test_a_tampered_message_is_no_message(client, lab, body):
    client.enumerate(QUERY)
    protocol = client.protocol
    response = protocol.transport.session.post(
        lab.url("be01"),
        data=body,
        headers={"Content-Type": 'multipart/encrypted;protocol="x";boundary="Encrypted Boundary"'},
        timeout=10,
    )
    assert response.status_code == (200 if not body else 400)
    assert counted(lab, "be01", "messages") == (1,)


def test_half_a_request_does_no_harm(lab, client):
    server = lab.server("be01")
    with socket.create_connection((server["address"], server["port"]), timeout=10) as connection:
        connection.sendall(b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    client.enumerate(QUERY)
    assert counted(lab, "be01", "messages") == (1,)


@pytest.mark.parametrize("password", ("", "with:colon", "two\nlines", "two\x0blines"))
def test_passwords_that_the_user_file_cannot_hold(password):
    with pytest.raises(ValueError, match="one line without a colon"):
        Account("LAB", "exgate", password)


def test_an_account_does_not_show_its_password():
    assert repr(Account("LAB", "exgate", "secret")) == "Account('LAB\\\\exgate')"


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory")
def test_the_user_file_is_on_no_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("NTLM_USER_FILE", "")
    offer_account(Account("LAB", "exgate", "pä ss"), tmp_path)
    assert Path(os.environ["NTLM_USER_FILE"]).read_text(encoding="utf-8") == "LAB:exgate:pä ss\n"
    assert list(tmp_path.iterdir()) == []


def test_the_user_file_on_a_disk_is_the_owner_own(tmp_path, monkeypatch):
    monkeypatch.setenv("NTLM_USER_FILE", "")
    monkeypatch.delattr(os, "memfd_create", raising=False)
    offer_account(Account("LAB", "exgate", "pä ss"), tmp_path)
    store = tmp_path / "ntlm-users"
    assert store.read_text(encoding="utf-8") == "LAB:exgate:pä ss\n"
    assert store.stat().st_mode & 0o777 in {0o600, 0o666}  # Windows has no such modes


def test_nobody_logged_on_cannot_seal(tmp_path, monkeypatch):
    monkeypatch.setenv("NTLM_USER_FILE", "")
    offer_account(Account("LAB", "exgate", "x"), tmp_path)
    log_on = LogOn(Account("LAB", "exgate", "x"), "BE01")
    with pytest.raises(SealError, match="nobody is logged on"):
        log_on.seal(b"x")
    with pytest.raises(LogOnRejectedError):
        log_on.step(b"garbage")
