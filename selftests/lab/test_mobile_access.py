from __future__ import annotations

import pytest

ACTIVESYNC = "/Microsoft-Server-ActiveSync"


@pytest.mark.parametrize(
    ("server", "https", "versions"),
    (
        pytest.param("sa01", False, "1.0,2.0,2.1,2.5", id="standalone"),
        pytest.param("fe01", False, "1.0,2.0,2.1,2.5", id="front-end"),
        pytest.param("fe02", True, "1.0,2.0,2.1,2.5", id="over-https"),
        pytest.param("drift-63-no-protocol-versions", False, None, id="no-versions"),
    ),
)
def test_activesync_tells_what_it_speaks(ask, basic, server, https, versions):
    answer, page = ask(server, ACTIVESYNC, method="OPTIONS", https=https, headers=basic)
    names = ("MS-Server-ActiveSync", "MS-ASProtocolVersions", "Public", "Allow")
    assert (answer.status, page) == (200, b"")
    assert [answer.headers[name] for name in names] == ["6.5.7638.1", versions, "OPTIONS, POST", "OPTIONS, POST"]
    assert "FolderSync" in answer.headers["MS-ASProtocolCommands"].split(",")


@pytest.mark.parametrize("method", ("GET", "POST", "PROPFIND"))
def test_activesync_does_nothing_else(ask, basic, method):
    answer, page = ask("sa01", ACTIVESYNC, method=method, headers=basic)
    assert (answer.status, answer.headers["MS-Server-ActiveSync"]) == (501, "6.5.7638.1")
    assert b"HTTP 501" in page


@pytest.mark.parametrize(
    ("method", "status"),
    (
        pytest.param("GET", 200, id="get"),
        pytest.param("HEAD", 200, id="head"),
        pytest.param("PROPFIND", 405, id="propfind"),
    ),
)
def test_outlook_mobile_access(ask, basic, method, status):
    answer, page = ask("sa01", "/oma", method=method, headers=basic)
    assert answer.status == status
    assert (b"<title>Outlook Mobile Access</title>" in page) is (method == "GET")


@pytest.mark.parametrize("path", (ACTIVESYNC, "/oma"))
def test_neither_answers_a_stranger(ask, path):
    answer, _ = ask("sa01", path, method="OPTIONS", host="mail")
    assert (answer.status, answer.headers.get_all("WWW-Authenticate")) == (401, ['Basic realm="mail"'])


@pytest.mark.parametrize(
    ("method", "status"), (pytest.param("GET", 200, id="get"), pytest.param("PROPFIND", 501, id="propfind"))
)
def test_a_plain_virtual_directory(ask, method, status):
    assert ask("sa01", "/ExchWeb/", method=method)[0].status == status
