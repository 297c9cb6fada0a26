"""Outputs of ping, in several languages."""

from ipaddress import IPv4Address

import pytest

from exgate.sources.folder.ping import Ping, read_ping
from exgate.sources.unreadable import UnreadableFile

STATISTICS = "\r\n\r\nPing statistics for 10.0.0.5:\r\n    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),\r\n"
BE01 = Ping("be01.corp.example", IPv4Address("10.0.0.5"))
BAD = "no output of ping with a name that was found: {}; next step: make it anew on the server: ping -n 1 %COMPUTERNAME% > ping.txt"


@pytest.mark.parametrize(
    "first",
    (
        pytest.param("Pinging be01.corp.example [10.0.0.5] with 32 bytes of data:", id="english"),
        pytest.param("Ping be01.corp.example [10.0.0.5] mit 32 Bytes Daten:", id="german"),
        pytest.param("Ping wird ausgeführt für be01.corp.example [10.0.0.5] mit 32 Bytes Daten:", id="german-later"),
        pytest.param(
            "Envoi d'une requête 'ping' sur be01.corp.example [10.0.0.5] avec 32 octets de données :", id="french"
        ),
        pytest.param("Haciendo ping a be01.corp.example [10.0.0.5] con 32 bytes de datos:", id="spanish"),
        pytest.param("be01.corp.example [10.0.0.5]に ping を送信しています 32 バイトのデータ:", id="japanese"),
    ),
)
@pytest.mark.parametrize(
    "rest",
    (
        pytest.param("\r\n\r\nReply from 10.0.0.5: bytes=32 time<1ms TTL=128" + STATISTICS, id="answered"),
        pytest.param("\r\n\r\nZeitüberschreitung der Anforderung." + STATISTICS, id="not-answered"),
        pytest.param("", id="cut-off"),
    ),
)
def test_pings(first, rest):
    assert read_ping(f"\r\n{first}{rest}") == BE01


def test_a_short_name():
    assert read_ping("\r\nPinging BE-01_x [127.0.0.1] with 32 bytes of data:\r\n") == Ping(
        "BE-01_x", IPv4Address("127.0.0.1")
    )


NO_NAME = "its first line does not show a name and its [address]"


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        pytest.param("", NO_NAME, id="empty"),
        pytest.param("Pinging 10.0.0.5 with 32 bytes of data:\r\n", NO_NAME, id="address"),
        pytest.param(
            "Ping request could not find host be01. Please check the name and try again.\r\n", NO_NAME, id="not-found"
        ),
        pytest.param(
            'Ping-Anforderung konnte Host "be01" nicht finden. Überprüfen Sie den Namen.\r\n',
            NO_NAME,
            id="not-found-german",
        ),
        pytest.param("Pinging be01 [fe80::1] with 32 bytes of data:\r\n", NO_NAME, id="ipv6"),
        pytest.param("Pinging be01 [10.0.0.500] with 32 bytes of data:\r\n", NO_NAME, id="no-address"),
        pytest.param("Pinging be01 [10.0.0.5", NO_NAME, id="cut-off"),
        pytest.param("C:\\>ping be01\r\n\r\nPinging be01 [10.0.0.5] with 32\r\n", NO_NAME, id="with-its-prompt"),
        pytest.param("Pinging a [10.0.0.5] with\r\nPinging b [10.0.0.6] with\r\n", "it shows more than one", id="two"),
    ),
)
def test_anything_else(text, problem):
    with pytest.raises(UnreadableFile) as caught:
        read_ping(text)
    assert str(caught.value) == BAD.format(problem)
