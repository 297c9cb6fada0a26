"""The names of fix plans' files."""

import hashlib
import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.reports.fix_names import file_names

LONG = "a" * 120
DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


def digest(host):
    return hashlib.sha256(host.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@pytest.mark.parametrize(
    ("host", "name"),
    (
        ("be01", "be01.txt"),
        ("BE01.corp.example_x-1", "BE01.corp.example_x-1.txt"),
        pytest.param("a:b/c*d\\e?", "a%3Ab%2Fc%2Ad%5Ce%3F.txt", id="what-windows-forbids"),
        pytest.param("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.txt", id="no-way-out-of-the-folder"),
        ("..", "%2E..txt"),
        (".", "%2E.txt"),
        ("-rf", "%2Drf.txt"),
        ("con", "%63on.txt"),
        ("NUL.corp.example", "%4EUL.corp.example.txt"),
        ("com1", "%63om1.txt"),
        ("console", "console.txt"),
        ("com10", "com10.txt"),
        pytest.param("be01.", "be01..txt", id="a-dot-at-the-end-is-not-the-last"),
        pytest.param("be 01 ", "be%2001%20.txt", id="spaces"),
        pytest.param("%63on", "%2563on.txt", id="what-looks-encoded"),
        ("a~b", "a%7Eb.txt"),
        pytest.param("büro\n\u202e", "b%C3%BCro%0A%E2%80%AE.txt", id="octets-of-utf-8"),
        pytest.param("\ud800", "%ED%A0%80.txt", id="half-a-character"),
        pytest.param("", "%.txt", id="empty"),
        pytest.param(LONG, f"{LONG}.txt", id="just-not-too-long"),
        pytest.param(f"{LONG}a", f"{'a' * 90}~{digest(f'{LONG}a')}.txt", id="too-long"),
        pytest.param(f"{'a' * 89}{'/' * 30}", f"{'a' * 89}~{digest('a' * 89 + '/' * 30)}.txt", id="no-half-escape"),
    ),
)
def test_one_name(host, name):
    assert file_names([host]) == {host: name}


def test_names_that_differ_in_case_alone_have_digests():
    assert file_names(["be01", "BE01", "be02"]) == {
        "be01": f"be01~{digest('be01')}.txt",
        "BE01": f"BE01~{digest('BE01')}.txt",
        "be02": "be02.txt",
    }


@given(st.lists(st.text(st.characters(), max_size=200) | st.text("aA%~.:conCON1", max_size=8), unique=True, max_size=6))
def test_any_names(hosts):
    names = file_names(hosts)
    assert list(names) == hosts
    assert len({name.casefold() for name in names.values()}) == len(hosts)
    for host, name in names.items():
        assert re.fullmatch(r"[A-Za-z0-9_%~.-]{1,150}\.txt", name)
        assert not DEVICE.fullmatch(name)
        if "~" not in name and host:
            assert unquote(name.removesuffix(".txt"), errors="surrogatepass") == host
