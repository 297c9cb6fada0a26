"""JUnit XML: names, properties and results as pytest and CI systems have them."""

from dataclasses import replace

import pytest
from defusedxml import ElementTree as SafeElementTree

from exgate.reports.formats.junit import SUITE, names, render, whole
from exgate.reports.results import OtherTestsRecord

from .samples import COMPARED, DEAD, EMPTY, EXPIRED, FAIL, MOOT, OWN, PASS, SMALL, STOPPED, UNKNOWN, WAIVED

SEEN = "Seen 2026-11-16 08:00:00 UTC (just now): WMI"
WAIVED_LINE = "be01: port 81; demanded: port 80 (until 2026-12-01, jane, approved by joe, CHG-1: Migration in May)"
STOPPED_LINE = "be02: no verdict: the run stopped before"


def suite(results):
    (found,) = SafeElementTree.fromstring(b"".join(whole(results, name=SUITE)))
    return found


def only(verdict):
    """Give the testcase of a verdict."""
    (testcase,) = suite(replace(SMALL, verdicts=(verdict,))).findall("testcase")
    return testcase


def named(element):
    return {each.get("name"): each.get("value") for each in element.findall("properties/property")}


@pytest.mark.parametrize(
    ("verdict", "classname", "name"),
    (
        pytest.param(PASS, "tests.test_a", "test_01[be01]", id="requirement"),
        pytest.param(OWN, "tests.own.TestMine", "test_key[be01]", id="own-test-in-a-class"),
        pytest.param(replace(PASS, requirement="KB817379-99"), "exgate", "KB817379-99", id="no-record"),
    ),
)
def test_names_are_those_of_pytest(verdict, classname, name):
    testcase = only(verdict)
    assert (testcase.get("classname"), testcase.get("name")) == (classname, name)


@pytest.mark.parametrize(
    ("test", "host", "expected"),
    (
        pytest.param("tests/a/test_b.py::test_c", "be01", ("tests.a.test_b", "test_c[be01]"), id="folder"),
        pytest.param("tests/t.py::test_c[be01-a::b/c.py]", "", ("tests.t", "test_c[be01-a::b/c.py]"), id="parameters"),
        pytest.param("KB817379-02", "be01", ("exgate", "KB817379-02[be01]"), id="no-test"),
        pytest.param("", "be01", ("exgate", "[be01]"), id="nothing"),
    ),
)
def test_names(test, host, expected):
    assert names(test, host) == expected


@pytest.mark.parametrize(
    ("verdict", "tag", "kind", "message", "text"),
    (
        pytest.param(FAIL, "failure", "fail", FAIL.message, FAIL.message, id="fail"),
        pytest.param(UNKNOWN, "error", "unknown", UNKNOWN.message, UNKNOWN.message, id="unknown"),
        pytest.param(DEAD, "error", "unreachable", DEAD.message, DEAD.message, id="unreachable"),
        pytest.param(MOOT, "skipped", "not applicable", MOOT.message, MOOT.message, id="not-applicable"),
        pytest.param(WAIVED, "skipped", "waived", WAIVED_LINE, WAIVED_LINE, id="waived"),
        pytest.param(
            EXPIRED,
            "failure",
            "fail",
            EXPIRED.message,
            f"{EXPIRED.message}\nThe waiver of waivers.yml:3 expired on 2026-11-02, so the failure counts (jane, CHG-1)",
            id="waiver-expired",
        ),
    ),
)
def test_what_did_not_pass_has_its_verdict_and_its_line(verdict, tag, kind, message, text):
    (properties, result) = only(verdict)
    assert properties.tag == "properties"
    assert (result.tag, dict(result.attrib), result.text) == (tag, {"type": kind, "message": message}, text)


def test_what_passed_has_properties_alone():
    assert [child.tag for child in only(PASS)] == ["properties"]


@pytest.mark.parametrize(
    ("verdict", "expected"),
    (
        pytest.param(
            PASS,
            {
                "id": "KB817379-01",
                "host": "be01",
                "severity": "high",
                "role": "back-end",
                "verdict": "pass",
                "seen": SEEN,
            },
            id="pass",
        ),
        pytest.param(
            DEAD,
            {"id": "KB817379-01", "host": "dead01", "severity": "high", "role": "back-end", "verdict": "unreachable"},
            id="not-seen",
        ),
        pytest.param(
            COMPARED.verdicts[0],
            {
                "id": "KB817379-01",
                "host": "be01",
                "severity": "high",
                "role": "back-end",
                "verdict": "pass",
                "seen": SEEN,
                "before": "fail",
                "change": "fixed",
            },
            id="planned-change",
        ),
        pytest.param(
            COMPARED.verdicts[5],
            {
                "id": "KB817379-06",
                "host": "be01",
                "severity": "high",
                "role": "back-end",
                "verdict": "fail",
                "seen": SEEN,
                "waiver_state": "expired",
                "waiver_owner": "jane",
                "waiver_approved_by": "joe",
                "waiver_expires": "2026-11-02",
                "waiver_ticket": "CHG-1",
                "waiver_reason": "Migration in May",
                "waiver_source": "waivers.yml:3",
                "change": "new",
                "since": "2026-11-17T08:00:00Z",
            },
            id="waiver-and-baseline",
        ),
        pytest.param(
            replace(PASS, host="be99"),
            {"id": "KB817379-01", "host": "be99", "severity": "high", "role": "", "verdict": "pass"},
            id="no-such-host",
        ),
    ),
)
def test_properties(verdict, expected):
    assert named(only(verdict)) == expected
    assert list(named(only(verdict))) == list(expected)


def counts(element):
    return tuple(int(element.get(name)) for name in ("tests", "failures", "errors", "skipped"))


@pytest.mark.parametrize(
    ("results", "expected"),
    (
        pytest.param(SMALL, (8, 2, 3, 2), id="one-of-every-kind"),
        pytest.param(STOPPED, (3, 1, 2, 0), id="stopped"),
        pytest.param(EMPTY, (1, 0, 1, 0), id="no-verdict"),
        pytest.param(replace(SMALL, verdicts=()), (0, 0, 0, 0), id="nothing-selected"),
    ),
)
def test_counts(results, expected):
    assert counts(suite(results)) == expected


def test_the_suite_says_when():
    found = suite(SMALL)
    assert (found.get("name"), found.get("timestamp"), found.get("time"), found.get("hostname")) == (
        "KB 817379",
        "2026-11-16T08:00:00+00:00",
        "5.000",
        None,
    )


@pytest.mark.parametrize(
    ("results", "expected"),
    (
        pytest.param(SMALL, {}, id="nothing-to-say"),
        pytest.param(STOPPED, {"complete": "false"}, id="stopped"),
        pytest.param(
            COMPARED,
            {
                "waiver notice 1": "waivers.yml:3: expires in 5 days: KB817379-05 on be01 (jane)",
                "waiver notice 2": "waivers.yml:3: unused",
                "left out by --no-wire": "KB817379-61",
            },
            id="waivers-and-left-out",
        ),
    ),
)
def test_properties_of_the_suite(results, expected):
    found = suite(results)
    assert named(found) == expected
    assert not expected or found[0].tag == "properties"


def test_what_has_no_verdict_is_an_error():
    testcase = suite(STOPPED).findall("testcase")[2]
    assert (testcase.get("classname"), testcase.get("name")) == ("tests.test_a", "test_02[be02]")
    assert named(testcase) == {
        "id": "KB817379-02",
        "host": "be02",
        "severity": "high",
        "role": "back-end",
        "verdict": "no verdict",
    }
    error = testcase.find("error")
    assert (dict(error.attrib), error.text) == ({"type": "no verdict", "message": STOPPED_LINE}, STOPPED_LINE)


@pytest.mark.parametrize(
    ("results", "name", "tag", "message"),
    (
        pytest.param(EMPTY, "run", "error", "the run is incomplete: the run was interrupted", id="incomplete"),
        pytest.param(
            replace(SMALL, run=replace(SMALL.run, other_tests=OtherTestsRecord(failed=2))),
            "tests of your own",
            "failure",
            "2 tests of your own failed: the report of the run itself tells of them",
            id="own-tests-failed",
        ),
    ),
)
def test_a_file_is_not_green_where_the_run_is_not(results, name, tag, message):
    testcase = SafeElementTree.fromstring(render(results)).findall("testsuite/testcase")[-1]
    assert (testcase.get("classname"), testcase.get("name"), testcase.find(tag).get("message")) == (
        "exgate",
        name,
        message,
    )


def test_own_tests_are_no_part_of_the_suite_that_stands_beside_pytests_own():
    results = replace(SMALL, run=replace(SMALL.run, other_tests=OtherTestsRecord(failed=2)))
    assert counts(suite(results)) == counts(suite(SMALL))
    assert counts(SafeElementTree.fromstring(render(results)).find("testsuite")) == (9, 3, 3, 2)


def test_no_two_testcases_have_one_name():
    found = [(each.get("classname"), each.get("name")) for each in suite(SMALL).findall("testcase")]
    assert len(set(found)) == len(found)


def test_the_whole_file_is_the_suite():
    root = SafeElementTree.fromstring(render(SMALL))
    assert SafeElementTree.tostring(root[0]) == SafeElementTree.tostring(suite(SMALL))
