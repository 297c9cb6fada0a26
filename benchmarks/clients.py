"""Who asks the lab: the product as its users run it, its collecting alone, and plain testinfra."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import testinfra
from lab import PROJECT, BenchmarkError, Lab
from product import PASSWORD_VARIABLE, Judged, asking, judged
from runs import run

from exgate.facts.host import HostFacts
from exgate.inventory import HostSettings, Secret, load_inventory
from exgate.sources.collecting.fleet import collect
from exgate.sources.limits import Limits

COMMAND = "ipconfig"
"""What plain testinfra runs for each requirement: any command costs these messages, and its output is short."""
_USER = r"LAB\exgate"


def run_pytest(inventory: Path, parallel: int, folder: Path) -> Judged:
    """Run ``pytest --hosts=all`` as a process of its own, reports and all.

    Args:
        inventory: The inventory.
        parallel: Hosts that are asked at the same time.
        folder: Where the reports go.

    Raises:
        BenchmarkError: Not every host complies, as every host of this lab does, or pytest failed.
    """
    run(asking(inventory, folder, f"--parallel={parallel}", "-q"), PROJECT)
    return judged(folder / "junit.xml")


class Collecting:
    """The product's collecting without pytest: everything is read, nothing is judged.

    Args:
        inventory: The inventory.
    """

    def __init__(self, inventory: Path) -> None:
        loaded = load_inventory(inventory)
        self._hosts = {name: loaded.settings(name) for name in loaded.select("all")}

    def ask(self, names: Iterable[str], parallel: int) -> None:
        """Ask hosts.

        Raises:
            BenchmarkError: A host could not be asked.
        """
        hosts = [(settings, _password(settings)) for settings in (self._hosts[name] for name in names)]
        mailboxes = {s.name: s.test_password.resolve() for s, _ in hosts if s.test_mailbox and s.test_password}
        done = collect(hosts, Limits(parallel=parallel), lambda _name, _collected: None, test_passwords=mailboxes)
        for name, collected in done.items():
            if not isinstance(collected.result, HostFacts):
                message = f"{name} could not be asked: {collected.result.cause}"
                raise BenchmarkError(message)


def run_plain_testinfra(lab: Lab, names: Sequence[str], commands: int) -> None:
    """Run commands on hosts through testinfra's own winrm backend, one after another: it knows no other way.

    Args:
        lab: The lab.
        names: The hosts.
        commands: How many commands a host.

    Raises:
        BenchmarkError: A command failed.
    """
    for name in names:
        server = lab.servers[name]
        # The URL is that backend's only way to take a password; this one is made up for the run.
        credentials = f"{_USER}:{os.environ[PASSWORD_VARIABLE]}"
        host = testinfra.get_host(f"winrm://{credentials}@{server['address']}:{server['port']}?no_ssl=true")
        for _ in range(commands):
            try:
                status = host.run(COMMAND).rc
            except Exception as error:  # noqa: BLE001 - that backend lets every kind of requests' and pywinrm's through
                status = type(error).__name__
            if status != 0:
                message = f"plain testinfra: {COMMAND} on {name} ended with {status}"
                raise BenchmarkError(message)


def _password(settings: HostSettings) -> Secret | None:
    return settings.password.resolve() if settings.password else None
