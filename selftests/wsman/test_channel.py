"""The lean connection: what it refuses to send, and what its TLS shares."""

import pytest
from urllib3.util.wait import wait_for_read

from exgate.wsman.channel import Channel
from exgate.wsman.errors import ProtocolError, TlsError
from exgate.wsman.sockets import Sockets
from exgate.wsman.tls import shared_context


@pytest.fixture
def channel():
    """Prepare a channel that ends with its test."""
    channels = []

    def prepare(url, **how):
        channels.append(Channel(url, Sockets(), **how))
        channels[-1].limit(connect=5.0, read=5.0)
        return channels[-1]

    yield prepare
    for each in channels:
        each.close()


@pytest.mark.parametrize(
    ("target", "headers"),
    (
        pytest.param("/", {"Host": "be01\r\nX: y"}, id="a-line-more"),
        pytest.param("/", {"Host": "be01\nX: y"}, id="a-line-feed"),
        pytest.param("/", {"X\r\nY": "z"}, id="in-a-name"),
        pytest.param("/a\r\nX: y", {}, id="in-the-path"),
        pytest.param("/", {"Host": "be01\x00"}, id="null"),
    ),
)
def test_a_header_holds_no_other(peer, channel, target, headers):
    server = peer(("200 OK", b""))
    with pytest.raises(ProtocolError, match="what was to be asked cannot stand in a header"):
        channel(server.url).exchange("GET", target, headers, b"")
    assert server.connections == 0


def test_a_connection_that_the_server_has_ended_is_made_anew(peer, channel):
    server = peer(("200 OK", b"a", "Connection: close"), ("200 OK", b"b"))
    asked = channel(server.url)
    assert [asked.exchange("GET", "/", {}, b"").body for _ in range(3)] == [b"a", b"b", b"b"]
    assert server.connections == 2


def test_a_connection_that_was_made_early_is_used(peer, channel, authority):
    server = peer(("200 OK", b"a"), tls=authority.context("127.0.0.1"))
    secure = channel(server.secure_url, ca_file=authority.path)
    secure.open()
    assert wait_for_read(secure._socket, timeout=5.0), "TLS 1.3 sends tickets after the handshake"
    assert secure.exchange("GET", "/", {}, b"").body == b"a"
    assert server.connections == 1


def test_the_certificate_is_the_servers(peer, channel, authority):
    server = peer(("200 OK", b""), tls=authority.context("127.0.0.1"))
    secure = channel(server.secure_url, ca_file=authority.path)
    assert secure.certificate is None
    secure.exchange("GET", "/", {}, b"")
    assert secure.certificate.startswith(b"\x30")
    plain = channel(peer(("200 OK", b"")).url)
    plain.exchange("GET", "/", {}, b"")
    assert plain.certificate is None


def test_whoever_trusts_the_same_shares_a_context(authority, tmp_path):
    copy = tmp_path / "ca.pem"
    copy.write_bytes(authority.path.read_bytes())
    first = shared_context(copy, legacy_tls=False)
    assert shared_context(copy, legacy_tls=False) is first
    assert shared_context(copy, legacy_tls=True) is not first
    assert shared_context(None, legacy_tls=False) is not first
    copy.write_bytes(authority.path.read_bytes() * 2)
    assert shared_context(copy, legacy_tls=False) is not first
    copy.unlink()
    with pytest.raises(TlsError, match="there is no file"):
        shared_context(copy, legacy_tls=False)
