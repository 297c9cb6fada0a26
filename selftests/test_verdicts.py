"""Exit statuses, as a table."""

import pytest

from exgate.verdicts import FAIL_ON, Outcome, Verdict, exit_status

PASS, FAIL, UNKNOWN, UNREACHABLE, WAIVED, MOOT = Outcome


@pytest.mark.parametrize(
    ("outcomes", "fail_on", "status"),
    (
        pytest.param((PASS, MOOT, WAIVED), FAIL_ON, 0, id="all-comply"),
        pytest.param((PASS, FAIL), FAIL_ON, 1, id="one-fails"),
        pytest.param((FAIL, UNKNOWN, UNREACHABLE), FAIL_ON, 1, id="a-failure-weighs-more"),
        pytest.param((PASS, UNKNOWN), FAIL_ON, 6, id="unknown"),
        pytest.param((PASS, UNREACHABLE), FAIL_ON, 6, id="unreachable"),
        pytest.param((FAIL, UNKNOWN), frozenset({UNKNOWN}), 6, id="narrowed"),
        pytest.param((FAIL,), frozenset({UNKNOWN}), 0, id="narrowed-away"),
        pytest.param((PASS, WAIVED), FAIL_ON | {WAIVED}, 1, id="widened"),
        pytest.param((), FAIL_ON, 0, id="none"),
    ),
)
def test_exit_status(outcomes, fail_on, status):
    assert exit_status(outcomes, fail_on) == status


def test_a_verdict_travels_as_plain_values():
    verdict = Verdict(
        requirement="KB817379-02", host="be01", role="back-end", severity="critical", outcome=FAIL, message="m", why="w"
    )
    assert Verdict.from_json(verdict.to_json()) == verdict
    assert {type(value) for value in verdict.to_json().values()} == {str}
