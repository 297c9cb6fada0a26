"""Earlier runs' results in a folder."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from exgate.reports.history import keep, trend
from exgate.reports.results_file import encode, write_results
from exgate.verdicts import Outcome

from .made import MONDAY, record, results, verdict

HOUR = timedelta(hours=1)


def run_at(hours, *outcomes, **changes):
    verdicts = (record(verdict(number=f"{n:02}", outcome=outcome)) for n, outcome in enumerate(outcomes, 1))
    return results(*verdicts, started=MONDAY + hours * HOUR, **changes)


def kept(folder, *runs, most=30):
    with TemporaryDirectory() as written:
        for run in runs:
            write_results(Path(written, "results.json"), run)
            keep(folder, Path(written, "results.json"), run.run.finished, most)
    return sorted(path.name for path in folder.iterdir())


def test_a_run_is_kept_byte_for_byte_under_the_time_of_its_end(tmp_path):
    run = run_at(0, Outcome.FAIL)
    assert kept(tmp_path / "history", run) == ["results-20261116T080005Z.json"]
    assert (tmp_path / "history" / "results-20261116T080005Z.json").read_bytes() == encode(run)


def test_only_the_last_are_kept_and_other_files_stay(tmp_path):
    (tmp_path / "results-of-may.json").write_text("mine", encoding="utf-8")
    names = kept(tmp_path, *(run_at(hours, Outcome.PASS) for hours in range(5)), most=2)
    assert names == ["results-20261116T110005Z.json", "results-20261116T120005Z.json", "results-of-may.json"]


def test_runs_of_one_second_are_kept_beside_each_other_in_their_order(tmp_path):
    runs = [run_at(0, *[Outcome.FAIL] * number) for number in range(1, 13)]
    kept(tmp_path, *runs, most=11)
    assert [point.counts["fail"] for point in trend(tmp_path, run_at(1).run)] == list(range(2, 13))


@pytest.mark.parametrize(
    ("changes", "shown"),
    (
        pytest.param({}, True, id="the-same"),
        pytest.param({"hosts": "be01"}, False, id="other-hosts"),
        pytest.param({"inventory": "other.yml"}, False, id="other-inventory"),
        pytest.param({"facts_from": "saved"}, False, id="saved-facts"),
        pytest.param({"candidate": "change"}, False, id="a-planned-change"),
    ),
)
def test_the_trend_is_of_runs_that_asked_for_the_same(tmp_path, changes, shown):
    kept(tmp_path, run_at(0, Outcome.FAIL, Outcome.PASS, complete=False))
    points = trend(tmp_path, replace(run_at(1).run, **changes))
    assert [(point.finished, point.counts["fail"], point.complete) for point in points] == (
        [(MONDAY + timedelta(seconds=5), 1, False)] if shown else []
    )


def test_later_runs_are_no_part_of_an_earlier_ones_trend(tmp_path):
    kept(tmp_path, *(run_at(hours) for hours in range(4)))
    assert len(trend(tmp_path, run_at(2).run)) == 2


@pytest.mark.parametrize(
    "change",
    (
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[:200], id="cut"),
        pytest.param(lambda data: b"\xff" + data, id="no-utf-8"),
        pytest.param(lambda data: data.replace(b"exgate-results", b"other"), id="another-schema"),
        pytest.param(lambda data: data.replace(b'"fail": 0', b'"fail": null'), id="no-count"),
        pytest.param(lambda data: data.replace(b'"finished": "2', b'"finished": "x'), id="no-time"),
        pytest.param(lambda data: json.dumps([data.decode()]).encode(), id="another-shape"),
    ),
)
def test_what_is_no_results_file_is_passed_over(tmp_path, change):
    (tmp_path / "results-20261116T080005Z.json").write_bytes(change(encode(run_at(0))))
    kept(tmp_path, run_at(1))
    assert [point.finished for point in trend(tmp_path, run_at(2).run)] == [MONDAY + HOUR + timedelta(seconds=5)]


def test_there_is_no_trend_without_a_folder(tmp_path):
    assert trend(tmp_path / "history", run_at(0).run) == ()
