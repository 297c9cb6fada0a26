"""Runs of pytest in processes that are forked from one that has the libraries in memory: importing them takes longer
than most runs.

As a program it reads a request a line from its standard input and answers with an exit status a line.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import selectors
import signal
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import NoReturn

from _pytest.config import default_plugins

PROJECT = Path(__file__).parents[2]
PRELOADED = (
    "exgate.exchange",
    "exgate.plugin.live_hosts",
    "exgate.plugin.parts",
    "exgate.plugin.saved_hosts",
    "exgate.plugin.saving",
    "exgate.plugin.watching",
    "exgate.reports.docs",
    "exgate.reports.fix_files",
    "exgate.reports.formats.csv_table",
    "exgate.reports.formats.junit",
    "exgate.reports.formats.prometheus_text",
    "exgate.reports.formats.sarif",
    "exgate.reports.formats.summary",
    "exgate.reports.listing",
    "exgate.reports.page.render",
    "exgate.reports.results_reader",
    "exgate.sources.candidate",
    "exgate.sources.folder.read",
    "exgate.sources.withheld",
    "keyring",
    "pytest",
    "tqdm",
)
NOT_PRELOADED = frozenset({"hypothesispytest"})
"""Plugins that no run here has."""


class ForkServer:
    """A server of this kind, and how it is asked."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, arguments, *, cwd, environment, stdout, stderr, timeout) -> int:
        """Run ``python -m pytest``; standard input is empty, standard output and error are files.

        Raises:
            TimeoutError: It takes longer than `timeout` seconds; it is killed.
        """
        request = {"arguments": list(arguments), "cwd": str(cwd), "environment": environment}
        request |= {"stdout": str(stdout), "stderr": str(stderr), "timeout": timeout}
        self._process.stdin.write(f"{json.dumps(request)}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            message = "the process that runs are forked from has ended"
            raise RuntimeError(message)
        if json.loads(answer) is None:
            message = f"pytest {' '.join(arguments)}: not done after {timeout} s"
            raise TimeoutError(message)
        return json.loads(answer)

    def close(self) -> None:
        """End it."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def serve() -> None:
    """Answer requests until there are no more."""
    preload()
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            be_pytest(request)
        sys.stdout.write(f"{json.dumps(wait(child, request['timeout']))}\n")
        sys.stdout.flush()


def preload() -> None:
    """Load the product, pytest and its plugins."""
    for name in (*PRELOADED, *(f"_pytest.{name}" for name in default_plugins)):
        importlib.import_module(name)
    plugins = [entry for entry in entry_points(group="pytest11") if entry.name not in NOT_PRELOADED]
    for name in {"exgate.plugin", "exgate.plugin.nagios", *(entry.module for entry in plugins)}:
        importlib.import_module(name)
        # pytest warns of plugins that it did not import itself, for it cannot rewrite their asserts then.
        for module in (sys.modules[name], sys.modules[name.partition(".")[0]]):
            module.__doc__ = f"{module.__doc__}\nPYTEST_DONT_REWRITE"
    # A page's template is compiled once.
    sys.modules["exgate.reports.page.render"].template()


def wait(child: int, seconds: float) -> int | None:
    """Give a child's exit status, None where it was killed because it took too long."""
    with selectors.DefaultSelector() as selector:
        descriptor = os.pidfd_open(child)
        selector.register(descriptor, selectors.EVENT_READ)
        in_time = bool(selector.select(seconds))
        os.close(descriptor)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if in_time else None


def be_pytest(request) -> NoReturn:
    """Do in this process what ``python -m pytest`` does, and end it as that does."""
    for target, path in ((0, os.devnull), (1, request["stdout"]), (2, request["stderr"])):
        descriptor = os.open(path, os.O_RDWR)
        os.dup2(descriptor, target)
        os.close(descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open as long as the process
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    sys.path[:1] = [request["cwd"], *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = ["pytest", *request["arguments"]]
    runpy.run_module("pytest", run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    serve()
