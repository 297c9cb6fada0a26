"""NTLM without a client library's detours: the hash, what is sealed, and what is refused."""

import base64
from types import SimpleNamespace

import pytest
import spnego
from requests_ntlm.requests_ntlm import ShimSessionSecurity
from winrm.encryption import Encryption

from exgate.wsman.channel import Answer
from exgate.wsman.errors import ProtocolError
from exgate.wsman.md4 import md4
from exgate.wsman.ntlm import SEALED_CONTENT_TYPE, NtlmContext

USER, PASSWORD = "LAB\\exgate", "p@ss/w#rd? 100%ü"
MESSAGE = "<s:Envelope>ü€ --Encrypted Boundary\r\n</s:Envelope>".encode()
UNSEALED = "the answer could not be unsealed"


@pytest.mark.parametrize(
    ("text", "digest"),
    (
        ("", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        ("a", "bde52cb31de33e46245e05fbdbd6fb24"),
        ("abc", "a448017aaf21d8525fc10ae87aa6729d"),
        ("message digest", "d9130a8164549fe818874806e1c7014b"),
        ("abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "043f8582f241db351ce627e153e7f0e4",
        ),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "e33b4ddc9c38f2199c3e7b164fcc0536",
        ),
    ),
)
def test_md4_as_rfc_1320_has_it(text, digest):
    """A.5, the test suite."""
    assert md4(text.encode()).hex() == digest


@pytest.fixture
def pair(monkeypatch, tmp_path):
    """Two ends of a log-on: ours, and pyspnego's server."""
    users = tmp_path / "users"
    users.write_text(f"LAB:exgate:{PASSWORD}", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    client = NtlmContext(USER, PASSWORD, "be01", None)
    server = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)

    challenge = server.step(base64.b64decode(client.step()))
    server.step(base64.b64decode(client.step(challenge)))
    assert server.complete
    return client, server


def pywinrm(server):
    """Give pywinrm's own sealing with the server's end of the log-on."""
    session = SimpleNamespace(auth=SimpleNamespace(session_security=ShimSessionSecurity(server)))
    return Encryption(session, "ntlm")


def sealed(body, content_type=SEALED_CONTENT_TYPE):
    return Answer(200, "OK", (("Content-Type", content_type),), body)


def test_pywinrm_unseals_what_is_sealed(pair):
    client, server = pair
    response = SimpleNamespace(
        content=client.seal(MESSAGE.replace(b"--Encrypted Boundary\r\n", b"")),
        headers={"Content-Type": SEALED_CONTENT_TYPE},
        request=SimpleNamespace(url="http://be01/"),
    )
    assert pywinrm(server).parse_encrypted_response(response) == MESSAGE.replace(b"--Encrypted Boundary\r\n", b"")


def test_what_pywinrm_seals_is_unsealed(pair):
    client, server = pair
    body = pywinrm(server)._encrypt_message(MESSAGE, "be01") + b"--Encrypted Boundary--\r\n"
    assert client.unseal(sealed(body)) == MESSAGE


def test_a_message_in_two_parts(pair):
    client, server = pair
    ours = pywinrm(server)
    body = ours._encrypt_message(MESSAGE[:20], "be01") + ours._encrypt_message(MESSAGE[20:], "be01")
    assert client.unseal(sealed(body + b"--Encrypted Boundary--\r\n")) == MESSAGE


def test_an_answer_that_is_not_sealed_may_be_anybodys(pair):
    with pytest.raises(ProtocolError, match="an answer that is not sealed, so that anybody on the way may have"):
        pair[0].unseal(sealed(b"<x/>", "application/soap+xml"))


def test_an_error_that_is_not_sealed_stays_what_it_is(pair):
    assert pair[0].unseal(Answer(500, "", (("Content-Type", "application/soap+xml"),), b"<x/>")) == b"<x/>"


@pytest.mark.parametrize(
    "change",
    (
        pytest.param(lambda _: b"", id="nothing"),
        pytest.param(lambda _: b"<x/>", id="no-part"),
        pytest.param(lambda body: body[:-10], id="cut-off"),
        pytest.param(lambda body: body[:150], id="cut-off-early"),
        pytest.param(lambda body: body.replace(b"Length=", b"Length="[:-1]), id="no-length"),
        pytest.param(lambda body: body.replace(b"Length=", b"Length=x"), id="a-length-that-is-none"),
        pytest.param(lambda body: body.replace(b"Length=", b"Length=1"), id="too-long-a-length"),
        pytest.param(lambda body: body + b"more", id="more"),
        pytest.param(lambda body: body[:-40] + bytes((body[-40] ^ 1,)) + body[-39:], id="changed-on-the-way"),
    ),
)
def test_what_is_not_sealed_as_it_says(pair, change):
    client, server = pair
    body = pywinrm(server)._encrypt_message(MESSAGE, "be01") + b"--Encrypted Boundary--\r\n"
    with pytest.raises(ProtocolError, match=UNSEALED):
        client.unseal(sealed(change(body)))


def test_an_answer_without_a_content_type(pair):
    with pytest.raises(ProtocolError, match="an answer without a content type"):
        pair[0].unseal(Answer(200, "OK", (), b"x"))
