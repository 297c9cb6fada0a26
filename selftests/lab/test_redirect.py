from __future__ import annotations

import pytest

from exgate.lab.redirect import Redirect

URL = "https://mail.lab.example/owa"


@pytest.mark.parametrize(
    ("text", "rest", "status", "location"),
    (
        pytest.param(URL, "/user/?a=b", 302, f"{URL}/user/?a=b", id="rest-is-added"),
        pytest.param(f"{URL}/", "/user", 302, f"{URL}/user", id="one-slash"),
        pytest.param(URL, "", 302, URL, id="the-key-itself"),
        pytest.param(f"{URL}, EXACT_DESTINATION", "/user", 302, URL, id="exact"),
        pytest.param(f"{URL}, permanent", "/user", 301, f"{URL}/user", id="permanent"),
        pytest.param(f"{URL}, CHILD_ONLY, EXACT_DESTINATION", "/user", 302, URL, id="child"),
        pytest.param(f"{URL}, CHILD_ONLY", "/", 302, None, id="no-child"),
    ),
)
def test_redirects(text, rest, status, location):
    redirect = Redirect.parse(text)
    assert (redirect.status, redirect.location(rest)) == (status, location)


@pytest.mark.parametrize("text", ("", " ", ", PERMANENT"))
def test_no_redirect(text):
    assert Redirect.parse(text) is None
