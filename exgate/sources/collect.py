"""Many hosts at once: a bounded pool, a deadline for each host, and a result for every one of them."""

from __future__ import annotations

import ipaddress
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass

from exgate.facts.host import HostFacts
from exgate.facts.unreachable import Unreachable
from exgate.inventory import HostSettings, Secret
from exgate.sources.limits import Limits
from exgate.sources.live import LiveHost
from exgate.sources.unreachable import unreachable
from exgate.wsman.endpoint import Endpoint
from exgate.wsman.errors import ProtocolError, WsmanError
from exgate.wsman.gate import LogOnGate
from exgate.wsman.session import Session


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
    opened: Callable[[Session], None] = lambda _: None,
) -> Collected:
    """Ask one host for everything; every outcome is a value.

    Args:
        settings: The host.
        password: Its resolved password, where its transport needs one.
        limits: The bounds.
        gate: Shared by all hosts with the same account.
        keep: Whether to leave the session of a host that answers open.
        opened: Told of the session as soon as there is one, so that another thread can abort it.
    """
    session: Session | None = None
    kept: Session | None = None
    try:
        session = open_session(settings, password, limits, gate)
        opened(session)
        host = LiveHost(settings.name, endpoint_url(settings), session, use_shell=settings.shell)
        result: HostFacts | Unreachable = host.facts()
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
) -> dict[str, Collected]:
    """Ask all hosts, `Limits.parallel` at a time.

    Args:
        hosts: Settings and resolved password of each.
        limits: The bounds.
        progress: Called in this thread with each host as it is done.
        keep: Hosts whose sessions stay open.

    Returns:
        What each host gave, by name, in the order of `hosts`.
    """
    sessions: list[Session] = []
    stopped = threading.Event()

    def opened(session: Session) -> None:
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
                gate=gates[settings.user, settings.password] if password else None,
                keep=settings.name in keep,
                opened=opened,
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


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
