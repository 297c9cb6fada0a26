"""collected.csv as a file: cut off, foreign, newer, hostile; never a traceback, and never a fact that nobody saw."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exgate.facts.unknown import Unknown
from exgate.sources.folder.collected import read_collected
from exgate.sources.folder.collected_rows import COLUMNS, read_rows
from exgate.sources.unreadable import UnreadableFile

from .collected_writer import as_file

END = ("about", "", "end", "", "", "")
SCHEMA = ("about", "", "schema", "", "1", "")
CUT_OFF = "it is cut off: the collector's end mark is missing; run the collector again"
FOREIGN = f"it is no collected.csv: its first line is not {','.join(COLUMNS)}"


def problem(data):
    with pytest.raises(UnreadableFile) as caught:
        read_collected(data)
    assert (caught.value.__cause__, caught.value.__suppress_context__ or caught.value.__context__ is None) == (
        None,
        True,
    )
    return str(caught.value)


def schema(text):
    return as_file([("about", "", "schema", "", text, ""), END])


@pytest.mark.parametrize(
    ("data", "expected"),
    (
        pytest.param(b"", CUT_OFF, id="nothing"),
        pytest.param(as_file([]), CUT_OFF, id="the-header-alone"),
        pytest.param(as_file([SCHEMA]), CUT_OFF, id="no-end"),
        pytest.param(as_file([SCHEMA, END, SCHEMA]), CUT_OFF, id="an-end-that-is-not-the-last"),
        pytest.param(as_file([SCHEMA, ("adsi", "", "end", "", "", "")]), CUT_OFF, id="an-end-of-something-else"),
        pytest.param(b"a,b\r\n1,2\r\n", FOREIGN, id="another-table"),
        pytest.param(b"MZ\x90\x00\x03\x00\x00\x00", FOREIGN, id="a-program"),
        pytest.param(as_file([END]), "it does not tell its schema; run the collector again", id="no-schema"),
        pytest.param(schema("one"), "it does not tell its schema; run the collector again", id="a-schema-in-words"),
        pytest.param(
            schema("2"),
            "it was written by a newer collector (its schema is 2, known is 1); next step: update exgate",
            id="a-newer-collector",
        ),
        pytest.param(
            as_file([("about", "", "schema", "", "9", "")]),
            "it was written by a newer collector (its schema is 9, known is 1); next step: update exgate",
            id="a-newer-collector-that-ends-in-another-way",
        ),
        pytest.param(
            as_file([SCHEMA, ("adsi", "x"), END]),
            "line 3: 2 columns instead of 6; run the collector again",
            id="too-few-columns",
        ),
        pytest.param(
            as_file([SCHEMA, (*SCHEMA, "7"), END]),
            "line 3: 7 columns instead of 6; run the collector again",
            id="too-many-columns",
        ),
        pytest.param(
            as_file([SCHEMA])[:-4] + '"x"\r\n'.encode("utf-16-le"), CUT_OFF, id="text-behind-a-quote-that-never-ends"
        ),
        pytest.param(
            as_file([SCHEMA, ("event", "", "Message", "1", "x" * 200_000, ""), END]),
            "line 3: not a row of the collector's: field larger than field limit (131072); run the collector again",
            id="a-value-without-end",
        ),
    ),
)
def test_a_file_that_is_not_whole(data, expected):
    assert problem(data) == expected


def test_a_file_that_ends_after_any_row_is_cut_off(rows):
    for number in range(len(rows)):
        assert problem(as_file(rows[:number])) == CUT_OFF


@settings(max_examples=200)
@given(st.data())
def test_a_file_that_ends_anywhere_is_refused(data):
    whole = as_file([SCHEMA, ("event", "1", "Message", "1", 'a "quoted"\r\nline, Ω \U0001f600', ""), END])
    # The last field is empty: without it and the line end the file is still whole.
    length = data.draw(st.integers(0, len(whole) - 10))
    told = problem(whole[:length])
    assert told == FOREIGN or told.endswith("; run the collector again")


@given(st.binary(max_size=400), st.sampled_from((b"", as_file([])[:-2], as_file([SCHEMA]))))
def test_random_octets_are_never_a_file(octets, head):
    with pytest.raises(UnreadableFile) as caught:
        read_collected(head + octets)
    assert "\n" not in str(caught.value)


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(st.lists(st.tuples(*[TEXT] * 6), max_size=5))
def test_values_survive_as_they_are(found):
    """Quotes, line breaks, NULs, commas, whatever stands between the quotes."""
    read = read_rows(as_file([SCHEMA, *(("x", *row[1:]) for row in found), END]))
    rows = [row for of_subject in read.groups.get("x", {}).values() for row in of_subject]
    written = [("x", *row[1:]) for row in found]
    as_tuples = [(row.kind, row.subject, row.name, row.tag, row.value, row.error) for row in rows]
    assert sorted(as_tuples) == sorted(written)


KINDS = ("about", "adsi", "registry", "wmi", "event")
SUBJECTS = (
    "/LM/W3SVC",
    "/LM/W3SVC/1",
    "/LM/W3SVC/1/ROOT/Exchange",
    r"HKLM\SYSTEM\CurrentControlSet\Services\MasSync\Parameters",
    "Win32_Service",
    "Win32_PingStatus",
    "Win32_NTLogEvent",
    "bound",
    "MetaBase.xml",
    "",
)
NAMES = ("AuthFlags", "ScriptMaps", "GrantByDefault", "IPGrant", "ExchangeVDir", "Name", "TimeGenerated", "", "end")
TAGS = ("1", "7", "1#", "7#", "#", "values#", "subkeys#", "subkey", "IIsWebServer", "IIsWebVirtualDir#", "")
VALUES = (
    "",
    "0",
    "1",
    "-1",
    "9" * 30,
    "true",
    ":80:",
    "*,a,1",
    "a\r\nb",
    "2026-03-30T08:00:00Z",
    "20260302043012.000000-480",
)
ERRORS = ("", "", "", "not found", "not asked for", "StdRegProv answered 5", "error 80041003")
ROW = st.tuples(*map(st.sampled_from, (KINDS, SUBJECTS, NAMES, TAGS, VALUES, ERRORS)))


@settings(max_examples=300)
@given(st.lists(ROW, max_size=12))
def test_rows_in_any_disorder_are_facts_or_reasons(found):
    facts = read_collected(as_file([SCHEMA, *found, END]))
    for field in fields(facts):
        value = getattr(facts, field.name)
        assert not isinstance(value, Unknown) or ("\n" not in str(value) and len(str(value)) < 500)
    assert isinstance(facts.operating_system, Unknown)
    assert isinstance(facts.network, Unknown)


def test_an_error_in_the_collectors_words_is_one_short_line():
    error = "first\r\nsecond\x00\x1b[31m\ttab" + "x" * 5000
    facts = read_collected(as_file([SCHEMA, ("wmi", "Win32_Service", "", "", "", error), END]))
    assert facts.services == Unknown(
        "the collector could not read Win32_Service: first second  [31m tab" + "x" * 178,
        "run the collector again as an administrator of the server",
    )
