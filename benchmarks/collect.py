"""Measure the product beside plain testinfra, on the same lab and in the same run.

``python benchmarks/collect.py --help`` tells how. Every number that is printed comes from this run.
"""

from __future__ import annotations

import argparse
import math
import os
import secrets
import shlex
import signal
import sys
from collections.abc import Sequence

from clients import PASSWORD_VARIABLE
from comparison import Sizes, compare
from lab import BenchmarkError
from table import as_json, as_markdown

_DEFAULT_TESTINFRA_HOSTS = 10
_INTERRUPTED = 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/collect.py",
        description="Measure exgate beside plain testinfra on one lab of synthetic servers, and print a table.",
    )
    parser.add_argument("--hosts", metavar="N", type=_count, default=100, help="hosts of the lab (default: 100)")
    parser.add_argument(
        "--testinfra-hosts",
        metavar="M",
        type=_count,
        help="how many of them plain testinfra asks too: few, because it is slow, with a connection, a log-on and a "
        f"shell for every command (default: {_DEFAULT_TESTINFRA_HOSTS})",
    )
    parser.add_argument("--parallel", metavar="P", type=_count, default=32, help="exgate's --parallel (default: 32)")
    parser.add_argument(
        "--latency",
        metavar="SECONDS",
        type=_seconds,
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


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if number < 0 or not math.isfinite(number):
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: 0 with a table, 1 when something could not be measured, 130 after Ctrl-C."""
    given = sys.argv[1:] if argv is None else argv
    parser = _parser()
    arguments = parser.parse_args(given)
    sizes = _sizes(parser, arguments)
    # Plain testinfra breaks on a password with special characters, and takes proxies from the environment.
    os.environ |= {PASSWORD_VARIABLE: secrets.token_hex(12), "no_proxy": "*"}
    os.environ.pop("PYTEST_ADDOPTS", None)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        comparison = compare(sizes)
    except BenchmarkError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return _INTERRUPTED
    render = as_json if arguments.json else as_markdown
    print(render(comparison, f"{parser.prog} {shlex.join(given)}".rstrip()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
