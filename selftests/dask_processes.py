"""A Dask scheduler and its workers as a consultant starts them: processes of their own, from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from distributed import Client

PROJECT = Path(__file__).parents[1]
QUIET = {"DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False"}
PATIENCE = 60


def until(condition):
    """Wait for something that takes as long as the machine lets it."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class DaskProcesses:
    """One scheduler and any number of workers; `stop` ends all of them.

    Args:
        folder: Where they leave what they say.
        host: The address that the scheduler listens at.
        prefix: A command in front of the scheduler's, which runs it somewhere else.
    """

    def __init__(self, folder, host="127.0.0.1", prefix=()):
        self._folder = folder
        self._file = folder / "scheduler.json"
        # What is killed leaves its scratch folder.
        self._here = {"PYTHONPATH": str(PROJECT), "DASK_TEMPORARY_DIRECTORY": str(folder)}
        self.processes = {}
        self._start("scheduler", prefix, ["--host", host, "--port", "0", "--scheduler-file", str(self._file)], {})
        until(self._file.is_file)
        until(lambda: self._file.read_text(encoding="utf-8").endswith("}"))
        self.address = json.loads(self._file.read_text(encoding="utf-8"))["address"]

    def worker(self, name, *, label=None, threads=8, host="127.0.0.1", prefix=(), environment=None):
        """Start a worker, and give its process."""
        more = ["--resources", f"{label}=1"] if label else []
        more += ["--name", name, "--nthreads", str(threads), "--no-nanny", "--host", host]
        return self._start("worker", prefix, [self.address, *more, "--death-timeout", "30"], environment or {}, name)

    def wait(self, workers):
        """Wait until that many workers are known."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)

    def stop(self):
        for process in self.processes.values():
            process.kill()
            process.wait()

    def _start(self, kind, prefix, arguments, environment, name=None):
        command = [*prefix, sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
        name = name or kind
        with (self._folder / f"{name}.txt").open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=os.environ | QUIET | self._here | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.processes[name] = process
        return process
