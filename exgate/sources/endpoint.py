"""Where a host's WS-Management endpoint is, and how it is logged on to."""

from __future__ import annotations

import ipaddress

from exgate.inventory import HostSettings, Secret
from exgate.sources.limits import Limits
from exgate.wsman.endpoint import Endpoint
from exgate.wsman.gate import LogOnGate
from exgate.wsman.session import Session


def open_session(
    settings: HostSettings, password: Secret | None, limits: Limits, gate: LogOnGate | None = None
) -> Session:
    """Prepare a session with a host; nothing is sent yet.

    Raises:
        WsmanError: The settings cannot work, for example a missing Kerberos library.
    """
    endpoint = Endpoint(
        url=endpoint_url(settings),
        transport=settings.transport.value,
        user=settings.user,
        password=password.reveal() if password else None,
        ca_file=settings.ca_file,
        cert_pem=settings.cert_pem,
        cert_key_pem=settings.cert_key_pem,
        service_host=service_host(settings),
        legacy_tls=settings.legacy_tls,
    )
    return Session(endpoint, connect_timeout=limits.connect_timeout, seconds=limits.host_timeout, gate=gate)


def endpoint_url(settings: HostSettings) -> str:
    """Give the URL of a host's WS-Management endpoint; it never holds a credential."""
    address = f"[{settings.address}]" if ":" in settings.address else settings.address
    return f"{settings.scheme.value}://{address}:{settings.port}/wsman"


def service_host(settings: HostSettings) -> str | None:
    """Give the name that a Kerberos service principal needs where the address is an IP address, None elsewhere."""
    return settings.name if _is_ip_address(settings.address) else None


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
