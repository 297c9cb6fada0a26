"""Waivers in whole runs: which verdicts they change, and what every report tells of them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from defusedxml import ElementTree as SafeElementTree

from .conftest import PROJECT
from .test_reports import MESSAGE_02

HOST = "drift-02-ssl-on-root"
MOMENT = "2026-11-20T12:00:00+00:00"
HOSTILE = '\\"><script>alert(1)</script> ]]> &amp; \\x1b[31m\\u202e\\0 two\\nlines'
HOSTILE_SHOWN = '"><script>alert(1)</script> ]]> &amp; \ufffd[31m\ufffd\ufffd two lines'
BECAUSE = "jane.doe@example.com, approved by cio@example.com, CHG-1234: Phones use the new gateway"
OWNER = "(jane.doe@example.com)"


def waiver(**changes):
    fields = {
        "requirement": "KB817379-02",
        "hosts": HOST,
        "reason": "Phones use the new gateway",
        "owner": "jane.doe@example.com",
        "approved_by": "cio@example.com",
        "ticket": "CHG-1234",
        "granted": "2026-11-01",
        "expires": "2026-12-31",
    }
    return "\n    ".join(f"{name}: {value}" for name, value in (fields | changes).items())


def waivers_file(folder, *waivers):
    """Write waivers; the first begins in line 2, each has 8 lines."""
    file = folder / "accepted.yml"
    file.write_text("waivers:\n" + "".join(f"  - {each}\n" for each in waivers), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def run_at(run_pytest):
    """Run pytest at a moment, with waivers."""

    def run(*arguments, waivers=None, moment=MOMENT, **more):
        given = () if waivers is None else (f"--waivers={waivers}",)
        return run_pytest(
            *("-p", "selftests.plugin.frozen_moment"), *given, *arguments, environment={"EXGATE_MOMENT": moment}, **more
        )

    return run


@pytest.fixture(scope="module")
def mixed(run_at, tmp_path_factory):
    """One run with a waiver of every kind; be01 complies, blind01 cannot be seen, dead01 cannot be asked."""
    folder = tmp_path_factory.mktemp("waivers")
    file = waivers_file(
        folder,
        waiver(reason=f'"{HOSTILE}"', requirement='["02"]'),
        waiver(requirement="KB817379-61", expires="2026-11-29"),
        waiver(hosts="drift-15-denies-itself", requirement="KB817379-15", expires="2026-11-19"),
        waiver(hosts="be01"),
        waiver(hosts="be04"),
        waiver(hosts="half-blind,dead"),
        waiver(requirement="KB817379-11"),
        waiver(hosts="fe02"),
    )
    outcome = run_at(f"--hosts={HOST},drift-15-denies-itself,be01,half-blind,dead", waivers=file)
    return outcome, file


@pytest.fixture(scope="module")
def lines(mixed):
    """The warnings on the terminal, without the file's name."""
    outcome, file = mixed
    return [line.removeprefix(f"warning: {file}:") for line in outcome.findings if line.startswith(f"warning: {file}:")]


@pytest.mark.parametrize(
    ("host", "requirement", "verdict"),
    (
        pytest.param(HOST, "KB817379-02", "waived", id="waived"),
        pytest.param(HOST, "KB817379-61", "waived", id="about-to-expire"),
        pytest.param("drift-15-denies-itself", "KB817379-15", "fail", id="expired"),
        pytest.param("drift-15-denies-itself", "KB817379-61", "fail", id="another-requirement"),
        pytest.param("be01", "KB817379-02", "pass", id="complies"),
        pytest.param("blind01", "KB817379-02", "unknown", id="what-was-not-seen-is-not-waived"),
        pytest.param("dead01", "KB817379-02", "unreachable", id="what-was-not-asked-is-not-waived"),
        pytest.param(HOST, "KB817379-11", "not applicable", id="does-not-apply"),
    ),
)
def test_verdicts(mixed, host, requirement, verdict):
    outcome, _ = mixed
    assert outcome.verdicts[host, requirement] == verdict


def test_the_header_says_which_waivers(mixed):
    outcome, file = mixed
    assert f"waivers: {file} (8)" in outcome.stdout.splitlines()


def test_terminal(mixed, lines):
    outcome, _ = mixed
    waived = [line for line in outcome.findings if line.startswith("WAIVED")]
    assert waived[0] == (
        f"WAIVED      KB817379-02 critical {MESSAGE_02} "
        f"(until 2026-12-31, jane.doe@example.com, approved by cio@example.com, CHG-1234: {HOSTILE_SHOWN})"
    )
    assert waived[1].startswith(f"WAIVED      KB817379-61 critical {HOST}: ")
    assert waived[1].endswith(f" (until 2026-11-29, {BECAUSE})")
    assert len(waived) == 2
    assert lines == [
        f"10: expires in 9 days: KB817379-61 on {HOST} {OWNER}",
        f"18: expired on 2026-11-19, so the failure counts: KB817379-15 on drift-15-denies-itself {OWNER}",
        f"26: is not needed any more: KB817379-02 complies on be01 {OWNER}",
        *[line for line in lines if line.startswith("34: ")],
        f"50: unused: KB817379-11 does not apply to {HOST} {OWNER}",
    ]
    (unused,) = [line for line in lines if line.startswith("34: ")]
    assert unused.startswith('34: unused: "be04" is neither a host nor a group; did you mean be0')


def test_the_table_and_the_counts(mixed):
    outcome, _ = mixed
    assert re.search(r"^2 hosts without a finding +- +- +- +2 ", outcome.stdout, re.MULTILINE)
    assert re.search(r"^\d+ verdicts on 5 hosts: .*, 2 waived, ", outcome.stdout, re.MULTILINE)
    assert re.search(r"= 2 failed, .*, 2 xfailed, \d+ errors in ", outcome.stdout.splitlines()[-1])
    assert outcome.status == 1


def test_the_progress_letter(mixed):
    outcome, _ = mixed
    assert re.search(r"test_a_mobile_vdir\.py \.w\.\.\.\.\. ", outcome.stdout)


def test_junit_of_what_is_waived(mixed):
    outcome, file = mixed
    case, named = outcome.cases[HOST, "KB817379-02"]
    (result,) = case.result
    words = (
        f"{MESSAGE_02} (until 2026-12-31, jane.doe@example.com, approved by cio@example.com, CHG-1234: {HOSTILE_SHOWN})"
    )
    assert (result._tag, result.type, result.message, result.text) == ("skipped", "waived", words, words)
    assert {name: value for name, value in named.items() if name.startswith("waiver_")} == {
        "waiver_state": "valid",
        "waiver_owner": "jane.doe@example.com",
        "waiver_approved_by": "cio@example.com",
        "waiver_expires": "2026-12-31",
        "waiver_ticket": "CHG-1234",
        "waiver_reason": HOSTILE_SHOWN,
        "waiver_source": f"{file}:2",
    }


@pytest.mark.parametrize(
    ("host", "requirement", "tag", "state"),
    (
        (HOST, "KB817379-61", "skipped", "about to expire"),
        ("drift-15-denies-itself", "KB817379-15", "failure", "expired"),
        ("drift-15-denies-itself", "KB817379-61", "failure", None),
        ("be01", "KB817379-02", None, "valid"),
        ("blind01", "KB817379-02", "error", None),
        ("dead01", "KB817379-02", "error", None),
    ),
)
def test_junit_states(mixed, host, requirement, tag, state):
    case, named = mixed[0].cases[host, requirement]
    assert ([result._tag for result in case.result], named.get("waiver_state")) == ([tag] if tag else [], state)


def test_junit_of_what_has_expired(mixed):
    outcome, file = mixed
    case, _ = outcome.cases["drift-15-denies-itself", "KB817379-15"]
    (result,) = case.result
    assert result.text == (
        f"{result.message}\nThe waiver of {file}:18 expired on 2026-11-19, so the failure counts "
        "(jane.doe@example.com, CHG-1234)"
    )


def test_junit_counts_and_notices(mixed, lines):
    outcome, file = mixed
    (suite,) = SafeElementTree.parse(outcome.folder / "junit.xml").getroot()
    skipped = len(suite.findall("testcase/skipped"))
    assert (int(suite.get("failures")), int(suite.get("skipped"))) == (2, skipped)
    assert len(suite.findall("testcase/skipped[@type='waived']")) == 2
    told = {prop.get("name"): prop.get("value") for prop in suite.find("properties")}
    assert told == {f"waiver notice {number}": f"{file}:{line}" for number, line in enumerate(lines, 1)}


@pytest.fixture(scope="module")
def rows(mixed):
    """pytest-html's rows by host and requirement: result and detail."""
    found = {}
    for tests in mixed[0].html_data["tests"].values():
        for test in tests:
            cells = [re.sub("<[^>]+>", "", cell) for cell in test["resultsTableRow"]]
            detail = SafeElementTree.fromstring(f"<x>{test['log']}</x>").text
            found[cells[2], cells[3]] = (cells[0], cells[1], [line for line in detail.splitlines() if line])
    return found


def test_html_of_what_is_waived(mixed, rows):
    result, verdict, detail = rows[HOST, "KB817379-02"]
    assert (result, verdict) == ("XFailed", "waived")
    assert detail[:4] == [
        MESSAGE_02,
        f"Waived until 2026-12-31 by {mixed[1]}:2 (valid)",
        f"Reason: {HOSTILE_SHOWN}",
        (
            "Owner: jane.doe@example.com; approved by cio@example.com; ticket CHG-1234; granted 2026-11-01, "
            "expires 2026-12-31"
        ),
    ]
    assert "Fix, to be reviewed by a person:" in detail


@pytest.mark.parametrize(
    ("host", "requirement", "cells", "line"),
    (
        (HOST, "KB817379-61", ("XFailed", "waived"), "Waived until 2026-11-29 by {}:10 (about to expire)"),
        (
            "drift-15-denies-itself",
            "KB817379-15",
            ("Failed", "fail"),
            "The waiver of {}:18 expired on 2026-11-19, so the failure counts (jane.doe@example.com, CHG-1234)",
        ),
        ("be01", "KB817379-02", ("Passed", "pass"), "The waiver of {}:26 is not needed any more"),
    ),
)
def test_html_of_other_states(mixed, rows, host, requirement, cells, line):
    result, verdict, detail = rows[host, requirement]
    assert (result, verdict) == cells
    assert detail[1] == line.format(mixed[1])


def test_html_summary_and_counts(mixed, lines):
    outcome, file = mixed
    page = SafeElementTree.fromstring(
        "<x>"
        + re.search(r"<p>\d+ verdicts on.*?</p>\s*</div>", outcome.html, re.DOTALL)[0].replace("</div>", "")
        + "</x>"
    )
    told = [paragraph.text for paragraph in page if not paragraph.text.startswith(("coverage ", "facts: "))]
    assert [f"{file}:{line}" for line in lines] == told[1:-1]
    assert re.search(r"2 Expected failures", outcome.html)


def test_no_report_holds_markup_of_a_waiver(mixed):
    outcome, _ = mixed
    assert "<script>alert" not in outcome.html
    assert "\x1b[31m" not in outcome.stdout + outcome.html
    data = json.dumps(outcome.html_data)
    assert "<script>alert" not in data


@pytest.mark.parametrize(
    ("arguments", "changes", "moment", "status", "verdict", "words"),
    (
        pytest.param(
            (), {}, MOMENT, 0, "waived", "exit status 0: everything that was asked complies or is waived", id="waived"
        ),
        pytest.param((), {"expires": "2026-11-20"}, "2026-11-20T23:59:59+00:00", 0, "waived", None, id="last-second"),
        pytest.param((), {"expires": "2026-11-20"}, "2026-11-21T00:00:00+00:00", 1, "fail", None, id="next-day"),
        pytest.param(
            ("--no-waivers",), {}, MOMENT, 1, "fail", "exit status 1: something does not comply", id="no-waivers"
        ),
        pytest.param(
            ("--fail-on=waived",), {}, MOMENT, 1, "waived", "exit status 1: something does not comply", id="fail-on"
        ),
        pytest.param(("--fail-on=fail,unknown",), {}, MOMENT, 0, "waived", None, id="fail-on-fail"),
        pytest.param(("-x",), {}, MOMENT, 0, "waived", None, id="a-waived-failure-does-not-stop-the-run"),
        pytest.param(("--runxfail",), {}, MOMENT, 0, "waived", None, id="runxfail-is-for-pytest's-own-marks"),
        pytest.param(
            ("-k", "ssl"), {"requirement": '["02", "61", "15"]'}, MOMENT, 0, "waived", None, id="narrowed-by-k"
        ),
        pytest.param(
            ("--requirement=02",), {"requirement": '["02", "61", "15"]'}, MOMENT, 0, "waived", None, id="narrowed-by-id"
        ),
        pytest.param(
            ("tests/test_a_mobile_vdir.py",),
            {"requirement": '["02", "61", "15"]'},
            MOMENT,
            0,
            "waived",
            None,
            id="narrowed-by-file",
        ),
        pytest.param(("--waivers=",), {}, MOMENT, 4, None, None, id="last-option-counts"),
    ),
)
def test_a_run(run_at, tmp_path, arguments, changes, moment, status, verdict, words):
    file = waivers_file(tmp_path, waiver(**{"requirement": '["02", "61"]'} | changes))
    outcome = run_at(f"--hosts={HOST}", *arguments, waivers=file, moment=moment)
    assert outcome.status == status, outcome.stdout + outcome.stderr
    if verdict:
        assert outcome.verdicts[HOST, "KB817379-02"] == verdict
    assert words is None or words in outcome.findings


def test_no_waivers_says_so_and_reads_no_file(run_at, tmp_path):
    file = waivers_file(tmp_path, "nonsense: [")
    outcome = run_at("--hosts=be01", "--no-waivers", waivers=file)
    assert (outcome.status, "waivers: none are used (--no-waivers)" in outcome.stdout.splitlines()) == (0, True)
    assert str(file) not in outcome.stdout


def test_findings_stay_one_line_each(run_at, tmp_path):
    file = waivers_file(tmp_path, waiver(requirement='["02", "61"]'))
    outcome = run_at(f"--hosts={HOST}", "-rA", "-vv", "--xfail-tb", waivers=file)
    assert outcome.stdout.count(MESSAGE_02) == 1
    assert not re.search("XFAILURES|XFAIL |Traceback|AssertionError", outcome.stdout)
    assert "test_mobile_vdir_does_not_require_ssl[drift-02-ssl-on-root] WAIVED" in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "changes", "message"),
    (
        pytest.param(
            (),
            {"expires": "31.12.2026"},
            '9: expires is "31.12.2026"; expected a date, for example 2026-12-31',
            id="date",
        ),
        pytest.param((), {"expire": "2026-12-31"}, '10: "expire" is not known; did you mean expires?', id="key"),
        *(
            pytest.param(
                arguments,
                {"requirement": "[KB817379-02, KB817379-99]"},
                '2: there is no requirement "KB817379-99"; known are KB817379-01, ',
                id="-".join(("unknown-requirement", *arguments)),
            )
            for arguments in ((), ("-k", "ssl"), ("--requirement=02",), ("tests",), ("--collect-only",))
        ),
    ),
)
def test_a_wrong_file_is_a_usage_error(run_at, tmp_path, arguments, changes, message):
    file = waivers_file(tmp_path, waiver(**changes))
    outcome = run_at("--hosts=dead", *arguments, waivers=file)
    (error,) = [line for line in outcome.stderr.splitlines() if line]
    assert (outcome.status, error[: len(f"ERROR: {file}:{message}")]) == (4, f"ERROR: {file}:{message}")
    assert [path.name for path in outcome.folder.iterdir() if path.suffix in {".xml", ".html"}] == []


def test_a_missing_file_is_a_usage_error(run_at):
    outcome = run_at("--hosts=be01", waivers="nowhere.yml")
    assert (outcome.status, outcome.stderr.strip()) == (4, "ERROR: nowhere.yml: the file does not exist")


def test_listings_need_no_waivers(run_at, tmp_path):
    file = waivers_file(tmp_path, "nonsense: [")
    for option in ("--list-hosts", "--list-requirements", "--fixtures", "--help"):
        assert run_at(option, waivers=file).status == 0


@pytest.mark.parametrize(
    ("arguments", "verdict", "header"),
    (
        pytest.param((), "waived", "waivers: {} (1)", id="used"),
        pytest.param(("--no-waivers",), "fail", "waivers: none are used (--no-waivers)", id="ignored"),
    ),
)
def test_the_file_in_the_project_s_root_is_used(run_at, tmp_path, arguments, verdict, header):
    file = waivers_file(tmp_path, waiver(requirement='["02", "61"]')).rename(tmp_path / "waivers.yml")
    inventory = f"--inventory={PROJECT / 'inventories' / 'lab.yml'}"
    outcome = run_at(f"--hosts={HOST}", inventory, f"--rootdir={tmp_path}", "tests", *arguments)
    assert outcome.verdicts[HOST, "KB817379-02"] == verdict
    assert header.format(file) in outcome.stdout.splitlines()


def test_in_the_project_s_root_the_file_has_its_bare_name(tmp_path):
    waivers_file(tmp_path, waiver(expires="soon")).rename(tmp_path / "waivers.yml")
    for name in ("conftest.py", "pytest.ini"):
        shutil.copy(PROJECT / name, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--hosts=be01", f"--inventory={PROJECT / 'inventories' / 'lab.yml'}"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
    message = 'ERROR: waivers.yml:9: expires is "soon"; expected a date, for example 2026-12-31'
    assert (done.returncode, done.stderr.strip()) == (4, message)


def test_the_example_is_right(run_at):
    example = PROJECT / "waivers.example.yml"
    outcome = run_at("--hosts=be01", "--requirement=02", waivers=Path("waivers.example.yml"))
    assert outcome.status == 0
    assert "waivers: waivers.example.yml (3)" in outcome.stdout.splitlines()
    assert [line for line in outcome.findings if line.startswith("warning: ")] == [
        "warning: waivers.example.yml:12: is not needed any more: KB817379-02 complies on be01 (jane.doe@example.com)",
        *[line for line in outcome.findings if line.startswith("warning: waivers.example.yml:24: unused: ")],
    ]
    assert all(len(line) <= 120 for line in example.read_text(encoding="utf-8").splitlines())
