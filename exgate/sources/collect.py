"""Many hosts at once: a bounded pool, a deadline for each host, and a result for every one of them."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from exgate.facts.host import HostFacts
from exgate.facts.network import Network
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Unreachable
from exgate.facts.wire import Wire
from exgate.inventory import HostSettings, Secret
from exgate.sources.limits import Limits
from exgate.sources.live import LiveHost
from exgate.sources.unreachable import unreachable
from exgate.sources.web import LogOn, WebClient, WebSite
from exgate.sources.wire import ask_wire
from exgate.wsman.endpoint import Endpoint
from exgate.wsman.errors import ProtocolError, WsmanError
from exgate.wsman.gate import LogOnGate
from exgate.wsman.session import Session


class Abortable(Protocol):
    """A connection that another thread can end."""

    def abort(self) -> None:
        """End it at once."""

    def close(self) -> None:
        """Close it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What is asked beside the configuration.

    Attributes:
        wire: Whether the web site is asked too.
        events_since: From when on the event log is looked at; None is the last start of IIS Admin.
    """

    wire: bool = True
    events_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebLogOn:
    """The test mailbox's account, and the gate that its log-ons wait at."""

    log_on: LogOn
    gate: LogOnGate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What asking one host gave.

    Attributes:
        result: Its facts, or the one cause why it could not be asked.
        messages: How many messages of each action were sent.
        connections: How many TCP connections were made.
        session: The open session of a host that was to be kept and answered; whoever takes it closes it.
    """

    result: HostFacts | Unreachable
    messages: Mapping[str, int]
    connections: int
    session: Session | None = None


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
        service_host=settings.name if _is_ip_address(settings.address) else None,
        legacy_tls=settings.legacy_tls,
    )
    return Session(endpoint, connect_timeout=limits.connect_timeout, seconds=limits.host_timeout, gate=gate)


def endpoint_url(settings: HostSettings) -> str:
    """Give the URL of a host's WS-Management endpoint; it never holds a credential."""
    address = f"[{settings.address}]" if ":" in settings.address else settings.address
    return f"{settings.scheme.value}://{address}:{settings.port}/wsman"


def collect_host(
    settings: HostSettings,
    password: Secret | None,
    limits: Limits,
    *,
    gate: LogOnGate | None = None,
    keep: bool = False,
    opened: Callable[[Abortable], None] = lambda _: None,
    questions: Questions = Questions(),
    web_log_on: WebLogOn | None = None,
) -> Collected:
    """Ask one host for everything; every outcome is a value.

    Args:
        settings: The host.
        password: Its resolved password, where its transport needs one.
        limits: The bounds.
        gate: Shared by all hosts with the same account.
        keep: Whether to leave the session of a host that answers open.
        opened: Told of every session as soon as there is one, so that another thread can abort it.
        questions: What to ask beside the configuration.
        web_log_on: The test mailbox's account, None where there is no mailbox.
    """
    deadline = time.monotonic() + limits.host_timeout
    session: Session | None = None
    kept: Session | None = None
    try:
        session = open_session(settings, password, limits, gate)
        opened(session)
        host = LiveHost(
            settings.name,
            endpoint_url(settings),
            session,
            use_shell=settings.shell,
            events_since=questions.events_since,
        )
        facts = host.facts()
        if questions.wire:
            seconds = max(limits.connect_timeout, deadline - time.monotonic())
            facts = replace(facts, wire=_wire(settings, facts, limits.connect_timeout, seconds, web_log_on, opened))
        result: HostFacts | Unreachable = facts
        kept = session if keep else None
    except WsmanError as error:
        result = unreachable(error)
    except Exception as error:  # noqa: BLE001 - one odd host must not cost the others their verdicts
        result = unreachable(ProtocolError(f"the answer could not be used ({type(error).__name__})"))
    finally:
        if session and not kept:
            with suppress(Exception):
                session.close()
    return Collected(
        result=result,
        messages=dict(session.sent) if session else {},
        connections=session.connections if session else 0,
        session=kept,
    )


def collect(
    hosts: Iterable[tuple[HostSettings, Secret | None]],
    limits: Limits,
    progress: Callable[[str, Collected], None],
    keep: frozenset[str] = frozenset(),
    *,
    questions: Questions = Questions(),
    test_passwords: Mapping[str, Secret] = MappingProxyType({}),
) -> dict[str, Collected]:
    """Ask all hosts, `Limits.parallel` at a time.

    Args:
        hosts: Settings and resolved password of each.
        limits: The bounds.
        progress: Called in this thread with each host as it is done.
        keep: Hosts whose sessions stay open.
        questions: What to ask beside the configuration.
        test_passwords: Resolved passwords of the test mailboxes' accounts, by host.

    Returns:
        What each host gave, by name, in the order of `hosts`.
    """
    sessions: list[Abortable] = []
    stopped = threading.Event()

    def opened(session: Abortable) -> None:
        sessions.append(session)
        if stopped.is_set():
            session.abort()

    gates: defaultdict[object, LogOnGate] = defaultdict(LogOnGate)
    done: dict[str, Collected] = {}
    executor = ThreadPoolExecutor(max_workers=limits.parallel, thread_name_prefix="exgate")
    try:
        futures = {
            executor.submit(
                collect_host,
                settings,
                password,
                limits,
                gate=gates[_account(settings.user), settings.password] if password else None,
                keep=settings.name in keep,
                opened=opened,
                questions=questions,
                web_log_on=_web_log_on(settings, test_passwords.get(settings.name), gates),
            ): settings.name
            for settings, password in hosts
        }
        for future in as_completed(futures):
            name = futures[future]
            done[name] = future.result()
            progress(name, done[name])
    except BaseException:
        stopped.set()
        executor.shutdown(wait=False, cancel_futures=True)
        for session in tuple(sessions):
            session.abort()
        executor.shutdown(wait=True)
        for session in sessions:
            session.close()
        raise
    finally:
        executor.shutdown(wait=True)
    return {name: done[name] for name in futures.values()}


def _account(user: str | None) -> str:
    """Give a user's name as Windows compares it; the two forms of one account stay two."""
    return (user or "").casefold()


def _web_log_on(
    settings: HostSettings, password: Secret | None, gates: defaultdict[object, LogOnGate]
) -> WebLogOn | None:
    """Give the test mailbox's account; one that is WS-Management's too waits at the same gate."""
    if settings.test_mailbox is None:
        return None
    log_on = LogOn(
        transport=settings.test_transport.value,
        user=settings.test_user,
        password=password.reveal() if password else None,
        service_host=settings.name if _is_ip_address(settings.address) else None,
    )
    return WebLogOn(log_on, gates[_account(settings.test_user), settings.test_password] if password else None)


def _wire(  # noqa: PLR0917 - what a client needs
    settings: HostSettings,
    facts: HostFacts,
    connect_timeout: float,
    seconds: float,
    web_log_on: WebLogOn | None,
    opened: Callable[[Abortable], None],
) -> Wire | Unknown:
    """Ask the web site; whatever goes wrong there costs nothing of what WS-Management has given."""
    client: WebClient | None = None
    try:
        client = open_web_client(settings, facts, connect_timeout, seconds, web_log_on)
        opened(client)
        return ask_wire(settings, facts, client, web_log_on.log_on if web_log_on else None)
    except Exception as error:  # noqa: BLE001 - an odd answer of a web site must not cost the other facts
        return Unknown(f"the web site's answer could not be used ({type(error).__name__})", "report it as a defect")
    finally:
        if client:
            client.close()


def open_web_client(
    settings: HostSettings, facts: HostFacts, connect_timeout: float, seconds: float, web_log_on: WebLogOn | None
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
    gate = web_log_on.gate if web_log_on else None
    return WebClient(site, connect_timeout=connect_timeout, seconds=seconds, gate=gate)


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
