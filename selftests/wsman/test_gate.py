"""One account on many hosts: how many may try it, and when."""

import threading

import pytest

from exgate.wsman.errors import LogOnWithheldError, TimeOutError
from exgate.wsman.gate import LogOnGate, password_accepted


def log_on(gate, host, accepted):
    with gate.attempt(host, 5, lambda: False) as attempt:
        attempt.accepted = accepted


@pytest.mark.parametrize(
    ("before", "then"),
    (
        pytest.param((), None, id="the-first"),
        pytest.param((False,), None, id="one-host-may-have-reasons-of-its-own"),
        pytest.param((False, None), None, id="an-attempt-without-an-answer-does-not-count"),
        pytest.param((False, True), None, id="accepted-elsewhere"),
        pytest.param((True, False, False, False), None, id="once-accepted-others-are-their-own"),
        pytest.param(
            (False, False), "not tried, because h0 and h1 rejected the same user and password", id="two-rejections"
        ),
        pytest.param(
            (False, None, False), "not tried, because h0 and h2 rejected the same user and password", id="two-of-three"
        ),
    ),
)
def test_who_may_try_next(before, then):
    gate = LogOnGate()
    for number, accepted in enumerate(before):
        log_on(gate, f"h{number}", accepted)
    if then is None:
        log_on(gate, "next", accepted=True)
        return
    with pytest.raises(LogOnWithheldError) as caught:
        log_on(gate, "next", accepted=True)
    assert str(caught.value) == then


def test_one_at_a_time_until_one_is_accepted():
    gate, first_is_in, go_on, order = LogOnGate(), threading.Event(), threading.Event(), []

    def first():
        with gate.attempt("first", 5, lambda: False) as attempt:
            first_is_in.set()
            go_on.wait(5)
            order.append("first")
            attempt.accepted = True

    def second():
        first_is_in.wait(5)
        go_on.set()
        with gate.attempt("second", 5, lambda: False):
            order.append("second")

    threads = [threading.Thread(target=act) for act in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order == ["first", "second"]


@pytest.mark.parametrize(("seconds", "abandoned"), ((0, False), (5, True)), ids=("in-time", "abandoned"))
def test_nobody_waits_for_ever(seconds, abandoned):
    gate = LogOnGate()
    with gate.attempt("first", 5, lambda: False), pytest.raises(TimeOutError) as caught:
        gate.attempt("second", seconds, lambda: abandoned).__enter__()
    assert str(caught.value) == "the first log-on with this account took too long"


def test_a_broken_attempt_gives_the_turn_back():
    gate = LogOnGate()
    with pytest.raises(ZeroDivisionError), gate.attempt("first", 5, lambda: False):
        _ = 1 / 0
    log_on(gate, "second", accepted=True)


@pytest.mark.parametrize(
    ("basic", "status", "accepted"),
    (
        pytest.param(True, 401, False, id="basic-401"),
        pytest.param(True, 200, True, id="basic-200"),
        pytest.param(True, 207, True, id="basic-207"),
        pytest.param(True, 403, None, id="basic-403-before-the-log-on"),
        pytest.param(True, 404, None, id="basic-404"),
        pytest.param(True, 503, None, id="basic-503"),
        pytest.param(False, 401, False, id="ntlm-401"),
        pytest.param(False, 404, True, id="ntlm-404-after-the-log-on"),
    ),
)
def test_what_an_answer_says_of_a_password(basic, status, accepted):
    assert password_accepted(status, basic=basic) is accepted
