"""Hints on IPSecurity's binary block, for people only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.ip_restrictions import NO_RESTRICTIONS
from exgate.facts.ip_security_blob import hint
from exgate.facts.metabase_schema import BY_NAME
from exgate.facts.unknown import Unknown
from exgate.lab.exchange_metabase import _DENY_ALL_BUT

from .metabase_texts import patient

MIDDLE = "3c000080440000800100000001000000" + 24 * "0"
DENIED = f"1800008020000080{MIDDLE}"


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        pytest.param(
            f"1800008034000080{MIDDLE}", 'it looks like "Granted access" with exceptions', id="granted-with-exceptions"
        ),
        pytest.param(
            _DENY_ALL_BUT.format("ffffffff00000000"), 'it looks like "Denied access" without exceptions', id="nobody"
        ),
        pytest.param(
            _DENY_ALL_BUT.format("ffffffffc0a8ab01c0a8ab02"),
            'it looks like "Denied access" except 192.168.171.1, 192.168.171.2',
            id="one-mask-and-two-addresses",
        ),
        pytest.param(
            _DENY_ALL_BUT.format("ffffffff0a000005ffffffff0a000006").upper(),
            'it looks like "Denied access" except 10.0.0.5, 10.0.0.6',
            id="a-mask-before-each-address",
        ),
        pytest.param(
            _DENY_ALL_BUT.format("ffffffff" + "0a000001" * 5),
            'it looks like "Denied access" except 10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, ...',
            id="many",
        ),
        pytest.param("", None, id="empty"),
        pytest.param("0102", None, id="another-script's"),
        pytest.param("18000080200000803c", None, id="cut-off"),
        pytest.param(_DENY_ALL_BUT.format(""), None, id="no-mask"),
        pytest.param(_DENY_ALL_BUT.format("ffffffff"), None, id="a-mask-alone"),
        pytest.param(_DENY_ALL_BUT.format("ffffff000a000000"), None, id="a-group-of-computers"),
        pytest.param(_DENY_ALL_BUT.format("ffffffff0a0000"), None, id="no-whole-address"),
        pytest.param(_DENY_ALL_BUT.format("ffffffff0a000005") + "x", None, id="not-hexadecimal"),
        pytest.param(_DENY_ALL_BUT.format("ffffffff 0a000005"), None, id="white-space"),
        pytest.param("19" + _DENY_ALL_BUT.format("ffffffff0a000005")[2:], None, id="another-offset"),
        pytest.param(_DENY_ALL_BUT.format("ffffffff" + "0a000001" * 2**15), None, id="too-long"),
        pytest.param("٣" * 48, None, id="other-digits"),
    ),
)
def test_hint(text, expected):
    assert hint(text) == expected


@patient
@given(st.text() | st.binary().map(bytes.hex) | st.binary().map(lambda tail: DENIED + tail.hex()))
def test_whatever_a_block_looks_like_it_decides_nothing(text):
    value = BY_NAME["IPSecurity"].read(text)
    assert isinstance(value, Unknown) if text else value == NO_RESTRICTIONS


def test_the_hint_stands_in_the_reason():
    unknown = BY_NAME["IPSecurity"].read(_DENY_ALL_BUT.format("ffffffff0a000005"))
    assert unknown.reason == (
        "IPSecurity in MetaBase.xml could not be understood: it is a binary block, whose encoding is not documented; "
        'it looks like "Denied access" except 10.0.0.5'
    )
