"""A run as metrics for Prometheus: a file for node_exporter's textfile collector.

A host whose facts were seen has nine series (six of them the kinds of verdict), one that could not be asked eight, one
that was not asked seven; a requirement has one, and a run 15 of its own, 24 with a baseline: some 9,000 for 1,000
hosts. No message and no value of a server is a label. Samples have no time of their own, as the collector demands: the
run's end is a metric.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from exgate.reports.formats.characters import clean
from exgate.reports.formats.index import Index, severity_of
from exgate.reports.results import Change, HostRecord, Results
from exgate.verdicts import NO_FINDING, Outcome

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
"""What Prometheus's text format escapes in a label's value."""
Labels = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Metric:
    """A gauge: its name without ``exgate_``, what it says, and its samples."""

    name: str
    help: str
    samples: Iterable[tuple[Labels, int]]

    def lines(self) -> Iterator[str]:
        name = f"exgate_{self.name}"
        yield f"# HELP {name} {self.help}"
        yield f"# TYPE {name} gauge"
        for labels, value in self.samples:
            text = ",".join(f'{label}="{_escaped(each)}"' for label, each in labels)
            yield f"{name}{{{text}}} {value}" if text else f"{name} {value}"


def render(results: Results) -> bytes:
    """Give the file: the text exposition format 0.0.4, UTF-8."""
    index = Index.of(results)
    metrics = (*_run(results, index), *_verdicts(results, index), *_hosts(results))
    return "".join(f"{line}\n" for metric in metrics for line in metric.lines()).encode()


def _run(results: Results, index: Index) -> Iterator[_Metric]:
    run = results.run
    info = (("version", results.tool_version), ("hosts", run.hosts), ("inventory", run.inventory or ""))
    yield _Metric("run_info", "What the run was; always 1.", [(info, 1)])
    yield _Metric("run_started_timestamp_seconds", "When the run began.", [((), _seconds(run.started))])
    yield _Metric("run_finished_timestamp_seconds", "When the run ended.", [((), _seconds(run.finished))])
    yield _Metric("run_exit_status", "The exit status: 0 complies, 1 fails, 6 not all seen.", [((), run.exit_status)])
    yield _Metric("run_complete", "Whether everything that was selected has a verdict.", [((), int(run.complete))])
    yield _Metric(
        "run_missing_verdicts", "How many verdicts a run that is incomplete lacks.", [((), len(index.missing))]
    )
    others = run.other_tests
    counts = (("passed", others.passed), ("failed", others.failed), ("skipped", others.skipped))
    yield _Metric(
        "other_tests", "Tests of the user's own, which have no verdicts.", [((("result", w),), n) for w, n in counts]
    )


def _verdicts(results: Results, index: Index) -> Iterator[_Metric]:
    yield _Metric("verdicts", "Verdicts.", [((("outcome", word),), n) for word, n in results.summary.items()])
    if results.run.baseline:
        changes = Counter(verdict.change for verdict in results.verdicts)
        samples = [((("change", change.value),), changes[change]) for change in Change]
        yield _Metric("changes", "Verdicts by what became of them since the baseline.", samples)
        drifted = sum(drift.facts for drift in results.drift)
        yield _Metric("drift_facts", "Facts that are not what they were in the baseline.", [((), drifted)])
    findings = {(identifier, index.text(identifier, "severity")): 0 for identifier in index.requirements}
    for verdict in results.verdicts:
        own = verdict.requirement not in index.requirements
        key = (
            (verdict.requirement.partition("[")[0], "")
            if own
            else (verdict.requirement, index.text(verdict.requirement, "severity") or severity_of(verdict))
        )
        findings[key] = findings.get(key, 0) + (verdict.outcome not in NO_FINDING)
    yield _Metric(
        "requirement_findings",
        "Hosts on which a requirement fails or could not be seen.",
        [((("requirement", identifier), ("severity", severity)), n) for (identifier, severity), n in findings.items()],
    )


def _hosts(results: Results) -> Iterator[_Metric]:
    hosts = results.hosts
    counts = Counter((verdict.host, verdict.outcome) for verdict in results.verdicts)
    yield _Metric(
        "host_verdicts",
        "Verdicts of a host.",
        (
            ((*_host_labels(host), ("outcome", outcome.value)), counts[host.name, outcome])
            for host in hosts
            for outcome in Outcome
        ),
    )
    yield _Metric(
        "host_asked",
        "Whether a host was asked: 0 where the run stopped before.",
        [((("host", host.name),), int(bool(host.seen or host.unreachable))) for host in hosts],
    )
    yield _Metric(
        "host_reachable",
        "Whether a host that was asked could be asked.",
        [((("host", host.name),), int(bool(host.seen))) for host in hosts if host.seen or host.unreachable],
    )
    yield _Metric(
        "facts_collected_timestamp_seconds",
        "When a host's facts were read.",
        [((("host", host.name),), _seconds(host.seen.collected_at)) for host in hosts if host.seen],
    )


def _host_labels(host: HostRecord) -> tuple[tuple[str, str], ...]:
    return ("host", host.name), ("role", host.role), ("organization", host.organization or "")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _escaped(text: str) -> str:
    return clean(text).translate(_ESCAPES)
