from ipaddress import IPv4Address, IPv4Network

import pytest

from exgate.facts.ip_restrictions import NO_RESTRICTIONS, IPRestrictions, parse_ip_entry

SERVER = IPv4Network("10.0.0.5/32")


@pytest.mark.parametrize(
    ("text", "network"),
    (
        pytest.param("10.0.0.5, 255.255.255.255", "10.0.0.5/32", id="wmi"),
        pytest.param("123.0.0.1,255.255.255.0", "123.0.0.0/24", id="adsi-without-space"),
        pytest.param("10.0.0.5", "10.0.0.5/32", id="address-alone"),
        pytest.param(" 10.0.0.5 ,255.0.0.0 ", "10.0.0.0/8", id="spaces"),
        pytest.param("10.0.0.5, 0.0.0.0", "0.0.0.0/0", id="everybody"),
    ),
)
def test_parse_ip_entry(text, network):
    assert parse_ip_entry(text) == IPv4Network(network)


@pytest.mark.parametrize(
    "text",
    (
        *("", "be01, 255.255.255.255", "10.0.0.5, 255.255.255.255, 1", "::1", "10.0.0.5,300.0.0.0"),
        *("10.0.0.0, 0.0.0.255", "10.0.0.5, 32", "10.0.0.5, 255.0.255.0", "10.0.0.5, ", "10.0.0.5, 255"),
    ),
)
def test_parse_ip_entry_refuses(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_ip_entry(text)


@pytest.mark.parametrize(
    ("restrictions", "granted"),
    (
        pytest.param(NO_RESTRICTIONS, True, id="none"),
        pytest.param(IPRestrictions(grant_by_default=True, ip_deny=(SERVER,)), False, id="denied"),
        pytest.param(IPRestrictions(grant_by_default=True, ip_grant=()), True, id="grant-list-does-not-count"),
        pytest.param(IPRestrictions(grant_by_default=False), False, id="nobody"),
        pytest.param(IPRestrictions(grant_by_default=False, ip_grant=(SERVER,)), True, id="granted"),
        pytest.param(
            IPRestrictions(grant_by_default=False, ip_grant=(SERVER,), ip_deny=(SERVER,)),
            True,
            id="deny-list-does-not-count",
        ),
    ),
)
def test_grants(restrictions, granted):
    assert restrictions.grants(IPv4Address("10.0.0.5")) is granted


@pytest.mark.parametrize(
    ("restrictions", "text"),
    (
        pytest.param(NO_RESTRICTIONS, "GrantByDefault TRUE, nobody denied", id="none"),
        pytest.param(
            IPRestrictions(grant_by_default=True, ip_deny=(IPv4Network("10.0.0.0/8"),), domain_deny=("evil.example",)),
            "GrantByDefault TRUE, IPDeny 10.0.0.0/255.0.0.0, evil.example",
            id="denied",
        ),
        pytest.param(IPRestrictions(grant_by_default=False), "GrantByDefault FALSE, nobody granted", id="nobody"),
        pytest.param(
            IPRestrictions(grant_by_default=False, ip_grant=(SERVER,)),
            "GrantByDefault FALSE, IPGrant 10.0.0.5",
            id="one",
        ),
    ),
)
def test_shown(restrictions, text):
    assert str(restrictions) == text
