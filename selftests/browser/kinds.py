"""Results of every kind that a page may have to show, made from those of a real run."""

from dataclasses import replace
from datetime import timedelta

from exgate.reports.page.trend import TrendPoint
from exgate.reports.results import BaselineRecord, Change, OtherTestsRecord
from exgate.verdicts import NO_FINDING, Before, Outcome, WaiverNote

HOSTILE = (
    '"><script>alert(1)</script><img src=x onerror=alert(2)>]]>&lt;\x1b[31m\u202e\u05d0\u05d1\ud800' + "\u0301" * 40
)
LONG = "long" * 2500
WAIVER = WaiverNote(
    source="waivers.yml:3",
    reason="replaced in June",
    owner="mail team",
    approved_by="J. Doe",
    ticket="CHG-1",
    granted="2026-01-01",
    expires="2026-12-31",
    state="valid",
)


def _each(results, change):
    return replace(results, verdicts=tuple(map(change, results.verdicts)))


def one_host(results, name="be01"):
    verdicts = tuple(each for each in results.verdicts if each.host == name)
    run = replace(results.run, exit_status=0, exit_words="everything that was asked complies")
    hosts = tuple(each for each in results.hosts if each.name == name)
    return replace(results, hosts=hosts, verdicts=verdicts, run=run)


def interrupted(results):
    """Two hosts were not asked, and others have not all of their verdicts."""
    names = [host.name for host in results.hosts]
    verdicts = tuple(each for each in results.verdicts if each.host not in names[-2:])[:-30]
    judged = {(each.host, each.requirement) for each in verdicts}
    ids = [record["id"] for record in results.requirements]
    gaps = {name: tuple(each for each in ids if (name, each) not in judged) for name in names}
    hosts = tuple(
        replace(host, seen=None, unreachable=None, facts=(), no_verdict=gaps[host.name])
        if host.name in names[-2:]
        else replace(host, no_verdict=gaps[host.name])
        for host in results.hosts
    )
    run = replace(results.run, complete=False, exit_status=2, exit_words="the run was interrupted: it is incomplete")
    return replace(results, hosts=hosts, verdicts=verdicts, run=run)


def waived(results):
    def change(verdict):
        if verdict.outcome is Outcome.FAIL and verdict.requirement == "KB817379-02":
            return replace(verdict, outcome=Outcome.WAIVED, waiver=WAIVER, remedy=None, since=None)
        return verdict

    notice = {
        "kind": "unused",
        "source": "waivers.yml:9",
        "owner": "o",
        "ticket": "CHG-2",
        "expires": "2026-12-31",
        "covers": [],
        "text": "unused: no such host (o)",
    }
    return replace(_each(results, change), waivers=(notice,))


def compared(results):
    """Compared with a baseline, and with a planned change."""

    def change(verdict):
        became = Change.UNCHANGED if verdict.outcome in NO_FINDING else Change.STILL_FAILING
        if verdict.host.startswith("drift-02"):
            became = Change.NEW
        return replace(verdict, change=became, before=Before(Outcome.PASS, f"{verdict.host}: it was fine"))

    baseline = BaselineRecord(file="old.json", finished=results.run.started - timedelta(days=1), complete=True)
    run = replace(results.run, baseline=baseline, candidate="plans/june")
    return replace(_each(results, change), run=run, gone=("be09",))


def own_tests(results):
    own = [
        replace(
            verdict,
            requirement=f"tests/test_own.py::test_backup[{verdict.host}]",
            severity="-",
            outcome=Outcome.UNKNOWN,
            message=f"{verdict.host}: the log is empty",
            remedy=None,
            since=results.run.started,
        )
        for verdict in results.verdicts
        if verdict.requirement == "KB817379-41" and verdict.host in {"be01", "sa01"}
    ]
    run = replace(results.run, other_tests=OtherTestsRecord(passed=3, failed=1))
    return replace(results, verdicts=(*results.verdicts, *own), run=run)


def hostile(results):
    """Every text that a server or a file could give is meant to break the page."""

    def change(verdict):
        nasty = f"{HOSTILE} {LONG}"
        remedy = verdict.remedy and replace(
            verdict.remedy, fix=f"echo {HOSTILE}\n{LONG}", symptoms=nasty, passage=HOSTILE
        )
        return replace(verdict, message=f"{verdict.host}: {nasty}; demanded: {HOSTILE}", remedy=remedy)

    hosts = tuple(
        replace(host, organization=f"{HOSTILE} Lab", groups=(HOSTILE, LONG), name=host.name) for host in results.hosts
    )
    run = replace(results.run, hosts=f"{HOSTILE} {LONG}", inventory=HOSTILE, exit_words=HOSTILE, candidate=LONG)
    return replace(_each(results, change), hosts=hosts, run=run)


def trend(results):
    """Give three runs, of which the second was incomplete."""
    return [
        TrendPoint(finished=results.run.finished - timedelta(days=2 - day), counts=counts, complete=day != 1)
        for day, counts in enumerate(({"fail": 12, "unknown": 1}, {"fail": 4}, results.summary))
    ]


KINDS = {
    "lab": lambda results: results,
    "one host": one_host,
    "interrupted": interrupted,
    "waived": waived,
    "compared": compared,
    "own tests": own_tests,
    "hostile": hostile,
}
