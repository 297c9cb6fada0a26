"""NTLM on the server's side, against pyspnego as the client."""

from __future__ import annotations

import os

import pytest
import spnego
from spnego.exceptions import SpnegoError

from exgate.lab.md4 import md4
from exgate.lab.ntlm_acceptor import NtlmAcceptor, RejectedError
from exgate.lab.ntlm_session import SignatureError

PASSWORD = "p@ss/w#rd? 100%ü"


def client(user=r"LAB\exgate", password=PASSWORD):
    return spnego.client(user, password, hostname="be01", service="http", protocol="ntlm")


def acceptor():
    return NtlmAcceptor("LAB", "exgate", PASSWORD, "BE01")


def logged_on(initiator):
    server = acceptor()
    negotiate = initiator.step()
    assert server.understands(negotiate)
    return server.accept(initiator.step(server.challenge(negotiate)))


@pytest.mark.parametrize(
    ("text", "digest"),
    (
        pytest.param("", "31d6cfe0d16ae931b73c59d7e0c089c0", id="empty"),
        pytest.param("a", "bde52cb31de33e46245e05fbdbd6fb24", id="a"),
        pytest.param("abc", "a448017aaf21d8525fc10ae87aa6729d", id="abc"),
        pytest.param("message digest", "d9130a8164549fe818874806e1c7014b", id="message-digest"),
        pytest.param(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "043f8582f241db351ce627e153e7f0e4",
            id="letters",
        ),
        pytest.param("1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536", id="two-blocks"),
    ),
)
def test_md4_is_that_of_rfc_1320(text, digest):
    assert md4(text.encode()).hex() == digest


@pytest.mark.parametrize(
    "level", (pytest.param("3", id="version-2"), pytest.param("1", id="version-1-with-a-client-challenge"))
)
def test_messages_go_both_ways(monkeypatch, level):
    monkeypatch.setenv("LM_COMPAT_LEVEL", level)
    initiator = client()
    session = logged_on(initiator)
    for number in range(3):
        message = os.urandom(100 * number)
        wrapped = initiator.wrap_winrm(message)
        assert session.unseal(wrapped.header, wrapped.data) == message
        signature, data = session.seal(message)
        assert initiator.unwrap_winrm(signature, data) == message


@pytest.mark.parametrize("level", (pytest.param("3", id="version-2"), pytest.param("1", id="version-1")))
def test_a_wrong_password(monkeypatch, level):
    monkeypatch.setenv("LM_COMPAT_LEVEL", level)
    with pytest.raises(RejectedError, match="the password is wrong"):
        logged_on(client(password="wrong"))


@pytest.mark.parametrize("user", (pytest.param(r"OTHER\exgate", id="domain"), pytest.param(r"LAB\other", id="user")))
def test_another_account(user):
    with pytest.raises(RejectedError, match="no such account"):
        logged_on(client(user=user))


def test_names_in_any_case():
    initiator = client(user=r"lab\EXGATE")
    session = logged_on(initiator)
    wrapped = initiator.wrap_winrm(b"x")
    assert session.unseal(wrapped.header, wrapped.data) == b"x"


def test_a_message_that_was_tampered_with_on_its_way():
    server, initiator = acceptor(), client()
    challenge = server.challenge(initiator.step())
    authenticate = bytearray(initiator.step(challenge))
    authenticate[72] ^= 1
    with pytest.raises(RejectedError, match="the messages were tampered with"):
        server.accept(bytes(authenticate))


def test_a_challenge_is_good_once():
    server, initiator = acceptor(), client()
    authenticate = initiator.step(server.challenge(initiator.step()))
    server.challenge(client().step())
    with pytest.raises(RejectedError, match="the password is wrong"):
        server.accept(authenticate)


def test_a_message_out_of_order_is_not_opened():
    initiator = client()
    session = logged_on(initiator)
    initiator.wrap_winrm(b"first")
    second = initiator.wrap_winrm(b"second")
    with pytest.raises(SignatureError):
        session.unseal(second.header, second.data)


def test_a_client_does_not_open_what_was_changed():
    initiator = client()
    signature, data = logged_on(initiator).seal(b"answer")
    with pytest.raises(SpnegoError):
        initiator.unwrap_winrm(signature, bytes([data[0] ^ 1]) + data[1:])


@pytest.mark.parametrize(
    "token",
    (
        pytest.param(b"", id="empty"),
        pytest.param(b"NTLMSSP\x00\x01\x00\x00\x00\x02\x02\x00\x00" + bytes(16), id="no-extended-session-security"),
        pytest.param(b"NTLMSSP\x00\x03\x00\x00\x00\x01\x00\x08\x00" + bytes(16), id="another-message"),
    ),
)
def test_what_is_left_to_others(token):
    assert not NtlmAcceptor.understands(token)
