"""``exgate``, or ``python -m exgate``: what is not a test run; each subcommand lives in the room that does its work."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn, Protocol

from exgate.collector import command as collector
from exgate.reports import command as report


class Command(Protocol):
    """A subcommand; a module is one.

    Attributes:
        NAME: What it is called on the command line.
        SUMMARY: What it does, in the list of all.
        DESCRIPTION: What its own help says; its lines stay as they are.
    """

    NAME: str
    SUMMARY: str
    DESCRIPTION: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add its options."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it, and give the exit status."""


COMMANDS: tuple[Command, ...] = (collector, report)


class CommandLine(argparse.ArgumentParser):
    """A parser whose error is one line with a hint."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong, and end with exit status 2."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    Args:
        arguments: The command line without the program; None is this process's own.

    Returns:
        The exit status: 0 done, 1 not done, 2 usage.
    """
    parser = CommandLine(
        prog="exgate",
        description="Exchange Server 2003's mobile access (KB 817379): what belongs to the tests. "
        "The tests themselves are run with pytest, see pytest --help.",
    )
    subcommands = parser.add_subparsers(title="subcommands", metavar="SUBCOMMAND", dest="subcommand", required=True)
    for command in COMMANDS:
        its_parser = subcommands.add_parser(
            command.NAME,
            help=command.SUMMARY,
            description=command.DESCRIPTION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(its_parser)
        its_parser.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # Whoever read has stopped; what is left in the buffer would be told about once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
