"""Which place asks which host: places out of a table, and nobody on the network."""

from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import replace

import pytest

from exgate.facts.unreachable import Cause, Unreachable
from exgate.sources.collect import Collected
from exgate.sources.collecting.fleet import collect
from exgate.sources.collecting.orders import Answer, Order, pack, unpack
from exgate.sources.collecting.place import Place
from exgate.sources.limits import Limits
from exgate.wsman.gate import GateState

DOWN = Unreachable(Cause.CONNECT, "connection refused", "look")
ACCEPTED = GateState(accepted=True)


class Scripted(Executor):
    """Answers at once, as a function says; what it raises is the call's own end."""

    def __init__(self, answer):
        self.asked = []
        self._answer = answer

    def submit(self, _function, octets):
        order = unpack(octets, Order)
        self.asked.append(order.settings.name)
        future = Future()
        try:
            answer = self._answer(order)
        except Exception as error:  # noqa: BLE001 - whatever the table has
            future.set_exception(error)
        else:
            future.set_result(pack(answer))
        return future


class Gone(Executor):
    """Has ended, and nobody has noticed."""

    def submit(self, _function, _octets):
        raise BrokenExecutor


class Crew:
    run = "1"

    def __init__(self, **executors):
        self._places = [
            Place(name=name, executor=executor, slots=1, labels=frozenset({name}))
            for name, executor in executors.items()
        ]

    def most(self, parallel):
        return parallel

    def places(self):
        return self._places

    def nobody(self, label):
        return Unreachable(Cause.WORKER, f"nobody asks {label}", "wait")

    def stop(self):
        raise AssertionError

    def end(self):
        self._places = []


def answered(state=ACCEPTED):
    return lambda _order: Answer(collected=Collected(result=DOWN, messages={}, connections=0), log_on=state)


def fails(error):
    def fail(_order):
        raise error

    return fail


@pytest.fixture
def ask(by_env):
    """Ask hosts, given with their labels; give what each gave."""

    def ask(crew, **labels):
        hosts = [(by_env("be01", collect_on=label, test_mailbox=None)[0], name) for name, label in labels.items()]
        named = [(replace(settings, name=name), None) for settings, name in hosts]
        done = collect(named, Limits(), lambda _name, _collected: None, crew=crew)
        return {name: each.result for name, each in done.items()}

    return ask


def test_places_that_nobody_has_noticed_to_be_gone_cost_no_attempt(ask):
    assert ask(Crew(a=Gone(), b=Gone(), c=Scripted(answered())), h1=None, h2=None) == {"h1": DOWN, "h2": DOWN}


def test_when_all_are_gone_nobody_asks(ask):
    assert ask(Crew(a=Gone(), b=Gone()), h1=None)["h1"].detail == "nobody asks None"


def test_a_host_that_ends_workers_is_asked_last(ask):
    """Its worker has ended in the middle of it; the others' account is accepted before it is asked again."""

    def ends_once(order):
        if order.settings.name == "h1" and not order.log_on.accepted:
            raise BrokenExecutor
        return answered()(order)

    a, b = Scripted(ends_once), Scripted(ends_once)
    assert ask(Crew(a=a, b=b), h1=None, h2=None, h3=None) == dict.fromkeys(("h1", "h2", "h3"), DOWN)
    assert (a.asked, b.asked[0], b.asked[-1]) == (["h1"], "h2", "h1")


def test_what_a_place_cannot_do_is_the_hosts_cause(ask):
    assert ask(Crew(a=Scripted(fails(ImportError("p@ssword")))), h1=None)["h1"] == Unreachable(
        Cause.WORKER,
        "a could not ask it (ImportError)",
        "let the workers run the same exgate and Python as this machine, and look into the worker's log",
    )


def test_where_nobody_answers_the_next_site_has_its_turn(ask):
    """The account is the same: site a is asked alone until its hosts that are under way are done."""
    a, b = Scripted(answered(GateState())), Scripted(answered())
    done = ask(Crew(a=a, b=b), h1="a", h2="a", h3="a", h4="b", h5="b")
    assert set(done.values()) == {DOWN}
    assert (a.asked, b.asked) == (["h1", "h2", "h3"], ["h4", "h5"])


def test_an_account_that_two_hosts_have_rejected_is_told_to_all(ask):
    states = []

    def note(order):
        states.append(order.log_on)
        known = order.log_on.rejected_by
        return answered(GateState(rejected_by=(*known, order.settings.name)[:2]))(order)

    ask(Crew(a=Scripted(note), b=Scripted(note)), h1=None, h2=None, h3=None, h4=None)
    assert [state.withheld for state in states] == [False, False, True, True]
