"""CSV: what stands in which column."""

import csv
from dataclasses import replace

import pytest

from exgate.reports.formats.csv_table import COLUMNS, render

from .readers import rows
from .samples import COMPARED, DEAD, EMPTY, FAIL, OWN, PASS, SMALL, STOPPED, UNKNOWN, WAIVED, requirement

BASE = {
    "host": "be01",
    "role": "back-end",
    "organization": "Lab",
    "groups": "backends",
    "severity": "high",
    "facts_seen": "2026-11-16T08:00:00Z",
    "facts_source": "WMI",
    "part": "A. Part",
}


def told(number, **changes):
    whole = BASE | {
        "requirement": f"KB817379-{number}",
        "title": f"Title {number}",
        "test": f"tests/test_a.py::test_{number}",
    }
    return dict.fromkeys(COLUMNS, "") | whole | changes


@pytest.mark.parametrize(
    ("verdict", "expected"),
    (
        pytest.param(PASS, told("01", verdict="pass", found="0 is set", message="be01: 0 is set"), id="pass"),
        pytest.param(
            FAIL,
            told(
                "02",
                verdict="fail",
                found="SSL is on",
                demanded="SSL off",
                message="be01: SSL is on; demanded: SSL off",
                since="2026-11-16T08:00:00Z",
            ),
            id="fail",
        ),
        pytest.param(
            UNKNOWN,
            told(
                "03", verdict="unknown", found="not read: denied", message=UNKNOWN.message, since="2026-11-16T08:00:00Z"
            ),
            id="unknown",
        ),
        pytest.param(
            WAIVED,
            told(
                "05",
                verdict="waived",
                found="port 81",
                demanded="port 80",
                message="be01: port 81; demanded: port 80",
                waiver_state="valid",
                waiver_owner="jane",
                waiver_expires="2026-12-01",
                waiver_ticket="CHG-1",
                waiver_reason="Migration in May",
            ),
            id="waived",
        ),
        pytest.param(
            DEAD,
            told(
                "01",
                host="dead01",
                organization="",
                verdict="unreachable",
                found="connect: refused",
                message="dead01: connect: refused",
                since="2026-11-16T08:00:00Z",
                facts_seen="",
                facts_source="",
            ),
            id="unreachable-without-organization",
        ),
        pytest.param(
            OWN,
            told(
                "",
                requirement="tests/own.py::TestMine::test_key[be01]",
                title="",
                severity="",
                verdict="unknown",
                found="no key",
                message="be01: no key",
                since="2026-11-16T08:00:00Z",
                part="",
                test="tests/own.py::TestMine::test_key[be01]",
            ),
            id="own-test",
        ),
        pytest.param(
            COMPARED.verdicts[0],
            told("01", verdict="pass", found="0 is set", message="be01: 0 is set", change="fixed", before="fail"),
            id="baseline-and-planned-change",
        ),
        pytest.param(
            replace(PASS, host="be99"),
            told(
                "01",
                host="be99",
                role="",
                organization="",
                groups="",
                verdict="pass",
                found="be01: 0 is set",
                message="be01: 0 is set",
                facts_seen="",
                facts_source="",
            ),
            id="no-such-host",
        ),
    ),
)
def test_a_verdict_is_a_row(verdict, expected):
    assert rows(render(replace(SMALL, verdicts=(verdict,)))) == [expected]


def test_what_has_no_verdict_has_a_row():
    line = "no verdict: the run stopped before"
    _, own, other = rows(render(STOPPED))
    assert own == told("03", verdict="no verdict", found=line, message=f"be01: {line}")
    assert other == told(
        "02", host="be02", verdict="no verdict", found=line, message=f"be02: {line}", facts_seen="", facts_source=""
    )


def test_without_a_verdict_there_is_the_heading():
    assert render(EMPTY) == b"\xef\xbb\xbf" + ",".join(f'"{name}"' for name in COLUMNS).encode() + b"\r\n"


@pytest.mark.parametrize(
    ("title", "cell"),
    (
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\t'=1", id="tab"),
        pytest.param("\r=1", "'\r'=1", id="carriage-return"),
        pytest.param("\uff1d1", "'\uff1d1", id="full-width"),
        pytest.param("a;=1;-b", "a;'=1;'-b", id="after-a-semicolon"),
        pytest.param("a = b; c-d", "a = b; c-d", id="harmless"),
        pytest.param('a "b", c', 'a "b", c', id="quotes-and-commas"),
    ),
)
def test_a_formula_is_disarmed(title, cell):
    found = rows(render(replace(SMALL, verdicts=(PASS,), requirements=(requirement("01", title=title),))))
    assert found[0]["title"] == cell


def test_lines_end_as_the_rfc_says():
    data = render(SMALL)
    assert data.count(b"\r\n") == data.count(b"\n") == 1 + len(SMALL.verdicts)
    assert csv.Sniffer().sniff(data.decode("utf-8-sig")).delimiter == ","
