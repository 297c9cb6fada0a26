from __future__ import annotations

import pytest

from exgate.lab.server_extensions import FRONTPAGE_2002, WebServerExtensions

EXCLUDED = ("exchange", "/oma/", "sites/mail")


@pytest.mark.parametrize(
    ("path", "taken"),
    (
        pytest.param("/", False, id="first-page"),
        pytest.param("/exchange", False, id="excluded"),
        pytest.param("/Exchange/user/Inbox", False, id="excluded-below-and-in-any-case"),
        pytest.param("/exchange-oma/user", True, id="longer-name"),
        pytest.param("/OMA", False, id="slashes-in-the-list"),
        pytest.param("/sites/mail/x", False, id="two-segments"),
        pytest.param("/sites/other", True, id="beside-it"),
        pytest.param("/public", True, id="not-excluded"),
    ),
)
def test_what_sharepoint_takes(path, taken):
    assert WebServerExtensions(excluded_paths=EXCLUDED).takes(1, path) is taken


@pytest.mark.parametrize(
    "extensions",
    (
        pytest.param(WebServerExtensions(extends=(2,)), id="another-site"),
        pytest.param(WebServerExtensions(version=FRONTPAGE_2002), id="frontpage"),
    ),
)
def test_what_takes_nothing(extensions):
    assert not extensions.takes(1, "/exchange")


def test_the_registry_has_a_key_for_every_extended_site():
    base = r"HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions"
    assert list(WebServerExtensions(extends=(1, 3)).registry()) == [
        *(rf"{base}\6.0", rf"{base}\Ports\Port /LM/W3SVC/1:", rf"{base}\Ports\Port /LM/W3SVC/3:")
    ]
