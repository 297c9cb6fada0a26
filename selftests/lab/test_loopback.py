from __future__ import annotations

import pytest

from exgate.lab.loopback import claimed_address, dead_port, listen, loopback_address


def test_the_last_three_octets_are_kept():
    assert loopback_address("10.81.7.11") == "127.81.7.11"


@pytest.mark.parametrize(
    ("peer", "claimed"),
    (
        pytest.param("127.81.7.21", "10.81.7.21", id="a-lab-server"),
        pytest.param("127.81.200.1", "10.81.200.1", id="anything-in-the-pretended-network"),
        pytest.param("127.0.0.1", "127.0.0.1", id="loopback"),
        pytest.param("192.0.2.1", "192.0.2.1", id="anything-else"),
    ),
)
def test_claimed_address(peer, claimed):
    assert str(claimed_address(peer, "10.81.7.11")) == claimed


@pytest.mark.parametrize("address", ("0.0.0.0", "192.0.2.1", "10.81.7.11"))  # noqa: S104 - to be refused
def test_nothing_listens_beyond_loopback(address):
    with pytest.raises(ValueError, match=f"^{address} is not on loopback$"):
        listen(address, 0)


def test_a_taken_port_gives_another_one():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", port) as second:
            assert second.getsockname()[1] != port


def test_a_dead_port_is_free_again():
    address, port = dead_port("127.0.0.1")
    with listen(address, port) as listener:
        assert listener.getsockname() == (address, port)
