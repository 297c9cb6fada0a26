"""The comparison as a Markdown table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from clients import COMMAND
from comparison import Comparison, Subject
from layout import NOT_MEASURED, as_table, machine

_SHORT = 10
"""Below this a value is worth a digit behind the point."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: a value for each subject, None where it was not measured."""

    measure: str
    values: tuple[float | None, ...]

    @property
    def ratio(self) -> float | None:
        """The last subject's value over the first one's."""
        first, last = self.values[0], self.values[-1]
        return last / first if first and last is not None else None


def rows(subjects: Sequence[Subject], parallel: int) -> list[Row]:
    """Give the measures in the order in which they are shown."""
    measures: dict[str, Callable[[Subject], float | None]] = {
        "SOAP messages per host": lambda s: (s.whole or s.asking).each("messages"),
        "HTTP requests per host": lambda s: (s.whole or s.asking).each("requests"),
        "TCP connections per host": lambda s: (s.whole or s.asking).each("connections"),
        "log-ons per host": lambda s: (s.whole or s.asking).each("logon_attempts"),
        "lab CPU ms per host, one at a time": lambda s: s.one_by_one.milliseconds(s.one_by_one.lab_cpu),
        "client CPU ms per host, one at a time": lambda s: s.one_by_one.milliseconds(s.one_by_one.client_cpu),
        "wall ms per host, one at a time": lambda s: s.one_by_one.milliseconds(s.one_by_one.wall),
        f"wall ms per host, {parallel} at once": lambda s: s.asking.milliseconds(s.asking.wall),
        "client CPU ms per host, whole run": lambda s: s.whole.milliseconds(s.whole.client_cpu) if s.whole else None,
        f"wall ms per host, whole run, {parallel} at once": lambda s: (
            s.whole.milliseconds(s.whole.wall) if s.whole else None
        ),
    }
    return [Row(name, tuple(value(subject) for subject in subjects)) for name, value in measures.items()]


def as_markdown(comparison: Comparison, command: str) -> str:
    """Write the table, and below it what one must know to read it."""
    subjects = comparison.subjects
    header = ("measure", *(subject.name for subject in subjects), f"{subjects[-1].name} / {subjects[0].name}")
    table = rows(subjects, comparison.sizes.parallel)
    cells = [header, *((row.measure, *map(_text, row.values), _text(row.ratio)) for row in table)]
    return "\n".join([as_table(cells), "", *_notes(comparison), f"Command: {command}"])


def as_json(comparison: Comparison, command: str) -> str:
    """Write the rows by measure, and the costs in seconds that they come from."""
    names = [subject.name for subject in comparison.subjects]
    measures = {
        row.measure: dict(zip(names, row.values, strict=True)) | {"ratio": row.ratio}
        for row in rows(comparison.subjects, comparison.sizes.parallel)
    }
    about = {"command": command, "machine": machine(), "measures": measures}
    return json.dumps(about | asdict(comparison), indent=2)


def _notes(comparison: Comparison) -> list[str]:
    sizes, judged, asking = comparison.sizes, comparison.judged, comparison.subjects[0].asking
    lab_cpu = NOT_MEASURED if comparison.lab_cpu is None else f"{comparison.lab_cpu:.1f} s from start to end"
    busy = f"{_share(asking.client_cpu, asking.wall)} of one core, the lab {_share(asking.lab_cpu, asking.wall)}"
    exgate = (
        f"exgate: {sizes.hosts} hosts, {sizes.testinfra_hosts} of them one at a time. The whole run is the pytest "
        "process: start, questions, verdicts, reports; the other times are of the asking alone. "
        f"With {sizes.parallel} at once the client was busy {busy}."
    )
    testinfra = (
        f"Plain testinfra: {sizes.testinfra_hosts} of these hosts, because it is slow; in every row one at a time, its "
        f'only way; host.run("{COMMAND}") for each of the {judged.requirements} requirements ({judged.applied} of them '
        "apply to these hosts); without pytest."
    )
    where = (
        f"Machine: {machine()}, client and lab on the same. Latency {sizes.latency:g} s an answer. "
        f"CPU of the lab: {lab_cpu}."
    )
    return [exgate, testinfra, where]


def _text(value: float | None) -> str:
    if value is None:
        return NOT_MEASURED
    return f"{value:.1f}".removesuffix(".0") if value < _SHORT else f"{value:.0f}"


def _share(cpu: float | None, wall: float) -> str:
    return NOT_MEASURED if cpu is None else f"{cpu / wall:.0%}"
