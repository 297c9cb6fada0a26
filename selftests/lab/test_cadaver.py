"""cadaver, a WebDAV client that nobody here wrote, as far as the lab claims to be a WebDAV server."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

CADAVER = shutil.which("cadaver")
PASSWORD = "lab-password"

pytestmark = pytest.mark.skipif(not CADAVER, reason="cadaver is not installed")


@pytest.fixture
def dav_lab(started):
    """A lab whose password a .netrc can hold."""
    with started("--servers", "be01,sa01", password=PASSWORD) as lab:
        yield lab


@pytest.fixture
def cadaver(dav_lab, tmp_path):
    """Run cadaver's commands against a server's mailbox, in a home of its own."""

    def run(*commands: str, server="be01", path="/Exchange/exgate/") -> str:
        place = dav_lab.server(server)
        netrc = tmp_path / ".netrc"
        netrc.write_text(f"machine {place['address']} login LAB\\exgate password {PASSWORD}\n", encoding="ascii")
        netrc.chmod(0o600)
        result = subprocess.run(
            [CADAVER, dav_lab.site(server, path)],
            input="\n".join((*commands, "quit", "")),
            env=os.environ | {"HOME": str(tmp_path), "LC_ALL": "C"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return result.stdout

    return run


def test_it_opens_lists_and_downloads(dav_lab, cadaver, tmp_path):
    output = cadaver("ls", "cd Inbox", "ls", "get Welcome.EML")
    assert "Listing collection `/Exchange/exgate/': succeeded." in output
    assert "Coll:   Inbox" in output
    assert "Listing collection `/Exchange/exgate/Inbox/': succeeded." in output
    assert "Welcome.EML" in output
    assert b"Subject: Welcome\r\n" in (tmp_path / "Welcome.EML").read_bytes()
    assert dav_lab.record("be01")["site_logons_accepted"] >= 1


def test_it_is_told_that_nothing_can_be_written(cadaver, tmp_path):
    (tmp_path / "new.txt").write_text("x", encoding="ascii")
    output = cadaver("put new.txt", "mkcol New")
    assert output.count("405 Method Not Allowed") == 2


@pytest.mark.parametrize(
    ("options", "error"),
    (
        pytest.param({"path": "/Exchange/nobody/"}, "404 Not Found", id="no-mailbox"),
        pytest.param({"server": "sa01", "path": "/exchange-oma/exgate/"}, "403 Forbidden", id="address"),
    ),
)
def test_it_is_told_why_not(cadaver, options, error):
    assert error in cadaver("ls", **options)
