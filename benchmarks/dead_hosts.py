"""Measure what dead hosts cost a run: hosts to which connecting times out, among hosts that answer.

``python benchmarks/dead_hosts.py --help`` tells how. Every number that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from command_line import count, report, say, seconds
from lab import PROJECT, running_lab
from layout import as_table, machine, number
from product import COMPLIES, UNSEEN, asking
from runs import Run, run

_GOAL = 1.0
"""How many connect time-outs dead hosts may add to a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was measured.

    Attributes:
        hosts: How many hosts.
        dead: How many of them were dead in the second run.
        connect_timeout: Seconds.
        alive: The run with none dead.
        with_dead: The run with some.
    """

    hosts: int
    dead: int
    connect_timeout: float
    alive: Run
    with_dead: Run

    @property
    def added(self) -> float:
        """The wall time that the dead hosts added, in units of the connect time-out."""
        return (self.with_dead.wall - self.alive.wall) / self.connect_timeout


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/dead_hosts.py",
        description="Run pytest --hosts=all twice over a lab of many hosts, with all of them alive and with some dead "
        "(connecting times out), and print how many connect time-outs the dead ones add.",
    )
    parser.add_argument("--hosts", metavar="N", type=count, default=1000, help="hosts of the lab (default: 1000)")
    parser.add_argument("--dead", metavar="M", type=count, help="how many of them are dead (default: a tenth)")
    parser.add_argument(
        "--connect-timeout",
        metavar="SECONDS",
        type=seconds,
        default=5.0,
        help="exgate's --connect-timeout (default: 5)",
    )
    parser.add_argument(
        "--latency", metavar="SECONDS", type=seconds, default=0.02, help="latency of the lab's answers (default: 0.02)"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="which hosts are dead (default: 0)")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    return parser


def compare(arguments: argparse.Namespace) -> Comparison:
    """Run twice, each with a lab of its own, and leave nothing behind.

    Raises:
        BenchmarkError: Something could not be measured.
    """
    runs = []
    for dead in (0, arguments.dead):
        with tempfile.TemporaryDirectory(prefix="exgate-benchmark-") as name:
            folder = Path(name)
            failing = ("--fail-rate", f"dead={dead / arguments.hosts}", "--seed", str(arguments.seed))
            with running_lab(arguments.hosts, arguments.latency, folder, *failing) as lab:
                say(f"{arguments.hosts} hosts, {dead} dead")
                command = asking(lab.inventory, folder, f"--connect-timeout={arguments.connect_timeout}")
                runs.append(run(command, PROJECT, expected=(UNSEEN,) if dead else (COMPLIES,)))
    return Comparison(
        hosts=arguments.hosts,
        dead=arguments.dead,
        connect_timeout=arguments.connect_timeout,
        alive=runs[0],
        with_dead=runs[1],
    )


def as_markdown(comparison: Comparison, command: str) -> str:
    """Write the table, and below it what one must know to read it."""
    alive, dead = comparison.alive, comparison.with_dead
    met = "yes" if comparison.added <= _GOAL else "no"
    rows = [
        ("measure", f"{comparison.hosts} alive", f"{comparison.dead} of them dead", "added"),
        ("wall s", number(alive.wall), number(dead.wall), number(dead.wall - alive.wall)),
        ("CPU s", number(alive.cpu), number(dead.cpu), "-"),
        ("connect time-outs", "-", "-", number(comparison.added)),
        (f"at most {_GOAL:g}", "-", "-", met),
    ]
    notes = [f"Machine: {machine()}, client and lab on the same.", f"Command: {command}"]
    return "\n".join([as_table(rows), "", *notes])


def as_json(comparison: Comparison, command: str) -> str:
    """Write everything in seconds and octets."""
    about = {"command": command, "machine": machine(), "added_connect_timeouts": comparison.added}
    return json.dumps(about | asdict(comparison), indent=2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: 0 with a table, 1 when something could not be measured, 130 after Ctrl-C."""
    given = sys.argv[1:] if argv is None else argv
    parser = _parser()
    arguments = parser.parse_args(given)
    if arguments.dead is None:
        arguments.dead = max(1, arguments.hosts // 10)
    if arguments.dead > arguments.hosts:
        parser.error(f"--dead {arguments.dead} is more than --hosts {arguments.hosts}")
    if not arguments.connect_timeout:
        parser.error("--connect-timeout must be more than 0")
    render = as_json if arguments.json else as_markdown
    command = f"{parser.prog} {shlex.join(given)}".rstrip()
    return report(parser.prog, lambda: render(compare(arguments), command))


if __name__ == "__main__":
    sys.exit(main())
