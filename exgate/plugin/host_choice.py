"""Which hosts a command line means, and where their facts come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from exgate.inventory import HostFolders, load_inventory
from exgate.plugin.options import collect_on, events_since, inventory_path, limits, no_wire

if TYPE_CHECKING:
    from exgate.plugin.hosts import Hosts

_NO_HOSTS = (
    "no hosts: say which with --hosts, for example --hosts=backends (pytest --list-hosts shows what there is); "
    "the machine that runs the tests is never tested by itself"
)
_EVERY = "all"


def pattern(config: pytest.Config) -> str:
    """Give what --hosts says; with --facts-from, where nobody is asked, all hosts are meant without it.

    Raises:
        pytest.UsageError: It says nothing, or names connections instead of hosts.
    """
    given: str | None = config.option.hosts or (_EVERY if config.getoption("--facts-from") else None)
    if not given:
        raise pytest.UsageError(_NO_HOSTS)
    if "://" in given:
        message = f"--hosts={given}: name hosts, groups or patterns of the inventory, not connections"
        raise pytest.UsageError(message)
    return given


def list_hosts(config: pytest.Config) -> list[tuple[str, str, str]]:
    """Give name, role and address, or folder, of the hosts that --hosts selects; all of them without it.

    Raises:
        InventoryError: The inventory or the folder of saved facts is wrong, or the pattern selects nothing.
    """
    chosen = config.option.hosts or _EVERY
    folder = config.getoption("--facts-from")
    if folder and not config.getoption("--inventory"):
        folders = HostFolders(Path(folder))
        return [(name, folders.declared(name).role.value, folders.hosts[name]) for name in folders.select(chosen)]
    inventory = load_inventory(inventory_path(config))
    settings = map(inventory.settings, inventory.select(chosen))
    return [(host.name, host.role.value, host.lab_server or f"{host.address}:{host.port}") for host in settings]


def refuse_empty(config: pytest.Config) -> None:
    """Refuse an empty path: it would mean the current folder.

    Raises:
        pytest.UsageError: There is one.
    """
    for option in ("--report-dir", "--facts-out", "--facts-from", "--candidate", "--baseline", "--inventory"):
        if config.getoption(option) == "":
            message = f"{option}= names nothing: give a path, or leave the option out"
            raise pytest.UsageError(message)


def choose_hosts(config: pytest.Config) -> Hosts:
    """Select the hosts that the command line means; nobody is asked yet.

    Raises:
        InventoryError: The inventory or the folder of saved facts is wrong, or the pattern selects nothing.
        pytest.UsageError: Options that exclude each other.
    """
    folder = config.getoption("--facts-from")
    if folder is None:
        from exgate.plugin.live_hosts import LiveHosts
        from exgate.sources.collect import Questions

        kept = any(config.getoption(option) is not None for option in ("--facts-out", "--candidate"))
        questions = Questions(wire=not no_wire(config), events_since=events_since(config), own_name=kept)
        inventory = load_inventory(inventory_path(config))
        return LiveHosts(inventory, pattern(config), limits(config), questions, collect_on(config))
    if config.getoption("--facts-out") is not None:
        raise pytest.UsageError("--facts-out saves what is asked of hosts, and --facts-from asks nobody: leave out one")
    from exgate.plugin.saved_hosts import SavedHosts

    given = config.getoption("--inventory")
    declarations = load_inventory(Path(given)) if given else HostFolders(Path(folder))
    since = events_since(config)
    return SavedHosts(Path(folder), declarations, pattern(config), by_inventory=bool(given), events_since=since)
