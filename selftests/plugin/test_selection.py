"""--requirement, --no-wire and the marker wire."""

import re
from types import SimpleNamespace

import pytest
from junitparser.xunit2 import JUnitXml

from exgate.plugin.options import requirement_ids

WIRE = {"KB817379-91", "KB817379-93"}
LEFT_OUT = "left out by --no-wire: KB817379-91, KB817379-93"


def judged(outcome):
    return [identifier for _, identifier in outcome.verdicts]


def suite_properties(outcome):
    suite, *_own_tests = JUnitXml.fromfile(str(outcome.folder / "junit.xml"))
    return {prop.name: prop.value for prop in suite.properties()}


@pytest.mark.parametrize(
    ("given", "numbers"),
    (
        pytest.param(None, [], id="not-given"),
        pytest.param(["02"], ["02"], id="short"),
        pytest.param(["2"], ["02"], id="one-digit"),
        pytest.param(["KB817379-02"], ["02"], id="whole"),
        pytest.param(["kb817379-02"], ["02"], id="lower-case"),
        pytest.param(["15,02"], ["15", "02"], id="list"),
        pytest.param([" 02 , KB817379-15,"], ["02", "15"], id="spaces"),
        pytest.param(["02", "15"], ["02", "15"], id="repeated"),
        pytest.param(["02,2,KB817379-02"], ["02"], id="twice-the-same"),
    ),
)
def test_how_requirements_are_written(given, numbers):
    config = SimpleNamespace(getoption=lambda _name: given)
    assert requirement_ids(config) == tuple(f"KB817379-{number}" for number in numbers)


@pytest.mark.parametrize(
    ("arguments", "ids"),
    (
        pytest.param(("--requirement=15, KB817379-02",), ["02", "15"], id="alone"),
        pytest.param(("--requirement=02", "--requirement=14", "-m", "high"), ["14"], id="with-a-marker"),
        pytest.param(("--requirement=02,03", "-k", "ssl"), ["02"], id="with-a-keyword"),
    ),
)
def test_requirement_selects_by_id(run_pytest, arguments, ids):
    outcome = run_pytest("--hosts=sa01", *arguments)
    assert judged(outcome) == [f"KB817379-{number}" for number in ids]
    assert outcome.status == 0


def test_requirement_leaves_own_tests_out_and_pytest_counts_them(run_pytest, own_records):
    outcome = run_pytest("--hosts=be01,be02", "--requirement=92", *own_records)
    assert judged(outcome) == ["KB817379-92"] * 2
    assert "collected 8 items / 6 deselected / 2 selected" in outcome.stdout
    assert "2 passed, 6 deselected" in outcome.stdout


@pytest.mark.parametrize(
    ("argument", "unknown"),
    (
        pytest.param("92,94,kb817379-95", "KB817379-94, KB817379-95", id="numbers"),
        pytest.param("ssl", "ssl", id="a-word"),
    ),
)
def test_an_unknown_requirement_is_a_usage_error(run_pytest, own_records, argument, unknown):
    outcome = run_pytest("--hosts=be01", f"--requirement={argument}", *own_records)
    assert (outcome.status, outcome.stderr.strip()) == (
        4,
        f"ERROR: --requirement: there is no requirement {unknown}; known are KB817379-91, KB817379-92, KB817379-93",
    )


def test_an_unknown_requirement_leaves_no_report_and_tells_of_none(run_pytest, tmp_path, own_records):
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "junit.xml").write_text("<testsuites/>", encoding="utf-8")
    outcome = run_pytest("--hosts=be01", "--requirement=94", *own_records, folder=folder)
    assert [path.name for path in outcome.folder.iterdir() if path.is_file()] == []
    assert not re.search(r"generated|report:|KB 817379", outcome.stdout)
    assert "no tests ran" in outcome.stdout


def test_a_file_that_is_missing_leaves_no_report_either(run_pytest):
    outcome = run_pytest("--hosts=be01", "-c", "pytest.ini", "nowhere.py")
    assert (outcome.status, outcome.stderr.strip()) == (4, "ERROR: file or directory not found: nowhere.py")
    assert not (outcome.folder / "junit.xml").exists()


def test_a_requirement_that_was_hidden_by_a_keyword_is_known(run_pytest, own_records):
    outcome = run_pytest("--hosts=be01", "--requirement=92", "-k", "first", *own_records)
    assert (outcome.status, outcome.stderr) == (5, "")


def test_no_requirement_is_a_usage_error(run_pytest):
    outcome = run_pytest("--hosts=be01", "--requirement= , ")
    assert (outcome.status, outcome.stderr.strip()) == (
        4,
        "ERROR: --requirement names none: give ids, for example --requirement=02,15",
    )


def test_what_asks_the_wire_runs_by_default(run_pytest, own_records):
    outcome = run_pytest("--hosts=be01", *own_records)
    assert judged(outcome) == ["KB817379-91", "KB817379-92", "KB817379-93"]
    assert "--no-wire" not in outcome.stdout
    assert "--no-wire" not in outcome.html
    assert suite_properties(outcome) == {}


def test_no_wire_says_everywhere_what_it_leaves_out(run_pytest, own_records):
    outcome = run_pytest("--hosts=be01,be02", "--no-wire", *own_records)
    lines = outcome.stdout.splitlines()
    assert judged(outcome) == ["KB817379-92"] * 2
    assert "wire: the servers' web sites are not asked (--no-wire)" in lines
    assert lines.count(LEFT_OUT) == 2, "after the collection and in the summary"
    assert LEFT_OUT in outcome.findings
    assert f"<p>{LEFT_OUT}</p>" in outcome.html
    assert suite_properties(outcome) == {"left out by --no-wire": "KB817379-91, KB817379-93"}
    assert "collected 8 items / 4 deselected / 4 selected" in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    (
        pytest.param(("-k", "not first"), "left out by --no-wire: KB817379-93", id="keyword"),
        pytest.param(("-m", "high or medium"), "left out by --no-wire: KB817379-91", id="marker"),
        pytest.param(("--requirement=92,93",), "left out by --no-wire: KB817379-93", id="requirement"),
        pytest.param(("-m", "medium"), None, id="nothing"),
    ),
)
def test_no_wire_names_only_what_would_have_run(run_pytest, own_records, arguments, line):
    outcome = run_pytest("--hosts=be01", "--no-wire", *arguments, *own_records)
    told = [text for text in outcome.findings if text.startswith("left out")]
    assert told == ([line] if line else [])
    assert WIRE.isdisjoint(judged(outcome))
    assert outcome.status == 0


def test_no_wire_may_leave_nothing(run_pytest, own_records):
    outcome = run_pytest("--hosts=be01", "--no-wire", "-m", "wire", *own_records)
    assert outcome.status == 5
    assert outcome.findings == [
        "0 verdicts on 0 hosts: none",
        LEFT_OUT,
        "exit status 5: no test was selected: nothing was asked",
    ]


def test_help_and_markers_tell(run_pytest):
    text = run_pytest("--help").stdout
    for option in (
        "--requirement=ID,...",
        "--no-wire",
        "--events-since=WHEN",
        "--list-requirements",
        "--json",
        "--write-docs=DIR",
    ):
        assert option in text
    assert "@pytest.mark.wire: requirements that ask the servers' web sites from this machine" in (
        run_pytest("--markers").stdout
    )
