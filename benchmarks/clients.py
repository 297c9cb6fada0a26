"""Who asks the lab: the product as its users run it, its collecting alone, and plain testinfra."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import testinfra
import yaml
from defusedxml import ElementTree as SafeElementTree
from lab import PROJECT, BenchmarkError, Lab
from runs import run

from exgate.facts.host import HostFacts
from exgate.inventory import HostSettings, Secret, load_inventory
from exgate.sources.collecting.fleet import collect
from exgate.sources.limits import Limits

PASSWORD_VARIABLE = "EXGATE_LAB_PASSWORD"  # noqa: S105 - the name of a variable, not a password
COMMAND = "ipconfig"
"""What plain testinfra runs for each requirement: any command costs these messages, and its output is short."""
_USER = r"LAB\exgate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How many requirements a host was judged on.

    Attributes:
        requirements: All that were selected.
        applied: Those that applied to the host.
    """

    requirements: int
    applied: int


def run_pytest(inventory: Path, parallel: int, folder: Path) -> Judged:
    """Run ``pytest --hosts=all`` as a process of its own, reports and all.

    Args:
        inventory: The inventory.
        parallel: Hosts that are asked at the same time.
        folder: Where the reports go.

    Raises:
        BenchmarkError: Not every host complies, as every host of this lab does, or pytest failed.
    """
    junit = folder / "junit.xml"
    command = [sys.executable, "-m", "pytest", "--hosts=all", f"--inventory={inventory}", f"--parallel={parallel}"]
    run([*command, "-q", "-p", "no:cacheprovider", f"--report-dir={folder}"], PROJECT)
    return judged(junit)


def without_shell(inventory: Path) -> Path:
    """Write the inventory anew with ``shell: false``, and give its path."""
    content = yaml.safe_load(inventory.read_text(encoding="utf-8"))
    content["all"]["vars"]["shell"] = False
    path = inventory.with_name("no-shell.yml")
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


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


def judged(junit: Path) -> Judged:
    """Count the requirements of a run by its JUnit report; the hosts of a lab of copies are judged on the same."""
    verdicts: dict[str, str] = {}
    for testcase in SafeElementTree.parse(junit).iter("testcase"):
        named = {prop.get("name"): prop.get("value", "") for prop in testcase.iter("property")}
        verdicts[named["id"]] = named["verdict"]
    return Judged(requirements=len(verdicts), applied=sum(verdict != "not applicable" for verdict in verdicts.values()))
