"""The formats that a run's results can be written in, by the names that ``--report`` and ``exgate report --to`` use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from exgate.reports import page
from exgate.reports.formats import csv_table, junit, prometheus_text, sarif, summary
from exgate.reports.page import TrendPoint
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


def _alone(render: Callable[[Results], bytes]) -> Callable[..., bytes]:
    def render_one_run(results: Results, _earlier: Sequence[object] = ()) -> bytes:
        return render(results)

    return render_one_run


def _page(results: Results, earlier: Sequence[TrendPoint] = ()) -> bytes:
    run = results.run
    this = TrendPoint(finished=run.finished, counts=results.summary, complete=run.complete)
    return page.render(results, (*earlier, this)).encode()


_ALL = (
    Format("html", "index.html", "HTML: one page for people, with every detail", _page),
    Format("junit", "junit.xml", "JUnit XML: test results for Jenkins and GitLab", _alone(junit.render)),
    Format("json", "results.json", "JSON: everything, for programs and as a baseline", _alone(encode)),
    Format("md", "summary.md", "Markdown: a summary for a pull request or a job", _alone(summary.render)),
    Format("csv", "results.csv", "CSV: a row for each verdict, for a spreadsheet", _alone(csv_table.render)),
    Format("sarif", "results.sarif", "SARIF 2.1.0: findings for code scanning", _alone(sarif.render)),
    Format(
        "prom",
        "exgate.prom",
        "Prometheus text: metrics for node_exporter's textfile collector",
        _alone(prometheus_text.render),
    ),
)
FORMATS: Mapping[str, Format] = MappingProxyType({each.name: each for each in _ALL})
"""The formats by name, in the order in which they are told of."""
