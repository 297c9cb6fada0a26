import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    (
        ("", ""),
        ("/exchange-oma B\u00fccher \\", "/exchange-oma B\u00fccher \\"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\x00\x1b[31m\x7f\x85", "\\x00\\x1b[31m\\x7f\\x85"),
        ("\u2028\u202e\ud800\U000e0001", "\\u2028\\u202e\\ud800\\U000e0001"),
    ),
)
def test_printable(text, shown):
    assert printable(text) == shown


@given(st.text(st.characters()))
def test_whatever_it_is_it_becomes_printable(text):
    assert printable(text).isprintable()
    assert printable(printable(text)) == printable(text)
