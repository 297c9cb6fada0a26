"""What a host's web site answers, asked after its configuration was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exgate.facts.host import HostFacts
from exgate.facts.network import Network
from exgate.facts.unknown import Unknown
from exgate.facts.wire import Wire
from exgate.inventory import HostSettings, Secret
from exgate.sources.endpoint import service_host
from exgate.sources.web import LogOn, WebClient, WebSite
from exgate.sources.wire import ask_wire
from exgate.wsman.gate import LogOnGate


@dataclass(frozen=True, slots=True)
class WebLogOn:
    """The test mailbox's account, and the gate that its log-ons wait at."""

    log_on: LogOn
    gate: LogOnGate | None


def web_log_on(settings: HostSettings, password: Secret | None, gate: LogOnGate | None) -> WebLogOn | None:
    """Give the account that logs on to a host's test mailbox, None where there is no mailbox."""
    if settings.test_mailbox is None:
        return None
    log_on = LogOn(
        transport=settings.test_transport.value,
        user=settings.test_user,
        password=password.reveal() if password else None,
        service_host=service_host(settings),
    )
    return WebLogOn(log_on, gate)


def live_wire(  # noqa: PLR0917 - what a client needs
    settings: HostSettings,
    facts: HostFacts,
    connect_timeout: float,
    seconds: float,
    log_on: WebLogOn | None,
    opened: Callable[[WebClient], None],
) -> Wire | Unknown:
    """Ask the web site; whatever goes wrong there costs nothing of what WS-Management has given.

    Args:
        settings: The host.
        facts: What WS-Management gave.
        connect_timeout: Seconds to wait for a TCP connection.
        seconds: Seconds for the web site altogether.
        log_on: The test mailbox's account, None where there is no mailbox.
        opened: Told of the client before anything is sent, so that another thread can abort it.
    """
    client: WebClient | None = None
    try:
        client = open_web_client(settings, facts, connect_timeout, seconds, log_on)
        opened(client)
        return ask_wire(settings, facts, client, log_on.log_on if log_on else None)
    except Exception as error:  # noqa: BLE001 - an odd answer of a web site must not cost the other facts
        return Unknown(f"the web site's answer could not be used ({type(error).__name__})", "report it as a defect")
    finally:
        if client:
            client.close()


def open_web_client(
    settings: HostSettings, facts: HostFacts, connect_timeout: float, seconds: float, log_on: WebLogOn | None
) -> WebClient:
    """Prepare a client for a host's web site; nothing is sent yet. It is asked by the server's own name."""
    name = facts.network.computer_name if isinstance(facts.network, Network) else None
    site = WebSite(
        address=settings.address,
        port=settings.web_port,
        https_port=settings.web_https_port,
        host_header=name,
        https_name=settings.web_https_name,
        ca_file=settings.ca_file,
        legacy_tls=settings.legacy_tls,
    )
    gate = log_on.gate if log_on else None
    return WebClient(site, connect_timeout=connect_timeout, seconds=seconds, gate=gate)
