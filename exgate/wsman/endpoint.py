"""Where and how to log on, and what pywinrm needs for it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from winrm.protocol import Protocol

from exgate.wsman.connection import BoundedTransport
from exgate.wsman.errors import NoLogOnError, TlsError
from exgate.wsman.ntlm_transport import NtlmTransport
from exgate.wsman.sockets import Sockets
from exgate.wsman.tls import check_authorities


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    r"""Where and how to log on.

    Attributes:
        url: For example ``http://10.0.0.5:5985/wsman``.
        transport: ``ntlm``, ``kerberos``, ``basic`` or ``certificate``.
        user: ``DOMAIN\user`` or ``user@domain``; None where the transport brings its own.
        password: Never shown.
        ca_file: Certification authorities to trust, PEM; None is the public ones.
        cert_pem: Client certificate, PEM.
        cert_key_pem: Its key, PEM.
        service_host: The host name of the Kerberos service principal, None for the URL's host.
        legacy_tls: Whether TLS 1.0 and its old cipher suites may be spoken, over https.
    """

    url: str
    transport: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    cert_pem: Path | None = None
    cert_key_pem: Path | None = None
    service_host: str | None = None
    legacy_tls: bool = False


def connect(endpoint: Endpoint, sockets: Sockets) -> tuple[Protocol, BoundedTransport | NtlmTransport]:
    """Give pywinrm's protocol, for its headers, and a transport; over http it seals every message or sends none.

    NTLM, which most hosts are asked by, has a transport of ours: pywinrm's takes five times the CPU. Basic and
    certificate cannot seal; the inventory allows them over https.

    Raises:
        TlsError: A certificate's file cannot be used.
        NoLogOnError: NTLM without a user or without a password.
    """
    if endpoint.url.startswith("https:"):
        _check_certificates(endpoint)
    if endpoint.transport == "ntlm":
        return _headers_only(endpoint), _ntlm(endpoint, sockets)
    how: Any = endpoint.transport
    options: dict[str, Any] = {
        "username": _credential(endpoint.user, endpoint.transport),
        "password": _credential(endpoint.password, endpoint.transport),
        "message_encryption": "always" if endpoint.url.startswith("http:") and how == "kerberos" else "never",
        "service": "HTTP",
        # With None requests would set no_proxy for the whole process while it looks for proxies.
        "proxy": "",
        "ca_trust_path": str(endpoint.ca_file) if endpoint.ca_file else None,
        "cert_pem": str(endpoint.cert_pem) if endpoint.cert_pem else None,
        "cert_key_pem": str(endpoint.cert_key_pem) if endpoint.cert_key_pem else None,
        "kerberos_hostname_override": endpoint.service_host,
    }
    transport = BoundedTransport(
        endpoint.url, auth_method=how, sockets=sockets, legacy_tls=endpoint.legacy_tls, **options
    )
    return _headers_only(endpoint), transport


def _headers_only(endpoint: Endpoint) -> Protocol:
    """Give what writes headers and sends nothing; Kerberos is the transport that takes no credentials."""
    return Protocol(endpoint.url, transport="kerberos", proxy="")


def _ntlm(endpoint: Endpoint, sockets: Sockets) -> NtlmTransport:
    if not endpoint.user:
        raise NoLogOnError("auth method ntlm requires a username")
    if endpoint.password is None:
        raise NoLogOnError("auth method ntlm requires a password")
    return NtlmTransport(
        endpoint.url,
        endpoint.user,
        endpoint.password,
        sockets,
        ca_file=endpoint.ca_file,
        legacy_tls=endpoint.legacy_tls,
    )


def _credential(text: str | None, transport: str) -> str | bytes | None:
    """Basic sends bytes, and WinRM reads UTF-8; requests would encode text as Latin-1."""
    return text.encode() if text is not None and transport == "basic" else text


def _check_certificates(endpoint: Endpoint) -> None:
    """Look at the files before a connection is made; an encrypted key would ask for its password on the terminal."""
    for path in (endpoint.cert_pem, endpoint.cert_key_pem):
        if path and not path.is_file():
            raise TlsError(f"there is no file {path}")
    if endpoint.ca_file:
        check_authorities(endpoint.ca_file)
    if endpoint.cert_pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context.load_cert_chain(endpoint.cert_pem, endpoint.cert_key_pem, password="")
        except (OSError, ValueError):
            files = f"{endpoint.cert_pem} and {endpoint.cert_key_pem}"
            raise TlsError(f"no certificate with its key, unencrypted, can be read from {files}") from None
