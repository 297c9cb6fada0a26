"""TLS as Server 2003 speaks it, against real TLS servers: who gets through, and what the others are told."""

import contextlib
import datetime as dt
import socket
import ssl
import threading

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from exgate.lab.soap import identify_response
from exgate.wsman import names
from exgate.wsman.errors import TlsError
from exgate.wsman.tls import handshake_error, legacy_context

VERSION = "OS: 5.2.3790 SP: 2.0 Stack: 2.0"
IDENTIFIED = ("200 OK", identify_response(names.IDENTITY, VERSION))
NOTHING = "this machine's OpenSSL and the server have no TLS version or cipher in common"
BROKEN_OFF = "the server broke off the TLS handshake, as some do where they have no TLS version or cipher in common with this machine's OpenSSL"
TLS_1_0 = "; legacy_tls: true in the inventory allows TLS 1.0"
THIS = "; legacy_tls: true in the inventory allows this"


def context(authority, *, only=None, ciphers=None, names=("127.0.0.1",)):
    """Give the context of a server with an RSA key, as old ones have; it speaks one version and these suites only."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issuer.issue_cert(*names, key_type=trustme.KeyType.RSA).configure_cert(server)
    with (
        pytest.warns(DeprecationWarning, match="TLSv1 is deprecated")
        if only is ssl.TLSVersion.TLSv1
        else contextlib.nullcontext()
    ):
        if only:
            server.minimum_version = only
            server.maximum_version = only
    if ciphers:
        server.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    return server


TLS_1_0_ONLY = {"only": ssl.TLSVersion.TLSv1, "ciphers": "AES128-SHA"}
OLD_SUITE = {"only": ssl.TLSVersion.TLSv1_2, "ciphers": "AES128-SHA"}
WITHOUT_CERTIFICATE = {"only": ssl.TLSVersion.TLSv1_2, "ciphers": "aNULL"}
WITHOUT_ENCRYPTION = {"only": ssl.TLSVersion.TLSv1_2, "ciphers": "eNULL"}


@pytest.mark.parametrize("server", (TLS_1_0_ONLY, OLD_SUITE, {}), ids=("tls-1.0", "old-suite", "new"))
def test_legacy_tls_gets_through(peer, session, authority, server):
    url = peer(IDENTIFIED, tls=context(authority, **server)).secure_url
    assert session(url, ca_file=authority.path, legacy_tls=True).identify() == VERSION


@pytest.mark.parametrize(
    ("server", "legacy_tls", "expected"),
    (
        pytest.param(TLS_1_0_ONLY, False, NOTHING + TLS_1_0, id="tls-1.0"),
        pytest.param(OLD_SUITE, False, NOTHING + TLS_1_0, id="old-suite"),
        pytest.param(WITHOUT_CERTIFICATE, True, NOTHING, id="a-server-without-a-certificate"),
        pytest.param(WITHOUT_ENCRYPTION, True, NOTHING, id="without-encryption"),
    ),
)
def test_nothing_in_common(peer, refused, authority, server, legacy_tls, expected):
    url = peer(IDENTIFIED, tls=context(authority, **server)).secure_url
    assert refused(url, ca_file=authority.path, legacy_tls=legacy_tls) == (TlsError, expected)


@pytest.fixture
def answers_hello():
    """A server that answers a ClientHello with these octets, and closes."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def start(octets):
        def serve():
            sock, _ = listener.accept()
            with sock:
                sock.recv(65536)
                sock.sendall(octets)

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return f"https://127.0.0.1:{listener.getsockname()[1]}/wsman"

    yield start
    for thread in threads:
        thread.join(10)
    listener.close()


def alert(number):
    return bytes((21, 3, 1, 0, 2, 2, number))


@pytest.mark.parametrize(
    ("answer", "expected"),
    (
        pytest.param(alert(40), NOTHING, id="handshake-failure"),
        pytest.param(alert(70), NOTHING, id="protocol-version"),
        pytest.param(alert(71), NOTHING, id="insufficient-security"),
        pytest.param(b"", BROKEN_OFF, id="closed"),
    ),
)
@pytest.mark.parametrize(("legacy_tls", "hint"), ((False, TLS_1_0), (True, "")))
def test_what_a_server_says_of_it(answers_hello, refused, answer, expected, legacy_tls, hint):
    assert refused(answers_hello(answer), legacy_tls=legacy_tls) == (TlsError, expected + hint)


@pytest.mark.parametrize(
    ("answer", "expected"),
    (pytest.param(alert(80), "handshake failed: tlsv1 alert internal error", id="internal-error"),),
)
@pytest.mark.parametrize("legacy_tls", (False, True))
def test_other_alerts(answers_hello, refused, answer, expected, legacy_tls):
    assert refused(answers_hello(answer), legacy_tls=legacy_tls) == (TlsError, expected)


def failure(reason):
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "expected", "hint"),
    (
        pytest.param(failure("NO_PROTOCOLS_AVAILABLE"), NOTHING, TLS_1_0, id="no-protocols"),
        pytest.param(failure("UNSUPPORTED_PROTOCOL"), NOTHING, TLS_1_0, id="unsupported"),
        pytest.param(failure("NO_SHARED_CIPHER"), NOTHING, TLS_1_0, id="no-cipher"),
        pytest.param(failure("DH_KEY_TOO_SMALL"), "handshake failed: dh key too small", THIS, id="small-key"),
        pytest.param(
            failure("UNSAFE_LEGACY_RENEGOTIATION_DISABLED"),
            "handshake failed: unsafe legacy renegotiation disabled",
            THIS,
            id="renegotiation",
        ),
        pytest.param(failure(None), "handshake failed: unknown reason", "", id="nothing"),
        pytest.param(ConnectionResetError(104, "reset"), BROKEN_OFF, TLS_1_0, id="reset"),
    ),
)
def test_what_no_server_here_does(error, expected, hint):
    assert str(handshake_error(error, legacy_tls=False)) == expected + hint
    assert str(handshake_error(error, legacy_tls=True)) == expected


def test_the_context():
    legacy = legacy_context()
    assert (legacy.verify_mode, legacy.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert legacy.options & ssl.OP_NO_SSLv3
    assert not [
        suite["name"] for suite in legacy.get_ciphers() if suite["auth"] == "auth-null" or not suite["strength_bits"]
    ]


@pytest.mark.parametrize("legacy_tls", (False, True))
def test_certificates_are_validated(peer, refused, authority, legacy_tls):
    server = peer(IDENTIFIED, tls=context(authority))
    text = "certificate verify failed: unable to get local issuer certificate"
    assert refused(server.secure_url, legacy_tls=legacy_tls) == (TlsError, text)
    server = peer(IDENTIFIED, tls=context(authority, names=("127.0.0.2",)))
    text = "certificate verify failed: IP address mismatch, certificate is not valid for '127.0.0.1'."
    assert refused(server.secure_url, legacy_tls=legacy_tls, ca_file=authority.path) == (TlsError, text)


@pytest.fixture(scope="module")
def old_certificate(tmp_path_factory):
    """A self-signed certificate with a short key, of the issuer's own host by its common name alone."""
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - as short as they were
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("old") / "old.pem"
    formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*formats))
    return path


@pytest.fixture
def old_server(peer, old_certificate):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.set_ciphers("ALL:@SECLEVEL=0")
    server.load_cert_chain(old_certificate)
    return peer(IDENTIFIED, tls=server).secure_url.replace("127.0.0.1", "localhost")


def test_an_old_certificate(old_server, old_certificate, session, refused):
    assert session(old_server, ca_file=old_certificate, legacy_tls=True).identify() == VERSION
    kind, text = refused(old_server, ca_file=old_certificate)
    assert kind is TlsError
    assert text in {
        f"certificate verify failed: EE certificate key too weak{THIS}",
        f"certificate verify failed: CA certificate key too weak{THIS}",
        "certificate verify failed: Hostname mismatch, certificate is not valid for 'localhost'.",
    }


def test_an_old_certificate_of_another_name(old_server, old_certificate, refused):
    text = "certificate verify failed: IP address mismatch, certificate is not valid for '127.0.0.1'."
    url = old_server.replace("localhost", "127.0.0.1")
    assert refused(url, ca_file=old_certificate, legacy_tls=True) == (TlsError, text)
