"""A run as SARIF 2.1.0 (OASIS), for code scanning: requirements are rules, findings are results.

Where GitHub needs a file of the repository, it gets the inventory that declares the host, or, where that is no relative
path and where saved facts were judged, the file of the requirement's test; the line is 1, for results do not know the
inventory's lines. Host and requirement, not the line, make the fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from exgate.reports.formats.characters import clean
from exgate.reports.formats.findings import weight
from exgate.reports.formats.index import Index, severity_of
from exgate.reports.formats.sarif_rules import level, message, own_rule, rule
from exgate.reports.results import Change, Results, RunRecord, VerdictRecord, utc
from exgate.verdicts import EXIT_COMPLIES, EXIT_FAILS, EXIT_UNSEEN, NO_FINDING, Outcome, WaiverNote

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""GitHub refuses a run with more; of these it shows 5,000."""
_STATES = {
    Change.NEW: "new",
    Change.NEWLY_UNKNOWN: "new",
    Change.NOT_JUDGED_BEFORE: "new",
    Change.OTHER: "new",
    Change.STILL_FAILING: "unchanged",
    Change.STILL_UNKNOWN: "unchanged",
    Change.UNCHANGED: "unchanged",
    Change.FIXED: "updated",
}
"""``baselineState`` by what became of a verdict; only a failure that has been waived since is a result and fixed."""
_ENDED = frozenset({EXIT_COMPLIES, EXIT_FAILS, EXIT_UNSEEN})


def render(results: Results) -> bytes:
    """Give the file, UTF-8.

    Of more than `MOST_RESULTS` findings the worst are kept, and a notification says how many were left out.
    """
    index = Index.of(results)
    found = [each for each in results.verdicts if each.outcome not in NO_FINDING or each.outcome is Outcome.WAIVED]
    left_out = max(0, len(found) - MOST_RESULTS)
    if left_out:
        found = sorted(found, key=weight)[:MOST_RESULTS]
    rules = [rule(record) for record in results.requirements]
    numbers = {identifier: number for number, identifier in enumerate(index.requirements)}
    own = dict.fromkeys(_rule_id(verdict) for verdict in found if verdict.requirement not in numbers)
    numbers |= {test: len(rules) + number for number, test in enumerate(own)}
    driver = {
        "name": "exgate",
        "version": clean(results.tool_version),
        "shortDescription": {"text": "Exchange Server 2003's mobile access (KB 817379) as infrastructure tests"},
        "rules": [*rules, *map(own_rule, own)],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(results, index, left_out)],
        "results": [_result(results.run, index, verdict, numbers) for verdict in found],
        "properties": {"verdicts": results.summary, "complete": results.run.complete},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _invocation(results: Results, index: Index, left_out: int) -> dict[str, Any]:
    run = results.run
    return {
        "executionSuccessful": run.complete and run.exit_status in _ENDED,
        "exitCode": run.exit_status,
        "exitCodeDescription": clean(run.exit_words),
        "startTimeUtc": utc(run.started),
        "endTimeUtc": utc(run.finished),
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": text}} for text in _notifications(run, len(index.missing), left_out)
        ],
    }


def _notifications(run: RunRecord, missing: int, left_out: int) -> Iterator[str]:
    if not run.complete:
        before = f" before {missing} more verdict{'s' * (missing != 1)}" if missing else ""
        yield f"The run is incomplete: it stopped{before}. What has no result here is not known to comply."
    if left_out:
        yield (
            f"{left_out} finding{'s' * (left_out != 1)} left out: a run may have {MOST_RESULTS} results. The worst are "
            "kept; results.json has all."
        )
    if run.other_tests.failed:
        number = run.other_tests.failed
        yield f"{number} test{'s' * (number != 1)} of your own failed; they are no results."


def _result(run: RunRecord, index: Index, verdict: VerdictRecord, numbers: dict[str, int]) -> dict[str, Any]:
    is_seen = verdict.outcome in {Outcome.FAIL, Outcome.WAIVED}
    identifier = _rule_id(verdict) if verdict.requirement not in index.requirements else verdict.requirement
    text = verdict.message if is_seen else f"{verdict.outcome.value}: {verdict.message}"
    mark = _fingerprint(verdict)
    result: dict[str, Any] = {
        "ruleId": clean(identifier),
        "ruleIndex": numbers[identifier],
        "level": level(verdict.severity) if is_seen else "warning",
        "message": {"text": message(text)},
        "locations": [_location(run, index, verdict)],
        # GitHub tells alerts apart by the first alone, and would take one line for one alert.
        "partialFingerprints": {"primaryLocationLineHash": f"{mark[:16]}:1", "exgateHostAndRequirement/v1": mark},
        "properties": _properties(index, verdict),
    }
    if verdict.change:
        result["baselineState"] = _STATES[verdict.change]
    if verdict.outcome is Outcome.WAIVED:
        result["suppressions"] = [_suppression(verdict.waiver)]
    return result


def _location(run: RunRecord, index: Index, verdict: VerdictRecord) -> dict[str, Any]:
    host = index.hosts.get(verdict.host)
    own = clean(verdict.host)
    whole = f"{clean(host.organization)}/{own}" if host and host.organization else own
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _file(run, index, verdict), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 1},
        },
        "logicalLocations": [{"name": own, "fullyQualifiedName": whole, "kind": "host"}],
    }


def _file(run: RunRecord, index: Index, verdict: VerdictRecord) -> str:
    test = index.text(verdict.requirement, "test") or verdict.requirement
    return _relative(run.inventory or "") or _relative(test.partition("::")[0]) or "tests"


def _relative(path: str) -> str:
    """Give a relative path as a URI, ``""`` where it is none, or leads out of the repository."""
    windows = PureWindowsPath(path)
    if not path or windows.drive or windows.root or path.startswith("/") or ".." in windows.parts:
        return ""
    return quote(clean(PurePosixPath(windows.as_posix()).as_posix()))


def _suppression(note: WaiverNote | None) -> dict[str, Any]:
    suppression: dict[str, Any] = {"kind": "external", "status": "accepted"}
    if note:
        who = f"{note.owner}, approved by {note.approved_by}, {note.ticket}, until {note.expires} ({note.source})"
        suppression["justification"] = clean(f"{note.reason} ({who})")
    return suppression


def _properties(index: Index, verdict: VerdictRecord) -> dict[str, str]:
    named = {
        "verdict": verdict.outcome.value,
        "severity": severity_of(verdict),
        "role": index.role(verdict.host),
        "since": utc(verdict.since) if verdict.since else "",
        "change": verdict.change.value if verdict.change else "",
        "before": verdict.before.outcome.value if verdict.before else "",
    }
    return {name: clean(value) for name, value in named.items() if value}


def _fingerprint(verdict: VerdictRecord) -> str:
    pair = f"{verdict.requirement}\0{verdict.host}"
    return hashlib.sha256(pair.encode("utf-8", "surrogatepass")).hexdigest()


def _rule_id(verdict: VerdictRecord) -> str:
    """Give a user's own test without its host."""
    return verdict.requirement.partition("[")[0]
