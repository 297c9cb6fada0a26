"""The command line's own options."""

from __future__ import annotations

from pathlib import Path

import pytest

from exgate.sources.limits import Limits
from exgate.verdicts import FAIL_ON, Outcome

DEFAULT_INVENTORY = Path("inventories") / "lab.yml"
_DEFAULTS = Limits()
_MOST = 86400
"""A day in seconds, and more hosts at a time than any machine can ask."""


def add_options(parser: pytest.Parser) -> None:
    """Declare the options; --hosts is testinfra's own."""
    group = parser.getgroup("exgate", "Exchange Server 2003's mobile access (KB 817379)")
    group.addoption(
        "--inventory",
        metavar="FILE",
        help="YAML inventory of hosts and groups, in the layout of Ansible's (default: inventories/lab.yml)",
    )
    group.addoption(
        "--list-hosts",
        action="store_true",
        help="print the hosts that --hosts selects (without it: all of the inventory) with role and address, and exit",
    )
    group.addoption(
        "--parallel",
        metavar="N",
        type=int,
        default=_DEFAULTS.parallel,
        help=f"hosts that are asked at the same time (default: {_DEFAULTS.parallel})",
    )
    group.addoption(
        "--connect-timeout",
        metavar="SECONDS",
        type=float,
        default=_DEFAULTS.connect_timeout,
        help=f"how long a TCP connection may take (default: {_DEFAULTS.connect_timeout:g})",
    )
    group.addoption(
        "--host-timeout",
        metavar="SECONDS",
        type=float,
        default=_DEFAULTS.host_timeout,
        help=f"how long everything that is asked of one host may take (default: {_DEFAULTS.host_timeout:g})",
    )
    group.addoption(
        "--fail-on",
        metavar="VERDICT,...",
        default=",".join(sorted(FAIL_ON)),
        help="which verdicts fail the run: "
        f"{', '.join(outcome.value for outcome in Outcome)} (default: fail,unknown,unreachable)",
    )


def limits(config: pytest.Config) -> Limits:
    """Read the bounds.

    Raises:
        pytest.UsageError: One of them is not positive, or absurd.
    """
    bounds = Limits(
        parallel=config.getoption("--parallel"),
        connect_timeout=config.getoption("--connect-timeout"),
        host_timeout=config.getoption("--host-timeout"),
    )
    for option, value in (
        ("--parallel", bounds.parallel),
        ("--connect-timeout", bounds.connect_timeout),
        ("--host-timeout", bounds.host_timeout),
    ):
        if not 0 < value <= _MOST:
            message = f"{option} must be more than 0 and at most {_MOST}, not {value:g}"
            raise pytest.UsageError(message)
    return bounds


def fail_on(config: pytest.Config) -> frozenset[Outcome]:
    """Read which verdicts fail the run.

    Raises:
        pytest.UsageError: A word is no verdict.
    """
    words = [word.strip() for word in config.getoption("--fail-on").split(",") if word.strip()]
    choices = {outcome.value: outcome for outcome in Outcome}
    unknown = [word for word in words if word not in choices]
    if unknown or not words:
        message = f"--fail-on: {', '.join(unknown) or 'nothing'} is no verdict; choose from {', '.join(choices)}"
        raise pytest.UsageError(message)
    return frozenset(choices[word] for word in words)


def inventory_path(config: pytest.Config) -> Path:
    """Give the inventory file: as it was given, or the lab's."""
    given = config.getoption("--inventory")
    return Path(given) if given else config.rootpath / DEFAULT_INVENTORY
