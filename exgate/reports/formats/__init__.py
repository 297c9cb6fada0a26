"""The formats that a run's results can be written in, by the names that ``--report`` and ``exgate report --to`` use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from exgate.reports.page.trend import TrendPoint
from exgate.reports.results import Results
from exgate.reports.results_file import encode


@dataclass(frozen=True, slots=True)
class Format:
    """A format: a pure function of results.

    Attributes:
        name: What options call it.
        file: Its file's name in the folder of reports.
        summary: What it is and for whom, in a few words.
        render: Gives the file's octets, of the results and of earlier runs' counts, which may be left out: most formats
            tell of one run alone.
    """

    name: str
    file: str
    summary: str
    render: Callable[..., bytes]


def _page(results: Results, earlier: Sequence[TrendPoint] = ()) -> bytes:
    from exgate.reports.page.render import render

    run = results.run
    this = TrendPoint(finished=run.finished, counts=results.summary, complete=run.complete)
    return render(results, (*earlier, this)).encode()


def _junit(results: Results, _earlier: Sequence[TrendPoint] = ()) -> bytes:
    from exgate.reports.formats.junit import render

    return render(results)


def _json(results: Results, _earlier: Sequence[TrendPoint] = ()) -> bytes:
    return encode(results)


def _summary(results: Results, _earlier: Sequence[TrendPoint] = ()) -> bytes:
    from exgate.reports.formats.summary import render

    return render(results)


def _csv_table(results: Results, _earlier: Sequence[TrendPoint] = ()) -> bytes:
    from exgate.reports.formats.csv_table import render

    return render(results)


def _sarif(results: Results, _earlier: Sequence[TrendPoint] = ()) -> bytes:
    from exgate.reports.formats.sarif import render

    return render(results)


def _prometheus_text(results: Results, _earlier: Sequence[TrendPoint] = ()) -> bytes:
    from exgate.reports.formats.prometheus_text import render

    return render(results)


_ALL = (
    Format("html", "index.html", "HTML: one page for people, with every detail", _page),
    Format("junit", "junit.xml", "JUnit XML: test results for Jenkins and GitLab", _junit),
    Format("json", "results.json", "JSON: everything, for programs and as a baseline", _json),
    Format("md", "summary.md", "Markdown: a summary for a pull request or a job", _summary),
    Format("csv", "results.csv", "CSV: a row for each verdict, for a spreadsheet", _csv_table),
    Format("sarif", "results.sarif", "SARIF 2.1.0: findings for code scanning", _sarif),
    Format(
        "prom",
        "exgate.prom",
        "Prometheus text: metrics for node_exporter's textfile collector",
        _prometheus_text,
    ),
)
FORMATS: Mapping[str, Format] = MappingProxyType({each.name: each for each in _ALL})
"""The formats by name, in the order in which they are told of."""
