"""results.json: what is written is what is read, and nothing else is taken for it."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.named import NamedFact
from exgate.reports import results_file, results_reader
from exgate.reports.results import BaselineRecord, Change, Drift, DriftKind, UnreachableRecord
from exgate.reports.results_file import encode, write_results
from exgate.reports.results_reader import ResultsError, read_results
from exgate.verdicts import Outcome, Remedy, WaiverNote

from .made import MONDAY, host, record, results, verdict

REMEDY = Remedy(symptoms="s", passage="p", fix="f", rollback="r", risk="k", references="KB")
WAIVER = WaiverNote(
    source="waivers.yml:3",
    reason="r",
    owner="o",
    approved_by="a",
    ticket="T-1",
    granted="2026-11-01",
    expires="2026-12-01",
    state="valid",
)
FULL = replace(
    results(
        replace(record(verdict()), remedy=REMEDY, change=Change.NEW),
        replace(record(verdict(number="03", outcome=Outcome.WAIVED)), waiver=WAIVER),
        hosts=(
            host(facts=(NamedFact("a", None, unknown="denied", volatile=True), NamedFact("b", "", "set on b"))),
            replace(
                host("dead01", seen=False), unreachable=UnreachableRecord(cause="connect", detail="d", next_step="n")
            ),
        ),
        events_since=MONDAY,
        left_out=("KB817379-53",),
        only_new=True,
        baseline=BaselineRecord(file="old.json", finished=MONDAY, complete=False),
    ),
    gone=("be09",),
    drift=(Drift(host="be01", kind=DriftKind.CHANGED, name="a", old="1", new="2", where="w"),),
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "results.json"


def changed(file, change):
    """Write the full results as a file, changed in one place, and give what reading it says."""
    data = json.loads(encode(FULL))
    change(data)
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ResultsError) as caught:
        read_results(file)
    text = str(caught.value)
    assert text.startswith(f"{file}: ")
    return text.removeprefix(f"{file}: ")


def test_what_is_written_is_what_is_read(file):
    write_results(file, FULL)
    assert read_results(file) == FULL
    assert [path.name for path in file.parent.iterdir()] == ["results.json"]


def test_the_file_is_the_same_for_the_same_results():
    assert encode(FULL) == encode(replace(FULL))
    assert encode(FULL).endswith(b"\n}\n")
    assert b"\r" not in encode(FULL)


def test_the_summary_names_every_verdict():
    counts = {"pass": 0, "fail": 1, "unknown": 0, "unreachable": 0, "waived": 1, "not applicable": 0}
    assert FULL.to_json()["summary"] == counts


def test_times_are_utc():
    moment = datetime.fromisoformat("2026-11-20T08:00:00.5+02:00")
    assert results(started=moment).to_json()["run"]["started"] == "2026-11-20T06:00:00Z"


@pytest.mark.parametrize(
    ("text", "raw"),
    (
        pytest.param("<script>", b'"<script>"', id="markup"),
        pytest.param("K\u00fcche", b'"K\xc3\xbcche"', id="letters-stay"),
        pytest.param("\x00\x1b[2J\n", rb'"\u0000\u001b[2J\n"', id="control"),
        pytest.param("\x7f\x9b", rb'"\u007f\u009b"', id="control-that-json-allows"),
        pytest.param("\u202egreen\u2028", rb'"\u202egreen\u2028"', id="direction"),
        pytest.param("\U000e0001", rb'"\udb40\udc01"', id="beyond-16-bits"),
    ),
)
def test_what_no_terminal_should_be_given_raw_is_escaped(file, text, raw):
    given = results(record(replace(verdict(), message=text)))
    assert b'"message": ' + raw in encode(given)
    write_results(file, given)
    assert read_results(file).verdicts[0].message == text


def test_half_a_pair_of_surrogates_is_no_character():
    assert rb'"inventory": "a\ufffd.yml"' in encode(results(inventory="a\udcff.yml"))


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_every_text_survives(text):
    data = json.loads(encode(results(record(replace(verdict(), message=text)))))
    assert data["verdicts"][0]["message"] == text


def test_an_old_file_stays_when_the_new_one_cannot_be_written(file, monkeypatch):
    file.write_text("old", encoding="utf-8")

    def full(_results):
        yield b"{"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results_file, "encode_lines", full)
    with pytest.raises(OSError, match="No space left"):
        write_results(file, FULL)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in file.parent.iterdir()] == [
        ("results.json", "old")
    ]


@pytest.mark.skipif(not Path(os.devnull).exists(), reason="no device has a path here")
def test_nothing_takes_the_place_of_a_device():
    write_results(Path(os.devnull), FULL)
    assert not Path(os.devnull).is_file()


NOT_OURS = "this is no results file of exgate"


@pytest.mark.parametrize(
    ("content", "message"),
    (
        pytest.param(b"", "{file}:1: this is not JSON, or not all of it: Expecting value", id="empty"),
        pytest.param(b"all green", "{file}:1: this is not JSON, or not all of it: Expecting value", id="text"),
        pytest.param(
            b'{\n"schema": "exgate-res',
            "{file}:2: this is not JSON, or not all of it: Unterminated string starting at",
            id="truncated",
        ),
        pytest.param(b"\xff\xfe{\x00}\x00", f"{{file}}: {NOT_OURS}: it is not UTF-8", id="utf-16"),
        pytest.param(b"[" * 200000, f"{{file}}: {NOT_OURS}: it is nested too deeply", id="deep"),
        pytest.param(b"[]", f"{{file}}: {NOT_OURS}", id="array"),
        pytest.param(b"{}", f"{{file}}: {NOT_OURS}", id="object"),
        pytest.param(b'{"schema": "junit"}', f"{{file}}: {NOT_OURS}", id="another-schema"),
        pytest.param(
            b'{"schema": "exgate-results"}',
            f"{{file}}: {NOT_OURS}: schema_version is not a number from 1 on",
            id="no-version",
        ),
        pytest.param(
            b'{"schema": "exgate-results", "schema_version": true}',
            f"{{file}}: {NOT_OURS}: schema_version is not a number from 1 on",
            id="a-version-that-is-no-number",
        ),
        pytest.param(
            b'{"schema": "exgate-results", "schema_version": 2}',
            "{file}: this was written by a newer exgate (schema version 2; this one reads 1)",
            id="newer",
        ),
        pytest.param(b"[NaN]", f"{{file}}: {NOT_OURS}: NaN is no number of JSON", id="nan"),
    ),
)  # fmt: skip
def test_what_is_no_results_file(file, content, message):
    file.write_bytes(content)
    with pytest.raises(ResultsError) as caught:
        read_results(file)
    assert str(caught.value) == message.format(file=file)


@pytest.mark.parametrize(
    ("change", "problem"),
    (
        pytest.param(lambda d: d["verdicts"].append(d["verdicts"][0]), "there is a verdict twice: ", id="twice"),
        pytest.param(
            lambda d: d["verdicts"][0].update(host="be99"),
            "there is a verdict of a host that is not among the hosts: ",
            id="an-unknown-host",
        ),
        pytest.param(
            lambda d: d["requirements"].append({"id": None}), "a requirement's id is not what it can be", id="no-id"
        ),
        pytest.param(lambda d: d["requirements"].append({}), "a requirement's id is not what it can be", id="nothing"),
        pytest.param(
            lambda d: d["requirements"][0].update(symptoms=[None]),
            "a requirement's symptoms is not what it can be",
            id="no-texts",
        ),
        pytest.param(
            lambda d: d["requirements"][0].update(fix=7), "a requirement's fix is not what it can be", id="no-text"
        ),
        pytest.param(
            lambda d: d["requirements"].append(d["requirements"][0]),
            "a requirement's id is not what it can be",
            id="a-requirement-twice",
        ),
    ),
)
def test_what_no_run_can_have_written_is_refused(file, change, problem):
    data = FULL.to_json()
    change(data)
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ResultsError, match=f"{NOT_OURS}: {problem}"):
        read_results(file)


def test_a_number_of_many_digits_is_one_line(file):
    file.write_bytes(b"[" + b"1" * 10000 + b"]")
    with pytest.raises(ResultsError, match=f"{NOT_OURS}: Exceeds the limit"):
        read_results(file)


def test_a_file_that_is_not_there_and_a_folder(file):
    with pytest.raises(ResultsError, match="this cannot be read: No such file or directory"):
        read_results(file)
    with pytest.raises(ResultsError, match="this cannot be read: "):
        read_results(file.parent)


def test_a_huge_file_is_not_read_to_its_end(file, monkeypatch):
    monkeypatch.setattr(results_reader, "MOST_BYTES", 100)
    file.write_bytes(b" " * 101)
    with pytest.raises(ResultsError, match=f"{NOT_OURS}: it has more than 100 bytes"):
        read_results(file)


def test_a_byte_order_mark_does_no_harm(file):
    file.write_bytes(b"\xef\xbb\xbf" + encode(FULL))
    assert read_results(file) == FULL


@pytest.mark.parametrize(
    ("change", "message"),
    (
        pytest.param(lambda d: d["run"].pop("finished"), "a field is missing @ results.run.finished", id="missing"),
        pytest.param(lambda d: d["run"].update(finished="2026"), "time data '2026' does not match", id="no-time"),
        pytest.param(lambda d: d["run"].update(complete="yes"), "bool expected @ results.run.complete", id="no-boolean"),
        pytest.param(lambda d: d["run"].update(exit_status=True), "int expected @ results.run.exit_status", id="no-number"),
        pytest.param(lambda d: d.update(run=[]), "a value of another kind is expected @ results.run", id="an-array-for-an-object"),
        pytest.param(lambda d: d.update(verdicts="fail"), "list expected @ results.verdicts", id="a-text-for-an-array"),
        pytest.param(lambda d: d.update(hosts={}), "list expected @ results.hosts", id="an-object-for-an-array"),
        pytest.param(lambda d: d.update(tool=None), "str expected @ results.tool_version", id="no-tool"),
        pytest.param(lambda d: d["verdicts"][0].update(outcome="green"), "'green' is not a valid Outcome", id="no-verdict"),
        pytest.param(lambda d: d["verdicts"][0].update(host=1), "str expected", id="no-text"),
        pytest.param(lambda d: d["verdicts"][0].update(waiver="x"), "a value of another kind is expected @ results.verdicts", id="no-waiver"),
        pytest.param(lambda d: d["hosts"][0]["facts"][0].update(unknown=None), "fact a: give a value, or why there is none", id="no-fact"),
        pytest.param(lambda d: d["run"].update(finished="\x1b\n" * 500), "time data", id="hostile"),
    ),
)  # fmt: skip
def test_another_shape_is_one_line(file, change, message):
    text = changed(file, change)
    assert text.startswith(f"{NOT_OURS}: ")
    assert message in text
    assert text.isprintable()
    assert len(text) < 300


@pytest.mark.parametrize(
    "change",
    (
        pytest.param(lambda d: d.update(more=1), id="top"),
        pytest.param(lambda d: d["run"].update(more=1), id="run"),
        pytest.param(lambda d: d["verdicts"][0].update(more={}), id="verdict"),
    ),
)
def test_a_field_that_was_added_later_does_no_harm(file, change):
    data = json.loads(encode(FULL))
    change(data)
    file.write_text(json.dumps(data), encoding="utf-8")
    assert read_results(file) == FULL


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)), st.sampled_from(sorted(FULL.to_json())))  # fmt: skip
def test_any_other_value_anywhere_is_one_line_or_does_no_harm(tmp_path_factory, value, name):
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_text(json.dumps(FULL.to_json() | {name: value}), encoding="utf-8")
    problem = None
    try:
        read_results(file)
    except ResultsError as error:
        problem = str(error)
    assert problem is None or (problem.startswith(f"{file}: ") and problem.isprintable())


def test_a_moment_is_in_utc(file):
    write_results(file, FULL)
    assert read_results(file).run.started.tzinfo is UTC
