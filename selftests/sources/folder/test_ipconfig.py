"""Outputs of ipconfig /all, in several languages."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.network import Network
from exgate.sources.folder.ipconfig import NOT_PINGED, read_ipconfig
from exgate.sources.unreadable import UnreadableFile

ENGLISH = """
Windows IP Configuration

   Host Name . . . . . . . . . . . . : be01
   Primary Dns Suffix  . . . . . . . : corp.example
   Node Type . . . . . . . . . . . . : Unknown
   IP Routing Enabled. . . . . . . . : No
   WINS Proxy Enabled. . . . . . . . : No
   DNS Suffix Search List. . . . . . : corp.example
                                       example

Ethernet adapter Local Area Connection:

   Connection-specific DNS Suffix  . : lan.example
   Description . . . . . . . . . . . : Intel(R) PRO/1000 MT Network Connection
   Physical Address. . . . . . . . . : 00-0C-29-AA-BB-CC
   DHCP Enabled. . . . . . . . . . . : Yes
   Autoconfiguration Enabled . . . . : Yes
   IP Address. . . . . . . . . . . . : 10.0.0.6
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   IP Address. . . . . . . . . . . . : 10.0.0.5
   Subnet Mask . . . . . . . . . . . : 255.255.255.128
   IP Address. . . . . . . . . . . . : fe80::20c:29ff:feaa:bbcc%4
   Default Gateway . . . . . . . . . : 10.0.0.1
   DHCP Server . . . . . . . . . . . : 10.0.0.2
   DNS Servers . . . . . . . . . . . : 10.0.0.3
                                       10.0.0.4
                                       fec0:0:0:ffff::1%1
   Primary WINS Server . . . . . . . : 10.0.0.3
   Lease Obtained. . . . . . . . . . : Monday, March 01, 2010 8:00:00 AM
   Lease Expires . . . . . . . . . . : Tuesday, March 09, 2010 8:00:00 AM

Ethernet adapter Backup:

   Media State . . . . . . . . . . . : Media disconnected
   Description . . . . . . . . . . . : Intel(R) PRO/1000 MT Network Connection #2
   Physical Address. . . . . . . . . : 00-0C-29-AA-BB-CD

PPP adapter RAS Server (Dial In) Interface:

   Connection-specific DNS Suffix  . :
   Description . . . . . . . . . . . : WAN (PPP/SLIP) Interface
   Physical Address. . . . . . . . . : 00-53-45-00-00-00
   DHCP Enabled. . . . . . . . . . . : No
   IP Address. . . . . . . . . . . . : 192.168.7.1
   Subnet Mask . . . . . . . . . . . : 255.255.255.255
   Default Gateway . . . . . . . . . :
"""
GERMAN = """
Windows-IP-Konfiguration

   Hostname  . . . . . . . . . . . . : exchange-server-01
   Primäres DNS-Suffix . . . . . . . : firma.example
   Knotentyp . . . . . . . . . . . . : Unbekannt
   IP-Routing aktiviert  . . . . . . : Nein
   WINS-Proxy aktiviert  . . . . . . : Nein
   DNS-Suffixsuchliste . . . . . . . : firma.example

Ethernetadapter LAN-Verbindung:

   Verbindungsspezifisches DNS-Suffix: firma.example
   Beschreibung. . . . . . . . . . . : AMD PCNET Family-PCI-Ethernetadapter
   Physikalische Adresse . . . . . . : 00-0C-29-AA-BB-CC
   DHCP aktiviert  . . . . . . . . . : Nein
   IP-Adresse. . . . . . . . . . . . : 10.0.0.5
   Subnetzmaske  . . . . . . . . . . : 255.255.255.0
   Standardgateway . . . . . . . . . : 10.0.0.1
   DNS-Server  . . . . . . . . . . . : 10.0.0.5
"""
FRENCH = """
Configuration IP de Windows

   Nom de l'hôte . . . . . . . . . . : BE01
   Suffixe DNS principal . . . . . . :
   Type de noud . . . . . . . . . .  : Inconnu
   Routage IP activé . . . . . . . . : Non
   Proxy WINS activé . . . . . . . . : Non

Carte Ethernet Connexion au réseau local:

   Suffixe DNS propre à la connexion :
   Description . . . . . . . . . . . : Carte AMD PCNET Family Ethernet PCI
   Adresse physique . . . . . . . . .: 00-0C-29-AA-BB-CC
   DHCP activé. . . . . . . . . . .  : Non
   Adresse IP. . . . . . . . . . . . : 10.0.0.5
   Masque de sous-réseau . . . . . . : 255.255.255.0
   Passerelle par défaut . . . . . . : 10.0.0.1
"""
NO_LEASE = "0.0.0.0"  # noqa: S104 - shown, not bound to
LATER = GERMAN.replace("10.0.0.5\n   Subnetz", "10.0.0.5(Bevorzugt)\n   Subnetz")


def _network(name, dns_names, addresses):
    return Network(
        computer_name=name,
        dns_names=dns_names,
        addresses=tuple(map(IPv4Address, addresses)),
        own_name_resolves_to=NOT_PINGED,
    )


@pytest.mark.parametrize(
    ("text", "found"),
    (
        pytest.param(
            ENGLISH,
            _network(
                "BE01", ("be01", "be01.corp.example", "be01.lan.example"), ("10.0.0.6", "10.0.0.5", "192.168.7.1")
            ),
            id="english",
        ),
        pytest.param(
            GERMAN,
            _network("EXCHANGE-SERVER", ("exchange-server-01", "exchange-server-01.firma.example"), ("10.0.0.5",)),
            id="german",
        ),
        pytest.param(FRENCH, _network("BE01", ("BE01",), ("10.0.0.5",)), id="french"),
        pytest.param(
            LATER,
            _network("EXCHANGE-SERVER", ("exchange-server-01", "exchange-server-01.firma.example"), ("10.0.0.5",)),
            id="as-later-windows-mark-addresses",
        ),
        pytest.param(
            FRENCH.replace("10.0.0.5", NO_LEASE).replace("255.255.255.0", NO_LEASE) + ENGLISH.split("\n\n", 2)[2],
            _network("BE01", ("BE01", "BE01.lan.example"), ("10.0.0.6", "10.0.0.5", "192.168.7.1")),
            id="an-adapter-without-a-lease",
        ),
    ),
)
@pytest.mark.parametrize("line_break", ("\n", "\r\n", "\r\r\n"))
def test_networks(text, found, line_break):
    assert read_ipconfig(text.replace("\n", line_break)) == found


ANEW = "; next step: make it anew on the server: ipconfig /all > ipconfig.txt"


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        pytest.param("", "no output of ipconfig /all: it ends in the middle of a line", id="empty"),
        pytest.param(
            "\n", "line 1: no output of ipconfig /all: its first paragraph does not show a computer", id="blank"
        ),
        pytest.param(ENGLISH[:-3], "no output of ipconfig /all: it ends in the middle of a line", id="cut-off"),
        pytest.param(
            f"C:\\>ipconfig /all\n{ENGLISH}",
            "line 1: no output of ipconfig /all: its first paragraph does not show a computer",
            id="with-its-prompt",
        ),
        pytest.param(
            ENGLISH.split("\n\n", 2)[2],
            "line 1: no output of ipconfig /all: its first paragraph shows no host name and DNS suffix",
            id="without-its-first-paragraph",
        ),
        pytest.param(
            "\n\n".join(ENGLISH.split("\n\n", 2)[:2]) + "\n",
            "no output of ipconfig /all: no adapter shows an IP address and a subnet mask",
            id="the-computer-only",
        ),
        pytest.param(
            GERMAN.replace("   Verbindungsspezifisches DNS-Suffix: firma.example\n", ""),
            "line 11: no output of ipconfig /all: an adapter does not show its DNS suffix first",
            id="no-suffix",
        ),
        pytest.param(
            "   x : y\n", "line 1: no output of ipconfig /all: it does not begin with a heading", id="no-heading"
        ),
        pytest.param(
            GERMAN.replace("exchange-server-01", "p@ss word"),
            "line 2: no output of ipconfig /all: its first paragraph shows no host name and DNS suffix",
            id="no-host-name",
        ),
        pytest.param(
            GERMAN.replace("255.255.255.0", "255.0.255.0"),
            "no output of ipconfig /all: no adapter shows an IP address and a subnet mask",
            id="no-mask",
        ),
    ),
)
def test_anything_else(text, problem):
    with pytest.raises(UnreadableFile) as caught:
        read_ipconfig(text)
    assert str(caught.value) == problem + ANEW


@given(text=st.one_of(st.text(), st.lists(st.sampled_from(ENGLISH.split("\n")), max_size=60).map("\n".join)))
def test_whatever_is_read_has_a_name_and_an_address(text):
    try:
        found = read_ipconfig(text + "\n")
    except UnreadableFile as error:
        shown = str(error)
    else:
        shown = found.computer_name + str(found.addresses[0])
    assert len(shown.splitlines()) == 1
