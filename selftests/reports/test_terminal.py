"""Lines on a terminal."""

from dataclasses import replace

import pytest

from exgate.reports.terminal import (
    before_lines,
    count_line,
    coverage_line,
    finding_lines,
    in_order_lines,
    status_line,
    status_words,
    table_lines,
    waived_lines,
)
from exgate.verdicts import Before, Outcome, Verdict, WaiverNote


def verdict(host, number, outcome, message="m"):
    return Verdict(
        requirement=f"KB817379-{number}",
        host=host,
        role="back-end",
        severity="high",
        outcome=outcome,
        message=f"{host}: {message}",
        why="w",
    )


ALL = (
    verdict("be01", "01", Outcome.PASS),
    verdict("be02", "01", Outcome.FAIL, "wrong"),
    verdict("be03", "01", Outcome.UNREACHABLE, "connect: refused"),
    verdict("be01", "02", Outcome.NOT_APPLICABLE),
    verdict("be02", "02", Outcome.UNKNOWN, "not read"),
    verdict("be03", "02", Outcome.UNREACHABLE, "connect: refused"),
)


NOTE = WaiverNote(
    source="waivers.yml:12",
    reason="Phones use the new gateway",
    owner="jane",
    approved_by="cio",
    ticket="CHG-1234",
    granted="2026-11-01",
    expires="2026-12-31",
    state="valid",
)
WAIVED = replace(verdict("be01", "03", Outcome.WAIVED, "wrong"), waiver=NOTE)


def test_what_is_waived_is_no_finding_and_has_a_line_of_its_own():
    verdicts = (*ALL, WAIVED, replace(ALL[1], waiver=NOTE), replace(ALL[0], waiver=NOTE))
    assert list(waived_lines(verdicts)) == [
        (
            "WAIVED      KB817379-03 high     be01: wrong "
            "(until 2026-12-31, jane, approved by cio, CHG-1234: Phones use the new gateway)"
        )
    ]
    assert list(finding_lines((WAIVED,))) == list(table_lines((WAIVED,))) == []


def test_findings_are_grouped_by_host_and_a_dead_host_has_one_line():
    assert list(finding_lines(ALL)) == [
        "FAIL        KB817379-01 high     be02: wrong",
        "UNKNOWN     KB817379-02 high     be02: not read",
        "UNREACHABLE be03: connect: refused (2 verdicts)",
    ]


@pytest.mark.parametrize(
    ("verdicts", "text"),
    (
        pytest.param(
            ALL, "6 verdicts on 3 hosts: 1 pass, 1 fail, 1 unknown, 2 unreachable, 1 not applicable", id="all"
        ),
        pytest.param(ALL[:1], "1 verdict on 1 host: 1 pass", id="one"),
        pytest.param((), "0 verdicts on 0 hosts: none", id="none"),
    ),
)
def test_counts(verdicts, text):
    assert count_line(verdicts) == text


@pytest.mark.parametrize(
    ("status", "text"),
    (
        (0, "exit status 0: everything that was asked complies"),
        (1, "exit status 1: something does not comply"),
        (2, "exit status 2: the run was interrupted: it is incomplete"),
        (5, "exit status 5: no test was selected: nothing was asked"),
        (6, "exit status 6: nothing that was seen fails, but not everything could be seen"),
        (99, "exit status 99: see above"),
    ),
)
def test_status(status, text):
    assert status_line(status, status_words(status, ALL[:1])) == text


@pytest.mark.parametrize(
    ("verdicts", "words"),
    (
        pytest.param(ALL, "there are findings, but none that --fail-on names", id="narrowed"),
        pytest.param(ALL[3:4], "nothing was found wrong, because nothing that was asked applies", id="all-moot"),
        pytest.param((), "no requirement was judged", id="own-tests-only"),
        pytest.param((ALL[0], WAIVED), "everything that was asked complies or is waived", id="waived"),
        pytest.param((ALL[3], WAIVED), "everything that was asked complies or is waived", id="waived-and-moot"),
        pytest.param((ALL[1], WAIVED), "there are findings, but none that --fail-on names", id="waived-and-narrowed"),
    ),
)
def test_status_0_is_not_called_better_than_it_is(verdicts, words):
    assert status_words(0, verdicts) == words


@pytest.mark.parametrize(
    ("verdicts", "words"),
    (
        pytest.param(
            ALL, "not everything could be seen, and there are findings that --fail-on does not name", id="it-fails"
        ),
        pytest.param(ALL[4:], "nothing that was seen fails, but not everything could be seen", id="unseen"),
    ),
)
def test_status_6_does_not_deny_a_failure_that_fail_on_leaves_out(verdicts, words):
    assert status_words(6, verdicts) == words


def planned(number, before, after, *, waits=False):
    return replace(verdict("be01", number, after), before=Before(before, "b"), waits=waits)


SAME = planned("01", Outcome.PASS, Outcome.PASS)
REPAIRED = planned("02", Outcome.FAIL, Outcome.PASS)
BROKEN = planned("03", Outcome.PASS, Outcome.FAIL)
HIDDEN = planned("04", Outcome.PASS, Outcome.UNKNOWN)
WAITS = planned("52", Outcome.PASS, Outcome.NOT_APPLICABLE, waits=True)
STAYS = planned("05", Outcome.FAIL, Outcome.FAIL)


@pytest.mark.parametrize(
    ("verdicts", "every", "lines"),
    (
        pytest.param((), False, [], id="none"),
        pytest.param(ALL, False, [], id="no-change"),
        pytest.param(
            (SAME, REPAIRED, BROKEN, HIDDEN, WAITS, STAYS),
            False,
            [
                "planned change, before -> after:",
                "fail -> pass            KB817379-02 be01",
                "pass -> fail            KB817379-03 be01  (worse)",
                "pass -> unknown         KB817379-04 be01  (worse)",
                "pass -> not applicable  KB817379-52 be01  (judged when the change is made)",
                "2 verdicts stay as they are",
            ],
            id="all-kinds",
        ),
        pytest.param(
            (SAME, STAYS),
            True,
            [
                "planned change, before -> after:",
                "pass -> pass  KB817379-01 be01",
                "fail -> fail  KB817379-05 be01",
            ],
            id="every",
        ),
        pytest.param((SAME,), False, ["planned change, before -> after:", "1 verdict stays as it is"], id="one-stays"),
        pytest.param(
            (REPAIRED,), False, ["planned change, before -> after:", "fail -> pass  KB817379-02 be01"], id="all-change"
        ),
    ),
)
def test_before_and_after(verdicts, every, lines):
    assert list(before_lines(verdicts, every=every)) == lines


@pytest.mark.parametrize(
    ("status", "verdicts", "regressions", "words"),
    (
        (0, (SAME, REPAIRED, WAITS), False, "with the planned change everything complies that can be judged before it is made"),
        (1, (SAME, STAYS), False, "with the planned change something does not comply"),
        (6, (SAME, HIDDEN), False, "with the planned change nothing that was seen fails, but not everything could be seen"),
        (0, (SAME, STAYS), False, "there are findings, but none that --fail-on names"),
        (0, (WAITS,), False, "nothing was found wrong, because nothing that was asked applies"),
        (2, (SAME,), False, "the run was interrupted: it is incomplete"),
        (0, (SAME,), True, "the planned change makes nothing worse"),
        (0, (STAYS,), True, "the planned change makes nothing worse; 1 finding remains"),
        (0, (SAME, STAYS, planned("06", Outcome.UNKNOWN, Outcome.UNKNOWN)), True, "the planned change makes nothing worse; 2 findings remain"),
        (1, (BROKEN,), True, "the planned change makes 1 verdict worse"),
        (1, (BROKEN, HIDDEN, STAYS), True, "the planned change makes 2 verdicts worse; 1 finding remains"),
        (6, (HIDDEN,), True, "the planned change makes 1 verdict worse"),
        (0, (HIDDEN,), True, "the planned change makes nothing worse that --fail-on names"),
        (6, (SAME,), True, "the planned change makes no verdict worse, but the run is incomplete, too little is known of a host to tell what the change does there, or a test without a verdict of before counts"),
        (1, (SAME, STAYS), True, "the planned change makes no verdict worse, but the run is incomplete, too little is known of a host to tell what the change does there, or a test without a verdict of before counts; 1 finding remains"),
        (2, (SAME,), True, "the run was interrupted: it is incomplete"),
        (0, (), True, "no requirement was judged"),
    ),
)  # fmt: skip
def test_exit_status_with_a_planned_change(status, verdicts, regressions, words):
    assert status_words(status, verdicts, only_regressions=regressions) == words


def test_what_is_in_order_has_a_line_where_everything_is_told():
    assert list(in_order_lines((*ALL, WAIVED))) == [
        "PASS           KB817379-01 high     be01: m",
        "NOT APPLICABLE KB817379-02 high     be01: m",
    ]


@pytest.mark.parametrize(
    ("hosts", "verdicts", "not_judged", "line"),
    (
        pytest.param(
            ("be01", "be02", "be03"),
            ALL,
            (),
            "coverage of 3 hosts: 1 complete, 1 partial (be02), 1 unreachable (be03)",
            id="each-kind",
        ),
        pytest.param(("be01",), ALL[:1], (), "coverage of 1 host: 1 complete", id="complete"),
        pytest.param(
            ("be01",), ALL[4:5], (), "coverage of 2 hosts: 0 complete, 1 partial (be02), 1 not asked (be01)", id="none"
        ),
        pytest.param(
            ("be01", "be02"),
            ALL[:1],
            (("be01", "KB817379-02"), ("be02", "KB817379-01")),
            "coverage of 2 hosts: 0 complete, 1 partial (be01), 1 not asked (be02)",
            id="stopped",
        ),
        pytest.param(
            tuple(f"be{number}" for number in range(1, 9)),
            (),
            (),
            "coverage of 8 hosts: 0 complete, 8 not asked (be1, be2, be3, be4, be5, 3 more)",
            id="many",
        ),
    ),
)
def test_coverage(hosts, verdicts, not_judged, line):
    assert coverage_line(dict.fromkeys(hosts, False), verdicts, not_judged) == line


def test_a_host_that_was_asked_and_not_judged_is_partial():
    stopped = [("be01", "KB817379-01"), ("be02", "KB817379-01")]
    line = coverage_line({"be01": True, "be02": False}, (), stopped)
    assert line == "coverage of 2 hosts: 0 complete, 1 partial (be01), 1 not asked (be02)"
