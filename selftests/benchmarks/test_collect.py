"""The benchmark as its users start it: a process that prints a table and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
COLUMNS = ["measure", "exgate", "exgate, shell: false", "plain testinfra", "plain testinfra / exgate"]
MEASURES = [
    "SOAP messages per host",
    "HTTP requests per host",
    "TCP connections per host",
    "log-ons per host",
    "lab CPU ms per host, one at a time",
    "client CPU ms per host, one at a time",
    "wall ms per host, one at a time",
    "wall ms per host, 2 at once",
    "client CPU ms per host, whole run",
    "wall ms per host, whole run, 2 at once",
]
COUNTS = {
    "connections": "TCP connections per host",
    "log-ons": "log-ons per host",
    "messages": "SOAP messages per host",
    "requests": "HTTP requests per host",
}


def command(*arguments):
    return [sys.executable, "benchmarks/collect.py", *arguments]


@pytest.fixture(scope="module")
def benchmark():
    """Run the benchmark to its end."""

    def run(*arguments, **environment):
        return subprocess.run(
            command(*arguments),
            cwd=PROJECT,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def output(benchmark):
    # A proxy of the environment must not come between: nothing listens on the discard port.
    proxy = "http://127.0.0.1:9"
    done = benchmark("--hosts", "3", "--testinfra-hosts", "1", "--parallel", "2", http_proxy=proxy, HTTP_PROXY=proxy)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


@pytest.fixture(scope="module")
def table(output):
    lines = [line for line in output.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture(scope="module")
def rows(table):
    return {row[0]: row[1:] for row in table[2:]}


def test_the_table_has_a_row_for_each_measure(table):
    assert table[0] == COLUMNS
    assert table[1] == ["---", "---:", "---:", "---:", "---:"]
    assert [row[0] for row in table[2:]] == MEASURES
    assert {len(row) for row in table} == {len(COLUMNS)}


@pytest.mark.parametrize(
    ("count", "expected"),
    (
        pytest.param("connections", ["1", "1", "26", "26"], id="connections"),
        pytest.param("log-ons", ["1", "1", "26", "26"], id="log-ons"),
    ),
)
def test_one_connection_and_one_log_on_against_one_for_each_command(rows, count, expected):
    assert rows[COUNTS[count]] == expected


def test_messages(rows):
    shell, no_shell, testinfra, _ = map(float, rows[COUNTS["messages"]])
    assert no_shell <= 18
    assert shell == no_shell + 5, "the shell: create, command, receive, signal, delete"
    assert testinfra == 26 * 5


def test_a_log_on_is_three_requests(rows):
    for messages, requests, log_ons in zip(
        *(rows[COUNTS[count]][:3] for count in ("messages", "requests", "log-ons")), strict=True
    ):
        assert int(requests) == int(messages) + 3 * int(log_ons)


@pytest.mark.parametrize("measure", MEASURES[4:])
def test_times_are_numbers_or_say_that_they_are_none(rows, measure):
    *exgate, testinfra, ratio = rows[measure]
    unmeasured = (sys.platform == "win32" and "client CPU ms per host, whole run" in measure) or (
        "lab CPU" in measure and not Path("/proc/self/stat").exists()
    )
    for cell in exgate:
        assert cell == "not measured" if unmeasured else float(cell) >= 0
    if unmeasured or "whole run" in measure:
        assert (testinfra, ratio) == ("not measured", "not measured")
    else:
        assert float(testinfra) > 0


def test_the_notes_say_what_was_run(output):
    notes = output.split("\n\n")[1].splitlines()
    assert notes[0].startswith("exgate: 3 hosts, 1 of them one at a time. ")
    assert notes[1].startswith("Plain testinfra: 1 of these hosts, because it is slow; ")
    assert 'host.run("ipconfig") for each of the 26 requirements (14 of them apply to these hosts)' in notes[1]
    assert notes[2].startswith(f"Machine: {os.cpu_count()} cores, ")
    assert "Latency 0 s an answer." in notes[2]
    assert notes[3:] == [
        "Command: python benchmarks/collect.py --hosts 3 --testinfra-hosts 1 --parallel 2",
    ]


def test_json(benchmark):
    done = benchmark("--hosts", "1", "--latency", "0.001", "--json")
    result = json.loads(done.stdout)
    assert result["command"] == "python benchmarks/collect.py --hosts 1 --latency 0.001 --json"
    assert result["sizes"] == {"hosts": 1, "testinfra_hosts": 1, "parallel": 32, "latency": 0.001}
    assert result["judged"] == {"requirements": 26, "applied": 14}
    assert result["measures"]["log-ons per host"] == {
        "exgate": 1,
        "exgate, shell: false": 1,
        "plain testinfra": 26,
        "ratio": 26,
    }
    assert [subject["name"] for subject in result["subjects"]] == COLUMNS[1:4]
    assert result["subjects"][0]["one_by_one"]["hosts"] == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    (
        pytest.param(["--hosts", "0"], "argument --hosts: must be 1 or more", id="no-hosts"),
        pytest.param(["--latency", "-1"], "argument --latency: must be 0 or more", id="negative-latency"),
        pytest.param(["--latency", "nan"], "argument --latency: must be 0 or more", id="no-number"),
        pytest.param(
            ["--hosts", "2", "--testinfra-hosts", "3"], "--testinfra-hosts 3 is more than --hosts 2", id="too-many"
        ),
    ),
)
def test_usage_errors(benchmark, arguments, error):
    done = benchmark(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == f"python benchmarks/collect.py: error: {error}"


def test_a_lab_that_does_not_start_is_told_in_one_line(benchmark, tmp_path):
    (tmp_path / "trustme.py").write_text('raise ImportError("no trustme here")\n', encoding="utf-8")
    done = benchmark("--hosts", "1", PYTHONPATH=f"{tmp_path}{os.pathsep}{PROJECT}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "python benchmarks/collect.py: the lab did not start: ImportError: no trustme here\n"


def test_a_pytest_that_fails_is_told_in_one_line(benchmark, tmp_path):
    (tmp_path / "in_the_way.py").write_text(
        "import pytest\ndef pytest_configure():\n    pytest.exit('not today', returncode=3)\n", encoding="utf-8"
    )
    done = benchmark("--hosts", "1", PYTHONPATH=f"{tmp_path}{os.pathsep}{PROJECT}", PYTEST_PLUGINS="in_the_way")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("python benchmarks/collect.py: pytest ended with exit status 3: ")
    assert "not today" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no signal that means Ctrl-C reaches some processes alone there")
@pytest.mark.parametrize(
    "send",
    (
        pytest.param(lambda process: os.killpg(process.pid, signal.SIGINT), id="Ctrl-C"),
        pytest.param(lambda process: process.send_signal(signal.SIGINT), id="SIGINT"),
        pytest.param(lambda process: process.send_signal(signal.SIGTERM), id="SIGTERM"),
    ),
)
def test_an_interrupted_benchmark_leaves_nothing_behind(tmp_path, send):
    process = subprocess.Popen(
        command("--hosts", "2", "--latency", "0.02"),
        cwd=PROJECT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        # The second inventory is written when half of the measuring is over: the lab runs, and more is to come.
        while not (found := list(tmp_path.glob("exgate-benchmark-*/no-shell.yml"))) and process.poll() is None:
            time.sleep(0.05)
        assert found, process.communicate()
        inventory = yaml.safe_load(found[0].with_name("lab.yml").read_text(encoding="utf-8"))
        hosts = inventory["all"]["children"]["backends"]["hosts"]
        send(process)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, output, errors) == (130, "", "python benchmarks/collect.py: interrupted\n")
    assert list(tmp_path.iterdir()) == []
    for host in hosts.values():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host["address"], host["port"]), timeout=10)
