"""Servers that nobody here wrote: MIT Kerberos' KDC, and Apache with its WebDAV, Negotiate, NTLM and old TLS; and Wine.

They run where Debian's packages of them are installed; `.ci/run` names these, and lets nobody skip the tests.
"""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from peers import httpd, realm
from peers.processes import program
from peers.wine import wine  # noqa: F401 - a fixture

from exgate.plugin.lab_process import PASSWORD_VARIABLE

LAB_USER, LAB_PASSWORD = "LAB\\exgate", "p@ss/w#rd? 100%ü"
_PROGRAMS = ("apache2", "krb5kdc", "kdb5_util", "kadmin.local", "kinit")
_FILES = {
    "libapache2-mod-auth-gssapi": "/usr/lib/apache2/modules/mod_auth_gssapi.so",
    "gss-ntlmssp": "/etc/gss/mech.d/mech.ntlmssp.conf",
}


def _missing():
    """Give what is not installed."""
    yield from (name for name in _PROGRAMS if not program(name))
    yield from (package for package, path in _FILES.items() if not Path(path).is_file())
    yield from (f"Python's {name}" for name in ("gssapi", "kerberos") if not importlib.util.find_spec(name))


@pytest.fixture(scope="session")
def _installed():
    missing = ", ".join(_missing())
    if missing and os.environ.get("EXGATE_PEERS") == "required":
        pytest.fail(f"EXGATE_PEERS=required, but there is no {missing}")
    if missing:
        pytest.skip(f"not installed: {missing} (the packages are in .ci/run)")


@pytest.fixture(scope="session")
def folder(_installed):
    """A folder that Apache's own user may enter, other than pytest's."""
    with tempfile.TemporaryDirectory(prefix="exgate-peers-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def kerberos(folder):
    """A realm."""
    (folder / "realm").mkdir()
    made, server = realm.start(folder / "realm")
    yield made
    server.stop()


@pytest.fixture(scope="session")
def lab_behind(_installed):
    """The lab's be01, which takes plain messages and Basic from whoever stands before it."""
    command = [sys.executable, "-m", "exgate.lab", "--json", "--servers", "be01", "--allow-unencrypted"]
    with subprocess.Popen(
        command,
        env={**os.environ, PASSWORD_VARIABLE: LAB_PASSWORD},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        place = json.loads(process.stdout.readline())["servers"]["be01"]
        yield httpd.Behind(f"http://{place['address']}:{place['port']}/wsman", LAB_USER, LAB_PASSWORD)
        process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)


@pytest.fixture(scope="session")
def apache(folder, kerberos, lab_behind, authority):
    """An Apache."""
    (folder / "httpd").mkdir()
    made, server = httpd.start(folder / "httpd", kerberos, authority.issuer, lab_behind)
    yield made
    server.stop()


@pytest.fixture
def no_ticket(kerberos, monkeypatch, tmp_path):
    """The realm, as somebody who has not logged on knows it."""
    monkeypatch.setenv("KRB5_CONFIG", str(kerberos.config))
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path / 'none'}")


@pytest.fixture
def ticket(kerberos, no_ticket, monkeypatch, tmp_path):
    """The user's ticket, in a cache of its own."""
    monkeypatch.setenv("KRB5CCNAME", kerberos.log_on(tmp_path / "cache"))
