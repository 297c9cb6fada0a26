"""The product as its users run it: its command line, the inventory that it takes, the JUnit report that it writes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from defusedxml import ElementTree as SafeElementTree

PASSWORD_VARIABLE = "EXGATE_LAB_PASSWORD"  # noqa: S105 - the name of a variable, not a password
COMPLIES, FAILS, UNSEEN = 0, 1, 6
"""Exit statuses: everything complies, something does not, not everything could be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How many requirements a host was judged on.

    Attributes:
        requirements: All that were selected.
        applied: Those that applied to the host.
    """

    requirements: int
    applied: int


def command(*options: str) -> list[str]:
    """Give the command line of a run that leaves nothing in the project."""
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]


def asking(inventory: Path, reports: Path, *options: str) -> list[str]:
    """Give the command line of a run over every host of an inventory.

    Args:
        inventory: The inventory.
        reports: Where the reports go.
        options: Further options.
    """
    return command("--hosts=all", f"--inventory={inventory}", f"--report-dir={reports}", *options)


def without_shell(inventory: Path) -> Path:
    """Write the inventory anew with ``shell: false``, and give its path."""
    content = yaml.safe_load(inventory.read_text(encoding="utf-8"))
    content["all"]["vars"]["shell"] = False
    path = inventory.with_name("no-shell.yml")
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def judged(junit: Path) -> Judged:
    """Count the requirements of a run by its JUnit report; the hosts of a lab of copies are judged on the same."""
    verdicts: dict[str, str] = {}
    for testcase in SafeElementTree.parse(junit).iter("testcase"):
        named = {prop.get("name"): prop.get("value", "") for prop in testcase.iter("property")}
        verdicts[named["id"]] = named["verdict"]
    return Judged(requirements=len(verdicts), applied=sum(verdict != "not applicable" for verdict in verdicts.values()))
