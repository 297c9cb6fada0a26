"""The article's step 14 as a table."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from exgate.exchange.ip_access import read_restrictions, restricted_to_itself
from exgate.facts.ip_restrictions import NO_RESTRICTIONS, IPRestrictions
from exgate.facts.unknown import Unknown, UnknownFact

from .conftest import NETWORK

UNRESOLVED = replace(NETWORK, own_name_resolves_to=Unknown("not resolved", "ping"))
BY_HOSTS_FILE = replace(NETWORK, own_name_resolves_to=(IPv4Address("127.0.0.1"),))
BOTH = replace(NETWORK, own_name_resolves_to=NETWORK.addresses)
UNKNOWN = Unknown("denied", "ask")
REVERSED = "denies the server itself and lets everybody else in, the reverse of what is meant"
LOOPBACK_ALONE = (
    "lets in the loopback address alone, but the server asks itself by its own name (BE01 resolves to 10.0.0.5 there)"
)


def granted(*networks, **more):
    return IPRestrictions(grant_by_default=False, ip_grant=tuple(map(IPv4Network, networks)), **more)


def denied(*networks, **more):
    return IPRestrictions(grant_by_default=True, ip_deny=tuple(map(IPv4Network, networks)), **more)


@pytest.mark.parametrize(
    ("restrictions", "network", "complies", "does"),
    (
        pytest.param(
            granted("10.0.0.5"), NETWORK, True, "lets in the server alone (BE01 resolves to 10.0.0.5 there)", id="right"
        ),
        pytest.param(
            granted("10.0.0.5", "10.0.0.6", "127.0.0.1"),
            BOTH,
            True,
            "lets in the server alone (BE01 resolves to 10.0.0.5, 10.0.0.6 there)",
            id="all-own-addresses",
        ),
        pytest.param(
            granted("127.0.0.1"),
            BY_HOSTS_FILE,
            False,
            "lets in the loopback address alone, but the server asks itself by its own name (BE01 resolves to 127.0.0.1 "
            "there)",
            id="loopback-alone-by-the-hosts-file",
        ),
        pytest.param(
            granted("10.0.0.5", "127.0.0.1"),
            BY_HOSTS_FILE,
            True,
            "lets in the server alone (BE01 resolves to 127.0.0.1 there)",
            id="hosts-file",
        ),
        pytest.param(NO_RESTRICTIONS, NETWORK, False, "lets everybody in: it has no IP address restriction", id="open"),
        pytest.param(
            NO_RESTRICTIONS,
            UNKNOWN,
            False,
            "lets everybody in: it has no IP address restriction",
            id="open-without-network",
        ),
        pytest.param(denied("10.0.0.5"), NETWORK, False, REVERSED, id="denies-itself"),
        pytest.param(denied("10.0.0.0/8"), NETWORK, False, REVERSED, id="denies-its-own-network"),
        pytest.param(denied("127.0.0.1"), NETWORK, False, REVERSED, id="denies-its-loopback"),
        pytest.param(
            denied("192.0.2.1"),
            NETWORK,
            False,
            "lets everybody in but the addresses that it denies",
            id="denies-others",
        ),
        pytest.param(
            denied(domain_deny=("a.example",)),
            NETWORK,
            False,
            "lets everybody in but the addresses that it denies",
            id="denies-a-domain",
        ),
        pytest.param(granted(), NETWORK, False, "lets nobody in, not even the server itself", id="nobody"),
        pytest.param(granted("127.0.0.1"), NETWORK, False, LOOPBACK_ALONE, id="loopback-alone"),
        pytest.param(
            granted("127.0.0.1"),
            UNRESOLVED,
            False,
            "lets in the loopback address alone, but the server asks itself by its own name",
            id="loopback-alone-unresolved",
        ),
        pytest.param(
            granted("10.0.0.6"),
            NETWORK,
            False,
            "keeps the server itself out: BE01 resolves to 10.0.0.5 there",
            id="another-own-address",
        ),
        pytest.param(
            granted("10.0.0.5"),
            BOTH,
            False,
            "keeps the server itself out: BE01 resolves to 10.0.0.6 there",
            id="one-of-two",
        ),
        pytest.param(
            granted("10.0.0.5", "192.0.2.1"),
            NETWORK,
            False,
            "lets in 192.0.2.1, which is not the server's own address",
            id="foreign",
        ),
        pytest.param(
            granted("10.0.0.0/24"),
            NETWORK,
            False,
            "lets in 10.0.0.0/255.255.255.0, which is not the server's own address",
            id="own-network",
        ),
        pytest.param(
            granted("10.0.0.5", domain_grant=("a.example",)), NETWORK, False, "lets domains in (a.example)", id="domain"
        ),
    ),
)
def test_restricted_to_itself(restrictions, network, complies, does):
    assert restricted_to_itself(restrictions, network) == (complies, does)


@pytest.mark.parametrize(
    ("restrictions", "network", "text"),
    (
        pytest.param(granted("10.0.0.5"), UNRESOLVED, "not resolved; next step: ping", id="not-resolved"),
        pytest.param(granted("10.0.0.5"), UNKNOWN, "denied; next step: ask", id="own-addresses-not-known"),
    ),
)
def test_unknown(restrictions, network, text):
    with pytest.raises(UnknownFact) as caught:
        restricted_to_itself(restrictions, network)
    assert str(caught.value) == text


def test_the_reading_names_what_was_found_and_what_is_demanded():
    reading = read_restrictions("/exchange-oma", denied("10.0.0.5"), NETWORK)
    assert reading.found == (
        f"/exchange-oma {REVERSED}: GrantByDefault TRUE, IPDeny 10.0.0.5; "
        "demanded: denied by default, the server's own address the only exception"
    )
