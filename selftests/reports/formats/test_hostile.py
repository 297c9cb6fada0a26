"""What servers and people have written is text in every format, whatever it is."""

import csv
import re
from xml.etree.ElementTree import ParseError

import jsonschema
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from exgate.reports.formats import FORMATS
from exgate.reports.plain import one_line

from .readers import READERS, page, rows
from .samples import COMPARED, EMPTY, HOSTILE, SMALL, STOPPED, hostile

_MOST = 300
"""Characters of a text in the summary."""


def as_summary(value):
    line = one_line(value)
    return f"{line[:_MOST]}…" if len(line) > _MOST else line


def expected(name, value, text, xml):
    """Give how a format shows a value that stands in a message of its own."""
    return {
        "junit": xml,
        "csv": text,
        "sarif": text.replace("](", "] ("),
        "prom": text,
        "md": as_summary(value),
        "json": re.sub("[\ud800-\udfff]", "\ufffd", value),
    }[name]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(("value", "text", "xml"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_value_is_text(name, value, text, xml):
    found = READERS[name](FORMATS[name].render(hostile(value)))
    if name == "csv":
        # The apostrophe that keeps a spreadsheet from calculating is no part of the value.
        found = [re.sub(r"(^|(?<=[;\t\r\n]))'", "", each) for each in found]
    assert expected(name, value, text, xml) in found


@pytest.mark.parametrize(("value", "text", "xml"), HOSTILE.values(), ids=HOSTILE)
def test_no_hostile_value_stands_outside_code_in_the_summary(value, text, xml):
    plain = page(FORMATS["md"].render(hostile(value))).plain
    usual = page(FORMATS["md"].render(hostile("(x)."))).plain
    assert "".join(plain).split() == "".join(usual).split()


@pytest.mark.parametrize(("value", "text", "xml"), HOSTILE.values(), ids=HOSTILE)
def test_no_cell_is_a_formula(value, text, xml):
    cells = [cell for row in rows(FORMATS["csv"].render(hostile(value))) for cell in row.values()]
    assert not [cell for cell in cells if re.search(r"(^|[;\t\r\n])[=+@-]|^[\t\r\n]", cell)]


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_leaves_every_format_valid(name, value):
    assert READERS[name](FORMATS[name].render(hostile(value)))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "results",
    (
        pytest.param(SMALL, id="small"),
        pytest.param(STOPPED, id="stopped"),
        pytest.param(EMPTY, id="no-verdict"),
        pytest.param(COMPARED, id="compared"),
    ),
)
def test_every_format_of_any_results_is_valid(name, results):
    assert READERS[name](FORMATS[name].render(results)) or results is EMPTY


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_results_give_the_same_octets(name):
    render = FORMATS[name].render
    assert render(COMPARED) == render(COMPARED) == render(COMPARED, ())


@pytest.mark.parametrize(
    ("name", "old", "new", "error"),
    (
        pytest.param("junit", b"<failure ", b"<wrong ", ParseError, id="junit-markup"),
        pytest.param("junit", b' tests="', b' texts="', xmlschema.XMLSchemaValidationError, id="junit-schema"),
        pytest.param("sarif", b'"runs"', b'"run"', jsonschema.ValidationError, id="sarif-schema"),
        pytest.param("prom", b"exgate_run_complete 1", b"exgate_run_complete one", ValueError, id="prom-value"),
        pytest.param("md", b"<code>", b'<img src="x">', AssertionError, id="md-markup"),
        pytest.param("csv", b'","', b'"x"', csv.Error, id="csv-quotes"),
    ),
)
def test_a_reader_refuses_what_is_wrong(name, old, new, error):
    data = FORMATS[name].render(SMALL)
    assert old in data
    with pytest.raises(error):
        READERS[name](data.replace(old, new))


def test_formats_have_files_and_words_of_their_own():
    assert {name: each.file for name, each in FORMATS.items()} == {
        "html": "index.html",
        "junit": "junit.xml",
        "json": "results.json",
        "md": "summary.md",
        "csv": "results.csv",
        "sarif": "results.sarif",
        "prom": "exgate.prom",
    }
    assert FORMATS.keys() - READERS.keys() == {"html"}, "the page is for people: a browser reads it"
    assert all(name == each.name for name, each in FORMATS.items())
    assert len({each.summary for each in FORMATS.values()}) == len(FORMATS)
