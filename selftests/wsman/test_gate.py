"""One account on many hosts: how many may try it, and when."""

import base64
import threading

import pytest
import requests

from exgate.wsman.connection import password_accepted
from exgate.wsman.errors import LogOnWithheldError, TimeOutError
from exgate.wsman.gate import LogOnGate, carries_log_on

AUTHENTICATE = base64.b64encode(b"NTLMSSP\x00\x03\x00\x00\x00rest").decode()
NEGOTIATE = base64.b64encode(b"NTLMSSP\x00\x01\x00\x00\x00rest").decode()


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
    ("header", "carries"),
    (
        pytest.param(None, False, id="none"),
        pytest.param("Basic dXNlcjpwYXNz", True, id="basic"),
        pytest.param(f"NTLM {NEGOTIATE}", False, id="ntlm-negotiate"),
        pytest.param(f"NTLM {AUTHENTICATE}", True, id="ntlm-authenticate"),
        pytest.param(f"Negotiate {AUTHENTICATE}", True, id="negotiate-with-raw-ntlm"),
        pytest.param("Negotiate !!!", False, id="no-base64"),
        pytest.param("http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual", False, id="certificate"),
    ),
)
def test_which_requests_make_the_server_judge_a_password(header, carries):
    request = requests.Request("POST", "http://127.0.0.1/wsman", headers={"Authorization": header} if header else {})
    assert carries_log_on(request.prepare()) is carries


BASIC = "Basic dXNlcjpwYXNz"


@pytest.mark.parametrize(
    ("header", "status", "accepted"),
    (
        pytest.param(BASIC, 401, False, id="basic-401"),
        pytest.param(BASIC, 200, True, id="basic-200"),
        pytest.param(BASIC, 207, True, id="basic-207"),
        pytest.param(BASIC, 403, None, id="basic-403-before-the-log-on"),
        pytest.param(BASIC, 404, None, id="basic-404"),
        pytest.param(BASIC, 503, None, id="basic-503"),
        pytest.param(f"Negotiate {AUTHENTICATE}", 401, False, id="ntlm-401"),
        pytest.param(f"Negotiate {AUTHENTICATE}", 404, True, id="ntlm-404-after-the-log-on"),
    ),
)
def test_what_an_answer_says_of_a_password(header, status, accepted):
    request = requests.Request("GET", "http://127.0.0.1/", headers={"Authorization": header})
    assert password_accepted(request.prepare(), status) is accepted
