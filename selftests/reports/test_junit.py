"""What we add to pytest's JUnit file."""

import pytest
from defusedxml import ElementTree as SafeElementTree

from exgate.reports.junit import rewrite

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
