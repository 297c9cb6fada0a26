"""The pytest plugin: ``pytest -p exgate.plugin --hosts=...``; it wires the rooms and decides nothing."""

from __future__ import annotations

import logging
from html import escape
from typing import Any

import pytest

from exgate.inventory import InventoryError
from exgate.plugin import fixtures, last_words, listing
from exgate.plugin.host_choice import list_hosts, refuse_empty
from exgate.plugin.html_page import ExgateHtmlPage
from exgate.plugin.one_process import keep_one_process
from exgate.plugin.options import add_options, inventory_path
from exgate.plugin.protocol import ExgateProtocol
from exgate.plugin.recording import ExgateRecording
from exgate.plugin.redacting import ExgateRedacting, refuse_upload
from exgate.plugin.report_files import prepare_reports
from exgate.plugin.reporting import ExgateReporting
from exgate.plugin.run_summary import SUMMARY, RunSummary
from exgate.plugin.selection import ExgateSelection
from exgate.plugin.session import JSON_ALONE, ExgateSession
from exgate.plugin.termination import ExgateTermination
from exgate.plugin.waiving import ExgateWaivers
from exgate.requirements import MARKER, WIRE, Severity

pytest_plugins = ("exgate.plugin.nagios",)
_LOG_TOKENS = ("spnego", "winrm", "requests_kerberos")
"""Libraries that write log-on tokens into their debug log; a password can be guessed from an NTLM token."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare our options, and stand around the run before it begins."""
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
    config.pluginmanager.register(fixtures, "exgate-fixtures")
    redacting = ExgateRedacting(config)
    config.pluginmanager.register(ExgateTermination(), "exgate-termination")
    config.pluginmanager.register(ExgateSelection(), "exgate-selection")
    session = ExgateSession()
    config.pluginmanager.register(session, "exgate-session")
    config.pluginmanager.register(ExgateWaivers(), "exgate-waivers")
    recording = ExgateRecording(config)
    config.pluginmanager.register(recording, "exgate-recording")
    summary = config.stash[SUMMARY] = RunSummary(config, recording)
    config.pluginmanager.register(ExgateReporting(config, recording, summary), "exgate-reporting")
    page = ExgateHtmlPage(summary, recording)
    config.pluginmanager.register(page, "exgate-html-page")
    config.pluginmanager.register(ExgateProtocol(session, page), "exgate-protocol")
    # Of the hooks that want to be first the last registered is.
    config.pluginmanager.register(redacting, "exgate-redacting")


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
