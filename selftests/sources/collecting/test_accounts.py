"""Who may try an account that nobody has accepted yet."""

import pytest

from exgate.sources.collecting.accounts import Account
from exgate.wsman.gate import GateState, LogOnGate

ACCEPTED, REJECTED = GateState(accepted=True), GateState(rejected_by=("h0", "h1"))


def test_one_place_until_it_is_accepted():
    account = Account()
    assert account.lets("a", any_turn=False)
    account.begin("a")
    assert [account.lets(place, any_turn=True) for place in ("a", "b")] == [True, False]
    account.state = ACCEPTED
    assert [account.lets(place, any_turn=False) for place in ("a", "b")] == [True, True]


def test_a_rejected_one_may_go_anywhere_for_it_is_tried_nowhere():
    account = Account()
    account.begin("a")
    account.state = REJECTED
    assert account.lets("b", any_turn=False)


@pytest.mark.parametrize(("resting", "may"), ((False, [True, True]), (True, [False, True])))
def test_when_the_last_is_done_another_place_has_its_turn(resting, may):
    account = Account()
    account.begin("a")
    account.begin("a")
    account.resting = resting
    account.end()
    assert [account.lets(place, any_turn=False) for place in ("a", "b")] == [not resting, False]
    account.end()
    assert [account.lets(place, any_turn=False) for place in ("a", "b")] == may
    assert account.lets("a", any_turn=True)


@pytest.mark.parametrize(
    ("state", "interruptions", "withheld", "words"),
    (
        pytest.param(GateState(), 1, False, "a worker ended while the same user and password were tried", id="one"),
        pytest.param(GateState(), 2, True, "workers ended while the same user and password were tried", id="two"),
        pytest.param(
            GateState(rejected_by=("h0",)),
            1,
            True,
            "h0 rejected the same user and password, and a worker ended while they were tried",
            id="one-after-a-rejection",
        ),
        pytest.param(REJECTED, 1, True, "h0 and h1 rejected the same user and password", id="rejected-anyway"),
        pytest.param(ACCEPTED, 3, False, " rejected the same user and password", id="accepted"),
    ),
)
def test_a_log_on_whose_end_nobody_knows_counts_as_rejected(state, interruptions, withheld, words):
    account = Account(state=state)
    for _ in range(interruptions):
        account.interrupt()
    assert (account.state.withheld, str(account.state)) == (withheld, words)


def test_hosts_at_one_address_count_each():
    gate = LogOnGate()
    gate.learn(GateState(rejected_by=("10.0.0.1", "10.0.0.1")))
    gate.learn(GateState(rejected_by=("10.0.0.1",)))
    assert gate.state == GateState(rejected_by=("10.0.0.1", "10.0.0.1"))
