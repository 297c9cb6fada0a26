"""The verdicts' suite beside what pytest has written."""

import pytest
from defusedxml import ElementTree as SafeElementTree

from exgate.reports.junit_merge import merge, properties
from exgate.verdicts import Outcome

from .made import record, results, verdict

JUDGED = (
    '<testcase classname="tests.test_a" name="test_x[be01]" time="0.25"><properties>'
    '<property name="id" value="KB817379-02" /><property name="host" value="be01" />'
    '<property name="verdict" value="fail" /></properties><failure message="m" /></testcase>'
)
OWN = '<testcase classname="own" name="test_own" time="0.5"><failure message="m">text</failure></testcase>'
SAID = '<properties><property name="said" value="by a test" /></properties>'
RESULTS = results(record(verdict(outcome=Outcome.FAIL)))


def clean(text):
    return text.replace("hidden", "<secret>")


def merged(*inside):
    pytests = f'<testsuites name="pytest tests"><testsuite name="KB 817379" tests="7">{"".join(inside)}</testsuite></testsuites>'
    return SafeElementTree.fromstring(b"".join(merge(pytests.encode(), RESULTS, clean)))


def test_a_verdict_is_known_by_its_properties():
    assert properties(verdict(outcome=Outcome.UNKNOWN)) == [
        ("id", "KB817379-02"),
        ("host", "be01"),
        ("verdict", "unknown"),
    ]


def test_verdicts_are_told_once_in_our_words():
    (suite,) = merged(JUDGED)
    (case,) = suite.findall("testcase")
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("KB 817379", "1", "1")
    assert (case.find("failure").get("type"), case.find("failure").text) == ("fail", "be01: m")


@pytest.mark.parametrize(
    ("inside", "suites"),
    (
        pytest.param((JUDGED,), [("KB 817379", "1", "1")], id="none"),
        pytest.param((), [("KB 817379", "1", "1")], id="nothing-written"),
        pytest.param((JUDGED, OWN), [("KB 817379", "1", "1"), ("own tests", "1", "1")], id="beside"),
        pytest.param((OWN, OWN), [("KB 817379", "1", "1"), ("own tests", "2", "2")], id="alone"),
    ),
)
def test_own_tests_keep_what_pytest_says_of_them(inside, suites):
    root = merged(*inside)
    assert [(each.get("name"), each.get("tests"), each.get("failures")) for each in root] == suites
    assert [case.find("failure").text for each in root[1:] for case in each] == ["text"] * inside.count(OWN)


def test_time_is_that_of_the_own_tests():
    assert merged(JUDGED, OWN)[1].get("time") == "0.500"


@pytest.mark.parametrize("inside", ((SAID, JUDGED), (SAID, JUDGED, OWN)))
def test_what_a_test_says_of_the_suite_stays(inside):
    said = [each.attrib for each in merged(*inside).iter("property") if each.get("name") == "said"]
    assert said == [{"name": "said", "value": "by a test"}]


@pytest.mark.parametrize(
    "case",
    (
        pytest.param('<property name="verdict" value="x" />', id="a-property-of-this-name"),
        pytest.param(
            '<property name="id" value="KB817379-02" /><property name="host" value="be09" />', id="not-judged"
        ),
    ),
)
def test_only_what_was_judged_is_taken_for_a_verdict(case):
    own = f'<testcase classname="own" name="test_own"><properties>{case}</properties><failure message="m" /></testcase>'
    _, theirs = merged(JUDGED, own)
    assert (theirs.get("tests"), theirs.get("failures")) == ("1", "1")


def test_what_broke_after_a_verdict_stays():
    broken = JUDGED.replace(
        "</testcase>", '<error message="failed on teardown with &quot;OSError&quot;">t</error></testcase>'
    )
    ours, theirs = merged(broken)
    assert (ours.get("tests"), ours.get("errors"), theirs.get("tests"), theirs.get("errors")) == ("1", "0", "1", "1")
    assert [(case.get("classname"), case.get("name")) for case in theirs] == [("tests.test_a", "test_x[be01] teardown")]


def test_what_a_test_has_put_into_its_testcase_is_clean():
    own = '<testcase classname="hidden" name="test_own"><failure message="a hidden word">hidden</failure></testcase>'
    _, theirs = merged(own)
    (case,) = theirs
    assert (case.get("classname"), case[0].get("message"), case[0].text) == ("<secret>", "a <secret> word", "<secret>")
