"""A web site over TLS: whose certificate counts, for which name, and what a server of 2003 is allowed."""

import ssl

import pytest
import trustme

from exgate.sources.web import WebClient, WebSite
from exgate.wsman.errors import TlsError

ANSWER = ("403 Forbidden", b"HTTP 403.6")
UNTRUSTED = "certificate verify failed: unable to get local issuer certificate"
NOTHING = "this machine's OpenSSL and the server have no TLS version or cipher in common"


def ask(server, **site):
    """Ask over TLS; give the answer, or the error's text."""
    here = WebSite(**{"address": "127.0.0.1", "https_port": server.port} | site)
    client = WebClient(here, connect_timeout=5.0, seconds=20.0)
    try:
        return str(client.ask("GET", "/Exchange/", secure=True))
    except TlsError as error:
        return str(error)
    finally:
        client.close()


@pytest.mark.parametrize(
    ("named", "https_name", "expected"),
    (
        pytest.param("127.0.0.1", None, "403.6 Forbidden", id="address"),
        pytest.param("mail.example", "mail.example", "403.6 Forbidden", id="name"),
        pytest.param(
            "mail.example",
            None,
            "certificate verify failed: IP address mismatch, certificate is not valid for '127.0.0.1'.",
            id="name-that-nobody-told",
        ),
        pytest.param(
            "127.0.0.1",
            "mail.example",
            "certificate verify failed: Hostname mismatch, certificate is not valid for 'mail.example'.",
            id="address-is-not-enough",
        ),
        pytest.param(
            "mail.example",
            "127.0.0.2",
            "certificate verify failed: IP address mismatch, certificate is not valid for '127.0.0.2'.",
            id="another-address",
        ),
    ),
)
@pytest.mark.parametrize("legacy_tls", (False, True))
def test_the_name_in_the_certificate(peer, authority, named, https_name, expected, legacy_tls):
    server = peer(ANSWER, tls=authority.context(named))
    assert ask(server, https_name=https_name, ca_file=authority.path, legacy_tls=legacy_tls) == expected


@pytest.mark.parametrize("legacy_tls", (False, True))
@pytest.mark.parametrize("environment", ("unset", "trusts it", "no file"))
def test_the_environments_authorities_do_not_count(peer, authority, monkeypatch, tmp_path, environment, legacy_tls):
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)
        if environment != "unset":
            monkeypatch.setenv(variable, str(authority.path if environment == "trusts it" else tmp_path / "missing"))
    server = peer(ANSWER, tls=authority.context("127.0.0.1"))
    assert ask(server, legacy_tls=legacy_tls) == UNTRUSTED
    assert ask(server, legacy_tls=legacy_tls, ca_file=authority.path) == "403.6 Forbidden"
    assert len(server.requests) == 1


def test_a_server_of_2003(peer, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issuer.issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA).configure_cert(context)
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    server = peer(ANSWER, tls=context)
    assert ask(server, ca_file=authority.path) == NOTHING + "; legacy_tls: true in the inventory allows TLS 1.0"
    assert ask(server, ca_file=authority.path, legacy_tls=True) == "403.6 Forbidden"


def test_authorities_that_are_none(peer, authority, tmp_path):
    server = peer(ANSWER, tls=authority.context("127.0.0.1"))
    path = tmp_path / "ca.pem"
    assert ask(server, ca_file=path) == f"there is no file {path}"
    path.write_text("not a certificate", encoding="utf-8")
    assert ask(server, ca_file=path) == f"no certificate can be read from {path}"
    assert server.connections == 0
