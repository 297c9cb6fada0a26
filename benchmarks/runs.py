"""Commands as processes of their own, and what each of them cost: time, CPU, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab import BenchmarkError, last_line, stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a command cost.

    Attributes:
        wall: Seconds from start to end.
        cpu: Seconds of CPU, user and system, with those of its own children; None where that cannot be measured.
        peak: The most octets of memory of the process or of one of its children; None where that is not known.
    """

    wall: float
    cpu: float | None
    peak: int | None


def run(command: Sequence[str], folder: Path, expected: Collection[int] = (0,)) -> Run:
    """Run a command to its end; what it prints is thrown away.

    Args:
        command: The command.
        folder: Where it runs.
        expected: The exit statuses that are no failure.

    Raises:
        BenchmarkError: It ended with another status.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            done = _wait(process, begin)
        except BaseException:
            process.terminate()
            stop(process)
            raise
        if process.returncode not in expected:
            message = f"{_name(command)} ended with exit status {process.returncode}: {last_line(output)}"
            raise BenchmarkError(message)
    return done


def _wait(process: subprocess.Popen[bytes], begin: float) -> Run:
    if sys.platform == "win32":
        process.wait()
        return Run(wall=time.perf_counter() - begin, cpu=None, peak=None)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    octets = usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
    return Run(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=octets)


def _name(command: Sequence[str]) -> str:
    module = command.index("-m") + 1 if "-m" in command else 0
    return Path(command[module]).name
