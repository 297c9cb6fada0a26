"""What machines and people find in the reports."""

import re

import pytest
from defusedxml import ElementTree as SafeElementTree

WHY_02 = "ActiveSync and OMA log on to this virtual directory over TCP 80 only, so it must not require SSL."
MESSAGE_02 = (
    "drift-02-ssl-on-root: /Exchange (web site 1) requires SSL: AccessSSLFlags is 8 (AccessSSL), set on /LM/W3SVC/1/ROOT; "
    "demanded: AccessSSL (8) off"
)
UNREACHABLE = (
    "dead01: connect: connection refused; next step: check that WinRM listens (winrm enumerate winrm/config/listener) "
    "and the firewall"
)


@pytest.fixture(scope="module")
def mixed(run_pytest):
    return run_pytest("--hosts=be01,fe01,drift-02-ssl-on-root,dead,half-blind")


@pytest.fixture(scope="module")
def rows(mixed):
    """pytest-html's rows by host and requirement: cells' texts and the detail."""
    found = {}
    for tests in mixed.html_data["tests"].values():
        for test in tests:
            cells = [re.sub("<[^>]+>", "", cell) for cell in test["resultsTableRow"]]
            if cells[2]:
                found[cells[2], cells[3]] = (cells, test["log"])
    return found


@pytest.mark.parametrize(
    ("host", "tag", "kind", "message", "properties"),
    (
        pytest.param(
            "drift-02-ssl-on-root",
            "failure",
            "fail",
            MESSAGE_02,
            {"role": "back-end", "severity": "critical", "verdict": "fail"},
            id="failure",
        ),
        pytest.param("dead01", "error", "unreachable", UNREACHABLE, {"verdict": "unreachable"}, id="unreachable"),
        pytest.param(
            "blind01",
            "error",
            "unknown",
            "blind01: access to root\\MicrosoftIISv2 is denied; next step: give the account Enable Account and Remote "
            "Enable on root\\MicrosoftIISv2 (wmimgmt.msc, WMI Control, Security), or use an administrator",
            {"verdict": "unknown"},
            id="unknown",
        ),
        pytest.param(
            "fe01",
            "skipped",
            "not applicable",
            "fe01: a front-end may require SSL and use forms-based authentication; the article judges mailbox servers",
            {"role": "front-end", "verdict": "not applicable"},
            id="not-applicable",
        ),
    ),
)
def test_junit_testcase(mixed, host, tag, kind, message, properties):
    case, named = mixed.cases[host, "KB817379-02"]
    (result,) = case.result
    assert (result._tag, result.type, result.message, result.text) == (tag, kind, message, message)
    assert {"id": "KB817379-02", "host": host} | properties == {"id": named["id"], "host": named["host"]} | {
        name: named[name] for name in properties
    }


def test_junit_passes_have_no_result(mixed):
    case, named = mixed.cases["be01", "KB817379-02"]
    assert (case.result, named["verdict"]) == ([], "pass")


def test_junit_names_are_unique_and_stable(mixed):
    names = [(case.classname, case.name) for case, _ in mixed.cases.values()]
    assert len(set(names)) == len(names) == 130
    assert ("tests.test_a_mobile_vdir", "test_mobile_vdir_does_not_require_ssl[be01]") in names


def test_junit_counts(mixed):
    (suite,) = SafeElementTree.parse(mixed.folder / "junit.xml").getroot()
    counts = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": 130, "failures": 2, "errors": 36, "skipped": 55}


@pytest.mark.parametrize(
    ("host", "cells"),
    (
        pytest.param("drift-02-ssl-on-root", ["Failed", "fail", "critical"], id="failure"),
        pytest.param("dead01", ["Error", "unreachable", "critical"], id="unreachable"),
        pytest.param("blind01", ["Error", "unknown", "critical"], id="unknown"),
        pytest.param("fe01", ["Skipped", "not applicable", "critical"], id="not-applicable"),
        pytest.param("be01", ["Passed", "pass", "critical"], id="pass"),
    ),
)
def test_html_row(rows, host, cells):
    found, _ = rows[host, "KB817379-02"]
    assert [found[0], found[1], found[4]] == cells
    assert found[5] == f"tests/test_a_mobile_vdir.py::test_mobile_vdir_does_not_require_ssl[{host}]"


def test_html_detail_of_a_failure(rows):
    _, log = rows["drift-02-ssl-on-root", "KB817379-02"]
    lines = [line for line in SafeElementTree.fromstring(f"<x>{log}</x>").text.splitlines() if line]
    assert lines[:5] == [
        MESSAGE_02,
        f"Why: {WHY_02}",
        (
            'Symptoms: event 3029, source Server ActiveSync; event 1805, source MSExchangeOMA, containing "403"; HTTP 403.4; '
            'the user sees "Unable to connect to your mailbox on server ... Please try again later."'
        ),
        "Fix, to be reviewed by a person:",
        (
            "Where users' browsers must use SSL on /Exchange and there is no front-end server, leave /Exchange and use Method 2 "
            "of KB 817379 (a secondary virtual directory, steps 1 to 23) instead. Otherwise:"
        ),
    ]
    assert 'cscript adsutil.vbs set "w3svc/1/root/Exchange/AccessSSLFlags" 0' in lines
    assert 'cscript adsutil.vbs delete "W3SVC/1/ROOT/Exchange/AccessSSLFlags"' in lines
    assert any(line.startswith("Risk: Browsers may then use /Exchange without SSL") for line in lines)
    assert lines[-2] == "See: KB 817379"
    assert re.fullmatch(
        r"Seen [0-9-]{10} [0-9:]{8} UTC \(just now\): WMI over WS-Management, http://[^ ]+/wsman \(OS: 5.2.3790 .*\)",
        lines[-1],
    )


def test_no_fix_of_the_lab_leaves_a_value_open(run_pytest):
    outcome = run_pytest("--hosts=drifted")
    logs = [row["log"] for tests in outcome.html_data["tests"].values() for row in tests if "Fix, to" in row["log"]]
    assert len(logs) == 51
    assert [log for log in logs if "&lt;" in log] == []


def test_html_escapes_what_users_and_servers_say(run_pytest, tmp_path):
    inventory = tmp_path / "a<b>.yml"
    inventory.write_text(
        "all: {hosts: {'<i>x</i>': {role: back-end, lab_server: be01, user: 'LAB\\exgate', "
        "password: {env: EXGATE_LAB_PASSWORD}}}}",
        encoding="utf-8",
    )
    own = tmp_path / "test_own.py"
    own.write_text("def test_own(host):\n    assert host.name\n", encoding="utf-8")
    data = run_pytest("--hosts=all", f"--inventory={inventory}", "tests", str(own)).html_data
    rows = [row for tests in data["tests"].values() for row in tests]
    shown = "".join(
        [*data["environment"].values(), *(cell for r in rows for cell in [*r["resultsTableRow"], r["log"]])]
    )
    assert "<i>" not in shown
    assert "a<b>" not in shown
    assert "test_own[&lt;i&gt;x&lt;/i&gt;]" in shown


def test_html_is_self_contained(mixed):
    assert not re.search(r'(?:src|href)="https?://(?!pypi|github)', mixed.html)
    assert "<link" not in mixed.html


@pytest.mark.parametrize("words", ("Traceback", "E   ", "_____", "exgate/plugin", "AssertionError"))
def test_a_verdict_is_no_traceback(mixed, words):
    assert words not in mixed.stdout
    assert words not in (mixed.folder / "junit.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ("-v", "-vv", "--tb=long", "-rA", "--showlocals"))
def test_findings_stay_one_line_each_whatever_the_verbosity(run_pytest, option):
    outcome = run_pytest("--hosts=drift-02-ssl-on-root", option)
    assert f"FAIL        KB817379-02 critical {MESSAGE_02}" in outcome.findings
    assert "AssertionError" not in outcome.stdout
