"""Certificates: the ones that are trusted, and whose word on that counts."""

import socket
import ssl

import pytest
from cryptography.hazmat.primitives import serialization

from exgate.lab.soap import identify_response
from exgate.wsman import names
from exgate.wsman.errors import (
    ConnectError,
    LogOnRejectedError,
    NotWsmanError,
    TimeOutError,
    TlsError,
)

IDENTIFIED = ("200 OK", identify_response(names.IDENTITY, "OS: 5.2.3790 SP: 2.0 Stack: 2.0"))
PROFILE = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
NEGOTIATE = "WWW-Authenticate: Negotiate"


HANDSHAKE = ("handshake failed: wrong version number", "handshake failed: record layer failure")
"""What OpenSSL says of a plain answer, before and since its version 3.2."""


@pytest.mark.parametrize("transport", ("ntlm", "basic"))
def test_tls_to_a_plain_port(peer, refused, transport):
    url = peer(b"HTTP/1.1 400 Bad Request\r\n\r\n").url.replace("http:", "https:")
    kind, text = refused(url, transport=transport)
    assert kind is TlsError
    assert text in HANDSHAKE


def test_a_plain_message_to_a_tls_port(peer, refused, authority):
    url = peer(IDENTIFIED, tls=authority.context("127.0.0.1")).url
    assert refused(url) in {
        (NotWsmanError, "something answers, but not with HTTP"),
        (ConnectError, "the server closed the connection"),
    }


def test_a_handshake_that_never_ends(refused):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert refused(f"https://127.0.0.1:{listener.getsockname()[1]}/wsman", connect_timeout=0.2) == (
            TimeOutError,
            "no answer in time",
        )


UNTRUSTED = (TlsError, "certificate verify failed: unable to get local issuer certificate")


@pytest.fixture(params=("unset", "trusts it", "no file"))
def _bundle(request, monkeypatch, authority, tmp_path):
    """What the environment says of certification authorities: nothing of it counts."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)
        if request.param != "unset":
            monkeypatch.setenv(variable, str(authority.path if request.param == "trusts it" else tmp_path / "missing"))


@pytest.mark.usefixtures("_bundle")
@pytest.mark.parametrize("transport", ("ntlm", "basic"))
def test_an_untrusted_certificate(peer, refused, authority, transport):
    server = peer(IDENTIFIED, tls=authority.context("127.0.0.1"))
    assert refused(server.secure_url, transport=transport) == UNTRUSTED
    assert server.requests == []


@pytest.mark.usefixtures("_bundle")
def test_a_certificate_of_a_named_authority(peer, session, authority):
    server = peer(IDENTIFIED, tls=authority.context("127.0.0.1"))
    asked = session(server.secure_url, ca_file=authority.path)
    assert asked.identify() == "OS: 5.2.3790 SP: 2.0 Stack: 2.0"


@pytest.mark.parametrize(
    ("name", "expected"),
    (
        pytest.param("127.0.0.2", "IP address mismatch, certificate is not valid for '127.0.0.1'.", id="address"),
        pytest.param("be01.lab.example", "IP address mismatch, certificate is not valid for '127.0.0.1'.", id="name"),
    ),
)
def test_a_certificate_of_another_server(peer, refused, authority, name, expected):
    server = peer(IDENTIFIED, tls=authority.context(name))
    error = refused(server.secure_url, ca_file=authority.path)
    assert error == (TlsError, f"certificate verify failed: {expected}")
    assert server.requests == []


def test_a_certificate_of_another_name(peer, refused, authority, monkeypatch):
    server = peer(IDENTIFIED, tls=authority.context("be02.lab.example"))
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest, **more: resolve("127.0.0.1", *rest, **more))
    error = refused(f"https://be01.lab.example:{server.port}/wsman", ca_file=authority.path)
    text = "certificate verify failed: Hostname mismatch, certificate is not valid for 'be01.lab.example'."
    assert error == (TlsError, text)


def test_a_client_certificate(peer, session, authority, tmp_path):
    context = authority.context("127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    authority.issuer.configure_trust(context)
    certificate, key = authority.client(tmp_path)
    server = peer(IDENTIFIED, tls=context)
    ours = {"transport": "certificate", "user": None, "password": None, "cert_pem": certificate, "cert_key_pem": key}
    assert session(server.secure_url, ca_file=authority.path, **ours).identify() == "OS: 5.2.3790 SP: 2.0 Stack: 2.0"
    assert f"Authorization: {PROFILE}".encode() in server.requests[0]


def test_a_rejected_client_certificate(peer, refused, authority, tmp_path):
    certificate, key = authority.client(tmp_path)
    server = peer(("401 No", b"", NEGOTIATE), tls=authority.context("127.0.0.1"))
    ours = {"transport": "certificate", "user": None, "password": None, "cert_pem": certificate, "cert_key_pem": key}
    error = refused(server.secure_url, ca_file=authority.path, **ours)
    assert error == (LogOnRejectedError, "the server rejected the client certificate")


@pytest.mark.parametrize("setting", ("ca_file", "cert_pem", "cert_key_pem"))
def test_a_certificate_that_is_no_file(session, tmp_path, setting):
    here = {name: tmp_path / name for name in ("ca_file", "cert_pem", "cert_key_pem")}
    for name, path in here.items():
        if name != setting:
            path.write_text("", encoding="utf-8")
    with pytest.raises(TlsError) as caught:
        session("https://127.0.0.1:1/wsman", transport="certificate", **here)
    assert str(caught.value) == f"there is no file {tmp_path / setting}"


def test_an_authority_that_is_no_certificate(session, tmp_path):
    text = tmp_path / "text.pem"
    text.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(TlsError) as caught:
        session("https://127.0.0.1:1/wsman", ca_file=text)
    assert str(caught.value) == f"no certificate can be read from {text}"


@pytest.mark.parametrize("broken", ("certificate", "key", "encrypted key"))
def test_a_client_certificate_that_cannot_be_used(session, authority, tmp_path, broken):
    certificate, key = authority.client(tmp_path)
    if broken == "encrypted key":
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        secret = serialization.BestAvailableEncryption(b"secret")
        formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
        key.write_bytes(loaded.private_bytes(*formats, secret))
    else:
        (certificate if broken == "certificate" else key).write_text("nothing", encoding="utf-8")
    with pytest.raises(TlsError) as caught:
        session("https://127.0.0.1:1/wsman", transport="certificate", cert_pem=certificate, cert_key_pem=key)
    text = f"no certificate with its key, unencrypted, can be read from {certificate} and {key}"
    assert str(caught.value) == text
