"""No text of an XML element is left as it was."""

from xml.etree.ElementTree import tostring

from defusedxml import ElementTree as SafeElementTree

from exgate.reports.clean_element import clean_element

XML = (
    '<testcase classname="a pass" name="b"><properties><property name="own" value="pass"/></properties>'
    '<failure message="a pass &amp; &lt;b&gt;">c pass</failure> tail pass<system-out>d</system-out></testcase>'
)


def test_attributes_and_texts_are_cleaned():
    element = SafeElementTree.fromstring(XML)
    clean_element(element, lambda text: text.replace("pass", "<secret>"))
    assert tostring(element, "unicode") == (
        '<testcase classname="a &lt;secret&gt;" name="b"><properties><property name="own" value="&lt;secret&gt;" />'
        '</properties><failure message="a &lt;secret&gt; &amp; &lt;b&gt;">c &lt;secret&gt;</failure> tail &lt;secret&gt;'
        "<system-out>d</system-out></testcase>"
    )
