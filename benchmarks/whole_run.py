"""Measure the product's whole run over a lab of many hosts beside stock pytest with as many empty tests.

``python benchmarks/whole_run.py --help`` tells how. Every number that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from command_line import count, report, say, seconds
from lab import PROJECT, running_lab
from layout import as_table, machine, number
from product import Judged, asking, judged, without_shell
from runs import Run, run
from stock import run_stock

_GOAL = 0.7
"""What the product's run may cost of stock pytest's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run.

    Attributes:
        name: As a column's title.
        run: What the process cost.
        lab_cpu: Seconds of CPU of the lab meanwhile, None where it was not asked or cannot be measured.
    """

    name: str
    run: Run
    lab_cpu: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was measured.

    Attributes:
        hosts: How many hosts.
        latency: Seconds that every answer took longer.
        judged: How many requirements there are, and how many apply to a host.
        exgate: The product's runs.
        stock: Stock pytest's.
    """

    hosts: int
    latency: float
    judged: Judged
    exgate: tuple[Measured, ...]
    stock: Measured

    def ratio(self, measured: Measured, value: Callable[[Run], float | None]) -> float | None:
        """Give what a run cost of stock pytest's."""
        own, stock = value(measured.run), value(self.stock.run)
        return own / stock if own is not None and stock else None


_VALUES: dict[str, Callable[[Run], float | None]] = {
    "wall s": lambda run: run.wall,
    "CPU s": lambda run: run.cpu,
    "peak memory MB": lambda run: None if run.peak is None else run.peak / 1e6,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/whole_run.py",
        description="Measure pytest --hosts=all over a lab of many hosts, sealed NTLM, every requirement and every "
        "usual report, beside stock pytest with --junitxml and --html --self-contained-html on as many empty tests.",
    )
    parser.add_argument("--hosts", metavar="N", type=count, default=1000, help="hosts of the lab (default: 1000)")
    parser.add_argument(
        "--latency",
        metavar="SECONDS",
        type=seconds,
        default=0.02,
        help="let every answer of the lab take this much longer (default: 0.02)",
    )
    parser.add_argument(
        "--shell",
        choices=("on", "off", "both"),
        default="on",
        help="with the command shell, as an inventory has it that says nothing, or without (default: on)",
    )
    parser.add_argument("--parallel", metavar="P", type=count, help="exgate's --parallel (default: its own)")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    return parser


def compare(arguments: argparse.Namespace) -> Comparison:
    """Start the lab, measure, and leave nothing behind.

    Raises:
        BenchmarkError: Something could not be measured.
    """
    options = [] if arguments.parallel is None else [f"--parallel={arguments.parallel}"]
    with tempfile.TemporaryDirectory(prefix="exgate-benchmark-") as name:
        folder = Path(name)
        exgate: list[Measured] = []
        with running_lab(arguments.hosts, arguments.latency, folder) as lab:
            inventories = {"exgate": lab.inventory, "exgate, shell: false": without_shell(lab.inventory)}
            chosen = {"on": ["exgate"], "off": ["exgate, shell: false"], "both": list(inventories)}[arguments.shell]
            for title in chosen:
                say(f"{title}, {arguments.hosts} hosts")
                reports = folder / f"reports-{len(exgate)}"
                before = lab.cpu()
                done = run(asking(inventories[title], reports, *options), PROJECT)
                after = lab.cpu()
                spent = None if before is None or after is None else after - before
                exgate.append(Measured(name=title, run=done, lab_cpu=spent))
                found = judged(reports / "junit.xml")
        say(f"stock pytest, {arguments.hosts * found.requirements} empty tests")
        stock = run_stock(arguments.hosts, found.requirements, folder)
    return Comparison(
        hosts=arguments.hosts,
        latency=arguments.latency,
        judged=found,
        exgate=tuple(exgate),
        stock=Measured(name="stock pytest", run=stock, lab_cpu=None),
    )


def as_markdown(comparison: Comparison, command: str) -> str:
    """Write the table, and below it what one must know to read it."""
    stock = comparison.stock
    header = ["measure"]
    for measured in comparison.exgate:
        header += [measured.name, f"{measured.name} / {stock.name}", f"at most {_GOAL}"]
    rows = [[*header, stock.name]]
    for measure, value in _VALUES.items():
        row = [measure]
        for measured in comparison.exgate:
            ratio = comparison.ratio(measured, value)
            met = "-" if ratio is None or measure.startswith("peak") else "yes" if ratio <= _GOAL else "no"
            row += [number(value(measured.run)), number(ratio), met]
        rows.append([*row, number(value(stock.run))])
    lab = ["lab CPU s meanwhile"]
    for measured in comparison.exgate:
        lab += [number(measured.lab_cpu), "-", "-"]
    rows.append([*lab, "-"])
    tests = comparison.hosts * comparison.judged.requirements
    exgate = (
        f"exgate: {comparison.hosts} hosts, {comparison.judged.requirements} requirements, {tests} verdicts, every "
        f"usual report. Stock pytest: {tests} empty tests, --junitxml, --html --self-contained-html."
    )
    where = f"Machine: {machine()}, client and lab on the same. Latency {comparison.latency:g} s an answer."
    notes = [exgate, where, f"Command: {command}"]
    return "\n".join([as_table(rows), "", *notes])


def as_json(comparison: Comparison, command: str) -> str:
    """Write everything in seconds and octets, and the ratios."""
    ratios = {
        measured.name: {measure: comparison.ratio(measured, value) for measure, value in _VALUES.items()}
        for measured in comparison.exgate
    }
    return json.dumps({"command": command, "machine": machine(), "ratios": ratios} | asdict(comparison), indent=2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: 0 with a table, 1 when something could not be measured, 130 after Ctrl-C."""
    given = sys.argv[1:] if argv is None else argv
    parser = _parser()
    arguments = parser.parse_args(given)
    render = as_json if arguments.json else as_markdown
    command = f"{parser.prog} {shlex.join(given)}".rstrip()
    return report(parser.prog, lambda: render(compare(arguments), command))


if __name__ == "__main__":
    sys.exit(main())
