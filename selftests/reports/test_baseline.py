"""What became of verdicts since an earlier run."""

from itertools import product

import pytest

from exgate.reports.baseline import Baseline, Changed
from exgate.reports.results import Change
from exgate.verdicts import NO_FINDING, Outcome

from .made import MONDAY, TUESDAY, WEDNESDAY, host, record, results, verdict

PASS, FAIL, UNKNOWN, UNREACHABLE, WAIVED, MOOT = Outcome
TRANSITIONS = {
    (PASS, PASS): "unchanged",
    (PASS, FAIL): "new",
    (PASS, UNKNOWN): "newly unknown",
    (PASS, UNREACHABLE): "newly unknown",
    (PASS, WAIVED): "other verdict",
    (PASS, MOOT): "other verdict",
    (FAIL, PASS): "fixed",
    (FAIL, FAIL): "still failing",
    (FAIL, UNKNOWN): "newly unknown",
    (FAIL, UNREACHABLE): "newly unknown",
    (FAIL, WAIVED): "fixed",
    (FAIL, MOOT): "fixed",
    (UNKNOWN, PASS): "fixed",
    (UNKNOWN, FAIL): "new",
    (UNKNOWN, UNKNOWN): "still unknown",
    (UNKNOWN, UNREACHABLE): "still unknown",
    (UNKNOWN, WAIVED): "fixed",
    (UNKNOWN, MOOT): "fixed",
    (UNREACHABLE, PASS): "fixed",
    (UNREACHABLE, FAIL): "new",
    (UNREACHABLE, UNKNOWN): "still unknown",
    (UNREACHABLE, UNREACHABLE): "still unknown",
    (UNREACHABLE, WAIVED): "fixed",
    (UNREACHABLE, MOOT): "fixed",
    (WAIVED, PASS): "other verdict",
    (WAIVED, FAIL): "new",
    (WAIVED, UNKNOWN): "newly unknown",
    (WAIVED, UNREACHABLE): "newly unknown",
    (WAIVED, WAIVED): "unchanged",
    (WAIVED, MOOT): "other verdict",
    (MOOT, PASS): "other verdict",
    (MOOT, FAIL): "new",
    (MOOT, UNKNOWN): "newly unknown",
    (MOOT, UNREACHABLE): "newly unknown",
    (MOOT, WAIVED): "other verdict",
    (MOOT, MOOT): "unchanged",
}


def baseline(*verdicts, **changes):
    return Baseline("old.json", results(*map(record, verdicts), **changes))


def test_every_pair_of_verdicts_has_a_row():
    assert set(TRANSITIONS) == set(product(Outcome, repeat=2))


@pytest.mark.parametrize(("pair", "change"), TRANSITIONS.items(), ids=lambda each: " to ".join(each) if isinstance(each, tuple) else "")  # fmt: skip
def test_change(pair, change):
    before, now = pair
    changed = baseline(verdict(outcome=before)).changed(verdict(outcome=now), TUESDAY)
    since = {"still failing": MONDAY, "still unknown": MONDAY}.get(change, None if now in NO_FINDING else TUESDAY)
    assert changed == Changed(change=Change(change), before=before, since=since)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize(
    "now", (pytest.param({"host": "be02"}, id="host"), pytest.param({"number": "03"}, id="requirement"))
)
def test_what_the_baseline_does_not_have_was_not_judged_before(outcome, now):
    changed = baseline(verdict()).changed(verdict(outcome=outcome, **now), TUESDAY)
    since = None if outcome in NO_FINDING else TUESDAY
    assert changed == Changed(change=Change.NOT_JUDGED_BEFORE, before=None, since=since)


@pytest.mark.parametrize(
    ("outcomes", "changes", "since"),
    (
        pytest.param((FAIL, FAIL, FAIL), ("still failing", "still failing"), MONDAY, id="one-chain"),
        pytest.param((FAIL, PASS, FAIL), ("fixed", "new"), WEDNESDAY, id="it-came-back"),
        pytest.param((PASS, FAIL, FAIL), ("new", "still failing"), TUESDAY, id="from-the-second-run-on"),
        pytest.param((FAIL, UNKNOWN, FAIL), ("newly unknown", "new"), WEDNESDAY, id="not-seen-in-between"),
        pytest.param((UNKNOWN, UNREACHABLE, UNKNOWN), ("still unknown", "still unknown"), MONDAY, id="unseen"),
        pytest.param((FAIL, WAIVED, FAIL), ("fixed", "new"), WEDNESDAY, id="a-waiver-ran-out"),
        pytest.param((FAIL, FAIL, PASS), ("still failing", "fixed"), None, id="fixed"),
    ),
)
def test_a_date_is_handed_on_over_three_runs(outcomes, changes, since):
    first, second, third = (verdict(outcome=outcome) for outcome in outcomes)
    one = Baseline("1.json", results(record(first)))
    between = one.changed(second, TUESDAY)
    two = Baseline("2.json", results(record(second, between.since, between.change), started=TUESDAY))
    last = two.changed(third, WEDNESDAY)
    assert ((between.change, last.change), last.since) == (changes, since)


def test_a_baseline_without_a_date_gives_its_own():
    old = Baseline("old.json", results(record(verdict(), since=None)))
    assert old.changed(verdict(), TUESDAY).since == MONDAY


@pytest.mark.parametrize(
    ("inventory", "gone"),
    (
        pytest.param({"be01", "be02"}, (), id="all-there-though-not-selected"),
        pytest.param({"be01", "be03"}, ("be02",), id="gone"),
        pytest.param(set(), ("be01", "be02"), id="all-gone"),
    ),
)
def test_gone_is_what_the_inventory_no_longer_has(inventory, gone):
    assert baseline(verdict("be01"), verdict("be02")).gone(inventory) == gone


def test_findings_that_were_not_judged_again_are_not_forgotten():
    old = baseline(
        verdict("be01"), verdict("be01", "03"), verdict("be02"), verdict("gone"), verdict("be01", "04", PASS)
    )
    left = old.not_judged([verdict("be01")], {"be01", "be02"})
    assert [(each.host, each.requirement) for each in left] == [("be01", "KB817379-03"), ("be02", "KB817379-02")]


@pytest.mark.parametrize(
    ("before", "now", "number"),
    (
        pytest.param(host("be01", ()), host("be01"), 1, id="both-seen"),
        pytest.param(host("be01", seen=False), host("be01"), 0, id="not-seen-before"),
        pytest.param(host("be01"), host("be01", seen=False), 0, id="not-seen-now"),
        pytest.param(host("be02"), host("be01"), 0, id="another-host"),
    ),
)
def test_facts_are_compared_of_hosts_that_both_runs_have_seen(before, now, number):
    assert len(baseline(hosts=(before,)).drift([now])) == number
