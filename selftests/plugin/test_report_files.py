"""Which reports a run leaves, where, and when it is interrupted."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter

import pytest
from junitparser.xunit2 import JUnitXml

from .conftest import PROJECT, QUICK

DEFAULT = {"history", "index.html", "junit.xml", "report.html", "results.json", "summary.md"}


def left(folder):
    return {path.name for path in folder.iterdir()} - {"cache"}


def reported(outcome):
    return [line.rpartition("/")[2] for line in outcome.findings if line.startswith("report: ")]


@pytest.mark.parametrize(
    ("arguments", "files"),
    (
        pytest.param((), DEFAULT, id="default"),
        pytest.param(("--report=none",), set(), id="none"),
        pytest.param(("--report=csv,sarif,prom",), {"results.csv", "results.sarif", "exgate.prom"}, id="for-machines"),
        pytest.param(("--report=html, junit",), {"index.html", "report.html", "junit.xml"}, id="spaces"),
        pytest.param(("--report=json", "--history=0"), {"results.json"}, id="no-history"),
        pytest.param(("--report=md", "--junitxml={}/own.xml"), {"summary.md", "own.xml"}, id="a-file-of-its-own"),
        pytest.param(("--report=json,md", "--results="), {"summary.md"}, id="an-empty-name-is-none"),
    ),
)
def test_what_a_run_leaves(run_pytest, tmp_path, arguments, files):
    outcome = run_pytest("--hosts=be01", *(text.format(tmp_path) for text in arguments), folder=tmp_path)
    assert outcome.status == 0, outcome.stdout
    assert left(outcome.folder) == files
    assert set(reported(outcome)) == files - {"history"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    (
        pytest.param(
            ("--report=pdf",),
            "ERROR: --report: pdf is no report; choose from html, junit, json, md, csv, sarif, prom, fix, or none",
            id="unknown",
        ),
        pytest.param(
            ("--report=",),
            "ERROR: --report: nothing is no report; choose from html, junit, json, md, csv, sarif, prom, fix, or none",
            id="empty",
        ),
        pytest.param(
            ("--history=-1",), "ERROR: --history must be at least 0 and at most 10000, not -1", id="negative-history"
        ),
        pytest.param(
            (f"--report-dir={PROJECT / 'README.md'}",),
            f"ERROR: {PROJECT / 'README.md' / 'report.html'}: no report can be written there: File exists",
            id="a-file-as-folder",
        ),
        pytest.param(
            ("--report-dir=",),
            "ERROR: --report-dir= names nothing: give a path, or leave the option out",
            id="no-folder",
        ),
    ),
)
def test_usage_errors(run_pytest, arguments, message):
    outcome = run_pytest("--hosts=be01", *arguments)
    assert (outcome.status, outcome.stderr.strip()) == (4, message)


def test_old_reports_go_when_a_run_starts_and_those_of_others_stay(run_pytest, tmp_path):
    run_pytest("--hosts=drift-02-ssl-on-root", "--report=html,junit,json,md,csv,sarif,prom,fix", folder=tmp_path)
    assert [path.name for path in (tmp_path / "fix").iterdir()] == ["drift-02-ssl-on-root.txt"]
    (tmp_path / "results.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "fix" / "notes.txt").write_text("mine", encoding="utf-8")
    assert run_pytest("--hosts=be01", "--requirement=99", "--report=md", folder=tmp_path).status == 4
    assert left(tmp_path) == {"fix", "history", "results.csv"}
    assert [path.name for path in (tmp_path / "fix").iterdir()] == ["notes.txt"]


def test_the_last_runs_are_kept_and_make_the_trend(run_pytest, tmp_path):
    for _ in range(3):
        run_pytest("--hosts=drift-02-ssl-on-root", "--requirement=02", "--history=2", folder=tmp_path)
    files = sorted((tmp_path / "history").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert len(files) == 2
    # Runs that end in one second are numbered.
    assert all(re.fullmatch(r"results-\d{8}T\d{6}Z(-\d+)?\.json", path.name) for path in files)
    assert files[-1].read_bytes() == (tmp_path / "results.json").read_bytes()


def test_a_baseline_in_the_history_stays(run_pytest, tmp_path):
    run_pytest("--hosts=be01", "--requirement=02", folder=tmp_path)
    (old,) = (tmp_path / "history").iterdir()
    run_pytest("--hosts=be01", "--requirement=02", "--history=1", f"--baseline={old}", folder=tmp_path)
    assert old.exists()
    assert len(list((tmp_path / "history").iterdir())) == 2


@pytest.mark.parametrize("option", ("-n2", "--tx=2*popen"))
def test_xdist_gets_no_worker_and_every_verdict_is_there_once(run_pytest, option):
    more = ("--dist=load",) if option.startswith("--tx") else ()
    outcome = run_pytest("--hosts=be01,drift-02-ssl-on-root", option, *more)
    assert outcome.status == 1
    words = "-n 2" if option == "-n2" else "--tx"
    assert f"{words}: the tests run in one process; hosts are asked in parallel as it is (--parallel)" in outcome.stdout
    assert len(outcome.verdicts) == 52
    (suite,) = JUnitXml.fromfile(str(outcome.folder / "junit.xml"))
    assert Counter((case.classname, case.name) for case in suite).most_common(1)[0][1] == 1
    assert (suite.tests, suite.failures, suite.errors) == (52, 2, 0)


def test_own_tests_have_a_suite_of_their_own(run_pytest, tmp_path):
    own = tmp_path / "test_own.py"
    own.write_text("def test_good(): pass\ndef test_bad(host): assert not host.name\n", encoding="utf-8")
    outcome = run_pytest("-c", "pytest.ini", "--hosts=be01", "tests/test_e_wire.py", str(own))
    ours, theirs = JUnitXml.fromfile(str(outcome.folder / "junit.xml"))
    assert (ours.name, ours.tests, ours.failures) == ("KB 817379", 4, 0)
    assert (theirs.name, theirs.tests, theirs.failures) == ("own tests", 2, 1)
    assert [case.name for case in theirs] == ["test_bad[be01]", "test_good"]
    assert outcome.results["run"]["other_tests"] == {"passed": 1, "failed": 1, "skipped": 0}


def test_what_breaks_after_a_verdict_is_an_error_beside_it(run_pytest, tmp_path):
    plugin = tmp_path / "breaking.py"
    plugin.write_text(
        "import pytest\n@pytest.fixture(autouse=True)\ndef broken():\n    yield\n    raise OSError\n", encoding="utf-8"
    )
    outcome = run_pytest(
        "--hosts=be01", "--requirement=02", "-p", "breaking", environment={"PYTHONPATH": str(tmp_path)}
    )
    ours, theirs = JUnitXml.fromfile(str(outcome.folder / "junit.xml"))
    assert (outcome.status, ours.tests, ours.errors) == (1, 1, 0)
    assert (theirs.tests, theirs.errors) == (1, 1)
    assert [case.name for case in theirs] == ["test_mobile_vdir_does_not_require_ssl[be01] teardown"]
    assert outcome.results["run"]["other_tests"]["failed"] == 1


def test_own_tests_alone_have_pytests_reports(run_pytest, tmp_path):
    own = tmp_path / "test_own.py"
    own.write_text("def test_bad(record_property): record_property('verdict', 'x'); assert 0\n", encoding="utf-8")
    outcome = run_pytest("-c", "pytest.ini", "--hosts=be01", str(own))
    assert (outcome.status, left(outcome.folder)) == (1, {"junit.xml", "report.html"})
    (suite,) = JUnitXml.fromfile(str(outcome.folder / "junit.xml"))
    assert (suite.tests, suite.failures) == (1, 1)


def test_a_file_that_cannot_be_collected_makes_the_run_incomplete(run_pytest, tmp_path):
    broken = tmp_path / "test_broken.py"
    broken.write_text("import nothing_of_the_kind\n", encoding="utf-8")
    arguments = ("-c", "pytest.ini", "--hosts=be01", "tests/test_b_method_2.py", str(broken))
    outcome = run_pytest(*arguments, "--continue-on-collection-errors")
    run = outcome.results["run"]
    assert (outcome.status, run["complete"], run["other_tests"]["failed"]) == (1, False, 1)
    assert outcome.results["summary"] == {"pass": 0, "fail": 0, "unknown": 0, "unreachable": 0, "waived": 0} | {
        "not applicable": 8
    }
    assert "incomplete: 1 file of tests could not be collected" in outcome.findings
    assert "Incomplete" in (outcome.folder / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "arguments", "status"),
    (
        pytest.param("def test_1(): __import__('pytest').exit('bye', returncode=0)", (), 2, id="pytest-exit"),
        pytest.param("def test_1(): assert 0\ndef test_2(): pass", ("-x",), 1, id="stopped-before-an-own-test"),
        pytest.param("def test_1(): raise KeyboardInterrupt", (), 2, id="interrupted-in-an-own-test"),
    ),
)
def test_a_run_that_stops_in_the_own_tests_is_incomplete(run_pytest, tmp_path, text, arguments, status):
    own = tmp_path / "test_own.py"
    own.write_text(f"{text}\n", encoding="utf-8")
    outcome = run_pytest("-c", "pytest.ini", "--hosts=be01", "tests/test_e_wire.py", str(own), *arguments)
    assert (outcome.status, outcome.results["run"]["complete"]) == (status, False)
    assert len(outcome.verdicts) == 4
    suites = list(JUnitXml.fromfile(str(outcome.folder / "junit.xml")))
    assert suites[0].errors == 1
    assert [case.name for case in suites[0] if case.result and case.result[0].type == "incomplete"] == ["run"]
    assert all(case.name for suite in suites for case in suite)


def test_a_crash_of_pytest_is_told_with_what_was_judged(run_pytest, tmp_path):
    plugin = tmp_path / "crashing.py"
    plugin.write_text(
        "def pytest_runtest_logreport(report):\n    if 'test_e_' in report.nodeid: raise RuntimeError('broken plugin')\n",
        encoding="utf-8",
    )
    outcome = run_pytest("--hosts=be01", "-p", "crashing", environment={"PYTHONPATH": str(tmp_path)})
    assert outcome.status == 3
    assert "exit status 3: an internal error: it is incomplete" in outcome.stdout
    assert "incomplete: the run stopped before 3 more verdicts" in outcome.stdout
    assert f"report: {outcome.folder / 'index.html'}" in outcome.stdout
    assert outcome.results["run"]["complete"] is False


def test_a_report_that_cannot_be_written_is_no_success_in_any_other(run_pytest, tmp_path):
    own = tmp_path / "test_own.py"
    own.write_text(f"def test_own(host): __import__('os').mkdir({str(tmp_path / 'summary.md')!r})\n", encoding="utf-8")
    outcome = run_pytest("--hosts=be01", "tests/test_e_wire.py", str(own), folder=tmp_path)
    assert outcome.status == 3
    assert "exit status 3: a report could not be written" in outcome.findings
    assert f"{tmp_path / 'summary.md'}: no report can be written there: Is a directory" in outcome.findings
    run = outcome.results["run"]
    assert (run["exit_status"], run["exit_words"]) == (3, "a report could not be written")
    assert "report could not be written" in (outcome.folder / "index.html").read_text(encoding="utf-8")


def test_a_long_table_leaves_out_what_is_in_order_and_says_so(run_pytest, tmp_path):
    plugin = tmp_path / "short.py"
    plugin.write_text("from exgate.reports import html\nhtml.MOST_ROWS = 51\n", encoding="utf-8")
    outcome = run_pytest("--hosts=be01,drift-02-ssl-on-root", "-p", "short", environment={"PYTHONPATH": str(tmp_path)})
    rows = [row for rows in outcome.html_data["tests"].values() for row in rows]
    assert [re.sub("<[^>]+>", "", row["resultsTableRow"][3]) for row in rows] == ["KB817379-02", "KB817379-61"]
    assert '<span class="passed">25 Passed,' in outcome.html
    assert "with more than 51 verdicts: 25 pass, 25 not applicable. index.html has them all." in outcome.html


@pytest.mark.parametrize("sent", (signal.SIGINT, signal.SIGTERM))
def test_a_run_that_is_ended_while_it_asks_leaves_reports_that_say_so(tmp_path, sent):
    with socket.create_server(("127.0.0.1", 0)) as never_answers:
        inventory = tmp_path / "hosts.yml"
        inventory.write_text(
            "all: {vars: {role: back-end, user: 'LAB\\exgate', password: {env: EXGATE_LAB_PASSWORD}}, "
            f"hosts: {{silent: {{address: 127.0.0.1, port: {never_answers.getsockname()[1]}}}, be01: {{lab_server: be01}}}}}}",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "pytest", *QUICK, "--hosts=all", f"--inventory={inventory}"]
        command += [f"--report-dir={tmp_path / 'reports'}", "-o", f"cache_dir={tmp_path / 'cache'}"]
        command += [f"--facts-out={tmp_path / 'facts'}"]
        process = subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        while process.poll() is None and not (tmp_path / "facts" / "be01" / "MetaBase.xml").exists():
            time.sleep(0.05)
        process.send_signal(sent)
        stdout, _ = process.communicate(timeout=60)
    assert process.returncode == 2, stdout
    assert "incomplete: the run stopped before 52 more verdicts" in stdout
    assert "coverage of 2 hosts: 0 complete, 1 partial (be01), 1 not asked (silent)" in stdout
    assert "exit status 2: the run was interrupted: it is incomplete" in stdout
    assert left(tmp_path / "reports") == DEFAULT
    (suite,) = JUnitXml.fromfile(str(tmp_path / "reports" / "junit.xml"))
    assert (suite.tests, suite.errors) == (52, 52)
