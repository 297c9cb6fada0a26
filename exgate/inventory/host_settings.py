"""What the inventory says of one host, validated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exgate.inventory.secret_ref import SecretRef


class Role(StrEnum):
    """What an Exchange server is for, as its inventory declares it."""

    BACK_END = "back-end"
    """A mailbox server behind front-end servers (the article's Method 1)."""
    STANDALONE = "standalone"
    """A mailbox server in an organization without a front-end (Method 2 is allowed)."""
    SBS = "sbs"
    """Small Business Server 2003."""
    FRONT_END = "front-end"
    """A front-end server."""


class Scheme(StrEnum):
    """What carries WS-Management."""

    HTTP = "http"
    HTTPS = "https"

    @property
    def default_port(self) -> int:
        """The TCP port on which WinRM 2.0 listens."""
        return 5986 if self is Scheme.HTTPS else 5985


class Transport(StrEnum):
    """How one logs on to WS-Management."""

    NTLM = "ntlm"
    """User and password; the messages are sealed over http."""
    KERBEROS = "kerberos"
    """The ticket cache of the account that runs the tests."""
    BASIC = "basic"
    """User and password in clear; over https only, unless allow_plaintext is set."""
    CERTIFICATE = "certificate"
    """A client certificate; over https only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    r"""One host's settings.

    Attributes:
        name: The host's name in the inventory.
        role: What the server is for.
        organization: The Exchange organization that it belongs to, or None.
        address: DNS name or IP address to connect to; the host's name unless the inventory says otherwise. A host
            of the lab has ``<lab_server>.invalid`` (RFC 2606: resolves nowhere) until the lab tells the real one.
        port: TCP port of WS-Management, 1 to 65535.
        scheme: What carries WS-Management.
        transport: How to log on.
        user: The account, for example ``EXAMPLE\exgate``; None with Kerberos (ticket cache) or a certificate.
        password: Where the password comes from, or None where the transport needs none.
        site: Number of the web site that holds /Exchange (1 is the Default Web Site), or None when it is to be found.
        web_port: TCP port on which the web site is asked without TLS; 80, the article's only one, unless the way there
            is another.
        web_https_port: TCP port on which it is asked with TLS, where it demands that.
        web_https_name: The name that phones call it and that its certificate bears, or None where that is the address.
        legacy_tls: Whether TLS 1.0 and its old cipher suites may be spoken with this host; Server 2003 knows no other.
        test_mailbox: The mailbox for tests that log on to one, or None.
        test_transport: How to log on to it; NTLM or KERBEROS.
        test_user: The mailbox's account, or None (ticket cache, or no mailbox).
        test_password: Where its password comes from, or None.
        ca_file: Certificate authorities to trust (PEM), absolute, or None for the system's own.
        cert_pem: Client certificate (PEM), for transport certificate.
        cert_key_pem: The client certificate's key (PEM), for transport certificate.
        shell: Whether the command shell may be used to read MetaBase.xml.
        collect_on: The label of the workers that can reach it, or None when every worker can.
        lab_server: The server of the embedded lab that this host is, or None for a real one.
        groups: The groups that it belongs to, least specific first, without ``all``.
        source: ``file:line`` where the host is first named.
    """

    name: str
    role: Role
    organization: str | None
    address: str
    port: int
    scheme: Scheme
    transport: Transport
    user: str | None
    password: SecretRef | None
    site: int | None
    web_port: int
    web_https_port: int
    web_https_name: str | None
    legacy_tls: bool
    test_mailbox: str | None
    test_transport: Transport
    test_user: str | None
    test_password: SecretRef | None
    ca_file: Path | None
    cert_pem: Path | None
    cert_key_pem: Path | None
    shell: bool
    collect_on: str | None
    lab_server: str | None
    groups: tuple[str, ...]
    source: str
