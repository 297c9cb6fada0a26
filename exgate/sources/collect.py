"""Many hosts at once: a bounded pool, a deadline for each host, and a result for every one of them."""

from __future__ import annotations

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
from exgate.facts.unreachable import Unreachable
from exgate.inventory import HostSettings, Secret
from exgate.sources.endpoint import endpoint_url, open_session
from exgate.sources.limits import Limits
from exgate.sources.live import LiveHost
from exgate.sources.live_wire import WebLogOn, live_wire, web_log_on
from exgate.sources.unreachable import unreachable
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
        own_name: Whether the server is asked what its own name resolves to although no ExchangeVDir is set: a
            planned change may set it.
    """

    wire: bool = True
    events_since: datetime | None = None
    own_name: bool = False


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


def collect_host(
    settings: HostSettings,
    password: Secret | None,
    limits: Limits,
    *,
    gate: LogOnGate | None = None,
    keep: bool = False,
    opened: Callable[[Abortable], None] = lambda _: None,
    questions: Questions = Questions(),
    log_on: WebLogOn | None = None,
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
        log_on: The test mailbox's account, None where there is no mailbox.
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
            own_name=questions.own_name,
        )
        facts = host.facts()
        if questions.wire:
            seconds = max(limits.connect_timeout, deadline - time.monotonic())
            facts = replace(facts, wire=live_wire(settings, facts, limits.connect_timeout, seconds, log_on, opened))
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

    def gate(user: str | None, reference: object, password: Secret | None) -> LogOnGate | None:
        return gates[_account(user), reference] if password else None

    done: dict[str, Collected] = {}
    executor = ThreadPoolExecutor(max_workers=limits.parallel, thread_name_prefix="exgate")
    try:
        futures = {
            executor.submit(
                collect_host,
                settings,
                password,
                limits,
                gate=gate(settings.user, settings.password, password),
                keep=settings.name in keep,
                opened=opened,
                questions=questions,
                log_on=web_log_on(
                    settings, test_password, gate(settings.test_user, settings.test_password, test_password)
                ),
            ): settings.name
            for settings, password in hosts
            for test_password in (test_passwords.get(settings.name),)
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
