"""The summary: its exact text, and that it stays short."""

from dataclasses import replace

import pytest

from exgate.reports.formats.summary import render
from exgate.reports.results import Change
from exgate.verdicts import Outcome

from .samples import COMPARED, DEAD, EMPTY, FAIL, PASS, SMALL, STOPPED

SMALL_TEXT = """\
## KB 817379: something does not comply

Exit status 1, 2 hosts, 8 verdicts, 2026-11-16 08:00 UTC.

| pass | fail | unknown | unreachable | waived | not applicable |
| --- | --- | --- | --- | --- | --- |
| 1 | 2 | 2 | 1 | 1 | 1 |

### The worst hosts (2 of 2 with findings)

| host | organization | fails, critical | fails, high | fails, medium | not seen | the worst of it |
| --- | --- | --- | --- | --- | --- | --- |
| <code>be01</code> | <code>Lab</code> | - | 2 | - | 2 | **fail** high <code>KB817379-02</code>: <code>SSL is on; demanded: SSL off</code> |
| <code>dead01</code> |  | - | - | - | 1 | **unreachable** high <code>KB817379-01</code>: <code>connect: refused</code> |

### Since the baseline

There is no baseline: this run was compared with no earlier one (`--baseline=FILE`).

### Coverage

| complete | partial | unreachable | not asked |
| --- | --- | --- | --- |
| 0 | 1 | 1 | 0 |

- partial: <code>be01</code>
- unreachable: <code>dead01</code>
"""
COMPARED_TEXT = """\
## KB 817379: w

Exit status 0, 1 host, 6 verdicts, 2026-11-17 08:00 UTC.

Judged with the planned change <code>plan</code>: 1 verdict is not what it was without it.

Judged on the saved facts in <code>saved</code>; no server was asked.

Left out by --no-wire: <code>KB817379-61</code>.

| pass | fail | unknown | unreachable | waived | not applicable |
| --- | --- | --- | --- | --- | --- |
| 1 | 2 | 1 | 0 | 1 | 1 |

Tests of your own: 2 passed, 1 failed, 0 skipped.

### The worst host (1 of 1 with findings)

| host | organization | fails, critical | fails, high | fails, medium | not seen | the worst of it |
| --- | --- | --- | --- | --- | --- | --- |
| <code>be01</code> | <code>Lab</code> | - | 2 | - | 1 | **fail** high <code>KB817379-02</code>: <code>SSL is on; demanded: SSL off</code> |

### Since the baseline of 2026-11-16 08:00 UTC

Compared with <code>old.json</code>.

> **The baseline is incomplete:** not everything was judged in it.

| new | still failing | newly unknown | fixed | unchanged |
| --- | --- | --- | --- | --- |
| 1 | 1 | 1 | 2 | 1 |

**New: 2 verdicts**

- **fail** high <code>KB817379-06</code> on <code>be01</code>: <code>redirected; demanded: none</code>
- **unknown** high <code>KB817379-03</code> on <code>be01</code>: <code>not read: denied</code>

**Fixed: 2 verdicts**

- **waived** high <code>KB817379-05</code> on <code>be01</code>: <code>port 81; demanded: port 80</code>
- **pass** high <code>KB817379-01</code> on <code>be01</code>: <code>0 is set</code>

Drift: 3 facts of 1 host are not what they were.

Gone from the inventory: <code>be09</code>.

### Waivers

- <code>expires in 5 days: KB817379-05 on be01 (jane)</code> (<code>waivers.yml&#58;<!-- -->3</code>)
- 1 other notice: unused

### Coverage

| complete | partial | unreachable | not asked |
| --- | --- | --- | --- |
| 0 | 1 | 0 | 0 |

- partial: <code>be01</code>
"""


@pytest.mark.parametrize(
    ("results", "text"),
    (pytest.param(SMALL, SMALL_TEXT, id="no-baseline"), pytest.param(COMPARED, COMPARED_TEXT, id="compared")),
)
def test_the_whole_text(results, text):
    assert render(results).decode() == text


def many(verdict, number, **changes):
    return [replace(verdict, host=f"be{each:05}", **changes) for each in range(number)]


@pytest.mark.parametrize(
    ("results", "line"),
    (
        pytest.param(
            STOPPED,
            "> **Incomplete:** the run stopped before 2 more verdicts. What is not listed here is not known to comply.",
            id="stopped",
        ),
        pytest.param(
            EMPTY, "> **Incomplete:** the run stopped. What is not listed here is not known to comply.", id="no-verdict"
        ),
        pytest.param(STOPPED, "- not asked: <code>be02</code>", id="not-asked"),
        pytest.param(replace(SMALL, verdicts=(PASS,)), "Nothing was found wrong in what was judged.", id="no-finding"),
        pytest.param(
            replace(SMALL, verdicts=(PASS, replace(PASS, requirement="KB817379-61", outcome=Outcome.WAIVED))),
            "Nothing was found wrong in what was judged, but 1 failure is waived.",
            id="waived",
        ),
        pytest.param(
            replace(COMPARED, verdicts=(replace(FAIL, change=Change.STILL_FAILING),)),
            "Nothing is new.",
            id="nothing-new",
        ),
        pytest.param(
            replace(COMPARED, verdicts=(replace(FAIL, change=Change.NEW),)), "Nothing was fixed.", id="nothing-fixed"
        ),
        pytest.param(replace(COMPARED, drift=()), "Drift: none.", id="no-drift"),
        pytest.param(
            replace(COMPARED, verdicts=tuple(many(FAIL, 12, change=Change.NEW))),
            "- and 2 more",
            id="more-than-ten-are-new",
        ),
        pytest.param(
            replace(COMPARED, verdicts=(replace(DEAD, change=Change.NEWLY_UNKNOWN),) * 3),
            "- **unreachable** high 3 verdicts on <code>dead01</code>: <code>connect: refused</code>",
            id="alike-ones-together",
        ),
        pytest.param(
            replace(COMPARED, verdicts=(replace(PASS, change=Change.NOT_JUDGED_BEFORE),)),
            "Nothing is new.",
            id="a-pass-that-was-not-judged-before-is-no-news",
        ),
    ),
)
def test_a_line(results, line):
    assert line in render(results).decode().splitlines()


def test_no_verdict_is_not_called_nothing_wrong():
    assert b"Nothing was found wrong" not in render(EMPTY)


def test_the_worst_come_first():
    verdicts = (
        replace(DEAD, severity="critical"),
        replace(FAIL, host="medium01", severity="medium"),
        replace(FAIL, host="high01", severity="high"),
        replace(FAIL, host="high02", severity="high"),
        replace(FAIL, host="high02", severity="medium"),
        replace(FAIL, host="critical01", severity="critical"),
        replace(DEAD, host="blind01", outcome=Outcome.UNKNOWN),
        replace(DEAD, host="blind01", outcome=Outcome.UNREACHABLE),
    )
    rows = [
        line
        for line in render(replace(SMALL, verdicts=verdicts)).decode().splitlines()
        if "01</code> |" in line or "02</code> |" in line
    ]
    assert [row.split("</code>")[0].removeprefix("| <code>") for row in rows] == [
        "critical01",
        "high02",
        "high01",
        "medium01",
        "blind01",
        "dead01",
    ]


def test_it_is_short_whatever_the_number_of_hosts():
    long = "@#|" * 4000
    verdicts = many(FAIL, 2000, message=long, requirement=long, change=Change.NEW)
    hosts = tuple(replace(SMALL.hosts[1], name=f"{long}{number}", unreachable=None) for number in range(2000))
    notices = tuple(COMPARED.waivers[0] | {"text": long, "source": long} for _ in range(2000))
    results = replace(COMPARED, verdicts=tuple(verdicts), hosts=hosts, gone=(long,) * 2000, waivers=notices)
    assert len(render(results)) < 2**18
