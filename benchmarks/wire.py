"""Measure what asking one host costs on the wire: messages, connections, log-ons, and CPU on both ends.

``python benchmarks/wire.py --help`` tells how. Every number that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shlex
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clients import PASSWORD_VARIABLE
from cost import Cost, measure, own_cpu
from lab import BenchmarkError, Lab, running_lab
from winrm.protocol import Protocol

from exgate.facts.host import HostFacts
from exgate.inventory import HostSettings, Scheme, load_inventory
from exgate.sources.collect import Questions
from exgate.sources.collecting.fleet import collect
from exgate.sources.endpoint import endpoint_url
from exgate.sources.limits import Limits
from exgate.wsman import messages

_QUERY = "SELECT Name, State FROM Win32_Service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who asks, and how.

    Attributes:
        name: As a column's title.
        one_by_one: One host after another.
        at_once: Hosts at the same time; None where the subject cannot do that.
    """

    name: str
    one_by_one: Cost
    at_once: Cost | None


def compare(hosts: int, parallel: int) -> list[Subject]:
    """Start the lab, ask it in every way, and leave nothing behind.

    Raises:
        BenchmarkError: The lab does not start, or a host could not be asked.
    """
    with (
        tempfile.TemporaryDirectory(prefix="exgate-benchmark-") as name,
        running_lab(hosts, 0.0, Path(name), "--https") as lab,
    ):
        sealed = _settings(lab)
        secure = [replace(each, scheme=Scheme.HTTPS, port=_https_port(lab, each.name)) for each in sealed]
        ways: dict[str, tuple[Sequence[HostSettings], Questions]] = {
            "http, sealed": (sealed, Questions(wire=False)),
            "https": (secure, Questions(wire=False)),
            "http, sealed, and the web site": (sealed, Questions()),
            "https, and the web site": (secure, Questions()),
        }
        for asked, questions in ways.values():
            _ask(asked[:1], questions, 1)  # the first question costs imports and caches, which are nobody's own
        subjects = [_measure(lab, way, *how, parallel) for way, how in ways.items()]
        count = round(subjects[0].one_by_one.each("messages"))
        _ask_by_pywinrm(sealed[:1], 1)
        return [*subjects, _measure_pywinrm(lab, sealed, count)]


def _measure(lab: Lab, name: str, hosts: Sequence[HostSettings], questions: Questions, parallel: int) -> Subject:
    def asking(at_once: int) -> Cost:
        return measure(lab, [host.name for host in hosts], lambda: _ask(hosts, questions, at_once), own_cpu)

    return Subject(name=name, one_by_one=asking(1), at_once=asking(parallel))


def _measure_pywinrm(lab: Lab, hosts: Sequence[HostSettings], count: int) -> Subject:
    cost = measure(lab, [host.name for host in hosts], lambda: _ask_by_pywinrm(hosts, count), own_cpu)
    return Subject(name=f"pywinrm, {count} queries", one_by_one=cost, at_once=None)


def _ask(hosts: Sequence[HostSettings], questions: Questions, parallel: int) -> None:
    passwords = [(host, host.password.resolve() if host.password else None) for host in hosts]
    mailboxes = {host.name: host.test_password.resolve() for host in hosts if host.test_mailbox and host.test_password}
    done = collect(
        passwords, Limits(parallel=parallel), lambda _name, _one: None, questions=questions, test_passwords=mailboxes
    )
    for name, collected in done.items():
        if not isinstance(collected.result, HostFacts):
            message = f"{name} could not be asked: {collected.result.cause}"
            raise BenchmarkError(message)


def _ask_by_pywinrm(hosts: Sequence[HostSettings], count: int) -> None:
    """Send as many messages as the product sends, over pywinrm as it is; every one is a query with one answer."""
    for host in hosts:
        password = host.password.resolve() if host.password else None
        protocol = Protocol(
            endpoint_url(host),
            transport="ntlm",
            username=host.user,
            password=password.reveal() if password else None,
            message_encryption="always",
        )
        for _ in range(count):
            protocol.send_message(messages.enumerate_wql(protocol, r"root\cimv2", _QUERY))
        protocol.transport.close_session()


def _settings(lab: Lab) -> list[HostSettings]:
    loaded = load_inventory(lab.inventory)
    return [replace(loaded.settings(name), shell=False) for name in loaded.select("all")]


def _https_port(lab: Lab, name: str) -> int:
    return int(lab.servers[name]["https_port"])


def rows(subjects: Sequence[Subject], parallel: int) -> Mapping[str, Sequence[float | None]]:
    """Give the measures in the order in which they are shown, with a value for each subject."""
    measures: dict[str, Callable[[Subject], float | None]] = {
        "SOAP messages per host": lambda s: s.one_by_one.each("messages"),
        "HTTP requests of WinRM per host": lambda s: s.one_by_one.each("requests"),
        "TCP connections to WinRM per host": lambda s: s.one_by_one.each("connections"),
        "log-ons to WinRM per host": lambda s: s.one_by_one.each("logon_attempts"),
        "client CPU ms per host, one at a time": lambda s: s.one_by_one.milliseconds(s.one_by_one.client_cpu),
        f"client CPU ms per host, {parallel} at once": lambda s: (
            s.at_once.milliseconds(s.at_once.client_cpu) if s.at_once else None
        ),
        "lab CPU ms per host, one at a time": lambda s: s.one_by_one.milliseconds(s.one_by_one.lab_cpu),
        "wall ms per host, one at a time": lambda s: s.one_by_one.milliseconds(s.one_by_one.wall),
        f"wall ms per host, {parallel} at once": lambda s: (
            s.at_once.milliseconds(s.at_once.wall) if s.at_once else None
        ),
    }
    return {name: [value(subject) for subject in subjects] for name, value in measures.items()}


def as_markdown(subjects: Sequence[Subject], hosts: int, parallel: int, command: str) -> str:
    """Write the table."""
    lines = [("measure", *(subject.name for subject in subjects)), ("---", *("---:" for _ in subjects))]
    lines += [
        (name, *("-" if value is None else f"{value:.1f}" for value in values))
        for name, values in rows(subjects, parallel).items()
    ]
    return "\n".join(
        ["| " + " | ".join(line) + " |" for line in lines]
        + ["", f"{hosts} hosts, without the shell.", f"Command: {command}"]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: 0 with a table, 1 when something could not be measured."""
    given = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(
        prog="python benchmarks/wire.py",
        description="Measure what asking one host of the lab costs, sealed and over https, and print a table.",
    )
    parser.add_argument("--hosts", metavar="N", type=int, default=50, help="hosts of the lab (default: 50)")
    parser.add_argument("--parallel", metavar="P", type=int, default=32, help="hosts at once (default: 32)")
    parser.add_argument("--json", action="store_true", help="print JSON, and no table")
    arguments = parser.parse_args(given)
    if arguments.hosts < 1 or arguments.parallel < 1:
        parser.error("--hosts and --parallel must be 1 or more")
    os.environ |= {PASSWORD_VARIABLE: secrets.token_hex(12), "no_proxy": "*"}
    try:
        subjects = compare(arguments.hosts, arguments.parallel)
    except BenchmarkError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        names = [subject.name for subject in subjects]
        measured = rows(subjects, arguments.parallel).items()
        print(json.dumps({name: dict(zip(names, values, strict=True)) for name, values in measured}, indent=1))
    else:
        print(as_markdown(subjects, arguments.hosts, arguments.parallel, f"{parser.prog} {shlex.join(given)}".rstrip()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
