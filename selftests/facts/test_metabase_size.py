"""Large and hostile files, read within bounds of memory: each in a process of its own, whose peak is looked at."""

import subprocess
import sys

import pytest

from exgate.facts import metabase_elements, metabase_xml
from exgate.facts.metabase_xml import MetabaseXmlError, read_metabase

KEY = '<b Location="/LM/W3SVC/1/ROOT" AuthFlags="AuthNTLM"/>'
MEASURE = """
import sys, tracemalloc
from exgate.facts.metabase_xml import MetabaseXmlError, read_metabase

data = {data}
tracemalloc.start()
try:
    print(len(read_metabase(data).keys), "keys")
except MetabaseXmlError as error:
    print(error)
print(tracemalloc.get_traced_memory()[1])
"""


def measured(data):
    """Read in a process of its own what an expression gives; give what came of it, and the peak in MB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE.format(data=data)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert not done.stderr, done.stderr
    outcome, peak = done.stdout.splitlines()
    return outcome, int(peak) / 1024**2


@pytest.mark.parametrize(
    ("data", "outcome"),
    (
        pytest.param(
            f"b'<a>{KEY}' + (b'<c P=\"' + b'x' * 1_000_000 + b'\"/>') * 100 + b'</a>'",
            "1 keys",
            id="100-mb",
        ),
        pytest.param(
            f"b'<a>' * 100_000 + b'{KEY}'", "not a MetaBase.xml: more than 64 elements in each other", id="nested"
        ),
        pytest.param(
            "b'<a>' + b'x' * 100_000_000",
            "not a well-formed MetaBase.xml: no element found: line 1, column 100000003",
            id="text",
        ),
        pytest.param(
            "b'<a b=\"' + b'x' * 100_000_000", "not a MetaBase.xml: an element of more than 4 MB", id="one-attribute"
        ),
        pytest.param(
            "b'<!--' + b'x' * 100_000_000", "not a MetaBase.xml: an element of more than 4 MB", id="one-comment"
        ),
        pytest.param(
            "b'<a>' + b''.join(b'<c n%d=\"\"/>' % n for n in range(1_000_000))",
            "not a MetaBase.xml: more than 16384 different names",
            id="names",
        ),
        pytest.param(
            "b'<a>' + b''.join(b'<c xmlns:n%d=\"u\"/>' % n for n in range(1_000_000))",
            "not a MetaBase.xml: more than 16384 different names",
            id="namespaces",
        ),
    ),
)
def test_memory_is_bounded(data, outcome):
    found, peak = measured(data)
    assert found == outcome
    assert peak < 150


def test_an_element_with_very_many_attributes():
    many = " ".join(f'n{number}=""' for number in range(70_000))
    with pytest.raises(MetabaseXmlError, match=r"^not a MetaBase\.xml: an element has more than 65536 attributes$"):
        read_metabase(f"<a {many}/>")


def test_a_file_that_is_larger_than_any_metabase(monkeypatch):
    monkeypatch.setattr(metabase_xml, "MAX_SIZE", 1024**2)
    with pytest.raises(MetabaseXmlError, match=r"^larger than 1 MB: not a MetaBase\.xml$"):
        read_metabase(b" " * (1024**2 + 1))


def test_more_keys_than_any_server_has(monkeypatch):
    monkeypatch.setattr(metabase_elements, "MAX_KEYS", 3)
    with pytest.raises(MetabaseXmlError, match=r"^not a MetaBase\.xml: more than 3 keys$"):
        read_metabase(f"<a>{''.join(KEY.replace('ROOT', str(number)) for number in range(4))}</a>")
