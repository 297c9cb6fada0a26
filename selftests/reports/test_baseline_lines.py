"""The comparison with an earlier run, in lines."""

import pytest

from exgate.reports.baseline import Baseline
from exgate.reports.baseline_lines import counts_as_new, detail_line, heading, lines, only_new_words
from exgate.reports.results import Drift, DriftKind
from exgate.verdicts import Outcome

from .made import TUESDAY, record, results, verdict

PASS, FAIL, UNKNOWN, UNREACHABLE, WAIVED, MOOT = Outcome
HEADING = "compared with old.json: the run of 2026-11-16 08:00:05 UTC"


def compared(*table, **changes):
    """Compare verdicts: host, number, the outcome before (None for none) and the one now (None for none)."""
    old = [verdict(host, number, before) for host, number, before, _ in table if before]
    baseline = Baseline("old.json", results(*map(record, old), **changes))
    new = [verdict(host, number, now) for host, number, _, now in table if now]
    return baseline, [(each, baseline.changed(each, TUESDAY)) for each in new]


def section(baseline, pairs, inventory=("be01", "be02", "dead01"), drift=()):
    new = [each for each, _ in pairs]
    return list(lines(baseline, pairs, baseline.gone(inventory), baseline.not_judged(new, inventory), drift))


@pytest.mark.parametrize(
    ("table", "expected"),
    (
        pytest.param([], ["changes: none, nothing was judged"], id="nothing"),
        pytest.param([("be01", "02", PASS, PASS)], ["changes: 1 unchanged"], id="unchanged"),
        pytest.param(
            [("be01", "02", PASS, FAIL)], ["NEW         KB817379-02 be01: pass -> fail", "changes: 1 new"], id="new"
        ),
        pytest.param(
            [("be01", "02", None, FAIL), ("be01", "03", None, PASS)],
            ["NEW         KB817379-02 be01: not judged before -> fail", "changes: 2 not judged before"],
            id="not-judged-before",
        ),
        pytest.param(
            [("be01", "02", FAIL, FAIL)],
            ["STILL since 2026-11-16 KB817379-02 be01: fail", "changes: 1 still failing"],
            id="still-failing",
        ),
        pytest.param(
            [("be01", "02", UNREACHABLE, UNKNOWN)],
            ["STILL since 2026-11-16 KB817379-02 be01: unreachable -> unknown", "changes: 1 still unknown"],
            id="still-unknown",
        ),
        pytest.param(
            [("be01", "02", FAIL, WAIVED)],
            ["FIXED       KB817379-02 be01: fail -> waived", "changes: 1 fixed"],
            id="fixed-says-what-it-is-now",
        ),
        pytest.param(
            [("be01", "02", PASS, UNKNOWN)],
            ["UNSEEN      KB817379-02 be01: pass -> unknown", "changes: 1 newly unknown"],
            id="unseen",
        ),
        pytest.param(
            [("be01", "02", PASS, MOOT)],
            ["OTHER       KB817379-02 be01: pass -> not applicable", "changes: 1 other verdict"],
            id="other",
        ),
        pytest.param(
            [
                ("dead01", "01", PASS, UNREACHABLE),
                ("dead01", "02", FAIL, UNREACHABLE),
                ("dead01", "03", PASS, UNREACHABLE),
            ],
            ["UNSEEN      dead01: 2 pass, 1 fail -> unreachable", "changes: 3 newly unknown"],
            id="a-dead-host-has-one-line",
        ),
        pytest.param(
            [("dead01", "01", UNREACHABLE, UNREACHABLE), ("dead01", "02", UNREACHABLE, UNREACHABLE)],
            ["STILL since 2026-11-16 dead01: 2 unreachable -> unreachable", "changes: 2 still unknown"],
            id="a-host-that-stays-dead",
        ),
        pytest.param(
            [
                ("be01", "02", FAIL, PASS),
                ("be01", "03", FAIL, PASS),
                ("be01", "04", PASS, FAIL),
                ("be02", "02", PASS, UNKNOWN),
            ],
            [
                "NEW         KB817379-04 be01: pass -> fail",
                "UNSEEN      KB817379-02 be02: pass -> unknown",
                "FIXED       be01: fail -> pass (2 verdicts: KB817379-02, 03)",
                "changes: 1 new, 1 newly unknown, 2 fixed",
            ],
            id="what-is-new-comes-first-and-alike-ones-have-one-line",
        ),
        pytest.param(
            [("gone01", "02", FAIL, None)],
            ["GONE        gone01: the inventory no longer has it", "changes: none, nothing was judged"],
            id="gone",
        ),
        pytest.param(
            [("be01", "02", FAIL, None), ("be01", "03", PASS, None), ("be02", "02", PASS, PASS)],
            ["changes: 1 unchanged", "not judged in this run: 1 finding of the baseline on 1 host"],
            id="a-finding-that-was-not-judged-again",
        ),
        pytest.param(
            [("be01", "02", FAIL, None), ("be02", "02", UNKNOWN, None)],
            ["changes: none, nothing was judged", "not judged in this run: 2 findings of the baseline on 2 hosts"],
            id="two-of-them",
        ),
    ),
)
def test_section(table, expected):
    assert section(*compared(*table)) == [HEADING, *expected]


def test_drift_comes_last():
    drift = [Drift(host="be01", kind=DriftKind.CHANGED, name="a", old="1", new="2")]
    assert section(*compared(), drift=drift)[-1] == "changed: be01: a: 1 -> 2"


def test_a_baseline_that_is_not_complete_says_so():
    baseline, _ = compared(complete=False)
    assert heading(baseline) == (f"{HEADING}; warning: it stopped early, so that not everything was judged in it")


def test_hostile_names_stay_on_one_line():
    (_, new, *_) = section(*compared(("be\x1b[2J\n\u202e", "<b>", PASS, FAIL)), inventory=())
    assert new == "NEW         KB817379-<b> be\ufffd[2J \ufffd: pass -> fail"


@pytest.mark.parametrize(
    ("before", "now", "line"),
    (
        (PASS, FAIL, "Since the baseline: new (before: pass)"),
        (FAIL, FAIL, "Since the baseline: still failing, since 2026-11-16 08:00:00 UTC (before: fail)"),
        (None, FAIL, "Since the baseline: not judged before"),
        (PASS, PASS, "Since the baseline: unchanged (before: pass)"),
    ),
)
def test_detail(before, now, line):
    _, [(_, changed)] = compared(("be01", "02", before, now))
    assert detail_line(changed) == line


@pytest.mark.parametrize(
    ("before", "now", "counts"),
    (
        (PASS, FAIL, True),
        (None, FAIL, True),
        (PASS, UNKNOWN, True),
        (UNKNOWN, FAIL, True),
        (FAIL, UNREACHABLE, True),
        (PASS, WAIVED, True),
        (FAIL, FAIL, False),
        (UNREACHABLE, UNKNOWN, False),
        (PASS, PASS, False),
    ),
)
def test_what_counts_as_new(before, now, counts):
    _, [(_, changed)] = compared(("be01", "02", before, now))
    assert counts_as_new(changed) is counts


@pytest.mark.parametrize(
    ("status", "table", "words"),
    (
        pytest.param(0, [(PASS, PASS)], "everything that was asked complies", id="nothing-found"),
        pytest.param(0, [(FAIL, PASS)], "everything that was asked complies", id="all-fixed"),
        pytest.param(0, [(FAIL, FAIL)], "nothing new; 1 known finding remains", id="one-known"),
        pytest.param(
            0, [(FAIL, FAIL), (UNKNOWN, UNREACHABLE), (PASS, PASS)], "nothing new; 2 known findings remain", id="known"
        ),
        pytest.param(
            0, [(FAIL, FAIL), (PASS, UNKNOWN)], "nothing new that --fail-on names; 2 findings remain", id="narrowed"
        ),
        pytest.param(0, [(PASS, UNKNOWN)], "nothing new that --fail-on names; 1 finding remains", id="narrowed-to-one"),
        pytest.param(
            1, [(PASS, FAIL), (FAIL, FAIL)], "something new does not comply; 1 known finding remains", id="new"
        ),
        pytest.param(1, [(FAIL, FAIL)], "a test of your own fails; 1 known finding remains", id="an-own-test"),
        pytest.param(
            6,
            [(PASS, UNKNOWN), (FAIL, FAIL)],
            "nothing new that was seen fails, but something new could not be seen; 1 known finding remains",
            id="unseen",
        ),
        pytest.param(
            6, [(PASS, PASS)], "nothing new, but the run is incomplete; 0 known findings remain", id="stopped"
        ),
        pytest.param(2, [(FAIL, FAIL)], "the run was interrupted: it is incomplete", id="interrupted"),
    ),
)
def test_exit_words_where_only_new_findings_count(status, table, words):
    _, pairs = compared(*((f"be0{place}", "02", *pair) for place, pair in enumerate(table)))
    assert only_new_words(status, pairs) == words
