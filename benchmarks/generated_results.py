"""Results of as many hosts as are wanted, made from a real run's, to measure what reports cost.

    python benchmarks/generated_results.py reports/results.json 1000 /tmp/1000.json

Every generated host is a host of the run under another name, in another organization and with another address: its
texts are as long, and as alike, as real ones. Nine in ten are taken from the hosts without a finding. None is random.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from ipaddress import IPv4Address
from itertools import cycle
from pathlib import Path
from typing import Any

from exgate.facts.named import NamedFact
from exgate.reports.results import HostRecord, Results, VerdictRecord
from exgate.reports.results_file import write_results
from exgate.reports.results_reader import read_results
from exgate.verdicts import EXIT_WORDS, NO_FINDING, Outcome, exit_status

ORGANIZATION = 50
"""Hosts of an organization."""
FAULTY = 10
"""Every tenth host has findings."""
_SHORT = {"back-end": "be", "standalone": "sa", "sbs": "sbs", "front-end": "fe"}
_ADDRESS = re.compile(r"(?<![\d.])(?:127|10)(?:\.\d{1,3}){3}(?![\d.])")
_FIRST_ADDRESS = int(IPv4Address("10.16.0.1"))


def multiply(results: Results, hosts: int) -> Results:
    """Give results of that many hosts; the same for the same arguments.

    Args:
        results: A real run's results.
        hosts: How many hosts there shall be.

    Raises:
        ValueError: The results have no host with a verdict, or no host is asked for.
    """
    verdicts: dict[str, list[VerdictRecord]] = {host.name: [] for host in results.hosts}
    for verdict in results.verdicts:
        verdicts[verdict.host].append(verdict)
    judged = [host for host in results.hosts if verdicts[host.name]]
    if hosts < 1 or not judged:
        raise ValueError("give results with verdicts, and at least one host")
    faulty = [host for host in judged if _has_finding(verdicts[host.name])]
    clean = [host for host in judged if not _has_finding(verdicts[host.name])]
    sound, unsound = cycle(clean or faulty), cycle(faulty or clean)
    made: list[HostRecord] = []
    records: list[VerdictRecord] = []
    for number in range(hosts):
        template = next(unsound if number % FAULTY == FAULTY - 1 else sound)
        renaming = _Renaming(template, number)
        made.append(renaming.host())
        records += [renaming.verdict(verdict) for verdict in verdicts[template.name]]
    outcomes = [record.outcome for record in records]
    complete = results.run.complete
    status = exit_status(outcomes, frozenset(results.run.fail_on), complete=complete)
    run = replace(results.run, hosts="all", exit_status=status, exit_words=EXIT_WORDS[status])
    return replace(results, run=run, hosts=tuple(made), verdicts=tuple(records), gone=(), drift=(), waivers=())


def _has_finding(verdicts: Iterable[VerdictRecord]) -> bool:
    outcomes: set[Outcome] = {verdict.outcome for verdict in verdicts}
    return bool(outcomes - NO_FINDING)


class _Renaming:
    """One host of the run as another one."""

    def __init__(self, template: HostRecord, number: int) -> None:
        self._template = template
        self._name = f"{_SHORT.get(template.role, template.role)}{number + 1:05}"
        self._organization = f"Organization {number // ORGANIZATION + 1:03}"
        self._address = str(IPv4Address(_FIRST_ADDRESS + number))
        names = re.escape(template.name), re.escape(template.name.upper())
        self._names = re.compile(rf"(?<![\w-])(?:{'|'.join(names)})(?![\w-])")

    def _text(self, text: str) -> str:
        renamed = self._names.sub(lambda match: self._name.upper() if match[0].isupper() else self._name, text)
        return _ADDRESS.sub(self._address, renamed)

    def _texts(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._text(value) if isinstance(value, str) else value for name, value in record.items()}

    def _fact(self, fact: NamedFact) -> NamedFact:
        value = fact.value and self._text(fact.value)
        return fact if value == fact.value else replace(fact, value=value)

    def host(self) -> HostRecord:
        """Give the host."""
        seen = self._template.seen
        return replace(
            self._template,
            name=self._name,
            organization=self._organization,
            groups=(*self._template.groups, self._organization.lower().replace(" ", "_")),
            seen=replace(seen, source=self._text(seen.source)) if seen else None,
            facts=tuple(map(self._fact, self._template.facts)),
        )

    def verdict(self, verdict: VerdictRecord) -> VerdictRecord:
        """Give one of its verdicts."""
        remedy, before = verdict.remedy, verdict.before
        fields = ("symptoms", "passage", "fix", "rollback", "risk", "references")
        return replace(
            verdict,
            host=self._name,
            message=self._text(verdict.message),
            remedy=replace(remedy, **self._texts({name: getattr(remedy, name) for name in fields})) if remedy else None,
            waiver=self._texts(verdict.waiver) if verdict.waiver else None,
            before=replace(before, message=self._text(before.message)) if before else None,
        )


def main() -> None:
    """Write generated results into a file."""
    parser = argparse.ArgumentParser(description="Generate results of many hosts from a real run's.")
    parser.add_argument("results", type=Path, help="a real run's results.json")
    parser.add_argument("hosts", type=int, help="how many hosts")
    parser.add_argument("to", type=Path, help="the file to write")
    arguments = parser.parse_args()
    write_results(arguments.to, multiply(read_results(arguments.results), arguments.hosts))


if __name__ == "__main__":
    main()
