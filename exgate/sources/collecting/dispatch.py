"""Which place asks which host next; every host ends with a result."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future
from queue import Empty, SimpleQueue
from typing import Any

from exgate.facts.unreachable import Cause, Unreachable
from exgate.sources.collect import Collected, Questions
from exgate.sources.collecting import elsewhere
from exgate.sources.collecting.accounts import Account, Key, account_key, web_account_key
from exgate.sources.collecting.errands import Errand, Flight, Kind
from exgate.sources.collecting.orders import NOTHING_KNOWN, Answer, Order, pack, unpack
from exgate.sources.collecting.place import Crew, Place
from exgate.sources.limits import Limits
from exgate.wsman.gate import GateState

_POLL = 0.1
"""Seconds until a look is taken at who has come, who has ended, and which account was accepted."""
_MOST_ATTEMPTS = 2
"""A host whose worker has ended is asked once more: it may be the host that ends workers."""
_WORKERS_ENDED = Unreachable(
    Cause.WORKER,
    "the worker that asked it was ended, and so was the next one",
    "look for what ended them (memory, the system's log), and run it again",
)


class CollectingStoppedError(Exception):
    """Another thread has ended the collecting."""


class Dispatch:
    """Hands hosts to places as they have room, and takes what they answer.

    Args:
        crew: The places.
        limits: The bounds.
        questions: What is asked beside the configuration.
        progress: Told of each host as it is done.
        stopped: Set by another thread, it ends everything soon.
    """

    def __init__(
        self,
        crew: Crew,
        limits: Limits,
        questions: Questions,
        progress: Callable[[str, Collected], None],
        stopped: threading.Event,
    ) -> None:
        self._crew = crew
        self._limits = limits
        self._questions = questions
        self._progress = progress
        self._stopped = stopped
        self._waiting: dict[Kind, deque[Errand]] = {}
        self._accounts: dict[Key, Account] = {}
        self._flights: dict[Future[Any], Flight] = {}
        self._busy: Counter[Place] = Counter()
        self._ended: set[Place] = set()
        self._landed: SimpleQueue[Future[Any]] = SimpleQueue()
        self._done: dict[str, Collected] = {}

    def run(self, errands: Iterable[Errand]) -> dict[str, Collected]:
        """Have every host asked, and give what each gave, by name.

        Raises:
            CollectingStoppedError: Another thread has ended it.
        """
        for errand in errands:
            self._waiting.setdefault(self._kind(errand), deque()).append(errand)
        while self._waiting or self._flights:
            if self._stopped.is_set():
                raise CollectingStoppedError
            places = self._look_around()
            for any_turn in (False, True):
                while self._hand_out(places, any_turn=any_turn):
                    pass
                if self._flights:
                    break
            self._take()
        return self._done

    def _kind(self, errand: Errand) -> Kind:
        settings = errand.settings
        log_on = account_key(settings, has_password=errand.password is not None)
        web = web_account_key(settings, self._questions, has_password=errand.test_password is not None)
        for key in (log_on, web):
            if key:
                self._accounts.setdefault(key, Account())
        return Kind(settings.collect_on, errand.here, log_on, web)

    def _look_around(self) -> Sequence[Place]:
        """See which places there are, what they know of accounts, and for whom there is none."""
        # A crew may take a moment to see that one has ended.
        places = [place for place in self._crew.places() if place not in self._ended]
        for flight in [each for each in self._flights.values() if each.place not in places]:
            self._note_end(flight.place)
        for future, flight in [each for each in self._flights.items() if each[1].place in self._ended]:
            del self._flights[future]
            future.cancel()
            self._interrupted(flight)
        for key, account in self._accounts.items():
            if isinstance(account.home, Place) and account.home.asking and not account.state.decided:
                account.state = account.state.and_also(account.home.asking.state(key))
        for kind in list(self._waiting):
            if not any(place.takes(kind.label, here=kind.here) for place in places):
                for errand in self._waiting.pop(kind):
                    self._finish(errand, self._crew.nobody(kind.label))
        return places

    def _hand_out(self, places: Sequence[Place], *, any_turn: bool) -> bool:
        """Give every place with room one host; whether there was any."""
        handed_out = False
        for place in places:
            if len(self._flights) >= self._crew.most(self._limits.parallel):
                return False
            if self._busy[place] >= place.slots:
                continue
            # First those whose account nobody has tried yet: others wait for what comes of it.
            may = [kind for kind in self._waiting if self._may(kind, place, any_turn=any_turn)]
            kind = next((each for each in may if self._is_new(each)), may[0] if may else None)
            if kind is not None:
                self._begin(kind, place)
                handed_out = True
        return handed_out

    def _may(self, kind: Kind, place: Place, *, any_turn: bool) -> bool:
        return place.takes(kind.label, here=kind.here) and all(
            self._accounts[key].lets(place, any_turn=any_turn) for key in kind.accounts
        )

    def _is_new(self, kind: Kind) -> bool:
        accounts = [self._accounts[key] for key in kind.accounts]
        return any(account.home is None and not account.state.decided for account in accounts)

    def _begin(self, kind: Kind, place: Place) -> None:
        errand = self._waiting[kind].popleft()
        if not self._waiting[kind]:
            del self._waiting[kind]
        errand.attempts += 1
        for key in kind.accounts:
            self._accounts[key].begin(place)
        self._busy[place] += 1
        try:
            future = self._submit(errand, kind, place)
        except BrokenExecutor as error:
            # It never came to that place.
            errand.attempts -= 1
            future = Future()
            future.set_exception(error)
        self._flights[future] = Flight(errand, kind, place)
        future.add_done_callback(self._landed.put)

    def _submit(self, errand: Errand, kind: Kind, place: Place) -> Future[Any]:
        known = [self._accounts[key].state if key else NOTHING_KNOWN for key in (kind.log_on, kind.web)]
        if place.asking:
            return place.executor.submit(
                place.asking.ask,
                errand.settings,
                errand.password,
                self._limits,
                self._questions,
                test_password=errand.test_password,
                keep=errand.keep,
                log_on=known[0],
                web=known[1],
            )
        order = Order(
            run=self._crew.run,
            worker=place.name,
            settings=errand.settings,
            limits=self._limits,
            questions=self._questions,
            log_on=known[0],
            web_log_on=known[1],
            withhold=place.withholds,
            turns=place.turns,
        )
        return place.executor.submit(elsewhere.ask, pack(order))

    def _take(self) -> None:
        """Wait for an answer, and take all that are there."""
        try:
            future = self._landed.get(timeout=_POLL)
            while True:
                # What was asked again elsewhere may still be answered.
                if flight := self._flights.pop(future, None):
                    self._land(future, flight)
                future = self._landed.get_nowait()
        except Empty:
            return

    def _land(self, future: Future[Any], flight: Flight) -> None:
        place = flight.place
        try:
            value = future.result()
            answer = value if place.asking else unpack(value, Answer)
        except (BrokenExecutor, CancelledError):
            self._note_end(place)
            self._interrupted(flight)
            return
        except Exception as error:
            if place.asking:
                raise
            cause = f"{place.name} could not ask it ({type(error).__name__})"
            step = "let the workers run the same exgate and Python as this machine, and look into the worker's log"
            answer = Answer(collected=unasked(Unreachable(Cause.WORKER, cause, step)))
        for key, news in ((flight.kind.log_on, answer.log_on), (flight.kind.web, answer.web_log_on)):
            if key:
                self._learn(key, news, place)
        self._leave(flight)
        self._finish(flight.errand, answer.collected)

    def _learn(self, key: Key, news: GateState, place: Place) -> None:
        """Take what a place has found out of an account; where nobody answers it, another place has its turn."""
        account = self._accounts[key]
        account.state = account.state.and_also(news)
        account.resting = account.home is place and any(
            key in kind.accounts and not place.takes(kind.label, here=kind.here) for kind in self._waiting
        )

    def _note_end(self, place: Place) -> None:
        """Note once that a place has ended: it may have been in the middle of a log-on."""
        if place not in self._ended:
            self._ended.add(place)
            for account in self._accounts.values():
                if account.home is place:
                    account.interrupt()

    def _interrupted(self, flight: Flight) -> None:
        self._leave(flight)
        if flight.errand.attempts < _MOST_ATTEMPTS:
            # After the others: if it is this host that ends workers, their accounts are decided by then.
            self._waiting.setdefault(flight.kind, deque()).append(flight.errand)
        else:
            self._finish(flight.errand, _WORKERS_ENDED)

    def _leave(self, flight: Flight) -> None:
        self._busy[flight.place] -= 1
        for key in flight.kind.accounts:
            self._accounts[key].end()

    def _finish(self, errand: Errand, result: Collected | Unreachable) -> None:
        collected = unasked(result) if isinstance(result, Unreachable) else result
        self._done[errand.settings.name] = collected
        self._progress(errand.settings.name, collected)


def unasked(cause: Unreachable) -> Collected:
    """Give the result of a host that nobody has asked."""
    return Collected(result=cause, messages={}, connections=0)
