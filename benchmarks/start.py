"""Measure how long the product takes to start: its lists, and the first verdict on a host.

``python benchmarks/start.py --help`` tells how. Every number that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from command_line import count, report, say
from lab import PROJECT, BenchmarkError, running_lab, stop
from layout import as_table, machine, number
from product import command
from runs import run

_HOST = "be01"
_VERDICT = re.compile(rb"^\S+\.py \S", re.MULTILINE)
"""A file of tests, and the letter of its first verdict."""

_READ = 65536

Costs = dict[str, tuple[float, float | None]]
"""Medians of wall and CPU seconds by what was started."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/start.py",
        description="Measure what it takes until pytest --list-hosts has ended and until pytest --hosts=be01 has its "
        "first verdict, on a lab that runs, beside pytest --version and an empty Python.",
    )
    parser.add_argument("--runs", metavar="K", type=count, default=5, help="runs of each, of which the median is taken")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    return parser


def measure(runs: int) -> Costs:
    """Start each so many times, in turn, and leave nothing behind.

    Raises:
        BenchmarkError: Something could not be measured.
    """
    with tempfile.TemporaryDirectory(prefix="exgate-benchmark-") as name:
        folder = Path(name)
        with running_lab(0, 0.0, folder, "--servers", _HOST) as lab:
            inventory = f"--inventory={lab.inventory}"
            host = command(f"--hosts={_HOST}", inventory, f"--report-dir={folder}")
            subjects: dict[str, Callable[[], tuple[float, float | None]]] = {
                "python -c pass": lambda: _ended([sys.executable, "-c", "pass"]),
                "pytest --version": lambda: _ended(command("--version")),
                "pytest --list-hosts": lambda: _ended(command("--list-hosts", inventory)),
                f"pytest --hosts={_HOST}": lambda: _ended(host),
                f"pytest --hosts={_HOST}, first verdict": lambda: (_first_verdict(host), None),
            }
            found: dict[str, list[tuple[float, float | None]]] = {subject: [] for subject in subjects}
            for number_of_run in range(runs):
                say(f"start {number_of_run + 1} of {runs}")
                for subject, once in subjects.items():
                    found[subject].append(once())
    return {subject: _median(costs) for subject, costs in found.items()}


def _ended(of: Sequence[str]) -> tuple[float, float | None]:
    done = run(of, PROJECT)
    return done.wall, done.cpu


def _first_verdict(of: Sequence[str]) -> float:
    """Give the seconds to the first outcome on standard output."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        of,
        cwd=PROJECT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        seen = b""
        while not _VERDICT.search(seen):
            data = os.read(process.stdout.fileno(), _READ)
            seen += data
            if not data:
                break
        wall = time.perf_counter() - begin
        process.stdout.read()
    except BaseException:
        process.terminate()
        raise
    finally:
        process.stdout.close()
        stop(process)
    if not _VERDICT.search(seen):
        message = f"pytest ended with exit status {process.returncode} and without a verdict"
        raise BenchmarkError(message)
    return wall


def _median(costs: Sequence[tuple[float, float | None]]) -> tuple[float, float | None]:
    spent = [cpu for _, cpu in costs if cpu is not None]
    return median(wall for wall, _ in costs), median(spent) if spent else None


def as_markdown(costs: Costs, command_text: str) -> str:
    """Write the table, and below it what one must know to read it."""
    rows = [("started", "wall s", "CPU s")]
    rows += [(subject, number(wall), number(cpu)) for subject, (wall, cpu) in costs.items()]
    return "\n".join([as_table(rows), "", f"Medians. Machine: {machine()}.", f"Command: {command_text}"])


def as_json(costs: Costs, command_text: str) -> str:
    """Write the medians in seconds."""
    medians = {subject: {"wall": wall, "cpu": cpu} for subject, (wall, cpu) in costs.items()}
    return json.dumps({"command": command_text, "machine": machine(), "medians": medians}, indent=2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: 0 with a table, 1 when something could not be measured, 130 after Ctrl-C."""
    given = sys.argv[1:] if argv is None else argv
    parser = _parser()
    arguments = parser.parse_args(given)
    render = as_json if arguments.json else as_markdown
    command_text = f"{parser.prog} {shlex.join(given)}".rstrip()
    return report(parser.prog, lambda: render(measure(arguments.runs), command_text))


if __name__ == "__main__":
    sys.exit(main())
