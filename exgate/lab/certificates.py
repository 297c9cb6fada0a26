"""The lab's own certificate authority (trustme), good for its servers' names and loopback addresses only."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme

from exgate.lab.definition import ServerDefinition


class Authority:
    """Issues the servers' certificates.

    Args:
        directory: Where the authority's certificate is written for clients; its key never is.
    """

    def __init__(self, directory: Path) -> None:
        self._authority = trustme.CA(organization_name="exgate lab")
        self.path = directory / "lab-ca.pem"
        self._authority.cert_pem.write_to_path(str(self.path))

    def context(self, definition: ServerDefinition, address: str) -> ssl.SSLContext:
        """Give a server's TLS context; its certificate names its computer name, DNS name and loopback address."""
        certificate = self._authority.issue_cert(definition.dns_name, definition.computer_name.lower(), address)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context
