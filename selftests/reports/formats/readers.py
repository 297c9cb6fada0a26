"""Files of each format, validated and read back by tools that others have written: the texts that they hold."""

import csv
import io
import json
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import xmlschema
from cmarkgfm.cmark import Options
from defusedxml import ElementTree as SafeElementTree
from jsonschema import Draft4Validator
from junitparser import JUnitXml
from prometheus_client.parser import text_string_to_metric_families

SCHEMAS = Path(__file__).with_name("schemas")
_JUNIT = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
_SARIF = Draft4Validator(json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")))
_TAGS = frozenset(
    ("blockquote", "code", "h2", "h3", "li", "p", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul")
)


def junit(data):
    """Give every attribute and text; the schema knows no properties of a testcase, so that it is asked without them."""
    root = SafeElementTree.fromstring(data)
    bare = deepcopy(root)
    for testcase in bare.iter("testcase"):
        for properties in testcase.findall("properties"):
            testcase.remove(properties)
    _JUNIT.validate(bare)
    assert sum(1 for suite in JUnitXml.fromroot(root) for _ in suite) == len(root.findall(".//testcase"))
    return [text for element in root.iter() for text in (*element.attrib.values(), element.text) if text]


def rows(data):
    """Give a CSV file's rows as mappings."""
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def csv_table(data):
    return [cell for row in rows(data) for cell in row.values()]


def sarif(data):
    """Give every text; braces stand for themselves again."""
    log = json.loads(data)
    _SARIF.validate(log)
    return [text.replace("{{", "{").replace("}}", "}") for text in _texts(log)]


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def samples(data):
    """Give a Prometheus file's samples: name and labels, and the value."""
    families = text_string_to_metric_families(data.decode())
    found = [sample for family in families for sample in family.samples]
    named = {(sample.name, *sample.labels.items()): sample.value for sample in found}
    assert len(named) == len(found), "one series twice"
    return named


def prom(data):
    return [value for name, *labels in samples(data) for _, value in labels]


class _Page(HTMLParser):
    """HTML's inline code, and what stands outside of it."""

    def __init__(self):
        super().__init__()
        self.tags, self.code, self.plain = set(), [], []
        self._in_code = False

    def handle_starttag(self, tag, attrs):
        assert not attrs
        self.tags.add(tag)
        self._in_code = self._in_code or tag == "code"
        if tag == "code":
            self.code.append("")

    def handle_endtag(self, tag):
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data):
        if self._in_code:
            self.code[-1] += data
        else:
            self.plain.append(data)


def page(data):
    """Give a summary as what GitHub's own Markdown makes of it, before anything is taken out as unsafe."""
    found = _Page()
    found.feed(cmarkgfm.github_flavored_markdown_to_html(data.decode(), options=Options.CMARK_OPT_UNSAFE))
    assert found.tags <= _TAGS
    return found


def md(data):
    return page(data).code


READERS = {
    "junit": junit,
    "csv": csv_table,
    "sarif": sarif,
    "prom": prom,
    "md": md,
    "json": lambda data: list(_texts(json.loads(data))),
}
