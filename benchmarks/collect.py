"""Measure the product beside plain testinfra, on the same lab and in the same run.

``python benchmarks/collect.py --help`` tells how. Every number that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence

from command_line import count, report, seconds
from comparison import Sizes, compare
from table import as_json, as_markdown

_DEFAULT_TESTINFRA_HOSTS = 10


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/collect.py",
        description="Measure exgate beside plain testinfra on one lab of synthetic servers, and print a table.",
    )
    parser.add_argument("--hosts", metavar="N", type=count, default=100, help="hosts of the lab (default: 100)")
    parser.add_argument(
        "--testinfra-hosts",
        metavar="M",
        type=count,
        help="how many of them plain testinfra asks too: few, because it is slow, with a connection, a log-on and a "
        f"shell for every command (default: {_DEFAULT_TESTINFRA_HOSTS})",
    )
    parser.add_argument("--parallel", metavar="P", type=count, default=32, help="exgate's --parallel (default: 32)")
    parser.add_argument(
        "--latency",
        metavar="SECONDS",
        type=seconds,
        default=0.0,
        help="let every answer of the lab take this much longer (default: 0)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, with the costs in seconds, and no table")
    return parser


def _sizes(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> Sizes:
    few = arguments.testinfra_hosts
    if few is None:
        few = min(_DEFAULT_TESTINFRA_HOSTS, arguments.hosts)
    elif few > arguments.hosts:
        parser.error(f"--testinfra-hosts {few} is more than --hosts {arguments.hosts}")
    return Sizes(hosts=arguments.hosts, testinfra_hosts=few, parallel=arguments.parallel, latency=arguments.latency)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: 0 with a table, 1 when something could not be measured, 130 after Ctrl-C."""
    given = sys.argv[1:] if argv is None else argv
    parser = _parser()
    arguments = parser.parse_args(given)
    sizes = _sizes(parser, arguments)
    render = as_json if arguments.json else as_markdown
    command = f"{parser.prog} {shlex.join(given)}".rstrip()
    return report(parser.prog, lambda: render(compare(sizes), command))


if __name__ == "__main__":
    sys.exit(main())
