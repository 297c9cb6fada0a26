"""The benchmark of who asks, as its users start it."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_a_row_for_each_subject_and_number_of_hosts():
    command = [sys.executable, "benchmarks/executors.py", "--hosts", "1", "3", "--rounds", "1", "--processes", "2"]
    done = subprocess.run(
        command, cwd=PROJECT, env=os.environ, capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    assert (done.stderr, done.returncode) == ("", 0)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines() if "|" in line]
    assert rows[0] == [
        "hosts",
        "who asks",
        "wall s",
        "wall / threads",
        "CPU ms a host: this process",
        "workers",
        "scheduler",
    ]
    subjects = ["threads", "2 processes", "Dask, 2 workers"]
    assert [row[:2] for row in rows[2:]] == [[hosts, subject] for hosts in ("1", "3") for subject in subjects]
    assert [row[3] for row in rows[2:] if row[1] == "threads"] == ["1.00", "1.00"]
    # Nobody else asks where threads do; and where Dask's workers ask, this process does not.
    for _, subject, _, _, here, workers, scheduler in rows[2:]:
        assert (float(workers) == 0) == (subject == "threads")
        assert (float(scheduler) > 0) <= (subject == "Dask, 2 workers")
        assert float(here) > 0
