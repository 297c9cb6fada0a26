"""A server's names and addresses: the collector's, ipconfig's, ping's, and host.yml's."""

from ipaddress import IPv4Address

import pytest

from exgate.facts.network import Network
from exgate.facts.unknown import Unknown
from exgate.inventory import DeclaredHost, HostFile, Role
from exgate.sources.folder.ipconfig import NOT_PINGED
from exgate.sources.folder.network import NO_NETWORK, read_network
from exgate.sources.folder.ping import Ping
from exgate.sources.folder.sources import Shown

BE01 = DeclaredHost(name="be01", role=Role.BACK_END)
OWN, OTHER = IPv4Address("10.0.0.5"), IPv4Address("10.0.0.6")
NAMES = ("be01", "be01.example")
DAMAGED = Unknown("ipconfig.txt: no output of ipconfig /all", "make it anew")
BAD_PING = Unknown("ping.txt: no output of ping", "make it anew")
NOT_ASKED = Unknown("the server could not be asked what its own name resolves to", "run ping")


def network(*addresses, resolved=NOT_PINGED, names=NAMES):
    return Network(computer_name="BE01", dns_names=names, addresses=addresses or (OWN,), own_name_resolves_to=resolved)


def read(said=None, computer=None, shown=(), pings=()):
    file = HostFile(declared=BE01, **said or {})
    return read_network(file, computer, [Shown(*each) for each in shown], [Shown(*each) for each in pings])


IPCONFIG = ("ipconfig.txt", network())
PING = ("ping.txt", Ping("be01.example", OWN))


@pytest.mark.parametrize(
    ("given", "found"),
    (
        pytest.param({}, NO_NETWORK, id="nothing"),
        pytest.param({"shown": [IPCONFIG]}, network(), id="ipconfig"),
        pytest.param({"shown": [("ipconfig.txt", DAMAGED)]}, DAMAGED, id="damaged"),
        pytest.param({"shown": [("collected.csv", network()), IPCONFIG]}, network(), id="two-that-agree"),
        pytest.param(
            {"shown": [("collected.csv", network(OWN, OTHER)), IPCONFIG]},
            Unknown("collected.csv and ipconfig.txt do not show the same addresses", "remove what is out of date"),
            id="two-that-do-not",
        ),
        pytest.param(
            {"said": {"computer_name": "BE01", "addresses": (OWN,), "dns_names": NAMES}}, network(), id="host-yml"
        ),
        pytest.param(
            {"said": {"computer_name": "BE01", "addresses": (OWN,)}}, network(names=("be01",)), id="host-yml-no-dns"
        ),
        pytest.param(
            {"said": {"addresses": (OWN,), "dns_names": NAMES}, "computer": "BE01"}, network(), id="named-by-a-reg-file"
        ),
        pytest.param({"said": {"addresses": (OWN,)}}, NO_NETWORK, id="addresses-without-a-name"),
        pytest.param({"said": {"computer_name": "BE01"}}, NO_NETWORK, id="a-name-without-addresses"),
        pytest.param({"said": {"computer_name": "BE01", "addresses": ()}}, NO_NETWORK, id="no-addresses"),
        pytest.param(
            {"said": {"computer_name": "BE01", "addresses": (OWN,), "dns_names": NAMES}, "shown": [("i.txt", DAMAGED)]},
            network(),
            id="host-yml-beside-a-damaged-file",
        ),
        pytest.param(
            {"said": {"addresses": (OTHER,)}, "shown": [IPCONFIG]},
            Unknown("ipconfig.txt and host.yml do not show the same addresses", "remove what is out of date"),
            id="host-yml-has-other-addresses",
        ),
        pytest.param(
            {"said": {"dns_names": ("be01.example", "owa.example")}, "shown": [IPCONFIG]},
            Unknown("ipconfig.txt does not show the name owa.example, which host.yml gives", "correct dns_names:"),
            id="host-yml-has-another-name",
        ),
        pytest.param(
            {"said": {"dns_names": ("BE01.example",), "addresses": (OWN,)}, "shown": [IPCONFIG]},
            network(),
            id="host-yml-says-less",
        ),
        pytest.param(
            {
                "said": {"computer_name": "BE01", "addresses": (OWN,)},
                "shown": [("collected.csv", network(OTHER)), IPCONFIG],
            },
            Unknown("collected.csv and ipconfig.txt do not show the same addresses", "remove what is out of date"),
            id="host-yml-settles-no-contradiction",
        ),
    ),
)
def test_network(given, found):
    assert read(**given) == found


@pytest.mark.parametrize(
    ("given", "resolved"),
    (
        pytest.param({"shown": [IPCONFIG]}, NOT_PINGED, id="not-pinged"),
        pytest.param({"shown": [IPCONFIG], "pings": [PING]}, (OWN,), id="ping"),
        pytest.param({"shown": [IPCONFIG], "pings": [("ping.txt", Ping("BE01", OTHER))]}, (OTHER,), id="elsewhere"),
        pytest.param({"shown": [IPCONFIG], "pings": [("ping.txt", BAD_PING)]}, BAD_PING, id="damaged"),
        pytest.param({"shown": [IPCONFIG], "pings": [("a.txt", BAD_PING), PING]}, (OWN,), id="one-damaged"),
        pytest.param(
            {"shown": [IPCONFIG], "pings": [("ping.txt", Ping("fe01", OWN))]},
            Unknown("the ping was of fe01, which is not the server's own name", NOT_PINGED.next_step),
            id="another-name",
        ),
        pytest.param(
            {"shown": [IPCONFIG], "pings": [PING, ("p.txt", Ping("be01", OTHER))]},
            Unknown("ping.txt and p.txt do not show the same address of the server's own name", "remove what is out of date"),
            id="two-pings",
        ),
        pytest.param({"shown": [IPCONFIG], "said": {"own_name_resolves_to": (OWN,)}}, (OWN,), id="host-yml"),
        pytest.param(
            {"shown": [IPCONFIG], "pings": [PING], "said": {"own_name_resolves_to": (OTHER,)}},
            Unknown("ping.txt and host.yml do not show the same address of the server's own name", "remove what is out of date"),
            id="host-yml-against-ping",
        ),
        pytest.param({"shown": [("collected.csv", network(resolved=(OWN,)))], "pings": [PING]}, (OWN,), id="collector"),
        pytest.param({"shown": [("collected.csv", network(resolved=NOT_ASKED))]}, NOT_ASKED, id="collector-could-not"),
        pytest.param(
            {"shown": [("collected.csv", network(resolved=NOT_ASKED)), IPCONFIG], "pings": [PING]},
            (OWN,),
            id="collector-could-not-and-ping-could",
        ),
    ),
)  # fmt: skip
def test_what_the_own_name_resolves_to(given, resolved):
    assert read(**given).own_name_resolves_to == resolved
