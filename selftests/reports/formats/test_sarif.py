"""SARIF: rules, results, and what a run that stopped says."""

import json
from dataclasses import replace

import pytest

from exgate.reports.formats import sarif
from exgate.reports.formats.sarif import render
from exgate.reports.formats.sarif_rules import message
from exgate.reports.results import Change, OtherTestsRecord

from .samples import DEAD, EXPIRED, FAIL, MOOT, OWN, PASS, SMALL, STOPPED, UNKNOWN, WAIVED, requirement

ERROR, WARNING = "error", "warning"


def run_of(results):
    (run,) = json.loads(render(results))["runs"]
    return run


def only(verdict, **changes):
    (result,) = run_of(replace(SMALL, verdicts=(verdict,), **changes))["results"]
    return result


@pytest.mark.parametrize(
    ("verdict", "rule", "level", "text", "host"),
    (
        pytest.param(FAIL, ("KB817379-02", 1), ERROR, "be01: SSL is on; demanded: SSL off", "Lab/be01", id="fail"),
        pytest.param(
            replace(FAIL, severity="medium"), ("KB817379-02", 1), WARNING, FAIL.message, "Lab/be01", id="medium"
        ),
        pytest.param(UNKNOWN, ("KB817379-03", 2), WARNING, "unknown: be01: not read: denied", "Lab/be01", id="unknown"),
        pytest.param(
            DEAD, ("KB817379-01", 0), WARNING, "unreachable: dead01: connect: refused", "dead01", id="unreachable"
        ),
        pytest.param(WAIVED, ("KB817379-05", 4), ERROR, "be01: port 81; demanded: port 80", "Lab/be01", id="waived"),
        pytest.param(
            OWN, ("tests/own.py::TestMine::test_key", 6), WARNING, "unknown: be01: no key", "Lab/be01", id="own-test"
        ),
    ),
)
def test_a_finding_is_a_result(verdict, rule, level, text, host):
    result = only(verdict)
    assert (result["ruleId"], result["ruleIndex"]) == rule
    assert (result["level"], result["message"]["text"]) == (level, text)
    (location,) = result["locations"]
    assert location["logicalLocations"] == [
        {"name": verdict.host, "fullyQualifiedName": host, "kind": "host"},
    ]


def test_what_complies_is_no_result():
    assert run_of(replace(SMALL, verdicts=(PASS, MOOT)))["results"] == []


def test_every_index_names_its_rule():
    run = run_of(SMALL)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [each["ruleId"] for each in run["results"]]


def test_only_what_is_waived_is_suppressed():
    suppressed = {each["ruleId"]: each["suppressions"] for each in run_of(SMALL)["results"] if "suppressions" in each}
    justification = "Migration in May (jane, approved by joe, CHG-1, until 2026-12-01 (waivers.yml:3))"
    assert suppressed == {
        "KB817379-05": [{"kind": "external", "status": "accepted", "justification": justification}],
    }
    assert "suppressions" not in only(EXPIRED)


@pytest.mark.parametrize(
    ("verdict", "change", "state"),
    (
        pytest.param(FAIL, None, None, id="no-baseline"),
        pytest.param(FAIL, Change.NEW, "new", id="new"),
        pytest.param(FAIL, Change.NOT_JUDGED_BEFORE, "new", id="not-judged-before"),
        pytest.param(UNKNOWN, Change.NEWLY_UNKNOWN, "new", id="newly-unknown"),
        pytest.param(FAIL, Change.STILL_FAILING, "unchanged", id="still-failing"),
        pytest.param(UNKNOWN, Change.STILL_UNKNOWN, "unchanged", id="still-unknown"),
        pytest.param(WAIVED, Change.UNCHANGED, "unchanged", id="still-waived"),
        pytest.param(WAIVED, Change.OTHER, "new", id="waived-where-it-was-a-pass"),
        pytest.param(WAIVED, Change.FIXED, "updated", id="waived-where-it-failed"),
    ),
)
def test_the_state_since_the_baseline(verdict, change, state):
    assert only(replace(verdict, change=change)).get("baselineState") == state


def test_fingerprints_tell_hosts_and_requirements_apart_and_nothing_else():
    def marks(verdict):
        found = only(verdict)["partialFingerprints"]
        assert sorted(found) == ["exgateHostAndRequirement/v1", "primaryLocationLineHash"]
        return tuple(found.values())

    assert marks(FAIL) == marks(replace(FAIL, message="be01: other", change=Change.NEW))
    different = {marks(each) for each in (FAIL, replace(FAIL, host="be02"), replace(FAIL, requirement="KB817379-03"))}
    assert len(different) == 3


@pytest.mark.parametrize(
    ("inventory", "test", "uri"),
    (
        pytest.param("inventories/lab.yml", "tests/a.py::t", "inventories/lab.yml", id="inventory"),
        pytest.param("./a b/ü#.yml", "tests/a.py::t", "a%20b/%C3%BC%23.yml", id="quoted"),
        pytest.param("inventories\\lab.yml", "tests/a.py::t", "inventories/lab.yml", id="windows"),
        pytest.param(None, "tests/a.py::t", "tests/a.py", id="saved-facts"),
        pytest.param("/etc/hosts.yml", "tests/a.py::t", "tests/a.py", id="absolute"),
        pytest.param("C:\\lab.yml", "tests/a.py::t", "tests/a.py", id="drive"),
        pytest.param("C:lab.yml", "tests/a.py::t", "tests/a.py", id="drive-alone"),
        pytest.param("\\\\server\\share\\lab.yml", "tests/a.py::t", "tests/a.py", id="share"),
        pytest.param("../lab.yml", "tests/a.py::t", "tests/a.py", id="outside"),
        pytest.param("https://x/lab.yml", "/a.py::t", "https%3A/x/lab.yml", id="no-scheme"),
        pytest.param(None, "/a.py::t", "tests", id="neither"),
    ),
)
def test_the_file_that_github_needs(inventory, test, uri):
    verdict, run = FAIL, replace(SMALL.run, inventory=inventory)
    result = only(verdict, run=run, requirements=(requirement(test=test),))
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 1}}


def test_a_requirement_is_a_rule():
    rule = run_of(replace(SMALL, requirements=(requirement("05", severity="medium"),)))["tool"]["driver"]["rules"][0]
    text = """\
The article demands:
p

Symptoms:
HTTP 403.4

Fix, to be reviewed by a person:
cscript adsutil.vbs set w3svc/<site>/root
iisreset

Risk of the fix:
r

Rollback:
rb

See:
KB 817379"""
    assert rule["help"].pop("markdown").startswith("**The article demands**\n\n<code>p</code>\n\n**Symptoms**")
    assert rule == {
        "id": "KB817379-05",
        "shortDescription": {"text": "Title 05"},
        "fullDescription": {"text": "Why 05."},
        "help": {"text": text},
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            "tags": ["KB817379", "medium", "wire"],
            "problem.severity": "warning",
            "precision": "very-high",
            "part": "A. Part",
        },
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    (
        pytest.param("{0} {vdir}", "{{0}} {{vdir}}", id="placeholder"),
        pytest.param("[a](http://x)", "[a] (http://x)", id="link"),
        pytest.param("a\x00\ud800", "a\ufffd\ufffd", id="no-character"),
    ),
)
def test_a_message_holds_neither_placeholders_nor_links(text, shown):
    assert message(text) == shown


@pytest.mark.parametrize(
    ("results", "successful", "code", "notifications"),
    (
        pytest.param(SMALL, True, 1, [], id="complete"),
        pytest.param(
            STOPPED,
            False,
            2,
            [
                "The run is incomplete: it stopped before 2 more verdicts. What has no result here is not known to comply."
            ],
            id="stopped",
        ),
        pytest.param(
            replace(SMALL, run=replace(SMALL.run, other_tests=OtherTestsRecord(failed=1))),
            True,
            1,
            ["1 test of your own failed; they are no results."],
            id="own-test",
        ),
        pytest.param(replace(SMALL, run=replace(SMALL.run, exit_status=3)), False, 3, [], id="internal-error"),
    ),
)
def test_the_invocation(results, successful, code, notifications):
    (invocation,) = run_of(results)["invocations"]
    told = invocation.pop("toolExecutionNotifications")
    assert told == [{"level": "error", "message": {"text": text}} for text in notifications]
    assert invocation == {
        "executionSuccessful": successful,
        "exitCode": code,
        "exitCodeDescription": results.run.exit_words,
        "startTimeUtc": "2026-11-16T08:00:00Z",
        "endTimeUtc": "2026-11-16T08:00:05Z",
    }


def test_too_many_results_are_cut_loudly_and_the_worst_are_kept(monkeypatch):
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    critical = replace(FAIL, requirement="KB817379-06", severity="critical")
    run = run_of(replace(SMALL, verdicts=(WAIVED, UNKNOWN, DEAD, FAIL, PASS, critical)))
    assert [result["ruleId"] for result in run["results"]] == ["KB817379-06", "KB817379-02", "KB817379-01"]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == (
        "2 findings left out: a run may have 3 results. The worst are kept; results.json has all."
    )


def test_the_limit_is_githubs():
    assert sarif.MOST_RESULTS == 25_000
