"""--nagios, testinfra's option: one run as a monitoring plugin's output and exit status."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator

import pytest

from exgate.plugin.listing import is_listing
from exgate.plugin.run_summary import SUMMARY, RunSummary
from exgate.reports.nagios import Watched, output
from exgate.reports.results import OtherTestsRecord

_TESTINFRAS = "nagiosreporter"
"""testinfra's own reporter in pytest's plugin manager; to it, a run that was interrupted or asked nobody is OK."""
_QUIET = -2


class _Watching:
    """What a run has come to, as a monitoring plugin tells it."""

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


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Print the output when everything else is done, and give the plugin's exit status in place of the run's."""
    if not config.getoption("nagios") or config.getoption("--list-hosts"):
        return (yield)
    if is_listing(config):
        raise pytest.UsageError("--nagios is for a run that judges servers: leave it out")
    # A monitoring agent may mix standard error into the output: nothing may stand there either.
    config.option.verbose = min(config.get_verbosity(), _QUIET)
    watching = _Watching(config)
    config.pluginmanager.register(watching, "exgate-nagios")
    try:
        status = yield
    except pytest.UsageError as error:
        watched = watching.watched(int(pytest.ExitCode.USAGE_ERROR), refused="; ".join(map(str, error.args)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the monitoring system must not take it for a state
        # Its text may hold anything.
        refused = f"internal error: {type(error).__name__}; run it without --nagios to see more"
        watched = watching.watched(int(pytest.ExitCode.INTERNAL_ERROR), refused=refused)
    else:
        watched = watching.watched(int(status) if isinstance(status, int) else int(pytest.ExitCode.INTERNAL_ERROR))
    _show(output(watched))
    return int(watched.state)


def _show(text: str) -> None:
    """Print, whatever the agent's locale can spell."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
