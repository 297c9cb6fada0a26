"""Measure what a verdict costs on saved facts, where nobody is asked, beside an empty test of stock pytest.

``python benchmarks/verdicts.py --help`` tells how. Every number that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import json
import math
import shlex
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from command_line import count, report, say
from lab import PROJECT
from layout import as_table, machine, number
from product import COMPLIES, FAILS, command, judged
from runs import Run, run
from saved_population import copy_template, save_templates
from stock import run_stock

_POPULATIONS = {"pass": "be01", "fail": "drift-61-service-unavailable"}
"""The lab's server that every host of a population is a copy of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A run over some hosts, less what a run over one host costs.

    Attributes:
        hosts: How many hosts.
        verdicts: How many verdicts, or empty tests.
        run: The whole run.
        start: The run over one host.
    """

    hosts: int
    verdicts: int
    run: Run
    start: Run

    @property
    def wall(self) -> float:
        """Milliseconds of wall time for one verdict more."""
        return self._each(self.run.wall - self.start.wall)

    @property
    def cpu(self) -> float | None:
        """Milliseconds of CPU for one verdict more."""
        spent, start = self.run.cpu, self.start.cpu
        return None if spent is None or start is None else self._each(spent - start)

    def _each(self, seconds: float) -> float:
        return 1000 * seconds / (self.verdicts - self.verdicts // self.hosts)


def _hosts(text: str) -> int:
    number_of_hosts = count(text)
    if number_of_hosts < 2:  # noqa: PLR2004 - one is the start, which is taken off
        raise argparse.ArgumentTypeError("must be 2 or more")
    return number_of_hosts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/verdicts.py",
        description="Judge saved facts of many hosts, which all comply or all fail, and stock pytest's empty tests "
        "beside them, and print what one verdict more costs and how that grows.",
    )
    parser.add_argument(
        "--hosts", metavar="N", type=_hosts, nargs="+", default=[100, 1000], help="how many hosts (default: 100 1000)"
    )
    parser.add_argument(
        "--population", choices=(*_POPULATIONS, "both"), default="both", help="hosts that comply, that fail, or both"
    )
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    return parser


def measure(arguments: argparse.Namespace) -> dict[str, list[Cost]]:
    """Measure every population and stock pytest, and leave nothing behind.

    Raises:
        BenchmarkError: Something could not be measured.
    """
    kinds = [kind for kind in _POPULATIONS if arguments.population in {kind, "both"}]
    costs: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="exgate-benchmark-") as name:
        folder = Path(name)
        templates = save_templates(tuple(_POPULATIONS[kind] for kind in kinds), folder)
        requirements = 0
        for kind in kinds:
            template = templates / _POPULATIONS[kind]
            start, requirements = _judge(kind, template, 1, folder)
            costs[kind] = []
            for hosts in sorted(arguments.hosts):
                say(f"{kind}, {hosts} hosts")
                done, requirements = _judge(kind, template, hosts, folder)
                costs[kind].append(Cost(hosts=hosts, verdicts=hosts * requirements, run=done, start=start))
        start = run_stock(1, requirements, folder)
        costs["stock pytest"] = []
        for hosts in sorted(arguments.hosts):
            say(f"stock pytest, {hosts * requirements} empty tests")
            done = run_stock(hosts, requirements, folder)
            costs["stock pytest"].append(Cost(hosts=hosts, verdicts=hosts * requirements, run=done, start=start))
    return costs


def _judge(kind: str, template: Path, hosts: int, folder: Path) -> tuple[Run, int]:
    """Judge copies of a host, and give what it cost and how many requirements there are."""
    saved, reports = folder / f"{kind}-{hosts}", folder / f"{kind}-{hosts}-reports"
    copy_template(template, hosts, saved)
    options = (f"--facts-from={saved}", f"--report-dir={reports}")
    done = run(command(*options), PROJECT, expected=(FAILS if kind == "fail" else COMPLIES,))
    requirements = judged(reports / "junit.xml").requirements
    shutil.rmtree(saved)
    shutil.rmtree(reports)
    return done, requirements


def exponent(costs: Sequence[Cost]) -> float | None:
    """Give k in cost ~ hosts^k from the fewest to the most hosts, by CPU or else by wall time without the start."""
    first, last = costs[0], costs[-1]
    spent = [(each.cpu if each.cpu is not None else each.wall) * each.verdicts for each in (first, last)]
    if first.hosts == last.hosts or min(spent) <= 0:
        return None
    return math.log(spent[1] / spent[0]) / math.log(last.hosts / first.hosts)


def as_markdown(costs: dict[str, list[Cost]], command_text: str) -> str:
    """Write the table, and below it what one must know to read it."""
    header = ("population", "hosts", "verdicts", "CPU ms a verdict", "wall ms a verdict", "CPU / stock", "peak MB")
    rows: list[Sequence[str]] = [header]
    for kind, found in costs.items():
        for cost, stock in zip(found, costs["stock pytest"], strict=True):
            both = cost.cpu, stock.cpu
            ratio = both[0] / both[1] if both[0] is not None and both[1] is not None and min(both) > 0 else None
            peak = None if cost.run.peak is None else cost.run.peak / 1e6
            values = (number(cost.cpu), number(cost.wall), number(ratio), number(peak))
            rows.append((kind, str(cost.hosts), str(cost.verdicts), *values))
    growth = ", ".join(f"{kind} {number(exponent(found))}" for kind, found in costs.items())
    what = "A verdict: the whole run, reports and all, less a run over one host."
    notes = [f"{what} Cost grows with hosts to the power of: {growth}.", f"Machine: {machine()}."]
    notes.append(f"Command: {command_text}")
    return "\n".join([as_table(rows), "", *notes])


def as_json(costs: dict[str, list[Cost]], command_text: str) -> str:
    """Write everything in seconds and octets, the verdicts' costs in milliseconds."""
    found = {
        kind: [asdict(cost) | {"cpu_ms": cost.cpu, "wall_ms": cost.wall} for cost in each]
        for kind, each in costs.items()
    }
    growth = {kind: exponent(each) for kind, each in costs.items()}
    about = {"command": command_text, "machine": machine()}
    return json.dumps(about | {"populations": found, "exponents": growth}, indent=2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: 0 with a table, 1 when something could not be measured, 130 after Ctrl-C."""
    given = sys.argv[1:] if argv is None else argv
    parser = _parser()
    arguments = parser.parse_args(given)
    render = as_json if arguments.json else as_markdown
    command_text = f"{parser.prog} {shlex.join(given)}".rstrip()
    return report(parser.prog, lambda: render(measure(arguments), command_text))


if __name__ == "__main__":
    sys.exit(main())
