import pytest

from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    (
        pytest.param(AuthFlags, "AuthBasic | AuthNTLM | AuthMD5", 22, id="names"),
        pytest.param(AuthFlags, "AuthAnonymous", 1, id="one-name"),
        pytest.param(AuthFlags, "0", 0, id="none"),
        pytest.param(AuthFlags, "6", 6, id="number"),
        pytest.param(AccessSSLFlags, "AccessSSL | AccessSSL128", 264, id="128-bit"),
        pytest.param(AccessFlags, "AccessRead | AccessWrite | AccessSource | AccessScript", 531, id="exchange"),
    ),
)
def test_parse(kind, text, number):
    assert int(kind.parse(text)) == number


def test_parse_refuses_an_unknown_name():
    with pytest.raises(ValueError, match=r"^'AuthSmoke' is no flag of AuthFlags$"):
        AuthFlags.parse("AuthBasic | AuthSmoke")


@pytest.mark.parametrize(
    ("flags", "text"),
    (
        pytest.param(AuthFlags(6), "6 (AuthBasic | AuthNTLM)", id="names"),
        pytest.param(AuthFlags(0), "0", id="none"),
        pytest.param(AccessSSLFlags(8), "8 (AccessSSL)", id="ssl"),
        pytest.param(AuthFlags(0x8006), "32774 (AuthBasic | AuthNTLM)", id="an-unknown-bit-stays-in-the-number"),
    ),
)
def test_shown(flags, text):
    assert str(flags) == text
