"""Results out of values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from exgate.facts.named import NamedFact
from exgate.reports.results import HostRecord, Results, RunRecord, SeenRecord, VerdictRecord
from exgate.verdicts import FAIL_ON, NO_FINDING, Outcome, Verdict

MONDAY = datetime(2026, 11, 16, 8, 0, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
FACTS = (NamedFact("IIS version", "6.0"),)


def verdict(host="be01", number="02", outcome=Outcome.FAIL):
    return Verdict(
        requirement=f"KB817379-{number}",
        host=host,
        role="back-end",
        severity="high",
        outcome=outcome,
        message=f"{host}: m",
        why="w",
    )


def record(now, since=MONDAY, change=None):
    """Give a verdict as a run of Monday writes it down."""
    return VerdictRecord(
        host=now.host,
        requirement=now.requirement,
        outcome=now.outcome,
        message=now.message,
        severity=now.severity,
        since=None if now.outcome in NO_FINDING else since,
        change=change,
    )


def host(name="be01", facts=FACTS, *, seen=True):
    source = SeenRecord(source="WMI", collected_at=MONDAY, age_seconds=3)
    return HostRecord(
        name=name,
        role="back-end",
        organization="Lab",
        groups=("backends",),
        seen=source if seen else None,
        facts=facts if seen else (),
    )


def results(*verdicts, hosts=None, started=MONDAY, **changes):
    """Give a run's results; every verdict's host is one of its hosts."""
    run = RunRecord(
        started=started,
        finished=started + timedelta(seconds=5),
        hosts="all",
        inventory="hosts.yml",
        facts_from=None,
        candidate=None,
        exit_status=0,
        exit_words="w",
        complete=True,
        left_out=(),
        events_since=None,
        fail_on=tuple(outcome for outcome in Outcome if outcome in FAIL_ON),
        only_new=False,
        baseline=None,
    )
    names = dict.fromkeys(each.host for each in verdicts)
    return Results(
        tool_version="1",
        run=replace(run, **changes),
        requirements=({"id": "KB817379-02"},),
        hosts=tuple(map(host, names)) if hosts is None else hosts,
        verdicts=verdicts,
    )
