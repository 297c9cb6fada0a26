"""What a server calls itself in NTLM's challenge, and that anything less than all of it is nothing."""

import struct

import pytest

from exgate.wsman.ntlm_names import DomainMember, domain_member

COMPUTER, DOMAIN, DNS_COMPUTER, DNS_DOMAIN, TREE, TIMESTAMP = 1, 2, 3, 4, 5, 7
MEMBER = {COMPUTER: "BE01", DOMAIN: "LAB", DNS_COMPUTER: "be01.lab.example", DNS_DOMAIN: "lab.example", TREE: "example"}


def challenge(pairs, *, version=b"\x05\x02\xce\x0e\x00\x00\x00\x0f", end=b"\x00\x00\x00\x00"):
    target = "LAB".encode("utf-16-le")
    data = b"".join(
        struct.pack("<HH", number, len(value)) + value
        for number, text in pairs.items()
        for value in (text if isinstance(text, bytes) else text.encode("utf-16-le"),)
    )
    head = b"NTLMSSP\x00" + struct.pack("<IHHII", 2, len(target), len(target), 48 + len(version), 0xA2898205)
    place = 48 + len(version) + len(target)
    information = data + end
    fields = struct.pack("<HHI", len(information), len(information), place)
    return head + bytes(range(8)) + bytes(8) + fields + version + target + information


@pytest.mark.parametrize(
    ("data", "expected"),
    (
        pytest.param(challenge(MEMBER), DomainMember("BE01", "lab.example"), id="member"),
        pytest.param(challenge(MEMBER, version=b""), DomainMember("BE01", "lab.example"), id="without-a-version"),
        pytest.param(
            challenge({TIMESTAMP: b"\x00\xd8" * 4} | MEMBER), DomainMember("BE01", "lab.example"), id="with-the-time"
        ),
        *(
            pytest.param(challenge({k: v for k, v in MEMBER.items() if k != missing}), None, id=f"without-{missing}")
            for missing in (COMPUTER, DNS_DOMAIN, TREE)
        ),
        pytest.param(challenge(MEMBER | {DNS_DOMAIN: ""}), None, id="an-empty-domain"),
        pytest.param(challenge({}), None, id="no-names"),
        pytest.param(challenge(MEMBER, end=b""), None, id="no-end"),
        pytest.param(challenge(MEMBER)[:-60], None, id="cut-off"),
        pytest.param(challenge(MEMBER)[:40], None, id="no-target-information"),
        pytest.param(challenge(MEMBER | {COMPUTER: b"\x00\xd8"}), None, id="no-unicode"),
        pytest.param(challenge(MEMBER | {COMPUTER: b"B"}), None, id="half-a-character"),
        pytest.param(b"NTLMSSP\x00\x01" + bytes(60), None, id="another-message"),
        pytest.param(b"", None, id="nothing"),
    ),
)
def test_the_names_in_a_challenge(data, expected):
    assert domain_member(data) == expected
