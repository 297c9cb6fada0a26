"""--list-requirements: what there is, without a host."""

import json
from dataclasses import fields

import pytest

from exgate.requirements import Requirement

TABLE = """\
id           severity  roles  wire  title
KB817379-91  high      all    yes   Title 91
KB817379-92  medium    all    no    Title 92
KB817379-93  critical  all    yes   Title 93
"""


def test_the_table(run_pytest):
    outcome = run_pytest("--list-requirements", "--requirement=02,14")
    assert (outcome.status, outcome.stderr, outcome.stdout.splitlines()) == (
        0,
        "",
        [
            "id           severity  roles                      wire  title",
            (
                "KB817379-02  critical  back-end, standalone, sbs  no    "
                "The virtual directory that ActiveSync and OMA use does not require SSL"
            ),
            (
                "KB817379-14  high      back-end, standalone, sbs  no    "
                "The secondary virtual directory allows Integrated and Basic authentication, and nothing else"
            ),
        ],
    )


@pytest.mark.parametrize("option", ("-q", "-v", "-s", "--collect-only", "--setup-plan"))
def test_pytest_says_nothing_around_it(run_pytest, own_records, option):
    outcome = run_pytest("--list-requirements", option, *own_records)
    assert (outcome.status, outcome.stderr, outcome.stdout) == (0, "", TABLE)


@pytest.mark.parametrize(
    ("arguments", "ids"),
    (
        pytest.param((), ["91", "92", "93"], id="all-and-no-own-tests"),
        pytest.param(("-m", "critical"), ["93"], id="severity"),
        pytest.param(("-m", "wire"), ["91", "93"], id="wire"),
        pytest.param(("-k", "off"), ["92"], id="keyword"),
        pytest.param(("--requirement=93,91",), ["91", "93"], id="requirement"),
        pytest.param(("--no-wire",), ["92"], id="no-wire"),
        pytest.param(("--hosts=be01,be02",), ["91", "92", "93"], id="once-whatever-the-hosts"),
        pytest.param(("--hosts=nobody", "--inventory=nowhere.yml"), ["91", "92", "93"], id="hosts-do-not-matter"),
    ),
)
def test_what_narrows_it(run_pytest, own_records, arguments, ids):
    outcome = run_pytest("--list-requirements", "--json", *arguments, *own_records)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert [record["id"] for record in json.loads(outcome.stdout)] == [f"KB817379-{number}" for number in ids]


def test_json_has_whole_records(run_pytest):
    (record,) = json.loads(run_pytest("--list-requirements", "--json", "--requirement=02").stdout)
    assert sorted(record) == sorted(field.name for field in fields(Requirement))
    assert {
        name: record[name] for name in ("id", "severity", "roles", "wire", "rollback", "symptoms", "references")
    } == {
        "id": "KB817379-02",
        "severity": "critical",
        "roles": ["back-end", "standalone", "sbs"],
        "wire": False,
        "rollback": "In C:\\Inetpub\\AdminScripts:\n{undo_ssl}\nRestart the IIS Admin service (services.msc). That stops the "
        "World Wide Web Publishing service, SMTP, POP3 and IMAP4 too: start them again.",
        "symptoms": [
            "event 3029, source Server ActiveSync",
            'event 1805, source MSExchangeOMA, containing "403"',
            "HTTP 403.4",
            'the user sees "Unable to connect to your mailbox on server ... Please try again later."',
        ],
        "references": ["KB 817379"],
    }


@pytest.mark.parametrize("option", ("--hosts=be01", "--list-hosts"))
def test_json_alone_is_a_usage_error(run_pytest, option):
    outcome = run_pytest(option, "--json")
    assert (outcome.status, outcome.stderr.strip()) == (
        4,
        "ERROR: --json belongs to --list-requirements: give both, or neither",
    )


@pytest.mark.parametrize(("option", "stdout"), (((), ""), (("--json",), "[]\n")))
def test_nothing_selected(run_pytest, own_records, option, stdout):
    outcome = run_pytest("--list-requirements", *option, "-k", "own", *own_records)
    assert (outcome.status, outcome.stdout, outcome.stderr) == (
        5,
        stdout,
        "no requirement was selected: nothing is listed\n",
    )


def test_an_unknown_requirement(run_pytest, own_records):
    outcome = run_pytest("--list-requirements", "--json", "--requirement=94", *own_records)
    assert (outcome.status, outcome.stdout, outcome.stderr.strip()) == (
        4,
        "",
        ("ERROR: --requirement: there is no requirement KB817379-94; known are KB817379-91, KB817379-92, KB817379-93"),
    )


def test_reports_are_neither_written_nor_removed(run_pytest, tmp_path):
    (tmp_path / "report.html").write_text("of yesterday", encoding="utf-8")
    outcome = run_pytest("--list-requirements", folder=tmp_path)
    assert outcome.status == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir() if path.is_file()} == {
        "report.html": "of yesterday"
    }


def test_what_cannot_be_collected_is_told_and_nothing_is_listed(run_pytest, tmp_path):
    broken = tmp_path / "test_broken.py"
    broken.write_text("import no_such_module\n", encoding="utf-8")
    outcome = run_pytest("--list-requirements", "--json", "-c", "pytest.ini", str(broken))
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "No module named 'no_such_module'" in outcome.stderr


@pytest.mark.parametrize("option", ("--help", "--fixtures", "--version"))
def test_pytests_own_ways_to_look_around_come_first(run_pytest, option):
    outcome = run_pytest("--list-requirements", option)
    assert outcome.status == 0
    assert "INTERNALERROR" not in outcome.stdout + outcome.stderr
    assert "KB817379-02  critical" not in outcome.stdout
