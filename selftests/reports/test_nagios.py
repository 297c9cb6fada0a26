"""A run as a monitoring plugin's output."""

import re
from dataclasses import replace

import pytest

from exgate.reports.nagios import ALL_LINES, FIRST_LINE, State, Watched, output
from exgate.verdicts import Outcome

from .made import verdict

PASS = verdict(outcome=Outcome.PASS)
FAIL = verdict()
CRITICAL = replace(verdict("be02", "15"), severity="critical")
UNKNOWN = verdict("be03", "03", Outcome.UNKNOWN)
DEAD = tuple(verdict("be04", each, Outcome.UNREACHABLE) for each in ("01", "02"))
WAIVED = verdict(outcome=Outcome.WAIVED)
MOOT = verdict(outcome=Outcome.NOT_APPLICABLE)
LABELS = ["fail", "unknown", "unreachable", "waived", "pass", "not_applicable", "not_judged", "hosts", "time"]


def text_of(watched):
    """Give the first line without its performance data."""
    return output(watched).splitlines()[0].partition(" | ")[0]


@pytest.mark.parametrize(
    ("status", "verdicts", "more", "state", "text"),
    (
        pytest.param(0, (PASS, MOOT), {}, State.OK, "1 pass, 1 not applicable on 1 host", id="ok"),
        pytest.param(0, (PASS, WAIVED), {}, State.OK, "1 waived, 1 pass on 1 host", id="waived"),
        pytest.param(1, (PASS, FAIL), {}, State.CRITICAL, "1 fail, 1 pass on 1 host: be01 KB817379-02", id="fail"),
        pytest.param(
            1,
            (FAIL, *DEAD, UNKNOWN, CRITICAL),
            {},
            State.CRITICAL,
            "2 fail, 1 unknown, 2 unreachable on 4 hosts: be02 KB817379-15; be01 KB817379-02; "
            "be03 KB817379-03 unknown; be04 unreachable",
            id="the-worst-host-first",
        ),
        pytest.param(
            1,
            (FAIL, verdict("be01", "15"), verdict("be01", "03", Outcome.UNKNOWN)),
            {"not_judged": 5},
            State.CRITICAL,
            "2 fail, 1 unknown on 1 host, incomplete: 5 not judged: be01 KB817379-02, 15, KB817379-03 unknown",
            id="a-failure-weighs-more-than-an-early-end",
        ),
        pytest.param(
            6,
            (PASS, UNKNOWN),
            {},
            State.UNKNOWN,
            "1 unknown, 1 pass on 2 hosts: be03 KB817379-03 unknown",
            id="unknown",
        ),
        pytest.param(6, DEAD, {}, State.UNKNOWN, "2 unreachable on 1 host: be04 unreachable", id="unreachable"),
        pytest.param(
            6, (PASS,), {"not_judged": 3}, State.UNKNOWN, "1 pass on 1 host, incomplete: 3 not judged", id="incomplete"
        ),
        pytest.param(
            0, (PASS,), {"not_judged": 3}, State.UNKNOWN, "1 pass on 1 host, incomplete: 3 not judged", id="never-ok"
        ),
        pytest.param(
            2,
            (PASS, FAIL),
            {"not_judged": 3},
            State.UNKNOWN,
            "1 fail, 1 pass on 1 host, incomplete: 3 not judged, the run was interrupted: it is incomplete: "
            "be01 KB817379-02",
            id="interrupted",
        ),
        pytest.param(
            2,
            (),
            {"trouble": "tests that cannot be collected: tests/x.py"},
            State.UNKNOWN,
            "no requirement was judged, tests that cannot be collected: tests/x.py",
            id="broken-tests",
        ),
        pytest.param(
            3,
            (PASS,),
            {"trouble": "r.json: no report can be written there: No space left on device"},
            State.UNKNOWN,
            "1 pass on 1 host, r.json: no report can be written there: No space left on device",
            id="no-results",
        ),
        pytest.param(
            3, (PASS,), {}, State.UNKNOWN, "1 pass on 1 host, an internal error: it is incomplete", id="internal-error"
        ),
        pytest.param(
            4,
            (),
            {"refused": 'hosts.yml: "x" is neither a host nor a group'},
            State.UNKNOWN,
            'hosts.yml: "x" is neither a host nor a group',
            id="usage",
        ),
        pytest.param(
            1, (FAIL,), {"refused": "internal error: OSError"}, State.UNKNOWN, "internal error: OSError", id="a-crash"
        ),
        pytest.param(
            5,
            (),
            {},
            State.UNKNOWN,
            "no requirement was judged, no test was selected: nothing was asked",
            id="nothing-selected",
        ),
        pytest.param(0, (), {}, State.UNKNOWN, "no requirement was judged", id="nothing-judged"),
        pytest.param(
            0,
            (MOOT,),
            {},
            State.UNKNOWN,
            "1 not applicable on 1 host, nothing that was asked applies",
            id="nothing-applies",
        ),
        pytest.param(
            0, (), {"own_passed": 2}, State.OK, "no requirement was judged, 2 of your own tests passed", id="own-tests"
        ),
        pytest.param(
            1,
            (PASS,),
            {"own_failed": 1},
            State.CRITICAL,
            "1 pass on 1 host, 1 of your own tests failed",
            id="an-own-test-fails",
        ),
        pytest.param(
            0,
            (PASS, UNKNOWN),
            {},
            State.WARNING,
            "1 unknown, 1 pass on 2 hosts, the findings do not count for the exit status: be03 KB817379-03 unknown",
            id="fail-on-leaves-it-out",
        ),
        pytest.param(99, (PASS,), {}, State.UNKNOWN, "1 pass on 1 host, exit status 99", id="another-status"),
    ),
)
def test_states(status, verdicts, more, state, text):
    watched = Watched(status=status, verdicts=verdicts, **more)
    assert watched.state is state
    assert text_of(watched) == f"TESTINFRA {state.name} - {text}"


def test_the_exit_statuses_are_the_guidelines():
    assert [(state.name, state.value) for state in State] == [
        ("OK", 0),
        ("WARNING", 1),
        ("CRITICAL", 2),
        ("UNKNOWN", 3),
    ]


def test_performance_data():
    watched = Watched(status=1, verdicts=(PASS, FAIL, UNKNOWN, *DEAD, WAIVED, MOOT), not_judged=4, seconds=1.239)
    assert output(watched).splitlines()[0].partition(" | ")[2] == (
        "fail=1;;;0 unknown=1;;;0 unreachable=2;;;0 waived=1;;;0 pass=1;;;0 not_applicable=1;;;0 not_judged=4;;;0 "
        "hosts=3;;;0 time=1.24s;;;0"
    )


@pytest.mark.parametrize(
    "watched", (Watched(status=4, refused="no"), Watched(status=5), Watched(status=0, own_passed=1))
)
def test_what_was_not_counted_has_no_performance_data(watched):
    assert "|" not in output(watched)


def test_each_finding_has_a_line_of_its_own_below():
    assert output(Watched(status=1, verdicts=(PASS, FAIL, *DEAD))).splitlines()[1:] == [
        "FAIL        KB817379-02 high     be01: m",
        "UNREACHABLE be04: m (2 verdicts)",
    ]


HOSTILE = "x|fail=0;;;0\nTESTINFRA OK - \r\n\x1b[2J\u202e\u2028y\ud800|"


@pytest.mark.parametrize(
    "watched",
    (
        pytest.param(Watched(status=1, verdicts=(replace(FAIL, message=HOSTILE),)), id="message"),
        pytest.param(Watched(status=1, verdicts=(replace(FAIL, host=HOSTILE, message=HOSTILE),)), id="host"),
        pytest.param(Watched(status=6, verdicts=(replace(UNKNOWN, requirement=HOSTILE),)), id="own-test"),
        pytest.param(Watched(status=4, refused=HOSTILE), id="refused"),
        pytest.param(Watched(status=3, verdicts=(PASS,), trouble=HOSTILE), id="trouble"),
    ),
)
def test_hostile_values_add_neither_lines_nor_performance_data(watched):
    lines = output(watched).split("\n")
    assert lines.pop() == ""
    assert len(lines) == 1 + bool(watched.verdicts and not watched.trouble)
    assert "\n".join(lines).count("|") == bool(watched.verdicts)
    assert all(line.isprintable() for line in lines)
    if watched.verdicts:
        pairs = [pair.partition("=") for pair in lines[0].rpartition(" | ")[2].split(" ")]
        assert [label for label, _, _ in pairs] == LABELS
        assert all(re.fullmatch(r"[0-9.]+s?;;;0", value) for _, _, value in pairs)


def test_the_output_is_bounded():
    many = tuple(verdict(f"büro-{number:05}", outcome=Outcome.FAIL) for number in range(10_000))
    text = output(Watched(status=1, verdicts=many))
    first = text.splitlines()[0]
    assert len(first.encode()) <= FIRST_LINE
    assert first.partition(" | ")[0].endswith("...")
    assert first.endswith("time=0.00s;;;0")
    assert ALL_LINES - 100 < len(text.encode()) <= ALL_LINES


def test_a_long_refusal_is_cut():
    (line,) = output(Watched(status=4, refused="é" * 10_000)).splitlines()
    assert FIRST_LINE - 2 <= len(line.encode()) <= FIRST_LINE
    assert line.endswith("é...")
