"""What every benchmark's command line has: checked numbers, one-line errors, and nothing left behind by Ctrl-C."""

from __future__ import annotations

import argparse
import math
import os
import secrets
import signal
import sys
from collections.abc import Callable

from lab import BenchmarkError
from product import PASSWORD_VARIABLE

_INTERRUPTED = 130


def count(text: str) -> int:
    """Read a number of things, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def seconds(text: str) -> float:
    """Read a duration, for argparse."""
    number = float(text)
    if number < 0 or not math.isfinite(number):
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def report(prog: str, measure: Callable[[], str]) -> int:
    """Measure and print: 0 with what was measured, 1 when it could not be, 130 after Ctrl-C.

    Args:
        prog: The program's name, for errors.
        measure: Gives what is printed; the lab's password of this run is in the environment.
    """
    # Plain testinfra breaks on a password with special characters, and takes proxies from the environment.
    os.environ |= {PASSWORD_VARIABLE: secrets.token_hex(12), "no_proxy": "*"}
    os.environ.pop("PYTEST_ADDOPTS", None)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        text = measure()
    except BenchmarkError as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{prog}: interrupted", file=sys.stderr)
        return _INTERRUPTED
    print(text)
    return 0


def say(what: str) -> None:
    """Tell a person what is being measured."""
    if sys.stderr.isatty():
        print(f"measuring {what} ...", file=sys.stderr)
