"""Every way in which a host cannot be asked, on a real wire where there is one."""

import pytest
import requests
from winrm.exceptions import InvalidCredentialsError, WinRMError

from exgate.lab.soap import identify_response
from exgate.wsman import names
from exgate.wsman.classify import classify
from exgate.wsman.errors import (
    ConnectError,
    LogOnRejectedError,
    NoLogOnError,
    NotWsmanError,
    ProtocolError,
    TlsError,
)

IDENTIFIED = ("200 OK", identify_response(names.IDENTITY, "OS: 5.2.3790 SP: 2.0 Stack: 2.0"))
PAGE = b"<html><head><title>It works</title></head></html>"
CP1252_PAGE = "<html><title>Nicht gefunden \u2013 prüfen Sie die Adresse</title></html>".encode("cp1252")
NEGOTIATE, NTLM = "WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM"
BASIC = 'WWW-Authenticate: Basic realm="WSMAN"'
DIGEST = 'WWW-Authenticate: Digest realm="basic, or \\"NTLM\\"", nonce=abc, Negotiate'
CHALLENGE = "WWW-Authenticate: Negotiate TlRMTVNTUAACAAAA"
CLOSED = b""


def found(error):
    """Give what is asserted of an error: its kind and its text."""
    return type(error), str(error)


def test_an_error_of_ours_stays_what_it_is():
    error = TlsError("the TLS handshake failed")
    assert classify(error, "ntlm") is error


@pytest.mark.parametrize(
    ("transport", "answers", "expected"),
    (
        pytest.param(
            "basic",
            [("401 No", b"", BASIC)],
            (LogOnRejectedError, "the server rejected the user or the password"),
            id="401-basic",
        ),
        pytest.param(
            "basic",
            [("401 No", b"", NEGOTIATE)],
            (LogOnRejectedError, "the server does not offer basic, only Negotiate"),
            id="401-not-basic",
        ),
        pytest.param(
            "basic",
            [("401 No", b"")],
            (LogOnRejectedError, "the server rejected the user or the password"),
            id="401-basic-without-schemes",
        ),
        pytest.param(
            "ntlm",
            [("401 No", b"", BASIC)],
            (LogOnRejectedError, "the server does not offer ntlm, only Basic"),
            id="401-not-ntlm",
        ),
        pytest.param(
            "basic",
            [("401 No", b"", DIGEST)],
            (LogOnRejectedError, "the server does not offer basic, only Digest, Negotiate"),
            id="401-a-realm-is-no-scheme",
        ),
        pytest.param(
            "basic",
            [("401 No", b"", NEGOTIATE, NTLM)],
            (LogOnRejectedError, "the server does not offer basic, only Negotiate, NTLM"),
            id="401-two-others",
        ),
        pytest.param(
            "ntlm",
            [("401 No", b"")],
            (LogOnRejectedError, "the server answers 401, but offers no way to log on"),
            id="401-ntlm-without-schemes",
        ),
        pytest.param(
            "ntlm",
            [("401 No", b"", NEGOTIATE)],
            (ProtocolError, "the server broke off the NTLM log-on"),
            id="401-no-challenge",
        ),
        pytest.param(
            "ntlm",
            [("401 No", b"", NEGOTIATE), ("401 No", b"")],
            (ProtocolError, "the server broke off the NTLM log-on"),
            id="401-no-challenge-header",
        ),
        pytest.param(
            "ntlm",
            [("401 No", b"", NEGOTIATE), IDENTIFIED],
            (ProtocolError, "the server broke off the NTLM log-on"),
            id="200-instead-of-challenge",
        ),
        pytest.param(
            "ntlm",
            [("401 No", b"", NEGOTIATE), ("401 No", b"", CHALLENGE)],
            (ProtocolError, "the answer could not be used (ValueError)"),
            id="401-broken-challenge",
        ),
        pytest.param("ntlm", [CLOSED], (ConnectError, "the server closed the connection"), id="closed-ntlm"),
        pytest.param("basic", [CLOSED], (ConnectError, "the server closed the connection"), id="closed"),
        pytest.param(
            "basic",
            [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<s:Env"],
            (ConnectError, "the server closed the connection"),
            id="closed-in-the-body",
        ),
        pytest.param(
            "basic",
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<s:Env"],
            (ConnectError, "the server closed the connection"),
            id="closed-in-a-chunk",
        ),
        pytest.param(
            "basic",
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n<s:Env"],
            (ConnectError, "the server closed the connection"),
            id="no-chunk",
        ),
        pytest.param(
            "basic", [b"SSH-2.0-OpenSSH_9.6\r\n"], (NotWsmanError, "something answers, but not with HTTP"), id="ssh"
        ),
        pytest.param("ntlm", [b"\x00" * 64], (NotWsmanError, "something answers, but not with HTTP"), id="zeros"),
        pytest.param(
            "basic",
            [("200 OK", b"\x1f\x8bno", "Content-Encoding: gzip")],
            (NotWsmanError, "something answers, but not with SOAP"),
            id="broken-gzip",
        ),
        pytest.param("basic", [("404 Not Found", CP1252_PAGE)], (NotWsmanError, "HTTP 404 at /wsman"), id="404-cp1252"),
        pytest.param("ntlm", [("404 Not Found", CP1252_PAGE)], (NotWsmanError, "HTTP 404 at /wsman"), id="404-ntlm"),
        pytest.param("basic", [("403 Forbidden", PAGE)], (NotWsmanError, "HTTP 403 at /wsman"), id="403"),
        pytest.param("basic", [("503 Busy", PAGE)], (NotWsmanError, "HTTP 503 at /wsman"), id="503"),
        pytest.param(
            "basic", [("200 OK", PAGE)], (NotWsmanError, "something answers, but not with SOAP"), id="200-page"
        ),
        pytest.param(
            "basic", [("200 OK", b"<a><b/></a>")], (NotWsmanError, "something answers, but not with SOAP"), id="200-xml"
        ),
        pytest.param(
            "basic", [("200 OK", b"")], (NotWsmanError, "something answers, but not with SOAP"), id="200-empty"
        ),
        pytest.param(
            "ntlm", [("200 OK", PAGE)], (NotWsmanError, "something answers, but asks for no log-on"), id="200-page-ntlm"
        ),
        pytest.param(
            "ntlm", [("304 Same", b"")], (NotWsmanError, "something answers, but asks for no log-on"), id="304-ntlm"
        ),
        pytest.param("basic", [("500 Error", b"")], (ProtocolError, "HTTP 500 without a SOAP fault"), id="500-empty"),
        pytest.param("basic", [("500 Error", PAGE)], (ProtocolError, "HTTP 500 without a SOAP fault"), id="500-page"),
        pytest.param(
            "basic",
            [("302 Found", b"", "Location: /wsman/")],
            (NotWsmanError, "the server redirects /wsman to another address"),
            id="302",
        ),
    ),
)
def test_what_answers(peer, refused, transport, answers, expected):
    server = peer(*answers)
    assert refused(server.url, transport=transport) == expected
    assert server.connections == 1


class KerberosExchangeError(requests.RequestException):
    """pywinrm's own can be imported only where Kerberos is installed."""


class MutualAuthenticationError(requests.RequestException):
    """The same."""


NO_TICKET = (
    "authGSSClientStep() failed: (('Unspecified GSS failure.  Minor code may provide more information', 851968), "
    "('No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)', -1765328243))"
)


@pytest.mark.parametrize(
    ("error", "transport", "expected"),
    (
        pytest.param(
            KerberosExchangeError(NO_TICKET),
            "kerberos",
            (
                NoLogOnError,
                "no Kerberos ticket for this server: No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)",
            ),
            id="no-ticket",
        ),
        pytest.param(
            KerberosExchangeError("authGSSClientInit() failed, result: -1"),
            "kerberos",
            (NoLogOnError, "no Kerberos ticket for this server"),
            id="no-ticket-without-words",
        ),
        pytest.param(
            MutualAuthenticationError("Unable to authenticate <Response [200]>"),
            "kerberos",
            (NotWsmanError, "something answers, but does not prove itself by Kerberos"),
            id="mutual",
        ),
        pytest.param(
            WinRMError("requested auth method is kerberos, but pykerberos is not installed"),
            "kerberos",
            (NoLogOnError, "Kerberos is not installed on this machine"),
            id="no-kerberos",
        ),
        pytest.param(
            WinRMError(
                "message encryption is set to 'always' but the selected auth method kerberos does not support it"
            ),
            "kerberos",
            (NoLogOnError, "the Kerberos that is installed on this machine cannot seal messages"),
            id="old-kerberos",
        ),
        pytest.param(
            WinRMError("Encrypted length from server does not match the expected size, message has been tampered with"),
            "ntlm",
            (ProtocolError, "the answer could not be unsealed"),
            id="unsealed",
        ),
        pytest.param(
            InvalidCredentialsError("auth method ntlm requires a username"),
            "ntlm",
            (NoLogOnError, "auth method ntlm requires a username"),
            id="no-user",
        ),
        pytest.param(
            KeyError("content-type"), "ntlm", (ProtocolError, "an answer without a content type"), id="no-type"
        ),
        pytest.param(KeyError(), "ntlm", (ProtocolError, "the answer could not be used (KeyError)"), id="key"),
        pytest.param(
            ZeroDivisionError(), "ntlm", (ProtocolError, "the answer could not be used (ZeroDivisionError)"), id="other"
        ),
        pytest.param(
            requests.exceptions.InvalidHeader("x"),
            "ntlm",
            (ProtocolError, "the answer could not be used (InvalidHeader)"),
            id="requests",
        ),
        pytest.param(OSError(113, "No route to host"), "ntlm", (ConnectError, "no route to host"), id="no-route"),
        pytest.param(OSError("x"), "ntlm", (ConnectError, "no connection"), id="os-error-without-words"),
        pytest.param(
            BrokenPipeError(32, "Broken pipe"), "ntlm", (ConnectError, "the server closed the connection"), id="pipe"
        ),
    ),
)
def test_what_has_no_wire_here(error, transport, expected):
    assert found(classify(error, transport)) == expected


def test_kerberos_that_is_not_installed(refused, monkeypatch):
    monkeypatch.setattr("winrm.transport.HAVE_KERBEROS", False)
    error = refused("http://127.0.0.1:1/wsman", transport="kerberos", user=None, password=None)
    assert error == (NoLogOnError, "Kerberos is not installed on this machine")


def test_kerberos_asks_for_the_services_http_principal(session):
    asked = session("http://127.0.0.1:1/wsman", transport="kerberos", user=None, password=None, service_host="be01")
    assert (asked._transport.service, asked._transport.kerberos_hostname_override) == ("HTTP", "be01")
