"""Which waiver covers what, and which counts."""

from datetime import date

import pytest

from exgate.inventory.patterns import Names
from exgate.waivers import Ledger

from .conftest import NOW, waiver

HOSTS = ("be01", "be02", "be07", "fe01")
GROUPS = {
    "all": HOSTS,
    "backends": ("be01", "be02", "be07"),
    "prague": ("be02", "be07", "fe01"),
    "empty": (),
}
NAMES = Names(HOSTS, GROUPS)


def ledger(*waivers):
    return Ledger(waivers, NAMES, NOW)


@pytest.mark.parametrize(
    ("pattern", "hosts", "problem"),
    (
        pytest.param("be01", {"be01"}, "", id="host"),
        pytest.param("be01, be02", {"be01", "be02"}, "", id="list"),
        pytest.param("backends", {"be01", "be02", "be07"}, "", id="group"),
        pytest.param("prague:&backends:!be07", {"be02"}, "", id="all-signs"),
        pytest.param("~be0[12]", {"be01", "be02"}, "", id="regular-expression"),
        pytest.param("all", set(HOSTS), "", id="all"),
        pytest.param(
            "be08",
            set(),
            '"be08" is neither a host nor a group; did you mean be07 or be02 or be01? groups: all, backends, empty, prague',
            id="near-a-host",
        ),
        pytest.param(
            "be01,gone",
            set(),
            '"gone" is neither a host nor a group; groups: all, backends, empty, prague',
            id="one-of-two-is-gone",
        ),
        pytest.param(
            "backends:!be77",
            set(),
            '"be77" is neither a host nor a group; did you mean be07? groups: all, backends, empty, prague',
            id="a-typing-error-must-not-widen-it",
        ),
        pytest.param("empty", set(), "group empty has no hosts", id="empty-group"),
        pytest.param(
            "be0[", set(), 'the host pattern "be0[" has a square bracket without its counterpart', id="bracket"
        ),
        pytest.param("be*:!backends", set(), 'the host pattern "be*:!backends" matches no host', id="nothing-left"),
        pytest.param(
            "~be(",
            set(),
            '"~be(" is not a regular expression: missing ), unterminated subpattern at position 2',
            id="bad-expression",
        ),
    ),
)
def test_hosts(pattern, hosts, problem):
    (cover,) = ledger(waiver(hosts=pattern)).covers
    assert (set(cover.hosts), cover.problem) == (hosts, problem)


@pytest.mark.parametrize(
    ("host", "requirement", "is_covered"),
    (
        ("be01", "KB817379-02", True),
        ("be01", "KB817379-15", True),
        ("be01", "KB817379-03", False),
        ("be01", "KB817379-2", False),
        ("be02", "KB817379-02", False),
        ("BE01", "KB817379-02", False),
    ),
)
def test_host_and_requirement_must_both_be_named(host, requirement, is_covered):
    one = waiver(requirements=("KB817379-02", "KB817379-15"))
    assert (ledger(one).covering(host, requirement) is one) == is_covered


EXPIRED = waiver(source="waivers.yml:10", expires=date(2026, 11, 19))
LONG_EXPIRED = waiver(source="waivers.yml:20", expires=date(2026, 11, 2))
SHORT = waiver(source="waivers.yml:30", expires=date(2026, 11, 20))
LONG = waiver(source="waivers.yml:40", hosts="all", expires=date(2027, 11, 1))
TWIN = waiver(source="waivers.yml:50", hosts="backends", expires=date(2027, 11, 1))


@pytest.mark.parametrize(
    ("waivers", "counts"),
    (
        pytest.param((EXPIRED,), EXPIRED, id="expired-alone"),
        pytest.param((LONG_EXPIRED, EXPIRED), EXPIRED, id="the-later-of-two-that-have-expired"),
        pytest.param((EXPIRED, SHORT), SHORT, id="valid-before-expired"),
        pytest.param((SHORT, LONG, EXPIRED), LONG, id="the-one-that-expires-last"),
        pytest.param((LONG, SHORT), LONG, id="whatever-the-order"),
        pytest.param((TWIN, LONG), TWIN, id="the-first-of-equals"),
        pytest.param((LONG, TWIN), LONG, id="the-first-of-equals-again"),
        pytest.param((), None, id="none"),
    ),
)
def test_which_counts(waivers, counts):
    assert ledger(*waivers).covering("be01", "KB817379-02") is counts
