"""The docs' pages."""

import pytest

from exgate.facts.role import ALL_ROLES, MAILBOX_ROLES
from exgate.reports.docs import write_docs
from exgate.reports.docs_coverage import Passage
from exgate.reports.docs_pages import coverage_page, requirement_page, requirements_page
from exgate.reports.docs_placeholders import MEANINGS, SENTENCES, used
from exgate.reports.listing import table
from exgate.requirements import PLACEHOLDERS, Requirement, Severity, event, http_status


def record(**changes):
    here = {
        "id": "KB817379-91",
        "title": "It does not <require> it",
        "severity": Severity.HIGH,
        "roles": MAILBOX_ROLES,
        "passage": "It must [%1] not.",
        "symptoms": (event("Server ActiveSync", 3029), http_status("403.4")),
        "why": "Because.",
        "fix": "{wizard}In C:\\Scripts:\ncscript adsutil.vbs set w3svc/{site}/X 0\nRestart.",
        "rollback": "{undo_ssl}",
        "risk": "None on {host}.",
        "references": ("KB 817379", "KB 322756: back up"),
    }
    return Requirement(**here | changes)


PAGE = """\
<!-- Made by `make docs` from the record in tests/; change it there. -->

# KB817379-91: It does not \\<require> it

|  |  |
| --- | --- |
| Severity | high: they work now, or partly, and will not for long |
| Roles | back-end, standalone, sbs |
| Wire | no. It asks nothing of the server's web site. |
| Alone | `pytest --hosts=... --requirement=KB817379-91` |

## What the article says

> It must \\[%1\\] not.

## Why it matters

Because.

## What a violation looks like

- event 3029, source Server ActiveSync
- HTTP 403.4

## Verdicts

| verdict | means |
| --- | --- |
| pass | it was read, and it is as the title says |
| fail | it was read, and it is not so; the message says what was found, where it is set and what is demanded |
| unknown | the host answered, but this could not be read, or two sources disagree |
| unreachable | the host could not be asked at all |
| not applicable | the host's role is front-end, or its configuration makes the requirement moot; the message gives the reason |

## Fix

For a person to review: exgate never changes a server.

On Small Business Server run the Configure E-Mail and Internet Connection Wizard first. Only if that does not help, and on every other server:

In C:\\\\Scripts:

```text
cscript adsutil.vbs set w3svc/<site>/X 0
```

Restart.

## Undo the fix

\\<undo ssl>

## Risk of the fix

None on \\<host>.

## Words in angle brackets

A report has the host's own values in their place.

|  | stands for |
| --- | --- |
| \\<host> | the server's name |
| \\<site> | the number of the web site that holds /Exchange, for example 1 |
| \\<undo ssl> | the command that brings AccessSSLFlags back to what it is now |

## References

- KB 817379
- KB 322756: back up
"""


def test_a_page():
    assert requirement_page(record()) == PAGE


@pytest.mark.parametrize(
    ("changes", "present", "absent"),
    (
        pytest.param(
            {"wire": True},
            "| Wire | yes. It asks the server's web site from the machine that runs the tests; `--no-wire` leaves it out. |",
            "It asks nothing",
            id="wire",
        ),
        pytest.param(
            {"roles": ALL_ROLES},
            "| not applicable | its configuration makes the requirement moot; the message gives the reason |",
            "the host's role is",
            id="all-roles",
        ),
        pytest.param(
            {"roles": ALL_ROLES - MAILBOX_ROLES},
            "| not applicable | the host's role is back-end or standalone or sbs, or its configuration",
            "\n| Roles | all",
            id="front-end",
        ),
        pytest.param(
            {"fix_secondary": "Make the copy again."},
            "### Where ActiveSync and OMA use a secondary virtual directory (Method 2)\n\nMake the copy again.\n",
            "{",
            id="secondary",
        ),
        pytest.param(
            {"fix": "Do.", "rollback": "Undo.", "risk": "None."},
            "## Risk of the fix\n\nNone.\n\n## References",
            "## Words in angle brackets",
            id="no-placeholders",
        ),
    ),
)
def test_what_differs(changes, present, absent):
    page = requirement_page(record(**changes))
    assert present in page
    assert absent not in page


def test_every_placeholder_is_explained():
    assert MEANINGS.keys() | SENTENCES.keys() == PLACEHOLDERS, "explain it in exgate/reports/docs_placeholders.py"
    assert not MEANINGS.keys() & SENTENCES.keys()


def test_doubled_braces_are_no_placeholder():
    assert list(used(record(fix="{{site}}", rollback="x", risk="y"))) == []


def test_the_table_of_requirements():
    page = requirements_page([record(), record(id="KB817379-92", roles=ALL_ROLES, wire=True, title="a|b")])
    assert (
        "| [KB817379-91](KB817379-91.md) | high | back-end, standalone, sbs | no | It does not \\<require> it |" in page
    )
    assert "| [KB817379-92](KB817379-92.md) | high | all | yes | a\\|b |" in page


def test_the_table_for_the_terminal():
    assert list(
        table([record(), record(id="KB817379-92", roles=ALL_ROLES, wire=True, severity=Severity.CRITICAL)])
    ) == [
        "id           severity  roles                      wire  title",
        "KB817379-91  high      back-end, standalone, sbs  no    It does not <require> it",
        "KB817379-92  critical  all                        yes   It does not <require> it",
    ]


@pytest.mark.parametrize(
    ("passage", "row"),
    (
        pytest.param(
            Passage(where="Cause", quote="It must.", by=("KB817379-91",)),
            "| It must. | [KB817379-91](requirements/KB817379-91.md) |",
            id="judged",
        ),
        pytest.param(
            Passage(where="Cause", quote="It must.", by=("KB817379-91", "KB817379-99"), because="Half of it."),
            "| It must. | [KB817379-91](requirements/KB817379-91.md), KB817379-99 (to come). Half of it. |",
            id="with-a-note",
        ),
        pytest.param(
            Passage(where="Cause", quote="Click.", because="It leaves no trace."),
            "| Click. | Not tested. It leaves no trace. |",
            id="not-tested",
        ),
        pytest.param(
            Passage(where="Cause", first="For more", last="the end.", because="It refers."),
            "| Cause | For more ... the end. | It refers. |",
            id="no-demand",
        ),
    ),
)
def test_rows_of_the_coverage(passage, row):
    assert row in coverage_page([passage], [record()]).splitlines()


def test_pages_of_requirements_that_are_no_more_are_removed(tmp_path):
    own = tmp_path / "requirements"
    own.mkdir()
    (own / "KB817379-90.md").write_text("gone", encoding="utf-8")
    (own / "notes.md").write_text("somebody's", encoding="utf-8")
    assert write_docs(tmp_path, [record()]) == 3
    assert sorted(path.name for path in own.iterdir()) == ["KB817379-91.md", "README.md", "notes.md"]
    assert (own / "KB817379-91.md").read_bytes() == PAGE.encode()
