"""Prometheus text: the series of a run."""

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from exgate.reports.formats.prometheus_text import render

from .readers import samples
from .samples import COMPARED, OWN, SMALL, STOPPED

STOPPED_TEXT = """\
# HELP exgate_run_info What the run was; always 1.
# TYPE exgate_run_info gauge
exgate_run_info{version="1",hosts="all",inventory="hosts.yml"} 1
# HELP exgate_run_started_timestamp_seconds When the run began.
# TYPE exgate_run_started_timestamp_seconds gauge
exgate_run_started_timestamp_seconds 1794816000
# HELP exgate_run_finished_timestamp_seconds When the run ended.
# TYPE exgate_run_finished_timestamp_seconds gauge
exgate_run_finished_timestamp_seconds 1794816005
# HELP exgate_run_exit_status The exit status: 0 complies, 1 fails, 6 not all seen.
# TYPE exgate_run_exit_status gauge
exgate_run_exit_status 2
# HELP exgate_run_complete Whether everything that was selected has a verdict.
# TYPE exgate_run_complete gauge
exgate_run_complete 0
# HELP exgate_run_missing_verdicts How many verdicts a run that is incomplete lacks.
# TYPE exgate_run_missing_verdicts gauge
exgate_run_missing_verdicts 2
"""


def test_the_text_of_a_run():
    assert render(STOPPED).decode().startswith(STOPPED_TEXT)


@pytest.mark.parametrize(
    ("results", "series", "value"),
    (
        pytest.param(SMALL, ("verdicts", ("outcome", "fail")), 2, id="verdicts"),
        pytest.param(STOPPED, ("verdicts", ("outcome", "waived")), 0, id="none-is-zero"),
        pytest.param(
            SMALL, ("requirement_findings", ("requirement", "KB817379-01"), ("severity", "high")), 1, id="requirement"
        ),
        pytest.param(
            SMALL,
            ("requirement_findings", ("requirement", "KB817379-05"), ("severity", "high")),
            0,
            id="what-is-waived-is-no-finding",
        ),
        pytest.param(
            SMALL,
            ("requirement_findings", ("requirement", "tests/own.py::TestMine::test_key"), ("severity", "")),
            1,
            id="own-test-without-its-host",
        ),
        pytest.param(
            SMALL,
            ("host_verdicts", ("host", "be01"), ("role", "back-end"), ("organization", "Lab"), ("outcome", "unknown")),
            2,
            id="host",
        ),
        pytest.param(
            SMALL,
            (
                "host_verdicts",
                ("host", "dead01"),
                ("role", "back-end"),
                ("organization", ""),
                ("outcome", "unreachable"),
            ),
            1,
            id="host-without-organization",
        ),
        pytest.param(SMALL, ("host_asked", ("host", "dead01")), 1, id="asked"),
        pytest.param(STOPPED, ("host_asked", ("host", "be02")), 0, id="not-asked"),
        pytest.param(STOPPED, ("host_reachable", ("host", "be02")), None, id="nobody-knows-whether-it-is-reachable"),
        pytest.param(SMALL, ("host_reachable", ("host", "be01")), 1, id="reachable"),
        pytest.param(SMALL, ("host_reachable", ("host", "dead01")), 0, id="unreachable"),
        pytest.param(SMALL, ("facts_collected_timestamp_seconds", ("host", "be01")), 1794816000, id="facts"),
        pytest.param(SMALL, ("facts_collected_timestamp_seconds", ("host", "dead01")), None, id="no-facts"),
        pytest.param(SMALL, ("run_complete",), 1, id="complete"),
        pytest.param(SMALL, ("drift_facts",), None, id="no-baseline"),
        pytest.param(COMPARED, ("drift_facts",), 3, id="drift"),
        pytest.param(COMPARED, ("changes", ("change", "fixed")), 2, id="changes"),
        pytest.param(COMPARED, ("changes", ("change", "other verdict")), 0, id="no-such-change"),
        pytest.param(COMPARED, ("other_tests", ("result", "passed")), 2, id="own-tests"),
        pytest.param(
            COMPARED, ("run_info", ("version", "1"), ("hosts", "all"), ("inventory", "")), 1, id="saved-facts"
        ),
    ),
)
def test_a_series(results, series, value):
    name, *labels = series
    assert samples(render(results)).get((f"exgate_{name}", *labels)) == value


def test_every_metric_says_what_it_is():
    lines = render(COMPARED).decode().splitlines()
    names = {line.partition("{")[0].partition(" ")[0] for line in lines if not line.startswith("#")}
    for word in ("HELP", "TYPE"):
        assert {line.split()[2] for line in lines if line.startswith(f"# {word} ")} == names


def test_no_sample_has_a_time():
    families = text_string_to_metric_families(render(SMALL).decode())
    assert {sample.timestamp for family in families for sample in family.samples} == {None}


def test_own_tests_of_many_hosts_are_one_series():
    verdicts = tuple(replace(OWN, host=name, requirement=f"tests/own.py::test_x[{name}]") for name in ("be01", "be02"))
    found = samples(render(replace(SMALL, verdicts=verdicts)))
    own = ("exgate_requirement_findings", ("requirement", "tests/own.py::test_x"), ("severity", ""))
    assert found[own] == 2


@pytest.mark.parametrize(
    ("results", "number"),
    (
        pytest.param(SMALL, 15 + 7 + 9 + 8, id="seen-and-unreachable"),
        pytest.param(STOPPED, 15 + 2 + 9 + 7, id="seen-and-not-asked"),
        pytest.param(COMPARED, 24 + 6 + 9, id="baseline"),
    ),
)
def test_the_number_of_series_is_what_is_said(results, number):
    assert len(samples(render(results))) == number
