"""The parts of a run, in the order in which pytest is to ask them."""

from __future__ import annotations

import pytest

from exgate.plugin import fixtures
from exgate.plugin.html_page import ExgateHtmlPage
from exgate.plugin.protocol import ExgateProtocol
from exgate.plugin.recording import ExgateRecording
from exgate.plugin.redacting import ExgateRedacting
from exgate.plugin.reporting import ExgateReporting
from exgate.plugin.run_summary import SUMMARY, RunSummary
from exgate.plugin.selection import ExgateSelection
from exgate.plugin.session import ExgateSession
from exgate.plugin.termination import ExgateTermination
from exgate.plugin.waiving import ExgateWaivers


def register_parts(config: pytest.Config) -> None:
    """Let them take part in the session."""
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
