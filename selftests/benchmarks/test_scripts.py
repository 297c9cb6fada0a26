"""The benchmarks of whole runs, dead hosts, the start and saved facts, in sizes as small as they come."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="dead hosts can be had on Linux only")


def command(script, *arguments):
    return [sys.executable, f"benchmarks/{script}.py", *arguments]


def done(script, *arguments, **environment):
    return subprocess.run(
        command(script, *arguments),
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def table(output):
    lines = [line for line in output.splitlines() if line.startswith("|")]
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return header, {row[0]: row[1:] for row in rows}


def test_a_whole_run_beside_stock_pytest(tmp_path):
    result = done("whole_run", "--hosts", "2", "--latency", "0", "--shell", "both", TMPDIR=str(tmp_path))
    assert (result.stderr, result.returncode) == ("", 0)
    header, rows = table(result.stdout)
    shell, no_shell = "exgate", "exgate, shell: false"
    ratios = [f"{name} / stock pytest" for name in (shell, no_shell)]
    assert header == ["measure", shell, ratios[0], "at most 0.7", no_shell, ratios[1], "at most 0.7", "stock pytest"]
    assert list(rows) == ["wall s", "CPU s", "peak memory MB", "lab CPU s meanwhile"]
    assert "2 hosts, 26 requirements, 52 verdicts" in result.stdout
    assert "Stock pytest: 52 empty tests" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_whole_run_as_json():
    result = done("whole_run", "--hosts", "1", "--latency", "0", "--shell", "off", "--json")
    found = json.loads(result.stdout)
    assert found["judged"] == {"requirements": 26, "applied": 14}
    assert [run["name"] for run in found["exgate"]] == ["exgate, shell: false"]
    own, stock = found["exgate"][0]["run"]["wall"], found["stock"]["run"]["wall"]
    assert found["ratios"]["exgate, shell: false"]["wall s"] == pytest.approx(own / stock)


@LINUX
def test_dead_hosts():
    result = done("dead_hosts", "--hosts", "2", "--dead", "1", "--connect-timeout", "0.5", "--latency", "0")
    assert (result.stderr, result.returncode) == ("", 0)
    header, rows = table(result.stdout)
    assert header == ["measure", "2 alive", "1 of them dead", "added"]
    assert list(rows) == ["wall s", "CPU s", "connect time-outs", "at most 1"]
    alive, dead, added = map(float, rows["wall s"])
    assert added == pytest.approx(dead - alive, abs=0.02)


def test_the_start():
    result = done("start", "--runs", "1")
    assert (result.stderr, result.returncode) == ("", 0)
    header, rows = table(result.stdout)
    assert header == ["started", "wall s", "CPU s"]
    assert list(rows) == [
        "python -c pass",
        "pytest --version",
        "pytest --list-hosts",
        "pytest --hosts=be01",
        "pytest --hosts=be01, first verdict",
    ]
    assert all(float(wall) > 0 for wall, _ in rows.values())


def test_verdicts_on_saved_facts(tmp_path):
    result = done("verdicts", "--hosts", "2", "3", TMPDIR=str(tmp_path))
    assert (result.stderr, result.returncode) == ("", 0)
    lines = [line for line in result.stdout.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")][:3] for line in lines[2:]]
    kinds = ("pass", "fail", "stock pytest")
    assert rows == [[kind, *sizes] for kind in kinds for sizes in (["2", "52"], ["3", "78"])]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "arguments", "error"),
    (
        pytest.param("whole_run", ["--hosts", "0"], "argument --hosts: must be 1 or more", id="no-hosts"),
        pytest.param("whole_run", ["--latency", "nan"], "argument --latency: must be 0 or more", id="no-latency"),
        pytest.param("dead_hosts", ["--hosts", "2", "--dead", "3"], "--dead 3 is more than --hosts 2", id="dead"),
        pytest.param(
            "dead_hosts", ["--connect-timeout", "0"], "--connect-timeout must be more than 0", id="connect-timeout"
        ),
        pytest.param("start", ["--runs", "0"], "argument --runs: must be 1 or more", id="no-runs"),
        pytest.param("verdicts", ["--hosts", "1"], "argument --hosts: must be 2 or more", id="one-host"),
    ),
)
def test_usage_errors(script, arguments, error):
    result = done(script, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == f"python benchmarks/{script}.py: error: {error}"


@pytest.mark.parametrize("script", ("whole_run", "dead_hosts", "start", "verdicts"))
def test_a_lab_that_does_not_start_is_told_in_one_line(script, tmp_path):
    (tmp_path / "trustme.py").write_text('raise ImportError("no trustme here")\n', encoding="utf-8")
    result = done(script, PYTHONPATH=f"{tmp_path}{os.pathsep}{PROJECT}")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"python benchmarks/{script}.py: the lab did not start: ImportError: no trustme here\n"


def test_a_run_that_fails_is_told_in_one_line(tmp_path):
    (tmp_path / "in_the_way.py").write_text(
        "import pytest\ndef pytest_configure():\n    pytest.exit('not today', returncode=3)\n", encoding="utf-8"
    )
    result = done(
        "whole_run", "--hosts", "1", PYTHONPATH=f"{tmp_path}{os.pathsep}{PROJECT}", PYTEST_PLUGINS="in_the_way"
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("python benchmarks/whole_run.py: pytest ended with exit status 3: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no signal that means Ctrl-C reaches some processes alone there")
@pytest.mark.parametrize("script", ("whole_run", "dead_hosts", "start", "verdicts"))
def test_an_interrupted_benchmark_leaves_nothing_behind(tmp_path, script):
    process = subprocess.Popen(
        command(script),
        cwd=PROJECT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        # The lab writes its inventory when it runs.
        while not list(tmp_path.glob("exgate-benchmark-*/lab.yml")) and process.poll() is None:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, output) == (130, "")
    assert errors == f"python benchmarks/{script}.py: interrupted\n"
    assert list(tmp_path.iterdir()) == []
