"""The command line: what is asked of whom, and what is refused before anything is asked."""

import os
import sys
import threading

import pytest

from .conftest import PROJECT

LAB = PROJECT / "inventories" / "lab.yml"


@pytest.mark.parametrize(
    ("arguments", "message"),
    (
        pytest.param(
            (),
            "ERROR: no hosts: say which with --hosts, for example --hosts=backends (pytest --list-hosts shows what there "
            "is); the machine that runs the tests is never tested by itself",
            id="no-hosts",
        ),
        pytest.param(("--hosts=be04",), None, id="unknown-host"),
        pytest.param(("--hosts=backend",), None, id="near-match"),
        pytest.param(("--hosts=backends:!be*",), None, id="empty-match"),
        pytest.param(
            ("--hosts=ssh://be01",),
            "ERROR: --hosts=ssh://be01: name hosts, groups or patterns of the inventory, not connections",
            id="a-connection",
        ),
        pytest.param(("--hosts=be01", "--inventory=nowhere.yml"), None, id="no-inventory"),
        pytest.param(
            ("--hosts=be01", "--fail-on=red"),
            "ERROR: --fail-on: red is no verdict; choose from pass, fail, unknown, unreachable, waived, not applicable",
            id="fail-on",
        ),
        pytest.param(
            ("--hosts=be01", "--parallel=0"),
            "ERROR: --parallel must be more than 0 and at most 86400, not 0",
            id="parallel",
        ),
        pytest.param(
            ("--hosts=be01", "--host-timeout=-1"),
            "ERROR: --host-timeout must be more than 0 and at most 86400, not -1",
            id="time-out",
        ),
        pytest.param(
            ("--hosts=be01", "--connect-timeout=nan"),
            "ERROR: --connect-timeout must be more than 0 and at most 86400, not nan",
            id="not-a-number",
        ),
        pytest.param(
            ("--hosts=be01", f"--html={PROJECT}"),
            f"ERROR: {PROJECT}: no report can be written there: Is a directory",
            id="a-directory-as-report",
        ),
        pytest.param(
            ("--hosts=be01", f"--html={PROJECT / 'README.md' / 'report' / 'page.html'}"),
            f"ERROR: {PROJECT / 'README.md' / 'report' / 'page.html'}: no report can be written there: Not a directory",
            id="a-report-below-a-file",
        ),
    ),
)
def test_usage_errors(run_pytest, arguments, message):
    outcome = run_pytest(*arguments)
    errors = [line for line in outcome.stderr.splitlines() if line]
    assert (outcome.status, len(errors)) == (4, 1)
    assert errors[0].startswith("ERROR: ")
    assert message is None or errors[0] == message
    assert not (outcome.folder / "junit.xml").exists()


@pytest.mark.parametrize(
    ("pattern", "parts"),
    (
        pytest.param("be04", ("be04", "be01"), id="unknown-host"),
        pytest.param("backend", ("backend", "backends"), id="near-match"),
        pytest.param("backends:!be*", ("no host",), id="empty-match"),
    ),
)
def test_usage_errors_name_near_matches(run_pytest, pattern, parts):
    error = run_pytest(f"--hosts={pattern}").stderr
    assert all(part in error for part in parts), error


@pytest.mark.parametrize("arguments", (("--hosts=be04",), ("--hosts=be01", "--fail-on=red"), ("--parallel=0",), ()))
def test_an_old_report_does_not_survive_a_run_that_asks_nothing(run_pytest, tmp_path, arguments):
    (tmp_path / "junit.xml").write_text("<testsuites/>", encoding="utf-8")
    (tmp_path / "report.html").write_text("all green", encoding="utf-8")
    assert run_pytest(*arguments, folder=tmp_path).status == 4
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_missing_password_is_a_usage_error(run_pytest, tmp_path):
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(
        "all: {hosts: {be01: {role: back-end, user: x, password: {env: EXGATE_NOT_SET}}}}", encoding="utf-8"
    )
    outcome = run_pytest("--hosts=be01", f"--inventory={inventory}")
    assert outcome.status == 4
    assert outcome.stderr.count("\n") <= 2
    assert "EXGATE_NOT_SET" in outcome.stderr


def test_list_hosts(run_pytest):
    outcome = run_pytest("--list-hosts", "--hosts=backends,sbs")
    assert (outcome.status, outcome.stdout.splitlines()) == (
        0,
        ["be01   back-end  be01", "be02   back-end  be02", "be03   back-end  be03", "sbs01  sbs       sbs01"],
    )


def test_list_hosts_without_hosts_lists_all(run_pytest):
    names = [line.split()[0] for line in run_pytest("--list-hosts").stdout.splitlines()]
    assert len(names) == 57
    assert names[0] == "be01"


def test_the_terminal_says_what_is_asked(run_pytest):
    lines = run_pytest("--hosts=be01").stdout.splitlines()
    assert "test session starts" in lines[0]
    assert f"inventory: {LAB}, hosts: be01 (1)" in lines
    assert any(line.startswith("tests/test_a_mobile_vdir.py .....") for line in lines)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's")
def test_a_password_is_prompted_for_once_at_the_terminal(run_pytest, tmp_path):
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(
        "all: {hosts: {a: {lab_server: be01}, b: {lab_server: be02}}, vars: {role: back-end, user: 'LAB\\exgate', "
        "password: {prompt: true}}}",
        encoding="utf-8",
    )
    terminal, other_end = os.openpty()
    asked = threading.Event()

    def type_until_it_is_read():
        while not asked.wait(0.2):
            os.write(terminal, b"typed by hand\n")

    typist = threading.Thread(target=type_until_it_is_read)
    typist.start()
    try:
        outcome = run_pytest(
            "--hosts=all",
            f"--inventory={inventory}",
            environment={"EXGATE_LAB_PASSWORD": "typed by hand"},
            stdin=other_end,
            in_new_session=True,
        )
    finally:
        asked.set()
        typist.join()
        os.close(other_end)
        os.close(terminal)
    assert outcome.status == 0, outcome.stderr
    assert outcome.stderr.count("Password of") == 1
    assert "26 passed, 26 skipped" in outcome.stdout


def test_collect_only_asks_nobody_and_runs_host_by_host(run_pytest):
    outcome = run_pytest("--hosts=be01,dead", "--collect-only", "-q")
    ids = [line for line in outcome.stdout.splitlines() if "::" in line]
    assert outcome.status == 0
    assert [line[line.index("[") :] for line in ids] == ["[be01]"] * 26 + ["[dead01]"] * 26
    assert "tests/test_a_mobile_vdir.py::test_mobile_vdir_does_not_require_ssl[be01]" in ids


def test_nothing_collected(run_pytest):
    outcome = run_pytest("--hosts=be01", "-k", "no_such_test")
    assert outcome.status == 5
    assert "exit status 5: no test was selected: nothing was asked" in outcome.findings


@pytest.mark.parametrize(
    ("hosts", "fail_on", "status"),
    (
        pytest.param("drift-02-ssl-on-root", "fail,unknown,unreachable", 1, id="default"),
        pytest.param("drift-02-ssl-on-root", "unknown", 0, id="narrowed"),
        pytest.param("drift-02-ssl-on-root,dead", "fail,unreachable", 1, id="a-failure-weighs-more"),
        pytest.param("be01,dead", "unreachable", 6, id="unseen"),
        pytest.param("be01,dead", "fail", 0, id="unseen-allowed"),
        pytest.param("be01", "not applicable", 1, id="widened"),
    ),
)
def test_fail_on(run_pytest, hosts, fail_on, status):
    assert run_pytest(f"--hosts={hosts}", f"--fail-on={fail_on}").status == status


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    (
        pytest.param(
            ("--hosts=half-blind,be01", "--fail-on=fail", "-x"),
            6,
            "incomplete: the run stopped before 25 more verdicts",
            id="stopped-at-the-first-finding",
        ),
        pytest.param(
            ("--hosts=be01", "--setup-plan"), 6, "incomplete: the run stopped before 22 more verdicts", id="setup-plan"
        ),
        pytest.param(
            ("--hosts=drift-02-ssl-on-root", "--fail-on=unknown"),
            0,
            "exit status 0: there are findings, but none that --fail-on names",
            id="narrowed",
        ),
        pytest.param(
            ("--hosts=be01", "-m", "medium"),
            0,
            "exit status 0: nothing was found wrong, because nothing that was asked applies",
            id="nothing-applies",
        ),
    ),
)
def test_an_exit_status_is_not_better_than_what_was_seen(run_pytest, arguments, status, words):
    outcome = run_pytest(*arguments)
    assert (outcome.status, words in outcome.findings) == (status, True), outcome.stdout


@pytest.mark.parametrize("requirement", ("ssl", "negotiate", "port_80"))
def test_what_another_requirement_blocks_is_unknown_where_that_is_not_judged(run_pytest, requirement):
    outcome = run_pytest("--hosts=drift-01-no-exchange-vdir", "-k", requirement)
    assert outcome.status == 6
    assert (
        "this cannot be judged: /Exchange does not exist, which KB817379-01 judges; next step: run KB817379-01 too"
        in (outcome.findings[0])
    )


def test_a_dead_front_end_is_unreachable(run_pytest, tmp_path):
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(
        "all: {hosts: {fe: {role: front-end, lab_server: dead, user: x, password: {env: EXGATE_LAB_PASSWORD}}}}",
        encoding="utf-8",
    )
    outcome = run_pytest("--hosts=fe", f"--inventory={inventory}")
    assert (outcome.status, set(outcome.verdicts.values())) == (6, {"unreachable"})


@pytest.mark.parametrize(
    ("variables", "message"),
    (
        pytest.param(
            "scheme: https, ca_file: gone.pem",
            "{file}:1: host be01: ca_file: there is no file {folder}gone.pem",
            id="ca-file",
        ),
        pytest.param(
            "scheme: https, transport: certificate, cert_pem: a.pem, cert_key_pem: a.key",
            "{file}:1: host be01: cert_pem: there is no file {folder}a.pem",
            id="certificate",
        ),
    ),
)
def test_a_missing_file_is_a_usage_error(run_pytest, tmp_path, variables, message):
    inventory = tmp_path / "hosts.yml"
    text = f"all: {{hosts: {{be01: {{role: back-end, user: x, password: {{env: HOME}}, {variables}}}}}}}"
    inventory.write_text(text, encoding="utf-8")
    outcome = run_pytest("--hosts=be01", f"--inventory={inventory}")
    expected = message.format(file=inventory, folder=f"{tmp_path}{os.sep}")
    assert (outcome.status, outcome.stderr.strip()) == (4, f"ERROR: {expected}")


def test_hosts_at_one_address_are_told(run_pytest, tmp_path):
    inventory = tmp_path / "hosts.yml"
    text = "all: {vars: {role: back-end, transport: kerberos, address: 127.0.0.1, port: 9}, hosts: {twin1: , twin2: }}"
    inventory.write_text(text, encoding="utf-8")
    outcome = run_pytest("--hosts=all", f"--inventory={inventory}", "--collect-only")
    assert "warning: twin1, twin2 are asked at the same address, 127.0.0.1:9" in outcome.stdout


def test_a_marker_selects_by_severity(run_pytest):
    outcome = run_pytest("--hosts=fe01", "-m", "medium")
    assert outcome.verdicts == {("fe01", "KB817379-18"): "pass"}


def test_help_tells_our_options(run_pytest):
    text = run_pytest("--help").stdout
    for option in (
        "--hosts",
        "--inventory",
        "--list-hosts",
        "--parallel",
        "--connect-timeout",
        "--host-timeout",
        "--fail-on",
    ):
        assert option in text


def test_fixtures_can_be_listed_without_hosts(run_pytest):
    outcome = run_pytest("--fixtures")
    assert outcome.status == 0
    assert "The host to judge, as testinfra has it" in outcome.stdout
