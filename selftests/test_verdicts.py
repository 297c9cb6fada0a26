"""Exit statuses, as a table."""

import json

import pytest

from exgate.verdicts import FAIL_ON, Before, Outcome, Remedy, Verdict, WaiverNote, exit_status

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


def test_a_run_that_stopped_early_never_complies():
    assert exit_status((PASS,), complete=False) == 6
    assert exit_status((PASS, FAIL), complete=False) == 1


def test_a_verdict_travels_as_plain_values():
    verdict = Verdict(
        requirement="KB817379-02",
        host="be01",
        role="back-end",
        severity="critical",
        outcome=FAIL,
        message="m",
        why="w",
        remedy=Remedy(symptoms="s", passage="p", fix="f", rollback="r", risk="k", references="KB"),
        waiver=WaiverNote(
            source="waivers.yml:12",
            reason="r",
            owner="o",
            approved_by="a",
            ticket="t",
            granted="2026-11-01",
            expires="2026-12-31",
            state="expired",
        ),
    )
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_a_verdict_of_before_there_were_waivers_is_taken():
    verdict = Verdict(
        requirement="KB817379-02", host="be01", role="back-end", severity="high", outcome=PASS, message="m", why="w"
    )
    data = verdict.to_json()
    del data["waiver"]
    assert Verdict.from_json(data) == verdict


WORSE = {
    *((good, bad) for good in (PASS, WAIVED, MOOT) for bad in (FAIL, UNKNOWN, UNREACHABLE)),
    *((unseen, FAIL) for unseen in (UNKNOWN, UNREACHABLE)),
    *((better, WAIVED) for better in (PASS, MOOT, UNKNOWN, UNREACHABLE)),
}


@pytest.mark.parametrize("after", Outcome)
@pytest.mark.parametrize("before", Outcome)
def test_what_gets_worse(before, after):
    verdict = planned(after, Before(before, "m"))
    assert verdict.gets_worse is ((before, after) in WORSE)


@pytest.mark.parametrize("after", Outcome)
def test_without_a_verdict_of_before_nothing_gets_worse(after):
    assert not planned(after, None).gets_worse


def planned(outcome, before):
    return Verdict(
        requirement="KB817379-02",
        host="be01",
        role="back-end",
        severity="critical",
        outcome=outcome,
        message="m",
        why="w",
        before=before,
        waits=outcome is MOOT,
    )


@pytest.mark.parametrize("before", (None, Before(FAIL, "m")))
def test_what_it_was_before_travels_too(before):
    verdict = planned(MOOT, before)
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict
