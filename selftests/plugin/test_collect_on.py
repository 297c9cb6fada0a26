"""--collect-on as a user types it: the same verdicts wherever hosts are asked, and nothing is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dask_processes import DaskProcesses, until

from exgate.plugin.lab_process import PASSWORD_VARIABLE

PROJECT = Path(__file__).parents[2]
PASSWORD = "p@ss/w#rd? 100%ü"
VARS = r"role: back-end, user: 'LAB\exgate'"


def inventory(folder, hosts, variables=VARS):
    file = folder / "hosts.yml"
    file.write_text(f"all:\n  vars: {{{variables}}}\n  hosts: {{{hosts}}}\n", encoding="utf-8")
    return f"--inventory={file}"


def collecting(outcome):
    return [line for line in outcome.stdout.splitlines() if line.startswith(("collecting: ", "warning: "))]


NO_OTHER = "a password that is typed or in plain text is handed to no other process"
BY_ENV = f"{VARS}, password: {{env: EXGATE_LAB_PASSWORD}}"
TEXT = f"{VARS}, password: n0t-asked, allow_plaintext: true"


@pytest.mark.parametrize(
    ("arguments", "variables", "hosts", "lines"),
    (
        pytest.param((), BY_ENV, "h1: {}", ["collecting: 1 thread"], id="default"),
        pytest.param((), BY_ENV, "'h[1:9]': {}", ["collecting: 9 threads"], id="few-hosts"),
        pytest.param((), BY_ENV, "'h[1:999]': {}", ["collecting: 2 processes, 32 hosts at a time"], id="many-hosts"),
        pytest.param(("--collect-on=threads",), BY_ENV, "'h[1:999]': {}", ["collecting: 32 threads"], id="threads"),
        pytest.param(
            ("--collect-on=processes", "--parallel=5"),
            BY_ENV,
            "'h[1:9]': {}",
            ["collecting: 2 processes, 5 hosts at a time"],
            id="processes",
        ),
        pytest.param(("--collect-on=processes",), TEXT, "'h[1:9]': {}", ["collecting: 9 threads"], id="plain-text"),
        pytest.param(
            ("--collect-on=processes",),
            BY_ENV,
            "'h[1:3]': {}, h4: {password: {prompt: true}}, h5: {password: {prompt: true}}",
            [
                "collecting: 2 processes, 5 hosts at a time",
                f"collecting: h4 and 1 more by this process alone: {NO_OTHER}",
            ],
            id="one-that-stays",
        ),
        pytest.param(
            (),
            BY_ENV,
            "h1: {collect_on: site-a}, h2: {collect_on: site-b}",
            [
                "collecting: 2 threads",
                "warning: h1 and 1 more: collect_on means nothing without --collect-on tcp://SCHEDULER:PORT",
            ],
            id="labels",
        ),
        pytest.param(
            ("--collect-on=tcp://127.0.0.1:9",), BY_ENV, "h1: {}", ["collecting: tcp://127.0.0.1:9"], id="a-cluster"
        ),
    ),
)
def test_the_head_of_the_run_says_who_asks(run_pytest, tmp_path, monkeypatch, arguments, variables, hosts, lines):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    outcome = run_pytest("--collect-only", "--hosts=all", inventory(tmp_path, hosts, variables), *arguments)
    assert (outcome.status, collecting(outcome)) == (0, lines)


FORMS = "expected auto, threads, processes, processes:N, tcp://SCHEDULER:PORT or tls://SCHEDULER:PORT (N from 1 to 64)"
STAYS = (
    "a password that is typed or in plain text is handed to no other process; set it to {env: NAME}, {keyring: SERVICE} "
    "or {command: PROGRAM}, which the worker looks up, or leave out --collect-on"
)


@pytest.mark.parametrize(
    ("where", "variables", "message"),
    (
        pytest.param("moon", BY_ENV, f"--collect-on=moon: {FORMS}", id="no-form"),
        pytest.param("tcp://127.0.0.1:9", TEXT, f"{{file}}:2: host h1: password: {STAYS}", id="plain-text"),
        pytest.param(
            "tcp://127.0.0.1:9",
            f"{VARS}, password: {{prompt: true}}",
            f"{{file}}:2: host h1: password: {STAYS}",
            id="prompt",
        ),
        pytest.param(
            "tcp://127.0.0.1:9",
            f"{BY_ENV}, test_mailbox: m, test_user: u, test_password: {{prompt: true}}",
            f"{{file}}:2: host h1: test_password: {STAYS}",
            id="prompt-for-the-test-mailbox",
        ),
        pytest.param(
            "tcp://127.0.0.1:9",
            BY_ENV,
            "no Dask scheduler can be used at tcp://127.0.0.1:9 (OSError); next step: check that it runs, its port and, "
            "with tls://, Dask's configuration of certificates (distributed.comm.tls)",
            id="no-scheduler",
        ),
    ),
)
def test_what_cannot_work_is_told_before_anybody_is_asked(run_pytest, tmp_path, where, variables, message):
    outcome = run_pytest(
        "--hosts=all", inventory(tmp_path, "h1: {}", variables), f"--collect-on={where}", "--connect-timeout=0.5"
    )
    assert outcome.status == 4
    assert outcome.stderr.strip().splitlines() == [f"ERROR: {message.replace('{file}', str(tmp_path / 'hosts.yml'))}"]


@pytest.fixture
def dask(tmp_path):
    processes = DaskProcesses(tmp_path)
    yield processes
    processes.stop()


def test_verdicts_are_the_same_wherever_hosts_are_asked(run_pytest, dask):
    for name in ("a", "b"):
        dask.worker(name, threads=16, label=f"site-{name}", environment={PASSWORD_VARIABLE: PASSWORD})
    dask.wait(2)
    environment = {PASSWORD_VARIABLE: PASSWORD}
    threads = run_pytest("--hosts=all", "--collect-on=threads", environment=environment)
    processes = run_pytest("--hosts=all", "--collect-on=processes:3", environment=environment)
    cluster = run_pytest("--hosts=all", f"--collect-on={dask.address}", environment=environment)
    assert collecting(cluster) == [f"collecting: 2 workers of {dask.address}, 32 threads, labels: site-a, site-b"]
    assert len(threads.verdicts) == 1482
    assert processes.verdicts == threads.verdicts
    assert cluster.verdicts == threads.verdicts
    assert [each.status for each in (threads, processes, cluster)] == [1, 1, 1]


OWN = """
import sys

def test_own_command(host):
    assert 'Windows IP Configuration' in host.run('ipconfig').stdout

def test_nothing_of_dask_is_imported():
    assert {'dask', 'distributed', 'tornado'} & set(sys.modules) == set()
"""


def test_a_users_own_command_is_run_from_here(run_pytest, dask, own):
    dask.worker("a", environment={PASSWORD_VARIABLE: PASSWORD})
    dask.wait(1)
    arguments = ("-c", "pytest.ini", f"{own(OWN)}::test_own_command", "--hosts=be01", f"--collect-on={dask.address}")
    outcome = run_pytest(*arguments, environment={PASSWORD_VARIABLE: PASSWORD})
    assert (outcome.status, outcome.stderr) == (0, "")


def test_a_run_without_a_cluster_imports_nothing_of_dask(run_pytest, own):
    arguments = ("-c", "pytest.ini", own(OWN), "--hosts=be01,be02")
    for where in ("threads", "processes"):
        assert run_pytest(*arguments, f"--collect-on={where}", in_new_session=True).status == 0


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("sent", (signal.SIGINT, signal.SIGTERM, signal.SIGKILL))
def test_a_run_that_is_ended_while_processes_ask_leaves_none_of_them(tmp_path, sent):
    mark = f"EXGATE_MARK=of {tmp_path}".encode()
    with socket.create_server(("127.0.0.1", 0)) as never_answers:
        port = never_answers.getsockname()[1]
        silent = ", ".join(f"silent{number}: {{address: 127.0.0.1, port: {port}}}" for number in range(4))
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:hypothesispytest",
            "--hosts=all",
            "--collect-on=processes:3",
        ]
        command += [
            inventory(tmp_path, f"be01: {{lab_server: be01}}, {silent}", BY_ENV),
            f"--report-dir={tmp_path / 'r'}",
        ]
        command += [f"--facts-out={tmp_path / 'facts'}", "-o", f"cache_dir={tmp_path / 'cache'}"]
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | {"EXGATE_MARK": f"of {tmp_path}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        until(lambda: process.poll() is not None or (tmp_path / "facts" / "be01" / "MetaBase.xml").exists())
        until(lambda: len(marked(mark)) == 4)  # the run, two processes beside it, the lab
        time.sleep(0.5)
        process.send_signal(sent)
        stdout, _ = process.communicate(timeout=60)
    until(lambda: not marked(mark))
    if sent != signal.SIGKILL:
        assert process.returncode == 2, stdout
        assert "coverage of 5 hosts: 0 complete, 1 partial (be01), 4 not asked" in stdout


def marked(mark):
    """Give the processes that were started with a mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(folder.name)
        except OSError:
            continue
    return found
