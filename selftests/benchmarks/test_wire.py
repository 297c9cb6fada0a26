"""The wire's benchmark as its users start it: what it counts is exact, what it measures is there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
WAYS = ("http, sealed", "https", "http, sealed, and the web site", "https, and the web site", "pywinrm, 12 queries")
COUNTS = {
    "SOAP messages per host": (12, 12, 12, 12, 12),
    "HTTP requests of WinRM per host": (15, 14, 15, 14, 15),
    "TCP connections to WinRM per host": (1, 1, 1, 1, 1),
    "log-ons to WinRM per host": (1, 1, 1, 1, 1),
}
TIMES = {
    "client CPU ms per host, one at a time": 5,
    "client CPU ms per host, 2 at once": 4,
    "wall ms per host, one at a time": 5,
    "wall ms per host, 2 at once": 4,
}


def run(*arguments):
    command = [sys.executable, "benchmarks/wire.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def measured():
    done = run("--hosts", "2", "--parallel", "2", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_what_is_counted(measured):
    assert {name: tuple(measured[name].values()) for name in COUNTS} == COUNTS
    assert all(tuple(ways) == WAYS for ways in measured.values())


def test_what_is_measured(measured):
    """Plain pywinrm asks one host after the other."""
    assert {name: sum(value is not None for value in measured[name].values()) for name in TIMES} == TIMES


@pytest.mark.parametrize("arguments", (("--hosts", "0"), ("--parallel", "0")))
def test_sizes(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.endswith("error: --hosts and --parallel must be 1 or more\n")
