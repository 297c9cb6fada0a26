"""--nagios, testinfra's option: one run as a monitoring plugin's output and exit status."""

from __future__ import annotations

import sys
from collections.abc import Generator

import pytest

from exgate.plugin.listing import is_listing

_QUIET = -2


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Print the output when everything else is done, and give the plugin's exit status in place of the run's."""
    if not config.getoption("nagios") or config.getoption("--list-hosts"):
        return (yield)
    if is_listing(config):
        raise pytest.UsageError("--nagios is for a run that judges servers: leave it out")
    from exgate.plugin.watching import Watching
    from exgate.reports.nagios import output

    # A monitoring agent may mix standard error into the output: nothing may stand there either.
    config.option.verbose = min(config.get_verbosity(), _QUIET)
    watching = Watching(config)
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
