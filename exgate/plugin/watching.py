"""What a run has come to, as a monitoring plugin tells it."""

from __future__ import annotations

import time

import pytest

from exgate.plugin.run_summary import SUMMARY, RunSummary
from exgate.reports.nagios import Watched
from exgate.reports.results import OtherTestsRecord

_TESTINFRAS = "nagiosreporter"
"""testinfra's own reporter in pytest's plugin manager; to it, a run that was interrupted or asked nobody is OK."""


class Watching:
    """Stands by while a run is made, and gives what it came to."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._started = time.monotonic()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Take the place of testinfra's reporter, which would overwrite the exit status."""
        theirs = self._config.pluginmanager.getplugin(_TESTINFRAS)
        if theirs:
            self._config.pluginmanager.unregister(theirs)

    def watched(self, status: int, refused: str = "") -> Watched:
        """Give the run as it ended; one that did not begin has no verdicts."""
        summary = self._config.stash.get(SUMMARY, None)
        others = summary.other_counts if summary else OtherTestsRecord()
        return Watched(
            status=status,
            verdicts=tuple(summary.verdicts) if summary else (),
            not_judged=len(summary.not_judged) if summary else 0,
            own_passed=others.passed,
            own_failed=others.failed - len(summary.broken) if summary else 0,
            seconds=time.monotonic() - self._started,
            refused=refused,
            trouble=_trouble(summary) if summary else "",
        )


def _trouble(summary: RunSummary) -> str:
    if not summary.broken:
        return "; ".join(summary.unwritten)
    # A file outside the project has no id.
    named = ", ".join(filter(None, summary.broken))
    number = len(summary.broken)
    return f"{number} file{'s' * (number != 1)} of tests cannot be collected{named and f': {named}'}"
