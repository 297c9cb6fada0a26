"""What a run tells of its waivers."""

import json
from datetime import date

import pytest

from exgate.inventory.patterns import Names
from exgate.waivers import Judged, Ledger, NoticeKind, notices

from .conftest import NOW, waiver
from .test_ledger import LONG, SHORT, TWIN, ledger

PAIR = ("be01", "KB817379-02")
ON_ALL = [(host, "KB817379-02") for host in ("be01", "be02", "be07", "fe01")]
SOON = waiver(expires=date(2026, 11, 29))
EXPIRED = waiver(expires=date(2026, 11, 1))
TWO = ("KB817379-02", "KB817379-15")
OWNER = "(jane.doe@example.com)"


def told(waivers, *selected, **judged):
    found = Judged(selected=frozenset(selected), **{name: frozenset(pairs) for name, pairs in judged.items()})
    return [str(notice) for notice in notices(ledger(*waivers), found)]


@pytest.mark.parametrize(
    ("waivers", "selected", "judged", "lines"),
    (
        pytest.param((waiver(),), [PAIR], {}, [], id="waived"),
        pytest.param(
            (SOON,),
            [PAIR],
            {},
            [f"waivers.yml:2: expires in 9 days: KB817379-02 on be01 {OWNER}"],
            id="about-to-expire",
        ),
        pytest.param(
            (waiver(expires=date(2026, 11, 21)),),
            [PAIR],
            {},
            [f"waivers.yml:2: expires in 1 day: KB817379-02 on be01 {OWNER}"],
            id="tomorrow",
        ),
        pytest.param(
            (waiver(expires=date(2026, 11, 20)),),
            [PAIR],
            {},
            [f"waivers.yml:2: expires today: KB817379-02 on be01 {OWNER}"],
            id="today",
        ),
        pytest.param((SOON,), [], {}, [], id="about-to-expire-and-not-selected"),
        pytest.param(
            (SOON,),
            [PAIR],
            {"moot": [PAIR]},
            [f"waivers.yml:2: unused: KB817379-02 does not apply to be01 {OWNER}"],
            id="about-to-expire-and-does-not-apply",
        ),
        pytest.param(
            (EXPIRED,),
            [PAIR],
            {"failing": [PAIR]},
            [f"waivers.yml:2: expired on 2026-11-01, so the failure counts: KB817379-02 on be01 {OWNER}"],
            id="expired",
        ),
        pytest.param(
            (EXPIRED,),
            [PAIR],
            {},
            [f"waivers.yml:2: expired on 2026-11-01: KB817379-02 on be01 {OWNER}"],
            id="expired-and-not-seen",
        ),
        pytest.param(
            (EXPIRED,),
            [PAIR],
            {"complying": [PAIR]},
            [f"waivers.yml:2: is not needed any more: KB817379-02 complies on be01 {OWNER}"],
            id="expired-and-complies",
        ),
        pytest.param((EXPIRED,), [], {}, [], id="expired-and-not-selected"),
        pytest.param(
            (waiver(),),
            [PAIR],
            {"complying": [PAIR]},
            [f"waivers.yml:2: is not needed any more: KB817379-02 complies on be01 {OWNER}"],
            id="complies",
        ),
        pytest.param(
            (SOON,),
            [PAIR],
            {"complying": [PAIR]},
            [f"waivers.yml:2: is not needed any more: KB817379-02 complies on be01 {OWNER}"],
            id="complies-and-need-not-be-renewed",
        ),
        pytest.param(
            (waiver(hosts="all", requirements=TWO),),
            [*ON_ALL, *((host, "KB817379-15") for host, _ in ON_ALL)],
            {"complying": [*ON_ALL[1:3], *((host, "KB817379-15") for host, _ in ON_ALL[1:3])], "moot": ON_ALL[3:]},
            [f"waivers.yml:2: is not needed any more: KB817379-02, KB817379-15 comply on be02, be07 {OWNER}"],
            id="needed-on-some-hosts-only",
        ),
        pytest.param(
            (waiver(hosts="backends", requirements=TWO),),
            ON_ALL,
            {"complying": ON_ALL[:1]},
            [f"waivers.yml:2: is not needed any more: KB817379-02 complies on be01 {OWNER}"],
            id="one-of-two-requirements-not-selected",
        ),
        pytest.param(
            (waiver(hosts="gone"),),
            [],
            {},
            [
                (
                    'waivers.yml:2: unused: "gone" is neither a host nor a group; groups: all, backends, empty, prague '
                    f"{OWNER}"
                )
            ],
            id="no-host",
        ),
        pytest.param(
            (waiver(hosts="be01,fe01", requirements=TWO),),
            [(host, each) for host in ("be01", "fe01") for each in TWO],
            {"moot": [(host, each) for host in ("be01", "fe01") for each in TWO]},
            [f"waivers.yml:2: unused: KB817379-02, KB817379-15 do not apply to be01, fe01 {OWNER}"],
            id="nothing-applies",
        ),
        pytest.param(
            (waiver(hosts="be01,fe01"),), [PAIR], {"moot": [PAIR]}, [], id="nothing-applies-of-what-was-selected"
        ),
        pytest.param(
            (waiver(hosts="be01,fe01"),),
            [PAIR, ("fe01", "KB817379-02")],
            {"moot": [PAIR]},
            [],
            id="one-of-two-does-not-apply",
        ),
        pytest.param(
            (SHORT, LONG),
            [PAIR],
            {},
            [
                (
                    "waivers.yml:30: waivers.yml:40 counts instead, for it expires later (2027-11-01): KB817379-02 on be01 "
                    f"{OWNER}"
                )
            ],
            id="two-cover-the-same",
        ),
        pytest.param(
            (LONG, TWIN),
            ON_ALL,
            {},
            [
                (
                    "waivers.yml:50: waivers.yml:40 counts instead, for it expires on the same day and comes first "
                    f"(2027-11-01): KB817379-02 on be01, be02, be07 {OWNER}"
                )
            ],
            id="two-expire-on-the-same-day",
        ),
        pytest.param(
            (EXPIRED, LONG),
            [PAIR],
            {},
            [f"waivers.yml:2: expired on 2026-11-01: KB817379-02 on be01 {OWNER}"],
            id="renewed-by-another",
        ),
        pytest.param(
            (SHORT, LONG),
            [PAIR],
            {"complying": [PAIR]},
            [
                f"waivers.yml:30: is not needed any more: KB817379-02 complies on be01 {OWNER}",
                f"waivers.yml:40: is not needed any more: KB817379-02 complies on be01 {OWNER}",
            ],
            id="neither-of-two-is-needed",
        ),
    ),
)
def test_lines(waivers, selected, judged, lines):
    assert told(waivers, *selected, **judged) == lines


def test_many_hosts_are_counted():
    names = [f"h{number}" for number in range(9)]
    several = waiver(hosts="all", expires=date(2026, 11, 29))
    many = Ledger([several], Names(names, {"all": names}), NOW)
    (notice,) = notices(many, Judged(selected=frozenset((name, "KB817379-02") for name in names)))
    assert notice.text == f"expires in 9 days: KB817379-02 on h0, h1, h2, h3, h4 and 4 more {OWNER}"


def test_as_data():
    (notice,) = notices(ledger(SOON), Judged(selected=frozenset([PAIR])))
    assert notice.kind is NoticeKind.EXPIRING
    assert json.loads(json.dumps(notice.to_json())) == {
        "kind": "about to expire",
        "source": "waivers.yml:2",
        "owner": "jane.doe@example.com",
        "ticket": "CHG-1234",
        "expires": "2026-11-29",
        "covers": [{"host": "be01", "requirement": "KB817379-02"}],
        "text": f"expires in 9 days: KB817379-02 on be01 {OWNER}",
    }
