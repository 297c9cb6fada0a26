"""What all self-tests share."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from exgate.inventory import HostSettings, Role, Scheme, Secret, Transport
from exgate.lab.servers import SERVERS
from exgate.plugin.lab_process import PASSWORD_VARIABLE, LabProcess
from exgate.sources.endpoint import endpoint_url
from exgate.wsman.endpoint import Endpoint

pytest_plugins = ("loopback_peer",)

PROJECT = Path(__file__).parent.parent

# Hundreds of processes are started here, and each would compile everything anew where no bytecode may be written.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(PROJECT / ".selftests_bytecode"))
LAB_PASSWORD = "p@ss/w#rd? 100%ü"
"""Every character that ever broke a URL, a header or an encoding."""


@pytest.fixture(scope="session")
def samples() -> Path:
    """Real data that nobody on this project wrote; it is not part of the project."""
    folder = Path(os.environ.get("EXGATE_SAMPLES") or PROJECT.parent / "shared" / "samples")
    if not folder.is_dir():
        pytest.skip(f"no real samples in {folder}: set EXGATE_SAMPLES to their folder")
    return folder


@pytest.fixture(scope="session")
def article() -> str:
    """KB 817379's text; it is Microsoft's, and not part of the project."""
    samples_folder = os.environ.get("EXGATE_SAMPLES")
    folder = Path(samples_folder).parent if samples_folder else PROJECT.parent / "shared"
    file = folder / "kb817379.txt"
    if not file.is_file():
        pytest.skip(f"no text of the article: {file} (the folder above EXGATE_SAMPLES)")
    return file.read_text(encoding="utf-8")


@dataclass(frozen=True)
class LiveLab:
    """The embedded lab with every server it has, http and https."""

    process: LabProcess
    password: str = LAB_PASSWORD

    def settings(self, name: str, *, https: bool = False, **changes: Any) -> HostSettings:
        """Give what an inventory would say of a server: sealed NTLM over http unless something else is asked."""
        here = {
            "name": name,
            "role": Role.BACK_END,
            "organization": None,
            "address": f"{name}.invalid",
            "port": 5985,
            "scheme": Scheme.HTTPS if https else Scheme.HTTP,
            "transport": Transport.NTLM,
            "user": "LAB\\exgate",
            "password": None,
            "site": None,
            "test_mailbox": None,
            "web_port": 80,
            "web_https_port": 443,
            "web_https_name": None,
            "legacy_tls": False,
            "test_transport": Transport.NTLM,
            "test_user": None,
            "test_password": None,
            "ca_file": None,
            "cert_pem": None,
            "cert_key_pem": None,
            "shell": True,
            "collect_on": None,
            "lab_server": name,
            "groups": (),
            "source": "inventory.yml:1",
        }
        return self.process.place(HostSettings(**here | changes))

    def host(self, name: str, **changes: Any) -> tuple[HostSettings, Secret]:
        """Give a server's settings and password as `exgate.sources.collect` takes them."""
        return self.settings(name, **changes), Secret(self.password)

    def endpoint(self, name: str, *, https: bool = False, **changes: Any) -> Endpoint:
        """Give a server's endpoint as `exgate.wsman` takes it."""
        settings = self.settings(name, https=https)
        here = {
            "url": endpoint_url(settings),
            "transport": settings.transport.value,
            "user": settings.user,
            "password": self.password,
            "ca_file": settings.ca_file if https else None,
        }
        return Endpoint(**here | changes)

    def record(self, name: str) -> dict[str, Any]:
        """Give what a server saw since the last reset."""
        return self.records()[name]

    def records(self) -> dict[str, dict[str, Any]]:
        """Give what every server saw since the last reset."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.process.control}/record", timeout=10).json()

    def reset(self) -> None:
        """Let every server count anew."""
        with requests.Session() as session:
            session.trust_env = False
            session.post(f"{self.process.control}/reset", timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def started_lab():
    """The lab as it was left by the last test that used it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PASSWORD_VARIABLE, LAB_PASSWORD)
        process = LabProcess.start(SERVERS, https=True)
    try:
        yield LiveLab(process)
    finally:
        process.stop()


@pytest.fixture
def live_lab(started_lab):
    """The lab with fresh records."""
    started_lab.reset()
    return started_lab


@pytest.fixture
def own_lab(monkeypatch):
    """Start a lab that nobody else uses, for tests that change its servers."""
    monkeypatch.setenv(PASSWORD_VARIABLE, LAB_PASSWORD)
    processes = []

    def start(*servers):
        processes.append(LabProcess.start(servers, https=False))
        return LiveLab(processes[-1])

    yield start
    for process in processes:
        process.stop()
