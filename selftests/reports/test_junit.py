"""What we add to pytest's JUnit file."""

import pytest
from defusedxml import ElementTree as SafeElementTree

from exgate.reports.baseline import Changed
from exgate.reports.junit import rewrite
from exgate.reports.results import Change

from .made import MONDAY

SUITE = '<testsuites><testsuite name="x">{properties}<testcase name="t" /></testsuite></testsuites>'


@pytest.mark.parametrize(
    ("before", "values", "after"),
    (
        pytest.param("", {}, "", id="nothing-to-say"),
        pytest.param("", {"a": "1"}, '<properties><property name="a" value="1" /></properties>', id="first"),
        pytest.param(
            '<properties><property name="own" value="2" /></properties>',
            {"a": "<1>"},
            '<properties><property name="own" value="2" /><property name="a" value="&lt;1&gt;" /></properties>',
            id="beside-others",
        ),
    ),
)
def test_suite_properties(tmp_path, before, values, after):
    file = tmp_path / "junit.xml"
    file.write_text(SUITE.format(properties=before), encoding="utf-8")
    rewrite(file, {}, values)
    found = SafeElementTree.tostring(SafeElementTree.parse(file).getroot(), encoding="unicode")
    assert found == SUITE.format(properties=after)


CASE = (
    '<testsuites><testsuite name="x"><testcase name="t"><properties><property name="id" value="KB817379-02" />'
    '<property name="host" value="be01" />{more}</properties></testcase></testsuite></testsuites>'
)
PAIR = "KB817379-02", "be01"


@pytest.mark.parametrize(
    ("changes", "more"),
    (
        pytest.param({}, "", id="no-baseline"),
        pytest.param({("KB817379-02", "be02"): Change.NEW}, "", id="another-host"),
        pytest.param({PAIR: Change.UNCHANGED}, '<property name="change" value="unchanged" />', id="no-finding"),
        pytest.param(
            {PAIR: Change.STILL_FAILING},
            '<property name="change" value="still failing" /><property name="since" value="2026-11-16T08:00:00Z" />',
            id="finding",
        ),
    ),
)
def test_what_became_of_a_verdict_is_a_property(tmp_path, changes, more):
    file = tmp_path / "junit.xml"
    file.write_text(CASE.format(more=""), encoding="utf-8")
    became = {
        pair: Changed(change=change, before=None, since=None if change is Change.UNCHANGED else MONDAY)
        for pair, change in changes.items()
    }
    rewrite(file, {}, changes=became)
    found = SafeElementTree.tostring(SafeElementTree.parse(file).getroot(), encoding="unicode")
    assert found == CASE.format(more=more)
