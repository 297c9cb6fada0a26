"""The command line's own options."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from exgate.plugin.moment import moment
from exgate.plugin.report_options import add_report_options
from exgate.plugin.when import FORMS, parse_age, parse_when
from exgate.requirements import ID_PREFIX
from exgate.sources.collecting.collect_on import AUTO, CollectOn, parse_collect_on
from exgate.sources.limits import Limits
from exgate.verdicts import FAIL_ON, Outcome

GATES = ("all", "regressions")
DEFAULT_INVENTORY = Path("inventories") / "lab.yml"
DEFAULT_WAIVERS = "waivers.yml"
JSON_ALONE = "--json belongs to --list-requirements: give both, or neither"
_EVENTS_SINCE = pytest.StashKey[datetime]()
"""An age is read once."""
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
        "--facts-out",
        metavar="DIR",
        help="save what this run sees, one folder for each host, so that --facts-from can judge it again later",
    )
    group.addoption(
        "--facts-from",
        metavar="DIR",
        help="judge saved facts, one folder for each host below DIR, and ask nobody: folders that --facts-out, the "
        "collector (exgate collector) or an administrator has made; without --inventory the folders say which hosts "
        "there are, and without --hosts all of them are judged",
    )
    group.addoption(
        "--candidate",
        metavar="DIR",
        help="judge the hosts as they would be after the planned change in DIR: exports of IIS to be imported (*.xml), "
        "adsutil.vbs commands (*.cmd, *.txt), registry files (*.reg), ADSI scripts for address restrictions (*.vbs)",
    )
    group.addoption(
        "--gate",
        choices=GATES,
        help="with --candidate: what fails the run: every finding after the change (all, the default), or only what "
        "the change makes worse (regressions)",
    )
    group.addoption(
        "--max-age",
        metavar="AGE",
        help="believe no facts that are older than this (90m, 24h, 7d): the verdict is unknown",
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
        "--collect-on",
        metavar="WHERE",
        default=AUTO,
        help="who asks the hosts: threads of this process, processes (or processes:N) that have threads each, the "
        "workers of a Dask cluster (tcp://SCHEDULER:PORT or tls://SCHEDULER:PORT), or auto: processes where there are "
        "hosts enough for them (default: auto)",
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
    group.addoption(
        "--waivers",
        metavar="FILE",
        help="YAML file of waivers: which failures are accepted until when (default: waivers.yml in the project's "
        "root, where there is one)",
    )
    group.addoption("--no-waivers", action="store_true", help="use no waivers: every failure counts")
    group.addoption(
        "--requirement",
        metavar="ID,...",
        action="append",
        help="run these requirements and nothing else: 02,15 or KB817379-02; may be repeated",
    )
    group.addoption(
        "--no-wire",
        action="store_true",
        help="leave out the requirements that ask the servers' web sites from this machine (marker: wire); "
        "the run says which they are",
    )
    group.addoption(
        "--events-since",
        metavar="WHEN",
        help=f"look for symptoms in the event log since then: {FORMS}; a time without an offset is UTC "
        "(default: the last start of the IIS Admin service)",
    )
    add_report_options(group)
    group.addoption(
        "--baseline",
        metavar="FILE",
        help="compare with an earlier run's results: what is new, fixed, still failing or no longer seen, and what "
        "changed on the servers",
    )
    group.addoption(
        "--only-new",
        action="store_true",
        help="with --baseline: findings that it has already do not count for the exit status",
    )
    group.addoption(
        "--list-requirements",
        action="store_true",
        help="print the requirements with severity, roles, whether they ask the web site (wire) and title, and exit; "
        "-m, -k and --requirement narrow them; no --hosts needed, and nobody is asked",
    )
    group.addoption(
        "--json",
        action="store_true",
        help="with --list-requirements: print the whole records, as JSON",
    )
    group.addoption(
        "--write-docs",
        metavar="DIR",
        help="write a page for each requirement and the article's coverage into DIR, and exit; "
        "no --hosts needed, and nobody is asked",
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


def collect_on(config: pytest.Config) -> CollectOn:
    """Read who asks the hosts.

    Raises:
        pytest.UsageError: It is none of the forms.
    """
    given = config.getoption("--collect-on")
    try:
        return parse_collect_on(given)
    except ValueError as error:
        message = f"--collect-on={given}: {error}"
        raise pytest.UsageError(message) from None


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


def requirement_ids(config: pytest.Config) -> tuple[str, ...]:
    """Read which requirements were asked for: whole ids, or whatever was typed instead; empty for all.

    Raises:
        pytest.UsageError: The option is there and names none.
    """
    given = config.getoption("--requirement")
    if given is None:
        return ()
    words = [word.strip() for word in ",".join(given).split(",") if word.strip()]
    if not words:
        raise pytest.UsageError("--requirement names none: give ids, for example --requirement=02,15")
    return tuple(dict.fromkeys(whole_id(word) for word in words))


def no_wire(config: pytest.Config) -> bool:
    """Whether nothing may be asked of the servers' web sites from this machine."""
    return bool(config.getoption("--no-wire"))


def events_since(config: pytest.Config) -> datetime | None:
    """Read since when the event log is searched, in UTC; None for the last start of the IIS Admin service.

    Raises:
        pytest.UsageError: It is no date, time or age, or lies in the future.
    """
    given = config.getoption("--events-since")
    if given is None:
        return None
    if _EVENTS_SINCE not in config.stash:
        try:
            config.stash[_EVENTS_SINCE] = parse_when(given.strip(), moment(config))
        except ValueError as error:
            message = f"--events-since={given}: {error}"
            raise pytest.UsageError(message) from None
    return config.stash[_EVENTS_SINCE]


def max_age(config: pytest.Config) -> timedelta | None:
    """Read how old facts may be; None for no bound.

    Raises:
        pytest.UsageError: It is no age.
    """
    given = config.getoption("--max-age")
    if given is None:
        return None
    try:
        return parse_age(given.strip())
    except ValueError as error:
        message = f"--max-age={given}: {error}"
        raise pytest.UsageError(message) from None


def inventory_path(config: pytest.Config) -> Path:
    """Give the inventory file: as it was given, or the lab's."""
    given = config.getoption("--inventory")
    return Path(given) if given else config.rootpath / DEFAULT_INVENTORY


def no_waivers(config: pytest.Config) -> bool:
    """Whether waivers are to be ignored."""
    return bool(config.getoption("--no-waivers"))


def waivers_path(config: pytest.Config) -> Path | None:
    """Give the file of waivers, as texts shall name it: as it was given, or the project's; None where none is used."""
    if no_waivers(config):
        return None
    given = config.getoption("--waivers")
    if given is not None:
        return Path(given)
    own = config.rootpath / DEFAULT_WAIVERS
    if not os.path.lexists(own):
        return None
    here = Path.cwd()
    return own.relative_to(here) if own.is_relative_to(here) else own


def whole_id(word: str) -> str:
    """Give the id that a short form means: ``2`` and ``02`` are ``KB817379-02``."""
    if word.isdecimal() and word.isascii():
        return f"{ID_PREFIX}{word.zfill(2)}"
    return word.upper() if word.upper().startswith(ID_PREFIX) else word
