"""A Dask scheduler and its workers as processes of their own, which end with the benchmark."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lab import PROJECT, BenchmarkError, last_line, stop

_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DaskCluster:
    """A running cluster.

    Attributes:
        address: The scheduler's.
        scheduler: The scheduler's process.
        workers: The workers' processes.
    """

    address: str
    scheduler: int
    workers: tuple[int, ...]


@contextmanager
def running_cluster(workers: int, threads: int, folder: Path) -> Iterator[DaskCluster]:
    """Start a scheduler and its workers on the loopback interface, and end them whatever happens.

    Args:
        workers: How many processes.
        threads: How many threads each.
        folder: Where they leave what they say.

    Raises:
        BenchmarkError: They do not start.
    """
    here = ("--host", "127.0.0.1", "--no-dashboard")
    file = folder / "scheduler.json"
    started: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:

        def start(kind: str, *arguments: str) -> int:
            command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *here, *arguments]
            started.append(
                subprocess.Popen(
                    command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
                )
            )
            return started[-1].pid

        try:
            scheduler = start("scheduler", "--port", "0", "--scheduler-file", str(file))
            worker = ("--scheduler-file", str(file), "--no-nanny", "--nthreads", str(threads))
            pids = tuple(start("worker", "--name", f"w{number}", *worker) for number in range(workers))
            yield DaskCluster(address=_address(file, workers, output), scheduler=scheduler, workers=pids)
        finally:
            for process in reversed(started):
                process.terminate()
                stop(process)


def _address(file: Path, workers: int, output: IO[str]) -> str:
    from distributed import Client  # noqa: PLC0415 - only this subject needs it

    deadline = time.monotonic() + _START_SECONDS
    while not file.exists():
        if time.monotonic() > deadline:
            message = f"the Dask scheduler did not start: {last_line(output)}"
            raise BenchmarkError(message)
        time.sleep(0.05)
    with Client(scheduler_file=str(file), set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=_START_SECONDS)
        address: str = client.scheduler.address
    return address


def cpu_of(pids: Sequence[int]) -> float:
    """Give the seconds of CPU of running processes (proc(5)), 0 where there is no /proc."""
    total = 0.0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        total += sum(int(ticks) for ticks in text.rpartition(")")[2].split()[11:13]) / os.sysconf("SC_CLK_TCK")
    return total
