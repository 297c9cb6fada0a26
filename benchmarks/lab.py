"""The lab with its load-test hosts, as a process of its own that ends with the benchmark."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import requests

PROJECT = Path(__file__).resolve().parent.parent
_COUNTERS = ("connections", "requests", "logon_attempts", "messages")
_STOP_SECONDS = 10.0
_CONTROL_SECONDS = 60.0
_FIRST_TIME = 11
"""Where utime stands in /proc/PID/stat behind the name of the program (proc(5)); stime follows."""


class BenchmarkError(Exception):
    """A number cannot be had; the text is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A running lab.

    Attributes:
        pid: Its process.
        control: The URL of its record.
        servers: Address and port of each host, by name.
        inventory: The inventory that it has written.
        http: A client of the control endpoint that takes nothing from the environment.
    """

    pid: int
    control: str
    servers: Mapping[str, Mapping[str, Any]]
    inventory: Path
    http: requests.Session

    def reset(self) -> None:
        """Begin counting anew.

        Raises:
            BenchmarkError: The lab does not answer any more.
        """
        self._control("POST", "/reset")

    def counted(self, hosts: Sequence[str]) -> dict[str, int]:
        """Give what was counted since the last reset, over some hosts.

        Raises:
            BenchmarkError: The lab does not answer any more.
        """
        record = self._control("GET", "/record")
        return {counter: sum(record[host][counter] for host in hosts) for counter in _COUNTERS}

    def cpu(self) -> float | None:
        """Give the seconds of CPU since its start, None where there is no /proc to read them from."""
        if sys.platform == "win32":
            return None
        try:
            text = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        times = text.rpartition(")")[2].split()[_FIRST_TIME : _FIRST_TIME + 2]
        ticks = sum(int(time) for time in times)
        return ticks / os.sysconf("SC_CLK_TCK")

    def _control(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        try:
            answer = self.http.request(method, self.control + path, timeout=_CONTROL_SECONDS)
            answer.raise_for_status()
            return answer.json()
        except requests.RequestException as error:
            message = f"the lab does not answer {method} {path}: {type(error).__name__}"
            raise BenchmarkError(message) from None


@contextmanager
def running_lab(copies: int, latency: float, folder: Path, *options: str) -> Iterator[Lab]:
    """Start the lab, and stop it whatever happens; the password is in the environment.

    Args:
        copies: How many hosts.
        latency: Seconds that every answer takes longer.
        folder: Where its inventory goes.
        options: Further options of its command line.

    Raises:
        BenchmarkError: It does not start.
    """
    inventory = folder / "lab.yml"
    command = [sys.executable, "-m", "exgate.lab", "--json", "--copies", str(copies)]
    command += ["--latency", str(latency), "--inventory-out", str(inventory), *options]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                stop(process)
                message = f"the lab did not start: {last_line(errors)}"
                raise BenchmarkError(message)
            ready = json.loads(line)
            with requests.Session() as http:
                http.trust_env = False
                yield Lab(
                    pid=process.pid,
                    control=ready["control"],
                    servers=ready["servers"],
                    inventory=inventory,
                    http=http,
                )
        finally:
            # The end of its standard input is the lab's sign to stop.
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
            stop(process)


def last_line(output: IO[str]) -> str:
    """Give the last line of a process's output that says something."""
    output.seek(0)
    lines = [line.strip() for line in output if line.strip()]
    return lines[-1] if lines else "it printed nothing"


def stop(process: subprocess.Popen[Any]) -> None:
    """Wait for a process that has been told to end, and end it if it does not."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    process.kill()
    process.wait()
