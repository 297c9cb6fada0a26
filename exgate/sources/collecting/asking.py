"""One collection within one process: its gates, and the sessions that are open."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import AbstractContextManager, nullcontext

from exgate.inventory import HostSettings, Secret
from exgate.sources.collect import Abortable, Questions, collect_host
from exgate.sources.collecting.accounts import Key, account_key, web_account_key
from exgate.sources.collecting.orders import NOTHING_KNOWN, Answer
from exgate.sources.limits import Limits
from exgate.sources.live_wire import web_log_on
from exgate.wsman.gate import GateState, LogOnGate


class Asking:
    """Asks hosts, one for each thread that calls; another thread may stop it.

    Args:
        turns: How many hosts are asked at the same time; others are connected to meanwhile, which takes no turn, so
            that dead ones hold nobody up. None where every thread asks.
    """

    def __init__(self, turns: int | None = None) -> None:
        self._turn: AbstractContextManager[object] = threading.BoundedSemaphore(turns) if turns else nullcontext()
        self._gates: defaultdict[Key, LogOnGate] = defaultdict(LogOnGate)
        self._sessions: list[Abortable] = []
        self._stopped = threading.Event()
        self._guard = threading.Lock()

    def state(self, account: Key) -> GateState:
        """Give what is known here of an account."""
        return self._gate(account).state

    def ask(
        self,
        settings: HostSettings,
        password: Secret | None,
        limits: Limits,
        questions: Questions,
        *,
        test_password: Secret | None = None,
        keep: bool = False,
        log_on: GateState = NOTHING_KNOWN,
        web: GateState = NOTHING_KNOWN,
    ) -> Answer:
        """Ask one host for everything; every outcome is a value.

        Args:
            settings: The host.
            password: Its password, where its transport needs one.
            limits: The bounds.
            questions: What to ask beside the configuration.
            test_password: The password of its test mailbox's account.
            keep: Whether to leave the session of a host that answers open.
            log_on: What is known of its account.
            web: What is known of its test mailbox's account.
        """
        own: list[Abortable] = []

        def opened(session: Abortable) -> None:
            own.append(session)
            with self._guard:
                self._sessions.append(session)
            if self._stopped.is_set():
                session.abort()

        gate = self._taught(account_key(settings, has_password=password is not None), log_on)
        web_gate = self._taught(web_account_key(settings, questions, has_password=test_password is not None), web)
        collected = collect_host(
            settings,
            password,
            limits,
            gate=gate,
            keep=keep,
            opened=opened,
            questions=questions,
            log_on=web_log_on(settings, test_password, web_gate),
            turn=self._turn,
        )
        with self._guard:
            for session in own:
                if session is not collected.session:
                    self._sessions.remove(session)
        return Answer(
            collected=collected,
            log_on=gate.state if gate else NOTHING_KNOWN,
            web_log_on=web_gate.state if web_gate else NOTHING_KNOWN,
        )

    def abort(self) -> None:
        """End every session that is open, and those that are opened from now on."""
        self._stopped.set()
        for session in self._open():
            session.abort()

    def close(self) -> None:
        """Close every session that is open, the kept ones included."""
        for session in self._open():
            session.close()

    def _open(self) -> tuple[Abortable, ...]:
        with self._guard:
            return tuple(self._sessions)

    def _gate(self, account: Key) -> LogOnGate:
        with self._guard:
            return self._gates[account]

    def _taught(self, account: Key | None, state: GateState) -> LogOnGate | None:
        if account is None:
            return None
        gate = self._gate(account)
        gate.learn(state)
        return gate
