"""A waiver in words, as all reports say it."""

from __future__ import annotations

from exgate.reports.results import VerdictRecord
from exgate.verdicts import Outcome, Verdict


def waived_text(verdict: Verdict | VerdictRecord) -> str:
    """Give the one line of a verdict with its waiver: until when, whose it is, who approved it, ticket and reason."""
    note = verdict.waiver
    if note is None:
        return verdict.message
    who = f"{note.owner}, approved by {note.approved_by}"
    return f"{verdict.message} (until {note.expires}, {who}, {note.ticket}: {note.reason})"


def expired_lines(verdict: Verdict | VerdictRecord) -> list[str]:
    """Give the line of a failure whose waiver has expired, nothing for any other verdict."""
    note = verdict.waiver
    if note is None or verdict.outcome is not Outcome.FAIL:
        return []
    return [
        f"The waiver of {note.source} expired on {note.expires}, so the failure counts ({note.owner}, {note.ticket})"
    ]


def waiver_lines(verdict: Verdict | VerdictRecord) -> list[str]:
    """Give what a report's detail says of a verdict's waiver, nothing where there is none."""
    note = verdict.waiver
    if note is None:
        return []
    if verdict.outcome is Outcome.WAIVED:
        first = f"Waived until {note.expires} by {note.source} ({note.state})"
    elif verdict.outcome is Outcome.PASS:
        first = f"The waiver of {note.source} is not needed any more"
    else:
        (first,) = expired_lines(verdict)
    who = f"Owner: {note.owner}; approved by {note.approved_by}; ticket {note.ticket}"
    return [first, f"Reason: {note.reason}", f"{who}; granted {note.granted}, expires {note.expires}"]
