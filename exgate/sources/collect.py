"""One host: everything that is asked of it within its deadline, and a result whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from exgate.facts.host import HostFacts
from exgate.facts.unreachable import Unreachable
from exgate.inventory import HostSettings, Secret
from exgate.sources.endpoint import endpoint_url, open_session
from exgate.sources.limits import Limits
from exgate.sources.live import LiveHost
from exgate.sources.live_wire import WebLogOn, live_wire
from exgate.sources.unreachable import unreachable
from exgate.wsman.errors import ProtocolError, WsmanError
from exgate.wsman.gate import LogOnGate
from exgate.wsman.session import Session

_AT_ONCE = nullcontext()


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
    turn: AbstractContextManager[object] = _AT_ONCE,
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
        turn: What is waited for between connecting and asking; the deadline counts from there.
    """
    session: Session | None = None
    kept: Session | None = None
    result: HostFacts | Unreachable
    try:
        session = open_session(settings, password, limits, gate)
        opened(session)
        session.connect()
        with turn:
            session.extend(limits.host_timeout)
            result = _ask(settings, session, limits, questions, log_on, opened)
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


def _ask(  # noqa: PLR0917 - what asking takes
    settings: HostSettings,
    session: Session,
    limits: Limits,
    questions: Questions,
    log_on: WebLogOn | None,
    opened: Callable[[Abortable], None],
) -> HostFacts:
    deadline = time.monotonic() + limits.host_timeout
    host = LiveHost(
        settings.name,
        endpoint_url(settings),
        session,
        use_shell=settings.shell,
        events_since=questions.events_since,
        own_name=questions.own_name,
    )
    facts = host.facts()
    if not questions.wire:
        return facts
    seconds = max(limits.connect_timeout, deadline - time.monotonic())
    return replace(facts, wire=live_wire(settings, facts, limits.connect_timeout, seconds, log_on, opened))
