"""The pytest plugin: ``pytest -p exgate.plugin --hosts=...``; it wires the rooms and decides nothing."""

from __future__ import annotations

import gc
import logging
from html import escape
from typing import Any

import pytest

from exgate.inventory import InventoryError
from exgate.plugin import last_words, listing
from exgate.plugin.host_choice import list_hosts, refuse_empty
from exgate.plugin.one_process import keep_one_process
from exgate.plugin.options import JSON_ALONE, add_options, inventory_path
from exgate.plugin.redacting import refuse_upload
from exgate.requirements import MARKER, WIRE, Severity

pytest_plugins = ("exgate.plugin.nagios",)
_LOG_TOKENS = ("spnego", "winrm", "requests_kerberos")
"""Libraries that write log-on tokens into their debug log; a password can be guessed from an NTLM token."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare our options, and stand around the run before it begins."""
    _spare_what_is_loaded()
    add_options(parser)
    pluginmanager.register(last_words, "exgate-last-words")


def pytest_configure(config: pytest.Config) -> None:
    """Declare our markers, and take part in the session."""
    refuse_upload(config)
    config.addinivalue_line("markers", f"{MARKER}(record): the test is a requirement of KB 817379")
    for severity in Severity:
        config.addinivalue_line("markers", f"{severity.value}: requirements of this severity")
    config.addinivalue_line("markers", f"{WIRE}: requirements that ask the servers' web sites from this machine")
    for name in _LOG_TOKENS:
        logging.getLogger(name).setLevel(logging.WARNING)
    keep_one_process(config)
    from exgate.plugin.parts import register_parts

    register_parts(config)


def pytest_collection_finish() -> None:
    """By now everything is loaded that a run needs before its reports."""
    _spare_what_is_loaded()


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_metadata(metadata: dict[str, Any], config: pytest.Config) -> None:
    """Keep the report's environment to what is ours: a CI system's variables may hold credentials."""
    kept = {name: metadata[name] for name in ("Python", "Platform") if name in metadata}
    metadata.clear()
    ours = {"Hosts": config.getoption("hosts") or "all"}
    for name, option in (("Facts from", "--facts-from"), ("Planned change", "--candidate")):
        if config.getoption(option):
            ours[name] = str(config.getoption(option))
    if config.getoption("--inventory") or "Facts from" not in ours:
        ours["Inventory"] = str(inventory_path(config))
    metadata |= kept | {name: escape(value) for name, value in ours.items()}


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Answer --list-hosts, and prepare --list-requirements, --write-docs and the reports' folders."""
    refuse_empty(config)
    if listing.is_listing(config):
        listing.prepare(config)
        return None
    if not config.getoption("--list-hosts"):
        from exgate.plugin.report_files import prepare_reports

        prepare_reports(config)
        return None
    if config.getoption("--json"):
        raise pytest.UsageError(JSON_ALONE)
    try:
        rows = list_hosts(config)
    except InventoryError as error:
        raise pytest.UsageError(str(error)) from None
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for name, role, address in rows:
        print(f"{name:{widths[0]}}  {role:{widths[1]}}  {address}")  # noqa: T201 - this is the option's output
    return int(pytest.ExitCode.OK)


def _spare_what_is_loaded() -> None:
    """Let Python search it for garbage no more: it stays, and pytest and Python search all memory at a run's end.

    That takes as long as a host's whole judgement.
    """
    gc.freeze()
